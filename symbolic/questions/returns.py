"""The question "where does the music of this bar return?": one bar or two, note for note.

Shown: the piece as written, in whole bars, repeats neither played nor shown. The truth is computed from the
notes: the other places, earlier or later, whose written pitches and rhythm are equal in every voice; ties to
other bars and grace notes do not count. Now and then a bar is asked about that comes nowhere else ("none").
Graded by the F1 of the bars.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from random import Random

from symbolic.questions.bar_list import (
    bar_list,
    bars_in_words,
    by_f1,
    length_category,
    list_spellings,
    listed,
)
from symbolic.questions.bars import Content, bar_contents, plain_bars, unclear_bars
from symbolic.questions.base import Question, QuestionType, Reason, too_few_notes, worded
from symbolic.questions.reading import COUNTING, drawn
from symbolic.score import Score

TASK = "returns"
WORDINGS = (
    "Where does the music of {place} return, note for note? Name the bars in which it starts.",
    "In which other bars do the same notes in the same rhythm as in {place} start?",
    "The music of {place} may stand elsewhere with the same pitches and lengths. From which bars?",
)
ANSWER_FORMAT = (
    'Answer with the numbers of the other bars, such as "4 12", or "none". Bars are counted from 1. '
    + COUNTING
)
TWO_BARS_SHARE = 0.35
"""Share of the questions that ask about two bars."""
NONE_SHARE = 0.15
"""Share of the questions about a bar that comes nowhere else."""
MIN_NOTES = 3
"""Fewest notes of a bar that is asked about."""
MAX_RETURNS = 12


def ask(
    score: Score, rng: Random | None = None, *, id: str = "", truth: str | None = None
) -> Question | Reason:
    """The question about a bar, or two, of a score, or the reason why it cannot be asked.

    Args:
        score: any score in whole bars.
        rng: draws the wording and the bars; without it, the first bar that returns.
        id: names the question.
        truth: bars that stand instead of those found.
    """
    reason = too_few_notes(score)
    if reason is not None:
        return reason
    shown = plain_bars(score)
    reason = unclear_bars(shown)
    if reason is not None:
        return reason
    contents = bar_contents(shown)
    draw = drawn(rng)
    widths = (2, 1) if rng is not None and draw.random() < TWO_BARS_SHARE else (1,)
    by_width = ((width, places_by_music(contents, width)) for width in widths)
    chosen = next(((width, found) for width, found in by_width if _returning(found)), None)
    if chosen is None:
        return Reason("nothing-returns", "none of its bars comes again")
    width, found = chosen
    single = [places for places in found if len(places) == 1]
    pool = single if single and rng is not None and draw.random() < NONE_SHARE else _returning(found)
    places = pool[0] if rng is None else draw.choice(pool)
    bar = places[0] if rng is None else draw.choice(places)
    others = [place for place in places if place != bar]
    name = truth or listed(others)
    place = f"bar {bar}" if width == 1 else f"bars {bar} and {bar + 1}"
    return Question(
        id,
        TASK,
        worded(WORDINGS, rng).format(place=place),
        ANSWER_FORMAT,
        shown,
        name,
        distractors=tuple(other for other in _distractors(contents, bar, others) if other != name),
        explanation=_explanation(place, others, len(contents)),
        details={"bar": bar, "width": width},
    )


def places_by_music(contents: Sequence[Content], width: int) -> list[list[int]]:
    """The first bars of the stretches of `width` bars that are equal, those of each music together."""
    places: dict[tuple[Content, ...], list[int]] = defaultdict(list)
    for index in range(len(contents) - width + 1):
        stretch = tuple(contents[index : index + width])
        if all(len(content) >= MIN_NOTES for content in stretch):
            places[stretch].append(index + 1)
    return list(places.values())


def _returning(found: Sequence[list[int]]) -> list[list[int]]:
    """The places of music that comes more than once, and not all the time."""
    return [places for places in found if 1 < len(places) <= MAX_RETURNS + 1]


def _likest(contents: Sequence[Content], bar: int, others: Sequence[int]) -> int | None:
    """The bar that shares most notes with one without being equal, or None where none shares any."""
    target = contents[bar - 1]
    shared = {
        number: len(target & content)
        for number, content in enumerate(contents, 1)
        if number != bar and number not in others and target & content
    }
    return max(shared, key=lambda number: (shared[number], -number)) if shared else None


def _distractors(contents: Sequence[Content], bar: int, others: Sequence[int]) -> tuple[str, ...]:
    """The returns with the likest other bar, without one of them, a bar late; single bars nearby."""
    likest = _likest(contents, bar, others)
    near = [likest] if likest else []
    wrong: list[Sequence[int]] = [
        [*others, *near],
        others[:-1],
        near,
        [other + 1 for other in others],
        [bar + 4, *others[1:]],
        [bar + 8],
        [bar + 1],
        [bar - 1],
        [bar + 2],
        [bar - 2],
    ]
    last = len(contents)
    inside = [bars for bars in wrong if all(0 < place <= last and place != bar for place in bars)]
    names = dict.fromkeys(map(listed, inside))
    return tuple(name for name in names if name != listed(others))[:5]


def _explanation(what: str, others: Sequence[int], count: int) -> str:
    if not others:
        return f"No other place among the {count} bars has the notes and the rhythm of {what}."
    return f"The notes and the rhythm of {what} stand again from the start of {bars_in_words(others)}."


parse = bar_list(spans=False, empty=True)
grade = by_f1(parse)

TYPE = QuestionType(
    TASK,
    "the bars in which the music of a given bar returns note for note",
    plain_bars,
    ask,
    parse,
    grade,
    length_category,
    list_spellings,
    audible=False,
)
