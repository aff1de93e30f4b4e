"""What is heard of a score's rhythm when bar lines and signatures are hidden: one line of onsets.

At each onset the highest note counts, of repeats what is written. Times are whole numbers of `PARTS` to the
quarter, from the first onset; what lies off that grid is rounded. Everything comes from the note array, so
a score read from MIDI or transcribed from audio gives the same line as the same music with its bars.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symbolic.score import Score

PARTS = 24
"""Parts of a quarter note: thirty-seconds and triplet sixteenths are whole."""
MAX_PARTS = PARTS * 40_000


@dataclass(frozen=True, slots=True, eq=False)
class OnsetLine:
    """A line of onsets; all arrays have one place for each onset.

    Attributes:
        onsets: ascending, the first is 0.
        gaps: time to the next onset; of the last its duration, at least 1.
        durations: sounding length.
        pitches: MIDI numbers.
    """

    onsets: np.ndarray
    gaps: np.ndarray
    durations: np.ndarray
    pitches: np.ndarray

    @property
    def length(self) -> int:
        """From the first onset to the end of the last note."""
        return int(self.onsets[-1] + self.gaps[-1])

    def __len__(self) -> int:
        return len(self.onsets)

    def head(self, count: int) -> OnsetLine:
        """The first `count` onsets."""
        return OnsetLine(self.onsets[:count], self.gaps[:count], self.durations[:count], self.pitches[:count])


def onset_line(score: Score) -> OnsetLine | None:
    """The line of a score, or None where it has no note.

    What comes later than `MAX_PARTS` after the first onset is left out.
    """
    notes = score.note_array()
    if not len(notes):
        return None
    onsets = np.rint((notes["onset_quarter"] - notes["onset_quarter"][0]) * PARTS).astype(np.int64)
    top = np.append(onsets[1:] != onsets[:-1], True) & (onsets <= MAX_PARTS)
    durations = np.rint(notes["duration_quarter"][top] * PARTS).astype(np.int64)
    durations = np.clip(durations, 0, MAX_PARTS)
    onsets = onsets[top]
    gaps = np.append(np.diff(onsets), max(1, int(durations[-1])))
    return OnsetLine(onsets, gaps, durations, notes["pitch"][top].astype(np.int64))
