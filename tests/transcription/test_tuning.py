"""How far a recording is from concert pitch."""

import numpy as np
import pytest

from transcription.audio import Audio
from transcription.tuning import tuning_cents

RATE = 22_050


def tones(cents: float, seconds: float = 6.0, noise: float = 0.0) -> Audio:
    """A slow scale with overtones, out of tune."""
    time = np.arange(int(seconds * RATE)) / RATE
    pitch = 60 + np.array([0, 2, 4, 5, 7, 9])[(time // 1).astype(int) % 6]
    hertz = 440 * 2 ** ((pitch - 69 + cents / 100) / 12)
    phase = 2 * np.pi * np.cumsum(hertz) / RATE
    samples = sum(np.sin(number * phase) / number for number in (1, 2, 3, 4))
    return Audio.from_samples(
        0.2 * samples + noise * np.random.default_rng(0).standard_normal(len(time)), RATE
    )


@pytest.mark.parametrize("cents", [-45, -20, 0, 8, 33])
@pytest.mark.parametrize("noise", [0, 0.02])
def test_tuning(cents: float, noise: float) -> None:
    assert tuning_cents(tones(cents, noise=noise)) == pytest.approx(cents, abs=3)


def test_no_tones() -> None:
    noise = np.random.default_rng(1).uniform(-0.5, 0.5, 5 * RATE)
    assert tuning_cents(Audio.from_samples(noise, RATE)) == 0
    assert tuning_cents(Audio.from_samples(np.zeros(5 * RATE), RATE)) == 0
    assert tuning_cents(Audio.from_samples(np.zeros(RATE // 5), RATE)) == 0
