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
LAG_EVENTS, LAG_AROUND = 40, 32
"""How many events later a period may come back, and events on each side over which periods are gathered."""
LAG_CELL = 0.12
LOG_LAGS = np.arange(np.log(0.1), np.log(5.5), LAG_CELL)
"""Middles of the cells of a period: natural logarithms of seconds."""
SERIES = 5
"""What is looked at for periods."""
FEATURES = 17 + 3 * len(BACK) + SERIES * len(LOG_LAGS)


def event_features(events: Events) -> np.ndarray:
    """(events, FEATURES) numbers of order 1."""
    gaps = np.clip(np.diff(events.times_s), SHORTEST_S, LONGEST_S)
    middle = float(np.median(gaps))
    before = np.log(np.append(middle, gaps))
    after = np.log(np.append(gaps, np.clip(events.durations_s[-1:], middle, LONGEST_S)))
    length = np.log(np.clip(events.durations_s, SHORTEST_S, LONGEST_S))
    low, high = events.lowest / 12.0, events.highest / 12.0
    loud = events.velocities / 16.0
    size = np.log(events.sizes)
    columns = [
        before + 1.2,
        after + 1.2,
        before - _middle(before),
        after - _middle(after),
        np.clip(after - before, -2, 2),
        length + 1.0,
        length - _middle(length),
        np.clip(length - after, -2, 2),
        loud - _mean(loud),
        size,
        size - _mean(size),
        low - _mean(low),
        high - _mean(high),
        np.abs(np.diff(high, prepend=high[:1])),
        np.abs(np.diff(low, prepend=low[:1])),
        harmony_change(events.pitch_classes),
        _chord_change(events.pitch_classes),
        *_returns(events.highest, after),
        *_same(events.lowest),
    ]
    return np.concatenate([np.stack(columns, axis=1), _periodicity(events, np.exp(after / 2))], axis=1)


def _windows(values: np.ndarray) -> np.ndarray:
    padded = np.pad(values, AROUND, mode="reflect" if len(values) > AROUND else "edge")
    return np.lib.stride_tricks.sliding_window_view(padded, 2 * AROUND + 1)


def _middle(values: np.ndarray) -> np.ndarray:
    """The median of each event's surroundings."""
    found: np.ndarray = np.median(_windows(values), axis=1)
    return found


def _mean(values: np.ndarray) -> np.ndarray:
    found: np.ndarray = _windows(values).mean(axis=1)
    return found


def harmony_change(pitch_classes: np.ndarray) -> np.ndarray:
    """How unlike the pitch classes from each event on are those before it."""
    sums = np.concatenate([np.zeros((1, 12)), pitch_classes.cumsum(axis=0)])
    at = np.arange(len(pitch_classes))
    past = sums[at] - sums[np.maximum(at - HARMONY, 0)]
    coming = sums[np.minimum(at + HARMONY, len(at))] - sums[at]
    return 1 - _cosine(past, coming)


def _chord_change(pitch_classes: np.ndarray) -> np.ndarray:
    """How unlike the pitch classes of each event are those of the last."""
    last = np.concatenate([np.zeros((1, 12)), pitch_classes[:-1]])
    return 1 - _cosine(last, pitch_classes)


def _cosine(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    norms = np.sqrt((left**2).sum(axis=1) * (right**2).sum(axis=1))
    found: np.ndarray = (left * right).sum(axis=1) / np.maximum(norms, 1e-9)
    return found


def _returns(highest: np.ndarray, after: np.ndarray) -> list[np.ndarray]:
    """Whether so many events back stood the same pitch, and the same time to the next onset."""
    found = []
    for back, same_pitch in zip(BACK, _same(highest), strict=True):
        same_time = np.zeros(len(highest))
        same_time[back:] = np.abs(after[back:] - after[:-back]) < 0.25
        found += [same_pitch, same_time]
    return found


def _same(pitches: np.ndarray) -> list[np.ndarray]:
    """Whether each of `BACK` events back stood the same pitch."""
    found = [np.zeros(len(pitches)) for _ in BACK]
    for same, back in zip(found, BACK, strict=True):
        same[back:] = pitches[back:] == pitches[:-back]
    return found


def _periodicity(events: Events, weights: np.ndarray) -> np.ndarray:
    """(events, SERIES × cells) how much comes back after each period, around each event.

    Autocorrelations of onsets (Brown, JASA 94, 1993) over logarithmic lags: of long notes, of long notes of
    the same highest pitch, of low notes, of new harmonies, and of the same harmony.
    """
    count, cells = len(events), len(LOG_LAGS)
    found = np.zeros((SERIES, count * cells))
    depth = pitch_depth(events.lowest)
    change = harmony_change(events.pitch_classes) ** 2
    chords = (
        events.pitch_classes / np.sqrt(np.maximum((events.pitch_classes**2).sum(axis=1), 1))[:, np.newaxis]
    )
    for back in range(1, min(LAG_EVENTS, count - 1) + 1):
        lag = np.log(np.maximum(events.times_s[back:] - events.times_s[:-back], 1e-3))
        place = np.clip((lag - LOG_LAGS[0]) / LAG_CELL, -1, cells)
        low = np.floor(place).astype(np.int64)
        share = place - low
        product = weights[back:] * weights[:-back]
        series = (
            product,
            product * (events.highest[back:] == events.highest[:-back]),
            depth[back:] * depth[:-back],
            change[back:] * change[:-back],
            product * (chords[back:] * chords[:-back]).sum(axis=1),
        )
        own = np.arange(count - back) * cells
        for cell, part in ((low, 1 - share), (low + 1, share)):
            inside = np.flatnonzero((cell >= 0) & (cell < cells))
            at = own[inside] + cell[inside]
            for row, values in zip(found, series, strict=True):
                row[at] += (values * part)[inside]
    sums = np.concatenate(
        [np.zeros((SERIES, 1, cells)), found.reshape(SERIES, count, cells).cumsum(axis=1)], axis=1
    )
    at = np.arange(count)
    around = sums[:, np.minimum(at + LAG_AROUND, count)] - sums[:, np.maximum(at - LAG_AROUND, 0)]
    shares = around / np.maximum(around.sum(axis=2, keepdims=True), 1e-9) * np.sqrt(cells)
    return np.concatenate(list(shares), axis=1)


def pitch_depth(lowest: np.ndarray) -> np.ndarray:
    """How far the lowest note of each event lies below its surroundings, in octaves."""
    low = lowest / 12.0
    found: np.ndarray = np.clip(_mean(low) - low, 0, 2)
    return found
