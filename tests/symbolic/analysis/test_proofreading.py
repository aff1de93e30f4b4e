import pytest

from symbolic.abc import parse
from symbolic.analysis.proofreading import wrong_bar
from symbolic.score import Score

HEAD = "X:1\nM:4/4\nL:1/4\nK:G\n"


@pytest.mark.parametrize(
    ("music", "index"),
    [
        ("GABc|dcBA|GABc|dBG2", None),
        ("GABc|dcB2A|GABc|dBG2", 1),
        ("GABc|dcBA|GAB|dBG2", 2),
        ("GABc|dcBA|GABc|dB_B2", 3),
        ("GABc|dc'BA|GABc|dBG2", 1),
        ("G_ABc|dc'BA|G_ABc|dBG2", 1),
        ("D|GABc|dcBA|GABc|dBG", None),
        ("D|GABc|dcB|GABc|dBG", 2),
    ],
    ids=["right", "long", "short", "key", "octave", "rarest", "upbeat", "short after an upbeat"],
)
def test_the_bar_that_breaks_a_rule(music: str, index: int | None) -> None:
    assert wrong_bar(parse(f"{HEAD}{music}|]\n")) == index


def test_an_empty_score_has_no_wrong_bar() -> None:
    assert wrong_bar(Score()) is None
