"""Brings the voices of a score to the same bars, as notations with bar lines through all staves need."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from symbolic.errors import UnsupportedFeatureError
from symbolic.score import TIMED, Chord, Event, Measure, Rest, Score, Voice, layer_duration
from symbolic.transform import unfold


def aligned(score: Score) -> Score:
    """The same music with equally many, equally long measures in every voice.

    The order of sections that a header gives is played out; a voice without repeat signs gets those of
    the first voice when it has as many measures (as `symbolic.transform.unfold` plays it); measures in
    which no voice has time are merged into the next; what a voice lacks is invisible rest.

    Raises:
        UnsupportedFeatureError: there is no measure with music in it.
    """
    if score.part_order:
        score = unfold(score)
    voices = [voice for voice in score.voices if voice.measures]
    count = max((len(voice.measures) for voice in voices), default=0)
    lengths = [_length(voices, index) for index in range(count)]
    if not any(lengths):
        raise UnsupportedFeatureError("there is no music to write: no measure has a note or rest in it")
    lead = voices[0].measures
    result = []
    for voice in score.voices:
        measures = _like(lead, voice.measures + (Measure(),) * (count - len(voice.measures)))
        padded = [_filled(measure, length) for measure, length in zip(measures, lengths, strict=True)]
        result.append(replace(voice, measures=tuple(_counted(_merged(padded)))))
    return score.with_voices(tuple(result))


def _counted(measures: list[Measure]) -> Iterator[Measure]:
    """The measures with the number of passes at the end of each repeat, where alone MusicXML has it."""
    passes = 0
    for measure in measures:
        passes = measure.start_repeat or passes
        end = max(measure.end_repeat, passes) if measure.end_repeat else 0
        yield replace(measure, start_repeat=min(measure.start_repeat, 1), end_repeat=end)
        passes = 0 if end else passes


def _length(voices: list[Voice], index: int) -> Fraction:
    return max(voice.measures[index].duration for voice in voices if index < len(voice.measures))


def _like(lead: tuple[Measure, ...], measures: tuple[Measure, ...]) -> tuple[Measure, ...]:
    """The measures with the repeat signs of the first voice where they have none of their own."""
    own = any(measure.end_repeat or measure.ending for measure in measures)
    if own or len(measures) != len(lead):
        return measures
    return tuple(
        replace(
            mine, start_repeat=sign.start_repeat, end_repeat=sign.end_repeat, ending=sign.ending, bar=sign.bar
        )
        for mine, sign in zip(measures, lead, strict=True)
    )


def _filled(measure: Measure, length: Fraction) -> Measure:
    """The measure with invisible rest up to `length`."""
    missing = length - measure.duration
    if not missing:
        return measure
    if measure.duration == 0:
        return replace(measure, events=(*measure.events, Rest(missing, visible=False)))
    rest = Rest(length - layer_duration(measure.events), visible=False)
    return replace(measure, events=(*measure.events, rest))


def _merged(measures: list[Measure]) -> list[Measure]:
    """Measures without time merged: their events and signs go to the next, an end to the one before."""
    result: list[Measure] = []
    waiting: tuple[Event, ...] = ()
    start_repeat = 0
    ending: tuple[int, ...] = ()
    for measure in measures:
        if measure.duration:
            result.append(
                replace(
                    measure,
                    events=waiting + measure.events,
                    start_repeat=max(start_repeat, measure.start_repeat),
                    ending=measure.ending or ending,
                )
            )
            waiting, start_repeat, ending = (), 0, ()
            continue
        waiting += measure.events
        start_repeat = max(start_repeat, measure.start_repeat)
        ending = measure.ending or ending
        if result and (measure.end_repeat or measure.bar not in {"|", ""}):
            last = result[-1]
            passes = max(last.end_repeat, measure.end_repeat)
            result[-1] = replace(last, end_repeat=passes, bar="|" if passes else measure.bar)
    if waiting and result:
        result[-1] = replace(result[-1], events=result[-1].events + waiting)
    return result


def even_chords(measure: Measure) -> list[tuple[Event, ...]]:
    """The layers of a measure, chords whose notes differ in length taken apart.

    MusicXML's chords have one length: notes with another one go to layers of their own, cut at the bar.
    """
    layers, strays = [], []
    length = measure.duration
    for layer in measure.layers:
        events: list[Event] = []
        now = Fraction(0)
        for event in layer:
            if isinstance(event, Chord):
                same = tuple(one for one in event.notes if one.duration == event.duration)
                strays += [(now, one) for one in event.notes if one.duration != event.duration]
                event = Chord(same) if len(same) > 1 else same[0]
            events.append(event)
            now += event.duration if isinstance(event, TIMED) else 0
        layers.append(tuple(events))
    for onset, one in strays:
        sounding = min(one.duration, length - onset)
        if sounding > 0:
            stray: list[Event] = [replace(one, duration=sounding)]
            if onset:
                stray.insert(0, Rest(onset, visible=False))
            layers.append(tuple(stray))
    return layers
