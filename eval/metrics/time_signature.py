"""Metrics of finding the time signature: the exact fraction, and the class of the metre.

The classes are duple, triple, compound duple and compound triple (and irregular for 5/8 and the like).
"""

from __future__ import annotations

from eval.metrics.base import ACCURACY, ANSWERED, Metric, Outcome
from symbolic.meter import Meter


def _same_class(outcome: Outcome) -> float:
    answer = outcome.grade.answer
    return float(bool(answer) and Meter.parse(answer).class_name == Meter.parse(outcome.truth).class_name)


METRICS = (
    ACCURACY,
    Metric(
        "class_accuracy",
        "share of answers of the right class: duple or triple, simple or compound",
        _same_class,
    ),
    ANSWERED,
)
