"""The same notes with bar lines for another metre.

A notation is a metre and an upbeat: how far into a bar the music begins, in quarter notes, 0 for a downbeat.
Bar lines then follow at equal distances; a note that sounds over one is written as two notes with a tie.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import count

from symbolic.meter import Meter
from symbolic.score import (
    TIMED,
    Chord,
    Event,
    LineBreak,
    Measure,
    Note,
    Rest,
    Score,
    TimedEvent,
    Tuplet,
    Voice,
)
from symbolic.timeline import division, timed_events

_Stream = list[tuple[int, Event]]
"""Events of one layer from the first bar to the last, with their onsets in ticks."""


def upbeats(score: Score, meter: Meter) -> list[Fraction]:
    """The upbeats with which some note or rest of the score begins on the first bar line, in ascending order.

    The first is 0: the music begins with a whole bar.

    Raises:
        ValueError: the metre is free.
    """
    bar = _bar_of(meter)
    starts = {Fraction(0)}
    for onset, _, event in timed_events(score):
        if isinstance(event, TIMED) and onset < bar:
            starts.add(onset)
    return sorted({(bar - start) % bar for start in starts})


def barred(score: Score, meter: Meter, upbeat: Fraction = Fraction(0)) -> Score:
    """The score in one metre throughout, in plain bars: no repeats, double bars, or lines.

    Args:
        score: what is to be written; repeats are not played out.
        meter: its metre.
        upbeat: how far into a bar the music begins, in quarter notes.

    Raises:
        ValueError: the metre is free, or the upbeat is no part of a bar.
    """
    bar = _bar_of(meter)
    if not 0 <= upbeat < bar:
        raise ValueError(f"upbeat must be at least 0 and less than a bar of {bar} quarters, got {upbeat}")
    parts = division(score) * bar.denominator * upbeat.denominator
    first, length = int((bar - upbeat) * parts), int(bar * parts)
    voices = tuple(_barred(voice, parts, first, length) for voice in score.voices)
    return replace(score, meter=meter, voices=voices)


def _bar_of(meter: Meter) -> Fraction:
    if meter.is_free:
        raise ValueError("meter must have bars, got a free metre")
    return meter.bar_quarters


def _barred(voice: Voice, parts: int, first: int, length: int) -> Voice:
    streams = [_in_bars(stream, parts, first, length) for stream in _streams(voice, parts)]
    last = max((max(stream, default=0) for stream in streams), default=0)
    measures = []
    for index in range(last + 1):
        layers = [tuple(stream.get(index, ())) for stream in streams]
        while len(layers) > 1 and not layers[-1]:
            layers.pop()
        main, *overlays = layers or [()]
        measures.append(Measure(main, tuple(overlays), bar="|]" if index == last else "|"))
    return replace(voice, measures=tuple(measures))


def _streams(voice: Voice, parts: int) -> list[_Stream]:
    """The layers of a voice, each from the beginning on; where one has nothing it rests."""
    depth = max((len(measure.layers) for measure in voice.measures), default=1)
    found: list[_Stream] = [[] for _ in range(depth)]
    ends = [0] * depth
    start = 0
    for measure in voice.measures:
        for level, layer in enumerate(measure.layers):
            if layer and ends[level] < start:
                found[level].append((ends[level], Rest(Fraction(start - ends[level], parts), visible=False)))
                ends[level] = start
            for event in layer:
                if not isinstance(event, LineBreak | Meter):
                    found[level].append((ends[level], event))
                if isinstance(event, TIMED):
                    ends[level] += int(event.duration * parts)
        start += int(measure.duration * parts)
    return found


def _in_bars(stream: _Stream, parts: int, first: int, length: int) -> dict[int, list[Event]]:
    """The events of a stream by the index of their bar, cut and tied at bar lines."""
    bars: dict[int, list[Event]] = {}
    index, stop = 0, first
    for place, (onset, event) in enumerate(stream):
        while onset >= stop:
            index, stop = index + 1, stop + length
        bar = bars.setdefault(index, [])
        if isinstance(event, Tuplet):
            bar.append(_with_cuts(event, stream[place:], parts, first, length))
        elif isinstance(event, TIMED):
            for piece, number in zip(
                _cut(event, onset, parts, range(stop, 1 << 62, length)), count(index), strict=False
            ):
                bars.setdefault(number, []).append(piece)
        else:
            bar.append(event)
    return bars


def _cut(event: TimedEvent, onset: int, parts: int, lines: Sequence[int]) -> Iterator[TimedEvent]:
    """The event in pieces that end at bar lines, all but the last tied."""
    end = onset + int(event.duration * parts)
    start = onset
    for line in lines:
        stop = min(line, end)
        before, length = Fraction(start - onset, parts), Fraction(stop - start, parts)
        yield event if (start, stop) == (onset, end) else _piece(event, before, length, is_last=stop == end)
        if stop == end:
            return
        start = stop


def _piece(event: TimedEvent, before: Fraction, length: Fraction, *, is_last: bool) -> TimedEvent:
    """What sounds of an event for some quarters, after those `before`."""
    if isinstance(event, Rest):
        return Rest(length, event.visible)
    if isinstance(event, Note):
        return _note_piece(event, before, length, is_last)
    notes = (note for note in event.notes if note.duration > before)
    return Chord(tuple(_note_piece(note, before, length, is_last) for note in notes))


def _note_piece(note: Note, before: Fraction, length: Fraction, is_last: bool) -> Note:
    left = note.duration - before
    goes_on = left > length and not is_last
    return replace(note, duration=length if goes_on else left, tie=goes_on or note.tie)


def _with_cuts(
    tuplet: Tuplet, following: Iterable[tuple[int, Event]], parts: int, first: int, length: int
) -> Tuplet:
    """The tuplet with as many events as its own are written in."""
    written = left = tuplet.count
    for onset, event in following:
        if isinstance(event, TIMED) and left:
            left -= 1
            end = onset + int(event.duration * parts)
            written += (end - first - 1) // length - (onset - first) // length
    return replace(tuplet, count=written)
