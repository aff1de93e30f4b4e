"""The events of one layer of one measure as ABC text, and the values that fields are written with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from symbolic.abc.fields import encode_text
from symbolic.abc.lexer import DECORATION_LETTERS, tuplet_numbers
from symbolic.harmony import ChordSymbol
from symbolic.key import Key
from symbolic.meter import Meter, Tempo
from symbolic.score import (
    TIMED,
    Annotation,
    Chord,
    Decoration,
    Directive,
    Event,
    Grace,
    LineBreak,
    Lyric,
    Note,
    Rest,
    Section,
    Slur,
    Tuplet,
)

ONE = Fraction(1)
_DECORATION_LETTERS = {name: letter for letter, name in DECORATION_LETTERS.items()}
_MODE_WORDS = {"major": "", "minor": "m", "mixolydian": "mix", "dorian": "dor", "phrygian": "phr",
               "lydian": "lyd", "locrian": "loc"}  # fmt: skip
_SIGNS = {0: "=", 1: "^", 2: "^^", -1: "_", -2: "__"}
_BROKEN = {(Fraction(3, 2), Fraction(1, 2)): ">", (Fraction(7, 4), Fraction(1, 4)): ">>",
           (Fraction(1, 2), Fraction(3, 2)): "<", (Fraction(1, 4), Fraction(7, 4)): "<<"}  # fmt: skip


# Values


def length_text(length: Fraction) -> str:
    """A multiple of the unit length as ABC writes it: 1 → nothing, 1/2 → ``/``, 3/2 → ``3/2``."""
    top = str(length.numerator) if length.numerator != 1 else ""
    if length.denominator == 1:
        return top
    return f"{top}/" if length.denominator == 2 else f"{top}/{length.denominator}"


def key_text(key: Key) -> str:
    """What stands after ``K:``."""
    if not key.tonic:
        return "none"
    if key.mode in {"HP", "Hp"}:
        name = key.mode
    else:
        name = key.tonic + _MODE_WORDS[key.mode] + (" exp" if key.explicit else "")
    return name + "".join(f" {_SIGNS[alter]}{step.lower()}" for step, alter in key.accidentals)


def tempo_text(tempo: Tempo) -> str:
    """What stands after ``Q:``."""
    words = [quoted(tempo.text)] if tempo.text or tempo.bpm is None else []
    if tempo.bpm is not None:
        beat = tempo.beat_quarters / 4
        bpm = f"{float(tempo.bpm):.6f}".rstrip("0").rstrip(".")
        words.append(f"{beat.numerator}/{beat.denominator}={bpm}")
    return " ".join(words)


def quoted(text: str) -> str:
    """Text between quotation marks, with those inside it escaped."""
    return '"' + encode_text(text).replace('"', "&quot;") + '"'


def syllable_text(text: str) -> str:
    """A syllable as a ``w:`` line writes it."""
    end = "-" if text.endswith("-") else ""
    return encode_text(text.removesuffix("-")).replace("-", "\\-").replace(" ", "~") + end


# One layer of a measure


@dataclass(slots=True)
class _Accidentals:
    """What a reader would play for a note without a sign, carrying accidentals through one octave or all."""

    signature: dict[str, int]
    carried: dict[tuple[str, int], int] = field(default_factory=dict)
    by_step: dict[str, int] = field(default_factory=dict)
    by_place: dict[tuple[str, int], int] = field(default_factory=dict)

    def sign(self, note: Note) -> str:
        """The sign that the note needs; notes that later notes of the bar depend on it."""
        pitch = note.pitch
        place = (pitch.step, pitch.octave)
        if place in self.carried:
            if self.carried[place] == pitch.alter:
                return ""
        else:
            everywhere = self.by_step.get(pitch.step, self.signature[pitch.step])
            here = self.by_place.get(place, self.signature[pitch.step])
            if everywhere == here == pitch.alter:
                return ""
        self.by_step[pitch.step] = pitch.alter
        self.by_place[place] = pitch.alter
        return _SIGNS[pitch.alter]


class LayerWriter:
    """Writes the events of one layer of one measure.

    Args:
        unit: unit length in quarters.
        key, meter: in force at its start; `key` and `meter` hold what is in force after it.
        carried: alterations that ties bring over the bar line.
        start: where in the bar the layer begins, in quarters (a pickup begins late).
    """

    def __init__(
        self, unit: Fraction, key: Key, meter: Meter, carried: dict[tuple[str, int], int], start: Fraction
    ) -> None:
        self.key = key
        self.meter = meter
        self._unit = unit
        self._accidentals = _Accidentals(key.signature, carried)
        self._now = start
        self._group = _beam_group(meter)
        self._tuplet = ONE
        self._tuplet_left = self._tuplet_count = 0
        self._words: list[str] = []
        self._last_duration = ONE
        self._gap = 0  # where a space between beams would go

    def write(self, events: Sequence[Event]) -> str:
        """The text of the layer, without bar signs; line breaks are written as newlines."""
        broken = self._broken_pairs(events)
        factor = ONE
        for place, event in enumerate(events):
            if isinstance(event, TIMED):
                self._space(event)
                after = broken.get(place, "")
                scale = factor if not after else _first_factor(after)
                self._words.append(self._timed(event, scale) + after)
                if (not isinstance(event, Rest) and self._accidentals.carried) or isinstance(event, Rest):
                    self._accidentals.carried = {}
                factor = _second_factor(after) if after else ONE
                self._now += event.duration
                self._gap = len(self._words)
                if self._tuplet_left:
                    self._tuplet_left -= 1
            else:
                text = self._mark(event)
                self._words.append(text)
                if event is Slur.END or isinstance(event, LineBreak):
                    self._gap = len(self._words)
        text = "".join(self._words)
        return f"{text} " if text.endswith(".") else text  # ".|" would be a dotted bar

    def _space(self, event: Note | Chord | Rest) -> None:
        """Parts beams: a space before the marks of an event that starts a beat.

        Between two notes too long for beams there is nothing to part.
        """
        in_tuplet = 0 < self._tuplet_left < self._tuplet_count
        on_beat = self._group and not self._now % self._group and not in_tuplet
        beamed = event.duration < 1 or self._last_duration < 1
        if self._gap and on_beat and beamed and not self._words[self._gap - 1].endswith("\n"):
            self._words.insert(self._gap, " ")
        self._last_duration = event.duration

    def _timed(self, event: Note | Chord | Rest, scale: Fraction) -> str:
        written = self._unit * scale * (self._tuplet if self._tuplet_left else ONE)
        match event:
            case Note():
                return self._note(event, event.duration / written)
            case Chord(notes):
                return self._chord(notes, written)
            case Rest(duration, visible, whole):
                if whole and duration == (self.meter.bar_quarters or 4):
                    return "Z" if visible else "X"
                return ("z" if visible else "x") + length_text(duration / written)

    def _note(self, note: Note, length: Fraction) -> str:
        octave = note.pitch.octave
        letter = note.pitch.step if octave <= 4 else note.pitch.step.lower()
        marks = "," * (4 - octave) if octave < 4 else "'" * (octave - 5)
        return f"{self._accidentals.sign(note)}{letter}{marks}{length_text(length)}{'-' if note.tie else ''}"

    def _chord(self, notes: tuple[Note, ...], written: Fraction) -> str:
        lengths = {note.duration for note in notes}
        all_tied = all(note.tie for note in notes)
        outer = notes[0].duration / written if len(lengths) == 1 else ONE
        inside = "".join(
            self._note(replace(note, tie=note.tie and not all_tied), note.duration / written / outer)
            for note in notes
        )
        return f"[{inside}]{length_text(outer)}{'-' if all_tied else ''}"

    def _mark(self, event: Event) -> str:
        match event:
            case Slur():
                return event.value
            case Decoration(name):
                return _DECORATION_LETTERS.get(name) or f"!{name}!"
            case ChordSymbol():
                return f'"{event}"'
            case Annotation(text, placement):
                return '"' + placement + quoted(text)[1:]
            case Grace(notes, slash):
                inside = "".join(self._grace_note(note) for note in notes)
                return f"{{{'/' if slash else ''}{inside}}}"
            case Tuplet():
                self._tuplet = Fraction(event.normal, event.actual)
                self._tuplet_left = self._tuplet_count = event.count
                return self._tuplet_mark(event)
            case LineBreak():
                return "\n"
            case Lyric():
                return ""
        return self._field(event)

    def _field(self, event: Event) -> str:
        match event:
            case Key():
                self.key = event
                self._accidentals = _Accidentals(event.signature)
                return f"[K:{key_text(event)}]"
            case Meter():
                self.meter = event
                self._group = _beam_group(event)
                return f"[M:{event}]"
            case Tempo():
                return f"[Q:{tempo_text(event)}]"
            case Section(label):
                return f"[P:{encode_text(label)}]"
            case Directive(text):
                return f"[I:{text}]"
        raise TypeError(f"not an event of a score: {event!r}")

    def _grace_note(self, note: Note | Chord) -> str:
        if isinstance(note, Note):
            return self._note(note, note.duration / self._unit)
        return self._chord(note.notes, self._unit)

    def _tuplet_mark(self, event: Tuplet) -> str:
        short = f"({event.actual}"
        numbers = (event.actual, event.normal, event.count)
        for text in (short, f"{short}:{event.normal}", f"{short}::{event.count}"):
            if tuplet_numbers(text, self.meter.is_compound) == numbers:
                return text
        return f"{short}:{event.normal}:{event.count}"

    def _broken_pairs(self, events: Sequence[Event]) -> dict[int, str]:
        """Where ``>`` or ``<`` after an event says the lengths of it and the next more shortly."""
        pairs: dict[int, str] = {}
        previous: int | None = None
        in_tuplet = 0
        for place, event in enumerate(events):
            if isinstance(event, Tuplet):
                in_tuplet = event.count
                previous = None
            elif isinstance(event, LineBreak | Key | Meter | Directive):
                previous = None
            elif isinstance(event, TIMED):
                if in_tuplet:
                    in_tuplet -= 1
                    continue
                if previous is not None and (sign := self._broken_sign(events[previous], event)):
                    pairs[previous] = sign
                    previous = None
                else:
                    previous = place
        return pairs

    def _broken_sign(self, first: Event, second: Event) -> str:
        if not (isinstance(first, Note | Chord) and isinstance(second, Note | Chord)):
            return ""
        base = (first.duration + second.duration) / 2
        sign = _BROKEN.get((first.duration / base, second.duration / base), "")
        plain = len(length_text(first.duration / self._unit) + length_text(second.duration / self._unit))
        return sign if sign and 2 * len(length_text(base / self._unit)) + len(sign) < plain else ""


def _first_factor(sign: str) -> Fraction:
    return next(first for (first, _), text in _BROKEN.items() if text == sign)


def _second_factor(sign: str) -> Fraction:
    return 2 - _first_factor(sign)


def _beam_group(meter: Meter) -> Fraction:
    """Length in quarters after which beams part: the beat, half a bar in 4/4 and 2/2; 0 for free metre."""
    if meter.is_free or len(meter.groups) > 1:
        return Fraction(0)
    if not meter.is_compound and meter.bar_quarters == 4:
        return Fraction(2)
    return max(meter.beat_quarters, ONE)
