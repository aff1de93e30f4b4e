from random import Random

import pytest

from symbolic.abc import parse as read
from symbolic.questions import Question, Reason
from symbolic.questions.returns import ask, grade, parse
from tests.symbolic.questions.case import Case
from tests.symbolic.questions.form_case import HEAD, MELODIES, REEL, marked

CASE = Case(examples=[read(tune) for tune in MELODIES], renotated=marked())


def test_bars_equal_note_for_note() -> None:
    question = ask(read(REEL))
    assert isinstance(question, Question)
    assert (question.truth, question.details["bar"]) == ("3 5 7", 1)


@pytest.mark.parametrize("seed", range(30))
def test_the_bars_named_sound_alike(seed: int) -> None:
    question = ask(read(REEL), Random(seed))
    assert isinstance(question, Question)
    bars = REEL.split("K:Ador\n")[1].split("|")
    first, width = question.details["bar"], question.details["width"]
    others = [int(bar) for bar in question.truth.split()] if question.truth != "none" else []
    same = [start for start in range(1, 18 - width) if bars[start - 1 :][:width] == bars[first - 1 :][:width]]
    assert others == [start for start in same if start != first]


def test_upbeats_and_rhythm() -> None:
    text = "X:1\nM:2/4\nL:1/8\nK:D\nA2|DFAF|D2FA|DF2A|DFAF|D4|]"
    question = ask(read(text))
    assert isinstance(question, Question)
    assert (question.details["bar"], question.truth) == (1, "4")


def test_two_voices_must_both_return() -> None:
    text = f"{HEAD}V:1\nCDEF GABc|CDEF GABc|CDEF GABc|\nV:2\nC8|D8|C8|\n"
    question = ask(read(text))
    assert isinstance(question, Question)
    assert question.truth == "3"


@pytest.mark.parametrize(
    ("text", "code"),
    [("CDEF GABc|DEFG ABcd|", "nothing-returns"), ("CDEF GABc|CDEF G2|CDEF GABc|c8|", "uneven-bars")],
)
def test_reasons(text: str, code: str) -> None:
    reason = ask(read(HEAD + text))
    assert isinstance(reason, Reason)
    assert reason.code == code


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("5, 9", "5 9"),
        ("bars 5-7", "5 6 7"),
        ("nowhere", "none"),
        ("It does not return.", "none"),
        ("It returns in bar 5 and bar 13", "5 13"),
        ("I do not know", None),
    ],
)
def test_parse(text: str, found: str | None) -> None:
    assert parse(text) == found


def test_none_against_bars() -> None:
    question = ask(read(REEL))
    assert isinstance(question, Question)
    assert grade(question, "none").verdict == "wrong"
    assert grade(question, "3").credit == pytest.approx(1 / 2)
