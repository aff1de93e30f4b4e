"""What was played: notes in seconds, from whatever heard or recorded them.

A `Performance` is where every way into a score begins: a transcriber's notes, a performance MIDI file,
a score played by `transcription.synthesis`. Times are seconds from the start of the recording, pitches
MIDI numbers as they sound, velocities 1 … 127.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

NOTE_DTYPE = np.dtype(
    [("onset_s", "f8"), ("duration_s", "f8"), ("pitch", "i4"), ("velocity", "i4"), ("track", "i4")]
)
"""The fields of partitura's performed note array (Cancino-Chacón et al., 2022), units in the names."""


@dataclass(frozen=True, slots=True)
class Track:
    """Who plays: General MIDI `program` 0 … 127 or None where nothing says, or the drum channel."""

    name: str = ""
    program: int | None = None
    percussion: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Performance:
    """Notes as played.

    Attributes:
        notes: dtype `NOTE_DTYPE`, sorted by onset, pitch and track; `track` is an index into `tracks`.
        tracks: at least one.
        pedal: (n, 2) seconds, from sustain pedal down to up, in order; empty where there is none.
    """

    notes: np.ndarray
    tracks: tuple[Track, ...] = (Track(),)
    pedal: np.ndarray = field(default_factory=lambda: np.zeros((0, 2)))

    def __post_init__(self) -> None:
        if self.notes.dtype != NOTE_DTYPE:
            raise ValueError(f"notes must have the dtype {NOTE_DTYPE}, got {self.notes.dtype}")
        if len(self.notes) and not 0 <= self.notes["track"].min() <= self.notes["track"].max() < len(
            self.tracks
        ):
            raise ValueError(f"track must be an index into {len(self.tracks)} tracks")
        if np.any(np.diff(self.notes["onset_s"]) < 0):
            raise ValueError("notes must be sorted by onset")
        if np.any(self.notes["duration_s"] < 0):
            raise ValueError(f"duration_s must be 0 or more, got {self.notes['duration_s'].min()}")

    @property
    def end_s(self) -> float:
        """When the last note ends; 0 for silence."""
        ends = self.notes["onset_s"] + self.notes["duration_s"]
        return float(ends.max()) if len(ends) else 0.0

    @property
    def sounding_s(self) -> np.ndarray:
        """(n,) seconds that each note sounds, the pedal included.

        That is until its release or, where the pedal is down by then, until that goes up or its track strikes
        the pitch again.
        """
        onsets, lengths = self.notes["onset_s"], self.notes["duration_s"].copy()
        if not len(self.pedal) or not len(lengths):
            return np.asarray(lengths)
        ends = onsets + lengths
        press = np.searchsorted(self.pedal[:, 0], ends, side="right") - 1
        held = (press >= 0) & (ends < self.pedal[press, 1])
        lengths[held] = (self.pedal[press, 1] - onsets)[held]
        order = np.lexsort((onsets, self.notes["pitch"], self.notes["track"]))
        pitch, track, gap = self.notes["pitch"][order], self.notes["track"][order], np.diff(onsets[order])
        again = (np.diff(pitch) == 0) & (np.diff(track) == 0) & (gap > 0)
        struck = order[:-1][again & held[order[:-1]]]
        lengths[struck] = np.minimum(lengths[struck], gap[again & held[order[:-1]]])
        return np.asarray(lengths)


def note_rows(rows: Iterable[tuple[float, float, int, int, int]]) -> np.ndarray:
    """A sorted array of `NOTE_DTYPE` from (onset in s, duration in s, pitch, velocity, track)."""
    notes = np.array(list(rows), dtype=NOTE_DTYPE)
    return notes[np.lexsort((notes["track"], notes["pitch"], notes["onset_s"]))]
