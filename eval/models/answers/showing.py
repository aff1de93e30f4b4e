"""What a question shows to an analysis."""

from __future__ import annotations

from symbolic.questions import Question, Reason
from symbolic.questions.reading import Bars, counted_bars
from symbolic.score import Score


def shown(question: Question) -> Score:
    """The score that a question shows.

    Raises:
        ValueError: it shows none.
    """
    if question.score is None:
        raise ValueError(f"the {question.task} question {question.id!r} shows no score")
    return question.score


def shown_bars(question: Question) -> Bars:
    """The notes of each bar that a question shows.

    Raises:
        ValueError: it shows no score, or one whose bars cannot be counted.
    """
    bars = counted_bars(shown(question))
    if isinstance(bars, Reason):
        raise ValueError(f"the bars of {question.id!r} cannot be counted: {bars}")
    return bars
