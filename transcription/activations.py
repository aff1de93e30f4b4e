"""What a note model hears, frame by frame, before anything is decided.

Frames are those of basic-pitch (Bittner et al., "A lightweight instrument-agnostic model for polyphonic note
transcription", ICASSP 2022): `HOP` samples at `SAMPLE_RATE`, 86.1 a second, counted in windows. Each window
of the model adds `WINDOW_FRAMES` frames but moves on by a little less than that many hops, so that time is
not linear in frames: `frame_times` follows the windows exactly, where basic-pitch spreads the difference
evenly (at most 9 ms apart).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

SAMPLE_RATE = 22_050
HOP = 256
WINDOW_FRAMES = 142
WINDOW_SAMPLES = 36_164
LOWEST_MIDI = 21
PITCHES = 88
SILENT_DB = -100.0


@dataclass(frozen=True, slots=True, eq=False)
class Activations:
    """A stretch of what was heard, n frames long.

    Attributes:
        frames: (n, `PITCHES`) posterior that the pitch sounds; column 0 is `LOWEST_MIDI`.
        onsets: (n, `PITCHES`) posterior that a note of the pitch starts.
        level_db: (n,) root mean square of the recording in each frame, dB of full scale.
        first: number of the first frame, counted from the start of the recording.
    """

    frames: np.ndarray
    onsets: np.ndarray
    level_db: np.ndarray
    first: int = 0

    def __post_init__(self) -> None:
        shape = (len(self.frames), PITCHES)
        if self.frames.shape != shape or self.onsets.shape != shape or self.level_db.shape != shape[:1]:
            shapes = (self.frames.shape, self.onsets.shape, self.level_db.shape)
            raise ValueError(
                f"frames, onsets and level_db must be of the shapes (n, 88) twice and (n,), got {shapes}"
            )

    def __len__(self) -> int:
        return len(self.frames)

    @property
    def last(self) -> int:
        """The number of the first frame after these."""
        return self.first + len(self)

    def cut(self, start: int, stop: int) -> Activations:
        """The frames with the numbers from `start` to `stop`, as far as there are."""
        part = slice(max(start - self.first, 0), max(stop - self.first, 0))
        return Activations(self.frames[part], self.onsets[part], self.level_db[part], max(start, self.first))


def joined(parts: Sequence[Activations]) -> Activations:
    """Activations that follow each other, as one."""
    return Activations(
        np.concatenate([part.frames for part in parts]),
        np.concatenate([part.onsets for part in parts]),
        np.concatenate([part.level_db for part in parts]),
        parts[0].first,
    )


def frame_times(numbers: np.ndarray) -> np.ndarray:
    """Seconds from the start of the recording to the start of each numbered frame."""
    windows, rest = np.divmod(numbers, WINDOW_FRAMES)
    times: np.ndarray = (windows * WINDOW_SAMPLES + rest * HOP) / SAMPLE_RATE
    return times


def frame_count(samples: int) -> int:
    """How many frames start within so many samples (basic-pitch cuts a long recording up to 1% short)."""
    windows, rest = divmod(samples, WINDOW_SAMPLES)
    return windows * WINDOW_FRAMES + min(-(-rest // HOP), WINDOW_FRAMES)
