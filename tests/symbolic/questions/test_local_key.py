"""Local keys: passages by analysis and by signature."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbolic.abc import parse as read
from symbolic.questions import Question, Reason
from symbolic.questions.local_key import ask, grade, passages
from symbolic.score import Annotation, ChordSymbol, Event
from tests.symbolic.questions.case import Case
from tests.symbolic.questions.harmony_case import WALTZ, changed
from tests.symbolic.strategies import SCORES

SIGNED = read("X:1\nM:2/4\nL:1/8\nK:D\n|:DEFG|AGFE|D2A2|d4:|\n[K:Bm]BcdB|f2B2|[K:Bm]edcB|[M:2/4][K:Bm]B4|]")


def other_keys(event: Event) -> Event | None:
    """Every key of the analysis becomes one on another tonic, in the other mode; symbols go."""
    if isinstance(event, ChordSymbol):
        return None
    if isinstance(event, Annotation) and ":" in event.text:
        names = {"C": "e", "G": "b", "D": "f#", "a": "F"}
        return Annotation(f"{names[event.text.split(':')[0]]}: i")
    return event


TWO_KEYS = read(WALTZ)
CASE = Case((TWO_KEYS, SIGNED), changed(other_keys).filter(lambda pair: isinstance(ask(pair[0]), Question)))


def test_by_analysis() -> None:
    assert [(found.first, found.stop, str(found.key)) for found in passages(TWO_KEYS)] == [
        (0, 4, "G major"),
        (4, 7, "D major"),
        (7, 9, "G major"),
    ]
    asked = ask(TWO_KEYS)
    assert isinstance(asked, Question)
    assert (asked.truth, asked.details["first_bar"], asked.details["last_bar"]) == ("D major", 5, 7)
    assert asked.distractors[0] == "G major"
    assert "K:none" in asked.prompt
    assert grade(asked, "D").verdict == "right"
    assert grade(asked, "B minor").credit == 0.3


def test_by_signature() -> None:
    asked = ask(SIGNED)
    assert isinstance(asked, Question)
    assert (asked.truth, asked.details["first_bar"]) == ("B minor", 5)
    assert "[K:" not in asked.prompt


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("K:C\nCDEF|GABc|c4|", "one-key"),
        ("K:C\nCDEF|GABc|[K:G]c4|", "one-key"),
        ("K:C\nCDEF|GABc|[K:HP]cdef|gfed|", "one-key"),
    ],
)
def test_scores_that_cannot_be_asked(text: str, code: str) -> None:
    reason = ask(read("X:1\nM:4/4\nL:1/4\n" + text))
    assert isinstance(reason, Reason)
    assert reason.code == code


@settings(max_examples=40)
@given(SCORES, st.integers(0, 3))
def test_any_score_gives_a_question_or_a_reason(score, seed) -> None:
    assert isinstance(ask(score, Random(seed)), Question | Reason)
