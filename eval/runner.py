"""From data to results: make the questions once, put them to each model, grade, aggregate.

`evaluate` is the face for Python; the command line uses `prepare` and `run`, so that many models share the
questions.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from os import PathLike
from random import Random
from typing import TYPE_CHECKING, Any, cast

from eval import benchmarks, items
from eval.inputs import can_be_heard, hear, written
from eval.items import ItemSet, NothingToAskError
from eval.metrics import Outcome
from eval.models import BEST, Decodes, Decoding, Model
from eval.registry import DEFAULT, TRANSCRIPTION, Task, build_model, choose_models, task_named
from eval.results import Answered, Results
from symbolic.errors import SymbolicError
from symbolic.questions import Question, QuestionType, Reason, multiple_choice, question_type

if TYPE_CHECKING:
    from eval.models.transcribers import Transcriber

INPUTS = ("score", "midi", "audio")
FORMS = ("open", "choice")
Progress = Callable[[int], object]
"""Called with the number of questions answered since the last call."""


@dataclass(frozen=True, slots=True)
class Exam:
    """The questions of one task, ready for any model.

    Attributes:
        task: the task.
        kind: its question type.
        questions: in a fixed order, as models get them.
        asked: the same about the scores themselves, by which answers are graded.
        groups: the collection of each.
        source: the data they were made from, with what was skipped.
        config: the choices that shaped them.
    """

    task: Task
    kind: QuestionType
    questions: tuple[Question, ...]
    asked: tuple[Question, ...]
    groups: tuple[str, ...]
    source: ItemSet
    config: dict[str, Any]

    def __len__(self) -> int:
        """Number of questions."""
        return len(self.questions)


def prepare(
    task: str,
    data: str | PathLike[str] | None = None,
    *,
    limit: int | None = None,
    seed: int = 0,
    input: str = "score",
    form: str = "open",
    progress: Callable[[int, int], object] | None = None,
) -> Exam:
    """Makes the questions of a task.

    Args:
        task: its name.
        data: questions or scores (see `eval.items.load`); the benchmark's test split where None.
        limit: ask this many, drawn at random.
        seed: of that draw, of what each question draws (wording, bars it asks about), and of the bootstrap.
        input: what models get: the ``score``, or its transcription from the notes of a performance
            (``midi``) or from the sound of one (``audio``); see `eval.inputs`.
        form: ``open``, or ``choice`` among four lettered options, the truth and its hardest distractors.
        progress: told how many questions are ready, and of how many.

    Raises:
        SymbolicError: an unknown task, data that cannot be used, or nothing in them to ask.
    """
    chosen = task_named(task)
    kind = question_type(task)
    if input not in INPUTS:
        raise SymbolicError(f"input must be one of {', '.join(INPUTS)}, got {input!r}")
    if input != "score" and not can_be_heard(kind):
        raise NothingToAskError(f"{task} asks about what stands in the notation; use --input score")
    if form not in FORMS:
        raise SymbolicError(f"form must be one of {', '.join(FORMS)}, got {form!r}")
    if limit is not None and limit < 1:
        raise SymbolicError(f"limit must be at least 1, got {limit}")
    if data is None:
        source = benchmarks.load(task, benchmark=chosen.benchmark)
    else:
        source = items.load(data, kind)
    order = list(range(len(source.items)))
    if limit is not None:
        Random(seed).shuffle(order)
    asked: list[tuple[int, Question, Question]] = []
    skipped = Counter(source.skipped)
    for index in order:
        if len(asked) == limit:
            break
        found = _ask(source.items[index], kind, input, form, seed)
        if isinstance(found, Reason):
            skipped[found.message if found.code != "too-few-notes" else "too few notes"] += 1
        else:
            asked.append((index, *found))
            if progress is not None:
                progress(len(asked), min(limit or len(order), len(order)))
    if not asked:
        reasons = "; ".join(f"{count} × {reason}" for reason, count in skipped.items())
        raise NothingToAskError(f"nothing in {source.name} can be asked for {task!r}: {reasons}")
    asked.sort(key=lambda row: row[0])
    return Exam(
        chosen,
        kind,
        tuple(shown for _, shown, _ in asked),
        tuple(question for _, _, question in asked),
        tuple(source.items[index].group for index, _, _ in asked),
        replace(source, skipped=dict(skipped)),
        {"task": task, "data": source.name, "limit": limit, "seed": seed, "input": input, "form": form},
    )


def _ask(
    item: items.Item, kind: QuestionType, input: str, form: str, seed: int
) -> tuple[Question, Question] | Reason:
    """The question as a model gets it and as it is graded, or why it cannot be asked."""
    rng = Random(f"{seed} {item.id}")
    item = written(item)
    question = item.ask(kind, rng)
    if isinstance(question, Reason):
        return question
    if form == "choice" and not question.options:
        if not question.distractors:
            return Reason("no-distractors", "it has no distractors to choose among")
        question = multiple_choice(question, rng)
    if input == "score" or question.score is None:
        return question, question
    heard = hear(item, question, kind, input, seed)
    return heard if isinstance(heard, Reason) else (heard, question)


def run(
    exam: Exam,
    model: str | Model,
    *,
    decoding: Decoding = BEST,
    command: str = "",
    progress: Progress | None = None,
) -> Results:
    """Puts the questions to a model and grades its answers.

    Args:
        exam: the questions.
        model: a full name, or a model.
        decoding: how a language model that is given by its name finds its answers.
        command: what was typed, for the record.
        progress: told of each answer.

    Raises:
        SymbolicError: an unknown model, or one that gives too few or too many answers.
    """
    name = model if isinstance(model, str) else model.name
    built = build_model(model, exam.task, decoding) if isinstance(model, str) else model
    start = time.perf_counter()
    answered = []
    texts = _counted(built.answers(exam.questions), len(exam.questions), name)
    for question, group, text in zip(exam.asked, exam.groups, texts, strict=True):
        outcome = Outcome(question.truth, exam.kind.grade(question, text))
        answered.append(Answered(question.id, group, exam.task.category(question), text, outcome))
        if progress is not None:
            progress(1)
    seconds = time.perf_counter() - start
    outcomes = [item.outcome for item in answered]
    seed = exam.config["seed"]
    return Results(
        task=exam.task.name,
        model=name,
        metrics={
            metric.name: estimate
            for metric in exam.task.metrics
            if (estimate := metric.estimate(outcomes, seed)) is not None
        },
        per_item=tuple(answered),
        seconds=seconds,
        data_name=exam.source.name,
        data_hash=exam.source.data_hash,
        skipped=exam.source.skipped,
        failures=exam.source.failures,
        warnings=dict(built.warnings) if isinstance(built, Decodes) else {},
        config={
            **exam.config,
            "model": name,
            "resolved_model": built.name,
            "decoding": asdict(built.decoding) if isinstance(built, Decodes) else None,
        },
        command=command,
    )


def _counted(texts: Iterable[str], expected: int, name: str) -> Iterable[str]:
    count = 0
    for text in texts:
        count += 1
        if count <= expected:
            yield text
    if count != expected:
        raise SymbolicError(f"{name} gave {count} answers to {expected} questions")


def evaluate(
    task: str = "key",
    model: str | Model | Transcriber = DEFAULT,
    data: str | PathLike[str] | None = None,
    limit: int | None = None,
    seed: int = 0,
    input: str | None = None,
    form: str = "open",
    decode: str | None = None,
    vote: bool | None = None,
    evidence: bool | None = None,
) -> Results:
    """Measures one model on one task; the arguments are those of `prepare`, `run` and `Decoding`.

    The task ``transcription`` takes those of `eval.transcription`; its `input` is ``audio`` by default.
    """
    if task == TRANSCRIPTION.name:
        from eval import transcription

        recordings = transcription.prepare(data, limit=limit, seed=seed, input=input or "audio")
        return transcription.run(recordings, cast("str | Transcriber", model))
    decoding = Decoding(decode, vote, evidence)
    if isinstance(model, str):
        choose_models([model], [task_named(task)])  # an unknown name is told before the data are read
    exam = prepare(task, data, limit=limit, seed=seed, input=input or "score", form=form)
    return run(exam, cast("str | Model", model), decoding=decoding)
