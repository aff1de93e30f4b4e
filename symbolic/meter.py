"""Metres: simple, compound, additive, common and cut time, and none; and tempo marks.

Durations are in quarter notes. A metre belongs to one of the four classes of the standard theory
(duple or triple, each simple or compound): the beats in a bar are counted after taking groups of
three together when the numerator is 6, 9, 12 …; quadruple counts as duple. A bar of 5, 7, 10 … beats,
or of beats of different lengths, is irregular.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

_FRACTION = re.compile(r"\(?\s*(\d+(?:\s*\+\s*\d+)*)\s*\)?\s*/\s*(\d+)")
MAX_BEATS = 256
MAX_UNIT = 512
_TWOS_AND_THREES = 6**8
"""Divisible by each number up to `MAX_BEATS` that has no prime factor but 2 and 3."""


def _is_unit(unit: int) -> bool:
    return 0 < unit <= MAX_UNIT and not unit & (unit - 1)


@dataclass(frozen=True)
class Meter:
    """A time signature.

    Attributes:
        groups: the numerator; more than one number when it is additive (``(2+3)/8``); empty for
            free metre.
        unit: the denominator.
        symbol: ``C`` or ``C|`` where 4/4 or 2/2 is written so, else empty.
    """

    groups: tuple[int, ...] = (4,)
    unit: int = 4
    symbol: str = ""

    def __post_init__(self) -> None:
        if any(not 0 < group <= MAX_BEATS for group in self.groups):
            raise ValueError(f"groups must lie between 1 and {MAX_BEATS}, got {self.groups}")
        if not _is_unit(self.unit):
            raise ValueError(f"unit must be a power of two up to {MAX_UNIT}, got {self.unit}")
        if not self.groups and self.unit != 4:
            raise ValueError(f"unit must be 4 in free metre, got {self.unit}")
        if self.symbol and (self.symbol, self.groups, self.unit) not in {("C", (4,), 4), ("C|", (2,), 2)}:
            raise ValueError(f"symbol C means 4/4 and C| means 2/2, got {self.symbol!r} for {self.name}")

    @classmethod
    def free(cls) -> Meter:
        """No metre (ABC ``M:none``)."""
        return cls((), 4)

    @classmethod
    def parse(cls, text: str) -> Meter:
        """Reads ``6/8``, ``(2+3)/8``, ``C``, ``C|``, ``none``, or a sum such as ``2/4+3/8``.

        Raises:
            ValueError: none of these.
        """
        text = text.strip()
        if text == "C":
            return cls((4,), 4, "C")
        if text == "C|":
            return cls((2,), 2, "C|")
        if text.lower() in {"none", ""}:
            return cls.free()
        pairs = _FRACTION.findall(text)
        if not pairs or _FRACTION.sub("", text).strip(" +"):
            raise ValueError(f"a metre is written like 6/8, (2+3)/8, C, C| or none, got {text!r}")
        units = [int(unit) for _, unit in pairs]
        if not all(map(_is_unit, units)):
            raise ValueError(f"unit must be a power of two up to {MAX_UNIT}, got {text!r}")
        groups = [
            int(beats) * max(units) // unit
            for (numerator, _), unit in zip(pairs, units, strict=True)
            for beats in numerator.split("+")
        ]
        return cls(tuple(groups), max(units))

    @property
    def beats(self) -> int:
        """The whole numerator; 0 for free metre."""
        return sum(self.groups)

    @property
    def is_free(self) -> bool:
        """Whether there is no metre."""
        return not self.groups

    @cached_property
    def bar_quarters(self) -> Fraction:
        """Length of a bar in quarter notes; 0 for free metre."""
        return Fraction(4 * self.beats, self.unit)

    @property
    def is_compound(self) -> bool:
        """Whether beats are dotted, as where the numerator is 6, 9 or 12."""
        return len(self.groups) == 1 and self.beats > 3 and self.beats % 3 == 0

    @property
    def beat_quarters(self) -> Fraction:
        """Length of the felt beat in quarter notes: dotted in compound metres, else the unit."""
        return Fraction(12 if self.is_compound else 4, self.unit)

    @property
    def class_name(self) -> str:
        """``duple``, ``triple``, ``compound duple``, ``compound triple``, ``irregular`` or ``free``."""
        if self.is_free:
            return "free"
        beats = self.beats // 3 if self.is_compound else self.beats
        if len(self.groups) > 1 or _TWOS_AND_THREES % beats:
            return "irregular"
        kind = "triple" if beats % 3 == 0 else "duple"
        return f"compound {kind}" if self.is_compound else kind

    @property
    def name(self) -> str:
        """``6/8``, ``2+3/8``; the plain fraction even where a symbol stands in the score; ``none``."""
        return f"{'+'.join(map(str, self.groups))}/{self.unit}" if self.groups else "none"

    def __str__(self) -> str:
        return self.symbol or self.name


@dataclass(frozen=True, slots=True)
class Tempo:
    """A tempo mark.

    Attributes:
        bpm: beats per minute; None when only words are given.
        beat_quarters: length of that beat in quarter notes.
        text: words such as "Allegro"; may be empty.
    """

    bpm: Fraction | None = None
    beat_quarters: Fraction = Fraction(1)
    text: str = ""

    def __post_init__(self) -> None:
        if self.bpm is not None and not 0 < self.bpm <= 10_000:
            raise ValueError(f"bpm must lie between 0 and 10,000, got {self.bpm}")
        if not 0 < self.beat_quarters <= 64:
            raise ValueError(f"beat_quarters must lie between 0 and 64, got {self.beat_quarters}")

    @property
    def qpm(self) -> float | None:
        """Quarter notes per minute, or None."""
        return None if self.bpm is None else float(self.bpm * self.beat_quarters)
