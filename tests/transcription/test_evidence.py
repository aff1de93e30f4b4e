"""What speaks for a note."""

import numpy as np
import pytest

from tests.transcription.hearing import activations
from transcription.activations import Activations
from transcription.candidates import candidates
from transcription.evidence import FEATURES, evidence


def table(heard: Activations) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    found = candidates(heard.frames, heard.onsets)
    features = evidence(heard, found)
    assert features.shape == (len(found), len(FEATURES))
    assert features.dtype == np.float32
    assert np.isfinite(features).all()
    return found, dict(zip(FEATURES, features.T, strict=True))


def test_names_are_distinct() -> None:
    assert len(set(FEATURES)) == len(FEATURES)


def test_a_note_alone() -> None:
    _, about = table(activations(200, [(50, 100, 60)]))
    assert about["onset"] == pytest.approx(0.85)
    assert about["before"] == pytest.approx(0, abs=1e-6)
    assert about["rise"] == about["early"]
    assert about["length"] == pytest.approx(np.log(50), abs=0.05)
    assert about["level_rise"] == pytest.approx(2)
    assert about["again"] == about["last_onset"] == about["next_onset"] == about["crowd"] == 0
    assert about["pitches"] == pytest.approx(1 / 5)


def test_an_overtone_sees_its_fundamental() -> None:
    heard = activations(200, [(50, 100, 60), (50, 100, 72)])
    heard.frames[:, 72 - 21] *= 0.5
    found, about = table(heard)
    low, high = np.flatnonzero(found["pitch"] == 60), np.flatnonzero(found["pitch"] == 72)
    assert about["louder-12"][high] > 0.2
    assert about["louder+12"][low] < -0.2
    assert about["frame-12"][high] > about["frame+12"][low] > 0.2
    assert about["frame+7"][low] < 1e-6


def test_a_repeated_note_knows_the_last() -> None:
    heard = activations(300, [(50, 100, 60), (100, 150, 60), (200, 250, 67)])
    found, about = table(heard)
    order = np.argsort(found["start"])
    assert about["since_last"][order][1] == pytest.approx(np.log(50))
    assert about["to_next"][order][0] == pytest.approx(np.log(50))
    assert about["last_onset"][order].tolist() == pytest.approx([0, 0.85, 0])
    assert about["next_onset"][order].tolist() == pytest.approx([0.85, 0, 0])


def test_the_edges_of_pitch_and_time() -> None:
    heard = activations(60, [(2, 20, 21), (2, 58, 108), (30, 59, 22)], noise=0.3)
    table(heard)


def test_loudness_does_not_matter_but_its_changes_do() -> None:
    soft = activations(200, [(50, 100, 60)], noise=0.1)
    loud = Activations(soft.frames, soft.onsets, soft.level_db + 12)
    for name, values in table(soft)[1].items():
        np.testing.assert_allclose(values, table(loud)[1][name], atol=1e-5, err_msg=name)


def test_no_candidates() -> None:
    assert evidence(activations(50, []), candidates(np.zeros((50, 88)), np.zeros((50, 88)))).shape == (
        0,
        len(FEATURES),
    )
