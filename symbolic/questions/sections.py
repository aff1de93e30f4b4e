"""The question "where do new sections start?": the bars, in a piece played out without its signs.

Shown and hidden as for the form string (`symbolic.questions.structure`), and the sections are the same
(`symbolic.questions.forms`), but nothing is said of which are alike, so that more pieces can be asked. A
section that is repeated starts again. The first section's start is left out. Graded by the F1 of the bars
(``boundary_f1``, exact to the bar, as `mir_eval.segment.detection` with the first boundary trimmed).
An analysis of what is shown can answer: `symbolic.analysis.sections`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from random import Random

from symbolic.questions.bar_list import (
    bar_list,
    bars_in_words,
    by_f1,
    length_category,
    list_spellings,
    listed,
)
from symbolic.questions.base import Question, QuestionType, Reason, worded
from symbolic.questions.forms import find_sections, played_bars
from symbolic.questions.reading import COUNTING
from symbolic.score import Score

TASK = "sections"
WORDINGS = (
    "In which bars do new sections of this tune start? Its repeats are played out, and a repeated section "
    "starts again.",
    "Where are the section boundaries of this piece? Name the bar in which each section after the first "
    "starts; repeats are written out and count as sections.",
    "This music is written out without repeat signs and double bars. In which bars did a section, or its "
    "repetition, begin?",
)
ANSWER_FORMAT = (
    'Answer with the numbers of the bars, without the first section\'s, such as "5 13 21". An upbeat belongs '
    f"to the bar after it. {COUNTING}"
)


def ask(
    score: Score, rng: Random | None = None, *, id: str = "", truth: str | None = None
) -> Question | Reason:
    """The question about one score, or the reason why it cannot be asked; see `QuestionType.ask`."""
    sections = find_sections(score)
    if isinstance(sections, Reason):
        return sections
    starts = sections.starts[1:]
    return Question(
        id,
        TASK,
        worded(WORDINGS, rng),
        ANSWER_FORMAT,
        sections.shown,
        truth or listed(starts),
        distractors=hard_distractors(starts, sections.bars),
        explanation=_explanation(starts, sections.bars),
        details={"bars": sections.bars},
    )


def _explanation(starts: Sequence[int], bars: int) -> str:
    where = bars_in_words(starts)
    return f"The first section ends with bar {starts[0] - 1}; of the {bars} bars, sections start in {where}."


def hard_distractors(starts: Sequence[int], bars: int) -> tuple[str, ...]:
    """Every other start, starts in between, and all of them a bar early or late."""
    whole = (1, *starts, bars + 1)
    between = {(one + two) // 2 for one, two in pairwise(whole)}
    others = (
        starts[1::2],
        (*starts, *between),
        [start - 1 for start in starts],
        [start + 1 for start in starts],
        [start + 2 for start in starts],
        sorted(between),
    )
    names = dict.fromkeys(listed(other) for other in others if other)
    return tuple(name for name in names if name != listed(starts))[:5]


parse = bar_list(spans=True)
grade = by_f1(parse, "boundary_f1")

TYPE = QuestionType(
    TASK,
    "the bars in which sections start, with all section marks hidden",
    played_bars,
    ask,
    parse,
    grade,
    length_category,
    list_spellings,
)
