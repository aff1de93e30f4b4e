"""Evaluation: how well a model reads music, on the shipped benchmark or on your own scores.

>>> from eval import evaluate
>>> evaluate(task="key", model="baseline:majority", limit=100).n
100
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from eval.results import Results
    from eval.runner import evaluate

__all__ = ["Results", "evaluate"]


def __getattr__(name: str) -> Any:
    """Loads the runner when it is first used."""
    if name == "evaluate":
        from eval.runner import evaluate

        return evaluate
    if name == "Results":
        from eval.results import Results

        return Results
    raise AttributeError(f"module 'eval' has no attribute {name!r}")
