"""Activations made by hand, as a note model would give them."""

from collections.abc import Iterable

import numpy as np

from transcription.activations import LOWEST_MIDI, PITCHES, Activations


def activations(
    count: int, notes: Iterable[tuple[int, int, int]], *, noise: float = 0.0, seed: int = 0
) -> Activations:
    """Of notes (start, end, MIDI number) in frames; `noise` is the size of what is heard besides."""
    rng = np.random.default_rng(seed)
    frames, onsets = rng.uniform(0, noise + 1e-9, (2, count, PITCHES))
    level = np.full(count, -60.0)
    for start, end, pitch in notes:
        column = pitch - LOWEST_MIDI
        frames[start:end, column] = rng.uniform(0.6, 0.9) * np.exp(-np.arange(end - start) / 200)
        onsets[start - 1 : start + 2, column] = (0.4, 0.85, 0.5)
        level[start:end] = -20
    return Activations(frames.astype(np.float32), onsets.astype(np.float32), level)
