"""Keys and MIDI's key signatures, which know sharps, flats, major and minor only.

A mode is written by the signature of the score and by its third: dorian and phrygian as minor,
mixolydian and lydian as major. Read back, a signature leaves a choice between the modes that share it,
and the notes decide: the rare mode has to be the plain winner, for major and minor are what such an event
says by the standard. The thresholds were set on 12,700 tunes of four folk collections: dorian is found in
61 of 88 tunes at the cost of 4 of 514 minor ones, mixolydian in 27 of 100 at the cost of 42 of 12,007
major ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

from symbolic.key import Key
from symbolic.midi.smf import MidiNote

_MINOR_THIRD = {"minor", "dorian", "phrygian", "locrian"}
_DORIAN_MARGIN = -0.05
_MIXOLYDIAN_MARGIN = 0.1


def key_event(key: Key) -> tuple[int, int]:
    """What a MIDI key signature says of a key: sharps (negative: flats), and 1 for a minor third."""
    fifths = sum(key.signature.values()) if key.explicit else key.fifths
    if fifths > 7:
        fifths -= 12
    elif fifths < -7:
        fifths += 12
    return fifths, int(key.mode in _MINOR_THIRD)


def key_of_event(sharps: int, is_minor: bool, notes: Sequence[MidiNote]) -> Key:
    """The key that an event and the notes in its reach say.

    Args:
        sharps: sharps of the signature, or negative flats.
        is_minor: whether the event says minor.
        notes: in order of onset; the lowest of the last ones is taken as the final.
    """
    stated = Key.from_fifths(sharps, "minor" if is_minor else "major")
    other = Key.from_fifths(sharps, "dorian" if is_minor else "mixolydian")
    if not notes:
        return stated
    last = max(note.start for note in notes)
    final = min(note.pitch for note in notes if note.start == last) % 12
    if final != other.pitch_class:
        return stated
    shares = _shares(notes)
    ahead = shares[other.pitch_class] - shares[stated.pitch_class]
    if is_minor:
        return other if ahead > _DORIAN_MARGIN else stated
    triads = _triad(shares, other) - _triad(shares, stated)
    return other if min(ahead, triads) > _MIXOLYDIAN_MARGIN else stated


def _shares(notes: Sequence[MidiNote]) -> list[float]:
    """How much of the music each pitch class has, by the square root of the durations."""
    shares = [0.0] * 12
    for note in notes:
        shares[note.pitch % 12] += sqrt(note.end - note.start)
    total = sum(shares) or 1.0
    return [share / total for share in shares]


def _triad(shares: list[float], key: Key) -> float:
    """The share of the major triad on the tonic."""
    return sum(shares[(key.pitch_class + semitones) % 12] for semitones in (0, 4, 7))
