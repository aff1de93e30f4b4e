"""Fits the network by which `transcription.notes` tells notes from other candidates.

    python -m transcription.fit_notes --clips 320 --seed 1 --cache clips

What it is fitted on is told in `transcription.note_clips`. A candidate within 50 ms of a note's onset is a
note, of several the clearest; where there is none, one up to 120 ms late is (voices and strings that swell).
Needs scikit-learn.

The shipped arrays were fitted with these settings to clips of an earlier state of the renderer and do not
come out again number by number. They are as good: fitted anew to such clips, the network finds notes with an
F1 of .884 on 40 clips of seed 2, the shipped one with .878.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from random import Random
from warnings import catch_warnings, simplefilter

import numpy as np

from symbolic.resources import data_root
from transcription.activations import HOP, SAMPLE_RATE, Activations, frame_times
from transcription.evidence import FEATURES
from transcription.note_clips import Clip, clips, store
from transcription.notes import LARGEST_DELAY_S, MODEL, MOST_SCALED, weighed

NEAR_S, LATE_S = 0.05, 0.12
SHORT_S = (1.0, 6.0)
"""Of each clip a piece of this length is learned from as well, as if it were a recording of its own."""
SOUNDING_S = 0.15
"""A note that sounds so much longer where a piece starts starts there."""
ONSET = FEATURES.index("onset")
HIDDEN, EPOCHS = 64, 30
ALPHA, RIDGE = 0.3, 10.0
"""Regularisation of the network and of the delays."""


def delays(found: np.ndarray, onset: np.ndarray, notes: np.ndarray) -> np.ndarray:
    """By how much each candidate comes late, in seconds; NaN for those that are no notes.

    Args:
        found: candidates.
        onset: their onset posterior.
        notes: the true ones.
    """
    times = frame_times(found["start"])
    late = np.full(len(found), np.nan)
    waiting = []
    for note in np.sort(notes, order="onset_s"):
        gaps = times - note["onset_s"]
        near = np.flatnonzero((found["pitch"] == note["pitch"]) & (np.abs(gaps) <= NEAR_S) & np.isnan(late))
        if len(near):
            best = near[np.argmax(onset[near] - 2 * np.abs(gaps[near]))]
            late[best] = gaps[best]
        else:
            waiting.append(note)
    for note in waiting:
        gaps = times - note["onset_s"]
        after = (gaps > NEAR_S) & (gaps <= LATE_S)
        near = np.flatnonzero((found["pitch"] == note["pitch"]) & after & np.isnan(late))
        if len(near):
            best = near[np.argmax(onset[near] - 2 * gaps[near])]
            late[best] = gaps[best]
    return late


def examples(stored: Clip, rng: Random) -> tuple[np.ndarray, np.ndarray]:
    """Features of the candidates of a clip and of a short piece of it, and their `delays`."""
    frames, onsets, level_db = (stored[name].astype(np.float32) for name in ("frames", "onsets", "level_db"))
    length = round(rng.uniform(*SHORT_S) * SAMPLE_RATE / HOP)
    start = rng.randrange(max(1, len(frames) - length))
    found, features = weighed(Activations(frames, onsets, level_db))
    late = delays(found, features[:, ONSET], stored["notes"])
    piece = slice(start, start + length)
    short, its_features = weighed(Activations(frames[piece], onsets[piece], level_db[piece]))
    short["start"] += start
    its_late = delays(
        short, its_features[:, ONSET], _from(stored["notes"], float(frame_times(np.array(start))))
    )
    return np.concatenate([features, its_features]), np.concatenate([late, its_late])


def _from(notes: np.ndarray, time_s: float) -> np.ndarray:
    """The notes from a moment on, those that sound then as if they started."""
    left = notes["onset_s"] + notes["duration_s"] - time_s
    kept: np.ndarray = notes[(notes["onset_s"] >= time_s) | (left > SOUNDING_S)].copy()
    kept["onset_s"] = np.maximum(kept["onset_s"], time_s)
    return kept


def fit(features: np.ndarray, late: np.ndarray, seed: int) -> dict[str, np.ndarray]:
    """The network's arrays, as `transcription.notes.judge` reads them.

    Args:
        features: of all candidates.
        late: their `delays`.
        seed: of the network.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import Ridge
    from sklearn.neural_network import MLPClassifier

    mean, scale = features.mean(axis=0), np.maximum(features.std(axis=0), 1e-3)
    scaled = np.clip((features - mean) / scale, -MOST_SCALED, MOST_SCALED)
    is_note = ~np.isnan(late)
    network = MLPClassifier((HIDDEN,), alpha=ALPHA, batch_size=512, max_iter=EPOCHS, random_state=seed)
    with catch_warnings():
        simplefilter("ignore", ConvergenceWarning)  # the number of epochs is the stopping rule
        network.fit(scaled, is_note)
    delay = Ridge(RIDGE).fit(scaled[is_note], np.clip(late[is_note], -LARGEST_DELAY_S, LARGEST_DELAY_S))
    arrays = {
        "mean": mean,
        "scale": scale,
        "weights_0": network.coefs_[0],
        "biases_0": network.intercepts_[0],
        "weights_1": network.coefs_[1][:, 0],
        "bias_1": network.intercepts_[1][0],
        "delay": np.append(delay.intercept_, delay.coef_),
    }
    return {"features": np.array(FEATURES)} | {name: array.astype("f4") for name, array in arrays.items()}


def main(argv: list[str] | None = None) -> int:
    """Fits and stores the network."""
    parser = argparse.ArgumentParser(prog="python -m transcription.fit_notes", description=__doc__)
    parser.add_argument("--clips", type=int, default=320)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cache", type=Path, required=True, help="folder for the clips")
    parser.add_argument("--output", type=Path, default=data_root() / MODEL)
    arguments = parser.parse_args(argv)
    rng = Random(arguments.seed)
    made = [examples(stored, rng) for stored in clips(arguments.clips, arguments.seed, arguments.cache)]
    features, late = (np.concatenate(part) for part in zip(*made, strict=True))
    print(f"{len(made)} clips, {len(features)} candidates, {1 - np.isnan(late).mean():.1%} of them notes")
    store(arguments.output, fit(features, late, arguments.seed))
    return 0


if __name__ == "__main__":
    sys.exit(main())
