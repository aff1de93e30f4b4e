"""The beginning of a score, cut at a point in time instead of a bar line."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import islice

from symbolic.score import TIMED, Chord, Event, Measure, Note, Rest, Score, Voice
from symbolic.timeline import timed_events


def opening(score: Score, notes: int) -> Score:
    """The score up to where its note number ``notes + 1`` begins, counted in all voices.

    Notes that sound on end there; a tuplet may be left open. A score with fewer notes is returned as it is.

    Raises:
        ValueError: `notes` is less than 1.
    """
    if notes < 1:
        raise ValueError(f"notes must be at least 1, got {notes}")
    onsets = sorted(onset for onset, _, event in timed_events(score) if isinstance(event, Note | Chord))
    stop = next(islice(onsets, notes, None), None)
    if not stop:
        return score
    return score.with_voices(tuple(_voice_until(voice, stop) for voice in score.voices))


def _voice_until(voice: Voice, stop: Fraction) -> Voice:
    measures = []
    start = Fraction(0)
    for measure in voice.measures:
        if start >= stop:
            break
        measures.append(_measure_until(measure, stop - start) if start + measure.duration > stop else measure)
        start += measure.duration
    return replace(voice, measures=tuple(measures))


def _measure_until(measure: Measure, stop: Fraction) -> Measure:
    main, *overlays = (_layer_until(layer, stop) for layer in measure.layers)
    return replace(measure, events=main, overlays=tuple(overlays), end_repeat=0, bar="|")


def _layer_until(layer: tuple[Event, ...], stop: Fraction) -> tuple[Event, ...]:
    kept: list[Event] = []
    now = Fraction(0)
    for event in layer:
        if now >= stop:
            break
        if isinstance(event, TIMED):
            end = now + event.duration
            event = _shortened(event, stop - now) if end > stop else event
            now = end
        kept.append(event)
    return tuple(kept)


def _shortened(event: Note | Chord | Rest, duration: Fraction) -> Note | Chord | Rest:
    if isinstance(event, Rest):
        return Rest(duration, event.visible)
    if isinstance(event, Chord):
        return Chord(tuple(replace(note, duration=duration, tie=False) for note in event.notes))
    return replace(event, duration=duration, tie=False)
