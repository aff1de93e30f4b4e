"""Answers with what speaks for them: understood, asked, put to a model, and told with evidence.

Where the score itself states the answer (its header, its signs, its chord symbols), that is the answer, and
what the model hears with all of this hidden stands beside it. Where a file's header is not to be trusted (the
key of a MIDI file is mostly a default) and the model hears something else, its answer comes first. What could
not be answered is told with its reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from eval.ask import theory
from eval.ask.asking import ask_about
from eval.ask.confidence import answered, label, measured
from eval.ask.draft import Asked, Settled
from eval.ask.reasons import places, reasons
from eval.ask.stated import stated_answer
from eval.ask.understanding import THEORY, Request, understand
from eval.models import BEST, Decodes, Decoding, Model
from eval.registry import ANALYSIS, DEFAULT, TASKS, build_model, choose_models, task_named
from symbolic.questions import Question, Reason, question_type
from symbolic.questions.theory.forms import CHOICE
from symbolic.questions.theory.told import told
from symbolic.score import Score

COMPUTED = "computed"
"""The source of an answer that follows from the notes or from the rules of theory alone."""
STATED, MODEL = "score", "model"


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer.

    Attributes:
        task: the type of question.
        asked: the words that asked it.
        answer: the answer's name.
        source: `STATED`, `MODEL` or `COMPUTED`.
        model: the model that was asked, or None.
        model_answer: what it answers, or None where none was asked.
        stated: what the score states, or None.
        agrees: whether these two agree; None where one is missing.
        confidence: in the model's answer: its expected credit; None where that was not measured.
        scores: the model's probability of each allowed answer, best first; may be empty.
        bars: the bars that the question or the answer names.
        evidence: sentences.
    """

    task: str
    asked: str
    answer: str
    source: str
    model: str | None = None
    model_answer: str | None = None
    stated: str | None = None
    agrees: bool | None = None
    confidence: float | None = None
    scores: Mapping[str, float] = field(default_factory=dict)
    bars: tuple[int, ...] = ()
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Declined:
    """What could not be answered: the words, the type they were taken for, if any, and why."""

    asked: str
    task: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Answers:
    """Everything that was answered, and what was not."""

    replies: tuple[Reply, ...]
    declined: tuple[Declined, ...]


UNKNOWN = "I do not understand what is asked"


@dataclass(frozen=True, slots=True)
class Panel:
    """Whom to ask: a model's full name, or the default models, and how language models find their answers."""

    name: str = DEFAULT
    decoding: Decoding = BEST

    @property
    def lacking(self) -> str:
        """Why there is no model."""
        return f"{self.name} is not for such questions"

    def model(self, task: str) -> Model | None:
        """The model for a task; None where the one that is named is not for it."""
        chosen = task_named(task)
        if not choose_models([self.name], list(TASKS.values()))[task]:
            return None
        return build_model(self.name, chosen, self.decoding)


DEFAULT_PANEL = Panel()


def ask(text: str, score: Score | None, *, panel: Panel = DEFAULT_PANEL, trusted: bool = True) -> Answers:
    """Answers the questions in a text.

    Args:
        text: in English, one question or several.
        score: what they are about; None for questions of theory alone.
        panel: whom to ask.
        trusted: what the score states about itself counts more than what the model hears.

    Raises:
        SymbolicError: an unknown model, or one that cannot be loaded.
    """
    understood = understand(text)
    found = [_answer(request, score, panel, trusted) for request in understood.requests]
    declined = [result for result in found if isinstance(result, Declined)]
    declined += [Declined(clause, None, UNKNOWN) for clause in understood.unclear]
    return Answers(tuple(result for result in found if isinstance(result, Reply)), tuple(declined))


def _answer(request: Request, score: Score | None, panel: Panel, trusted: bool) -> Reply | Declined:
    if request.task == THEORY:
        return _theory(request, panel)
    if score is None and theory.is_known(request.text):
        return _theory(request, panel)
    if score is None:
        return Declined(request.text, request.task, "it asks about a piece: name a file")
    outcome = ask_about(score, request.task, request.arguments)
    if isinstance(outcome, Reason):
        return Declined(request.text, request.task, outcome.message)
    if isinstance(outcome, Settled):
        return Reply(
            outcome.task,
            request.text,
            outcome.answer,
            COMPUTED,
            bars=outcome.bars,
            evidence=(outcome.reason,),
        )
    return _of_score(request, score, outcome, panel, trusted)


def _of_score(request: Request, score: Score, asked: Asked, panel: Panel, trusted: bool) -> Reply | Declined:
    task = asked.question.task
    stated = stated_answer(score, asked)
    built = panel.model(task)
    if built is None and stated is None:
        return Declined(request.text, task, f"the score does not state it, and {panel.lacking}")
    reply = Reply(task, request.text, stated or "", STATED, stated=stated, bars=asked.bars)
    if built is not None:
        reply = _heard(reply, asked, built, trusted)
        if not reply.answer:
            return Declined(request.text, task, f"{built.name} gave no answer that could be read")
    bars = tuple(dict.fromkeys((*asked.bars, *places(task, reply.answer, asked))))
    befell = () if built is None or not isinstance(built, Decodes) else tuple(built.warnings)
    return replace(reply, bars=bars, evidence=(*reasons(score, asked, reply.answer, reply.model), *befell))


def _heard(reply: Reply, asked: Asked, built: Model, trusted: bool) -> Reply:
    """The reply with the model's answer, its probabilities and the confidence in it."""
    kind = question_type(reply.task)
    text, shares = answered(built, asked.question)
    name = kind.parse(text) or (text if built.name == ANALYSIS else None)
    if not name:
        return replace(reply, model=label(built))
    known = measured(reply.task, built)
    confidence = known.confidence(next(iter(shares.values()), None)) if known else None
    agrees = None
    if reply.stated is not None:
        agrees = kind.grade(replace(asked.question, truth=reply.stated), text).verdict == "right"
    by_model = reply.stated is None or (not trusted and not agrees)
    return replace(
        reply,
        answer=name if by_model else reply.answer,
        source=MODEL if by_model else STATED,
        model=label(built),
        model_answer=name,
        agrees=agrees,
        confidence=confidence,
        scores=shares,
    )


def _theory(request: Request, panel: Panel) -> Reply | Declined:
    """An answer worked out, or a model's, or just what is known of the things that are named."""
    worked = theory.work_out(request.text) if panel.name == DEFAULT else None
    if worked is not None:
        return Reply(THEORY, request.text, worked.answer, COMPUTED, evidence=(worked.reason,))
    facts, form = told(request.text), theory.form_of(request.text)
    if panel.name == DEFAULT and not facts:
        return Declined(request.text, THEORY, "no rule of theory answers it, and it names nothing known")
    if panel.name == DEFAULT and form is None:
        return Reply(THEORY, request.text, facts.rstrip("."), COMPUTED)
    built = panel.model(THEORY)
    if built is None:
        return Declined(request.text, THEORY, f"no rule of theory answers it, and {panel.lacking}")
    form = form or CHOICE
    allowed = theory.answers_among(facts, form, request.text) or form.answers
    details = {"form": form.name}
    question = Question("asked", THEORY, request.text, form.sentence, None, "", allowed, details=details)
    text, _ = answered(built, question)
    answer = form.parse(text)
    if answer is None:
        return Declined(request.text, THEORY, f"{built.name} gave no answer that could be read")
    known = (facts,) if facts else ()
    return Reply(THEORY, request.text, answer, MODEL, label(built), answer, evidence=known)


def can_answer() -> dict[str, str]:
    """Each type of question and what it asks."""
    return {name: task.description for name, task in TASKS.items()}
