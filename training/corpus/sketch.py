"""What is kept of a piece to find its copies and kin among millions: half a kilobyte, whatever its length.

    exact       64 bits of everything that sounds, pitches counted from the first and lengths from the
                shortest, so that a copy in another key or in doubled values agrees
    incipit     64 bits of the first 10 intervals of the melody
    signature   MinHash of the set of 9-interval sequences of every voice (`symbolic.analysis.similarity`):
                the share of equal places in two signatures estimates the Jaccard index of the two sets
                (Broder, "On the resemblance and containment of documents", 1997), with a standard error of
                at most .045

The melody is the first pitched voice in which anything moves. Percussion is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from symbolic.analysis.similarity import INCIPIT_INTERVALS, interval_sequence, ngrams
from symbolic.score import Score

HASHES = 128
"""Places of a signature."""
NO_INCIPIT = 0
_SEED = 20240229
_CHUNK = 8192
_MIX = ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB), (31, 1))


def _parameters() -> tuple[np.ndarray, np.ndarray]:
    """Odd factors and summands of the hash functions, shape (HASHES, 1)."""
    rng = np.random.default_rng(_SEED)
    numbers = rng.integers(0, 2**63, (2, HASHES, 1), dtype=np.uint64)
    return numbers[0] * np.uint64(2) + np.uint64(1), numbers[1]


_FACTORS, _SUMMANDS = _parameters()


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """A piece in small; see the module's first lines.

    Attributes:
        exact: 64 bits.
        incipit: 64 bits, or `NO_INCIPIT` where the melody has no intervals.
        grams: how many interval sequences the signature is of.
        signature: dtype uint32, shape (HASHES,).
    """

    exact: int
    incipit: int
    grams: int
    signature: np.ndarray


def sketch(score: Score) -> Sketch:
    """The sketch of a score."""
    sequences = list(voice_intervals(score))
    grams = frozenset().union(*map(ngrams, sequences))
    melody = next(filter(None, sequences), ())
    return Sketch(exact_fingerprint(score), incipit_code(melody), len(grams), minhash(grams))


def voice_intervals(score: Score) -> Iterator[tuple[int, ...]]:
    """The interval sequence of each pitched voice."""
    for voice in score.voices:
        if not voice.percussion:
            yield interval_sequence(score.with_voices((voice,)))


def incipit_code(intervals: tuple[int, ...]) -> int:
    """64 bits of the first `INCIPIT_INTERVALS` intervals; `NO_INCIPIT` for none."""
    return _hash(repr(intervals[:INCIPIT_INTERVALS]).encode()) if intervals else NO_INCIPIT


def melody_sketch(score: Score) -> tuple[int, np.ndarray]:
    """Incipit of the melody and its interval sequences, hashed and sorted, dtype uint64."""
    melody = next(filter(None, voice_intervals(score)), ())
    return incipit_code(melody), hashed_grams(ngrams(melody))


def hashed_grams(grams: frozenset[int]) -> np.ndarray:
    """Interval sequences as hashes from which they cannot be read back, sorted, dtype uint64."""
    return np.sort(_mixed(np.fromiter(grams, dtype=np.uint64, count=len(grams)) + np.uint64(_SEED)))


def exact_fingerprint(score: Score) -> int:
    """64 bits that agree for scores that sound alike as written, but for key and unit of time."""
    rows = score.with_voices(tuple(voice for voice in score.voices if not voice.percussion)).note_array()
    if not len(rows):
        return 0
    shortest = rows["duration_quarter"].min()
    times = np.rint(np.stack([rows["onset_quarter"], rows["duration_quarter"]]) / shortest * 48)
    pitches = rows["pitch"] - rows["pitch"][0]
    return _hash(times.astype("<i8").tobytes() + pitches.astype("<i4").tobytes())


def _hash(data: bytes) -> int:
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "little")


def minhash(grams: frozenset[int]) -> np.ndarray:
    """The signature of a set of 63-bit numbers: of each hash function the least value, dtype uint32."""
    least = np.full(HASHES, 2**32 - 1, dtype=np.uint32)
    items = _mixed(np.fromiter(grams, dtype=np.uint64, count=len(grams)))
    for start in range(0, len(items), _CHUNK):
        hashed = _FACTORS * items[start : start + _CHUNK] + _SUMMANDS
        least = np.minimum(least, (hashed >> np.uint64(32)).min(axis=1).astype(np.uint32))
    return least


def _mixed(items: np.ndarray) -> np.ndarray:
    """Numbers whose every bit hangs on every bit of the old ones (splitmix64)."""
    for shift, factor in _MIX:
        items = (items ^ (items >> np.uint64(shift))) * np.uint64(factor)
    return items
