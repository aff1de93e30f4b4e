"""Cuts a score into cells: the stretches of music that a repeat sign may begin or end with.

Cells end at bar lines and, where the score has short measures such as a pickup, also inside bars where
the rest of such a measure would begin: the repeat of ``d|...|c3:|`` cuts the bar ``c3d`` in two.
Times are whole parts of a quarter note.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias

from symbolic.key import Key
from symbolic.meter import Meter, Tempo
from symbolic.score import TIMED, Chord, Event, LineBreak, Note, Rest, Score, Slur, Tuplet
from symbolic.transform import Context, contexts

_MAX_OFFSETS = 6

Layers: TypeAlias = tuple[tuple[Event, ...], ...]
Clock: TypeAlias = list[tuple[int, int, Event]]
"""The events of a layer with their starts and ends in parts of a quarter note."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A stretch of one measure: its content in every voice, and the context that it is played in.

    `start` and `end` are counted from the start of the measure, in parts of a quarter note.
    """

    measure: int
    start: int
    end: int
    voices: tuple[Layers, ...]
    contexts: tuple[Context, ...]

    @property
    def weight(self) -> float:
        """About how much there is to write."""
        return 0.5 + sum(isinstance(event, TIMED) for event in self.events())

    @property
    def sounds(self) -> bool:
        """Whether it holds a note."""
        return any(isinstance(event, Note | Chord) for event in self.events())

    def events(self) -> Iterator[Event]:
        """The events of all voices and layers."""
        for layers in self.voices:
            for layer in layers:
                yield from layer


def cut_cells(score: Score, parts: int) -> Iterator[Cell]:
    """The cells of the score; times in `parts` of a quarter."""
    before = [contexts(score, voice) for voice in score.voices]
    clocks = [
        [[clock(layer, parts) for layer in measure.layers] for measure in voice.measures]
        for voice in score.voices
    ]
    leads = zip(clocks[0], before[0], strict=True)
    full_lengths = [int(context_at(layers[0], now, 0)[1].bar_quarters * parts) for layers, now in leads]
    lengths = [int(measure.duration * parts) for measure in score.voices[0].measures]
    offsets = _pickup_offsets(lengths, full_lengths)
    for index, (length, full) in enumerate(zip(lengths, full_lengths, strict=True)):
        bars = [voice[index] for voice in clocks]
        inner = sorted({full - offset for offset in offsets if 0 < full - offset < length})
        cuts = [place for place in inner if all(_can_cut(layer, place) for bar in bars for layer in bar)]
        for start, end in pairwise([0, *cuts, length]):
            yield Cell(
                index,
                start,
                end,
                tuple(
                    tuple(slice_layer(layer, start, end, parts, end == length) for layer in bar)
                    for bar in bars
                ),
                tuple(context_at(bar[0], now[index], start) for bar, now in zip(bars, before, strict=True)),
            )


def clock(layer: tuple[Event, ...], parts: int) -> Clock:
    """The events of a layer, each with its start and end."""
    timed = []
    now = 0
    for event in layer:
        start = now
        if isinstance(event, TIMED):
            now += event.duration.numerator * (parts // event.duration.denominator)
        timed.append((start, now, event))
    return timed


def context_at(layer: Clock, before: Context, place: int) -> Context:
    """Key, metre and tempo for the first timed event at or after a place in a measure."""
    key, meter, tempo = before
    for start, end, event in layer:
        if end > start >= place:
            break
        match event:
            case Key():
                key = event
            case Meter():
                meter = event
            case Tempo():
                tempo = event
    return key, meter, tempo


def _pickup_offsets(lengths: Sequence[int], full_lengths: Sequence[int]) -> list[int]:
    """How long before a bar line a section may begin: what short measures hold, and what they lack."""
    counts: Counter[int] = Counter()
    for length, full in zip(lengths, full_lengths, strict=True):
        if 0 < length < full:
            counts.update((length, full - length))
    return [offset for offset, _ in counts.most_common(_MAX_OFFSETS)]


def _can_cut(layer: Clock, place: int) -> bool:
    """Whether no note and no tuplet of a layer goes on across a place inside a measure."""
    in_tuplet = 0
    for start, end, event in layer:
        if isinstance(event, Tuplet):
            in_tuplet = event.count
        elif end > start:
            in_tuplet = max(0, in_tuplet - 1)
            if end > place:
                return start >= place or isinstance(event, Rest)
            if end == place:
                return not in_tuplet and not _is_tied(event)
    return True


def _is_tied(event: Event) -> bool:
    if isinstance(event, Chord):
        return any(note.tie for note in event.notes)
    return isinstance(event, Note) and event.tie


def slice_layer(layer: Clock, start: int, end: int, parts: int, is_last: bool) -> tuple[Event, ...]:
    """The events of a layer from `start` to `end`, without line breaks and without marks of the context."""
    found: list[Event] = []
    sounded = False
    for low, high, event in layer:
        if high > low:
            if low >= start and high <= end:
                found.append(event)
                sounded = True
            elif low < end and high > start and isinstance(event, Rest):
                length = min(high, end) - max(low, start)
                found.append(Rest(Fraction(length, parts), event.visible))
                sounded = True
        elif isinstance(event, LineBreak) or (isinstance(event, Key | Meter | Tempo) and not sounded):
            continue
        elif event is Slur.END:
            if start < low <= end:
                found.append(event)
        elif start <= low < end or (low == end and is_last):
            found.append(event)
    return tuple(found)


def is_tied_over(cell: Cell) -> bool:
    """Whether a note at the end of a cell is tied to what follows."""
    for layers in cell.voices:
        for layer in layers:
            last = next((event for event in reversed(layer) if isinstance(event, TIMED)), None)
            if last is not None and _is_tied(last):
                return True
    return False
