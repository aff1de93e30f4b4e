"""What is generated: one of a set of answers, what a grammar allows, anything, or anything after reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from eval.models.grammar import Grammar, Pieces
from eval.models.language_model import LanguageModel
from eval.models.trie import Trie
from symbolic.questions.base import ANSWER_LINE

FREE_TOKENS = 200
"""The most that is written freely."""


class Form(Protocol):
    """The form of an answer."""

    @property
    def most(self) -> int:
        """The most tokens of an answer, its end token among them."""

    def allowed(self, written: Sequence[int]) -> list[int] | None:
        """The tokens that may come next; None for all."""

    def text(self, written: Sequence[int]) -> str:
        """The answer that some tokens give, which may have been cut off."""


@dataclass(frozen=True)
class OneOf:
    """One of the answers of a tree."""

    trie: Trie
    language: LanguageModel

    @property
    def most(self) -> int:
        """See `Form`."""
        return max(self.trie.depths) + 1

    def allowed(self, written: Sequence[int]) -> list[int]:
        """See `Form`."""
        return self.trie.allowed(written, self.language.end)

    def text(self, written: Sequence[int]) -> str:
        """See `Form`."""
        return self.language.text(written)


@dataclass(frozen=True)
class Following:
    """An answer of a grammar."""

    grammar: Grammar
    pieces: Pieces

    @property
    def most(self) -> int:
        """See `Form`."""
        return self.grammar.tokens

    def allowed(self, written: Sequence[int]) -> list[int]:
        """See `Form`."""
        return self.pieces.allowed(self.grammar, written)

    def text(self, written: Sequence[int]) -> str:
        """See `Form`; of an answer that was cut off its longest beginning that is one."""
        return self.grammar.repaired(self.pieces.text(written))


@dataclass(frozen=True)
class Freely:
    """Any text."""

    language: LanguageModel

    @property
    def most(self) -> int:
        """See `Form`."""
        return FREE_TOKENS

    def allowed(self, written: Sequence[int]) -> None:
        """See `Form`."""

    def text(self, written: Sequence[int]) -> str:
        """See `Form`."""
        return self.language.text(written)


class Reasoned(Freely):
    """Reasons, and the answer on a line after them."""

    def text(self, written: Sequence[int]) -> str:
        """See `Form`; empty where no answer was reached."""
        _, line, answer = super().text(written).rpartition(ANSWER_LINE)
        return answer if line else ""
