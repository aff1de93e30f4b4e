"""Metrics of chord names: mir_eval's comparisons, weighted by duration within a piece (Raffel et al., 2014).

``root``, ``majmin`` and ``sevenths`` are the means over pieces; a piece whose chords a comparison leaves out
(`mir_eval.chord` gives them no value) does not count in it.
"""

from __future__ import annotations

from eval.metrics.base import ANSWERED, score_metric

METRICS = (
    score_metric("majmin", "share of time with the right root and major or minor third"),
    score_metric("root", "share of time with the right root"),
    score_metric("sevenths", "share of time with the right root, third and seventh"),
    ANSWERED,
)
