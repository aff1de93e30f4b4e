"""Scores as ABC text in the pieces of a SentencePiece model; nothing that ABC holds is lost.

*ABC text* is canonical ABC, one voice after the other; *bar-synchronised ABC* has one line for each bar with
all voices side by side (`symbolic.abc.write_interleaved`). Of one voice the two differ in line ends only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from symbolic.abc import parse, write_abc, write_interleaved
from symbolic.errors import SymbolicError
from symbolic.score import Score
from symbolic.tokenizers import sentencepiece


class AbcTokenizer:
    """ABC text. Satisfies `symbolic.tokenizers.base.MusicTokenizer`.

    Args:
        model: as `sentencepiece.train` returns it.
        bars: bar-synchronised ABC.

    Raises:
        SymbolicError: the bytes are no SentencePiece model.
        MissingDependencyError: the package sentencepiece is not installed.
    """

    def __init__(self, model: bytes, *, bars: bool = False) -> None:
        self.name = "bar-synchronised ABC" if bars else "ABC text"
        self._processor = sentencepiece.load(model)
        self._write: Callable[[Score], str] = write_interleaved if bars else write_abc

    def __len__(self) -> int:
        """How many pieces the model has."""
        return len(self._processor)

    def encode(self, score: Score) -> list[int]:
        """The pieces of the score's text.

        Raises:
            UnsupportedFeatureError: bars are to stand side by side, and voices differ in their number.
        """
        ids: list[int] = self._processor.encode(self._write(score))
        return ids

    def decode(self, ids: Sequence[int]) -> Score:
        """The score that the text is read as.

        Raises:
            SymbolicError: an id that the model does not have.
            AbcSyntaxError: the text is no ABC.
        """
        for index in ids:
            if not 0 <= index < len(self):
                raise SymbolicError(f"token ids must lie between 0 and {len(self) - 1}, got {index}")
        return parse(self._processor.decode(list(ids)))
