"""Which tunes are the same tune: fingerprints and distances that transposition and tempo leave alone.

A tune is compared by its *interval sequence*: the semitones from each melody note to the next. The melody
is the first voice, of a chord the highest note, as written (repeats not played out), ties merged, grace
notes, rests and overlays left out; a repeated note counts as the interval 0. Neither transposition nor
doubled note values change the sequence, so copies of a tune in other books are found in spite of both.

N-grams of intervals are the usual index of folk-tune collections (Downie, "Evaluating a simple approach to
music information retrieval", PhD thesis, 1999; van Kranenburg et al., "Documenting a song culture: the
Dutch Song Database", IJDL 2019). The edit distance is Levenshtein's on intervals.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from hashlib import blake2b
from itertools import pairwise

from symbolic.score import Chord, Note, Score

INCIPIT_INTERVALS = 10
NGRAM_INTERVALS = 9
_BASE = 128
_LARGEST = _BASE // 2 - 1


def melody_pitches(score: Score) -> list[int]:
    """MIDI numbers (as written) of the melody: first voice, highest note of each chord, ties merged."""
    return list(_melody(score)) if score.voices else []


def _melody(score: Score) -> Iterator[int]:
    held: int | None = None
    for measure in score.voices[0].measures:
        for event in measure.events:
            if isinstance(event, Note):
                note = event
            elif isinstance(event, Chord):
                note = max(event.notes, key=lambda candidate: candidate.pitch.midi)
            else:
                continue
            midi = note.pitch.midi
            if midi != held:
                yield midi
            held = midi if note.tie else None


def interval_sequence(score: Score) -> tuple[int, ...]:
    """Semitones from each note of the melody to the next; empty for fewer than two notes."""
    pitches = melody_pitches(score)
    return tuple(after - before for before, after in pairwise(pitches))


def incipit(score: Score, n: int = INCIPIT_INTERVALS) -> tuple[int, ...]:
    """The first `n` intervals of the melody; fewer where the melody is shorter."""
    return interval_sequence(score)[:n]


def ngrams(intervals: Sequence[int], n: int = NGRAM_INTERVALS) -> frozenset[int]:
    """Every run of `n` intervals as one number, the same on every machine.

    Intervals beyond ±63 semitones count as ±63; up to n = 9 a number fits 63 bits.

    Raises:
        ValueError: `n` is not positive.
    """
    if n < 1:
        raise ValueError(f"n must be at least 1, got {n}")
    digits = [min(max(interval, -_LARGEST), _LARGEST) + _LARGEST for interval in intervals]
    size = _BASE**n
    found = set()
    code = 0
    for index, digit in enumerate(digits, 1):
        code = (code * _BASE + digit) % size
        if index >= n:
            found.add(code)
    return frozenset(found)


def interval_ngrams(score: Score, n: int = NGRAM_INTERVALS) -> frozenset[int]:
    """The n-grams of a score's melody; see `ngrams`."""
    return ngrams(interval_sequence(score), n)


def overlap(a: Collection[int], b: Collection[int]) -> float:
    """Share of the smaller set of n-grams that the other one has too, 0 … 1; 0 where one is empty."""
    smaller = min(len(a), len(b))
    return len(set(a).intersection(b)) / smaller if smaller else 0.0


def fingerprint(score: Score) -> str:
    """16 hexadecimal digits that agree for scores with the same interval sequence, in any key and tempo."""
    text = ",".join(map(str, interval_sequence(score)))
    return blake2b(text.encode("ascii"), digest_size=8).hexdigest()


def edit_distance(a: Sequence[int], b: Sequence[int]) -> int:
    """The least number of insertions, deletions and substitutions that turn `a` into `b`.

    Bit-parallel, a whole column of the table in one integer (Myers, JACM 1999, as restated by Hyyrö, 2003).
    """
    if not a:
        return len(b)
    places: dict[int, int] = {}
    for index, item in enumerate(a):
        places[item] = places.get(item, 0) | 1 << index
    mask = (1 << len(a)) - 1
    last = 1 << (len(a) - 1)
    up, down, distance = mask, 0, len(a)
    for item in b:
        match = places.get(item, 0)
        diagonal = (((match & up) + up) ^ up) | match | down
        rise = down | ~(diagonal | up) & mask
        fall = up & diagonal
        distance += bool(rise & last) - bool(fall & last)
        rise = (rise << 1 | 1) & mask
        fall = fall << 1 & mask
        up = fall | ~(diagonal | rise) & mask
        down = rise & diagonal
    return distance


def distance(a: Score, b: Score) -> float:
    """Edit distance of two melodies over the length of the longer, 0 (same intervals) … 1."""
    first, second = interval_sequence(a), interval_sequence(b)
    longer = max(len(first), len(second))
    return edit_distance(first, second) / longer if longer else 0.0
