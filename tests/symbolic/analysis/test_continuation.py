import pytest

from symbolic.abc import parse
from symbolic.analysis.continuation import continuation_fit
from symbolic.score import Score
from symbolic.timeline import sounding_notes

HEAD = "X:1\nM:4/4\nL:1/8\nK:C\n"
OPENING = parse(f"{HEAD}CDEF G2A2|cBAG E2G2|CDEF G2A2|G2E2 C4|]\n")


def fit(bars: str, opening: Score = OPENING) -> float:
    return continuation_fit(opening, sounding_notes(parse(f"{HEAD}{bars}|]\n")))


def test_the_opening_taken_up_again_fits() -> None:
    assert fit("CDEF G2A2|cBAG E2G2") > fit("cBAG E2G2|CDEF G2A2")


def test_a_near_start_fits_better_than_a_leap() -> None:
    assert fit("DCDE F2G2|A2G2 F2E2") > fit("d'c'd'c' F2G2|A2G2 F2E2")


def test_another_cadence_fits_worse() -> None:
    assert fit("G2E2 C4|G2E2 C4") < fit("GECE GFED|GECE GFED")


def test_an_upbeat_of_the_opening_does_not_count() -> None:
    with_upbeat = parse(f"{HEAD}C2|CDEF G2A2|cBAG E2G2|CDEF G2A2|G2E2 C4|]\n")
    one, other = "CDEF G2A2|cBAG E2G2", "E2C2 F2A2|GFED E2G2"
    shift = fit(one, with_upbeat) - fit(one)
    assert fit(other, with_upbeat) - fit(other) == pytest.approx(shift)


def test_nothing_to_compare_is_refused() -> None:
    with pytest.raises(ValueError, match="must hold notes"):
        continuation_fit(OPENING, [])
    with pytest.raises(ValueError, match="metre"):
        fit("C8", parse("X:1\nM:none\nK:C\nCDEF|\n"))
