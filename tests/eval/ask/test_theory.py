import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.ask.theory import answers_among, form_of, is_about_theory, work_out
from symbolic.key import Key
from symbolic.questions.theory.names import MAJOR_KEYS, ROOTS, above, scale_of
from symbolic.questions.theory.told import told

ANSWERS = {
    "What is the relative minor of E flat major?": "C minor",
    "what's the relative minor of d flat major": "Bb minor",
    "Name the relative major of F# minor": "A major",
    "What is the relative minor of C?": "A minor",
    "Which is the relative major of A?": "C major",
    "What is the parallel minor of A major?": "A minor",
    "How many sharps does A major have?": "3 sharps (F# C# G#)",
    "What is the key signature of Bb minor?": "5 flats (Bb Eb Ab Db Gb)",
    "Which key has three sharps?": "A major or F# minor",
    "Which minor key has 4 flats?": "F minor",
    "What are the notes of the D dorian scale?": "D E F G A B C",
    "Spell the E harmonic minor scale": "E F# G A B C D#",
    "Which notes are in F#m7?": "F# A C# E",
    "What notes make up a D minor triad?": "D F A",
    "Which notes are in a G dominant seventh chord?": "G B D F",
    "Which chord has the notes E, G and C?": "C/E",
    "What note is a perfect fifth above D?": "A",
    "What note is a minor third below Eb?": "C",
    "What is the interval from C to E flat?": "minor third",
    "How many semitones are between C and G?": "7 semitones",
    "What is the dominant of A major?": "E",
    "What is the leading note of G minor?": "F#",
    "Which note is the fourth degree of E major?": "A",
    "What is the V7 chord in D major?": "A7",
    "What is the ii chord in Bb major?": "Cm",
    "What is the enharmonic equivalent of G#?": "Ab",
}


@pytest.mark.parametrize(("question", "answer"), ANSWERS.items())
def test_worked_out(question: str, answer: str) -> None:
    found = work_out(question)
    assert is_about_theory(question)
    assert found is not None
    assert found.answer == answer
    assert found.reason.endswith(".")


@pytest.mark.parametrize(
    "question", ["What is a fugue?", "What does allegro mean?", "What is the relative minor of C minor?"]
)
def test_honest_where_no_rule_reads_it(question: str) -> None:
    assert is_about_theory(question)
    assert work_out(question) is None


@pytest.mark.parametrize(
    "question",
    [
        "What key is this?",
        "How many sharps are there?",
        "What chords are in bars 1 to 4?",
        "Transpose it to E flat major",
        "What is the interval between notes 1 and 2 of bar 3?",
        "Is this piece in D dorian?",
    ],
)
def test_questions_about_a_piece_are_none_of_theory(question: str) -> None:
    assert not is_about_theory(question)


@given(st.sampled_from(MAJOR_KEYS))
def test_relatives_come_in_pairs(key: Key) -> None:
    minor = work_out(f"What is the relative minor of {key.name}?")
    assert minor is not None
    again = work_out(f"What is the relative major of {minor.answer}?")
    assert again is not None
    assert again.answer == key.name
    dominant = work_out(f"What is the dominant of {key.name}?")
    assert dominant is not None
    assert dominant.answer == scale_of(key)[4]


@given(st.sampled_from(ROOTS))
def test_a_note_above_and_its_interval_agree(root: str) -> None:
    note = work_out(f"What note is a perfect fifth above {root}?")
    assert note is not None
    assert note.answer == above(root, "P5")
    interval = work_out(f"What is the interval from {root} to {note.answer}?")
    assert interval is not None
    assert interval.answer == "perfect fifth"


@pytest.mark.parametrize(
    "question",
    ["What is the third note of the G dorian mode?", "What is the seventh note of A harmonic minor?"],
)
def test_a_mode_that_is_not_read_is_not_taken_for_major(question: str) -> None:
    assert work_out(question) is None


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("How many beats are in 9/8?", ("3",)),
        ("What notes are in the key of E major?", ("E F# G# A B C# D#",)),
        ("Which note sounds the same as F sharp?", ("Gb", "E##")),
        ("What is the interval of C4 and A4?", ("major sixth", "diminished seventh")),
    ],
)
def test_answers_are_looked_for_among_the_facts(question: str, answers: tuple[str, ...]) -> None:
    form = form_of(question)
    assert form is not None
    assert answers_among(told(question), form, question) == answers
