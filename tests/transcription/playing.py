"""Scores played plainly: a stand-in for `transcription.synthesis` where a test wants to know every time."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from symbolic.meter import Meter
from symbolic.score import Score
from symbolic.timeline import note_array
from transcription.beatmap import Bar, Beatmap
from transcription.performance import Performance, Track, note_rows
from transcription.reference import Reference

Row = tuple[float, float, int]
"""(place in quarter notes, length in quarter notes, MIDI number)"""


def beats(qpm: float = 120.0, meter: str = "4/4", bars: int = 64, pickup: Fraction = Fraction(0)) -> Beatmap:
    """A steady beat."""
    found = Meter.parse(meter)
    whole = found.bar_quarters
    starts = [pickup + number * whole for number in range(bars)]
    first = [Bar(Fraction(0), pickup, found)] if pickup else []
    end = float(starts[-1] + whole)
    return Beatmap(
        np.array([0.0, end * 60 / qpm]),
        np.array([0.0, end]),
        (*first, *(Bar(start, whole, found) for start in starts)),
    )


def play(
    rows: Sequence[Row],
    qpm: float = 120.0,
    jitter_s: float = 0.0,
    gate: float = 0.9,
    tracks: Sequence[int] = (),
    seed: int = 0,
) -> Performance:
    """Notes played to a steady beat, each a little early or late."""
    rng = np.random.default_rng(seed)
    second = 60 / qpm
    moves = jitter_s * rng.standard_normal(len(rows))
    numbers = tracks or [0] * len(rows)
    return Performance(
        note_rows(
            (max(0.0, onset * second + move), gate * length * second, pitch, 80, number)
            for (onset, length, pitch), move, number in zip(rows, moves, numbers, strict=True)
        ),
        tuple(Track() for _ in range(max(numbers, default=0) + 1)),
    )


def rows_of(score: Score) -> list[Row]:
    """The notes of a score with its repeats played out."""
    return [
        (float(row["onset_quarter"]), float(row["duration_quarter"]), int(row["pitch"]))
        for row in note_array(score, unfold=True)
    ]


def play_score(
    score: Score, qpm: float = 100.0, jitter_s: float = 0.0, gate: float = 0.9
) -> tuple[Performance, Beatmap]:
    """A score played to a steady beat, and that beat."""
    bars = Reference.of(score).bars()
    end = float(bars[-1].end)
    beatmap = Beatmap(np.array([0.0, end * 60 / qpm]), np.array([0.0, end]), bars)
    rows = note_array(score, unfold=True)
    numbers = [int(row["voice"]) - 1 for row in rows]
    return play(rows_of(score), qpm, jitter_s, gate, numbers), beatmap
