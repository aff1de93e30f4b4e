"""The key of a transcription, and where its signature changes: only where another key holds plainly and long.

Music passes through keys near its own without a change of signature. So a stretch of local keys
(`symbolic.analysis.local_key`) counts only where its signature is far from the one in force and it lasts; the
change is written at the bar line nearest to where it begins.

The key itself is the analysis' default, which was trained on whole tunes, and the correlation with a profile
(Bellman & Budge, see `symbolic.analysis.profiles`), which does not mind where bars and ends are. In a single
line the key in which the music begins counts besides. In several the profile counts more, and two things are
added that tell a key from its relative and its subdominant, which hold nearly the same notes: how far the
first chords are the tonic's, and how much the leading tone sounds.
"""

from __future__ import annotations

from itertools import groupby

import numpy as np

from symbolic.analysis.key import KeyScores, best_key, key_scores
from symbolic.analysis.key_evidence import PITCH_CLASSES
from symbolic.analysis.local_key import KeySpan, local_keys
from symbolic.key import Key
from symbolic.score import Score
from symbolic.timeline import measure_spans, note_array, pitched_notes

PROFILE = "bellman-budge"
LINE_PROFILE_WEIGHT, START_WEIGHT = 4.0, 2.0
"""Nats for a correlation of 1 in a single line, for the key in which it begins …"""
PROFILE_WEIGHT, OPENING_WEIGHT, LEADING_WEIGHT = 10.0, 2.0, 3.0
"""… for a correlation of 1 in several, for an opening of 1 (see `_openings`), and for nothing but the leading
tone. Chosen on half minutes of material outside the benchmark; right keys with the default alone, and with
these: 498 tunes of the development split .91, .94; 180 chorales .64, .83; 75 string quartets .57, .87."""
FIRST_CHORDS = 4
TRIADS = {"major": (0, 4, 7), "minor": (0, 3, 7)}
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
    if not scores:
        return best_key(scores)
    added = _of_one_line(score) if _is_one_line(score) else _of_chords(score)
    return best_key({mode: values + added[_third(mode)] for mode, values in scores.items()})


def _third(mode: str) -> str:
    return "minor" if mode in MINOR_THIRD else "major"


def _of_one_line(score: Score) -> KeyScores:
    profile, start = key_scores(score, PROFILE), local_keys(score)[0].key
    added = {third: LINE_PROFILE_WEIGHT * profile[third] for third in TRIADS}
    if start.tonic:
        added[_third(start.mode)][start.pitch_class] += START_WEIGHT
    return added


def _of_chords(score: Score) -> KeyScores:
    profile, openings = key_scores(score, PROFILE), _openings(score)
    leading = LEADING_WEIGHT * np.sqrt(np.roll(_shares(score), 1))
    return {
        third: PROFILE_WEIGHT * profile[third] + OPENING_WEIGHT * openings[third] + leading
        for third in TRIADS
    }


def _openings(score: Score) -> KeyScores:
    """How much the music begins with the tonic chord, by its third, for each pitch class as the tonic.

    The share of the first chords that hold the tonic and nothing but its triad, and a half where the very
    first one holds the third too: 0 … 1.5.
    """
    notes = pitched_notes(score)
    starts, classes = notes["onset_quarter"], notes["pitch"] % PITCH_CLASSES
    ends = starts + notes["duration_quarter"] - EPSILON
    chords = [
        set(classes[(starts <= place + EPSILON) & (ends > place)].tolist())
        for place in np.unique(starts)[:FIRST_CHORDS]
    ]
    found = {third: np.zeros(PITCH_CLASSES) for third in TRIADS}
    for third, steps in TRIADS.items():
        for tonic in range(PITCH_CLASSES):
            triad = [(tonic + step) % PITCH_CLASSES for step in steps]
            fits = [tonic in chord and chord <= set(triad) for chord in chords]
            found[third][tonic] = sum(fits) / FIRST_CHORDS + 0.5 * (fits[0] and triad[1] in chords[0])
    return found


def _shares(score: Score) -> np.ndarray:
    """The share of the sounding time of each pitch class."""
    notes = pitched_notes(score)
    sums = np.bincount(notes["pitch"] % PITCH_CLASSES, notes["duration_quarter"], PITCH_CLASSES)
    return np.asarray(sums / max(sums.sum(), EPSILON))


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
