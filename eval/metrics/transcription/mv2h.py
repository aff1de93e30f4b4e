"""MV2H: multi-pitch, voices, metre, note values and harmony, a mean of five (McLeod & Steedman, ISMIR 2018).

The transcription is first carried over to the true score's time by an alignment, as McLeod's extension to
scores that are not aligned does (2019); ours is the one of `eval.metrics.transcription.alignment`. Then

    multi_pitch  F1 of notes of equal pitch and onset
    voice        F1 of the links from each note to the next in its voice, among the notes that agree
    meter        F1 of groupings (bars, beats, sub-beats), of whichever level, with equal beginning and end
    value        of notes that agree and are linked rightly: 1 − |difference| / true length, at least 0
    harmony      the key at the start, with MIREX's part credit

Simplified against the paper: a link between chords weighs by its notes one by one; harmony has no chord
symbols, which the paper allows; where the truth knows no voices, the mean is of the other four and the
values of all notes that agree count.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from statistics import fmean

import numpy as np

from eval.metrics.transcription.alignment import Alignment, align
from eval.metrics.transcription.fidelity import f1
from symbolic.meter import Meter
from symbolic.questions.key import credit
from transcription.reference import Reference

TOLERANCE_QUARTER = 0.1
"""The paper's 50 ms at 120 quarter notes a minute."""

Link = tuple[int, int]


def mv2h(found: Reference, truth: Reference, alignment: Alignment | None = None) -> float:
    """The mean of the parts (see the module's first lines)."""
    return fmean(mv2h_parts(found, truth, alignment).values())


def mv2h_parts(found: Reference, truth: Reference, alignment: Alignment | None = None) -> dict[str, float]:
    """Each part by name, 0 … 1."""
    alignment = alignment or align(found, truth)
    twins = {int(own): int(other) for own, other in alignment.notes}
    parts = {"multi_pitch": f1(len(twins), len(found.notes), len(truth.notes))}
    linked = np.arange(len(alignment.notes))
    if truth.voices is not None and found.voices is not None:
        own = {(twins[a], twins[b]) for a, b in _links(found, found.voices, set(twins))}
        others = set(_links(truth, truth.voices, set(twins.values())))
        parts["voice"] = f1(len(own & others), len(own), len(others))
        right = {note for link in own & others for note in link}
        linked = np.array([i for i in linked if int(alignment.notes[i, 1]) in right], dtype=int)
    parts["meter"] = _meter(found, truth, alignment)
    parts["value"] = _value(found, truth, alignment, alignment.notes[linked])
    parts["harmony"] = credit(truth.keys[0][1], found.keys[0][1]) if len(found.notes) else 0.0
    return parts


def _links(reference: Reference, voices: np.ndarray, kept: set[int]) -> Iterator[Link]:
    """From each kept note to the next ones of its voice, as indices into the notes."""
    onsets = reference.notes["onset_quarter"]
    for voice in np.unique(voices):
        groups: dict[float, list[int]] = {}
        for note in np.flatnonzero(voices == voice):
            if int(note) in kept:
                groups.setdefault(round(float(onsets[note]), 6), []).append(int(note))
        for group, following in pairwise(groups.values()):
            yield from ((a, b) for a in group for b in following)


def _meter(found: Reference, truth: Reference, alignment: Alignment) -> float:
    own, others = _groupings(found), _groupings(truth)
    carried = alignment.to_truth(own.ravel()).reshape(-1, 2)
    free = np.ones(len(others), dtype=bool)
    hits = 0
    for grouping in carried:
        near = np.flatnonzero(free & np.all(np.abs(others - grouping) <= TOLERANCE_QUARTER, axis=1))
        if len(near):
            free[near[0]] = False
            hits += 1
    return f1(hits, len(carried), len(others))


def _groupings(reference: Reference) -> np.ndarray:
    """(n, 2) quarters where bars, beats and sub-beats begin and end, between the outer bar lines."""
    changes = [place for place, _ in reference.meters]
    rows: list[tuple[float, float]] = []
    for start, end in pairwise(reference.downbeats):
        meter = reference.meters[int(np.searchsorted(changes, start + 1e-6)) - 1][1]
        for length in _levels(meter):
            edges = np.append(np.arange(start, end - 1e-6, length), end)
            rows.extend(pairwise(edges.tolist()))
    return np.array(rows).reshape(-1, 2)


def _levels(meter: Meter) -> tuple[float, ...]:
    """The lengths of a bar, a beat and a sub-beat in quarters."""
    beat = float(meter.beat_quarters)
    return float(meter.bar_quarters), beat, beat / (3 if meter.is_compound else 2)


def _value(found: Reference, truth: Reference, alignment: Alignment, notes: np.ndarray) -> float:
    if not len(notes):
        return 0.0
    own = found.notes[notes[:, 0]]
    starts = alignment.to_truth(own["onset_quarter"])
    ends = alignment.to_truth(own["onset_quarter"] + own["duration_quarter"])
    true_lengths = truth.notes["duration_quarter"][notes[:, 1]]
    return float(np.mean(np.maximum(0, 1 - np.abs(ends - starts - true_lengths) / true_lengths)))
