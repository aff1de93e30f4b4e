"""Files that are no music, or hardly: a clear message in one line, or an honest and valid score."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from symbolic import read
from symbolic.command import DONE, SOME_FAILED, USER_MISTAKE
from transcription.cli import main

soundfile = pytest.importorskip("soundfile", reason="recordings need the extra audio")
pytest.importorskip("onnxruntime", reason="recordings need the extra audio")

RATE = 22_050


def tone(seconds: float, rate: int = RATE, hz: float = 440.0) -> np.ndarray:
    """A note a second, an octave of a plucked sound each."""
    time = np.arange(int(seconds * rate)) / rate
    envelope = np.exp(-3 * (time % 0.5))
    return 0.3 * envelope * sum(np.sin(2 * np.pi * hz * n * time) / n for n in (1, 2, 3))


def noise(seconds: float) -> np.ndarray:
    return 0.2 * np.random.default_rng(0).standard_normal(int(seconds * RATE))


def babble(seconds: float) -> np.ndarray:
    """Something like speech: a gliding buzz in syllables through two moving formants."""
    rng = np.random.default_rng(0)
    time = np.arange(int(seconds * RATE)) / RATE
    glide = np.interp(time, np.arange(0, seconds + 0.2, 0.1), rng.uniform(90, 220, int(seconds * 10) + 2))
    phase = 2 * np.pi * np.cumsum(glide) / RATE
    first = np.interp(time, np.arange(0, seconds + 0.2, 0.1), rng.uniform(300, 900, int(seconds * 10) + 2))
    buzz = sum(np.sin(n * phase) / (1 + ((n * glide - first) / 150) ** 2) for n in range(1, 25))
    return 0.1 * buzz * (0.5 + 0.5 * np.sin(2 * np.pi * 4 * time)) + 0.01 * rng.standard_normal(len(time))


VOWELS = ((270, 2290, 3010), (530, 1840, 2480), (730, 1090, 2440), (570, 840, 2410), (300, 870, 2240))
"""Formants of five vowels in Hz (Peterson and Barney 1952)."""


def speech(seconds: float, seed: int = 0) -> np.ndarray:
    """A voice: syllables of gliding pitch through the formants of vowels, hisses, pauses between phrases."""
    from scipy.signal import lfilter

    rng = np.random.default_rng(seed)
    middle, parts = rng.uniform(100, 220), [np.zeros(0)]
    while sum(map(len, parts)) < seconds * RATE:
        syllables = int(rng.integers(4, 12))
        for number in range(syllables):
            count = int(rng.uniform(0.1, 0.28) * RATE)
            share = np.linspace(0, 1, count)
            bend = rng.choice((0, 3)) * np.sin(np.pi * share) + rng.normal(0, 2.5) * share
            glide = middle * 2 ** ((4 - 6 * number / syllables + rng.normal() + bend) / 12)
            sound = np.cumsum(glide) / RATE % 1 - 0.5 + 0.02 * rng.standard_normal(count)
            for hertz, width in zip(VOWELS[int(rng.integers(5))], (60, 90, 120), strict=True):
                radius, angle = np.exp(-np.pi * width / RATE), 2 * np.pi * hertz / RATE
                sound = lfilter([1], [1, -2 * radius * np.cos(angle), radius**2], sound)
            parts.append(sound / np.abs(sound).max() * np.minimum(1, 8 * np.minimum(share, 1 - share)))
            if rng.random() < 0.5:
                hiss = rng.standard_normal(int(rng.uniform(0.05, 0.1) * RATE))
                parts.append(0.05 * np.diff(hiss, prepend=0) * np.hanning(len(hiss)))
        parts.append(np.zeros(int(rng.uniform(0.2, 0.6) * RATE)))
    return 0.4 * np.concatenate(parts)[: int(seconds * RATE)]


def clicks(seconds: float) -> np.ndarray:
    """Drums: bursts of noise."""
    time = np.arange(int(seconds * RATE)) / RATE
    return noise(seconds) * np.exp(-60 * (time % 0.25))


def run(path: Path, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, str]:
    """The exit code, and what was told on standard error; a score that was written is read."""
    target = path.parent / "out" / "score.abc"
    target.parent.mkdir(exist_ok=True)
    code = main([str(path), "-o", str(target), *more])
    told = capsys.readouterr()
    assert told.out == ""
    assert "Traceback" not in told.err
    if code == DONE:
        assert read(target).voices
    else:
        assert not target.exists()
        assert told.err.count("\n") == 1
    return code, told.err


@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg", "mp3"])
def test_formats_that_need_no_other_program(
    tmp_path: Path, suffix: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / f"a.{suffix}"
    soundfile.write(path, tone(3), RATE)
    assert run(path, capsys) == (DONE, "")
    pitches = read(tmp_path / "out" / "score.abc").note_array()["pitch"]
    assert 69 in pitches
    assert set(pitches % 12) <= {9, 4}


@pytest.mark.parametrize(("rate", "channels"), [(8_000, 1), (44_100, 2), (192_000, 8)])
def test_sampling_rates_and_channels(
    tmp_path: Path, rate: int, channels: int, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, np.repeat(tone(2, rate)[:, np.newaxis], channels, axis=1), rate)
    assert run(path, capsys) == (DONE, "")
    assert 69 in read(tmp_path / "out" / "score.abc").note_array()["pitch"]


def test_a_second_is_enough(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, tone(1), RATE)
    assert run(path, capsys)[0] == DONE


@pytest.mark.parametrize("name", ["silence", "noise", "drums", "babble"])
def test_what_holds_no_notes_is_an_empty_bar_and_a_warning(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    sounds = {"silence": np.zeros(2 * RATE), "noise": noise(3), "drums": clicks(3), "babble": babble(4)}
    path = tmp_path / f"{name}.wav"
    soundfile.write(path, sounds[name], RATE)
    code, told = run(path, capsys)
    assert (code, "warning: " in told) == (DONE, True)


NO_MUSIC = "no music with definite pitches"


@pytest.mark.parametrize("seed", range(3))
def test_notes_taken_from_speech_come_with_a_warning(
    tmp_path: Path, seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "speech.wav"
    soundfile.write(path, speech(8, seed), RATE)
    code, told = run(path, capsys)
    assert code == DONE
    assert len(read(tmp_path / "out" / "score.abc").note_array()) > 0
    assert told.count("\n") == 1
    assert NO_MUSIC in told


@pytest.mark.parametrize("program", [0, 19, 24, 40, 53, 56, 73])
def test_music_in_a_room_with_noise_comes_without_a_warning(
    tmp_path: Path, program: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Piano, organ, guitar, violin, voice, trumpet, flute: a tune, and the same with chords."""
    from symbolic import Score
    from transcription.synthesis import FOLK, Reverb, accompany, perform, render

    tune = Score.from_abc(
        "X:1\nM:3/4\nL:1/8\nQ:1/4=110\nK:D\nA2|d2 f2 e2|d4 B2|A2 F2 G2|A4 z2|B3cde|f2 d2 z2|e2 c2 A2|d4|]\n"
    )
    for number, score in enumerate((tune, accompany(tune, program=program))):
        played = perform(score, FOLK, seed=number).performance
        room = Reverb(1.5, 0.3, seed=number)
        samples = render(
            played, noise_db=-40, reverb=room, programs=[program] * (number + 1), sample_rate=RATE
        )
        path = tmp_path / f"{number}.wav"
        soundfile.write(path, samples, RATE)
        assert run(path, capsys) == (DONE, "")


def test_clipping_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, np.clip(20 * tone(2), -1, 1), RATE)
    code, told = run(path, capsys)
    assert code == DONE
    assert "clipped" in told


def test_a_truncated_recording_gives_what_is_there_and_a_warning(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, tone(4), RATE)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    code, told = run(path, capsys)
    assert code == DONE
    assert "breaks off" in told


def test_warnings_are_told_again_when_the_recording_was_heard_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from transcription.backends import basic_pitch

    path = tmp_path / "a.wav"
    soundfile.write(path, np.clip(20 * tone(4), -1, 1), RATE)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    first = run(path, capsys, "--cache", str(tmp_path / "cache"))
    monkeypatch.setattr(basic_pitch, "_run", None)
    assert run(path, capsys, "--cache", str(tmp_path / "cache")) == first
    assert "clipped" in first[1]
    assert "breaks off" in first[1]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.wav", b"", "empty"),
        ("fake.wav", b"<html>not a recording</html>" * 99, "not a readable audio file"),
        ("fake.mp3", b"<html>not a recording</html>" * 99, "not a readable audio file"),
        ("headless.flac", b"fLaC" + bytes(40), "not a readable audio file"),
        ("text.txt", b"hello", "not a readable audio file"),
        ("fake.mid", b"<html>", "not a MIDI file"),
    ],
)
def test_fakes_are_refused_in_one_line(
    tmp_path: Path, name: str, content: bytes, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    code, told = run(path, capsys)
    assert code == USER_MISTAKE
    assert message in told
    assert name in told


def test_midi_under_a_name_of_audio_is_read_as_midi(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from symbolic import Score

    path = tmp_path / "tune.wav"
    path.write_bytes(Score.from_abc("X:1\nL:1/4\nK:D\nDEFG|A4|]\n").to_midi())
    assert run(path, capsys) == (DONE, "")


def test_m4a_without_ffmpeg_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    path = tmp_path / "a.m4a"
    path.write_bytes(bytes(100))
    code, told = run(path, capsys)
    assert code == USER_MISTAKE
    assert "install ffmpeg" in told


@pytest.mark.parametrize("package", ["onnxruntime", "soundfile"])
def test_a_missing_package_is_told_with_the_remedy(
    tmp_path: Path, package: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from transcription.backends import basic_pitch

    path = tmp_path / "a.wav"
    soundfile.write(path, tone(1), RATE)
    basic_pitch._session.cache_clear()
    monkeypatch.setitem(sys.modules, package, None)
    code, told = run(path, capsys)
    assert code == USER_MISTAKE
    assert "pip install" in told


def test_a_folder_goes_on_past_what_cannot_be_heard(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    soundfile.write(tmp_path / "a.wav", tone(2), RATE)
    soundfile.write(tmp_path / "b.wav", np.zeros(RATE), RATE)
    (tmp_path / "c.wav").write_bytes(b"RIFF")
    assert main([str(tmp_path), "-o", str(tmp_path / "out")]) == SOME_FAILED
    told = capsys.readouterr().err
    assert "1 of 3 files failed" in told
    assert "b.wav: warning: the recording is silent" in told
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.abc", "b.abc"]
