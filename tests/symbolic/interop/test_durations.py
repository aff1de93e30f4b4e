from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbolic.errors import UnsupportedFeatureError
from symbolic.interop.durations import Written, written


@pytest.mark.parametrize(
    ("duration", "ratio", "heads"),
    [
        ("1", None, [Written("quarter", 0)]),
        ("3/2", None, [Written("quarter", 1)]),
        ("15/4", None, [Written("half", 3)]),
        ("5/2", None, [Written("half", 0), Written("eighth", 0)]),
        ("1/3", (3, 2), [Written("eighth", 0, 3, 2)]),
        ("1/3", None, [Written("eighth", 0, 3, 2)]),
        ("3/4", (2, 3), [Written("eighth", 0, 2, 3)]),
        ("1/5", None, [Written("16th", 0, 5, 4)]),
        ("1/9", (3, 2), [Written("16th", 0, 9, 4)]),
        ("40", None, [Written("maxima", 0), Written("breve", 0)]),
    ],
)
def test_written(duration: str, ratio: tuple[int, int] | None, heads: list[Written]) -> None:
    assert written(Fraction(duration), ratio) == heads


@given(
    st.fractions(min_value=Fraction(1, 64), max_value=100, max_denominator=64),
    st.none() | st.sampled_from([(3, 2), (5, 4), (2, 3), (7, 8)]),
)
def test_note_heads_add_up(duration: Fraction, ratio: tuple[int, int] | None) -> None:
    try:
        heads = written(duration, ratio)
    except UnsupportedFeatureError:
        assert duration.denominator > 32
        return
    assert sum(head.quarters for head in heads) == duration


@pytest.mark.parametrize("duration", [Fraction(1, 1024), Fraction(1, 1021), Fraction(1, 3 * 2**12)])
def test_too_fine_to_write(duration: Fraction) -> None:
    with pytest.raises(UnsupportedFeatureError, match="too fine"):
        written(duration)
