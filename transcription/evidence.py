"""What speaks for and against each note candidate: the features that `transcription.notes` weighs.

About the candidate itself: how clearly it starts, how loud, how long. About its pitch before and after: a
note that goes on does not start again. About other pitches at that moment: a louder note an octave, a twelfth
or two octaves below has this one among its overtones, organ pipes and voices sound above the written note, a
neighbouring semitone spills over. About the recording around: how many pitches sound, how clear its onsets
are, whether overtones are heard with every note.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from transcription.activations import LOWEST_MIDI, PITCHES, Activations

OTHERS = (-28, -24, -19, -16, -12, -7, -5, -1, 1, 5, 7, 12, 19)
"""Semitones from a candidate to the pitches that may explain it."""
PARTNERS = (-12, 12, 19)
"""Semitones at which some instruments always sound along."""
OVERTONES = (-12, 12, 19, 24, 28, 31, 36)
CLEAR_FRAME = 0.3
LEAST_PARTNER = 0.25
"""Least frame posterior of a pitch that sounds, and of one that sounds along."""
LONGEST_FRAMES = 400
RECENT_FRAMES = 60
NEAR_FRAMES = 45
"""Half a second."""
CLEAREST_SHARE = 0.3
"""How clear the onsets of a recording are is told by this share of them."""
OWN = ("onset", "onset_before", "onset_after", "amplitude", "peak", "early", "before", "dip", "rise",
       "length", "pitch")  # fmt: skip
SAME_PITCH = ("again", "since_last", "last_onset", "to_next", "next_onset", "crowd")
MOMENT = ("clearest", "onsets", "pitches", "clearest_before", "clearest_after", "level", "level_rise")
AROUND = ("onset_share", "usual_onset", "usual_pitches", "voices", "length_share")
FEATURES = (
    *OWN,
    *SAME_PITCH,
    *(f"{name}{step:+d}" for step in OTHERS for name in ("frame", "louder", "clearer")),
    *MOMENT,
    *AROUND,
    *(f"partner{step:+d}" for step in PARTNERS),
)
"""The names of the columns of `evidence`."""


class _Windows:
    """Looks into matrices around the starts of candidates."""

    def __init__(self, starts: np.ndarray, columns: np.ndarray, count: int) -> None:
        self.starts, self.columns, self.count = starts, columns, count

    def rows(self, first: int, stop: int) -> np.ndarray:
        return np.clip(self.starts[:, np.newaxis] + np.arange(first, stop), 0, self.count - 1)

    def of(
        self, matrix: np.ndarray, first: int, stop: int, reduce: Callable[..., np.ndarray], step: int = 0
    ) -> np.ndarray:
        """One value for each candidate, `step` semitones from it; 0 where there is no such pitch."""
        columns = self.columns + step
        exists = (columns >= 0) & (columns < PITCHES)
        values = reduce(
            matrix[self.rows(first, stop), np.clip(columns, 0, PITCHES - 1)[:, np.newaxis]], axis=1
        )
        return np.where(exists, values, 0)

    def of_line(
        self, line: np.ndarray, first: int, stop: int, reduce: Callable[..., np.ndarray]
    ) -> np.ndarray:
        return reduce(line[self.rows(first, stop)], axis=1)


def evidence(activations: Activations, found: np.ndarray) -> np.ndarray:
    """The features of candidates.

    Args:
        activations: what was heard.
        found: `transcription.candidates.candidates` of it.

    Returns:
        (candidates, features) float32, columns as `FEATURES` names them.
    """
    if not len(found):
        return np.zeros((0, len(FEATURES)), np.float32)
    frames, onsets = activations.frames, activations.onsets
    columns = found["pitch"] - LOWEST_MIDI
    windows = _Windows(found["start"], columns, len(activations))
    onset = windows.of(onsets, -2, 3, np.max)
    early = windows.of(frames, 1, 8, np.mean)
    parts = [
        *_own(windows, frames, onsets, found, onset, early),
        *_same_pitch(found, onset),
        *_others(windows, frames, onsets, onset, early),
        *_moment(windows, activations, onset),
        *_around(windows, frames, found, onset),
    ]
    return np.stack(parts, axis=1).astype(np.float32)


def _own(
    windows: _Windows,
    frames: np.ndarray,
    onsets: np.ndarray,
    found: np.ndarray,
    onset: np.ndarray,
    early: np.ndarray,
) -> list[np.ndarray]:
    before = windows.of(frames, -6, -1, np.mean)
    return [
        onset,
        windows.of(onsets, -6, -2, np.max),
        windows.of(onsets, 3, 7, np.max),
        found["amplitude"],
        windows.of(frames, 0, 12, np.max),
        early,
        before,
        windows.of(frames, -5, 2, np.min),
        early - before,
        np.log(np.minimum(found["end"] - found["start"], LONGEST_FRAMES)),
        windows.columns / PITCHES,
    ]


def _same_pitch(found: np.ndarray, onset: np.ndarray) -> list[np.ndarray]:
    """The candidates of the same pitch before and after."""
    order = np.lexsort((found["start"], found["pitch"]))
    start, end, pitch, strength = (
        found["start"][order],
        found["end"][order],
        found["pitch"][order],
        onset[order],
    )
    steps = np.where(np.diff(pitch) == 0, np.diff(start), LONGEST_FRAMES)
    since, until = np.append(LONGEST_FRAMES, steps), np.append(steps, LONGEST_FRAMES)
    again = np.append(False, (steps < LONGEST_FRAMES) & (start[1:] - end[:-1] < 4))
    last = np.append(0, strength[:-1]) * (since < RECENT_FRAMES)
    following = np.append(strength[1:], 0) * (until < RECENT_FRAMES)
    places = pitch.astype(np.int64) * (int(start.max()) + 4 * NEAR_FRAMES) + start
    crowd = np.searchsorted(places, places + NEAR_FRAMES) - np.searchsorted(places, places - NEAR_FRAMES)
    sorted_parts = [
        again,
        np.log(np.clip(since, 1, LONGEST_FRAMES)),
        last,
        np.log(np.clip(until, 1, LONGEST_FRAMES)),
        following,
        np.log(crowd),
    ]
    back = np.argsort(order)
    return [part[back] for part in sorted_parts]


def _others(
    windows: _Windows, frames: np.ndarray, onsets: np.ndarray, onset: np.ndarray, early: np.ndarray
) -> list[np.ndarray]:
    """What sounds and starts at the same moment, beside the candidate."""
    parts = []
    for step in OTHERS:
        frame = windows.of(frames, 1, 8, np.mean, step)
        parts += [frame, frame - early, windows.of(onsets, -3, 4, np.max, step) - onset]
    return parts


def _moment(windows: _Windows, activations: Activations, onset: np.ndarray) -> list[np.ndarray]:
    """All pitches together."""
    clearest = activations.onsets.max(axis=1)
    pitches = (activations.frames > CLEAR_FRAME).sum(axis=1)
    level = activations.level_db
    now = windows.of_line(level, 0, 6, np.mean)
    return [
        windows.of_line(clearest, -3, 4, np.max) - onset,
        windows.of_line(activations.onsets.sum(axis=1), -3, 4, np.max),
        windows.of_line(pitches, 3, 6, np.mean) / 5,
        windows.of_line(clearest, -12, -3, np.max) - onset,
        windows.of_line(clearest, 4, 13, np.max) - onset,
        np.maximum(now - np.percentile(level, 95), -60) / 10,
        np.clip(now - windows.of_line(level, -6, -1, np.mean), -20, 20) / 10,
    ]


def _around(windows: _Windows, frames: np.ndarray, found: np.ndarray, onset: np.ndarray) -> list[np.ndarray]:
    """The recording as a whole, the same for all candidates but for what is compared with it."""
    count = len(found)
    usual = float(np.median(np.sort(onset)[-max(3, int(CLEAREST_SHARE * count)) :]))
    sounding = frames > CLEAR_FRAME
    pitches = sounding.sum(axis=1)
    strong = onset > np.median(onset) if count > 1 else np.ones(1, bool)
    strong = strong if strong.any() else np.ones(count, bool)
    length = np.log(found["end"] - found["start"])
    parts = [
        onset / max(usual, 0.05),
        np.full(count, usual),
        np.full(count, pitches[pitches > 0].mean() / 5 if pitches.any() else 0),
        np.full(count, voices(sounding)),
        length - np.median(length[strong]),
    ]
    for step in PARTNERS:
        sounds_along = windows.of(frames, 1, 8, np.mean, step) > LEAST_PARTNER
        parts.append(np.full(count, sounds_along[strong].mean()))
    return parts


def voices(sounding: np.ndarray) -> float:
    """The share of time in which more than one pitch sounds, overtones and neighbours of others not counted.

    Args:
        sounding: (n, 88) booleans.

    Returns:
        0 for a single line, near 1 for chords throughout; 0 where nothing sounds.
    """
    explained = np.zeros(sounding.shape, bool)
    for step in (*OVERTONES, -1, 1):
        source = sounding[:, : PITCHES - step] if step > 0 else sounding[:, -step:]
        explained[:, max(step, 0) : PITCHES + min(step, 0)] |= source
    independent = (sounding & ~explained).sum(axis=1)
    heard = int((independent > 0).sum())
    return float((independent > 1).sum()) / heard if heard else 0.0
