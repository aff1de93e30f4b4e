"""The key of a transcription, and where its signature changes: only where another key holds plainly and long.

Music passes through keys near its own without a change of signature. So a stretch of local keys
(`symbolic.analysis.local_key`) counts only where its signature is far from the one in force and it lasts; the
change is written at the bar line nearest to where it begins.

The key itself is the analysis' default, which was trained on single tunes. In music of several notes at a
time the correlation with a profile (Bellman & Budge, see `symbolic.analysis.profiles`) is added.
"""

from __future__ import annotations

from itertools import groupby

import numpy as np

from symbolic.analysis.key import best_key, key_scores
from symbolic.analysis.local_key import KeySpan, local_keys
from symbolic.key import Key
from symbolic.score import Score
from symbolic.timeline import measure_spans, note_array

PROFILE_WEIGHT = 15.0
"""Nats for a correlation of 1: chosen on development tunes with chords and chorales outside the benchmark."""
MINOR_THIRD = frozenset({"minor", "dorian", "phrygian", "locrian", "aeolian"})
MOST_OVERLAPS = 0.1
EPSILON = 1e-6
MIN_BARS = 8
MIN_FIFTHS = 3
"""A signature changes by three sharps or flats at least; nearer keys are passed through."""


def find_keys(score: Score) -> list[tuple[float, Key]]:
    """The keys of a score as (place in quarter notes, key), the first one at 0.

    Args:
        score: as it is played; its own key counts for nothing.
    """
    home = home_key(score)
    found = [(0.0, home)]
    if not home.tonic:
        return found
    starts = [float(span.onset) for span in measure_spans(score)]
    for is_far, group in groupby(local_keys(score), key=lambda span: _distance(span.key, home) >= MIN_FIFTHS):
        spans = list(group)
        start, end = spans[0].onset_quarter, spans[-1].onset_quarter + spans[-1].duration_quarter
        if is_far and sum(start <= place < end for place in starts) < MIN_BARS:
            continue
        key = max(spans, key=_duration).key if is_far else home
        place = min(starts, key=lambda at: abs(at - start))
        if key != found[-1][1] and place > found[-1][0]:
            found.append((place, key))
    return found


def home_key(score: Score) -> Key:
    """The key of the whole; none for a score without notes."""
    scores = key_scores(score)
    if not scores or _is_one_line(score):
        return best_key(scores)
    profile = key_scores(score, "bellman-budge")
    return best_key(
        {
            mode: values + PROFILE_WEIGHT * profile["minor" if mode in MINOR_THIRD else "major"]
            for mode, values in scores.items()
        }
    )


def _is_one_line(score: Score) -> bool:
    """Whether hardly any note begins while another sounds or begins."""
    notes = note_array(score)
    ends = np.maximum.accumulate(notes["onset_quarter"] + notes["duration_quarter"])
    overlaps = notes["onset_quarter"][1:] < ends[:-1] - EPSILON
    return not len(overlaps) or float(overlaps.mean()) < MOST_OVERLAPS


def _duration(span: KeySpan) -> float:
    return span.duration_quarter


def _distance(one: Key, other: Key) -> int:
    """How many sharps or flats two signatures differ by."""
    distance = abs(one.fifths - other.fifths)
    return min(distance, abs(12 - distance))
