"""What the beat finder is fitted to: tunes, quartets, chorales and real performances, never held out."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from symbolic.analysis.families import are_kin
from symbolic.analysis.similarity import interval_ngrams
from symbolic.io import read
from symbolic.meter import Meter
from symbolic.resources import music21_corpus
from symbolic.score import Score
from symbolic.tunes import manifest, read_tunes
from symbolic.works import read_works, works
from transcription.aligned import read_aligned
from transcription.reference import AlignedPerformance

SHORT_QUARTETS = 60
"""Of the quartets those with the smallest files are read, as reading takes longest."""
CHORALES = "bach/bwv*.mxl"
"""Below music21's corpus."""
Named = tuple[str, Score]


def training_tunes(count: int, meters: Sequence[Meter], seed: int) -> list[Named]:
    """Tunes of the training split whose metre is known and looked for, in an order of chance."""
    names = {meter.name for meter in meters}
    chosen = [entry for entry in manifest() if entry.split == "train" and entry.meter in names]
    random.Random(seed).shuffle(chosen)
    found = {entry.id: score for entry, score in read_tunes(chosen[:count], Counter())}
    return [(entry.id, found[entry.id]) for entry in chosen if entry.id in found]


def string_quartets(folder: Path, count: int, seed: int) -> list[Named]:
    """String quartets of a folder, in an order of chance."""
    files = sorted(folder.glob("*.mxl"), key=lambda file: file.stat().st_size)[:SHORT_QUARTETS]
    random.Random(seed).shuffle(files)
    return [(file.stem, read(str(file))) for file in files[:count]]


def chorales(count: int, seed: int) -> list[Named]:
    """Bach's chorales, in an order of chance, without those held out and those on their melodies."""
    corpus = music21_corpus()
    held_out = {work.score for work in works()}
    melodies = [interval_ngrams(score) for _, score in read_works(Counter())]
    found = []
    for file in sorted(corpus.glob(CHORALES)):
        if file.relative_to(corpus).as_posix() in held_out:
            continue
        score = read(str(file))
        grams = interval_ngrams(score)
        if not any(are_kin(len(grams & other), len(grams), len(other)) for other in melodies):
            found.append((file.stem, score))
    random.Random(seed).shuffle(found)
    return found[:count]


def real_performances(folder: Path) -> list[AlignedPerformance]:
    """Performances of training works; none where the folder is missing."""
    return list(read_aligned(folder, "train")) if folder.is_dir() else []


def one_of_each(real: Sequence[AlignedPerformance]) -> list[AlignedPerformance]:
    """Each piece once, whoever plays it."""
    return list({one.reference.notes.tobytes(): one for one in real}.values())
