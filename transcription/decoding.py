"""From activations to note candidates: basic-pitch's way of decoding, made fast.

A note starts where the onset posterior of its pitch peaks and lasts while the frame posterior stays up; what
it explains is taken from the frames of its pitch and of the two neighbours. What then remains above the
threshold becomes notes without an onset (the "melodia trick"). With the default settings the notes are those
of `basic_pitch.note_creation.output_to_notes_polyphonic` (Bittner et al., "A lightweight instrument-agnostic
model for polyphonic note transcription", ICASSP 2022), in the same order; nothing is written to the input.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from transcription.activations import LOWEST_MIDI

PATIENCE = 11
"""A note ends where the frame posterior stays below its threshold for so many frames."""
DIFFERENCES = 2
"""Over how many frames the frame posterior must have risen to be taken for an onset."""

CANDIDATE_DTYPE = np.dtype(
    [
        ("start", "i4"),
        ("end", "i4"),
        ("pitch", "i4"),
        ("amplitude", "f4"),
        ("delay_s", "f4"),
        ("sureness", "f4"),
    ]
)
"""A note in frames, `end` not included; `amplitude` is the mean frame posterior, 0 … 1, `delay_s` by how much
later than it sounds the note is thought to have been heard, and `sureness` the probability that it is one."""


@dataclass(frozen=True, slots=True)
class DecoderSettings:
    """How activations become notes.

    Attributes:
        onset: least onset posterior at the start of a note, 0 … 1.
        frame: least frame posterior inside a note, 0 … 1.
        shortest: a note must last longer than so many frames.
        infer_onsets: take steep rises of the frame posterior for onsets as well.
        without_onsets: make notes of frames that no onset explains.
    """

    onset: float = 0.5
    frame: float = 0.3
    shortest: int = 11
    infer_onsets: bool = True
    without_onsets: bool = True

    def __post_init__(self) -> None:
        for name in ("onset", "frame"):
            if not 0 < getattr(self, name) < 1:
                raise ValueError(f"{name} must lie between 0 and 1, got {getattr(self, name)}")
        if self.shortest < 0:
            raise ValueError(f"shortest must be 0 frames or more, got {self.shortest}")


def decode(frames: np.ndarray, onsets: np.ndarray, settings: DecoderSettings) -> np.ndarray:
    """The note candidates in activations.

    Args:
        frames: (n, `PITCHES`) posterior that a pitch sounds.
        onsets: (n, `PITCHES`) posterior that it starts.
        settings: thresholds.

    Returns:
        Array of `CANDIDATE_DTYPE` in the order in which they are found: from the last onset back, then those
        without an onset from the clearest on.
    """
    if settings.infer_onsets:
        onsets = with_inferred_onsets(onsets, frames)
    energy = frames.astype(np.float64)
    found = list(_from_onsets(onsets, energy, settings))
    if settings.without_onsets:
        found += _from_energy(energy, settings)
    candidates = np.zeros(len(found), CANDIDATE_DTYPE)
    for row, (start, end, column) in zip(candidates, found, strict=True):
        row["start"], row["end"], row["pitch"] = start, end, column + LOWEST_MIDI
        row["amplitude"] = np.mean(frames[start:end, column])
    return candidates


def with_inferred_onsets(onsets: np.ndarray, frames: np.ndarray) -> np.ndarray:
    """The onset posterior, or where it is greater the rise of the frame posterior, scaled to its maximum."""
    rise = np.full(frames.shape, np.inf)
    for lag in range(1, DIFFERENCES + 1):
        earlier = np.concatenate([np.zeros((lag, frames.shape[1])), frames])[: len(frames)]
        np.minimum(rise, frames - earlier, out=rise)
    np.maximum(rise, 0, out=rise)
    rise[:DIFFERENCES] = 0
    steepest = rise.max(initial=0)
    if steepest == 0:
        return onsets
    inferred: np.ndarray = np.maximum(onsets, onsets.max() * rise / steepest)
    return inferred


def peaks(values: np.ndarray) -> np.ndarray:
    """Where a column is greater than just before and just after, as a matrix of booleans."""
    is_peak = np.zeros(values.shape, bool)
    rising = values[1:] > values[:-1]
    is_peak[1:-1] = rising[:-1] & (values[1:-1] > values[2:])
    return is_peak


def _from_onsets(
    onsets: np.ndarray, energy: np.ndarray, settings: DecoderSettings
) -> Iterator[tuple[int, int, int]]:
    last = len(energy) - 1
    starts, columns = np.nonzero(peaks(onsets) & (onsets >= settings.onset))
    for start, column in zip(starts[::-1].tolist(), columns[::-1].tolist(), strict=True):
        end = _end(energy[start + 1 : last, column], settings.frame) + start + 1
        if start >= last or end - start <= settings.shortest:
            continue
        energy[start:end, max(column - 1, 0) : column + 2] = 0
        yield start, end, column


def _end(energy: np.ndarray, threshold: float) -> int:
    """How many frames go by before the energy stays below the threshold for `PATIENCE` frames, or ends."""
    low, length = 0, len(energy)
    for start in range(0, length, 256):
        for index, value in enumerate(energy[start : start + 256].tolist(), start):
            low = low + 1 if value < threshold else 0
            if low == PATIENCE:
                return index + 1 - low
    return length - low


def _from_energy(energy: np.ndarray, settings: DecoderSettings) -> Iterator[tuple[int, int, int]]:
    """Notes around the clearest frames that are left, which are taken from `energy`."""
    places = np.flatnonzero(energy > settings.frame)
    places = places[np.argsort(-energy.ravel()[places], kind="stable")]
    last = len(energy) - 1
    for middle, column in zip(
        *(index.tolist() for index in np.unravel_index(places, energy.shape)), strict=True
    ):
        if energy[middle, column] <= settings.frame:
            continue
        energy[middle, column] = 0
        after = energy[middle + 1 : last, column]
        before = energy[1:middle, column][::-1]
        end, seen_after = _end_and_seen(after, settings.frame)
        start, seen_before = _end_and_seen(before, settings.frame)
        first, stop = middle - seen_before, middle + 1 + seen_after
        energy[first:middle, max(column - 1, 0) : column + 2] = 0
        energy[middle + 1 : stop, max(column - 1, 0) : column + 2] = 0
        note_start, note_end = middle - start, middle + end
        if note_end - note_start > settings.shortest:
            yield note_start, note_end, column


def _end_and_seen(energy: np.ndarray, threshold: float) -> tuple[int, int]:
    """As `_end`, and how many frames were looked at."""
    end = _end(energy, threshold)
    return end, min(end + PATIENCE, len(energy))
