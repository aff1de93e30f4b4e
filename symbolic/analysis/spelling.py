"""Pitch spelling: from MIDI numbers to spelled pitches.

Notes come in order of onset (low to high within a chord). `ps13` is Meredith's algorithm and uses the
notes alone: the letter of a note is the one that most of the tonics round about would give it (Meredith,
"The ps13 pitch spelling algorithm", *Journal of New Music Research* 35(2), 2006; stage 1 with a context of
10 notes before and 42 after, the setting found best there; the second stage, which lost accuracy, is left
out; the result is moved by whole diminished seconds to the fewest accidentals).

`spell` works on the line of fifths (Temperley, *The Cognition of Basic Musical Structures*, 2001,
ch. 5): a spelling is good when it lies near the centre of its context, which is drawn towards the key
signature where one is known, and when the voice moves by a diatonic semitone rather than a chromatic
one, above all where a chromatic note resolves; the best path through each voice is found by dynamic
programming (Viterbi).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from symbolic.key import Key
from symbolic.pitch import STEP_FIFTHS, STEP_SEMITONES, Pitch

BEFORE, AFTER = 10, 42
"""Context of `ps13` in notes; the note itself counts as the first of those after."""
_WINDOW = 40
_KEY_WEIGHT = 0.15
_SCALE_CENTRE = 2.0
_LEAVING_COST = 2.5
_ARRIVING_COST = 5.0
_RESPELLING_COST = 12.0
_FAR_SEMITONE_COST = 8.0
_LEAP_COST = 0.3
_CENTRES = (-8.0, 12.0)
_LETTERS = "ABCDEFG"
_MORPH_INTERVALS = np.array([0, 1, 1, 2, 2, 3, 3, 4, 5, 5, 6, 6])
_FIRST_MORPHS = np.array([0, 1, 1, 2, 2, 3, 4, 4, 5, 5, 6, 6])

_Ints: TypeAlias = npt.NDArray[np.int64]
_Floats: TypeAlias = npt.NDArray[np.float64]


def ps13(pitches: Sequence[int]) -> list[Pitch]:
    """Spells MIDI numbers given in order of onset by Meredith's ps13, stage 1."""
    midi = np.asarray(pitches, dtype=np.int64)
    return _named(_ps13_fifths(midi), midi) if len(midi) else []


def spell(pitches: Sequence[int], key: Key | None = None, voices: Sequence[int] | None = None) -> list[Pitch]:
    """Spells MIDI numbers given in order of onset; see `spell_in_keys`."""
    return spell_in_keys(pitches, [key or Key.none()] * len(pitches), voices)


def spell_in_keys(
    pitches: Sequence[int], keys: Sequence[Key], voices: Sequence[int] | None = None
) -> list[Pitch]:
    """Spells MIDI numbers, each in the key signature in force.

    Args:
        pitches: MIDI numbers in order of onset.
        keys: for each note; one without a tonic leaves the spelling to the context.
        voices: a number for each note that tells the voices apart; one voice if absent.

    Raises:
        ValueError: arguments of different lengths.
    """
    if not len(pitches) == len(keys) == len(voices if voices is not None else pitches):
        raise ValueError("pitches, keys and voices must have one entry for each note")
    midi = np.asarray(pitches, dtype=np.int64)
    if not len(midi):
        return []
    centres, weights = _key_centres(keys)
    centres = _context_centres(midi, centres, weights)
    fifths = np.empty_like(midi)
    labels = np.zeros_like(midi) if voices is None else np.asarray(voices, dtype=np.int64)
    for label in np.unique(labels):
        own = np.flatnonzero(labels == label)
        fifths[own] = _best_path(midi[own].tolist(), centres[own].tolist())
    return _named(fifths, midi)


def _named(fifths: _Ints, midi: _Ints) -> list[Pitch]:
    return [
        Pitch.from_fifths(place, number) for place, number in zip(fifths.tolist(), midi.tolist(), strict=True)
    ]


def _ps13_fifths(midi: _Ints) -> _Ints:
    """Places on the line of fifths by ps13. A *chroma* counts semitones, a *morph* letters, from A."""
    count = len(midi)
    chroma = (midi - 9) % 12
    index = np.arange(count)
    passed = np.zeros((count + 1, 12), dtype=np.int64)
    passed[index + 1, chroma] = 1
    passed = passed.cumsum(axis=0)
    context = passed[np.minimum(count, index + AFTER)] - passed[np.maximum(0, index - BEFORE)]
    tonics = np.arange(12)
    tonic_morphs = _FIRST_MORPHS[chroma[0]] - _MORPH_INTERVALS[(chroma[0] - tonics) % 12]
    morphs = (_MORPH_INTERVALS[(chroma[:, None] - tonics) % 12] + tonic_morphs) % 7
    strength = np.zeros((count, 7), dtype=np.int64)
    for tonic in tonics:
        strength[index, morphs[:, tonic]] += context[:, tonic]
    chosen = strength.argmax(axis=1)
    natural = np.array([STEP_SEMITONES[letter] for letter in _LETTERS])[chosen]
    alter = (midi - natural + 6) % 12 - 6
    fifths = np.array([STEP_FIFTHS[letter] for letter in _LETTERS])[chosen] + 7 * alter
    turn = min((0, -12, 12), key=lambda move: float(abs(fifths.mean() + move - _SCALE_CENTRE)))
    moved: _Ints = fifths + turn
    moved[moved < -22] += 12  # beyond triple flats
    moved[moved > 26] -= 12
    return moved


def _key_centres(keys: Sequence[Key]) -> tuple[_Floats, _Floats]:
    """For each note the middle of its scale on the line of fifths, and the weight that it has."""
    by_key: dict[Key, tuple[float, float]] = {}
    rows = []
    for key in keys:
        if key not in by_key:
            by_key[key] = (key.fifths + _SCALE_CENTRE, _KEY_WEIGHT) if key.tonic else (0.0, 0.0)
        rows.append(by_key[key])
    table = np.array(rows)
    return table[:, 0], table[:, 1]


def _nearest(midi: _Ints, centres: _Floats) -> _Ints:
    """The place on the line of fifths of each pitch that is nearest to a centre."""
    lowest = midi * 7 % 12
    nearest: _Ints = lowest + 12 * np.round((centres - lowest) / 12).astype(np.int64)
    return nearest


def _context_centres(midi: _Ints, centres: _Floats, weights: _Floats) -> _Floats:
    """The middle of each note's context on the line of fifths, drawn towards its key."""
    index = np.arange(len(midi))
    low, high = np.maximum(0, index - _WINDOW), np.minimum(len(midi), index + _WINDOW + 1)
    fifths = np.where(weights > 0, _nearest(midi, centres), _ps13_fifths(midi))
    drawn = centres
    for _ in range(3):
        total = np.concatenate([[0], np.cumsum(fifths)])
        drawn = weights * centres + (1 - weights) * (total[high] - total[low]) / (high - low)
        drawn = np.clip(drawn, *_CENTRES)
        fifths = _nearest(midi, drawn)
    return drawn


def _best_path(midi: list[int], centres: list[float]) -> list[int]:
    """The spellings of one voice: for each note the place below or above its centre, at the least cost."""
    backward: list[tuple[int, int]] = []
    lows: list[int] = []
    costs = [0.0, 0.0]
    before = (0.0, 0.0)
    for index, (number, centre) in enumerate(zip(midi, centres, strict=True)):
        low = number * 7 % 12 + 12 * int((centre - number * 7 % 12) // 12)
        distances = (abs(low - centre), abs(low + 12 - centre))
        if index:
            motion = number - midi[index - 1]
            gap = low - lows[-1]
            origins, reached = [], []
            for choice, distance in enumerate(distances):
                from_low = costs[0] + _motion_cost(motion, gap + 12 * choice, distance < before[0])
                from_high = costs[1] + _motion_cost(motion, gap + 12 * choice - 12, distance < before[1])
                origins.append(int(from_high < from_low))
                reached.append(distance + min(from_low, from_high))
            backward.append((origins[0], origins[1]))
            costs = reached
        else:
            costs = list(distances)
        lows.append(low)
        before = distances
    choice = int(costs[1] < costs[0])
    path = [lows[-1] + 12 * choice]
    for low, came_from in zip(reversed(lows[:-1]), reversed(backward), strict=True):
        choice = came_from[choice]
        path.append(low + 12 * choice)
    return path[::-1]


def _motion_cost(semitones: int, fifths: int, arrives: bool) -> float:
    """What a melodic step costs: chromatic semitones, respelled repetitions and odd leaps are rare.

    Args:
        semitones: size of the step.
        fifths: the same on the line of fifths.
        arrives: whether the step leads nearer to the centre, as a chromatic note's resolution does.
    """
    size = abs(fifths)
    if semitones in {-1, 1}:
        if size < 7:
            return 0.0
        return _FAR_SEMITONE_COST if size > 7 else _ARRIVING_COST if arrives else _LEAVING_COST
    if semitones == 0:
        return _RESPELLING_COST if size else 0.0
    return _LEAP_COST * (size - 6) if size > 6 else 0.0
