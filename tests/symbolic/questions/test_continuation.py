from random import Random

import pytest

from symbolic.abc import parse as read
from symbolic.questions import Question, Reason
from symbolic.questions.continuation import ask, moved, reversed_pitches
from symbolic.questions.snippets import folded, notes_of, read_snippet, unit_of
from tests.symbolic.questions.case import Case
from tests.symbolic.questions.form_case import HEAD, MELODIES, marked

CASE = Case(examples=[read(tune) for tune in MELODIES], renotated=marked())


def test_the_truth_is_what_follows() -> None:
    question = ask(read(MELODIES[2]))
    assert isinstance(question, Question)
    assert question.truth == "FDF GAB|cAd cAG|"
    assert question.prompt.rstrip().endswith("A|DFA A2B|cAd cAG|Adc deg|fed cAG|")


@pytest.mark.parametrize("tune", MELODIES)
@pytest.mark.parametrize("seed", range(8))
def test_options_fill_two_bars_in_the_same_key(tune: str, seed: int) -> None:
    score = read(tune)
    question = ask(score, Random(seed))
    assert isinstance(question, Question)
    assert question.score is not None
    assert len({folded(option) for option in question.options}) == 4
    unit = unit_of(question.score)
    for option in question.options:
        notes = read_snippet(option, score.key, score.meter, unit)
        assert notes is not None
        assert notes[-1].onset < 2 * score.meter.bar_quarters
        assert option.count("|") == 2
    true_notes = read_snippet(question.truth, score.key, score.meter, unit)
    for wrong in question.distractors:
        assert read_snippet(wrong, score.key, score.meter, unit) != true_notes


def test_moved_and_reversed() -> None:
    score = read(f"{HEAD}C2DE F4|^G8|")
    bars = score.voices[0].measures
    up = notes_of(moved(bars, 1, score.key))
    assert [str(note.pitch) for note in up] == ["D4", "E4", "F#4", "G4", "A4"]
    back = notes_of(reversed_pitches(bars))
    assert [str(note.pitch) for note in back] == ["G#4", "F#4", "E4", "D4", "C4"]
    assert [note.duration for note in back] == [note.duration for note in notes_of(bars)]


def test_too_short_or_too_even() -> None:
    for body, code in (("CDEF GABc|" * 5, "too-few-bars"), ("CCCC CCCC|" * 12, "too-few-options")):
        reason = ask(read(HEAD + body))
        assert isinstance(reason, Reason)
        assert reason.code == code
