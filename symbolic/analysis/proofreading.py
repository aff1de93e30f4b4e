"""Proofreading a melody: the one bar that breaks a rule which the others keep.

Three rules, from the plainest breach on:

- a bar lasts what the metre says, an upbeat and a last bar that is short aside;
- a note does not leap far away from the notes on both its sides, as one in the wrong octave does;
- a note belongs to the key's signature.

A melody may break the second and the third on purpose, again and again. So the rule counts that is broken in
the fewest places, the plainer one of two.
"""

from __future__ import annotations

from itertools import pairwise

from symbolic.score import Measure, Note, Score

FAR_LEAP = 10
"""Semitones of the leaps to and from a note that may stand in the wrong octave."""


def wrong_bar(score: Score) -> int | None:
    """The index of the measure that is most likely wrong, or None where no rule is broken.

    Args:
        score: a melody in whole bars, in one key and metre; its first voice counts.
    """
    if not score.voices:
        return None
    measures = score.voices[0].measures
    uneven = _uneven(measures, score)
    if uneven:
        return uneven[0]
    broken = [places for places in (_far_off(measures), _out_of_key(measures, score)) if places]
    return min(broken, key=len)[0] if broken else None


def _uneven(measures: tuple[Measure, ...], score: Score) -> list[int]:
    """The measures that do not last the metre; the first and the last may be shorter."""
    full = score.meter.bar_quarters
    ends = (0, len(measures) - 1)
    return [
        index
        for index, measure in enumerate(measures)
        if measure.duration > full or (measure.duration < full and index not in ends)
    ]


def _placed_notes(measures: tuple[Measure, ...]) -> list[tuple[int, Note]]:
    """Each written note with the index of its measure."""
    return [
        (index, event)
        for index, measure in enumerate(measures)
        for event in measure.events
        if isinstance(event, Note)
    ]


def _far_off(measures: tuple[Measure, ...]) -> list[int]:
    """The measures of notes that lie far above, or far below, both their neighbours."""
    notes = _placed_notes(measures)
    leaps = [later.pitch.midi - early.pitch.midi for (_, early), (_, later) in pairwise(notes)]
    return [
        notes[place][0]
        for place, (there, back) in enumerate(pairwise(leaps), 1)
        if there * back < 0 and min(abs(there), abs(back)) >= FAR_LEAP
    ]


def _out_of_key(measures: tuple[Measure, ...], score: Score) -> list[int]:
    """The measures of notes that the key's signature does not give."""
    signature = score.key.signature
    return [
        index for index, note in _placed_notes(measures) if note.pitch.alter != signature[note.pitch.step]
    ]
