"""Metres against their classes in music theory; tempo marks."""

from fractions import Fraction

import pytest
from hypothesis import given

from symbolic.meter import Meter, Tempo
from tests.symbolic.strategies import METERS


@pytest.mark.parametrize(
    ("text", "name", "bar", "beat", "class_name"),
    [
        ("4/4", "4/4", 4, 1, "duple"),
        ("C", "4/4", 4, 1, "duple"),
        ("C|", "2/2", 4, 2, "duple"),
        ("2/4", "2/4", 2, 1, "duple"),
        ("3/4", "3/4", 3, 1, "triple"),
        ("3/2", "3/2", 6, 2, "triple"),
        ("3/8", "3/8", "3/2", "1/2", "triple"),
        ("6/8", "6/8", 3, "3/2", "compound duple"),
        ("9/8", "9/8", "9/2", "3/2", "compound triple"),
        ("12/8", "12/8", 6, "3/2", "compound duple"),
        ("6/4", "6/4", 6, 3, "compound duple"),
        ("6/16", "6/16", "3/2", "3/4", "compound duple"),
        ("18/16", "18/16", "9/2", "3/4", "compound triple"),
        ("5/4", "5/4", 5, 1, "irregular"),
        ("7/8", "7/8", "7/2", "1/2", "irregular"),
        ("10/8", "10/8", 5, "1/2", "irregular"),
        ("14/8", "14/8", 7, "1/2", "irregular"),
        ("15/8", "15/8", "15/2", "3/2", "irregular"),
        ("8/8", "8/8", 4, "1/2", "duple"),
        ("1/4", "1/4", 1, 1, "duple"),
        ("(2+3)/8", "2+3/8", "5/2", "1/2", "irregular"),
        ("2+2+3/8", "2+2+3/8", "7/2", "1/2", "irregular"),
        (" ( 3 + 3 + 2 ) / 8 ", "3+3+2/8", 4, "1/2", "irregular"),
        ("2/4+3/8", "4+3/8", "7/2", "1/2", "irregular"),
        ("3/8 + 1/2", "3+4/8", "7/2", "1/2", "irregular"),
        ("none", "none", 0, 1, "free"),
        ("", "none", 0, 1, "free"),
    ],
)
def test_known_meters(text, name, bar, beat, class_name):
    meter = Meter.parse(text)
    assert meter.name == name
    assert meter.bar_quarters == Fraction(bar)
    assert meter.beat_quarters == Fraction(beat)
    assert meter.class_name == class_name
    assert meter.is_compound == (meter.beat_quarters == Fraction(12, meter.unit))


def test_symbols_are_kept():
    assert str(Meter.parse("C")) == "C"
    assert str(Meter.parse("C|")) == "C|"
    assert Meter.parse("C") != Meter.parse("4/4")
    assert Meter.parse("C").name == Meter.parse("4/4").name


@given(METERS)
def test_meters_read_back(meter):
    assert Meter.parse(str(meter)) == meter
    assert meter.bar_quarters == Fraction(4 * meter.beats, meter.unit)
    assert meter.is_free == (meter.bar_quarters == 0) == (meter.class_name == "free")


@given(METERS)
def test_a_regular_bar_is_whole_beats(meter):
    if meter.class_name in {"duple", "triple", "compound duple", "compound triple"}:
        beats = meter.bar_quarters / meter.beat_quarters
        assert beats.denominator == 1
        assert (beats % 3 == 0) == meter.class_name.endswith("triple")


@pytest.mark.parametrize("text", ["4", "4/", "/4", "c", "C||", "6/8 jig", "4:4", "-3/4", "3,4", "2.5/4", "x"])
def test_text_that_is_no_meter(text):
    with pytest.raises(ValueError, match=r"a metre is written like 6/8, \(2\+3\)/8, C, C\| or none, got"):
        Meter.parse(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("4/0", "unit must be a power of two up to 512, got '4/0'"),
        ("4/3", "unit must be a power of two"),
        ("4/1024", "unit must be a power of two"),
        ("2/4+3/0", "unit must be a power of two"),
        ("3/4+1/3", "unit must be a power of two"),
        ("0/4", r"groups must lie between 1 and 256, got \(0,\)"),
        ("300/4", "groups must lie between 1 and 256"),
        ("2+0/4", "groups must lie between 1 and 256"),
    ],
)
def test_numbers_out_of_range(text, message):
    with pytest.raises(ValueError, match=message):
        Meter.parse(text)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (((3,), 4, "C"), "symbol C means 4/4 and C| means 2/2, got 'C' for 3/4"),
        (((4,), 4, "C|"), "symbol C means 4/4"),
        (((), 8), "unit must be 4 in free metre, got 8"),
        (((-1,), 8), "groups must lie between 1 and 256"),
    ],
)
def test_bad_meters_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Meter(*arguments)


def test_tempo_counts_its_own_beat():
    assert Tempo(Fraction(120)).qpm == 120
    assert Tempo(Fraction(60), Fraction(3, 2)).qpm == 90
    assert Tempo(Fraction(80), Fraction(1, 2), "Allegro").qpm == 40
    assert Tempo(text="Allegro").qpm is None


@pytest.mark.parametrize("bpm", [0, -1, 10_001])
def test_tempo_has_bounds(bpm):
    with pytest.raises(ValueError, match=f"bpm must lie between 0 and 10,000, got {bpm}"):
        Tempo(Fraction(bpm))


@pytest.mark.parametrize("beat", [0, -1, 65])
def test_a_beat_has_bounds(beat):
    with pytest.raises(ValueError, match=f"beat_quarters must lie between 0 and 64, got {beat}"):
        Tempo(Fraction(60), Fraction(beat))
