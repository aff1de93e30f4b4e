"""From notes at offsets to streams of events that follow each other.

`Bar` collects what one measure of one part holds, each thing with its onset in quarter notes from the
start of the measure; `measure_of` lays it out as a `Measure`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from symbolic.harmony import ChordSymbol
from symbolic.key import Key
from symbolic.meter import Meter, Tempo
from symbolic.score import (
    Annotation,
    Decoration,
    Event,
    LineBreak,
    Mark,
    Measure,
    Rest,
    Section,
    TimedEvent,
    Tuplet,
)

Placed = tuple[Fraction, Mark]
"""A mark and its onset in quarter notes from the start of the measure."""


@dataclass(slots=True)
class Item:
    """A timed event at its place.

    Attributes:
        onset: quarter notes from the start of the measure.
        event: the note, chord or rest.
        before: marks that belong to it.
        after: ends of slurs and the like.
        ratio: actual and normal number of notes where it is written in a tuplet.
        edge: ``start``, ``stop`` or ``startStop`` where the source says so of the tuplet.
    """

    onset: Fraction
    event: TimedEvent
    before: list[Mark] = field(default_factory=list)
    after: list[Mark] = field(default_factory=list)
    ratio: tuple[int, int] | None = None
    edge: str = ""

    @property
    def end(self) -> Fraction:
        """Quarter notes from the start of the measure to where it stops sounding."""
        return self.onset + self.event.duration


@dataclass(slots=True)
class Bar:
    """One measure of one part, not yet laid out; signs as in `symbolic.score.Measure`."""

    layers: list[list[Item]] = field(default_factory=list)
    marks: list[Placed] = field(default_factory=list)
    start_repeat: int = 0
    end_repeat: int = 0
    ending: tuple[int, ...] = ()
    ending_stops: bool = False
    sign: str = "|"

    @property
    def length(self) -> Fraction:
        """Quarter notes to the end of the last event."""
        return max((layer[-1].end for layer in self.layers), default=Fraction(0))

    def add_items(self, items: list[Item]) -> None:
        """Adds a voice; items that begin while others of it sound go to layers of their own."""
        layers: list[list[Item]] = []
        for item in sorted(items, key=lambda one: one.onset):
            home = next((layer for layer in layers if layer[-1].end <= item.onset), None)
            if home is None:
                layers.append([item])
            else:
                home.append(item)
        self.layers += layers


def measure_of(bar: Bar, length: Fraction) -> Measure:
    """Lays a bar out so that it lasts `length` quarter notes."""
    layers = bar.layers or [[]]
    placed, spare = _place_marks(bar.marks, layers)
    streams = [_stream(layer, marks) for layer, marks in zip(layers, placed, strict=True)]
    longest = bar.length
    if longest < length:
        end = layers[0][-1].end if layers[0] else Fraction(0)
        whole = not layers[0] and len(layers) == 1
        streams[0] = (*streams[0], Rest(length - end, visible=False, whole_measure=whole))
    streams += [_spacer_stream(spare, max(length, longest))] if spare else []
    return Measure(
        streams[0],
        tuple(streams[1:]),
        bar.start_repeat,
        bar.end_repeat,
        bar.ending,
        "|" if bar.end_repeat else bar.sign,
    )


_TIMED_MARKS = (ChordSymbol, Tempo)
_ORDER: tuple[type[object], ...] = (
    LineBreak,
    Section,
    Key,
    Meter,
    Tempo,
    ChordSymbol,
    Annotation,
    Decoration,
)


def _rank(mark: Mark) -> int:
    if isinstance(mark, Decoration) and mark.name.endswith(")"):
        return -1  # a hairpin ends before the next one starts
    return next((rank for rank, kind in enumerate(_ORDER) if isinstance(mark, kind)), len(_ORDER))


def _place_marks(marks: list[Placed], layers: list[list[Item]]) -> tuple[list[list[Placed]], list[Placed]]:
    """The marks of each layer, and those for which a layer of invisible rests is needed.

    A mark stands in the first layer; a chord symbol or tempo that changes while a note of it sounds
    stands in a layer that has an event there.
    """
    placed: list[list[Placed]] = [[] for _ in layers]
    spare: list[Placed] = []
    starts = [{item.onset for item in layer} | {layer[-1].end if layer else Fraction(0)} for layer in layers]
    for onset, mark in marks:
        home = 0
        if isinstance(mark, _TIMED_MARKS) and onset:
            found = next((number for number, onsets in enumerate(starts) if onset in onsets), None)
            if found is None:
                spare.append((onset, mark))
                continue
            home = found
        placed[home].append((onset, mark))
    return placed, spare


def _spacer_stream(marks: list[Placed], length: Fraction) -> tuple[Event, ...]:
    """Marks at their places between invisible rests."""
    events: list[Event] = []
    now = Fraction(0)
    for onset, mark in marks:
        if onset > now:
            events.append(Rest(onset - now, visible=False))
            now = onset
        events.append(mark)
    if length > now:
        events.append(Rest(length - now, visible=False))
    return tuple(events)


def _stream(items: list[Item], marks: list[Placed]) -> tuple[Event, ...]:
    """The events of one layer: gaps filled, tuplets marked, marks before what they belong to."""
    tuplets = _tuplet_starts(items)
    queue = sorted(marks, key=lambda placed: (placed[0], _rank(placed[1])))
    events: list[Event] = []
    now, next_mark = Fraction(0), 0
    for index, item in enumerate(items):
        if item.onset > now:
            while next_mark < len(queue) and queue[next_mark][0] <= now:
                events.append(queue[next_mark][1])
                next_mark += 1
            events.append(Rest(item.onset - now, visible=False))
        while next_mark < len(queue) and queue[next_mark][0] <= item.onset:
            events.append(queue[next_mark][1])
            next_mark += 1
        if index in tuplets:
            events.append(tuplets[index])
        events += [*item.before, item.event, *item.after]
        now = item.end
    return (*events, *(mark for _, mark in queue[next_mark:]))


def _tuplet_starts(items: list[Item]) -> dict[int, Tuplet]:
    """Where tuplets begin in a layer: index of the first item → the mark.

    The source's own start and stop signs count; where it has none, a group closes as soon as it
    fills `normal` of its shortest notes and ends on a place that needs no tuplet.
    """
    starts: dict[int, Tuplet] = {}
    index = 0
    while index < len(items):
        ratio = items[index].ratio
        if ratio is None:
            index += 1
            continue
        stop = _group_end(items, index, ratio)
        starts[index] = Tuplet(ratio[0], ratio[1], stop - index)
        index = stop
    return starts


def _group_end(items: list[Item], first: int, ratio: tuple[int, int]) -> int:
    """Index after the last item of the tuplet that begins at `first`."""
    marked = items[first].edge in {"start", "startStop"}
    shortest, total = items[first].event.duration, Fraction(0)
    for index in range(first, len(items)):
        item = items[index]
        follows = index == first or (item.onset == items[index - 1].end and item.ratio == ratio)
        if not follows or (index > first and item.edge in {"start", "startStop"}):
            return index
        total += item.event.duration
        shortest = min(shortest, item.event.duration)
        if item.edge in {"stop", "startStop"}:
            return index + 1
        full = total.denominator & (total.denominator - 1) == 0 and total >= shortest * ratio[0]
        if not marked and full:
            return index + 1
    return len(items)


# Whole parts


def bar_lengths(parts: Iterable[list[Bar]]) -> list[Fraction]:
    """The length of each bar: that of its longest part."""
    lengths: list[Fraction] = []
    for bars in parts:
        for index, one in enumerate(bars):
            if index == len(lengths):
                lengths.append(one.length)
            lengths[index] = max(lengths[index], one.length)
    return lengths


def close_endings(bars: list[Bar]) -> None:
    """Draws a double bar where the bracket of a last ending stops before music that is repeated again.

    Without it that repeat would go back to the start of the section before (ABC 2.1, section 4.9).
    """
    for index, one in enumerate(bars):
        later = bars[index + 1 :]
        if one.ending_stops and one.sign == "|" and not one.end_repeat and later and not later[0].ending:
            signs = (other for other in later if other.start_repeat or other.end_repeat or other.ending)
            following = next(signs, None)
            if following is not None and not following.start_repeat:
                one.sign = "||"


def without_repeated_marks(
    measures: tuple[Measure, ...], key: Key, meter: Meter, tempo: Tempo | None
) -> tuple[Measure, ...]:
    """Drops keys and metres that are in force already, and the first tempo, which the score states."""
    now: dict[type[Any], Any] = {Key: key, Meter: meter, Tempo: tempo}
    result = []
    for measure in measures:
        layers = []
        for layer in measure.layers:
            events = []
            for event in layer:
                if isinstance(event, Key | Meter | Tempo):
                    if now[type(event)] == event:
                        continue
                    now[type(event)] = event
                events.append(event)
            layers.append(tuple(events))
        result.append(replace(measure, events=layers[0], overlays=tuple(layers[1:])))
    return tuple(result)
