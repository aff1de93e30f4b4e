from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbolic.analysis.similarity import (
    distance,
    edit_distance,
    fingerprint,
    incipit,
    interval_ngrams,
    interval_sequence,
    ngrams,
    overlap,
)
from symbolic.pitch import spell_simply
from symbolic.score import Chord, Grace, Measure, Note, Rest, Score, Voice

QUARTER = Fraction(1)
INTERVALS = st.lists(st.integers(-12, 12), max_size=30)


def note(midi: int, length: Fraction = QUARTER, tie: bool = False) -> Note:
    return Note(spell_simply(midi), length, tie)


def tune(*midi: int, length: Fraction = QUARTER) -> Score:
    return Score((Voice("1", tuple(Measure((note(number, length),)) for number in midi)),))


def test_melody_merges_ties_takes_chord_tops_and_skips_rests_and_graces() -> None:
    events = (
        Grace((note(90),)),
        note(60, tie=True),
        note(60),
        Rest(QUARTER),
        note(60),
        Chord((note(55), note(67, tie=True), note(64))),
    )
    score = Score((Voice("1", (Measure(events), Measure((note(67), note(65))))), Voice("2")))
    assert interval_sequence(score) == (0, 7, -2)


def test_empty_and_short_scores_have_no_intervals() -> None:
    assert interval_sequence(Score()) == interval_sequence(tune(60)) == ()
    assert distance(Score(), tune(60)) == 0
    assert interval_ngrams(tune(60, 62, 64)) == frozenset()
    assert overlap(frozenset(), {1}) == 0


def test_ngram_numbers_never_change() -> None:
    # committed splits are built on them
    assert ngrams([2, 2, -4], 2) == {65 * 128 + 65, 65 * 128 + 59}
    assert fingerprint(tune(60, 62, 64, 60)) == "7a56211a9e345d48"


def test_ngrams_need_a_positive_length() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        ngrams([1], 0)


@given(st.lists(st.integers(30, 80), min_size=2, max_size=40), st.integers(-20, 20))
def test_transposition_and_note_values_change_nothing(midi: list[int], by: int) -> None:
    score, other = tune(*midi), tune(*(number + by for number in midi), length=Fraction(1, 2))
    assert fingerprint(score) == fingerprint(other)
    assert incipit(score) == incipit(other)
    assert interval_ngrams(score, 3) == interval_ngrams(other, 3)
    assert distance(score, other) == 0


@given(INTERVALS, st.integers(1, 9))
def test_ngrams_are_as_many_as_there_are_different_runs(intervals: list[int], n: int) -> None:
    runs = {tuple(intervals[index : index + n]) for index in range(len(intervals) - n + 1)}
    assert len(ngrams(intervals, n)) == len(runs)


def plain_levenshtein(a: list[int], b: list[int]) -> int:
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        previous, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (x != y))
    return row[-1]


@given(st.lists(st.integers(-2, 2), max_size=70), st.lists(st.integers(-2, 2), max_size=70))
def test_edit_distance_equals_the_table(a: list[int], b: list[int]) -> None:
    assert edit_distance(a, b) == edit_distance(b, a) == plain_levenshtein(a, b)


def test_distance_of_a_variant_is_small_and_of_another_tune_large() -> None:
    base = tune(60, 62, 64, 65, 67, 69, 71, 72, 67, 64, 60)
    variant = tune(60, 62, 64, 65, 67, 67, 69, 71, 72, 67, 64, 60)
    assert distance(base, variant) == pytest.approx(1 / 11)
    assert distance(base, tune(60, 60, 61, 61, 62, 62, 63, 63, 64, 64)) >= 0.8


def test_overlap_is_the_share_of_the_smaller_set() -> None:
    assert overlap({1, 2, 3, 4}, {3, 4, 5}) == pytest.approx(2 / 3)


def test_second_voice_does_not_count() -> None:
    score = tune(60, 62)
    assert interval_sequence(
        replace(score, voices=(*score.voices, Voice("2", tune(70).voices[0].measures)))
    ) == (2,)
