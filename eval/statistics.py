"""Numbers with their uncertainty: means with 95% intervals, and the paired comparison of two models.

Shares of right answers get Wilson's interval (Wilson, JASA 1927), means of graded scores the percentile
bootstrap (Efron & Tibshirani, 1993, ch. 13). Two models that answered the same questions are compared pair by
pair by the exact McNemar test; where one model is compared with many, `holm` corrects the p values (Holm,
1979).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, sqrt

import numpy as np

Z95 = 1.959963984540054
RESAMPLES = 2000
_CHUNK = 200


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean with its 95% interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def proportion(values: Sequence[float], seed: int = 0) -> Estimate:
    """The share of ones among zeros and ones, with Wilson's interval; `seed` is not needed.

    Raises:
        ValueError: no values, or one that is neither 0 nor 1.
    """
    n = len(values)
    if not n or set(values) - {0.0, 1.0}:
        raise ValueError("values must be zeros and ones, at least one of them")
    share = sum(values) / n
    spread = 1 + Z95**2 / n
    centre = (share + Z95**2 / (2 * n)) / spread
    half = Z95 / spread * sqrt(share * (1 - share) / n + Z95**2 / (4 * n * n))
    return Estimate(share, max(0.0, centre - half), min(1.0, centre + half))


def mean(values: Sequence[float], seed: int = 0) -> Estimate:
    """The mean of any scores, with the percentile bootstrap interval.

    Raises:
        ValueError: no values.
    """
    if not len(values):
        raise ValueError("values must not be empty")
    array = np.asarray(values, dtype=np.float64)
    rng = np.random.default_rng(seed)
    means = np.concatenate(
        [
            array[rng.integers(0, len(array), size=(_CHUNK, len(array)))].mean(axis=1)
            for _ in range(RESAMPLES // _CHUNK)
        ]
    )
    low, high = np.percentile(means, [2.5, 97.5])
    return Estimate(float(array.mean()), float(low), float(high))


def mcnemar(first: Sequence[float], second: Sequence[float]) -> float:
    """The exact two-sided p value of McNemar's test for two rows of zeros and ones (McNemar, 1947).

    Raises:
        ValueError: rows of different lengths.
    """
    gained = sum(a > b for a, b in zip(first, second, strict=True))
    lost = sum(a < b for a, b in zip(first, second, strict=True))
    changed = gained + lost
    tail = sum(comb(changed, k) for k in range(min(gained, lost) + 1))
    return float(min(1.0, 2 * tail / 2**changed))


def holm(p_values: Sequence[float]) -> list[float]:
    """The p values, in the same order, corrected for being several."""
    order = sorted(range(len(p_values)), key=lambda index: p_values[index])
    corrected = [0.0] * len(p_values)
    largest = 0.0
    for rank, index in enumerate(order):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[index]))
        corrected[index] = largest
    return corrected
