"""The key of a transcription, and where its signature changes: only where another key holds plainly and long.

Music passes through keys near its own without a change of signature. So a stretch of local keys
(`symbolic.analysis.local_key`) counts only where its signature is far from the one in force and it lasts; the
change is written at the bar line nearest to where it begins.
"""

from __future__ import annotations

from itertools import groupby

from symbolic.analysis.key import estimate_key
from symbolic.analysis.local_key import KeySpan, local_keys
from symbolic.key import Key
from symbolic.score import Score
from symbolic.timeline import measure_spans

MIN_BARS = 8
MIN_FIFTHS = 3
"""A signature changes by three sharps or flats at least; nearer keys are passed through."""


def find_keys(score: Score) -> list[tuple[float, Key]]:
    """The keys of a score as (place in quarter notes, key), the first one at 0.

    Args:
        score: as it is played; its own key counts for nothing.
    """
    home = estimate_key(score)
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


def _duration(span: KeySpan) -> float:
    return span.duration_quarter


def _distance(one: Key, other: Key) -> int:
    """How many sharps or flats two signatures differ by."""
    distance = abs(one.fifths - other.fifths)
    return min(distance, abs(12 - distance))
