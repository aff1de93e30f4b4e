import json
from random import Random

import pytest

from symbolic.errors import SymbolicError
from symbolic.questions import multiple_choice
from symbolic.questions.records import from_record, to_record
from tests.symbolic.questions.test_all_types import SCORE_TASKS, questions_of


@pytest.mark.parametrize("task", SCORE_TASKS)
def test_a_question_comes_back_from_its_line(task: str) -> None:
    for question in questions_of(task)[:4]:
        forms = [question]
        if question.distractors and not question.options:
            forms.append(multiple_choice(question, Random(1)))
        for form in forms:
            found = from_record(json.loads(json.dumps(to_record(form))))
            assert found.prompt == form.prompt
            assert (found.truth, found.options, found.answers) == (form.truth, form.options, form.answers)
            assert found.long_answer == form.long_answer
            assert json.dumps(to_record(found)) == json.dumps(to_record(form))


GOOD = {"id": "q", "task": "theory", "abc": None, "answer": "D", "question": "Which note follows C?"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"answer": 3}, '"answer" must be a string'),
        ({"question": None}, '"question" must be a string'),
        ({"options": "AB"}, '"options" must be a list'),
        ({"options": ["E", "F"]}, "hold the truth"),
        ({"details": []}, '"details" must be an object'),
        ({"abc": 5}, '"abc" must be'),
        ({"abc": "no music"}, "no tune|no music|X:"),
        ({"distractors": ["D"]}, "must not hold the truth"),
    ],
)
def test_a_bad_line_is_told(change: dict[str, object], message: str) -> None:
    assert from_record(GOOD).truth == "D"
    with pytest.raises(SymbolicError, match=message):
        from_record(GOOD | change)
