"""Metrics of the form string: the letters, and where sections start (F1, exact to the bar)."""

from __future__ import annotations

from eval.metrics.base import ACCURACY, ANSWERED, score_metric

METRICS = (ACCURACY, score_metric("boundary_f1", "mean F1 of the bars where sections start"), ANSWERED)
