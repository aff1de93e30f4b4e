from collections.abc import Callable
from pathlib import Path

import pytest

from eval.items import load
from symbolic.errors import SymbolicError
from symbolic.questions import question_type
from tests.eval.conftest import abc

KEY = question_type("key")
GOOD = {"id": "a", "task": "key", "abc": abc(), "midi": None, "audio": None, "answer": "Gb major"}


def test_jsonl(jsonl: Callable[..., Path]) -> None:
    path = jsonl(
        GOOD, "", {**GOOD, "id": "b", "answer": "F#", "group": "book", "more": 1}, {**GOOD, "task": "x"}
    )
    found = load(path, KEY)
    assert [(item.id, item.truth, item.group) for item in found.items] == [
        ("a", "Gb major", ""),
        ("b", "F# major", "book"),
    ]
    assert found.skipped == {"asks for x": 1}
    assert len(found.data_hash) == 16


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[1]", "one object in braces, got list"),
        ({**GOOD, "answer": 3}, '"answer" must be a string, got 3'),
        ({"task": "key"}, '"id" must be a string, got null'),
        ({**GOOD, "abc": 7}, '"abc" must be a string or null, got 7'),
        ({**GOOD, "id": "b", "answer": "H-Dur"}, "\"answer\" 'H-Dur' is no answer to key"),
        ({**GOOD, "id": "b", "abc": None}, 'one of "abc" and "midi" must be given'),
        ({**GOOD, "id": "b", "abc": "", "audio": "a.wav"}, "transcribe it first"),
        ({**GOOD, "id": "b", "abc": "no tune"}, "no tune here"),
        ({**GOOD, "id": "b", "abc": None, "midi": "none.mid"}, "none.mid: there is no such file"),
        (GOOD, "\"id\" 'a' stands in line 1 already"),
    ],
)
def test_a_bad_line_is_named(jsonl: Callable[..., Path], row: object, message: str) -> None:
    path = jsonl(GOOD, row)
    with pytest.raises(SymbolicError) as caught:
        load(path, KEY)
    assert str(caught.value).startswith(f"{path}:2: ")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_data_without_questions(jsonl: Callable[..., Path], tmp_path: Path) -> None:
    with pytest.raises(SymbolicError, match=r"no line asks for 'key'; its tasks: chords"):
        load(jsonl({**GOOD, "task": "chords"}), KEY)
    with pytest.raises(SymbolicError, match="it is empty"):
        load(jsonl(""), KEY)
    with pytest.raises(SymbolicError, match="no such file or folder"):
        load(tmp_path / "none.jsonl", KEY)
    (tmp_path / "bytes.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SymbolicError, match="not UTF-8 text"):
        load(tmp_path / "bytes.jsonl", KEY)
    (tmp_path / "sub").mkdir()
    with pytest.raises(SymbolicError, match="no score in this folder"):
        load(tmp_path / "sub", KEY)


def test_folder(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "two.abc").write_text(abc("D") + "\n" + abc("Em", number=2))
    (tmp_path / "a.ABC").write_text(abc("G"))
    (tmp_path / "broken.abc").write_bytes(b"\x00\x01" * 50)
    (tmp_path / "notes.txt").write_text("no score")
    found = load(tmp_path, KEY)
    assert [(item.id, item.group, item.score.key.name, item.truth) for item in found.items] == [
        ("a.ABC", "", "G major", None),
        ("b/two.abc#1", "b", "D major", None),
        ("b/two.abc#2", "b", "E minor", None),
    ]
    (failure,) = found.failures
    assert failure.startswith(str(tmp_path / "broken.abc"))
    assert load(tmp_path / "b" / "two.abc", KEY).items[0].id == "two.abc#1"


def test_a_folder_of_which_nothing_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "broken.abc").write_bytes(b"\x00\x01" * 50)
    with pytest.raises(SymbolicError, match=r"none of 1 files could be read; the first: .*broken"):
        load(tmp_path, KEY)
