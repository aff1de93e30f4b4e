"""Which hand, or which of melody and accompaniment, plays a note: one track on two staves.

The notes of a place are cut in two, the lower ones for the lower staff. A cut is good where each hand stays
near to where it was and near to its own half of the keyboard, and where neither has to stretch, to notes that
it still holds either; the best cuts of all places together are found by dynamic programming (Viterbi), in
the spirit of Nakamura, Ono and Sagayama, "Merged-output HMM for piano fingering of both hands", ISMIR 2014.
Music of one line, or of lines that lie close together, stays on one staff.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np

UPPER, LOWER = 0, 1
"""The staves of a track."""
_MIDDLE, _MIDDLE_COST = 67.0, 0.05
_MOVE_COST = 0.11
_HAND, _STRETCH_COST = 11, 0.75
_WIDE, _WIDE_COST = 16, 4.0
_ALONE_COST = 0.4
"""Of one hand playing a chord while the other holds nothing."""
_HELD_COST, _MOST_HELD_COST = 0.3, 2.0
_TWO_STAVES_RANGE = 20
_CHORD_SHARE = 0.2
"""So many notes start with another one at least; transcribers hear an octave too many in fewer."""
_TOGETHER_S = 0.05


class _Hand(NamedTuple):
    """What a hand played last: its notes from `low` to `high`, held until a place."""

    low: int
    high: int
    until: float

    @property
    def centre(self) -> float:
        return (self.low + self.high) / 2


class _State(NamedTuple):
    """The best way to play up to a place; `cuts` is the last one and those before it."""

    cost: float
    upper: _Hand
    lower: _Hand
    cuts: tuple[Any, ...]


_START = _State(0.0, _Hand(67, 67, -np.inf), _Hand(50, 50, -np.inf), ())


def needs_two_staves(onset_s: np.ndarray, pitch: np.ndarray) -> bool:
    """Whether the notes of a track are more than one line and too far apart for one staff.

    Args:
        onset_s: (n,) ascending.
        pitch: (n,) MIDI numbers.
    """
    if len(pitch) < 2:
        return False
    low, high = np.percentile(pitch, (4, 96))
    struck = onset_s[np.append(True, np.diff(onset_s) > _TOGETHER_S)]
    return bool(high - low >= _TWO_STAVES_RANGE and 1 - len(struck) / len(pitch) >= _CHORD_SHARE)


def split_hands(places: Sequence[int], pitch: Sequence[int], length: Sequence[float]) -> np.ndarray:
    """`UPPER` or `LOWER` for each note.

    Args:
        places: where each note stands in the score, ascending.
        pitch: MIDI numbers, ascending within a place.
        length: how long each sounded, in the unit of the places.
    """
    hands = np.full(len(places), UPPER)
    if not len(places):
        return hands
    starts = [index for index in range(len(places)) if index == 0 or places[index] != places[index - 1]]
    stops = [*starts[1:], len(places)]
    states = [_START]
    for start, stop in zip(starts, stops, strict=True):
        now = places[start]
        until = [now + own for own in length[start:stop]]
        states = [
            _best(states, cut, pitch[start:stop], until, now)
            for cut in range(stop - start + 1)  # so many notes are the lower hand's
        ]
    cuts = min(states, key=itemgetter(0)).cuts
    for start in reversed(starts):
        cut, cuts = cuts
        hands[start : start + cut] = LOWER
    return hands


def _best(
    states: Sequence[_State], cut: int, chord: Sequence[int], until: Sequence[float], now: int
) -> _State:
    """The best way to play a chord so divided."""
    lower = _Hand(chord[0], chord[cut - 1], max(until[:cut])) if cut else None
    upper = _Hand(chord[cut], chord[-1], max(until[cut:])) if cut < len(chord) else None
    own = 0.0
    if lower:
        own += _MIDDLE_COST * max(0.0, lower.centre - _MIDDLE) + _stretch_cost(lower)
    if upper:
        own += _MIDDLE_COST * max(0.0, _MIDDLE - upper.centre) + _stretch_cost(upper)
    ways = []
    for cost, upper_before, lower_before, cuts in states:
        total = cost + own
        for before, after in ((lower_before, lower), (upper_before, upper)):
            if after:
                total += _move_cost(before, after, now)
            elif before.until <= now and len(chord) > 1:
                total += _ALONE_COST
        ways.append(_State(total, upper or upper_before, lower or lower_before, (cut, cuts)))
    return min(ways, key=itemgetter(0))


def _stretch_cost(hand: _Hand) -> float:
    span = hand.high - hand.low
    return _STRETCH_COST * max(0, span - _HAND) + _WIDE_COST * max(0, span - _WIDE)


def _move_cost(before: _Hand, after: _Hand, now: int) -> float:
    """What it costs a hand to go from one position to another, and to keep holding what it holds."""
    cost = _MOVE_COST * abs(after.centre - before.centre)
    if before.until > now:
        span = max(before.high, after.high) - min(before.low, after.low)
        cost += min(_MOST_HELD_COST, _HELD_COST * max(0, span - _HAND))
    return cost
