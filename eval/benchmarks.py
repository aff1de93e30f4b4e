"""The benchmark of tunes as items to ask about; `symbolic.tunes` says which tunes and how they are named."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from eval.items import Item, ItemSet, hash_of
from symbolic.errors import SymbolicError
from symbolic.resources import data_path, music21_corpus
from symbolic.tunes import MANIFEST, Split, manifest, read_tunes

TRUTH_FIELDS = {"key": "key", "time-signature": "meter"}
"""Task → the column of the manifest with its right answer."""


def load(task: str, split: Split = "test", corpus: Path | None = None) -> ItemSet:
    """The benchmark's tunes with an answer to a task, in the manifest's order.

    Args:
        task: a key of `TRUTH_FIELDS`.
        split: which part.
        corpus: music21's corpus folder, where it is not the installed one.

    Returns:
        The items; tunes that have changed or are gone are counted in `skipped`.

    Raises:
        SymbolicError: music21 is missing, or none of its tunes is the manifest's.
    """
    if task not in TRUTH_FIELDS:
        raise SymbolicError(f"the benchmark has no answers to {task!r}; give --data")
    corpus = corpus or music21_corpus()
    field = TRUTH_FIELDS[task]
    wanted = [entry for entry in manifest() if entry.split == split and getattr(entry, field)]
    skipped: Counter[str] = Counter()
    items = tuple(
        Item(entry.id, score, getattr(entry, field), entry.collection)
        for entry, score in read_tunes(wanted, skipped, corpus)
    )
    if not items:
        raise SymbolicError(f"no tune of the benchmark is at {corpus}; run: pip install 'music21>=10'")
    data_hash = f"{hash_of(data_path(MANIFEST).read_bytes())}/{split}"
    return ItemSet(f"abc_tunes/{split}", items, data_hash, skipped=dict(skipped))
