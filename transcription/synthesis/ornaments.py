"""What a player makes of graces and signs: the notes of a trill, a mordent, a turn, a roll, in seconds.

Signs go by ABC's names (ABC 2.1, section 4.14); ``mordent`` is the lower one, as there. Neighbours are those
of the scale.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass

import numpy as np

from symbolic.key import Key
from symbolic.pitch import STEP_SEMITONES
from transcription.performance import NOTE_DTYPE
from transcription.reference import Reference
from transcription.synthesis.reading import TRILL, TRILL_START, Signs
from transcription.synthesis.style import Style

PATTERNS = {
    "lowermordent": (0, -1, 0),
    "mordent": (0, -1, 0),
    "uppermordent": (0, 1, 0),
    "pralltriller": (0, 1, 0),
    "turn": (1, 0, -1, 0),
    "invertedturn": (-1, 0, 1, 0),
    "slide": (-1, 0),
}
"""Steps from the note, each of a grace note's length, the last as long as what is left."""
DELAYED = {"turnx": PATTERNS["turn"], "invertedturnx": PATTERNS["invertedturn"]}
"""Turns that stand after the note: they come at its half, each step of a grace note's length."""
TRILLS = frozenset({TRILL, TRILL_START})
ROLLS = frozenset({"roll", "irishroll"})
LONGEST_SHARE = 0.75
"""Share of the note that the short notes of a pattern may take."""
BORROWED_SHARE = 0.4
"""Share of the note that graces on the beat may take."""


@dataclass(frozen=True, slots=True)
class Played:
    """A note as played, in seconds; `is_main` for the one that stands in the score."""

    onset_s: float
    duration_s: float
    pitch: int
    is_main: bool = False


def scale_of(key: Key) -> frozenset[int]:
    """The pitch classes that a signature gives."""
    signature = key.signature
    return frozenset((semitones + signature.get(step, 0)) % 12 for step, semitones in STEP_SEMITONES.items())


def neighbour(pitch: int, direction: int, scale: Set[int]) -> int:
    """The next note of the scale above (1) or below (-1) a MIDI number."""
    return next(
        (near for near in (pitch + direction, pitch + 2 * direction) if near % 12 in scale),
        pitch + 2 * direction,
    )


def play_graces(
    main: Played, graces: tuple[int, ...], unit_s: float, *, on_beat: bool
) -> tuple[list[Played], Played]:
    """Graces and the note they lead to, which starts later where they come on the beat."""
    count = len(graces)
    if on_beat:
        unit_s = min(unit_s, BORROWED_SHARE * main.duration_s / count)
    taken = count * unit_s
    first = main.onset_s if on_beat else main.onset_s - taken
    played = [Played(first + index * unit_s, unit_s, pitch) for index, pitch in enumerate(graces)]
    if on_beat:
        main = Played(main.onset_s + taken, main.duration_s - taken, main.pitch, is_main=True)
    return played, main


def play_sign(main: Played, names: Set[str], unit_s: float, scale: Set[int]) -> list[Played]:
    """The notes of a decorated note, one of them the main one; that alone where no sign is an ornament."""
    pattern = next((PATTERNS[name] for name in sorted(names) if name in PATTERNS), None)
    if pattern is not None:
        unit = min(unit_s, LONGEST_SHARE * main.duration_s / (len(pattern) - 1))
        lengths = [unit] * (len(pattern) - 1)
        return _in_turn(main, pattern, [*lengths, main.duration_s - sum(lengths)], scale, len(pattern) - 1)
    delayed = next((DELAYED[name] for name in sorted(names) if name in DELAYED), None)
    if delayed is not None:
        unit = min(unit_s, LONGEST_SHARE * main.duration_s / 2 / len(delayed))
        lengths = [main.duration_s / 2, *[unit] * len(delayed)]
        lengths[-1] += main.duration_s - sum(lengths)
        return _in_turn(main, (0, *delayed), lengths, scale, 0)
    if names & TRILLS:
        count = max(1, int(main.duration_s / unit_s / 2))
        pattern = (0, 1) * (count - 1) + (0,)
        lengths = [unit_s] * (len(pattern) - 1)
        return _in_turn(main, pattern, [*lengths, main.duration_s - sum(lengths)], scale, 0)
    if names & ROLLS:
        unit = min(unit_s / 2, main.duration_s / 8)
        third = (main.duration_s - 2 * unit) / 3
        return _in_turn(main, (0, 1, 0, -1, 0), [third, unit, third, unit, third], scale, 0)
    return [main]


def _in_turn(
    main: Played, pattern: tuple[int, ...], lengths: list[float], scale: Set[int], main_index: int
) -> list[Played]:
    played = []
    onset = main.onset_s
    for index, (step, length) in enumerate(zip(pattern, lengths, strict=True)):
        pitch = neighbour(main.pitch, step, scale) if step else main.pitch
        played.append(Played(onset, length, pitch, is_main=index == main_index))
        onset += length
    return played


def scale_at(reference: Reference, quarter: float) -> frozenset[int]:
    """The pitch classes of the key in force at a place."""
    last = next(key for place, key in reversed(reference.keys) if place <= quarter)
    return scale_of(last)


def ornamented(
    notes: np.ndarray,
    places: np.ndarray,
    over: Mapping[int, Signs],
    reference: Reference,
    style: Style,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Notes with their graces and ornaments played, and the place of each in the score, NaN for the new ones.

    Args:
        notes: dtype `NOTE_DTYPE`, in any order.
        places: of the notes, in quarter notes.
        over: index of a note → what to play there.
        reference: says the key.
        style: says how long a grace note is.
        rng: draws it, and whether graces come on the beat.
    """
    on_beat = bool(rng.random() < 0.5)
    added: list[tuple[float, float, int, int, int]] = []
    for index, sign in over.items():
        note = notes[index]
        main = Played(float(note["onset_s"]), float(note["duration_s"]), int(note["pitch"]), is_main=True)
        unit_s = rng.uniform(*style.grace_ms) / 1000
        before: list[Played] = []
        if sign.graces:
            before, main = play_graces(main, sign.graces, unit_s, on_beat=on_beat)
        scale = scale_at(reference, float(places[index]))
        for played in (*before, *play_sign(main, sign.decorations, unit_s, scale)):
            if played.is_main:
                notes["onset_s"][index], notes["duration_s"][index] = played.onset_s, played.duration_s
            else:
                row = (played.onset_s, played.duration_s, played.pitch, note["velocity"], note["track"])
                added.append(row)
    everything = np.concatenate([notes, np.array(added, NOTE_DTYPE)])
    at = np.concatenate([places, np.full(len(added), np.nan)])
    order = np.lexsort((everything["track"], everything["pitch"], everything["onset_s"]))
    return everything[order], at[order]
