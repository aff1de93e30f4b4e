"""Key finding: the key of a whole score, and how it changes along the way.

A method gives every candidate key a score; the best one answers. `KEY_METHODS` names the methods:

- the five profile methods correlate pitch-class durations with the 24 rotations of a published profile
  (`symbolic.analysis.profiles`); they answer major or minor;
- ``diatonic-last-note`` asks which scale holds the most of the sounding time and whether its tonic is the
  last note; it answers major, minor, mixolydian and dorian;
- ``logistic-rotation`` (the default) looks at the evidence of `symbolic.analysis.key_evidence` from each of
  the twelve possible tonics through one set of weights a mode, a conditional logit (McFadden, 1974) trained
  on folk tunes by ``training/baselines.py``; it answers the modes that it was trained on.

All are equivariant: a transposed score has the transposed key. Scores come as mode → twelve numbers by the
pitch class of the tonic (C first). Answers are spelled with the fewest accidentals in the signature.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

import numpy as np

from symbolic.analysis.key_evidence import EVIDENCE, PITCH_CLASSES, KeyEvidence, key_evidence, rotations
from symbolic.analysis.profiles import PROFILES, KeyProfile
from symbolic.errors import SymbolicError
from symbolic.key import MODE_FIFTHS, Key
from symbolic.resources import data_path
from symbolic.score import Score

DEFAULT_KEY_METHOD = "logistic-rotation"
KEY_MODEL = "models/key-logistic-rotation.json"
KeyScores = dict[str, np.ndarray]
"""Mode → twelve scores by the pitch class of the tonic; higher is better."""

LAST_NOTE_WEIGHT = 0.05
"""What a last note on the tonic is worth in ``diatonic-last-note``, as a share of the sounding time."""
TONIC_WEIGHT = 0.1
"""What the share of the tonic itself is worth there."""
MODE_PENALTIES = {"major": 0.0, "minor": 0.0, "mixolydian": 0.03, "dorian": 0.03}
"""The modes that ``diatonic-last-note`` answers, and how much better the rare ones must fit."""
_MAJOR_SCALE = (0, 2, 4, 5, 7, 9, 11)
_RAISED_SCALES = {"minor": ((0, 2, 3, 5, 7, 8, 11), (0, 2, 3, 5, 7, 9, 11))}
"""Harmonic and melodic minor, which count as minor beside the natural scale."""


def _scale(mode: str) -> tuple[int, ...]:
    """The natural scale of a mode, in semitones above its tonic."""
    return tuple((step + 7 * MODE_FIFTHS[mode]) % PITCH_CLASSES for step in _MAJOR_SCALE)


@cache
def _scale_masks() -> dict[str, np.ndarray]:
    """Mode → (scales, 12) masks of what belongs to it, tonic first."""
    return {
        mode: np.array(
            [
                np.isin(np.arange(PITCH_CLASSES), scale)
                for scale in (_scale(mode), *_RAISED_SCALES.get(mode, ()))
            ],
            dtype=float,
        )
        for mode in MODE_PENALTIES
    }


def _turned(row: np.ndarray) -> np.ndarray:
    """A row as seen from each tonic: (12 tonics, 12 steps above it)."""
    return rotations(row[np.newaxis])


def correlation_scores(durations: np.ndarray, profile: KeyProfile) -> KeyScores:
    """Correlation of durations by pitch class with a profile turned to each tonic; 0 where undefined."""
    turned = _turned(durations - durations.mean())
    found = {}
    for mode, weights in (("major", profile.major), ("minor", profile.minor)):
        centred = np.array(weights) - np.mean(weights)
        scale = float(np.linalg.norm(centred) * np.linalg.norm(turned[0]))
        found[mode] = turned @ centred / scale if scale > 0 else np.zeros(PITCH_CLASSES)
    return found


def _profile_scores(evidence: KeyEvidence, profile: KeyProfile) -> KeyScores:
    return correlation_scores(evidence.durations, profile)


def _diatonic_scores(evidence: KeyEvidence) -> KeyScores:
    durations = evidence.durations
    turned = _turned(durations)
    bonus = TONIC_WEIGHT * durations
    bonus[evidence.last] += LAST_NOTE_WEIGHT
    return {
        mode: (turned @ masks.T).max(axis=1) + bonus - MODE_PENALTIES[mode]
        for mode, masks in _scale_masks().items()
    }


@dataclass(frozen=True, slots=True, eq=False)
class RotationModel:
    """The trained weights of ``logistic-rotation``.

    Attributes:
        modes: the modes it can answer.
        weights: shape (modes, len(EVIDENCE) · 12), for evidence as `rotations` turns it.
        bias: shape (modes,).
    """

    modes: tuple[str, ...]
    weights: np.ndarray
    bias: np.ndarray

    def log_probabilities(self, evidence: KeyEvidence) -> KeyScores:
        """Natural logarithm of the probability of each key."""
        scores = self.weights @ rotations(evidence.rows).T + self.bias[:, np.newaxis]
        top = scores.max()
        scores -= top + np.log(np.exp(scores - top).sum())
        return dict(zip(self.modes, scores, strict=True))


@cache
def rotation_model() -> RotationModel:
    """The shipped weights.

    Raises:
        FileNotFoundError: the file is missing.
        SymbolicError: it was made for other evidence than this version looks at.
    """
    stored = json.loads(data_path(KEY_MODEL).read_text(encoding="utf-8"))
    if tuple(stored["evidence"]) != EVIDENCE:
        raise SymbolicError(f"data/{KEY_MODEL} is out of date; run: python -m training.baselines")
    return RotationModel(tuple(stored["modes"]), np.array(stored["weights"]), np.array(stored["bias"]))


_METHODS: dict[str, Callable[[KeyEvidence], KeyScores]] = {
    **{name: partial(_profile_scores, profile=profile) for name, profile in PROFILES.items()},
    "diatonic-last-note": _diatonic_scores,
    "logistic-rotation": lambda evidence: rotation_model().log_probabilities(evidence),
}
KEY_METHODS: tuple[str, ...] = tuple(_METHODS)
"""Names of the methods of `estimate_key`."""


def key_scores(evidence: Score | KeyEvidence, method: str = "default") -> KeyScores:
    """What a method gives each candidate key.

    Args:
        evidence: a score, or its `key_evidence` where several methods are asked.
        method: one of `KEY_METHODS`, or ``default``.

    Returns:
        Mode → twelve numbers by pitch class of the tonic: correlations for the profiles, log probabilities
        for ``logistic-rotation``; empty for a score without notes.

    Raises:
        SymbolicError: no such method.
    """
    name = DEFAULT_KEY_METHOD if method == "default" else method
    if name not in _METHODS:
        raise SymbolicError(f"key method must be one of {', '.join(KEY_METHODS)}, got {method!r}")
    found = key_evidence(evidence) if isinstance(evidence, Score) else evidence
    return {} if found is None else _METHODS[name](found)


def best_key(scores: KeyScores) -> Key:
    """The key with the highest score; no key for empty scores."""
    if not scores:
        return Key.none()
    mode = max(scores, key=lambda candidate: float(scores[candidate].max()))
    return Key.from_pitch_class(int(scores[mode].argmax()), mode)


def estimate_key(evidence: Score | KeyEvidence, method: str = "default") -> Key:
    """The key of a score as one method hears it; `Key.none` for a score without notes.

    Raises:
        SymbolicError: no such method.
    """
    return best_key(key_scores(evidence, method))
