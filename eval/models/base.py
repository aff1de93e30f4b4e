"""What every model offers the runner: texts in answer to questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Protocol, runtime_checkable

from eval.models.decoding import Decoding
from symbolic.questions import Question


class Model(Protocol):
    """Answers questions of one task.

    Attributes:
        name: as the command line names it.
    """

    name: str

    def answers(self, questions: Sequence[Question]) -> Iterable[str]:
        """One text for each question, in their order, as soon as each is there."""


@runtime_checkable
class Decodes(Protocol):
    """A language model: says how it found its answers, and what befell questions on the way.

    Attributes:
        decoding: with every choice made.
        warnings: what happened → to how many questions.
    """

    decoding: Decoding
    warnings: Counter[str]
