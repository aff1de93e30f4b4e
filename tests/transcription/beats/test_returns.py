from __future__ import annotations

from dataclasses import replace

import numpy as np

from symbolic.abc import parse
from symbolic.meter import Meter
from transcription.beats.fit_returns import SCALES, fit_returns, passages, score_events
from transcription.beats.returns import FEATURES, LAGS, return_features, return_scores
from transcription.reference import Reference

METERS = (Meter.parse("3/4"), Meter.parse("4/4"))
WALTZ = "C,[EG][EG]|D,[FA][FA]|G,[FB][FB]|C,[EG][EG]|"
MARCH = "C,[EG]G,[EG]|D,[FA]A,[FA]|G,[FB]D[FB]|C,[EG]G,[EG]|"


def reference(meter: str, music: str) -> Reference:
    return Reference.of(parse(f"X:1\nM:{meter}\nL:1/4\nK:C\n{music * 12}\n"))


def test_events_of_a_score_stand_where_its_notes_do() -> None:
    at, events = score_events(reference("3/4", WALTZ))
    assert at[:4].tolist() == [0, 24, 48, 72]
    assert events.sizes[:3].tolist() == [1, 2, 2]
    assert events.lowest[:2].tolist() == [48, 64]
    assert events.pitch_classes[1].nonzero()[0].tolist() == [4, 7]


def test_low_notes_come_back_bar_by_bar() -> None:
    at, events = score_events(reference("3/4", WALTZ))
    chords = return_features(at, events).reshape(-1)[len(LAGS) : 2 * len(LAGS)]
    assert LAGS[chords.argmax()] % 6 == 0
    assert chords[LAGS == 6] > chords[LAGS == 4]


def test_features_do_not_change_with_key() -> None:
    at, events = score_events(reference("3/4", WALTZ))
    higher = replace(
        events,
        lowest=events.lowest + 3,
        highest=events.highest + 3,
        pitch_classes=np.roll(events.pitch_classes, 3, axis=1),
    )
    np.testing.assert_allclose(return_features(at, higher), return_features(at, events), atol=1e-12)


def test_a_single_note_has_features() -> None:
    at, events = score_events(reference("3/4", WALTZ))
    alone = return_features(at[:1], events.take(np.arange(1)))
    assert alone.shape == (FEATURES,)
    assert np.isfinite(alone).all()


def test_metres_are_told_by_what_comes_back() -> None:
    found = passages([reference("3/4", WALTZ), reference("4/4", MARCH)], METERS, seed=1)
    assert {meter for _, meter in found} == {0, 1}
    assert all(1 <= len(rows) <= len(SCALES) for rows, _ in found)
    weights = fit_returns(found, len(METERS))
    for rows, meter in found:
        assert return_scores(rows[0], weights).argmax() == meter
