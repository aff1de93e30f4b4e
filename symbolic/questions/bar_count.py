"""The question "how many bars?": counted as written, repeats not played.

An incomplete bar at the start is not counted; the last bar is, also where the upbeat shortens it. An answer
that is one off is near, with half the credit: it usually counted the upbeat.
"""

from __future__ import annotations

from random import Random

from symbolic.questions.answers import number_spellings, off_by_one, whole_number
from symbolic.questions.base import Question, QuestionType, Reason, worded
from symbolic.questions.reading import COUNTING, counted_bars, strip
from symbolic.score import Score

TASK = "bar-count"
WORDINGS = (
    "How many bars does this piece have, as written (repeats not played)?",
    "Count the measures of this melody, repeats not played.",
    "As it is notated, how many bars long is this tune?",
)
ANSWER_FORMAT = f"{COUNTING} Answer with a number."


def ask(
    score: Score, rng: Random | None = None, *, id: str = "", truth: str | None = None
) -> Question | Reason:
    """The question about a whole melody; see `QuestionType.ask`."""
    bars = counted_bars(score)
    if isinstance(bars, Reason):
        return bars
    count = int(truth) if truth else len(bars)
    upbeat = "After the incomplete first bar, which does not count, there" if bars.upbeat else "There"
    return Question(
        id,
        TASK,
        worded(WORDINGS, rng),
        ANSWER_FORMAT,
        strip(score),
        str(count),
        distractors=tuple(str(count + step) for step in (1, -1, 2, 4, -2) if count + step > 0),
        explanation=f"{upbeat} are {count} bars up to the final bar line.",
    )


def category(truth: str) -> str:
    """How long the piece is, in steps that double."""
    count = int(truth)
    return next((f"up to {limit}" for limit in (4, 8, 16, 32, 64) if count <= limit), "longer")


TYPE = QuestionType(
    TASK,
    "the number of bars as written",
    strip,
    ask,
    whole_number,
    off_by_one,
    category,
    number_spellings,
    audible=False,
)
