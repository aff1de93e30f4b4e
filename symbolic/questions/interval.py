"""The question "which interval?": between two notes of one bar, read from the notation.

Shown: a melody with its key, so that the signature has to be applied. The interval is named by quality and
number as the notes are spelled, from the lower note to the higher. An answer with the right number of steps
but another quality is near, with half the credit.
"""

from __future__ import annotations

import re
from random import Random

from symbolic.pitch import Interval, Pitch
from symbolic.questions.base import NO_ANSWER, Grade, Question, QuestionType, Reason, worded
from symbolic.questions.prose import Candidate, choose, tidy
from symbolic.questions.reading import COUNTING, counted_bars, drawn, ordinal, strip
from symbolic.score import Score

TASK = "interval"
WORDINGS = (
    "Which interval lies between the {first} and the {second} note of bar {bar}?",
    "Look at bar {bar}. Name the interval from its {first} note to its {second} note.",
    "In bar {bar}, how far apart are note {first} and note {second}, as a named interval?",
)
ANSWER_FORMAT = (
    f'{COUNTING} Answer with quality and number, such as "minor third", "perfect fifth" or "octave".'
)
QUALITIES = {"P": "perfect", "M": "major", "m": "minor", "A": "augmented", "d": "diminished"}
NUMBERS = (
    "unison second third fourth fifth sixth seventh octave ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth"
).split()
STEPS_CREDIT = 0.5
_ALONE = ("unison", "octave", "fifteenth")

_NUMBER_OF = {
    spelling: number
    for number, word in enumerate(NUMBERS, 1)
    for spelling in (word, ordinal(number), str(number))
} | {"prime": 1, "2 octaves": 15, "two octaves": 15}
_QUALITY_OF = {
    spelling: letter for letter, word in QUALITIES.items() for spelling in (word, word[:3], f"{word[:4]}")
}
_INTERVAL = re.compile(
    rf"(?:\b(?P<quality>{'|'.join(sorted(_QUALITY_OF, key=len, reverse=True))})\.?[ -]+"
    rf"(?P<number>{'|'.join(sorted(_NUMBER_OF, key=len, reverse=True))})"
    rf"|\b(?P<plain>unison|prime|octave|(?:two|2) octaves|fifteenth|tritone))\b",
    re.IGNORECASE,
)
_SHORT = re.compile(r"(?<![A-Za-z0-9])([PMmAd])([1-9]|1[0-5])(?![A-Za-z0-9])")


def interval_name(interval: Interval) -> str:
    """The name of an upward interval in words: ``minor third``; a perfect octave is an ``octave``.

    Raises:
        ValueError: wider than two octaves, or more than once augmented or diminished.
    """
    letter, number = re.fullmatch(r"([A-Za-z]+)(\d+)", interval.name).groups()  # type: ignore[union-attr]
    if letter not in QUALITIES or int(number) > len(NUMBERS):
        raise ValueError(f"no common name for the interval {interval.name}")
    word = NUMBERS[int(number) - 1]
    return word if letter == "P" and word in _ALONE else f"{QUALITIES[letter]} {word}"


def interval_named(name: str) -> Interval | None:
    """The interval that a name in words or short form means (``minor third``, ``m3``), or None."""
    short = _SHORT.fullmatch(name)
    match = None if short else _INTERVAL.fullmatch(name)
    if short:
        letter, number = short[1], int(short[2])
    elif match and match["plain"]:
        if match["plain"].lower() == "tritone":
            return Interval.parse("A4")
        letter, number = "P", _NUMBER_OF[match["plain"].lower()]
    elif match:
        letter, number = _QUALITY_OF[match["quality"].lower()], _NUMBER_OF[match["number"].lower()]
    else:
        return None
    try:
        return Interval.parse(f"{letter}{number}")
    except ValueError:  # a "major fifth"
        return None


ANSWERS = tuple(
    interval_name(Interval.parse(name))
    for name in "P1 m2 M2 m3 M3 P4 A4 d5 P5 m6 M6 m7 M7 P8 m9 M9 m10 M10".split()
)


def ask(
    score: Score, rng: Random | None = None, *, id: str = "", truth: str | None = None
) -> Question | Reason:
    """The question about two notes of a bar that `rng` draws; see `QuestionType.ask`."""
    bars = counted_bars(score)
    if isinstance(bars, Reason):
        return bars
    places = [number for number, bar in enumerate(bars.bars, 1) if len({note.pitch for note in bar}) > 1]
    if not places:
        return Reason("no-interval", "no bar has two different notes")
    generator = drawn(rng)
    number = generator.choice(places)
    bar = bars.bars[number - 1]
    first, second = sorted(generator.sample(range(len(bar)), 2))
    low, high = sorted((bar[first].pitch, bar[second].pitch), key=lambda pitch: (pitch.diatonic, pitch.midi))
    try:
        name = interval_name(Interval.between(low, high))
    except ValueError:
        return Reason("rare-interval", "the interval has no common name")
    wording = worded(WORDINGS, rng).format(bar=number, first=ordinal(first + 1), second=ordinal(second + 1))
    return Question(
        id,
        TASK,
        wording,
        ANSWER_FORMAT,
        strip(score),
        truth or name,
        ANSWERS,
        distractors=hard_distractors(truth or name),
        explanation=_explanation(bar[first].pitch, bar[second].pitch, name),
        details={"bar": number, "first": first + 1, "second": second + 1},
    )


def hard_distractors(name: str) -> tuple[str, ...]:
    """The intervals a semitone away, then those a step away, then the inversion."""
    interval = interval_named(name)
    assert interval is not None  # a name of our own making
    size = interval.semitones

    def distance(other: str) -> tuple[int, int]:
        found = interval_named(other)
        assert found is not None
        return abs(found.semitones - size), abs(found.steps - interval.steps)

    return tuple(sorted((other for other in ANSWERS if other != name), key=distance)[:5])


def _explanation(first: Pitch, second: Pitch, name: str) -> str:
    low, high = sorted((first, second), key=lambda pitch: (pitch.diatonic, pitch.midi))
    letters = high.diatonic - low.diatonic + 1
    return (
        f"The notes are {first} and {second}. From {low} to {high} there are {letters} letter names and "
        f"{high.midi - low.midi} semitones: {name}."
    )


def parse(text: str) -> str | None:
    """The name of the interval that a text answers with, or None: "a minor 3rd", "P5", "augmented fourth"."""
    tidied = tidy(text)
    found = choose(tidied, _candidates(tidied))
    return interval_name(found) if found else None


def _candidates(text: str) -> list[Candidate[Interval]]:
    matches = [*_INTERVAL.finditer(text), *_SHORT.finditer(text)]
    named = ((interval_named(match[0]), match.start()) for match in matches)
    return sorted(
        (Candidate(interval, start) for interval, start in named if interval is not None),
        key=lambda candidate: candidate.start,
    )


def grade(question: Question, text: str) -> Grade:
    """Compares the interval that a text answers with and the truth."""
    name = parse(text)
    if name is None:
        return NO_ANSWER
    answer, truth = interval_named(name), interval_named(question.truth)
    assert answer is not None  # names of our own making
    assert truth is not None
    if answer == truth:
        return Grade.of(1.0, name)
    return Grade.of(STEPS_CREDIT if answer.steps == truth.steps else 0.0, name)


def category(truth: str) -> str:
    """The interval itself."""
    return truth


def spellings(truth: str) -> tuple[str, ...]:
    """An interval in words, short, and with its number as a digit."""
    interval = interval_named(truth)
    assert interval is not None  # a name of our own making
    quality, _, number = truth.rpartition(" ")
    digits = (f"{quality} {ordinal(NUMBERS.index(number) + 1)}",) if quality else ()
    return (truth, interval.name, f"It is a {truth}.", *digits)


TYPE = QuestionType(
    TASK,
    "the interval between two notes of a bar",
    strip,
    ask,
    parse,
    grade,
    category,
    spellings,
    audible=False,
)
