"""Where the phrases of a melody end, as written (repeats are not played out).

Two methods. ``boosted`` (the default) weighs what `phrase_features` sees at each place between two onsets by
boosted trees, first from the notes alone; second trees see the first log-odds of all other places as well,
and so how long the phrases of this melody are and where like passages end. Of all choices of places the one
with the highest expected F1 is taken (Jansche, *A maximum expected utility framework for binary sequence
labeling*, ACL 2007), with places as independent. The trees are fitted to the phrases of the Essen collection
(``training/phrase_trees.py``).

``grouper`` is the best way to cut the melody by three rules after Temperley's Grouper (*The Cognition of
Basic Musical Structures*, 2001, ch. 3): cut where a boundary is felt, prefer phrases of about two bars, start
them at the same place in the bar.

The melody is the highest line of onsets, in the score's first metre throughout.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np

from symbolic.analysis.barred_line import barred_line
from symbolic.analysis.boosted_trees import BoostedTrees
from symbolic.analysis.onset_line import PARTS, OnsetLine, onset_line
from symbolic.analysis.phrase_context import context_features
from symbolic.analysis.phrase_features import boundary_strengths, note_features, table
from symbolic.errors import SymbolicError
from symbolic.resources import data_path
from symbolic.score import Score

PHRASE_METHODS = ("boosted", "grouper")
PHRASE_MODEL = "models/phrase-trees.npz"
STAGES = ("notes", "context")
"""Names of the two sets of trees in the file."""
SHORTEST_PHRASE = 3
"""Onsets between two boundaries that the trees find, at least."""
PHRASE_BARS = 2
FREE_PHRASE = 8 * PARTS
"""Length of a phrase where there is no metre, in parts of a quarter."""
LONGEST_PHRASE = 4
"""In usual lengths."""
OFF_PLACE_COST = 0.3
"""What a phrase that starts elsewhere in the bar than the first one must gain in boundary strength."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of the melody: from its first onset to the end of its last note, in quarter notes."""

    onset_quarter: float
    duration_quarter: float
    notes: int


@dataclass(frozen=True, slots=True, eq=False)
class Boundaries:
    """How likely a phrase starts at each onset after the first.

    Attributes:
        onset_quarter: ascending, from the beginning of the score.
        log_odds: natural logarithms.
    """

    onset_quarter: np.ndarray
    log_odds: np.ndarray


def phrases(score: Score, method: str = PHRASE_METHODS[0]) -> list[Phrase]:
    """The phrases of the melody, in order; together they hold every onset.

    Raises:
        SymbolicError: there is no such method.
    """
    if method not in PHRASE_METHODS:
        raise SymbolicError(f"method must be one of {', '.join(PHRASE_METHODS)}, got {method!r}")
    line = onset_line(score)
    if line is None:
        return []
    if method == "grouper":
        cuts = _grouper_cuts(line, round(score.meter.bar_quarters * PARTS))
    else:
        cuts = [0, *(likeliest_set(boundaries(score).log_odds, SHORTEST_PHRASE) + 1).tolist(), len(line)]
    first = float(score.note_array()["onset_quarter"][0])
    ends = line.onsets + np.minimum(line.gaps, np.maximum(line.durations, 1))
    return [
        Phrase(
            first + line.onsets[start] / PARTS, (ends[stop - 1] - line.onsets[start]) / PARTS, stop - start
        )
        for start, stop in pairwise(cuts)
    ]


def boundaries(score: Score) -> Boundaries:
    """How likely phrases start where in a score; empty where it has fewer than two onsets."""
    melody = barred_line(score)
    if melody is None:
        return Boundaries(np.zeros(0), np.zeros(0))
    notes, context = phrase_model()
    columns = note_features(melody)
    columns |= context_features(melody, notes.log_odds(table(columns)))
    first = float(score.note_array()["onset_quarter"][0])
    return Boundaries(first + melody.line.onsets[1:] / PARTS, context.log_odds(table(columns)))


@cache
def phrase_model() -> tuple[BoostedTrees, BoostedTrees]:
    """The shipped trees of both stages.

    Raises:
        FileNotFoundError: the file is missing.
    """
    with np.load(data_path(PHRASE_MODEL), allow_pickle=False) as arrays:
        first, second = (BoostedTrees.from_arrays(arrays, f"{stage} ") for stage in STAGES)
    return first, second


def likeliest_set(log_odds: np.ndarray, apart: int = 1) -> np.ndarray:
    """The places, ascending, whose choice has the highest expected F1.

    To choose nothing counts as right where nothing is true. The expectation of the ratio is taken as the
    ratio of expectations.

    Args:
        log_odds: of each place.
        apart: least distance of two chosen places; the likelier one stays.
    """
    shares = 1 / (1 + np.exp(-log_odds))
    open_places = np.ones(len(shares), dtype=bool)
    order = []
    for place in np.argsort(-shares, kind="stable").tolist():
        if open_places[place]:
            order.append(place)
            open_places[max(0, place - apart + 1) : place + apart] = False
    f1 = 2 * np.cumsum(shares[order]) / (np.arange(1, len(order) + 1) + shares.sum())
    if not order or np.prod(1 - shares) > f1.max():
        return np.zeros(0, dtype=np.int64)
    return np.sort(order[: int(f1.argmax()) + 1])


def _grouper_cuts(line: OnsetLine, bar: int) -> list[int]:
    """The onsets at which phrases start, and the number of onsets: the best sum over all ways to cut.

    Args:
        line: the melody.
        bar: length of a bar in parts of a quarter, 0 in free metre.
    """
    count = len(line)
    times = np.append(line.onsets, line.length)
    ideal = PHRASE_BARS * bar or FREE_PHRASE
    gain = np.concatenate([[0.0], boundary_strengths(line), [0.0]])[: count + 1]
    if bar:
        gain[:-1] -= OFF_PLACE_COST * (line.onsets % bar != 0)
    best = np.zeros(count + 1)
    start_of = np.zeros(count + 1, int)
    for stop in range(1, count + 1):
        earliest = min(int(np.searchsorted(times, times[stop] - LONGEST_PHRASE * ideal)), stop - 1)
        lengths = np.maximum(times[stop] - times[earliest:stop], 1) / ideal
        totals = best[earliest:stop] - np.log2(lengths) ** 2
        choice = int(totals.argmax())
        best[stop] = totals[choice] + gain[stop]
        start_of[stop] = earliest + choice
    cuts = [count]
    while cuts[-1] > 0:
        cuts.append(int(start_of[cuts[-1]]))
    return cuts[::-1]
