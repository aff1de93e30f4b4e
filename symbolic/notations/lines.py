"""The same bars in other written lines.

A notation is the set of notes after which a line ends. Where the rest of a bar follows, the line breaks
inside the bar, as editions of songs do at the ends of phrases.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from symbolic.score import TIMED, Event, LineBreak, Note, Rest, Score


def in_lines(score: Score, ends: Collection[int]) -> Score:
    """The score with its lines ended after some notes and the rests that follow them, and nowhere else.

    Args:
        score: of one voice without overlays.
        ends: indices of notes, in written order from 0, tied notes apart; that of the last is passed over.

    Raises:
        ValueError: the score has more than one voice or overlays.
    """
    if len(score.voices) != 1 or any(measure.overlays for measure in score.voices[0].measures):
        raise ValueError("lines can be ended after the notes of a single melody only")
    (voice,) = score.voices
    notes = 0
    due = False
    measures = []
    for measure in voice.measures:
        events: list[Event] = []
        mark = 0  # where the marks of the next timed event begin
        for event in measure.events:
            if isinstance(event, LineBreak):
                continue
            if due and isinstance(event, TIMED) and not isinstance(event, Rest):
                events.insert(mark, LineBreak())
                due = False
            events.append(event)
            if isinstance(event, TIMED):
                mark = len(events)
            if isinstance(event, Note):
                due = notes in ends
                notes += 1
        measures.append(replace(measure, events=tuple(events)))
    return score.with_voices((replace(voice, measures=tuple(measures)),))
