"""Metrics of tasks whose answer is right or wrong, some of them with credit for a near answer."""

from __future__ import annotations

from eval.metrics.base import ACCURACY, ANSWERED, CREDIT

METRICS = (ACCURACY, CREDIT, ANSWERED)
