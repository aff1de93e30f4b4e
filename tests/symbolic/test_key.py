"""Keys against signatures worked out by hand, and the laws of their names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbolic.key import MODE_FIFTHS, Key, mode_named
from tests.symbolic.strategies import CLASSES, KEYS

MODES = st.sampled_from(list(MODE_FIFTHS))


def signs(key: Key) -> dict[str, int]:
    return {step: alter for step, alter in key.signature.items() if alter}


@pytest.mark.parametrize(
    ("name", "sharpened_or_flattened"),
    [
        ("C major", ""),
        ("G major", "F#"),
        ("D major", "F# C#"),
        ("E major", "F# C# G# D#"),
        ("C# major", "F# C# G# D# A# E# B#"),
        ("F major", "Bb"),
        ("Bb major", "Bb Eb"),
        ("Ab major", "Bb Eb Ab Db"),
        ("Cb major", "Bb Eb Ab Db Gb Cb Fb"),
        ("A minor", ""),
        ("E minor", "F#"),
        ("C minor", "Bb Eb Ab"),
        ("G# minor", "F# C# G# D# A#"),
        ("Eb minor", "Bb Eb Ab Db Gb Cb"),
        ("D dorian", ""),
        ("E dorian", "F# C#"),
        ("A mixolydian", "F# C#"),
        ("D mixolydian", "F#"),
        ("E phrygian", ""),
        ("F# phrygian", "F# C#"),
        ("F lydian", ""),
        ("C lydian", "F#"),
        ("B locrian", ""),
        ("C locrian", "Bb Eb Ab Db Gb"),
        ("F## major", "F## C## G## D## A## E## B#"),
        ("Bbb major", "Bbb Ebb Ab Db Gb Cb Fb"),
    ],
)
def test_known_signatures(name, sharpened_or_flattened):
    expected = {item[0]: item.count("#") - item.count("b") for item in sharpened_or_flattened.split()}
    key = Key.parse(name)
    assert signs(key) == expected
    assert key.fifths == sum(expected.values())
    assert key.name == str(key) == name


@pytest.mark.parametrize("fifths", range(-7, 8))
def test_relative_modes_share_a_signature(fifths):
    keys = [Key.from_fifths(fifths, mode) for mode in MODE_FIFTHS]
    assert all(key.fifths == fifths and key.signature == keys[0].signature for key in keys)
    assert len({key.pitch_class for key in keys}) == 7


def test_from_fifths_on_white_keys():
    names = [Key.from_fifths(0, mode).name for mode in ("major", "dorian", "phrygian", "lydian")]
    assert names == ["C major", "D dorian", "E phrygian", "F lydian"]
    assert Key.from_fifths(0, "mixolydian").name == "G mixolydian"
    assert Key.from_fifths(0, "minor").name == "A minor"
    assert Key.from_fifths(0, "locrian").name == "B locrian"


# Signatures with accidentals of their own


def test_explicit_accidentals_stand_alone():
    key = Key("D", "major", (("F", 1),), explicit=True)
    assert signs(key) == {"F": 1}
    assert key.name == "D major"
    assert signs(Key("D", "phrygian", explicit=True)) == {}


def test_accidentals_are_added_to_the_signature_or_take_from_it():
    assert signs(Key("D", "phrygian", (("F", 1),))) == {"B": -1, "E": -1, "F": 1}
    assert signs(Key("G", "major", (("F", 0), ("B", -1)))) == {"B": -1}


@pytest.mark.parametrize("mode", ["HP", "Hp"])
def test_the_pipes_play_a_mixolydian(mode):
    pipes = Key("A", mode)
    assert signs(pipes) == {"F": 1, "C": 1}
    assert (pipes.name, pipes.fifths, pipes.pitch_class) == ("A mixolydian", 2, 9)
    assert pipes.same_answer(Key("A", "mixolydian"))
    assert not pipes.same_answer(Key("D"))


def test_no_key():
    key = Key.none()
    assert (signs(key), key.fifths, key.name) == ({}, 0, "none")
    assert key.same_answer(Key.none())
    assert not key.same_answer(Key("C"))
    assert not Key("C").same_answer(key)
    with pytest.raises(ValueError, match="a score without a key has no tonic"):
        _ = key.pitch_class


# Names


@pytest.mark.parametrize(
    ("text", "tonic", "mode"),
    [
        ("D dorian", "D", "dorian"),
        ("f# Minor", "F#", "minor"),
        ("Bb", "Bb", "major"),
        ("b", "B", "major"),
        ("bb", "Bb", "major"),
        ("A:min", "A", "minor"),
        ("E-flat Major", "Eb", "major"),
        ("C-sharp MINOR", "C#", "minor"),
        ("G Ionian", "G", "major"),
        ("E aeo", "E", "minor"),
        ("  C   mixolydian ", "C", "mixolydian"),
        ("F## minor", "F##", "minor"),
    ],
)
def test_names_people_write(text, tonic, mode):
    assert Key.parse(text) == Key(tonic, mode)


@pytest.mark.parametrize(
    "text", ["", " ", "H major", "C foo", "C major 7", "none", "major", "C# #", "C### major", "ß", ":", "Am"]
)
def test_names_that_are_none(text):
    with pytest.raises(ValueError, match="a key is written like 'D dorian' or 'F# minor', got"):
        Key.parse(text)


@pytest.mark.parametrize(
    ("word", "mode"),
    [
        ("m", "minor"),
        ("Minor", "minor"),
        ("MIX", "mixolydian"),
        ("Ion", "major"),
        ("lydian", "lydian"),
        ("Phrygian", "phrygian"),
        ("loc", "locrian"),
        ("", None),
        ("mi", None),
        ("exp", None),
        ("clef", None),
    ],
)
def test_words_for_modes(word, mode):
    assert mode_named(word) == mode


@given(CLASSES, MODES)
def test_names_read_back(tonic, mode):
    key = Key(tonic, mode)
    assert Key.parse(key.name) == key
    assert Key.from_fifths(key.fifths, mode) == key
    assert sum(key.signature.values()) == key.fifths


# From pitch classes


def test_the_plainest_of_twelve_keys():
    major = "C Db D Eb E F Gb G Ab A Bb B".split()
    minor = "C C# D Eb E F F# G G# A Bb B".split()
    assert [Key.from_pitch_class(place).tonic for place in range(12)] == major
    assert [Key.from_pitch_class(place, "minor").tonic for place in range(12)] == minor


@given(st.integers(-20, 30), MODES)
def test_from_pitch_class_finds_the_pitch_class_with_at_most_six_signs(pitch_class, mode):
    key = Key.from_pitch_class(pitch_class, mode)
    assert key.pitch_class == pitch_class % 12
    assert abs(key.fifths) <= 6
    assert key.mode == mode


# Grading


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("Gb major", "F# major", True),
        ("Db minor", "C# minor", True),
        ("Cb lydian", "B lydian", True),
        ("A minor", "A major", False),
        ("A minor", "C major", False),
        ("D dorian", "C major", False),
        ("E## major", "F# major", True),
    ],
)
def test_same_answer(one, two, same):
    assert Key.parse(one).same_answer(Key.parse(two)) is same
    assert Key.parse(two).same_answer(Key.parse(one)) is same


def test_accidentals_do_not_change_the_answer():
    assert Key("D", "major", (("F", 0),)).same_answer(Key("D"))
    assert Key("D", "major", (), explicit=True).same_answer(Key("D"))


@given(KEYS, KEYS)
def test_same_answer_is_equality_of_pitch_class_and_mode(one, two):
    assert one.same_answer(one)
    assert one.same_answer(two) == ((one.pitch_class, one.mode) == (two.pitch_class, two.mode))


# Bad values


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("H",), "tonic must be a note name such as F# or Bb, got 'H'"),
        (("C###",), "tonic must be a note name such as F# or Bb, got 'C###'"),
        (("c",), "tonic must be a note name"),
        (("C", "blues"), "mode must be one of major, .*, got 'blues'"),
        (("C", ""), "mode must be one of"),
        (("", "major"), "mode must be empty in a key without a tonic, got 'major'"),
        (("D", "HP"), "tonic of the pipes must be A, got 'D'"),
        (("C", "major", (("H", 1),)), r"accidentals must be pairs such as \('F', 1\), got \('H', 1\)"),
        (("C", "major", (("F", 4),)), r"accidentals must be pairs .*, got \('F', 4\)"),
    ],
)
def test_bad_keys_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Key(*arguments)


def test_unknown_modes_and_absurd_signatures_are_refused():
    with pytest.raises(ValueError, match=r"mode must be one of .*, got 'blues'"):
        Key.from_fifths(0, "blues")
    with pytest.raises(ValueError, match=r"mode must be one of .*, got 'blues'"):
        Key.from_pitch_class(0, "blues")
    for fifths in (-30, 30):
        with pytest.raises(ValueError, match="alter must be between -3 and 3"):
            Key.from_fifths(fifths)
