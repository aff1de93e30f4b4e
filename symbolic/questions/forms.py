"""The form of a piece as it is played: where its sections start, and which of them are alike.

Sections are what the notation marks: a section starts where a repeat sign opens or leads back, after one that
closes, at a `Section` mark and after a double bar. A section with endings goes on through them; where the
last ending runs on into what follows, it is as long as the first. What is played through once and is longer
than the sections beside it is cut where one of them is found in it note for note, at its start or its end
(the last A of AABA).

Letters follow the music, not the labels: two sections of equal length are the same when the halves of their
bars sound alike, different when they begin differently. Where neither is plain, there is no form string. An
upbeat belongs to the section that it leads to, but a section's first bar is its first whole one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from string import ascii_uppercase

from symbolic.questions.bars import (
    Content,
    bar_contents,
    bar_groups,
    first_number,
    numbered,
    plain_bars,
    unclear_bars,
)
from symbolic.questions.base import Reason, too_few_notes
from symbolic.repeats import played_order, section_starts
from symbolic.score import Measure, Score, Section, Voice
from symbolic.transform import unfold

MIN_BARS = 4
"""Fewest bars of a section."""
MAX_SECTIONS = 16
LONGEST = Fraction(3, 2)
"""How many times the usual length of its neighbours a section that is played through once may last."""
SAME_OPENING, SAME_WHOLE = Fraction(3, 4), Fraction(3, 5)
"""Least likeness of the first half, and of the whole, of two sections that are the same."""
OTHER_OPENING, OTHER_WHOLE = Fraction(1, 2), Fraction(3, 4)
"""Greatest likeness of the first half, and of the whole, of two sections that are different."""
_SECTION_BARS = frozenset({"||", "|]", "[|"})


@dataclass(frozen=True, slots=True)
class Sections:
    """The sections of a piece as it is played.

    Attributes:
        shown: the piece played out, with nothing that marks a section.
        starts: the number of the first whole bar of each section, ascending, 1 first.
        bars: the number of the last bar.
    """

    shown: Score
    starts: tuple[int, ...]
    bars: int


def played_bars(score: Score) -> Score:
    """The score played out, in whole bars, with nothing that marks a section."""
    return plain_bars(unfold(score))


def find_sections(score: Score) -> Sections | Reason:
    """The sections that the notation marks, or the reason why they are not plain."""
    reason = too_few_notes(score)
    if reason is not None:
        return reason
    shown = played_bars(score)
    reason = unclear_bars(shown)
    if reason is not None:
        return reason
    starts = _marked_starts(score, shown)
    if len(starts) < 2:
        return Reason("one-section", "nothing marks more than one section")
    if len(starts) > MAX_SECTIONS:
        return Reason("many-sections", f"it has {len(starts)} sections, more than {MAX_SECTIONS}")
    last, final = numbered(shown)[-1]
    bars = last if final.duration * 2 >= shown.meter.bar_quarters else last - 1
    lengths = [stop - start for start, stop in pairwise((*starts, bars + 1))]
    if min(lengths) < MIN_BARS:
        return Reason("short-sections", f"a section has fewer than {MIN_BARS} bars")
    return Sections(shown, tuple(starts), bars)


# Where sections start


def _marked_starts(score: Score, shown: Score) -> list[int]:
    """The bars shown in which a section starts, the first whole bar of each."""
    lead = next((voice for voice in score.voices if _is_marked(voice)), score.voices[0])
    labelled = next(filter(None, map(section_starts, score.voices)), [])
    order = played_order(lead, labelled, score.part_order)
    opening = _written_starts(lead)
    starts = [
        place
        for place, index in enumerate(order)
        if not place or index < order[place - 1] or index in opening
    ]
    groups = bar_groups(unfold(score)) or []
    first = first_number(shown)
    bar_of = {index: number for number, group in enumerate(groups, first) for index in group}
    heads = {group.start for group in groups}
    found = [max(bar_of[place] + (place not in heads), 1) for place in starts]
    return sorted(set(found))


def _is_marked(voice: Voice) -> bool:
    return any(measure.end_repeat or measure.ending for measure in voice.measures)


def _written_starts(voice: Voice) -> set[int]:
    """Indices of the measures of a voice before which a sign ends one section and starts another."""
    measures = voice.measures
    starts = {0}
    for index, measure in enumerate(measures):
        before = measures[index - 1] if index else None
        closed = before is not None and (before.end_repeat or before.bar in _SECTION_BARS)
        labelled = any(isinstance(event, Section) for event in measure.events)
        if measure.start_repeat or labelled or (closed and not measure.ending):
            starts.add(index)
    return starts | _after_open_endings(measures, starts)


def _after_open_endings(measures: Sequence[Measure], starts: set[int]) -> set[int]:
    """Where a last ending that no sign closes is as long as the ending before it."""
    found = set()
    endings = [index for index, measure in enumerate(measures) if measure.ending]
    for one, two in pairwise(endings):
        after = two + (two - one)
        section_goes_on = not any(one < start <= after for start in starts)
        is_last = not any(two < other <= after for other in endings)
        if section_goes_on and is_last and after < len(measures) and measures[two - 1].end_repeat:
            found.add(after)
    return found


# Which sections are alike


def form_letters(sections: Sections) -> tuple[str, tuple[int, ...]] | Reason:
    """The form string and the bars in which its sections start, or the reason why it is not plain."""
    contents = bar_contents(sections.shown)
    starts = _cut_by_likeness(contents, sections)
    spans = [contents[start - 1 : stop - 1] for start, stop in pairwise((*starts, sections.bars + 1))]
    usual = _usual_length(spans)
    alike = _alike(spans)
    if isinstance(alike, Reason):
        return alike
    for span, letter in zip(spans, alike, strict=True):
        if len(span) > LONGEST * usual and alike.count(letter) == 1:
            return Reason("long-section", f"a section of {len(span)} bars may be several")
    if len(set(alike)) == len(alike):
        return Reason("nothing-returns", "none of its sections comes again")
    return alike, starts


def _likeness(one: Sequence[Content], other: Sequence[Content]) -> Fraction:
    """Share of the notes that two stretches of bars have in common, 0 … 1, the mean over their bars."""
    shares = [
        Fraction(len(a & b), max(len(a), len(b))) if a or b else Fraction(1)
        for a, b in zip(one, other, strict=False)
    ]
    return sum(shares, Fraction(0)) / len(shares)


def _usual_length(spans: Sequence[Sequence[Content]]) -> int:
    """The commonest number of bars; of several the smallest."""
    counts = Counter(map(len, spans))
    return min(counts, key=lambda length: (-counts[length], length))


def _alike(spans: Sequence[Sequence[Content]]) -> str | Reason:
    """A letter for each span, the same for those that are the same."""
    models: list[Sequence[Content]] = []
    letters = ""
    for span in spans:
        same = [index for index, model in enumerate(models) if is_same(span, model)]
        if len(same) != 1 and not all(is_other(span, model) for model in models):
            return Reason("unclear-likeness", "some of its sections are neither the same nor different")
        if not same:
            same.append(len(models))
            models.append(span)
        letters += ascii_uppercase[same[0]]
    return letters


def is_same(one: Sequence[Content], other: Sequence[Content]) -> bool:
    """Whether two sections are the same, but for their endings and details."""
    if len(one) != len(other):
        return False
    half = len(one) // 2
    return _likeness(one[:half], other[:half]) >= SAME_OPENING and _likeness(one, other) >= SAME_WHOLE


def is_other(one: Sequence[Content], other: Sequence[Content]) -> bool:
    """Whether two sections are plainly different: they do not begin alike."""
    half = min(len(one), len(other)) // 2
    return _likeness(one[:half], other[:half]) < OTHER_OPENING and _likeness(one, other) < OTHER_WHOLE


def _cut_by_likeness(contents: Sequence[Content], sections: Sections) -> tuple[int, ...]:
    """The starts, and those inside long sections where another section comes note for note."""
    starts = list(sections.starts)
    stops = (*sections.starts[1:], sections.bars + 1)
    models = {tuple(contents[a - 1 : b - 1]) for a, b in zip(sections.starts, stops, strict=True)}
    for start, stop in zip(sections.starts, stops, strict=True):
        span = contents[start - 1 : stop - 1]
        for model in models:
            rest = len(span) - len(model)
            if rest < MIN_BARS:
                continue
            if _same_but_last(span[: len(model)], model):
                starts.append(start + len(model))
            if _same_but_last(span[rest:], model):
                starts.append(start + rest)
    return tuple(sorted(set(starts)))


def _same_but_last(one: Sequence[Content], other: Sequence[Content]) -> bool:
    """Whether bars are equal, the last of them (where an ending or an upbeat may differ) aside."""
    return list(one[:-1]) == list(other[:-1])
