from fractions import Fraction
from random import Random

import pytest

from symbolic.abc import parse as read
from symbolic.questions import Question, Reason
from symbolic.questions.bars import numbered
from symbolic.questions.completion import LENGTHS, ask, parse
from symbolic.questions.snippets import unit_of
from tests.symbolic.questions.case import Case
from tests.symbolic.questions.form_case import HEAD, MELODIES, marked

CASE = Case(examples=[read(tune) for tune in MELODIES], renotated=marked())


@pytest.mark.parametrize("tune", MELODIES)
@pytest.mark.parametrize("seed", range(12))
def test_the_answer_follows_by_adding_up(tune: str, seed: int) -> None:
    score = read(tune)
    question = ask(score, Random(seed))
    assert isinstance(question, Question)
    assert question.score is not None
    full = score.meter.bar_quarters
    bars = dict(numbered(question.score))
    spoiled = bars[question.details["bar"]]
    if question.truth in LENGTHS:
        assert full - spoiled.duration == Fraction(question.truth) * 4
        return
    unit = unit_of(question.score)
    head = f"X:1\nM:{score.meter}\nL:{unit / 4}\nK:C\n"
    lasting = [read(f"{head}{option}\n").voices[0].measures[0].duration for option in question.options]
    assert [length == full for length in lasting] == [option == question.truth for option in question.options]
    assert spoiled.duration == full


def test_a_removed_note() -> None:
    question = ask(read(f"{HEAD}CDEF GABc|c2B2 A2G2|c2B2 A2G2|C8|\n"))
    assert isinstance(question, Question)
    assert question.truth == "1/4"
    assert question.distractors[:2] == ("3/16", "3/8")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("An eighth note is missing.", "1/8"),
        ("a dotted quarter", "3/8"),
        ("1/16", "1/16"),
        ("Bar 3 lasts 5/2 quarter notes, so a crotchet. Answer: 1/4", "1/4"),
        ("semiquaver", "1/16"),
        ("ABcd|", "ABcd|"),
        ("I am not sure", None),
    ],
)
def test_parse(text: str, found: str | None) -> None:
    assert parse(text) == found


def test_bars_of_one_note_are_not_spoiled() -> None:
    reason = ask(read(f"{HEAD}C8|D8|E8|F8|G8|A8|B8|c8|\n"))
    assert isinstance(reason, Reason)
    assert reason.code == "no-place"
