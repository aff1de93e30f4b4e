"""How alike the cells of a score are, each with the one that stands so many cells later.

Cells are the same where all that is written in them is, in every voice. They are alike where they are as
long, in the same key, metre and tempo, and have half of their notes in common at least: notes of one pitch
that start at one place, whatever their lengths, ornaments and voices. How many notes differ in a run of
cells is for the search to weigh.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from symbolic.folding.cells import Cell, Layers, clock
from symbolic.score import Chord, Note
from symbolic.transform import Context

ALIKE = 0.5
"""Share of the notes of two cells that are alike in both, of the one that has more."""
_BLOCK = 256
"""Cells that are compared at once with those after them."""


class Pairs(NamedTuple):
    """The cells at places 0 … n - 1, each beside the one a shift later.

    Attributes:
        matched: (n,) where the likeness that holds at each place ends; the place itself where there is none.
        notes: (n + 1,) notes of all pairs before each place, those of the larger cell.
        differing: (n + 1,) notes of these that the two do not have in common.
    """

    matched: np.ndarray
    notes: np.ndarray
    differing: np.ndarray

    def agreement(self, start: int, stop: int) -> float:
        """The share of notes that are in both, 1 where there are none."""
        notes = self.notes[stop] - self.notes[start]
        return 1 - self.differences(start, stop) / int(notes) if notes else 1.0

    def differences(self, start: int, stop: int) -> int:
        """How many notes are not in both."""
        return int(self.differing[stop] - self.differing[start])


class Likeness:
    """Compares the cells of a score.

    Args:
        cells: of the score.
        parts: to the quarter note, of the cells' times.
        exact: only cells that are the same count as alike.
        reach: the greatest shift.
    """

    def __init__(self, cells: Sequence[Cell], parts: int, reach: int, *, exact: bool) -> None:
        numbers: dict[tuple[tuple[Layers, ...], tuple[Context, ...]], int] = {}
        self._names = np.array(
            [numbers.setdefault((cell.voices, cell.contexts), len(numbers)) for cell in cells]
        )
        self._common: np.ndarray | None = None
        if exact:
            return
        frames: dict[tuple[int, tuple[Context, ...]], int] = {}
        lengths = [(cell.end - cell.start, cell.contexts) for cell in cells]
        self._frames = np.array([frames.setdefault(frame, len(frames)) for frame in lengths])
        notes = [set(_notes(cell, parts)) for cell in cells]
        self._sizes = np.array([len(own) for own in notes])
        self._common = _common(notes, reach)

    def pairs(self, shift: int) -> Pairs:
        """Each cell beside the one `shift` cells later."""
        count = len(self._names) - shift
        alike = self._names[:-shift] == self._names[shift:]
        sums = np.zeros((2, count + 1), np.int64)
        if self._common is not None:
            larger = np.maximum(self._sizes[:-shift], self._sizes[shift:])
            differing = np.where(alike, 0, larger - self._common[:count, shift])
            alike |= (self._frames[:-shift] == self._frames[shift:]) & (differing <= (1 - ALIKE) * larger)
            np.cumsum([larger, differing], axis=1, out=sums[:, 1:])
        ends = np.where(alike, count, np.arange(count))
        return Pairs(np.minimum.accumulate(ends[::-1])[::-1], sums[0], sums[1])


def _notes(cell: Cell, parts: int) -> Iterator[tuple[int, int]]:
    """(place, MIDI number) of the notes of a cell."""
    for layers in cell.voices:
        for layer in layers:
            for start, _, event in clock(layer, parts):
                if isinstance(event, Note | Chord):
                    notes = event.notes if isinstance(event, Chord) else (event,)
                    yield from ((start, note.pitch.midi) for note in notes)


def _common(notes: Sequence[set[tuple[int, int]]], reach: int) -> np.ndarray:
    """(cells, reach + 1): how many notes each cell and the one so many cells later have in common."""
    common = np.zeros((len(notes), reach + 1), np.int32)
    for first in range(0, len(notes), _BLOCK):
        table = _table(notes[first : first + _BLOCK + reach])
        for row, own in enumerate(table[:_BLOCK] @ table.T):
            near = own[row : row + reach + 1]
            common[first + row, : len(near)] = near
    return common


def _table(notes: Sequence[set[tuple[int, int]]]) -> np.ndarray:
    """(cells, kinds of notes): 1 where a cell has such a note."""
    columns: dict[tuple[int, int], int] = {}
    rows = [[columns.setdefault(note, len(columns)) for note in own] for own in notes]
    table = np.zeros((len(notes), len(columns)), np.float32)
    for row, own in zip(table, rows, strict=True):
        row[own] = 1
    return table
