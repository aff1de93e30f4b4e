"""What a score shows about its key, as twelve numbers a row, one for each pitch class.

Row k of `KeyEvidence.rows` says of each pitch class (0 = C) how much of the evidence `EVIDENCE[k]` falls on
it. Transposing the score by n semitones rotates every row by n places, so a scorer that sees the rows
rotated to each candidate tonic treats all keys alike. Only MIDI numbers are used, no spelling: the rows are
the same for a score read from ABC and from MIDI. Bars, where there are any, come from the first voice; a
score without bars has zeros in the rows of `BAR_EVIDENCE`.

The melody is the highest note at each onset. Repeats are not played out.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from symbolic.score import Score
from symbolic.timeline import pitched_notes

PITCH_CLASSES = 12
BAR_EVIDENCE = (
    "downbeats",
    "first downbeat",
    "last downbeat",
    "section ends",
    "section starts",
    "every fourth bar",
)
"""Share of full bars that start on a pitch class; the notes around repeat signs and double bars."""
EVIDENCE = (
    "duration",
    "root duration",
    "presence",
    "first",
    "last",
    "before last",
    "lowest",
    "highest",
    "long notes",
    *BAR_EVIDENCE,
    *(f"reached by {step}" for step in range(PITCH_CLASSES)),
    *(f"last with {step}" for step in range(PITCH_CLASSES)),
)
"""Names of the rows. ``reached by k``: share of melodic steps that go up k semitones modulo 12 to the pitch
class. ``last with k``: on the last pitch class, the square root of the share of what lies k above it."""
_FIRST_BAR_ROW = EVIDENCE.index(BAR_EVIDENCE[0])
_SECTION_BARS = frozenset({"||", "|]", "[|"})
_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class KeyEvidence:
    """The evidence in a score.

    Attributes:
        rows: shape (len(EVIDENCE), 12), each row's sum at most 1 except ``presence`` and ``root duration``.
    """

    rows: np.ndarray

    @property
    def durations(self) -> np.ndarray:
        """Share of the sounding time of each pitch class, C first."""
        shares: np.ndarray = self.rows[0]
        return shares

    @property
    def last(self) -> int:
        """Pitch class of the last note, of several the lowest."""
        return int(self.rows[EVIDENCE.index("last")].argmax())


def key_evidence(score: Score) -> KeyEvidence | None:
    """The evidence in a score, or None when it has no note."""
    notes = pitched_notes(score)
    if not len(notes):
        return None
    onsets = notes["onset_quarter"]
    classes = notes["pitch"] % PITCH_CLASSES
    rows = np.zeros((len(EVIDENCE), PITCH_CLASSES))
    ends_chord = np.append(onsets[1:] > onsets[:-1] + _TOLERANCE, True)
    starts_chord = np.append(True, ends_chord[:-1])
    melody = classes[ends_chord]
    shares = _shares(classes, notes["duration_quarter"])
    last = classes[starts_chord][-1]
    rows[0], rows[1], rows[2] = shares, np.sqrt(shares), shares > 0
    rows[3, classes[0]] = rows[4, last] = 1
    if len(melody) > 1:
        rows[5, melody[-2]] = 1
    rows[6, classes[notes["pitch"].argmin()]] = rows[7, classes[notes["pitch"].argmax()]] = 1
    rows[8] = _long_notes(melody, notes["duration_quarter"][ends_chord])
    rows[_FIRST_BAR_ROW : _FIRST_BAR_ROW + len(BAR_EVIDENCE)] = _bar_rows(
        score, onsets[ends_chord], melody, onsets[starts_chord], classes[starts_chord]
    )
    steps = EVIDENCE.index("reached by 0")
    np.add.at(rows, (steps + np.diff(melody) % PITCH_CLASSES, melody[1:]), 1 / max(1, len(melody) - 1))
    with_last = EVIDENCE.index("last with 0")
    rows[with_last:, last] = np.roll(rows[1], -last)
    return KeyEvidence(rows)


def rotations(rows: np.ndarray) -> np.ndarray:
    """Evidence as seen from each of the twelve tonics: (…, rows, 12) → (…, 12, rows · 12), tonic C first."""
    places = np.add.outer(np.arange(PITCH_CLASSES), np.arange(PITCH_CLASSES)) % PITCH_CLASSES
    turned = np.moveaxis(rows[..., places], -2, -3)
    return turned.reshape(*turned.shape[:-2], -1)


def _shares(classes: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Share of the weight that falls on each pitch class; zeros where there is none."""
    sums = np.bincount(classes, weights=weights, minlength=PITCH_CLASSES)
    total = sums.sum()
    return sums / total if total > 0 else sums


def _long_notes(melody: np.ndarray, durations: np.ndarray) -> np.ndarray:
    """Notes at least twice the median and longer than the next: where phrases end."""
    following = np.append(durations[1:], 0)
    is_long = (durations > following) & (durations >= 2 * np.median(durations) - _TOLERANCE)
    return _shares(melody, is_long.astype(float))


def _bar_rows(
    score: Score, tops_at: np.ndarray, tops: np.ndarray, basses_at: np.ndarray, basses: np.ndarray
) -> np.ndarray:
    """The rows of `BAR_EVIDENCE`; zeros for fewer than two full bars."""
    rows = np.zeros((len(BAR_EVIDENCE), PITCH_CLASSES))
    measures = score.voices[0].measures
    lengths = [float(measure.duration) for measure in measures]
    bar = Counter(lengths).most_common(1)[0][0]
    full = [length >= bar - _TOLERANCE for length in lengths]
    if bar <= 0 or sum(full) < 2:
        return rows
    starts = [0.0, *accumulate(lengths)]
    places = np.searchsorted(tops_at, np.array(starts) - _TOLERANCE)
    downbeats: list[int] = []
    fourth: list[int] = []
    counted = 0
    begins = True
    for index, measure in enumerate(measures):
        first, stop = places[index], places[index + 1]
        closes = measure.end_repeat > 0 or measure.bar in _SECTION_BARS or index == len(measures) - 1
        if first < stop:
            if begins or measure.start_repeat:
                rows[4, tops[first]] += 1
            if closes:
                rows[3, tops[stop - 1]] += 1
            if full[index]:
                counted += 1
                if abs(basses_at[first] - starts[index]) < _TOLERANCE:
                    downbeats.append(basses[first])
                if counted % 4 == 0:
                    fourth.append(basses[first])
        begins = closes
    rows[0] = np.bincount(downbeats, minlength=PITCH_CLASSES)
    rows[5] = np.bincount(fourth, minlength=PITCH_CLASSES)
    if downbeats:
        rows[1, downbeats[0]] = rows[2, downbeats[-1]] = 1
    sums = rows.sum(axis=1, keepdims=True)
    shares: np.ndarray = np.divide(rows, sums, out=np.zeros_like(rows), where=sums > 0)
    return shares
