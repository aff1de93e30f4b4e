"""What tests of MusicXML ask of scores that were read."""

from __future__ import annotations

from symbolic.interop import read_music21
from symbolic.score import Event, Score
from symbolic.timeline import note_array


def read(data: bytes) -> Score:
    (score,), problems = read_music21(data, "musicxml")
    assert problems == []
    return score


def events(score: Score, index: int = 0) -> tuple[Event, ...]:
    return score.voices[0].measures[index].events


def sounding(score: Score, *, unfold: bool = False) -> list[tuple[float, float, int]]:
    array = note_array(score, unfold=unfold)
    return sorted(
        (round(float(row["onset_quarter"]), 9), round(float(row["duration_quarter"]), 9), int(row["pitch"]))
        for row in array
    )
