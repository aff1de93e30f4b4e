"""How sure an answer is: the share of right answers among those that looked alike on the development split.

Where a model gives every answer of a closed set a probability, that of its best answer is mapped to a
confidence by Platt scaling (Platt, "Probabilistic outputs for support vector machines", 1999): a logistic
function of its log-odds, fitted on the development split of the task's benchmark. Elsewhere the confidence is
the mean credit of all its answers there. A model that was not measured has no confidence, nor has an answer
to `WITHOUT`, whose questions are not like those that are asked.

    python -m eval.ask.confidence                      # measures every task's default model, some minutes
    python -m eval.ask.confidence key -m baseline:krumhansl-schmuckler

writes ``data/models/confidence.json``: task → model → ``{"slope", "intercept", "n", "data"}`` or ``{"credit",
"n", "data"}``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from math import exp, log
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from eval import benchmarks
from eval.models import Model
from eval.registry import DEFAULT, TASKS, Task, build_model, task_named
from symbolic.questions import Question, question_type
from symbolic.questions.evidence import keys_by_name
from symbolic.resources import data_path, data_root

TABLE = "models/confidence.json"
MOST_QUESTIONS = 1500
SURE = 1e-4
"""Probabilities are kept this far from 0 and 1."""
STEPS, SMALL_STEP = 50, 1e-9
WITHOUT = frozenset({"wrong-bar", "theory"})
"""Types whose questions hold something that a score at hand may not have, or are not worded as people do."""
PRIOR = 1.0
"""Right and wrong answers that are added to those seen, half each, so that nothing is certain."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What is known of a model's answers to a task.

    Attributes:
        n: answers to the development split.
        data: its name.
        credit: their mean credit.
        slope, intercept: of the logistic function from log-odds to confidence, where probabilities are given.
    """

    n: int
    data: str
    credit: float
    slope: float | None = None
    intercept: float | None = None

    def confidence(self, probability: float | None) -> float:
        """The confidence of an answer to which the model gives a probability, or of any answer."""
        if probability is None or self.slope is None or self.intercept is None:
            return self.credit
        return 1 / (1 + exp(-(self.slope * log_odds(probability) + self.intercept)))


def log_odds(probability: float) -> float:
    """The natural logarithm of the odds, finite for 0 and 1."""
    kept = min(max(probability, SURE), 1 - SURE)
    return log(kept / (1 - kept))


@cache
def _table() -> dict[str, dict[str, Any]]:
    path = data_path(TABLE)
    found: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return found


def measured(task: str, model: Model) -> Measured | None:
    """What was measured of a model on the development split of a task, or None."""
    found = None if task in WITHOUT else _table().get(task, {}).get(label(model))
    return Measured(**found) if found else None


def label(model: Model) -> str:
    """A model's name and, of a language model, how it was made to answer."""
    decoding = getattr(model, "decoding", None)
    if decoding is None:
        return model.name
    marks = [name for name in ("vote", "evidence") if getattr(decoding, name)]
    return " ".join((model.name, decoding.method, *marks))


# Distributions


def answered(model: Model, question: Question) -> tuple[str, dict[str, float]]:
    """A model's text, and the probability of each allowed answer where it gives any."""
    if hasattr(model, "answered"):
        (found,) = model.answered([question])
        return found.text, _normalised(found.scores)
    (text,) = model.answers([question])
    return text, _normalised(_baseline_scores(model.name, question))


def _baseline_scores(name: str, question: Question) -> Mapping[str, float]:
    """Log-probabilities of the classical methods that give them."""
    prefix, _, method = name.partition(":")
    if prefix != "baseline" or question.score is None:
        return {}
    if question.task == "key" and method == "logistic-rotation":
        from symbolic.analysis.key import key_scores

        return keys_by_name(key_scores(question.score, method))
    if question.task == "time-signature" and method.startswith("logistic-"):
        from symbolic.analysis.meter import meter_scores

        return meter_scores(question.score, method)
    return {}


def _normalised(scores: Mapping[str, float]) -> dict[str, float]:
    """Log-probabilities as probabilities that sum to 1, the best first."""
    if not scores:
        return {}
    top = max(scores.values())
    shares = {name: exp(score - top) for name, score in scores.items()}
    total = sum(shares.values())
    return {name: shares[name] / total for name in sorted(shares, key=lambda name: -shares[name])}


# Measuring


def measure(task: Task, name: str = DEFAULT) -> tuple[str, Measured]:
    """The label of a model and what its answers to the development split are worth."""
    model, kind = build_model(name, task), question_type(task.name)
    items = benchmarks.load(task.name, "dev", task.benchmark)
    order = list(items.items)
    Random(0).shuffle(order)
    credits, odds = [], []
    for item in order[:MOST_QUESTIONS]:
        question = item.question
        if question is None and item.score is not None:
            asked = kind.ask(item.score, Random(item.id), id=item.id, truth=item.truth)
            question = asked if isinstance(asked, Question) else None
        if question is not None:
            text, shares = answered(model, question)
            credits.append(kind.grade(question, text).credit)
            odds += [log_odds(next(iter(shares.values())))] if shares and question.answers else []
    credit = (sum(credits) + PRIOR / 2) / (len(credits) + PRIOR)
    if len(odds) < len(credits) or not credits:
        return label(model), Measured(len(credits), items.name, round(credit, 4))
    slope, intercept = fitted(np.array(odds), np.array(credits) == 1)
    return label(model), Measured(
        len(credits), items.name, round(credit, 4), round(slope, 4), round(intercept, 4)
    )


def fitted(odds: np.ndarray, right: np.ndarray) -> tuple[float, float]:
    """Slope and intercept of the logistic function that makes right and wrong answers likeliest.

    Args:
        odds: log-odds that the model gave its answers.
        right: whether each was right.
    """
    # Platt's targets, which keep the fit finite
    count = right.sum()
    high, low = (count + 1) / (count + 2), 1 / (len(right) - count + 2)
    targets = np.where(right, high, low)
    columns = np.stack([odds, np.ones(len(odds))], axis=1)
    weights = np.array([1.0, 0.0])

    def loss(weights: np.ndarray) -> float:
        logits = columns @ weights
        return float((np.logaddexp(0, logits) - targets * logits).sum())

    for _ in range(STEPS):
        found = 1 / (1 + np.exp(-columns @ weights))
        slopes = columns.T @ (found - targets)
        curvature = (columns * (found * (1 - found))[:, np.newaxis]).T @ columns + 1e-9 * np.eye(2)
        step = np.linalg.solve(curvature, slopes)
        while loss(weights - step) > loss(weights) and np.abs(step).max() > SMALL_STEP:
            step /= 2  # where the curvature says little, a whole step leads too far
        weights = weights - step
    return float(weights[0]), float(weights[1])


def main(argv: Sequence[str] | None = None) -> int:
    """Measures models and puts them into the table."""
    parser = argparse.ArgumentParser(
        prog="python -m eval.ask.confidence", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("task", nargs="*", help="tasks; all without")
    parser.add_argument("-m", "--model", default=DEFAULT)
    given = parser.parse_args(argv)
    path = Path(data_root()) / TABLE
    table = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    for task in map(task_named, given.task or TASKS):
        name, found = measure(task, given.model)
        if not found.n:
            continue
        kept = {key: value for key, value in asdict(found).items() if value is not None}
        table.setdefault(task.name, {})[name] = kept
        print(f"{task.name:20} {name:32} {kept}", file=sys.stderr, flush=True)
    ordered = {task: dict(sorted(table[task].items())) for task in sorted(table)}
    path.write_text(json.dumps(ordered, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
