"""What every model offers the runner: texts in answer to questions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from symbolic.questions import Question


class Model(Protocol):
    """Answers questions of one task.

    Attributes:
        name: as the command line names it.
    """

    name: str

    def answers(self, questions: Sequence[Question]) -> Iterable[str]:
        """One text for each question, in their order, as soon as each is there."""
