from collections import Counter, defaultdict
from pathlib import Path

import pytest

from symbolic.abc import split_book
from symbolic.tunes import CHANGED, COLLECTIONS, MISSING, Entry, identified, manifest, read_tunes, tune_hash

BOOK = "X:1\nK:C\nCDEF|\n\nX:2\nK:C\nGABc|\n"


def test_no_family_stands_in_two_splits() -> None:
    splits = defaultdict(set)
    for entry in manifest():
        splits[entry.family].add(entry.split)
    assert {len(found) for found in splits.values()} == {1}
    assert len(splits) > 10_000


def test_the_manifest_is_whole() -> None:
    entries = manifest()
    assert len({entry.id for entry in entries}) == len(entries) == 12_762
    assert {entry.collection for entry in entries} == set(COLLECTIONS.values())
    shares = {
        split: sum(entry.split == split for entry in entries) / len(entries)
        for split in ("train", "dev", "test")
    }
    assert shares["train"] == pytest.approx(0.7, abs=0.02)
    assert shares["dev"] == pytest.approx(0.1, abs=0.02)
    assert shares["test"] == pytest.approx(0.2, abs=0.02)


def test_numbers_that_return_in_a_file() -> None:
    book = split_book("X: 4\nK:C\nC|\n\nX:4 % again\nK:C\nD|\n\nX:5\nK:C\nE|\n")
    assert [id_ for id_, _ in identified(book, "a/b")] == ["a/b#4", "a/b#4.2", "a/b#5"]


def test_tunes_that_are_changed_or_gone_are_counted(tmp_path: Path) -> None:
    (tmp_path / "airdsAirs").mkdir()
    (tmp_path / "airdsAirs" / "b.abc").write_text(BOOK)
    first = tune_hash(split_book(BOOK).tunes[0])
    entries = [
        Entry("airdsAirs/b#1", first, 0, "train", "", ""),
        Entry("airdsAirs/b#2", first, 1, "train", "", ""),
        Entry("airdsAirs/b#3", first, 2, "train", "", ""),
        Entry("airdsAirs/c#1", first, 3, "train", "", ""),
    ]
    skipped: Counter[str] = Counter()
    found = list(read_tunes(entries, skipped, tmp_path))
    assert [(entry.id, len(list(score.events()))) for entry, score in found] == [("airdsAirs/b#1", 4)]
    assert skipped == {CHANGED: 1, MISSING: 2}
