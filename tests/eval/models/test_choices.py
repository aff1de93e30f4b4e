from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.models.choices import SHIFTS, Choices, transpositions, voted
from symbolic.abc import parse
from symbolic.key import Key
from symbolic.questions import Question, question_type
from symbolic.questions.key import ANSWERS
from symbolic.timeline import sounding_notes

TUNE = "X:1\nM:6/8\nL:1/8\nK:{key}\nCDE FGA|B2c def|gag fed|c3 C3|]\n"


def asked(key: str = "C", task: str = "key") -> Question:
    question = question_type(task).ask(parse(TUNE.format(key=key)), id=key)
    assert isinstance(question, Question)
    return question


def test_keys_are_also_written_as_their_enharmonic_equals() -> None:
    choices = Choices.of(asked())
    assert set(ANSWERS) == set(choices.names)
    written = dict(zip(choices.texts, choices.names, strict=True))
    assert {text for text, name in written.items() if name == "Gb major"} == {"Gb major", "F# major"}
    assert {text for text, name in written.items() if name == "G# minor"} == {"G# minor", "Ab minor"}
    assert all(Key.parse(text).same_answer(Key.parse(name)) for text, name in written.items())
    assert len(written) == 15 * 7


def test_spellings_of_an_answer_add_up() -> None:
    choices = Choices(("Gb major", "F# major", "C major"), ("Gb major", "Gb major", "C major"))
    answer = choices.elected([[log(0.2), log(0.3), log(0.4)]])
    assert answer.text == "F# major"
    assert {name: exp(score) for name, score in answer.scores.items()} == pytest.approx(
        {"Gb major": 0.5, "C major": 0.4}
    )


def test_options_are_chosen_by_letter_or_by_words() -> None:
    question = asked()
    lettered = Question("q", "key", "?", "", None, "C major", options=("C major", "G major"))
    choices = Choices.of(lettered)
    assert choices.texts == ("A", "B", "C major", "G major")
    assert choices.names == 2 * ("C major", "G major")
    assert choices.elected([[-3.0, -2.0, -4.0, -1.0]]).text == "G major"
    assert choices.elected([[-1.1, -1.0, -1.1, -9.0]]).text == "A"
    notes = Choices.of(Question("q", "theory", "?", "", None, "B", options=("C", "B")))
    assert (notes.texts, notes.names) == (("A", "B"), ("C", "B"))
    assert not Choices.of(asked(task="bar-count")).texts
    assert (
        Choices.of(asked(task="time-signature")).texts
        == question_type("time-signature").ask(question.score, truth="6/8").answers
    )


@given(st.sampled_from(ANSWERS))
def test_a_vote_maps_answers_back(key: str) -> None:
    """Ballots of a judge that names the key of each transposition elect the key of the question."""
    moved = [
        Key.from_pitch_class((Key.parse(key).pitch_class + shift) % 12, Key.parse(key).mode)
        for shift in SHIFTS
    ]
    ballots = [
        {name: 0.0 if Key.parse(name).same_answer(wanted) else -9.0 for name in ANSWERS} for wanted in moved
    ]
    totals = voted(ballots)
    assert max(totals, key=totals.__getitem__) == key
    assert list(totals) == list(ANSWERS)


def test_the_vote_is_of_equals() -> None:
    """A ballot counts as a distribution: adding a constant to its scores changes nothing."""
    ballots = [{name: -0.1 * place * (shift % 3) for place, name in enumerate(ANSWERS)} for shift in SHIFTS]
    lower = [
        {name: score - 7 * place for name, score in ballot.items()} for place, ballot in enumerate(ballots)
    ]
    assert voted(lower) == pytest.approx(voted(ballots))


@pytest.mark.parametrize("key", ["C", "F#", "Gb", "C#m", "Ebm", "Bdor"])
def test_transpositions_move_the_music_alone(key: str) -> None:
    question = asked(key)
    assert question.score is not None
    heard = [note.pitch.midi for note in sounding_notes(question.score)]
    moved = transpositions(question)
    for shift, other in zip(SHIFTS, moved, strict=True):
        assert other.score is not None
        notes = [note.pitch for note in sounding_notes(other.score)]
        assert [pitch.midi - shift for pitch in notes] == heard
        assert not other.score.key.tonic
        if shift:
            assert abs(sum(pitch.fifths for pitch in notes) / len(notes) - 2) <= 6.01
        assert (other.truth, other.answers, other.wording) == (
            question.truth,
            question.answers,
            question.wording,
        )
    assert moved[SHIFTS.index(0)].score == question.score
