"""Where the beat is: the way between seconds and quarter notes, and the bars.

Quarter 0 is where the first bar starts. With a pickup that first bar is a short one, as in a `Score`, so a
bar's start is a downbeat for every bar but a short first one.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from symbolic.meter import Meter


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: `start` and `length` in quarter notes, and its metre; shorter than that only at the ends."""

    start: Fraction
    length: Fraction
    meter: Meter

    @property
    def end(self) -> Fraction:
        """Where the next bar starts, in quarter notes."""
        return self.start + self.length


@dataclass(frozen=True, slots=True, eq=False)
class Beatmap:
    """The tempo and the bars of a performance.

    Attributes:
        times_s: (n,) seconds, ascending, n ≥ 2: moments whose place in the score is known (the beats).
        quarters: (n,) the places, ascending; between them the tempo is constant, and beyond the first and
            the last it goes on as it is there.
        bars: in order and without gaps from quarter 0, reaching at least to the last note.
    """

    times_s: np.ndarray
    quarters: np.ndarray
    bars: tuple[Bar, ...]

    def __post_init__(self) -> None:
        if self.times_s.shape != self.quarters.shape or self.times_s.ndim != 1 or len(self.times_s) < 2:
            shapes = (self.times_s.shape, self.quarters.shape)
            raise ValueError(f"times_s and quarters must be two arrays of one length from 2, got {shapes}")
        for name, values in (("times_s", self.times_s), ("quarters", self.quarters)):
            if np.any(np.diff(values) <= 0):
                raise ValueError(f"{name} must be ascending")

    def to_quarters(self, seconds: np.ndarray) -> np.ndarray:
        """Places in the score of moments in seconds."""
        return _interpolate(seconds, self.times_s, self.quarters)

    def to_seconds(self, quarters: np.ndarray) -> np.ndarray:
        """Moments in seconds of places in the score."""
        return _interpolate(quarters, self.quarters, self.times_s)

    def bars_to(self, end: float) -> tuple[Bar, ...]:
        """The bars, with more like the last one where they end before `end` in quarter notes."""
        bars = list(self.bars)
        while bars[-1].end <= end:
            length = bars[-1].meter.bar_quarters or max(Fraction(1), bars[-1].length)
            bars.append(Bar(bars[-1].end, length, bars[-1].meter))
        return tuple(bars)

    @property
    def qpm(self) -> float:
        """The middle tempo in quarter notes a minute: the median over the music's length."""
        steps = np.diff(self.quarters)
        rates = 60 * steps / np.diff(self.times_s)
        order = np.argsort(rates)
        passed = np.cumsum(steps[order])
        return float(rates[order][np.searchsorted(passed, passed[-1] / 2)])

    @property
    def downbeats(self) -> np.ndarray:
        """The starts of the bars in quarter notes, without that of a pickup."""
        starts = [float(bar.start) for bar in self.bars]
        if len(self.bars) > 1 and self.bars[0].length < self.bars[0].meter.bar_quarters:
            starts = starts[1:]
        return np.array(starts)


def _interpolate(values: np.ndarray, known: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Linear between the known points, and beyond them as in the nearest step."""
    values = np.asarray(values, dtype=float)
    step = np.clip(np.searchsorted(known, values, side="right") - 1, 0, len(known) - 2)
    slope = (wanted[step + 1] - wanted[step]) / (known[step + 1] - known[step])
    found: np.ndarray = wanted[step] + (values - known[step]) * slope
    return found
