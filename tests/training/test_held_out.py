"""The gain of a training on held-out questions: shares, and how sure they are."""

from math import sqrt

import pytest

from training.card import gain_cells
from training.held_out import Tally, rows


def tally(*credits: float) -> Tally:
    return Tally(len(credits), sum(credits), credits)


def test_the_gain_is_measured_question_by_question() -> None:
    before = {"key": tally(0, 1, 0, 1), "range": tally(1, 1)}
    after = {"key": tally(1, 1, 1, 1), "range": tally(1, 0)}
    key, compass, together = rows(before, after)
    assert key[:4] == ("key", 4, 0.5, 1.0)
    assert key[4] == pytest.approx(1.96 * sqrt(1 / 3) / 2)
    assert compass[:4] == ("range", 2, 1.0, 0.5)
    assert together[:4] == ("all", 6, 4 / 6, 5 / 6)
    assert together[4] == pytest.approx(1.96 * sqrt((17 / 6) / 5 / 6))


def test_one_question_has_no_interval() -> None:
    (row, _) = rows({"key": tally(0)}, {"key": tally(1)})
    assert row == ("key", 1, 0.0, 1.0, None)
    assert gain_cells(row) == ("key", "1", "0.000", "1.000", "+1.000")
    assert gain_cells(("all", 1200, 0.5, 0.25, 0.125))[1:] == ("1,200", "0.500", "0.250", "-0.250 ± 0.125")


def test_nothing_asked_nothing_told() -> None:
    assert rows({}, {}) == []
