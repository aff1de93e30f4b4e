"""Trees as arrays, checked against walking down them one question at a time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbolic.analysis import boosted_trees
from symbolic.analysis.boosted_trees import LEAF, BoostedTrees

TREES = BoostedTrees(
    base=0.25,
    roots=np.array([0, 5]),
    features=np.array([1, 0, LEAF, LEAF, LEAF, LEAF]),
    values=np.array([0.5, 2.0, 1.0, 2.0, 4.0, 8.0]),
    rights=np.array([4, 2, 0, 0, 0, 0]),
)
"""Column 1 at most 0.5 → (column 0 at most 2 → 1, else 2), else 4; and a tree that always says 8."""


@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(-5, 5)), min_size=1, max_size=12))
def test_a_row_goes_down_each_tree(rows: list[tuple[float, float]]) -> None:
    expected = [8.25 + (4 if second > 0.5 else 1 if first <= 2 else 2) for first, second in rows]
    assert TREES.log_odds(np.array(rows)).tolist() == expected


def test_many_rows_are_taken_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = np.random.default_rng(0).normal(size=(50, 2))
    whole = TREES.log_odds(rows)
    monkeypatch.setattr(boosted_trees, "ROWS", 7)
    assert TREES.log_odds(rows).tolist() == whole.tolist()
    assert TREES.log_odds(np.zeros((0, 2))).shape == (0,)


def test_arrays_hold_everything() -> None:
    rows = np.random.default_rng(0).normal(size=(20, 2))
    again = BoostedTrees.from_arrays(TREES.to_arrays("own "), "own ")
    assert again.log_odds(rows).tolist() == TREES.log_odds(rows).tolist()


def test_nodes_of_different_number_are_refused() -> None:
    with pytest.raises(ValueError, match="as long"):
        BoostedTrees(0.0, np.zeros(1), np.zeros(3), np.zeros(3), np.zeros(2))
