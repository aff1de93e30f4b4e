from pathlib import Path

import pytest

from eval.models.scripted import Scripted
from eval.report.circle import confusions, write_circle
from eval.runner import prepare, run
from tests.eval.conftest import abc


@pytest.mark.parametrize(
    ("truth", "answer", "field"),
    [
        ("C major", "C major", ("major", 0)),
        ("D major", "A major", ("major", 1)),
        ("D major", "G major", ("major", 11)),
        ("D major", "B minor", ("minor", 0)),
        ("D major", "D minor", ("minor", 9)),
        ("Gb major", "F# major", ("major", 0)),
        ("F# minor", "A major", ("major", 0)),
        ("F# minor", "F# major", ("major", 3)),
        ("F# minor", "C# minor", ("minor", 1)),
        ("F# minor", "C minor", ("minor", 6)),
    ],
)
def test_fields(truth: str, answer: str, field: tuple[str, int]) -> None:
    found = confusions([(truth, answer)], truth.split()[1])
    assert (found.counts, found.other, found.n) == ({field: 1}, 0, 1)


def test_other_modes_and_missing_answers() -> None:
    pairs = [("C major", ""), ("C major", "C dorian"), ("A minor", "A minor"), ("D dorian", "D minor")]
    found = confusions(pairs, "major")
    assert (found.counts, found.other, found.n) == ({}, 2, 2)


def test_no_picture_without_major_and_minor(jsonl, tmp_path: Path) -> None:
    path = jsonl({"id": "a", "task": "key", "abc": abc(), "answer": "D dorian"})
    result = run(prepare("key", path), Scripted("scripted:C", "C"))
    assert write_circle(result, tmp_path / "circle") == []


def test_the_same_results_give_the_same_files(four_keys: Path, tmp_path: Path) -> None:
    result = run(prepare("key", four_keys), Scripted("scripted:C", "C"))
    first, second = (write_circle(result, tmp_path / name) for name in ("a", "b"))
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
