"""Fits how much each judge of an answer counts, and how a model answers best, on the development split.

    python -m eval.models.notate.fit data/models/default --questions corpus/questions/dev.jsonl

Questions are read from a file that ``symbolic-data build`` made; a file of a test split is refused. Those
about form, of which such a file holds few, are asked of the development split of the tune benchmark. How
common the answers are is known from its training split. The combination is scored by cross-validation: in
each fold with weights that were fitted on the others. The stored weights are fitted on all.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product
from math import log
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import numpy as np

from eval.benchmarks import load
from eval.items import hash_of
from eval.models.decoding import Decoding
from eval.models.huggingface import build
from eval.models.language_model import LanguageModel
from eval.models.notate import METHODS, TASKS, judgements
from eval.models.notate.harmony import CHORD_WEIGHTS, ChordSearch, chord_searches, searched_chords
from eval.models.notate.phrases import LineSearch, answer_of, line_searches
from eval.models.notate.weights import (
    JUDGES,
    Judgement,
    Lines,
    Settings,
    Weights,
    fit,
    provenance_of,
    store,
    stored,
)
from symbolic.errors import SymbolicError
from symbolic.io import told_with
from symbolic.key import Key
from symbolic.questions import Question, question_type
from symbolic.questions.evidence import phrase_ends
from symbolic.questions.phrases import named
from symbolic.questions.records import from_record
from symbolic.tunes import manifest

FOLDS = 5
OWN = "symbolic"
"""The group of generated pieces, which say nothing of real ones."""
BONUSES = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0)
NOTATED = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0)
CLASSICAL = (0.0, 1.0)
"""What is tried for line ends."""
CHORDS = (0.0, 0.003, 0.006, 0.01, 0.015, 0.02, 0.025, 0.03, 0.04, 0.05, 0.07, 0.1, 0.3, 1.0)
"""Weights of the language model beside 1 for the classical analysis that are tried for chords."""
CHORD_QUESTIONS = 200
"""Most questions about chords that are read."""
BENCHMARKED = frozenset({"structure"})
"""Tasks that are asked of the tune benchmark."""
GENERATED = frozenset({"chords"})
"""Tasks that next to no real music asks."""
FIELDS = {"key": "key", "time-signature": "meter"}


def dev_questions(
    path: Path, task: str, limit: int | None, seed: int, *, generated: bool = False
) -> list[Question]:
    """Open questions of one task about real music, or about generated pieces as well, in random order.

    Raises:
        SymbolicError: the file is of a test split, or holds no such question.
    """
    if "test" in path.stem:
        raise SymbolicError("weights are never fitted on a test split", path=str(path))
    with told_with(str(path)):
        records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        wanted = [row for row in records if row["task"] == task and (generated or row.get("group") != OWN)]
        chosen = [from_record(row) for row in wanted]
    if not chosen:
        raise SymbolicError(f"no line asks for {task!r}", path=str(path))
    Random(seed).shuffle(chosen)
    return chosen[:limit]


def questions_of(path: Path, task: str, limit: int | None, seed: int) -> list[Question]:
    """What the weights of a task are fitted on."""
    if task in BENCHMARKED:
        return benchmark_questions(task, limit, seed)
    return dev_questions(path, task, limit, seed, generated=task in GENERATED)


def benchmark_questions(task: str, limit: int | None, seed: int) -> list[Question]:
    """Open questions of one task about the development split of the tune benchmark, in random order."""
    kind = question_type(task)
    items = list(load(task, "dev").items)
    Random(seed).shuffle(items)
    asked = (item.ask(kind, Random(item.id)) for item in items)
    return list(islice((question for question in asked if isinstance(question, Question)), limit))


def answer_name(task: str, truth: str) -> str:
    """The name by which a truth stands among the answers: of enharmonic keys one stands for all."""
    if task != "key":
        return truth
    key = Key.parse(truth)
    return Key.from_pitch_class(key.pitch_class, key.mode).name


def right_answer(question: Question, judged: Judgement) -> str:
    """The first of the judged answers that is right; the truth where none is."""
    kind = question_type(question.task)
    return next((name for name in judged if kind.grade(question, name).verdict == "right"), question.truth)


def log_shares(task: str) -> tuple[dict[str, float], float]:
    """The log probability of each answer in the training split, and of one that does not occur there.

    Nothing is known of tasks whose truths the manifest does not hold: all answers are as common.
    """
    if task not in FIELDS:
        return {}, 0.0
    truths = [getattr(entry, FIELDS[task]) for entry in manifest() if entry.split == "train"]
    counts = Counter(answer_name(task, truth) for truth in truths if truth)
    total = sum(counts.values()) + len(counts) + 1
    return {name: round(log((count + 1) / total), 4) for name, count in counts.items()}, round(
        log(1 / total), 4
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """What the model said when it was asked directly.

    Attributes:
        scores: of each question, answer → log probability.
        accuracy: share of right answers.
        milliseconds: a question.
    """

    scores: list[Mapping[str, float]]
    accuracy: float
    milliseconds: float


def ask(argument: str, questions: Sequence[Question], *, evidence: bool) -> Asked:
    """Asks the model directly, one prompt each."""
    start = time.perf_counter()
    kind = question_type(questions[0].task)
    model = build(argument, kind.name, Decoding("score", vote=False, evidence=evidence))
    answers = list(model.answered(questions))
    seconds = time.perf_counter() - start
    pairs = zip(questions, answers, strict=True)
    right = sum(kind.grade(question, one.text).verdict == "right" for question, one in pairs)
    cost = round(1000 * seconds / len(questions), 1)
    return Asked([one.scores for one in answers], right / len(questions), cost)


def with_direct(found: Sequence[Judgement], asked: Asked) -> None:
    """Puts in what the model said when it was asked directly."""
    for judgement, scores in zip(found, asked.scores, strict=True):
        least = min(scores.values(), default=0.0)
        for answer, judges in judgement.items():
            judges["direct"] = scores.get(answer, least)


def with_priors(found: Sequence[Judgement], priors: dict[str, float], other: float) -> None:
    """Puts in how common each answer is."""
    for judgement in found:
        for answer, judges in judgement.items():
            judges["prior"] = priors.get(answer, other)


def accuracy(found: Sequence[Judgement], truths: Sequence[str], weights: Sequence[Weights]) -> float:
    """The share of questions whose true answer has the highest worth, each with its own weights."""
    right = 0
    for judgement, truth, own in zip(found, truths, weights, strict=True):
        right += bool(judgement) and max(judgement, key=lambda answer: own.of(judgement[answer])) == truth
    return right / len(found)


def cross_validated(found: Sequence[Judgement], truths: Sequence[str], judges: Sequence[str]) -> float:
    """The accuracy of some judges together, with weights fitted on the other folds."""
    weights = [Weights()] * len(found)
    for fold in range(FOLDS):
        rest = [index for index in range(len(found)) if index % FOLDS != fold]
        fitted = fit([found[index] for index in rest], [truths[index] for index in rest], judges)
        own = _weights(dict.fromkeys(JUDGES, 0.0) | fitted)
        for index in range(fold, len(found), FOLDS):
            weights[index] = own
    return accuracy(found, truths, weights)


def _weights(values: dict[str, float], **priors: Any) -> Weights:
    return Weights(values["notated"], values["direct"], values["classical"], values["prior"], **priors)


def report(found: Sequence[Judgement], truths: Sequence[str]) -> dict[str, float]:
    """The accuracy of each judge alone and of some together."""
    together = (
        ("notated", "prior"),
        ("notated", "classical", "prior"),
        ("direct", "classical", "prior"),
        JUDGES,
    )
    rows = {
        "compared": sum(truth in judgement for judgement, truth in zip(found, truths, strict=True))
        / len(found)
    }
    for judges in (*((judge,) for judge in JUDGES), *together):
        rows[" + ".join(judges)] = cross_validated(found, truths, judges)
    return {name: round(value, 4) for name, value in rows.items()}


def fit_chords(
    argument: str, questions: Sequence[Question]
) -> tuple[Weights, Decoding | None, dict[str, Any]]:
    """The weights with the best mean credit of chords, how to answer if that helps, and what was measured.

    The judges are asked once, with the weights that hold where none are known; what other weights would
    choose is read from what they said then.
    """
    questions = questions[:CHORD_QUESTIONS]
    kind = question_type("chords")
    start = time.perf_counter()
    searches = chord_searches(LanguageModel.load(argument), questions, CHORD_WEIGHTS)
    seconds = time.perf_counter() - start

    def credit(question: Question, search: ChordSearch | None, notated: float) -> float:
        weights = replace(CHORD_WEIGHTS, notated=notated)
        answer = search.answer(search.best(weights)) if search else searched_chords(question, None)
        return kind.grade(question, answer).credit

    credits = {
        notated: np.array([credit(*pair, notated) for pair in zip(questions, searches, strict=True)])
        for notated in CHORDS
    }
    classical = float(np.mean([credit(question, None, 0.0) for question in questions]))
    together = cross_validated_credit(credits)
    measured = {
        "questions": len(questions),
        "milliseconds": round(1000 * seconds / len(questions), 1),
        "majmin": {"classical": round(classical, 4), "notated + classical": round(together, 4)},
    }
    best = Decoding("notate", vote=False, evidence=False) if together > classical else None
    return replace(CHORD_WEIGHTS, notated=best_settings(credits)), best, measured


def fit_lines(argument: str, questions: Sequence[Question]) -> tuple[Lines, Decoding | None, dict[str, Any]]:
    """The settings with the best mean F1 of phrase ends, how to answer if that helps, and what was measured.

    The language model has to help `symbolic.analysis.phrases` as that answers by itself.
    """
    start = time.perf_counter()
    searches = line_searches(LanguageModel.load(argument), questions)
    seconds = time.perf_counter() - start
    credits = line_credits(searches, questions)
    judges = {
        "notated": [lines for lines in credits if not lines.classical],
        "classical": [lines for lines in credits if not lines.notated],
        "notated + classical": list(credits),
    }
    found = {
        name: round(cross_validated_credit({lines: credits[lines] for lines in tried}), 4)
        for name, tried in judges.items()
    }
    found["analysis"] = round(_analysis_credit(questions), 4)
    measured = {
        "questions": len(questions),
        "milliseconds": round(1000 * seconds / len(questions), 1),
        "boundary_f1": found,
    }
    is_better = found["notated + classical"] > found["analysis"]
    best = Decoding("notate", vote=False, evidence=False) if is_better else None
    return best_settings(credits), best, measured


def _analysis_credit(questions: Sequence[Question]) -> float:
    """The mean credit of the phrase ends that the classical analysis finds."""
    kind = question_type("phrases")
    shown = ((question, question.score) for question in questions if question.score is not None)
    return float(np.mean([kind.grade(asked, named(phrase_ends(score))).credit for asked, score in shown]))


def line_credits(searches: Sequence[LineSearch], questions: Sequence[Question]) -> dict[Lines, np.ndarray]:
    """The F1 of each question with all settings that are tried: shape (questions,) each."""
    kind = question_type("phrases")
    found: dict[Lines, np.ndarray] = {}
    for bonus, notated, classical in product(BONUSES, NOTATED, CLASSICAL):
        if not notated and not classical:
            continue
        lines = Lines(bonus, notated=notated, classical=classical)
        grades = (
            kind.grade(question, answer_of(search.marginals(lines)))
            for question, search in zip(questions, searches, strict=True)
        )
        found[lines] = np.array([grade.credit for grade in grades])
    return found


S = TypeVar("S")


def best_settings(credits: Mapping[S, np.ndarray]) -> S:
    """The settings with the highest mean credit."""
    return max(credits, key=lambda settings: float(credits[settings].mean()))


def cross_validated_credit(credits: Mapping[S, np.ndarray]) -> float:
    """The mean credit of each fold's questions with the settings that are best on the other folds."""
    fold = np.arange(len(next(iter(credits.values())))) % FOLDS
    total = 0.0
    for held_out in range(FOLDS):
        rest = {settings: found[fold != held_out] for settings, found in credits.items()}
        total += float(credits[best_settings(rest)][fold == held_out].sum())
    return total / len(fold)


def fit_weights(
    argument: str, task: str, questions: Sequence[Question]
) -> tuple[Weights, Decoding, dict[str, Any]]:
    """The weights of the judges of one task, how the model answers it best, and what was measured."""
    start = time.perf_counter()
    found = judgements(LanguageModel.load(argument), questions)
    seconds = time.perf_counter() - start
    closed = [
        replace(question, answers=question.answers or tuple(judged))
        for question, judged in zip(questions, found, strict=True)
    ]
    plain, shown = (ask(argument, closed, evidence=evidence) for evidence in (False, True))
    direct = max(plain, shown, key=lambda asked: asked.accuracy)
    with_direct(found, direct)
    priors, other = log_shares(task)
    with_priors(found, priors, other)
    truths = list(map(right_answer, questions, found))
    rows = report(found, truths)
    method = "notate" if rows[" + ".join(JUDGES)] > direct.accuracy else "score"
    measured = {
        "questions": len(questions),
        "milliseconds": {
            "notated": round(1000 * seconds / len(questions), 1),
            "direct": plain.milliseconds,
            "direct with evidence": shown.milliseconds,
        },
        "asked": {"plain": round(plain.accuracy, 4), "with evidence": round(shown.accuracy, 4)},
        "accuracy": rows,
    }
    best = Decoding(method, vote=False, evidence=direct is shown)
    return _weights(fit(found, truths), priors=priors, other=other), best, measured


def main(argv: list[str] | None = None) -> int:
    """Fits and stores what decides; prints what was measured."""
    parser = argparse.ArgumentParser(description="Fit how much each judge counts, on the development split.")
    parser.add_argument("model", type=Path, help="folder of the model; gets decoding.json")
    parser.add_argument("--questions", type=Path, required=True, help="questions/dev.jsonl of a corpus")
    parser.add_argument("--task", nargs="+", choices=sorted(TASKS), default=sorted(TASKS))
    parser.add_argument("--limit", type=int, help="ask this many of each task")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args(argv)
    before = stored(arguments.model)
    weights, lines, choices = dict(before.weights), before.lines, dict(before.choices)
    measured: dict[str, Any] = provenance_of(arguments.model).get("measured", {})
    for task in arguments.task:
        questions = questions_of(arguments.questions, task, arguments.limit, arguments.seed)
        best: Decoding | None
        if task in METHODS:
            weights[task], best, measured[task] = fit_weights(str(arguments.model), task, questions)
        elif task == "chords":
            weights[task], best, measured[task] = fit_chords(str(arguments.model), questions)
        else:
            lines, best, measured[task] = fit_lines(str(arguments.model), questions)
        choices.pop(task, None)
        if best is not None:
            choices[task] = best
        print(json.dumps({task: measured[task]}, indent=1), flush=True)
    provenance = {
        "made_by": "python -m eval.models.notate.fit",
        "fitted_on": f"{arguments.questions.name}, {hash_of(arguments.questions.read_bytes())}",
        "priors_from": "the training split of the tune benchmark",
        "measured": measured,
    }
    print(store(arguments.model, Settings(weights, lines, choices), provenance))
    return 0


if __name__ == "__main__":
    sys.exit(main())
