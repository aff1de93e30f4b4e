import pytest

from symbolic.abc import parse
from symbolic.analysis.mode import mode_of


@pytest.mark.parametrize(
    ("notes", "mode"),
    [
        ("GABcdefg", "major"),
        ("GABcdeg", "major"),
        ("GABcde=fg", None),
        ("GA_Bcd_e=fg", "minor"),
        ("GA_Bcd_efg", "minor"),
        ("GA_Bcd=fg", "minor"),
        ("GA_Bcde=fg", None),
        ("G_A_Bcd_e=fg", None),
        ("GA_BBcdefg", None),
        ("GAcdefg", None),
        ("GAB^Acdefg", "major"),
    ],
)
def test_the_notes_give_the_mode(notes: str, mode: str | None) -> None:
    assert mode_of(parse(f"X:1\nL:1/8\nK:G\n{notes}|")) == mode
