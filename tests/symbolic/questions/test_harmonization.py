"""Harmonisation: only the melody is shown, and the truth is what the score states."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbolic.abc import parse as read
from symbolic.questions import Question, Reason
from symbolic.questions.harmonization import ask
from tests.symbolic.questions.case import Case
from tests.symbolic.questions.harmony_case import CHORALE, WALTZ, changed, other_symbols
from tests.symbolic.strategies import SCORES

LEAD_SHEET = read(
    'X:9\nM:6/8\nL:1/8\nK:D\nA|"D"d2f edB|"G"B2G "A7"ABc|"D"d2f "Bm"edB|"Em"efe "A7"ABc|"D"d3 d2|]'
)
CASE = Case((LEAD_SHEET, read(CHORALE), read(WALTZ)), changed(other_symbols).filter(lambda pair: "[" not in
            pair[0].to_abc().split("V:2")[1]))  # fmt: skip


def test_a_lead_sheet() -> None:
    asked = ask(LEAD_SHEET)
    assert isinstance(asked, Question)
    assert asked.truth == "D:maj | G:maj A:7 | D:maj B:min | E:min A:7 | D:maj"
    assert '"' not in asked.prompt.removeprefix(asked.instruction)


def test_the_accompaniment_is_hidden() -> None:
    asked = ask(read(WALTZ), Random(1))
    assert isinstance(asked, Question)
    assert asked.score is not None
    assert len(asked.score.voices) == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("CDEF|GABc|c4|CDEF|", "no-harmony"),
        ('"C"[CE][DF][EG][FA]|"G"[GB][Ac][GB][Ac]|"C"[CE]4|', "no-melody"),
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
