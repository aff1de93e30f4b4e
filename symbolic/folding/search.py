"""Finds the cover of the cells that costs least to write, by dynamic programming.

A run of cells that equals the run right after it can be written once between repeat signs; where the
two runs part before their ends, the rest of each becomes a first and a second ending.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import islice
from typing import NamedTuple

import numpy as np

from symbolic.folding.cells import Cell, Layers, is_tied_over
from symbolic.transform import Context

MIN_SECTION_BARS = Fraction(7, 2)
"""A section has four bars, of which one may be short. Shorter passages are written out, as musicians do."""
MAX_ENDING_BARS = 4
_REPEAT_COST = 3.0
_ENDINGS_COST = 5.0
_STRETCH_COST = 1.0
_INNER_CUT_COST = 0.5
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


def best_sections(cells: Sequence[Cell], parts: int) -> list[Section]:
    """The cover of all cells that costs least to write."""
    count = len(cells)
    weights = [cell.weight for cell in cells]
    ending_at: list[list[tuple[float, Section]]] = [[] for _ in range(count + 1)]
    for cost, section in islice(_candidates(cells, weights, parts), _MAX_CANDIDATES):
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


def _candidates(
    cells: Sequence[Cell], weights: Sequence[float], parts: int
) -> Iterator[tuple[float, Section]]:
    """Repeated sections, each with what it costs to write."""
    count = len(cells)
    layout = _Layout(cells, weights, parts)
    numbers: dict[tuple[tuple[Layers, ...], tuple[Context, ...]], int] = {}
    names = np.array([numbers.setdefault((cell.voices, cell.contexts), len(numbers)) for cell in cells])
    for shift in range(1, min(count - 1, _MAX_SECTION_CELLS, _MAX_COMPARISONS // count) + 1):
        places = np.arange(count - shift)
        differ = np.where(names[:-shift] == names[shift:], count - shift, places)
        matched = np.minimum.accumulate(differ[::-1])[::-1]  # where the equality that holds here ends
        enough = layout.times[matched] - layout.times[places] >= layout.shortest // 2
        for start in np.flatnonzero(enough).tolist():
            middle, length = start + shift, int(matched[start]) - start
            if not (layout.can_start[start] and layout.can_cut[middle]):
                continue
            if length >= shift:
                yield from layout.repeat(start, middle)
            else:
                yield from layout.with_endings(start, middle, length)


class _Layout:
    """Where cells lie in time, what they cost, and where sections may begin and end."""

    def __init__(self, cells: Sequence[Cell], weights: Sequence[float], parts: int) -> None:
        bar = max(cell.contexts[0][1].bar_quarters for cell in cells) or Fraction(4)
        self.times = np.concatenate([[0], np.cumsum([cell.end - cell.start for cell in cells])])
        self.costs = np.concatenate([[0.0], np.cumsum(weights)])
        self.bar = int(bar * parts)
        self.shortest = int(MIN_SECTION_BARS * self.bar)
        self.is_bar_line = [cell.start == 0 for cell in cells] + [True]
        self.can_cut = [True] + [not is_tied_over(cell) for cell in cells]
        self.can_start = [cut and cell.sounds for cut, cell in zip(self.can_cut, cells, strict=False)]

    def duration(self, start: int, stop: int) -> int:
        return int(self.times[stop] - self.times[start])

    def cost(self, start: int, stop: int) -> float:
        return float(self.costs[stop] - self.costs[start])

    def repeat(self, start: int, middle: int) -> Iterator[tuple[float, Section]]:
        """The section that is played from `start` to `middle` and again."""
        stop = 2 * middle - start
        if self.can_cut[stop] and self.duration(start, middle) >= self.shortest:
            cost = self.cost(start, middle) + _REPEAT_COST + self.cut_cost(start)
            yield cost, Section(start, stop, ((start, middle),))

    def with_endings(self, start: int, middle: int, length: int) -> Iterator[tuple[float, Section]]:
        """The longest body that ends at a bar line, with second endings about as long as the first."""
        body = length
        while body and not (self.is_bar_line[start + body] and self.can_cut[start + body]):
            body -= 1
        second, first_ending = middle + body, self.duration(start + body, middle)
        if (
            not (body and self.can_cut[second] and self.is_bar_line[second])
            or self.duration(start, middle) < self.shortest
            or first_ending > min(MAX_ENDING_BARS * self.bar, 2 * self.duration(start, start + body))
        ):
            return
        for stop in range(second + 1, len(self.can_cut)):
            excess = self.duration(second, stop) - first_ending
            if excess > self.bar // 2:
                break
            if excess >= -self.bar and self.can_cut[stop]:
                cost = self.cost(start, middle) + self.cost(second, stop) + _ENDINGS_COST
                cost += self.cut_cost(start) + _INNER_CUT_COST * (excess != 0)
                yield (
                    cost,
                    Section(start, stop, ((start, start + body), (start + body, middle), (second, stop))),
                )

    def cut_cost(self, start: int) -> float:
        return 0.0 if self.is_bar_line[start] else _INNER_CUT_COST
