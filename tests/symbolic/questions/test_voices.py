from fractions import Fraction

import pytest
from hypothesis import strategies as st

from symbolic.abc import parse as read
from symbolic.pitch import spell_simply
from symbolic.questions import Question, Reason
from symbolic.questions.answers import off_by_one as grade
from symbolic.questions.voices import ask, strip
from symbolic.score import Chord, Measure, Note, Score, Voice
from tests.symbolic.questions.case import Case
from tests.symbolic.questions.ensembles import ACCOMPANIED, CHORALE, INVENTION, REEL

HARMONIES = st.integers(2, 4).flatmap(
    lambda size: st.lists(
        st.tuples(
            st.lists(st.integers(50, 75), min_size=size, max_size=size, unique=True), st.sampled_from([1, 2])
        ),
        min_size=8,
        max_size=14,
    )
)


def in_chords_and_in_voices(harmonies: list[tuple[list[int], int]]) -> tuple[Score, Score]:
    rows = [
        [Note(spell_simply(number), Fraction(beats)) for number in numbers] for numbers, beats in harmonies
    ]
    chords = tuple(Measure((Chord(tuple(row)),)) for row in rows)
    voices = tuple(
        Voice(f"part {number}", tuple(Measure((note,)) for note in part), name="one of them")
        for number, part in enumerate(zip(*rows, strict=True))
    )
    return Score((Voice(measures=chords),)), Score(voices)


CASE = Case(
    examples=[REEL, CHORALE, ACCOMPANIED, INVENTION], renotated=HARMONIES.map(in_chords_and_in_voices)
)


@pytest.mark.parametrize(
    ("music", "count"),
    [
        ("CDEF GABc|", 1),
        ("CDEF GABc&C8|", 2),
        ("CDEF GABc&z8&z6 CE|", 2),
        ("[CEG]DEF GAB[CEGc]|", 4),
        ("CDEF GABc&CDEF GABc|", 1),  # in unison
        ("C4- CDEF&z4 [EG]4|c8|d8|", 3),
    ],
)
def test_counts_by_hand(music: str, count: int) -> None:
    question = ask(read(f"X:1\nM:4/4\nL:1/8\nK:C\n{music}"))
    assert isinstance(question, Question)
    assert question.truth == str(count)
    assert grade(question, f"There are {count + 1}.").verdict == "near"
    assert grade(question, f"There are {count + 2}.").verdict == "wrong"


def test_one_staff_is_shown() -> None:
    shown = strip(read("X:1\nM:4/4\nL:1/4\nK:C\nV:1\nc2 d2|e4|\nV:2\nC4-|C2 z2|\nV:3\nE3 F|z4|"))
    (voice,) = shown.voices
    expected = read("X:1\nM:4/4\nL:1/4\nK:C\n[C-E-c]2 [C-Ed-][C-Fd]|[Ce-]2 e2|").voices[0]
    assert [measure.duration for measure in voice.measures] == [4, 4]
    assert Score((voice,)).note_array()["pitch"].tolist() == expected_pitches(expected)
    assert strip(shown) == shown


def expected_pitches(voice: Voice) -> list[int]:
    pitches: list[int] = Score((voice,)).note_array()["pitch"].tolist()
    return pitches


def test_percussion_does_not_count() -> None:
    line = read("X:1\nM:4/4\nL:1/8\nK:C\nCDEF GABc|").voices[0]
    drums = Voice("2", line.measures, percussion=True)
    question = ask(Score((line, drums)))
    assert isinstance(question, Question)
    assert question.truth == "1"
    assert len(question.score.voices) == 1 if question.score else False
    reason = ask(Score((drums,)))
    assert isinstance(reason, Reason)
    assert reason.code == "percussion"
