"""Grammars of short answers that several question types share: one of a few names, a whole number.

Each is made once and gives ``parse(text) -> name | None``; `exact` turns it into a grader, and `named`
into the truth's accepted spellings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from symbolic.questions.base import NO_ANSWER, Grade, Question
from symbolic.questions.prose import Candidate, choose, tidy

Parse = Callable[[str], str | None]

_NUMBER_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty"
).split()
_NUMBER = re.compile(
    rf"(?<![\w./-])(?P<digits>\d{{1,6}})(?![\w/]|\.\d)|\b(?P<word>{'|'.join(_NUMBER_WORDS)})\b"
)


def one_of(names: Sequence[str], aliases: Mapping[str, Sequence[str]] | None = None) -> Parse:
    """A parser of one name out of a closed set, found in prose whatever its case.

    Args:
        names: the answers, as truths write them.
        aliases: further ways to write an answer.
    """
    known = {name.casefold(): name for name in names}
    for name, others in (aliases or {}).items():
        known |= {other.casefold(): name for other in others}
    longest_first = sorted(known, key=len, reverse=True)
    pattern = re.compile(
        "|".join(rf"(?<![\w#]){re.escape(word)}(?![\w#])" for word in longest_first), re.IGNORECASE
    )

    def parse(text: str) -> str | None:
        tidied = tidy(text)
        last_line = tidied.rpartition("\n")[2].removeprefix("Answer:").strip(" .!\"'()").casefold()
        if last_line in known:
            return known[last_line]
        return choose(
            tidied,
            (Candidate(known[match[0].casefold()], match.start()) for match in pattern.finditer(tidied)),
        )

    return parse


def whole_number(text: str) -> str | None:
    """The whole number that a text answers with, in digits, or None; "twelve" is 12."""
    tidied = tidy(text)
    found = choose(tidied.casefold(), (_numbered(match) for match in _NUMBER.finditer(tidied.casefold())))
    return None if found is None else str(found)


def _numbered(match: re.Match[str]) -> Candidate[int]:
    value = int(match["digits"]) if match["digits"] else _NUMBER_WORDS.index(match["word"])
    return Candidate(value, match.start())


def number_spellings(truth: str) -> tuple[str, ...]:
    """A number in digits, in a sentence, and in words where it is small."""
    value = int(truth)
    words = (_NUMBER_WORDS[value],) if value < len(_NUMBER_WORDS) else ()
    return (truth, f"The answer is {truth}.", *words)


def name_spellings(truth: str) -> tuple[str, ...]:
    """A name as it is, in capitals, in a sentence and emphasised."""
    return (truth, truth.upper(), f"The answer is {truth}.", f"Answer: **{truth}**")


def exact(parse: Parse) -> Callable[[Question, str], Grade]:
    """A grader that takes the parsed answer as right when it is the truth, else as wrong."""

    def grade(question: Question, text: str) -> Grade:
        answer = parse(text)
        return NO_ANSWER if answer is None else Grade.of(float(answer == question.truth), answer)

    return grade


def ordered(parse: Parse, names: Sequence[str], credit: float = 0.5) -> Callable[[Question, str], Grade]:
    """A grader for answers that lie on a scale: a neighbour of the truth is near, with `credit`."""

    def grade(question: Question, text: str) -> Grade:
        answer = parse(text)
        if answer is None:
            return NO_ANSWER
        distance = abs(names.index(answer) - names.index(question.truth))
        return Grade.of(1.0 if distance == 0 else credit if distance == 1 else 0.0, answer)

    return grade


def off_by_one(question: Question, text: str) -> Grade:
    """A grader for whole numbers: one more or less than the truth is near, with half the credit."""
    answer = whole_number(text)
    if answer is None:
        return NO_ANSWER
    distance = abs(int(answer) - int(question.truth))
    return Grade.of(1.0 if distance == 0 else 0.5 if distance == 1 else 0.0, answer)
