"""Truths of several areas against music21, which computes them another way."""

import re
from fractions import Fraction
from functools import cache
from random import Random
from types import ModuleType

import pytest

from symbolic.pitch import Pitch
from symbolic.questions import Question
from symbolic.questions.theory import (
    chords,
    functions,
    intervals,
    inversions,
    keys,
    modes,
    pitch_numbers,
    scales,
)
from symbolic.questions.theory import transposition as instruments
from symbolic.questions.theory.making import Generator

SEEDS = range(60)


@cache
def music21() -> ModuleType:
    import music21 as module

    return module


def asked(generator: Generator, first_wording: str) -> list[tuple[Question, re.Match[str]]]:
    """Questions of a generator with the match of their first wording, which holds the facts."""
    found = []
    for seed in SEEDS:
        question = generator(Random(seed))
        match = re.fullmatch(first_wording, question.details["fact"])
        assert match, question.details["fact"]
        found.append((question, match))
    return found


def m21(name: str) -> str:
    """A note name or pitch as music21 writes it: flats as ``-``."""
    return name[0] + name[1:].replace("b", "-")


def ours(name: str) -> str:
    return name.replace("-", "b")


def test_intervals() -> None:
    for question, match in asked(intervals.name_it, r"Which interval lies between (\S+) and (\S+)\?"):
        found = music21().interval.Interval(*(music21().pitch.Pitch(m21(name)) for name in match.groups()))
        words = (
            found.niceName.lower().replace("perfect ", "")
            if "Octave" in found.niceName
            else found.niceName.lower()
        )
        assert question.truth == words.replace("double-octave", "fifteenth").replace(
            "perfect fifteenth", "fifteenth"
        )


def test_notes_above_and_below() -> None:
    names = {intervals.long_name(short): short for short in (*intervals.COMMON, "A2", "A5", "d7", "d4")}
    for question, match in asked(intervals.note_beside, r"Which note is an? (.+) (above|below) (\S+)\?"):
        name, way, start = match.groups()
        short = names[name] if way == "above" else f"-{names[name]}"
        found = music21().interval.Interval(short).transposePitch(music21().pitch.Pitch(m21(start) + "4"))
        assert question.truth == ours(found.name)


def test_signatures() -> None:
    for question, match in asked(keys.signature, r"What is the key signature of (\S+) (major|minor)\?"):
        sharps = music21().key.Key(m21(match[1]), match[2]).sharps
        count = abs(sharps)
        sign = "sharp" if sharps > 0 else "flat"
        assert question.truth == (
            f"{count} {sign}{'s' if count > 1 else ''}" if count else "no sharps or flats"
        )


def test_relative_keys() -> None:
    for question, match in asked(
        keys.relative, r"What is the relative (?:major|minor) of (\S+) (major|minor)\?"
    ):
        found = music21().key.Key(m21(match[1]), match[2]).relative
        assert question.truth == f"{ours(found.tonic.name)} {found.mode}"


def test_modes() -> None:
    kinds = {"dorian": "DorianScale", "phrygian": "PhrygianScale", "lydian": "LydianScale",
             "mixolydian": "MixolydianScale", "locrian": "LocrianScale"}  # fmt: skip
    for question, match in asked(modes.notes_of_mode, r"Which notes has the mode (\S+) (\w+)\?"):
        scale = getattr(music21().scale, kinds[match[2]])(m21(match[1]))
        assert question.truth.split() == [ours(pitch.name) for pitch in scale.getPitches()[:7]]


def test_scale_degrees() -> None:
    kinds = {"major": "MajorScale", "natural minor": "MinorScale", "harmonic minor": "HarmonicMinorScale"}
    pattern = r"Which note is the (\d)\w\w degree of the (\S+) (.+) scale\?"
    for question, match in asked(scales.degree_note, pattern):
        if match[3] not in kinds:
            continue
        scale = getattr(music21().scale, kinds[match[3]])(m21(match[2]))
        assert question.truth == ours(scale.pitchFromDegree(int(match[1])).name)


@pytest.mark.parametrize(
    ("generator", "kinds"), [(chords.triad_quality, "triad"), (chords.seventh_quality, "seventh")]
)
def test_kinds_of_chords(generator: Generator, kinds: str) -> None:
    wording = r"What kind of (?:triad do the notes|seventh chord is) (.+?)(?: form)?\?"
    for question, match in asked(generator, wording):
        names = [m21(name) for name in re.split(r", | and | ", match[1])]
        found = music21().chord.Chord(names)
        if kinds == "triad":
            assert found.quality == question.truth
        else:
            assert found.commonName.replace(" chord", "") == {
                "minor-major seventh": "minor-augmented tetrachord",
                "half-diminished seventh": "half-diminished seventh",
            }.get(question.truth, question.truth)


def test_positions_of_chords_shown() -> None:
    words = ("root position", "first inversion", "second inversion", "third inversion")
    for seed in SEEDS:
        question = inversions.shown(Random(seed))
        (event,) = question.score.voices[0].measures[0].events
        found = music21().chord.Chord([m21(str(note.pitch)) for note in event.notes])
        assert question.truth == words[found.inversion()]


def test_roman_numerals() -> None:
    for question, match in asked(
        functions.numeral_to_chord, r"Which chord is (\S+) in (\S+) (major|minor)\?"
    ):
        tonic = m21(match[2]) if match[3] == "major" else m21(match[2]).lower()
        found = music21().roman.RomanNumeral(match[1].replace("°", "o"), tonic)
        suffix = {"major": "", "minor": "m", "diminished": "dim"}[found.quality]
        assert question.truth == ours(found.root().name) + suffix


def test_secondary_dominants() -> None:
    for question, match in asked(functions.secondary_dominant, r"Which chord is (\S+) in (\S+) major\?"):
        found = music21().roman.RomanNumeral(match[1], m21(match[2]))
        assert question.truth == ours(found.root().name) + ("7" if "7" in match[1] else "")


def test_neapolitan_and_augmented_sixths() -> None:
    for question, match in asked(
        functions.neapolitan, r"Which chord is the Neapolitan sixth in (\S+) (major|minor)\?"
    ):
        tonic = m21(match[1]) if match[2] == "major" else m21(match[1]).lower()
        found = music21().roman.RomanNumeral("bII6" if match[2] == "major" else "N6", tonic)
        assert question.truth == f"{ours(found.root().name)}/{ours(found.bass().name)}"
    pattern = r"Which notes form the (\w+) augmented sixth chord in (\S+) (major|minor), from the bass up\?"
    figures = {"Italian": "It6", "French": "Fr43", "German": "Ger65"}
    for question, match in asked(functions.augmented_sixth, pattern):
        found = music21().roman.RomanNumeral(figures[match[1]], m21(match[2]).lower())
        assert set(question.truth.split()) == {ours(pitch.name) for pitch in found.pitches}
        assert question.truth.split()[0] == ours(found.bass().name)


@pytest.mark.parametrize(
    ("name", "instrument"),
    [
        ("clarinet in Bb", "Clarinet"),
        ("horn in F", "Horn"),
        ("alto saxophone in Eb", "AltoSaxophone"),
        ("tenor saxophone in Bb", "TenorSaxophone"),
        ("baritone saxophone in Eb", "BaritoneSaxophone"),
        ("cor anglais", "EnglishHorn"),
        ("piccolo", "Piccolo"),
        ("double bass", "Contrabass"),
    ],
)
def test_transposing_instruments(name: str, instrument: str) -> None:
    found = getattr(music21().instrument, instrument)().transposition
    assert instruments.INSTRUMENTS[name] == found.directedName.replace("M-", "-M").replace(
        "P-", "-P"
    ).replace("m-", "-m")


def test_midi_numbers_and_frequencies() -> None:
    for question, match in asked(pitch_numbers.midi_of, r"What is the MIDI number of (\S+) \(C4 = 60\)\?"):
        pitch = music21().pitch.Pitch(m21(match[1]))
        assert int(question.truth) == pitch.midi
        assert pitch_numbers.frequency(pitch.midi) == pytest.approx(pitch.frequency)
    assert Pitch.parse("A4").midi == 69
    assert Fraction(3, 2) == pitch_numbers.RATIOS["P5"]
