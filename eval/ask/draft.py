"""A question that is asked of a score without knowing its answer, and what its builders share.

It is worded and stripped as its type does it, so that a model sees what it was trained and measured on; only
the truth is empty. Where what it should point at is missing or lies outside the piece, a reason says so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib import import_module
from types import ModuleType

from eval.ask.arguments import Arguments
from symbolic.questions import TASKS, Question, Reason
from symbolic.score import Score


@dataclass(frozen=True, slots=True)
class Asked:
    """A question ready to be put.

    Attributes:
        question: without truth, distractors and explanation.
        bars: the bars it points at, as the score counts them.
        shift: what to add to a bar's number in what is shown to get that in the score.
    """

    question: Question
    bars: tuple[int, ...] = ()
    shift: int = 0


@dataclass(frozen=True, slots=True)
class Settled:
    """An answer that needs no model, and why."""

    task: str
    answer: str
    reason: str
    bars: tuple[int, ...] = ()


Outcome = Asked | Settled | Reason


MISSING = "argument-missing"


def missing(what: str) -> Reason:
    """The reason not to ask where the words leave open what they point at."""
    return Reason(MISSING, f"it has to say {what}")


def module_of(task: str) -> ModuleType:
    """The module of a type, with its wordings and its answers."""
    return import_module(TASKS[task])


def new(
    task: str, shown: Score, wording: str, details: dict[str, object] | None = None, **form: str
) -> Question:
    """A question of a type in its first wording's style, without a truth."""
    module = module_of(task)
    answer_format = form.get("answer_format", getattr(module, "ANSWER_FORMAT", ""))
    return Question(
        "asked",
        task,
        wording,
        answer_format,
        shown,
        "",
        getattr(module, "ANSWERS", ()),
        details=details or {},
    )


def bare(question: Question) -> Question:
    """The question without all that a model must not know."""
    return replace(question, id="asked", truth="", distractors=(), explanation="")


def placed_bars(bars: tuple[int, int], total: int) -> tuple[int, int] | Reason:
    """The bars counted from 1, where they exist."""
    first, last = sorted(bar + total + 1 if bar < 0 else bar for bar in bars)
    if not 1 <= first <= last <= total:
        return Reason(
            "no-such-bar", f"it has {total} bars, so that there is no bar {first if first < 1 else last}"
        )
    return first, last


def one_bar(given: Arguments, total: int) -> int | Reason:
    """The bar that is named, counted from 1, where it exists."""
    if given.bars is None:
        return missing("which bar")
    placed = placed_bars(given.bars, total)
    return placed if isinstance(placed, Reason) else placed[0]
