import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbolic.abc import parse
from symbolic.analysis.sections import Section, letters, sections
from symbolic.errors import SymbolicError
from symbolic.score import Score
from tests.symbolic.analysis.tunes import melody

HEAD = "X:1\nM:4/4\nL:1/8\nK:C\n"
A = "CDEF GABc|cBAG FEDC|C2E2 G2c2|c2G2 E2C2"
B = "efge dcBA|f2f2 e2e2|d2d2 c2B2|A4 G4"
C = "g4 a4|b2a2 g2f2|e2g2 f2a2|g8"


def form_of(*parts: str) -> tuple[str, list[int]]:
    found = sections(parse(f"{HEAD}{'|'.join(parts)}|]\n"))
    return letters(found), [section.first for section in found]


def test_sections_of_four_bars_that_come_again() -> None:
    assert form_of(A, A, B, B) == ("AABB", [0, 4, 8, 12])


def test_sections_of_eight_bars() -> None:
    assert form_of(A, B, A, B, C, A, C, A) == ("AABB", [0, 8, 16, 24])


def test_varied_endings_are_the_same_section() -> None:
    varied = A.replace("c2G2 E2C2", "d2B2 c4")
    assert form_of(A, varied, B, B)[0] == "AABB"


def test_sections_that_only_end_alike_are_different() -> None:
    other = "|".join((*C.split("|")[:2], *A.split("|")[2:]))
    assert form_of(A, A, other, other)[0] == "AABB"


def test_an_unusual_length_is_found_where_it_comes_again() -> None:
    five = f"{A}|G8"
    assert form_of(five, five, B, B) == ("AABB", [0, 5, 10, 14])


def test_repeats_are_played_out_unless_said_otherwise() -> None:
    score = parse(f"{HEAD}|:{A}:||:{B}:|\n")
    assert letters(sections(score)) == "AABB"
    assert letters(sections(score, unfold=False)) in ("A", "AB")


def test_short_and_empty_pieces() -> None:
    assert sections(Score()) == []
    assert sections(parse(f"{HEAD}{A}|]\n")) == [Section(0, 4, 0)]


def test_too_many_bars_are_refused() -> None:
    with pytest.raises(SymbolicError, match="at most 1000 bars"):
        sections(melody([60, 62, 64, 65] * 1001))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(48, 84), min_size=4, max_size=120))
def test_sections_cover_every_bar_once(midi: list[int]) -> None:
    found = sections(melody(midi))
    place = 0
    for section in found:
        assert section.first == place
        place += section.bars
    assert place in (len(midi) // 4, -(-len(midi) // 4))
