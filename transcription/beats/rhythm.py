"""How likely each time to the next onset is at each place in a bar: one table for each metre.

A place is a number of `PARTS` to the quarter from the bar line, a gap one of `GAPS`. The tables are counts
from scores, smoothed when they are loaded: those of a bar towards those of a beat, those towards the gap
alone, and every gap towards the places where it would end (Raphael, ICASSP 2001; Takeda et al., ISMIR 2002;
Temperley, *Music and Probability*, 2007, ch. 3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from symbolic.meter import Meter
from transcription.reference import Reference

PARTS = 24
"""Parts of a quarter note: thirty-seconds and triplet sixteenths are whole."""
GAPS = np.array([
    3, 4, 6, 8, 9, 12, 15, 16, 18, 20, 21, 24, 30, 32, 36, 40, 42, 48, 54, 60, 66, 72, 78, 84, 96, 108, 120,
    132, 144, 168, 192, 240, 288,
])  # fmt: skip
NO_GAP = len(GAPS)
IN_BAR, IN_BEAT = 12.0, 12.0
"""How many observations the simpler table that smooths a table is worth."""
UNSEEN = 0.02
"""Share of gaps that only look where they end: a note missed between two others makes any gap."""
ANYWHERE = 0.15
"""Share of performances that begin at any thirty-second: in the midst of the music."""
_GAP_INDEX = np.full(GAPS[-1] + 2, NO_GAP)
_GAP_INDEX[GAPS] = np.arange(len(GAPS))


def gap_index(gaps: np.ndarray) -> np.ndarray:
    """Indices of gaps in `GAPS`; `NO_GAP` for any other."""
    found: np.ndarray = _GAP_INDEX[np.clip(gaps, 0, len(_GAP_INDEX) - 1)]
    return found


def bar_parts(meter: Meter) -> int:
    """Length of a bar in parts of a quarter."""
    return int(meter.bar_quarters * PARTS)


def beat_parts(meter: Meter) -> int:
    """Length of the beat that gets one or three divisions: a quarter, or dotted, in parts.

    A bar of 3/8 is one dotted beat; halves and longer units are taken as two quarters or more.
    """
    if meter.is_compound or meter.bar_quarters == Fraction(3, 2):
        return 3 * PARTS // 2 if meter.unit == 8 else PARTS
    return PARTS


def place_levels(meter: Meter) -> np.ndarray:
    """The metrical level of each place in a bar: 0 bar, 1 half bar, 2 beat, 3 its division, 4 finer."""
    bar, beat = bar_parts(meter), beat_parts(meter)
    places = np.arange(bar)
    found = np.full(bar, 4)
    found[places % (PARTS // 2) == 0] = 3
    found[places % beat == 0] = 2
    if meter.unit == 2 and bar > 4 * PARTS:
        found[places % (2 * PARTS) == 0] = 1
    elif meter.class_name.endswith("duple"):
        found[places % (bar // 2) == 0] = 1
    found[0] = 0
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """The onsets of a score in one metre, in parts: `onsets` ascending, counted from a bar line."""

    onsets: np.ndarray
    meter: Meter


def lines(reference: Reference) -> list[Line]:
    """The onsets of a score, a line for each stretch in one metre, places counted from its bar lines."""
    found = []
    onsets = np.unique(np.rint(reference.notes["onset_quarter"] * PARTS).astype(np.int64))
    bounds = [round(at * PARTS) for at, _ in reference.meters] + [np.iinfo(np.int64).max]
    downbeats = np.rint(reference.downbeats * PARTS).astype(np.int64)
    for (_, meter), begin, end in zip(reference.meters, bounds, bounds[1:], strict=False):
        own = onsets[(onsets >= begin) & (onsets < end)]
        bars = downbeats[(downbeats >= begin) & (downbeats < end)]
        if meter.is_free or len(own) < 2 or not len(bars):
            continue
        bar = bar_parts(meter)
        before = np.searchsorted(bars, own, side="right") - 1
        start = np.where(before >= 0, bars[np.maximum(before, 0)], bars[0] - bar)
        found.append(Line(np.maximum(before, -1) * bar + own - start, meter))
    return found


def count_gaps(found: Sequence[Line], bar: int) -> np.ndarray:
    """How often each gap follows each place: shape (bar, gaps)."""
    counts = np.zeros((bar, len(GAPS)))
    for line in found:
        gaps = gap_index(np.diff(line.onsets))
        known = gaps < NO_GAP
        np.add.at(counts, (line.onsets[:-1][known] % bar, gaps[known]), 1)
    return counts


def count_upbeats(found: Sequence[Line], bar: int) -> np.ndarray:
    """How often lines begin at each place: shape (bar,)."""
    return np.bincount([int(line.onsets[0]) % bar for line in found], minlength=bar).astype(float)


def log_upbeats(counts: np.ndarray) -> np.ndarray:
    """Natural logarithms of the probability that music begins at each place; anything may begin anywhere."""
    seconds = np.arange(len(counts)) % (PARTS // 8) == 0
    found: np.ndarray = np.log(
        (1 - ANYWHERE) * (counts + 1e-9) / (counts + 1e-9).sum() + ANYWHERE * (seconds + 1e-9) / seconds.sum()
    )
    return found


def log_tables(counts: np.ndarray, beat: int) -> np.ndarray:
    """Natural logarithms of the probability of each gap at each place, from the counts of a metre."""
    bar = len(counts)
    alone = counts.sum(axis=0) + 0.5
    ends = np.zeros(bar)
    places = (np.arange(bar)[:, np.newaxis] + GAPS) % bar
    np.add.at(ends, places, counts)
    ends = ends.reshape(-1, beat).sum(axis=0) + 0.02 * ends.sum() / beat / 24
    prior = alone * (ends / ends.sum())[places % beat]
    prior /= prior.sum(axis=1, keepdims=True)
    in_beat = _smooth(counts.reshape(-1, beat, len(GAPS)).sum(axis=0), prior[:beat], IN_BEAT)
    in_bar = _smooth(counts, np.tile(in_beat, (bar // beat, 1)), IN_BAR)
    anywhere = (ends / ends.sum())[places % beat] * np.minimum(1.0, PARTS / GAPS)
    anywhere /= anywhere.sum(axis=1, keepdims=True)
    found: np.ndarray = np.log((1 - UNSEEN) * in_bar + UNSEEN * anywhere)
    return found


def _smooth(counts: np.ndarray, prior: np.ndarray, weight: float) -> np.ndarray:
    shares: np.ndarray = (counts + weight * prior) / (counts.sum(axis=-1, keepdims=True) + weight)
    return shares
