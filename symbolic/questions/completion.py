"""The question "what completes this bar?": the length that is missing, or the bar that fits a gap.

Shown: a melody as written in whole bars, repeats neither played nor shown, with one inner bar spoiled. Either
a note has been left out of it and the question is how long it was, as a fraction of a whole note (1/8 is an
eighth note); or the whole bar is left out (an invisible rest, ``x``) and four bars are offered, one of which
lasts the metre: the original. The others are the original with one note longer, shorter, or left out. So both
answers follow by adding up lengths.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from random import Random

from symbolic.questions.answers import name_spellings, one_of
from symbolic.questions.bars import numbered
from symbolic.questions.base import CHOICES, NO_ANSWER, Grade, Question, QuestionType, Reason, worded
from symbolic.questions.reading import COUNTING, drawn
from symbolic.questions.snippets import (
    distinct,
    melody_bars,
    music_line,
    notes_of,
    shown_melody,
    snippet,
    unit_of,
)
from symbolic.score import Measure, Note, Rest, Score, Tuplet

TASK = "completion"
LENGTH_WORDINGS = (
    "Bar {bar} of this melody is too short: a note was left out. Which note length is missing?",
    "A note has been lost from bar {bar}. How long was it, as the metre shows?",
    "How much time does bar {bar} lack to fill the metre?",
)
BAR_WORDINGS = (
    "Bar {bar} of this melody is left out (x). Which of these bars fills it exactly?",
    "Which of these bars has the right length for the gap (x) in bar {bar}?",
    "One of these bars fits the metre and belongs into bar {bar}, written x. Which one?",
)
LENGTH_FORMAT = (
    "Answer with a fraction of a whole note, such as 1/16 for a sixteenth note. Bars are counted from 1. "
    f"{COUNTING}"
)
BAR_FORMAT = f"Answer with the bar in ABC. Bars are counted from 1. {COUNTING}"
LENGTHS = ("1/16", "1/8", "3/16", "1/4", "3/8", "1/2", "3/4", "1/32")
"""Lengths that may be missing."""
ALIASES = {
    "1/32": ("thirty-second note", "thirty-second", "32nd note", "demisemiquaver"),
    "1/16": ("sixteenth note", "sixteenth", "16th note", "semiquaver"),
    "1/8": ("eighth note", "eighth", "8th note", "quaver"),
    "3/16": ("dotted eighth note", "dotted eighth", "dotted 8th note", "dotted quaver", "3 sixteenths"),
    "1/4": ("quarter note", "quarter", "crotchet", "2/8", "4/16"),
    "3/8": ("dotted quarter note", "dotted quarter", "dotted crotchet", "6/16"),
    "1/2": ("half note", "half", "minim", "4/8", "2/4"),
    "3/4": ("dotted half note", "dotted half", "dotted minim", "6/8"),
}
"""Other names of the lengths."""


def ask(
    score: Score, rng: Random | None = None, *, id: str = "", truth: str | None = None
) -> Question | Reason:
    """The question about one melody, or the reason why it cannot be asked.

    Args:
        score: a melody in whole bars.
        rng: draws the wording, the bar, and what is asked; without it a missing length is asked for.
        id: names the question.
        truth: a length or a bar that stands instead of what is left out.
    """
    shown = shown_melody(score)
    if isinstance(shown, Reason):
        return shown
    draw = drawn(rng)
    bars = numbered(shown)
    inner = [number for number, measure in bars[1:-1] if number > 0 and _can_be_spoiled(measure)]
    if len(bars) < 4 or not inner:
        return Reason("no-place", "it has no bar of plain lengths to be completed")
    number = draw.choice(inner)
    if rng is not None and draw.random() < 0.5:
        return _ask_bar(shown, number, rng, id, truth)
    return _ask_length(shown, number, draw, rng, id, truth)


def _can_be_spoiled(measure: Measure) -> bool:
    """Whether a bar has at least three notes, all of lengths that can be named, without ties and tuplets."""
    notes = notes_of([measure])
    return (
        len(notes) > 2
        and not any(isinstance(event, Tuplet) for event in measure.events)
        and not any(note.tie for note in notes)
        and any(_length_name(note.duration) in LENGTHS for note in notes)
    )


def _length_name(quarters: Fraction) -> str:
    whole = quarters / 4
    return f"{whole.numerator}/{whole.denominator}"


def _ask_length(
    shown: Score, number: int, draw: Random, rng: Random | None, id: str, truth: str | None
) -> Question:
    measure = dict(numbered(shown))[number]
    places = [
        index
        for index, event in enumerate(measure.events)
        if isinstance(event, Note) and _length_name(event.duration) in LENGTHS
    ]
    index = draw.choice(places)
    spoiled = replace(measure, events=measure.events[:index] + measure.events[index + 1 :])
    missing = measure.duration - spoiled.duration
    name = _length_name(missing)
    return Question(
        id,
        TASK,
        worded(LENGTH_WORDINGS, rng).format(bar=number),
        LENGTH_FORMAT,
        _with_bar(shown, number, spoiled),
        truth or name,
        LENGTHS,
        distractors=_other_lengths(name),
        explanation=(
            f"A bar of {shown.meter.name} lasts {_count(shown.meter.bar_quarters)}; bar {number} has only "
            f"{_count(spoiled.duration)}, so {_count(missing)} is missing: {ALIASES[name][0]}."
        ),
        details={"bar": number},
    )


def _count(quarters: Fraction) -> str:
    return f"{quarters} quarter note{'s' if quarters > 1 else ''}"


def _other_lengths(name: str) -> tuple[str, ...]:
    """The other lengths, those nearest in ratio first."""
    length = Fraction(name)

    def ratio(other: str) -> Fraction:
        return max(Fraction(other) / length, length / Fraction(other))

    return tuple(sorted((other for other in LENGTHS if other != name), key=ratio)[:5])


def _with_bar(shown: Score, number: int, measure: Measure) -> Score:
    """The melody with another bar in one place."""
    (voice,) = shown.voices
    measures = tuple(measure if place == number else old for place, old in numbered(shown))
    return shown.with_voices((replace(voice, measures=measures),))


def _ask_bar(shown: Score, number: int, rng: Random, id: str, truth: str | None) -> Question | Reason:
    original = dict(numbered(shown))[number]
    gap = Measure((Rest(original.duration, visible=False),))
    spoiled = _with_bar(shown, number, gap)
    unit = unit_of(spoiled)
    name = truth or snippet([original], shown.key, shown.meter, unit)
    wrong = (snippet([bar], shown.key, shown.meter, unit) for bar in _misfits(original, rng))
    others = distinct(name, wrong, CHOICES - 1)
    if len(others) < CHOICES - 1:
        return Reason("too-few-options", "its bar cannot be spoiled in enough ways")
    options = [name, *others]
    rng.shuffle(options)
    lengths = ", ".join(_length_name(note.duration) for note in notes_of([original]))
    return Question(
        id,
        TASK,
        worded(BAR_WORDINGS, rng).format(bar=number),
        BAR_FORMAT,
        spoiled,
        name,
        distractors=others,
        explanation=(
            f"A bar of {shown.meter.name} lasts {_count(shown.meter.bar_quarters)}. Only one of the bars "
            f"offered does, with notes of {lengths}."
        ),
        details={"bar": number},
        options=tuple(options),
    )


def _misfits(measure: Measure, draw: Random) -> Iterator[Measure]:
    """The bar with one note longer, shorter, or left out, in random order; none of them lasts as long."""
    events = measure.events
    places = [index for index, event in enumerate(events) if isinstance(event, Note)]
    changes = [(index, factor) for index in places for factor in (Fraction(2), Fraction(1, 2), None)]
    draw.shuffle(changes)
    for index, factor in changes:
        note = events[index]
        changed: Sequence[Note] = ()
        if factor is not None and isinstance(note, Note):
            changed = (replace(note, duration=note.duration * factor),)
        yield replace(measure, events=(*events[:index], *changed, *events[index + 1 :]))


# Grading

_length = one_of(LENGTHS, ALIASES)


def parse(text: str) -> str | None:
    """The length that a text answers with, or the bar in ABC, or None."""
    return _length(text) or music_line(text)


def grade(question: Question, text: str) -> Grade:
    """Compares a length with the truth; bars are compared as they are written."""
    answer = parse(text)
    return NO_ANSWER if answer is None else Grade.of(float(answer == question.truth), answer)


def category(truth: str) -> str:
    """The missing length, or "bar"."""
    return truth if truth in LENGTHS else "bar"


def spellings(truth: str) -> tuple[str, ...]:
    """Names of a length; a bar as it is."""
    if truth not in LENGTHS:
        return (truth, f"`{truth}`")
    return (*name_spellings(truth), *ALIASES[truth][:2], f"A {ALIASES[truth][0]} is missing.")


TYPE = QuestionType(
    TASK,
    "the length that a spoiled bar lacks, or which of four bars fills a gap",
    melody_bars,
    ask,
    parse,
    grade,
    category,
    spellings,
    audible=False,
)
