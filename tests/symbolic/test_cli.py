import io as stdlib_io
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from symbolic import Score, command, convert, read, write
from symbolic.cli import main
from symbolic.convert import Options, Task

TUNE = "X:1\nT:One\nM:3/4\nL:1/8\nK:G\n|:G2 A2 B2|c4 d2:|\n"
BOOK = TUNE + "\n" + TUNE.replace("X:1", "X:7") + "\n" + TUNE


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with good tunes at two levels and two files that are not music."""
    source = tmp_path / "in"
    (source / "deep").mkdir(parents=True)
    (source / "a.abc").write_text(TUNE)
    (source / "deep" / "b.abc").write_text(TUNE)
    (source / "bad.abc").write_text("hello")
    (source / "deep" / "cut.mid").write_bytes(b"MThd\0\0\0\6\0\1\0\1\1\xe0MTrk\0\0\1\0")
    (source / "readme.txt").write_text("not music, not touched")
    (source / ".hidden.abc").write_text("not touched either")
    return source


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def refused(capsys: pytest.CaptureFixture[str], *argv: str) -> str:
    """The one line that a mistake is told in."""
    assert main(argv) == command.USER_MISTAKE
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("symbolic-convert: ")
    assert err.count("\n") == 1
    return err


@pytest.mark.parametrize("suffix", ["abc", "mid", "musicxml", "mxl"])
def test_one_file(tmp_path: Path, suffix: str, capsys: pytest.CaptureFixture[str]) -> None:
    source, target = tmp_path / "a.abc", tmp_path / f"b.{suffix}"
    source.write_text(TUNE)
    assert main([str(source), str(target)]) == 0
    assert capsys.readouterr() == ("", "")
    assert [int(row["pitch"]) for row in read(target).note_array()][:5] == [67, 69, 71, 72, 74]
    assert files(tmp_path) == sorted(["a.abc", f"b.{suffix}"])


def test_options_of_the_writer(tmp_path: Path) -> None:
    source, target = tmp_path / "a.abc", tmp_path / "b.abc"
    source.write_text(TUNE)
    assert main([str(source), str(target), "--transpose", "2", "--unfold"]) == 0
    score = read(target)
    assert (score.key.name, score.has_repeats, len(score.voices[0].measures)) == ("A major", False, 4)
    source.write_text(TUNE.replace("K:G\n", "V:1\nV:2\nK:G\nV:2\n|:z6|z6:|\nV:1\n"))
    assert main([str(source), str(target), "--interleave"]) == 0
    assert "[V:1]" in target.read_text()
    assert read(target).voices == read(source).voices


def test_standard_streams(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=stdlib_io.BytesIO(BOOK.encode())))
    assert main(["-", "-", "--from", "abc", "--to", "abc"]) == 0
    assert capfdbinary.readouterr().out.count(b"X:") == 3


def test_tune_book_becomes_one_file_per_tune(tmp_path: Path) -> None:
    source = tmp_path / "book.abc"
    source.write_text(BOOK)
    assert main([str(source), str(tmp_path / "out.mid")]) == 0
    assert files(tmp_path) == ["book.abc", "out-1-2.mid", "out-1.mid", "out-7.mid"]
    assert main([str(source), str(tmp_path / "new") + os.sep, "--to", "mid"]) == 0
    assert files(tmp_path / "new") == ["book-1-2.mid", "book-1.mid", "book-7.mid"]
    assert main([str(source), str(tmp_path / "again.abc")]) == 0
    assert (tmp_path / "again.abc").read_text().count("X:") == 3


def test_tune_that_cannot_be_written_does_not_sink_the_book(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "book.abc"
    source.write_text(TUNE + "\nX:2\nT:Empty\nK:C\n\n")
    assert main([str(source), str(tmp_path / "out.musicxml")]) == 1
    assert "X:2: there is no music to write" in capsys.readouterr().err
    assert files(tmp_path) == ["book.abc", "out-1.musicxml"]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_folder(folder: Path, tmp_path: Path, jobs: str, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert main([str(folder), str(out), "--to", "mid", "--jobs", jobs]) == 1
    assert files(out) == ["a.mid", "deep/b.mid"]
    printed, told = capsys.readouterr()
    assert printed == ""
    assert "2 of 4 files failed" in told
    assert "bad.abc" in told
    assert "no tune here" in told
    assert "cut.mid" in told
    assert "2 written, 2 of 4 files failed" in told


def test_folder_result_inside_the_source_is_not_read_again(folder: Path) -> None:
    (folder / "bad.abc").unlink()
    (folder / "deep" / "cut.mid").unlink()
    for _ in range(2):
        assert main([str(folder), str(folder / "out"), "--to", "abc"]) == 0
        assert files(folder / "out") == ["a.abc", "deep/b.abc"]


def test_skip_existing(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    argv = [str(folder), str(out), "--to", "mid", "--skip-existing"]
    main(argv)
    (out / "a.mid").write_bytes(b"kept")
    (out / "deep" / "b.mid").write_bytes(b"old")
    os.utime(out / "deep" / "b.mid", (1, 1))
    capsys.readouterr()
    main(argv)
    assert "1 written, 1 skipped" in capsys.readouterr().err
    assert (out / "a.mid").read_bytes() == b"kept"
    assert (out / "deep" / "b.mid").read_bytes()[:4] == b"MThd"


def test_fault_of_the_program_does_not_sink_the_folder(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(score: Score) -> Score:
        raise ZeroDivisionError("[bold]oops")

    monkeypatch.setattr(Score, "unfold", broken)
    assert main([str(folder), str(tmp_path / "out"), "--to", "abc", "--unfold"]) == 1
    assert "internal error, please report it: ZeroDivisionError: [bold]oops" in capsys.readouterr().err


def test_interruption_leaves_whole_files_only(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    original = os.replace

    def interrupted(source: str, target: str) -> None:
        if target.endswith("b.abc"):
            raise KeyboardInterrupt
        original(source, target)

    monkeypatch.setattr(os, "replace", interrupted)
    assert main([str(folder), str(tmp_path / "out"), "--to", "abc"]) == command.INTERRUPTED
    assert files(tmp_path / "out") == ["a.abc"]
    assert capsys.readouterr().err == "symbolic-convert: interrupted; what was finished is kept\n"


def test_check_lists_problems_with_their_place(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check", str(folder / "a.abc")]) == 0
    assert capsys.readouterr().out == ""
    (folder / "a.abc").write_text(TUNE.replace("c4 d2", "c4 d4"))
    assert main(["--check", str(folder / "a.abc")]) == 0
    assert capsys.readouterr().out.startswith(f"{folder / 'a.abc'}:6:")
    assert main(["--check", str(folder)]) == 1
    out, err = capsys.readouterr()
    assert "warning: the bar lasts" in out
    assert f"{folder / 'bad.abc'}:1:1: error: no tune here" in out
    assert (".hidden" in out, err) == (False, "")


def test_strict(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "a.abc"
    source.write_text(TUNE.replace("c4", "c4 ¤"))
    assert main([str(source), str(tmp_path / "b.abc")]) == 0
    assert "1 problems noticed; list them with symbolic-convert --check" in capsys.readouterr().err
    assert f"{source}:6:" in refused(capsys, str(source), str(tmp_path / "c.abc"), "--strict")
    assert files(tmp_path) == ["a.abc", "b.abc"]


def test_mistakes_are_told_in_one_line(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, out = str(folder / "a.abc"), str(tmp_path / "out")
    book = folder / "book.abc"
    book.write_text(TUNE + "\n" + TUNE)
    for argv, message in (
        ([], "Missing argument 'IN'"),
        ([good], "OUT is missing"),
        ([good, out + ".pdf"], "'.pdf' is not one of"),
        ([good, out], "the name has no suffix"),
        (["nothing.abc", out + ".mid"], "nothing.abc: there is no such file"),
        (["--check", "nothing.abc"], "nothing.abc: there is no such file"),
        (["--check", good, out], "leave OUT out"),
        (["-", out + ".mid"], "add --from"),
        ([good, "-"], "add --to"),
        ([str(folder), out], "add --to abc|mid|musicxml|mxl"),
        ([str(folder), good, "--to", "abc"], "a folder is converted into a folder"),
        ([str(folder / "deep"), out, "--to", "abc", "--from", "krn"], "no files with the suffix .krn"),
        ([good, out + ".mid", "--interleave"], "--interleave is a way to write ABC"),
        ([good, out + ".mid", "--from", "doc"], "unknown format 'doc'"),
        ([good, out + ".mid", "--speed", "9"], "No such option"),
        ([str(book), "-", "--to", "mid"], "2 tunes do not go into one stream"),
        ([str(folder / "bad.abc"), out + ".mid"], "no tune here"),
        ([good, str(tmp_path / "no" / "such.mid")], "create it first"),
    ):
        assert message in refused(capsys, *argv)
    assert files(tmp_path) == [f"in/{name}" for name in files(folder)]


def test_sources_that_differ_in_their_suffix_keep_it(folder: Path, tmp_path: Path) -> None:
    write(Score.from_abc(TUNE), folder / "a.mid")
    main([str(folder), str(tmp_path / "out"), "--to", "musicxml"])
    assert files(tmp_path / "out") == ["a.abc.musicxml", "a.mid.musicxml", "deep/b.musicxml"]


def test_python_m_and_a_broken_pipe(tmp_path: Path) -> None:
    source = tmp_path / "a.abc"
    source.write_text((TUNE + "\n") * 3000)
    command = [sys.executable, "-m", "symbolic", str(source), "-", "--to", "abc"]
    root = Path(__file__).resolve().parents[2]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=root)
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline() == b"X:1\n"
    process.stdout.close()
    told = process.stderr.read()
    process.stderr.close()
    assert (process.wait(60), told) == (0, b"")


def test_plan_and_convert_as_functions(folder: Path, tmp_path: Path) -> None:
    (task,) = convert.plan(str(folder / "a.abc"), str(tmp_path / "x.mid"), None, None)
    assert task == Task(str(folder / "a.abc"), str(tmp_path / "x.mid"), "abc", "mid")
    outcome = convert.convert(task, Options())
    assert (outcome.written, outcome.skipped, outcome.failures) == (1, 0, [])
