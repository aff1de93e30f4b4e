"""Which split a piece stands in, and the guard that keeps the benchmark's test tunes out of training.

Families are split, never pieces, and before anything is transposed. A tune of the benchmark keeps the split
that its manifest gives it. Any other piece goes with its family: to ``test`` where a test tune is of it, else
to ``dev`` or ``train`` where such a tune of the benchmark is, else where the hash of its first id says.

`BenchmarkGuard` asks again, of each single piece and exactly: does any voice of it begin like a test tune, or
share so many 9-interval sequences with one that the two are kin (`symbolic.analysis.families`)? Key, title,
note lengths, and whether repeats are written or played out, make no difference to that.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from symbolic.analysis.families import are_kin, split_of
from symbolic.analysis.similarity import ngrams
from symbolic.errors import SymbolicError
from symbolic.resources import data_path
from symbolic.score import Score
from symbolic.tunes import Entry, manifest, read_tunes
from symbolic.works import works
from training.corpus.dedup import UNKNOWN, Sketches, duplicates, families
from training.corpus.piece import Piece, Rejected
from training.corpus.sketch import NO_INCIPIT, hashed_grams, incipit_code, melody_sketch, voice_intervals
from training.corpus.sources import sources

WORK_MELODIES = "benchmarks/works.npz"
"""Melodies of the benchmark's works in several voices, as hashes (`eval.build_works` makes it)."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a piece stands in a corpus.

    Attributes:
        id: the piece's.
        family: id of the first piece of its family.
        split: ``train``, ``dev`` or ``test``.
        duplicate_of: id of the earlier piece of which it is a copy, else empty: a copy is left out.
    """

    id: str
    family: str
    split: str
    duplicate_of: str = ""


def place(ids: Sequence[str], sketches: Sketches) -> list[Placement]:
    """Finds copies, families and splits of all pieces of a corpus.

    Args:
        ids: of the pieces; the order decides which of several copies stays, so let it be a fixed one.
        sketches: of the same pieces.

    Raises:
        ValueError: there are not as many of the one as of the other.
    """
    if len(ids) != len(sketches):
        raise ValueError(f"ids and sketches must be as many, got {len(ids)} and {len(sketches)}")
    entries = [benchmark_entry(id_) for id_ in ids]
    known = np.array([UNKNOWN if entry is None else entry.family for entry in entries], np.int64)
    firsts = families(sketches, known).tolist()
    copies = duplicates(sketches).tolist()
    splits = _family_splits(ids, entries, firsts)
    return [
        Placement(
            id_,
            ids[first],
            splits[first] if entry is None else entry.split,
            ids[copy] if copy != index else "",
        )
        for index, (id_, entry, first, copy) in enumerate(zip(ids, entries, firsts, copies, strict=True))
    ]


def _family_splits(
    ids: Sequence[str], entries: Sequence[Entry | None], firsts: Sequence[int]
) -> dict[int, str]:
    """Family → the split of those of its pieces that are no tunes of the benchmark."""
    given: dict[int, set[str]] = defaultdict(set)
    for entry, first in zip(entries, firsts, strict=True):
        if entry is not None:
            given[first].add(entry.split)
    strictest = ("test", "dev", "train")
    return {
        first: next((split for split in strictest if split in given[first]), "")
        if first in given
        else split_of(ids[first])
        for first in set(firsts)
    }


@cache
def _benchmark() -> dict[str, Entry]:
    return {entry.id: entry for entry in manifest()}


def benchmark_entry(id_: str) -> Entry | None:
    """The benchmark's entry for the piece with an id, or None where it is not of the benchmark."""
    name, _, rest = id_.partition("/")
    source = sources().get(name)
    if source is None or not source.benchmark:
        return None
    file, _, tune = rest.rpartition("#")
    return _benchmark().get(f"{source.path}/{file.removesuffix('.abc')}#{tune}")


class BenchmarkGuard:
    """Knows the tunes that nothing may be fitted to, and everything too like them.

    Args:
        tunes: ids and scores of the tunes held out.
    """

    def __init__(self, tunes: Iterable[tuple[str, Score]]) -> None:
        self._ids: list[str] = []
        self._sizes: list[int] = []
        self._incipits: dict[int, int] = {}
        self._holders: dict[int, list[int]] = defaultdict(list)
        for id_, score in tunes:
            self.add(id_, *melody_sketch(score))

    def add(self, id_: str, incipit: int, grams: np.ndarray) -> None:
        """Holds out one more melody, given as `training.corpus.sketch.melody_sketch` gives it."""
        number = len(self._ids)
        self._ids.append(id_)
        self._sizes.append(len(grams))
        if incipit != NO_INCIPIT:
            self._incipits.setdefault(incipit, number)
        for gram in grams.tolist():
            self._holders[gram].append(number)

    @classmethod
    def of_benchmark(cls) -> BenchmarkGuard:
        """The guard of all that is held out: the test tunes, and the works in several voices.

        Raises:
            SymbolicError: a test tune is missing or changed, so that it cannot be guarded.
        """
        held_out = [entry for entry in manifest() if entry.split == "test"]
        skipped: Counter[str] = Counter()
        guard = cls((entry.id, score) for entry, score in read_tunes(held_out, skipped))
        if skipped:
            told = ", ".join(f"{count} {reason}" for reason, count in skipped.items())
            raise SymbolicError(f"test tunes of the benchmark cannot be guarded: {told}")
        with np.load(data_path(WORK_MELODIES), allow_pickle=False) as arrays:
            parts = np.split(arrays["grams"], np.cumsum(arrays["counts"])[:-1])
            for work, incipit, grams in zip(works(), arrays["incipits"].tolist(), parts, strict=True):
                guard.add(work.id, incipit, grams)
        return guard

    def __len__(self) -> int:
        return len(self._ids)

    def relative(self, score: Score) -> str | None:
        """The id of a held-out tune that a score is kin of, or None."""
        for intervals in voice_intervals(score):
            number = self._incipits.get(incipit_code(intervals)) if intervals else None
            if number is None:
                number = self._kin(hashed_grams(ngrams(intervals)))
            if number is not None:
                return self._ids[number]
        return None

    def _kin(self, grams: np.ndarray) -> int | None:
        shared: Counter[int] = Counter()
        for gram in grams.tolist():
            shared.update(self._holders.get(gram, ()))
        for number, count in shared.most_common():
            if are_kin(count, len(grams), self._sizes[number]):
                return number
        return None

    def check(self, piece: Piece) -> Piece | Rejected:
        """The piece, or ``benchmark-test`` with the tune that it is too like."""
        found = self.relative(piece.score)
        if found is None:
            return piece
        return Rejected(piece.id, "benchmark-test", f"it is a variant of the benchmark's test tune {found}")
