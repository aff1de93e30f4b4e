"""Answering by notating: which answer would the music be written down under?

The piece is written out under each likely answer (its signature, its bar lines, its repeats), and a language
model that was pretrained on written music says how likely each text is. So a hidden key, metre or form is a
question that all notes answer, not one token. Where a piece has several notations under one answer (upbeats),
their likelihoods are added; over transpositions of the piece, which hold the same evidence, the logarithms
are averaged.

The likelihood is weighed against other judges (`eval.models.notate.weights`). What has too many answers to
write each of them out is searched for from left to right: phrase ends by the likelihoods of line ends
(`eval.models.notate.phrases`), chords by those of the bars with symbols over them
(`eval.models.notate.harmony`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from eval.models.choices import log_sum
from eval.models.notate.candidates import (
    Classical,
    Limits,
    Notation,
    classical_forms,
    classical_keys,
    classical_meters,
    form_notations,
    key_notations,
    likeliest,
    meter_notations,
)
from eval.models.notate.weights import Judgement, Weights, stored
from symbolic.questions import Question
from symbolic.score import Score

if TYPE_CHECKING:
    from eval.models.language_model import LanguageModel


@dataclass(frozen=True, slots=True)
class Method:
    """How one task is notated.

    Attributes:
        classical: log probabilities of the answers in the classical analysis; empty where it finds none.
        notations: the texts to compare.
        limits: how much is written out.
        weights: of the judges, where none were fitted for the model.
        whole: no part of a piece can stand for it.
    """

    classical: Callable[[Score], Classical]
    notations: Callable[[Score, Classical, Limits], list[Notation]]
    limits: Limits
    weights: Weights
    whole: bool = False


METHODS = {
    "key": Method(
        classical_keys,
        key_notations,
        Limits(notes=120, answers=5, mass=0.998, copies=4),
        Weights(notated=0.3, direct=0.3, classical=0.5),
    ),
    "time-signature": Method(
        classical_meters,
        meter_notations,
        Limits(notes=120, answers=3, mass=0.99, copies=2, upbeats=2),
        Weights(notated=0.3, direct=0.3, classical=0.5),
    ),
    "structure": Method(
        classical_forms,
        form_notations,
        Limits(answers=3, mass=0.999, copies=1),
        Weights(notated=0.2, direct=0.0, classical=1.0),
        whole=True,
    ),
}
SEARCHED = frozenset({"chords", "phrases"})
"""Tasks whose one answer is searched for; the direct answer counts nothing."""
TASKS = frozenset({*METHODS, *SEARCHED})
"""Tasks that can be notated."""


MIN_NOTES = 8
"""Of an opening that is cut to fit the context."""
SHRINK = 0.95
"""What more is cut than a piece is too long, because tokens are not spread evenly."""


def notated(model: LanguageModel, questions: Sequence[Question]) -> list[dict[str, float]]:
    """What notating gives each likely answer of each question, in weighted nats, up to a constant.

    Args:
        model: the language model.
        questions: open ones, all of one task in `TASKS`.

    Returns:
        Answer → score, the same names as in a question's answers; empty where there is nothing to compare.
    """
    if not questions:
        return []
    task = questions[0].task
    if task in SEARCHED:
        search = _phrase_ends if task == "phrases" else _chords
        return [{answer: 0.0} if answer else {} for answer in search(model, questions)]
    weights = weights_of(model, task)
    return [
        {answer: weights.of(judges) for answer, judges in found.items()}
        for found in judgements(model, questions)
    ]


def _phrase_ends(model: LanguageModel, questions: Sequence[Question]) -> list[str]:
    from eval.models.notate.phrases import answer_of, line_searches

    lines = stored(model.tokenizer.name_or_path).lines
    marginals = [search.marginals(lines) for search in line_searches(model, questions)]
    return [answer_of(found, lines.threshold) if found else "" for found in marginals]


def _chords(model: LanguageModel, questions: Sequence[Question]) -> list[str]:
    from eval.models.notate.harmony import CHORD_WEIGHTS, chord_searches, searched_chords

    weights = stored(model.tokenizer.name_or_path).weights.get("chords", CHORD_WEIGHTS)
    searches = chord_searches(model, questions, weights)
    return [searched_chords(question, search) for question, search in zip(questions, searches, strict=True)]


def combined(
    model: LanguageModel, task: str, direct: Mapping[str, float], notated: Mapping[str, float]
) -> dict[str, float]:
    """What notating and the direct answer give together.

    Args:
        model: whose weights count.
        task: one of `TASKS`.
        direct: answer → log probability, where the model was asked directly; may be empty.
        notated: as `notated` gives them; other answers are left out.
    """
    if task in SEARCHED or not direct:
        return dict(notated)
    weight, least = weights_of(model, task).direct, min(direct.values())
    return {answer: score + weight * direct.get(answer, least) for answer, score in notated.items()}


def asks_directly(model: LanguageModel, task: str) -> bool:
    """Whether the direct answer counts anything, so that it is worth asking for."""
    return task in METHODS and weights_of(model, task).direct > 0


def weights_of(model: LanguageModel, task: str) -> Weights:
    """The weights fitted for a model, or the task's own."""
    return stored(model.tokenizer.name_or_path).weights.get(task, METHODS[task].weights)


def judgements(
    model: LanguageModel, questions: Sequence[Question], limits: Limits | None = None
) -> list[Judgement]:
    """What each judge but the direct one says of each likely answer.

    Args:
        model: the language model.
        questions: all of one task in `METHODS`.
        limits: other ones than the task's.
    """
    task = questions[0].task
    method, weights = METHODS[task], weights_of(model, task)
    found = [_written(model, method, question, limits or method.limits) for question in questions]
    scores = iter(model.log_likelihoods([row for _, _, rows in found for row in rows]))
    judged = []
    for classical, notations, rows in found:
        likelihoods = together(notations, [next(scores) for _ in rows] or [0.0] * len(notations))
        judged.append({
            answer: {
                "notated": value,
                "classical": classical[answer],
                "prior": weights.priors.get(answer, weights.other),
            }
            for answer, value in likelihoods.items()
        })  # fmt: skip
    return judged


def _written(
    model: LanguageModel, method: Method, question: Question, limits: Limits
) -> tuple[Classical, list[Notation], list[list[int]]]:
    """The classical analysis, the notations and their tokens, of as much music as fits the context.

    Where the classical analysis leaves one answer only there is nothing to compare, so no tokens; likewise
    where the music cannot be written so, or is too long and cannot be cut.
    """
    if question.score is None:
        raise ValueError(f"the {question.task} question {question.id!r} shows no score")
    classical = method.classical(question.score)
    if not classical:
        return classical, [], []
    names = likeliest(classical, limits)
    if len(names) == 1:
        return classical, [Notation(names[0], 0, "")], []
    ends = ([model.tokenizer.bos_token_id], [model.tokenizer.eos_token_id])
    while True:
        notations = method.notations(question.score, classical, limits)
        rows = [[*ends[0], *model.tokens(notation.text), *ends[1]] for notation in notations]
        longest = max(map(len, rows), default=0)
        if not rows or (method.whole and longest > model.context):
            return classical, [Notation(names[0], 0, "")], []
        if longest <= model.context or limits.notes <= MIN_NOTES:
            return classical, notations, [row[: model.context] for row in rows]
        fewer = int(SHRINK * min(limits.notes, longest) * model.context / longest)
        limits = replace(limits, notes=max(MIN_NOTES, fewer))


def together(notations: Sequence[Notation], scores: Sequence[float]) -> dict[str, float]:
    """The log likelihood of each answer: summed over its notations, averaged over copies of the music."""
    sums: dict[tuple[str, int], float] = {}
    for notation, score in zip(notations, scores, strict=True):
        place = (notation.answer, notation.copy)
        sums[place] = log_sum((sums[place], score)) if place in sums else score
    copies = len({copy for _, copy in sums})
    found: dict[str, float] = {}
    for (answer, _), score in sums.items():
        found[answer] = found.get(answer, 0.0) + score / copies
    return found
