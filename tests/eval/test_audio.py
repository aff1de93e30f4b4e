import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from eval import audio
from symbolic.abc import parse
from tests.eval.conftest import abc
from transcription import pipeline
from transcription.performance import Performance, note_rows

NOTES = Performance(note_rows([(0.0, 0.5, 60, 80, 0), (0.5, 0.5, 64, 80, 0)]))


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "symbolic-musician"


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    made: list[object] = []

    def transcribe(source: object, options: pipeline.Options) -> SimpleNamespace:
        made.append((source, options.backend))
        return SimpleNamespace(score=parse(abc("D")), performance=NOTES)

    monkeypatch.setattr(pipeline, "transcribe_with_details", transcribe)
    return made


def test_a_transcription_is_made_once(calls: list[object], home: Path) -> None:
    first, second = audio.transcribed(NOTES), audio.transcribed(NOTES)
    assert calls == [(NOTES, "basic-pitch")]
    assert first.score == second.score == parse(first.score.to_abc())
    assert np.array_equal(second.performance.notes, NOTES.notes)
    (kept,) = (home / "transcriptions").iterdir()
    assert set(json.loads(kept.read_text())) == {"abc", "notes"}


def test_other_notes_sounds_backends_and_code_are_kept_apart(
    calls: list[object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, data in (("a.wav", b"one"), ("b.wav", b"two"), ("c.wav", b"one")):
        (tmp_path / name).write_bytes(data)
        audio.transcribed(tmp_path / name)
    assert len(calls) == 2, "the same sound under another name is the same"
    audio.transcribed(tmp_path / "a.wav", backend="oracle")
    audio.transcribed(NOTES)
    assert len(calls) == 4
    monkeypatch.setattr(audio, "_hash_of_code", lambda package: "another version")
    audio.transcribed(NOTES)
    assert len(calls) == 5


def test_the_code_is_part_of_the_name() -> None:
    assert audio._hash_of_code("transcription") != audio._hash_of_code("transcription.synthesis")


def test_without_a_cache_everything_still_works(
    calls: list[object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert audio.transcribed(NOTES).score.key.name == "D major"


def test_a_missing_sound_file_is_told_by_name(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"none\.wav: there is no such file"):
        audio.transcribed(tmp_path / "none.wav")
