"""What the questions about complexity share: an index of some measures, cut into three levels at terciles.

Each measure is divided by its standard deviation over a reference collection, so that all weigh the same;
the index is their mean. Low, medium and high are the thirds of that collection. The numbers stand in the
modules that ask, with the collection they come from; `Scale.fit` computes them anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from symbolic.questions.answers import one_of

LEVELS = ("low", "medium", "high")
ANSWER_FORMAT = f"Answer with one of: {', '.join(LEVELS)}."
parse = one_of(
    LEVELS,
    {
        "low": ("simple", "low complexity"),
        "medium": ("moderate", "moderately complex", "middle", "intermediate", "medium complexity"),
        "high": ("complex", "high complexity"),
    },
)


@dataclass(frozen=True, slots=True)
class Scale:
    """How measures become a level.

    Attributes:
        deviations: the standard deviation of each measure over the reference collection.
        lower, upper: the terciles of the index there.
    """

    deviations: tuple[float, ...]
    lower: float
    upper: float

    def __post_init__(self) -> None:
        if not (self.deviations and min(self.deviations) > 0):
            raise ValueError(f"deviations must be positive, got {self.deviations}")
        if not self.lower <= self.upper:
            raise ValueError(f"lower must not lie above upper, got {self.lower} and {self.upper}")

    @classmethod
    def fit(cls, rows: Sequence[Sequence[float]]) -> Scale:
        """The scale of a collection, one row of measures for each score.

        Raises:
            ValueError: there is no row, or a measure is the same in all of them.
        """
        table = np.array(rows, float)
        if table.ndim != 2 or not len(table):
            raise ValueError(f"rows must be a table of measures, got shape {table.shape}")
        deviations = table.std(axis=0)
        index = (table / np.where(deviations > 0, deviations, 1)).mean(axis=1)
        lower, upper = np.quantile(index, (1 / 3, 2 / 3))
        return cls(tuple(map(float, deviations)), float(lower), float(upper))

    def index(self, measures: Sequence[float]) -> float:
        """Mean of the measures, each in its standard deviations."""
        parts = (value / deviation for value, deviation in zip(measures, self.deviations, strict=True))
        return sum(parts) / len(self.deviations)

    def level(self, measures: Sequence[float]) -> str:
        """One of `LEVELS`."""
        index = self.index(measures)
        return LEVELS[(index >= self.lower) + (index >= self.upper)]

    def verdict(self, measures: Sequence[float]) -> str:
        """The index and where it lies, in words."""
        index = self.index(measures)
        bounds = {
            "low": f"below {self.lower:.2f}, the lower tercile",
            "medium": f"between the terciles {self.lower:.2f} and {self.upper:.2f}",
            "high": f"not below {self.upper:.2f}, the upper tercile",
        }
        return f"an index of {index:.2f}, {bounds[self.level(measures)]}"


def spellings(truth: str) -> tuple[str, ...]:
    """A level as it is, and in sentences."""
    return (
        truth,
        truth.title(),
        f"The complexity is {truth}.",
        f"Answer: **{truth}**",
        f"{truth} complexity",
    )
