from random import Random

import pytest

from symbolic.abc import parse as read
from symbolic.pitch import Interval, Pitch
from symbolic.questions import Question, Reason
from symbolic.questions.interval import ANSWERS, ask, grade, interval_name, interval_named, parse
from symbolic.questions.reading import counted_bars
from tests.symbolic.questions.reading_case import CASE, TUNES

__all__ = ["CASE"]


@pytest.mark.parametrize("tune", TUNES)
@pytest.mark.parametrize("seed", range(20))
def test_the_notes_pointed_at_are_that_far_apart(tune: str, seed: int) -> None:
    score = read(tune)
    question = ask(score, Random(seed))
    if isinstance(question, Reason):
        assert question.code == "rare-interval"
        return
    bar = counted_bars(score).bars[question.details["bar"] - 1]
    pair = [bar[question.details[place] - 1].pitch for place in ("first", "second")]
    low, high = sorted(pair, key=lambda pitch: pitch.midi)
    assert interval_named(question.truth).semitones == high.midi - low.midi
    assert f"bar {question.details['bar']}" in question.wording


def test_a_hand_read_bar() -> None:
    question = ask(read("X:1\nM:2/4\nL:1/8\nK:D\nA2|F2c2|F2c2|F2c2|F2c2|F2c2|"))
    assert isinstance(question, Question)
    assert question.truth == "perfect fifth"  # F# to C#: the signature applies


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("It is a minor 3rd.", "minor third"),
        ("P5", "perfect fifth"),
        ("an Augmented Fourth", "augmented fourth"),
        ("dim. 5th", "diminished fifth"),
        ("not a major third but a minor third", "minor third"),
        ("Answer: an octave", "octave"),
        ("M2", "major second"),
        ("m2", "minor second"),
        ("a tritone", "augmented fourth"),
        ("The notes are A and C, a major tenth apart", "major tenth"),
        ("a major fifth", None),
        ("three steps", None),
    ],
)
def test_parse(text: str, name: str | None) -> None:
    assert parse(text) == name


def test_right_number_wrong_quality_is_near() -> None:
    question = ask(read("X:1\nM:2/4\nL:1/8\nK:D\nA2|F2c2|F2c2|F2c2|F2c2|F2c2|"))
    assert grade(question, "a diminished fifth").verdict == "near"
    assert grade(question, "a perfect fourth").verdict == "wrong"


@pytest.mark.parametrize("name", ANSWERS)
def test_names_and_intervals_are_inverse(name: str) -> None:
    assert interval_name(interval_named(name)) == name


def test_a_rare_interval_has_no_name() -> None:
    with pytest.raises(ValueError, match="no common name"):
        interval_name(Interval.between(Pitch.parse("Cb4"), Pitch.parse("C#5")))
