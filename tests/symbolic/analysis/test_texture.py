from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbolic.abc import parse as read
from symbolic.analysis.texture import is_single_line, sonorities, texture, texture_measures
from symbolic.pitch import spell_simply
from symbolic.score import Chord, Measure, Note, Rest, Score, Voice
from symbolic.transform import merge_voices
from tests.symbolic.questions.ensembles import ACCOMPANIED, CHORALE, INVENTION, REEL


def slices(music: str) -> list[tuple[str, str, list[int]]]:
    return [
        (str(found.duration), " ".join(map(str, found.pitches)), sorted(found.struck))
        for found in sonorities(read(f"X:1\nL:1/4\nM:4/4\nK:C\n{music}"))
    ]


def test_sonorities_by_hand() -> None:
    assert slices("C2 z D&E E z D") == [
        ("1", "C4 E4", [60, 64]),
        ("1", "C4 E4", [64]),
        ("1", "", []),
        ("1", "D4", [62]),
    ]
    assert slices("C4-|C4") == [("8", "C4", [60])]
    assert slices("[CE]4&z2 C2") == [("2", "C4 E4", [60, 64]), ("2", "C4 E4", [60])]


def test_a_voice_that_ends_what_another_holds_makes_no_new_sonority() -> None:
    assert slices("C4&C2 z2") == [("4", "C4", [60])]


def test_measures_by_hand() -> None:
    found = texture_measures(sonorities(read("X:1\nL:1/4\nM:4/4\nK:C\ncdef&C4|z4|")))
    assert found is not None
    assert (found.most_notes, found.mean_notes, found.together) == (2, 2.0, 1.0)
    assert found.melody_synchrony == pytest.approx((1 + 0.5 * 3) / 4)
    assert found.melody_activity == 4


@pytest.mark.parametrize(
    ("score", "name"),
    [
        (REEL, "monophonic"),
        (CHORALE, "homophonic"),
        (ACCOMPANIED, "melody with accompaniment"),
        (INVENTION, "polyphonic"),
        (
            read("X:1\nL:1/8\nM:4/4\nK:C\nV:1\nc8|d4 c4|\nV:2\nCGEG CGEG|B,GDG CGEG|"),
            "melody with accompaniment",
        ),
    ],
)
def test_four_textures(score: Score, name: str) -> None:
    measures = texture_measures(sonorities(score))
    assert measures is not None
    assert texture(measures) == name
    assert is_single_line(score) == (name == "monophonic")


def test_one_staff_or_four_makes_no_difference() -> None:
    assert sonorities(merge_voices(CHORALE)) == sonorities(CHORALE)


def test_no_note_has_no_measures() -> None:
    assert texture_measures(sonorities(Score())) is None
    drums = Voice("1", (Measure((Note(spell_simply(36), Fraction(1)),)),), percussion=True)
    assert texture_measures(sonorities(Score((drums,)))) is None


EVENTS = st.one_of(
    st.builds(Rest, st.sampled_from([Fraction(1, 2), Fraction(1)])),
    st.builds(
        lambda numbers, length: Chord(
            tuple(Note(spell_simply(number), length) for number in sorted(numbers))
        ),
        st.sets(st.integers(50, 70), min_size=1, max_size=4),
        st.sampled_from([Fraction(1, 3), Fraction(1, 2), Fraction(1)]),
    ),
)


@given(st.lists(st.lists(EVENTS, min_size=1, max_size=8), min_size=1, max_size=3))
def test_sonorities_hold_the_time_that_notes_sound(layers: list[list[Chord | Rest]]) -> None:
    voices = tuple(Voice(str(number), (Measure(tuple(layer)),)) for number, layer in enumerate(layers))
    found = sonorities(Score(voices))
    ends = [later.onset for later in found[1:]]
    assert ends == [each.onset + each.duration for each in found[:-1]]
    for each in found:
        middle = each.onset + each.duration / 2
        sounding: set[int] = set()
        for layer in layers:
            now = Fraction(0)
            for event in layer:
                if isinstance(event, Chord) and now <= middle < now + event.duration:
                    sounding.update(note.pitch.midi for note in event.notes)
                now += event.duration
        assert [pitch.midi for pitch in each.pitches] == sorted(sounding)
        assert each.struck <= sounding
