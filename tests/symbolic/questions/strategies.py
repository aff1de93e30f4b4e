"""Melodies for property tests of questions."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from symbolic.pitch import Pitch
from symbolic.score import Event, Measure, Note, Rest, Score, Voice

EIGHTH = Fraction(1, 2)
PITCHES = st.builds(Pitch, st.sampled_from("CDEFGAB"), st.integers(-1, 1), st.integers(4, 5))
TIMED = st.one_of(
    st.builds(Note, PITCHES, st.integers(1, 8).map(lambda count: count * EIGHTH)),
    st.builds(Rest, st.integers(1, 4).map(lambda count: count * EIGHTH)),
)
MELODIES = st.lists(TIMED, min_size=16, max_size=40).filter(
    lambda events: sum(isinstance(event, Note) for event in events) >= 8
)


def barred(events: list[Event], bar: Fraction, upbeat: Fraction = Fraction(0)) -> tuple[Measure, ...]:
    """The events in measures of `bar` quarters after an upbeat; what crosses a bar line is tied."""
    measures: list[Measure] = []
    current: list[Event] = []
    room = upbeat or bar
    for event in events:
        assert isinstance(event, Note | Rest)
        left = event.duration
        while left:
            part = min(left, room)
            left -= part
            room -= part
            if isinstance(event, Note):
                current.append(Note(event.pitch, part, tie=bool(left)))
            else:
                current.append(Rest(part, whole_measure=part == bar and not current))
            if not room:
                measures.append(Measure(tuple(current)))
                current, room = [], bar
    if current:
        measures.append(Measure(tuple(current)))
    return tuple(measures)


def tune(measures: tuple[Measure, ...], **fields: object) -> Score:
    """A score of one voice."""
    return Score((Voice(measures=measures),), **fields)  # type: ignore[arg-type]
