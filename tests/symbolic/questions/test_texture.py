import pytest

from symbolic.abc import parse as read
from symbolic.questions import Question, Reason
from symbolic.questions.texture import ask, parse
from symbolic.score import Score
from tests.symbolic.questions.case import Case
from tests.symbolic.questions.ensembles import ACCOMPANIED, CHORALE, DISGUISED, INVENTION, REEL

CASE = Case(
    examples=[REEL, CHORALE, ACCOMPANIED, INVENTION],
    renotated=DISGUISED.filter(lambda pair: isinstance(ask(pair[0]), Question)),
)


@pytest.mark.parametrize(
    ("score", "truth"),
    [
        (REEL, "monophonic"),
        (CHORALE, "homophonic"),
        (ACCOMPANIED, "melody with accompaniment"),
        (INVENTION, "polyphonic"),
    ],
)
def test_textures(score: Score, truth: str) -> None:
    question = ask(score)
    assert isinstance(question, Question)
    assert question.truth == truth


def test_what_lies_between_is_not_asked() -> None:
    between = ask(read("X:1\nL:1/4\nM:4/4\nK:C\nV:1\ncdef|gfed|c2e2|d4|\nV:2\nC2EF|G2FE|C4-|CDEF|"))
    assert isinstance(between, Reason)
    assert between.code == "texture-unclear"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (
            "It is a melody with chordal accompaniment, i.e. an accompanied melody.",
            "melody with accompaniment",
        ),
        ("Not polyphonic: the voices are chordal.", "homophonic"),
        ("Texture: counterpoint", "polyphonic"),
        ("An unaccompanied melody", "monophonic"),
    ],
)
def test_answers_in_prose(text: str, answer: str) -> None:
    assert parse(text) == answer
