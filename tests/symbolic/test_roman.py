"""Roman numerals: reading, writing, chords in a key and back; checked by hand and against music21."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbolic.harmony import QUALITIES, ChordSymbol
from symbolic.key import Key
from symbolic.pitch import Interval
from symbolic.roman import SEVENTHS, TRIADS, UNKNOWN, RomanNumeral, label, read_label
from symbolic.transform import transpose_key

KEYS = st.builds(Key.from_pitch_class, st.integers(0, 11), st.sampled_from(["major", "minor"]))


@st.composite
def numerals(draw: st.DrawFn, depth: int = 1) -> RomanNumeral:
    triad = draw(st.sampled_from(TRIADS))
    seventh = draw(st.sampled_from([name for name in SEVENTHS if name != "ø7" or triad == "dim"]))
    applied = draw(st.none() | numerals(depth - 1)) if depth else None
    if applied is not None and applied.seventh:
        applied = RomanNumeral(applied.degree, applied.alter, applied.triad)
    inversion = draw(st.integers(0, 3 if seventh else 2))
    return RomanNumeral(draw(st.integers(1, 7)), draw(st.integers(-1, 1)), triad, seventh, inversion, applied)


@given(numerals(2))
def test_what_is_written_is_read_back(numeral: RomanNumeral) -> None:
    assert RomanNumeral.parse(str(numeral)) == numeral


@given(numerals(), KEYS)
def test_a_chord_has_the_triad_of_its_numeral(numeral: RomanNumeral, key: Key) -> None:
    chord = numeral.chord(key)
    steps = QUALITIES[chord.quality][1]
    assert steps[:3] == QUALITIES[numeral.triad][1]
    assert bool(chord.bass) == bool(numeral.inversion) or len(steps) == 3


@given(numerals(), KEYS, st.sampled_from(["m2", "M2", "m3", "P4", "P5", "-M3"]))
def test_a_numeral_is_transposed_with_its_key(numeral: RomanNumeral, key: Key, name: str) -> None:
    moved = numeral.chord(transpose_key(key, Interval.parse(name)))
    here = numeral.chord(key).transpose(Interval.parse(name))
    assert (moved.pitch_classes, moved.quality) == (here.pitch_classes, here.quality)


PLAIN = st.sampled_from(["maj", "min", "dim", "aug", "7", "maj7", "min7", "hdim7", "dim7", "minmaj7"])


@given(KEYS, st.integers(0, 11), PLAIN, st.integers(0, 3))
def test_a_chord_is_what_its_numeral_says(key: Key, root: int, quality: str, inversion: int) -> None:
    names = "C C# D Eb E F F# G Ab A Bb B".split()
    step = QUALITIES[quality][1][min(inversion, len(QUALITIES[quality][1]) - 1)]
    chord = ChordSymbol(names[root], quality, names[(root + step) % 12] if step else "")
    numeral = RomanNumeral.of(chord, key)
    assert numeral is not None
    found = numeral.chord(key)
    assert (found.quality, found.pitch_classes) == (chord.quality, chord.pitch_classes)
    assert RomanNumeral.of(found, key) is not None


@given(numerals(0), KEYS)
def test_numerals_of_the_key_come_back(numeral: RomanNumeral, key: Key) -> None:
    found = RomanNumeral.of(numeral.chord(key), key)
    assert found is None or found.chord(key).pitch_classes == numeral.chord(key).pitch_classes


CHORDS = {
    "C": {"I": "C", "ii6": "Dm/F", "V65": "G7/B", "V2": "G7/F", "V4/2": "G7/F", "vii/o7": "Bm7b5",
          "viio7": "Bdim7", "IV6/4": "F/C", "bII6": "Db/F", "V7/V": "D7", "V6/5/ii": "A7/C#", "iv7": "Fm7",
          "I7": "Cmaj7", "bVII7": "Bb7", "bVImaj7": "Abmaj7", "III+": "Eaug", "viio6/V": "F#dim/A",
          "Ger65": "Ab7", "Fr43": "Ab7b5", "It6": "Ab7", "V7/V/ii": "E7", "#ivo": "F#dim", "V[no3]": "G",
          "V13": "G7", "vii%65": "Bm7b5/D", "IV^6": "F/A"},
    "A minor": {"i": "Am", "VI": "F", "vi": "F#m", "#vi": "F#m", "VII": "G", "bVII": "G", "viio": "G#dim",
                "viio7/V": "D#dim7", "V7": "E7", "v": "Em", "IV": "D", "ii/o65": "Bm7b5/D", "III+6": "Caug/E",
                "bvii": "Gm", "#VI": "F#", "imaj7": "AmM7", "VI7": "Fmaj7", "V7/III": "G7", "V/iv": "A"},
    "D dorian": {"i": "Dm", "IV": "G", "VII": "C", "ii": "Em"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("key", "numeral", "chord"), [(key, *pair) for key, table in CHORDS.items() for pair in table.items()]
)
def test_chords_by_hand(key: str, numeral: str, chord: str) -> None:
    found = RomanNumeral.parse(numeral)
    assert found is not None
    assert str(found.chord(Key.parse(key))) == chord


@pytest.mark.parametrize(
    ("chord", "key", "numeral"),
    [("D7", "C", "V7/V"), ("A7/C#", "C", "V65/ii"), ("C7", "C", "V7/IV"), ("G7", "C", "V7"),
     ("Db/F", "C", "bII6"), ("G7", "A minor", "VII7"), ("E7/G#", "A minor", "V65"),
     ("G#dim7", "A minor", "viio7"), ("Em", "A minor", "v"), ("F#m7b5", "C", "#ivø7"),
     ("F7", "C", "V7/bVII")],
)  # fmt: skip
def test_the_numeral_of_a_chord(chord: str, key: str, numeral: str) -> None:
    symbol = ChordSymbol.parse(chord)
    assert symbol is not None
    assert str(RomanNumeral.of(symbol, Key.parse(key))) == numeral


@pytest.mark.parametrize("chord", ["C9", "Csus4", "C/D", "C5"])
def test_chords_without_a_numeral(chord: str) -> None:
    symbol = ChordSymbol.parse(chord)
    assert symbol is not None
    assert RomanNumeral.of(symbol, Key("C")) is None


@pytest.mark.parametrize(
    "text", ["", "VIII", "I4", "V/", "iI", "H", "V//V", "io+", "I+o", "i+", "Io", "V8", "/V", "V" + "/V" * 50]
)
def test_text_that_is_no_numeral(text: str) -> None:
    assert RomanNumeral.parse(text) is None


def test_same_in_a_key_however_written() -> None:
    minor, major = Key("A", "minor"), Key("C")
    raised, plain = (RomanNumeral.parse(text) for text in ("#vi", "vi"))
    assert raised is not None
    assert plain is not None
    assert raised.same_in(plain, minor)
    assert not raised.same_in(plain, major)
    applied, altered = (RomanNumeral.parse(text) for text in ("V/V", "II"))
    assert applied is not None
    assert altered is not None
    assert not applied.same_in(altered, major)


def test_labels() -> None:
    five = RomanNumeral(5, seventh="7", inversion=1)
    assert label(five) == "V65"
    assert label(five, Key("Bb", "minor")) == "bb: V65"
    assert read_label("bb: V65") == (Key("Bb", "minor"), five)
    assert read_label("V65") == (None, five)
    assert read_label("G: ?") == (Key("G"), None)
    assert read_label(UNKNOWN) == (None, None)
    for words in ("Fine", "D.C. al Fine", "1", "a tempo", "C: major"):
        assert read_label(words) is None
    with pytest.raises(ValueError, match="major and minor"):
        label(five, Key("D", "dorian"))


@pytest.mark.parametrize(
    "fields",
    [{"degree": 8}, {"degree": 1, "alter": 3}, {"degree": 1, "triad": "sus"}, {"degree": 1, "inversion": 3},
     {"degree": 1, "seventh": "ø7"}, {"degree": 6, "sixth": "Sw"}],
)  # fmt: skip
def test_bad_values_cannot_be_built(fields: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="must"):
        RomanNumeral(**fields)  # type: ignore[arg-type]


def test_a_key_without_tonic_has_no_degrees() -> None:
    with pytest.raises(ValueError, match="tonic"):
        RomanNumeral(1).chord(Key.none())
    assert RomanNumeral.of(ChordSymbol("C"), Key.none()) is None


MUSIC21 = {
    "major": "I ii6 V65 V42 viio6 IV64 bII6 V7/V viio7/V vi iii V43/ii ii65 viio7 IV7",
    "minor": "i iio6 V65 V42 viio6 iv64 bII6 V7/V viio7/V VI III v VII viio7",
}


@pytest.mark.parametrize("mode", MUSIC21)
def test_chords_are_music21s(mode: str) -> None:
    roman = pytest.importorskip("music21.roman")
    for text in MUSIC21[mode].split():
        numeral = RomanNumeral.parse(text)
        assert numeral is not None
        for tonic in ("C", "F#", "Eb"):
            name = (tonic if mode == "major" else tonic.lower()).replace("b", "-")
            found = roman.RomanNumeral(text, name)
            assert set(found.pitchClasses) == set(numeral.chord(Key(tonic, mode)).pitch_classes), (
                text,
                tonic,
            )
