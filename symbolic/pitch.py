"""Spelled pitches and the intervals between them.

A pitch is written as step, alteration and octave (``F#4``; octave 4 starts at middle C, as in the
scientific convention). Spelling matters: F#4 and Gb4 sound alike and are different pitches.
The *line of fifths* (… Bb F C G D A E B F# …, C = 0) turns spelling into arithmetic: a sharp adds
7, a perfect fifth adds 1 (Temperley, *The Cognition of Basic Musical Structures*, 2001, ch. 5).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

STEPS = "CDEFGAB"
STEP_SEMITONES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
STEP_FIFTHS = {"F": -1, "C": 0, "G": 1, "D": 2, "A": 3, "E": 4, "B": 5}
FIFTHS_STEPS = "FCGDAEB"
"""Steps in the order in which key signatures sharpen them."""

_STEP_INDEX = {step: index for index, step in enumerate(STEPS)}
_PITCH = re.compile(r"([A-Ga-g])(#{1,3}|b{1,3}|x|)(-?\d+)")
_ALTER_SIGNS = {-3: "bbb", -2: "bb", -1: "b", 0: "", 1: "#", 2: "##", 3: "###"}
_SIGN_ALTERS = {sign: alter for alter, sign in _ALTER_SIGNS.items()} | {"x": 2}
MAX_ALTER = 3


def alter_sign(alter: int) -> str:
    """The sign of an alteration in semitones: 1 → ``#``, -2 → ``bb``.

    Raises:
        ValueError: more than three.
    """
    if alter not in _ALTER_SIGNS:
        raise ValueError(f"alter must be between -3 and 3, got {alter}")
    return _ALTER_SIGNS[alter]


def alter_of(sign: str) -> int:
    """The alteration in semitones that a sign means: ``#`` → 1, ``bb`` → -2, ``x`` → 2.

    Raises:
        ValueError: not such a sign.
    """
    if sign not in _SIGN_ALTERS:
        raise ValueError(f"an alteration is written like #, bb or x, got {sign!r}")
    return _SIGN_ALTERS[sign]


def spell_fifths(fifths: int) -> tuple[str, int]:
    """The (step, alter) at a place on the line of fifths, C = 0."""
    alter, index = divmod(fifths + 1, 7)
    return FIFTHS_STEPS[index], alter


def class_fifths(name: str) -> int:
    """Place on the line of fifths of a spelled class such as ``F#`` or ``Bb``, C = 0.

    Raises:
        ValueError: not a spelled class.
    """
    if name[:1] not in STEP_FIFTHS:
        raise ValueError(f"a note name is written like C, F# or Bb, got {name!r}")
    return STEP_FIFTHS[name[0]] + 7 * alter_of(name[1:])


def transpose_class(name: str, interval: Interval) -> str:
    """A spelled class moved by an interval; a result beyond double sharps or flats is respelled."""
    fifths = class_fifths(name) + interval.fifths
    step, alter = spell_fifths(fifths)
    if abs(alter) > 2:
        step, alter = spell_fifths(_plain_fifths(fifths))
    return step + alter_sign(alter)


def _plain_fifths(fifths: int) -> int:
    """The place between Ab and C# that sounds like another place on the line of fifths."""
    return (fifths + 4) % 12 - 4


@dataclass(frozen=True, slots=True)
class Pitch:
    """A spelled pitch.

    Attributes:
        step: one of ``C D E F G A B``.
        alter: semitones above the natural, -3 … 3.
        octave: scientific octave; C4 is middle C, MIDI 60.

    Raises:
        ValueError: a field out of its range.
    """

    step: str
    alter: int = 0
    octave: int = 4

    def __post_init__(self) -> None:
        if self.step not in _STEP_INDEX:
            raise ValueError(f"step must be one of {STEPS}, got {self.step!r}")
        if not -MAX_ALTER <= self.alter <= MAX_ALTER:
            raise ValueError(f"alter must be between -3 and 3, got {self.alter}")

    @classmethod
    def parse(cls, name: str) -> Pitch:
        """Reads a name such as ``F#4``, ``Bb-1`` or ``Cx5``."""
        match = _PITCH.fullmatch(name)
        if match is None:
            raise ValueError(f"a pitch is written like F#4 or Bb3, got {name!r}")
        step, sign, octave = match.groups()
        return cls(step.upper(), alter_of(sign), int(octave))

    @classmethod
    def from_fifths(cls, fifths: int, midi: int) -> Pitch:
        """The pitch with a given line-of-fifths spelling nearest to the MIDI number `midi`."""
        step, alter = spell_fifths(fifths)
        octave = (midi - alter - STEP_SEMITONES[step] + 6) // 12 - 1
        return cls(step, alter, octave)

    @property
    def midi(self) -> int:
        """MIDI number (middle C = 60)."""
        return 12 * (self.octave + 1) + STEP_SEMITONES[self.step] + self.alter

    @property
    def pitch_class(self) -> int:
        """Semitones above C, 0 … 11."""
        return (STEP_SEMITONES[self.step] + self.alter) % 12

    @property
    def fifths(self) -> int:
        """Place on the line of fifths, C = 0."""
        return STEP_FIFTHS[self.step] + 7 * self.alter

    @property
    def diatonic(self) -> int:
        """Staff position: steps above C0."""
        return 7 * self.octave + _STEP_INDEX[self.step]

    @property
    def spelled_class(self) -> str:
        """The name without its octave, e.g. ``F#``."""
        return self.step + _ALTER_SIGNS[self.alter]

    def transpose(self, interval: Interval) -> Pitch:
        """This pitch moved by a spelled interval; a result beyond triple sharps or flats is respelled."""
        return _transposed(self, interval)

    def __str__(self) -> str:
        return f"{self.step}{_ALTER_SIGNS[self.alter]}{self.octave}"


@lru_cache(maxsize=8192)
def _transposed(pitch: Pitch, interval: Interval) -> Pitch:
    octave, index = divmod(pitch.diatonic + interval.steps, 7)
    step = STEPS[index]
    midi = pitch.midi + interval.semitones
    alter = midi - (12 * (octave + 1) + STEP_SEMITONES[step])
    if -MAX_ALTER <= alter <= MAX_ALTER:
        return Pitch(step, alter, octave)
    return spell_simply(midi)


def spell_simply(midi: int) -> Pitch:
    """The plainest spelling of a MIDI number without context: C C# D Eb E F F# G Ab A Bb B."""
    return Pitch.from_fifths(_plain_fifths(7 * midi), midi)


_PERFECT = {0, 3, 4}
_STEP_SIZES = (0, 2, 4, 5, 7, 9, 11)
_INTERVAL = re.compile(r"(-?)(P|M|m|d{1,3}|A{1,3})([1-9]\d*)")


@dataclass(frozen=True, slots=True)
class Interval:
    """A spelled interval.

    Attributes:
        steps: staff steps upwards (a third is 2); negative is downwards.
        semitones: size in semitones; negative is downwards.
    """

    steps: int
    semitones: int

    @classmethod
    def between(cls, low: Pitch, high: Pitch) -> Interval:
        """The interval that leads from `low` to `high`."""
        return cls(high.diatonic - low.diatonic, high.midi - low.midi)

    @classmethod
    def parse(cls, name: str) -> Interval:
        """Reads a name such as ``M3``, ``P5``, ``-m2``, ``A4`` or ``m10``."""
        match = _INTERVAL.fullmatch(name)
        if match is None:
            raise ValueError(f"an interval is written like m3, P5 or -A4, got {name!r}")
        sign, quality, number = match.groups()
        steps = int(number) - 1
        octaves, degree = divmod(steps, 7)
        perfect = degree in _PERFECT
        if (quality == "P") != perfect and quality in {"P", "M", "m"}:
            raise ValueError(f"{name!r} does not exist: unisons, fourths, fifths and octaves are perfect")
        offset = {"P": 0, "M": 0, "m": -1}.get(quality)
        if offset is None:
            size = len(quality)
            offset = size if quality[0] == "A" else -size if perfect else -size - 1
        interval = cls(steps, 12 * octaves + _STEP_SIZES[degree] + offset)
        return -interval if sign else interval

    @property
    def name(self) -> str:
        """Quality and number, e.g. ``m3``; ``-P5`` downwards."""
        if self.steps < 0 or (self.steps == 0 and self.semitones < 0):
            return "-" + (-self).name
        octaves, degree = divmod(self.steps, 7)
        offset = self.semitones - 12 * octaves - _STEP_SIZES[degree]
        if degree in _PERFECT:
            quality = "P" if offset == 0 else "A" * offset if offset > 0 else "d" * -offset
        else:
            quality = {0: "M", -1: "m"}.get(offset) or ("A" * offset if offset > 0 else "d" * (-offset - 1))
        return f"{quality}{self.steps + 1}"

    @property
    def fifths(self) -> int:
        """Displacement on the line of fifths (a perfect fifth up is 1)."""
        octaves, degree = divmod(self.steps, 7)
        return STEP_FIFTHS[STEPS[degree]] + 7 * (self.semitones - 12 * octaves - _STEP_SIZES[degree])

    def __neg__(self) -> Interval:
        return Interval(-self.steps, -self.semitones)

    def __str__(self) -> str:
        return self.name
