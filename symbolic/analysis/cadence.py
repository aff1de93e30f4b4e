"""Cadences: what two chords make at the end of a phrase in a key.

    authentic   V or V7 → I in root position
    half        anything but V/V → V, a triad in root position
    plagal      IV → I, both in root position
    deceptive   V or V7 → vi (VI in minor) in root position

After Caplin, "The classical cadence", JAMS 57(1), 2004, and the usual textbooks. Other pairs are no clear
cadence.
"""

from __future__ import annotations

from symbolic.analysis.harmony import Segment, chords
from symbolic.harmony import QUALITIES, ChordSymbol
from symbolic.key import Key
from symbolic.score import Score

CADENCES = ("authentic", "half", "plagal", "deceptive")
_SIXTH = {"major": 9, "minor": 8}
_TRIADS = ("maj", "min")
_TRIAD_OF = {"7": "maj", "maj7": "maj", "min7": "min"}
_DOMINANT, _SUBDOMINANT = 7, 5


def cadence_of(before: ChordSymbol, last: ChordSymbol, key: Key) -> str | None:
    """The cadence that two chords make in a major or minor key, one of `CADENCES`, or None."""
    if key.mode not in _SIXTH or last.bass or last.quality not in _TRIADS:
        return None
    start, end = (_above_tonic(chord, key) for chord in (before, last))
    from_dominant = start == _DOMINANT and {4, 7} <= set(QUALITIES[before.quality][1])
    if end == 0:
        if from_dominant:
            return "authentic"
        plain = before.quality in _TRIADS and not before.bass
        return "plagal" if start == _SUBDOMINANT and plain else None
    if end == _DOMINANT and last.quality == "maj":
        tonicised = (
            start in {1, 2, 6} and 4 in QUALITIES[before.quality][1] and not (start == 1 and before.bass)
        )
        return (
            None if start == _DOMINANT or tonicised or before.quality in {"dim", "dim7", "hdim7"} else "half"
        )
    deceives = end == _SIXTH[key.mode] and last.quality == ("min" if key.mode == "major" else "maj")
    return "deceptive" if from_dominant and deceives else None


def _above_tonic(chord: ChordSymbol, key: Key) -> int:
    return (chord.pitch_classes[0] - key.pitch_class) % 12


def final_cadence(score: Score, key: Key) -> str | None:
    """The cadence of the last two chords found in the beats of a score, else of those in its bars."""
    return _cadence_found(score, key, "beat") or _cadence_found(score, key, "bar")


def _cadence_found(score: Score, key: Key, segment: Segment) -> str | None:
    """The cadence of the last two roots; a seventh in the last chord does not count."""
    found = [span.chord for span in chords(score, segment, key) if span.chord is not None]
    last = found[-1] if found else None
    before = next((chord for chord in reversed(found) if last and chord.root != last.root), None)
    if last is None or before is None:
        return None
    return cadence_of(before, ChordSymbol(last.root, _TRIAD_OF.get(last.quality, last.quality)), key)
