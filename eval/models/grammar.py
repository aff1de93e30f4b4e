"""Grammars of answers that are no closed set, and the tokens that keep to them.

A grammar is a list of items (numbers, chords) with separators between them, or one item alone; both are
regular expressions. A token may come next if its text, after what is written, begins some answer: the
vocabulary is walked as a tree of characters, and a branch is left where no answer begins so. What follows an
item does not depend on the items before it but for the number of bars, so what is allowed is kept by the item
that is being written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, TypeVar

import regex  # type: ignore[import-untyped]  # matches in part; comes with transformers

from symbolic.harmony import QUALITIES
from symbolic.questions import Question
from symbolic.questions.instrumentation import FAMILIES
from symbolic.questions.structure import MAX_LETTERS

S = TypeVar("S")
BAR = " | "
_NUMBER = r"(?:0|[1-9]\d{0,2})"
_NOTE = r"[A-G](?:##?|bb?)?\d"
_CLASS = r"[A-G](?:##?|bb?)?"
_CHORD = rf"(?:N|{_CLASS}:(?:{'|'.join(map(re.escape, QUALITIES))}))"
_MAJOR, _MINOR = "(?:VII|VI|V|IV|III|II|I)", "(?:vii|vi|v|iv|iii|ii|i)"
_FIGURES = "(?:64|65|6|7|43|42)?"
_ROMAN = (
    rf"[b#]?(?:{_MAJOR}\+?{_FIGURES}|{_MINOR}o?{_FIGURES}|{_MINOR}ø(?:7|65|43|42))"
    rf"(?:/[b#]?(?:{_MAJOR}|{_MINOR}))?"
)
_MOST_AGAIN = (3, 10, 8, 3, 1, 1, 1, 1)
"""Most letters after each new one, up to the next new one: 32 and more sections are no form."""
_FAMILY = f"(?:{'|'.join(map(re.escape, FAMILIES))})"
_LAST_ITEM = re.compile(r"[^ |]*[ |]*\Z")


def _form() -> str:
    """Letters, each new one the next of the alphabet, ``AA*(B[AB]*(C[A-C]*…)?)?``, and places."""
    later = ""
    for letter, most in reversed([*zip("ABCDEFGH", _MOST_AGAIN, strict=True)][1:MAX_LETTERS]):
        later = f"{letter}[A-{letter}]{{0,{most}}}" + (f"(?:{later})?" if later else "")
    return rf"A(?:A{{1,{_MOST_AGAIN[0]}}}(?:{later})?|{later})(?: {_NUMBER})*"


@dataclass(frozen=True)
class Grammar:
    """Answers of one form.

    Attributes:
        item: a regular expression.
        separators: what may stand between items, which hold no spaces then; none for a single item.
        bars: how many parts, divided by `BAR`, an answer has; 0 for any number.
        tokens: the most that are written.
    """

    item: str
    separators: tuple[str, ...] = ()
    bars: int = 0
    tokens: int = 24

    @cached_property
    def _pattern(self) -> Any:
        between = "|".join(map(re.escape, self.separators))
        return regex.compile(f"(?:{self.item})(?:(?:{between})(?:{self.item}))*" if between else self.item)

    def state(self, text: str) -> tuple[int, str]:
        """What of the text decides how it may go on: the bars that are ended, and the last item."""
        if not self.separators:
            return (0, text)
        found = _LAST_ITEM.search(text)
        return (text.count("|"), found[0] if found else "")

    def begins(self, state: tuple[int, str], more: str) -> bool:
        """Whether some answer goes on with `more`."""
        ended, last = state
        bars = ended + more.count("|")
        whole = self._pattern.fullmatch(last + more, partial=True)
        return whole is not None and (not self.bars or bars < self.bars)

    def ends(self, state: tuple[int, str]) -> bool:
        """Whether an answer may end here."""
        ended, last = state
        return self._fits(last) and self.bars in (0, ended + 1)

    def repaired(self, text: str) -> str:
        """The longest beginning of a text that was cut off which is whole, with however many bars."""
        return next((text[:end] for end in range(len(text), 0, -1) if self._fits(text[:end])), "")

    def _fits(self, text: str) -> bool:
        return self._pattern.fullmatch(text) is not None


class Pieces:
    """The texts of a vocabulary as a tree of characters, to find those that a grammar allows.

    Args:
        texts: of each token; tokens without text are never allowed.
        end: the token that ends an answer.
    """

    def __init__(self, texts: Sequence[str], end: int) -> None:
        self._texts = texts
        self._end = end
        self._root = _Branch()
        for token, text in enumerate(texts):
            branch = self._root
            for letter in text:
                branch = branch.setdefault(letter, _Branch())
            if text:
                branch.tokens.append(token)
        self._kept: dict[tuple[Grammar, tuple[int, str]], list[int]] = {}

    def text(self, tokens: Sequence[int]) -> str:
        """The text of some tokens."""
        return "".join(self._texts[token] for token in tokens)

    def allowed(self, grammar: Grammar, written: Sequence[int]) -> list[int]:
        """The tokens that may come after those written; the end token after an end."""
        if self._end in written:
            return [self._end]
        state = grammar.state(self.text(written))
        key = (grammar, state)
        if key not in self._kept:
            found = [self._end] if grammar.ends(state) else []
            self._walk(grammar, state, "", self._root, found)
            self._kept[key] = found or [self._end]
        return self._kept[key]

    def following(self, state: S, after: Callable[[S, str], S | None]) -> list[int]:
        """The tokens whose letters may come one by one, where `after` gives the state after each, or None."""
        found: list[int] = []
        branches = [(self._root, state)]
        while branches:
            branch, now = branches.pop()
            found += branch.tokens
            for letter, longer in branch.items():
                then = after(now, letter)
                if then is not None:
                    branches.append((longer, then))
        return found

    def _walk(
        self, grammar: Grammar, state: tuple[int, str], more: str, branch: _Branch, found: list[int]
    ) -> None:
        found += branch.tokens
        for letter, longer in branch.items():
            if grammar.begins(state, more + letter):
                self._walk(grammar, state, more + letter, longer, found)


class _Branch(dict[str, "_Branch"]):
    """What comes after some characters; `tokens` are those whose text ends here."""

    __slots__ = ("tokens",)

    def __init__(self) -> None:
        super().__init__()
        self.tokens: list[int] = []


_NUMBERS = Grammar(_NUMBER, (" ",), tokens=96)
_ONE_NUMBER = Grammar(_NUMBER, tokens=6)
_GRAMMARS = {
    "bar-count": _ONE_NUMBER,
    "note-count": _ONE_NUMBER,
    "voices": _ONE_NUMBER,
    "wrong-bar": _ONE_NUMBER,
    "highest-note": Grammar(_NOTE),
    "range": Grammar(f"{_NOTE} to {_NOTE}"),
    "chord-name": Grammar(_CHORD),
    "motif": _NUMBERS,
    "sections": _NUMBERS,
    "returns": Grammar(rf"none|{_NUMBER}(?: {_NUMBER})*", tokens=96),
    "phrases": Grammar(rf"{_NUMBER}\.[1-9]\d?", (" ",), tokens=160),
    "structure": Grammar(_form(), tokens=48),
    "instrumentation": Grammar(rf"{_FAMILY}(?:, {_FAMILY})*", tokens=48),
}
_OF_BARS = {"chords": _CHORD, "harmonization": _CHORD, "roman-numerals": _ROMAN}
_TOKENS_A_BAR = 24


def grammar(question: Question) -> Grammar | None:
    """The grammar of a question's answers in its open form; None where they have none."""
    item = _OF_BARS.get(question.task)
    if item is None or question.score is None:
        return _GRAMMARS.get(question.task)
    return _by_bars(item, max((len(voice.measures) for voice in question.score.voices), default=0))


@cache
def _by_bars(item: str, bars: int) -> Grammar:
    return Grammar(item, (" ", BAR), bars, tokens=_TOKENS_A_BAR * max(1, bars))
