"""Reading recordings: formats, lengths, channels, rates, and what is wrong with files."""

import os
import stat
from pathlib import Path

import numpy as np
import pytest

from symbolic.errors import SymbolicError
from transcription.audio import AUDIO_SUFFIXES, BLOCK_S, FFMPEG_RATE, Audio, open_audio

soundfile = pytest.importorskip("soundfile")
pytest.importorskip("soxr")

RATE = 22_050


def sine(seconds: float, rate: int, hertz: float = 440.0, size: float = 0.5) -> np.ndarray:
    return size * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)


def read(audio: Audio, rate: float = RATE) -> np.ndarray:
    return np.concatenate(list(audio.blocks(rate)))


def loudest_hertz(samples: np.ndarray, rate: int = RATE) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum) * rate / len(samples))


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".ogg", ".mp3"])
def test_formats_sound_the_same(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"tone{suffix}"
    soundfile.write(file, sine(2, 44_100), 44_100)
    audio = open_audio(file)
    samples = read(audio)
    assert audio.duration_s == pytest.approx(2, abs=0.1)
    assert len(samples) == pytest.approx(2 * RATE, abs=0.1 * RATE)
    assert loudest_hertz(samples) == pytest.approx(440, abs=1)
    assert np.abs(samples).max() == pytest.approx(0.5, abs=0.05)
    assert not audio.warnings


@pytest.mark.parametrize(("rate", "channels"), [(8_000, 1), (RATE, 2), (48_000, 2), (192_000, 8)])
def test_rates_and_channels(tmp_path: Path, rate: int, channels: int) -> None:
    file = tmp_path / "tone.wav"
    soundfile.write(file, np.tile(sine(1, rate)[:, np.newaxis], channels), rate)
    audio = open_audio(file)
    samples = read(audio)
    assert (audio.sample_rate, audio.channels) == (rate, channels)
    assert len(samples) == pytest.approx(RATE, abs=2)
    assert loudest_hertz(samples) == pytest.approx(440, abs=1.5)
    assert samples.dtype == np.float32


def test_blocks_do_not_change_the_samples() -> None:
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, int(2.5 * BLOCK_S * 48_000)).astype(np.float32)
    import soxr

    streamed = read(Audio.from_samples(noise, 48_000))
    at_once = soxr.resample(noise, 48_000, RATE, quality="HQ")
    assert abs(len(streamed) - len(at_once)) <= 1
    length = min(len(streamed), len(at_once))
    np.testing.assert_allclose(streamed[:length], at_once[:length], atol=1e-4)


def test_a_recording_can_be_read_again() -> None:
    audio = Audio.from_samples(sine(1, RATE), RATE)
    np.testing.assert_array_equal(read(audio), read(audio))


def test_blocks_are_of_one_size_at_most() -> None:
    audio = Audio.from_samples(np.zeros((28_000, 2)), 8_000)
    assert [len(block) for block in audio.blocks(8_000)] == [8_000, 8_000, 8_000, 4_000, 0]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.wav", b"", "empty"),
        ("fake.wav", b"this is no audio at all" * 40, "not a readable audio file"),
        ("fake.mp3", b"this is no audio at all" * 40, "not a readable audio file"),
        ("fake.flac", b"fLaC" + bytes(200), "not a readable audio file"),
        ("page.html", b"<html></html>" * 40, "not a readable audio file"),
    ],
)
def test_no_audio(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes, message: str
) -> None:
    monkeypatch.setenv("PATH", "")
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SymbolicError, match=message) as caught:
        open_audio(tmp_path / name)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(SymbolicError, match="no such file"):
        open_audio(tmp_path / "nothing.wav")


def test_too_short(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "short.wav", np.zeros(100), RATE)
    with pytest.raises(SymbolicError, match="too short"):
        open_audio(tmp_path / "short.wav")
    with pytest.raises(SymbolicError, match="too short"):
        Audio.from_samples(np.zeros(100), RATE)


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".mp3"])
def test_truncated(tmp_path: Path, suffix: str) -> None:
    whole, cut = tmp_path / f"whole{suffix}", tmp_path / f"cut{suffix}"
    noise = np.random.default_rng(1).uniform(-0.5, 0.5, 30 * RATE)
    soundfile.write(whole, noise, RATE)
    content = whole.read_bytes()
    cut.write_bytes(content[: len(content) // 2])
    audio = open_audio(cut)
    assert len(read(audio)) == pytest.approx(15 * RATE, rel=0.2)
    if suffix != ".mp3":  # a stream without a total
        assert any("breaks off" in warning for warning in audio.warnings)


def test_silence_clipping_and_what_is_no_number() -> None:
    silent = Audio.from_samples(1e-5 * sine(1, RATE), RATE)
    clipped = Audio.from_samples(np.clip(3 * sine(1, RATE), -1, 1), RATE)
    odd = sine(1, RATE)
    odd[100:110] = np.nan
    broken = Audio.from_samples(odd, RATE)
    assert not silent.warnings
    for audio in (silent, clipped, broken):
        assert np.isfinite(read(audio)).all()
    assert silent.warnings == ("the recording is silent",)
    assert len(clipped.warnings) == 1
    assert "clipped" in clipped.warnings[0]
    assert broken.warnings == ("10 samples are not numbers and were taken as silence",)


def test_m4a_without_ffmpeg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    (tmp_path / "song.m4a").write_bytes(bytes(1000))
    with pytest.raises(SymbolicError, match="install ffmpeg"):
        open_audio(tmp_path / "song.m4a")


@pytest.mark.skipif(os.name != "posix", reason="the stand-in is a shell script")
def test_m4a_with_ffmpeg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for ffmpeg that hands out samples, or complains."""
    samples = sine(12, FFMPEG_RATE).astype("<f4")
    (tmp_path / "samples").write_bytes(samples.tobytes())
    program = tmp_path / "ffmpeg"
    program.write_text(
        f'#!/bin/sh\ncase "$*" in *song*) cat {tmp_path}/samples;; *) echo bad >&2; exit 1;; esac\n'
    )
    program.chmod(program.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    for name in ("song.m4a", "other.m4a"):
        (tmp_path / name).write_bytes(bytes(1000))
    audio = open_audio(tmp_path / "song.m4a")
    assert audio.duration_s is None
    np.testing.assert_array_equal(read(audio, FFMPEG_RATE), samples)
    with pytest.raises(SymbolicError, match=r"not a readable audio file \(bad\)"):
        read(open_audio(tmp_path / "other.m4a"))


def test_suffixes() -> None:
    assert {".wav", ".flac", ".ogg", ".mp3", ".m4a"} <= AUDIO_SUFFIXES
