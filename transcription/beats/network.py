"""A small network that reads events in their surroundings: how strong each stands in its bar, and how fast.

Residual blocks of dilated convolutions over the events (Bai et al., arXiv 1803.01271; for beats Davies and
Böck, EUSIPCO 2019), without recurrence, so that the cost is linear. It says for each event which metrical
level it stands on or that it stands nowhere, how long a quarter note is there, and which metre the music is
in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

LEVELS = 6
"""Bar, half bar, beat, division of a beat, anything finer, and none: an ornament or a wrong note."""
STRAY = 5
DILATIONS = (1, 2, 4, 8, 16, 32, 64)
LOG_PERIODS = np.arange(np.log(0.12), np.log(3.2), 0.08)
"""Middles of the cells of the quarter note's length: natural logarithms of seconds."""


@dataclass(frozen=True, slots=True, eq=False)
class Opinion:
    """Log probabilities: `levels` (events, LEVELS), `periods` (events, cells), `meters` (events, metres)."""

    levels: np.ndarray
    periods: np.ndarray
    meters: np.ndarray

    def take(self, index: np.ndarray) -> Opinion:
        """That of some of the events."""
        return Opinion(self.levels[index], self.periods[index], self.meters[index])


def read_events(weights: Mapping[str, np.ndarray], features: np.ndarray) -> Opinion:
    """What the network says of events.

    Args:
        weights: by name; matrices are (inputs, outputs), those of a dilated layer (3, inputs, outputs).
        features: (events, features), of `transcription.beats.features`.
    """
    hidden = features @ weights["in"] + weights["in_bias"]
    for index, dilation in enumerate(DILATIONS):
        padded = np.pad(hidden, ((dilation, dilation), (0, 0)))
        count = len(hidden)
        taps = [
            padded[step * dilation : step * dilation + count] @ weights[f"wide{index}"][step]
            for step in range(3)
        ]
        inner = np.maximum(taps[0] + taps[1] + taps[2] + weights[f"wide{index}_bias"], 0)
        hidden = hidden + inner @ weights[f"narrow{index}"] + weights[f"narrow{index}_bias"]
    hidden = np.maximum(hidden, 0)
    return Opinion(
        *(
            _log_shares(hidden @ weights[name] + weights[f"{name}_bias"])
            for name in ("level", "period", "meter")
        )
    )


def _log_shares(values: np.ndarray) -> np.ndarray:
    values = values - values.max(axis=1, keepdims=True)
    found: np.ndarray = values - np.log(np.exp(values).sum(axis=1, keepdims=True))
    return found
