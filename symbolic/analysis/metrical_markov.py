"""A Markov model of rhythm in each metre: how likely a line of onsets is, and where its bars begin.

In a metre, the gap to the next onset depends on the place in the bar and on the last gap, and a little on
which of four bars it is; the step to the next pitch depends on the place in the bar (metrical Markov models:
Raphael, ICASSP 2001; Takeda et al., ISMIR 2002; as a generative model of metre: Temperley, *Music and
Probability*, 2007, ch. 3). Nothing is known of the phase, so each possible upbeat is tried.

The shipped counts come from folk tunes (``training/baselines.py``); probabilities are made from them when
they are loaded, each smoothed towards a simpler one that knows less of the context.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import numpy as np

from symbolic.analysis.onset_line import PARTS, OnsetLine, onset_line
from symbolic.errors import SymbolicError
from symbolic.meter import Meter
from symbolic.resources import data_path
from symbolic.score import Score

MARKOV_MODEL = "models/metrical-markov.npz"
MAX_ONSETS = 4000
"""Of a longer score the beginning decides."""
CYCLE_BARS = 4
STEP = PARTS // 4
"""Upbeats are tried in sixteenths; places between two sixteenths count as one place."""
GAPS = (3, 4, 6, 8, 9, 12, 16, 18, 24, 30, 36, 42, 48, 60, 72, 84, 96, 120, 144, 192)
OTHER_GAP = len(GAPS)
GAP_KINDS = OTHER_GAP + 1
STEP_BOUNDS = (0, 2, 4, 7)
STEP_KINDS = 2 * len(STEP_BOUNDS) + 1
COMPONENTS = ("rhythm", "four bars", "steps", "steps in four bars", "upbeat", "end")
"""What a likelihood is made of, in the order of `MetricalMarkov.log_likelihoods`."""
_PHASE_WEIGHTS = np.array([1.0, 0.3, 0.5, 0.0, 1.0, 1.0])
_GAP_KIND = np.full(GAPS[-1] + 2, OTHER_GAP)
_GAP_KIND[list(GAPS)] = np.arange(OTHER_GAP)


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """What was counted in tunes of one metre; a place is a sixteenth or the time between two.

    Attributes:
        gaps: (places in four bars, last gap, gap).
        steps: (places in four bars, melodic step).
        upbeats: how far into a bar the tunes begin, in sixteenths.
        ends: places in four bars where the last note ends.
    """

    gaps: np.ndarray
    steps: np.ndarray
    upbeats: np.ndarray
    ends: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class _Tables:
    """Log probabilities of one metre."""

    gap_after_gap: np.ndarray  # (places in a bar, last gap, gap)
    gap_in_cycle: np.ndarray  # (places in four bars, gap), less that in a bar
    step: np.ndarray  # (places in a bar, step)
    step_in_cycle: np.ndarray  # (places in four bars, step), less that in a bar
    upbeat: np.ndarray
    end: np.ndarray


def bar_parts(meter: Meter) -> int:
    """Length of a bar in parts of a quarter."""
    return int(meter.bar_quarters * PARTS)


def gap_kinds(gaps: np.ndarray) -> np.ndarray:
    """Indices of gaps in `GAPS`; `OTHER_GAP` for any other."""
    kinds: np.ndarray = _GAP_KIND[np.minimum(gaps, len(_GAP_KIND) - 1)]
    return kinds


def _last_kinds(kinds: np.ndarray) -> np.ndarray:
    return np.concatenate([[OTHER_GAP], kinds[:-1]])


def step_kinds(pitches: np.ndarray) -> np.ndarray:
    """Size and direction of the step to each pitch: none, a second, a third, up to a fifth, a leap."""
    steps = np.diff(pitches, prepend=pitches[:1])
    sizes = np.searchsorted(STEP_BOUNDS, np.abs(steps))
    return np.where(steps < 0, -sizes, sizes) + len(STEP_BOUNDS)


def _places(times: np.ndarray, bar: int) -> np.ndarray:
    times = times % (bar * CYCLE_BARS)
    places: np.ndarray = times // STEP * 2 + (times % STEP != 0)
    return places


def _begin(upbeat: int | np.ndarray, bar: int) -> np.ndarray:
    """Where a line begins that starts `upbeat` parts into a bar: in the bar before the cycle, or at 0."""
    return np.where(np.asarray(upbeat) > 0, np.asarray(upbeat) - bar, 0)


def count(lines: Iterable[tuple[OnsetLine, int]], meter: Meter) -> Counts:
    """Counts in lines of one metre, each with how far into a bar it begins (parts of a quarter)."""
    bar = bar_parts(meter)
    places = bar * CYCLE_BARS // STEP * 2
    gaps = np.zeros((places, GAP_KINDS, GAP_KINDS), np.uint16)
    steps = np.zeros((places, STEP_KINDS), np.uint16)
    upbeats = np.zeros(bar // STEP, np.uint16)
    ends = np.zeros(places, np.uint16)
    for line, upbeat in lines:
        if upbeat % STEP:
            continue
        begin = int(_begin(upbeat, bar))
        at = _places(line.onsets + begin, bar)
        kinds = gap_kinds(line.gaps)
        np.add.at(gaps, (at, _last_kinds(kinds), kinds), 1)
        np.add.at(steps, (at, step_kinds(line.pitches)), 1)
        upbeats[upbeat // STEP] += 1
        ends[_places(np.array(line.length + begin), bar)] += 1
    return Counts(gaps, steps, upbeats, ends)


def _smooth(counts: np.ndarray, prior: np.ndarray, weight: float) -> np.ndarray:
    """Shares along the last axis, mixed with `weight` observations of `prior`."""
    shares: np.ndarray = (counts + weight * prior) / (counts.sum(axis=-1, keepdims=True) + weight)
    return shares


def _smooth_places(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Shares at each place of a bar, and at each place of the cycle."""
    whole = (counts.sum(axis=0) + 0.5) / (counts.sum(axis=0) + 0.5).sum()
    in_bar = _smooth(counts.reshape(CYCLE_BARS, -1, counts.shape[-1]).sum(axis=0), whole, 5)
    return in_bar, _smooth(counts, np.tile(in_bar, (CYCLE_BARS, 1)), 10)


def _tables(counts: Counts) -> _Tables:
    gaps = counts.gaps.astype(float)
    in_bar, in_cycle = _smooth_places(gaps.sum(axis=1))
    after = gaps.reshape(CYCLE_BARS, -1, GAP_KINDS, GAP_KINDS).sum(axis=0)
    step, step_in_cycle = _smooth_places(counts.steps.astype(float))
    return _Tables(
        np.log(_smooth(after, in_bar[:, np.newaxis], 8)),
        np.log(in_cycle) - np.log(np.tile(in_bar, (CYCLE_BARS, 1))),
        np.log(step),
        np.log(step_in_cycle) - np.log(np.tile(step, (CYCLE_BARS, 1))),
        np.log(_smooth(counts.upbeats + 0.1, np.zeros(1), 0)),
        np.log(_smooth(counts.ends + 0.2, np.zeros(1), 0)),
    )


class MetricalMarkov:
    """Models of several metres, made from their counts.

    Attributes:
        meters: the metres, in the order of `log_likelihoods`.
    """

    def __init__(self, meters: Sequence[Meter], counts: Sequence[Counts]) -> None:
        self.meters = tuple(meters)
        self._tables = [_tables(found) for found in counts]

    def _by_upbeat(self, line: OnsetLine, index: int) -> np.ndarray:
        """Log likelihoods in one metre: shape (upbeats, components)."""
        tables, bar = self._tables[index], bar_parts(self.meters[index])
        begins = _begin(np.arange(0, bar, STEP), bar)
        at = _places(line.onsets + begins[:, np.newaxis], bar)
        in_bar = at % (bar // STEP * 2)
        kinds, steps = gap_kinds(line.gaps), step_kinds(line.pitches)
        return np.stack(
            [
                tables.gap_after_gap[in_bar, _last_kinds(kinds), kinds].sum(axis=1),
                tables.gap_in_cycle[at, kinds].sum(axis=1),
                tables.step[in_bar, steps].sum(axis=1),
                tables.step_in_cycle[at, steps].sum(axis=1),
                tables.upbeat,
                tables.end[_places(line.length + begins, bar)],
            ],
            axis=1,
        )

    def log_likelihoods(self, line: OnsetLine) -> np.ndarray:
        """Log likelihood of a line in each metre at its best upbeat: shape (meters, len(COMPONENTS))."""
        rows = []
        for index in range(len(self.meters)):
            found = self._by_upbeat(line, index)
            rows.append(found[(found @ _PHASE_WEIGHTS).argmax()])
        return np.array(rows)

    def upbeat_scores(self, line: OnsetLine, meter: Meter) -> np.ndarray:
        """How well each upbeat fits a line in a metre, as log likelihoods; upbeats ascend in steps of `STEP`.

        Raises:
            SymbolicError: no such metre was learned.
        """
        for index, known in enumerate(self.meters):
            if (known.groups, known.unit) == (meter.groups, meter.unit):
                found: np.ndarray = self._by_upbeat(line, index) @ _PHASE_WEIGHTS
                return found
        names = ", ".join(known.name for known in self.meters)
        raise SymbolicError(f"bars can be found in {names}, got {meter.name}")

    def upbeat(self, line: OnsetLine, meter: Meter) -> int:
        """How far into a bar of `meter` the line begins, in parts of a quarter.

        Raises:
            SymbolicError: no such metre was learned.
        """
        return int(self.upbeat_scores(line, meter).argmax()) * STEP


def to_arrays(meters: Sequence[Meter], counts: Sequence[Counts]) -> dict[str, np.ndarray]:
    """The arrays that `markov_model` reads, as numpy stores them."""
    arrays = {"meters": np.array([meter.name for meter in meters])}
    for index, found in enumerate(counts):
        for name in ("gaps", "steps", "upbeats", "ends"):
            arrays[f"{name}{index}"] = getattr(found, name)
    return arrays


@cache
def markov_model() -> MetricalMarkov:
    """The shipped model.

    Raises:
        FileNotFoundError: the file is missing.
    """
    with np.load(data_path(MARKOV_MODEL), allow_pickle=False) as arrays:
        meters = [Meter.parse(name) for name in arrays["meters"].tolist()]
        counts = [
            Counts(*(arrays[f"{name}{index}"] for name in ("gaps", "steps", "upbeats", "ends")))
            for index in range(len(meters))
        ]
    return MetricalMarkov(meters, counts)


def estimate_upbeat(score: Score, meter: Meter) -> Fraction:
    """How far into a bar of `meter` the first note of a score begins, in quarter notes; 0 is a downbeat.

    Raises:
        SymbolicError: no such metre was learned.
    """
    line = onset_line(score)
    return (
        Fraction(0) if line is None else Fraction(markov_model().upbeat(line.head(MAX_ONSETS), meter), PARTS)
    )
