from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from symbolic.abc import parse
from symbolic.analysis.structure import (
    Bar,
    Repeat,
    bar_similarity,
    form,
    repeats,
    section_starts,
    whole_bars,
)
from symbolic.score import Score

HEAD = "X:1\nM:4/4\nL:1/8\nK:C\n"
A = "CDEF GABc|cBAG FEDC|C2E2 G2c2|c2G2 E2C2|CDEF GABc|cBAG FEDC|DEFG ABcd|c4 "
A_VARIED = "CDEF GABc|cBAG FEDC|C2E2 G2c2|c2G2 E2C2|CDEF GABc|cBAG FEDC|G2F2 D2B,2|C4 "
B = "efge dcBA|f2f2 e2e2|d2d2 c2B2|A4 G4|efge dcBA|f2f2 e2e2|gfed cBAB|c4 "


@pytest.mark.parametrize(
    ("body", "letters"),
    [
        (f"|:{A}c4:|\n|:{B}c4:|\n", "AABB"),
        (f"|:G,4|{A}:|\n|:g4|{B}:|\n", "AABB"),  # upbeats that complete the last bars
        (f"{A}c4|{A_VARIED}C4|{B}c4|{A}c4|]\n", "AABA"),
        (f"{A}c4|]\n", "AB"),
        ("C8|]\n", "A"),
        ("", ""),
    ],
)
def test_form(body: str, letters: str) -> None:
    assert form(parse(HEAD + body)) == letters


def test_form_as_written_and_in_other_lengths() -> None:
    score = parse(f"{HEAD}|:{A}c4:|\n|:{B}c4:|\n")
    assert form(score, unfold=False) == "AB"
    assert form(score, section_bars=16) == "AB"
    with pytest.raises(ValueError, match="at least 1"):
        form(score, section_bars=0)


def test_sections_start_after_the_upbeat() -> None:
    score = parse(f"{HEAD}|:G,4|{A}:|\n|:g4|{B}:|\n")
    assert section_starts(score) == [Fraction(2 + 32 * index) for index in range(4)]


def test_short_measures_are_joined() -> None:
    bars = whole_bars(parse(f"{HEAD}C2|D8|E6:|G2|A8|]\n"))
    assert bars == [Bar(Fraction(start), Fraction(4)) for start in (1, 5, 9)]
    assert whole_bars(Score()) == []


def test_similarity_of_bars() -> None:
    found = bar_similarity(parse(f"{HEAD}CDEF GABc|CDEF GABc|CDEF cBAG|z8|]\n"))
    assert np.diag(found).tolist() == [1] * 4
    assert np.array_equal(found, found.T)
    assert found[0, 1] == 1
    assert found[0, 2] == 0.5
    assert found[0, 3] == 0


def test_repeats_are_the_longest_ones() -> None:
    score = parse(f"{HEAD}CDEF GABc|cBAG FEDC|e8|CDEF GABc|cBAG FEDC|g8|a8|]\n")
    assert repeats(score) == [Repeat(0, 3, 2)]
    assert repeats(parse(f"{HEAD}C8|D8|E8|]\n")) == []
    assert repeats(parse(f"{HEAD}|:C8|D8:|\n"), unfold=True) == [Repeat(0, 2, 2)]
    with pytest.raises(ValueError, match="at least 1"):
        repeats(score, fewest_bars=0)


def test_bars_of_another_metre_are_whole_from_its_first_on() -> None:
    bars = whole_bars(parse("X:1\nM:4/4\nL:1/4\nK:C\nCDEF|[M:2/4]CD|EF|[M:3/4]GAB|cde|]\n"))
    assert [(bar.onset_quarter, bar.duration_quarter) for bar in bars] == [
        (0, 4),
        (4, 2),
        (6, 2),
        (8, 3),
        (11, 3),
    ]
