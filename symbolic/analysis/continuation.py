"""How well a few bars go on from the opening of a melody.

A weighted sum of five measures, those that tell true continuations of folk tunes from other music of the same
tune:

- nearness: the next note lies near the last one (proximity; Narmour, *The Analysis and Cognition of Basic
  Melodic Structures*, 1990; Schellenberg, Music Perception 14(3), 1997);
- rise: the mean pitch is higher than the opening's, as in the second quarter of an arch (Huron, "The melodic
  arch in Western folksongs", Computing in Musicology 10, 1996);
- no cadence: the rhythm is not that of the opening's last bar, which mostly ends a phrase;
- parallel notes, parallel rhythm: the bars take up the opening's first bars in order.

The weights are those of a conditional logistic regression (one true continuation among four) on tunes of the
benchmark's training part, rounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from symbolic.score import Score
from symbolic.timeline import SoundingNote, measure_spans, sounding_notes

NEARNESS, RISE, CADENCE, PARALLEL_NOTES, PARALLEL_RHYTHM = -2.2, 1.4, -3.5, 1.6, 1.5
"""Weights: for each octave of the first step and of the rise, for shares 0 … 1 of the others."""
OCTAVE = 12

Bar = frozenset[tuple[Fraction, int]]
"""Onset in the bar and MIDI number of each note."""


def continuation_fit(opening: Score, following: Sequence[SoundingNote]) -> float:
    """How well notes continue an opening; higher is better, and only the order of several has a meaning.

    Args:
        opening: the first bars of a melody, all in one metre; an upbeat is left out.
        following: what comes after them, its onsets counted from the next bar line.

    Raises:
        ValueError: there is no note in the opening or after it, or the opening has no metre.
    """
    before = sounding_notes(opening)
    bar = opening.meter.bar_quarters
    if not before or not following or not bar:
        raise ValueError("opening and following must hold notes, and the opening a metre")
    start = next((span.onset for span in measure_spans(opening) if span.duration >= bar), Fraction(0))
    heads, tails = _bars(before, bar, start), _bars(following, bar, Fraction(0))
    pairs = list(zip(tails, heads, strict=False))
    return (
        NEARNESS * abs(following[0].pitch.midi - before[-1].pitch.midi) / OCTAVE
        + RISE * (_mean_pitch(following) - _mean_pitch(before)) / OCTAVE
        + CADENCE * _mean([_shared(_rhythm(tail), _rhythm(heads[-1])) for tail in tails])
        + PARALLEL_NOTES * _mean([_notes_in_common(tail, head) for tail, head in pairs])
        + PARALLEL_RHYTHM * _mean([_shared(_rhythm(tail), _rhythm(head)) for tail, head in pairs])
    )


def _bars(notes: Sequence[SoundingNote], bar: Fraction, start: Fraction) -> list[Bar]:
    """What sounds in each bar from `start` to the last note."""
    count = int((notes[-1].onset - start) // bar) + 1
    placed = [(divmod(note.onset - start, bar), note.pitch.midi) for note in notes if note.onset >= start]
    return [
        frozenset((onset, midi) for (place, onset), midi in placed if place == index)
        for index in range(max(1, count))
    ]


def _rhythm(bar: Bar) -> frozenset[Fraction]:
    return frozenset(onset for onset, _ in bar)


def _shared(one: frozenset[Fraction], other: frozenset[Fraction]) -> float:
    """Share of the onsets of either that both have."""
    return len(one & other) / max(1, len(one | other))


def _notes_in_common(one: Bar, other: Bar) -> float:
    """Share of the notes of the fuller bar that the other one has too."""
    return len(one & other) / max(1, len(one), len(other))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _mean_pitch(notes: Sequence[SoundingNote]) -> float:
    return _mean([note.pitch.midi for note in notes])
