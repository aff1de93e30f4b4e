"""Fits the trees that `symbolic.analysis.phrases` ships, on the training split of the tune benchmark only.

    python -m training.phrase_trees                      # four minutes on one core
    python -m training.phrase_trees --score-only --test  # the stored trees on the test split as well

The truth of a place is what `symbolic.questions.phrases` asks for: a written line of the Essen collection
ends there. The second trees see the log-odds of the first, so these come, for a training song, from first
trees that have seen no song of its fold; families never stand in two folds. All seeds are fixed.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

from symbolic.analysis.barred_line import BarredLine, barred_line
from symbolic.analysis.boosted_trees import LEAF, BoostedTrees
from symbolic.analysis.onset_line import PARTS
from symbolic.analysis.phrase_context import context_features
from symbolic.analysis.phrase_features import note_features, table
from symbolic.analysis.phrases import PHRASE_METHODS, PHRASE_MODEL, STAGES, phrase_model
from symbolic.questions import Question
from symbolic.questions.evidence import phrase_ends
from symbolic.questions.phrases import ask, grade, named, note_onsets, places_of
from symbolic.resources import data_root
from symbolic.score import Score
from symbolic.tunes import MANIFEST, Split, manifest, read_tunes

FOLDS = 4
TREES, LEAVES = 120, 24
RATE = 0.1
FEWEST_IN_LEAF = 40
PENALTY = 5.0
FEATURE_SHARE = 0.3
"""Of the features each split may look at."""
DECIMALS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Song:
    """A melody whose phrases are known.

    Attributes:
        family: of the benchmark.
        melody: the notes.
        starts: for each place whether a phrase starts there.
    """

    family: int
    melody: BarredLine
    starts: np.ndarray


def questions(split: Split) -> Iterator[tuple[int, Question]]:
    """The tunes of a split whose phrases can be asked for, with their families."""
    skipped: Counter[str] = Counter()
    entries = [entry for entry in manifest() if entry.split == split]
    for entry, score in read_tunes(entries, skipped):
        question = ask(score, Random(0), id=entry.id)
        if isinstance(question, Question):
            yield entry.family, question
    for reason, tunes in skipped.items():
        print(f"{tunes} tunes {reason}", file=sys.stderr)


def song_of(family: int, question: Question) -> Song | None:
    """The song of a question; None where a phrase starts between two onsets, on the rest of a tied note."""
    score = _shown(question)
    melody = barred_line(score)
    if melody is None:
        return None
    places = note_onsets(score)
    names = [place for place, _ in places]
    first = places[0][1]
    following = [places[names.index(end) + 1][1] - first for end in places_of(question.truth)]
    starts = np.isin(melody.line.onsets[1:], [round(onset * PARTS) for onset in following])
    return Song(family, melody, starts) if starts.sum() == len(following) else None


def _shown(question: Question) -> Score:
    if question.score is None:
        raise ValueError(f"the question {question.id!r} shows no score")
    return question.score


def boosting(seed: int = 0) -> HistGradientBoostingClassifier:
    """What is fitted in both stages."""
    return HistGradientBoostingClassifier(
        max_iter=TREES,
        max_leaf_nodes=LEAVES,
        learning_rate=RATE,
        min_samples_leaf=FEWEST_IN_LEAF,
        l2_regularization=PENALTY,
        max_features=FEATURE_SHARE,
        early_stopping=False,
        random_state=seed,
    )


def fitted(rows: np.ndarray, starts: np.ndarray) -> BoostedTrees:
    """Trees fitted to rows of features."""
    return exported(boosting().fit(rows, starts))


def exported(model: HistGradientBoostingClassifier) -> BoostedTrees:
    """The trees of a fitted classifier as `BoostedTrees` holds them."""
    roots: list[int] = []
    features: list[int] = []
    values: list[float] = []
    rights: list[int] = []
    for (grown,) in model._predictors:
        roots.append(len(features))
        nodes = grown.nodes
        waiting = [(0, -1)]
        while waiting:
            node, asker = waiting.pop()
            here = len(features)
            if asker >= 0:
                rights[asker] = here - asker
            leaf = bool(nodes["is_leaf"][node])
            features.append(LEAF if leaf else int(nodes["feature_idx"][node]))
            values.append(
                round(float(nodes["value"][node]), DECIMALS) if leaf else float(nodes["num_threshold"][node])
            )
            rights.append(0)
            if not leaf:
                waiting += [(int(nodes["right"][node]), here), (int(nodes["left"][node]), -1)]
    base = float(np.ravel(model._baseline_prediction)[0])
    return BoostedTrees(
        base,
        np.array(roots, np.uint16),
        np.array(features, np.uint8),
        np.array(values, np.float32),
        np.array(rights, np.uint8),
    )


def train(songs: Sequence[Song]) -> dict[str, np.ndarray]:
    """What is stored."""
    columns = [note_features(song.melody) for song in songs]
    rows = [table(found) for found in columns]
    starts = np.concatenate([song.starts for song in songs])
    fold = np.repeat([song.family % FOLDS for song in songs], [len(song.starts) for song in songs])
    flat = np.concatenate(rows)
    odds = np.zeros(len(flat))
    for held_out in range(FOLDS):
        inside = fold == held_out
        odds[inside] = fitted(flat[~inside], starts[~inside]).log_odds(flat[inside])
    first = fitted(flat, starts)
    parts = np.split(odds, np.cumsum([len(song.starts) for song in songs])[:-1])
    around = [table(context_features(song.melody, part)) for song, part in zip(songs, parts, strict=True)]
    second = fitted(np.concatenate([flat, np.concatenate(around)], axis=1), starts)
    arrays: dict[str, np.ndarray] = {
        "made_by": np.array("python -m training.phrase_trees"),
        "trained_on": np.array(
            f"{MANIFEST}, split train, {len(songs)} tunes; non-commercial, as nearly all are Essen songs"
        ),
    }
    for name, trees in zip(STAGES, (first, second), strict=True):
        arrays |= trees.to_arrays(f"{name} ")
    return arrays


def boundary_f1(asked: Sequence[Question], method: str) -> float:
    """The mean F1 of the phrase ends that a method finds."""
    grades = [grade(question, named(phrase_ends(_shown(question), method))) for question in asked]
    return float(np.mean([found.credit for found in grades]))


def main(argv: list[str] | None = None) -> int:
    """Fits and stores the trees, and prints the boundary F1 of every method."""
    parser = argparse.ArgumentParser(description="Fit the trees that find phrase ends on the training split.")
    parser.add_argument(
        "--test", action="store_true", help="score the test split beside the development split"
    )
    parser.add_argument("--score-only", action="store_true", help="leave the stored trees as they are")
    arguments = parser.parse_args(argv)
    if not arguments.score_only:
        songs = [song for family, question in questions("train") if (song := song_of(family, question))]
        np.savez_compressed(data_root() / PHRASE_MODEL, allow_pickle=False, **train(songs))
        phrase_model.cache_clear()
    splits: tuple[Split, ...] = ("dev", "test") if arguments.test else ("dev",)
    for split in splits:
        asked = [question for _, question in questions(split)]
        for method in PHRASE_METHODS:
            print(f"phrases {split} {method} {boundary_f1(asked, method):.4f}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
