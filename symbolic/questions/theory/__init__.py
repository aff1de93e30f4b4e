"""The questions of theory: knowledge and reasoning, made from nothing, with computed answers.

They have the shape of MusicTheoryBench (Yuan et al., "ChatMusician", 2024): a stem, four options, perhaps a
small
score in ABC, and a subject, ``knowledge`` or ``reasoning``. `generate` draws an area, one of its generators,
and
the facts; the truth is computed from them, the wrong answers are typical errors, and the explanation works
the
answer out. Where the stem alone is clear the question comes in its open form (with `distractors` for
`multiple_choice`), else with its options laid out. `details` holds ``area``, ``subject``, ``form`` (of the
answer,
see `forms`) and ``fact`` (the first wording, which is the same for paraphrases and decides the split).

Spelling counts: G# does not answer for Ab. A benchmark's own items are read by `bench`.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from random import Random

from symbolic.questions.answers import Parse, one_of
from symbolic.questions.base import NO_ANSWER, Grade, Question, QuestionType, Reason
from symbolic.questions.prose import tidy
from symbolic.questions.theory.areas import AREAS
from symbolic.questions.theory.forms import CHOICE, FORMS
from symbolic.questions.theory.making import TASK
from symbolic.score import Score
from symbolic.tunes import Split

DEV_SHARE, TEST_SHARE = 0.05, 0.1
MAX_SHORT = 120
"""Longest line, in characters, that is taken as an answer by itself."""
_OPEN_FORMS = tuple(
    FORMS[name] for name in ("interval", "number", "fraction", "notes", "pitch", "chord", "key", "note")
)


def generate(rng: Random, area: str | None = None) -> Question:
    """One question.

    Args:
        rng: draws everything; the same seed gives the same question.
        area: the name of an area, or None to draw one.

    Raises:
        ValueError: there is no such area.
    """
    areas = [known for known in AREAS if area in (None, known.name)]
    if not areas:
        raise ValueError(f"area must be one of {', '.join(known.name for known in AREAS)}, got {area!r}")
    return rng.choice(rng.choice(areas).generators)(rng)


def ask(
    score: Score, rng: Random | None = None, *, id: str = "", truth: str | None = None
) -> Question | Reason:
    """The reason why a question of theory is not asked about a given score: it makes its own."""
    return Reason("needs-no-score", "questions of theory are made from nothing; use `generate`")


def area_of(question: Question) -> str:
    """The area of a question, under which reports count it."""
    return str(question.details["area"])


def split_of(question: Question) -> Split:
    """The split of a question, by a hash of its fact (the first wording) and of the music shown.

    Paraphrases and other options of the same question fall into the same split.
    """
    shown = question.score.to_abc() if question.score is not None else ""
    fact = question.details.get("fact", question.wording)
    value = int.from_bytes(sha256(f"{fact}\n{shown}".encode()).digest()[:8], "big") / 2**64
    if value < TEST_SHARE:
        return "test"
    return "dev" if value < TEST_SHARE + DEV_SHARE else "train"


def strip(score: Score) -> Score:
    """The score itself: what a question of theory shows was made for it."""
    return score


def parse(text: str) -> str | None:
    """An answer of any open form (a note, an interval, a key, a number …) that is a line by itself."""
    line = tidy(text).rpartition("\n")[2].removeprefix("Answer:").strip(" .!\"'()")
    if not line or len(line) > MAX_SHORT:
        return None
    return next((found for form in _OPEN_FORMS if (found := form.parse(line)) is not None), None)


@lru_cache(maxsize=1024)
def _among(options: tuple[str, ...]) -> Parse:
    return one_of(options)


def grade(question: Question, text: str) -> Grade:
    """Compares an open answer with the truth, both in the form of the question's answers."""
    form = FORMS[question.details.get("form", CHOICE.name)]
    if form is CHOICE:
        answer = _among((question.truth, *question.distractors))(text)
        return NO_ANSWER if answer is None else Grade.of(float(answer == question.truth), answer)
    answer = form.parse(text)
    if answer is None:
        return NO_ANSWER
    return Grade.of(float(answer == question.truth), answer)


def category(truth: str) -> str:
    """The form of a truth: note, interval, key, number …; the area is `area_of` the question."""
    return next((form.name for form in _OPEN_FORMS if form.parse(truth) == truth), "words")


def spellings(truth: str) -> tuple[str, ...]:
    """A truth as it is, in a sentence and emphasised."""
    return (truth, f"The answer is {truth}.", f"Answer: **{truth}**")


TYPE = QuestionType(
    TASK,
    "knowledge and reasoning in music theory, made from nothing with computed answers",
    strip,
    ask,
    parse,
    grade,
    category,
    spellings,
    audible=False,
    generate=generate,
)
