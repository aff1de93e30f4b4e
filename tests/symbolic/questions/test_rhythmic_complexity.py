from collections import Counter

import pytest

from symbolic.abc import parse as read
from symbolic.questions import Question
from symbolic.questions.base import too_few_notes
from symbolic.questions.complexity import LEVELS, Scale
from symbolic.questions.rhythmic_complexity import SCALE, TYPE, ask, measures, strip
from symbolic.tunes import manifest, read_tunes
from tests.symbolic.questions.case import Case
from tests.symbolic.questions.ensembles import CHORALE, DISGUISED, REEL

PLAIN = read("X:1\nM:4/4\nL:1/8\nK:C\nCDEF GABc|cBAG FEDC|CDEF GABc|cBAG FEDC|]")
SYNCOPATED = read("X:1\nM:4/4\nL:1/8\nK:C\nC3D2EF2|G>AB<c (3def g-|g2c3Bz/c/B|A6-A/B3/2|c3/2d/e3f3|g8|]")
CASE = Case(examples=[PLAIN, SYNCOPATED, REEL, CHORALE], renotated=DISGUISED)


def test_plain_and_syncopated() -> None:
    plain, syncopated = ask(PLAIN), ask(SYNCOPATED)
    assert isinstance(plain, Question)
    assert isinstance(syncopated, Question)
    assert (plain.truth, syncopated.truth) == ("low", "high")
    assert measures(PLAIN) == (0, 0, 0)
    assert TYPE.grade(plain, "moderately complex").verdict == "near"
    assert TYPE.grade(plain, "It is not simple but highly complex").verdict == "wrong"


def test_the_scale_is_that_of_the_training_split() -> None:
    pytest.importorskip("music21")
    entries = [entry for entry in manifest() if entry.split == "train"][7::60]
    tunes = [score for _, score in read_tunes(entries, Counter()) if not too_few_notes(score)]
    rows = [row for score in tunes if (row := measures(strip(score)))]
    again = Scale.fit(rows)
    assert again.deviations == pytest.approx(SCALE.deviations, rel=0.4)
    assert (again.lower, again.upper) == pytest.approx((SCALE.lower, SCALE.upper), rel=0.1)
    levels = Counter(map(SCALE.level, rows))
    assert all(0.25 < levels[level] / len(rows) < 0.42 for level in LEVELS), levels


def test_scales_divide_into_thirds() -> None:
    rows = [(value, 10.0 * value) for value in range(30)]
    scale = Scale.fit(rows)
    assert Counter(map(scale.level, rows)) == {"low": 10, "medium": 10, "high": 10}
    assert scale.index((8.655, 86.55)) == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize("rows", [[], [(1.0, 2.0), (1.0, 3.0)]])
def test_what_does_not_vary_gives_no_scale(rows: list[tuple[float, float]]) -> None:
    with pytest.raises(ValueError, match=r"rows|deviations"):
        Scale.fit(rows)
