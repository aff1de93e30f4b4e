"""How the key changes along a score: windows of pitch-class durations, smoothed by a Viterbi path.

Every hop the durations that sound in a window around it are compared with a key profile; the path through
the 24 major and minor keys that has the best sum of correlations, less what its changes of key cost, is the
answer. A change costs more the further the keys lie apart, with distances as in Krumhansl's map of keys:
steps on the circle of fifths, the relative and the parallel key counting one (after Temperley, *Music and
Probability*, 2007, ch. 6, and Krumhansl 1990, ch. 2).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from symbolic.analysis.key import correlation_scores
from symbolic.analysis.key_evidence import PITCH_CLASSES
from symbolic.analysis.profiles import PROFILES
from symbolic.errors import SymbolicError
from symbolic.key import Key
from symbolic.score import Score
from symbolic.timeline import pitched_notes

LOCAL_PROFILE = "albrecht-shanahan"
CHANGE_COST = 0.35
"""Cost of any change of key, in correlation; each step of distance beyond the first adds `DISTANCE_COST`."""
DISTANCE_COST = 0.1
_MODES = ("major", "minor")


@dataclass(frozen=True, slots=True)
class KeySpan:
    """A stretch of a score in one key; times in quarter notes from the start."""

    onset_quarter: float
    duration_quarter: float
    key: Key


def local_keys(
    score: Score, window_quarters: float = 16.0, hop_quarters: float = 2.0, profile: str = LOCAL_PROFILE
) -> list[KeySpan]:
    """The keys that a score passes through, in order; empty for a score without notes.

    Args:
        score: the score, taken as written (unfold it first to hear its repeats).
        window_quarters: length of the window; shorter follows passing chords, longer misses short keys.
        hop_quarters: distance of the points at which the key may change.
        profile: a name in `symbolic.analysis.profiles.PROFILES`.

    Raises:
        SymbolicError: a length that is not positive, or an unknown profile.
    """
    if not (window_quarters > 0 and hop_quarters > 0):
        raise SymbolicError(f"window and hop must be positive, got {window_quarters} and {hop_quarters}")
    if profile not in PROFILES:
        raise SymbolicError(f"profile must be one of {', '.join(PROFILES)}, got {profile!r}")
    notes = pitched_notes(score)
    if not len(notes):
        return []
    durations = windowed_durations(notes, window_quarters, hop_quarters)
    scores = np.array([_flat_scores(row, profile) for row in durations])
    path = best_path(scores, _change_costs())
    end = float((notes["onset_quarter"] + notes["duration_quarter"]).max())
    return _spans(path, hop_quarters, end)


def windowed_durations(notes: np.ndarray, window_quarters: float, hop_quarters: float) -> np.ndarray:
    """Pitch-class durations in windows centred on each hop: shape (hops, 12), in quarter notes."""
    end = float((notes["onset_quarter"] + notes["duration_quarter"]).max())
    hops = max(1, int(np.ceil(end / hop_quarters)))
    centres = (np.arange(hops) + 0.5) * hop_quarters
    before, after = centres - window_quarters / 2, centres + window_quarters / 2
    windows: np.ndarray = sounded_until(notes, after) - sounded_until(notes, before)
    return windows


def sounded_until(notes: np.ndarray, times: np.ndarray) -> np.ndarray:
    """How long each pitch class has sounded before each time: shape (times, 12), in quarter notes."""
    classes = notes["pitch"] % PITCH_CLASSES
    sums = np.zeros((len(times), PITCH_CLASSES))
    for pitch_class in np.unique(classes):
        mine = notes[classes == pitch_class]
        ends = np.concatenate([mine["onset_quarter"], mine["onset_quarter"] + mine["duration_quarter"]])
        order = ends.argsort(kind="stable")
        sounding = np.cumsum(np.where(order < len(mine), 1, -1))
        total = np.concatenate([[0.0], np.cumsum(sounding[:-1] * np.diff(ends[order]))])
        sums[:, pitch_class] = np.interp(times, ends[order], total)
    return sums


def best_path(scores: np.ndarray, costs: np.ndarray) -> list[int]:
    """The states with the highest sum of scores less the costs of changes (Viterbi, 1967).

    Args:
        scores: shape (times, states).
        costs: shape (states, states), from → to.
    """
    total = scores[0]
    back = []
    for row in scores[1:]:
        reached = total[:, np.newaxis] - costs
        back.append(reached.argmax(axis=0))
        total = reached.max(axis=0) + row
    path = [int(total.argmax())]
    for arrows in reversed(back):
        path.append(int(arrows[path[-1]]))
    return path[::-1]


def key_distance(a: Key, b: Key) -> int:
    """Steps between two major or minor keys: a fifth, the relative and the parallel key count one each."""
    return int(_distances()[_state(a), _state(b)])


def _flat_scores(durations: np.ndarray, profile: str) -> np.ndarray:
    found = correlation_scores(durations, PROFILES[profile])
    return np.concatenate([found[mode] for mode in _MODES])


def _state(key: Key) -> int:
    if key.mode not in _MODES:
        raise SymbolicError(f"only major and minor keys have a distance, got {key}")
    return key.pitch_class + PITCH_CLASSES * _MODES.index(key.mode)


@cache
def _distances() -> np.ndarray:
    """Shortest paths over the map of keys, shape (24, 24)."""
    states = 2 * PITCH_CLASSES
    far = np.full((states, states), states)
    for tonic in range(PITCH_CLASSES):
        minor = PITCH_CLASSES + tonic
        neighbours = [(tonic, (tonic + 7) % 12), (minor, PITCH_CLASSES + (tonic + 7) % 12)]
        neighbours += [(tonic, minor), (tonic, PITCH_CLASSES + (tonic + 9) % 12)]
        for one, other in neighbours:
            far[one, other] = far[other, one] = 1
    np.fill_diagonal(far, 0)
    for via in range(states):
        far = np.minimum(far, far[:, via, np.newaxis] + far[via])
    return far


@cache
def _change_costs() -> np.ndarray:
    distances = _distances()
    costs: np.ndarray = np.where(distances > 0, CHANGE_COST + DISTANCE_COST * (distances - 1), 0.0)
    return costs


def _spans(path: list[int], hop_quarters: float, end: float) -> list[KeySpan]:
    spans = []
    start = 0
    for index in range(1, len(path) + 1):
        if index == len(path) or path[index] != path[start]:
            mode, tonic = divmod(path[start], PITCH_CLASSES)
            onset = start * hop_quarters
            stop = min(index * hop_quarters, end)
            spans.append(KeySpan(onset, stop - onset, Key.from_pitch_class(tonic, _MODES[mode])))
            start = index
    return spans
