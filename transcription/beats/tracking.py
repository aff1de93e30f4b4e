"""Following the beat through a performance: which place in the score each onset event is.

A switching linear dynamic system (Cemgil and Kappen, JAIR 18, 2003; Raphael, ICASSP 2001). A hypothesis is a
metrical model, a place in its cycle, a way of playing (`NOISES`) and a Kalman filter for the time of that
place and the tempo there. At each event it goes on by each gap of the model's table, weighed by the gap's
probability and by how near the event comes to where the tempo puts it, or it passes the event over (an
ornament, a wrong note). Hypotheses that agree in everything but the past are one, the best; only the best
`width` go on, so the cost is linear in the number of events.

Times are seconds, places `PARTS` to the quarter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from transcription.beats.network import LOG_PERIODS
from transcription.beats.rhythm import GAPS, PARTS

WIDTH, FIRST_WIDTH, FIRST_EVENTS = 96, 512, 12
TEMPO_CELL = 0.05
"""Hypotheses whose tempi differ by less (log) are one."""
OUTLIER = np.log(0.02)
"""An event may fall far from its place; four times the deviation is allowed for such."""
STOP_S = 0.5
"""The mean length of a stop."""
FIRST_TEMPO = 0.06
"""S.d. of the first tempo beside a hypothesis' (log)."""
SHORTEST_PERIOD_S = 0.05
GAP_QUARTERS = GAPS / PARTS
_POWERS = GAP_QUARTERS ** np.arange(4)[:, np.newaxis]
_LOG_ROOT = np.log(2 * np.pi) / 2


@dataclass(frozen=True, slots=True)
class Noise:
    """A way of playing: s.d. of onsets in seconds, and of the tempo's change over a quarter (log)."""

    onset_s: float
    tempo: float


NOISES = (Noise(0.006, 0.008), Noise(0.014, 0.03), Noise(0.024, 0.08))
FREE = len(NOISES) - 1
RARE_STOP = -6.3
"""Log density, per second, that time stops before an event in other than free playing."""
_ONSET_VAR = np.array([noise.onset_s**2 for noise in NOISES])
_TEMPO_SD = np.array([noise.tempo for noise in NOISES])


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """Where hypotheses may begin: model, place in its cycle, seconds per quarter, log probability."""

    models: np.ndarray
    places: np.ndarray
    periods_s: np.ndarray
    scores: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """The best way through a performance.

    Attributes:
        model: index of the metrical model.
        parts: (events,) the place of each event, ascending; that of an event passed over is the one before.
        passed_over: (events,) bool.
        score: log probability.
        noise: index of the way of playing.
    """

    model: int
    parts: np.ndarray
    passed_over: np.ndarray
    score: float
    noise: int


# Rows of the array that holds the hypotheses, one column for each.
_TIME, _PERIOD, _TIME_VAR, _BOTH_VAR, _PERIOD_VAR, _SCORE, _PLACE, _MODEL, _NOISE, _PASSED = range(10)


@dataclass(frozen=True, slots=True, eq=False)
class Models:
    """Metrical models.

    Attributes:
        cycles: (models,) lengths in parts.
        log_gaps: (models, places, gaps) log probability of each gap at each place.
        levels_after: (models, places, gaps) metrical level of the place where a gap ends.
    """

    cycles: np.ndarray
    log_gaps: np.ndarray
    levels_after: np.ndarray

    @classmethod
    def of(cls, tables: Sequence[np.ndarray], levels: Sequence[np.ndarray]) -> Models:
        """From tables (cycle, gaps) of log probabilities and the level of each place (cycle,)."""
        cycles = np.array([len(table) for table in tables])
        log_gaps = np.full((len(tables), cycles.max(), len(GAPS)), -np.inf)
        levels_after = np.zeros(log_gaps.shape, dtype=np.intp)
        for index, (table, own) in enumerate(zip(tables, levels, strict=True)):
            log_gaps[index, : len(table)] = table
            ends = (np.arange(len(table))[:, np.newaxis] + GAPS) % len(table)
            levels_after[index, : len(table)] = own[ends]
        return cls(cycles, log_gaps, levels_after)


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What is known of the events beside their times, as log likelihood ratios.

    Attributes:
        times_s: (events,) ascending.
        levels: (events, levels) of standing on each metrical level.
        periods: (events, cells of `network.LOG_PERIODS`) of each tempo.
        pass_over: (events,) log of how many such events a second stand nowhere in the score.
        stops: (events,) log density, per second, that time stops before the event in free playing.
    """

    times_s: np.ndarray
    levels: np.ndarray
    periods: np.ndarray
    pass_over: np.ndarray
    stops: np.ndarray

    def take(self, index: np.ndarray) -> Evidence:
        """That of some of the events."""
        return Evidence(*(getattr(self, field.name)[index] for field in fields(self)))


def track(evidence: Evidence, models: Models, start: Start, width: int = WIDTH) -> Path:
    """The best path of events through metrical models.

    Args:
        evidence: of one event at least.
        models: what cycles there are.
        start: where the first event may be.
        width: how many hypotheses go on.
    """
    times_s = evidence.times_s
    beam = _first(times_s[0], start)
    steps: list[np.ndarray] = []
    parents: list[np.ndarray] = []
    for index in range(1, len(times_s)):
        kept = max(width, FIRST_WIDTH) if index < FIRST_EVENTS else width
        beam, parent, step = _advance(beam, evidence, index, models, kept)
        steps.append(step)
        parents.append(parent)
    best = column = int(beam[_SCORE].argmax())
    moved = np.zeros(len(times_s), dtype=np.int64)
    passed = np.zeros(len(times_s), dtype=bool)
    for index in range(len(times_s) - 1, 0, -1):
        last = int(steps[index - 1][column])
        moved[index], passed[index] = max(last, 0), last < 0
        column = int(parents[index - 1][column])
    moved[0] = start.places[column // len(NOISES)]
    return Path(
        int(beam[_MODEL, best]), moved.cumsum(), passed, float(beam[_SCORE, best]), int(beam[_NOISE, best])
    )


def period_cells(periods_s: np.ndarray) -> np.ndarray:
    """Indices in `LOG_PERIODS` of lengths of the quarter note."""
    cells = np.rint((np.log(periods_s) - LOG_PERIODS[0]) / (LOG_PERIODS[1] - LOG_PERIODS[0]))
    found: np.ndarray = np.clip(cells, 0, len(LOG_PERIODS) - 1).astype(np.intp)
    return found


def _first(time_s: float, start: Start) -> np.ndarray:
    """A hypothesis for each beginning and way of playing; columns in the order of `start`, then again."""
    count = len(start.scores)
    beam = np.zeros((10, count, len(NOISES)))
    beam[_TIME] = time_s
    beam[_PERIOD] = start.periods_s[:, np.newaxis]
    beam[_TIME_VAR] = [noise.onset_s**2 for noise in NOISES]
    beam[_PERIOD_VAR] = (FIRST_TEMPO * beam[_PERIOD]) ** 2
    beam[_SCORE] = start.scores[:, np.newaxis]
    beam[_PLACE] = start.places[:, np.newaxis]
    beam[_MODEL] = start.models[:, np.newaxis]
    beam[_NOISE] = np.arange(len(NOISES))
    return beam.reshape(10, -1)


def _advance(
    beam: np.ndarray, evidence: Evidence, index: int, models: Models, width: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The hypotheses after one more event, and for each its parent and how far it went (-1: passed over)."""
    model, place = beam[_MODEL].astype(np.intp), beam[_PLACE].astype(np.intp)
    noise = beam[_NOISE].astype(np.intp)
    drift = (_TEMPO_SD[noise] * beam[_PERIOD]) ** 2
    onset_var = _ONSET_VAR[noise]
    error = (evidence.times_s[index] - beam[_TIME])[:, np.newaxis] - np.outer(beam[_PERIOD], GAP_QUARTERS)
    variance = (
        np.stack([beam[_TIME_VAR] + onset_var, 2 * beam[_BOTH_VAR], beam[_PERIOD_VAR], drift / 3], axis=1)
        @ _POWERS
    )
    stops = np.where(noise == FREE, evidence.stops[index], RARE_STOP)[:, np.newaxis]
    near, stopped = _log_densities(error, variance, stops)
    fit = np.maximum(near, stopped) + models.log_gaps[model, place] + beam[_SCORE][:, np.newaxis]
    fit += evidence.levels[index][models.levels_after[model, place]]
    ranks = fit.ravel()
    if len(ranks) > 3 * width:
        chosen = np.argpartition(ranks, len(ranks) - 3 * width)[-3 * width :]
    else:
        chosen = np.arange(len(ranks))
    parent, gap = np.divmod(chosen, len(GAPS))
    moved = beam[:, parent]
    moved[_SCORE] = ranks[chosen]
    moved[_PLACE] = (moved[_PLACE] + GAPS[gap]) % models.cycles[model[parent]]
    moved[_PASSED] = 0
    is_stop = stopped[parent, gap] > near[parent, gap]
    _correct(moved, GAP_QUARTERS[gap], error[parent, gap], is_stop, drift[parent], onset_var[parent])
    moved[_SCORE] += evidence.periods[index][period_cells(moved[_PERIOD])]
    stayed = beam.copy()
    stayed[_SCORE] += evidence.pass_over[index]
    stayed[_PASSED] = 1
    after = np.concatenate([moved, stayed], axis=1)
    parent = np.concatenate([parent, np.arange(beam.shape[1])])
    step = np.concatenate([GAPS[gap], np.full(beam.shape[1], -1)])
    best = _distinct(after, width)
    return after[:, best], parent[best], step[best]


def _log_densities(
    error: np.ndarray, variance: np.ndarray, stops: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Log densities of an event that comes `error` seconds late: near its place or far off; after a stop."""
    squares = error**2 / variance
    near = np.maximum(-squares / 2, OUTLIER - squares / 32) - np.log(variance) / 2 - _LOG_ROOT
    return near, np.where(error > 0, stops - error / STOP_S, -np.inf)


def _correct(
    moved: np.ndarray,
    quarters: np.ndarray,
    error: np.ndarray,
    is_stop: np.ndarray,
    drift: np.ndarray,
    onset_var: np.ndarray,
) -> None:
    """The Kalman filter's step over `quarters`, in place; after a stop the tempo is what it was."""
    period_var = moved[_PERIOD_VAR]
    time_var = moved[_TIME_VAR] + quarters * (
        2 * moved[_BOTH_VAR] + quarters * (period_var + quarters * drift / 3)
    )
    both_var = moved[_BOTH_VAR] + quarters * (period_var + quarters * drift / 2)
    period_var = period_var + quarters * drift
    total = time_var + onset_var
    is_far = is_stop | (error**2 > 16 * total)
    time_gain = np.where(is_far & (error > 0), 1.0, np.where(is_far, 0.3, time_var / total))
    period_gain = np.where(is_far, 0.0, both_var / total)
    moved[_TIME] += moved[_PERIOD] * quarters + time_gain * error
    moved[_PERIOD] = np.maximum(moved[_PERIOD] + period_gain * error, SHORTEST_PERIOD_S)
    moved[_TIME_VAR] = np.where(is_far, onset_var, time_var * (1 - time_var / total))
    moved[_BOTH_VAR] = np.where(is_far, 0.0, both_var * (1 - time_var / total))
    moved[_PERIOD_VAR] = period_var - np.where(is_far, 0.0, both_var**2 / total)


def _distinct(beam: np.ndarray, width: int) -> np.ndarray:
    """Columns of the best `width` hypotheses that differ in model, place, tempo or way of playing."""
    tempo = np.rint(np.log(beam[_PERIOD]) / TEMPO_CELL) + 512
    keys = (((beam[_MODEL] * 4 + beam[_NOISE]) * 512 + beam[_PLACE]) * 1024 + tempo) * 2 + beam[_PASSED]
    order = np.argsort(-beam[_SCORE], kind="stable")
    first = np.unique(keys[order], return_index=True)[1]
    first.sort()
    found: np.ndarray = order[first[:width]]
    return found
