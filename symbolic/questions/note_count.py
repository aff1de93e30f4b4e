"""The question "how many notes?": in some bars, or in the whole of a melody.

Counted are notes that are struck: tied notes are one, grace notes and rests are none. An answer that is one
off is near, with half the credit.
"""

from __future__ import annotations

from random import Random

from symbolic.questions.answers import number_spellings, off_by_one, whole_number
from symbolic.questions.base import Question, QuestionType, Reason, worded
from symbolic.questions.reading import COUNTING, Bars, bar_range, counted_bars, range_words, strip
from symbolic.score import Score

TASK = "note-count"
WORDINGS = (
    "How many notes are struck in {where}? Tied notes count once, grace notes not at all.",
    "Count the notes in {where}; notes that are tied together are one, grace notes do not count.",
    "What is the number of notes in {where}, tied notes counted where they begin and grace notes never?",
)
ANSWER_FORMAT = f"{COUNTING} Answer with a number."


def ask(
    score: Score, rng: Random | None = None, *, id: str = "", truth: str | None = None
) -> Question | Reason:
    """The question about bars that `rng` draws; see `QuestionType.ask`."""
    bars = counted_bars(score)
    if isinstance(bars, Reason):
        return bars
    first, last = bar_range(bars, rng)
    counts = struck(bars)
    chosen = counts[first - 1 : last]
    total = sum(chosen) + (counts[-1] if (first, last) == (1, len(bars)) else 0)
    count = int(truth) if truth else total
    each = " + ".join(map(str, chosen))
    upbeat = f"; the upbeat has {counts[-1]}" if (first, last) == (1, len(bars)) and bars.upbeat else ""
    return Question(
        id,
        TASK,
        worded(WORDINGS, rng).format(where=range_words(first, last, len(bars))),
        ANSWER_FORMAT,
        strip(score),
        str(count),
        distractors=tuple(str(count + step) for step in (1, -1, 2, -2, 3, 4) if count + step >= 0),
        explanation=f"Bar by bar the notes are {each}{upbeat}: {count} in all.",
        details={"first_bar": first, "last_bar": last},
    )


def struck(bars: Bars) -> list[int]:
    """The notes struck in each bar, and last those of the upbeat; a note held over a tie is not struck."""
    counts: list[int] = []
    held = None
    for bar in (bars.upbeat, *bars.bars):
        count = 0
        for note in bar:
            count += note.pitch.midi != held
            held = note.pitch.midi if note.tie else None
        counts.append(count)
    return [*counts[1:], counts[0]]


def category(truth: str) -> str:
    """How many, in steps that double."""
    count = int(truth)
    return next((f"up to {limit}" for limit in (4, 8, 16, 32, 64, 128) if count <= limit), "more")


TYPE = QuestionType(
    TASK,
    "the number of notes struck in some bars",
    strip,
    ask,
    whole_number,
    off_by_one,
    category,
    number_spellings,
    audible=False,
)
