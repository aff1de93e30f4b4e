import pytest

from symbolic.abc import parse as read
from symbolic.analysis.structure import section_starts
from symbolic.questions import Question
from symbolic.questions.sections import ask, grade, parse
from tests.symbolic.questions.case import Case
from tests.symbolic.questions.form_case import HEAD, A, B, C
from tests.symbolic.questions.test_structure import CASE as STRUCTURE

LONG = read(f"{HEAD}|:{A[:-1]}:|\n{C}{B[:-1]}|]\n")
CASE = Case(examples=[*STRUCTURE.examples, LONG], renotated=STRUCTURE.renotated)


def test_sections_of_unequal_length() -> None:
    question = ask(LONG)
    assert isinstance(question, Question)
    assert question.truth == "9 17"
    assert question.details["bars"] == 32


def test_analysis_finds_them_in_what_is_shown() -> None:
    question = ask(STRUCTURE.examples[0])
    assert isinstance(question, Question)
    assert question.score is not None
    assert section_starts(question.score) == [0, 32, 64, 96]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("9 17 25", "9 17 25"),
        ("bars 9, 17, and 25", "9 17 25"),
        ("Sections start in bar 9, bar 17 and bar 25.", "9 17 25"),
        ("New sections: bars 9-16, 17-24 and 25-32", "9 17 25"),
        ("Bars 9 and 17. The tune has 32 bars in all.", "9 17"),
        ("In 4/4 time. Answer: 5", "5"),
        ("measures 9th, 17th", "9 17"),
        ("I cannot say", None),
        ("It has 32 bars.", None),
    ],
)
def test_parse(text: str, found: str | None) -> None:
    assert parse(text) == found


def test_f1_is_the_credit() -> None:
    question = ask(STRUCTURE.examples[0])
    assert isinstance(question, Question)
    graded = grade(question, "bars 9 and 18")
    assert graded.verdict == "near"
    assert graded.credit == graded.scores["boundary_f1"] == pytest.approx(2 / 5)
    assert graded.scores["precision"] == pytest.approx(1 / 2)
    assert graded.scores["recall"] == pytest.approx(1 / 3)
