"""What can be asked: one module per kind, each with ``names(task)`` and ``build(argument, task)``."""

from __future__ import annotations

from eval.models.base import Model

__all__ = ["Model"]
