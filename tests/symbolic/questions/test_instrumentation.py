from dataclasses import replace

import pytest
from hypothesis import strategies as st

from symbolic.questions import Question, Reason
from symbolic.questions.instrumentation import ask, families, grade, parse, strip
from symbolic.score import Score
from tests.symbolic.questions.case import Case
from tests.symbolic.questions.ensembles import ACCOMPANIED, CHORALE, INVENTION, REEL

DRUM_CHANNEL = 128


def scored(score: Score, *programs: int) -> Score:
    """A score played by programs, `DRUM_CHANNEL` for percussion."""
    voices = (
        replace(voice, percussion=True) if program == DRUM_CHANNEL else replace(voice, program=program)
        for voice, program in zip(score.voices, programs, strict=True)
    )
    return score.with_voices(tuple(voices))


PROGRAMS = st.tuples(*[st.integers(0, DRUM_CHANNEL)] * 4)
CASE = Case(
    examples=[
        scored(CHORALE, 40, 40, 41, 42),
        scored(ACCOMPANIED, 73, 0),
        scored(INVENTION, 56, DRUM_CHANNEL),
        scored(CHORALE, 65, 27, 33, DRUM_CHANNEL),
    ],
    renotated=st.tuples(PROGRAMS, PROGRAMS).map(
        lambda pair: (scored(CHORALE, *pair[0]), scored(CHORALE, *pair[1]))
    ),
)


@pytest.mark.parametrize(
    ("number", "truth"),
    [(0, "strings"), (1, "piano, pipe"), (2, "brass, drums"), (3, "guitar, bass, reed, drums")],
)
def test_families_in_the_order_of_programs(number: int, truth: str) -> None:
    score = CASE.examples[number]
    question = ask(score)
    assert isinstance(question, Question)
    assert question.truth == truth
    assert "MIDI" not in question.prompt.partition("\n\n")[2]
    assert not any(voice.percussion for voice in strip(score).voices)


@pytest.mark.parametrize(
    ("score", "code"), [(CHORALE, "no-programs"), (scored(REEL, 40), "one-voice")], ids=["none", "one"]
)
def test_what_shows_no_instrument_is_not_asked(score: Score, code: str) -> None:
    reason = ask(score)
    assert isinstance(reason, Reason)
    assert reason.code == code


def test_one_voice_without_a_program_leaves_it_open() -> None:
    strings = scored(CHORALE, 40, 40, 41, 42)
    silent = replace(strings.voices[0], program=None)
    assert families(strings.with_voices((silent, *strings.voices[1:]))) is None


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("A string quartet: two violins, viola and cello.", "strings"),
        ("Piano and flute.", "piano, pipe"),
        ("There is no piano.\nAnswer: drum kit, electric bass, trumpet", "bass, brass, drums"),
        ("The voices are for saxophone with steel drums", "ensemble, reed, percussive"),
        ("chromatic percussion, percussion", "chromatic percussion, drums"),
        ("It has four parts.", None),
    ],
)
def test_answers_in_prose(text: str, answer: str | None) -> None:
    assert parse(text) == answer


def test_part_of_the_families_is_near() -> None:
    question = ask(CASE.examples[3])
    assert isinstance(question, Question)
    graded = grade(question, "guitar, bass, piano")
    assert graded.verdict == "near"
    assert graded.credit == pytest.approx(4 / 7)
    assert graded.scores == pytest.approx({"f1": 4 / 7, "precision": 2 / 3, "recall": 1 / 2})
