"""basic-pitch's model on sounds made here."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from symbolic.errors import SymbolicError
from transcription.activations import SAMPLE_RATE, WINDOW_FRAMES, frame_count, frame_times, joined
from transcription.audio import Audio
from transcription.backends import basic_pitch, get_backend
from transcription.backends.basic_pitch import MODEL_SAMPLES, activations

pytest.importorskip("onnxruntime")
pytest.importorskip("soundfile")
try:
    basic_pitch.model_path()
except SymbolicError as missing:
    pytest.skip(str(missing), allow_module_level=True)

PITCHES = (60, 64, 67, 72, 72, 67, 64, 60)
ONSETS = 0.3 + 0.4 * np.arange(len(PITCHES))


def plucked(cents: float = 0.0) -> np.ndarray:
    """A broken chord of decaying tones with overtones."""
    samples = np.zeros(int(4.0 * SAMPLE_RATE))
    for onset, pitch in zip(ONSETS, PITCHES, strict=True):
        time = np.arange(int(0.38 * SAMPLE_RATE)) / SAMPLE_RATE
        hertz = 440 * 2 ** ((pitch - 69 + cents / 100) / 12)
        tone = sum(np.sin(2 * np.pi * hertz * part * time) / part**1.5 for part in range(1, 7))
        place = round(onset * SAMPLE_RATE)
        samples[place : place + len(time)] += 0.3 * tone * np.exp(-4 * time) * np.minimum(1, time / 0.005)
    return samples.astype(np.float32)


@pytest.mark.parametrize("cents", [0, 35])
def test_a_broken_chord_with_a_repeated_note(cents: float) -> None:
    told: list[float] = []
    audio = Audio.from_samples(plucked(cents), SAMPLE_RATE)
    performance, warnings = get_backend("basic-pitch").hear(audio, progress=told.append)
    assert performance.notes["pitch"].tolist() == list(PITCHES)
    np.testing.assert_allclose(performance.notes["onset_s"], ONSETS, atol=0.04)
    assert not warnings
    assert told[-1] == 1
    assert all(0 < earlier <= later for earlier, later in pairwise(told))


def test_as_basic_pitch_comes() -> None:
    performance, _ = get_backend("basic-pitch-plain").hear(Audio.from_samples(plucked(), SAMPLE_RATE))
    assert set(PITCHES) <= set(performance.notes["pitch"].tolist())


def test_windows_join_without_a_seam() -> None:
    """The same activations, wherever the blocks of the file end, and as when basic-pitch cuts the windows."""
    samples = np.tile(plucked(), 4)
    heard = joined(list(activations(Audio.from_samples(samples, SAMPLE_RATE))))
    padded = np.concatenate([np.zeros(3840, np.float32), samples])
    session = basic_pitch._session(basic_pitch.model_path())
    theirs = []
    for start in range(0, len(padded), 36_164):
        window = np.pad(
            padded[start : start + MODEL_SAMPLES], (0, max(0, start + MODEL_SAMPLES - len(padded)))
        )
        frames = session.run([basic_pitch.FRAMES], {basic_pitch.INPUT: window[np.newaxis, :, np.newaxis]})[0]
        theirs.append(frames[0, 15:-15])
    expected = np.concatenate(theirs)[: len(heard)]
    assert len(heard) == frame_count(len(samples))
    assert len(heard) > 8 * WINDOW_FRAMES
    np.testing.assert_allclose(heard.frames, expected, atol=1e-5)


def test_level_follows_the_recording() -> None:
    samples = np.zeros(3 * SAMPLE_RATE, np.float32)
    samples[SAMPLE_RATE : 2 * SAMPLE_RATE] = 0.5
    heard = joined(list(activations(Audio.from_samples(samples, SAMPLE_RATE))))
    times = frame_times(np.arange(len(heard)))
    inside = (times > 1.02) & (times < 1.98)
    np.testing.assert_allclose(heard.level_db[inside], 20 * np.log10(0.5), atol=0.01)
    assert heard.level_db[(times < 0.98) | (times > 2.02)].max() <= -99


def test_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import soundfile

    file = tmp_path / "chord.wav"
    soundfile.write(file, plucked(), SAMPLE_RATE)
    backend = get_backend("basic-pitch")
    first, _ = backend.hear(file, cache=tmp_path / "cache")
    assert len(list((tmp_path / "cache").iterdir())) == 1

    def refuse(*_: object) -> None:
        raise AssertionError("the model was run again")

    monkeypatch.setattr(basic_pitch, "_run", refuse)
    second, _ = backend.hear(str(file), cache=tmp_path / "cache")
    np.testing.assert_array_equal(first.notes, second.notes)
    other, _ = backend.hear(file, texture="piano", cache=tmp_path / "cache")
    assert len(other.notes)


def test_without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(basic_pitch, "find_spec", lambda name: None)
    with pytest.raises(SymbolicError, match=r"pip install --no-deps basic-pitch==0\.4\.0"):
        basic_pitch.model_path()


def test_unknown_texture_is_refused_before_anything_is_heard() -> None:
    with pytest.raises(SymbolicError, match="texture"):
        get_backend("basic-pitch").hear("no such file.wav", texture="polyphony")


def test_silence() -> None:
    performance, warnings = get_backend("basic-pitch").hear(
        Audio.from_samples(np.zeros(SAMPLE_RATE), SAMPLE_RATE)
    )
    assert len(performance.notes) == 0
    assert warnings == ("the recording is silent",)
