import io
import os
import pickle
import tarfile
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbolic.abc import parse
from symbolic.errors import SymbolicError
from symbolic.io import encode
from training.corpus import archives, reading
from training.corpus.archives import Found
from training.corpus.piece import Piece, Rejected
from training.corpus.reading import FileRef, list_folder, list_source, read_file, read_folder
from training.corpus.sources import sources

TUNE = "X:1\nT:Scale\nM:4/4\nL:1/4\nK:C\nCDEF|GABc|]\n"
BOOK = TUNE + "\nX:2\nK:G\nGABc|\n\nX:2\nK:D\nDEFG|\n\nX:II\nK:A\nABcd|\n"


def ids(items: list[Piece | Rejected]) -> list[str]:
    return [item.id for item in items if isinstance(item, Piece)]


def reasons(items: list[Piece | Rejected]) -> dict[str, str]:
    return {item.id: item.reason for item in items if isinstance(item, Rejected)}


def test_every_format_below_a_folder_is_read(tmp_path: Path) -> None:
    inner = tmp_path / "b" / "c"
    inner.mkdir(parents=True)
    (tmp_path / "a.abc").write_text(BOOK)
    for suffix in ("mid", "musicxml", "mxl"):
        (inner / f"tune.{suffix}").write_bytes(encode([parse(TUNE)], suffix))
    (inner / "tune.krn").write_text("**kern\n*M4/4\n4c\n4d\n4e\n4f\n=\n*-\n")
    found = list(read_folder(tmp_path, commercial=False))
    assert ids(found) == [
        "scores/a.abc#1", "scores/a.abc#2", "scores/a.abc#2.2", "scores/a.abc#n4",
        "scores/b/c/tune.krn#1", "scores/b/c/tune.mid#1", "scores/b/c/tune.musicxml#1",
        "scores/b/c/tune.mxl#1",
    ]  # fmt: skip
    assert reasons(found) == {}
    assert {item.commercial for item in found if isinstance(item, Piece)} == {False}
    assert len(list(read_folder(tmp_path / "a.abc"))) == 4


def test_bad_files_are_told_and_end_nothing(tmp_path: Path) -> None:
    (tmp_path / "a_empty.abc").write_bytes(b"")
    (tmp_path / "b_zeros.abc").write_bytes(b"\0\1\2" * 100)
    (tmp_path / "c_junk.abc").write_bytes(bytes(range(1, 256)) * 10)
    (tmp_path / "d_utf16.abc").write_bytes(TUNE.encode("utf-16"))
    (tmp_path / "e_junk.mid").write_bytes(b"MThd" + os.urandom(50))
    (tmp_path / "f_bomb.xml").write_text('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    (tmp_path / "g.png").write_bytes(b"x")
    (tmp_path / "h_latin.abc").write_bytes("X:1\nT:Ré\nK:C\nCDEF|\n".encode("latin-1"))
    (tmp_path / "i_loop.abc").symlink_to(tmp_path / "i_loop.abc")
    (tmp_path / "j_folder").symlink_to(tmp_path, target_is_directory=True)
    os.mkfifo(tmp_path / "k.abc")
    (tmp_path / os.fsdecode(b"l_\xff.abc")).write_text(TUNE)
    (tmp_path / "m_link.abc").symlink_to(tmp_path / "h_latin.abc")
    found = list(read_folder(tmp_path))
    assert ids(found) == ["scores/h_latin.abc#1", "scores/l_\\xff.abc#1", "scores/m_link.abc#1"]
    told = {id_.removeprefix("scores/"): reason for id_, reason in reasons(found).items()}
    assert told == {
        "a_empty.abc": "empty",
        "b_zeros.abc": "not-music",
        "c_junk.abc": "not-music",
        "d_utf16.abc": "not-music",
        "e_junk.mid": "not-music",
        "f_bomb.xml": "not-music",
        "g.png": "unknown-format",
        "i_loop.abc": "link",
        "j_folder": "link",
        "k.abc": "not-a-file",
    }


def test_nothing_of_that_name(tmp_path: Path) -> None:
    with pytest.raises(SymbolicError, match="no such file or folder"):
        list(list_folder(tmp_path / "none"))


def test_large_files_and_tunes_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.abc").write_text(BOOK)
    monkeypatch.setattr(reading, "MAX_TUNE_CHARACTERS", 20)
    assert reasons(list(read_folder(tmp_path))) == {"scores/a.abc#1": "too-large"}
    monkeypatch.setattr(archives, "MAX_BYTES", 50)
    monkeypatch.setattr(reading, "MAX_BYTES", 50)
    assert reasons(list(read_folder(tmp_path))) == {"scores/a.abc": "too-large"}


def test_music_of_a_refused_source_is_left_out(tmp_path: Path) -> None:
    marked = "X:2\nS:https://thesession.org/tunes/2\nK:G\nGABc|\n"
    (tmp_path / "mixed.abc").write_text(f"{TUNE}\n{marked}")
    (tmp_path / "dump.abc").write_text(f"% from thesession.org\n\n{TUNE}\n{TUNE}")
    score = parse("X:1\nT:From thesession.org\nM:4/4\nL:1/4\nK:C\nCDEF|GABc|]\n")
    (tmp_path / "told.musicxml").write_bytes(encode([score], "musicxml"))
    (tmp_path / "TheSession-data").mkdir()
    (tmp_path / "TheSession-data" / "x.abc").write_text(TUNE)
    found = list(read_folder(tmp_path))
    assert ids(found) == ["scores/mixed.abc#1"]
    assert set(reasons(found).values()) == {"refused-source"}
    assert len(reasons(found)) == 5
    (message, *_) = [item.message for item in found if isinstance(item, Rejected)]
    assert "The Session is refused: The licence" in message


def test_an_unexpected_error_of_a_reader_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RecursionError("too deep")

    (tmp_path / "a.abc").write_text(TUNE)
    (tmp_path / "b.mid").write_bytes(encode([parse(TUNE)], "mid"))
    monkeypatch.setattr(reading, "iter_book", fail)
    monkeypatch.setattr(reading, "decode", fail)
    found = [item for item in read_folder(tmp_path) if isinstance(item, Rejected)]
    assert [item.reason for item in found] == ["reader-failed", "reader-failed"]
    assert found[0].message == "RecursionError: too deep"


# Archives


def zipped(path: Path, members: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)


def tarred(path: Path, members: dict[str, bytes], mode: str = "w:gz") -> None:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        link = tarfile.TarInfo("link.abc")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)


MEMBERS = {
    "in/tune.abc": TUNE.encode(),
    "../out.abc": TUNE.encode(),
    "/abs.abc": TUNE.encode(),
    "inner.zip": b"PK",
    "readme.txt": b"hello",
}
TOLD = {
    "scores/m/../out.abc": "unsafe-path",
    "scores/m//abs.abc": "unsafe-path",
    "scores/m/inner.zip": "nested-archive",
    "scores/m/readme.txt": "unknown-format",
}


@pytest.mark.parametrize("name", ["m.zip", "m.tar", "m.tar.gz", "m.tgz", "m.tar.bz2", "m.tar.xz"])
def test_archives(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name.endswith("zip"):
        zipped(path, MEMBERS)
    else:
        kind = {"gz": "gz", "gz2": "bz2", "bz2": "bz2", "xz": "xz"}.get(name[-3:].lstrip("."), "")
        tarred(path, MEMBERS, f"w:{'gz' if name.endswith('tgz') else kind}")
    found = list(read_folder(tmp_path))
    assert ids(found) == [f"scores/{name}/in/tune.abc#1"]
    told = {id_.replace(name, "m"): reason for id_, reason in reasons(found).items()}
    told.pop("scores/m/link.abc", None)
    assert told == TOLD
    if not name.endswith("zip"):
        assert reasons(found)[f"scores/{name}/link.abc"] == "link"
    assert ids(list(read_folder(path))) == ids(found)


def test_an_archive_that_unpacks_to_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_UNPACKED", 1_000_000)
    zeros = {f"{number}.abc": b"\n" * 400_000 for number in range(5)}
    zipped(tmp_path / "a.zip", zeros)
    tarred(tmp_path / "b.tar.gz", zeros)
    told = reasons(list(read_folder(tmp_path)))
    assert told["scores/a.zip"] == told["scores/b.tar.gz"] == "archive-bomb"


def test_a_tar_header_that_asks_for_much_is_not_read(tmp_path: Path) -> None:
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.XHDTYPE, 2**33
    (tmp_path / "a.tar").write_bytes(info.tobuf(tarfile.GNU_FORMAT) + b"\0" * 1024)
    assert reasons(list(read_folder(tmp_path))) == {"scores/a.tar": "damaged-archive"}


def test_damaged_and_encrypted_archives(tmp_path: Path) -> None:
    zipped(tmp_path / "a.zip", {"a.abc": TUNE.encode() * 40})
    data = bytearray((tmp_path / "a.zip").read_bytes())
    (tmp_path / "b.zip").write_bytes(data[: len(data) // 2])
    (tmp_path / "c.tar.gz").write_bytes(b"\x1f\x8b" + b"x" * 20)
    locked = bytearray(data)
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "d.zip").write_bytes(locked)
    data[40:60] = bytes(20)
    (tmp_path / "e.zip").write_bytes(data)
    told = reasons(list(read_folder(tmp_path)))
    assert told == {
        "scores/b.zip": "damaged-archive",
        "scores/c.tar.gz": "damaged-archive",
        "scores/d.zip/a.abc": "encrypted",
        "scores/e.zip/a.abc": "damaged-archive",
    }


def test_references_can_be_sent_and_open_archives_are_few(tmp_path: Path) -> None:
    for number in range(8):
        zipped(tmp_path / f"{number}.zip", {"a.abc": TUNE.encode(), "b.abc": BOOK.encode()})
    refs = pickle.loads(pickle.dumps(list(list_folder(tmp_path))))
    found = [item for ref in reversed(refs) for item in read_file(ref)]
    assert Counter(type(item) for item in found) == {Piece: 8 * 5}
    assert len(archives._archives._open) <= 4


def test_a_file_that_is_gone_when_its_turn_comes(tmp_path: Path) -> None:
    ref = FileRef("scores", Found(str(tmp_path / "gone.abc"), "", "gone.abc"), True)
    (item,) = read_file(ref)
    assert isinstance(item, Rejected)
    assert item.reason == "unreadable"


@given(st.binary(max_size=300))
def test_no_bytes_end_a_run(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.mktemp("junk")
    for name in ("a.abc", "b.mid", "c.zip", "d.tar", "e.tar.gz"):
        (folder / name).write_bytes(b"X:1\nK:C\n" + data if name == "a.abc" else data)
    for item in read_folder(folder):
        assert isinstance(item, Piece | Rejected)


# Sources


def test_a_source_is_read_file_by_file() -> None:
    refs = list(list_source(sources()["ryan"]))
    assert len(refs) == 1059
    assert isinstance(refs[0], FileRef)
    (piece,) = read_file(refs[0])
    assert isinstance(piece, Piece)
    assert (piece.source, piece.commercial, piece.key) == ("ryan", True, None)
    assert piece.id == f"{refs[0].id}#1"


def test_a_name_that_an_archive_has_twice_is_told(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        for text in (TUNE, TUNE.replace("X:1", "X:7")):
            info = tarfile.TarInfo("t.abc")
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text.encode()))
    found = list(read_folder(tmp_path))
    assert ids(found) == ["scores/a.tar/t.abc#7"]
    assert reasons(found) == {"scores/a.tar/t.abc": "repeated-name"}


def test_the_folder_that_is_written_to_is_passed_over(tmp_path: Path) -> None:
    for name in ("out/a.abc", "out/more/b.abc", "music/out/c.abc"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(TUNE)
    found = list(list_folder(tmp_path, without=tmp_path / "music/../out"))
    assert [item.id for item in found] == ["scores/music/out/c.abc"]


def test_a_tune_of_which_music_is_lost_is_left_out_and_why(tmp_path: Path) -> None:
    (tmp_path / "a.abc").write_text(f"{TUNE}{'CDEF|' * 50_000}\n\nX:2\nK:Hmoll\nGABc|\n")
    lost, kept = read_folder(tmp_path)
    assert isinstance(lost, Rejected)
    assert (lost.id, lost.reason) == ("scores/a.abc#1", "misread")
    assert "a line over 200,000 characters is skipped" in lost.message
    assert isinstance(kept, Piece)
    (what,) = kept.noticed
    assert what[0] == "bad-field"
    assert "got 'Hmoll'" in what[1]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_text_in_utf_16_is_called_so(tmp_path: Path, encoding: str) -> None:
    mark = "" if encoding in ("utf-16", "utf-32") else "\ufeff"
    (tmp_path / "a.abc").write_bytes(f"{mark}{TUNE}".encode(encoding))
    (rejected,) = read_folder(tmp_path)
    assert isinstance(rejected, Rejected)
    assert "UTF-16 or UTF-32 text: save it as UTF-8" in rejected.message
