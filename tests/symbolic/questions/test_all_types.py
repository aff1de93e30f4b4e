"""Laws that hold for every type of question; each type's own module brings the scores (`CASE`)."""

from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from symbolic.abc import read_tune
from symbolic.key import Key
from symbolic.pitch import Pitch
from symbolic.questions import TASKS, Question, Reason, multiple_choice, question_type
from symbolic.score import Event, Note, Score, Voice
from symbolic.transform import map_events
from tests.symbolic.questions.case import Case

SCORE_TASKS = [task for task in TASKS if task != "theory"]
SEEDS = range(6)


def case_of(task: str) -> Case:
    found: Case = import_module(f"tests.symbolic.questions.test_{task.replace('-', '_')}").CASE
    return found


def questions_of(task: str) -> list[Question]:
    """Questions about the examples: the plain one, and some drawn at random."""
    kind = question_type(task)
    asked = [
        kind.ask(score, rng, id=f"{index}")
        for index, score in enumerate(case_of(task).examples)
        for rng in (None, *map(Random, SEEDS))
    ]
    assert all(isinstance(question, Question) for question in asked), asked
    return [question for question in asked if isinstance(question, Question)]


@pytest.mark.parametrize("task", SCORE_TASKS)
def test_the_answers_notation_leaves_no_trace(task: str) -> None:
    kind = question_type(task)

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case_of(task).renotated, st.integers(0, 3))
    def law(pair: tuple[Score, Score], seed: int) -> None:
        one, other = (kind.ask(score, Random(seed)) for score in pair)
        assert isinstance(one, Question), one
        assert isinstance(other, Question), other
        assert one.prompt == other.prompt

    law()


@pytest.mark.parametrize("task", SCORE_TASKS)
def test_examples_differ_in_their_truths(task: str) -> None:
    plain = [question_type(task).ask(score) for score in case_of(task).examples]
    assert len({question.truth for question in plain if isinstance(question, Question)}) > 1


@pytest.mark.parametrize("task", SCORE_TASKS)
def test_the_truth_is_right_however_it_is_written(task: str) -> None:
    kind = question_type(task)
    for question in questions_of(task):
        for text in (*kind.spellings(question.truth), question.short_answer, question.long_answer):
            grade = kind.grade(question, text)
            assert (grade.verdict, grade.credit) == ("right", 1.0), (question.truth, text, grade)


@pytest.mark.parametrize("task", SCORE_TASKS)
def test_no_distractor_is_right(task: str) -> None:
    kind = question_type(task)
    for question in questions_of(task):
        assert question.distractors or not question.answers, question.truth
        assert len(set(question.distractors)) == len(question.distractors)
        for wrong in question.distractors:
            assert kind.grade(question, wrong).verdict in ("wrong", "near"), (question.truth, wrong)


@pytest.mark.parametrize("task", SCORE_TASKS)
def test_multiple_choice(task: str) -> None:
    kind = question_type(task)
    for question in questions_of(task):
        if question.options:
            chosen = question
        elif question.distractors:
            chosen = multiple_choice(question, Random(5))
        else:
            continue
        assert chosen.truth in chosen.options
        for text in (chosen.short_answer, chosen.long_answer, chosen.letter, f"({chosen.letter})"):
            assert kind.grade(chosen, text).verdict == "right", (chosen.options, text)
        for letter, option in zip("ABCDEFGH", chosen.options, strict=False):
            if option != chosen.truth:
                assert kind.grade(chosen, f"The answer is {letter}.").verdict == "wrong"


@pytest.mark.parametrize("task", SCORE_TASKS)
def test_what_is_shown_is_plain_abc(task: str) -> None:
    for question in questions_of(task):
        if question.score is None:
            continue
        abc = question.prompt.rpartition("\n\n")[2]
        shown, problems = read_tune(abc)
        assert not [problem for problem in problems if problem.severity == "error"], problems
        fields = ["onset_quarter", "duration_quarter", "pitch"]
        assert shown.note_array()[fields].tolist() == question.score.note_array()[fields].tolist()
        assert not shown.metadata
        assert question.explanation
        assert question.task == task


@pytest.mark.parametrize("task", SCORE_TASKS)
def test_stripping_twice_is_stripping_once(task: str) -> None:
    strip = question_type(task).strip
    for score in case_of(task).examples:
        once = strip(score)
        assert strip(once) == once


@pytest.mark.parametrize("task", SCORE_TASKS)
def test_the_same_draw_gives_the_same_question(task: str) -> None:
    kind = question_type(task)
    for score in case_of(task).examples:
        assert kind.ask(score, Random(3)) == kind.ask(score, Random(3))
        assert kind.ask(score) == kind.ask(score)


@pytest.mark.parametrize("task", SCORE_TASKS)
def test_several_wordings(task: str) -> None:
    kind = question_type(task)
    score = case_of(task).examples[0]
    asked = [kind.ask(score, Random(seed)) for seed in range(30)]
    assert len({question.wording for question in asked if isinstance(question, Question)}) >= 3


@pytest.mark.parametrize("task", SCORE_TASKS)
@pytest.mark.parametrize(
    "text", ["", "I do not know.", "?" * 100_000, "(" * 100_000, "\\frac{{{{", "\n" * 50]
)
def test_text_without_an_answer(task: str, text: str) -> None:
    kind = question_type(task)
    question = kind.ask(case_of(task).examples[0])
    assert isinstance(question, Question)
    assert kind.grade(question, text).verdict == "none"


@pytest.mark.parametrize("task", SCORE_TASKS)
@pytest.mark.parametrize("score", [Score(), Score((Voice(),))], ids=["no voice", "no measure"])
def test_a_score_without_music_gives_a_reason(task: str, score: Score) -> None:
    assert isinstance(question_type(task).ask(score), Reason)


@pytest.mark.parametrize("task", SCORE_TASKS)
@pytest.mark.parametrize("every", [1, 3])
def test_what_abc_cannot_write_is_a_reason_or_does_not_show(task: str, every: int) -> None:
    kind = question_type(task)
    for score in case_of(task).examples:
        count = iter(range(1_000_000))

        def sharpened(event: Event, count: Iterator[int] = count) -> Event:
            if isinstance(event, Note) and next(count) % every == 0:
                return Note(Pitch(event.pitch.step, 3, event.pitch.octave), event.duration)
            return event

        changed = map_events(score, sharpened)
        for odd in (
            changed,
            replace(score, key=Key("G##")),
            replace(score, key=Key("C", accidentals=(("F", 3),))),
        ):
            question = kind.ask(odd, Random(1))
            assert isinstance(question, Reason) or question.prompt
