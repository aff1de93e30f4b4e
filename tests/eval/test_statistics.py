import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from eval.statistics import holm, mcnemar, mean, proportion

BITS = st.lists(st.sampled_from([0.0, 1.0]), min_size=1, max_size=60)


@given(BITS)
def test_wilson_is_scipys(values: list[float]) -> None:
    found = proportion(values)
    expected = binomtest(int(sum(values)), len(values)).proportion_ci(0.95, method="wilson")
    assert found.value == sum(values) / len(values)
    assert found.low == pytest.approx(expected.low, abs=1e-9)
    assert found.high == pytest.approx(expected.high, abs=1e-9)
    assert 0 <= found.low <= found.value + 1e-12
    assert found.value <= found.high + 1e-12 <= 1 + 2e-12


def test_proportion_wants_zeros_and_ones() -> None:
    with pytest.raises(ValueError, match="zeros and ones"):
        proportion([0.5])
    with pytest.raises(ValueError, match="zeros and ones"):
        proportion([])


def test_bootstrap_covers_and_is_repeatable() -> None:
    rng = np.random.default_rng(1)
    values = rng.choice([0, 0.2, 0.3, 0.5, 1], size=400)
    found = mean(values, seed=3)
    assert found == mean(values, seed=3)
    assert found != mean(values, seed=4)
    normal = 1.96 * values.std() / 20
    assert found.low == pytest.approx(values.mean() - normal, abs=0.01)
    assert found.high == pytest.approx(values.mean() + normal, abs=0.01)


def test_mcnemar_is_the_binomial_test_of_the_changes() -> None:
    first = [1.0] * 15 + [0.0] * 5 + [1.0] * 80
    second = [0.0] * 15 + [1.0] * 5 + [1.0] * 80
    assert mcnemar(first, second) == pytest.approx(binomtest(5, 20).pvalue)
    assert mcnemar(first, first) == 1.0
    assert mcnemar([1.0] * 2000, [0.0] * 2000) == 0.0  # no overflow
    with pytest.raises(ValueError, match="zip"):
        mcnemar([1.0], [1.0, 0.0])


def test_holm() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([]) == []
    assert holm([0.9, 0.8]) == [1.0, 1.0]
