import pytest

from eval.metrics import Outcome
from eval.registry import TASKS, Task
from symbolic.abc import parse
from symbolic.questions import Question, question_type
from tests.eval.conftest import abc
from tests.symbolic.questions.test_all_types import SCORE_TASKS, questions_of


def outcome(task: str, truth: str, text: str) -> Outcome:
    kind = question_type(task)
    question = kind.ask(parse(abc()), truth=truth)
    assert isinstance(question, Question)
    return Outcome(question.truth, kind.grade(question, text))


def values(task: str, truth: str, text: str) -> dict[str, float]:
    return {metric.name: metric.function(outcome(task, truth, text)) for metric in TASKS[task].metrics}


@pytest.mark.parametrize("task", [TASKS[name] for name in SCORE_TASKS], ids=lambda task: task.name)
def test_the_truth_is_worth_one_and_silence_nothing(task: Task) -> None:
    kind, questions = question_type(task.name), questions_of(task.name)
    perfect = [Outcome(asked.truth, kind.grade(asked, asked.truth)) for asked in questions]
    silent = [Outcome(asked.truth, kind.grade(asked, "")) for asked in questions]
    for metric in task.metrics:
        assert metric.estimate(perfect).value == 1, metric.name
        assert metric.estimate(silent).value == 0, metric.name


@pytest.mark.parametrize(
    ("task", "names"),
    [
        ("key", ["accuracy", "tonic_accuracy", "mirex", "answered"]),
        ("time-signature", ["accuracy", "class_accuracy", "answered"]),
        ("interval", ["accuracy", "credit", "answered"]),
    ],
)
def test_metric_names_are_those_agreed(task: str, names: list[str]) -> None:
    assert [metric.name for metric in TASKS[task].metrics] == names


@pytest.mark.parametrize(
    ("truth", "text", "expected"),
    [
        ("D major", "D minor", (0, 1, 0.2, 1)),
        ("D major", "B minor", (0, 0, 0.3, 1)),
        ("D major", "A major", (0, 0, 0.5, 1)),
        ("D major", "G major", (0, 0, 0, 1)),
        ("Gb major", "F# major", (1, 1, 1, 1)),
        ("D major", "hm", (0, 0, 0, 0)),
    ],
)
def test_key(truth: str, text: str, expected: tuple[float, ...]) -> None:
    assert tuple(values("key", truth, text).values()) == expected


@pytest.mark.parametrize(
    ("truth", "text", "expected"),
    [
        ("4/4", "2/2", (0, 1, 1)),
        ("4/4", "6/8", (0, 0, 1)),
        ("4/4", "common time", (1, 1, 1)),
        ("4/4", "", (0, 0, 0)),
    ],
)
def test_time_signature(truth: str, text: str, expected: tuple[float, ...]) -> None:
    assert tuple(values("time-signature", truth, text).values()) == expected
