"""Which place of a transcription is which place of the score: an alignment by pitch content.

Notes that begin together are one place. The alignment pairs places in order so that as many notes as
possible keep their pitch (Needleman & Wunsch, 1970, without a cost of gaps); of several such alignments it
takes the one with the fewest surplus pitches and the steadiest tempo. Durations, bars and tempo do not
enter, so a transcription in note values twice as long aligns as well.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from transcription.reference import Reference

_SAME_PLACE = 1e-6
"""Quarters between onsets that are equal but for rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """A transcription beside its truth.

    Attributes:
        found, truth: (k,) quarters of the paired places in either score, ascending.
        notes: (m, 2) indices of the notes, in the transcription's and the true note array, that agree.
    """

    found: np.ndarray
    truth: np.ndarray
    notes: np.ndarray

    def to_truth(self, quarters: np.ndarray) -> np.ndarray:
        """Places of the transcription as places of the true score: linear between pairs, and beyond them.

        With fewer than two pairs places stay as they are.
        """
        if len(self.found) < 2:
            return np.asarray(quarters, dtype=float)
        step = np.clip(np.searchsorted(self.found, quarters, side="right") - 1, 0, len(self.found) - 2)
        width = self.found[step + 1] - self.found[step]
        slope = (self.truth[step + 1] - self.truth[step]) / width
        places: np.ndarray = self.truth[step] + (quarters - self.found[step]) * slope
        return places


def align(found: Reference, truth: Reference) -> Alignment:
    """Aligns a transcription (`found`) with the true score."""
    found_places, found_index = _places(found.notes["onset_quarter"])
    true_places, true_index = _places(truth.notes["onset_quarter"])
    found_rolls = _rolls(found.notes["pitch"], found_index, len(found_places))
    true_rolls = _rolls(truth.notes["pitch"], true_index, len(true_places))
    common = found_rolls @ true_rolls.T
    sizes = found_rolls.sum(1)[:, None] + true_rolls.sum(1)[None, :]
    distance = np.abs(_relative(found_places)[:, None] - _relative(true_places)[None, :])
    tie = (2 * common / sizes + 1 - distance) / (2 * min(common.shape) + 1)  # less than a note in all
    pairs = _best_path(np.where(common > 0, common + tie, 0))
    return Alignment(
        found_places[pairs[:, 0]],
        true_places[pairs[:, 1]],
        _common_notes(pairs, found.notes["pitch"], found_index, truth.notes["pitch"], true_index),
    )


def _places(onsets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The different onsets, and for each note (in order of onset) which of them is its own."""
    is_new = np.diff(onsets, prepend=-np.inf) > _SAME_PLACE
    return onsets[is_new], np.cumsum(is_new) - 1


def _rolls(pitches: np.ndarray, index: np.ndarray, count: int) -> np.ndarray:
    """(places, 128): which pitches begin at each place."""
    roll = np.zeros((count, 128))
    roll[index, pitches] = 1
    return roll


def _relative(places: np.ndarray) -> np.ndarray:
    """Places as shares of the whole length."""
    length = np.ptp(places) if len(places) else 0
    return (places - places[0]) / length if length else np.zeros(len(places))


def _best_path(worth: np.ndarray) -> np.ndarray:
    """(k, 2) indices, ascending in both columns, with the largest sum of `worth`; only pairs above zero."""
    rows, columns = worth.shape
    best = np.zeros((rows + 1, columns + 1))
    for row in range(rows):
        paired = best[row, :-1] + worth[row]
        best[row + 1, 1:] = np.maximum.accumulate(np.maximum(paired, best[row, 1:]))
    path = []
    row, column = rows, columns
    while row and column:
        if best[row, column] == best[row, column - 1]:
            column -= 1
        elif best[row, column] == best[row - 1, column]:
            row -= 1
        else:
            row, column = row - 1, column - 1
            path.append((row, column))
    return np.array(path[::-1], dtype=int).reshape(-1, 2)


def _common_notes(
    pairs: np.ndarray,
    found_pitches: np.ndarray,
    found_index: np.ndarray,
    true_pitches: np.ndarray,
    true_index: np.ndarray,
) -> np.ndarray:
    """(m, 2) indices of notes of equal pitch at paired places, each note once."""
    notes = []
    for found_place, true_place in pairs:
        left: dict[int, list[int]] = {}
        first, last = np.searchsorted(true_index, [true_place, true_place + 1])
        for note in range(first, last):
            left.setdefault(int(true_pitches[note]), []).append(note)
        first, last = np.searchsorted(found_index, [found_place, found_place + 1])
        for note in range(first, last):
            same = left.get(int(found_pitches[note]))
            if same:
                notes.append((note, same.pop(0)))
    return np.array(notes, dtype=int).reshape(-1, 2)
