"""What the log-odds of all places say of each one: where phrases end elsewhere in the same melody.

Phrases of a melody are alike in length, and like passages end alike. So a place is looked at together with
its neighbours, with the places some bars away, with the sums of probabilities around it, and with the places
that stand in passages of the same notes or the same rhythm. The beginning and the end count as certain.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symbolic.analysis.barred_line import BarredLine
from symbolic.analysis.phrase_features import AWAY
from symbolic.analysis.phrase_parallels import NOWHERE, Columns, parallel_odds

CERTAIN = 8.0
"""Log-odds of the beginning and the end, and the largest of any place."""
NEIGHBOURS = range(-5, 6)
AROUND = (1, 2, 4, 8)
"""Bars before and after a place in which boundaries are expected."""
LIKELY = (0.0, -1.0)
"""Log-odds from which a boundary counts as the last or the next one."""
CYCLES = (1, 2, 4)


@dataclass(frozen=True, slots=True, eq=False)
class _Bounds:
    """The places between the beginning and the end.

    Attributes:
        times: onsets and the end of the line, in parts of a quarter.
        odds: log-odds of a boundary at each.
        shares: their probabilities.
        bar: length of a bar.
    """

    times: np.ndarray
    odds: np.ndarray
    shares: np.ndarray
    bar: int


def context_features(melody: BarredLine, log_odds: np.ndarray) -> Columns:
    """What the log-odds of all places say of each place.

    Args:
        melody: the notes.
        log_odds: that a phrase starts at each place, shape (places,).
    """
    odds = np.clip(log_odds, -CERTAIN, CERTAIN)
    bounded = np.concatenate([[CERTAIN], odds, [CERTAIN]])
    times = np.append(melody.line.onsets, melody.line.length)
    bounds = _Bounds(times, bounded, 1 / (1 + np.exp(-bounded)), melody.bar)
    return {
        **_odds_around(bounds),
        **_expected(bounds),
        **_distances(bounds),
        **_of_melody(bounds),
        **parallel_odds(melody, odds),
    }


def _odds_around(bounds: _Bounds) -> Columns:
    """The log-odds of neighbours, of places whole bars away, and the highest about there."""
    count = len(bounds.times)
    places = np.arange(1, count - 1)
    columns = {}
    for offset in NEIGHBOURS:
        index = places + offset
        inside = (index >= 0) & (index < count)
        columns[f"odds{offset:+d}"] = np.where(inside, bounds.odds[np.clip(index, 0, count - 1)], NOWHERE)
    for bars in (sign * away for sign in (-1, 1) for away in AWAY):
        when = bounds.times[1:-1] + bars * bounds.bar
        columns[f"odds at {bars:+d}"] = _at(bounds, when, bounds.odds, NOWHERE)
        first = np.searchsorted(bounds.times, when - bounds.bar / 2)
        stop = np.searchsorted(bounds.times, when + bounds.bar / 2)
        columns[f"most at {bars:+d}"] = np.array(
            [bounds.odds[one:two].max(initial=NOWHERE) for one, two in zip(first, stop, strict=True)]
        )
    return columns


def _at(bounds: _Bounds, when: np.ndarray, values: np.ndarray, missing: float) -> np.ndarray:
    """The value of the boundary at each time, `missing` where no onset is."""
    index = np.clip(np.searchsorted(bounds.times, when), 0, len(bounds.times) - 1)
    found: np.ndarray = np.where(bounds.times[index] == when, values[index], missing)
    return found


def _expected(bounds: _Bounds) -> Columns:
    """How many boundaries are expected within some bars before and after each place."""
    times = bounds.times[1:-1]
    sums = np.concatenate([[0.0], np.cumsum(bounds.shares[1:-1])])
    here = np.arange(len(times))
    columns = {}
    for bars in AROUND:
        before = np.searchsorted(times, times - bars * bounds.bar)
        after = np.searchsorted(times, times + bars * bounds.bar, "right")
        columns[f"expected {bars} before"] = sums[here] - sums[before]
        columns[f"expected {bars} after"] = sums[after] - sums[here + 1]
    return columns


def _distances(bounds: _Bounds) -> Columns:
    """Bars since the last likely boundary and till the next."""
    times = bounds.times[1:-1]
    columns = {}
    for level in LIKELY:
        likely = bounds.times[bounds.odds >= level]
        before = likely[np.searchsorted(likely, times) - 1]
        after = likely[np.searchsorted(likely, times, "right")]
        columns[f"since {level:g}"] = (times - before) / bounds.bar
        columns[f"till {level:g}"] = (after - times) / bounds.bar
    return columns


def _of_melody(bounds: _Bounds) -> Columns:
    """How long the phrases of the melody are, and at which place of the bar and of some bars they start."""
    times, shares = bounds.times[1:-1], bounds.shares[1:-1]
    phrases = 1 + float(shares.sum())
    values = {
        "onsets in a phrase": (len(times) + 1) / phrases,
        "phrases": phrases,
        "bars in a phrase": bounds.times[-1] / bounds.bar / phrases,
    }
    for bars in AWAY:
        again = _at(bounds, bounds.times[:-1] + bars * bounds.bar, bounds.shares, 0.0)
        values[f"again after {bars}"] = float(bounds.shares[:-1] @ again / bounds.shares[:-1].sum())
    columns = {name: np.full(len(times), value) for name, value in values.items()}
    for cycle in CYCLES:
        _, group = np.unique(times % (cycle * bounds.bar), return_inverse=True)
        elsewhere = np.bincount(group, shares)[group] - shares
        columns[f"shared mod {cycle}"] = elsewhere / np.maximum(shares.sum() - shares, 1e-3)
    return columns
