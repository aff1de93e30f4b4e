"""Where notes start in the score, given where the beat is: the most probable places on a grid.

Notes struck together are one *group*, and groups go to places in their order. A place is good where it is
plain (`transcription.places`), where it is near to what was played, and where the deviation is like that of
the group before, because players are late and early in stretches: deviations in seconds are a first-order
autoregression with heavy tails. Its spread is measured in a first pass, as are eighths played long and short
(swing), which are written even. A short note just before another may be a grace note, which takes no place
of its own. The best reading of all groups together is found by dynamic programming (Viterbi, 1967), after
Cemgil, Desain and Kappen, "Rhythm quantization for transcription", Computer Music Journal 24(2), 2000.

Constants were set on performances of works that no figure is reported on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from transcription.beatmap import Beatmap
from transcription.places import candidates

TOGETHER_S = 0.04
"""Notes that start within this time of the first of them are struck together,"""
NEIGHBOURS_S = 0.02
"""but neighbours a step apart only within this one."""
_STEP = 2

_DEVIATION_S = 0.024
"""Expected deviation before the player is known; then it is measured, within `_DEVIATIONS_S`."""
_DEVIATIONS_S = (0.008, 0.08)
_DEVIATION_RATIO = 3.3
_TAIL = 1.5
_MEMORY, _MEMORY_S = 0.6, 1.0
_TO_TERNARY_COST, _TO_BINARY_COST = 3.75, 1.5
_LONG_SHORT_COST = 1.5
"""Of two notes in a span, long and short, as against three even ones."""
_PAIR = (0.42, 0.7)
"""Where in a span the second of two notes may be played to count as the second of two eighths."""
_SWING = 0.03
"""How much later than the middle it comes at least where eighths swing."""
_SWING_NOTES = 8
_TRIPLETS = 0.25
"""With more true triplets than this for each pair, pairs do not swing."""
_MERGE_COST, _MERGE_S = 0.4, 0.04
_REPEAT_COST = 12.0
_NEIGHBOUR_COST = 3.0
_GRACE_COST, _GRACE_S = 3.0, 0.13
_SLOW_GRACE_COST, _QUICK_GRACE_S = 4.0, 0.06
_MAX_GRACES = 3
_GRACE_LEAP, _WIDEST_GRACE = 4, 12
_WIDE_GRACE_COST = 3.0
_LONG_GRACE_COST = 3.0
_BLOCK = 2048
"""Groups whose costs are held in memory together."""


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Notes struck together.

    Attributes:
        first: (n,) index of the first note of each group, ascending.
        onset_s: (n,) the middle onset of each.
        pitches: the MIDI numbers of each.
    """

    first: np.ndarray
    onset_s: np.ndarray
    pitches: tuple[tuple[int, ...], ...]


def group(onset_s: np.ndarray, pitches: np.ndarray, tracks: np.ndarray) -> Groups:
    """Groups of notes sorted by onset; one pitch of one track never stands in a group twice."""
    first: list[int] = []
    start = -np.inf
    seen: list[tuple[int, int]] = []
    for index, (onset, *note) in enumerate(
        zip(onset_s.tolist(), pitches.tolist(), tracks.tolist(), strict=True)
    ):
        pitch, track = note
        reach = NEIGHBOURS_S if any(0 < abs(pitch - other) <= _STEP for other, _ in seen) else TOGETHER_S
        if onset - start > reach or (pitch, track) in seen:
            first.append(index)
            start = onset
            seen = []
        seen.append((pitch, track))
    stops = [*first[1:], len(onset_s)]
    low, size = np.array(first), np.diff([*first, len(onset_s)])
    return Groups(
        low,
        (onset_s[low + (size - 1) // 2] + onset_s[low + size // 2]) / 2,
        tuple(tuple(pitches[start:stop].tolist()) for start, stop in zip(first, stops, strict=True)),
    )


def place_groups(groups: Groups, beatmap: Beatmap, short: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where each group stands, in parts of a quarter, and which groups are grace notes to the next.

    Args:
        groups: at least one.
        beatmap: the beat and the bars.
        short: (groups,) whether the notes were short enough for grace notes.
    """
    search = _Search(groups, beatmap, short)
    choice, graces = search.run()
    search.learn(choice, graces)
    choice, graces = search.run()
    return search.places(choice), graces


class _Search:
    """The dynamic programme."""

    def __init__(self, groups: Groups, beatmap: Beatmap, short: np.ndarray) -> None:
        self.groups = groups
        self.short = short
        self.found = candidates(groups.onset_s, beatmap)
        self.sigma = _DEVIATION_S

    def places(self, choice: np.ndarray) -> np.ndarray:
        """The places of the chosen candidates."""
        return np.asarray(np.take_along_axis(self.found.place, choice[:, None], axis=1)[:, 0])

    def learn(self, choice: np.ndarray, graces: np.ndarray) -> None:
        """Measures swing and spread from a first reading."""
        swing = self._swing(choice, graces)
        if swing:
            found = self.found
            late = (found.phase == 0.5) & ~found.is_ternary & found.is_simple
            self.found = replace(found, deviation_s=found.deviation_s - swing * found.span_s * late)
        counted = ~graces
        onsets = self.groups.onset_s[counted]
        deviation = np.take_along_axis(self.found.deviation_s, choice[:, None], axis=1)[counted, 0]
        surprise = deviation[1:] - _MEMORY * np.exp(-np.diff(onsets) / _MEMORY_S) * deviation[:-1]
        if len(surprise):
            self.sigma = float(np.clip(_DEVIATION_RATIO * np.median(np.abs(surprise)), *_DEVIATIONS_S))

    def _swing(self, choice: np.ndarray, graces: np.ndarray) -> float:
        """How much later than the middle of its span the second of two notes comes, as its share."""
        found, rows = self.found, np.arange(len(choice))
        phase, span = found.phase[rows, choice], found.span[rows, choice]
        inner = np.flatnonzero(~graces & found.is_simple[:, 0] & (phase > 0))
        _, inverse, count = np.unique(span[inner], return_inverse=True, return_counts=True)
        pairs, others = inner[count[inverse] == 1], inner[count[inverse] > 1]
        triplets = int((found.is_ternary[choice[others]] & np.isclose(phase[others], 1 / 3)).sum())
        played = phase[pairs] + found.deviation_s[pairs, choice[pairs]] / found.span_s[pairs, 0]
        played = played[(played > _PAIR[0]) & (played < _PAIR[1])]
        if len(played) < _SWING_NOTES or triplets > _TRIPLETS * len(played):
            return 0.0
        swing = float(np.median(played)) - 0.5
        return swing if swing >= _SWING else 0.0

    def deviation_cost(self, surprise_s: np.ndarray) -> np.ndarray:
        """Less the logarithm of Student's t."""
        cost: np.ndarray = (_TAIL + 1) / 2 * np.log1p((surprise_s / self.sigma) ** 2 / _TAIL)
        return cost

    def transition(self, before: np.ndarray, after: np.ndarray) -> np.ndarray:
        """Costs from every candidate of some groups to every one of others: (pairs, from, to)."""
        found = self.found
        gap = self.groups.onset_s[after] - self.groups.onset_s[before]
        memory = _MEMORY * np.exp(-gap / _MEMORY_S)
        start, stop = found.place[before][:, :, None], found.place[after][:, None, :]
        expected = memory[:, None, None] * found.deviation_s[before][:, :, None]
        cost = self.deviation_cost(found.deviation_s[after][:, None, :] - expected)
        cost += np.where(start == stop, self.merge_costs(before, after, gap)[:, None, None], 0.0)
        to_ternary = found.is_ternary[None, :] & ~found.is_ternary[:, None]
        to_binary = ~found.is_ternary[None, :] & found.is_ternary[:, None]
        switch = _TO_TERNARY_COST * to_ternary + _TO_BINARY_COST * to_binary
        inside = found.span[before][:, :, None] == found.span[after][:, None, :]
        cost += np.where(inside & (switch > 0), np.inf, switch)
        short = np.isclose(found.phase[after], 2 / 3) & found.is_ternary
        cost += _LONG_SHORT_COST * (inside & (found.phase[before] == 0)[:, :, None] & short[:, None, :])
        cost[stop < start] = np.inf
        return cost

    def merge_costs(self, before: np.ndarray, after: np.ndarray, gap: np.ndarray) -> np.ndarray:
        """What it costs two groups to stand at one place: (pairs,)."""
        costs = _MERGE_COST + np.maximum(gap - TOGETHER_S, 0) / _MERGE_S
        pitches = self.groups.pitches
        for index, (one, other) in enumerate(zip(before.tolist(), after.tolist(), strict=True)):
            if costs[index] < _REPEAT_COST:
                nearest = min(abs(low - high) for low in pitches[one] for high in pitches[other])
                costs[index] += _REPEAT_COST * (nearest == 0) + _NEIGHBOUR_COST * (0 < nearest <= _STEP)
        return np.asarray(costs)

    def grace_costs(self, index: int) -> list[tuple[int, float]]:
        """(how many groups before this one are its grace notes, what that costs), without none."""
        found = []
        cost = 0.0
        onsets, pitches = self.groups.onset_s, self.groups.pitches
        for count in range(1, min(_MAX_GRACES, index - 1) + 1):
            grace = index - count
            gap = onsets[grace + 1] - onsets[grace]
            if len(pitches[grace]) > 1 or gap > _GRACE_S:
                break
            leap = min(abs(pitches[grace][0] - other) for other in pitches[grace + 1])
            if not 0 < leap <= _WIDEST_GRACE:
                break
            cost += _GRACE_COST + _SLOW_GRACE_COST * max(0.0, gap - _QUICK_GRACE_S) / (
                _GRACE_S - _QUICK_GRACE_S
            )
            cost += _WIDE_GRACE_COST * (leap > _GRACE_LEAP) + _LONG_GRACE_COST * (not self.short[grace])
            found.append((count, cost))
        return found

    def run(self) -> tuple[np.ndarray, np.ndarray]:
        """The chosen candidate of each group, and whether it is a grace note to the next one that is not."""
        count = len(self.groups.onset_s)
        best = [self.found.cost[0] + self.deviation_cost(self.found.deviation_s[0])]
        came: list[tuple[np.ndarray, np.ndarray]] = []
        columns = np.arange(self.found.place.shape[1])
        for start in range(1, count, _BLOCK):
            for index, ways in enumerate(self._ways(start, min(start + _BLOCK, count)), start):
                origin = skipped = np.zeros(len(columns), dtype=np.int64)
                cost = np.full(len(columns), np.inf)
                for graces, step in ways:
                    reached = best[index - graces - 1][:, None] + step
                    nearest = reached.argmin(axis=0)
                    lowest = reached[nearest, columns]
                    better = lowest < cost
                    origin, skipped = np.where(better, nearest, origin), np.where(better, graces, skipped)
                    cost = np.where(better, lowest, cost)
                best.append(cost + self.found.cost[index])
                came.append((origin, skipped))
        return _traced(came, int(best[-1].argmin()))

    def _ways(self, start: int, stop: int) -> list[list[tuple[int, np.ndarray]]]:
        """For each group of a stretch the ways to it: (grace notes passed over, costs from → to)."""
        found = [
            (index, graces, extra)
            for index in range(start, stop)
            for graces, extra in ((0, 0.0), *self.grace_costs(index))
        ]
        after, graces, extra = (np.array(column) for column in zip(*found, strict=True))
        steps = self.transition(after - graces - 1, after) + extra[:, None, None]
        ways: list[list[tuple[int, np.ndarray]]] = [[] for _ in range(start, stop)]
        for index, skipped, step in zip(after.tolist(), graces.tolist(), steps, strict=True):
            ways[index - start].append((skipped, step))
        return ways


def _traced(came: list[tuple[np.ndarray, np.ndarray]], last: int) -> tuple[np.ndarray, np.ndarray]:
    """The best path back from its last choice; grace notes have the choice of their note."""
    index, choice = len(came), last
    chosen = np.zeros(len(came) + 1, dtype=np.int64)
    grace = np.zeros(len(came) + 1, dtype=bool)
    while True:
        chosen[index] = choice
        if index == 0:
            return chosen, grace
        origin, skipped = came[index - 1]
        graces = int(skipped[choice])
        grace[index - graces : index] = True
        choice = int(origin[choice])
        index -= graces + 1
