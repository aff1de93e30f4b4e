import os
import stat
import threading
from pathlib import Path

import pytest

from symbolic import Score, SymbolicError, io, read, write
from symbolic.errors import AbcSyntaxError, MidiFormatError, UnsupportedFeatureError

TUNE = "X:1\nT:One\nM:3/4\nL:1/8\nK:G\nG2 A2 B2|c4 d2|]\n"


@pytest.fixture
def score() -> Score:
    return Score.from_abc(TUNE)


def notes(score: Score) -> list[tuple[float, float, int]]:
    return [(row["onset_quarter"], row["duration_quarter"], row["pitch"]) for row in score.note_array()]


@pytest.mark.parametrize("suffix", [".abc", ".mid", ".MIDI", ".musicxml", ".xml", ".mxl"])
def test_every_format_comes_back(tmp_path: Path, score: Score, suffix: str) -> None:
    path = tmp_path / f"tune{suffix}"
    write(score, path)
    again = read(path)
    assert notes(again) == notes(score)
    assert (again.key, again.meter) == (score.key, score.meter)


def test_format_by_name_where_the_suffix_does_not_tell(tmp_path: Path, score: Score) -> None:
    write(score, tmp_path / "tune.txt", format="abc")
    assert read(tmp_path / "tune.txt", format=".ABC") == score


def test_tune_book(tmp_path: Path) -> None:
    path = tmp_path / "book.abc"
    book = [Score.from_abc(TUNE), Score.from_abc(TUNE.replace("X:1", "X:2"))]
    write(book, path)
    assert io.read_all(path) == (book, [])
    with pytest.raises(
        SymbolicError, match=r"2 pieces in the file: read them with symbolic\.io\.read_all"
    ) as error:
        read(path)
    assert error.value.path == str(path)
    with pytest.raises(UnsupportedFeatureError, match="2 pieces do not go into one mid file"):
        write(book, tmp_path / "book.mid")
    assert not (tmp_path / "book.mid").exists()


def test_latin_1_text(tmp_path: Path) -> None:
    path = tmp_path / "old.abc"
    path.write_bytes(TUNE.replace("One", "Ól").encode("latin-1"))
    assert read(path).title == "Ól"


def test_strict_reading_tells_the_place(tmp_path: Path) -> None:
    path = tmp_path / "odd.abc"
    path.write_text(TUNE.replace("c4", "c4 ¤"))
    read(path)
    with pytest.raises(AbcSyntaxError, match=r"stray-character") as error:
        read(path, strict=True)
    assert str(error.value).startswith(f"{path}:6:")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("tune.pdf", r"the suffix '.pdf' is not one of .abc, .krn"),
        ("tune", r"the name has no suffix, such as .abc"),
        ("missing.abc", "there is no such file"),
        ("folder.abc", "this is a folder"),
        ("empty.abc", "the file is empty"),
        ("cut.mid", "cut off|not a MIDI file"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_path(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "folder.abc").mkdir()
    (tmp_path / "empty.abc").touch()
    (tmp_path / "cut.mid").write_bytes(b"MThd\0\0")
    path = tmp_path / name
    with pytest.raises(SymbolicError, match=message) as error:
        read(path)
    assert error.value.path == str(path)
    assert str(error.value).startswith(f"{path}: ")
    assert "\n" not in str(error.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_no_permission(tmp_path: Path) -> None:
    path = tmp_path / "secret.abc"
    path.write_text(TUNE)
    path.chmod(0)
    with pytest.raises(SymbolicError, match="no permission"):
        read(path)


def test_errors_of_the_system_become_one_line() -> None:
    for error, message in (
        (PermissionError(13, "Permission denied"), "no permission"),
        (OSError(28, "No space left on device"), "no space left"),
    ):
        with pytest.raises(SymbolicError, match=message), io.told_with("x.abc"):
            raise error


def test_inner_path_is_kept() -> None:
    with pytest.raises(MidiFormatError) as error, io.told_with("outer"):
        raise MidiFormatError("bad", path="inner")
    assert error.value.path == "inner"


def test_size_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(io, "MAX_BYTES", 2**20)
    path = tmp_path / "big.abc"
    path.write_bytes(b"x" * (2**20 + 1))
    with pytest.raises(SymbolicError, match="larger than 1 MB"):
        read(path)


def test_unknown_formats_are_refused(tmp_path: Path, score: Score) -> None:
    with pytest.raises(SymbolicError, match="unknown format 'pdf': use one of abc, krn"):
        read(tmp_path / "x.abc", format="pdf")
    with pytest.raises(SymbolicError, match=r"is not one of \.abc, \.flac, \.mid, .*\.wav"):
        write(score, tmp_path / "x.krn")
    with pytest.raises(SymbolicError, match="does not exist: create it first"):
        write(score, tmp_path / "no" / "x.abc")


def test_write_leaves_the_old_file_when_it_fails(
    tmp_path: Path, score: Score, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "tune.abc"
    path.write_text("old")
    for error in (OSError(28, "No space left on device"), KeyboardInterrupt()):

        def fail(*_: object, error: BaseException = error) -> None:
            raise error

        with monkeypatch.context() as patch:
            patch.setattr(os, "replace", fail)
            with pytest.raises((SymbolicError, KeyboardInterrupt)):
                write(score, path)
        assert path.read_text() == "old"
        assert os.listdir(tmp_path) == ["tune.abc"]


def test_write_follows_links_and_the_umask(tmp_path: Path, score: Score) -> None:
    target = tmp_path / "target.abc"
    link = tmp_path / "link.abc"
    link.symlink_to(target)
    before = os.umask(0o027)
    try:
        write(score, link)
    finally:
        os.umask(before)
    assert link.is_symlink()
    assert read(target) == score
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_write_to_a_pipe(tmp_path: Path, score: Score) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    found: list[str] = []
    reader = threading.Thread(target=lambda: found.append(pipe.read_text()))
    reader.start()
    write(score, pipe, format="abc")
    reader.join(10)
    assert found == [score.to_abc()]
