"""The stages between the bytes and the score: grid, bars, layers, keys, notation."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbolic.errors import MidiFormatError
from symbolic.key import Key
from symbolic.meter import Meter
from symbolic.midi.bars import Bar, build_bars, close_bars
from symbolic.midi.keys import key_of_event
from symbolic.midi.notation import write_measures
from symbolic.midi.smf import MidiNote
from symbolic.midi.voices import MAX_LAYERS, Block, separate
from symbolic.pitch import spell_simply
from symbolic.score import Chord, Note, Rest, Tuplet


def spans(signatures: list[tuple[int, int, int]], end: int) -> list[tuple[int, int, str]]:
    return [(bar.start, bar.length, bar.meter.name) for bar in build_bars(signatures, end, 8)]


@pytest.mark.parametrize(
    ("signatures", "expected"),
    [
        ([], [(0, 32, "4/4"), (32, 32, "4/4")]),
        ([(0, 3, 4)], [(0, 24, "3/4"), (24, 24, "3/4")]),
        ([(0, 1, 4), (8, 4, 4)], [(0, 8, "4/4"), (8, 32, "4/4")]),
        ([(0, 2, 4), (32, 3, 4)], [(0, 16, "2/4"), (16, 16, "2/4"), (32, 24, "3/4")]),
        ([(0, 4, 4), (32, 12, 32)], [(0, 32, "4/4"), (32, 12, "4/4")]),
        ([(0, 20, 32), (20, 12, 32)], [(0, 20, "none"), (20, 12, "none"), (32, 12, "none")]),
        ([(0, 4, 4), (24, 4, 4)], [(0, 24, "4/4"), (24, 32, "4/4")]),
    ],
)
def test_bars_follow_the_signatures(
    signatures: list[tuple[int, int, int]], expected: list[tuple[int, int, str]]
) -> None:
    assert spans(signatures, 40)[: len(expected)] == expected


def test_last_bar_lacks_what_the_pickup_took() -> None:
    bars = build_bars([(0, 1, 4), (8, 4, 4)], 64, 8)
    assert [bar.length for bar in close_bars(bars, 64)] == [8, 32, 24]
    assert [bar.length for bar in close_bars(bars, 72)] == [8, 32, 32]


def test_too_many_bars_are_refused() -> None:
    with pytest.raises(MidiFormatError, match="bars"):
        build_bars([], 32 * 20_001, 8)


@given(
    st.lists(
        st.builds(
            lambda start, length, pitch: MidiNote(start, start + length, pitch),
            st.integers(0, 40),
            st.integers(1, 12),
            st.integers(40, 80),
        ),
        max_size=40,
    )
)
def test_layers_keep_every_note_and_never_overlap(notes: list[MidiNote]) -> None:
    layers = separate(notes)
    found = [
        (block.start, block.end, pitch) for layer in layers for block in layer for pitch in block.pitches
    ]
    assert sorted(found) == sorted(note[:3] for note in notes)
    assert all(first.end <= second.start for layer in layers for first, second in pairwise(layer))


def test_a_melody_over_a_held_note_stays_in_one_layer() -> None:
    melody = [MidiNote(4 * index, 4 * index + 4, pitch) for index, pitch in enumerate((72, 74, 76, 77))]
    layers = separate([*melody, MidiNote(0, 16, 48)])
    assert [[block.pitches[0] for block in layer] for layer in layers] == [[72, 74, 76, 77], [48]]


def test_endless_polyphony_is_refused() -> None:
    with pytest.raises(MidiFormatError, match="at once"):
        separate([MidiNote(index, 1000 + index, 60) for index in range(MAX_LAYERS + 1)])


def melody(*pitches: int) -> list[MidiNote]:
    return [MidiNote(4 * index, 4 * index + 4, pitch) for index, pitch in enumerate(pitches)]


@pytest.mark.parametrize(
    ("event", "pitches", "expected"),
    [
        ((0, False), (60, 64, 67, 72, 71, 67, 62, 60), "C major"),
        ((0, False), (60, 64, 67, 72, 64, 60, 62, 67), "C major"),
        ((0, False), (67, 71, 74, 67, 65, 71, 74, 67, 62, 67), "G mixolydian"),
        ((0, True), (69, 72, 76, 69, 68, 71, 69), "A minor"),
        ((0, True), (62, 65, 69, 62, 60, 64, 67, 60, 62), "D dorian"),
        ((-2, False), (), "Bb major"),
    ],
)
def test_notes_choose_among_the_modes_of_a_signature(
    event: tuple[int, bool], pitches: tuple[int, ...], expected: str
) -> None:
    assert key_of_event(*event, melody(*pitches)) == Key.parse(expected)


def notated(blocks: list[tuple[int, int]], length: int, meter: str, parts: int = 12) -> list[str]:
    """Lengths in quarters of what is written for blocks in one bar; rests as ``z``, ties as ``-``."""
    bar = Bar(0, length, Meter.parse(meter))
    layer = [Block(start, end, (60,)) for start, end in blocks]
    (measure,) = write_measures([layer], [bar], parts, lambda _, midi: spell_simply(midi))
    names = []
    for event in measure.events:
        match event:
            case Note():
                names.append(f"{event.duration}{'-' * event.tie}")
            case Rest():
                names.append(f"z{event.duration}")
            case Tuplet():
                names.append(f"({event.actual}:{event.normal}:{event.count}")
    return names


@pytest.mark.parametrize(
    ("blocks", "length", "meter", "expected"),
    [
        ([(0, 30)], 48, "4/4", ["2-", "1/2", "z3/2"]),
        ([(6, 36)], 48, "4/4", ["z1/2", "3/2-", "1", "z1"]),
        ([(0, 54)], 54, "9/8", ["3/2-", "3"]),
        ([(0, 4), (4, 8), (8, 12), (12, 48)], 48, "4/4", ["(3:2:3", "1/3", "1/3", "1/3", "3"]),
        ([(0, 8), (8, 12), (12, 24)], 24, "2/4", ["(3:2:2", "2/3", "1/3", "1"]),
        ([(0, 8), (8, 16), (16, 24)], 24, "2/4", ["(3:2:3", "2/3", "2/3", "2/3"]),
        ([(0, 4), (8, 12)], 24, "2/4", ["(3:2:3", "1/3", "z1/3", "1/3", "z1"]),
        ([(0, 16), (16, 24)], 24, "2/4", ["(3:2:2", "4/3", "2/3"]),
    ],
)
def test_lengths_are_written_as_note_values(
    blocks: list[tuple[int, int]], length: int, meter: str, expected: list[str]
) -> None:
    assert notated(blocks, length, meter) == expected


def test_notes_are_tied_over_the_bar_line_and_empty_bars_rest() -> None:
    bars = [Bar(start, 4, Meter.parse("4/4")) for start in (0, 4, 8)]
    layer = [Block(2, 6, (60, 64))]
    measures = write_measures([layer], bars, 1, lambda _, midi: spell_simply(midi))
    chord = measures[0].events[-1]
    assert isinstance(chord, Chord)
    assert [note.tie for note in chord.notes] == [True, True]
    assert measures[2].events == (Rest(Fraction(4), whole_measure=True),)
