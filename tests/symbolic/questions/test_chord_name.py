"""The chord on a beat: what is exactly a chord, and how it may be named."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbolic.abc import parse as read
from symbolic.analysis.chord_grid import chord_name
from symbolic.analysis.exact_chords import chord_at
from symbolic.questions import Question, Reason
from symbolic.questions.chord_name import ask, grade, parse, same_chord
from tests.symbolic.questions.case import Case
from tests.symbolic.questions.harmony_case import HARMONIES, changed, other_symbols
from tests.symbolic.strategies import SCORES

SEVENTHS = read(
    "X:1\nM:2/4\nL:1/4\nK:C\n[B,DFG]z|[CE][DF]|[C_E^FA]z|[C^D^FA][^CF]|[CEA]z|[CEGA][CE]|[CE^G]z|[CEG_B][CE]|[FAce]2|"
)
CASE = Case((*HARMONIES, SEVENTHS), changed(other_symbols))


def test_every_exact_chord_can_be_drawn_and_nothing_else() -> None:
    drawn = {}
    for seed in range(60):
        asked = ask(SEVENTHS, Random(seed))
        assert isinstance(asked, Question)
        drawn[asked.details["bar"]] = asked.truth
    # C Eb F# A is no dim7 in thirds from any of its notes but F#: F# A C Eb; C D# F# A is D# F# A C
    assert drawn == {
        1: "G:7",
        3: "F#:dim7",
        4: "D#:dim7",
        5: "A:min",
        6: "A:min7",
        7: "C:aug",
        8: "C:7",
        9: "F:maj7",
    } or (6 not in drawn)
    assert 2 not in drawn


def test_analysis_answers_it() -> None:
    for score in CASE.examples:
        for seed in range(5):
            asked = ask(score, Random(seed))
            assert isinstance(asked, Question)
            found = chord_at(asked.score, asked.details["measure"], asked.details["beat"])
            assert chord_name(found) == asked.truth


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Am", "A:min"),
        ("A", "A:maj"),
        ("It is an A minor chord.", "A:min"),
        ("The notes are C, E and G. The chord is C.", "C:maj"),
        ("F-sharp half-diminished seventh", "F#:hdim7"),
        ("**D:min7/b3**", "D:min7"),
        ("B♭7 (B flat dominant seventh)", "Bb:7"),
        ("not Am but C major seventh", "C:maj7"),
    ],
)
def test_names_in_prose(text: str, name: str) -> None:
    assert parse(text) == name


@pytest.mark.parametrize("text", ["", "a chord", "I am not sure", "A chord of some kind"])
def test_texts_without_a_name(text: str) -> None:
    assert parse(text) is None


def test_credit() -> None:
    asked = ask(SEVENTHS)
    assert isinstance(asked, Question)
    assert asked.truth == "G:7"
    assert grade(asked, "G").credit == 0.5
    assert grade(asked, "G7/B").verdict == "right"
    assert grade(asked, "Gm7").verdict == "wrong"
    assert same_chord("C:aug", "E:aug")
    assert same_chord("F#:dim7", "C:dim7")
    assert not same_chord("C:maj6", "A:min7")


@pytest.mark.parametrize(
    ("text", "code"),
    [("CDEF|GABc|", "bare-melody"), ("[CD]4|[CD]4|[CD][CD][CD][CD]|[CD][CD][CD][CD]|", "no-exact-chord")],
)
def test_scores_that_cannot_be_asked(text: str, code: str) -> None:
    reason = ask(read("X:1\nM:4/4\nL:1/4\nK:C\n" + text))
    assert isinstance(reason, Reason)
    assert reason.code == code


@settings(max_examples=40)
@given(SCORES, st.integers(0, 3))
def test_any_score_gives_a_question_or_a_reason(score, seed) -> None:
    assert isinstance(ask(score, Random(seed)), Question | Reason)
