"""Laws and worked examples of the metrics of transcriptions."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.metrics.transcription import METRICS, note_scores, score_scores
from eval.metrics.transcription.alignment import align
from eval.metrics.transcription.fidelity import fidelity_scores, matches
from eval.metrics.transcription.grid import grid_f1
from eval.metrics.transcription.mv2h import mv2h_parts
from symbolic.abc import parse
from transcription.performance import Performance, note_rows
from transcription.reference import Reference

TUNE = "X:1\nL:1/8\nM:6/8\nK:D\nA|dfa agf|efd cBA|d2f e2g|f3-f2A|dfa agf|efd cBA|faf gec|d3-d2|]\n"
WALTZ = "X:1\nL:1/4\nM:3/4\nK:G\n[V:1] B2A|G3|c2B|A3|\n[V:2] G,DB,|G,DB,|CEE|DAA|\n"


def reference(abc: str) -> Reference:
    return Reference.of(parse(abc))


def melodies() -> st.SearchStrategy[Reference]:
    event = st.tuples(st.integers(48, 84), st.sampled_from([0.25, 0.5, 1.0, 1.5]))

    def build(events: list[tuple[int, float]]) -> Reference:
        base = reference(TUNE)
        lengths = np.array([length for _, length in events])
        notes = np.zeros(len(events), base.notes.dtype)
        notes["pitch"] = [pitch for pitch, _ in events]
        notes["duration_quarter"] = lengths
        notes["onset_quarter"] = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        return replace(
            base, notes=notes, downbeats=np.arange(0, lengths.sum(), 3.0), voices=np.ones(len(events), int)
        )

    return st.lists(event, min_size=2, max_size=30).map(build)


@pytest.mark.parametrize("abc", [TUNE, WALTZ])
def test_a_score_agrees_with_itself(abc: str) -> None:
    same = reference(abc)
    assert score_scores(same, same) == pytest.approx(dict.fromkeys(score_scores(same, same), 1.0))


@given(melodies())
@settings(max_examples=30, deadline=None)
def test_any_melody_agrees_with_itself(melody: Reference) -> None:
    scores = score_scores(melody, melody)
    assert scores == pytest.approx(dict.fromkeys(scores, 1.0))


@given(melodies(), melodies())
@settings(max_examples=30, deadline=None)
def test_what_is_an_f1_is_symmetric_and_bounded(one: Reference, other: Reference) -> None:
    there, back = score_scores(one, other), score_scores(other, one)
    assert there["pitch_f1"] == pytest.approx(back["pitch_f1"])
    assert grid_f1(one, other) <= there["pitch_f1"] + 1e-9, "no grid can do better than an alignment"
    assert all(0 <= value <= 1 for value in there.values())


def scaled(score: Reference, factor: float) -> Reference:
    notes = score.notes.copy()
    notes["onset_quarter"] *= factor
    notes["duration_quarter"] *= factor
    return replace(score, notes=notes, downbeats=score.downbeats * factor)


@given(melodies(), st.sampled_from([2.0, 0.5, 3.0, 1.5]), st.sampled_from([0.0, 1.0, 7.5]))
@settings(max_examples=30, deadline=None)
def test_the_grid_ignores_one_scale_and_offset(melody: Reference, factor: float, offset: float) -> None:
    other = scaled(melody, factor)
    other.notes["onset_quarter"] += offset
    other = replace(other, downbeats=other.downbeats + offset)
    scores = score_scores(other, melody)
    assert (scores["grid_f1"], scores["pitch_f1"], scores["downbeat_f1"]) == (1, 1, 1)
    assert scores["ioi"] == scores["note_value"] == 0, "fidelity compares what is written"


def test_the_grid_forgives_no_beat_lost_half_way() -> None:
    truth = reference(TUNE)
    lost = replace(truth, notes=truth.notes.copy())
    half = len(truth.notes) // 2
    lost.notes["onset_quarter"][half:] += 0.5
    assert 0.5 <= grid_f1(lost, truth) < 0.6
    fidelity = fidelity_scores(lost, truth)
    assert fidelity["pitch_f1"] == 1
    assert fidelity["ioi"] == pytest.approx(1 - 1 / (len(truth.notes) - 1))


def test_missing_and_added_notes_cost_pitch_alone() -> None:
    truth = reference(TUNE)
    kept = np.arange(len(truth.notes)) % 5 != 3
    fewer = replace(truth, notes=truth.notes[kept], voices=None)
    scores = fidelity_scores(fewer, truth)
    assert scores["pitch_f1"] == pytest.approx(2 * kept.sum() / (kept.sum() + len(kept)))
    assert scores["ioi"] == scores["note_value"] == scores["downbeat_f1"] == 1


def test_another_metre_has_other_bar_lines() -> None:
    truth = reference(TUNE)
    other = fidelity_scores(reference(TUNE.replace("6/8", "3/4")), truth)
    assert (other["metre"], other["metre_class"], other["downbeat_f1"]) == (0, 0, 1)
    twice = replace(truth, downbeats=truth.downbeats[::2])
    assert fidelity_scores(twice, truth)["downbeat_f1"] == pytest.approx(2 / 3, abs=0.05)
    assert mv2h_parts(twice, truth)["meter"] < 1


@pytest.mark.parametrize(
    ("key", "expected"), [("D", (1, 1)), ("Bm", (0, 0.3)), ("A", (0, 0.5)), ("Dm", (0, 0.2)), ("C", (0, 0))]
)
def test_keys(key: str, expected: tuple[float, float]) -> None:
    found = replace(reference(TUNE), keys=((0.0, parse(f"X:1\nK:{key}\nC|").key),))
    scores = fidelity_scores(found, reference(TUNE))
    assert (scores["key"], scores["mirex_key"]) == expected


def test_unisons_are_heard_once() -> None:
    one, both = reference("X:1\nK:C\nCDEF|"), reference("X:1\nK:C\n[V:1] CDEF|\n[V:2] CDEC|")
    assert score_scores(one, both)["pitch_f1"] == pytest.approx(2 * 4 / 9)
    assert len(both.notes) == 8


def test_voices_joined_or_crossed_cost_mv2h_alone() -> None:
    truth = reference(WALTZ)
    assert truth.voices is not None
    joined = replace(truth, voices=np.ones(len(truth.notes), int))
    parts = mv2h_parts(joined, truth)
    assert parts["voice"] < 0.8
    assert parts["multi_pitch"] == parts["meter"] == parts["harmony"] == 1
    assert "voice" not in mv2h_parts(joined, replace(truth, voices=None))


def test_note_values_cost_in_proportion() -> None:
    truth = reference("X:1\nL:1/4\nM:4/4\nK:C\nCEGc|")
    short = replace(truth, notes=truth.notes.copy())
    short.notes["duration_quarter"] /= 2
    assert mv2h_parts(short, truth)["value"] == pytest.approx(0.5)
    assert fidelity_scores(short, truth)["note_value"] == 0


def test_nothing_written_is_worth_nothing() -> None:
    truth = reference(TUNE)
    silence = replace(truth, notes=truth.notes[:0], downbeats=np.zeros(0), voices=None)
    assert set(score_scores(silence, truth).values()) == {0.0}


def test_the_alignment_carries_places_over() -> None:
    truth = reference(TUNE)
    alignment = align(scaled(truth, 2), truth)
    assert alignment.to_truth(np.array([-2.0, 1.0, 40.0])) == pytest.approx([-1.0, 0.5, 20.0])


def test_matches_are_counted_once() -> None:
    row = np.array([0.0, 0.01, 1.0])
    assert matches(row, np.array([0.0, 1.0]), 0.05) == 2
    assert matches(np.zeros(0), row, 0.05) == 0


PLAYED = [(0.0, 0.5, 60, 80, 0), (0.5, 0.5, 64, 80, 0), (1.0, 1.0, 67, 80, 0)]


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        (PLAYED, (1, 1, 1)),
        ([(t + 0.04, d, p, v, k) for t, d, p, v, k in PLAYED], (1, 1, 1)),
        ([(t + 0.06, d, p, v, k) for t, d, p, v, k in PLAYED], (0, 0, 0)),
        ([(t, 2 * d, p, v, k) for t, d, p, v, k in PLAYED], (1, 0, 1)),
        ([(t, d, p + 12, v, k) for t, d, p, v, k in PLAYED], (0, 0, 1)),
        ([], (0, 0, 0)),
    ],
)
def test_notes_in_seconds(
    heard: list[tuple[float, float, int, int, int]], expected: tuple[float, ...]
) -> None:
    scores = note_scores(Performance(note_rows(heard)), Performance(note_rows(PLAYED)))
    assert (scores["note_f1"], scores["note_offset_f1"], scores["onset_f1"]) == pytest.approx(expected)


def test_every_metric_is_measured() -> None:
    truth = reference(TUNE)
    measured = {*score_scores(truth, truth), *note_scores(*[Performance(note_rows(PLAYED))] * 2), "answered"}
    assert {metric.name for metric in METRICS} <= measured
