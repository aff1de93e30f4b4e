"""The header of a tune: what its fields say before the first note (ABC 2.1, section 3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from symbolic.abc import fields
from symbolic.key import Key
from symbolic.meter import Meter, Tempo
from symbolic.score import FIELD_NAMES

MAX_REFERENCE_DIGITS = 9


@dataclass(slots=True)
class Header:
    """What a tune's header has said so far; complete once `close` has taken the key.

    Attributes:
        words: clef and transposition words of the ``K:`` field, for every voice.
        voice_words: for each voice that ``V:`` names, what stands after its name.
        program: General MIDI program for every voice, or None.
        is_open: whether the ``K:`` field is still to come.
        The others are as in `symbolic.score.Score`; `unit` is the unit length in quarter notes.
    """

    reference: int = 1
    metadata: list[tuple[str, str]] = field(default_factory=list)
    directives: list[str] = field(default_factory=list)
    key: Key = field(default_factory=Key.none)
    meter: Meter = field(default_factory=Meter.free)
    unit: Fraction | None = None
    part_order: str = ""
    words: fields.StaffWords = field(default_factory=fields.StaffWords)
    voice_words: dict[str, str] = field(default_factory=dict)
    program: int | None = None
    is_open: bool = True
    _tempo_text: str | None = None

    def take(self, letter: str, value: str) -> bool:
        """Takes a field other than ``K:``; False for a letter that says nothing about the tune.

        Raises:
            ValueError: the field cannot be understood.
        """
        match letter:
            case "X":
                if not (value.isascii() and value.isdigit() and len(value) <= MAX_REFERENCE_DIGITS):
                    raise ValueError(f"a reference number is a whole number, got {value!r}")
                self.reference = int(value)
            case "M":
                self.meter = fields.parse_meter(value)
            case "L":
                self.unit = fields.parse_unit(value)
            case "Q":
                fields.parse_tempo(value, Fraction(1))
                self._tempo_text = value
            case "P":
                self.part_order = value
            case "V":
                name, _, words = value.partition(" ")
                self.voice_words[name] = f"{self.voice_words.get(name, '')} {words}".strip()
            case _ if letter in FIELD_NAMES:
                self.add_info(letter, value)
            case _:
                return False
        return True

    def add_info(self, letter: str, value: str) -> None:
        """Adds a title, composer or other text field, in the header or later; empty ones say nothing."""
        if value:
            self.metadata.append((FIELD_NAMES[letter], fields.decode_text(value)))

    def continue_info(self, value: str) -> None:
        """Lengthens the last text field by what a ``+:`` line says."""
        if self.metadata:
            name, before = self.metadata[-1]
            self.metadata[-1] = (name, f"{before} {fields.decode_text(value)}")

    def close(self, key: Key | None, words: fields.StaffWords) -> None:
        """Takes the key, the last field of a header."""
        self.key = key or Key.none()
        self.words = words
        self.is_open = False

    @property
    def unit_length(self) -> Fraction:
        """The unit length in quarter notes, the standard's default where ``L:`` is absent."""
        return self.unit or fields.default_unit(self.meter)

    @property
    def tempo(self) -> Tempo | None:
        """The tempo; older forms of ``Q:`` count unit lengths, so it is known when the header is."""
        return None if self._tempo_text is None else fields.parse_tempo(self._tempo_text, self.unit_length)
