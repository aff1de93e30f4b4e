"""The same music with its form written down: repeats, endings and double bars.

A notation is where sections start and which of them are alike. What comes again at once is written once,
between repeat signs, with two endings where only its end differs; other sections end with a double bar, but
between two that are alike. Of the ways to fold the sections the one with the fewest bars is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache

from symbolic.score import TIMED, Measure, Score, Tuplet

DOUBLE, FINAL = "||", "|]"


def in_sections(
    score: Score, starts: Sequence[int], letters: str, *, opened: bool = True, endings: bool = True
) -> Score:
    """The score with its sections marked; it sounds as before when repeats are played.

    Args:
        score: one voice without overlays in whole bars, played out, an incomplete bar at most at its start.
        starts: of each section the index of its first whole bar, ascending; an upbeat as long as the piece's
            own goes with the section that it leads to.
        letters: one for each section, the same for those that are alike.
        opened: write a repeat's opening sign at the beginning and after another repeat too, where it may be
            left out.
        endings: write endings; else what comes again with another end is written out.

    Raises:
        ValueError: the score has more than one voice or overlays, or `starts` and `letters` do not fit it.
    """
    if len(score.voices) != 1 or any(measure.overlays for measure in score.voices[0].measures):
        raise ValueError("sections can be marked in a single melody only")
    if not starts or len(starts) != len(letters) or list(starts) != sorted(set(starts)):
        raise ValueError(f"there must be an ascending start for each letter of {letters!r}, got {starts}")
    (voice,) = score.voices
    parts = _sections(voice.measures, starts, _upbeat(score))
    measures = _whole_bars(_shortest(parts, letters, endings), score.meter.bar_quarters)
    if not opened:
        measures = _without_needless_signs(measures)
    if not measures[-1].end_repeat:
        measures[-1] = replace(measures[-1], bar=FINAL)
    return score.with_voices((replace(voice, measures=tuple(measures)),))


def _upbeat(score: Score) -> Fraction:
    """Length of the incomplete bar at the start, 0 where there is none."""
    first = score.voices[0].measures[0].duration
    return first if first < score.meter.bar_quarters else Fraction(0)


def _sections(measures: Sequence[Measure], starts: Sequence[int], upbeat: Fraction) -> list[list[Measure]]:
    """The bars of each section, its upbeat first where the bar before can be divided there."""
    parts: list[list[Measure]] = []
    lead = list(measures[: starts[0]])
    for start, stop in zip(starts, (*starts[1:], len(measures)), strict=True):
        own = [*lead, *measures[start:stop]]
        lead = []
        divided = _divided(own[-1], own[-1].duration - upbeat) if upbeat and stop < len(measures) else None
        if divided is not None:
            own[-1], lead = divided[0], [divided[1]]
        parts.append(own)
    return parts


def _divided(measure: Measure, at: Fraction) -> tuple[Measure, Measure] | None:
    """A bar in two, `at` quarter notes from its beginning; None where a note or tuplet goes on there."""
    onset = Fraction(0)
    tuplet = 0
    for index, event in enumerate(measure.events):
        if onset >= at:
            if onset > at or tuplet or not index:
                return None
            return replace(measure, events=measure.events[:index], bar="|"), replace(
                measure, events=measure.events[index:]
            )
        if isinstance(event, Tuplet):
            tuplet = event.count
        elif isinstance(event, TIMED):
            onset += event.duration
            tuplet = max(0, tuplet - 1)
    return None


def _shortest(parts: Sequence[Sequence[Measure]], letters: str, endings: bool) -> tuple[Measure, ...]:
    """The sections one after the other with the fewest bars written."""
    closed = [
        list(part) if one == after else _closed(part)
        for part, one, after in zip(parts, letters, (*letters[1:], ""), strict=True)
    ]

    @cache
    def written(first: int) -> tuple[Measure, ...]:
        if first == len(parts):
            return ()
        ways = [(*closed[first], *written(first + 1))]
        for size in range(1, (len(parts) - first) // 2 + 1):
            middle, stop = first + size, first + 2 * size
            if letters[first:middle] == letters[middle:stop]:
                folded = _folded(
                    _joined(closed[first : middle - 1], parts[middle - 1]),
                    _joined(closed[middle : stop - 1], parts[stop - 1]),
                    endings,
                )
                if folded:
                    ways.append((*folded, *written(stop)))
        return min(ways, key=len)

    return written(0)


def _closed(part: Sequence[Measure]) -> list[Measure]:
    """A section that ends with a double bar."""
    return [*part[:-1], replace(part[-1], bar=DOUBLE)]


def _joined(closed: Sequence[Sequence[Measure]], last: Sequence[Measure]) -> list[Measure]:
    """Some sections in a row, the last of them open."""
    return [*(measure for part in closed for measure in part), *last]


def _folded(one: Sequence[Measure], two: Sequence[Measure], endings: bool) -> list[Measure]:
    """What is played twice, written once; empty where the two begin differently or one ends the other."""
    pairs = enumerate(zip(one, two, strict=False))
    same = next((place for place, (a, b) in pairs if a.events != b.events), min(len(one), len(two)))
    opening = [replace(one[0], start_repeat=1), *one[1:]]
    if same == len(one) == len(two):
        return [*opening[:-1], replace(opening[-1], end_repeat=1, bar="|")]
    if not endings or 2 * same < len(one) or same in (len(one), len(two)):
        return []
    first, second = list(one[same:]), _closed(two[same:])
    first[0] = replace(first[0], ending=(1,))
    first[-1] = replace(first[-1], end_repeat=1, bar="|")
    second[0] = replace(second[0], ending=(2,))
    return [*opening[:same], *first, *second]


def _whole_bars(measures: Sequence[Measure], bar: Fraction) -> list[Measure]:
    """The bars that were divided joined again where no sign stands between their parts."""
    found: list[Measure] = []
    for measure in measures:
        before = found[-1] if found else None
        is_closed = before and (before.end_repeat or before.bar != "|")
        is_sign = is_closed or measure.start_repeat or measure.ending
        if before and not is_sign and 0 < before.duration < bar == before.duration + measure.duration:
            found[-1] = replace(before, events=before.events + measure.events, bar=measure.bar,
                                end_repeat=measure.end_repeat)  # fmt: skip
        else:
            found.append(measure)
    return found


def _without_needless_signs(measures: Sequence[Measure]) -> list[Measure]:
    """The bars without opening signs at the beginning and right after a repeat's end."""
    found: list[Measure] = []
    for measure in measures:
        if measure.start_repeat and (not found or found[-1].end_repeat):
            measure = replace(measure, start_repeat=0)
        found.append(measure)
    return found
