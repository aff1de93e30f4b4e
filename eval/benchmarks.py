"""What is asked by default: real tunes, real and generated harmony, generated questions of theory.

    abc_tunes   2,552 tunes of four collections (test split); `symbolic.tunes` says which and how they are
                named
    ensembles   83 works in several voices, all held out (`symbolic.works`)
    harmony     those of them that have an analysis, and generated pieces whose harmony is known
                (`training.corpus.textures`, whose test progressions occur in no training piece)
    theory      questions that `symbolic.questions.theory` makes, of its test part

A benchmark has a train part as well, from which the majority baseline takes its answer; where the real music
is all held out, generated pieces stand for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from itertools import count
from pathlib import Path
from random import Random

from eval.items import Item, ItemSet, hash_of
from symbolic.errors import SymbolicError
from symbolic.resources import data_path, music21_corpus
from symbolic.score import Score
from symbolic.tunes import MANIFEST, Entry, Split, manifest, read_tunes
from symbolic.works import WORKS, Work, read_works
from training.corpus.textures import textured_pieces

TRUTH_FIELDS = {"key": "key", "time-signature": "meter"}
"""Task → the column of the manifest with its right answer; other tasks take it from the tune itself."""


def load(
    task: str, split: Split = "test", benchmark: str = "abc_tunes", corpus: Path | None = None
) -> ItemSet:
    """The items of a benchmark that a task may be asked about, in a fixed order.

    Args:
        task: a task's name.
        split: which part.
        benchmark: a key of `BENCHMARKS`.
        corpus: music21's corpus folder, where it is not the installed one.

    Returns:
        The items; tunes that have changed or are gone are counted in `skipped`.

    Raises:
        SymbolicError: music21 is missing, or none of its tunes is the manifest's.
    """
    return BENCHMARKS[benchmark](task, split, corpus)


def _abc_tunes(task: str, split: Split, corpus: Path | None) -> ItemSet:
    tunes, skipped = _installed(split) if corpus is None else _read(split, corpus)
    field = TRUTH_FIELDS.get(task)
    items = tuple(
        Item(entry.id, score, getattr(entry, field) if field else None, entry.collection)
        for entry, score in tunes
        if field is None or getattr(entry, field)
    )
    if not items:
        where = corpus or music21_corpus()
        raise SymbolicError(f"no tune of the benchmark is at {where}; run: pip install 'music21>=10'")
    data_hash = f"{hash_of(data_path(MANIFEST).read_bytes())}/{split}"
    return ItemSet(f"abc_tunes/{split}", items, data_hash, skipped=dict(skipped))


Tunes = tuple[list[tuple[Entry, Score]], Counter[str]]
"""Tunes of the manifest, and how many are missing or changed."""


@lru_cache(maxsize=2)
def _installed(split: Split) -> Tunes:
    """The tunes of a part, read once for all tasks of a run."""
    return _read(split, music21_corpus())


def _read(split: Split, corpus: Path) -> Tunes:
    skipped: Counter[str] = Counter()
    wanted = [entry for entry in manifest() if entry.split == split]
    return list(read_tunes(wanted, skipped, corpus)), skipped


TEXTURED_PIECES = 200
THEORY_QUESTIONS = 1_000


@lru_cache(maxsize=1)
def _held_out_works() -> tuple[list[tuple[Work, Score]], Counter[str]]:
    skipped: Counter[str] = Counter()
    return read_works(skipped), skipped


def _textures(split: Split) -> tuple[Item, ...]:
    return tuple(
        Item(piece.id, piece.score, group="generated") for piece in textured_pieces(TEXTURED_PIECES, split)
    )


def _ensembles(task: str, split: Split, corpus: Path | None) -> ItemSet:
    if split != "test":
        return ItemSet(f"textures/{split}", _textures(split), split)
    found, skipped = _held_out_works()
    items = tuple(Item(work.id, score, group=work.composer) for work, score in found)
    return ItemSet("works", items, hash_of(data_path(WORKS).read_bytes()), skipped=dict(skipped))


def _harmony(task: str, split: Split, corpus: Path | None) -> ItemSet:
    if split != "test":
        return ItemSet(f"textures/{split}", _textures(split), split)
    found, skipped = _held_out_works()
    real = tuple(Item(work.id, score, group=work.composer) for work, score in found if work.analysis)
    data_hash = f"{hash_of(data_path(WORKS).read_bytes())}/{TEXTURED_PIECES}"
    return ItemSet("works + textures", (*real, *_textures(split)), data_hash, skipped=dict(skipped))


def _theory(task: str, split: Split, corpus: Path | None) -> ItemSet:
    from symbolic.questions.theory import generate, split_of

    items: dict[str, Item] = {}
    for seed in count():
        question = generate(Random(seed))
        if split_of(question) == split and question.prompt not in items:
            named = replace(question, id=f"theory/{seed}")
            subject = str(named.details["subject"])
            items[question.prompt] = Item(named.id, named.score, named.truth, subject, named)
            if len(items) == THEORY_QUESTIONS:
                return ItemSet(f"theory/{split}", tuple(items.values()), f"{THEORY_QUESTIONS} from seed 0")
    raise AssertionError("count() does not end")


BENCHMARKS: dict[str, Callable[[str, Split, Path | None], ItemSet]] = {
    "abc_tunes": _abc_tunes,
    "ensembles": _ensembles,
    "harmony": _harmony,
    "theory": _theory,
}
