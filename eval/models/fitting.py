"""Questions that are longer than a model's context: their score is cut at a bar line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from symbolic.errors import SymbolicError
from symbolic.questions import Question
from training.corpus.cut import abc_text, pieces

_STEP = 0.95
"""At least so much is cut off at a time."""


def fitted(question: Question, size: Callable[[Question], int], room: int) -> Question | None:
    """The question with as many bars from the start as fit; None where not even one does.

    Args:
        question: is too long.
        size: tokens of a question.
        room: the most tokens there may be.
    """
    score = question.score
    if score is None:
        return None
    words = size(replace(question, score=None))
    characters, tokens = len(abc_text(score)), size(question)
    shorter = question
    while tokens > room:
        characters = int(characters * min(_STEP, (room - words) / max(1, tokens - words)))
        if characters < 1:
            return None
        try:
            shorter = replace(question, score=pieces(score, characters)[0])
        except SymbolicError:  # a single bar is longer
            return None
        tokens = size(shorter)
    return shorter
