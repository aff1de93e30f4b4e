"""Makes the benchmark's manifest again: ``python -m eval.build_manifest`` (a quarter of a minute).

It reads every tune of the four collections, groups variants into families, splits families, and writes
down the right answers. Nothing is random: the same tunes give the same file.

*Families* and their splits are those of `symbolic.analysis.families`: about 70% of the tunes train, 10% dev,
20% test.

*Keys.* What the header says, where `symbolic.questions.key` can ask about it. The Essen collection writes
every tune as major on its tonic, so there the mode is read from the notes (`symbolic.analysis.mode`).

*Metres.* What the header says, where `symbolic.questions.time_signature` can ask about it: one metre, and
most of the bars of that length.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Sequence
from pathlib import Path

from symbolic.abc import iter_book, split_book
from symbolic.abc.tunebook import decode
from symbolic.analysis.families import families, split_of
from symbolic.analysis.mode import mode_of
from symbolic.key import Key
from symbolic.questions import Question, question_type
from symbolic.resources import data_root, music21_corpus
from symbolic.score import Score
from symbolic.tunes import COLLECTIONS, FIELDS, MANIFEST, Entry, identified, tune_hash


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
