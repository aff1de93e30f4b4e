"""What is generated: one of a set of answers, what a grammar allows, anything, or that after other things."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from eval.models.grammar import Grammar, Pieces
from eval.models.language_model import LanguageModel
from eval.models.tracing import Track
from eval.models.trie import Trie
from symbolic.questions import Question, question_type
from symbolic.questions.base import ANSWER_LINE
from symbolic.questions.notation import seen_answer

FREE_TOKENS = 200
"""The most that is written freely."""
MUSIC_ROOM = 1.7
"""Tokens of music that is written out, with its answer, for each token of the music that was shown."""
ROOM_STEP = 64
"""Rooms are multiples of it, so that like questions are answered together."""


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


def can_notate(question: Question) -> bool:
    """Whether the answer to a question can be seen in its music, written out."""
    return (
        question_type(question.task).seen_in is not None
        and not question.options
        and question.score is not None
        and len(question.score.voices) == 1
    )


@dataclass(frozen=True)
class Notated(Freely):
    """The music written out, and the answer on a line after it."""

    question: Question

    @property
    def most(self) -> int:
        """See `Form`."""
        return -int(-MUSIC_ROOM * len(self.language.tokens(self.music)) // ROOM_STEP) * ROOM_STEP

    @property
    def music(self) -> str:
        """The music that is shown, as ABC without its header."""
        return self.question.prompt.partition("\nK:")[2].partition("\n")[2]

    def text(self, written: Sequence[int]) -> str:
        """See `Form`; empty where the music is not what was shown, or does not bear the answer out."""
        return seen_answer(question_type(self.question.task), self.question, super().text(written))


class Traced:
    """The same, kept to the notes that are shown.

    Args:
        notated: the form without that.
        pieces: the model's vocabulary.

    Raises:
        ValueError: the music has more than `eval.models.tracing.Track` knows.
    """

    def __init__(self, notated: Notated, pieces: Pieces) -> None:
        question = notated.question
        self._notated, self._pieces = notated, pieces
        self._track = Track(notated.music, question.answers, lines=not question.answers)
        self._states = [self._track.start]

    @property
    def most(self) -> int:
        """See `Form`."""
        return self._notated.most

    def allowed(self, written: Sequence[int]) -> list[int]:
        """See `Form`."""
        end = self._notated.language.end
        if end in written:
            return [end]
        del self._states[len(written) + 1 :]
        for token in written[len(self._states) - 1 :]:
            state = self._states[-1]
            for letter in self._pieces.text([token]):
                state = self._track.after(state, letter) or state
            self._states.append(state)
        found = self._pieces.following(self._states[-1], self._track.after)
        return [*found, end] if self._track.ends(self._states[-1]) or not found else found

    def text(self, written: Sequence[int]) -> str:
        """See `Form`."""
        return self._notated.text(written)
