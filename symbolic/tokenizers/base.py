"""What every encoding of music as tokens does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from symbolic.score import Score


class MusicTokenizer(Protocol):
    """An encoding of scores as token ids.

    Attributes:
        name: what tables call it.
    """

    name: str

    def __len__(self) -> int:
        """How many different tokens there are, special ones included; ids lie below."""
        ...

    def encode(self, score: Score) -> list[int]:
        """The tokens of a score, without tokens that begin and end a sequence.

        Raises:
            SymbolicError: the encoding cannot express the score.
        """
        ...

    def decode(self, ids: Sequence[int]) -> Score:
        """The score that tokens stand for, as far as the encoding holds it.

        Raises:
            SymbolicError: the tokens are no music.
        """
        ...
