"""Finds the cover of the cells that costs least to write, by dynamic programming.

A run of cells that equals the run right after it can be written once between repeat signs; where the
two runs part before their ends, the rest of each becomes a first and a second ending. Where runs need not be
equal, a section is twice as long at least, its last bar agrees as well as all of it, each note that differs
costs as much as writing it, and what is kept of the two is the run that takes less to write: mistakes of
hearing and of rounding make music look harder than it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import islice
from typing import NamedTuple

import numpy as np

from symbolic.folding.cells import Cell, is_tied_over
from symbolic.folding.likeness import Likeness, Pairs

MIN_SECTION_BARS = Fraction(7, 2)
"""A section has four bars, of which one may be short. Shorter passages are written out, as musicians do."""
MIN_ALIKE_BARS = Fraction(15, 2)
"""The same for sections whose two times are not quite the same."""
MAX_ENDING_BARS = 4
_REPEAT_COST = 3.0
_ENDINGS_COST = 5.0
_STRETCH_COST = 1.0
_INNER_CUT_COST = 0.5
_DIFFERENCE_COST = 1.0
_MAX_SECTION_CELLS = 512
_MAX_COMPARISONS = 4_000_000
_MAX_CANDIDATES = 100_000
"""Sections that are weighed, short ones first; only music that repeats one bar hundreds of times has more."""


class Section(NamedTuple):
    """Cells ``start … stop`` of the played score; as written, `parts` are (first cell, last cell + 1)."""

    start: int
    stop: int
    parts: tuple[tuple[int, int], ...]
    """One: a plain stretch, or a section played twice; three: the body of a section and its two endings."""

    @property
    def is_repeated(self) -> bool:
        """Whether it is written once and played twice."""
        return self.parts != ((self.start, self.stop),)


def best_sections(cells: Sequence[Cell], parts: int, least_agreement: float = 1.0) -> list[Section]:
    """The cover of all cells that costs least to write.

    Args:
        cells: of the score.
        parts: to the quarter note, of the cells' times.
        least_agreement: share of the notes that the two times of a section must have in common; with 1 all
            that is written must be the same.
    """
    count = len(cells)
    weights = [cell.weight for cell in cells]
    ending_at: list[list[tuple[float, Section]]] = [[] for _ in range(count + 1)]
    for cost, section in islice(
        _candidates(_Layout(cells, weights, parts), least_agreement), _MAX_CANDIDATES
    ):
        ending_at[section.stop].append((cost, section))
    best = [0.0]  # cost of all cells before a place
    plain = [_STRETCH_COST]  # the same where the cells just before belong to a plain stretch that goes on
    came: list[Section | None] = [None]
    stretch_starts = [0]
    for stop in range(1, count + 1):
        cost, stretch_start = plain[-1] + weights[stop - 1], stretch_starts[-1]
        plain_cost = cost
        chosen: Section | None = None
        for written, section in ending_at[stop]:
            if best[section.start] + written < cost:
                cost, chosen = best[section.start] + written, section
        if chosen is not None and cost + _STRETCH_COST < plain_cost:
            plain_cost, stretch_start = cost + _STRETCH_COST, stop
        best.append(cost)
        came.append(chosen)
        plain.append(plain_cost)
        stretch_starts.append(stretch_start)
    sections: list[Section] = []
    stop = count
    while stop > 0:
        # A stretch that ends here began where the one that reaches the cell before began.
        start = stretch_starts[stop - 1]
        section = came[stop] or Section(start, stop, ((start, stop),))
        sections.append(section)
        stop = section.start
    return sections[::-1]


def _candidates(layout: _Layout, least_agreement: float) -> Iterator[tuple[float, Section]]:
    """Repeated sections, each with what it costs to write."""
    count = len(layout.cells)
    reach = min(count - 1, _MAX_SECTION_CELLS, _MAX_COMPARISONS // count)
    likeness = Likeness(layout.cells, layout.parts, reach, exact=least_agreement == 1)
    for shift in range(1, reach + 1):
        pairs = likeness.pairs(shift)
        enough = layout.times[pairs.matched] - layout.times[: count - shift] >= layout.shortest // 2
        for start in np.flatnonzero(enough).tolist():
            if layout.can_start[start] and layout.can_cut[start + shift]:
                run = _Run(layout, pairs, start, start + shift, least_agreement)
                yield from run.repeat() if run.is_whole else run.with_endings()


class _Layout:
    """Where cells lie in time, what they cost, and where sections may begin and end."""

    def __init__(self, cells: Sequence[Cell], weights: Sequence[float], parts: int) -> None:
        self.cells, self.parts = cells, parts
        bar = max(cell.contexts[0][1].bar_quarters for cell in cells) or Fraction(4)
        self.times = np.concatenate([[0], np.cumsum([cell.end - cell.start for cell in cells])])
        self.costs = np.concatenate([[0.0], np.cumsum(weights)])
        self.bar = int(bar * parts)
        self.shortest = int(MIN_SECTION_BARS * self.bar)
        self.shortest_alike = int(MIN_ALIKE_BARS * self.bar)
        self.is_bar_line = [cell.start == 0 for cell in cells] + [True]
        self.can_cut = [True] + [not is_tied_over(cell) for cell in cells]
        self.can_start = [cut and cell.sounds for cut, cell in zip(self.can_cut, cells, strict=False)]

    def duration(self, start: int, stop: int) -> int:
        return int(self.times[stop] - self.times[start])

    def cost(self, start: int, stop: int) -> float:
        return float(self.costs[stop] - self.costs[start])

    def cut_cost(self, start: int) -> float:
        return 0.0 if self.is_bar_line[start] else _INNER_CUT_COST


class _Run(NamedTuple):
    """Cells from `start` on that are alike those from `middle` on."""

    layout: _Layout
    pairs: Pairs
    start: int
    middle: int
    least_agreement: float

    @property
    def length(self) -> int:
        """In cells."""
        return int(self.pairs.matched[self.start]) - self.start

    @property
    def is_whole(self) -> bool:
        """Whether all from `start` to `middle` comes again."""
        return self.length >= self.middle - self.start and self.agrees(self.middle)

    def agrees(self, stop: int) -> bool:
        """Whether a section may be written once from the start to a place."""
        start, layout = self.start, self.layout
        if not self.pairs.differences(start, stop):
            return True
        last_bar = stop - 1
        while last_bar > start and not layout.is_bar_line[last_bar]:
            last_bar -= 1
        agreement = min(self.pairs.agreement(start, stop), self.pairs.agreement(last_bar, stop))
        return (
            agreement >= self.least_agreement and layout.duration(start, self.middle) >= layout.shortest_alike
        )

    def kept(self, stop: int) -> tuple[float, tuple[int, int]]:
        """What the cells from the start to a place cost, written once, and which are written."""
        start, later = self.start, stop + self.middle - self.start
        first, second = self.layout.cost(start, stop), self.layout.cost(self.middle, later)
        lost = _DIFFERENCE_COST * self.pairs.differences(start, stop)
        return (first + lost, (start, stop)) if first <= second else (second + lost, (self.middle, later))

    def repeat(self) -> Iterator[tuple[float, Section]]:
        """The section that is played from `start` to `middle` and again."""
        layout, start, middle = self.layout, self.start, self.middle
        stop = 2 * middle - start
        if layout.can_cut[stop] and layout.duration(start, middle) >= layout.shortest:
            cost, written = self.kept(middle)
            yield cost + _REPEAT_COST + layout.cut_cost(start), Section(start, stop, (written,))

    def with_endings(self) -> Iterator[tuple[float, Section]]:
        """The longest body that ends at a bar line, with second endings about as long as the first."""
        layout, start, middle = self.layout, self.start, self.middle
        body = min(self.length, middle - start - 1)
        while body and not self.can_end(body):
            body -= 1
        second, first_ending = middle + body, layout.duration(start + body, middle)
        if (
            not body
            or layout.duration(start, middle) < layout.shortest
            or first_ending > min(MAX_ENDING_BARS * layout.bar, 2 * layout.duration(start, start + body))
        ):
            return
        cost, written = self.kept(start + body)
        cost += layout.cost(start + body, middle) + _ENDINGS_COST + layout.cut_cost(start)
        for stop in range(second + 1, len(layout.can_cut)):
            excess = layout.duration(second, stop) - first_ending
            if excess > layout.bar // 2:
                break
            if excess >= -layout.bar and layout.can_cut[stop]:
                yield (
                    cost + layout.cost(second, stop) + _INNER_CUT_COST * (excess != 0),
                    Section(start, stop, (written, (start + body, middle), (second, stop))),
                )

    def can_end(self, body: int) -> bool:
        """Whether endings may begin after so many cells."""
        places = (self.start + body, self.middle + body)
        at_bar_lines = all(self.layout.is_bar_line[place] and self.layout.can_cut[place] for place in places)
        return at_bar_lines and self.agrees(self.start + body)
