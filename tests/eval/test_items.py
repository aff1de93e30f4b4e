import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from types import SimpleNamespace

import pytest

from eval.items import NothingToAskError, load
from symbolic.errors import MissingDependencyError, SymbolicError
from symbolic.questions import question_type
from symbolic.questions.records import to_record
from symbolic.questions.theory import generate
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
        ({**GOOD, "id": "b", "abc": None}, 'one of "abc", "midi" and "audio" must be given'),
        ({**GOOD, "id": "b", "abc": "", "audio": "a.wav"}, "a.wav: there is no such file"),
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


THEORY = question_type("theory")
FLATS = {
    "id": 4,
    "stem": "How many flats has F major?",
    "options": {"A": "0", "B": "1", "C": "2", "D": "3"},
    "answer": "B",
    "abc_score": None,
    "subject": "knowledge",
}
CHORD = FLATS | {
    "id": 5,
    "stem": "Which chord is it?",
    "options": {"A": "D minor", "B": "F major", "C": "D major", "D": "B diminished"},
    "answer": "C",
    "abc_score": "L:1/4\nM:4/4\nK:D\n[DFA]4 |]",
    "subject": "reasoning",
}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("bench.json", json.dumps([FLATS, CHORD], indent=2)),
        ("bench.jsonl", f"{json.dumps(FLATS)}\n\n{json.dumps(CHORD)}\n"),
        ("bench.ndjson", f"\ufeff{json.dumps(FLATS)}\n{json.dumps(CHORD)}"),
    ],
)
def test_items_in_the_shape_of_music_theory_bench(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    for source in (tmp_path / name, str(tmp_path)):
        found = load(source, THEORY)
        assert [(item.id, item.truth, item.group) for item in found.items] == [
            (f"{name}#4", "1", "knowledge"),
            (f"{name}#5", "D major", "reasoning"),
        ]
    (tmp_path / name).write_text(text.replace("flats", "sharps"), encoding="utf-8")
    assert load(tmp_path / name, THEORY).data_hash != found.data_hash
    with pytest.raises(NothingToAskError, match=rf"{name} holds questions of --task theory, none of 'key'"):
        load(tmp_path / name, KEY)


def test_parquet_in_the_shape_of_music_theory_bench(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "test.parquet"
    parquet.write_table(pyarrow.Table.from_pylist([FLATS, CHORD]), path)
    assert [item.group for item in load(path, THEORY).items] == ["knowledge", "reasoning"]


def test_the_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    def load_dataset(repository: str, split: str) -> list[dict[str, object]]:
        if (repository, split) == ("m-a-p/MusicTheoryBench", "test"):
            return [FLATS, CHORD]
        raise ConnectionError("the hub\ncannot be reached")

    monkeypatch.setitem(sys.modules, "datasets", SimpleNamespace(load_dataset=load_dataset))
    found = load(Path("hub:m-a-p/MusicTheoryBench"), THEORY)
    assert found.name == "hub:m-a-p/MusicTheoryBench"
    assert [item.id for item in found.items] == ["MusicTheoryBench#4", "MusicTheoryBench#5"]
    with pytest.raises(SymbolicError) as caught:
        load("hub:a/b@dev", THEORY)
    assert str(caught.value).startswith("hub:a/b@dev: cannot be loaded (the hub cannot be reached)")
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(MissingDependencyError, match=r"pip install 'symbolic-musician\[train\]'"):
        load("hub:m-a-p/MusicTheoryBench", THEORY)


def test_own_questions_of_theory_are_told_from_those_of_a_benchmark(jsonl: Callable[..., Path]) -> None:
    path = jsonl(to_record(replace(generate(Random(0)), id="a")) | {"stem": "?"})
    assert [item.group for item in load(path, THEORY).items] == [""]


def test_scores_beside_questions_are_a_folder_of_scores(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "tune.abc").write_text(abc("D"))
    (tmp_path / "bench.json").write_text(json.dumps([FLATS]))
    assert [item.id for item in load(tmp_path, KEY).items] == ["sub/tune.abc"]


def test_a_folder_of_which_nothing_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "broken.abc").write_bytes(b"\x00\x01" * 50)
    with pytest.raises(SymbolicError, match=r"none of 1 files could be read; the first: .*broken"):
        load(tmp_path, KEY)
