"""What can be asked: one module per kind, each with ``names(task)`` and ``build(argument, task)``."""

from __future__ import annotations

from eval.models.base import Decodes, Model
from eval.models.decoding import BEST, Decoding

__all__ = ["BEST", "Decodes", "Decoding", "Model"]
