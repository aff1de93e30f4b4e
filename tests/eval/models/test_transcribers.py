import subprocess
from pathlib import Path
from shutil import which

import numpy as np
import pytest

from eval.metrics.transcription import score_scores
from eval.models import transcribers
from eval.models.transcribers import PEERS, as_midi, peer
from symbolic.abc import parse
from symbolic.errors import SymbolicError
from symbolic.midi.smf import parse_smf
from transcription.midi import performance_of
from transcription.performance import Performance, note_rows
from transcription.reference import Reference
from transcription.synthesis import EXACT, perform

TUNE = "X:1\nL:1/4\nM:4/4\nQ:1/4=120\nK:C\n" + "CEGE|FAcA|GBdB|cGEC|" * 3 + "\n"


def installed(name: str) -> bool:
    return {"midi2abc": which("midi2abc") is not None}.get(name, True)


@pytest.mark.parametrize("name", [name for name in PEERS if name != "partitura"])
def test_exact_playing_at_their_tempo_comes_back(name: str) -> None:
    if not installed(name):
        pytest.skip("midi2abc is not installed")
    truth = parse(TUNE)
    found = peer(name).transcribe(perform(truth, EXACT).performance)
    scores = score_scores(Reference.of(found.score), Reference.of(truth))
    assert scores["grid_f1"] == scores["pitch_f1"] == scores["metre"] == 1
    assert len(found.performance.notes) == 48


def test_partitura_finds_a_beat() -> None:
    pytest.importorskip("partitura")
    truth = parse(TUNE)
    found = peer("partitura").transcribe(perform(truth, EXACT).performance)
    assert score_scores(Reference.of(found.score), Reference.of(truth))["grid_f1"] > 0.9


@pytest.mark.parametrize("name", ["music21-quantizer", "partitura"])
def test_nothing_heard_is_told_in_one_line(name: str) -> None:
    pytest.importorskip("partitura")
    with pytest.raises(SymbolicError) as found:
        peer(name).transcribe(Performance(note_rows([])))
    assert "\n" not in str(found.value)


def test_a_missing_program_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transcribers, "which", lambda name: None)
    with pytest.raises(SymbolicError, match="needs the program midi2abc: install the package abcmidi"):
        peer("midi2abc")


def test_a_program_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(command: list[str], **options: object) -> None:
        assert Path(command[1]).read_bytes()[:4] == b"MThd"
        raise subprocess.TimeoutExpired(command, 60)

    monkeypatch.setattr(transcribers, "which", lambda name: "/bin/midi2abc")
    monkeypatch.setattr(subprocess, "run", hang)
    with pytest.raises(SymbolicError, match=r"midi2abc failed: .*timed out"):
        peer("midi2abc").transcribe(perform(parse(TUNE), EXACT).performance)


def test_midi_is_a_clock() -> None:
    played = perform(parse(TUNE), seed=2).performance
    back = performance_of(parse_smf(as_midi(played)))
    assert back.notes["pitch"].tolist() == played.notes["pitch"].tolist()
    assert np.abs(back.notes["onset_s"] - played.notes["onset_s"]).max() < 0.002
