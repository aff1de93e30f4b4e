"""Key, metre and chords by librosa (McFee et al., SciPy 2015): chroma, onset strength, beats.

key             the mean constant-Q chroma against the profiles of `symbolic.analysis.profiles`
time signature  beats by dynamic programming (Ellis, 2007); the number of beats after which the accents
                come again, and whether sound begins at halves or at thirds between them
chords          the music in as many equal parts as it has bars, each the triad that its chroma fits best
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from symbolic.analysis.key import best_key, correlation_scores
from symbolic.analysis.profiles import PROFILES
from symbolic.errors import MissingDependencyError
from symbolic.key import Key
from symbolic.questions import Question
from transcription.audio import open_audio

SAMPLE_RATE = 22_050
HOP = 512
BEATS_IN_A_BAR = (2, 3, 4)
TRIADS = {"maj": (0, 4, 7), "min": (0, 3, 7)}
BASS_HZ, BASS_BANDS = 400.0, 4
QUIET_DB = 40.0
"""Sound this far below the loudest is taken for silence at the ends."""


def _librosa() -> Any:
    try:
        import librosa
    except ImportError as exc:
        raise MissingDependencyError("librosa", "audio") from exc
    return librosa


@lru_cache(maxsize=4)
def _samples(path: Path) -> np.ndarray:
    """The sound in mono, without silence at its ends.

    Raises:
        SymbolicError: it cannot be read.
    """
    samples = np.concatenate([np.zeros(0, np.float32), *open_audio(path).blocks(SAMPLE_RATE)])
    trimmed: np.ndarray = _librosa().effects.trim(samples, top_db=QUIET_DB)[0]
    return trimmed


@lru_cache(maxsize=4)
def _chroma(path: Path) -> np.ndarray:
    """(12, frames) constant-Q chroma, tuned as the recording is; one empty frame of silence."""
    if not np.any(_samples(path)):
        return np.zeros((12, 1))
    chroma: np.ndarray = _librosa().feature.chroma_cqt(y=_samples(path), sr=SAMPLE_RATE, hop_length=HOP)
    return chroma


def _key(profile: str, path: Path, question: Question) -> str:
    return best_key(correlation_scores(_chroma(path).mean(axis=1), PROFILES[profile])).name


KEY: dict[str, Callable[[Path, Question], str]] = {
    "chroma-krumhansl": partial(_key, "krumhansl-schmuckler"),
    "chroma-temperley": partial(_key, "temperley-kostka-payne"),
}
"""Name → the key by a profile."""


def chords(path: Path, question: Question) -> str:
    """A triad for each bar that the beats and their accents give."""
    chroma = _chroma(path)
    beats = _beats(path)
    starts = _downbeats(path, beats) if len(beats) else np.zeros(1, dtype=int)
    edges = np.append(starts[starts < chroma.shape[1]], chroma.shape[1])
    return " | ".join(_triad(chroma[:, start:end].mean(axis=1)) for start, end in pairwise(edges))


def _triad(chroma: np.ndarray) -> str:
    """The Harte name of the triad that holds most of the chroma."""
    sums = {
        (root, name): float(sum(chroma[(root + step) % 12] for step in steps))
        for name, steps in TRIADS.items()
        for root in range(12)
    }
    root, name = max(sums, key=lambda triad: sums[triad])
    return f"{Key.from_pitch_class(root).tonic}:{name}"


def meter(path: Path, question: Question) -> str:
    """The time signature from beats, accents, and how the beats are divided."""
    beats = _beats(path)
    if not len(beats):
        return "4/4"
    count, strength = _beats_in_a_bar(path, beats), _strength(path)
    halves = _between(strength, beats, (1 / 2,))
    thirds = _between(strength, beats, (1 / 3, 2 / 3))
    return f"{3 * count}/8" if thirds > halves else f"{count}/4"


@lru_cache(maxsize=4)
def _strength(path: Path) -> np.ndarray:
    """(frames,) how much begins."""
    strength: np.ndarray = _librosa().onset.onset_strength(y=_samples(path), sr=SAMPLE_RATE, hop_length=HOP)
    return strength


@lru_cache(maxsize=4)
def _beats(path: Path) -> np.ndarray:
    """The frames of the beats; none where they would not fill two bars."""
    _, beats = _librosa().beat.beat_track(
        onset_envelope=_strength(path), sr=SAMPLE_RATE, hop_length=HOP, trim=False
    )
    found: np.ndarray = beats if len(beats) >= 2 * max(BEATS_IN_A_BAR) else beats[:0]
    return found


def _beats_in_a_bar(path: Path, beats: np.ndarray) -> int:
    """The number of beats after which the accents come again."""
    accents = _around(_bass(_samples(path)), beats)
    return max(BEATS_IN_A_BAR, key=lambda lag: _periodicity(accents, lag))


def _downbeats(path: Path, beats: np.ndarray) -> np.ndarray:
    """The beats that begin bars: of each number of them, those with the strongest accents."""
    accents, count = _around(_bass(_samples(path)), beats), _beats_in_a_bar(path, beats)
    first = max(range(count), key=lambda phase: float(accents[phase::count].mean()))
    return beats[first::count]


def _bass(samples: np.ndarray) -> np.ndarray:
    """(frames,) amplitude below `BASS_HZ`: the accents that tell a bar stand in the bass."""
    power = _librosa().feature.melspectrogram(
        y=samples, sr=SAMPLE_RATE, hop_length=HOP, n_mels=BASS_BANDS, fmax=BASS_HZ
    )
    amplitude: np.ndarray = np.sqrt(power.sum(axis=0))
    return amplitude


def _around(strength: np.ndarray, places: np.ndarray) -> np.ndarray:
    """The strongest onset within a frame or two of each place."""
    frames = np.clip(np.rint(places).astype(int)[:, None] + np.arange(-2, 3), 0, len(strength) - 1)
    found: np.ndarray = strength[frames].max(axis=1)
    return found


def _periodicity(accents: np.ndarray, lag: int) -> float:
    """How alike the accents are to those some beats later: their correlation."""
    first, later = accents[:-lag], accents[lag:]
    if np.std(first) == 0 or np.std(later) == 0:
        return 0.0
    return float(np.corrcoef(first, later)[0, 1])


def _between(strength: np.ndarray, beats: np.ndarray, shares: tuple[float, ...]) -> float:
    """The mean onset strength at shares of the way from beat to beat."""
    steps = np.diff(beats)
    return float(np.mean([_around(strength, beats[:-1] + share * steps).mean() for share in shares]))
