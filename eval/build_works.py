"""Makes the manifest of works in several voices again: ``python -m eval.build_works`` (a minute).

Chosen are the Bach chorales with a Roman-numeral analysis that fits their notes, and of each folder of
`PERCENT` a share of the other works, by a hash of their path, so that nothing is random and nobody picked.

Beside the manifest stand the works' melodies as hashes (`data/benchmarks/works.npz`), so that a training
corpus can be guarded against them without reading them: ``incipits`` (one a work), ``grams`` (hashes of
sequences of nine intervals, one work after another) and ``counts`` (how many each work has).
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from hashlib import sha256
from io import StringIO
from pathlib import Path

import numpy as np

from symbolic.errors import SymbolicError
from symbolic.interop.roman_text import corpus_analyses
from symbolic.io import save
from symbolic.resources import data_root, music21_corpus
from symbolic.score import Score
from symbolic.works import FIELDS, WORKS, Work, read_work, work_hash
from training.corpus.sketch import melody_sketch
from training.corpus.splits import WORK_MELODIES

PERCENT = {
    "bach/*.mxl": 8,
    "monteverdi/*.mxl": 20,
    "palestrina/*.krn": 1,
    "haydn/*/*.mxl": 25,
    "mozart/*/*.mxl": 20,
    "trecento/*.mxl": 8,
}
"""Files below music21's corpus → how many in a hundred are held out."""
MAX_MEASURES = 150
"""Longer works are left out: a question shows a piece whole."""


def is_chosen(path: str, percent: int) -> bool:
    """Whether the hash of a path falls into the first `percent` of a hundred."""
    return int(sha256(path.encode("utf-8")).hexdigest()[:8], 16) % 100 < percent


def candidates(corpus: Path) -> Iterator[tuple[str, str]]:
    """Paths of score and analysis (or an empty string) below the corpus, of all that are chosen."""
    analyses = {
        score.relative_to(corpus).as_posix(): path.relative_to(corpus).as_posix()
        for path, score in corpus_analyses()
    }
    for pattern, percent in PERCENT.items():
        for path in sorted(corpus.glob(pattern)):
            score = path.relative_to(corpus).as_posix()
            analysis = analyses.get(score, "")
            if is_chosen(score, percent) or (analysis and score.startswith("bach/")):
                yield score, analysis


def build(corpus: Path) -> list[tuple[Work, Score]]:
    """The works of a music21 corpus folder; those that cannot be read are told on standard error."""
    found = []
    for score, analysis in candidates(corpus):
        try:
            music = read_work(corpus, score, analysis)
        except SymbolicError as exc:
            print(f"left out: {exc}", file=sys.stderr)
            continue
        if len(music.voices) > 1 and len(music.voices[0].measures) <= MAX_MEASURES:
            work = Work(score.rpartition(".")[0], score, analysis, work_hash(corpus, score, analysis))
            found.append((work, music))
    return found


def write(found: list[tuple[Work, Score]], folder: Path) -> None:
    """Writes the manifest and the hashed melodies below a data folder."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(FIELDS)
    writer.writerows([getattr(work, name) for name in FIELDS] for work, _ in found)
    save(str(folder / WORKS), text.getvalue().encode("utf-8"))
    sketches = [melody_sketch(score) for _, score in found]
    np.savez_compressed(
        folder / WORK_MELODIES,
        allow_pickle=False,
        incipits=np.array([incipit for incipit, _ in sketches], np.uint64),
        grams=np.concatenate([grams for _, grams in sketches]),
        counts=np.array([len(grams) for _, grams in sketches], np.int64),
    )


def main() -> int:
    """Builds manifest and melodies and says what is in them."""
    found = build(music21_corpus())
    write(found, data_root())
    analysed = sum(bool(work.analysis) for work, _ in found)
    print(f"{data_root() / WORKS}: {len(found)} works, {analysed} with an analysis")
    return 0


if __name__ == "__main__":
    sys.exit(main())
