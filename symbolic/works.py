"""The benchmark's works in several voices: chorales, madrigals, masses and quartets of music21's corpus.

A committed manifest (`data/benchmarks/works.csv`, made by `eval.build_works`) names them; all of them are
held out, so that nothing may be fitted to them:

    id         path of the score's file below music21's corpus, without its extension
    score      the same with its extension
    analysis   path of an analysis in RomanText, or empty
    sha256_16  first 16 hexadecimal digits of the SHA-256 of the score's bytes and then the analysis'

Reading them with music21 takes half a minute, so what was read is kept as ABC in the user's cache folder
(``$XDG_CACHE_HOME``, else ``~/.cache``), named after the manifest's hash. Where nothing can be written there,
they are read anew each time.
"""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from symbolic.abc import read_book, write_book
from symbolic.errors import SymbolicError
from symbolic.io import read, save
from symbolic.resources import data_path, music21_corpus
from symbolic.score import Score
from symbolic.tunes import CHANGED, MISSING

WORKS = "benchmarks/works.csv"
FIELDS = ("id", "score", "analysis", "sha256_16")
COMPOSERS = {
    "bach": "Bach",
    "haydn": "Haydn",
    "monteverdi": "Monteverdi",
    "mozart": "Mozart",
    "palestrina": "Palestrina",
    "trecento": "Trecento",
}
"""Folder below music21's corpus → whose works it holds."""


@dataclass(frozen=True, slots=True)
class Work:
    """One line of the manifest; see the module's first lines."""

    id: str
    score: str
    analysis: str
    sha256_16: str

    @property
    def composer(self) -> str:
        """Whose work it is."""
        return COMPOSERS[self.id.partition("/")[0]]


@cache
def works() -> tuple[Work, ...]:
    """The lines of the manifest, in its order."""
    with data_path(WORKS).open(encoding="utf-8", newline="") as lines:
        return tuple(Work(*(row[name] for name in FIELDS)) for row in csv.DictReader(lines))


def work_hash(corpus: Path, score: str, analysis: str) -> str:
    """The hash of a work's files that the manifest holds."""
    data = b"".join((corpus / name).read_bytes() for name in (score, analysis) if name)
    return sha256(data).hexdigest()[:16]


def read_work(corpus: Path, score: str, analysis: str) -> Score:
    """A work with the chord symbols and numerals of its analysis, if it has one.

    Raises:
        SymbolicError: a file cannot be read, or score and analysis do not fit each other.
    """
    if not analysis:
        return read(corpus / score)
    from symbolic.interop.roman_text import read_corpus_analysis

    return read_corpus_analysis(corpus / analysis, corpus / score)[0]


def read_works(
    skipped: Counter[str], progress: Callable[[int, int], object] | None = None
) -> list[tuple[Work, Score]]:
    """The works whose files are still those that the manifest names, from the cache or read by music21.

    Args:
        skipped: is given the number of works that are `MISSING` or `CHANGED`.
        progress: called with the number read so far and of all, where they have to be read.

    Raises:
        SymbolicError: music21 is missing.
    """
    corpus = music21_corpus()
    sound = list(_sound(corpus, skipped))
    key = sha256("\n".join(work.sha256_16 for work in sound).encode()).hexdigest()[:16]
    kept = _cache_folder() / f"works-{key}.abc"
    scores = _cached(kept)
    if len(scores) != len(sound):
        scores = []
        for number, work in enumerate(sound, 1):
            scores.append(read_work(corpus, work.score, work.analysis))
            if progress is not None:
                progress(number, len(sound))
        scores = read_book(write_book(scores))[0]  # as they will come from the cache
        with suppress(OSError):
            kept.parent.mkdir(parents=True, exist_ok=True)
            save(str(kept), write_book(scores).encode("utf-8"))
    return list(zip(sound, scores, strict=True))


def _sound(corpus: Path, skipped: Counter[str]) -> Iterator[Work]:
    for work in works():
        if not all((corpus / name).is_file() for name in (work.score, work.analysis) if name):
            skipped[MISSING] += 1
        elif work_hash(corpus, work.score, work.analysis) != work.sha256_16:
            skipped[CHANGED] += 1
        else:
            yield work


def _cache_folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "symbolic-musician"


def _cached(path: Path) -> list[Score]:
    """The scores of a cache file; none where there is none or it cannot be read."""
    try:
        return read_book(path.read_bytes())[0]
    except (OSError, SymbolicError):
        return []
