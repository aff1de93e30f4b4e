"""A line of onsets as numbers from which a linear model can tell the metre.

Five groups: autocorrelation of onsets and accents (Brown, "Determination of the meter of musical scores by
autocorrelation", JASA 94, 1993; Toiviainen and Eerola, "Autocorrelation in meter induction", JASA 119, 2006),
repetition of the melody after each lag, note values, how many bars of each length would fill the tune, and
how unevenly onsets fall on the places of each bar length. Rhythm n-grams come apart, as their vocabulary is
learned. Lags and bar lengths are in parts of a quarter (`PARTS`).
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from symbolic.analysis.onset_line import PARTS, OnsetLine

LAGS = (6, 8, 12, 18, 24, 36, 48, 60, 72, 84, 96, 108, 120, 144, 168, 192, 216, 240, 288, 336, 384, 432, 480,
        576, 672, 768)  # fmt: skip
REPETITION_LAGS = LAGS[4:]
NOTE_VALUES = (2, 4, 6, 8, 12, 16, 18, 24, 36, 48, 72, 96, 144, 192)
LIMIT_VALUES = (6, 8, 12, 18, 24, 36, 48, 72, 96)
LAST_VALUES = (12, 24, 36, 48, 60, 72, 96, 144)
BARS = (24, 36, 48, 72, 96, 108, 144, 192)
BAR_COUNTS = (4, 8, 12, 16, 24, 32)
PHASE_BARS = (24, 36, 48, 72, 96, 108, 144)
LONGEST_GAP = 4 * PARTS
LEAP = 5
_SHARE_OF_LENGTH = 0.75
"""A lag longer than this share of the tune is not looked at."""
Gram = tuple[int, ...]


def meter_features(line: OnsetLine) -> np.ndarray:
    """All groups one after the other; the length is the same for every line."""
    return np.concatenate([
        autocorrelations(line).ravel(),
        _repetitions(line).ravel(),
        _note_values(line),
        _bar_fits(line),
        _phases(line).ravel(),
    ])  # fmt: skip


def accents(line: OnsetLine) -> np.ndarray:
    """Four signals at the onsets: one, the length of the gap, a leap in pitch, longer than the last."""
    leaps = np.abs(np.diff(line.pitches, prepend=line.pitches[:1])) >= LEAP
    lengthened = line.gaps > np.append(0, line.gaps[:-1])
    return np.array([np.ones(len(line)), np.minimum(line.gaps, LONGEST_GAP) / PARTS, leaps, lengthened])


def autocorrelations(line: OnsetLine, lags: tuple[int, ...] = LAGS) -> np.ndarray:
    """Autocorrelation of each accent signal at each lag, 1 at lag 0, corrected for the shorter overlap."""
    signals = accents(line)
    late, is_pair = _pairs(line, lags)
    products = (signals[:, np.newaxis] * signals[:, late] * is_pair).sum(axis=2)
    power = np.maximum((signals**2).sum(axis=1, keepdims=True), 1e-9)
    overlap = line.length / np.maximum(line.length - np.array(lags), 1)
    found: np.ndarray = products / power * overlap
    return found


def _pairs(line: OnsetLine, lags: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """For each lag and onset an onset's index, and whether it lies exactly the lag later: (lags, onsets).

    Lags longer than `_SHARE_OF_LENGTH` of the tune have no pairs.
    """
    wanted = line.onsets + np.array(lags)[:, np.newaxis]
    late = np.minimum(np.searchsorted(line.onsets, wanted), len(line) - 1)
    usable = np.array(lags)[:, np.newaxis] < _SHARE_OF_LENGTH * line.length
    return late, (line.onsets[late] == wanted) & usable


def _repetitions(line: OnsetLine) -> np.ndarray:
    """Share of onsets that a lag later find the same pitch and gap, the same gap, the same step and gap."""
    gaps = np.minimum(line.gaps, 1000)
    steps = np.append(np.diff(line.pitches), 0)
    late, is_pair = _pairs(line, REPETITION_LAGS)
    gap = (gaps[late] == gaps) & is_pair
    pitch = line.pitches[late] == line.pitches
    step = steps[late] == steps
    possible = (line.onsets + np.array(REPETITION_LAGS)[:, np.newaxis] < line.length).sum(axis=1)
    counts = np.array([(gap & pitch).sum(axis=1), gap.sum(axis=1), (gap & step).sum(axis=1)])
    found: np.ndarray = counts / np.maximum(possible, 1)
    return found


def _note_values(line: OnsetLine) -> np.ndarray:
    gaps = line.gaps[:, np.newaxis]
    is_value = gaps == NOTE_VALUES
    return np.concatenate([
        is_value.mean(axis=0),
        (is_value * gaps).sum(axis=0) / line.length,
        line.durations.min() <= np.array(LIMIT_VALUES),
        line.gaps.max() >= np.array(LIMIT_VALUES),
        line.durations[-1] == np.array(LAST_VALUES),
        np.log([line.length / PARTS, line.length / PARTS / len(line)]),
    ])  # fmt: skip


def _bar_fits(line: OnsetLine) -> np.ndarray:
    """For each bar length: whether and how nearly it divides the tune, and how many bars there are."""
    found: list[float] = []
    for bar in BARS:
        rest = line.length % bar
        bars = line.length / bar
        found += [rest == 0, min(rest, bar - rest) / bar]
        found += [abs(bars - number) < 0.51 for number in BAR_COUNTS]
        found += [round(bars) % number == 0 for number in (4, 8)]
    return np.array(found, float)


def _phases(line: OnsetLine) -> np.ndarray:
    """For each bar length and three accents: largest share on a place, entropy, share where the last is."""
    signals = accents(line)[[0, 1, 3]]
    found = np.zeros((len(PHASE_BARS), len(signals), 3))
    for row, bar in enumerate(PHASE_BARS):
        places = line.onsets % bar
        for column, signal in enumerate(signals):
            sums = np.bincount(places, weights=signal, minlength=bar)
            shares = sums / max(float(sums.sum()), 1e-9)
            used = shares[shares > 0]
            found[row, column] = shares.max(), -(used * np.log(used)).sum(), shares[places[-1]]
    return found


# Rhythm n-grams


def rhythm_grams(line: OnsetLine) -> list[Gram]:
    """Every run of two and of three gaps."""
    gaps = np.minimum(line.gaps, 1000).tolist()
    return [*pairwise(gaps), *zip(gaps, gaps[1:], gaps[2:], strict=False)]


def gram_features(lines_grams: Iterable[Gram], vocabulary: dict[Gram, int], onsets: int) -> np.ndarray:
    """Square roots of how often each n-gram of the vocabulary occurs for each onset."""
    found = np.zeros(len(vocabulary))
    for gram in lines_grams:
        place = vocabulary.get(gram)
        if place is not None:
            found[place] += 1
    shares: np.ndarray = np.sqrt(found / onsets)
    return shares
