"""What a transcriber would make of a recording, without the recording: its errors, at measured rates.

A transcriber loses soft, short and covered notes, takes repeated notes of one pitch for a long one where the
instrument has no attack of its own, hears overtones as notes, splits long notes, and reports onsets on the
grid of its frames and releases late. `hear` does the same to a performance whose truth is known, which trains
what comes after the transcriber at a thousandth of the cost of rendering and transcribing.

The rates are those of this package's transcriber on 56 clips of General MIDI instruments, a quarter of them
with a room and noise, rounded to the worse side because recordings are harder:

| | piano | performed piano | melody, all instruments | melody and chords |
|---|---|---|---|---|
| missed of outer and single notes; of inner ones | .013; .075 | .022; .080 | .025 | .09; .12 |
| missed of notes that repeat a pitch at once | .04 | .11 | .19 (flute .65, choir .97, violin 0) | .27 |
| extra notes for each note | .05 | .05 | .09 | .09 |
| of these split or struck again; overtones | .40; .60 | .29; .59 | .40; .09 | .47; .38 |
| onset error, mean and s.d. in ms | 1, 6 | -1, 7 | 12, 12 (violin 26, flute 19) | 9, 11 |
| length found ÷ true, median | 1.9 (pedal) | 1.9 (pedal) | 1.4 | 1.2 |
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from transcription.performance import NOTE_DTYPE, Performance, Track
from transcription.reference import AlignedPerformance

FRAME_S = 256 / 22_050
"""Of basic-pitch (Bittner et al., ICASSP 2022): onsets are reported to the frame."""
SHORTEST_S = 0.058
"""Shorter notes are found ever more rarely."""
UNISON_S = 0.03
"""Notes of one pitch that start closer than this are one note."""
OVERTONES = (12, 12, 12, 12, 12, 12, 19, 24, 28, -12)
"""Semitones from a note to its ghosts, as often as they come."""
GHOST_S = (0.06, 0.4)
SPLIT_FROM_S = 0.4
STRUCK = (*range(16), *range(24, 32), *range(45, 48), *range(104, 109), *range(112, 120))
"""General MIDI programs with an attack: keyboards, mallets, guitars, plucked strings and harp, drums."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """How a transcriber errs.

    Attributes:
        missed: chance that a note is lost.
        covered: what each further note that starts with it adds to that chance, for all but the lowest and
            the highest.
        merged_struck: chance that a note which follows its own pitch at once is taken for its continuation,
            for pianos, guitars and other `STRUCK` instruments.
        merged_sustained: the same for winds, bowed strings, organs and voices: the mean of a chance that each
            track draws for itself, between never and always.
        split: chance that a note of `SPLIT_FROM_S` or more is heard as two.
        overtones: ghosts at an octave or another overtone, for each note.
        strays: short ghosts at other pitches, for each note.
        onset_ms: s.d. of onsets, beside the rounding to a frame.
        late_ms: how late onsets of sustained instruments are found: the mean of what each track draws.
        stretch: ratio of the length found to the sounding one, median.
        stretch_noise: s.d. of its logarithm.
        velocity_noise: s.d. of velocities.
    """

    missed: float = 0.03
    covered: float = 0.03
    merged_struck: float = 0.06
    merged_sustained: float = 0.3
    split: float = 0.07
    overtones: float = 0.035
    strays: float = 0.02
    onset_ms: float = 8.0
    late_ms: float = 12.0
    stretch: float = 1.4
    stretch_noise: float = 0.35
    velocity_noise: float = 8.0

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            is_amount = item.name in {"onset_ms", "late_ms", "stretch", "stretch_noise", "velocity_noise"}
            if value < 0 or (value > 1 and not is_amount):
                raise ValueError(f"{item.name} must be 0 or more, a chance at most 1, got {value}")


def hear(aligned: AlignedPerformance, seed: int = 0, hearing: Hearing | None = None) -> AlignedPerformance:
    """The performance as a transcriber would report it: one track, no pedal, sounding lengths.

    Args:
        aligned: the performance; its percussion is not heard.
        seed: decides which errors happen.
        hearing: how often they do; measured rates by default.

    Returns:
        The notes that are left keep their place in the score; ghosts have the place NaN.
    """
    rates = hearing or Hearing()
    rng = np.random.default_rng(seed)
    notes, places = _one_line(aligned)
    kept = rng.random(len(notes)) >= _chance_missed(notes, rates)
    notes, places = notes[kept], places[kept]
    notes, places = _smeared(notes, places, aligned.performance.tracks, rates, rng)
    notes["onset_s"] += rates.onset_ms / 1000 * rng.standard_normal(len(notes))
    notes["onset_s"] = np.maximum(0.0, np.rint(notes["onset_s"] / FRAME_S) * FRAME_S)
    notes["duration_s"] *= rates.stretch * np.exp(rates.stretch_noise * rng.standard_normal(len(notes)))
    added = np.concatenate([_ghosts(notes, rates, rng), _halves(notes, rates, rng)])
    notes, places = np.concatenate([notes, added]), np.append(places, np.full(len(added), np.nan))
    noisy = notes["velocity"] + rates.velocity_noise * rng.standard_normal(len(notes))
    notes["velocity"] = np.clip(np.rint(noisy), 1, 127)
    notes["duration_s"] = np.maximum(np.rint(notes["duration_s"] / FRAME_S), 1) * FRAME_S
    notes["track"] = 0
    order = np.lexsort((notes["pitch"], notes["onset_s"]))
    heard = Performance(notes[order], (Track(),))
    return AlignedPerformance(
        f"{aligned.id}:heard:{seed}", aligned.work, heard, aligned.reference, places[order]
    )


def _one_line(aligned: AlignedPerformance) -> tuple[np.ndarray, np.ndarray]:
    """Pitched notes with their sounding lengths, unisons joined; and their places."""
    performance = aligned.performance
    notes = performance.notes.copy()
    notes["duration_s"] = performance.sounding_s
    pitched = ~np.array([track.percussion for track in performance.tracks])[notes["track"]]
    notes, places = notes[pitched], aligned.onset_quarter[pitched]
    order = np.lexsort((notes["onset_s"], notes["pitch"]))
    notes, places = notes[order], places[order]
    double = np.diff(notes["pitch"], prepend=-1) == 0
    double &= np.diff(notes["onset_s"], prepend=-np.inf) < UNISON_S
    return notes[~double], places[~double]


def _chance_missed(notes: np.ndarray, rates: Hearing) -> np.ndarray:
    """For each note, short and covered ones more."""
    _, chord, size = np.unique(np.rint(notes["onset_s"] / 0.05), return_inverse=True, return_counts=True)
    pitch = notes["pitch"]
    lowest, highest = np.full(len(size), 128), np.full(len(size), -1)
    np.minimum.at(lowest, chord, pitch)
    np.maximum.at(highest, chord, pitch)
    inner = (pitch > lowest[chord]) & (pitch < highest[chord])
    chance = rates.missed * np.where(notes["duration_s"] < 2 * SHORTEST_S, 2.0, 1.0)
    chance += rates.covered * (size[chord] - 1) * inner
    short = np.clip(1 - notes["duration_s"] / SHORTEST_S, 0.0, 1.0) if rates.missed else 0.0
    return np.asarray(np.maximum(chance, short))


def _smeared(
    notes: np.ndarray,
    places: np.ndarray,
    tracks: tuple[Track, ...],
    rates: Hearing,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """What instruments without an attack do: late onsets, and notes taken for the end of the one before.

    Args:
        notes: by pitch, then onset.
        places: of the notes.
        tracks: say the instruments; one without a program has an attack.
        rates: how often.
        rng: draws it, for each track anew.
    """
    struck = np.array([track.program is None or track.program in STRUCK for track in tracks])
    mean = rates.merged_sustained
    own = rng.random(len(tracks)) ** (1 / mean - 1) if mean else np.zeros(len(tracks))
    chance = np.where(struck, rates.merged_struck, own)[notes["track"]]
    late = np.where(struck, 0.0, rng.uniform(0.0, 2 * rates.late_ms / 1000, len(tracks)))[notes["track"]]
    notes["onset_s"] += late
    notes["duration_s"] = np.maximum(notes["duration_s"] - late, FRAME_S)
    ends = notes["onset_s"] + notes["duration_s"]
    follows = np.zeros(len(notes), bool)
    same = np.diff(notes["pitch"]) == 0
    follows[1:] = same & (notes["onset_s"][1:] - ends[:-1] < SHORTEST_S)
    merged = follows & (rng.random(len(notes)) < chance)
    head = np.maximum.accumulate(np.where(merged, -1, np.arange(len(notes))))
    last = ends.copy()
    np.maximum.at(last, head, ends)
    notes["duration_s"] = last - notes["onset_s"]
    return notes[~merged], places[~merged]


def _ghosts(notes: np.ndarray, rates: Hearing, rng: np.random.Generator) -> np.ndarray:
    """Overtones and stray notes, short and soft."""
    overtone = np.flatnonzero(rng.random(len(notes)) < rates.overtones)
    stray = np.flatnonzero(rng.random(len(notes)) < rates.strays)
    ghosts = notes[np.concatenate([overtone, stray])]
    shift = np.concatenate([rng.choice(OVERTONES, len(overtone)), rng.integers(-14, 15, len(stray))])
    delay = np.concatenate([np.zeros(len(overtone)), rng.uniform(0.0, 0.5, len(stray))])
    ghosts["pitch"] += shift.astype(np.int32)
    ghosts["onset_s"] += np.rint(rng.uniform(0, 4, len(ghosts)) + delay / FRAME_S) * FRAME_S
    ghosts["duration_s"] = rng.uniform(*GHOST_S, len(ghosts))
    ghosts["velocity"] = ghosts["velocity"] * rng.uniform(0.4, 0.8, len(ghosts))
    audible = (ghosts["pitch"] >= 21) & (ghosts["pitch"] <= 108) & (shift != 0)
    return np.asarray(ghosts[audible])


def _halves(notes: np.ndarray, rates: Hearing, rng: np.random.Generator) -> np.ndarray:
    """Second halves of long notes that are heard as two; the first halves are shortened in place."""
    long = np.flatnonzero((notes["duration_s"] > SPLIT_FROM_S) & (rng.random(len(notes)) < rates.split))
    second = notes[long].astype(NOTE_DTYPE)
    first_s = notes["duration_s"][long] * rng.uniform(0.3, 0.7, len(long))
    second["onset_s"] += np.rint(first_s / FRAME_S) * FRAME_S
    second["duration_s"] -= first_s
    notes["duration_s"][long] = first_s
    return second
