"""Passages of a melody that are alike: how long what begins or ends at a place goes as another passage.

Passages are compared at every distance of up to `MAX_LAG` onsets. Their rhythm is the same while the times to
the next onset and the places in the bar are; the tune while the pitches are too, the steps while the melodic
intervals are. `phrase_features` says what a place is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from symbolic.analysis.barred_line import BarredLine

MAX_LAG = 256
"""Passages further apart, in onsets, are not compared."""
LONGEST = 8.0
"""Bars: longer likenesses count as this long."""
LONG_ENOUGH = 1.0
"""Bars, before and after together, for which two passages must be alike to tell of each other's ends."""
ON_ONE_SIDE = 2
"""Bars that count at most before, and after."""
NOWHERE = -12.0
"""What stands for the value of an onset or a place that does not exist."""

Columns = dict[str, np.ndarray]
"""Name of a feature → its value at each place."""


@dataclass(frozen=True, slots=True, eq=False)
class Lag:
    """All passages compared with those `lag` onsets earlier; arrays have one place for each later onset.

    Attributes:
        lag: distance in onsets.
        rhythm, tune, steps: whether the onset is as the earlier one.
    """

    lag: int
    rhythm: np.ndarray
    tune: np.ndarray
    steps: np.ndarray

    @property
    def later(self) -> slice:
        """Where the later onsets stand in the line."""
        return slice(self.lag, None)

    @property
    def earlier(self) -> slice:
        """Where the earlier onsets stand in the line."""
        return slice(0, len(self.rhythm))


def lags(melody: BarredLine) -> Iterator[Lag]:
    """The distances at which any two onsets have the same rhythm."""
    line, phases = melody.line, melody.phases
    steps = np.diff(line.pitches, append=line.pitches[-1])
    for lag in range(1, min(len(line), MAX_LAG)):
        rhythm = (line.gaps[lag:] == line.gaps[:-lag]) & (phases[lag:] == phases[:-lag])
        if rhythm.any():
            tune = rhythm & (line.pitches[lag:] == line.pitches[:-lag])
            yield Lag(lag, rhythm, tune, rhythm & (steps[lag:] == steps[:-lag]))


def forward(equal: np.ndarray, melody: BarredLine) -> np.ndarray:
    """How long what begins at each later onset goes as the earlier passage, in parts of a quarter."""
    times = _times(equal, melody)
    index = np.arange(len(equal))
    ends = np.minimum.accumulate(np.where(equal, len(equal), index)[::-1])[::-1]
    lengths: np.ndarray = times[ends] - times[:-1]
    return lengths


def backward(equal: np.ndarray, melody: BarredLine) -> np.ndarray:
    """How long what ends before each later onset went as the earlier passage, in parts of a quarter."""
    times = _times(equal, melody)
    index = np.arange(len(equal))
    starts = np.maximum.accumulate(np.where(equal, 0, index + 1))
    lengths: np.ndarray = times[:-1] - times[np.append(0, starts[:-1])]
    return lengths


def _times(equal: np.ndarray, melody: BarredLine) -> np.ndarray:
    """The onsets of the later passage and the end of the line."""
    line = melody.line
    return np.append(line.onsets[len(line) - len(equal) :], line.length)


def note_parallels(melody: BarredLine) -> Columns:
    """How long, in bars, the melody around each place goes as it does elsewhere."""
    count = len(melody.line)
    names = ("tune again", "tune to come", "tune begins", "tune ended", "steps ended", "rhythm again")
    best = {name: np.zeros(count) for name in names}
    with_ends = {
        name: np.zeros(count)
        for name in ("steps as first", "rhythm as first", "tune as last", "rhythm as last")
    }
    for found in lags(melody):
        tune, rhythm = forward(found.tune, melody), forward(found.rhythm, melody)
        steps = forward(found.steps, melody)
        tune_before, steps_before = backward(found.tune, melody), backward(found.steps, melody)
        _raise(best["tune again"], found.later, tune)
        _raise(best["tune to come"], found.earlier, tune)
        fresh = np.append(True, ~found.tune[:-1])
        for side in (found.later, found.earlier):
            _raise(best["tune begins"], side, np.where(fresh, tune, 0))
            _raise(best["tune ended"], side, tune_before)
            _raise(best["steps ended"], side, np.where(found.tune, 0, steps_before))
            _raise(best["rhythm again"], side, rhythm)
        with_ends["steps as first"][found.lag] = steps[0]
        with_ends["rhythm as first"][found.lag] = rhythm[0]
        end = count - found.lag
        with_ends["tune as last"][end] = _as_end(found.tune, melody)
        with_ends["rhythm as last"][end] = _as_end(found.rhythm, melody)
    return {
        name: np.minimum(lengths[1:] / melody.bar, LONGEST) for name, lengths in (best | with_ends).items()
    }


def _raise(best: np.ndarray, where: slice, lengths: np.ndarray) -> None:
    best[where] = np.maximum(best[where], lengths)


def _as_end(equal: np.ndarray, melody: BarredLine) -> float:
    """How long the earlier passage that would end the line goes as the line's end."""
    different = np.flatnonzero(~equal)
    first = int(different[-1]) + 1 if len(different) else 0
    onsets = melody.line.onsets
    return float(onsets[len(equal)] - onsets[first])


def parallel_odds(melody: BarredLine, odds: np.ndarray) -> Columns:
    """The log-odds of the places in like passages: their mean, weighted by likeness, and the highest."""
    gathered = {name: _Gathered(len(melody.line)) for name in ("tune", "rhythm")}
    padded = np.append(0.0, odds)
    for found in lags(melody):
        for name, own in gathered.items():
            equal = getattr(found, name)
            if equal.any():
                own.add(found, _likeness(equal, melody), padded)
    columns: Columns = {}
    for name, own in gathered.items():
        mean = np.divide(own.weighted, own.weights, out=np.full(len(padded), NOWHERE), where=own.weights > 0)
        columns |= {
            f"odds in like {name}": mean[1:],
            f"most in like {name}": own.most[1:],
            f"like {name}": own.weights[1:],
        }
    return columns


def _likeness(equal: np.ndarray, melody: BarredLine) -> np.ndarray:
    """How much the place before each later onset is as the earlier one: squared bars, 0 for too little."""
    most = ON_ONE_SIDE * melody.bar
    alike = np.minimum(forward(equal, melody), most) + np.minimum(backward(equal, melody), most)
    bars = alike / melody.bar
    weights: np.ndarray = np.where(bars > LONG_ENOUGH, bars**2, 0.0)
    weights[0] = 0.0  # the first onset is no place
    return weights


class _Gathered:
    """What like passages say of each onset's place."""

    def __init__(self, count: int) -> None:
        self.weighted, self.weights = np.zeros(count), np.zeros(count)
        self.most = np.full(count, NOWHERE)

    def add(self, found: Lag, likeness: np.ndarray, odds: np.ndarray) -> None:
        """Takes the places of one distance, each as an example for the other."""
        for side, other in ((found.later, found.earlier), (found.earlier, found.later)):
            self.weighted[side] += likeness * odds[other]
            self.weights[side] += likeness
            _raise(self.most, side, np.where(likeness > 0, odds[other], NOWHERE))
