"""Chord symbols: lead-sheet spellings, pitch classes, and Harte names as mir_eval understands them."""

import mir_eval.chord
import numpy as np
import pytest
from hypothesis import given

from symbolic.harmony import QUALITIES, ChordSymbol
from symbolic.pitch import class_fifths
from tests.symbolic.strategies import CHORD_SYMBOLS, INTERVALS

SUFFIXES = [
    (suffix, quality)
    for quality, (short, _, others) in QUALITIES.items()
    for suffix in (short, *others.split())
]


def test_each_spelling_means_one_quality():
    spellings = [suffix for suffix, _ in SUFFIXES]
    assert len(set(spellings)) == len(spellings)


@pytest.mark.parametrize(("suffix", "quality"), SUFFIXES)
def test_every_spelling_of_every_quality_is_read(suffix, quality):
    assert ChordSymbol.parse(f" C({suffix}) ") == ChordSymbol("C", quality)
    if not suffix.startswith("#"):  # F##5 is a fifth on F##
        assert ChordSymbol.parse(f"F#{suffix}") == ChordSymbol("F#", quality)
        assert ChordSymbol.parse(f"Bb{suffix}/D") == ChordSymbol("Bb", quality, "D")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Am7/G", ChordSymbol("A", "min7", "G")),
        ("C7(b9)", ChordSymbol("C", "7(b9)")),
        ("Am7 (b5)", ChordSymbol("A", "hdim7")),
        ("C(add9)", ChordSymbol("C", "maj(9)")),
        ("C m", ChordSymbol("C", "min")),
        ("F♯ø7", ChordSymbol("F#", "hdim7")),
        ("B♭/D", ChordSymbol("Bb", "maj", "D")),
        ("D/f#", ChordSymbol("D", "maj", "F#")),
        ("C/C", ChordSymbol("C")),
        ("Bbb7", ChordSymbol("Bbb", "7")),
        ("GMaj7", ChordSymbol("G", "maj7")),
    ],
)
def test_lead_sheet_symbols(text, expected):
    assert ChordSymbol.parse(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "H", "am", "Fine", "D.C.", "Coda", "N.C.", "C/", "C/H", "1", "A tempo", "Cfoo", "C//E", "C#b"],
)
def test_text_that_is_no_chord(text):
    assert ChordSymbol.parse(text) is None


@given(CHORD_SYMBOLS)
def test_symbols_read_back(chord):
    assert ChordSymbol.parse(str(chord)) == chord


@pytest.mark.parametrize(
    ("text", "pitch_classes"),
    [
        ("C", (0, 4, 7)),
        ("Am", (9, 0, 4)),
        ("F#dim7", (6, 9, 0, 3)),
        ("G7", (7, 11, 2, 5)),
        ("Bb9", (10, 2, 5, 8, 0)),
        ("C/E", (0, 4, 7)),
        ("C/D", (0, 4, 7, 2)),
        ("E5", (4, 11)),
        ("Cb", (11, 3, 6)),
    ],
)
def test_pitch_classes(text, pitch_classes):
    chord = ChordSymbol.parse(text)
    assert chord is not None
    assert chord.pitch_classes == pitch_classes


@pytest.mark.parametrize(
    ("text", "harte"),
    [("F#m7/A", "F#:min7/b3"), ("C", "C:maj"), ("Bb7sus4", "Bb:sus4(b7)"), ("C/F#", "C:maj/b5")],
)
def test_harte_names(text, harte):
    chord = ChordSymbol.parse(text)
    assert chord is not None
    assert chord.harte == harte


@pytest.mark.parametrize("quality", QUALITIES)
def test_mir_eval_hears_the_same_chord(quality):
    """Within the octave, that is: mir_eval's chroma leave out ninths, elevenths and thirteenths."""
    root, chroma, _ = mir_eval.chord.encode(ChordSymbol("Eb", quality).harte)
    beyond_the_octave = quality.count("9") + 2 * (quality.count("11") + quality.count("13"))
    tones = QUALITIES[quality][1]
    assert root == 3
    assert set(np.flatnonzero(chroma)) == set(tones[: len(tones) - beyond_the_octave])


@given(CHORD_SYMBOLS)
def test_mir_eval_hears_the_same_bass(chord):
    _, _, bass = mir_eval.chord.encode(chord.harte)
    named = chord.bass or chord.root
    assert (7 * class_fifths(chord.root) + bass) % 12 == 7 * class_fifths(named) % 12


@given(CHORD_SYMBOLS, INTERVALS)
def test_transposing_moves_every_tone(chord, interval):
    moved = chord.transpose(interval)
    assert moved.quality == chord.quality
    expected = {(tone + interval.semitones) % 12 for tone in chord.pitch_classes}
    assert set(moved.pitch_classes) == expected
    assert ChordSymbol.parse(str(moved)) == moved


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("H",), "root and bass must be note names such as F# or Bb, got 'H'"),
        (("",), "root and bass must be note names"),
        (("Czz",), "root and bass must be note names"),
        (("C#b",), "root and bass must be note names"),
        (("C###",), "root and bass must be note names"),
        (("C", "maj", "X"), "root and bass must be note names such as F# or Bb, got 'X'"),
        (("C", "maj", "C"), "bass must be empty where it is the root, got 'C'"),
        (("C", "major"), "quality must be one of maj, .*, got 'major'"),
    ],
)
def test_bad_chords_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        ChordSymbol(*arguments)
