"""Questions that are longer than a model's context: their score is cut, at a bar line where it has any."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from symbolic.errors import SymbolicError
from symbolic.notations import opening
from symbolic.questions import Question
from symbolic.questions.base import MIN_NOTES
from symbolic.score import Chord, Note
from training.corpus.cut import abc_text, pieces

OPENING = frozenset({"time-signature"})
"""Tasks that show one long measure, of which the opening tells as much."""
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


def with_room(question: Question, room: Callable[[Question], int]) -> Question | None:
    """The question with so much of its opening that there is room left for it; None where there never is.

    Args:
        question: of its score the opening is shown where that is enough (`OPENING`), else the whole.
        room: what is left beside a question; negative where there is too little.
    """
    shorter = question
    while room(shorter) < 0:
        if shorter.score is None or shorter.task not in OPENING:
            return None
        notes = int(_STEP * sum(isinstance(event, Note | Chord) for event in shorter.score.events()))
        if notes < MIN_NOTES:
            return None
        shorter = replace(shorter, score=opening(shorter.score, notes))
    return shorter
