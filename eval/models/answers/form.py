"""How a piece is put together: its sections, its phrases, and how it goes on."""

from __future__ import annotations

from eval.models.answers.showing import shown
from symbolic.analysis.continuation import continuation_fit
from symbolic.analysis.phrases import PHRASE_METHODS
from symbolic.analysis.sections import letters
from symbolic.analysis.sections import sections as sections_of
from symbolic.questions import Question
from symbolic.questions.bar_list import listed
from symbolic.questions.evidence import phrase_ends, phrase_odds
from symbolic.questions.phrases import named
from symbolic.questions.snippets import read_snippet, unit_of


def structure(question: Question) -> str:
    """The form letters and the bars in which the sections start."""
    found = sections_of(shown(question), unfold=False)
    return f"{letters(found)} {' '.join(str(section.first + 1) for section in found)}"


def sections(question: Question) -> str:
    """The bars in which sections start, the first one's aside; the middle where there seems to be but one."""
    found = sections_of(shown(question), unfold=False)
    starts = [section.first + 1 for section in found[1:]]
    return listed(starts or [question.details["bars"] // 2 + 1])


def phrases(question: Question, method: str = PHRASE_METHODS[0]) -> str:
    """The last note of each phrase but the last; the likeliest one where there seems to be one phrase."""
    score = shown(question)
    ends = phrase_ends(score, method)
    if not ends:
        odds = phrase_odds(score)
        ends = sorted(odds, key=lambda place: -odds[place])[:1]
    return named(ends)


def continuation(question: Question) -> str:
    """Of the continuations offered the one that fits the opening best."""
    opening = shown(question)

    def fit(option: str) -> float:
        notes = read_snippet(option, opening.key, opening.meter, unit_of(opening))
        return continuation_fit(opening, notes) if notes else float("-inf")

    return max(question.options, key=fit)
