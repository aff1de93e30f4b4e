"""What speaks for a note's length: the lengths that it may have, and the evidence for each.

A note may last to one of the next places where its line goes on, or it may have a plain value and be followed
by a rest. How long it sounded says little by itself: it is short where it is detached and long under the
pedal, and transcribers let it ring on. How it compares with the time to the next note says more once it is
known how its line is played: the median of that ratio says how the line is articulated, its spread how far
it can be trusted. Evidence is weighed by a conditional logit (McFadden, 1974), see `transcription.durations`.

Lengths are whole parts of a quarter note; a *line* is the notes of one track on one staff.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

VALUES = np.array([6, 8, 12, 16, 18, 24, 32, 36, 48, 72, 96, 144, 192, 288])
"""Lengths that a note may have before a rest."""
NEXT = 5
"""Next places of the line that a note may last to; held to all but the first,"""
GOALS = 3
"""and to the bar's end, and to where the line is as high or as low again."""
HELD = slice(1, NEXT + GOALS)
REST = slice(NEXT + GOALS, NEXT + GOALS + len(VALUES))
CANDIDATES = REST.stop

EVIDENCE = (
    *(f"surprise {number}" for number in range(6)),
    *(f"misfit {number}" for number in range(6)),
    "held",
    "held further",
    "held by how much of the way",
    "held to the bar's end",
    "held to where the line is as high",
    "held to where the line is as low",
    "held in a line of overlaps",
    "held as the top note",
    "held as the bottom note",
    "held, interval to what follows",
    "held, interval to what is passed",
    "rest",
    "rest, length",
    "rest, time to the next note",
    "rest, shortness",
    "rest, as long as the note before",
    "rest, in a line of overlaps",
    "rest, in a line of single notes",
    "shorter than usual, in a line of single notes",
    "ends on a beat",
    "ends between eighths",
    "ends off the grid",
    "dotted",
    "ternary",
    "tied",
    "over the bar line",
)
"""What is looked at, in the order of the last axis of `evidence`; the first by `_EDGES`."""

_ARTICULATION = (0.2, 6.0)
_SPREAD = (0.2, 0.9)
_USUAL = (0.9, 0.4)
"""Share of the time to the next note and spread of its logarithm, for lines of a few notes."""
_EDGES = {"surprise": (-6.0, -3.0, -1.5, 1.5, 3.0, 6.0), "misfit": (-1.2, -0.6, -0.25, 0.25, 0.6, 1.2)}
"""How much longer (logarithm) a note sounded than its line usually does at a length, in spreads, and than the
length itself; what lies between the middle two is usual."""
_AS_HIGH = 2
_OVERLAP = np.log(1.4)
_FAR = 24.0


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """The notes of one track on one staff, sorted by onset and pitch.

    Attributes:
        onset: (n,) places.
        pitch: (n,) MIDI numbers.
        played_onset, played_end: (n,) when they started and ended, in parts, not rounded.
        bar_start, bar_end, beat: (n,) the bar in which each starts, and the length of its beat.
        end: where the music ends, after the last note's onset; the last notes end there at the latest.
        grid: places where notes of any line start, ascending.
    """

    onset: np.ndarray
    pitch: np.ndarray
    played_onset: np.ndarray
    played_end: np.ndarray
    bar_start: np.ndarray
    bar_end: np.ndarray
    beat: np.ndarray
    end: int
    grid: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Choices:
    """What each note may last: `length` and `possible` (n, CANDIDATES), `evidence` (n, CANDIDATES, kinds)."""

    length: np.ndarray
    possible: np.ndarray
    evidence: np.ndarray


def choices(line: Line) -> Choices:
    """The lengths that the notes of a line may have; each note has one at least."""
    places, first, group = np.unique(line.onset, return_index=True, return_inverse=True)
    last = group == len(places) - 1
    ahead = group[:, None] + 1 + np.arange(NEXT)
    following = np.append(places, np.full(NEXT, line.end))[ahead]
    following = np.maximum(following, line.onset[:, None] + 1)
    step = following[:, 0] - line.onset
    goals = _goals(line, places, first, group)
    values = np.broadcast_to(VALUES, (len(step), len(VALUES)))
    gap = step[:, None] - values
    length = np.concatenate([following - line.onset[:, None], goals - line.onset[:, None], values], axis=1)
    possible = np.concatenate(
        [ahead <= len(places), goals > following[:, -1:], (gap > 0) & ((gap % 6 == 0) | (gap % 8 == 0))],
        axis=1,
    )
    possible[:, NEXT + 1] &= goals[:, 1] != goals[:, 0]
    possible[:, NEXT + 2] &= (goals[:, 2] != goals[:, 0]) & (goals[:, 2] != goals[:, 1])
    played = np.minimum.reduceat(line.played_onset, first)
    to_next = np.append(played, np.inf)[group + 1] - line.played_onset
    to_next = np.where(last, step, np.maximum(to_next, 0.25 * step))
    ratio = np.log(np.maximum(line.played_end - line.played_onset, 0.5) / to_next)
    facts = _Facts(line, group, first, ahead, step, goals, ratio, last)
    return Choices(length, possible, facts.evidence(length))


def _goals(line: Line, places: np.ndarray, first: np.ndarray, group: np.ndarray) -> np.ndarray:
    """The bar's end, and where the line is as high, and as low, as each note again: (n, GOALS)."""
    stops = np.append(first[1:], len(line.pitch)) - 1
    high, low = line.pitch[stops], line.pitch[first]
    return np.stack(
        [
            line.bar_end,
            _reached(-high, -line.pitch, places, group, line.end),
            _reached(low, line.pitch, places, group, line.end),
        ],
        axis=1,
    )


def _reached(
    lows: np.ndarray, pitch: np.ndarray, places: np.ndarray, group: np.ndarray, end: int
) -> np.ndarray:
    """The first later place at which the lowest note is no more than a step above each note."""
    found = np.full(len(pitch), end)
    waiting: dict[int, list[int]] = {}  # MIDI number → notes that have not been reached
    starts = np.searchsorted(group, np.arange(len(places) + 1)).tolist()
    for number, place in enumerate(places.tolist()):
        for height in [height for height in waiting if height + _AS_HIGH >= lows[number]]:
            found[waiting.pop(height)] = place
        for note in range(starts[number], starts[number + 1]):
            waiting.setdefault(int(pitch[note]), []).append(note)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Facts:
    """A line and what was computed of it."""

    line: Line
    group: np.ndarray
    first: np.ndarray
    ahead: np.ndarray
    step: np.ndarray
    goals: np.ndarray
    ratio: np.ndarray
    last: np.ndarray

    def evidence(self, length: np.ndarray) -> np.ndarray:
        count = len(self.step)
        rows = np.zeros((count, CANDIDATES, len(EVIDENCE)))
        columns = dict(zip(EVIDENCE, np.moveaxis(rows, 2, 0), strict=True))
        middle, spread = self.articulation()
        misfit = self.ratio[:, None] - np.log(length / self.step[:, None])
        surprise = (misfit - middle) / spread
        for name, amount in (("surprise", surprise), ("misfit", misfit)):
            unusual = np.digitize(amount, _EDGES[name])
            for number in range(6):
                columns[f"{name} {number}"][:] = unusual == number + (number > 2)
        if len(self.first) == count:
            columns["shorter than usual, in a line of single notes"][:] = np.clip(-surprise - 1, 0, 4)
            columns["rest, in a line of single notes"][:, REST] = 1
        self.held(columns, length)
        self.rests(columns, length)
        self.places(columns, length)
        return rows

    def articulation(self) -> tuple[float, float]:
        """The middle and the spread of how long notes sound, as logarithms of the ratio."""
        known = self.ratio[(self.step <= 48) & ~self.last]
        if len(known) < 5:
            return float(np.log(_USUAL[0])), _USUAL[1]
        middle = float(np.median(known))
        spread = 1.48 * float(np.median(np.abs(known - middle)))
        low, high = np.log(_ARTICULATION)
        return float(np.clip(middle, low, high)), float(np.clip(spread, *_SPREAD))

    @property
    def overlaps(self) -> float:
        """The share of notes that sound well into the next."""
        return float(np.mean(self.ratio > _OVERLAP))

    def held(self, columns: dict[str, np.ndarray], length: np.ndarray) -> None:
        nearer = slice(1, NEXT)
        columns["held"][:, HELD] = 1
        columns["held further"][:, nearer] = np.arange(NEXT - 1)
        to_goal = length[:, HELD, None] == (self.goals - self.line.onset[:, None])[:, None, :]
        columns["held to the bar's end"][:, HELD] = to_goal[..., 0]
        columns["held to where the line is as high"][:, HELD] = to_goal[..., 1]
        columns["held to where the line is as low"][:, HELD] = to_goal[..., 2]
        columns["held by how much of the way"][:, HELD] = np.log(length[:, HELD] / self.step[:, None])
        columns["held in a line of overlaps"][:, HELD] = self.overlaps
        stops = np.append(self.first[1:], len(self.step)) - 1
        top = np.arange(len(self.step)) == stops[self.group]
        bottom = np.arange(len(self.step)) == self.first[self.group]
        columns["held as the top note"][:, HELD] = top[:, None]
        columns["held as the bottom note"][:, HELD] = bottom[:, None]
        gaps = self.intervals()
        columns["held, interval to what follows"][:, nearer] = np.log1p(gaps[:, 1:])
        passed = np.minimum.accumulate(gaps, axis=1)
        columns["held, interval to what is passed"][:, nearer] = np.log1p(passed[:, :-1])
        columns["held, interval to what is passed"][:, NEXT : NEXT + GOALS] = np.log1p(passed[:, -1:])

    def intervals(self) -> np.ndarray:
        """Semitones from each note to the nearest one at each of the next places: (n, NEXT)."""
        pitch = self.line.pitch.astype(float)
        low = np.append(pitch[self.first], np.full(NEXT, -np.inf))
        high = np.append(pitch[np.append(self.first[1:], len(pitch)) - 1], np.full(NEXT, np.inf))
        gap = np.minimum(np.abs(low[self.ahead] - pitch[:, None]), np.abs(high[self.ahead] - pitch[:, None]))
        return np.asarray(np.minimum(gap, _FAR))

    def rests(self, columns: dict[str, np.ndarray], length: np.ndarray) -> None:
        values = length[:, REST]
        before = np.append(np.inf, np.diff(self.line.onset[self.first]))[self.group]
        columns["rest"][:, REST] = 1
        columns["rest, length"][:, REST] = np.log2(np.maximum(self.step[:, None] - values, 1) / 24)
        columns["rest, time to the next note"][:, REST] = np.log2(self.step / 48)[:, None]
        columns["rest, shortness"][:, REST] = np.maximum(np.log2(24 / values), 0)
        columns["rest, as long as the note before"][:, REST] = values == before[:, None]
        columns["rest, in a line of overlaps"][:, REST] = self.overlaps

    def places(self, columns: dict[str, np.ndarray], length: np.ndarray) -> None:
        end = self.line.onset[:, None] + length
        within = end - self.line.bar_start[:, None]
        columns["ends on a beat"][:] = within % self.line.beat[:, None] == 0
        columns["ends between eighths"][:] = (within % 24 != 0) & (within % 12 == 0)
        off = (within % 12 != 0) & ~np.isin(end, self.line.grid)
        columns["ends off the grid"][:, REST] = off[:, REST]
        odd = length // (length & -length)
        columns["dotted"][:] = odd == 9
        columns["ternary"][:] = length % 3 != 0
        columns["tied"][:] = (length % 3 == 0) & ~np.isin(odd, (3, 9))
        columns["over the bar line"][:] = end > self.line.bar_end[:, None]
