r"""Music as symbols: an exact score model, and its readers, writers, analyses and questions.

>>> from symbolic import Score
>>> Score.from_abc("X:1\nK:D\nDEFG|").transpose(2).key.name
'E major'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from symbolic.errors import SymbolicError
from symbolic.key import Key
from symbolic.meter import Meter
from symbolic.pitch import Pitch
from symbolic.score import Score

if TYPE_CHECKING:
    from symbolic.io import read, write

__version__ = "0.1.0"
__all__ = ["Key", "Meter", "Pitch", "Score", "SymbolicError", "read", "write"]


def __getattr__(name: str) -> Any:
    """Loads `read` and `write` when first used, so that ``import symbolic`` stays quick."""
    if name in {"read", "write"}:
        from symbolic import io

        return getattr(io, name)
    raise AttributeError(f"module 'symbolic' has no attribute {name!r}")
