"""Metrics of captions: the facts told, checked one by one, and the words (ROUGE-L; Lin, 2004)."""

from __future__ import annotations

from eval.metrics.base import ANSWERED, CREDIT, score_metric

METRICS = (
    CREDIT,
    score_metric("fact_precision", "share of the facts told that are true"),
    score_metric("fact_recall", "share of the facts of the reference that are told"),
    score_metric("rouge_l", "longest common subsequence of words with the reference, F1"),
    ANSWERED,
)
