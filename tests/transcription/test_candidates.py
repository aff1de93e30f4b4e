"""Where a note may start."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transcription.hearing import activations
from transcription.candidates import candidates
from transcription.decoding import DecoderSettings, decode


def places(found: np.ndarray) -> list[tuple[int, int]]:
    return list(zip(found["start"].tolist(), found["pitch"].tolist(), strict=True))


def test_a_note_is_a_candidate() -> None:
    heard = activations(200, [(50, 100, 60)])
    found = candidates(heard.frames, heard.onsets)
    assert places(found) == [(50, 60)]
    assert found["end"][0] == 100
    assert 0.5 < found["amplitude"][0] < 0.9


def test_a_weak_onset_inside_a_note_is_one() -> None:
    heard = activations(200, [(50, 150, 60)])
    heard.onsets[99:102, 39] = (0.1, 0.25, 0.1)
    assert places(candidates(heard.frames, heard.onsets)) == [(50, 60), (100, 60)]


def test_a_pitch_that_comes_up_without_an_onset_is_one() -> None:
    heard = activations(200, [(50, 100, 60)])
    ramp = np.minimum(np.arange(50) / 60, 0.5)
    heard.frames[100:150, 50] = ramp
    heard.onsets[:, 50] = 0
    starts = [start for start, pitch in places(candidates(heard.frames, heard.onsets)) if pitch == 71]
    assert len(starts) == 1
    assert 110 <= starts[0] <= 120


def test_an_onset_without_a_sound_is_none() -> None:
    heard = activations(200, [])
    heard.onsets[100, 40] = 0.9
    assert len(candidates(heard.frames, heard.onsets)) == 0


@given(st.integers(0, 1000), st.integers(5, 300))
@settings(max_examples=25, deadline=None)
def test_candidates_are_sound(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    frames, onsets = rng.uniform(0, 1, (2, count, 88)) ** 3
    found = candidates(frames, onsets)
    assert np.all(found["start"] < found["end"])
    assert np.all(found["end"] <= count)
    assert len(set(places(found))) == len(found)
    assert places(found) == sorted(places(found))
    for pitch in set(found["pitch"].tolist()):
        assert np.all(np.diff(found["start"][found["pitch"] == pitch]) > 3)


def test_whatever_basic_pitch_finds_is_near_a_candidate() -> None:
    rng = np.random.default_rng(3)
    notes = [
        (int(s), int(s) + 25, int(p))
        for s, p in zip(range(10, 900, 7), rng.integers(40, 90, 200), strict=False)
    ]
    heard = activations(1000, notes, noise=0.15)
    known = places(candidates(heard.frames, heard.onsets))
    for note in decode(heard.frames, heard.onsets, DecoderSettings(without_onsets=False)):
        assert any(pitch == note["pitch"] and abs(start - note["start"]) <= 3 for start, pitch in known)


def test_short_or_silent() -> None:
    for count in (0, 1, 4, 5, 50):
        assert len(candidates(np.zeros((count, 88)), np.zeros((count, 88)))) == 0
