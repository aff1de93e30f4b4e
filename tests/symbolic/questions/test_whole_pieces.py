"""Laws for the types that ask about a whole piece, on scores as odd as the model allows."""

from fractions import Fraction
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from symbolic.harmony import ChordSymbol
from symbolic.key import Key
from symbolic.meter import Meter, Tempo
from symbolic.pitch import Pitch
from symbolic.questions import Question, Reason, question_type
from symbolic.score import Chord, Grace, LineBreak, Measure, Note, Rest, Score, Voice
from tests.symbolic.questions.strategies import PITCHES

TASKS = (
    "tempo-class",
    "dance",
    "voices",
    "instrumentation",
    "rhythmic-complexity",
    "harmonic-complexity",
    "range",
    "texture",
    "caption",
)
LENGTHS = st.sampled_from([Fraction(1, 3), Fraction(1, 4), Fraction(1, 2), Fraction(1), Fraction(3, 2)])
NOTES = st.builds(Note, PITCHES, LENGTHS)
CHORDS = st.lists(NOTES, min_size=1, max_size=3, unique_by=lambda note: note.pitch.midi).map(
    lambda notes: Chord(tuple(Note(note.pitch, notes[0].duration) for note in notes))
)
MARKS = st.sampled_from(
    (
        Key("D"),
        Key.none(),
        Key("A", "HP"),
        Meter((3,), 4),
        Meter.free(),
        Tempo(Fraction(90)),
        Tempo(text="Presto"),
        ChordSymbol("C"),
        LineBreak(),
        Grace((Note(Pitch("C", 1, 6), Fraction(1, 2)),)),
    )
)
LAYERS = st.lists(st.one_of(NOTES, CHORDS, st.builds(Rest, LENGTHS), MARKS), max_size=6).map(tuple)
MEASURES = st.builds(
    Measure,
    LAYERS,
    st.lists(LAYERS, max_size=1).map(tuple),
    start_repeat=st.integers(0, 1),
    end_repeat=st.integers(0, 1),
)
VOICES = st.lists(
    st.tuples(
        st.lists(MEASURES, min_size=1, max_size=4).map(tuple),
        st.none() | st.integers(0, 127),
        st.sampled_from([False, False, True]),
    ),
    min_size=1,
    max_size=3,
)
SCORES = st.builds(
    lambda voices, key, meter, tempo, rhythm: Score(
        tuple(
            Voice(f"v{number}", measures, "Violin", "bass", program=program, percussion=percussion)
            for number, (measures, program, percussion) in enumerate(voices)
        ),
        key,
        meter,
        tempo,
        (("rhythm", rhythm), ("title", "A jig")),
    ),
    VOICES,
    st.sampled_from([Key(), Key("Bb", "minor"), Key.none()]),
    st.sampled_from([Meter(), Meter((6,), 8), Meter.free()]),
    st.sampled_from([None, Tempo(Fraction(72)), Tempo(Fraction(9999)), Tempo(text="Allegro")]),
    st.sampled_from(["", "reel", "Ballade, Mord", "???"]),
)


@pytest.mark.parametrize("task", TASKS)
def test_an_odd_score_is_asked_or_refused(task: str) -> None:
    kind = question_type(task)

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(SCORES, st.integers(0, 3))
    def law(score: Score, seed: int) -> None:
        question = kind.ask(score, Random(seed))
        if isinstance(question, Reason):
            return
        assert isinstance(question, Question)
        assert question.score is not None
        assert kind.strip(question.score) == question.score
        assert kind.grade(question, question.long_answer).verdict == "right", question.long_answer
        assert all(kind.grade(question, wrong).verdict != "right" for wrong in question.distractors)
        assert question.prompt.startswith(question.wording)

    law()
