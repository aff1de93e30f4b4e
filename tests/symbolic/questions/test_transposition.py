from random import Random

import pytest

from symbolic.abc import parse as read
from symbolic.pitch import Interval
from symbolic.questions import Question, Reason
from symbolic.questions.transposition import ask, grade
from symbolic.timeline import sounding_notes
from tests.symbolic.questions.case import Case
from tests.symbolic.questions.form_case import HEAD, MELODIES, marked

CASE = Case(examples=[read(tune) for tune in MELODIES], renotated=marked())
TUNE = "X:1\nM:2/4\nL:1/8\nK:D\nDF^GA|d2 cd|e4|]"


def question_of(text: str) -> Question:
    question = ask(read(text))
    assert isinstance(question, Question), question
    return question


def test_up_a_major_second() -> None:
    question = question_of(TUNE)
    assert question.truth == "EG ^AB|e2 de|"
    assert "from D major to E major" in question.wording
    assert "K:E and L:1/8" in question.answer_format


@pytest.mark.parametrize("tune", MELODIES)
@pytest.mark.parametrize("seed", range(8))
def test_every_note_moves_by_the_interval(tune: str, seed: int) -> None:
    question = ask(read(tune), Random(seed))
    assert isinstance(question, Question)
    assert question.score is not None
    interval = Interval.parse(question.details["interval"])
    field, unit = question.answer_format.split("K:")[1].rstrip(".").split(" and L:")
    answer = read(f"X:1\nM:{question.score.meter}\nL:{unit}\nK:{field}\n{question.truth}\n")
    expected = [note.pitch.transpose(interval) for note in sounding_notes(question.score)]
    assert [note.pitch for note in sounding_notes(answer)] == expected
    for wrong in question.distractors:
        assert grade(question, wrong).credit == 0


@pytest.mark.parametrize(
    ("text", "verdict", "credit"),
    [
        ("EG^AB|e2de|", "right", 1),
        ("| E G ^A B | e2 d e |", "right", 1),
        ("K:E\nL:1/8\nEG^AB|e2 de|", "right", 1),
        ("The answer is `EG^AB|e2 de|`.", "right", 1),
        ("It becomes E G A# B, so:\n```abc\nEG^AB | e2 de |]\n```", "right", 1),
        ("EG_B=B|e2 de|", "near", 0.5),
        ("EGAB|e2 de|", "wrong", 0),
        ("EG^AB|e2 d2|", "wrong", 0),
        ("EG^AB|", "wrong", 0),
        ("It goes up a tone.", "none", 0),
    ],
)
def test_graded_by_what_sounds(text: str, verdict: str, credit: float) -> None:
    graded = grade(question_of(TUNE), text)
    assert (graded.verdict, graded.credit) == (verdict, credit)


def test_sub_scores_say_what_is_wrong() -> None:
    scores = grade(question_of(TUNE), "EGAB|e2 de|").scores
    assert (scores["pitch"], scores["rhythm"]) == (pytest.approx(6 / 7), 1)


@pytest.mark.parametrize(
    ("text", "code"),
    [(f"{HEAD}C8|D8|E8|F8|G8|A8|B8|c8|", "no-passage"), (TUNE.replace("K:D", "K:none") + "ABcd|", "no-key")],
)
def test_reasons(text: str, code: str) -> None:
    reason = ask(read(text))
    assert isinstance(reason, Reason)
    assert reason.code == code
