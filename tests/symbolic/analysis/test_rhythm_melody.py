from __future__ import annotations

import numpy as np
import pytest

from symbolic.abc import parse
from symbolic.analysis.melody import contour, melody_measures
from symbolic.analysis.rhythm import entropy, metrical_weights, npvi, rhythm_measures, syncopation
from symbolic.meter import Meter
from symbolic.score import Score
from tests.symbolic.analysis.tunes import melody


@pytest.mark.parametrize(
    ("meter", "parts", "weights"),
    [
        ("4/4", 2, [0, -3, -2, -3, -1, -3, -2, -3]),  # Longuet-Higgins and Lee 1984, figure 2
        ("3/4", 2, [0, -2, -1, -2, -1, -2]),
        ("6/8", 2, [0, -2, -2, -1, -2, -2]),
        ("2/4", 2, [0, -2, -1, -2]),
        ("(2+3)/8", 2, [0, -2, -1, -2, -2]),
    ],
)
def test_weights_of_the_places_in_a_bar(meter: str, parts: int, weights: list[int]) -> None:
    assert list(metrical_weights(Meter.parse(meter), parts)) == weights


def test_free_metre_has_no_weights() -> None:
    assert metrical_weights(Meter.free(), 2) == ()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("C4 C4 | C4 C4 |", 0),
        ("C3 C4 C | C8 |", 1.0),  # held from the second offbeat (-3) over the half bar (-1): 2, over 2 bars
        ("C2 C4 C2 | C8 |", 0.5),
        ("C4 C4- | C4 C4 |", 0.5),  # tied over the downbeat
        ("C4 C2 C2 | z4 C4 |", 1.0),  # a rest on the downbeat after a note on the last beat
    ],
)
def test_syncopation(body: str, expected: float) -> None:
    assert syncopation(parse(f"X:1\nM:4/4\nL:1/8\nK:C\n{body}\n")) == expected


def test_npvi_of_even_and_dotted_rhythm() -> None:
    assert npvi(np.array([2, 2, 2])) == 0
    assert npvi(np.array([3, 1, 3, 1])) == pytest.approx(100)
    assert npvi(np.array([5])) == 0


def test_entropy_in_bits() -> None:
    assert entropy("aabb") == 1
    assert entropy("aaaa") == 0
    assert entropy("") == 0


def test_rhythm_of_a_line() -> None:
    found = rhythm_measures(melody([60] * 8, [1, 0.5, 0.5, 2]))
    assert found is not None
    assert (found.notes, found.notes_per_quarter, found.mean_gap_quarter) == (8, 1, 1)
    assert found.entropy_bits == 1.5


def test_melody_of_a_line() -> None:
    found = melody_measures(melody([60, 62, 64, 67, 67, 60]))
    assert found is not None
    assert (found.lowest, found.highest, found.range_semitones) == (60, 67, 7)
    assert found.mean_pitch == pytest.approx(380 / 6)
    assert found.tessitura == (60.5, 66.25)
    assert found.mean_interval == pytest.approx(14 / 5)
    assert (found.stepwise, found.leaps, found.turns) == (0.5, 0.2, 0)
    assert found.contour == "convex"


def test_nothing_to_measure() -> None:
    assert melody_measures(Score()) is None
    assert rhythm_measures(Score()) is None
    with pytest.raises(ValueError, match="must not be empty"):
        contour([])


@pytest.mark.parametrize(
    ("pitches", "name"),
    [
        ([60], "horizontal"),
        ([60, 64, 67], "ascending"),
        ([67, 60, 67], "concave"),
        ([60, 60, 55], "horizontal-descending"),
    ],
)
def test_contours(pitches: list[int], name: str) -> None:
    assert contour(pitches) == name
