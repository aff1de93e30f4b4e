from itertools import pairwise
from random import Random

import pytest

from symbolic.abc import parse as read
from symbolic.questions import Question, Reason
from symbolic.questions.bars import numbered
from symbolic.questions.snippets import notes_of
from symbolic.questions.wrong_bar import ask
from tests.symbolic.questions.case import Case
from tests.symbolic.questions.form_case import HEAD, MELODIES, marked

CASE = Case(examples=[read(tune) for tune in MELODIES], renotated=marked())


@pytest.mark.parametrize("tune", MELODIES)
@pytest.mark.parametrize("seed", range(25))
def test_the_error_can_be_proved_and_no_other_bar_has_one(tune: str, seed: int) -> None:
    score = read(tune)
    question = ask(score, Random(seed))
    assert isinstance(question, Question)
    assert question.score is not None
    bars = numbered(question.score)
    full = score.meter.bar_quarters
    inner = bars[1:-1]
    signature = score.key.signature
    kind = question.details["kind"]
    uneven = [number for number, bar in inner if bar.duration != full]
    foreign = [
        number
        for number, bar in bars
        for note in notes_of([bar])
        if note.pitch.alter != signature[note.pitch.step]
    ]
    notes = [(number, note) for number, bar in bars for note in notes_of([bar])]
    leaps = [one[0] for one, two in pairwise(notes) if abs(one[1].pitch.midi - two[1].pitch.midi) >= 10]
    assert kind in {"long", "short", "key", "octave"}
    if kind in {"long", "short"}:
        assert [str(number) for number in uneven] == [question.truth]
    else:
        assert not uneven
        found = foreign if kind == "key" else leaps
        assert {str(number) for number in found} == {question.truth}


def test_every_kind_is_planted() -> None:
    questions = [ask(read(MELODIES[2]), Random(seed)) for seed in range(40)]
    kinds = {question.details["kind"] for question in questions if isinstance(question, Question)}
    assert kinds == {"long", "short", "key", "octave"}


def test_unclean_tunes_are_left_alone() -> None:
    for body, code in (
        ("CDEF GABc|cBAG FEDC|C8|CDEF G2|", "uneven-bars"),
        ("CDEF GABc|cBAG FEDC|C8|", "too-few-bars"),
        ("^C8|_D8|E8|F8|G8|A8|B8|^c8|", "no-place"),
    ):
        reason = ask(read(HEAD + body))
        assert isinstance(reason, Reason)
        assert reason.code == code
