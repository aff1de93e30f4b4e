"""Frames and their times."""

import numpy as np
import pytest

from tests.transcription.hearing import activations
from transcription.activations import HOP, SAMPLE_RATE, Activations, frame_count, frame_times, joined


def test_times_follow_the_windows() -> None:
    times = frame_times(np.arange(1000))
    steps = np.round(np.diff(times) * SAMPLE_RATE).astype(int)
    assert set(steps) == {HOP, HOP - 188}
    assert times[142] * SAMPLE_RATE == pytest.approx(36_164)
    assert np.all(np.diff(times) > 0)


def test_times_are_near_those_of_basic_pitch() -> None:
    """Its formula, with its magic number, which spreads what windows lack over their frames."""
    numbers = np.arange(50_000)
    window_offset = HOP / SAMPLE_RATE * (172 - 43_844 / HOP) + 0.0018
    theirs = numbers * HOP / SAMPLE_RATE - window_offset * np.floor(numbers / 172)
    assert np.abs(frame_times(numbers) - theirs).max() < 0.012


@pytest.mark.parametrize("samples", [1, 255, 256, 257, 36_163, 36_164, 36_165, 500_000])
def test_frames_start_within_the_samples(samples: int) -> None:
    count = frame_count(samples)
    assert frame_times(np.array([count - 1]))[0] < samples / SAMPLE_RATE <= frame_times(np.array([count]))[0]


def test_cut_and_join() -> None:
    whole = activations(100, [(20, 60, 60)], noise=0.3)
    parts = [whole.cut(0, 30), whole.cut(30, 31), whole.cut(31, 200)]
    assert [(part.first, part.last) for part in parts] == [(0, 30), (30, 31), (31, 100)]
    again = joined(parts)
    np.testing.assert_array_equal(again.frames, whole.frames)
    np.testing.assert_array_equal(parts[2].cut(40, 50).onsets, whole.onsets[40:50])
    assert len(whole.cut(-5, 10)) == 10
    assert len(whole.cut(100, 120)) == 0


def test_shapes_are_checked() -> None:
    with pytest.raises(ValueError, match="shapes"):
        Activations(np.zeros((5, 88)), np.zeros((4, 88)), np.zeros(5))
