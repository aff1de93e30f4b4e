"""Where phrases end: songs whose phrases are plain, both methods, and the features."""

from __future__ import annotations

from itertools import chain, combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbolic.abc import parse
from symbolic.analysis.barred_line import barred_line
from symbolic.analysis.onset_line import PARTS, onset_line
from symbolic.analysis.phrase_context import context_features
from symbolic.analysis.phrase_features import boundary_strengths, note_features, table
from symbolic.analysis.phrase_parallels import backward, forward
from symbolic.analysis.phrases import PHRASE_METHODS, PHRASE_MODEL, boundaries, likeliest_set, phrases
from symbolic.errors import SymbolicError
from symbolic.resources import data_path
from symbolic.score import Score
from symbolic.transform import transpose
from tests.symbolic.analysis.tunes import melody

HEAD = "X:1\nM:4/4\nL:1/8\nK:C\n"
SONG = (
    "X:1\nM:4/4\nL:1/4\nK:G\nD|GGAA|B2GB|ddcB|A3D|GGAA|B2GB|dcAF|G3B|ccBB|A2AB|ccBB|A3D|GGAA|B2GB|dcAF|G3|]\n"
)
"""Four phrases of four bars, each begun by an upbeat, and of two halves."""


@pytest.mark.parametrize("method", PHRASE_METHODS)
def test_phrases_end_on_long_notes_and_rests(method: str) -> None:
    score = parse(f"{HEAD}CDEF GFED|CDEF G4|GFED CDEF|CDE2 C2z2|cdef gfed|cdef c4|]\n")
    found = phrases(score, method)
    assert [phrase.notes for phrase in found] == [13, 12, 13]
    assert [phrase.onset_quarter for phrase in found] == [0, 8, 16]
    assert found[1].duration_quarter == 7
    free = parse("X:1\nM:none\nL:1/8\nK:C\nCDEF GABc d2e4 z2 CDEF GABc d2e6|]\n")
    assert [phrase.notes for phrase in phrases(free, method)] == [10, 10]


@pytest.mark.parametrize("method", PHRASE_METHODS)
def test_phrases_keep_their_place_in_the_bar(method: str) -> None:
    found = phrases(parse(f"{HEAD}G2|cBcd e2e2|dcde c2G2|cBcd e2e2|dcBd c4|]\n"), method)
    assert [phrase.onset_quarter for phrase in found] == [0, 8]


def test_the_phrases_of_a_song() -> None:
    starts = [phrase.onset_quarter for phrase in phrases(parse(SONG))]
    assert {0, 16, 32, 48} <= set(starts)
    assert all(start % 8 == 0 for start in starts)


@given(
    st.lists(st.integers(48, 84), min_size=1, max_size=30),
    st.lists(st.sampled_from([0.5, 1, 2, 9]), min_size=1),
    st.sampled_from(PHRASE_METHODS),
)
def test_phrases_cover_every_note_once(midi: list[int], lengths: list[float], method: str) -> None:
    assert sum(phrase.notes for phrase in phrases(melody(midi, lengths), method)) == len(midi)


@pytest.mark.parametrize("method", PHRASE_METHODS)
def test_nothing_has_no_phrase_and_a_note_is_one(method: str) -> None:
    assert phrases(Score(), method) == []
    assert [phrase.notes for phrase in phrases(melody([60]), method)] == [1]


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(SymbolicError, match="boosted, grouper"):
        phrases(parse(SONG), "breath")


# Log-odds and their choice


def test_a_transposed_song_has_the_same_log_odds() -> None:
    score = parse(SONG)
    found, moved = boundaries(score), boundaries(transpose(score, 5))
    assert found.log_odds == pytest.approx(moved.log_odds)
    assert found.onset_quarter.tolist() == [
        note / PARTS
        for note in onset_line(score).onsets[1:]  # type: ignore[union-attr]
    ]
    assert len(boundaries(melody([60])).log_odds) == 0


def expected_f1(shares: np.ndarray, chosen: tuple[int, ...]) -> float:
    return float(2 * shares[list(chosen)].sum() / (len(chosen) + shares.sum()))


@given(st.lists(st.floats(-4, 4), min_size=1, max_size=7))
def test_no_other_choice_has_a_higher_expected_f1(odds: list[float]) -> None:
    shares = 1 / (1 + np.exp(-np.array(odds)))
    chosen = tuple(likeliest_set(np.array(odds)).tolist())
    none = float(np.prod(1 - shares))
    places = range(len(odds))
    others = chain.from_iterable(combinations(places, count) for count in range(1, len(odds) + 1))
    best = max(none, *(expected_f1(shares, other) for other in others))
    assert (expected_f1(shares, chosen) if chosen else none) == pytest.approx(best)
    assert list(chosen) == sorted(chosen)


def test_of_two_places_that_are_too_near_the_likelier_is_chosen() -> None:
    odds = np.array([1.0, 3.0, 2.0, 4.0, -9.0])
    assert likeliest_set(odds).tolist() == [0, 1, 2, 3]
    assert likeliest_set(odds, 2).tolist() == [1, 3]
    assert likeliest_set(odds, 3).tolist() == [0, 3]


def test_nothing_is_chosen_where_nothing_is_likely() -> None:
    assert likeliest_set(np.array([-6.0, -7.0])).tolist() == []
    assert likeliest_set(np.array([-6.0, 3.0, 0.5])).tolist() == [1, 2]
    assert likeliest_set(np.zeros(0)).tolist() == []


def test_the_shipped_trees_are_small_and_say_where_they_come_from() -> None:
    path = data_path(PHRASE_MODEL)
    assert path.stat().st_size <= 200_000
    with np.load(path, allow_pickle=False) as arrays:
        assert "split train" in str(arrays["trained_on"])
        assert "non-commercial" in str(arrays["trained_on"])


# Features


def test_boundaries_of_an_even_line_are_not_felt() -> None:
    line = onset_line(parse(f"{HEAD}CDCD CDCD|\n"))
    assert line is not None
    assert boundary_strengths(line).tolist() == [0] * 7


def test_phases_count_from_the_bar_line_after_an_upbeat() -> None:
    found = barred_line(parse(SONG))
    assert found is not None
    assert (found.bar, found.beat, found.tonic) == (4 * PARTS, PARTS, 7)
    assert (found.phases[:7] / PARTS).tolist() == [3, 0, 1, 2, 3, 0, 2]


def test_without_a_key_the_last_onset_is_the_tonic() -> None:
    found = barred_line(parse(SONG.replace("K:G", "K:none")))
    assert found is not None
    assert found.tonic == 7


def test_runs_of_likeness_in_quarters() -> None:
    found = barred_line(parse("X:1\nL:1/4\nM:4/4\nK:C\nCDEF|G2A2|\n"))
    assert found is not None
    equal = np.array([True, True, False, True])  # the four onsets from E on and those two before
    assert (forward(equal, found) / PARTS).tolist() == [2, 1, 0, 2]
    assert (backward(equal, found) / PARTS).tolist() == [0, 1, 2, 0]


def test_a_repeated_passage_is_seen_where_it_begins_and_ends() -> None:
    found = barred_line(parse(SONG))
    assert found is not None
    columns = note_features(found)
    again = found.line.onsets[1:].tolist().index(16 * PARTS)  # the second phrase goes as the first did
    assert columns["tune again"][again] == columns["tune begins"][again] == 10 / 4
    assert columns["steps as first"][again] == 9 / 4
    end = found.line.onsets[1:].tolist().index(32 * PARTS)  # the second phrase ends as the last does
    assert columns["rhythm as last"][end] > 2


@given(
    st.lists(st.integers(48, 84), min_size=2, max_size=30),
    st.lists(st.sampled_from([0.5, 1, 2, 9]), min_size=1),
)
def test_features_are_finite_one_row_a_place(midi: list[int], lengths: list[float]) -> None:
    found = barred_line(melody(midi, lengths))
    assert found is not None
    rows = table(note_features(found) | context_features(found, np.linspace(-9, 9, found.places)))
    assert rows.shape[0] == len(midi) - 1
    assert np.isfinite(rows).all()


def test_context_sees_places_whole_bars_away() -> None:
    found = barred_line(melody([60, 62, 64, 65] * 4))
    assert found is not None
    odds = np.arange(15) / 10
    columns = context_features(found, odds)
    assert columns["odds at +1"][3] == columns["odds+4"][3] == odds[7]
    assert columns["odds at +3"][3] == 8.0  # the end
    assert columns["odds at +4"][3] == columns["odds at -2"][3] == -12.0
