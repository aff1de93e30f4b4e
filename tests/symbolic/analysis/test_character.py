"""Genre, tempo and instruments: each answer of the rules can come out, and notation's names do not matter."""

import pytest

from symbolic.abc import parse
from symbolic.analysis.genre import dance_of, rhythm_habits, song_of
from symbolic.analysis.instruments import CHOIR, PIANO, STRINGS, instrument_family
from symbolic.analysis.tempo import beats_a_minute
from symbolic.score import Score


def tune(meter: str, music: str, unit: str = "1/8") -> Score:
    return parse(f"X:1\nM:{meter}\nL:{unit}\nK:C\n{music}\n")


@pytest.mark.parametrize(
    ("meter", "music", "dance"),
    [
        ("6/8", "CDE FGA|cBA GFE|", "jig"),
        ("9/8", "CDE FGA GFE|", "slip jig"),
        ("3/4", "C2E2G2|", "air"),
        ("4/4", "C/E3/ G>E C<E c2|", "strathspey"),
        ("4/4", "C2E2 G2c2|", "march"),
        ("4/4", "CDEF GABc|", "reel"),
        ("2/2", "C>DE>F G>AB>c|", "hornpipe"),
        ("2/2", "CDEF GABc|", "reel"),
        ("2/4", "G/E/|C/D/E/F/ G/A/B/c/|c/B/A/G/ F/E/D/C/|", "hornpipe"),
    ],
)
def test_dances(meter: str, music: str, dance: str) -> None:
    assert dance_of(tune(meter, music)) == dance


@pytest.mark.parametrize(
    ("meter", "music", "song"),
    [
        ("4/4", "G2|C2E2 G2c2|", "ballad"),
        ("2/4", "C2E2|G4|", "children's song"),
        ("2/4", "C2c2|e4|", "ditty"),
        ("2/4", "C/D/E G2|A/G/E D2|", "mountain song"),
        ("2/4", "C/D/E G2|c/d/e f2|", "ditty"),
        ("4/4", "C2E2 G2c2|", "ballad"),
    ],
)
def test_songs(meter: str, music: str, song: str) -> None:
    assert song_of(tune(meter, music)) == song


def test_habits_of_rhythm() -> None:
    habits = rhythm_habits(tune("4/4", "c2|C>DE<F G4|"))
    assert habits is not None
    assert habits.upbeat
    assert (habits.dots, habits.snaps) == (1 / 5, 1 / 5)
    assert habits.sixteenths == 2 / 6
    assert (habits.pitch_classes, habits.compass) == (5, 12)
    assert rhythm_habits(Score()) is None


@pytest.mark.parametrize(
    ("meter", "music", "beats"),
    [
        ("6/8", "CDE FGA|", 120),
        ("2/2", "C2E2 G2c2|", 90),
        ("2/2", "C/D/E/F/ GA BcdB|", 63),
        ("2/4", "CDEF|", 84),
        ("4/4", "C2E2 G2c2|", 126),
        ("4/4", "CDEF GABc|", 200),
    ],
)
def test_tempo_by_metre_and_density(meter: str, music: str, beats: int) -> None:
    assert beats_a_minute(tune(meter, music)) == beats


def test_no_notes_no_character() -> None:
    empty = tune("4/4", "z8|")
    assert (dance_of(empty), song_of(empty), beats_a_minute(empty)) == (None, None, None)
    assert instrument_family(empty) is None


def test_families_by_register_and_chords() -> None:
    high, low = "V:1\nc4 d4|\n", "V:2\nC,4 G,,4|\n"
    assert instrument_family(tune("4/4", high + low)) == CHOIR
    assert instrument_family(tune("4/4", high + "V:2\nC,,4 G,,,4|\n")) == STRINGS
    assert instrument_family(tune("4/4", high + "V:2\n[C,E,]4 [G,,D,]4|\n")) == PIANO
    assert instrument_family(tune("4/4", high + "V:2\nC,8 & E,4 F,4|\n")) == PIANO
