"""Metre from bare onsets: which time signature fits a score whose bars and signature are hidden.

Only onsets, durations and pitches are looked at (`symbolic.analysis.onset_line`); a score answers the same
with and without its bar lines. `METER_METHODS` names the methods:

- ``autocorrelation``: the autocorrelation of onsets weighted by their length decides between dotted and plain
  beats, triple and duple bars, short and long bars (after Brown, JASA 94, 1993); nothing in it is trained;
- ``logistic-autocorrelation``: a multinomial logistic regression on autocorrelations, repetition, note values
  and tune length (`symbolic.analysis.meter_features`);
- ``logistic-markov`` (the default): the same with the likelihoods of a Markov model of rhythm in each metre
  beside them (`symbolic.analysis.metrical_markov`).

The trained methods know the signatures that folk-tune books use (``training/baselines.py``). Note values are
taken as written: music in 4/4 written in half values is 2/4. Common time answers 4/4, cut time 2/2.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from symbolic.analysis.meter_features import (
    Gram,
    autocorrelations,
    gram_features,
    meter_features,
    rhythm_grams,
)
from symbolic.analysis.metrical_markov import MAX_ONSETS, markov_model
from symbolic.analysis.onset_line import PARTS, OnsetLine, onset_line
from symbolic.errors import SymbolicError
from symbolic.meter import Meter
from symbolic.resources import data_path
from symbolic.score import Score

DEFAULT_METER_METHOD = "logistic-markov"
METER_MODELS = {
    "logistic-autocorrelation": "models/meter-logistic-autocorrelation.json",
    "logistic-markov": "models/meter-logistic-markov.json",
}
MeterScores = dict[str, float]
"""Name of the metre → score; higher is better."""

_RULE_LAGS = (1.0, 1.5, 2.0, 3.0, 4.0, 4.5, 6.0)
FOUR_SHARE = 1.1
"""How many times better four quarters must repeat than two to be the bar."""


def _autocorrelation_scores(line: OnsetLine) -> MeterScores:
    """The answer of the rule, with score 1: each question compares a lag with its neighbours."""
    found = autocorrelations(line, tuple(round(lag * PARTS) for lag in _RULE_LAGS))[1]
    at = dict(zip(_RULE_LAGS, found.tolist(), strict=True))
    if at[1.5] > (at[1.0] + at[2.0]) / 2:
        return {"9/8" if at[4.5] > (at[3.0] + at[6.0]) / 2 else "6/8": 1.0}
    if at[3.0] > (at[2.0] + at[4.0]) / 2:
        return {"3/4": 1.0}
    return {"4/4" if at[4.0] > FOUR_SHARE * at[2.0] else "2/4": 1.0}


@dataclass(frozen=True, slots=True, eq=False)
class MeterModel:
    """A trained linear model.

    Attributes:
        meters: the signatures that it can answer.
        grams: place of each rhythm n-gram that it looks at.
        likelihoods: whether it looks at the Markov model's too.
        weights: shape (meters, features).
        bias: shape (meters,).
    """

    meters: tuple[str, ...]
    grams: dict[Gram, int]
    likelihoods: bool
    weights: np.ndarray
    bias: np.ndarray

    def log_probabilities(self, line: OnsetLine) -> MeterScores:
        """Natural logarithm of the probability of each metre."""
        found = model_features(
            line, self.grams, markov_model().log_likelihoods(line) if self.likelihoods else None
        )
        if len(found) != self.weights.shape[1]:
            raise SymbolicError("data/models is out of date; run: python -m training.baselines")
        scores = self.weights @ found + self.bias
        top = scores.max()
        scores -= top + np.log(np.exp(scores - top).sum())
        return dict(zip(self.meters, scores.tolist(), strict=True))


def model_features(line: OnsetLine, grams: dict[Gram, int], likelihoods: np.ndarray | None) -> np.ndarray:
    """What a `MeterModel` looks at; `likelihoods` as `MetricalMarkov.log_likelihoods` gives them, or None."""
    groups = [meter_features(line), gram_features(rhythm_grams(line), grams, len(line))]
    if likelihoods is not None:
        relative = likelihoods - likelihoods.mean(axis=0)
        whole = relative.sum(axis=1)
        groups += [(relative / np.sqrt(len(line))).ravel(), np.clip(whole - whole.max(), -20, 0)]
    return np.concatenate(groups)


@cache
def meter_model(method: str) -> MeterModel:
    """The shipped weights of a trained method.

    Raises:
        FileNotFoundError: the file is missing.
    """
    stored = json.loads(data_path(METER_MODELS[method]).read_text(encoding="utf-8"))
    grams = {tuple(gram): place for place, gram in enumerate(stored["grams"])}
    return MeterModel(
        tuple(stored["meters"]),
        grams,
        stored["likelihoods"],
        np.array(stored["weights"]),
        np.array(stored["bias"]),
    )


def _trained(method: str) -> Callable[[OnsetLine], MeterScores]:
    return lambda line: meter_model(method).log_probabilities(line)


_METHODS: dict[str, Callable[[OnsetLine], MeterScores]] = {
    "autocorrelation": _autocorrelation_scores,
    **{method: _trained(method) for method in METER_MODELS},
}
METER_METHODS: tuple[str, ...] = tuple(_METHODS)
"""Names of the methods of `estimate_meter`."""


def meter_scores(score: Score, method: str = "default") -> MeterScores:
    """What a method gives each metre that it knows.

    Returns:
        Name → number: log probabilities for the trained methods, 1 for the answer of the rule; empty for a
        score without notes.

    Raises:
        SymbolicError: no such method.
    """
    name = DEFAULT_METER_METHOD if method == "default" else method
    if name not in _METHODS:
        raise SymbolicError(f"metre method must be one of {', '.join(METER_METHODS)}, got {method!r}")
    line = onset_line(score)
    return {} if line is None else _METHODS[name](line.head(MAX_ONSETS))


def estimate_meter(score: Score, method: str = "default") -> Meter:
    """The metre that fits a score's onsets best; free metre for a score without notes.

    Raises:
        SymbolicError: no such method.
    """
    scores = meter_scores(score, method)
    return Meter.parse(max(scores, key=scores.__getitem__)) if scores else Meter.free()
