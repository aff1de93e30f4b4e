import pytest

from symbolic.abc import parse as read
from symbolic.questions import Question, Reason
from symbolic.questions.bar_count import TYPE, ask
from tests.symbolic.questions.reading_case import CASE

__all__ = ["CASE"]


@pytest.mark.parametrize(
    ("music", "count"),
    [
        ("DEFA|DEFA|DEFA|]", 3),
        ("A2|DEFA|DEFA|DEFA|]", 3),
        ("A2|DEFA|DEFA|DE|]", 3),
        ("|:DEFA|DEFA|1DEFA:|2DEFA|]", 4),
    ],
)
def test_counts_by_hand(music: str, count: int) -> None:
    question = ask(read(f"X:1\nM:4/8\nL:1/8\nK:D\n{music}"))
    assert isinstance(question, Question)
    assert question.truth == str(count)
    assert TYPE.grade(question, f"It has {count + 1} bars.").verdict == "near"
    assert TYPE.grade(question, f"It has {count + 2} bars.").verdict == "wrong"


@pytest.mark.parametrize(
    ("music", "code"),
    [
        ("DEFA|DE:|FA|DEFA|DEFA|", "uneven-bars"),
        ("DEFA|DEFA|[M:3/8]DEF|DEF|", "metre-changes"),
        ("[DF]EFA|DEFA|DEFA|", "chords"),
        ("DEFA&D4|DEFA|DEFA|", "several-voices"),
    ],
)
def test_what_can_be_counted_in_two_ways_is_not_asked(music: str, code: str) -> None:
    reason = ask(read(f"X:1\nM:4/8\nL:1/8\nK:D\n{music}"))
    assert isinstance(reason, Reason)
    assert reason.code == code
