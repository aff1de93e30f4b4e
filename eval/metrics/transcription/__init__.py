r"""Metrics of transcriptions: the notes heard, and the score written from them.

    >>> from symbolic import Score
    >>> from transcription.reference import Reference
    >>> truth = Reference.of(Score.from_abc("X:1\nL:1/4\nM:3/4\nK:D\nDFA|dAF|"))
    >>> written = Reference.of(Score.from_abc("X:1\nL:1/4\nM:6/8\nK:D\nD/F/A/ d/A/F/|"))
    >>> scores = score_scores(written, truth)
    >>> scores["grid_f1"], scores["pitch_f1"], scores["metre"]
    (1.0, 1.0, 0.0)

Notes of one pitch that begin together are one note: nobody hears how many voices play it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from eval.metrics.base import ANSWERED, score_metric
from eval.metrics.transcription.alignment import align
from eval.metrics.transcription.fidelity import fidelity_scores
from eval.metrics.transcription.grid import grid_f1
from eval.metrics.transcription.mv2h import mv2h
from eval.metrics.transcription.notes import note_scores
from transcription.reference import Reference

__all__ = ["METRICS", "note_scores", "score_scores"]

METRICS = (
    score_metric("sf", "score fidelity: mean of pitch_f1, ioi, note_value, downbeat_f1, key and metre"),
    score_metric("note_f1", "notes heard, pitch and onset within 50 ms, F1"),
    score_metric("note_offset_f1", "notes heard, offsets too, F1"),
    score_metric("onset_f1", "onsets heard, within 50 ms, F1"),
    score_metric("grid_f1", "notes on the right place of the grid under one scale and offset, F1"),
    score_metric("pitch_f1", "notes written, aligned by pitch, F1"),
    score_metric("ioi", "share of equal intervals between onsets, in quarter notes"),
    score_metric("note_value", "share of equal note values"),
    score_metric("downbeat_f1", "bar lines in their places, F1"),
    score_metric("key", "share of right keys"),
    score_metric("metre", "share of right time signatures"),
    score_metric("metre_class", "share of right classes of metre"),
    score_metric("mv2h", "mean of multi-pitch, voices, metre, note values and harmony"),
    ANSWERED,
)


def score_scores(found: Reference, truth: Reference) -> dict[str, float]:
    """Every measure of the written score by name: those of `METRICS` but the notes as heard."""
    found, truth = without_unisons(found), without_unisons(truth)
    alignment = align(found, truth)
    return {
        **fidelity_scores(found, truth, alignment),
        "grid_f1": grid_f1(found, truth, alignment),
        "mv2h": mv2h(found, truth, alignment),
    }


def without_unisons(reference: Reference) -> Reference:
    """The reference with one note, the longest, for those of one pitch that begin together."""
    notes = reference.notes
    order = np.lexsort((-notes["duration_quarter"], notes["pitch"], notes["onset_quarter"]))
    ordered = notes[order]
    same = (np.diff(ordered["onset_quarter"], prepend=np.nan) == 0) & (
        np.diff(ordered["pitch"], prepend=-1) == 0
    )
    voices = reference.voices
    return replace(reference, notes=ordered[~same], voices=None if voices is None else voices[order][~same])
