"""From note tokens to notes, each worked out once.

What ``c2`` means depends on the key, the unit length, the accidentals so far in the bar and the
tuplet it stands in. A `NoteState` is one such combination. It remembers every token it has met
together with the (immutable, shared) event that the token means, and which state follows a token
that carries an accidental. Tunes of a collection share few combinations and few tokens, so after
a few tunes reading a note is one dictionary look-up.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from symbolic.abc.fields import decode_text
from symbolic.abc.lexer import CHORD, IN_CHORD, NOTE, TOKEN, USER_LETTERS, length_factor
from symbolic.harmony import ChordSymbol
from symbolic.key import Key
from symbolic.pitch import Pitch
from symbolic.score import Annotation, Chord, Decoration, Event, Grace, Note, Rest, Slur

Accidentals: TypeAlias = tuple[tuple[tuple[str, int], int], ...]
"""((step, octave), alter) pairs in force; octave is `ANY_OCTAVE` where they hold in every octave."""
ANY_OCTAVE = 99
_SIGN_ALTERS = {"^": 1, "^^": 2, "_": -1, "__": -2, "=": 0}
_MAX_REMEMBERED = 300_000


@dataclass(frozen=True, slots=True)
class Setting:
    """What stays the same within a line of music.

    Attributes:
        key: gives the signature.
        unit: the unit note length in quarter notes.
        octave: octaves added to every written note.
        scope: how far an accidental reaches: ``pitch`` (every octave in the bar, the standard's
            default), ``octave`` (its own) or ``not`` (that note alone).
        decorations: letter → decoration name, sorted.
    """

    key: Key
    unit: Fraction
    octave: int
    scope: str
    decorations: tuple[tuple[str, str], ...]


class NoteState:
    """Meanings of tokens for one setting, set of accidentals and tuplet factor.

    Attributes:
        events: token → event, for tokens that change nothing.
        moves: token → (event, following state), for tokens with an accidental.
    """

    __slots__ = ("_family", "_letters", "_signature", "accidentals", "events", "factor", "moves", "setting")

    def __init__(
        self,
        setting: Setting,
        accidentals: Accidentals,
        factor: Fraction,
        family: dict[tuple[Accidentals, Fraction], NoteState],
    ) -> None:
        self.setting = setting
        self.accidentals = accidentals
        self.factor = factor
        self.events: dict[str, Event] = {}
        self.moves: dict[str, tuple[Event, NoteState]] = {}
        self._family = family
        self._signature = setting.key.signature
        self._letters = dict(setting.decorations)

    def sibling(self, accidentals: Accidentals, factor: Fraction) -> NoteState:
        """The state of the same setting with other accidentals and tuplet factor."""
        found = self._family.get((accidentals, factor))
        if found is None:
            found = NoteState(self.setting, accidentals, factor, self._family)
            self._family[accidentals, factor] = found
        return found

    def fresh(self) -> NoteState:
        """The state after a bar line."""
        return self.sibling((), self.factor) if self.accidentals else self

    def learn(self, token: str) -> bool:
        """Adds the meaning of a note, rest, chord, grace, slur, text or decoration; False for any other.

        Raises:
            ValueError: the token is of these kinds and malformed; the message says how.
        """
        event, state = self._meaning(token)
        if event is None:
            return False
        _count_remembered()
        if state is self:
            self.events[token] = event
        else:
            self.moves[token] = (event, state)
        return True

    def _meaning(self, token: str) -> tuple[Event | None, NoteState]:
        first = token[0]
        if first == '"':
            return (_quoted(token[1:-1]), self) if len(token) > 1 and token[-1] == '"' else (None, self)
        if first == "[" and "]" in token:
            return self._chord(token)
        if first == "{" and token[-1] == "}":
            return self._grace(token)
        if first in "!+":
            return (Decoration(token[1:-1]), self) if len(token) > 2 else (None, self)
        if len(token) == 1 and token in USER_LETTERS:
            name = self._letters.get(token)
            return (Decoration(name), self) if name else (None, self)
        if token in {"(", ".("}:
            return Slur.START, self
        if token == ")":
            return Slur.END, self
        return self._note(token)

    def _note(self, token: str) -> tuple[Note | Rest | None, NoteState]:
        match = NOTE.fullmatch(token)
        if match is None:
            return None, self
        sign, letter, marks, top, slashes, bottom, tie = match.groups()
        duration = length_factor(top, slashes, bottom) * self.setting.unit * self.factor
        if letter in "zx":
            return Rest(duration, visible=letter == "z"), self
        step = letter.upper()
        octave = (4 if letter == step else 5) + marks.count("'") - marks.count(",") + self.setting.octave
        alter = _SIGN_ALTERS[sign] if sign else self._alter(step, octave)
        return Note(Pitch(step, alter, octave), duration, bool(tie)), self._after(sign, step, octave)

    def _alter(self, step: str, octave: int) -> int:
        for place, alter in self.accidentals:
            if place in ((step, octave), (step, ANY_OCTAVE)):
                return alter
        return self._signature[step]

    def _after(self, sign: str, step: str, octave: int) -> NoteState:
        if not sign or self.setting.scope == "not":
            return self
        place = (step, octave if self.setting.scope == "octave" else ANY_OCTAVE)
        now = dict(self.accidentals)
        now[place] = _SIGN_ALTERS[sign]
        if now[place] == self._signature[step]:
            del now[place]
        accidentals = tuple(sorted(now.items()))
        return self if accidentals == self.accidentals else self.sibling(accidentals, self.factor)

    def _chord(self, token: str) -> tuple[Event | None, NoteState]:
        match = CHORD.fullmatch(token)
        if match is None:
            return None, self
        inside, top, slashes, bottom, tie = match.groups()
        outer = length_factor(top, slashes, bottom)
        state = self
        notes = []
        for part in IN_CHORD.findall(inside):
            note, state = state._note(part)
            if isinstance(note, Note):
                notes.append(Note(note.pitch, note.duration * outer, note.tie or bool(tie)))
            elif not (isinstance(note, Rest) or part[0] in '"!+.~()' or part in USER_LETTERS):
                raise ValueError(f"{part!r} does not belong inside a chord")
        if not notes:
            raise ValueError("a chord without notes")
        return Chord(tuple(notes)), state

    def _grace(self, token: str) -> tuple[Event | None, NoteState]:
        inside = token[1:-1].strip()
        slash = inside.startswith("/")
        state = self.sibling(self.accidentals, Fraction(1))
        notes: list[Note | Chord] = []
        for part in TOKEN.findall(inside.removeprefix("/")):
            event, state = state._meaning(part)
            if isinstance(event, Note | Chord):
                notes.append(event)
            elif event is None and part not in {">", "<", "-"}:
                raise ValueError(f"{part!r} does not belong among grace notes")
        if not notes:
            raise ValueError("grace notes without notes")
        return Grace(tuple(notes), slash), state.sibling(state.accidentals, self.factor)


def _quoted(text: str) -> Event:
    if text[:1] in {"^", "_", "<", ">", "@"}:
        return Annotation(decode_text(text[1:]), text[0])
    return ChordSymbol.parse(text) or Annotation(decode_text(text))


_families: dict[Setting, NoteState] = {}
_remembered = 0


def note_state(setting: Setting) -> NoteState:
    """The state at the start of a bar for a setting, shared by all tunes that use it."""
    state = _families.get(setting)
    if state is None:
        family: dict[tuple[Accidentals, Fraction], NoteState] = {}
        state = family[(), Fraction(1)] = NoteState(setting, (), Fraction(1), family)
        _families[setting] = state
    return state


def _count_remembered() -> None:
    """Forgets everything once very much is remembered, so that hostile input cannot fill the memory."""
    global _remembered
    _remembered += 1
    if _remembered > _MAX_REMEMBERED:
        _families.clear()
        _remembered = 0
