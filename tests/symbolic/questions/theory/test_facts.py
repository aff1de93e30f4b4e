"""Facts that are easily got wrong, by hand; and planted faults, found again by music21's own rules."""

from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest

from symbolic.abc import parse
from symbolic.key import Key
from symbolic.pitch import Pitch
from symbolic.questions.theory import clefs, non_chord, notation, notation_lengths, rhythm
from symbolic.questions.theory.counterpoint import (
    FOUR_PART_FAULTS,
    TWO_PART_FAULTS,
    Fault,
    faults,
    four_parts,
    pair_faults,
    two_parts,
)
from symbolic.questions.theory.lengths import NAMED, neighbours
from symbolic.questions.theory.names import above, chord, rising, scale, signature_notes, symbol
from symbolic.questions.theory.transposition import SHIFTING, shown_concert
from symbolic.questions.theory.vocabulary import TERMS
from symbolic.score import Note


def pitches(text: str) -> tuple[Pitch, ...]:
    return tuple(map(Pitch.parse, text.split()))


def test_scales_and_chords_are_spelled() -> None:
    assert scale("F#", "harmonic minor") == ("F#", "G#", "A", "B", "C#", "D", "E#")
    assert scale("Ab", "dorian") == ("Ab", "Bb", "Cb", "Db", "Eb", "F", "Gb")
    assert chord("Gb", "diminished seventh") == ("Gb", "Bbb", "Dbb", "Fbb")
    assert symbol("D", "half-diminished seventh", "Ab") == "Dm7b5/Ab"
    assert signature_notes(-3) == ("Bb", "Eb", "Ab")
    assert above("B", "-m3") == "G#"
    assert [str(pitch) for pitch in rising(("A", "C#", "E", "A"), 3)] == ["A3", "C#4", "E4", "A4"]
    with pytest.raises(ValueError, match="more than a double"):
        above("B#", "A2")


@pytest.mark.parametrize(
    ("clef", "place", "pitch"),
    [("treble", 2, "G4"), ("bass", 6, "F3"), ("alto", 4, "C4"), ("tenor", 6, "C4"), ("treble", -2, "C4"),
     ("bass", 10, "C4"), ("soprano", 0, "C4"), ("mezzo-soprano", 2, "C4"), ("baritone", 4, "F3")],
)  # fmt: skip
def test_clefs(clef: str, place: int, pitch: str) -> None:
    assert str(clefs.at(clef, place)) == pitch


def test_places_have_words() -> None:
    assert clefs.place_words(4) == "the 3rd line"
    assert clefs.place_words(7) == "the 4th space"
    assert clefs.place_words(-1) == "the space just below the staff"
    assert clefs.place_words(10) == "the 1st ledger line above the staff"
    assert clefs.place_words(-5) == "the space just below the 2nd ledger line below the staff"


def test_lengths_have_names() -> None:
    assert NAMED["dotted eighth note"] == Fraction(3, 16)
    assert NAMED["double-dotted half note"] == Fraction(7, 8)
    assert len(set(NAMED.values())) == len(NAMED)
    assert neighbours(Fraction(1, 4))[0] in (
        "dotted quarter note",
        "dotted eighth note",
        "double-dotted eighth note",
    )


@pytest.mark.parametrize("name", ["Bb2", "F#5", "C4", "B3", "D6", "Eb4"])
def test_pitches_are_written_as_our_reader_reads_them(name: str) -> None:
    pitch = Pitch.parse(name)
    score = parse(f"X:1\nL:1/4\nK:C\n{notation.note_text(pitch)}|")
    assert [event.pitch for event in score.events() if isinstance(event, Note)] == [pitch]


def test_note_lengths_are_those_of_our_reader() -> None:
    for seed in range(60):
        question = notation_lengths.note_length(Random(seed))
        unit, rest = question.details["fact"].removeprefix("With L:").split(", how long is ")
        score = parse(f"X:1\nM:none\nL:{unit}\nK:C\n{rest.split(' in ABC')[0]}|")
        assert score.voices[0].measures[0].duration / 4 == Fraction(question.truth)


def test_only_one_text_fills_the_bar() -> None:
    for seed in range(40):
        question = notation_lengths.fills_bar(Random(seed))
        header = f"X:1\nM:{question.wording.split('M:')[1].split()[0]}\nL:1/8\nK:C\n"
        scores = [parse(header + text) for text in (question.truth, *question.distractors)]
        full = [score.voices[0].measures[0].duration == score.meter.bar_quarters for score in scores]
        assert full == [True, False, False, False]


def test_signature_and_accidentals_are_those_of_our_reader() -> None:
    for seed in range(80):
        question = notation.signature_applies(Random(seed))
        field, rest = question.details["fact"].removeprefix("With K:").split(" and L:1/4 an ABC tune has ")
        music, asked = rest.split(" Which pitch is the ")
        notes = [
            event
            for event in parse(f"X:1\nL:1/4\nM:none\nK:{field}\n{music}").events()
            if isinstance(event, Note)
        ]
        assert str(notes[int(asked[0]) - 1].pitch) == question.truth


def test_unit_length_by_default_is_that_of_our_reader() -> None:
    for seed in range(30):
        question = notation_lengths.default_length(Random(seed))
        meter = question.details["fact"].split("M:")[1].split()[0]
        assert parse(f"X:1\nM:{meter}\nK:C\nA|").voices[0].measures[0].duration / 4 == Fraction(
            question.truth
        )


def test_a_part_sounds_as_asked() -> None:
    for seed in range(40):
        question = shown_concert(Random(seed))
        assert any(name in question.wording for name in SHIFTING)
        assert len(question.truth.split()) == 4


def test_syncopations() -> None:
    assert all(rhythm.is_syncopated(bar) for bar in rhythm.SYNCOPATED)
    assert not any(rhythm.is_syncopated(bar) for bar in rhythm.PLAIN)
    assert {sum(bar) for bar in (*rhythm.SYNCOPATED, *rhythm.PLAIN)} == {8}


def test_no_two_terms_of_a_group_mean_the_same() -> None:
    meanings = [meaning for terms in TERMS.values() for meaning in terms.values()]
    assert len(set(meanings)) == len(meanings) > 100


# Voice leading


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("G4 C4", "A4 D4", ["parallel fifths"]),
        ("C5 C4", "D5 D4", ["parallel octaves"]),
        ("C5 C4", "D5 D3", ["contrary"]),
        ("E4 C4", "A4 D4", ["hidden fifths"]),
        ("E4 C4", "D4 F4", ["voice crossing"]),
        ("E4 C4", "C4 C4", ["unison"]),
        ("E4 C4", "A4 F4", ["overlap"]),
        ("E5 C4", "F5 D4", []),
        ("G4 C4", "G4 E4", []),
    ],
)
def test_faults_between_two_voices(before: str, after: str, found: list[str]) -> None:
    assert pair_faults(pitches(before), pitches(after), 0, 1, strict=True) == found


def test_the_leading_note_has_to_rise() -> None:
    before, good, bad = pitches("B4 G4 D4 G3"), pitches("C5 G4 E4 C3"), pitches("G4 E4 C4 C4")
    assert Fault("unresolved leading note", 0, 0) not in faults(before, good, "B", "C")
    assert Fault("unresolved leading note", 0, 0) in faults(before, bad, "B", "C")


@pytest.mark.parametrize("fault", TWO_PART_FAULTS)
def test_two_parts_have_the_planted_fault_only(fault: str) -> None:
    for seed in range(15):
        rng = Random(seed)
        place = rng.randint(1, 5)
        line = two_parts(rng, Key.parse("D"), 6, fault, place)
        steps = [pair_faults(*pair, 0, 1, strict=True) for pair in pairwise(line)]
        assert steps == [[fault] if index == place else [] for index in range(1, 6)]


@pytest.mark.parametrize("fault", FOUR_PART_FAULTS)
def test_four_parts_have_the_planted_fault_only(fault: str) -> None:
    for seed in range(8):
        key = Key.parse(("C", "G", "E minor", "F")[seed % 4])
        (first, _), (before, after), found = four_parts(Random(seed), key, fault)
        assert found.name == fault
        leading = above(key.tonic, "M7") if first == "V" else ""
        assert faults(before, after, leading, key.tonic) == [found]


def test_music21_hears_the_same_faults() -> None:
    from music21.note import Note as Heard
    from music21.voiceLeading import VoiceLeadingQuartet

    for seed in range(60):
        rng = Random(seed)
        fault = rng.choice((*TWO_PART_FAULTS, None))
        (before, after) = two_parts(rng, Key.parse("C"), 2, fault, 1)
        heard = VoiceLeadingQuartet(
            *(Heard(str(pitch)) for pitch in (before[0], after[0], before[1], after[1]))
        )
        assert heard.parallelFifth() == (fault == "parallel fifths")
        assert (heard.parallelOctave() or heard.parallelUnison()) == (fault == "parallel octaves")
        if fault in (None, "hidden fifths", "hidden octaves"):
            assert bool(heard.hiddenFifth()) == (fault == "hidden fifths")
            assert bool(heard.hiddenOctave()) == (fault == "hidden octaves")


@pytest.mark.parametrize("kind", non_chord.KINDS)
def test_a_melody_has_the_planted_tone_only(kind: str) -> None:
    for seed in range(20):
        found = non_chord.snippet(Random(seed), kind)
        score = non_chord.shown_music(found)
        chords = [
            {note.pitch.spelled_class for note in measure.events[0].notes}
            for measure in score.voices[1].measures
        ]
        foreign = [
            index
            for index, pitch in enumerate(found.pitches)
            if pitch.spelled_class not in chords[0 if index < 4 else 1]
        ]
        assert foreign == [found.place]
        assert (kind == "suspension") == any(event.tie for event in score.events() if isinstance(event, Note))
