"""Where time may stop: under a fermata, or for a breath at the end of a phrase.

Players in several voices hold a full chord before they go on, much longer than the onsets around it are
apart; a lone long note is more often a long note. In a melody nothing tells the two apart.
"""

from __future__ import annotations

import numpy as np

from transcription.beats.events import Events
from transcription.beats.features import LONGEST_S, SHORTEST_S, middle

RARE, FREQUENT = np.log(0.004), np.log(0.7)
"""Log densities, per second, that time stops before an event: anywhere, and after a full chord held long."""
LONG = (0.3, 0.5)
"""How much longer than those around it a gap is that may hold a stop, and that surely may (log)."""
FULL = (2, 3)
"""Notes of a chord that is not full, and of one that is."""


def rare_stops(count: int) -> np.ndarray:
    """(count,) log density of stops where nothing is known of the events."""
    return np.full(count, RARE)


def likely_stops(events: Events) -> np.ndarray:
    """(events,) log density that time stops before each event."""
    gaps = np.log(np.clip(np.diff(events.times_s), SHORTEST_S, LONGEST_S))
    before = np.append(np.median(gaps), gaps)
    sizes = np.append(0, events.sizes[:-1])
    likely = _rise(before - middle(before), *LONG) * _rise(sizes, *FULL)
    found: np.ndarray = RARE + (FREQUENT - RARE) * likely
    return found


def _rise(values: np.ndarray, low: float, high: float) -> np.ndarray:
    """0 up to `low`, 1 from `high` on, a straight line between."""
    found: np.ndarray = np.clip((values - low) / (high - low), 0, 1)
    return found
