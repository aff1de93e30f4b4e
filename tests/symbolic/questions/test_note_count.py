from random import Random

import pytest

from symbolic.abc import parse as read
from symbolic.questions import Question
from symbolic.questions.note_count import ask
from tests.symbolic.questions.reading_case import CASE, TUNES

__all__ = ["CASE"]


@pytest.mark.parametrize(
    ("music", "count"),
    [("DEFA|DEFA|", 8), ("D4-|D2E2|{c}FGAB|defg|", 10), ("A2|D2z2|DEFA|(3FGAB2|", 10)],
)
def test_counts_by_hand(music: str, count: int) -> None:
    question = ask(read(f"X:1\nM:4/8\nL:1/8\nK:D\n{music}"))
    assert isinstance(question, Question)
    assert question.truth == str(count)


@pytest.mark.parametrize("tune", TUNES)
def test_the_whole_piece_agrees_with_the_note_array(tune: str) -> None:
    score = read(tune)
    question = ask(score)
    assert isinstance(question, Question)
    assert int(question.truth) == len(score.note_array())


@pytest.mark.parametrize("seed", range(12))
def test_some_bars(seed: int) -> None:
    score = read("X:1\nM:2/4\nL:1/8\nK:C\n" + "|".join("c4 c2c2 cccc c2cc".split() * 2) + "|")
    question = ask(score, Random(seed))
    assert isinstance(question, Question)
    first, last = question.details["first_bar"], question.details["last_bar"]
    assert int(question.truth) == sum(([1, 2, 4, 3] * 2)[first - 1 : last])
