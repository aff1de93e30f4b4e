"""Metrics of Roman numerals, weighted by duration, as evaluations of automatic analysis give them.

See Nápoles López et al., "AugmentedNet" (ISMIR 2021); ``numeral`` is degree, quality, inversion and applied
key.
"""

from __future__ import annotations

from eval.metrics.base import ANSWERED, score_metric

METRICS = (
    score_metric("numeral", "share of time with the right numeral"),
    score_metric("root", "share of time with the right root"),
    score_metric("quality", "share of time with the right root and quality"),
    score_metric("inversion", "share of time with the right inversion"),
    ANSWERED,
)
