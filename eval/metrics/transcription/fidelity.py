"""Score fidelity: how much of what is written in a score a transcription has written alike.

Six parts, each 0 … 1, over the alignment by pitch content (`eval.metrics.transcription.alignment`):

    pitch_f1      notes of the same pitch at paired places, F1
    ioi           intervals between neighbouring paired places that are equal in quarter notes, share
    note_value    paired notes of equal written length, share
    downbeat_f1   bar lines, carried over by the alignment, that stand where one of the score stands, F1
    key           tonic and mode at the start (Gb major = F# major), 0 or 1
    metre         time signature at the start, 0 or 1

and ``sf``, their mean. Lengths and intervals are compared as they are written: a transcription in note
values twice as long has none of them right, though its downbeats may all be. ``metre_class`` asks only for
duple or triple, each simple or compound, and ``mirex_key`` gives part credit as MIREX does; neither enters
the mean.
"""

from __future__ import annotations

from statistics import fmean

import numpy as np

from eval.metrics.transcription.alignment import Alignment, align
from symbolic.questions.key import credit
from transcription.reference import Reference

PARTS = ("pitch_f1", "ioi", "note_value", "downbeat_f1", "key", "metre")
GRID_QUARTER = 1 / 24
"""Quarter notes by which equal lengths and places may differ: less than any two note values do."""
_ROUNDING = 1e-6


def fidelity_scores(
    found: Reference, truth: Reference, alignment: Alignment | None = None
) -> dict[str, float]:
    """The parts of score fidelity by name, ``sf`` and the two measures beside it."""
    alignment = alignment or align(found, truth)
    scores = {
        "pitch_f1": f1(len(alignment.notes), len(found.notes), len(truth.notes)),
        "ioi": _share_equal(np.diff(alignment.found), np.diff(alignment.truth)),
        "note_value": _share_equal(
            found.notes["duration_quarter"][alignment.notes[:, 0]],
            truth.notes["duration_quarter"][alignment.notes[:, 1]],
        ),
        "downbeat_f1": _downbeat_f1(found, truth, alignment),
        **_headers(found, truth),
    }
    return {**scores, "sf": fmean(scores[name] for name in PARTS)}


def f1(hits: int, found: int, truth: int) -> float:
    """The harmonic mean of precision and recall; 1 where there is nothing to find and nothing found."""
    return 2 * hits / (found + truth) if found + truth else 1.0


def _share_equal(found: np.ndarray, truth: np.ndarray) -> float:
    """The share of values that agree; 0 where there are none to compare."""
    return float(np.mean(np.abs(found - truth) <= GRID_QUARTER + _ROUNDING)) if len(found) else 0.0


def _downbeat_f1(found: Reference, truth: Reference, alignment: Alignment) -> float:
    places = alignment.to_truth(found.downbeats)
    return f1(matches(places, truth.downbeats, GRID_QUARTER), len(places), len(truth.downbeats))


def matches(found: np.ndarray, truth: np.ndarray, tolerance: float) -> int:
    """How many of two ascending rows of places can be paired within a tolerance, each once."""
    hits = first = second = 0
    while first < len(found) and second < len(truth):
        gap = found[first] - truth[second]
        if abs(gap) <= tolerance + _ROUNDING:
            hits += 1
        if gap <= tolerance + _ROUNDING:
            first += 1
        if gap >= -tolerance - _ROUNDING:
            second += 1
    return hits


def _headers(found: Reference, truth: Reference) -> dict[str, float]:
    """What is written before the first note. A score without notes states nothing."""
    if not len(found.notes):
        return dict.fromkeys(("key", "mirex_key", "metre", "metre_class"), 0.0)
    key, true_key = found.keys[0][1], truth.keys[0][1]
    meter, true_meter = found.meters[0][1], truth.meters[0][1]
    return {
        "key": float(key.same_answer(true_key)),
        "mirex_key": credit(true_key, key),
        "metre": float(meter.name == true_meter.name),
        "metre_class": float(meter.class_name == true_meter.class_name),
    }
