from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from symbolic.abc import parse
from symbolic.meter import Meter
from transcription.beats.events import onset_events
from transcription.beats.examples import UNKNOWN, event_places, example_of
from transcription.beats.features import FEATURES
from transcription.beats.network import LEVELS, STRAY, read_events
from transcription.beats.training import train_network
from transcription.performance import Performance, note_rows
from transcription.reference import AlignedPerformance, Reference

METERS = (Meter.parse("3/4"), Meter.parse("4/4"))


def aligned() -> AlignedPerformance:
    """A waltz with a pickup at 120, and a stray note before each bar."""
    reference = Reference.of(parse("X:1\nM:3/4\nL:1/4\nK:C\nG|cec|BdB|A/B/cA|G2c|cec|BdB|c3|\n"))
    rows = [(float(n["onset_quarter"]) / 2, 0.4, int(n["pitch"]), 80, 0) for n in reference.notes]
    places = [float(n["onset_quarter"]) for n in reference.notes]
    for bar in reference.downbeats[1:4].tolist():
        rows.append((bar / 2 - 0.1, 0.05, 90, 30, 0))
        places.append(np.nan)
    order = np.argsort([row[0] for row in rows])
    notes = note_rows(rows[index] for index in order)
    return AlignedPerformance("a", "a", Performance(notes), reference, np.array(places)[order])


def test_an_example_says_where_each_event_stands() -> None:
    example = example_of(aligned(), METERS)
    assert example is not None
    assert example.levels.tolist()[:9] == [2, 0, 2, 2, STRAY, 0, 2, 2, STRAY]
    assert set(example.meters.tolist()) == {0}
    np.testing.assert_allclose(np.exp(example.log_periods), 0.5)


def test_time_stops_before_what_follows_a_fermata() -> None:
    one = aligned()
    notes = one.performance.notes.copy()
    notes["onset_s"][10:] += 0.4
    held = example_of(replace(one, performance=Performance(notes)), METERS)
    assert held is not None
    assert not (example_of(one, METERS) or held).stops.any()
    assert held.stops.nonzero()[0].tolist() == [10]


def test_a_metre_that_is_not_looked_for_gives_no_example() -> None:
    assert example_of(aligned(), METERS[1:]) is None
    assert UNKNOWN not in range(len(METERS))


def test_events_out_of_order_stand_nowhere() -> None:
    one = aligned()
    places = one.onset_quarter.copy()
    places[3] = 0.0
    changed = AlignedPerformance("a", "a", one.performance, one.reference, places)
    assert np.isnan(event_places(changed, onset_events(one.performance))[3])


def test_the_network_learns_and_is_read_alike() -> None:
    torch = pytest.importorskip("torch")
    from transcription.beats.training import _forward

    torch.set_num_threads(1)
    example = example_of(aligned(), METERS)
    assert example is not None
    losses: list[float] = []
    weights = train_network(
        [example],
        np.ones(1),
        len(METERS),
        steps=200,
        width=8,
        batch=2,
        report=lambda now: losses.append(now.level),
    )
    assert losses[1] < losses[0]
    opinion = read_events({name: matrix[np.newaxis] for name, matrix in weights.items()}, example.features)
    assert opinion.levels.shape == (len(example), LEVELS)
    np.testing.assert_allclose(np.exp(opinion.meters).sum(axis=1), 1, atol=1e-6)
    matrices = {name: torch.tensor(matrix) for name, matrix in weights.items()}
    scores = _forward(matrices, torch.tensor(example.features[np.newaxis].astype(np.float32)), dropout=0.0)
    levels = torch.log_softmax(scores[0], dim=-1)[0].numpy()
    np.testing.assert_allclose(opinion.levels, levels, atol=1e-4)
    assert example.features.shape[1] == FEATURES
