"""What an onset event looks like to the beat network: numbers that do not change with key or loudness.

Times are compared with the middle of their surroundings and given once as they are, since listeners take
beats of about half a second where they can (McKinney and Moelants, Music Perception 24(2), 2006).
"""

from __future__ import annotations

import numpy as np

from transcription.beats.events import Events

AROUND = 16
"""Events on each side that make up the surroundings."""
HARMONY = 4
"""Events on each side whose pitch classes are compared."""
BACK = (1, 2, 3, 4, 6, 8, 12, 16)
"""How many events back the same note is looked for."""
SHORTEST_S, LONGEST_S = 0.03, 6.0
LAG_EVENTS, LAG_AROUND = 32, 32
"""How many events later a period may come back, and events on each side over which periods are gathered."""
LOG_LAGS = np.arange(np.log(0.1), np.log(6.0), 0.12)
"""Middles of the cells of a period: natural logarithms of seconds."""
FEATURES = 17 + 2 * len(BACK) + 2 * len(LOG_LAGS)


def event_features(events: Events) -> np.ndarray:
    """(events, FEATURES) numbers of order 1."""
    gaps = np.clip(np.diff(events.times_s), SHORTEST_S, LONGEST_S)
    usual = float(np.median(gaps))
    before = np.log(np.append(usual, gaps))
    after = np.log(np.append(gaps, np.clip(events.durations_s[-1:], usual, LONGEST_S)))
    length = np.log(np.clip(events.durations_s, SHORTEST_S, LONGEST_S))
    low, high = events.lowest / 12.0, events.highest / 12.0
    loud = events.velocities / 16.0
    size = np.log(events.sizes)
    columns = [
        before + 1.2,
        after + 1.2,
        before - middle(before),
        after - middle(after),
        np.clip(after - before, -2, 2),
        length + 1.0,
        length - middle(length),
        np.clip(length - after, -2, 2),
        loud - _mean(loud),
        size,
        size - _mean(size),
        low - _mean(low),
        high - _mean(high),
        np.abs(np.diff(high, prepend=high[:1])),
        np.abs(np.diff(low, prepend=low[:1])),
        *_harmony_changes(events.pitch_classes),
        *_returns(events.highest, after),
    ]
    lags = _periodicity(events.times_s, events.highest, np.exp(after / 2))
    return np.concatenate([np.stack(columns, axis=1), lags], axis=1)


def _windows(values: np.ndarray) -> np.ndarray:
    padded = np.pad(values, AROUND, mode="reflect" if len(values) > AROUND else "edge")
    return np.lib.stride_tricks.sliding_window_view(padded, 2 * AROUND + 1)


def middle(values: np.ndarray) -> np.ndarray:
    """The median of each event's surroundings."""
    found: np.ndarray = np.median(_windows(values), axis=1)
    return found


def _mean(values: np.ndarray) -> np.ndarray:
    found: np.ndarray = _windows(values).mean(axis=1)
    return found


def _harmony_changes(pitch_classes: np.ndarray) -> list[np.ndarray]:
    """How unlike the pitch classes from each event on are those before it, and the last event's its own."""
    sums = np.concatenate([np.zeros((1, 12)), pitch_classes.cumsum(axis=0)])
    at = np.arange(len(pitch_classes))
    past = sums[at] - sums[np.maximum(at - HARMONY, 0)]
    coming = sums[np.minimum(at + HARMONY, len(at))] - sums[at]
    last = np.concatenate([np.zeros((1, 12)), pitch_classes[:-1]])
    return [1 - _cosine(past, coming), 1 - _cosine(last, pitch_classes)]


def _cosine(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    norms = np.sqrt((left**2).sum(axis=1) * (right**2).sum(axis=1))
    found: np.ndarray = (left * right).sum(axis=1) / np.maximum(norms, 1e-9)
    return found


def _returns(highest: np.ndarray, after: np.ndarray) -> list[np.ndarray]:
    """Whether so many events back stood the same pitch, and the same time to the next onset."""
    found = []
    for back in BACK:
        same_pitch = np.zeros(len(highest))
        same_time = np.zeros(len(highest))
        same_pitch[back:] = highest[back:] == highest[:-back] if len(highest) > back else []
        same_time[back:] = np.abs(after[back:] - after[:-back]) < 0.25 if len(highest) > back else []
        found += [same_pitch, same_time]
    return found


def _periodicity(times_s: np.ndarray, highest: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(events, 2 × cells) how much comes back after each period: long notes, and notes of the same pitch.

    An autocorrelation of onsets (Brown, JASA 94, 1993) over logarithmic lags, around each event.
    """
    count, cells = len(times_s), len(LOG_LAGS)
    found = np.zeros((2, count * cells))
    step = LOG_LAGS[1] - LOG_LAGS[0]
    for back in range(1, min(LAG_EVENTS, count - 1) + 1):
        lag = np.log(np.maximum(times_s[back:] - times_s[:-back], 1e-3))
        place = np.clip((lag - LOG_LAGS[0]) / step, -1, cells - 1)
        low = np.floor(place).astype(np.int64)
        share = place - low
        product = weights[back:] * weights[:-back]
        same = product * (highest[back:] == highest[:-back])
        events = np.arange(count - back) * cells
        for cell, part in ((low, 1 - share), (low + 1, share)):
            inside = np.flatnonzero((cell >= 0) & (cell < cells))
            found[0, events[inside] + cell[inside]] += (product * part)[inside]
            found[1, events[inside] + cell[inside]] += (same * part)[inside]
    sums = np.concatenate([np.zeros((2, 1, cells)), found.reshape(2, count, cells).cumsum(axis=1)], axis=1)
    at = np.arange(count)
    around = sums[:, np.minimum(at + LAG_AROUND, count)] - sums[:, np.maximum(at - LAG_AROUND, 0)]
    shares = around / np.maximum(around.sum(axis=2, keepdims=True), 1e-9) * np.sqrt(cells)
    return np.concatenate([shares[0], shares[1]], axis=1)
