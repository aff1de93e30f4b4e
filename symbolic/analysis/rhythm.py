"""Rhythm of a score in numbers: density, contrast, entropy, syncopation.

Durations and gaps are in quarter notes; the line that is measured has the highest note at each onset
(`symbolic.analysis.onset_line`), as written.

- nPVI, the normalised pairwise variability index of successive note lengths (Patel and Daniele, Cognition 87,
  2003): 0 for equal lengths, near 67 for a long line of dotted rhythms;
- entropy of the note lengths in bits (Shannon, 1948);
- syncopation after Longuet-Higgins and Lee (Music Perception 1(4), 1984): where a note is held, or a rest
  falls, on a place of more weight than that of the last onset, the difference of the weights counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import numpy as np

from symbolic.analysis.onset_line import PARTS, onset_line
from symbolic.meter import Meter
from symbolic.score import Score
from symbolic.timeline import MeasureSpan, measure_spans

FINEST_WEIGHT = -6


@dataclass(frozen=True, slots=True)
class RhythmMeasures:
    """What `rhythm_measures` finds.

    Attributes:
        notes: number of onsets.
        notes_per_quarter: onsets over the time from the first onset to the end of the last note.
        mean_gap_quarter: mean time between onsets.
        npvi: normalised pairwise variability index, 0 … 200.
        entropy_bits: entropy of the times between onsets.
        syncopation: Longuet-Higgins and Lee's measure for each full bar; 0 in free metre.
    """

    notes: int
    notes_per_quarter: float
    mean_gap_quarter: float
    npvi: float
    entropy_bits: float
    syncopation: float


def rhythm_measures(score: Score) -> RhythmMeasures | None:
    """All measures of a score, or None where it has no note."""
    line = onset_line(score)
    if line is None:
        return None
    return RhythmMeasures(
        notes=len(line),
        notes_per_quarter=len(line) * PARTS / line.length,
        mean_gap_quarter=float(line.gaps.mean()) / PARTS,
        npvi=npvi(line.gaps),
        entropy_bits=entropy(line.gaps.tolist()),
        syncopation=syncopation(score),
    )


def npvi(lengths: np.ndarray) -> float:
    """Normalised pairwise variability index of successive lengths; 0 for fewer than two."""
    if len(lengths) < 2:
        return 0.0
    early, late = np.asarray(lengths[:-1], float), np.asarray(lengths[1:], float)
    return float(200 * np.mean(np.abs(early - late) / (early + late)))


def entropy(values: Iterable[Hashable]) -> float:
    """Shannon entropy of the values' distribution in bits; 0 for none."""
    counts = np.array(list(Counter(values).values()), float)
    if not len(counts):
        return 0.0
    shares = counts / counts.sum()
    return float(-(shares * np.log2(shares)).sum()) + 0.0


@lru_cache(maxsize=256)
def metrical_weights(meter: Meter, parts: int) -> tuple[int, ...]:
    """Weights of the places in a bar, each 1/`parts` of a quarter: 0 on the downbeat, one less at each level.

    The levels are the groups of an additive metre, the beats (dotted in compound metres), their thirds or
    halves, and halves after that. A bar of four or eight beats has its half as a level as well.
    """
    weights = [FINEST_WEIGHT] * int(meter.bar_quarters * parts)

    def divide(start: Fraction, length: Fraction, level: int, divisions: tuple[int, ...]) -> None:
        """Gives the parts of a span after its first the weight of the next level, and divides all of them."""
        size = divisions[0] if divisions else 2
        child = length / size
        if level == -FINEST_WEIGHT or (child * parts).denominator != 1:
            return
        for index in range(size):
            place = start + index * child
            if index:
                weights[int(place * parts)] = -level - 1
            divide(place, child, level + 1, divisions[1:])

    if weights:
        weights[0] = 0
    if len(meter.groups) > 1:
        start = Fraction(0)
        for group in meter.groups:
            length = Fraction(4 * group, meter.unit)
            weights[int(start * parts)] = -1 if start else 0
            divide(start, length, 1, (group,))
            start += length
    elif weights:
        beats = int(meter.bar_quarters / meter.beat_quarters)
        is_power = beats & (beats - 1) == 0
        divide(
            Fraction(0),
            meter.bar_quarters,
            0,
            ((2,) * (beats.bit_length() - 1) if is_power else (beats,)) + ((3,) if meter.is_compound else ()),
        )
    return tuple(weights)


def syncopation(score: Score) -> float:
    """Longuet-Higgins and Lee's syncopation for each full bar; 0 where there is no such bar."""
    line = onset_line(score)
    if line is None:
        return 0.0
    offset = round(float(score.note_array()["onset_quarter"][0]) * PARTS)
    starts = {int(onset) + offset for onset in line.onsets}
    last = max(starts)
    found = [
        _bar_syncopation(span, starts, last)
        for span in measure_spans(score)
        if not span.meter.is_free and span.duration == span.meter.bar_quarters
    ]
    return sum(found) / len(found) if found else 0.0


def _bar_syncopation(span: MeasureSpan, starts: set[int], end: int) -> int:
    """The sum over the onsets of a bar of what the silent or held places after each outweigh it."""
    first = round(span.onset * PARTS)
    weights = list(metrical_weights(span.meter, PARTS))
    if first + len(weights) <= end:
        weights.append(0)  # the next downbeat, where something is still to come
    total = 0
    last: int | None = None
    for place, weight in enumerate(weights):
        if first + place in starts:
            last = weight
            heaviest = weight
        elif last is not None and weight > heaviest:
            total += weight - heaviest
            heaviest = weight
    return total
