"""The tunes of the benchmark: 12,762 tunes of four collections that the music21 package brings as ABC.

A committed manifest (`data/benchmarks/abc_tunes.csv`, made by `eval.build_manifest`) names them:

    id          path of the tune's file below music21's corpus, without its extension, ``#`` and the number in
                ``X:``; the second tune of a file with the same number gets ``.2``, and so on
    sha256_16   first 16 hexadecimal digits of the SHA-256 of the tune's text: a changed tune is noticed
    family      tunes that are variants of each other share a number, and never stand in different splits
    split       ``train``, ``dev`` or ``test``
    key, meter  the right answers; empty where there is none (see `eval.build_manifest`)

The tunes themselves are read from where music21 is installed; music21 is not imported. A tune whose text has
changed is skipped and told. Evaluation measures on them, training keeps away from the test split.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Literal

from symbolic.abc import iter_book, split_book
from symbolic.abc.tunebook import Book, TuneText, decode
from symbolic.resources import data_path, music21_corpus
from symbolic.score import Score

COLLECTIONS = {
    "essenFolksong": "Essen",
    "oneills1850": "O'Neill",
    "ryansMammoth": "Ryan",
    "airdsAirs": "Aird",
}
"""Folder below music21's corpus → the collection's short name."""
MANIFEST = "benchmarks/abc_tunes.csv"
FIELDS = ("id", "sha256_16", "family", "split", "key", "meter")
MISSING, CHANGED = "missing from music21's corpus", "changed in music21's corpus"
"""Why a tune of the manifest may be skipped."""

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


def read_tunes(
    entries: Iterable[Entry], skipped: Counter[str], corpus: Path | None = None
) -> Iterator[tuple[Entry, Score]]:
    """Reads tunes of the manifest whose text is still the one that it names.

    Args:
        entries: which; those of one file come out together, where the first of them stands.
        skipped: is given the number of tunes that are `MISSING` or `CHANGED`.
        corpus: music21's corpus folder, where it is not the installed one.

    Raises:
        SymbolicError: music21 is missing.
    """
    corpus = corpus or music21_corpus()
    by_file: dict[str, list[Entry]] = {}
    for entry in entries:
        by_file.setdefault(entry.file, []).append(entry)
    for stem, wanted in by_file.items():
        path = corpus / f"{stem}.abc"
        if path.is_file():
            yield from _read_file(path, wanted, skipped)
        else:
            skipped[MISSING] += len(wanted)


def _read_file(path: Path, entries: list[Entry], skipped: Counter[str]) -> Iterator[tuple[Entry, Score]]:
    book = split_book(decode(path.read_bytes()))
    texts = dict(identified(book, entries[0].file))
    sound = []
    for entry in entries:
        tune = texts.get(entry.id)
        if tune is None:
            skipped[MISSING] += 1
        elif tune_hash(tune) != entry.sha256_16:
            skipped[CHANGED] += 1
        else:
            sound.append((entry, tune))
    chosen = replace(book, tunes=tuple(tune for _, tune in sound))
    for (entry, _), (_, score, _) in zip(sound, iter_book(chosen), strict=True):
        yield entry, score
