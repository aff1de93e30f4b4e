from random import Random

import pytest

from symbolic.abc import parse as read
from symbolic.pitch import Pitch
from symbolic.questions import Question
from symbolic.questions.highest_note import ask, grade, parse
from symbolic.questions.reading import counted_bars
from tests.symbolic.questions.reading_case import CASE, TUNES

__all__ = ["CASE"]


@pytest.mark.parametrize("tune", TUNES)
@pytest.mark.parametrize("seed", range(10))
def test_no_note_of_the_bars_lies_beyond(tune: str, seed: int) -> None:
    score = read(tune)
    question = ask(score, Random(seed))
    assert isinstance(question, Question)
    bars = counted_bars(score)
    first, last = question.details["first_bar"], question.details["last_bar"]
    whole = (first, last) == (1, len(bars))
    midis = [note.pitch.midi for note in (*(bars.upbeat if whole else ()), *bars.numbered(first, last))]
    extreme = max if question.details["extreme"] == "highest" else min
    assert Pitch.parse(question.truth).midi == extreme(midis)
    assert question.details["extreme"] in question.wording


def test_the_signature_is_applied() -> None:
    question = ask(read("X:1\nM:4/4\nL:1/4\nK:D\nDEFA|ABcf|dAFD|"))
    assert isinstance(question, Question)
    assert question.truth == "F#5"
    assert "F5" in question.distractors


@pytest.mark.parametrize(
    ("text", "verdict"),
    [("F#5", "right"), ("Gb5", "right"), ("It is F sharp 5.", "right"), ("The highest is F#", "near"),
     ("F#4", "near"), ("F5", "wrong"), ("no idea", "none")],
)  # fmt: skip
def test_grades(text: str, verdict: str) -> None:
    question = ask(read("X:1\nM:4/4\nL:1/4\nK:D\nDEFA|ABcf|dAFD|"))
    assert grade(question, text).verdict == verdict


def test_the_stated_note_counts() -> None:
    assert parse("The notes are D5, A5 and B5; the highest is B5") == "B5"
