"""Small scores that the tests of this folder share."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from symbolic.key import Key
from symbolic.meter import Meter
from symbolic.pitch import spell_simply
from symbolic.score import Chord, Measure, Note, Rest, Score, TimedEvent, Voice

MAJOR_MELODY = (0, 2, 4, 5, 7, 9, 7, 5, 4, 7, 12, 11, 12, 9, 7, 4, 5, 2, -1, 2, 0)
MINOR_MELODY = (0, 2, 3, 5, 7, 8, 7, 5, 3, 7, 12, 11, 12, 8, 7, 3, 5, 2, -1, 2, 0)


def note(midi: int, length: Fraction | float = 1, tie: bool = False) -> Note:
    return Note(spell_simply(midi), Fraction(length), tie)


def melody(midi: Sequence[int], lengths: Sequence[float] | None = None, bar: int = 4) -> Score:
    """A line cut into bars of `bar` quarters where notes end there."""
    measures: list[Measure] = []
    events: list[TimedEvent] = []
    for index, number in enumerate(midi):
        events.append(note(number, 1 if lengths is None else Fraction(lengths[index % len(lengths)])))
        if sum((event.duration for event in events), Fraction(0)) >= bar:
            measures.append(Measure(tuple(events)))
            events = []
    if events:
        measures.append(Measure(tuple(events)))
    return Score((Voice("1", tuple(measures)),), meter=Meter((bar,), 4))


def tune_in(key: Key) -> Score:
    """A tune that dwells on the scale of a major or minor key and closes on its tonic."""
    pattern = MAJOR_MELODY if key.mode == "major" else MINOR_MELODY
    lengths = [1.0] * (len(pattern) - 1) + [4.0]
    return melody([60 + key.pitch_class + step for step in pattern], lengths)


def block_chords(*chords: Sequence[int], length: int = 4) -> Score:
    """One chord a bar, its notes as MIDI numbers; an empty one is a rest."""
    measures = tuple(
        Measure(
            (Chord(tuple(note(number, length) for number in chord)),) if chord else (Rest(Fraction(length)),)
        )
        for chord in chords
    )
    return Score((Voice("1", measures),))
