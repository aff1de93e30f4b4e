from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from symbolic.analysis.local_key import best_path, key_distance, local_keys, windowed_durations
from symbolic.errors import SymbolicError
from symbolic.key import Key
from symbolic.score import Score
from tests.symbolic.analysis.tunes import MAJOR_MELODY, MINOR_MELODY, melody

PHRASE = MAJOR_MELODY[:-1] * 2


def test_a_modulation_is_found_where_it_happens() -> None:
    score = melody([60 + step for step in PHRASE] + [64 + step for step in PHRASE])
    spans = local_keys(score)
    assert [span.key for span in spans] == [Key("C"), Key("E")]
    assert spans[0].duration_quarter == pytest.approx(40, abs=6)
    assert spans[1].onset_quarter + spans[1].duration_quarter == 80


def test_one_key_is_one_span_and_passing_notes_do_not_change_it() -> None:
    score = melody(
        [57 + step for step in MINOR_MELODY[:-1]] + [58, 60] + [57 + step for step in MINOR_MELODY]
    )
    (span,) = local_keys(score)
    assert (span.key, span.onset_quarter) == (Key("A", "minor"), 0)


def test_nothing_sounds_nothing_is_found() -> None:
    assert local_keys(Score()) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"window_quarters": 0}, "must be positive"),
        ({"hop_quarters": -1}, "must be positive"),
        ({"profile": "x"}, "one of"),
    ],
)
def test_bad_requests_are_told(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(SymbolicError, match=message):
        local_keys(melody([60]), **arguments)  # type: ignore[arg-type]


def test_windows_hold_all_that_sounds_in_them() -> None:
    notes = melody([60, 62, 64, 65]).note_array()
    windows = windowed_durations(notes, window_quarters=2, hop_quarters=2)
    assert windows[:, [0, 2, 4, 5]].tolist() == [[1, 1, 0, 0], [0, 0, 1, 1]]


@pytest.mark.parametrize(
    ("a", "b", "steps"),
    [("C", "C", 0), ("C", "G", 1), ("C", "A minor", 1), ("C", "C minor", 1), ("C", "F#", 4)],
)
def test_distances_on_the_map_of_keys(a: str, b: str, steps: int) -> None:
    assert key_distance(Key.parse(a), Key.parse(b)) == key_distance(Key.parse(b), Key.parse(a)) == steps


def test_modes_without_a_place_on_the_map_are_refused() -> None:
    with pytest.raises(SymbolicError, match="major and minor"):
        key_distance(Key("D", "dorian"), Key("C"))


def test_best_path_is_the_best_of_all_paths() -> None:
    rng = np.random.default_rng(1)
    scores, costs = rng.random((5, 3)), rng.random((3, 3))

    def value(path: list[int]) -> float:
        here = sum(scores[time, state] for time, state in enumerate(path))
        return float(here - sum(costs[a, b] for a, b in pairwise(path)))

    paths = [
        [a, b, c, d, e]
        for a in range(3)
        for b in range(3)
        for c in range(3)
        for d in range(3)
        for e in range(3)
    ]
    assert value(best_path(scores, costs)) == pytest.approx(max(map(value, paths)))
