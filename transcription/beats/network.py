"""Small networks that read events in their surroundings: how strong each stands in its bar, and how fast.

Residual blocks of dilated convolutions over the events (Bai et al., arXiv 1803.01271; for beats Davies and
Böck, EUSIPCO 2019), without recurrence, so that the cost is linear. They say for each event which metrical
level it stands on or that it stands nowhere, how long a quarter note is there, which metre the music is in,
and whether time stopped before it: under a fermata, or for a breath. Several that differ only in what chance
decided in training err less together than one alone (Böck, Krebs and Widmer, ISMIR 2016).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

LEVELS = 6
"""Bar, half bar, beat, division of a beat, anything finer, and none: an ornament or a wrong note."""
STRAY = 5
HEADS = ("level", "period", "meter", "stop")
DILATIONS = (1, 2, 4, 8, 16, 32, 64)
LOG_PERIODS = np.arange(np.log(0.12), np.log(3.2), 0.08)
"""Middles of the cells of the quarter note's length: natural logarithms of seconds."""


@dataclass(frozen=True, slots=True, eq=False)
class Opinion:
    """Log probabilities of each event, up to a constant: (events, answers).

    Attributes:
        levels: of each of `LEVELS`.
        periods: of each cell of `LOG_PERIODS`.
        meters: of each metre.
        stops: that time went on before the event, and that it stopped.
    """

    levels: np.ndarray
    periods: np.ndarray
    meters: np.ndarray
    stops: np.ndarray

    def take(self, index: np.ndarray) -> Opinion:
        """That of some of the events."""
        return Opinion(self.levels[index], self.periods[index], self.meters[index], self.stops[index])


def read_events(weights: Mapping[str, np.ndarray], features: np.ndarray) -> Opinion:
    """What the networks say of events together: the mean of their log probabilities.

    Args:
        weights: by name; the first axis is that of the networks. Matrices are (inputs, outputs), those of a
            dilated layer (3, inputs, outputs).
        features: (events, features), of `transcription.beats.features`.
    """
    hidden = _layer(features, weights, "in")
    count = len(features)
    for index, dilation in enumerate(DILATIONS):
        padded = np.pad(hidden, ((0, 0), (dilation, dilation), (0, 0)))
        kernels = weights[f"wide{index}"]
        taps = [padded[:, step * dilation : step * dilation + count] @ kernels[:, step] for step in range(3)]
        inner = np.maximum(taps[0] + taps[1] + taps[2] + weights[f"wide{index}_bias"][:, np.newaxis], 0)
        hidden = hidden + _layer(inner, weights, f"narrow{index}")
    hidden = np.maximum(hidden, 0)
    return Opinion(*(_log_shares(_layer(hidden, weights, name)).mean(axis=0) for name in HEADS))


def _layer(values: np.ndarray, weights: Mapping[str, np.ndarray], name: str) -> np.ndarray:
    found: np.ndarray = values @ weights[name] + weights[f"{name}_bias"][:, np.newaxis]
    return found


def _log_shares(values: np.ndarray) -> np.ndarray:
    values = values - values.max(axis=-1, keepdims=True)
    found: np.ndarray = values - np.log(np.exp(values).sum(axis=-1, keepdims=True))
    return found
