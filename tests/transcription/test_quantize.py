from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbolic.abc import parse
from tests.transcription.playing import Row, beats, play, play_score, rows_of
from transcription.performance import Performance, Track, note_rows
from transcription.places import PARTS
from transcription.quantize import GRACE, NOTE, ORNAMENT, Quantized, quantize

TUNE = """X:1
L:1/8
M:4/4
Q:1/4=100
K:G
D2|G2 B>c d2 (3efg|d2 z2 B4|c2 A2 F2 D2|G6|]
"""


def values(quantized: Quantized) -> list[tuple[float, float, int]]:
    own = quantized.notes[quantized.notes["kind"] == NOTE]
    return [
        (int(row["onset"]) / PARTS, (int(row["end"]) - int(row["onset"])) / PARTS, int(row["pitch"]))
        for row in own
    ]


@pytest.mark.parametrize("gate", [0.5, 0.8, 0.95, 1.05])
def test_a_tune_comes_back_exactly(gate: float) -> None:
    score = parse(TUNE)
    found = values(quantize(*play_score(score, jitter_s=0.008, gate=gate)))
    expected = rows_of(score)
    assert [row[0] for row in found] == pytest.approx([row[0] for row in expected])
    assert [row[2] for row in found] == [row[2] for row in expected]
    wrong = sum(abs(a[1] - b[1]) > 0.01 for a, b in zip(found, expected, strict=True))
    assert wrong <= 1


def test_lengths_that_ring_on_end_with_the_next_note() -> None:
    rows: list[Row] = [(step / 2, 0.5, 60 + 2 * (step % 4)) for step in range(24)]
    found = values(quantize(play(rows, gate=1.25), beats()))
    assert {length for _, length, _ in found[:-1]} == {0.5}


def test_a_long_silence_is_a_rest() -> None:
    rows: list[Row] = [(bar * 4 + step, 1, 60 + step) for bar in range(6) for step in range(2)]
    found = values(quantize(play(rows), beats()))
    assert [length for _, length, _ in found[:-1]] == [1] * 11


def test_a_held_melody_over_moving_notes_stays_held() -> None:
    rows: list[Row] = []
    for bar in range(6):
        rows.append((4.0 * bar, 4, 76 + bar % 3))
        rows += [(4 * bar + step / 2, 0.5, 64 + step % 3) for step in range(8)]
    found = values(quantize(play(rows, gate=0.97), beats()))
    melody = [length for _, length, pitch in found if pitch >= 76]
    assert melody == [4] * 6


def test_a_trill_is_one_note_with_a_sign() -> None:
    trill = [(1 + 0.15 * step, 0.15, 72 + 2 * (step % 2)) for step in range(13)]
    rows: list[Row] = [(0, 1, 71), *trill, (3, 1, 71), (4, 4, 72)]
    found = quantize(play(rows, 100), beats(100))
    assert values(found) == [(0, 1, 71), (1, 2, 72), (3, 1, 71), (4, 4, 72)]
    assert [name for _, name in found.ornaments] == ["trill"]
    assert (found.notes["kind"] == ORNAMENT).sum() == 12


def test_grace_notes_have_the_place_of_their_note() -> None:
    rows: list[Row] = [(0, 1, 60), (0.92, 0.08, 65), (1, 1, 64), (1, 1, 48), (2, 1, 62), (3, 1, 60)]
    found = quantize(play(rows, 60), beats(60)).notes
    (grace,) = found[found["kind"] == GRACE]
    assert found[grace["main"]]["pitch"] == 64
    assert grace["onset"] == grace["end"] == found[grace["main"]]["onset"]


def test_tracks_keep_apart() -> None:
    rows: list[Row] = [(float(step // 2), 1, 60) for step in range(8)]
    found = quantize(play(rows, tracks=[0, 1] * 4), beats())
    assert values(found) == [(float(step // 2), 1, 60) for step in range(8)]


def test_nothing_gives_nothing() -> None:
    found = quantize(Performance(note_rows([])), beats())
    assert len(found.notes) == 0
    assert found.end == 0


@st.composite
def performances(draw: st.DrawFn) -> Performance:
    note = st.tuples(
        st.floats(0, 12), st.floats(0, 6), st.integers(30, 100), st.integers(1, 127), st.integers(0, 2)
    )
    rows = draw(st.lists(note, min_size=1, max_size=40))
    return Performance(note_rows(rows), (Track(), Track("Bass", 32), Track("Drums", percussion=True)))


@settings(max_examples=60, deadline=None)
@given(performances(), st.sampled_from(["4/4", "6/8", "3/4", "2/2", "3/8"]), st.floats(40, 220))
def test_no_note_is_lost_and_none_overlaps_its_own_pitch(
    performance: Performance, meter: str, qpm: float
) -> None:
    found = quantize(performance, beats(qpm, meter, bars=3)).notes
    assert sorted(found["source"]) == list(range(len(performance.notes)))
    assert np.array_equal(found["pitch"], performance.notes["pitch"][found["source"]])
    own = found["kind"] == NOTE
    assert np.all(found["end"][own] > found["onset"][own])
    assert np.all(found["kind"][found["main"]] == NOTE)
    assert np.array_equal(found["onset"], found["onset"][found["main"]])
    ends: dict[tuple[int, int, int], int] = {}
    for row in found[own]:
        line = (int(row["track"]), int(row["staff"]), int(row["pitch"]))
        assert row["onset"] >= ends.get(line, 0)
        ends[line] = int(row["end"])
