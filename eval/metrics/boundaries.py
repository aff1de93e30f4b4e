"""Metrics of places in a piece: the F1 of those named, and the share of answers without a fault."""

from __future__ import annotations

from eval.metrics.base import ACCURACY, ANSWERED, score_metric

METRICS = (score_metric("boundary_f1", "mean F1 of the places named"), ACCURACY, ANSWERED)
