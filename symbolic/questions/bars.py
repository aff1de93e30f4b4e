"""Bars as questions show and number them, for the types that point at bars.

What is shown has plain bar lines: repeat signs, endings, double bars and line breaks go. Measures that such a
sign cut short are joined to whole bars (the last beats before a repeat and the upbeat after it), so that no
short bar tells where a sign stood; a key or metre that holds already is not stated again. Bars are counted
from 1 in the order in which they are shown; an incomplete bar at the start is not counted (`COUNTING`), and
is bar 0 inside.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from symbolic.key import Key
from symbolic.meter import Meter
from symbolic.questions.base import Reason, strip_words
from symbolic.score import (
    TIMED,
    Chord,
    Event,
    Measure,
    Note,
    Rest,
    Score,
    Voice,
    layer_duration,
)

NO_TIME = Fraction(0)

Content = frozenset[tuple[Fraction, Fraction, int]]
"""What sounds in a bar: onset in it, duration and MIDI number of each note."""


# What is shown


def plain_bars(score: Score) -> Score:
    """The score in whole bars with plain bar lines, without words and signs; not played out."""
    bare = strip_words(score, keep=(Key, Meter))
    if not bare.voices:
        return bare
    groups = bar_groups(bare)
    lengths = _measure_lengths(bare)
    together = groups is not None
    voices = tuple(
        _joined_voice(
            bare,
            voice,
            groups if groups is not None else _groups(bare.meter, voice, _own_lengths(voice)),
            lengths if together else _own_lengths(voice),
        )
        for voice in bare.voices
    )
    return bare.with_voices(voices)


def bar_groups(score: Score) -> list[range] | None:
    """The measures that each bar shown is made of; None where voices have different numbers of measures."""
    if len({len(voice.measures) for voice in score.voices}) != 1:
        return None
    return _groups(score.meter, score.voices[0], _measure_lengths(score))


def _own_lengths(voice: Voice) -> list[Fraction]:
    return [measure.duration for measure in voice.measures]


def _measure_lengths(score: Score) -> list[Fraction]:
    """Quarters of each measure in whichever voice it lasts longest."""
    if len(score.voices) == 1:
        return _own_lengths(score.voices[0])
    columns = zip(*map(_own_lengths, score.voices), strict=False)
    return [max(column) for column in columns]


def _groups(meter: Meter, voice: Voice, lengths: Sequence[Fraction]) -> list[range]:
    """Neighbouring measures that fill a bar together, and empty ones with the bar before them."""
    groups: list[range] = []
    filled = NO_TIME
    full = meter.bar_quarters
    for index, (measure, length) in enumerate(zip(voice.measures, lengths, strict=True)):
        meter = opening_meter(measure, meter)
        joins = groups and (not length or (filled < full and filled + length <= full))
        if joins:
            groups[-1] = range(groups[-1].start, index + 1)
            filled += length
        else:
            groups.append(range(index, index + 1))
            filled, full = length, meter.bar_quarters
        meter = last_meter(measure, meter)
    return groups


def opening_meter(measure: Measure, meter: Meter) -> Meter:
    """The metre in force at the first note of a measure."""
    for event in measure.events:
        if isinstance(event, Meter):
            meter = event
        elif isinstance(event, TIMED):
            break
    return meter


def last_meter(measure: Measure, meter: Meter) -> Meter:
    """The metre in force at the end of a measure."""
    for event in measure.events:
        if isinstance(event, Meter):
            meter = event
    return meter


def _joined_voice(score: Score, voice: Voice, groups: Iterable[range], lengths: Sequence[Fraction]) -> Voice:
    parts = voice.measures
    joined = (_joined([parts[index] for index in group], lengths[group.start :]) for group in groups)
    measures = _without_reminders(joined, score.key, score.meter)
    if measures:
        measures[-1] = replace(measures[-1], bar="|]")
    return replace(voice, measures=tuple(measures))


def _joined(parts: Sequence[Measure], lengths: Sequence[Fraction]) -> Measure:
    """One measure with a plain bar line; layers that end early are filled up with invisible rests."""
    if len(parts) == 1:
        return Measure(parts[0].events, parts[0].overlays)
    depth = max(len(part.layers) for part in parts)
    layers: list[tuple[Event, ...]] = []
    for level in range(depth):
        events: list[Event] = []
        for part, length in zip(parts, lengths, strict=False):
            layer = part.layers[level] if level < len(part.layers) else ()
            events += (_short(event) for event in layer)
            missing = length - layer_duration(layer)
            if missing > 0 and part is not parts[-1]:
                events.append(Rest(missing, visible=False))
        layers.append(tuple(events))
    return Measure(layers[0], tuple(layers[1:]))


def _short(event: Event) -> Event:
    return replace(event, whole_measure=False) if isinstance(event, Rest) else event


def _without_reminders(measures: Iterable[Measure], key: Key, meter: Meter) -> list[Measure]:
    """The measures without keys and metres that hold already, or that others replace before the next note."""
    kept: list[Measure] = []
    for measure in measures:
        if not any(isinstance(event, Key | Meter) for event in measure.events):
            kept.append(measure)
            continue
        events: list[Event] = []
        new_key, new_meter = key, meter
        for event in (*measure.events, None):
            if isinstance(event, Key):
                new_key = event
            elif isinstance(event, Meter):
                new_meter = event
            else:
                events += [new_key] if new_key != key else []
                events += [new_meter] if new_meter.name != meter.name else []
                events += [event] if event is not None else []
                key, meter = new_key, new_meter
        kept.append(replace(measure, events=tuple(events)))
    return kept


# Numbers and contents


def first_number(shown: Score) -> int:
    """The number of the first bar: 0 where it is an upbeat, else 1; the first metre counts."""
    measures = shown.voices[0].measures
    full = shown.meter.bar_quarters
    return 0 if len(measures) > 1 and measures[0].duration < full else 1


def numbered(shown: Score) -> list[tuple[int, Measure]]:
    """The bars of the first voice with their numbers."""
    return list(enumerate(shown.voices[0].measures, first_number(shown)))


def bar_contents(shown: Score) -> list[Content]:
    """What sounds in each bar from bar 1 on, in all voices together; tied notes count as struck again."""
    first = first_number(shown)
    columns = zip(*(voice.measures for voice in shown.voices), strict=True)
    return [
        frozenset(note for measure in column for note in _notes(measure))
        for number, column in enumerate(columns, first)
        if number > 0
    ]


def _notes(measure: Measure) -> list[tuple[Fraction, Fraction, int]]:
    found = []
    for layer in measure.layers:
        onset = Fraction(0)
        for event in layer:
            if isinstance(event, Note | Chord):
                notes = event.notes if isinstance(event, Chord) else (event,)
                found += [(onset, note.duration, note.pitch.midi) for note in notes]
            if isinstance(event, TIMED):
                onset += event.duration
    return found


# Reasons


def unclear_bars(shown: Score) -> Reason | None:
    """Why bars cannot be pointed at in what `plain_bars` shows, or None."""
    if not shown.voices:
        return Reason("no-voice", "it has no voice")
    if len({len(voice.measures) for voice in shown.voices}) != 1:
        return Reason("voices-differ", "its voices have different numbers of bars")
    if shown.meter.is_free:
        return Reason("free-metre", "it has no metre")
    if any(isinstance(event, Meter) for event in shown.events()):
        return Reason("metre-changes", "its metre changes")
    full = shown.meter.bar_quarters
    lengths = _measure_lengths(shown)
    if any(length != full for length in lengths[1:-1]) or max(lengths, default=full) > full:
        return Reason("uneven-bars", f"not all of its bars last {shown.meter.name}")
    return None
