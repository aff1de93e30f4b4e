"""What the analysis baseline answers, task by task."""

from dataclasses import replace

import pytest

from eval.models.analysis import ANALYSES
from eval.models.answers.showing import shown
from eval.registry import TASKS
from symbolic.questions import Question, question_type
from tests.symbolic.questions.test_all_types import SCORE_TASKS, questions_of

COMPUTED = (
    "interval", "scale-degree", "bar-count", "note-count", "highest-note", "voices", "returns", "motif",
    "completion", "transposition", "wrong-bar",
)  # fmt: skip
"""Tasks whose truth is computed from the notes that are shown."""


@pytest.mark.parametrize("task", [task for task in SCORE_TASKS if task in ANALYSES])
def test_every_analysis_gives_an_answer_that_can_be_read(task: str) -> None:
    kind = question_type(task)
    for question in questions_of(task):
        assert kind.grade(question, ANALYSES[task](question)).verdict != "none"


@pytest.mark.parametrize("task", COMPUTED)
def test_what_is_computed_from_the_notes_is_right(task: str) -> None:
    kind = question_type(task)
    for question in questions_of(task):
        assert kind.grade(question, ANALYSES[task](question)).verdict == "right"


@pytest.mark.parametrize("task", [task for task in SCORE_TASKS if task in ANALYSES])
def test_no_analysis_looks_at_the_truth(task: str) -> None:
    for question in questions_of(task)[:3]:
        hidden = replace(
            question,
            truth="?",
            explanation="",
            distractors=(),
            options=question.options and ("?", *question.options),
        )
        found, anew = ANALYSES[task](question), ANALYSES[task](hidden)
        assert found == anew


def test_every_task_but_theory_has_an_analysis() -> None:
    assert set(ANALYSES) == set(TASKS) - {"theory"}


def test_a_question_without_score_is_refused() -> None:
    with pytest.raises(ValueError, match="shows no score"):
        shown(Question("q", "theory", "Which?", "", None, "C"))
