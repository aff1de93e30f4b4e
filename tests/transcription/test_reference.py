from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from symbolic.abc import parse
from symbolic.meter import Meter
from tests.transcription.playing import play_score
from transcription.reference import AlignedPerformance, Reference, bar_starts

TUNE = "X:1\nL:1/8\nM:6/8\nQ:3/8=100\nK:D\n|:d|AFD DFA|ded c2A|BGE EFG|AFD D2:|\n"


def aligned() -> AlignedPerformance:
    score = parse(TUNE)
    performance, _ = play_score(score, 150)
    reference = Reference.of(score)
    return AlignedPerformance("a", "a", performance, reference, reference.notes["onset_quarter"])


def test_bars_are_those_of_the_score_as_played() -> None:
    bars = Reference.of(parse(TUNE)).bars()
    assert [bar.start for bar in bars[:3]] == [0, Fraction(1, 2), Fraction(7, 2)]
    assert len(bars) == 9
    assert bars[-1].end >= Fraction(49, 2)
    assert all(before.end == after.start for before, after in pairwise(bars))


def test_bars_start_neither_at_a_pickup_nor_where_a_repeat_sign_cuts_them() -> None:
    meter = Meter.parse("3/4")
    cut = [(0.0, 1.0, meter), (1.0, 3.0, meter), (4.0, 2.0, meter), (6.0, 1.0, meter), (7.0, 3.0, meter)]
    assert bar_starts(cut).tolist() == [1, 4, 7]
    assert bar_starts([(0.0, 6.0, meter), (6.0, 3.0, meter)]).tolist() == [0, 3, 6]
    assert bar_starts([(0.0, 2.0, meter)]).tolist() == [0]
    assert bar_starts([(0.0, 5.0, Meter.free()), (5.0, 2.5, Meter.free())]).tolist() == [0, 5]


def test_the_beat_goes_where_it_was_played() -> None:
    found = aligned().beatmap()
    assert found.qpm == pytest.approx(150)
    assert found.to_seconds(np.array([0.5])) == pytest.approx([0.2])
    assert np.allclose((found.quarters - 0.5) % 1.5, 0)


def test_a_beat_needs_two_moments() -> None:
    played = aligned()
    with pytest.raises(ValueError, match="two beats"):
        replace(played, onset_quarter=np.full(len(played.onset_quarter), np.nan)).beatmap()
