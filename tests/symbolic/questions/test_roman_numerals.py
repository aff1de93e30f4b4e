"""Roman numerals: truths in one key, spellings, and what partial answers earn."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbolic.abc import parse as read
from symbolic.analysis.roman_numerals import roman_answer
from symbolic.key import Key
from symbolic.questions import Question, Reason
from symbolic.questions.roman_numerals import ask, grade, parse
from symbolic.score import Annotation, ChordSymbol, Event
from tests.symbolic.questions.case import Case
from tests.symbolic.questions.harmony_case import HARMONIES, changed
from tests.symbolic.strategies import SCORES


def other_numerals(event: Event) -> Event | None:
    """Symbols go and every degree becomes another; keys stay, which the wording names."""
    if isinstance(event, ChordSymbol):
        return None
    if isinstance(event, Annotation):
        key, colon, _ = event.text.rpartition(": ")
        return Annotation(f"{key}{colon}IV6")
    return event


CASE = Case(HARMONIES, changed(other_numerals))


def question(number: int) -> Question:
    asked = ask(HARMONIES[number])
    assert isinstance(asked, Question)
    return asked


def test_truths_stay_in_one_key() -> None:
    assert (question(0).truth, question(0).details["key"]) == ("I I ii65 V7 | I", "C major")
    assert question(1).truth == "i | iv iv V7 | VI | iio6 | V | i"
    lines = {
        (ask(HARMONIES[2], Random(seed)).truth, ask(HARMONIES[2], Random(seed)).details["key"])
        for seed in range(9)
    }
    assert lines == {("I | IV | V7 | I", "G major"), ("IV | V7 | I", "D major"), ("IV | I", "G major")}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("I - V6/5 - vi", "I | V65 | vi"),
        ("m. 1: I V2\nm. 2: I6", "I V42 | I6"),
        ("| I | ii/o6/5 V7 | i |", "I | iiø65 V7 | i"),
        ("In C: I | viio7/V | V", "I | viio7/V | V"),
        ("Answer: I IV | V", "I IV | V"),
        ("I, IV, V7, I", "I | IV | V7 | I"),
    ],
)
def test_many_ways_to_write_numerals(text: str, line: str) -> None:
    assert parse(text) == line


def test_partial_answers() -> None:
    asked = question(1)  # six bars of three quarters: i | iv iv V7 | VI | iio6 | V | i
    graded = grade(asked, "i | iv iv V7 | VI | iio | V7 | III")
    assert graded.verdict == "near"
    assert graded.scores["numeral"] == pytest.approx(3 / 6)
    assert graded.scores["inversion"] == pytest.approx(5 / 6)
    assert graded.scores["root"] == pytest.approx(5 / 6)
    assert graded.scores["quality"] == pytest.approx(4 / 6)
    assert grade(asked, asked.truth.replace("iio6", "ii°6")).verdict == "right"


def test_analysis_answers_it() -> None:
    for number in range(3):
        asked = question(number)
        answer = roman_answer(asked.score, Key.parse(asked.details["key"]))
        assert grade(asked, answer).scores["root"] > 0.6, (asked.truth, answer)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('"C"[CE][DF][EG][FA]|"G"[GB][Ac][GB][Ac]|"C"[CE]4|', "no-analysis"),
        ('"^V"[CE][DF][EG][FA]|"^I"[GB][Ac][GB][Ac]|[CE]4|', "no-analysis"),
        ('"^C: I"CDEF|"^V"GABc|"^I"c4|', "bare-melody"),
    ],
)
def test_scores_that_cannot_be_asked(text: str, code: str) -> None:
    reason = ask(read("X:1\nM:4/4\nL:1/4\nK:C\n" + text))
    assert isinstance(reason, Reason)
    assert reason.code == code


@settings(max_examples=40)
@given(SCORES, st.integers(0, 3))
def test_any_score_gives_a_question_or_a_reason(score, seed) -> None:
    assert isinstance(ask(score, Random(seed)), Question | Reason)
