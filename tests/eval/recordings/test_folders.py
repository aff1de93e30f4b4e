from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from eval.recordings import load
from eval.recordings.folders import first_bars
from symbolic.abc import parse
from symbolic.errors import SymbolicError
from tests.eval.conftest import abc
from transcription.performance import Performance, note_rows
from transcription.reference import AlignedPerformance, Reference

LONG = "X:1\nL:1/4\nM:3/4\nK:D\nA|" + "dfa|" * 30 + "d3|]\n"
PERFORMANCES = Path(__file__).resolve().parents[4] / "shared/data/performances"


def aligned(seconds_a_quarter: float) -> AlignedPerformance:
    reference = Reference.of(parse(LONG))
    places = reference.notes["onset_quarter"]
    rows = [
        (place * seconds_a_quarter, seconds_a_quarter, pitch, 80, 0)
        for place, pitch in zip(places, reference.notes["pitch"], strict=True)
    ]
    return AlignedPerformance("a", "w", Performance(note_rows(rows)), reference, places.copy())


def test_an_aligned_performance_is_cut_at_a_bar_line() -> None:
    cut = first_bars(aligned(0.5), 30)
    assert len(cut.performance.notes) == len(cut.reference.notes) == len(cut.onset_quarter) == 61
    assert cut.reference.downbeats[-1] == 58
    assert cut.reference.notes["onset_quarter"].max() < 61
    assert cut.reference.voices is not None
    assert len(cut.reference.voices) == 61


def test_a_short_or_unaligned_performance_stays_whole() -> None:
    short = aligned(0.1)
    assert first_bars(short, 30) is short
    lost = replace(short, onset_quarter=np.full(len(short.onset_quarter), np.nan))
    assert first_bars(lost, 1) is lost


def test_scores_of_a_folder_are_played(tmp_path: Path) -> None:
    (tmp_path / "a.abc").write_text(abc("D"))
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/b.abc").write_text(abc("G") + "\n" + abc("Am", number=2))
    (tmp_path / "bad.abc").write_bytes(b"\x00" * 100)
    found = load(tmp_path, None, 0)
    assert [(item.id, item.group, item.answer) for item in found.items] == [
        ("a.abc", "", "D major, 6/8"),
        ("sub/b.abc#1", "sub", "G major, 6/8"),
        ("sub/b.abc#2", "sub", "A minor, 6/8"),
    ]
    assert len(found.failures) == 1
    assert "bad.abc" in found.failures[0]
    assert len(load(tmp_path, 2, 0).items) == 2


def test_recordings_beside_scores_are_taken_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "take.abc").write_text(abc("D"))
    (tmp_path / "other.abc").write_text(abc("C"))
    (tmp_path / "take.wav").write_bytes(b"RIFF")
    (tmp_path / "lonely.mid").write_bytes(b"MThd")
    found = load(tmp_path, None, 0)
    assert [(item.id, item.file, item.played) for item in found.items] == [
        ("take.wav", tmp_path / "take.wav", None)
    ]


def test_a_folder_without_music_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SymbolicError, match="no performance and no score"):
        load(tmp_path, None, 0)
    with pytest.raises(SymbolicError, match="no such folder"):
        load(tmp_path / "none", None, 0)


@pytest.mark.skipif(not PERFORMANCES.is_dir(), reason="the aligned performances are not here")
def test_only_held_out_works_are_measured_on(tmp_path: Path) -> None:
    pytest.importorskip("partitura")
    corpus = tmp_path / "vienna/match"
    corpus.mkdir(parents=True)
    for name in ("Schubert_D783_no15_p01.match", "Chopin_op38_p01.match"):
        (corpus / name).symlink_to(PERFORMANCES / "vienna4x22/match" / name)
    found = load(tmp_path, None, 0)
    assert [(item.id, item.group) for item in found.items] == [
        ("Schubert_D783_no15_p01", "Schubert_D783_no15")
    ]
    item = found.items[0]
    assert item.played is not None
    assert item.played.end_s < 35
    assert item.answer.endswith("3/4")
