"""Copies and tune families among millions of pieces, from their sketches alone.

    same as an earlier piece   equal `exact`, or equal `signature` (of `MIN_NGRAMS` sequences or more)
    near-duplicate             signatures agree in `NEAR` of their places: about one note in a tune differs
    kin                        the same incipit, or an estimated share of `MIN_SHARED` common sequences in the
                               smaller set, as in `symbolic.analysis.families`

Copies of copies are copies, kin of kin is kin. Pairs are found by locality-sensitive hashing: a signature is
cut into `BANDS` bands of two places, and pieces that agree in a whole band are compared (Leskovec, Rajaraman
and Ullman, *Mining of Massive Datasets*, 3.4). That finds 95% of the pairs at a Jaccard index of .21, where
two tunes of equal length begin to be kin, and nearly all from .35 on; a short tune inside a long one may be
missed. Bands are sorted one after the other, and in each a piece is compared with its `NEIGHBOURS` before it
only: time is near-linear, and memory is the signatures and a few numbers a piece.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from symbolic.analysis.families import MIN_NGRAMS, MIN_SHARED, Groups
from training.corpus.sketch import HASHES, NO_INCIPIT, Sketch

NEAR = 0.8
ROWS = 2
BANDS = HASHES // ROWS
NEIGHBOURS = 4
UNKNOWN = -1
"""Of a piece whose family is not known beforehand."""
_CHUNK = 65_536
_FIRST_ROOM = 1024


class Sketches:
    """Sketches of pieces, numbered from 0 in the order in which they were added."""

    def __init__(self, sketches: Iterable[Sketch] = ()) -> None:
        self._size = 0
        self._exact = np.empty(_FIRST_ROOM, np.uint64)
        self._incipit = np.empty(_FIRST_ROOM, np.uint64)
        self._grams = np.empty(_FIRST_ROOM, np.uint32)
        self._signatures = np.empty((_FIRST_ROOM, HASHES), np.uint32)
        for sketch in sketches:
            self.add(sketch)

    def __len__(self) -> int:
        return self._size

    def add(self, sketch: Sketch) -> None:
        """Adds the next piece."""
        at = self._size
        if at == len(self._exact):
            room = 2 * at
            self._exact = np.resize(self._exact, room)
            self._incipit = np.resize(self._incipit, room)
            self._grams = np.resize(self._grams, room)
            self._signatures = np.resize(self._signatures, (room, HASHES))
        self._exact[at] = sketch.exact
        self._incipit[at] = sketch.incipit
        self._grams[at] = sketch.grams
        self._signatures[at] = sketch.signature
        self._size += 1

    @property
    def exact(self) -> np.ndarray:
        """Shape (pieces,), dtype uint64."""
        return self._exact[: self._size]

    @property
    def incipit(self) -> np.ndarray:
        """Shape (pieces,), dtype uint64."""
        return self._incipit[: self._size]

    @property
    def grams(self) -> np.ndarray:
        """Shape (pieces,), dtype uint32."""
        return self._grams[: self._size]

    @property
    def signatures(self) -> np.ndarray:
        """Shape (pieces, HASHES), dtype uint32."""
        return self._signatures[: self._size]


def duplicates(sketches: Sketches) -> np.ndarray:
    """For each piece the number of the first piece of which it is a copy; its own number where it is none.

    Returns:
        Shape (pieces,), dtype int64.
    """
    groups = Groups(len(sketches))
    _join_equal(groups, sketches.exact)
    distinct = _join_same_signatures(groups, sketches)
    for first, second, likeness in _similar(sketches, distinct):
        _join(groups, first, second, likeness >= NEAR)
    return _firsts(groups, len(sketches))


def families(sketches: Sketches, known: np.ndarray | None = None) -> np.ndarray:
    """For each piece the number of the first piece of its family.

    Args:
        sketches: of all pieces.
        known: families that are given, one number for each piece or `UNKNOWN`. They are whole: pieces of two
            known families are not compared.

    Returns:
        Shape (pieces,), dtype int64.
    """
    known = np.full(len(sketches), UNKNOWN) if known is None else known
    groups = Groups(len(sketches))
    _join_equal(groups, known, known != UNKNOWN)
    for values, allowed in (
        (sketches.exact, sketches.grams > 0),
        (sketches.incipit, sketches.incipit != NO_INCIPIT),
    ):
        _join_equal(groups, values, allowed, known)
    distinct = _join_same_signatures(groups, sketches, known)
    for first, second, likeness in _similar(sketches, distinct):
        one, other = sketches.grams[first], sketches.grams[second]
        shared = likeness / (1 + likeness) * (one.astype(float) + other)
        is_kin = shared >= MIN_SHARED * np.minimum(one, other)
        _join(groups, first, second, is_kin & _comparable(known, first, second))
    return _firsts(groups, len(sketches))


def _comparable(known: np.ndarray, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Whether one of two pieces is of no known family."""
    result: np.ndarray = (known[first] == UNKNOWN) | (known[second] == UNKNOWN)
    return result


def _join(groups: Groups, first: np.ndarray, second: np.ndarray, wanted: np.ndarray) -> None:
    for one, other in zip(first[wanted].tolist(), second[wanted].tolist(), strict=True):
        groups.join(one, other)


def _firsts(groups: Groups, size: int) -> np.ndarray:
    return np.fromiter((groups.find(member) for member in range(size)), np.int64, size)


def _join_equal(
    groups: Groups, values: np.ndarray, allowed: np.ndarray | None = None, known: np.ndarray | None = None
) -> None:
    """Joins pieces of equal value, each with the one before it, where the value is allowed."""
    members = np.arange(len(values)) if allowed is None else np.flatnonzero(allowed)
    order = members[np.argsort(values[members], kind="stable")]
    first, second = order[:-1], order[1:]
    equal = values[first] == values[second]
    _join(groups, first, second, equal if known is None else equal & _comparable(known, first, second))


def _join_same_signatures(groups: Groups, sketches: Sketches, known: np.ndarray | None = None) -> np.ndarray:
    """Joins pieces of equal signature; returns the first piece with each signature, in order."""
    usable = np.flatnonzero(sketches.grams >= MIN_NGRAMS)
    if not len(usable):
        return usable
    weights = np.random.default_rng(0).integers(0, 2**63, HASHES, dtype=np.uint64)
    codes = np.concatenate([
        (sketches.signatures[usable[start : start + _CHUNK]].astype(np.uint64) * weights).sum(axis=1)
        for start in range(0, len(usable), _CHUNK)
    ])  # fmt: skip
    _, places, inverse = np.unique(codes, return_index=True, return_inverse=True)
    first = usable[places[inverse]]
    allowed = first != usable
    if known is not None:
        allowed &= _comparable(known, first, usable)
    _join(groups, first, usable, allowed)
    return np.sort(usable[places])


def _similar(sketches: Sketches, members: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Pairs of members that agree in a band, with the share of places in which they agree, in parts."""
    for band in range(BANDS):
        places = sketches.signatures[members, band * ROWS : (band + 1) * ROWS].astype(np.uint64)
        codes = places[:, 0] << np.uint64(32) | places[:, 1]
        order = np.argsort(codes, kind="stable")
        codes = codes[order]
        for lag in range(1, NEIGHBOURS + 1):
            equal = np.flatnonzero(codes[:-lag] == codes[lag:])
            for start in range(0, len(equal), _CHUNK):
                at = equal[start : start + _CHUNK]
                first, second = members[order[at]], members[order[at + lag]]
                likeness = (sketches.signatures[first] == sketches.signatures[second]).mean(axis=1)
                yield first, second, likeness
