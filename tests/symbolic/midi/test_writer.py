from __future__ import annotations

from fractions import Fraction

import pytest

from symbolic.abc import parse
from symbolic.errors import UnsupportedFeatureError
from symbolic.key import Key
from symbolic.midi import write_midi
from symbolic.midi.keys import key_event
from symbolic.midi.smf import MidiFile, parse_smf
from symbolic.midi.writer import choose_ticks, time_signatures


def written(abc: str) -> MidiFile:
    return parse_smf(write_midi(parse(abc)))


def sounds(file: MidiFile, track: int = 0) -> list[tuple[int, int, int]]:
    return [(note.start, note.end, note.pitch) for note in file.tracks[track].notes]


def test_plays_repeats_ties_and_tuplets_exactly() -> None:
    file = written("X:1\nL:1/4\nM:2/4\nK:C\n|:C-C|(3DEF|1 G2:|2 A2|]")
    assert file.ticks_per_quarter == 480
    once = [(0, 960, 60), (960, 1280, 62), (1280, 1600, 64), (1600, 1920, 65)]
    assert sounds(file) == [
        *once,
        (1920, 2880, 67),
        *[(start + 2880, end + 2880, pitch) for start, end, pitch in once],
        (4800, 5760, 69),
    ]


def test_chord_symbols_and_grace_notes_are_not_sounded() -> None:
    file = written('X:1\nL:1/4\nK:C\n"Am"A {c}B "G7"c2|')
    assert [pitch for _, _, pitch in sounds(file)] == [69, 71, 72]
    assert file.markers == [(0, "Am"), (960, "G7")]


def test_ticks_grow_until_every_length_is_whole() -> None:
    score = parse("X:1\nL:1/4\nM:4/4\nK:C\n(7:4:7CDEFGAB|")
    assert choose_ticks(score) == 3360
    assert [note.start for note in parse_smf(write_midi(score)).tracks[0].notes] == [
        1920 * k for k in range(7)
    ]


def test_voices_become_tracks_at_sounding_pitch() -> None:
    file = written("X:1\nL:1/4\nV:1 name=Flute\nV:2 name=Clarinet transpose=-2\nK:C\nV:1\nc4|\nV:2\nd4|")
    assert [(track.name, track.notes[0].pitch) for track in file.tracks] == [("Flute", 72), ("Clarinet", 72)]


def test_equal_pitches_that_overlap_get_tracks_of_their_own() -> None:
    file = written("X:1\nL:1/4\nM:4/4\nK:C\nC4 & z C z2|")
    assert sorted(note[:3] for track in file.tracks for note in track.notes) == [
        (0, 1920, 60),
        (480, 960, 60),
    ]


@pytest.mark.parametrize(
    ("abc", "expected"),
    [
        ("M:3/4\nK:C\nC2E2G2|C6|", [(0, 3, 4)]),
        ("M:4/4\nK:C\nC2|C8|C6|", [(0, 1, 4), (1, 4, 4)]),
        ("M:2/4\nK:C\nC4|C3|C4|C4|", [(0, 2, 4), (2, 12, 32), (Fraction(7, 2), 2, 4)]),
        ("M:6/8\nK:C\nC6|[M:2/4]C4|", [(0, 6, 8), (3, 2, 4)]),
        ("M:none\nK:C\nC5|C3|", [(0, 20, 32), (Fraction(5, 2), 12, 32)]),
    ],
)
def test_time_signatures_state_the_bars(abc: str, expected: list[tuple[Fraction, int, int]]) -> None:
    found = time_signatures(parse(f"X:1\nL:1/8\n{abc}"))
    assert found[: len(expected)] == expected


@pytest.mark.parametrize(
    ("name", "event"),
    [
        ("C major", (0, 0)),
        ("F# minor", (3, 1)),
        ("A dorian", (1, 1)),
        ("D mixolydian", (1, 0)),
        ("Cb major", (-7, 0)),
    ],
)
def test_key_events(name: str, event: tuple[int, int]) -> None:
    assert key_event(Key.parse(name)) == event


def test_key_and_tempo_changes_are_stated_where_they_stand() -> None:
    file = written("X:1\nL:1/4\nM:2/4\nQ:1/4=100\nK:G\nGA|[K:Em][Q:1/4=60]Be|")
    assert file.keys == [(0, 1, False), (960, 1, True)]
    assert file.tempos == [(0, 600_000), (960, 1_000_000)]


def test_pitches_outside_midi_are_refused() -> None:
    with pytest.raises(UnsupportedFeatureError, match="transpose"):
        write_midi(parse("X:1\nL:1/4\nK:C\nC,,,,,,,,|"))
