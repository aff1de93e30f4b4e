"""Separates the notes of one track into layers that do not overlap.

Notes of equal onset and end make a chord. Chords that overlap go to different layers: at each onset the
free layers take the new chords, high to low, so that the voices do not cross and each continues from the
nearest pitch (in the spirit of Chew & Wu, "Separating voices in polyphonic music: a contig mapping
approach", CMMR 2004). The first layer is preferred, so a melody with an occasional second note stays
in one layer.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from symbolic.errors import MidiFormatError
from symbolic.midi.smf import MidiNote

MAX_LAYERS = 64
_REST_COST = 4
_NEW_COST = 24
_LAYER_COST = 3


class Block(NamedTuple):
    """Notes with one onset and one end, in parts of a quarter; MIDI pitches from low to high."""

    start: int
    end: int
    pitches: tuple[int, ...]


class _Layer:
    """A layer while it is being filled."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.free_at = 0
        self.pitch = 0.0

    def add(self, block: Block) -> None:
        self.blocks.append(block)
        self.free_at = block.end
        self.pitch = sum(block.pitches) / len(block.pitches)


def separate(notes: Sequence[MidiNote]) -> list[list[Block]]:
    """Layers of blocks, each in order and without overlap; all notes of the track are kept.

    Raises:
        MidiFormatError: more than `MAX_LAYERS` layers would be needed.
    """
    layers: list[_Layer] = []
    ordered = sorted(notes, key=lambda note: (note.start, note.end, note.pitch))
    for start, sounding in groupby(ordered, key=lambda note: note.start):
        blocks = [
            Block(start, end, tuple(note.pitch for note in same))
            for end, same in groupby(sounding, key=lambda note: note.end)
        ]
        blocks.sort(key=lambda block: (-max(block.pitches), block.end))
        free = [layer for layer in layers if layer.free_at <= start]
        while len(free) < len(blocks) and len(layers) <= MAX_LAYERS:
            layers.append(_Layer())
            free.append(layers[-1])
        if len(layers) > MAX_LAYERS:
            raise MidiFormatError(
                f"more than {MAX_LAYERS} notes of different lengths at once in one track; "
                "its note ends are damaged, export the file again"
            )
        for layer, block in zip(_assign(blocks, free, layers), blocks, strict=True):
            layer.add(block)
    return [layer.blocks for layer in layers]


def _assign(blocks: list[Block], free: list[_Layer], layers: list[_Layer]) -> list[_Layer]:
    """One free layer for each block, in the order of both, at the least cost (dynamic programming)."""
    if len(free) == len(blocks):
        return free
    count = len(free)
    ranks = {id(layer): rank for rank, layer in enumerate(layers)}
    best: list[tuple[float, tuple[int, ...]]] = [(0.0, ())] * (count + 1)
    for block in blocks:
        pitch = sum(block.pitches) / len(block.pitches)
        row: list[tuple[float, tuple[int, ...]]] = [(float("inf"), ())]
        for index, layer in enumerate(free):
            cost, chosen = best[index]
            cost += abs(layer.pitch - pitch) if layer.blocks else _NEW_COST
            cost += _REST_COST * (layer.free_at < block.start) + _LAYER_COST * ranks[id(layer)]
            row.append(min(row[-1], (cost, (*chosen, index))))
        best = row
    return [free[index] for index in best[count][1]]
