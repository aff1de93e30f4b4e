"""Metrics of key finding, as in mir_eval and MIREX's audio key detection.

``mirex`` is `mir_eval.key.weighted_score`: right 1, a fifth *above* the truth .5, relative .3, parallel .2
(see `symbolic.questions.key`, which extends it to all modes). MIREX's own page gives the fifth's credit in
both directions; we follow mir_eval.
"""

from __future__ import annotations

from eval.metrics.base import ACCURACY, ANSWERED, Metric, Outcome
from eval.statistics import mean
from symbolic.key import Key


def _same_tonic(outcome: Outcome) -> float:
    answer = outcome.grade.answer
    return float(bool(answer) and Key.parse(answer).pitch_class == Key.parse(outcome.truth).pitch_class)


def _credit(outcome: Outcome) -> float:
    return outcome.grade.credit


METRICS = (
    ACCURACY,
    Metric("tonic_accuracy", "share of answers with the right tonic, whatever the mode", _same_tonic),
    Metric("mirex", "mean weighted score of mir_eval and MIREX", _credit, mean),
    ANSWERED,
)
