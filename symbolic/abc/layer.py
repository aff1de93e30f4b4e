"""The events of one layer of one measure as ABC text, and the values that fields are written with.

Inside a layer, time is counted in whole ticks, and a written length is a pair of whole numbers:
arithmetic on fractions would take most of the time of writing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from math import gcd, lcm
from typing import TypeAlias

from symbolic.abc.fields import encode_text
from symbolic.abc.lexer import DECORATION_LETTERS, tuplet_numbers
from symbolic.errors import UnsupportedFeatureError
from symbolic.harmony import ChordSymbol
from symbolic.key import Key
from symbolic.meter import Meter, Tempo
from symbolic.pitch import Pitch
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

Scale: TypeAlias = tuple[int, int]
"""What a duration in quarters is multiplied by to give a written length: numerator, denominator."""
NO_TIME = Fraction(0)
_DECORATION_LETTERS = {name: letter for letter, name in DECORATION_LETTERS.items()}
_MODE_WORDS = {"major": "", "minor": "m", "mixolydian": "mix", "dorian": "dor", "phrygian": "phr",
               "lydian": "lyd", "locrian": "loc"}  # fmt: skip
_SIGNS = {0: "=", 1: "^", 2: "^^", -1: "_", -2: "__"}
_AS_WRITTEN: Scale = (1, 1)
OpenTuplet: TypeAlias = tuple[Scale, int]
"""What the lengths in a tuplet are multiplied by to be written, and how many events are still to come."""
NO_TUPLET: OpenTuplet = (_AS_WRITTEN, 0)
_BROKEN: dict[tuple[int, int], tuple[str, Scale, Scale]] = {
    (3, 1): (">", (2, 3), (2, 1)),
    (7, 1): (">>", (4, 7), (4, 1)),
    (1, 3): ("<", (2, 1), (2, 3)),
    (1, 7): ("<<", (4, 1), (4, 7)),
}
"""Ratio of two durations → the broken rhythm sign, and what takes each of them to the length written."""
_ENDS_BROKEN = (Rest, LineBreak, Key, Meter, Directive)


# Values


@lru_cache(maxsize=4096)
def length_text(numerator: int, denominator: int) -> str:
    """A multiple of the unit length as ABC writes it: 1/1 → nothing, 2/4 → ``/``, 3/2 → ``3/2``."""
    common = gcd(numerator, denominator)
    top, bottom = numerator // common, denominator // common
    text = str(top) if top != 1 else ""
    if bottom == 1:
        return text
    return f"{text}/" if bottom == 2 else f"{text}/{bottom}"


def _scaled(duration: Fraction, scale: Scale) -> str:
    return length_text(duration.numerator * scale[0], duration.denominator * scale[1])


@lru_cache(maxsize=1024)
def _letter(step: str, octave: int) -> str:
    """The letter of a note with its octave marks: C4 → ``C``, C6 → ``c'``, C2 → ``C,,``."""
    return step + "," * (4 - octave) if octave <= 4 else step.lower() + "'" * (octave - 5)


def _sign(alter: int, owner: Pitch | Key) -> str:
    if alter not in _SIGNS:
        raise UnsupportedFeatureError(f"ABC has no sign for triple sharps and flats, got {owner}")
    return _SIGNS[alter]


def key_text(key: Key) -> str:
    """What stands after ``K:``.

    Raises:
        UnsupportedFeatureError: ABC cannot say this key.
    """
    if not key.tonic:
        return "none"
    if len(key.tonic) > 2:
        raise UnsupportedFeatureError(f"ABC has no key on a double sharp or flat, got {key}")
    if key.mode in {"HP", "Hp"}:
        name = key.mode
    else:
        name = key.tonic + _MODE_WORDS[key.mode] + (" exp" if key.explicit else "")
    return name + "".join(f" {_sign(alter, key)}{step.lower()}" for step, alter in key.accidentals)


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


def _inline_text(text: str) -> str:
    """Text of an inline field, whose brackets would end it."""
    return encode_text(text).replace("[", "&#91;").replace("]", "&#93;")


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

    def sign(self, pitch: Pitch) -> str:
        """The sign that a note needs; remembers it for the later notes of the bar."""
        if not (self.by_step or self.carried) and pitch.alter == self.signature[pitch.step]:
            return ""
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
        return _sign(pitch.alter, pitch)


class LayerWriter:
    """Writes the events of one layer of one measure.

    Args:
        unit: unit length in quarters.
        key, meter: in force at its start; `key` and `meter` hold what is in force after it.
        carried: alterations that ties bring over the bar line.
        start: where in the bar the layer begins, in quarters (a pickup begins late).
        tuplet: a tuplet that the measure before left open: its scale and how many events it still holds;
            afterwards the one that this layer leaves open.
    """

    def __init__(
        self,
        unit: Fraction,
        key: Key,
        meter: Meter,
        carried: dict[tuple[str, int], int],
        start: Fraction,
        tuplet: OpenTuplet = NO_TUPLET,
    ) -> None:
        self.key = key
        self.meter = meter
        self._unit: Scale = (unit.denominator, unit.numerator)
        self._accidentals = _Accidentals(key.signature, carried)
        self._beam_eighths = _beam_eighths(meter)
        self._start = start
        self._tuplet, self._tuplet_left = tuplet
        self._tuplet_count = self._tuplet_left + 1
        self._words: list[str] = []
        self._gap = 0  # where a space between beams would go

    @property
    def tuplet(self) -> OpenTuplet:
        """The tuplet that is open now."""
        return self._tuplet, self._tuplet_left

    def write(self, events: Sequence[Event]) -> str:
        """The text of the layer, without bar signs; line breaks are written as newlines."""
        durations = [event.duration if isinstance(event, TIMED) else NO_TIME for event in events]
        quarter = lcm(2, self._start.denominator, *{duration.denominator for duration in durations})
        lengths = [_ticks(duration, quarter) for duration in durations]
        broken = self._broken_pairs(events, lengths, quarter) if len(set(lengths)) > 1 else {}
        now = _ticks(self._start, quarter)
        before = quarter
        for place, (event, length) in enumerate(zip(events, lengths, strict=True)):
            if isinstance(event, TIMED):
                if length < quarter or before < quarter:  # two longer notes have no beams to part
                    self._space(now, quarter)
                if place in broken:
                    sign, scale = broken[place]
                    self._words.append(self._timed(event, _product(self._unit, scale)) + sign)
                else:
                    self._words.append(self._timed(event, self._unit))
                self._gap = len(self._words)
                now += length
                before = length
            else:
                text = self._mark(event)
                is_misread = text.startswith("(") and self._words[-1:] == ["."]  # ".(" is a dotted slur
                self._words.append(f" {text}" if is_misread else text)
                if event is Slur.END or isinstance(event, LineBreak):
                    self._gap = len(self._words)
        text = "".join(self._words)
        return f"{text} " if text.endswith(".") else text  # ".|" would be a dotted bar

    def _space(self, now: int, quarter: int) -> None:
        """Parts beams: a space before the marks of an event that starts a beat."""
        group = self._beam_eighths * quarter // 2
        in_tuplet = 0 < self._tuplet_left < self._tuplet_count
        on_beat = group and not now % group and not in_tuplet
        if on_beat and self._gap and not self._words[self._gap - 1].endswith("\n"):
            self._words.insert(self._gap, " ")

    def _timed(self, event: Note | Chord | Rest, scale: Scale) -> str:
        if self._tuplet_left:
            scale = _product(self._tuplet, scale)
            self._tuplet_left -= 1
        text = self._rest(event, scale) if isinstance(event, Rest) else self._sounding(event, scale)
        self._accidentals.carried = {}
        return text

    def _rest(self, rest: Rest, scale: Scale) -> str:
        if rest.whole_measure and rest.duration == (self.meter.bar_quarters or 4):
            return "Z" if rest.visible else "X"
        return ("z" if rest.visible else "x") + _scaled(rest.duration, scale)

    def _sounding(self, event: Note | Chord, scale: Scale) -> str:
        if isinstance(event, Note):
            return self._head(event) + _scaled(event.duration, scale) + "-" * event.tie
        alike = all(note.duration == event.duration for note in event.notes)
        tied = all(note.tie for note in event.notes)
        inside = ""
        for note in event.notes:
            length = "" if alike else _scaled(note.duration, scale)
            inside += self._head(note) + length + "-" * (note.tie and not tied)
        return f"[{inside}]" + (_scaled(event.duration, scale) if alike else "") + "-" * tied

    def _head(self, note: Note) -> str:
        pitch = note.pitch
        return self._accidentals.sign(pitch) + _letter(pitch.step, pitch.octave)

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
                inside = "".join(self._sounding(note, self._unit) for note in notes)
                return f"{{{'/' if slash else ''}{inside}}}"
            case Tuplet():
                self._tuplet = (event.actual, event.normal)
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
                self._accidentals = _Accidentals(event.signature, self._accidentals.carried)
                return f"[K:{key_text(event)}]"
            case Meter():
                self.meter = event
                self._beam_eighths = _beam_eighths(event)
                return f"[M:{event}]"
            case Tempo():
                return f"[Q:{tempo_text(event)}]"
            case Section(label):
                return f"[P:{_inline_text(label)}]"
            case Directive(text):
                return f"[I:{_inline_text(text)}]"
        raise TypeError(f"not an event of a score: {event!r}")

    def _tuplet_mark(self, event: Tuplet) -> str:
        short = f"({event.actual}"
        numbers = (event.actual, event.normal, event.count)
        for text in (short, f"{short}:{event.normal}", f"{short}::{event.count}"):
            if tuplet_numbers(text, self.meter.is_compound) == numbers:
                return text
        return f"{short}:{event.normal}:{event.count}"

    def _broken_pairs(
        self, events: Sequence[Event], lengths: Sequence[int], quarter: int
    ) -> dict[int, tuple[str, Scale]]:
        """Where broken rhythm says the lengths of two events more shortly.

        Returns:
            For the place of each event of such a pair, the sign after it (none after the second) and
            what its duration is multiplied by to give what is written.
        """
        pairs: dict[int, tuple[str, Scale]] = {}
        previous = -1
        in_tuplet = self._tuplet_left
        for place, (event, length) in enumerate(zip(events, lengths, strict=True)):
            if length and in_tuplet:
                in_tuplet -= 1
            elif isinstance(event, Tuplet):
                in_tuplet = event.count
                previous = -1
            elif isinstance(event, _ENDS_BROKEN):
                previous = -1
            elif length:
                found = self._broken(lengths[previous], length, quarter) if previous >= 0 else None
                if found is None:
                    previous = place
                else:
                    sign, first, second = found
                    pairs[previous], pairs[place] = (sign, first), ("", second)
                    previous = -1
        return pairs

    def _broken(self, first: int, second: int, quarter: int) -> tuple[str, Scale, Scale] | None:
        """The broken rhythm of two neighbours, if it is shorter than their lengths written out."""
        common = gcd(first, second)
        found = _BROKEN.get((first // common, second // common))
        if found is None:
            return None
        top, bottom = self._unit[0], self._unit[1] * quarter
        plain = len(length_text(first * top, bottom) + length_text(second * top, bottom))
        shared = length_text((first + second) * top, 2 * bottom)
        return found if 2 * len(shared) + len(found[0]) < plain else None


def _ticks(duration: Fraction, quarter: int) -> int:
    """A duration in quarters as ticks, of which a quarter has `quarter`."""
    return duration.numerator * (quarter // duration.denominator)


def _product(one: Scale, other: Scale) -> Scale:
    return one[0] * other[0], one[1] * other[1]


@lru_cache(maxsize=256)
def _beam_eighths(meter: Meter) -> int:
    """Eighths after which beams part: the beat, half a bar in 4/4 and 2/2; 0 for free metre."""
    if meter.is_free or len(meter.groups) > 1:
        return 0
    if not meter.is_compound and meter.bar_quarters == 4:
        return 4
    return int(2 * max(meter.beat_quarters, Fraction(1)))
