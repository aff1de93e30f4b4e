"""A metric is one record: what one answer is worth, and how many answers become one number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isnan, nan

from eval.statistics import Estimate, mean, proportion
from symbolic.questions import Grade


@dataclass(frozen=True, slots=True)
class Outcome:
    """The right answer's name and the grade of the answer given."""

    truth: str
    grade: Grade


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric.

    Attributes:
        name: as results name it.
        description: one line for a person.
        function: the worth of one answer, 0 … 1; an answer that was not found is worth 0; NaN where the
            metric does not apply to the question.
        aggregate: the mean with its 95% interval of ``(values, seed)``.
        higher_is_better: which way is good.
    """

    name: str
    description: str
    function: Callable[[Outcome], float]
    aggregate: Callable[[Sequence[float], int], Estimate] = proportion
    higher_is_better: bool = True

    def estimate(self, outcomes: Sequence[Outcome], seed: int = 0) -> Estimate | None:
        """The metric of many answers, of those to which it applies; None where it applies to none."""
        values = [value for outcome in outcomes if not isnan(value := self.function(outcome))]
        return self.aggregate(values, seed) if values else None


def _is_right(outcome: Outcome) -> float:
    return float(outcome.grade.verdict == "right")


def _has_answer(outcome: Outcome) -> float:
    return float(outcome.grade.verdict != "none")


def _credit(outcome: Outcome) -> float:
    return outcome.grade.credit


def score_metric(name: str, description: str) -> Metric:
    """The mean of one of the further measures that a question type's grades hold; 0 without an answer."""

    def function(outcome: Outcome) -> float:
        return outcome.grade.scores.get(name, 0.0 if outcome.grade.verdict == "none" else nan)

    return Metric(name, description, function, mean)


ACCURACY = Metric("accuracy", "share of right answers", _is_right)
CREDIT = Metric("credit", "mean credit, near answers in part", _credit, mean)
ANSWERED = Metric("answered", "share of answers in which an answer was found", _has_answer)
