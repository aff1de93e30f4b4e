"""Fits the weights of the beat finder, ``data/models/beats.npz``.

    python -m transcription.beats.fit                    # about half an hour on one core
    python -m transcription.beats.fit --cache FOLDER     # keeps what was read and played there

Learned from: tunes of the benchmark's training split, chorales, string quartets and real performances (of
these two what lies in ``../shared/data``), without the works held out. Scores are played by
`transcription.synthesis`. Everything that chance decides comes from `SEED`.
"""

from __future__ import annotations

import argparse
import pickle
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np

from symbolic.meter import Meter
from symbolic.resources import data_root
from transcription.beats.examples import UNKNOWN, Example, heard_performances, played_tunes, played_works
from transcription.beats.fit_returns import fit_returns, passages
from transcription.beats.model import BEATS_MODEL
from transcription.beats.network import LEVELS, LOG_PERIODS
from transcription.beats.rhythm import Line, bar_parts, count_gaps, count_upbeats, lines
from transcription.beats.sources import (
    Named,
    chorales,
    one_of_each,
    real_performances,
    string_quartets,
    training_tunes,
)
from transcription.beats.training import Progress, train_network
from transcription.beats.weighing import weigh_facts
from transcription.reference import AlignedPerformance, Reference
from transcription.synthesis import accompany
from transcription.synthesis.accompany import PATTERNS

SEED, WORKS_SEED = 7, 2
METERS = tuple(map(Meter.parse, "2/4 3/4 4/4 2/2 6/8 9/8 12/8 3/8 3/2 6/4 4/2".split()))
TUNES, WEIGHING_TUNES = 3000, 400
"""How many are played for the networks, and how many others to weigh the facts."""
RETURN_TUNES = 400
"""How many show what comes back."""
QUARTETS, WEIGHING_QUARTETS = 44, 12
CHORALES, WEIGHING_CHORALES = 160, 40
STEPS, NETWORKS = 2800, 3
SHARES = {"tunes": 0.42, "real": 0.25, "quartets": 0.23, "chorales": 0.1}
"""How often windows of each kind are learned from."""
MANY_PLAYERS = 0.1
"""What a performance counts of a piece that many pianists play."""
PACE_SPREAD, FEW_PACES = 0.2, 20.0
"""S.d. by which tempi are spread (log), and how many performances the tempi of all metres count in each."""
TWELVE_EIGHT = 60
"""Lines in 6/8 that are counted in 12/8 too, of which there are few."""
SHARED = Path("..") / "shared" / "data"
_T = TypeVar("_T")


def main(argv: Sequence[str] | None = None) -> int:
    """Reads, plays, fits, and writes the weights."""
    parser = argparse.ArgumentParser(
        prog="python -m transcription.beats.fit", description=__doc__.split("\n")[0]
    )
    parser.add_argument("--cache", type=Path, help="keep what was read and played in this folder")
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder of performances and quartets")
    parser.add_argument("--steps", type=int, default=STEPS, help="training steps of each network")
    options = parser.parse_args(argv)

    def kept(name: str, make: Callable[[], _T]) -> _T:
        return _kept(options.cache, name, make)

    tunes = kept("tunes", lambda: training_tunes(TUNES + WEIGHING_TUNES, METERS, SEED))
    folder = options.shared / "scores" / "openscore_quartets"
    quartets = kept("quartets", lambda: string_quartets(folder, QUARTETS + WEIGHING_QUARTETS, WORKS_SEED))
    songs = kept("chorales", lambda: chorales(CHORALES + WEIGHING_CHORALES, WORKS_SEED))
    real = kept("real", lambda: real_performances(options.shared / "performances"))
    works = {"quartets": quartets[:QUARTETS], "chorales": songs[:CHORALES]}
    other_works = {"quartets": quartets[QUARTETS:], "chorales": songs[CHORALES:]}
    scores = [score for found in works.values() for score in found]
    returns = kept("returns", lambda: _returns(tunes[:TUNES], scores, real))
    tables = kept("tables", lambda: _tables(tunes, scores, real))
    examples = kept("examples", lambda: _examples(tunes[:TUNES], works, real))
    weights = _weights(examples, real)
    flat = [example for kind in SHARES for example in examples[kind]]
    networks = [
        kept(f"network-{options.steps}-{seed}", partial(_network, flat, weights, options.steps, seed))
        for seed in range(SEED, SEED + NETWORKS)
    ]
    arrays = {"meters": np.array([meter.name for meter in METERS]), "fact_weights": np.zeros(0)}
    arrays |= tables | {"returns": returns.astype(np.float32)}
    for name in networks[0]:
        arrays[f"net_{name}"] = np.stack([network[name] for network in networks]).astype(np.float16)
    arrays |= _answer_shares(flat, weights)
    arrays["paces"] = np.stack(
        [_paces(examples["tunes"], np.ones(len(examples["tunes"]))), _paces(flat, weights)]
    )
    arrays |= weigh_facts(arrays, tunes[TUNES : TUNES + WEIGHING_TUNES], other_works, SEED)
    np.savez_compressed(data_root() / BEATS_MODEL, allow_pickle=False, **arrays)
    return 0


def _kept(cache: Path | None, name: str, make: Callable[[], _T]) -> _T:
    """What `make` makes, from the cache where it lies there."""
    if cache is None:
        return make()
    file = cache / f"{name}.pickle"
    if file.is_file():
        found: _T = pickle.loads(file.read_bytes())
        return found
    found = make()
    cache.mkdir(parents=True, exist_ok=True)
    file.write_bytes(pickle.dumps(found))
    return found


def _network(
    examples: Sequence[Example], weights: np.ndarray, steps: int, seed: int
) -> dict[str, np.ndarray]:
    return train_network(examples, weights, len(METERS), steps=steps, seed=seed, report=_report)


def _report(progress: Progress) -> None:
    losses = f"level {progress.level:.3f}, tempo {progress.period:.3f}, metre {progress.meter:.3f}"
    print(f"{progress.step}: {losses}, stops {progress.stop:.3f}", flush=True)


def _examples(
    tunes: Sequence[Named], works: Mapping[str, Sequence[Named]], real: Sequence[AlignedPerformance]
) -> dict[str, list[Example]]:
    return {
        "tunes": list(played_tunes(tunes, METERS, SEED)),
        "real": list(heard_performances(real, METERS, SEED)),
        **{kind: list(played_works(kind, scores, METERS, SEED)) for kind, scores in works.items()},
    }


# What is counted


def _tables(
    tunes: Sequence[Named], scores: Sequence[Named], real: Sequence[AlignedPerformance]
) -> dict[str, np.ndarray]:
    """Gaps and upbeats in each metre; those of works count at most as much as those of tunes."""
    melodies, works = defaultdict(list), defaultdict(list)
    for _, score in tunes:
        for line in lines(Reference.of(score)):
            melodies[line.meter.name].append(line)
    pieces = {performance.reference.notes.tobytes(): performance.reference for performance in real}
    for reference in [*pieces.values(), *(Reference.of(score) for _, score in scores)]:
        for line in lines(reference):
            works[line.meter.name].append(line)
    rare = Meter.parse("12/8")
    melodies[rare.name] += [Line(line.onsets, rare) for line in melodies["6/8"][:TWELVE_EIGHT]]
    found: dict[str, np.ndarray] = {}
    for index, meter in enumerate(METERS):
        bar = bar_parts(meter)
        own, other = (count_gaps(group[meter.name], bar) for group in (melodies, works))
        share = min(1.0, own.sum() / max(1.0, other.sum()))
        gaps = np.minimum(np.rint(own + share * other), np.iinfo(np.uint16).max)
        found[f"counts{index}"] = gaps.astype(np.uint16)
        found[f"upbeats{index}"] = count_upbeats(melodies[meter.name], bar).astype(np.uint16)
    return found


def _returns(
    tunes: Sequence[Named], scores: Sequence[Named], real: Sequence[AlignedPerformance]
) -> np.ndarray:
    """What tells metres by what comes back, in works, and in tunes with and without chords."""
    rng = random.Random(SEED)
    references = [Reference.of(score) for _, score in scores]
    references += [performance.reference for performance in one_of_each(real)]
    for _, score in tunes[:RETURN_TUNES]:
        references += [Reference.of(score), Reference.of(accompany(score, rng.choice(PATTERNS)))]
    return fit_returns(passages(references, METERS, SEED), len(METERS))


def _weights(examples: dict[str, list[Example]], real: Sequence[AlignedPerformance]) -> np.ndarray:
    """How often each example is drawn: tunes alike, longer works more often."""
    works = Counter(performance.reference.notes.tobytes() for performance in real)
    crowded = np.repeat([works[performance.reference.notes.tobytes()] > 1 for performance in real], 2)
    sizes = {kind: np.array([float(len(example)) for example in examples[kind]]) for kind in SHARES}
    sizes["tunes"] = np.ones(len(sizes["tunes"]))
    if len(crowded) == len(sizes["real"]):
        sizes["real"][crowded] *= MANY_PLAYERS
    return np.concatenate([SHARES[kind] * own / max(own.sum(), 1.0) for kind, own in sizes.items()])


def _answer_shares(examples: Sequence[Example], weights: np.ndarray) -> dict[str, np.ndarray]:
    """Natural logarithms of how often each answer of the networks is right in what they are shown."""
    levels, periods, meters = np.ones(LEVELS), np.full(len(LOG_PERIODS), 10.0), np.ones(len(METERS))
    cell = LOG_PERIODS[1] - LOG_PERIODS[0]
    for example, weight in zip(examples, weights * 1e5 / weights.sum(), strict=True):
        share = weight / len(example)
        levels += share * np.bincount(example.levels, minlength=LEVELS)
        cells = np.rint((example.log_periods - LOG_PERIODS[0]) / cell).astype(np.int64)
        periods += share * np.bincount(np.clip(cells, 0, len(periods) - 1), minlength=len(periods))
        meters += share * np.bincount(example.meters[example.meters != UNKNOWN], minlength=len(meters))
    shares = {"level": levels, "period": periods, "meter": meters}
    return {f"{name}_shares": np.log(values / values.sum()) for name, values in shares.items()}


def _paces(examples: Sequence[Example], weights: np.ndarray) -> np.ndarray:
    """How likely each length of the quarter note is in each metre: natural logarithms, (metres, cells)."""
    cell = LOG_PERIODS[1] - LOG_PERIODS[0]
    counts = np.zeros((len(METERS), len(LOG_PERIODS)))
    for example, weight in zip(examples, weights * 1e4 / weights.sum(), strict=True):
        middle = float(np.median(example.log_periods))
        near = np.exp(-(((LOG_PERIODS - middle) / PACE_SPREAD) ** 2) / 2) * cell
        shares = np.bincount(example.meters[example.meters != UNKNOWN], minlength=len(METERS)) / len(example)
        counts += weight * np.outer(shares, near)
    counts += FEW_PACES * counts.sum(axis=0) / counts.sum() + 1e-3
    found: np.ndarray = np.log(counts / counts.sum(axis=1, keepdims=True))
    return found


if __name__ == "__main__":
    sys.exit(main())
