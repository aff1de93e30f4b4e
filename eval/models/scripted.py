"""A test double that says what it is told: ``scripted:TEXT`` answers every question with TEXT."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from symbolic.questions import Question


@dataclass(frozen=True, slots=True)
class Scripted:
    """Answers with a text, or with what a function makes of each question.

    ``Scripted("oracle", lambda question: question.truth)`` is always right.
    """

    name: str
    reply: str | Callable[[Question], str]

    def answers(self, questions: Sequence[Question]) -> Iterator[str]:
        """The scripted replies."""
        for question in questions:
            yield self.reply if isinstance(self.reply, str) else self.reply(question)


def names(task: str) -> tuple[str, ...]:
    """Nothing to list: the argument is free text."""
    return ()


def build(argument: str, task: str) -> Scripted:
    """The model that answers with `argument`."""
    return Scripted(f"scripted:{argument}", argument)
