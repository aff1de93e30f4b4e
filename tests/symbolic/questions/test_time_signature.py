from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbolic.abc import parse as read
from symbolic.meter import Meter
from symbolic.questions import Question, Reason
from symbolic.questions.time_signature import ask, grade, parse, strip
from symbolic.score import LineBreak, Measure
from tests.symbolic.questions.case import Case
from tests.symbolic.questions.strategies import MELODIES, barred, tune

METERS = st.sampled_from([Meter((beats,), unit) for beats, unit in ((2, 4), (3, 4), (4, 4), (6, 8), (9, 8))])

CASE = Case(
    examples=[
        read("X:1\nM:4/4\nL:1/8\nK:D\nDEFG ABcd|f2e2 dcBA|]"),
        read("X:1\nM:3/4\nL:1/4\nK:Am\nABc|d2e|a^gf|edc|BAG|A3|]"),
        read("X:1\nM:6/8\nL:1/8\nK:Ador\nA2B c2d|efg a2g|e2d B2G|A3 A3|]"),
    ],
    renotated=st.tuples(MELODIES, METERS, METERS).map(
        lambda drawn: tuple(tune(barred(drawn[0], meter.bar_quarters), meter=meter) for meter in drawn[1:])
    ),
)


def question_of(truth: str) -> Question:
    question = ask(read("X:1\nL:1/8\nK:C\nCDEF GABc|"), truth=truth)
    assert isinstance(question, Question)
    return question


def shown(text: str) -> str:
    question = ask(read("X:1\nL:1/8\nK:G\n" + text), truth="3/4")
    assert isinstance(question, Question)
    return question.prompt


def test_bars_beams_lines_and_repeats_go() -> None:
    three_four = shown("M:3/4\n|:GA Bc de|g2 f2 e2|\nd4 c2|B2 A2 G2:|]")
    six_eight = shown("M:6/8\nQ:3/8=60\nGAB cde|g2f2e2||d4c2|\nB2 A2 G2|]")
    assert three_four == six_eight
    music = three_four.split("K:G\n")[1]
    assert not set(music.strip().removesuffix("|]")) & set(" |:\n")


BARS = st.sampled_from([(2, 4), (3, 4), (4, 4), (6, 8), (9, 8), (3, 8), (5, 8), (2, 2)])


@given(MELODIES, BARS, BARS, st.integers(0, 2))
def test_the_metre_leaves_no_trace(melody, one, other, upbeat) -> None:
    prompts = []
    for (beats, unit), start in ((one, upbeat), (other, 0)):
        meter = Meter((beats,), unit)
        measures = barred(melody, meter.bar_quarters, Fraction(start, 2))
        measures = (*measures[:1], Measure((LineBreak(), *measures[1].events)), *measures[2:])
        prompts.append(ask(tune(measures, meter=meter), truth="4/4").prompt)
    assert prompts[0] == prompts[1]


def test_what_a_bar_line_leaves_behind_goes_too() -> None:
    tied = shown("M:2/4\nGABc|G2 A2-|A2 B2-|B4-|B2 z2|z4|z2 cd|[eg]4-|[eg]4|]")
    assert tied == shown("M:none\nGABcG2A4B8z8cd[eg]8|]")
    assert shown("M:2/4\n[K:G]GABc|[K:G]defg|[K:D]agfe|") == shown("M:2/4\nGABcdefg[K:D]agfe|")
    duplets = shown("M:6/8\n(2GA (2Bc|GAB cde|g6|]")
    assert duplets == shown("M:none\nG3/2A3/2B3/2c3/2GABcdeg6|]")
    assert "(3" in shown("M:2/4\n(3GAB (3cde|GABc|]")


def test_only_the_last_ending_is_shown() -> None:
    assert shown("M:2/4\n|:GABc|1 d4:|2 e4|]GABc|") == shown("M:2/4\nGABc|e4|GABc|")
    assert shown("M:2/4\n|:GABc|1 d4:|2 e4:||:GABc|1 f4:|2 g4|]") == shown("M:2/4\nGABc|e4|GABc|g4|")
    assert shown("M:2/4\n|:GABc|1,3 d4|f4:|2 e4|g4|]GABc|") == shown("M:2/4\nGABc|e4|g4|GABc|")


def test_layers_stay_together_without_showing_their_bars() -> None:
    score = strip(read("X:1\nM:2/4\nL:1/8\nK:C\nGABc|d4&B2 A2|e4|f4&c4|]"))
    (measure,) = score.voices[0].measures
    main, overlay = measure.layers
    assert sum(event.duration for event in main) == 8
    assert [str(event.duration) for event in overlay] == ["2", "1", "1", "2", "2"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("M:none\nK:C\nCDEF GABc|", "free-metre"),
        ("M:3/4\nK:C\nCDE FGA|\nM:2/4\nGABc|cdef|", "metre-changes"),
        ("M:3/4\nK:C\nCDEF GABc|CDEF GABc|CDEF GABc|CDEF GABc|", "bars-disagree"),
    ],
)
def test_unclear_metres_are_not_asked(text: str, code: str) -> None:
    reason = ask(read("X:1\nL:1/8\n" + text))
    assert isinstance(reason, Reason)
    assert reason.code == code


def test_pickups_and_bars_cut_by_repeats_are_no_disagreement() -> None:
    question = ask(read("X:1\nM:2/4\nL:1/8\nK:C\nG|:cdef|gfed|cdef|g3G:||:cdef|gfed|cdef|c3:|"))
    assert isinstance(question, Question)
    assert question.truth == "2/4"


SPELLINGS = {
    "6/8": ["6/8", "6/8 time", "The time signature is 6/8.", "six-eight", "Six eight time", "6 over 8",
            "**6/8**", r"\(\frac{6}{8}\)", "M:6/8", "6 / 8", "It is 6/8, not 3/4.",
            "Eighths (1/8 notes) in threes: 6/8"],
    "4/4": ["4/4", "C", "common time", "Common Time.", "M:C", "four-four time", "It is in common time (4/4)"],
    "2/2": ["2/2", "C|", "cut time", "cut common time", "alla breve", "M:C|"],
    "5/8": ["5/8", "(2+3)/8", "2+3/8", "3+2/8", "five-eight"],
    "12/8": ["12/8", "twelve-eight", "Answer: 12/8. Not 4/4."],
}  # fmt: skip


@pytest.mark.parametrize(
    ("truth", "text"), [(truth, text) for truth, texts in SPELLINGS.items() for text in texts]
)
def test_the_truth_is_right_however_it_is_written(truth: str, text: str) -> None:
    assert grade(question_of(truth), text).verdict == "right"


@pytest.mark.parametrize(
    "text", ["", "compound duple", "L:1/8", "7", "3/5", "0/4", "1/8 notes", "12/31/1999"]
)
def test_texts_without_a_metre(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    ("truth", "answer", "verdict", "credited"),
    [("4/4", "2/2", "near", 0.5), ("4/4", "2/4", "near", 0.5), ("6/8", "12/8", "near", 0.5),
     ("3/4", "6/8", "wrong", 0), ("9/8", "6/8", "wrong", 0), ("3/4", "3/8", "near", 0.5)],
)  # fmt: skip
def test_the_same_class_is_near(truth: str, answer: str, verdict: str, credited: float) -> None:
    graded = grade(question_of(truth), answer)
    assert (graded.verdict, graded.credit, graded.answer) == (verdict, credited, answer)
