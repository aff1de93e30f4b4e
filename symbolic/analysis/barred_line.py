"""The line of onsets of a score in its bars: how far into a bar each onset is, and in which key it stands.

The first metre counts throughout. A first measure shorter than a bar is an upbeat; where there is no metre,
bars of four quarters are supposed from the beginning.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symbolic.analysis.onset_line import PARTS, OnsetLine, onset_line
from symbolic.score import Score
from symbolic.timeline import measure_spans

FREE_BAR = 4 * PARTS


@dataclass(frozen=True, slots=True, eq=False)
class BarredLine:
    """A line of onsets in its bars; lengths are in parts of a quarter.

    Attributes:
        line: at least two onsets.
        bar: length of a bar.
        beat: length of a beat.
        phases: how far into its bar each onset is.
        tonic: pitch class of the tonic in the signature; of the last onset where there is no key.
    """

    line: OnsetLine
    bar: int
    beat: int
    phases: np.ndarray
    tonic: int

    @property
    def places(self) -> int:
        """How many places there are between two onsets."""
        return len(self.line) - 1


def barred_line(score: Score) -> BarredLine | None:
    """The line of a score in its bars, or None where it has fewer than two onsets."""
    line = onset_line(score)
    if line is None or len(line) < 2:
        return None
    meter = score.meter
    bar = FREE_BAR if meter.is_free else round(meter.bar_quarters * PARTS)
    beat = PARTS if meter.is_free else round(meter.beat_quarters * PARTS)
    opening = next(iter(measure_spans(score)))
    upbeat = opening.duration < meter.bar_quarters
    downbeat = float(opening.onset + (opening.duration if upbeat else 0))
    first = float(score.note_array()["onset_quarter"][0])
    phases = (line.onsets + round((first - downbeat) * PARTS)) % bar
    tonic = score.key.pitch_class if score.key.tonic else int(line.pitches[-1]) % 12
    return BarredLine(line, bar, beat, phases, tonic)
