"""How the graded answers of a task become numbers; one module per task, each with its ``METRICS``."""

from __future__ import annotations

from eval.metrics.base import ANSWERED, Metric, Outcome

__all__ = ["ANSWERED", "Metric", "Outcome"]
