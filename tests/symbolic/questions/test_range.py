from dataclasses import replace

import pytest

from symbolic.abc import parse as read
from symbolic.pitch import Interval
from symbolic.questions import Question, Reason
from symbolic.questions.range import ask, grade, interval_words, parse
from symbolic.score import Score
from tests.symbolic.questions.case import Case
from tests.symbolic.questions.ensembles import CHORALE, DISGUISED, JIG, REEL

CASE = Case(examples=[REEL, JIG, CHORALE], renotated=DISGUISED)


def question_of(music: str) -> Question:
    question = ask(read(f"X:1\nL:1/8\nK:D\n{music}"))
    assert isinstance(question, Question)
    return question


@pytest.mark.parametrize(
    ("music", "truth", "semitones"),
    [
        ("DEFG ABcd|", "D4 to D5", 12),
        ("DEFG ABcf|", "D4 to F#5", 16),
        ("DEFG ABcd&D,8|", "D3 to D5", 24),
        ("[DA]EFG [Bb]Bcd|", "D4 to B5", 21),
        ("{b'}DEFG {C,}ABcd|", "D4 to D5", 12),
        ("=cccc cccc|", "C5 to C5", 0),
    ],
)
def test_ranges_by_hand(music: str, truth: str, semitones: int) -> None:
    question = question_of(music)
    assert (question.truth, question.details["semitones"]) == (truth, semitones)
    assert len(question.distractors) >= 2


def test_percussion_has_no_range() -> None:
    line = read("X:1\nL:1/8\nK:C\nCDEF GABc|").voices[0]
    drums = replace(line, id="2", percussion=True, measures=read("X:1\nL:1/8\nK:C\nC,,8|").voices[0].measures)
    question = ask(Score((line, drums)))
    assert isinstance(question, Question)
    assert question.truth == "C4 to C5"
    reason = ask(Score((replace(line, percussion=True),)))
    assert isinstance(reason, Reason)
    assert reason.code == "percussion"


@pytest.mark.parametrize(
    ("text", "verdict", "scores"),
    [
        ("from D4 up to F#5", "right", (1, 1, 1)),
        ("D4–F♯5 (a major tenth)", "right", (1, 1, 1)),
        ("Highest: Gb5. Its lowest note is D4 and its highest is Gb5", "right", (1, 1, 1)),
        ("D5 to F#6", "near", (0, 0, 1)),
        ("D4 to E5", "near", (1, 0, 0)),
        ("C4 to E5", "near", (0, 0, 1)),
        ("C4 to D5", "wrong", (0, 0, 0)),
        ("about two octaves", "none", ()),
        ("D4", "none", ()),
    ],
)
def test_grades(text: str, verdict: str, scores: tuple[int, ...]) -> None:
    graded = grade(question_of("DEFG ABcf|"), text)
    assert graded.verdict == verdict
    assert tuple(graded.scores.values()) == scores


def test_the_lower_note_comes_first() -> None:
    assert parse("highest B flat 5, lowest F sharp 3") == "F#3 to Bb5"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("M6", "major sixth"),
        ("P8", "octave"),
        ("M13", "octave and a major sixth"),
        ("A11", "octave and an augmented fourth"),
        ("P15", "2 octaves"),
        ("m17", "2 octaves and a minor third"),
    ],
)
def test_intervals_in_words(name: str, words: str) -> None:
    assert interval_words(Interval.parse(name)) == words
