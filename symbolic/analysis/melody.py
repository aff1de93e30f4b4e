"""Melody of a score in numbers: range, tessitura, intervals, contour.

The melody is that of `symbolic.analysis.similarity`: first voice, highest note of chords, ties merged, as
written. Pitches are MIDI numbers, intervals semitones.

- interval and pitch-class entropy in bits (Shannon, 1948);
- contour types from the first note, the mean of the notes between, and the last (Huron, "The melodic arch in
  Western folksongs", Computing in Musicology 10, 1996);
- tessitura as the middle half of the notes (after Huron and Royal, Music Perception 13(4), 1996).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symbolic.analysis.rhythm import entropy
from symbolic.analysis.similarity import melody_pitches
from symbolic.score import Score

STEP_SEMITONES = 2
LEAP_SEMITONES = 5
CONTOURS = {
    (1, 1): "ascending", (-1, -1): "descending", (1, -1): "convex", (-1, 1): "concave", (0, 0): "horizontal",
    (1, 0): "ascending-horizontal", (-1, 0): "descending-horizontal", (0, 1): "horizontal-ascending",
    (0, -1): "horizontal-descending",
}  # fmt: skip
"""Huron's nine types by the directions from the first note to the middle, and from there to the last."""


@dataclass(frozen=True, slots=True)
class MelodyMeasures:
    """What `melody_measures` finds.

    Attributes:
        lowest, highest: MIDI numbers.
        mean_pitch: over the notes.
        tessitura: MIDI numbers between which the middle half of the notes lies.
        mean_interval: mean size of an interval.
        stepwise: share of the intervals other than repeated notes that are at most a whole tone.
        leaps: share of all intervals that are a fourth or more.
        turns: share of inner notes at which the direction changes.
        interval_entropy_bits, pitch_class_entropy_bits: entropies.
        contour: a value of `CONTOURS`.
    """

    lowest: int
    highest: int
    mean_pitch: float
    tessitura: tuple[float, float]
    mean_interval: float
    stepwise: float
    leaps: float
    turns: float
    interval_entropy_bits: float
    pitch_class_entropy_bits: float
    contour: str

    @property
    def range_semitones(self) -> int:
        """From the lowest to the highest note (the ambitus)."""
        return self.highest - self.lowest


def melody_measures(score: Score) -> MelodyMeasures | None:
    """All measures of a score's melody, or None where it has no note."""
    found = melody_pitches(score)
    if not found:
        return None
    pitches = np.array(found)
    intervals = np.diff(pitches)
    sizes = np.abs(intervals)
    moving = sizes[sizes > 0]
    low, high = np.quantile(pitches, [0.25, 0.75])
    return MelodyMeasures(
        lowest=int(pitches.min()),
        highest=int(pitches.max()),
        mean_pitch=float(pitches.mean()),
        tessitura=(float(low), float(high)),
        mean_interval=_mean(sizes),
        stepwise=_mean(moving <= STEP_SEMITONES),
        leaps=_mean(sizes >= LEAP_SEMITONES),
        turns=_mean(intervals[:-1] * intervals[1:] < 0),
        interval_entropy_bits=entropy(intervals.tolist()),
        pitch_class_entropy_bits=entropy((pitches % 12).tolist()),
        contour=contour(found),
    )


def contour(pitches: list[int]) -> str:
    """Huron's contour type of a line of pitches; ``horizontal`` for fewer than two.

    Raises:
        ValueError: there is no pitch.
    """
    if not pitches:
        raise ValueError("pitches must not be empty")
    first, last = pitches[0], pitches[-1]
    middle = float(np.mean(pitches[1:-1])) if len(pitches) > 2 else (first + last) / 2
    return CONTOURS[int(np.sign(middle - first)), int(np.sign(last - middle))]


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else 0.0
