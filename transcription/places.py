"""The places in the score at which a moment of a performance may stand, and how plain each is.

Beats are plainer than eighths and these than sixteenths; each *span* (a quarter, in compound metres a third
of the beat) is divided by two or by three, never by both. The grid is as fine as can be played.

Places are whole parts of a quarter note, `PARTS` to the quarter, from where the first bar starts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from symbolic.meter import Meter
from transcription.beatmap import Bar, Beatmap

PARTS = 48
"""Parts of a quarter note: sixty-fourths and triplets of thirty-seconds are whole numbers of them."""

_BINARY_UNITS = (24, 12, 6, 3)
_TERNARY_UNITS = (16, 8, 4)
_BINARY_COSTS = {24: 0.7, 12: 1.5, 6: 3.2, 3: 7.0}
_TERNARY_COSTS = {24: 1.1, 16: 1.2, 8: 3.1, 4: 5.0}
"""Natural logarithms of how much rarer than a beat a place is that is a multiple of this and of no more."""
_COMPOUND_EIGHTH_COST = 0.3
_COMPOUND_TERNARY_COST = 2.0
"""What triplets cost more where the span is an eighth."""
_SHORTEST_S = 0.05
_BINARY_REACH, _TERNARY_REACH = 4, 2
"""How many units on either side of what was played are weighed."""
_BAR = 10_000
"""More than the spans of any bar."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """The places that each moment may have, arrays of shape (moments, candidates) but where noted.

    Attributes:
        place: in parts.
        deviation_s: how much later than the place the moment is.
        cost: how rare the place is, in nats.
        span: which span it is in.
        phase: where in the span, 0 … 1.
        span_s: (moments, 1) how long the span is in seconds.
        is_simple: (moments, 1) whether the metre there is simple.
        is_ternary: (candidates,) whether the span is divided by three.
    """

    place: np.ndarray
    deviation_s: np.ndarray
    cost: np.ndarray
    span: np.ndarray
    phase: np.ndarray
    span_s: np.ndarray
    is_simple: np.ndarray
    is_ternary: np.ndarray


@dataclass(frozen=True, slots=True)
class _BarParts:
    """A bar in parts; `lead` is what a pickup lacks at its beginning of a whole number of beats."""

    start: int
    length: int
    lead: int
    span: int
    meter: Meter

    @classmethod
    def of(cls, bar: Bar, *, is_first: bool) -> _BarParts:
        length = round(bar.length * PARTS)
        beat = round((bar.meter.beat_quarters or 1) * PARTS)
        span = min(PARTS, beat // 3 if bar.meter.is_compound else beat) or PARTS
        lead = -length % beat if is_first and bar.length < bar.meter.bar_quarters else 0
        return cls(round(bar.start * PARTS), length, lead, span, bar.meter)


def candidates(onset_s: np.ndarray, beatmap: Beatmap) -> Candidates:
    """The places near to moments in seconds."""
    played = beatmap.to_quarters(onset_s)
    bars = [
        _BarParts.of(bar, is_first=number == 0)
        for number, bar in enumerate(beatmap.bars_to(float(played.max(initial=0.0))))
    ]
    start, length, lead, span = (
        np.array([getattr(bar, name) for bar in bars]) for name in ("start", "length", "lead", "span")
    )
    number = np.clip(np.searchsorted(start, played * PARTS, side="right") - 1, 0, None)
    start, length, lead, span = (row[number, None] for row in (start, length, lead, span))
    part_s = np.maximum(beatmap.to_seconds(played + 0.5) - beatmap.to_seconds(played - 0.5), 1e-6) / PARTS
    nearby, is_ternary = _nearby(played * PARTS - start[:, 0] + lead[:, 0], part_s)
    within = np.clip(nearby, lead, length + lead)
    cost = np.empty(within.shape)
    is_simple = np.empty((len(played), 1), dtype=bool)
    for index in np.unique(number).tolist():
        rows = number == index
        binary, ternary = _level_costs(bars[index].meter, bars[index].length + bars[index].lead)
        cost[rows] = np.where(is_ternary, ternary[within[rows]], binary[within[rows]])
        is_simple[rows] = not bars[index].meter.is_compound
    place = within - lead + start
    is_next = within == length + lead  # a bar's end is the next one's start
    return Candidates(
        place=place,
        deviation_s=onset_s[:, None] - beatmap.to_seconds(place / PARTS),
        cost=cost,
        span=np.where(is_next, (number[:, None] + 1) * _BAR, number[:, None] * _BAR + within // span),
        phase=np.where(is_next, 0.0, within % span / span),
        span_s=span * part_s[:, None],
        is_simple=is_simple,
        is_ternary=is_ternary,
    )


def _nearby(played: np.ndarray, part_s: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Multiples of the finest units that can be played, (moments, candidates), and which are ternary."""
    found = []
    kinds = ((_BINARY_UNITS, _BINARY_REACH), (_TERNARY_UNITS, _TERNARY_REACH))
    for units, reach in kinds:
        fine = np.full(len(played), units[0])
        for unit in units[1:]:
            fine[unit * part_s >= _SHORTEST_S] = unit
        steps = np.round(played / fine)[:, None] + np.arange(-reach, reach + 1)
        found.append((steps * fine[:, None]).astype(np.int64))
    counts = [2 * reach + 1 for _, reach in kinds]
    return np.concatenate(found, axis=1), np.repeat([False, True], counts)


@cache
def _level_costs(meter: Meter, length: int) -> tuple[np.ndarray, np.ndarray]:
    """What each place of a bar costs, divided by two and by three: (length + 1,) each."""
    beat = round((meter.beat_quarters or 1) * PARTS)
    places = np.arange(length + 1)
    tables = []
    for costs in (_BINARY_COSTS, _TERNARY_COSTS):
        table = np.full(length + 1, np.inf)
        for unit in sorted(costs):
            table[places % unit == 0] = costs[unit]
        if meter.is_compound:
            table += _COMPOUND_TERNARY_COST * (costs is _TERNARY_COSTS)
            table[places % (beat // 3) == 0] = _COMPOUND_EIGHTH_COST
        table[places % (beat if meter.is_compound else min(beat, PARTS)) == 0] = 0.0
        tables.append(table)
    return tables[0], tables[1]
