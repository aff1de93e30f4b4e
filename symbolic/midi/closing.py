"""The end of a score that was built from bare notes: how long its last bar is, and what is repeated.

Notes do not say where the last bar ends. Where notation's rule (with a pickup, the last bar lacks what the
pickup took) and the end of the last note differ, the one that gives the shorter score is taken: a repeat
may end there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from symbolic.folding import fold_repeats
from symbolic.midi.bars import Bar, close_bars
from symbolic.score import TIMED, Rest, Score, Voice


def close_score(
    write: Callable[[Sequence[Bar]], Score],
    bars: list[Bar],
    end: int,
    *,
    fold: bool,
    least_agreement: float = 1.0,
) -> Score:
    """The score with its last bar closed by a final bar line, and its repeats folded.

    Args:
        write: makes the score of these bars.
        bars: at least one; the last one full.
        end: where the last note ends, in the parts of the bars.
        fold: write repeats with repeat signs.
        least_agreement: of the two times of a repeat, as `symbolic.folding.fold_repeats` has it.
    """
    closed = close_bars(bars, end)
    choices = [write(closed)]
    if fold:
        if end < closed[-1].end:
            last = Bar(closed[-1].start, end - closed[-1].start, closed[-1].meter)
            choices.append(write([*closed[:-1], last]))
        choices = [fold_repeats(choice, least_agreement) for choice in choices]
    score = min(choices, key=_size)
    return score.with_voices(tuple(_with_final_bar(voice) for voice in score.voices))


def _size(score: Score) -> tuple[int, int]:
    events = [event for event in score.events() if isinstance(event, TIMED)]
    return sum(not isinstance(event, Rest) for event in events), len(events)


def _with_final_bar(voice: Voice) -> Voice:
    *others, last = voice.measures
    return voice if last.end_repeat else replace(voice, measures=(*others, replace(last, bar="|]")))
