from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import strategies as st

from symbolic.abc import parse as read
from symbolic.meter import Tempo
from symbolic.questions import Question, Reason
from symbolic.questions.tempo_class import CLASSES, ask, grade, parse, tempo_class
from symbolic.score import Score
from tests.symbolic.questions.case import Case
from tests.symbolic.questions.ensembles import CHORALE, JIG, REEL

TEMPI = st.one_of(
    st.builds(Tempo, st.integers(40, 208).map(Fraction)),
    st.builds(Tempo, st.none(), st.just(Fraction(1)), st.sampled_from(CLASSES)),
)


def with_tempi(pair: tuple[Tempo, Tempo]) -> tuple[Score, Score]:
    one, other = (replace(REEL, tempo=tempo) for tempo in pair)
    return one, other


CASE = Case(examples=[REEL, JIG, CHORALE], renotated=st.tuples(TEMPI, TEMPI).map(with_tempi))


def asked(text: str) -> Question | Reason:
    return ask(read(f"X:1\n{text}\nK:C\nCDEF GABc|cBAG FEDC|"))


@pytest.mark.parametrize(
    ("header", "truth"),
    [
        ("M:4/4\nQ:1/4=120", "allegro"),
        ("M:4/4\nQ:1/4=119", "moderato"),
        ("M:4/4\nQ:1/2=52", "andante"),  # 104 quarters
        ("M:2/2\nQ:1/2=52", "largo"),
        ("M:6/8\nQ:3/8=120", "allegro"),
        ("M:6/8\nQ:1/8=180", "larghetto"),  # 60 dotted quarters
        ("M:none\nQ:1/8=80", "andante"),
        ('M:4/4\nQ:"Presto"', "presto"),
        ('M:4/4\nQ:"Lento assai"', "largo"),
    ],
)
def test_beats_are_those_of_the_metre(header: str, truth: str) -> None:
    question = asked(header)
    assert isinstance(question, Question)
    assert question.truth == truth
    assert "Q:" not in question.prompt


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("M:4/4", "no-tempo"),
        ("M:4/4\nQ:1/4=20", "tempo-off-scale"),
        ('M:4/4\nQ:"Misterioso"', "tempo-off-scale"),
    ],
)
def test_tempi_without_a_class_are_not_asked(header: str, code: str) -> None:
    reason = asked(header)
    assert isinstance(reason, Reason)
    assert reason.code == code


def test_a_change_of_class_is_not_asked() -> None:
    change = ask(read("X:1\nM:4/4\nL:1/8\nQ:1/4=120\nK:C\nCDEFGABc|[Q:1/4=60]cBAGFEDC|"))
    assert isinstance(change, Reason)
    assert change.code == "tempo-changes"
    assert isinstance(ask(read("X:1\nM:4/4\nL:1/8\nQ:1/4=120\nK:C\nCDEFGABc|[Q:1/4=132]cBAGFEDC|")), Question)


def test_the_metronomes_scale() -> None:
    assert [tempo_class(beats) for beats in (39, 40, 66, 76, 107, 108, 168, 208, 209)] == [
        None, "largo", "adagio", "andante", "andante", "moderato", "presto", "prestissimo", None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("about 132 bpm", "allegro"),
        ("It is not adagio but andante.", "andante"),
        ("I would play it at 72 beats per minute", "adagio"),
        ("4/4 time, 8 bars", None),
        ("300 bpm", None),
    ],
)
def test_answers_in_prose(text: str, answer: str | None) -> None:
    assert parse(text) == answer


def grade_of(text: str) -> tuple[str, float]:
    question = asked("M:4/4\nQ:1/4=126")
    assert isinstance(question, Question)
    graded = grade(question, text)
    return graded.verdict, graded.credit


def test_neighbours_are_near() -> None:
    assert grade_of("moderato") == ("near", 0.5)
    assert grade_of("presto") == ("near", 0.5)
    assert grade_of("andante") == ("wrong", 0.0)
