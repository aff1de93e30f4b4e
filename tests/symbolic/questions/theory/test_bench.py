"""Files in the shape of MusicTheoryBench; the items here are this project's own."""

import json
import sys
from pathlib import Path
from random import Random
from types import SimpleNamespace

import pytest

from symbolic.errors import MissingDependencyError, SymbolicError
from symbolic.questions import multiple_choice
from symbolic.questions.theory import TYPE, generate
from symbolic.questions.theory.bench import is_evaluation_only, load, to_record

ITEM = {
    "id": 4,
    "stem": "Use the example below. Which chord is it?",
    "options": {"A": "D minor", "B": "D major", "C": "F major", "D": "B diminished"},
    "answer": "B",
    "abc_score": "L:1/4\nM:4/4\nK:D\n[DFA]4 |] %1\n",
    "subject": "knowledge",
    "analysis": "The key makes F sharp.",
    "split": "test",
}
PLAIN = ITEM | {"stem": "How many flats has F major?", "options": {"A": "0", "B": "1", "C": "2", "D": "3"},
                "abc_score": None, "subject": "Reasoning", "id": 5}  # fmt: skip


def written(tmp_path: Path, name: str, *items: object) -> Path:
    path = tmp_path / name
    if name.endswith(".json"):
        path.write_text(json.dumps(list(items)))
    else:
        path.write_text("".join(json.dumps(item) + "\n" for item in items))
    return path


@pytest.mark.parametrize("name", ["bench.json", "bench.jsonl"])
def test_items_are_questions_for_evaluation_only(tmp_path: Path, name: str) -> None:
    chord, flats = load(written(tmp_path, name, ITEM, PLAIN))
    assert (chord.truth, chord.letter, chord.options[3]) == ("D major", "B", "B diminished")
    assert chord.id == f"{name}#4"
    assert chord.prompt.startswith(
        "Use the example below. Which chord is it?\nL:1/4\nM:4/4\nK:D\n[DFA]4 |] %1\nA)"
    )
    assert chord.details["abc_score"] == "L:1/4\nM:4/4\nK:D\n[DFA]4 |] %1"
    assert chord.explanation == "The key makes F sharp."
    assert flats.details["subject"] == "reasoning"
    assert "abc_score" not in flats.details
    assert all(map(is_evaluation_only, (chord, flats)))
    assert TYPE.grade(chord, "The answer is B.").verdict == "right"
    assert TYPE.grade(chord, "A").verdict == "wrong"
    assert TYPE.grade(chord, "I cannot say").verdict == "none"


def test_what_is_generated_is_not_kept_from_training() -> None:
    assert not any(is_evaluation_only(generate(Random(seed))) for seed in range(30))


def test_a_folder_is_read_in_order(tmp_path: Path) -> None:
    written(tmp_path, "b.jsonl", PLAIN)
    written(tmp_path, "a.json", ITEM)
    (tmp_path / "README.md").write_text("not a question")
    assert [question.id for question in load(tmp_path)] == ["a.json#4", "b.jsonl#5"]


def test_our_questions_go_there_and_back(tmp_path: Path) -> None:
    ours = [multiple_choice(generate(Random(seed)), Random(seed)) for seed in range(200)]
    records = [to_record(question) for question in ours]
    assert all(set(record) == {"stem", "options", "answer", "abc_score", "subject"} for record in records)
    back = load(written(tmp_path, "ours.jsonl", *records))
    for question, again, record in zip(ours, back, records, strict=True):
        assert (again.truth, again.options) == (question.truth, question.options)
        assert "abc_problem" not in again.details
        assert to_record(again) == record | {"abc_score": record["abc_score"] and record["abc_score"].strip()}
    with pytest.raises(ValueError, match="has no options"):
        to_record(
            next(question for question in map(generate, map(Random, range(50))) if not question.options)
        )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"stem": ""}, '"stem" must be a string that is not empty'),
        ({"options": None}, '"options" must be an object'),
        ({"options": {"A": "x", "C": "y"}}, '"options" must be lettered A, B, C, D'),
        ({"options": {"A": "x", "B": " "}}, '"options" B must be a string'),
        ({"options": ["x"]}, '"options" must be 2 to 8, got 1'),
        ({"options": ["x", "y", "y"]}, '"options" hold the right answer more than once'),
        ({"answer": "E"}, "\"answer\" must be one of A, B, C, D, got 'E'"),
        ({"answer": 1}, '"answer" must be a string'),
        ({"subject": "history"}, '"subject" must be knowledge or reasoning'),
        ({"abc_score": 7}, '"abc_score" must be a string or null'),
    ],
)
def test_errors_name_file_line_and_field(tmp_path: Path, change: dict[str, object], message: str) -> None:
    path = written(tmp_path, "bench.jsonl", ITEM, ITEM | change)
    with pytest.raises(SymbolicError) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path}:2: ")
    assert message in str(caught.value)
    with pytest.raises(SymbolicError, match=r"bench\.json: item 2: "):
        load(written(tmp_path, "bench.json", ITEM, ITEM | change))


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.jsonl", b'{"stem": ', r"a\.jsonl:1: not JSON"),
        ("a.json", b"[\n1,\n", r"a\.json:3: not JSON"),
        ("a.json", b"[1]", r"item 1: an item is an object in braces, got int"),
        ("a.json", b"[]", "it holds no item"),
        ("a.json", b"\xff\xfe\x00", "not UTF-8 text"),
        ("a.csv", b"stem,answer", r"a file of questions is one of \.json"),
    ],
)
def test_files_that_are_no_questions(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(SymbolicError, match=message):
        load(path)


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(SymbolicError, match="no such file or folder"):
        load(tmp_path / "none.json")
    with pytest.raises(SymbolicError, match="no file of questions in this folder"):
        load(tmp_path)


def test_the_hub_is_asked_through_datasets(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def load_dataset(repository: str, split: str) -> list[dict[str, object]]:
        asked.append((repository, split))
        if split == "train":
            raise OSError("no such\n split")
        return [ITEM, PLAIN]

    monkeypatch.setitem(sys.modules, "datasets", SimpleNamespace(load_dataset=load_dataset))
    assert [question.id for question in load("hub:somebody/bench")] == ["bench#4", "bench#5"]
    load("hub:somebody/bench@dev")
    assert asked == [("somebody/bench", "test"), ("somebody/bench", "dev")]
    with pytest.raises(
        SymbolicError, match=r"hub:somebody/bench@train: cannot be loaded \(no such split\); a file"
    ):
        load("hub:somebody/bench@train")


@pytest.mark.parametrize(
    ("name", "module"), [("hub:somebody/bench", "datasets"), ("a.parquet", "pyarrow.parquet")]
)
def test_without_the_extra_the_command_to_install_it_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, module: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    with pytest.raises(MissingDependencyError, match=r"pip install 'symbolic-musician\[train\]'"):
        load(name if name.startswith("hub:") else tmp_path / name)


def test_parquet(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "bench.parquet"
    parquet.write_table(pyarrow.Table.from_pylist([ITEM, PLAIN]), path)
    assert [question.truth for question in load(path)] == ["D major", "1"]
    path.write_bytes(b"PAR1 and nothing more")
    with pytest.raises(SymbolicError, match=r"bench\.parquet: not a parquet file"):
        load(path)
