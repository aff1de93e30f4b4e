"""Every place where a note may start: more than there are, hardly one missing.

A candidate is a peak of the onset posterior (or of a steep rise of the frame posterior, see
`transcription.decoding`), or a pitch that comes up without any peak. It lasts until the frame posterior has
been low for a while, whatever else starts meanwhile: which candidates are notes, and that one ends where the
next of its pitch starts, is decided later (`transcription.notes`).
"""

from __future__ import annotations

import numpy as np

from transcription.activations import LOWEST_MIDI
from transcription.decoding import CANDIDATE_DTYPE, PATIENCE, peaks, with_inferred_onsets

LEAST_ONSET = 0.2
LEAST_FRAME = 0.25
RISE_FRAMES = 6
"""A pitch must sound so many frames after its onset at the latest; one that comes up within so many frames of
a peak needs no candidate of its own."""
STEADY_FRAMES = 4
"""A pitch that comes up without a peak must stay for so many frames."""
DISTINCT_FRAMES = 3
"""Of two candidates of a pitch that are this close, the one with the lower posterior goes."""


def candidates(frames: np.ndarray, onsets: np.ndarray) -> np.ndarray:
    """The note candidates in activations, by start and pitch.

    Args:
        frames: (n, 88) posterior that a pitch sounds.
        onsets: (n, 88) posterior that it starts.

    Returns:
        Array of `CANDIDATE_DTYPE`.
    """
    if len(frames) <= STEADY_FRAMES:
        return np.zeros(0, CANDIDATE_DTYPE)
    strength = with_inferred_onsets(onsets, frames)
    sounding = frames >= LEAST_FRAME
    columns, starts = np.nonzero(_places(strength, sounding).T)
    kept = _distinct(starts, columns, strength[starts, columns])
    starts, columns = starts[kept], columns[kept]
    ends = _ends(sounding, starts, columns)
    sums = np.concatenate([np.zeros((1, frames.shape[1])), np.cumsum(frames, axis=0, dtype=np.float64)])
    found = np.zeros(len(starts), CANDIDATE_DTYPE)
    found["start"], found["end"], found["pitch"] = starts, ends, columns + LOWEST_MIDI
    found["amplitude"] = (sums[ends, columns] - sums[starts, columns]) / (ends - starts)
    return found[np.lexsort((found["pitch"], found["start"]))]


def _places(strength: np.ndarray, sounding: np.ndarray) -> np.ndarray:
    """Where a candidate starts, as a matrix of booleans."""
    peak = peaks(strength) & (strength >= LEAST_ONSET)
    comes_up = sounding.copy()
    comes_up[1:] &= ~sounding[:-1]
    for lag in range(1, STEADY_FRAMES):
        comes_up[:-lag] &= sounding[lag:]
    near_peak, sounds_soon = peak.copy(), sounding.copy()
    for lag in range(1, RISE_FRAMES + 1):
        near_peak[lag:] |= peak[:-lag]
        near_peak[:-lag] |= peak[lag:]
        sounds_soon[:-lag] |= sounding[lag:]
    places: np.ndarray = (peak | (comes_up & ~near_peak)) & sounds_soon
    return places


def _distinct(starts: np.ndarray, columns: np.ndarray, strengths: np.ndarray) -> np.ndarray:
    """Which candidates, sorted by column and start, to keep."""
    kept = np.ones(len(starts), bool)
    close = (np.diff(columns) == 0) & (np.diff(starts) <= DISTINCT_FRAMES)
    for index in np.flatnonzero(close).tolist():
        if kept[index]:
            kept[index + (strengths[index + 1] <= strengths[index])] = False
    return kept


def _ends(sounding: np.ndarray, starts: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """The first frame from which the pitch is silent for `PATIENCE` frames, after it has come up."""
    count = len(sounding)
    sounded = np.cumsum(np.pad(sounding, ((1, PATIENCE), (0, 0))), axis=0, dtype=np.int32)
    silent_from_here = sounded[PATIENCE:] == sounded[:-PATIENCE]
    comes_up = _next(sounding)[starts, columns]
    falls_silent = _next(silent_from_here[:count])[np.minimum(comes_up, count - 1), columns]
    return np.asarray(np.maximum(falls_silent, starts + 1))


def _next(marked: np.ndarray) -> np.ndarray:
    """For each cell the row of the next marked one in its column, itself included; the row count for none."""
    count = len(marked)
    rows = np.where(marked, np.arange(count, dtype=np.int32)[:, np.newaxis], np.int32(count))
    following: np.ndarray = np.minimum.accumulate(rows[::-1], axis=0)[::-1]
    return following
