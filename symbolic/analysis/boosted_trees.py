"""Gradient-boosted decision trees, evaluated with numpy alone: the log-odds of yes for rows of features.

A tree asks at each node whether one feature is at most a threshold and goes left if so, to the next node in
the arrays, else to the node it names; the leaves that a row reaches in all trees are added (Friedman, *Annals
of Statistics* 29, 2001). Trees are fitted by ``training/phrase_trees.py`` and stored as plain arrays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

LEAF = 255
"""Stands for the feature of a node without question, so a model has fewer features than that."""
ROWS = 4096
"""Rows that are sent through the trees at once."""


@dataclass(frozen=True, slots=True, eq=False)
class BoostedTrees:
    """Trees whose nodes lie in one list, each tree in preorder.

    Attributes:
        base: log-odds before any tree.
        roots: (trees,) index of the first node of each.
        features: (nodes,) index of the feature that a node asks about, or `LEAF`.
        values: (nodes,) threshold of a question, log-odds of a leaf.
        rights: (nodes,) where a question goes on above its threshold, in nodes from it; at or below it the
            next node is the answer.
    """

    base: float
    roots: np.ndarray
    features: np.ndarray
    values: np.ndarray
    rights: np.ndarray

    def __post_init__(self) -> None:
        if not len(self.features) == len(self.values) == len(self.rights):
            raise ValueError(
                f"features, values and rights must be as long, got {len(self.features)}, "
                f"{len(self.values)} and {len(self.rights)}"
            )

    def log_odds(self, rows: np.ndarray) -> np.ndarray:
        """The log-odds of each row: shape (rows, features) → (rows,)."""
        parts = [self._of(rows[start : start + ROWS]) for start in range(0, len(rows), ROWS)]
        return np.concatenate(parts) if parts else np.zeros(0)

    def _of(self, rows: np.ndarray) -> np.ndarray:
        nodes = np.broadcast_to(self.roots.astype(np.int64), (len(rows), len(self.roots))).copy()
        place = np.arange(len(rows))[:, np.newaxis]
        while True:
            asked = self.features[nodes]
            inner = asked != LEAF
            if not inner.any():
                total: np.ndarray = self.base + self.values[nodes].sum(axis=1, dtype=np.float64)
                return total
            below = rows[place, np.where(inner, asked, 0)] <= self.values[nodes]
            nodes += np.where(inner, np.where(below, 1, self.rights[nodes]), 0)

    def to_arrays(self, name: str) -> dict[str, np.ndarray]:
        """What `from_arrays` reads, each array's name begun with `name`."""
        return {
            f"{name}base": np.array(self.base),
            f"{name}roots": self.roots.astype(np.uint16),
            f"{name}features": self.features.astype(np.uint8),
            f"{name}values": self.values.astype(np.float32),
            f"{name}rights": self.rights.astype(np.uint8),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray], name: str) -> BoostedTrees:
        """The trees that `to_arrays` wrote."""
        return cls(
            float(arrays[f"{name}base"]),
            *(arrays[f"{name}{part}"] for part in ("roots", "features", "values", "rights")),
        )
