from __future__ import annotations

import numpy as np

from transcription.beats.events import onset_events
from transcription.beats.features import FEATURES, event_features
from transcription.performance import Performance, Track, note_rows


def test_what_is_struck_together_is_one_event() -> None:
    rows = [(1.0, 0.5, 60, 80, 0), (1.02, 0.4, 64, 40, 0), (1.03, 0.9, 43, 80, 0), (1.2, 0.1, 72, 90, 0)]
    events = onset_events(Performance(note_rows(rows)))
    assert events.sizes.tolist() == [3, 1]
    assert (events.lowest[0], events.highest[0], events.velocities[0], events.durations_s[0]) == (
        43,
        64,
        80,
        0.9,
    )
    np.testing.assert_allclose(events.times_s, [(80 * 1.0 + 40 * 1.02 + 80 * 1.03) / 200, 1.2])
    assert events.pitch_classes[0, [0, 4, 7]].tolist() == [1, 1, 1]


def test_a_run_is_not_one_chord() -> None:
    rows = [(0.03 * step, 0.03, 60 + step, 80, 0) for step in range(12)]
    events = onset_events(Performance(note_rows(rows)))
    assert len(events) == 4
    assert events.event_of_note.tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]


def test_percussion_counts_only_where_there_is_nothing_else() -> None:
    tracks = (Track("Drums", percussion=True), Track("Piano"))
    drums = [(0.5 * step, 0.1, 36, 90, 0) for step in range(4)]
    with_piano = onset_events(Performance(note_rows([*drums, (0.6, 0.3, 60, 80, 1)]), tracks))
    assert with_piano.times_s.tolist() == [0.6]
    assert with_piano.event_of_note.tolist() == [-1, -1, 0, -1, -1]
    assert len(onset_events(Performance(note_rows(drums), tracks))) == 4


def test_some_events_keep_their_notes() -> None:
    rows = [(0.5 * step, 0.1, 60 + step, 90, 0) for step in range(4)]
    events = onset_events(Performance(note_rows(rows))).take(np.array([1, 3]))
    assert events.highest.tolist() == [61, 63]
    assert events.event_of_note.tolist() == [-1, 0, -1, 1]


def test_features_do_not_know_key_loudness_or_the_clock() -> None:
    rng = np.random.default_rng(1)
    times = rng.uniform(0.1, 0.6, 60).cumsum()
    pitches = rng.integers(48, 80, 60)
    rows = [(t, 0.3, int(p), 60, 0) for t, p in zip(times.tolist(), pitches, strict=True)]
    moved = [(t + 7, length, p + 5, velocity + 20, 0) for t, length, p, velocity, _ in rows]
    one, other = (event_features(onset_events(Performance(note_rows(some)))) for some in (rows, moved))
    assert one.shape == (60, FEATURES)
    np.testing.assert_allclose(one, other, atol=1e-9)


def test_two_events_have_features() -> None:
    rows = [(0.0, 0.3, 60, 60, 0), (0.5, 0.3, 62, 60, 0)]
    assert np.isfinite(event_features(onset_events(Performance(note_rows(rows))))).all()
