from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from symbolic.abc import parse
from symbolic.analysis.key import KEY_METHODS, KEY_MODEL, estimate_key, key_scores, rotation_model
from symbolic.analysis.key_evidence import BAR_EVIDENCE, EVIDENCE, key_evidence, rotations
from symbolic.analysis.profiles import PROFILES, KeyProfile
from symbolic.errors import SymbolicError
from symbolic.key import Key
from symbolic.resources import data_path
from symbolic.score import Score
from tests.symbolic.analysis.tunes import melody, tune_in

ALL_KEYS = [Key.from_pitch_class(tonic, mode) for mode in ("major", "minor") for tonic in range(12)]
MARGIN = 1e-9


@pytest.mark.parametrize("method", KEY_METHODS)
@pytest.mark.parametrize("key", ALL_KEYS, ids=str)
def test_each_key_can_be_answered(method: str, key: Key) -> None:
    assert estimate_key(tune_in(key), method).same_answer(key)


@pytest.mark.parametrize("method", KEY_METHODS)
@settings(max_examples=40)
@given(st.lists(st.integers(48, 84), min_size=2, max_size=24), st.integers(-12, 12))
def test_a_transposed_score_has_the_transposed_key(method: str, midi: list[int], by: int) -> None:
    score = melody(midi)
    found = key_scores(score, method)
    best = sorted(np.concatenate(list(found.values())))
    assume(best[-1] - best[-2] > MARGIN)  # of several best keys either may be answered
    before, after = estimate_key(score, method), estimate_key(score.transpose(by), method)
    assert after.mode == before.mode
    assert after.pitch_class == (before.pitch_class + by) % 12


@pytest.mark.parametrize("method", KEY_METHODS)
def test_a_single_repeated_note_and_a_chromatic_scale_have_some_key(method: str) -> None:
    for score in (melody([60, 60, 60]), melody(range(60, 72)), melody([61])):
        assert estimate_key(score, method).tonic


@pytest.mark.parametrize("method", KEY_METHODS)
def test_a_score_without_notes_has_no_key(method: str) -> None:
    assert estimate_key(Score(), method) == Key.none()
    assert estimate_key(parse("X:1\nK:C\nz4 | z4 |]\n"), method) == Key.none()
    assert key_scores(Score(), method) == {}


def test_unknown_method_is_told() -> None:
    with pytest.raises(SymbolicError, match=r"key method must be one of krumhansl.*got 'magic'"):
        estimate_key(melody([60]), "magic")


OLD_JOE_CLARK = (
    "X:1\nM:4/4\nL:1/8\nK:Amix\n"
    "|:efga f2e2|c2d2e4|efga f2e2|a2g2 e4|efga f2e2|c2d2e2ag|edcA B2A2|A4 A4:|\n"
    "|:ABcd e2A2|g2e2 e4|ABcd e2A2|B2G2G4|ABcd e2A2|g2f2 e2ag|edcA B2A2|A4A4:|\n"
)
SCARBOROUGH_FAIR = (
    "X:1\nM:3/4\nL:1/4\nK:Ddor\nD2D|A2A|E>FE|D3|zAc|d2c|ABG|A3|zzd|d2d|c2A|AGF|EC2|D2A|G2F|EDC|D3|D3|]\n"
)
DORIAN_SCALE = "X:1\nL:1/8\nK:Ddor\nDEFG ABcd|dcBA GFED|]\n"


@pytest.mark.parametrize(
    ("method", "text", "name"),
    [
        ("logistic-rotation", OLD_JOE_CLARK, "A mixolydian"),
        ("diatonic-last-note", OLD_JOE_CLARK, "A mixolydian"),
        ("logistic-rotation", SCARBOROUGH_FAIR, "D dorian"),
        ("diatonic-last-note", DORIAN_SCALE, "D dorian"),
    ],
)
def test_modes_are_answered(method: str, text: str, name: str) -> None:
    assert estimate_key(parse(text), method).name == name


def test_spelling_and_key_signature_do_not_count() -> None:
    flat = parse("X:1\nK:Db\nDFAd fdAF | D8 |]\n")
    sharp = parse("X:1\nK:C\n^C^E^G^c ^e^c^G^E | ^C8 |]\n")
    assert np.array_equal(key_evidence(flat).rows, key_evidence(sharp).rows)  # type: ignore[union-attr]


def test_evidence_of_a_small_tune() -> None:
    score = parse("X:1\nM:2/4\nL:1/4\nK:C\nG | c e | d B | [CEGc]2 |]\n")
    evidence = key_evidence(score)
    assert evidence is not None
    row = dict(zip(EVIDENCE, evidence.rows, strict=True))
    assert row["duration"][[0, 2, 4, 7, 11]] == pytest.approx(np.array([5, 1, 3, 3, 1]) / 13)
    assert (row["first"].argmax(), evidence.last, row["before last"].argmax()) == (7, 0, 11)
    assert row["downbeats"][[0, 2]] == pytest.approx([2 / 3, 1 / 3])
    assert row["section ends"][0] == 1
    assert row["section starts"][7] == 1
    assert row["reached by 5"][0] == pytest.approx(1 / 5)
    assert row["last with 7"][0] == pytest.approx(np.sqrt(3 / 13))


def test_without_bars_there_is_no_evidence_of_bars() -> None:
    first = EVIDENCE.index(BAR_EVIDENCE[0])
    evidence = key_evidence(parse("X:1\nM:none\nK:C\nCDEFGABc\n"))
    assert evidence is not None
    assert not evidence.rows[first : first + len(BAR_EVIDENCE)].any()


def test_rotations_put_the_tonic_first() -> None:
    rows = np.arange(24).reshape(2, 12)
    assert rotations(rows)[7].tolist() == [*range(7, 12), *range(7), *range(19, 24), *range(12, 19)]


def test_logistic_scores_are_log_probabilities() -> None:
    scores = np.concatenate(list(key_scores(melody([60, 62, 64])).values()))
    assert np.exp(scores).sum() == pytest.approx(1)
    assert set(rotation_model().modes) >= {"major", "minor"}


def test_weights_for_other_evidence_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = json.loads(data_path(KEY_MODEL).read_text())
    stale = tmp_path / "model.json"
    stale.write_text(json.dumps({**stored, "evidence": stored["evidence"][1:]}))
    monkeypatch.setattr("symbolic.analysis.key.data_path", lambda name: stale)
    rotation_model.cache_clear()
    try:
        with pytest.raises(SymbolicError, match=r"out of date; run: python -m training.baselines"):
            rotation_model()
    finally:
        rotation_model.cache_clear()


def test_a_profile_has_twelve_weights() -> None:
    with pytest.raises(ValueError, match="12 weights, got 1"):
        KeyProfile("short", "nowhere", (1.0,), (1.0,))


@pytest.mark.parametrize(
    ("name", "music21_class"),
    [
        ("krumhansl-schmuckler", "KrumhanslSchmuckler"),
        ("temperley-kostka-payne", "TemperleyKostkaPayne"),
        ("aarden-essen", "AardenEssen"),
        ("bellman-budge", "BellmanBudge"),
    ],
)
def test_profiles_are_those_of_music21(name: str, music21_class: str) -> None:
    discrete = pytest.importorskip("music21.analysis.discrete")
    theirs = getattr(discrete, music21_class)()
    assert list(PROFILES[name].major) == theirs.getWeights("major")
    assert list(PROFILES[name].minor) == theirs.getWeights("minor")


def test_drums_have_no_say() -> None:
    tune = "X:1\nM:4/4\nL:1/4\nK:G\nV:1\nG B A F|G4|]\nV:2 perc\n"
    with_drums = Score.from_abc(tune + "%%MIDI channel 10\n^C,^C,^C,^C,|^C,4|]\n")
    assert [voice.percussion for voice in with_drums.voices] == [False, True]
    assert estimate_key(with_drums).name == "G major"
