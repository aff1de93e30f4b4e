"""The grammar of answers that list bars ("9 17 25"), shared by the types that ask where.

A list is canonically its numbers, ascending, once each, with spaces between them; ``none`` is the empty list,
where a type allows it. It is graded by F1 of the bars, precision and recall beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator

from symbolic.questions.answers import Parse
from symbolic.questions.base import NO_ANSWER, Grade, Question
from symbolic.questions.prose import Candidate, choose, tidy

NONE = "none"
MAX_BAR = 9999
_RANGE_LIMIT = 64
_ITEM = r"\d{1,4}(?:st|nd|rd|th)?(?![\w/]|\.\d)(?:\s*(?:-|\bto\b|\bthrough\b)\s*\d{1,4}(?![\w/]|\.\d))?"
_BAR = r"(?:bars?|measures?|mm?\.)"
_LIST = re.compile(
    rf"(?P<lead>\b{_BAR}\s*(?:numbers?\s*)?)?(?<![\w./])(?P<list>{_ITEM}"
    rf"(?:(?:\s*(?:,|;|&|\band\b|\b{_BAR}))*\s*{_ITEM})*)"
    r"(?!\s*(?:bars|measures|beats?|notes|sections|times)\b)",
    re.IGNORECASE,
)
_NUMBERS = re.compile(r"(\d+)(?:st|nd|rd|th)?(?:\s*(?:-|to|through)\s*(\d+))?", re.IGNORECASE)
_NOWHERE = re.compile(
    r"\b(?:none|nowhere|never|no other bar|in no bar)\b"
    r"|\b(?:does not|doesn't) (?:return|come back|occur again)",
    re.IGNORECASE,
)


def listed(bars: Iterable[int]) -> str:
    """The canonical list of some bars."""
    return " ".join(map(str, sorted(set(bars)))) or NONE


def bars_of(answer: str) -> set[int]:
    """The bars of a canonical list."""
    return set() if answer == NONE else set(map(int, answer.split()))


def bar_list(*, spans: bool, empty: bool = False) -> Parse:
    """A parser of a list of bars found in prose.

    Args:
        spans: "9-16" names one thing that starts at bar 9; else it names each bar from 9 to 16.
        empty: "none", "nowhere" answer the empty list.
    """

    def parse(text: str) -> str | None:
        tidied = tidy(text)
        return choose(tidied, _candidates(tidied, spans, empty))

    return parse


def _candidates(text: str, spans: bool, empty: bool) -> Iterator[Candidate[str]]:
    last_line = text.rfind("\n") + 1
    for match in _LIST.finditer(text):
        numbers = list(_listed_numbers(match["list"], spans))
        alone = match.start() == last_line and not text[match.end() :].strip(" .!)")
        if numbers:
            yield Candidate(
                listed(numbers), match.start(), full=alone or bool(match["lead"] or len(numbers) > 1)
            )
    if empty:
        for match in _NOWHERE.finditer(text):
            yield Candidate(NONE, match.start())


def _listed_numbers(text: str, spans: bool) -> Iterator[int]:
    for match in _NUMBERS.finditer(text):
        first, last = int(match[1]), int(match[2] or match[1])
        yield from range(first, min(last, first + _RANGE_LIMIT) + 1) if not spans else (first,)


def list_spellings(truth: str) -> tuple[str, ...]:
    """A list with spaces, with commas and in sentences."""
    if truth == NONE:
        return (truth, "None.", "It does not return.", "Answer: **none**")
    *most, last = truth.split()
    words = f"bars {', '.join(most)} and {last}" if most else f"bar {last}"
    return (
        truth,
        ", ".join((*most, last)),
        f"In {words}.",
        f"The answer is {words}.",
        f"Answer: **{words}**",
    )


def f1_scores(truth: Collection[object], answer: Collection[object], name: str = "f1") -> dict[str, float]:
    """F1, precision and recall of a set against the true one; two empty sets agree."""
    hits = len(set(truth) & set(answer))
    if not truth and not answer:
        return {name: 1.0, "precision": 1.0, "recall": 1.0}
    precision, recall = hits / len(answer) if answer else 0.0, hits / len(truth) if truth else 0.0
    return {name: 2 * hits / (len(truth) + len(answer)), "precision": precision, "recall": recall}


def by_f1(parse: Parse, name: str = "f1") -> Callable[[Question, str], Grade]:
    """A grader of lists: the credit is the F1 of the bars, which reports find under `name`."""

    def grade(question: Question, text: str) -> Grade:
        answer = parse(text)
        if answer is None:
            return NO_ANSWER
        scores = f1_scores(bars_of(question.truth), bars_of(answer), name)
        return Grade.of(scores[name], answer, scores)

    return grade


def length_category(truth: str) -> str:
    """How many bars a list has."""
    count = len(bars_of(truth))
    if not count:
        return NONE
    return "1 bar" if count == 1 else f"{count} bars" if count < 4 else "4 bars or more"


def bars_in_words(bars: Collection[int]) -> str:
    """``bar 9``, ``bars 9 and 17``, ``bars 9, 17 and 25``."""
    *most, last = map(str, sorted(bars))
    return f"bars {', '.join(most)} and {last}" if most else f"bar {last}"
