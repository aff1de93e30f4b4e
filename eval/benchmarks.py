"""The benchmark: 12,762 tunes of four collections that the music21 package brings as ABC.

A committed manifest (`data/benchmarks/abc_tunes.csv`, made by `eval.build_manifest`) fixes what is asked:

    id          path of the tune's file below music21's corpus, without its extension, ``#`` and the number in
                ``X:``; the second tune of a file with the same number gets ``.2``, and so on
    sha256_16   first 16 hexadecimal digits of the SHA-256 of the tune's text: a changed tune is noticed
    family      tunes that are variants of each other share a number, and never stand in different splits
    split       ``train``, ``dev`` or ``test``
    key, meter  the right answers; empty where there is none (see `eval.build_manifest`)

The tunes themselves are read from where music21 is installed; music21 is not imported. A tune whose text has
changed is skipped and told.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Literal

from eval.items import Item, ItemSet, hash_of
from symbolic.abc import iter_book, split_book
from symbolic.abc.tunebook import Book, TuneText, decode
from symbolic.errors import SymbolicError
from symbolic.resources import data_path, music21_corpus

COLLECTIONS = {
    "essenFolksong": "Essen",
    "oneills1850": "O'Neill",
    "ryansMammoth": "Ryan",
    "airdsAirs": "Aird",
}
"""Folder below music21's corpus → the collection's short name."""
MANIFEST = "benchmarks/abc_tunes.csv"
FIELDS = ("id", "sha256_16", "family", "split", "key", "meter")
TRUTH_FIELDS = {"key": "key", "time-signature": "meter"}
"""Task → the column of the manifest with its right answer."""

Split = Literal["train", "dev", "test"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the manifest; see the module's first lines."""

    id: str
    sha256_16: str
    family: int
    split: str
    key: str
    meter: str

    @property
    def file(self) -> str:
        """Path of the tune's file below music21's corpus, without its extension."""
        return self.id.rpartition("#")[0]

    @property
    def collection(self) -> str:
        """Short name of the collection."""
        return COLLECTIONS[self.id.partition("/")[0]]


@cache
def manifest() -> tuple[Entry, ...]:
    """The entries of the manifest, in its order."""
    with data_path(MANIFEST).open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines)
        return tuple(
            Entry(row["id"], row["sha256_16"], int(row["family"]), row["split"], row["key"], row["meter"])
            for row in rows
        )


def tune_hash(tune: TuneText) -> str:
    """The hash of a tune's text that the manifest holds; spaces at line ends do not count."""
    text = "\n".join(line.rstrip() for line in tune.lines)
    return sha256(text.encode("utf-8")).hexdigest()[:16]


def identified(book: Book, stem: str) -> Iterator[tuple[str, TuneText]]:
    """The tunes of a file with their ids; `stem` is its path below music21's corpus without extension."""
    seen: Counter[str] = Counter()
    for tune in book.tunes:
        number = tune.lines[0].partition(":")[2].partition("%")[0].strip()
        seen[number] += 1
        repeat = f".{seen[number]}" if seen[number] > 1 else ""
        yield f"{stem}#{number}{repeat}", tune


def load(task: str, split: Split = "test", corpus: Path | None = None) -> ItemSet:
    """The benchmark's tunes with an answer to a task, in the manifest's order.

    Args:
        task: a key of `TRUTH_FIELDS`.
        split: which part.
        corpus: music21's corpus folder, where it is not the installed one.

    Returns:
        The items; tunes that have changed or are gone are counted in `skipped`.

    Raises:
        SymbolicError: music21 is missing, or none of its tunes is the manifest's.
    """
    if task not in TRUTH_FIELDS:
        raise SymbolicError(f"the benchmark has no answers to {task!r}; give --data")
    corpus = corpus or music21_corpus()
    wanted = [entry for entry in manifest() if entry.split == split and getattr(entry, TRUTH_FIELDS[task])]
    by_file: dict[str, list[Entry]] = {}
    for entry in wanted:
        by_file.setdefault(entry.file, []).append(entry)
    items: list[Item] = []
    skipped: Counter[str] = Counter()
    for stem, entries in by_file.items():
        found = _read(corpus / f"{stem}.abc", stem, entries, skipped)
        items += (replace(item, truth=getattr(entry, TRUTH_FIELDS[task])) for entry, item in found)
    if not items:
        raise SymbolicError(f"no tune of the benchmark is at {corpus}; run: pip install 'music21>=10'")
    data_hash = f"{hash_of(data_path(MANIFEST).read_bytes())}/{split}"
    return ItemSet(f"abc_tunes/{split}", tuple(items), data_hash, skipped=dict(skipped))


def _read(path: Path, stem: str, entries: list[Entry], skipped: Counter[str]) -> list[tuple[Entry, Item]]:
    """The entries of one file whose tunes are still as they were, read."""
    if not path.is_file():
        skipped["missing from music21's corpus"] += len(entries)
        return []
    book = split_book(decode(path.read_bytes()))
    texts = dict(identified(book, stem))
    sound = []
    for entry in entries:
        tune = texts.get(entry.id)
        if tune is None:
            skipped["missing from music21's corpus"] += 1
        elif tune_hash(tune) != entry.sha256_16:
            skipped["changed in music21's corpus"] += 1
        else:
            sound.append((entry, tune))
    chosen = replace(book, tunes=tuple(tune for _, tune in sound))
    return [
        (entry, Item(entry.id, score, group=entry.collection))
        for (entry, _), (_, score, _) in zip(sound, iter_book(chosen), strict=True)
    ]
