"""Cadences: what two chords make, where phrases end, and pieces that state nothing."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbolic.abc import parse as read
from symbolic.analysis.cadence import cadence_of, final_cadence
from symbolic.harmony import ChordSymbol
from symbolic.key import Key
from symbolic.questions import Question, Reason
from symbolic.questions.cadence import ask, closes, grade, parse
from symbolic.score import Annotation, Event, Score
from symbolic.transform import map_events
from tests.symbolic.questions.case import Case
from tests.symbolic.questions.harmony_case import HARMONIES, titled
from tests.symbolic.strategies import SCORES


def without_labels(event: Event) -> Event | None:
    return None if isinstance(event, Annotation) else event


HALF = read(
    'X:1\nM:4/4\nL:1/4\nK:Am\n"Am"[Ace][Ace][Ace][Ace]|"Dm"[Adf][Adf] "E"[^GBe][^GBe]||'
    '"Am"[Ace]2"E7"[^GBd]2|"F"[FAc]4||'
    '"Dm"[DFA]2 [DFA]2|"Am"[A,CE]4|]'
)
CASE = Case(
    (*HARMONIES, HALF),
    st.sampled_from((HARMONIES[1], HALF)).map(
        lambda score: (score, titled(map_events(score, without_labels)))
    ),
)


@pytest.mark.parametrize(
    ("chords", "key", "kind"),
    [
        ("G7 C", "C", "authentic"),
        ("G/B C", "C", "authentic"),
        ("E7 Am", "A minor", "authentic"),
        ("E A", "A minor", "authentic"),
        ("Em Am", "A minor", None),
        ("F C", "C", "plagal"),
        ("Dm Am", "A minor", "plagal"),
        ("F/A C", "C", None),
        ("F G", "C", "half"),
        ("Dm/F E", "A minor", "half"),
        ("D7 G", "C", None),
        ("F G7", "C", None),
        ("G7 Am", "C", "deceptive"),
        ("E7 F", "A minor", "deceptive"),
        ("G7 F", "C", None),
        ("G7 C/E", "C", None),
        ("Bdim C", "C", None),
    ],
)
def test_what_two_chords_make(chords: str, key: str, kind: str | None) -> None:
    before, last = map(ChordSymbol.parse, chords.split())
    assert before is not None
    assert last is not None
    assert cadence_of(before, last, Key.parse(key)) == kind


def test_phrases_end_at_double_bars_and_at_the_end() -> None:
    assert [(close.bar, close.kind, close.final) for close in closes(HALF)] == [
        (1, "half", False),
        (3, "deceptive", False),
        (5, "plagal", True),
    ]
    asked = {ask(HALF, Random(seed)).truth for seed in range(12)}
    assert asked == {"half", "deceptive", "plagal"}


def test_phrases_end_at_fermatas_and_the_key_is_the_local_one() -> None:
    score = read(
        'X:1\nM:4/4\nL:1/4\nK:C\n"^C: I"[CEG]2 "^G: IV"[CEG]2|"^V7"[DFAc]2 "^I"!fermata![DGB] "^C: V"[DGB]|'
        '"^I"[CEG]4|[CEG][CEG][CEG][CEG]|]'
    )
    assert [(close.bar, close.kind, str(close.key)) for close in closes(score)] == [
        (1, "authentic", "G major"),
        (3, "authentic", "C major"),
    ]


def test_a_piece_that_states_nothing_is_read_from_its_notes() -> None:
    def ending(text: str) -> Question | Reason:
        return ask(read(f"X:1\nM:4/4\nL:1/4\nK:C\n[CEG][CEG][DFA][DFA]|[EGc][EGc][FAc]/[FAc]/[FAc]|{text}|]"))

    assert ending("[DGB]2 [CEG]2").truth == "authentic"
    assert ending("[FAc]2 [CEG]2").truth == "plagal"
    assert ending("[DGBf]2 [A,CEA]2").truth == "deceptive"
    assert isinstance(ending("[DGB]2 [CEF]2"), Reason)
    assert isinstance(ending("[DGB]2 C2"), Reason)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a perfect cadence", "authentic"),
        ("It is a perfect authentic cadence (PAC).", "authentic"),
        ("Interrupted", "deceptive"),
        ("an imperfect cadence", "half"),
        ("imperfect authentic", "authentic"),
        ("Phrygian half cadence", "half"),
        ("not authentic but plagal", "plagal"),
    ],
)
def test_other_names(text: str, name: str) -> None:
    assert parse(text) == name


def test_analysis_answers_it() -> None:
    for score in CASE.examples:
        asked = ask(score)
        assert isinstance(asked, Question)
        assert final_cadence(asked.score, Key.parse(asked.details["key"])) == asked.truth


def test_melodies_have_no_cadence() -> None:
    reason = ask(read('X:1\nM:4/4\nL:1/4\nK:C\n"C"CDEF|"G"GABc|"C"c4|'))
    assert isinstance(reason, Reason)
    assert reason.code == "bare-melody"
    asked = ask(HALF)
    assert isinstance(asked, Question)
    assert grade(asked, "authentic").verdict == "wrong"


@settings(max_examples=40)
@given(SCORES, st.integers(0, 3))
def test_any_score_gives_a_question_or_a_reason(score: Score, seed: int) -> None:
    assert isinstance(ask(score, Random(seed)), Question | Reason)
