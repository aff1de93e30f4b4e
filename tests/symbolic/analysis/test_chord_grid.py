"""Chords bar by bar, the harmony that a score states, and notes that are exactly a chord."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbolic.abc import parse as read
from symbolic.analysis.chord_grid import bar_names, chord_answer, parts_of, shortest
from symbolic.analysis.exact_chords import EXACT_QUALITIES, SYMMETRIC, chord_at, exact_chord
from symbolic.analysis.stated_harmony import harmony_sounds, stated_harmony
from symbolic.harmony import QUALITIES
from symbolic.meter import Meter
from symbolic.pitch import Pitch
from symbolic.score import Score


@pytest.mark.parametrize(
    ("duration", "meter", "parts"),
    [("4", "4/4", 4), ("3", "6/8", 2), ("3", "3/4", 3), ("1", "4/4", 1), ("1/2", "4/4", 1), ("3/2", "4/4", 3),
     ("5/2", "5/8", 5), ("4", "none", 1), ("1/3", "4/4", 1)],
)  # fmt: skip
def test_a_bar_is_divided_by_its_beats(duration: str, meter: str, parts: int) -> None:
    assert parts_of(Fraction(duration), Meter.parse(meter)) == parts


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ([(0, "C")], "C"),
        ([(0, "C"), (2, "G")], "C G"),
        ([(0, "C"), (3, "G")], "C C C G"),
        ([(0, "C"), (1, "F"), (2, "G"), (3, "C")], "C F G C"),
        ([(0, "C"), (1.5, "G"), (2, "F")], "C C F F"),
        ([(0, "C"), (1.25, "G"), (2, "F")], "C G F F"),
        ([(0, "C"), (2, "C")], "C"),
    ],
)
def test_as_few_equal_shares_as_tell_the_bar(changes: list[tuple[float, str]], names: str) -> None:
    exact = [(Fraction(onset), name) for onset, name in changes]
    assert bar_names(exact, Fraction(4), 4) == shortest(tuple(names.split()))


@given(st.lists(st.sampled_from("CFG"), min_size=1, max_size=8).map(tuple))
def test_the_shortest_form_tells_the_same(names: tuple[str, ...]) -> None:
    short = shortest(names)
    assert tuple(short[place * len(short) // len(names)] for place in range(len(names))) == names
    assert shortest(short) == short


def test_templates_bar_by_bar() -> None:
    score = read("X:1\nM:4/4\nL:1/4\nK:C\n[C,EGc]4|[F,Ac]2 [G,Bdf]2|z4|[C,EGc]4|]")
    assert chord_answer(score) == "C:maj | F:maj G:7 | N | C:maj"
    assert chord_answer(Score()) == ""


def test_symbols_hold_and_the_first_voice_counts() -> None:
    score = read('X:1\nM:4/4\nL:1/4\nK:C\nV:1\n"C"cc"F"cc|cccc|\nV:2\n"Am"EE"Dm"EE|E"G7"EEE|')
    assert [(one.bar, one.onset, str(one.chord)) for one in stated_harmony(score)] == [
        (0, 0, "C"),
        (0, 2, "F"),
        (1, 1, "G7"),
    ]


def test_words_are_an_analysis_only_after_a_key() -> None:
    assert stated_harmony(read('X:1\nK:C\n"^V"c"^I"c|')) == ()
    found = stated_harmony(read('X:1\nK:C\n"^V"c"^a: V65"c"^Fine"c"^?"c"^i"c|'))
    assert [(str(one.chord), str(one.numeral), str(one.key)) for one in found] == [
        ("E7/G#", "V65", "A minor"),
        ("None", "None", "A minor"),
        ("Am", "i", "A minor"),
    ]


@pytest.mark.parametrize(
    ("text", "sounds"),
    [
        ("cdef|gabc'|", False),
        ("[ce]def|gabc'|", True),
        ("[ce]def|gabc'|cdef|", False),
        ("cdef&c4|gabc'|", True),
        ("V:1\ncdef|\nV:2\nz4|", False),
        ("V:1\ncdef|\nV:2\nC4|", True),
        ("V:1\ncdef|\nV:2\n%%MIDI channel 10\nC4|", False),
        ("z4|", False),
    ],
)
def test_whether_harmony_sounds(text: str, sounds: bool) -> None:
    assert harmony_sounds(read("X:1\nM:4/4\nL:1/4\nK:C\n" + text)) is sounds


@given(st.sampled_from(EXACT_QUALITIES), st.integers(0, 11), st.permutations(range(4)), st.integers(0, 2))
def test_every_chord_is_known_from_its_notes(quality: str, root: int, order: list[int], doubled: int) -> None:
    steps = QUALITIES[quality][1]
    fifths = {0: 0, 2: 2, 3: -3, 4: 4, 6: -6, 7: 1, 8: 8, 9: -9, 10: -2, 11: 5}
    place = (7 * root + 5) % 12 - 5
    midis = [48 + root + steps[index] for index in order if index < len(steps)]
    pitches = [
        Pitch.from_fifths(place + fifths[(midi - root) % 12], midi + 12 * octave)
        for octave, midi in enumerate(midis)
    ]
    pitches += [Pitch(pitch.step, pitch.alter, pitch.octave + 3) for pitch in pitches[:doubled]]
    found = exact_chord(pitches)
    third_lowest = (pitches[0].midi - root) % 12 == 3
    if quality in {"min7", "hdim7"} and third_lowest:
        assert found is None
    else:
        assert found is not None
        assert (found.quality, found.pitch_classes[0]) == (quality, root)
        assert (found.bass == "") == (pitches[0].pitch_class == root)


@pytest.mark.parametrize(
    "names", ["C4", "C4 E4", "C4 D4 E4", "C4 E4 G4 A4 B4", "C4 Fb4 G#4", "C3 D#3 F#3 A3"]
)
def test_notes_that_are_no_chord_or_not_in_thirds(names: str) -> None:
    found = exact_chord(map(Pitch.parse, names.split()))
    assert found is None or (found.quality in SYMMETRIC and found.root == "D#")


def test_the_chord_on_a_beat() -> None:
    score = read("X:1\nM:3/4\nL:1/4\nK:C\nG|[CE][CEG]-[CEG]|[DF]3|")
    assert [str(chord_at(score, 1, beat)) for beat in (1, 2, 3)] == ["None", "C", "C"]
    assert chord_at(score, 0, 1) is None
