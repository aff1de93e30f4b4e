"""Finding the answer in what a model wrote: tidy the text, collect the candidates, take the one it means.

Models wrap answers in markdown, LaTeX and reasoning. Each question type lists the candidates that its
grammar finds; `choose` then prefers what is stated as the answer ("the key is …", "Answer: …"), else takes
the last candidate, and passes over those that are denied ("not G major"), only compared with ("the relative
minor of G major") or put in brackets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
MAX_CHARACTERS = 20_000
"""Only the end of a longer text is read: that is where an answer stands."""

_SIGNS = str.maketrans(
    {
        "♯": "#",
        "♭": "b",
        "𝄪": "##",
        "𝄫": "bb",
        "\u00a0": " ",
        "–": "-",
        "—": "-",
        "\u2011": "-",
        "−": "-",
        "\u2044": "/",
    }
    | dict.fromkeys("*`$\u200b", "")
    | {"_": " "}
)
_LATEX = (
    (re.compile(r"\\d?frac\s*\{(\d+)\}\s*\{(\d+)\}"), r"\1/\2"),
    (re.compile(r"\\boxed\s*\{"), " answer: {"),
    (re.compile(r"\^?\s*\\sharp\b"), "#"),
    (re.compile(r"\^?\s*\\flat\b"), "b"),
    (re.compile(r"\\(?:text|mathrm|mathbf|textbf|operatorname)\b"), ""),
    (re.compile(r"[\\{}]"), " "),
    (re.compile(r"[ \t]+"), " "),
)
_STATED = re.compile(
    r"\b(?:answer|key|tonality|time signature|signature|met(?:er|re)|time|[KM])\b"
    r"(?:\s+(?:of|for|in)\s+(?:the|this)\s+\w+)?"
    r"\s*(?:\b(?:is|are|of|would be|must be|should be)\b|:|=|->|→)\s*"
    r"(?:(?:in|the|key|of|probably|most|likely|clearly|therefore|thus|again|a)\b\s*)*[\"'\u201c\u2018(]?\s*$",
    re.IGNORECASE,
)
_SAID_IN_PASSING = re.compile(r"(?:\b(?:in|is)|'s)\s*$")
_PASSED_OVER = re.compile(
    r"(?:\b(?:not|isn't|rather than|instead of|unlike|than|versus|vs\.?)"
    r"|\b(?:relative|parallel|dominant|subdominant|tonic)(?:\s+(?:major|minor|key))?\s*(?:,|is|of|to|:)?)"
    r"(?:\s+(?:in|the|key|of|a))*\s*$",
    re.IGNORECASE,
)
_WINDOW = 70


@dataclass(frozen=True, slots=True)
class Candidate(Generic[T]):
    """An answer that a grammar found.

    Attributes:
        value: the answer.
        start: where it begins in the tidied text.
        full: states everything that an answer needs; others count only where a sentence says that it *is* so.
    """

    value: T
    start: int
    full: bool = True


def tidy(text: str) -> str:
    """The text with plain signs and without markdown and LaTeX; at most its last `MAX_CHARACTERS`."""
    text = text[-MAX_CHARACTERS:].translate(_SIGNS)
    for pattern, replacement in _LATEX:
        text = pattern.sub(replacement, text)
    return text.strip()


def choose(text: str, candidates: Iterable[Candidate[T]]) -> T | None:
    """The candidate that a tidied text means, or None."""
    best: tuple[int, Candidate[T]] | None = None
    for candidate in candidates:
        before = text[max(0, candidate.start - _WINDOW) : candidate.start]
        if _PASSED_OVER.search(before):
            continue
        if _STATED.search(before):
            rank = 3
        elif candidate.full:
            rank = 1 if before.rfind("(") > before.rfind(")") else 2
        elif _SAID_IN_PASSING.search(before):
            rank = 0
        else:
            continue
        if best is None or rank >= best[0]:
            best = rank, candidate
    return best[1].value if best else None


_LETTER = re.compile(r"(?<![A-Za-z0-9#'])\(?(?P<letter>[A-H])(?:[).:](?!\w)|(?![A-Za-z0-9#']))")
_ALONE = re.compile(r"\W*+(?:option|choice|answer)?\W*+(?P<letter>[A-Ha-h])\W*+", re.IGNORECASE)


def choose_letter(text: str, options: Sequence[str]) -> int | None:
    """The index of the option that a text chooses, by its letter or by its words, or None.

    Of A) G major, B) D minor the second is chosen by "B", "(b)", "The answer is B.", "B) D minor", "D minor".
    """
    tidied = tidy(text)
    last_line = tidied.rpartition("\n")[2]
    alone = _ALONE.fullmatch(last_line) or _ALONE.fullmatch(tidied)
    if alone:
        index = ord(alone["letter"].upper()) - ord("A")
        return index if index < len(options) else None
    whole = _whole_option(tidied, options)
    if whole is not None:
        return whole
    by_words = _quoted_option(tidied, options)
    letters = [
        Candidate(index, match.start(), full=match.end() == len(tidied) or match[0][-1] in ").:")
        for match in _LETTER.finditer(tidied)
        if (index := ord(match["letter"]) - ord("A")) < len(options)
    ]
    chosen = choose(tidied, letters)
    return by_words if chosen is None else chosen


def _whole_option(text: str, options: Sequence[str]) -> int | None:
    """The option whose words are the text or its last line."""
    folded = text.casefold().strip(" .\"'")
    last_line = folded.rpartition("\n")[2].removeprefix("answer:").strip(" .\"'")
    names = [tidy(option).casefold().strip(" .\"'") for option in options]
    return next((index for index, name in enumerate(names) if name in (folded, last_line)), None)


def _quoted_option(text: str, options: Sequence[str]) -> int | None:
    """The only option whose words the text holds; of two the one that holds the other."""
    folded = text.casefold()
    names = [tidy(option).casefold() for option in options]
    held = [
        index for index, name in enumerate(names) if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", folded)
    ]
    longest = [
        index for index in held if not any(other != index and names[index] in names[other] for other in held)
    ]
    return longest[0] if len(longest) == 1 else None
