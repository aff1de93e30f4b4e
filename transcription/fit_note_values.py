"""Fits the weights of the evidence for note values: ``python -m transcription.fit_note_values``.

Learned from tunes of the benchmark's training split, alone and with chords, and from chorales that are not
held out, played by `transcription.synthesis` in all styles, some on the tracks of their voices, some on one;
and from the training works of the real performances where they are there (`transcription.aligned`): as they
are, and as a simulated transcriber hears them. The beat is the true one. Maximum likelihood by stochastic
gradients (Adam: Kingma and Ba, ICLR 2015); the seed decides everything that chance decides.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from itertools import islice
from pathlib import Path
from random import Random
from typing import NamedTuple

import numpy as np

from symbolic.errors import SymbolicError
from symbolic.resources import data_root
from symbolic.score import Score
from symbolic.tunes import manifest, read_tunes
from transcription.aligned import read_aligned
from transcription.durations import MODEL, ValueModel
from transcription.note_clips import chorales
from transcription.note_values import EVIDENCE, choices
from transcription.places import PARTS
from transcription.quantize import lines, place
from transcription.reference import AlignedPerformance
from transcription.synthesis import FOLK, PEDALLED, RUBATO, STEADY, accompany, hear, perform
from transcription.synthesis.accompany import PATTERNS

RECTIFIERS, EPOCHS, BATCH = 32, 20, 2048
RATES = (0.004, 0.0002)
"""Step sizes of the first and the last epoch."""
TUNES, ACCOMPANIED, CHORALES = 120, 90, 30
STYLES = (STEADY, FOLK, RUBATO, PEDALLED)
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
    for number, score in enumerate(scores(seed)):
        try:
            played = perform(score, STYLES[number % len(STYLES)], seed + number)
            played.beatmap()
        except (SymbolicError, ValueError):  # no notes, or no two beats
            continue
        heard = hear(played, seed + number)
        is_on_keyboard = len(score.voices) > 1 and number // len(STYLES) % 2
        yield on_one_track(played) if is_on_keyboard else played
        yield heard
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


def scores(seed: int) -> Iterator[Score]:
    """Tunes, tunes with chords, chorales."""
    chance = Random(seed)
    wanted = TUNES + ACCOMPANIED
    entries = chance.sample([entry for entry in manifest() if entry.split == "train"], wanted)
    for number, (_, score) in enumerate(read_tunes(entries, Counter())):
        yield (
            score
            if number < TUNES or not score.voices
            else accompany(score, PATTERNS[number % len(PATTERNS)])
        )
    yield from islice(chorales(chance), CHORALES)


def on_one_track(played: AlignedPerformance) -> AlignedPerformance:
    """The same on one track, as a keyboard has it."""
    performance = played.performance
    notes = performance.notes.copy()
    notes["track"] = 0
    return replace(played, performance=replace(performance, notes=notes, tracks=performance.tracks[:1]))


def fit(parts: Sequence[Examples], seed: int) -> tuple[ValueModel, float]:
    """The weights with the greatest likelihood, and the mean loss in nats over the last epoch."""
    evidence, possible, right = (np.concatenate(column) for column in zip(*parts, strict=True))
    rng = np.random.default_rng(seed)
    kinds = evidence.shape[2]
    sizes = {"direct": (kinds,), "inner": (kinds, RECTIFIERS), "bias": (RECTIFIERS,), "outer": (RECTIFIERS,)}
    spread = {"direct": 0.0, "inner": 0.15, "bias": 0.0, "outer": 0.05}
    weights = {name: spread[name] * rng.standard_normal(size) for name, size in sizes.items()}
    means = {name: np.zeros(size) for name, size in sizes.items()}
    squares = {name: np.zeros(size) for name, size in sizes.items()}
    steps, loss = 0, 0.0
    for epoch in range(EPOCHS):
        rate = RATES[0] + (RATES[1] - RATES[0]) * epoch / EPOCHS
        order, loss = rng.permutation(len(evidence)), 0.0
        for first in range(0, len(order), BATCH):
            rows = np.sort(order[first : first + BATCH])
            batch_loss, slopes = _slopes(weights, Examples(evidence[rows], possible[rows], right[rows]))
            loss += batch_loss / len(evidence)
            steps += 1
            for name, slope in slopes.items():
                means[name] += 0.1 * (slope - means[name])
                squares[name] += 0.001 * (slope**2 - squares[name])
                scale = np.sqrt(squares[name] / (1 - 0.999**steps)) + 1e-8
                weights[name] -= rate * means[name] / (1 - 0.9**steps) / scale
    return ValueModel(**weights), loss


def _slopes(weights: dict[str, np.ndarray], batch: Examples) -> tuple[float, dict[str, np.ndarray]]:
    """The loss of some notes, and the slope of its mean by each weight."""
    own = {name: values.astype(np.float32) for name, values in weights.items()}
    heard = np.maximum(batch.evidence @ own["inner"] + own["bias"], 0)
    scores = np.where(batch.possible, batch.evidence @ own["direct"] + heard @ own["outer"], -np.inf)
    chances = np.exp(scores - scores.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    hit = np.maximum((chances * batch.right).sum(axis=1), 1e-12)
    surplus = (chances - np.where(batch.right, chances, 0) / hit[:, None]) / len(hit)
    inward = surplus[..., None] * own["outer"] * (heard > 0)
    slopes = {
        "direct": np.tensordot(surplus, batch.evidence, 2),
        "inner": np.tensordot(batch.evidence, inward, ((0, 1), (0, 1))),
        "bias": inward.sum(axis=(0, 1)),
        "outer": np.tensordot(surplus, heard, 2),
    }
    return float(-np.log(hit).sum()), slopes


def main(argv: Sequence[str] | None = None) -> int:
    """Fits the weights and writes them to the data folder."""
    parser = argparse.ArgumentParser(description="Fit the weights of the evidence for note values.")
    parser.add_argument("--performances", type=Path, default=Path(PERFORMANCES))
    parser.add_argument("--output", type=Path, default=data_root() / MODEL)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(argv)
    parts = [part for played in material(options.performances, options.seed) for part in examples(played)]
    model, loss = fit(parts, options.seed)
    stored = {
        "made_by": "python -m transcription.fit_note_values",
        "trained_on": f"{TUNES} tunes of benchmarks/abc_tunes.csv, split train, {ACCOMPANIED} with chords,"
        f" {CHORALES} chorales that are not held out, played and heard; the training works of Vienna 4x22 and"
        " Batik plays Mozart; non-commercial, as these are",
        "seed": options.seed,
        "notes": sum(len(part.right) for part in parts),
        "loss": round(loss, 4),
        "evidence": EVIDENCE,
        **{name: np.round(weights, 4).tolist() for name, weights in asdict(model).items()},
    }
    options.output.write_text(json.dumps(stored) + "\n", encoding="utf-8")
    print(f"{options.output}: {stored['notes']:,} notes, loss {loss:.4f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
