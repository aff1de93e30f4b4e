from __future__ import annotations

import numpy as np
import pytest

from symbolic.abc import parse
from symbolic.meter import Meter
from transcription.beats.rhythm import (
    GAPS,
    NO_GAP,
    count_gaps,
    count_upbeats,
    gap_index,
    lines,
    log_tables,
    log_upbeats,
    place_levels,
)
from transcription.reference import Reference


def line_of(music: str, meter: str) -> list[int]:
    (found,) = lines(Reference.of(parse(f"X:1\nM:{meter}\nL:1/8\nK:C\n{music}\n")))
    return [int(onset) for onset in found.onsets]


def test_places_count_from_the_bar_line_also_before_it() -> None:
    assert line_of("C2|D4C2|E6|", "3/4") == [-24, 0, 48, 72]
    assert line_of("C2D4|E6|", "3/4") == [0, 24, 72]


def test_each_metre_has_its_own_line() -> None:
    found = lines(Reference.of(parse("X:1\nM:3/4\nL:1/4\nK:C\nCDE|[M:2/4]FG|AB|\n")))
    assert [line.meter.name for line in found] == ["3/4", "2/4"]
    assert found[1].onsets.tolist() == [0, 24, 48, 72]


def test_gaps_are_counted_where_they_begin() -> None:
    found = lines(Reference.of(parse("X:1\nM:2/4\nL:1/8\nK:C\nC2DE|C3D|\n")))
    counts = count_gaps(found, 48)
    assert counts[0, gap_index(np.array([24, 36]))].tolist() == [1, 1]
    assert counts[24, gap_index(np.array([12]))].tolist() == [1]
    assert counts.sum() == 4
    assert count_upbeats(found, 48).tolist() == [1.0] + [0.0] * 47


def test_a_gap_that_is_none_has_no_index() -> None:
    assert gap_index(np.array([3, 5, -7, 0, 10**9])).tolist() == [0, NO_GAP, NO_GAP, NO_GAP, NO_GAP]


@pytest.mark.parametrize("beat", [24, 36])
def test_tables_are_probabilities_that_prefer_what_was_seen(beat: int) -> None:
    counts = np.zeros((2 * beat, len(GAPS)))
    counts[0, gap_index(np.array([beat]))] = 50
    counts[beat, gap_index(np.array([beat]))] = 50
    table = log_tables(counts, beat)
    np.testing.assert_allclose(np.exp(table).sum(axis=1), 1)
    assert GAPS[table[0].argmax()] == GAPS[table[beat].argmax()] == beat
    assert GAPS[table[beat - 12].argmax()] == 12  # from anywhere the next beat is the likeliest


def test_music_may_begin_anywhere_but_rather_where_it_did() -> None:
    counts = np.zeros(96)
    counts[72] = 9
    found = log_upbeats(counts)
    assert found.argmax() == 72
    assert found[3] > found[1]
    np.testing.assert_allclose(np.exp(found).sum(), 1)


@pytest.mark.parametrize(
    ("meter", "levels"),
    [
        ("2/4", [0, 3, 1, 3]),
        ("3/4", [0, 3, 2, 3, 2, 3]),
        ("4/4", [0, 3, 2, 3, 1, 3, 2, 3]),
        ("3/8", [0, 3, 3]),
        ("6/8", [0, 3, 3, 1, 3, 3]),
        ("9/8", [0, 3, 3, 2, 3, 3, 2, 3, 3]),
    ],
)
def test_levels_of_the_eighths(meter: str, levels: list[int]) -> None:
    found = place_levels(Meter.parse(meter))
    assert found[::12].tolist() == levels
    assert set(found[1:12].tolist()) == {4}
