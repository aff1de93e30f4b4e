"""The question "which form?": the letters of the sections of a piece as it is played, such as AABB or ABAC.

Shown: the piece played out, in whole bars. Hidden: repeat signs, endings, double bars, part names, line
breaks, and short bars that a repeat sign leaves. The truth comes from these signs and from sections that come
again note for note (`symbolic.questions.forms`); the music itself holds it, so an analysis of what is shown
can answer (`symbolic.analysis.sections`).

A truth is the form string and the bars in which its sections start: "AABB 1 9 17 25". An answer is right when
the letters agree; A' and a count as A. The starts give the sub-score ``boundary_f1`` (bars exact, the first
one left out); letters alone mean sections of equal length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from random import Random
from string import ascii_uppercase

from symbolic.questions.bar_list import f1_scores
from symbolic.questions.base import NO_ANSWER, Grade, Question, QuestionType, Reason, worded
from symbolic.questions.forms import Sections, find_sections, form_letters, played_bars
from symbolic.questions.prose import Candidate, choose, tidy
from symbolic.questions.reading import COUNTING
from symbolic.score import Score

TASK = "structure"
WORDINGS = (
    "What is the form of this tune? Repeats are played out; name each section by a letter.",
    "Which sections has this piece, and which of them come again? It is written out without repeat signs.",
    "Give the form of this music as a string of letters, one letter for each section in playing order.",
    "Describe the form of this piece, with all its repeats played, in letters: like sections share one.",
)
ANSWER_FORMAT = (
    'Answer with the letters and the bar in which each section starts, such as "ABACA 1 5 9 13 17"; the '
    f"letters alone will do. {COUNTING}"
)
COMMON_FORMS = ("AABB", "ABAB", "AABA", "AABC", "ABAC", "ABBA", "ABA", "AAB", "ABB", "ABC", "AABBCC", "ABACA")
MAX_LETTERS = 8

_LETTER = r"[A-H]['\u2019\u2032\d]{0,2}"
_RUN = re.compile(
    rf"(?<![\w'#])(?P<letters>{_LETTER}(?:[\s,|/-]{{0,3}}{_LETTER}){{1,31}})(?![\w#]|'\w)"
    r"(?:[\s:;,]*\(?\s*(?:bars?|measures?|starting|starts|at|in|from|\s){0,8}[\s:]*"
    r"(?P<starts>\d{1,4}(?:[\s,;]{1,3}(?:and\s)?\s?\d{1,4}){1,31})(?!\d|\s*-))?"
)
_SPAN = re.compile(
    r"(?<![\w'#])(?P<letter>[A-Ha-h])['\u2019\u2032]{0,2}\s?(?:section\s?)?[\s:=(]{0,3}"
    r"(?:(?:bars?|measures?|mm?\.|from|bar)\s){0,2}(?P<first>\d{1,4})(?:\s?(?:-|to)\s?\d{1,4})?\)?"
    r"(?P<after>[\s,;.|]*(?:and\s)?)"
)


def ask(
    score: Score, rng: Random | None = None, *, id: str = "", truth: str | None = None
) -> Question | Reason:
    """The question about one score, or the reason why it cannot be asked; see `QuestionType.ask`."""
    sections = find_sections(score)
    if isinstance(sections, Reason):
        return sections
    form = form_letters(sections)
    if isinstance(form, Reason):
        return form
    letters, starts = form
    if len(set(letters)) > MAX_LETTERS:
        return Reason("many-letters", f"it has {len(set(letters))} different sections")
    return Question(
        id,
        TASK,
        worded(WORDINGS, rng),
        ANSWER_FORMAT,
        sections.shown,
        truth or canonical(letters, starts),
        distractors=hard_distractors(letters, starts, sections.bars),
        explanation=_explanation(letters, starts, sections),
        details={"bars": sections.bars},
    )


def canonical(letters: str, starts: Sequence[int] = ()) -> str:
    """The name of a form: its letters in order of appearance, then the bars in which sections start."""
    order = "".join(dict.fromkeys(letters))
    renamed = letters.translate({ord(old): new for old, new in zip(order, ascii_uppercase, strict=False)})
    return " ".join((renamed, *map(str, starts)))


def hard_distractors(letters: str, starts: Sequence[int], bars: int) -> tuple[str, ...]:
    """Other letters for the same sections, then the commonest other forms in sections of equal length."""
    new = chr(ord(max(letters)) + 1)
    other_letters = (
        letters[:-1] + letters[0],
        letters[:-1] + new,
        "".join(letters[index % 2 and -1] for index in range(len(letters))),
        letters[0] + new + letters[2:],
        letters[0] * len(letters),
    )
    same_starts = [canonical(other, starts) for other in other_letters]
    runs = [
        (one, start)
        for one, start, before in zip(letters, starts, " " + letters, strict=False)
        if one != before
    ]
    if len(runs) > 1:
        same_starts.insert(2, canonical("".join(one for one, _ in runs), [start for _, start in runs]))
    equal = [canonical(form, equal_starts(len(form), bars)) for form in COMMON_FORMS]
    found = dict.fromkeys(name for name in same_starts + equal if name.split()[0] != letters)
    by_letters: dict[str, str] = {}
    for name in found:
        by_letters.setdefault(name.split()[0], name)
    return tuple(by_letters.values())[:5]


def equal_starts(sections: int, bars: int) -> list[int]:
    """The first bars of so many sections of equal length."""
    return [1 + index * bars // sections for index in range(sections)]


def _explanation(letters: str, starts: Sequence[int], sections: Sections) -> str:
    """Which bars each section holds, and as which it comes again."""
    spans = [f"{start}-{stop - 1}" for start, stop in pairwise((*starts, sections.bars + 1))]
    by_letter: dict[str, list[str]] = {}
    for letter, span in zip(letters, spans, strict=True):
        by_letter.setdefault(letter, []).append(span)
    clauses = [
        f"bars {first} are {letter}" + (f" and come again as bars {', '.join(again)}" if again else "")
        for letter, (first, *again) in by_letter.items()
    ]
    text = "; ".join(clauses)
    return f"{text[0].upper()}{text[1:]}: the form is {letters}."


# Grading


def parse(text: str) -> str | None:
    """The form that a text answers with, as a truth is written, or None.

    Understands "AABB", "A A' B B", "aabb", "AABB (bars 1, 9, 17, 25)" and "A: 1-8, B: 9-16" in prose.
    """
    tidied = tidy(text)
    last_line = tidied.rpartition("\n")[2].removeprefix("Answer:").strip(' .!"()')
    if re.fullmatch(r"[a-h]{2,16}", last_line) and _is_form(last_line.upper()):
        return canonical(last_line.upper())
    return choose(tidied, _candidates(tidied))


def _candidates(text: str) -> Iterator[Candidate[str]]:
    chain: list[tuple[str, int]] = []
    start = end = -1
    for match in _SPAN.finditer(text):
        if match.start() != end and len(chain) > 1:
            yield _chained(chain, start)
        if match.start() != end:
            chain, start = [], match.start()
        chain.append((match["letter"].upper(), int(match["first"])))
        end = match.end()
    if len(chain) > 1:
        yield _chained(chain, start)
    for match in _RUN.finditer(text):
        letters = re.sub(r"[^A-H]", "", match["letters"])
        if not _is_form(letters):
            continue
        starts = [int(number) for number in re.findall(r"\d+", match["starts"] or "")]
        fits = len(starts) == len(letters) and starts == sorted(set(starts))
        yield Candidate(canonical(letters, starts if fits else ()), match.start())


def _chained(chain: Sequence[tuple[str, int]], start: int) -> Candidate[str]:
    letters = "".join(letter for letter, _ in chain)
    return Candidate(canonical(letters, [first for _, first in chain]), start)


def _is_form(letters: str) -> bool:
    """Whether each new letter is the next one of the alphabet, which a word hardly does."""
    return letters == canonical(letters)


def grade(question: Question, text: str) -> Grade:
    """Compares the form that a text answers with and the truth."""
    answer = parse(text)
    if answer is None:
        return NO_ANSWER
    letters, *starts = answer.split()
    true_letters, *true_starts = question.truth.split()
    found = [int(start) for start in starts] or equal_starts(len(letters), question.details["bars"])
    scores = f1_scores({int(start) for start in true_starts[1:]}, set(found[1:]), "boundary_f1")
    return Grade.of(float(letters == true_letters), answer, {"boundary_f1": scores["boundary_f1"]})


def category(truth: str) -> str:
    """The letters of a form."""
    return truth.split()[0]


def spellings(truth: str) -> tuple[str, ...]:
    """Ways to write a form, with and without the bars of its sections."""
    letters, *starts = truth.split()
    spans = [f"{a}-{int(b) - 1}" for a, b in pairwise(starts)]
    pairs = ", ".join(f"{one}: {span}" for one, span in zip(letters, (*spans, starts[-1]), strict=True))
    return (
        truth,
        letters,
        " ".join(letters),
        letters.lower(),
        f"{letters} (bars {', '.join(starts)})",
        f"The form is {'-'.join(letters)}.",
        f"Answer: **{letters}**",
        pairs,
    )


TYPE = QuestionType(
    TASK,
    "the form string of a piece played out, with all section marks hidden",
    played_bars,
    ask,
    parse,
    grade,
    category,
    spellings,
)
