from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from symbolic import Score, read
from symbolic.command import DONE, SOME_FAILED, USER_MISTAKE
from symbolic.midi.smf import parse_smf
from transcription.cli import main, plan

TUNE = "X:1\nT:Kesh\nM:3/4\nL:1/8\nK:G\n|:G2 A2 B2|c4 d2|B2 A2 F2|G6:|\n"


@pytest.fixture
def take(tmp_path: Path) -> Path:
    """A score as MIDI, which needs nothing but the base packages to be read."""
    path = tmp_path / "in" / "kesh.mid"
    path.parent.mkdir()
    path.write_bytes(Score.from_abc(TUNE).to_midi())
    return path


def refused(capsys: pytest.CaptureFixture[str], *argv: str | Path) -> str:
    """The one line that a mistake is told in."""
    assert main([str(word) for word in argv]) == USER_MISTAKE
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("symbolic-transcribe: ")
    assert err.count("\n") == 1
    return err


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("suffix", ["abc", "mid", "musicxml", "mxl"])
def test_suffix_of_the_output_tells_the_format(
    take: Path, tmp_path: Path, suffix: str, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / f"out.{suffix}"
    assert main([str(take), "-o", str(target)]) == DONE
    assert capsys.readouterr() == ("", "")
    score = read(target)
    assert [int(row["pitch"]) for row in score.note_array()][:5] == [67, 69, 71, 72, 74]
    assert (score.key.name, score.meter.name) == ("G major", "3/4")


def test_standard_output_is_abc_or_what_is_asked_for(
    take: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main([str(take), "-o", "-"]) == DONE
    assert b"\nK:G\n|:GAB|c2d|BAF|G3:|\n" in capfdbinary.readouterr().out.replace(b" ", b"")
    assert main([str(take), "-o", "-", "--to", "mid"]) == DONE
    assert parse_smf(capfdbinary.readouterr().out).meters == [(0, 3, 4)]


def test_a_folder_goes_on_after_failures_and_lists_them(
    take: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    deep = take.parent / "deep"
    deep.mkdir()
    (deep / "cut.mid").write_bytes(take.read_bytes()[:40])
    (deep / "fake.mid").write_text("[bold]not MIDI")
    (deep / "notes.txt").write_text("left alone")
    (deep / "good.MID").write_bytes(take.read_bytes())
    out = tmp_path / "out"
    assert main([str(take.parent), "-o", str(out)]) == SOME_FAILED
    told = capsys.readouterr()
    assert told.out == ""
    assert "2 of 4 files failed" in told.err
    assert "not a MIDI file" in told.err
    assert "cut off" in told.err
    assert "2 written" in told.err
    assert files(out) == ["deep/good.abc", "kesh.abc"]


def test_several_files_of_one_name_keep_their_suffix(take: Path, tmp_path: Path) -> None:
    other = take.with_suffix(".midi")
    other.write_bytes(take.read_bytes())
    tasks = plan([str(take), str(other)], str(tmp_path / "out"), "mxl")
    assert [Path(task.target).name for task in tasks] == ["kesh.mid.mxl", "kesh.midi.mxl"]
    assert {task.to_format for task in tasks} == {"mxl"}


def test_existing_results_are_skipped_on_request_while_they_are_new(
    take: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    argv = [str(take), "-o", f"{out}/", "--skip-existing"]
    assert main(argv) == DONE
    made = out / "kesh.abc"
    made.write_text("mine")
    assert main(argv) == DONE
    assert made.read_text() == "mine"
    os.utime(made, (0, 0))
    assert main(argv) == DONE
    assert made.read_text() != "mine"


def test_mistakes_are_told_in_one_line(
    take: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = take.parent / "other" / "kesh.mid"
    other.parent.mkdir()
    other.write_bytes(take.read_bytes())
    tune = tmp_path / "tune.abc"
    tune.write_text(TUNE)
    out = tmp_path / "out.abc"
    assert "IN is missing" in refused(capsys)
    assert "OUT is missing" in refused(capsys, take)
    assert "no such file or folder" in refused(capsys, "absent.wav", "-o", out)
    assert "'.txt' is not one of" in refused(capsys, take, "-o", "out.txt")
    assert "a metre is written like" in refused(capsys, take, "-o", out, "--meter", "fast")
    assert "several files go into a folder" in refused(capsys, take, other, "-o", "-")
    assert "would both become" in refused(capsys, take, other.parent, "-o", tmp_path / "new")
    assert "a score already: read it with symbolic-convert" in refused(capsys, tune, "-o", out)
    (tmp_path / "none").mkdir()
    assert "no files with the suffix" in refused(capsys, tmp_path / "none", "-o", tmp_path / "new")
    assert "the folder" in refused(capsys, take, "-o", tmp_path / "absent" / "out.abc")
    assert not out.exists()


def test_options_without_meaning_for_a_score_are_told(
    take: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(take), "-o", str(tmp_path / "out.abc"), "--meter", "4/4"]) == DONE
    assert (
        "warning: the file is a score and is left as it stands: the metre is ignored"
        in capsys.readouterr().err
    )


def test_silence_is_an_empty_bar_with_a_warning(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    silent = tmp_path / "silent.mid"
    silent.write_bytes(b"MThd\0\0\0\6\0\1\0\1\1\xe0MTrk\0\0\0\4\0\xff\x2f\0")
    for suffix in ("abc", "mid", "musicxml"):
        target = tmp_path / f"out.{suffix}"
        assert main([str(silent), "-o", str(target), "--meter", "6/8"]) == DONE
        assert "warning: no notes" in capsys.readouterr().err
        assert len(read(target).note_array()) == 0
    assert read(tmp_path / "out.abc").meter.name == "6/8"


def test_starting_loads_nothing_heavy() -> None:
    heavy = ("onnxruntime", "librosa", "soundfile", "scipy", "music21", "torch", "matplotlib", "symusic")
    code = f"import sys, transcription.cli; print(*sorted(set({heavy!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
