"""Fits what comes back in which metre (`transcription.beats.returns`) on scores, whose places are exact.

A conditional logistic regression (McFadden, 1974): passages are read in every metre at several scales, and
one of these readings is right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from symbolic.meter import Meter
from transcription.beats.events import Events
from transcription.beats.returns import FEATURES, return_features
from transcription.beats.rhythm import PARTS
from transcription.reference import Reference

SCALES = ((1, 1), (1, 2), (2, 1), (2, 3), (3, 2))
"""Numerator and denominator; the first is right."""
EVENTS = (60, 260)
"""Least and most events in a passage."""
APART, MOST = 80, 12
"""One passage for each so many events, and the most in a stretch in one metre."""
MISSED = 0.04
"""Share of the events that are left out, as if they had not been heard."""
MOST_STRANGE = 0.25
"""A scale at which more of the places fall between the parts is not looked at."""
PENALTY = 10.0

Passage = tuple[np.ndarray, int]
"""(scales, FEATURES) of a passage, the first row at the right scale, and the index of its metre."""


def passages(references: Sequence[Reference], known: Sequence[Meter], seed: int) -> list[Passage]:
    """Passages of scores, drawn at random."""
    rng = np.random.default_rng(seed)
    names = [meter.name for meter in known]
    found = []
    for reference in references:
        at, events = score_events(reference)
        for meter, own in _stretches(reference, at):
            if meter.name in names:
                found += [
                    (_at_scales(at[chosen], events.take(chosen)), names.index(meter.name))
                    for chosen in _drawn(own, rng)
                ]
    return found


def score_events(reference: Reference) -> tuple[np.ndarray, Events]:
    """The places of a score in parts, and what stands there: as events of equal loudness at an even tempo."""
    notes = reference.notes
    places, group = np.unique(np.rint(notes["onset_quarter"] * PARTS).astype(np.int64), return_inverse=True)
    lowest, highest = np.full(len(places), 127), np.zeros(len(places), dtype=np.int64)
    np.minimum.at(lowest, group, notes["pitch"])
    np.maximum.at(highest, group, notes["pitch"])
    durations = np.zeros(len(places))
    np.maximum.at(durations, group, notes["duration_quarter"])
    classes = np.zeros((len(places), 12))
    np.add.at(classes, (group, notes["pitch"] % 12), 1)
    sizes = np.bincount(group, minlength=len(places))
    loud = np.full(len(places), 64)
    return places, Events(places / PARTS, sizes, lowest, highest, loud, durations, classes, group)


def _stretches(reference: Reference, at: np.ndarray) -> Iterator[tuple[Meter, np.ndarray]]:
    """Each metre and the indices of the events in it."""
    bounds = [round(place * PARTS) for place, _ in reference.meters] + [np.iinfo(np.int64).max]
    for (_, meter), begin, end in zip(reference.meters, bounds, bounds[1:], strict=False):
        yield meter, np.flatnonzero((at >= begin) & (at < end))


def _drawn(own: np.ndarray, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Indices of passages of a stretch."""
    for _ in range(min(MOST, len(own) // APART)):
        length = int(rng.integers(*EVENTS))
        begin = int(rng.integers(0, max(1, len(own) - length + 1)))
        passage = own[begin : begin + length]
        yield passage[rng.random(len(passage)) >= MISSED]


def _at_scales(at: np.ndarray, events: Events) -> np.ndarray:
    rows = []
    for numerator, denominator in SCALES:
        places, rest = np.divmod((at - at[0]) * numerator, denominator)
        if np.mean(rest > 0) <= MOST_STRANGE:
            rows.append(return_features(places, events))
    return np.array(rows)


def fit_returns(found: Sequence[Passage], meters: int) -> np.ndarray:
    """The weights that tell metres best: (FEATURES + 1, metres), the last row a constant."""
    from scipy.optimize import minimize

    every = np.concatenate([rows for rows, _ in found])
    middle, spread = every.mean(axis=0), every.std(axis=0) + 1e-3
    inputs = np.zeros((len(found), len(SCALES), FEATURES + 1))
    usable = np.zeros((len(found), len(SCALES), 1), dtype=bool)
    right = np.zeros((len(found), len(SCALES), meters))
    for index, (rows, meter) in enumerate(found):
        inputs[index, : len(rows), :-1] = (rows - middle) / spread
        inputs[index, : len(rows), -1] = 1
        usable[index, : len(rows)] = True
        right[index, 0, meter] = 1

    def objective(flat: np.ndarray) -> tuple[float, np.ndarray]:
        weights = flat.reshape(FEATURES + 1, meters)
        scores = np.where(usable, inputs @ weights, -np.inf)
        shares = np.exp(scores - scores.max(axis=(1, 2), keepdims=True))
        shares /= shares.sum(axis=(1, 2), keepdims=True)
        loss = -np.log((shares * right).sum(axis=(1, 2)) + 1e-12).sum() + PENALTY * (flat @ flat)
        slope = np.einsum("psf,psm->fm", inputs, shares - right).ravel() + 2 * PENALTY * flat
        return float(loss), slope

    flat = minimize(objective, np.zeros((FEATURES + 1) * meters), jac=True, method="L-BFGS-B").x
    weights: np.ndarray = flat.reshape(FEATURES + 1, meters)
    weights[:-1] /= spread[:, np.newaxis]
    weights[-1] -= middle @ weights[:-1]
    return weights
