"""The same music with chord symbols over it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from symbolic.score import TIMED, Event, Score, Voice


def bearing_onsets(score: Score) -> set[Fraction]:
    """Where events begin that can bear marks, in quarter notes from the beginning."""
    found = set()
    for voice in score.voices:
        now = Fraction(0)
        for measure in voice.measures:
            onset = now
            for event in measure.events:
                if isinstance(event, TIMED):
                    found.add(onset)
                    onset += event.duration
            now += measure.duration
    return found


def with_chords(score: Score, marks: Mapping[Fraction, Sequence[Event]]) -> Score:
    """The score with marks (chord symbols, an analysis) in the first voice that has an event to bear them.

    Args:
        score: what is written; overlays bear no marks.
        marks: by onset from the beginning, in quarter notes.

    Raises:
        ValueError: no event begins at one of the onsets.
    """
    left = dict(marks)
    voices = tuple(_marked(voice, left) for voice in score.voices)
    if left:
        raise ValueError(f"nothing begins at quarter {', '.join(map(str, left))}")
    return score.with_voices(voices)


def _marked(voice: Voice, left: dict[Fraction, Sequence[Event]]) -> Voice:
    """The voice with those of the marks that it can bear, which are taken out of `left`."""
    now = Fraction(0)
    measures = []
    for measure in voice.measures:
        events: list[Event] = []
        place, onset = 0, now  # where the marks of the next timed event begin
        for event in measure.events:
            events.append(event)
            if isinstance(event, TIMED):
                events[place:place] = left.pop(onset, ())
                place, onset = len(events), onset + event.duration
        measures.append(replace(measure, events=tuple(events)))
        now += measure.duration
    return replace(voice, measures=tuple(measures))
