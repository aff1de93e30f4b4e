"""Questions about the form of a piece and about places in it: sections, phrases, returns, motifs."""

from __future__ import annotations

from eval.ask.arguments import Arguments
from eval.ask.draft import Asked, Outcome, missing, module_of, new, placed_bars
from symbolic.questions import Reason
from symbolic.questions.bars import bar_contents, numbered, plain_bars, unclear_bars
from symbolic.questions.base import too_few_notes
from symbolic.questions.forms import MIN_BARS, played_bars
from symbolic.questions.reading import melody
from symbolic.questions.snippets import shown_melody
from symbolic.score import Score

LONGEST_STRETCH = 4
"""Bars in a row that can be looked for."""
MOTIF_NOTES = 4
"""Length of a motif where none is named."""


def form(score: Score, task: str, given: Arguments) -> Outcome:
    """The sections of a piece as it is played, whether its signs tell them or not."""
    shown = played_bars(score)
    reason = too_few_notes(score) or unclear_bars(shown)
    if reason is not None:
        return reason
    last, final = numbered(shown)[-1]
    bars = last if final.duration * 2 >= shown.meter.bar_quarters else last - 1
    if bars < 2 * MIN_BARS:
        return Reason("too-short", f"it has {bars} bars, too few for sections")
    return Asked(new(task, shown, module_of(task).WORDINGS[0], {"bars": bars}))


def phrases(score: Score, task: str, given: Arguments) -> Outcome:
    """Where the phrases of a melody end, whether its lines tell it or not."""
    reason = melody(score)
    if reason is not None:
        return reason
    shown = plain_bars(score)
    reason = unclear_bars(shown)
    return reason or Asked(new(task, shown, module_of(task).WORDINGS[0]))


def returns(score: Score, task: str, given: Arguments) -> Outcome:
    """Where some bars come again."""
    shown = plain_bars(score)
    reason = too_few_notes(score) or unclear_bars(shown)
    if reason is not None:
        return reason
    if given.bars is None:
        return missing("which bar")
    placed = placed_bars(given.bars, len(bar_contents(shown)))
    if isinstance(placed, Reason):
        return placed
    first, last = placed
    width = last - first + 1
    if width > LONGEST_STRETCH:
        return Reason("long-stretch", f"at most {LONGEST_STRETCH} bars in a row can be looked for")
    place = (
        f"bar {first}"
        if width == 1
        else f"bars {first} and {last}"
        if width == 2
        else f"bars {first} to {last}"
    )
    wording = module_of(task).WORDINGS[0].format(place=place)
    return Asked(new(task, shown, wording, {"bar": first, "width": width}), tuple(dict.fromkeys(placed)))


def motif(score: Score, task: str, given: Arguments) -> Outcome:
    """Where, or how often, the opening notes come again."""
    shown = shown_melody(score)
    if isinstance(shown, Reason):
        return shown
    module = module_of(task)
    size = given.size or MOTIF_NOTES
    if not 2 <= size <= max(module.SIZES):
        return Reason("motif-size", f"a motif has 2 to {max(module.SIZES)} notes here")
    wordings = module.COUNT_WORDINGS if given.counts else module.PLACE_WORDINGS
    answer_format = module.COUNT_FORMAT if given.counts else module.PLACE_FORMAT
    details: dict[str, object] = {"notes": size, "asks": "count" if given.counts else "bars"}
    return Asked(new(task, shown, wordings[0].format(notes=size), details, answer_format=answer_format))


def continuation(score: Score, task: str, given: Arguments) -> Outcome:
    """Not asked: its type chooses among continuations, and none are given."""
    return Reason("no-options", "I only choose among given continuations and do not write one")
