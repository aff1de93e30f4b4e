"""Chords bar by bar: truths of small pieces, odd scores, and grading against mir_eval over time."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import mir_eval
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbolic.abc import parse as read
from symbolic.analysis.chord_grid import chord_answer, shortest, written
from symbolic.questions import Question, Reason
from symbolic.questions.chord_grades import chord_distractors, chord_scores
from symbolic.questions.chord_sequence import bars_of, parse_chords
from symbolic.questions.chords import ask, grade
from tests.symbolic.questions.case import Case
from tests.symbolic.questions.harmony_case import HARMONIES, changed, other_symbols
from tests.symbolic.strategies import SCORES

CASE = Case(HARMONIES, changed(other_symbols))


def question(number: int = 0) -> Question:
    asked = ask(HARMONIES[number])
    assert isinstance(asked, Question)
    return asked


@pytest.mark.parametrize(
    ("number", "truth"),
    [
        (0, "C:maj C:maj D:min7 G:7 | C:maj | A:min | D:7 G:maj | G:7 | C:maj"),
        (1, "A:min | D:min D:min E:7 | F:maj | B:dim | E:maj | A:min"),
        (2, "G:maj | C:maj | D:7 | G:maj | G:maj | A:7 | D:maj | C:maj | G:maj"),
    ],
)
def test_the_truth_is_what_the_score_states(number: int, truth: str) -> None:
    assert question(number).truth == truth


def test_symbols_and_labels_are_hidden() -> None:
    for score in HARMONIES:
        for seed in range(4):
            asked = ask(score, Random(seed))
            assert isinstance(asked, Question)
            assert '"' not in asked.prompt.removeprefix(asked.instruction)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("C G7 Am", "C:maj | G:7 | A:min"),
        ("C | G7 | Am", "C:maj | G:7 | A:min"),
        ("The chords are: C:maj | G:7 | A:min.", "C:maj | G:7 | A:min"),
        ("The progression is C | G7 | Am", "C:maj | G:7 | A:min"),
        ("1. C\n2. G7\n3. Am", "C:maj | G:7 | A:min"),
        ("Bar 1: C G7\nBar 2: Am", "C:maj G:7 | A:min"),
        ("Measure 1: C, G7\nMeasure 2: Am", "C:maj G:7 | A:min"),
        ("|: C  | G7 :|\n| Am |]", "C:maj | G:7 | A:min"),
        ("C major | G dominant seventh | A minor", "C:maj | G:7 | A:min"),
        ("B-flat major | F-sharp minor 7th | B diminished", "Bb:maj | F#:min7 | B:dim"),
        ("| C / G7 / | % | N.C. |", "C:maj G:7 | C:maj G:7 | N"),
        ("C -> G7 -> Am", "C:maj | G:7 | A:min"),
        ("**C:maj** | `G:7` | $A:min$", "C:maj | G:7 | A:min"),
        ("C:maj/3 | F#ø7 | B♭maj7", "C:maj | F#:hdim7 | Bb:maj7"),
        ("C C G G", "C:maj | C:maj | G:maj | G:maj"),
        ("C C C C | C C G G", "C:maj | C:maj G:maj"),
        ("C:7(*5,b5) | C:maj(9)", "C:7(*5,b5) | C:maj(9)"),
        ("It starts on C.\nAnswer: F | G\n", "F:maj | G:maj"),
        ("C | D\nNo, rather:\nF | G | A", "F:maj | G:maj | A:maj"),
    ],
)
def test_many_ways_to_write_chords(text: str, line: str) -> None:
    assert parse_chords(text) == line


@pytest.mark.parametrize("text", ["", "no idea", "H | J", "bar 3", "|||", "The answer is: yes", "% | %"])
def test_texts_without_chords(text: str) -> None:
    assert parse_chords(text) is None


def test_long_junk_is_read_in_time() -> None:
    for junk in (
        "C " * 50_000,
        "C|" * 50_000,
        "A: " * 30_000,
        "1. " * 30_000,
        "a1" * 50_000,
        "A minor " * 10_000,
    ):
        parse_chords(junk)


def test_grades_weigh_by_duration() -> None:
    asked = question()  # C C Dm7 G7 | C | Am | D7 G | G7 | C: 24 quarters
    right = asked.truth
    assert grade(asked, right).scores == {"root": 1, "majmin": 1, "sevenths": 1}
    plain = grade(asked, right.replace("D:7", "D:maj"))
    assert (plain.verdict, plain.scores["sevenths"]) == ("right", pytest.approx(22 / 24))
    wrong = grade(asked, right.replace("A:min", "A:maj"))
    assert (wrong.verdict, wrong.credit, wrong.scores["root"]) == ("near", pytest.approx(20 / 24), 1)
    short = grade(asked, "C:maj C:maj D:min7 G:7 | C:maj | A:min")
    assert short.credit == pytest.approx(12 / 24)
    long = grade(asked, right + " | C:maj" * 6)
    assert long.credit == pytest.approx(0.5)


def test_what_majmin_leaves_out_counts_by_its_root() -> None:
    scores = chord_scores((("B:dim",),), (("B:min",),), [Fraction(4)])
    assert scores == {"root": 1.0}
    assert all("B:dim" not in line for line in chord_distractors("B:dim"))


NAMES = st.sampled_from(
    ["C:maj", "A:min", "G:7", "B:dim", "D:min7", "F:maj7", "N", "Eb:maj", "E:aug", "A:hdim7"]
)
BARS = st.lists(st.lists(NAMES, min_size=1, max_size=3).map(tuple), min_size=2, max_size=5).map(tuple)


@given(BARS, BARS, st.lists(st.integers(1, 8), min_size=5, max_size=5))
def test_measures_are_mir_evals(truth, answer, quavers) -> None:
    """Equal to mir_eval's own way over intervals, where the answer has as many bars as the truth."""
    answer = (*answer, *[("N",)] * len(truth))[: len(truth)]
    lengths = [Fraction(count, 2) for count in quavers[: len(truth)]]

    def spans(bars):
        times, labels, now = [], [], 0.0
        for bar, length in zip(bars, lengths, strict=True):
            for name in bar:
                times.append((now, now + float(length) / len(bar)))
                labels.append(name)
                now = times[-1][1]
        return np.array(times), labels

    (reference, names), (estimate, guesses) = spans(truth), spans(answer)
    estimate[-1, 1] = reference[-1, 1]
    intervals, names, guesses = mir_eval.util.merge_labeled_intervals(reference, names, estimate, guesses)
    durations = mir_eval.util.intervals_to_durations(intervals)
    found = chord_scores(truth, answer, lengths)
    for measure in ("root", "majmin", "sevenths"):
        values = getattr(mir_eval.chord, measure)(names, guesses)
        if measure in found:
            expected = mir_eval.chord.weighted_accuracy(values, durations)
            assert found[measure] == pytest.approx(expected, abs=1e-9)
        else:
            assert (values < 0).all()


@given(BARS)
def test_a_line_is_read_back_and_no_distractor_earns_full_credit(bars) -> None:
    line = written([shortest(bar) for bar in bars])
    assert parse_chords(line) == line
    lengths = [Fraction(3)] * len(bars)
    for wrong in chord_distractors(line):
        scores = chord_scores(bars_of(line), bars_of(wrong), lengths)
        assert scores.get("majmin", scores["root"]) < 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('M:4/4\nK:C\n"C"CDEF|"G"GABc|"C"c4|', "bare-melody"),
        ("M:4/4\nK:C\n[CE][DF][EG][FA]|[CE]4|[CE][DF][EG][FA]|", "no-harmony"),
        ('M:4/4\nK:C\nV:1\n"C"CDEF|"G"GABc|c4|\nV:2\nCDEF|GABc|', "voices-disagree"),
        ('M:4/4\nK:C\n[CE][DF][EG][FA]|[CE]4|"C"[CE][DF][EG][FA]|', "few-chords"),
    ],
)
def test_scores_that_cannot_be_asked(text: str, code: str) -> None:
    reason = ask(read("X:1\nL:1/4\n" + text))
    assert isinstance(reason, Reason)
    assert reason.code == code


def test_bars_before_the_first_chord_and_open_ones_are_not_shown() -> None:
    score = read(
        'X:1\nM:4/4\nL:1/4\nK:C\n[CE]4|"^C: I"[CE][CE][EG][EG]|"^V"[GB]4|"^?"[FA]4|'
        '"^I"[CE]4|[CE]4|"^IV"[FA][FA][FA][FA]|'
    )
    assert isinstance(ask(score), Reason) or ask(score).truth == "C:maj | G:maj"
    longer = {
        ask(score, Random(seed)).truth for seed in range(8) if isinstance(ask(score, Random(seed)), Question)
    }
    assert longer <= {"C:maj | G:maj", "C:maj | C:maj | F:maj"}


@settings(max_examples=40)
@given(SCORES, st.integers(0, 3))
def test_any_score_gives_a_question_or_a_reason(score, seed) -> None:
    assert isinstance(ask(score, Random(seed)), Question | Reason)


def test_the_templates_answer_in_the_same_grammar() -> None:
    asked = question(0)
    assert grade(asked, chord_answer(asked.score)).scores["root"] > 0.8
