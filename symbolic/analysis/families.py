"""Tune families: which tunes of a collection are variants of each other, and which split a family stands in.

Two tunes are variants when their first 10 intervals agree, or when they share at least `MIN_SHARED` of their
9-interval sequences (of the smaller set, which must hold `MIN_NGRAMS` or more); variants of variants belong
together. A family stands in one split as a whole, so that nothing held out has a relative among what is
learned from. Nothing is random: the split follows from a hash of the family's first id.

Every pair that shares a sequence is compared, which suits a collection of some ten thousand tunes.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Sequence
from hashlib import sha256

from symbolic.analysis.similarity import incipit, interval_ngrams
from symbolic.score import Score

MIN_SHARED = 0.35
MIN_NGRAMS = 4
MAX_POSTINGS = 400
"""A sequence that more tunes have than this (a repeated note) says nothing about kinship."""
TRAIN_PERCENT, DEV_PERCENT = 70, 10


class Groups:
    """Disjoint sets of numbers, each named by its smallest member."""

    def __init__(self, size: int) -> None:
        self._parent = array("q", range(size))

    def find(self, member: int) -> int:
        """The smallest member of a set."""
        while self._parent[member] != member:
            self._parent[member] = self._parent[self._parent[member]]
            member = self._parent[member]
        return member

    def join(self, a: int, b: int) -> None:
        """Makes two sets one."""
        low, high = sorted((self.find(a), self.find(b)))
        self._parent[high] = low


def families(scores: Sequence[Score]) -> list[int]:
    """For each score the index of the first score of its family."""
    groups = Groups(len(scores))
    first_with: dict[tuple[int, ...], int] = {}
    holders: dict[int, list[int]] = defaultdict(list)
    grams = [interval_ngrams(score) for score in scores]
    for index, score in enumerate(scores):
        groups.join(index, first_with.setdefault(incipit(score), index))
        for gram in grams[index]:
            holders[gram].append(index)
    for index, own in enumerate(grams):
        shared: Counter[int] = Counter()
        for gram in own:
            if len(holders[gram]) <= MAX_POSTINGS:
                shared.update(other for other in holders[gram] if other < index)
        for other, count in shared.items():
            if are_kin(count, len(own), len(grams[other])):
                groups.join(index, other)
    return [groups.find(index) for index in range(len(scores))]


def are_kin(shared: float, first: int, second: int) -> bool:
    """Whether tunes of `first` and `second` n-grams with `shared` in common are variants."""
    smaller = min(first, second)
    return smaller >= MIN_NGRAMS and shared >= MIN_SHARED * smaller


def split_of(first_id: str) -> str:
    """The split of the family whose first tune has this id: about 70% train, 10% dev, 20% test."""
    percent = int(sha256(first_id.encode("utf-8")).hexdigest()[:8], 16) % 100
    return "train" if percent < TRAIN_PERCENT else "dev" if percent < TRAIN_PERCENT + DEV_PERCENT else "test"
