"""Spelled pitches and intervals against values of music theory, and their algebra."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from symbolic.pitch import (
    Interval,
    Pitch,
    alter_of,
    alter_sign,
    class_fifths,
    spell_fifths,
    spell_simply,
    transpose_class,
)
from tests.symbolic.strategies import CLASSES, INTERVALS, PITCHES, PLAIN_PITCHES


@pytest.mark.parametrize(
    ("name", "midi", "pitch_class", "fifths", "diatonic"),
    [
        ("C4", 60, 0, 0, 28),
        ("A4", 69, 9, 3, 33),
        ("F#4", 66, 6, 6, 31),
        ("Gb4", 66, 6, -6, 32),
        ("B3", 59, 11, 5, 27),
        ("B#3", 60, 0, 12, 27),
        ("Cb4", 59, 11, -7, 28),
        ("Cb-1", -1, 11, -7, -7),
        ("C-1", 0, 0, 0, -7),
        ("G9", 127, 7, 1, 67),
        ("F###2", 44, 8, 20, 17),
        ("Ebbb5", 73, 1, -17, 37),
        ("Abb4", 67, 7, -11, 33),
    ],
)
def test_known_pitches(name, midi, pitch_class, fifths, diatonic):
    pitch = Pitch.parse(name)
    assert (pitch.midi, pitch.pitch_class, pitch.fifths, pitch.diatonic) == (
        midi,
        pitch_class,
        fifths,
        diatonic,
    )
    assert str(pitch) == name


def test_parse_takes_lower_case_letters_and_x():
    assert Pitch.parse("bb4") == Pitch("B", -1, 4)
    assert Pitch.parse("b4") == Pitch("B", 0, 4)
    assert Pitch.parse("bbb4") == Pitch("B", -2, 4)
    assert Pitch.parse("Cx5") == Pitch("C", 2, 5)


@pytest.mark.parametrize("name", ["", "H4", "C", "C#", "C####4", "C#b4", "4", "C4 ", "C♯4", "c--1"])
def test_parse_refuses_what_is_not_a_pitch(name):
    with pytest.raises(ValueError, match="a pitch is written like F#4 or Bb3, got"):
        Pitch.parse(name)


def test_bad_fields_are_named_with_rule_and_value():
    with pytest.raises(ValueError, match=r"step must be one of CDEFGAB, got 'H'"):
        Pitch("H")
    with pytest.raises(ValueError, match=r"alter must be between -3 and 3, got 4"):
        Pitch("C", 4)
    with pytest.raises(ValueError, match=r"alter must be between -3 and 3, got -4"):
        alter_sign(-4)
    with pytest.raises(ValueError, match=r"an alteration is written like #, bb or x, got '#b'"):
        alter_of("#b")
    with pytest.raises(ValueError, match=r"a note name is written like C, F# or Bb, got ''"):
        class_fifths("")


@given(PITCHES)
def test_the_line_of_fifths_holds_the_spelling(pitch):
    assert spell_fifths(pitch.fifths) == (pitch.step, pitch.alter)
    assert 7 * pitch.fifths % 12 == pitch.pitch_class == pitch.midi % 12
    assert class_fifths(pitch.spelled_class) == pitch.fifths
    assert Pitch.from_fifths(pitch.fifths, pitch.midi) == pitch
    assert Pitch.parse(str(pitch)) == pitch


@given(st.integers(-21, 21), st.integers(0, 127))
def test_from_fifths_finds_the_nearest_octave(fifths, midi):
    assume(abs(spell_fifths(fifths)[1]) <= 3)
    pitch = Pitch.from_fifths(fifths, midi)
    assert pitch.fifths == fifths
    assert abs(pitch.midi - midi) <= 6


def test_simple_spelling():
    names = [spell_simply(midi).spelled_class for midi in range(60, 72)]
    assert names == "C C# D Eb E F F# G Ab A Bb B".split()
    assert all(spell_simply(midi).midi == midi for midi in range(-30, 160))


# Intervals


@pytest.mark.parametrize(
    ("low", "high", "name", "semitones", "fifths"),
    [
        ("C4", "C4", "P1", 0, 0),
        ("C4", "C#4", "A1", 1, 7),
        ("C4", "Db4", "m2", 1, -5),
        ("C4", "D#4", "A2", 3, 9),
        ("C4", "Eb4", "m3", 3, -3),
        ("C4", "E4", "M3", 4, 4),
        ("C4", "F#4", "A4", 6, 6),
        ("C4", "Gb4", "d5", 6, -6),
        ("B3", "F4", "d5", 6, -6),
        ("C4", "Ebb4", "d3", 2, -10),
        ("C4", "Bbb4", "d7", 9, -9),
        ("C4", "C5", "P8", 12, 0),
        ("C4", "Cb5", "d8", 11, -7),
        ("C4", "E5", "M10", 16, 4),
        ("B3", "Cb4", "d2", 0, -12),
        ("C4", "B3", "-m2", -1, 5),
        ("C4", "F3", "-P5", -7, -1),
        ("C#4", "C4", "-A1", -1, -7),
        ("F#4", "C4", "-A4", -6, -6),
        ("C4", "C3", "-P8", -12, 0),
        ("C4", "Fx4", "AA4", 7, 13),
    ],
)
def test_known_intervals(low, high, name, semitones, fifths):
    low_pitch, high_pitch = Pitch.parse(low), Pitch.parse(high)
    interval = Interval.between(low_pitch, high_pitch)
    assert (interval.name, interval.semitones, interval.fifths) == (name, semitones, fifths)
    assert Interval.parse(name) == interval
    assert low_pitch.transpose(interval) == high_pitch


@pytest.mark.parametrize(
    ("below", "above"), [("P4", "P5"), ("m3", "M6"), ("M2", "m7"), ("A4", "d5"), ("A1", "d8"), ("d3", "A6")]
)
def test_an_interval_and_its_inversion_make_an_octave(below, above):
    assert Pitch.parse("D4").transpose(Interval.parse(below)).transpose(Interval.parse(above)) == Pitch.parse(
        "D5"
    )


@pytest.mark.parametrize("name", ["", "M", "3", "M0", "M00", "P0", "X3", "dddd5", "m-3", "M3 "])
def test_interval_names_that_are_none(name):
    with pytest.raises(ValueError, match="an interval is written like m3, P5 or -A4, got"):
        Interval.parse(name)


@pytest.mark.parametrize("name", ["P3", "P2", "M5", "m4", "M1", "m8", "P7", "-M4"])
def test_qualities_that_do_not_exist(name):
    with pytest.raises(ValueError, match="does not exist: unisons, fourths, fifths and octaves are perfect"):
        Interval.parse(name)


@given(INTERVALS)
def test_interval_names_read_back(interval):
    assert Interval.parse(str(interval)) == interval
    down = -interval
    assert Interval.parse(str(down)) == down
    assert down.fifths == -interval.fifths
    assert -down == interval
    assert 7 * interval.fifths % 12 == interval.semitones % 12


@given(PITCHES, PITCHES)
def test_between_leads_there_and_back(low, high):
    interval = Interval.between(low, high)
    assert low.transpose(interval) == high
    assert high.transpose(-interval) == low
    assert Interval.between(high, low) == -interval


@given(PITCHES, INTERVALS)
def test_transposing_moves_sound_always_and_spelling_up_to_triple_signs(pitch, interval):
    moved = pitch.transpose(interval)
    assert moved.midi == pitch.midi + interval.semitones
    if abs(spell_fifths(pitch.fifths + interval.fifths)[1]) <= 3:
        assert moved.fifths == pitch.fifths + interval.fifths
        assert moved.diatonic == pitch.diatonic + interval.steps
        assert moved.transpose(-interval) == pitch


@given(PLAIN_PITCHES, INTERVALS, INTERVALS)
def test_intervals_add(pitch, one, two):
    both = Interval(one.steps + two.steps, one.semitones + two.semitones)
    assert both.fifths == one.fifths + two.fifths
    by_steps = pitch.transpose(one).transpose(two)
    assert by_steps.midi == pitch.transpose(both).midi
    assume(abs(spell_fifths(pitch.fifths + one.fifths)[1]) <= 3)  # else the first step respells
    assert by_steps == pitch.transpose(both)


@given(CLASSES, INTERVALS)
def test_classes_move_like_pitches(name, interval):
    moved = transpose_class(name, interval)
    pitch = Pitch(name[0], alter_of(name[1:])).transpose(interval)
    assert 7 * class_fifths(moved) % 12 == pitch.pitch_class
    assert len(moved) <= 3, "no triple signs"
    if abs(pitch.alter) <= 2 and pitch.fifths == class_fifths(name) + interval.fifths:
        assert moved == pitch.spelled_class


def test_moving_beyond_triple_signs_respells_plainly():
    sharp_most = Pitch.parse("B###4")
    assert sharp_most.transpose(Interval.parse("A1")) == Pitch.parse("Eb5")
    assert transpose_class("B##", Interval.parse("A1")) == "D"
