from dataclasses import replace

import pytest
from hypothesis import strategies as st

from symbolic.abc import parse as read
from symbolic.questions import Question, Reason
from symbolic.questions.phrases import ask, grade, parse
from symbolic.score import LineBreak, Measure, Score
from tests.symbolic.questions.case import Case

HEAD = "X:1\nT:Lied\nN:E0123A\nM:4/4\nL:1/8\nK:G\n"
SONG = f"{HEAD}D2|G2G2 B2A2|G4 z2\nB2|d2d2 c2B2|A6\nA2|B2B2 d2c2|B4 A2\nD2|G2B2 A2A2|G6|]\n"
OTHER = f"{HEAD}G2G2 B2A2|G4 z4|\nd2d2 c2B2|A8|\nB2B2 d2c2|B4 A4|]\n"
BARS = read(f"{HEAD}GABc d2B2|G2B2 A4|GABc d2B2|c2B2 A4|defg d2B2|c2A2 G4|ABcd e2d2|c2A2 G4|]\n")


def broken(places: frozenset[int]) -> Score:
    """The eight bars with lines that end before the bars of these indices."""
    (voice,) = BARS.voices
    measures = tuple(
        Measure((LineBreak(), *measure.events)) if index in places else measure
        for index, measure in enumerate(voice.measures)
    )
    return BARS.with_voices((replace(voice, measures=measures),))


PLACES = st.frozensets(st.integers(1, 7), min_size=2, max_size=5)
CASE = Case(
    examples=[read(SONG), read(OTHER), broken(frozenset({2, 4}))],
    renotated=st.tuples(PLACES.map(broken), PLACES.map(broken)),
)


def question_of(score: Score) -> Question:
    question = ask(score)
    assert isinstance(question, Question), question
    return question


def test_ends_are_the_last_notes_of_lines() -> None:
    question = question_of(read(SONG))
    assert question.truth == "2.1 4.1 6.2"
    assert question.prompt.count("\n") == 7  # question, empty line, X M L K, one line of music
    assert question_of(read(OTHER)).truth == "2.1 4.1"


def test_bars_cut_by_a_line_end_are_joined() -> None:
    cut = SONG.replace("z2\n", "z2|\n").replace("A6\n", "A6|\n").replace("A2\n", "A2|\n")
    assert question_of(read(cut)).prompt == question_of(read(SONG)).prompt
    assert question_of(read(cut)).truth == "2.1 4.1 6.2"


def test_lines_of_other_collections_are_not_taken_for_phrases() -> None:
    reason = ask(read(OTHER.replace("N:E0123A\n", "")))
    assert isinstance(reason, Reason)
    assert reason.code == "lines-not-phrases"
    assert (
        question_of(read(SONG.replace("N:E0123A\n", ""))).truth == "2.1 4.1 6.2"
    )  # lines end before upbeats


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (SONG.replace("\nB2|", "B2|").replace("\nA2|", "A2|"), "few-lines"),
        (OTHER.replace("|]", ":|"), "repeats"),
        (OTHER.replace("M:4/4", "M:none"), "free-metre"),
        (OTHER.replace("d2d2 c2B2", "[db]2d2 c2B2"), "chords"),
    ],
)
def test_reasons(text: str, code: str) -> None:
    reason = ask(read(text))
    assert isinstance(reason, Reason)
    assert reason.code == code


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2.1 4.1 6.2", "2.1 4.1 6.2"),
        ("The phrases end on 2.1, 4.1 and 6.2.", "2.1 4.1 6.2"),
        ("Answer: **2.1; 4.1**", "2.1 4.1"),
        ("first 2.1 4.1. Answer: 3.2", "3.2"),
        ("bar 2", None),
        ("version 1.2.3", None),
    ],
)
def test_parse(text: str, found: str | None) -> None:
    assert parse(text) == found


def test_graded_by_f1() -> None:
    question = question_of(read(SONG))
    graded = grade(question, "2.1 4.2 6.2")
    assert graded.verdict == "near"
    assert graded.scores["boundary_f1"] == pytest.approx(2 / 3)
    assert grade(question, "1.1").verdict == "wrong"
