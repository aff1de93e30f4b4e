"""Chord progressions in Roman numerals: functional phrases with cadences, drawn from a seed.

A phrase begins on the tonic, walks a graph of usual successions (after Kostka and Payne, *Tonal Harmony*,
ch. 7, and Aldwell and Schachter, *Harmony and Voice Leading*), with inversions, sevenths, applied
dominants and, in minor, the Neapolitan sixth, and ends with a cadence. Dorian and mixolydian phrases
follow graphs of their own and end without a named cadence.

A progression belongs to one split by the hash of its numerals, so that no progression stands in two.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal
from zlib import crc32

Split = Literal["train", "dev", "test"]
BUCKETS = 10
"""Of ten buckets of progressions the first is for tests, the second for development."""

_MAJOR = {
    "I": "I6 IV ii6 vi V V65 V43 viio6 IV6 V7/IV V65/IV V7/vi iii I64",
    "I6": "IV ii6 ii65 V viio6 I V7/V V43",
    "ii": "V V7 V65 viio6 I64 V7/V",
    "ii6": "V V7 I64 V42 viio7/V",
    "ii65": "V V7 I64 V42",
    "iii": "vi IV",
    "IV": "V V7 I ii I64 viio6 V42 viio7/V ii6",
    "IV6": "V V65 I6",
    "I64": "V V7",
    "V": "I vi V7 V42 IV6 V65",
    "V7": "I vi",
    "V65": "I",
    "V43": "I I6",
    "V42": "I6",
    "vi": "ii IV ii6 V7/ii V65/V V7/V iii",
    "viio6": "I I6",
    "viiø7": "I",
    "V7/IV": "IV",
    "V65/IV": "IV",
    "V7/V": "V V7",
    "V65/V": "V V7",
    "viio7/V": "V I64",
    "V7/ii": "ii",
    "V7/vi": "vi",
}
_MINOR = {
    "i": "i6 iv iio6 VI V V65 V43 viio6 viio7 III VII V7/iv V65/iv i64",
    "i6": "iv iio6 iiø65 V viio6 i V43",
    "iio6": "V V7 i64 viio7",
    "iiø65": "V V7 i64",
    "iiø7": "V V7",
    "III": "VI iv iio6",
    "iv": "V V7 i iio6 i64 bII6 viio7/V",
    "iv6": "V",
    "i64": "V V7",
    "V": "i VI V7 V42 iv6",
    "V7": "i VI",
    "V65": "i",
    "V43": "i i6",
    "V42": "i6",
    "VI": "iiø7 iv iio6 III V7/VII",
    "VII": "III V7/III",
    "viio6": "i i6",
    "viio7": "i",
    "bII6": "V V7 i64",
    "V7/iv": "iv",
    "V65/iv": "iv",
    "V7/III": "III",
    "V7/VII": "VII",
    "viio7/V": "V",
}
_DORIAN = {"i": "IV VII III ii v", "IV": "i VII", "VII": "i IV", "III": "IV VII", "ii": "i IV", "v": "i"}
_MIXOLYDIAN = {"I": "VII IV v ii", "VII": "IV I", "IV": "I VII", "v": "I IV", "ii": "VII v"}

_CADENCES: dict[str, dict[str, tuple[str, ...]]] = {
    "major": {
        "authentic": ("V7 I", "V I", "ii6 V7 I", "I64 V7 I", "IV V I", "ii65 V7 I"),
        "half": ("ii6 V", "IV V", "I V", "I64 V", "vi V"),
        "plagal": ("IV I", "vi IV I"),
        "deceptive": ("V7 vi", "IV V vi", "ii6 V7 vi"),
    },
    "minor": {
        "authentic": ("V7 i", "V i", "iiø65 V7 i", "i64 V7 i", "iv V i", "bII6 V7 i"),
        "half": ("iv V", "iv6 V", "i V", "i64 V", "VI V"),
        "plagal": ("iv i", "VI iv i"),
        "deceptive": ("V7 VI", "iv V VI", "iio6 V7 VI"),
    },
    "dorian": {"modal": ("IV i", "VII i", "v i")},
    "mixolydian": {"modal": ("VII I", "v I", "IV I")},
}
_WEIGHTS = {"authentic": 5, "half": 2, "plagal": 2, "deceptive": 2, "modal": 1}
_GRAPHS = {
    mode: {numeral: tuple(after.split()) for numeral, after in graph.items()}
    for mode, graph in (
        ("major", _MAJOR), ("minor", _MINOR), ("dorian", _DORIAN), ("mixolydian", _MIXOLYDIAN)
    )
}  # fmt: skip
MODES = tuple(_GRAPHS)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase: its mode, its numerals and the cadence at its end (``modal`` for one without a name)."""

    mode: str
    numerals: tuple[str, ...]
    cadence: str


def draw_phrase(rng: Random, mode: str, length: int, *, closing: bool) -> Phrase:
    """A phrase of `length` chords, at least 2.

    Args:
        rng: draws it.
        mode: one of `MODES`.
        length: number of chords.
        closing: ends a piece: with an authentic or plagal cadence, or the mode's own.
    """
    kinds = [kind for kind in _CADENCES[mode] if not closing or kind not in {"half", "deceptive"}]
    kind = rng.choices(kinds, [_WEIGHTS[name] for name in kinds])[0]
    endings = [ending.split() for ending in _CADENCES[mode][kind]]
    ending = rng.choice([found for found in endings if len(found) <= length])
    graph = _GRAPHS[mode]
    tonic = next(iter(graph))
    body = _walk(rng, graph, tonic, ending[0], length - len(ending))
    return Phrase(mode, (*body, *ending), kind)


def _walk(rng: Random, graph: dict[str, tuple[str, ...]], tonic: str, goal: str, length: int) -> list[str]:
    """`length` chords from the tonic on, the last of which leads to `goal`."""
    reaching = [{goal}]
    for _ in range(length):
        reaching.append({name for name, after in graph.items() if reaching[-1] & set(after)})
    walk: list[str] = []
    for left in range(length, 0, -1):
        options = [tonic] if not walk else graph[walk[-1]]
        fitting = [name for name in options if name in reaching[left]]
        # where no way leads from here in so many steps, the tonic stands again: it may follow itself
        walk.append(rng.choice(fitting) if fitting else tonic)
    return walk


def split_of(phrases: tuple[Phrase, ...]) -> Split:
    """The split to which a progression belongs."""
    text = ";".join(f"{phrase.mode}:{' '.join(phrase.numerals)}" for phrase in phrases)
    bucket = crc32(text.encode()) % BUCKETS
    return "test" if bucket == 0 else "dev" if bucket == 1 else "train"
