"""`lint` names every problem once, where it is."""

import pytest

from symbolic.abc import lint


def found(music: str, header: str = "M:4/4\nL:1/4") -> list[tuple[str, int, int]]:
    text = f"X:1\n{header}\nK:C\n{music}\n"
    offset = 2 + header.count("\n") + 1
    return [(problem.code, problem.line - offset, problem.column) for problem in lint(text)]


@pytest.mark.parametrize(
    ("music", "problems"),
    [
        ("CDEF|GABc|]", []),
        ("C|DEFG|ABc:|", []),
        ("|:CDEF|1GABc:|2cBAG|]", []),
        ("CDEF|GAB|CDEF|]", [("bar-length", 1, 9)]),
        ("CDEF|GABcd|CDEF|]", [("bar-length", 1, 11)]),
        ("|:CDEF|GABc|]", [("repeat", 1, 7)]),
        ("|:CDEF|1GABc:|cBAG|]", [("ending", 1, 13)]),
        ("CDEF|2GABc|]", [("ending", 1, 11)]),
        ("(CDEF|GABc|]", [("slur", 1, 6)]),
        ("CDE)F|GABc|]", [("slur", 1, 6)]),
        ("C-DEF|]", [("tie", 1, 6)]),
        ("!wobble!CDEF|]", [("unknown-decoration", 1, 1)]),
        ("CD?EF\nGA|]", []),
        ("CDEF|\nGA%|]\nBc ]|]", [("stray-character", 3, 4)]),
    ],
)
def test_problems_and_their_places(music, problems):
    assert found(music) == problems


def test_problems_of_all_tunes_of_a_book_in_one_pass():
    book = "X:1\nM:4/4\nL:1/4\nK:C\nCDE|CDEF|CDE|CDEF|\n\nX:2\nM:4/4\nL:1/4\nK:Q\nCDEF|\n"
    assert [(problem.code, problem.line) for problem in lint(book)] == [("bar-length", 5), ("bad-field", 10)]


def test_voices_of_different_length_and_missing_parts():
    problems = lint("X:1\nL:1/4\nP:AC\nK:C\nP:A\n[V:1]CDEF|\n[V:2]CDE|\n")
    assert {problem.code for problem in problems} == {"voice-length", "part"}
