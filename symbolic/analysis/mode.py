"""The mode of a piece whose tonic is known, by which degrees of the scale it uses.

For collections that write every tune in major on its tonic, as the Essen collection does: the tonic is kept,
the mode is read from the notes by their spelled distance from it.

    major       a major third, no minor third, and a leading note or no seventh at all
    minor       a minor third, no major third, no major sixth, no minor second
    unusable    anything else: both thirds, neither, dorian, phrygian or mixolydian scales
"""

from __future__ import annotations

from symbolic.key import Key
from symbolic.score import Chord, Note, Score

MINOR_SECOND, MINOR_THIRD, MAJOR_THIRD, MAJOR_SIXTH = -5, -3, 4, 3
MINOR_SEVENTH, LEADING_NOTE = -2, 5


def mode_of(score: Score) -> str | None:
    """The mode that the notes give on the stated tonic: ``major``, ``minor``, or None where it is unclear."""
    tonic = Key(score.key.tonic, "major").fifths
    pitches = {
        note.pitch
        for event in score.events()
        if isinstance(event, Note | Chord)
        for note in (event.notes if isinstance(event, Chord) else (event,))
    }
    degrees = {pitch.fifths - tonic for pitch in pitches}
    if MAJOR_THIRD in degrees and MINOR_THIRD not in degrees:
        return "major" if LEADING_NOTE in degrees or MINOR_SEVENTH not in degrees else None
    if MINOR_THIRD in degrees and not degrees & {MAJOR_THIRD, MAJOR_SIXTH, MINOR_SECOND}:
        return "minor"
    return None
