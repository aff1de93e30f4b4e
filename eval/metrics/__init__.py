"""How the graded answers of a task become numbers; one module per task, each with its ``METRICS``."""

from __future__ import annotations

from eval.metrics.base import ANSWERED, CREDIT, Metric, Outcome, score_metric

__all__ = ["ANSWERED", "CREDIT", "Metric", "Outcome", "score_metric"]
