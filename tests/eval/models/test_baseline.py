from collections import Counter

import pytest

from eval.models.baseline import build, majority, names
from symbolic.abc import parse
from symbolic.questions import question_type
from symbolic.tunes import manifest
from tests.eval.conftest import abc


@pytest.mark.parametrize(("task", "field"), [("key", "key"), ("time-signature", "meter")])
def test_majority_is_that_of_the_training_split(task: str, field: str) -> None:
    counts = Counter(getattr(entry, field) for entry in manifest() if entry.split == "train")
    (top, most), (second, _) = [pair for pair in counts.most_common(3) if pair[0]][:2]
    assert majority(task) == top
    assert most > counts[second]


@pytest.mark.parametrize("task", ["key", "time-signature"])
def test_every_method_answers_in_the_form_that_is_graded(task: str) -> None:
    kind = question_type(task)
    question = kind.ask(parse(abc("G").replace("C6|", "G6|")))
    for name in names(task):
        (text,) = build(name, task).answers([question])
        assert kind.parse(text) == text


def test_a_task_without_methods() -> None:
    assert names("no such task") == ("majority",)
