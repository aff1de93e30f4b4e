"""gridF1: how many notes stand on the right place of the grid, whatever the notation.

One tempo scale and one offset carry the whole transcription over to the true score; then a note is right
where a note of its pitch begins within 1/24 of a quarter, each counted once. So a transcription in other
note values or with another pickup may be perfect, and one that loses a single beat half-way cannot.

The scale is sought among simple ratios (a metre taken at another level) and the slopes that the alignment
by pitch content suggests; for each the offset is the one that most pairs of equal pitch vote for.
"""

from __future__ import annotations

import numpy as np

from eval.metrics.transcription.alignment import Alignment, align
from eval.metrics.transcription.fidelity import GRID_QUARTER, f1, matches
from transcription.reference import Reference

SCALES = (1, 2, 1 / 2, 3 / 2, 2 / 3, 3, 1 / 3, 4, 1 / 4, 4 / 3, 3 / 4)
"""True quarters for one quarter of the transcription."""
OFFSETS_TRIED = 3
_SPANS = 4
"""The slopes are measured over every quarter, third, half … of the paired places."""
_ROUNDING = 1e-6


def grid_f1(found: Reference, truth: Reference, alignment: Alignment | None = None) -> float:
    """The F1 of notes under the best scale and offset (see the module's first lines)."""
    if not len(found.notes) or not len(truth.notes):
        return f1(0, len(found.notes), len(truth.notes))
    alignment = alignment or align(found, truth)
    found_onsets, true_onsets = _by_pitch(found), _by_pitch(truth)
    hits = max(
        _hits(found_onsets, true_onsets, scale, offset)
        for scale in {*SCALES, *_slopes(alignment)}
        for offset in _offsets(found_onsets, true_onsets, scale)
    )
    return f1(hits, len(found.notes), len(truth.notes))


Onsets = dict[int, np.ndarray]
"""Pitch → the onsets of its notes in quarters, ascending."""


def _by_pitch(reference: Reference) -> Onsets:
    notes = reference.notes
    return {
        int(pitch): notes["onset_quarter"][notes["pitch"] == pitch] for pitch in np.unique(notes["pitch"])
    }


def _slopes(alignment: Alignment) -> set[float]:
    """Median slopes between paired places at several distances; none where too few are paired."""
    slopes = set()
    for parts in range(1, _SPANS + 1):
        step = len(alignment.found) // (parts + 1)
        if step:
            width = alignment.found[step:] - alignment.found[:-step]
            slopes.add(float(np.median((alignment.truth[step:] - alignment.truth[:-step]) / width)))
    return slopes


def _offsets(found: Onsets, truth: Onsets, scale: float) -> list[float]:
    """The offsets in quarters under which most pairs of equal pitch agree; none where no pitch is common."""
    gaps = [
        (truth[pitch][None, :] - scale * onsets[:, None]).ravel()
        for pitch, onsets in found.items()
        if pitch in truth
    ]
    if not gaps:
        return [0.0]
    ordered = np.sort(np.concatenate(gaps))
    last = np.searchsorted(ordered, ordered + 2 * GRID_QUARTER + _ROUNDING, side="right")
    votes = last - np.arange(len(ordered))
    chosen: list[float] = []
    for first in np.argsort(-votes, kind="stable"):
        offset = float((ordered[first] + ordered[last[first] - 1]) / 2)
        if all(abs(offset - other) > GRID_QUARTER for other in chosen):
            chosen.append(offset)
        if len(chosen) == OFFSETS_TRIED:
            break
    return chosen


def _hits(found: Onsets, truth: Onsets, scale: float, offset: float) -> int:
    return sum(
        matches(scale * onsets + offset, truth[pitch], GRID_QUARTER)
        for pitch, onsets in found.items()
        if pitch in truth
    )
