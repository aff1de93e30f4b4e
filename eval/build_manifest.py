"""Makes the benchmark's manifest again: ``python -m eval.build_manifest`` (a quarter of a minute).

It reads every tune of the four collections, groups variants into families, splits families, and writes
down the right answers. Nothing is random: the same tunes give the same file.

*Families.* Two tunes are variants when their first 10 intervals agree, or when they share at least 35% of
their 9-interval sequences (of the smaller set, which must hold 4 or more); variants of variants belong
together. A tune's split follows from a hash of its family's first id: about 70% of the tunes train, 10% dev,
20% test.

*Keys.* What the header says, where `symbolic.questions.key` can ask about it. The Essen collection writes
every tune as major on its tonic, so there the mode is read from the notes, by their spelled distance from it:

    major       a major third, no minor third, and a leading note or no seventh at all
    minor       a minor third, no major third, no major sixth, no minor second
    unusable    anything else: both thirds, neither, dorian, phrygian or mixolydian scales

*Metres.* What the header says, where `symbolic.questions.time_signature` can ask about it: one metre, and
most of the bars of that length.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from eval.benchmarks import COLLECTIONS, FIELDS, MANIFEST, Entry, identified, tune_hash
from symbolic.abc import iter_book, split_book
from symbolic.abc.tunebook import decode
from symbolic.analysis.similarity import incipit, interval_ngrams
from symbolic.key import Key
from symbolic.questions import Question, question_type
from symbolic.resources import data_root, music21_corpus
from symbolic.score import Score
from symbolic.timeline import sounding_notes

MIN_SHARED = 0.35
MIN_NGRAMS = 4
MAX_POSTINGS = 400
"""A sequence that more tunes have than this (a repeated note) says nothing about kinship."""
TRAIN_PERCENT, DEV_PERCENT = 70, 10

MINOR_SECOND, MINOR_THIRD, MAJOR_THIRD, MAJOR_SIXTH = -5, -3, 4, 3
MINOR_SEVENTH, LEADING_NOTE = -2, 5


def mode_of(score: Score) -> str | None:
    """The mode that the notes give on the stated tonic: ``major``, ``minor``, or None where it is unclear."""
    tonic = Key(score.key.tonic, "major").fifths
    degrees = {note.pitch.fifths - tonic for note in sounding_notes(score)}
    if MAJOR_THIRD in degrees and MINOR_THIRD not in degrees:
        return "major" if LEADING_NOTE in degrees or MINOR_SEVENTH not in degrees else None
    if MINOR_THIRD in degrees and not degrees & {MAJOR_THIRD, MAJOR_SIXTH, MINOR_SECOND}:
        return "minor"
    return None


def key_truth(score: Score, collection: str) -> str:
    """The name of the right key, or an empty string."""
    question = question_type("key").ask(score)
    if not isinstance(question, Question):
        return ""
    if collection != "essenFolksong":
        return question.truth
    mode = mode_of(score)
    return Key(score.key.tonic, mode).name if mode else ""


def meter_truth(score: Score) -> str:
    """The name of the right metre, or an empty string."""
    question = question_type("time-signature").ask(score)
    return question.truth if isinstance(question, Question) else ""


class Groups:
    """Disjoint sets of numbers, each named by its smallest member."""

    def __init__(self, size: int) -> None:
        self._parent = list(range(size))

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
            smaller = min(len(own), len(grams[other]))
            if smaller >= MIN_NGRAMS and count >= MIN_SHARED * smaller:
                groups.join(index, other)
    return [groups.find(index) for index in range(len(scores))]


def split_of(first_id: str) -> str:
    """The split of the family whose first tune has this id."""
    percent = int(sha256(first_id.encode("utf-8")).hexdigest()[:8], 16) % 100
    return "train" if percent < TRAIN_PERCENT else "dev" if percent < TRAIN_PERCENT + DEV_PERCENT else "test"


def build(corpus: Path) -> list[Entry]:
    """The manifest's entries for a music21 corpus folder."""
    ids: list[str] = []
    hashes: list[str] = []
    scores: list[Score] = []
    for folder in COLLECTIONS:
        for path in sorted((corpus / folder).glob("*.abc")):
            book = split_book(decode(path.read_bytes()))
            for (id_, tune), (_, score, _) in zip(
                identified(book, f"{folder}/{path.stem}"), iter_book(book), strict=True
            ):
                ids.append(id_)
                hashes.append(tune_hash(tune))
                scores.append(score)
    firsts = families(scores)
    return [
        Entry(
            id_,
            hashes[index],
            firsts[index],
            split_of(ids[firsts[index]]),
            key_truth(scores[index], id_.partition("/")[0]),
            meter_truth(scores[index]),
        )
        for index, id_ in enumerate(ids)
    ]


def write(entries: Sequence[Entry], path: Path) -> None:
    """Writes a manifest."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(FIELDS)
        writer.writerows([getattr(entry, name) for name in FIELDS] for entry in entries)


def main(argv: Sequence[str] | None = None) -> int:
    """Builds the manifest and says what is in it."""
    parser = argparse.ArgumentParser(
        prog="python -m eval.build_manifest", description="Builds the benchmark's manifest."
    )
    parser.add_argument("--output", type=Path, default=data_root() / MANIFEST)
    path: Path = parser.parse_args(argv).output
    entries = build(music21_corpus())
    write(entries, path)
    print(f"{path}: {len(entries)} tunes in {len({entry.family for entry in entries})} families")
    for split in ("train", "dev", "test"):
        part = [entry for entry in entries if entry.split == split]
        keys, meters = sum(bool(entry.key) for entry in part), sum(bool(entry.meter) for entry in part)
        print(f"  {split:5} {len(part):5} tunes, {keys:5} with a key, {meters:5} with a metre")
    return 0


if __name__ == "__main__":
    sys.exit(main())
