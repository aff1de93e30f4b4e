from random import Random

import pytest

from symbolic.abc import parse as read
from symbolic.questions import Question, Reason
from symbolic.questions.scale_degree import ask, parse
from tests.symbolic.questions.reading_case import CASE

__all__ = ["CASE"]

SCALE = "X:1\nM:2/4\nL:1/4\nK:{}\n{}|{}|{}|{}|{}|{}|{}|{}|"


@pytest.mark.parametrize(
    ("key", "scale"), [("D", "DEFGABcd"), ("Bm", "BcdefgaB"), ("Ab", "ABcdefga"), ("Edor", "EFGABcde")]
)
@pytest.mark.parametrize("seed", range(8))
def test_the_scale_of_a_key_counts_from_one(key: str, scale: str, seed: int) -> None:
    score = read(SCALE.format(key, *(letter * 2 for letter in scale)))
    question = ask(score, Random(seed))
    assert isinstance(question, Question)
    assert int(question.truth) == (question.details["bar"] - 1) % 7 + 1


def test_chromatic_notes_are_not_asked() -> None:
    reason = ask(read("X:1\nM:2/4\nL:1/4\nK:C\n^c^c|^c^c|^d^d|^d^d|^f^f|"))
    assert isinstance(reason, Reason)
    assert reason.code == "chromatic"


@pytest.mark.parametrize(
    ("text", "degree"),
    [("5", "5"), ("the fifth degree", "5"), ("It is the leading tone.", "7"), ("Dominant", "5"),
     ("the subdominant", "4"), ("^3", "3"), ("8", None), ("scale", None)],
)  # fmt: skip
def test_parse(text: str, degree: str | None) -> None:
    assert parse(text) == degree
