"""The order in which repeat signs, endings and the order of sections make measures sound.

Measures are counted from 0 in written order. A pass is one playing of a section, counted from 1.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from symbolic.score import Measure, Section, Voice

MAX_PLAYED_MEASURES = 20_000
MAX_ENDINGS_MEASURES = 256
"""How far ahead of an ending the other endings of its section are looked for."""
_SECTION_BARS = frozenset({"||", "|]", "[|"})


def play_order(measures: Sequence[Measure]) -> list[int]:
    """Indices of measures in the order in which repeats and endings make them sound.

    ``:|`` returns to the last ``|:``, to the end of the previous ``:|``, or to the start. An ending is
    played on the passes that it names; a section with endings is played as often as they say. An
    ending with a wrong number, for a pass that has none, is played on that pass.
    """
    order: list[int] = []
    played: set[int] = set()
    start, index, passed = 0, 0, 1
    in_ending = False
    while index < len(measures) and len(order) < MAX_PLAYED_MEASURES:
        measure = measures[index]
        if measure.start_repeat and index != start:
            start, passed, in_ending = index, 1, False
        if measure.ending and passed not in measure.ending:
            if in_ending and any(number > passed for number in measure.ending):
                passed, index, in_ending = passed + 1, start, False  # the sign ":|" is missing
                continue
            after = _find_ending(measures, index, passed)
            if index in played or (after < len(measures) and passed in measures[after].ending):
                index = after
                continue
            passed = max(passed, *measure.ending)
        in_ending = in_ending or bool(measure.ending)
        order.append(index)
        played.add(index)
        if measure.end_repeat:
            if passed < _passes(measures, start, index):
                passed, index, in_ending = passed + 1, start, False
                continue
            start, passed, in_ending = index + 1, 1, False
        elif in_ending and measure.bar in _SECTION_BARS and passed >= _passes(measures, start, index):
            start, passed, in_ending = index + 1, 1, False
        index += 1
    return order


def _find_ending(measures: Sequence[Measure], index: int, passed: int) -> int:
    """The next measure after `index` to play on a pass that skips the ending there."""
    past_repeat = None
    for later in range(index + 1, min(index + MAX_ENDINGS_MEASURES, len(measures))):
        if past_repeat is None and measures[later - 1].end_repeat:
            past_repeat = later
        measure = measures[later]
        if passed in measure.ending:
            return later
        if measure.start_repeat:
            break
    return index + 1 if past_repeat is None else past_repeat


def _passes(measures: Sequence[Measure], start: int, end: int) -> int:
    """How often the section from `start` that is closed at `end` is played."""
    numbers = [number for measure in measures[start : end + 1] for number in measure.ending]
    later = end + 1
    stop = min(end + MAX_ENDINGS_MEASURES, len(measures))
    while numbers and later < stop and not measures[later].start_repeat:
        ending = measures[later].ending
        if not ending and measures[later - 1].end_repeat:
            break
        numbers.extend(ending)
        if measures[later].bar in _SECTION_BARS:
            break
        later += 1
    return max([*numbers, 1 + measures[end].end_repeat, 1 + measures[start].start_repeat])


def expand_part_order(text: str) -> list[str]:
    """The labels that ABC's ``P:`` order names: ``A2(BC)2`` → A A B C B C (ABC 2.1, section 3.1.9)."""
    tokens = re.findall(r"[A-Za-z]|\(|\)|\d+", text)
    stack: list[list[str]] = [[]]
    last: list[str] = []
    for token in tokens:
        if token == "(":
            stack.append([])
        elif token == ")":
            if len(stack) > 1:
                last = stack.pop()
                stack[-1].extend(last)
        elif token.isdigit():
            stack[-1].extend(last * (min(int(token), 64) - 1))
        else:
            last = [token]
            stack[-1].append(token)
        if sum(map(len, stack)) > MAX_PLAYED_MEASURES:
            break
    return [label for level in stack for label in level]


def section_starts(voice: Voice) -> list[tuple[str, int]]:
    """The letter of each section of a voice and the measure in which it starts."""
    return [
        (event.label.strip()[:1], index)
        for index, measure in enumerate(voice.measures)
        for event in measure.events
        if isinstance(event, Section)
    ]


def played_order(voice: Voice, sections: list[tuple[str, int]], part_order: str) -> list[int]:
    """Measure indices of one voice in playing order, sections in the order that the header gives."""
    spans: dict[str, range] = {}
    stops = [index for _, index in sections[1:]] + [len(voice.measures)]
    for (label, first), stop in zip(sections, stops, strict=False):
        spans.setdefault(label, range(first, stop))
    labels = expand_part_order(part_order)
    if not labels or not all(label in spans for label in labels):
        return play_order(voice.measures)
    order = play_order(voice.measures[: sections[0][1]])
    for label in labels:
        span = spans[label]
        order += [span.start + index for index in play_order(voice.measures[span.start : span.stop])]
    return order
