from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbolic.abc import parse
from symbolic.analysis.key import estimate_key
from symbolic.key import Key
from symbolic.questions import TASKS, Question, multiple_choice, question_type
from symbolic.questions.evidence import (
    LEAD,
    candidates,
    evidence,
    has_evidence,
    keys_by_name,
    phrase_ends,
    with_evidence,
)
from symbolic.questions.key import ANSWERS
from symbolic.questions.theory.making import make
from tests.symbolic.questions.form_case import HEAD, A, B
from tests.symbolic.questions.test_all_types import SCORE_TASKS, questions_of

TUNE = parse("X:1\nM:6/8\nL:1/8\nK:G\nG3 GAB|A3 ABd|edd gdd|edB dBA|G3 GAB|A3 ABd|edd gdB|AFG G3|]")
WITH_EVIDENCE = [task for task in SCORE_TASKS if has_evidence(task)]


def asked(task: str, truth: str | None = None) -> Question:
    question = question_type(task).ask(TUNE, truth=truth)
    assert isinstance(question, Question), question
    return question


@pytest.mark.parametrize("task", WITH_EVIDENCE)
def test_only_what_is_shown_and_pointed_at_counts(task: str) -> None:
    for question in questions_of(task):
        told = evidence(question)
        assert told
        assert "\n" not in told
        blind = replace(question, truth="?", distractors=(), answers=(), explanation="", options=(), id="x")
        assert evidence(blind) == told


@pytest.mark.parametrize("task", WITH_EVIDENCE)
def test_it_is_graded_as_before_and_shows_its_evidence_before_the_choice(task: str) -> None:
    kind = question_type(task)
    question = next(found for found in questions_of(task) if found.distractors)
    shown = with_evidence(question)
    assert f"\n{LEAD} {evidence(question)} " in shown.prompt
    assert kind.grade(shown, question.truth) == kind.grade(question, question.truth)
    lettered = with_evidence(multiple_choice(question, Random(0)))
    assert lettered.prompt.index(LEAD) < lettered.prompt.index("A)")
    assert kind.grade(lettered, lettered.short_answer).verdict == "right"


@pytest.mark.parametrize("task", [task for task in SCORE_TASKS if not has_evidence(task)])
def test_other_types_stay_as_they_are(task: str) -> None:
    question = questions_of(task)[0]
    assert with_evidence(question) is question


def test_theory_needs_no_score_and_reads_the_options_in_any_order() -> None:
    assert set(TASKS) - set(SCORE_TASKS) == {"theory"}
    assert has_evidence("theory")
    question = make(
        Random(0), "keys", ("Relative minor of Bb major?",), "G minor", ("F major", "C minor", "D"), ""
    )
    assert question.score is None
    assert evidence(question).startswith("Bb major: 2 flats, Bb C D Eb F G A, relative G minor; ")
    assert f"\n{LEAD} Bb major" in with_evidence(question).prompt
    turned = replace(question, options=question.options[::-1], truth="D", distractors=(), explanation="?")
    assert evidence(turned) == evidence(question)


def test_key_names_the_best_keys_and_the_last_note() -> None:
    told = evidence(asked("key"))
    assert told.startswith("G major .")
    assert told.endswith("; last note G.")
    assert told.count(",") <= 2


@given(st.sampled_from(ANSWERS))
def test_the_first_key_is_the_estimate_whatever_the_truth(truth: str) -> None:
    question = asked("key", truth=truth)
    first = Key.parse(evidence(question).partition(" .")[0])
    assert first == estimate_key(question.score)  # type: ignore[arg-type]


def test_the_metre_needs_no_bars() -> None:
    bars = "|".join(["A2B cBA", "ecA e3", "d2B GBd", "cAF E3"] * 4)
    for meter, music in (("6/8", bars), ("none", bars.replace("|", ""))):
        question = question_type("time-signature").ask(
            parse(f"X:1\nM:{meter}\nL:1/8\nK:Am\n{music}|]"), truth="3/4"
        )
        assert isinstance(question, Question)
        assert evidence(question).startswith("6/8 .")


def test_sections_and_phrases_are_places() -> None:
    repeated = parse(f"{HEAD}|:{A[:-1]}:||:{B[:-1]}:|")
    form = question_type("structure").ask(repeated)
    assert isinstance(form, Question)
    assert evidence(form) == "AABB, sections from bars 1 9 17 25."
    sections = question_type("sections").ask(repeated)
    assert isinstance(sections, Question)
    assert evidence(sections) == "sections from bars 9 17 25."


def test_a_phrase_ends_on_the_note_before_the_next_one() -> None:
    tune = parse("X:1\nM:4/4\nL:1/4\nK:C\nG|cdec|B2 z G|cdec|B2 z G|cBAB|c2 z|]")
    assert phrase_ends(tune) == [(2, 1), (4, 1)]


def test_a_question_without_music_has_none() -> None:
    assert evidence(replace(asked("key"), score=None)) == ""


def test_numbers_are_short_never_certain_and_left_out_when_tiny() -> None:
    assert candidates({"C major": -0.0001, "A minor": -3.2, "G major": -9.0}) == "C major .99, A minor .04"
    assert candidates({"a": -1.4, "b": -1.4, "c": -1.4, "d": -1.4}) == "a .25, b .25, c .25"
    assert keys_by_name({}) == {}
