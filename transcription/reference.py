"""The truth beside a performance: what stands in the score, and which note of it each played note is.

Used to train the beat finder and to grade transcriptions. Places are quarter notes from the first event of
the score as it was played: repeats played out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import TypeVar

import numpy as np

from symbolic.key import Key
from symbolic.meter import Meter
from symbolic.score import Score
from symbolic.timeline import measure_spans, note_array
from transcription.beatmap import Bar, Beatmap
from transcription.performance import Performance

_T = TypeVar("_T")

SCORE_NOTE_DTYPE = np.dtype([("onset_quarter", "f8"), ("duration_quarter", "f8"), ("pitch", "i4")])

FINEST = 96
"""Bars start at a fraction of a quarter note with a denominator no larger than this."""
SHORTEST_BEAT_S = 0.05
TINY = 1e-6
"""Quarter notes that are less are nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """A score as it is played.

    Attributes:
        notes: dtype `SCORE_NOTE_DTYPE`, sorted by onset and pitch; ties merged, grace notes left out.
        downbeats: (n,) quarter notes, ascending: where bars start, without that of a pickup.
        meters: (quarter, metre) where one begins; the first at 0.
        keys: (quarter, key) where one begins; the first at 0.
        voices: (number of notes,) the voice of each note, a whole number; None where nothing says.
    """

    notes: np.ndarray
    downbeats: np.ndarray
    meters: tuple[tuple[float, Meter], ...]
    keys: tuple[tuple[float, Key], ...]
    voices: np.ndarray | None = None

    @classmethod
    def of(cls, score: Score) -> Reference:
        """The reference that a score is, its repeats played out."""
        played = score.unfold()
        rows = note_array(played)
        notes = np.zeros(len(rows), SCORE_NOTE_DTYPE)
        for name in SCORE_NOTE_DTYPE.names or ():
            notes[name] = rows[name]
        spans = measure_spans(played)
        return cls(
            notes,
            bar_starts([(float(span.onset), float(span.duration), span.meter) for span in spans]),
            tuple((float(onset), meter) for onset, meter in _changes((s.onset, s.meter) for s in spans)),
            tuple((float(onset), key) for onset, key in _changes((s.onset, s.key) for s in spans)),
            rows["voice"],
        )

    def bars(self) -> tuple[Bar, ...]:
        """The bars from quarter 0 to the last note's end or later."""
        end = float((self.notes["onset_quarter"] + self.notes["duration_quarter"]).max(initial=0.0))
        starts = [_exact(place) for place in self.downbeats.tolist()]
        if not starts or starts[0] > 0:
            starts.insert(0, Fraction(0))
        bars = []
        for index, start in enumerate(starts):
            meter = next(meter for place, meter in reversed(self.meters) if place <= start or place == 0)
            full = meter.bar_quarters or Fraction(4)
            bars.append(Bar(start, starts[index + 1] - start if index + 1 < len(starts) else full, meter))
        while bars[-1].end < end:
            bars.append(Bar(bars[-1].end, bars[-1].meter.bar_quarters or Fraction(4), bars[-1].meter))
        return tuple(bars)


def _exact(quarter: float) -> Fraction:
    return Fraction(quarter).limit_denominator(FINEST)


def bar_starts(measures: Sequence[tuple[float, float, Meter]]) -> np.ndarray:
    """Where bars start: not at a pickup, nor at the second part of a bar that a repeat sign cuts.

    Args:
        measures: onset, length in quarters and metre of what stands between two bar signs, in order; one that
            is as long as several bars has the starts of all of them.
    """
    found: list[float] = []
    missing = 0.0
    for index, (onset, length, meter) in enumerate(measures):
        bar = float(meter.bar_quarters) or length
        if index == 0 and length < bar - TINY and len(measures) > 1:
            continue
        rest = length - missing
        if missing and rest > -TINY and abs(rest / bar - round(rest / bar)) < TINY:
            onset, length = onset + missing, rest
        found += [
            onset + bar * number for number in range(max(round(length / bar), 1) if length > TINY else 0)
        ]
        missing = bar - length if TINY < length < bar - TINY else 0.0
    return np.array(found)


def _changes(values: Iterator[tuple[Fraction, _T]]) -> Iterator[tuple[Fraction, _T]]:
    """Where a value begins: the first of each run of equal ones."""
    for _, group in groupby(values, key=lambda pair: pair[1]):
        yield next(group)


@dataclass(frozen=True, slots=True, eq=False)
class AlignedPerformance:
    """A performance and the score that was played.

    Attributes:
        id: unique.
        work: performances of one work are never split between training and evaluation.
        performance: as played or rendered.
        reference: the score.
        onset_quarter: (number of played notes,) where each stands in the score; NaN for a note that does not
            (an ornament's, a slip).
    """

    id: str
    work: str
    performance: Performance
    reference: Reference
    onset_quarter: np.ndarray

    def __post_init__(self) -> None:
        if self.onset_quarter.shape != self.performance.notes.shape:
            shapes = (self.onset_quarter.shape, self.performance.notes.shape)
            raise ValueError(f"onset_quarter needs one place for each played note, got {shapes}")

    def beatmap(self) -> Beatmap:
        """The beat as it was played: each beat at which notes stand is where half of them have started.

        Raises:
            ValueError: notes stand at fewer than two beats.
        """
        bars = self.reference.bars()
        beats = {round(place, 6) for bar in bars for place in _beats(bar)}
        placed = np.round(self.onset_quarter, 6)
        times: list[float] = []
        quarters: list[float] = []
        order = np.argsort(placed, kind="stable")
        order = order[np.isin(placed[order], list(beats))]
        starts = np.flatnonzero(np.diff(placed[order], prepend=-1.0))
        for rows in np.split(order, starts[1:]):
            time = float(np.median(self.performance.notes["onset_s"][rows])) if len(rows) else 0.0
            if len(rows) and (not times or time > times[-1] + SHORTEST_BEAT_S):
                times.append(time)
                quarters.append(float(placed[rows[0]]))
        if len(times) < 2:
            raise ValueError(f"notes must stand at two beats at least, got {len(times)}")
        return Beatmap(np.array(times), np.array(quarters), bars)


def _beats(bar: Bar) -> Iterator[float]:
    """Where the beats of a bar are, in quarter notes; those of a pickup are counted from its end."""
    beat = bar.meter.beat_quarters or Fraction(1)
    place = bar.start + bar.length % beat
    while place < bar.end:
        yield float(place)
        place += beat
