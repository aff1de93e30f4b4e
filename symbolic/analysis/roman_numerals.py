"""Roman numerals of a score in a given key, bar by bar: template chords, their bass from the lowest note.

The chords are those of `symbolic.analysis.harmony.chords`; the note that sounds lowest where a chord
begins gives its inversion, if it belongs to it. A chord without a numeral in the key is the tonic.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from symbolic.analysis.chord_grid import NO_CHORD, grid_of
from symbolic.analysis.exact_chords import pitched_notes, sounding_at
from symbolic.analysis.harmony import Segment, chords
from symbolic.harmony import ChordSymbol
from symbolic.key import Key
from symbolic.pitch import Pitch
from symbolic.roman import RomanNumeral
from symbolic.score import Score


def roman_answer(score: Score, key: Key, segment: Segment = "beat") -> str:
    """The numerals of a score in a key, written as `symbolic.analysis.chord_grid` writes names."""
    notes = pitched_notes(score) if score.voices else []
    changes: list[tuple[Fraction, str]] = []
    for span in chords(score, segment, key):
        name = NO_CHORD
        if span.chord is not None:
            heard = sounding_at(notes, span.onset_quarter)
            name = _numeral(span.chord, heard, key)
        changes.append((span.onset_quarter, name))
    return grid_of(score, changes)


def _numeral(chord: ChordSymbol, heard: list[Pitch], key: Key) -> str:
    lowest = min(heard, key=lambda pitch: pitch.midi, default=None)
    tonic = RomanNumeral(1, triad="min" if key.mode in {"minor", "dorian", "phrygian"} else "maj")
    if lowest is not None and lowest.pitch_class in chord.pitch_classes[1:]:
        with_bass = replace(chord, bass=lowest.spelled_class) if len(lowest.spelled_class) <= 3 else chord
        return str(RomanNumeral.of(with_bass, key) or tonic)
    return str(RomanNumeral.of(chord, key) or tonic)
