"""Fits the small models that `symbolic.analysis` ships, on the training split of the tune benchmark only.

    python -m training.baselines            # both models, a few minutes on one core
    python -m training.baselines key --test # one model; the test split is scored as well

What is written to ``data/models/`` depends on nothing but the manifest and the tunes: the objectives are
convex and start from zero. The tunes lie in the music21 package; their families never stand in two splits.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from symbolic.analysis.key import KEY_METHODS, KEY_MODEL, estimate_key, rotation_model
from symbolic.analysis.key_evidence import BAR_EVIDENCE, EVIDENCE, PITCH_CLASSES, key_evidence, rotations
from symbolic.analysis.meter import METER_METHODS, METER_MODELS, estimate_meter, meter_model, model_features
from symbolic.analysis.meter_features import Gram, rhythm_grams
from symbolic.analysis.metrical_markov import (
    MARKOV_MODEL,
    Counts,
    MetricalMarkov,
    bar_parts,
    count,
    markov_model,
    to_arrays,
)
from symbolic.analysis.onset_line import PARTS, OnsetLine, onset_line
from symbolic.key import Key
from symbolic.meter import Meter
from symbolic.resources import data_root
from symbolic.score import Score
from symbolic.timeline import measure_spans
from symbolic.tunes import MANIFEST, manifest, read_tunes

KEY_PENALTY = 1.0
FEWEST_EXAMPLES = 20
"""A mode or metre with fewer tunes in the training split is not learned."""
DECIMALS = 4
METER_C = 0.007
"""Inverse strength of the penalty on the weights of the metre models, on standardised features."""
FOLDS = 4
PAIRS, TRIPLES = 80, 200
"""How many of the commonest rhythm n-grams the metre models look at."""


@dataclass(frozen=True, slots=True)
class Example:
    """A tune of the benchmark with its answers (empty where there is none)."""

    id: str
    split: str
    family: int
    key: str
    meter: str
    score: Score


def examples() -> Iterator[Example]:
    """The tunes of the manifest whose text is still the one that it names; the others are told."""
    skipped: Counter[str] = Counter()
    for entry, score in read_tunes(manifest(), skipped):
        yield Example(entry.id, entry.split, entry.family, entry.key, entry.meter, score)
    for reason, tunes in skipped.items():
        print(f"{tunes} tunes {reason}", file=sys.stderr)


def trained_on(tunes: int) -> str:
    """What a stored model says of its data."""
    return f"{MANIFEST}, split train, {tunes} tunes; non-commercial, as some are of the Essen collection"


# Key: a conditional logit over (tonic, mode), the same weights for every tonic


def fit_rotations(
    rows: np.ndarray, tonics: np.ndarray, modes: np.ndarray, count: int
) -> tuple[np.ndarray, float]:
    """Weights that make the true keys likely, each tune once with its bars and once without.

    Args:
        rows: evidence, shape (tunes, rows, 12).
        tonics: pitch classes, shape (tunes,).
        modes: indices below `count`, shape (tunes,).
        count: number of modes.

    Returns:
        Shape (rows · 12 + 1, count), the bias last, and the mean loss in nats.
    """
    turned = rotations(rows.astype(np.float32))
    tunes, _, width = turned.shape
    flat = np.concatenate(
        [turned.reshape(-1, width), np.ones((tunes * PITCH_CLASSES, 1), np.float32)], axis=1
    )
    first = EVIDENCE.index(BAR_EVIDENCE[0]) * PITCH_CLASSES
    of_bars = slice(first, first + len(BAR_EVIDENCE) * PITCH_CLASSES)
    places = (np.arange(tunes), tonics * count + modes)

    def error(scores: np.ndarray) -> tuple[float, np.ndarray]:
        scores = scores.reshape(tunes, -1)
        scores = scores - scores.max(axis=1, keepdims=True)
        shares = np.exp(scores)
        sums = shares.sum(axis=1, keepdims=True)
        loss = float((np.log(sums[:, 0]) - scores[places]).sum())
        shares /= sums
        shares[places] -= 1
        return loss, shares.reshape(-1, count)

    def objective(vector: np.ndarray) -> tuple[float, np.ndarray]:
        weights = vector.reshape(-1, count).astype(np.float32)
        scores = flat @ weights
        loss, slope = error(scores)
        bare_loss, bare_slope = error(scores - flat[:, of_bars] @ weights[of_bars])
        gradient = (flat.T @ (slope + bare_slope)).astype(float)
        gradient[of_bars] -= flat[:, of_bars].T @ bare_slope
        penalised = np.where(np.arange(width + 1)[:, np.newaxis] < width, weights, 0).astype(float)
        penalty = 2 * KEY_PENALTY
        total = loss + bare_loss + penalty * float((penalised**2).sum())
        return total / (2 * tunes), (gradient + 2 * penalty * penalised).ravel() / (2 * tunes)

    found = minimize(
        objective, np.zeros((width + 1) * count), jac=True, method="L-BFGS-B", options={"maxiter": 300}
    )
    return found.x.reshape(-1, count), float(found.fun)


def train_key(tunes: list[Example]) -> dict[str, Any]:
    """The model of ``logistic-rotation`` as it is stored."""
    labelled = [(tune, Key.parse(tune.key)) for tune in tunes if tune.split == "train" and tune.key]
    counts = Counter(key.mode for _, key in labelled)
    modes = [mode for mode, number in counts.most_common() if number >= FEWEST_EXAMPLES]
    chosen = [
        (found.rows, key)
        for tune, key in labelled
        if key.mode in modes and (found := key_evidence(tune.score))
    ]
    weights, loss = fit_rotations(
        np.array([rows for rows, _ in chosen]),
        np.array([key.pitch_class for _, key in chosen]),
        np.array([modes.index(key.mode) for _, key in chosen]),
        len(modes),
    )
    return {
        "made_by": "python -m training.baselines key",
        "trained_on": trained_on(len(chosen)),
        "loss": round(loss, DECIMALS),
        "evidence": list(EVIDENCE),
        "modes": modes,
        "bias": np.round(weights[-1], DECIMALS).tolist(),
        "weights": np.round(weights[:-1].T, DECIMALS).tolist(),
    }


def key_accuracy(tunes: list[Example], split: str) -> Iterator[tuple[str, float]]:
    """Exact accuracy (tonic and mode) of each method on a split."""
    known = [
        (key_evidence(tune.score), Key.parse(tune.key)) for tune in tunes if tune.split == split and tune.key
    ]
    for method in KEY_METHODS:
        yield (
            method,
            float(
                np.mean(
                    [
                        found is not None and estimate_key(found, method).same_answer(key)
                        for found, key in known
                    ]
                )
            ),
        )


# Metre: multinomial logistic regression; the likelihoods it sees come from models that have not seen the tune


@dataclass(frozen=True, slots=True, eq=False)
class Rhythm:
    """A tune as the metre models see it."""

    line: OnsetLine
    upbeat: int
    meter: str
    fold: int


def rhythms(tunes: list[Example]) -> list[Rhythm]:
    """The training tunes whose metre is common enough to be learned."""
    known = [tune for tune in tunes if tune.split == "train" and tune.meter]
    counts = Counter(tune.meter for tune in known)
    return [
        Rhythm(line, upbeat(tune.score, Meter.parse(tune.meter)), tune.meter, tune.family % FOLDS)
        for tune in known
        if counts[tune.meter] >= FEWEST_EXAMPLES and (line := onset_line(tune.score))
    ]


def upbeat(score: Score, meter: Meter) -> int:
    """How far into a bar the first note begins, in parts of a quarter, by where most measures start."""
    bar = bar_parts(meter)
    starts = Counter(round(span.onset * PARTS) % bar for span in measure_spans(score))
    first = round(float(score.note_array()["onset_quarter"][0]) * PARTS)
    return (first - starts.most_common(1)[0][0]) % bar


def count_rhythms(chosen: list[Rhythm], meters: list[str]) -> list[Counts]:
    """Counts of each metre for the Markov model."""
    return [
        count(((tune.line, tune.upbeat) for tune in chosen if tune.meter == name), Meter.parse(name))
        for name in meters
    ]


def cross_likelihoods(tunes: list[Rhythm], meters: list[str]) -> list[np.ndarray]:
    """For each tune the likelihoods under a Markov model that has not seen its fold."""
    models = [
        MetricalMarkov(
            [Meter.parse(name) for name in meters],
            count_rhythms([tune for tune in tunes if tune.fold != fold], meters),
        )
        for fold in range(FOLDS)
    ]
    return [models[tune.fold].log_likelihoods(tune.line) for tune in tunes]


def commonest_grams(tunes: list[Rhythm]) -> list[Gram]:
    """The n-grams that occur in the most tunes."""
    counts = Counter(gram for tune in tunes for gram in set(rhythm_grams(tune.line)))
    ranked = sorted(counts, key=lambda gram: (-counts[gram], gram))
    return [
        *[gram for gram in ranked if len(gram) == 2][:PAIRS],
        *[gram for gram in ranked if len(gram) == 3][:TRIPLES],
    ]


def fit_meter(features: np.ndarray, labels: list[str]) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Classes, weights and bias of a logistic regression, for features as they are (not standardised)."""
    mean, spread = features.mean(axis=0), features.std(axis=0)
    spread[spread == 0] = 1
    model = LogisticRegression(C=METER_C, max_iter=500, tol=1e-3)
    model.fit(((features - mean) / spread).astype(np.float32), labels)
    weights = model.coef_ / spread
    return model.classes_.tolist(), weights, model.intercept_ - weights @ mean


def train_meter(tunes: list[Example]) -> tuple[dict[str, np.ndarray], dict[str, dict[str, Any]]]:
    """The Markov model's arrays, and what is stored for each trained method."""
    chosen = rhythms(tunes)
    meters = [name for name, _ in Counter(tune.meter for tune in chosen).most_common()]
    arrays = to_arrays([Meter.parse(name) for name in meters], count_rhythms(chosen, meters))
    likelihoods = cross_likelihoods(chosen, meters)
    grams = commonest_grams(chosen)
    vocabulary = {gram: place for place, gram in enumerate(grams)}
    stored = {}
    for method in METER_MODELS:
        uses = method == "logistic-markov"
        features = np.array([
            model_features(tune.line, vocabulary, found if uses else None)
            for tune, found in zip(chosen, likelihoods, strict=True)
        ])  # fmt: skip
        classes, weights, bias = fit_meter(features, [tune.meter for tune in chosen])
        stored[method] = {
            "made_by": "python -m training.baselines meter",
            "trained_on": trained_on(len(chosen)),
            "likelihoods": uses,
            "meters": classes,
            "grams": grams,
            "bias": [float(f"{number:.5g}") for number in bias],
            "weights": [[float(f"{number:.5g}") for number in row] for row in weights],
        }
    return arrays, stored


def meter_accuracy(tunes: list[Example], split: str) -> Iterator[tuple[str, float]]:
    """Exact accuracy of each method on a split."""
    known = [tune for tune in tunes if tune.split == split and tune.meter]
    for method in METER_METHODS:
        yield (
            method,
            float(np.mean([estimate_meter(tune.score, method).name == tune.meter for tune in known])),
        )


def write_key(tunes: list[Example]) -> None:
    """Trains and stores the key model."""
    path = data_root() / KEY_MODEL
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(train_key(tunes)) + "\n", encoding="utf-8")
    rotation_model.cache_clear()


def write_meter(tunes: list[Example]) -> None:
    """Trains and stores the metre models."""
    arrays, stored = train_meter(tunes)
    path = data_root() / MARKOV_MODEL
    path.parent.mkdir(exist_ok=True)
    np.savez_compressed(path, allow_pickle=False, **arrays)
    for method, model in stored.items():
        (data_root() / METER_MODELS[method]).write_text(json.dumps(model) + "\n", encoding="utf-8")
    markov_model.cache_clear()
    meter_model.cache_clear()


Writer = Callable[[list[Example]], None]
Scorer = Callable[[list[Example], str], Iterator[tuple[str, float]]]
MODELS: dict[str, tuple[Writer, Scorer]] = {
    "key": (write_key, key_accuracy),
    "meter": (write_meter, meter_accuracy),
}


def main(argv: list[str] | None = None) -> int:
    """Trains what is asked for and prints the accuracy of every method."""
    parser = argparse.ArgumentParser(description="Fit the small key and metre models on the training split.")
    parser.add_argument("models", nargs="*", choices=[*MODELS, []], help="which (default: all)")
    parser.add_argument(
        "--test", action="store_true", help="score the test split beside the development split"
    )
    parser.add_argument("--score-only", action="store_true", help="leave the stored models as they are")
    arguments = parser.parse_args(argv)
    tunes = list(examples())
    for name in arguments.models or MODELS:
        write, score = MODELS[name]
        if not arguments.score_only:
            write(tunes)
        for split in ("dev", "test") if arguments.test else ("dev",):
            for method, accuracy in score(tunes, split):
                print(f"{name} {split} {method} {accuracy:.4f}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
