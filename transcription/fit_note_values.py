"""Fits the weights of the evidence for note values: ``python -m transcription.fit_note_values``.

Learned from tunes of the benchmark's training split, played by `transcription.synthesis` in all styles and
partly heard by a simulated transcriber, and from the training works of the real performances where they are
there (`transcription.aligned`), as they are and with lengths as a transcriber hears them. The beat is the
true one. Maximum likelihood with a small penalty, by L-BFGS; the seed decides everything that chance decides.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

import numpy as np

from symbolic.errors import SymbolicError
from symbolic.resources import data_root
from symbolic.tunes import manifest, read_tunes
from transcription.aligned import read_aligned
from transcription.durations import MODEL
from transcription.note_values import EVIDENCE, choices
from transcription.places import PARTS
from transcription.quantize import lines, place
from transcription.reference import AlignedPerformance
from transcription.synthesis import FOLK, PEDALLED, RUBATO, STEADY, hear, perform

PENALTY = 1e-4
TUNES = 120
MOST_NOTES = 500
"""Of one line of one performance."""
CLOSE = 1 / 96
"""Quarter notes by which a place may differ from the true one for a note to count as placed."""
PERFORMANCES = "../shared/data/performances"


class Examples(NamedTuple):
    """Notes whose length is known: evidence (n, candidates, kinds), what is possible, what is right."""

    evidence: np.ndarray
    possible: np.ndarray
    right: np.ndarray


def examples(played: AlignedPerformance) -> Iterator[Examples]:
    """The notes of a performance whose place was found and whose length is among the candidates."""
    beatmap = played.beatmap()
    rows, played_s, _ = place(played.performance, beatmap)
    written = {
        (round(float(note["onset_quarter"]) * PARTS), int(note["pitch"])): round(
            float(note["duration_quarter"]) * PARTS
        )
        for note in played.reference.notes
    }
    for own, line in lines(rows, played_s, played.performance, beatmap):
        at = zip(line.onset.tolist(), line.pitch.tolist(), strict=True)
        true = np.array([written.get(key, 0) for key in at])
        true[~(np.abs(line.onset / PARTS - played.onset_quarter[own]) < CLOSE)] = 0
        found = choices(line)
        right = (found.length == true[:, None]) & found.possible
        known = np.flatnonzero(right.any(axis=1))
        known = known[:: 1 + len(known) // MOST_NOTES]
        yield Examples(found.evidence[known].astype(np.float32), found.possible[known], right[known])


def material(performances: Path, seed: int) -> Iterator[AlignedPerformance]:
    """Everything that is learned from."""
    chance = Random(seed)
    entries = chance.sample([entry for entry in manifest() if entry.split == "train"], TUNES)
    styles = (STEADY, FOLK, RUBATO, PEDALLED)
    for number, (_, score) in enumerate(read_tunes(entries, Counter())):
        try:
            played = perform(score, styles[number % len(styles)], seed + number)
            played.beatmap()
        except (SymbolicError, ValueError):  # no notes, or no two beats
            continue
        yield played
        yield hear(played, seed + number)
    try:
        real = list(read_aligned(performances, "train"))
    except SymbolicError as error:
        print(f"{error}: real performances left out", file=sys.stderr)
        return
    by_work = Counter(played.work for played in real)
    for number, played in enumerate(real):
        if number % max(1, by_work[played.work] // 3) == 0:
            yield played
            yield hear(played, seed + number)


def fit(parts: Sequence[Examples], penalty: float = PENALTY) -> tuple[np.ndarray, float]:
    """The weights with the greatest penalised likelihood, and the mean loss in nats."""
    from scipy.optimize import minimize

    evidence, possible, right = (np.concatenate(column) for column in zip(*parts, strict=True))

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = np.where(possible, evidence @ weights, -np.inf)
        chances = np.exp(scores - scores.max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
        hit = np.maximum((chances * right).sum(axis=1), 1e-12)
        surplus = chances - np.where(right, chances, 0) / hit[:, None]
        slope = np.tensordot(surplus.astype(np.float32), evidence, axes=2) / len(hit)
        return float(-np.log(hit).mean() + penalty * weights @ weights), slope + 2 * penalty * weights

    found = minimize(loss, np.zeros(len(EVIDENCE)), jac=True, method="L-BFGS-B", options={"maxiter": 300})
    return np.asarray(found.x), float(found.fun)


def main(argv: Sequence[str] | None = None) -> int:
    """Fits the weights and writes them to the data folder."""
    parser = argparse.ArgumentParser(description="Fit the weights of the evidence for note values.")
    parser.add_argument("--performances", type=Path, default=Path(PERFORMANCES))
    parser.add_argument("--output", type=Path, default=data_root() / MODEL)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(argv)
    parts = [part for played in material(options.performances, options.seed) for part in examples(played)]
    weights, loss = fit(parts)
    stored = {
        "made_by": "python -m transcription.fit_note_values",
        "trained_on": f"{TUNES} tunes of benchmarks/abc_tunes.csv, split train, played and heard, and the"
        " training works of Vienna 4x22 and Batik plays Mozart; non-commercial, as these are",
        "seed": options.seed,
        "notes": sum(len(part.right) for part in parts),
        "loss": round(loss, 4),
        "evidence": EVIDENCE,
        "weights": weights.round(4).tolist(),
    }
    options.output.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
    print(f"{options.output}: {stored['notes']:,} notes, loss {loss:.4f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
