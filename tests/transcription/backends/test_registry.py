"""Transcribers by name, and the one that knows the answer."""

from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import numpy as np
import pytest

import transcription.backends as backends
from symbolic.errors import SymbolicError
from transcription.audio import Audio
from transcription.backends import Heard, backend_names, get_backend
from transcription.backends.oracle import Oracle
from transcription.performance import Performance, note_rows

ANSWER = Performance(note_rows([(0.5, 0.4, 60, 80, 0), (1.0, 0.4, 64, 80, 0)]))


def other() -> Oracle:
    return Oracle({"song.wav": ANSWER})


def test_names() -> None:
    assert {"basic-pitch", "oracle"} <= set(backend_names())


def test_unknown_name_gets_a_hint() -> None:
    with pytest.raises(SymbolicError, match="did you mean 'basic-pitch'"):
        get_backend("basic_pitch")


def test_plug_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    def found(*, group: str) -> EntryPoints:
        assert group == "symbolic.transcribers"
        return EntryPoints(
            [
                EntryPoint("other", f"{__name__}:other", group),
                EntryPoint("broken", "no_such_package_at_all:make", group),
                EntryPoint("oracle", "no_such_package_at_all:make", group),
            ]
        )

    monkeypatch.setattr(backends, "entry_points", found)
    assert backend_names()[-2:] == ("broken", "other")
    assert get_backend("other").hear("song.wav") == Heard(ANSWER)
    with pytest.raises(SymbolicError, match="no_such_package_at_all"):
        get_backend("broken")
    assert isinstance(get_backend("oracle"), Oracle)


def test_oracle_reads_the_file_beside(tmp_path: Path) -> None:
    pretty_midi = pytest.importorskip("pretty_midi")
    midi = pretty_midi.PrettyMIDI()
    piano = pretty_midi.Instrument(0)
    piano.notes.append(pretty_midi.Note(80, 62, 0.5, 1.0))
    midi.instruments.append(piano)
    midi.write(str(tmp_path / "take.mid"))
    told: list[float] = []
    performance, warnings = Oracle().hear(tmp_path / "take.wav", progress=told.append)
    assert performance.notes["pitch"].tolist() == [62]
    np.testing.assert_allclose(performance.notes["onset_s"], [0.5], atol=0.01)
    assert not warnings
    assert told == [1.0]


def test_oracle_without_an_answer(tmp_path: Path) -> None:
    with pytest.raises(SymbolicError, match="MIDI file of the same name"):
        Oracle().hear(tmp_path / "take.wav")
    heard = Oracle({"samples": ANSWER}).hear(Audio.from_samples(np.zeros(5000), 8000))
    assert heard.performance is ANSWER
