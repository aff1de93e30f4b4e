"""Chords as notes: spelled members, a bass line, and four parts with a textbook's voice leading.

Each chord's upper parts are the cheapest of all that lie in range, in order and within an octave of each
other: small steps are cheap; parallel fifths and octaves, a doubled leading note or seventh and a missing
third are dear (rules as in Aldwell and Schachter, *Harmony and Voice Leading*). The choice is made chord
by chord.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, product

from symbolic.harmony import QUALITIES, ChordSymbol
from symbolic.pitch import Pitch, class_fifths, spell_fifths

BASS = (40, 60)
TENOR, ALTO, SOPRANO = (48, 67), (55, 74), (60, 79)
"""Ranges in MIDI numbers."""
_FIFTHS = {0: 0, 1: -5, 2: 2, 3: -3, 4: 4, 5: -1, 6: -6, 7: 1, 8: 8, 9: 3, 10: -2, 11: 5}
PARALLEL_COST = 60
DOUBLED_COST = 25
MISSING_COST = 30
LEAP_COST = 6
_PERFECT = frozenset({0, 7})

Parts = tuple[Pitch, Pitch, Pitch, Pitch]
"""Soprano, alto, tenor, bass."""


def members(chord: ChordSymbol) -> list[int]:
    """The chord's notes on the line of fifths, root first."""
    root = class_fifths(chord.root)
    steps = QUALITIES[chord.quality][1]
    return [root + (-9 if chord.quality == "dim7" and step == 9 else _FIFTHS[step]) for step in steps]


def in_range(fifths: int, low: int, high: int) -> list[Pitch]:
    """Every pitch with a place on the line of fifths from MIDI number `low` to `high`."""
    step, alter = spell_fifths(fifths)
    return [pitch for octave in range(0, 9) if low <= (pitch := Pitch(step, alter, octave)).midi <= high]


def bass_note(chord: ChordSymbol, before: Pitch | None) -> Pitch:
    """The bass of a chord nearest to the one before, or in the middle of its range."""
    target = before.midi if before else 48
    options = in_range(class_fifths(chord.bass or chord.root), *BASS)
    return min(options, key=lambda pitch: (abs(pitch.midi - target), abs(pitch.midi - 48)))


def four_parts(chords: Sequence[ChordSymbol], leading_note: int) -> list[Parts]:
    """The chords in four parts.

    Args:
        chords: one after the other.
        leading_note: its pitch class, which is not doubled.
    """
    found: list[Parts] = []
    for chord in chords:
        before = found[-1] if found else None
        bass = bass_note(chord, before[3] if before else None)
        notes = members(chord)
        upper = [
            [pitch for note in notes for pitch in in_range(note, *span)] for span in (SOPRANO, ALTO, TENOR)
        ]
        voicings = (
            (soprano, alto, tenor, bass)
            for soprano, alto, tenor in product(*upper)
            if 0 <= soprano.midi - alto.midi <= 12
            and 0 <= alto.midi - tenor.midi <= 12
            and tenor.midi >= bass.midi
        )
        sensitive = {leading_note} | ({7 * notes[3] % 12} if len(notes) > 3 else set())
        found.append(min(voicings, key=lambda parts: _cost(parts, before, notes, sensitive)))
    return found


def _cost(parts: Parts, before: Parts | None, notes: Sequence[int], sensitive: set[int]) -> float:
    classes = [pitch.pitch_class for pitch in parts]
    cost = float(sum(DOUBLED_COST for note in sensitive if classes.count(note) > 1))
    sounding = {pitch.fifths for pitch in parts}
    for place, note in enumerate(notes):
        if note not in sounding:
            cost += MISSING_COST / 3 if place == 2 else MISSING_COST
    if before is None:
        return cost + abs(parts[0].midi - 69) + abs(parts[2].midi - 55)
    for old, new in zip(before[:3], parts[:3], strict=True):
        leap = abs(old.midi - new.midi)
        cost += leap + (LEAP_COST if leap > 5 else 0)
    return cost + PARALLEL_COST * parallels(before, parts) + abs(parts[0].midi - 69) / 4


def parallels(before: Parts, after: Parts) -> int:
    """How many pairs of parts move in parallel fifths, octaves or unisons."""
    count = 0
    for one, other in combinations(range(4), 2):
        old = (before[one].midi - before[other].midi) % 12
        new = (after[one].midi - after[other].midi) % 12
        moved = after[one].midi - before[one].midi
        together = moved * (after[other].midi - before[other].midi) > 0
        count += old == new and new in _PERFECT and together
    return count
