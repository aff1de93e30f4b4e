"""The question "which bars come next?": the original continuation of an opening among four.

Shown: the first four bars of a melody, the upbeat with them. The options are two bars each, in ABC under the
same key, metre and unit length: the two bars that follow, and bars made of the same tune, so that neither key
nor range nor rhythm gives the truth away: another place of the tune, the truth with its bars exchanged, on
other steps of the scale, with its pitches in reverse under its own rhythm. Each fills its bars and differs
from the truth; where the tune has too few different bars it is not asked. The truth is what the tune does,
which no rule can prove: the share of right answers is to be compared with chance (1 in 4).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from random import Random

from symbolic.key import Key
from symbolic.pitch import Pitch
from symbolic.questions.bars import first_number
from symbolic.questions.base import CHOICES, NO_ANSWER, Grade, Question, QuestionType, Reason, worded
from symbolic.questions.snippets import (
    distinct,
    melody_bars,
    moved_pitch,
    music_line,
    notes_of,
    passage,
    shown_melody,
    snippet,
    unit_of,
)
from symbolic.score import Measure, Note, Score

TASK = "continuation"
WORDINGS = (
    "Here is the beginning of a tune. Which two bars come next?",
    "How does this melody go on? One of these continuations is the original.",
    "Which of these is the original continuation of the opening below?",
)
ANSWER_FORMAT = "Answer with two bars in ABC, under the same K: and L:."
OPENING_BARS = 4
NEXT_BARS = 2
MIN_NOTES = 4
"""Fewest notes of a continuation."""


def ask(
    score: Score, rng: Random | None = None, *, id: str = "", truth: str | None = None
) -> Question | Reason:
    """The question about a melody's opening, with its options, or the reason why it cannot be asked.

    Args:
        score: a melody of at least eight bars.
        rng: draws the wording, the distractors and the order of the options.
        id: names the question.
        truth: a continuation in ABC that stands instead of the tune's own.
    """
    melody = shown_melody(score)
    if isinstance(melody, Reason):
        return melody
    (voice,) = melody.voices
    cut = OPENING_BARS + 1 - first_number(melody)
    bars = voice.measures
    if len(bars) < cut + 2 * NEXT_BARS:
        return Reason("too-few-bars", f"it has fewer than {OPENING_BARS + 2 * NEXT_BARS} bars")
    opening = replace(passage(bars[:cut], melody.key, melody.meter), reference=melody.reference)
    unit = unit_of(opening)
    original = bars[cut : cut + NEXT_BARS]
    if len(notes_of(original)) < MIN_NOTES:
        return Reason("too-few-notes", "its continuation has too few notes")
    name = truth or snippet(original, melody.key, melody.meter, unit)
    draw = rng or Random(name)
    others = distinct(
        name,
        (snippet(other, melody.key, melody.meter, unit) for other in _others(bars, cut, melody.key, draw)),
        CHOICES - 1,
    )
    if len(others) < CHOICES - 1:
        return Reason("too-few-options", "its bars are too much alike to make wrong continuations of them")
    options = [name, *others]
    draw.shuffle(options)
    return Question(
        id,
        TASK,
        worded(WORDINGS, rng),
        ANSWER_FORMAT,
        opening,
        name,
        distractors=others,
        explanation=_explanation(bars[:cut], original),
        details={"bars": NEXT_BARS},
        options=tuple(options),
    )


def _others(bars: Sequence[Measure], cut: int, key: Key, draw: Random) -> Iterator[Sequence[Measure]]:
    """Wrong continuations, one of each kind first, then more places of the tune."""
    original = bars[cut : cut + NEXT_BARS]
    full = original[0].duration
    places = [
        bars[start : start + NEXT_BARS]
        for start in range(len(bars) - NEXT_BARS + 1)
        if start != cut and all(bar.duration == full for bar in bars[start : start + NEXT_BARS])
    ]
    elsewhere = [
        place for place in places if [bar.events for bar in place] != [bar.events for bar in original]
    ]
    draw.shuffle(elsewhere)
    kinds = [
        original[::-1],
        moved(original, draw.choice((-2, -1, 1, 2)), key),
        reversed_pitches(original),
    ]
    draw.shuffle(kinds)
    yield from elsewhere[:1]
    yield from kinds[:2]
    yield from elsewhere[1:2]
    yield from kinds[2:]
    yield from elsewhere[2:]


def moved(bars: Sequence[Measure], steps: int, key: Key) -> list[Measure]:
    """The bars on other steps of the key's scale; accidentals go."""
    return [
        _with_pitches(bar, [moved_pitch(note.pitch, steps, key) for note in notes_of([bar])]) for bar in bars
    ]


def reversed_pitches(bars: Sequence[Measure]) -> list[Measure]:
    """The bars with their pitches in reverse order, in the same rhythm."""
    pitches = [note.pitch for note in notes_of(bars)][::-1]
    changed = []
    for bar in bars:
        count = len(notes_of([bar]))
        changed.append(_with_pitches(bar, pitches[:count]))
        pitches = pitches[count:]
    return changed


def _with_pitches(bar: Measure, pitches: Sequence[Pitch]) -> Measure:
    """The bar with other pitches on its notes, none of them tied."""
    given = iter(pitches)
    events = tuple(
        Note(next(given), event.duration) if isinstance(event, Note) else event for event in bar.events
    )
    return replace(bar, events=events)


def _explanation(opening: Sequence[Measure], original: Sequence[Measure]) -> str:
    """How the truth follows from the opening: the step that joins them, and what it takes up."""
    before, after = notes_of(opening)[-1], notes_of(original)[0]
    steps = abs(after.pitch.diatonic - before.pitch.diatonic)
    joined = "on the same step" if not steps else "a step away" if steps == 1 else f"{steps} steps away"
    rhythms = [_rhythm(bar) for bar in opening]
    taken = sum(_rhythm(bar) in rhythms for bar in original)
    ends, goes_on = before.pitch.spelled_class, after.pitch.spelled_class
    return (
        f"The opening ends on {ends} and the tune goes on with {goes_on}, {joined}; "
        f"of the two bars that follow, {taken} have the rhythm of a bar of the opening."
    )


def _rhythm(bar: Measure) -> list[Fraction]:
    return [note.duration for note in notes_of([bar])]


def grade(question: Question, text: str) -> Grade:
    """Compares the bars that a text writes with the truth, for a question without options."""
    answer = music_line(text)
    return NO_ANSWER if answer is None else Grade.of(float(answer == question.truth), answer)


TYPE = QuestionType(
    TASK,
    "which of four continuations of an opening is the original",
    melody_bars,
    ask,
    music_line,
    grade,
    lambda truth: "continuation",
    lambda truth: (truth, f"`{truth}`"),
    audible=False,
)
