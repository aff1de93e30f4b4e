"""Cuts long scores at bar lines into whole pieces that each fit a number of characters.

Nothing is truncated: the pieces hold every bar once and in order, each with the key, metre and tempo in force
where it begins. A cut falls between sections (at a repeat sign or a double bar) where that leaves a piece at
least half as long as would fit. Where a cut divides a repeated section, its repeat signs and endings go, so
that no piece repeats what the whole does not; a tie over a cut ends there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symbolic.abc import write_abc, write_interleaved
from symbolic.errors import SymbolicError
from symbolic.score import TIMED, Chord, Event, LineBreak, Measure, Note, Score
from symbolic.transform import slice_bars

_SECTION_BARS = ("||", "|]")


def abc_text(score: Score) -> str:
    """The score as questions show it: several voices bar by bar, where their bars can stand side by side."""
    side_by_side = len(score.voices) > 1 and len({len(voice.measures) for voice in score.voices}) == 1
    return write_interleaved(score) if side_by_side else write_abc(score)


def pieces(score: Score, max_characters: int, text: str | None = None) -> list[Score]:
    """The score in as many pieces as it takes; the score itself where it fits.

    Args:
        score: what to cut.
        max_characters: the most characters of a piece's text (`abc_text`).
        text: the score's own text, where the caller has it already.

    Raises:
        SymbolicError: a single bar is longer than that.
    """
    if len(abc_text(score) if text is None else text) <= max_characters:
        return [score]
    count = max((len(voice.measures) for voice in score.voices), default=0)
    lead = max((voice.measures for voice in score.voices), key=len, default=())
    ends = [index + 1 for index in range(len(lead)) if _ends_section(lead, index)]
    found: list[Score] = []
    start, guess = 0, 1
    while start < count:
        stop = _furthest(score, start, count, max_characters, guess)
        half = start + (stop - start) // 2
        if stop < count:
            stop = max((end for end in ends if half < end <= stop), default=stop)
        found.append(_part(score, start, stop))
        start, guess = stop, stop - start
    return found


def _furthest(score: Score, start: int, count: int, limit: int, guess: int) -> int:
    """The largest `stop` such that the bars from `start` up to it fit; `guess` is about how many do.

    Raises:
        SymbolicError: not even one bar fits.
    """

    def fits(stop: int) -> bool:
        return len(abc_text(_part(score, start, stop))) <= limit

    low, step = start, guess  # the bars up to `low` fit
    while low < count and fits(min(low + step, count)):
        low, step = min(low + step, count), step * 2
    high = min(low + step, count + 1)  # those up to `high` do not
    while high - low > 1:
        middle = (low + high) // 2
        if fits(middle):
            low = middle
        else:
            high = middle
    if low == start:
        raise SymbolicError(f"bar {start + 1} alone takes more than {limit} characters")
    return low


def _part(score: Score, start: int, stop: int) -> Score:
    """The bars from `start` up to `stop`, with no sign that points outside."""
    part = slice_bars(score, start, stop)
    voices = []
    for voice, whole in zip(part.voices, score.voices, strict=True):
        measures = list(voice.measures)
        for index in _divided(whole.measures, start, stop):
            measures[index - start] = replace(
                measures[index - start], start_repeat=0, end_repeat=0, ending=()
            )
        if measures and stop < len(whole.measures):
            measures[-1] = _untied(measures[-1])
        if start and measures and measures[0].events[:1] == (LineBreak(),):
            measures[0] = replace(measures[0], events=measures[0].events[1:])
        voices.append(replace(voice, measures=tuple(measures)))
    return part.with_voices(tuple(voices))


# Sections


def _ends_section(measures: Sequence[Measure], index: int) -> bool:
    """Whether a section ends with a measure; one that is repeated ends after the last of its endings."""
    measure = measures[index]
    following = measures[index + 1] if index + 1 < len(measures) else None
    if following is not None and following.ending:
        return False
    opens = following is not None and following.start_repeat > 0
    return opens or measure.end_repeat > 0 or measure.bar in _SECTION_BARS


def _divided(measures: Sequence[Measure], start: int, stop: int) -> list[int]:
    """The measures from `start` up to `stop` whose section reaches beyond one of them."""
    stop = min(stop, len(measures))
    if start >= stop:
        return []
    left, right = start, stop
    if start and not _ends_section(measures, start - 1):
        while left < stop and not _ends_section(measures, left):
            left += 1
        left = min(left + 1, stop)
    if stop < len(measures) and not _ends_section(measures, stop - 1):
        right -= 1
        while right > left and not _ends_section(measures, right - 1):
            right -= 1
    return [*range(start, left), *range(max(left, right), stop)]


# Ties


def _untied(measure: Measure) -> Measure:
    """The measure with no tie from the last note of any layer."""
    events, *overlays = (_last_untied(layer) for layer in measure.layers)
    return replace(measure, events=events, overlays=tuple(overlays))


def _last_untied(layer: tuple[Event, ...]) -> tuple[Event, ...]:
    last = next((index for index in range(len(layer) - 1, -1, -1) if isinstance(layer[index], TIMED)), None)
    if last is None:
        return layer
    event = layer[last]
    if isinstance(event, Note):
        event = replace(event, tie=False)
    elif isinstance(event, Chord):
        event = replace(event, notes=tuple(replace(note, tie=False) for note in event.notes))
    return (*layer[:last], event, *layer[last + 1 :])
