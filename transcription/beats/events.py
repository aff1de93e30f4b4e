"""Onset events: what is struck together, as one moment with its weights.

Notes closer than `CHORD_S` to the one before belong together, up to `SPREAD_S` from the first: players
spread chords by some 10 to 40 ms (Goebl, JASA 110, 2001), and the quickest ornaments are about 60 ms apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from transcription.performance import Performance

CHORD_S = 0.035
SPREAD_S = 0.07


@dataclass(frozen=True, slots=True, eq=False)
class Events:
    """Moments at which something is struck; arrays have one place for each, `event_of_note` apart.

    Attributes:
        times_s: ascending; the mean onset of the notes, the louder ones counting more.
        sizes: number of notes.
        lowest, highest: MIDI numbers.
        velocities: of the loudest note.
        durations_s: of the longest note.
        pitch_classes: (events, 12) number of notes of each.
        event_of_note: (notes,) index of the event of each note that was looked at; -1 for percussion.
    """

    times_s: np.ndarray
    sizes: np.ndarray
    lowest: np.ndarray
    highest: np.ndarray
    velocities: np.ndarray
    durations_s: np.ndarray
    pitch_classes: np.ndarray
    event_of_note: np.ndarray

    def __len__(self) -> int:
        return len(self.times_s)

    @property
    def voices(self) -> float:
        """How far the music is in several voices: 0 for a melody, 1 for chords throughout."""
        return float(np.clip(self.sizes.mean() - 1, 0, 1)) if len(self) else 0.0

    def take(self, index: np.ndarray) -> Events:
        """Some of the events, by index; notes of the others belong to none."""
        numbers = np.full(len(self) + 1, -1)
        numbers[index] = np.arange(len(index))
        return Events(
            self.times_s[index],
            self.sizes[index],
            self.lowest[index],
            self.highest[index],
            self.velocities[index],
            self.durations_s[index],
            self.pitch_classes[index],
            numbers[self.event_of_note],
        )


def onset_events(performance: Performance) -> Events:
    """The events of a performance; percussion counts only where there is nothing else."""
    notes = performance.notes
    drums = np.array([track.percussion for track in performance.tracks])
    used = np.flatnonzero(~drums[notes["track"]])
    if not len(used):
        used = np.arange(len(notes))
    chosen = notes[used]
    group = _groups(chosen["onset_s"])
    event_of_note = np.full(len(notes), -1)
    event_of_note[used] = group
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    weights = np.maximum(chosen["velocity"], 1).astype(float)
    return Events(
        _reduce(np.add, weights * chosen["onset_s"], starts) / _reduce(np.add, weights, starts),
        np.diff(np.append(starts, len(chosen))),
        _reduce(np.minimum, chosen["pitch"], starts),
        _reduce(np.maximum, chosen["pitch"], starts),
        _reduce(np.maximum, chosen["velocity"], starts),
        _reduce(np.maximum, chosen["duration_s"], starts),
        _pitch_classes(chosen["pitch"], group),
        event_of_note,
    )


def _reduce(function: np.ufunc, values: np.ndarray, starts: np.ndarray) -> np.ndarray:
    found: np.ndarray = function.reduceat(values, starts) if len(starts) else values[:0]
    return found


def _pitch_classes(pitches: np.ndarray, group: np.ndarray) -> np.ndarray:
    found = np.zeros((int(group[-1]) + 1 if len(group) else 0, 12))
    np.add.at(found, (group, pitches % 12), 1)
    return found


def _groups(onsets_s: np.ndarray) -> np.ndarray:
    """Index of the event of each onset: a new one after a gap, or where the event would become too long."""
    found = np.zeros(len(onsets_s), dtype=np.int64)
    index, begin, last = -1, -np.inf, -np.inf
    for place, onset in enumerate(onsets_s.tolist()):
        if onset - last > CHORD_S or onset - begin > SPREAD_S:
            index, begin = index + 1, onset
        found[place] = index
        last = onset
    return found
