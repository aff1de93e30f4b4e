from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbolic.abc import parse
from symbolic.analysis.spelling import ps13, spell, spell_in_keys
from symbolic.key import Key
from symbolic.pitch import Pitch
from symbolic.timeline import sounding_notes

# Openings with accidentals, spelled as printed.
PHRASES = {
    "chromatic neighbours in C": "K:C\nc2 B2 c2 ^c2|d2 ^c2 d2 ^d2|e2 ^d2 e2 f2|g2 ^f2 g2 c2|",
    "harmonic minor": "K:Am\nA2 B2 c2 d2|e2 f2 ^g2 a2|b2 ^g2 e2 ^g2|a2 e2 c2 A2|",
    "flat key": "K:Ab\nA2 c2 e2 a2|g2 f2 e2 d2|c2 =A2 B2 =e2|f2 e2 d2 c2|B2 c2 A4|",
    "many sharps": "K:F#\nF2 A2 c2 f2|e2 ^^c2 d2 ^B2|c2 d2 c2 B2|A2 G2 F4|",
    "modulation to the dominant": "K:Eb\nE2 G2 B2 e2|d2 c2 B2 =A2|B2 d2 f2 =a2|b2 f2 =a2 b2|",
}


def notes(abc: str) -> list[Pitch]:
    return [note.pitch for note in sounding_notes(parse(f"X:1\nM:4/4\nL:1/8\n{abc}"))]


@pytest.mark.parametrize("name", PHRASES)
def test_spelling_in_a_key(name: str) -> None:
    pitches = notes(PHRASES[name])
    key = parse(f"X:1\n{PHRASES[name]}").key
    assert spell([pitch.midi for pitch in pitches], key) == pitches


@pytest.mark.parametrize("name", ["harmonic minor", "flat key", "modulation to the dominant"])
def test_spelling_without_a_key(name: str) -> None:
    pitches = notes(PHRASES[name])
    midi = [pitch.midi for pitch in pitches]
    assert spell(midi) == pitches
    assert ps13(midi) == pitches


def test_voices_are_followed_apart() -> None:
    # F# rises to G while E-flat falls to D in the other voice.
    midi = [66, 63, 67, 62, 66, 63, 67, 62]
    found = spell_in_keys(midi, [Key.parse("G minor")] * 8, [0, 1] * 4)
    assert [str(pitch) for pitch in found[:4]] == ["F#4", "Eb4", "G4", "D4"]


@given(st.lists(st.integers(0, 127), max_size=60), st.integers(-7, 7), st.booleans())
def test_any_pitches_are_spelled_as_they_sound(midi: list[int], fifths: int, has_key: bool) -> None:
    key = Key.from_fifths(fifths) if has_key else None
    assert [pitch.midi for pitch in spell(midi, key)] == midi
    assert [pitch.midi for pitch in ps13(midi)] == midi


@given(st.integers(-5, 5))
def test_the_scale_of_every_key_is_its_signature(fifths: int) -> None:
    key = Key.from_fifths(fifths)
    scale = [Pitch.from_fifths(fifths + step, 60) for step in range(-1, 6)]
    assert {(pitch.step, pitch.alter) for pitch in scale} == set(key.signature.items())
    midi = sorted(pitch.midi for pitch in scale) * 2
    assert {(pitch.step, pitch.alter) for pitch in spell(midi, key)} == set(key.signature.items())


def test_lengths_must_agree() -> None:
    with pytest.raises(ValueError, match="one entry for each note"):
        spell_in_keys([60], [])
