"""Accuracy of pitch spelling: ps13 and the line-of-fifths search, with and without the key signature.

    python -m tests.benchmarks.spelling [--limit N] [--seed N] [--scores FOLDER]

The truth is the printed spelling: of the four ABC collections in music21's package, and of the MusicXML
files in a folder where one is given. A score counts by its notes.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from pathlib import Path

from symbolic.analysis.spelling import ps13, spell_in_keys
from symbolic.key import Key
from symbolic.pitch import Pitch
from symbolic.score import Score
from symbolic.timeline import measure_spans, sounding_notes
from tests.benchmarks.midi_roundtrip import COLLECTIONS, load

METHODS = ("ps13", "no key", "signature", "signature, one voice")


def correct(score: Score) -> tuple[int, list[int]]:
    """The number of notes, and how many of them each method spells as printed."""
    notes = sounding_notes(score)
    truth = [note.pitch for note in notes]
    midi = [pitch.midi for pitch in truth]
    spans = measure_spans(score)
    keys, index = [], 0
    for note in notes:
        while index + 1 < len(spans) and spans[index + 1].onset <= note.onset:
            index += 1
        keys.append(spans[index].key if spans[index].key.tonic else Key.none())
    voices = [note.voice for note in notes]
    answers = (
        ps13(midi),
        spell_in_keys(midi, [Key.none()] * len(midi), voices),
        spell_in_keys(midi, keys, voices),
        spell_in_keys(midi, keys),
    )
    return len(truth), [_agreeing(answer, truth) for answer in answers]


def _agreeing(answer: Sequence[Pitch], truth: Sequence[Pitch]) -> int:
    return sum(found == expected for found, expected in zip(answer, truth, strict=True))


def report(name: str, scores: Sequence[Score]) -> None:
    """Prints one row: the share of notes that each method spells right."""
    total, right = 0, [0] * len(METHODS)
    for score in scores:
        count, found = correct(score)
        total += count
        right = [have + new for have, new in zip(right, found, strict=True)]
    shares = " ".join(f"{100 * part / max(1, total):9.3f}" for part in right)
    print(f"{name:20} {len(scores):6} {total:8} {shares}", flush=True)


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--limit", type=int, help="tunes of each collection and files of the folder")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--scores", type=Path, help="a folder of MusicXML files")
    options = parser.parse_args(argv)
    print(f"{'% of notes':20} scores    notes      ps13    no key signature one voice")
    for collection in COLLECTIONS:
        scores = [score for score in load(collection) if score.voices]
        random.Random(options.seed).shuffle(scores)
        report(collection, scores[: options.limit])
    if options.scores is not None:
        from symbolic.io import read

        paths = sorted(
            path for path in options.scores.iterdir() if path.suffix in {".mxl", ".musicxml", ".xml"}
        )
        random.Random(options.seed).shuffle(paths)
        report(options.scores.name, [read(path) for path in paths[: options.limit]])
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
