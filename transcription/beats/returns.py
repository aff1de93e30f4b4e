"""What comes back after which note values: bars are told by what they repeat.

Accents of several kinds are laid on a grid of eighths, and each is compared with itself later: long notes,
low notes, new harmonies, chords and figures come back bar by bar (Brown, JASA 94, 1993; Toiviainen and
Eerola, JASA 119, 2006). A linear model of these, and of the note values that there are, says how well each
metre fits.
"""

from __future__ import annotations

import numpy as np

from transcription.beats.events import Events
from transcription.beats.features import harmony_change, pitch_depth
from transcription.beats.rhythm import PARTS

EIGHTH = PARTS // 2
LAGS = np.array([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 20, 24, 30, 32, 36, 48])
"""In eighths."""
SERIES = 7
VALUES = np.array([1, 4, 7, 10, 14, 21, 27, 39, 51, 75, 99])
"""Bounds in parts of the gaps that are counted together: thirty-second, …, whole note."""
LONGEST = 4 * PARTS
FEATURES = SERIES * len(LAGS) + len(VALUES) + 1


def return_features(at: np.ndarray, events: Events) -> np.ndarray:
    """(FEATURES,) correlations of each kind of accent at each lag, and shares of the gaps.

    Args:
        at: (events,) ascending, in parts of a quarter, from 0.
        events: what stands there.
    """
    gaps = np.append(np.diff(at), EIGHTH)
    slot, on = np.divmod(at, EIGHTH)
    count = int(slot[-1]) + 1
    exact = on == 0
    rows = np.zeros((SERIES - 1, count))
    accents = (
        exact * 1.0,
        exact * np.log1p(events.sizes),
        exact * np.sqrt(np.clip(gaps, 0, LONGEST) / PARTS),
        pitch_depth(events.lowest),
        harmony_change(events.pitch_classes),
    )
    for row, accent in zip(rows, accents, strict=False):
        np.maximum.at(row, slot, accent)
    np.add.at(rows[-1], slot, 1.0)
    chroma = np.zeros((12, count))
    np.add.at(chroma.T, slot, np.minimum(events.pitch_classes, 1))
    chroma /= np.maximum(np.sqrt((chroma**2).sum(axis=0)), 1e-9)
    correlations = [_correlations(row[np.newaxis]) for row in rows] + [_correlations(chroma)]
    values = np.bincount(np.searchsorted(VALUES, gaps[:-1], side="right"), minlength=len(VALUES) + 1)
    return np.concatenate([*correlations, np.sqrt(values / max(len(gaps) - 1, 1))])


def _correlations(series: np.ndarray) -> np.ndarray:
    """How like themselves series (kinds, slots) are at each lag, all kinds together: −1 … 1."""
    count = series.shape[1]
    series = series - series.mean(axis=1, keepdims=True)
    power = max(float((series**2).sum()) / count, 1e-9)
    found = np.zeros(len(LAGS))
    for index, lag in enumerate(LAGS[count > LAGS].tolist()):
        found[index] = float((series[:, lag:] * series[:, :-lag]).sum()) / (count - lag) / power
    found *= np.clip((count - LAGS) / LAGS, 0, 1)
    return found


def return_scores(features: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(metres,) how well each metre fits, as a log probability up to a constant; weights as `fit_returns`."""
    found: np.ndarray = features @ weights[:-1] + weights[-1]
    return found
