"""Laws of every generated question, checked over many seeds; then some answers computed by hand."""

from collections import Counter
from functools import cache
from random import Random

import pytest

from symbolic.abc import read_tune
from symbolic.questions import Question, Reason, multiple_choice
from symbolic.questions.theory import (
    AREAS,
    TYPE,
    area_of,
    ask,
    generate,
    grade,
    parse,
    split_of,
)
from symbolic.questions.theory.forms import CHOICE, FORMS, NOTES, NUMBER
from symbolic.questions.theory.making import make, near
from symbolic.score import Score

SEEDS = 5000
JUNK = ["", "I do not know.", "?" * 100_000, "(" * 100_000, "\\frac{{{{", "\n" * 50, "a " * 50_000]


@cache
def questions() -> tuple[Question, ...]:
    return tuple(generate(Random(seed)) for seed in range(SEEDS))


def shown(question: Question) -> str:
    return question.score.to_abc() if question.score is not None else ""


def test_there_are_many_generators_and_many_questions() -> None:
    generators = [generator for area in AREAS for generator in area.generators]
    assert len(generators) == len(set(generators)) >= 150
    distinct = {(question.wording, shown(question)) for question in questions()}
    assert len(distinct) > 0.85 * SEEDS  # 14,900 of 20,000
    assert len({(area_of(question), question.truth) for question in questions()}) > 1800


def test_the_areas_are_balanced() -> None:
    counts = Counter(map(area_of, questions()))
    assert set(counts) == {area.name for area in AREAS}
    assert min(counts.values()) > 0.75 * SEEDS / len(AREAS)
    assert max(counts.values()) < 1.25 * SEEDS / len(AREAS)
    subjects = Counter(question.details["subject"] for question in questions())
    assert set(subjects) == {"knowledge", "reasoning"}
    assert min(subjects.values()) > 0.35 * SEEDS


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.name)
def test_every_generator_draws_different_questions(area) -> None:
    for generator in area.generators:
        drawn = [generator(Random(seed)) for seed in range(80)]
        assert len({(question.wording, shown(question)) for question in drawn}) >= 12, generator.__name__
        assert {area_of(question) for question in drawn} == {area.name}
        assert generator.__doc__


def test_exactly_one_option_is_right() -> None:
    for index, question in enumerate(questions()):
        chosen = multiple_choice(question, Random(index))
        assert len(chosen.options) == len(set(chosen.options)) == 4
        assert len({option.casefold().replace(" ", "") for option in chosen.options}) >= 3
        verdicts = [TYPE.grade(chosen, f"The answer is {letter}.").verdict for letter in "ABCD"]
        assert sorted(verdicts) == ["right", "wrong", "wrong", "wrong"], chosen
        assert verdicts["ABCD".index(chosen.letter)] == "right"
        assert TYPE.grade(chosen, chosen.long_answer).verdict == "right", chosen.long_answer


def test_distractors_are_wrong_in_the_form_of_the_answer() -> None:
    for question in questions():
        form = FORMS[question.details["form"]]
        assert (form is CHOICE) == bool(question.options)
        if form is CHOICE:
            continue
        assert form.parse(question.truth) == question.truth, question
        for wrong in question.distractors:
            assert grade(question, wrong).verdict == "wrong", (question.wording, question.truth, wrong)
        assert not question.answers or question.truth in question.answers or form.name == "interval"


def test_the_truth_is_right_however_it_is_written() -> None:
    for question in questions():
        if question.options:
            continue
        form = FORMS[question.details["form"]]
        for text in (*form.spell(question.truth), *TYPE.spellings(question.truth), question.long_answer):
            assert grade(question, text).verdict == "right", (form.name, question.truth, text)


def test_explanations_are_worked_and_the_music_is_plain_abc() -> None:
    for question in questions():
        assert len(question.explanation) > 12, question
        assert question.task == "theory"
        if question.score is None:
            continue
        abc = question.prompt.rpartition("\n\n")[2]
        read, problems = read_tune(abc)
        assert not [problem for problem in problems if problem.severity == "error"], (abc, problems)
        fields = ["onset_quarter", "duration_quarter", "pitch"]
        assert read.note_array()[fields].tolist() == question.score.note_array()[fields].tolist()
        assert not read.metadata


def test_the_splits_are_disjoint_and_paraphrases_stay_together() -> None:
    where: dict[tuple[str, str], str] = {}
    facts: dict[tuple[str, str], str] = {}
    for question in questions():
        split = split_of(question)
        assert where.setdefault((question.wording, shown(question)), split) == split
        assert facts.setdefault((question.details["fact"], shown(question)), split) == split
        assert split_of(multiple_choice(question, Random(9))) == split
    shares = Counter(map(split_of, questions()))
    assert 0.07 * SEEDS < shares["test"] < 0.13 * SEEDS
    assert 0.03 * SEEDS < shares["dev"] < 0.08 * SEEDS


def test_the_split_does_not_depend_on_the_process() -> None:
    splits = "".join(split_of(question)[1] for question in questions()[:24])
    assert splits == "rrrrreerrrrrrrrerrrerrrr"


def test_the_same_seed_gives_the_same_question() -> None:
    assert generate(Random(17)) == generate(Random(17))
    assert area_of(generate(Random(3), "clefs")) == "clefs"
    with pytest.raises(ValueError, match="area must be one of scales"):
        generate(Random(3), "gardening")


def test_a_score_is_not_asked() -> None:
    reason = ask(Score(), Random(1))
    assert isinstance(reason, Reason)
    assert reason.code == "needs-no-score"


@pytest.mark.parametrize("text", JUNK)
def test_text_without_an_answer(text: str) -> None:
    assert parse(text) is None
    seen: dict[str, Question] = {}
    for question in questions()[:1500]:
        seen.setdefault(question.details["form"], question)
    assert len(seen) == len(FORMS)
    for question in seen.values():
        assert TYPE.grade(question, text).verdict == "none", (question.details, text[:20])


@pytest.mark.parametrize(
    ("form", "text", "answer"),
    [
        ("note", "f sharp", "F#"),
        ("note", "The note is B♭.", "Bb"),
        ("note", "A major third above E is G-sharp", "G#"),
        ("note", "Fx", "F##"),
        ("note", "A", "A"),
        ("pitch", "It sounds Bb3 (not C4)", "Bb3"),
        ("notes", "D, F-sharp and A", "D F# A"),
        ("notes", "B-D-F", "B D F"),
        ("chord", "D minor seventh", "Dm7"),
        ("chord", "F#ø7", "F#m7b5"),
        ("chord", "So it is a G7/B chord.", "G7/B"),
        ("numeral", "viio", "vii°"),
        ("numeral", "It is V7/ii here", "V7/ii"),
        ("fraction", "6/16 of a whole note", "3/8"),
        ("fraction", "2", "2"),
        ("interval", "an augmented 4th", "augmented fourth"),
        ("key", "F sharp minor", "F# minor"),
        ("number", "Twelve.", "12"),
        ("cadence", "It is an interrupted cadence", "deceptive"),
        ("degree", "the leading tone", "leading note"),
    ],
)
def test_forms_read_prose(form: str, text: str, answer: str) -> None:
    assert FORMS[form].parse(text) == answer


def test_a_question_needs_three_wrong_answers() -> None:
    with pytest.raises(ValueError, match="three wrong answers"):
        make(Random(0), "keys", ("How many?",), "3", ("3", "4", "4", "5"), "So.", form=NUMBER)
    made = make(Random(0), "keys", ("Which?",), "C E", ("C E", "C F", "C F", "D F", "E G"), "So.", form=NOTES)
    assert made.distractors == ("C F", "D F", "E G")
    assert near(1, 12, least=0) == ["12", "2", "0", "3", "4"]
