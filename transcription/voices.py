"""The staves of a score and the layers on them, from notes with exact values.

Each track has one staff or two (`transcription.hands`); on a staff, notes of one onset and end make a chord,
and chords that overlap go to layers that do not (`symbolic.midi.voices`). Grace notes and ornaments stand
in the layer of the note that they belong to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from symbolic.midi.smf import MidiNote
from symbolic.midi.voices import Block, separate
from transcription.hands import LOWER
from transcription.performance import Track
from transcription.quantize import GRACE, NOTE, Quantized

BASS_BELOW = 55
"""A staff whose middle pitch is lower than this has a bass clef."""

Graces: TypeAlias = tuple[tuple[int, tuple[int, ...]], ...]
"""(place, rows of the grace notes there) in order."""
Signs: TypeAlias = tuple[tuple[int, str], ...]
"""(place, ABC decoration) in order."""


@dataclass(frozen=True, slots=True, eq=False)
class Staff:
    """What stands on one staff.

    Attributes:
        track: who plays it.
        is_lower: the second of two staves.
        clef: as ABC names it, empty for the treble clef.
        layers: blocks in order, without overlap within a layer; the first is the main one.
        rows: (place, MIDI number) → the row of the quantised note with a value there.
        graces: of each layer.
        signs: of each layer.
    """

    track: Track
    is_lower: bool
    clef: str
    layers: tuple[tuple[Block, ...], ...]
    rows: Mapping[tuple[int, int], int]
    graces: tuple[Graces, ...]
    signs: tuple[Signs, ...]


def staves(quantized: Quantized) -> list[Staff]:
    """The staves of all tracks that have notes, in order; the upper one of two comes first."""
    return list(_staves(quantized))


def _staves(quantized: Quantized) -> Iterator[Staff]:
    notes = quantized.notes
    for number, track in enumerate(quantized.performance.tracks):
        of_track = np.flatnonzero((notes["track"] == number) & (notes["kind"] == NOTE))
        for staff in np.unique(notes["staff"][of_track]).tolist():
            own = of_track[notes["staff"][of_track] == staff]
            columns = (notes[name][own].tolist() for name in ("onset", "end", "pitch"))
            layers = tuple(map(tuple, separate([MidiNote(*row) for row in zip(*columns, strict=True)])))
            keys = zip(notes["onset"][own].tolist(), notes["pitch"][own].tolist(), strict=True)
            rows = dict(zip(keys, own.tolist(), strict=True))
            is_low = not track.percussion and np.median(notes["pitch"][own]) < BASS_BELOW
            graces, signs = _attached(quantized, rows, layers)
            yield Staff(track, staff == LOWER, "bass" if is_low else "", layers, rows, graces, signs)


def _attached(
    quantized: Quantized, rows: Mapping[tuple[int, int], int], layers: tuple[tuple[Block, ...], ...]
) -> tuple[tuple[Graces, ...], tuple[Signs, ...]]:
    """The grace notes and the decorations of each layer."""
    notes = quantized.notes
    home = {
        rows[block.start, pitch]: (index, block.start)
        for index, layer in enumerate(layers)
        for block in layer
        for pitch in block.pitches
    }
    graces: list[dict[int, list[int]]] = [defaultdict(list) for _ in layers]
    signs: list[dict[int, str]] = [{} for _ in layers]
    for row in sorted(np.flatnonzero(notes["kind"] == GRACE).tolist(), key=notes["source"].__getitem__):
        if (main := int(notes["main"][row])) in home:
            layer, place = home[main]
            graces[layer][place].append(row)
    for row, name in quantized.ornaments:
        if row in home:
            layer, place = home[row]
            signs[layer].setdefault(place, name)
    return (
        tuple(tuple((place, tuple(found)) for place, found in sorted(each.items())) for each in graces),
        tuple(tuple(sorted(each.items())) for each in signs),
    )
