"""The same notes under another key signature.

Notes keep their spelling, so that a notation differs from another in the signature and in the accidentals
that the notes then need. Only what lies further from the scale than a musician would write (an Ab in
E major) is spelled anew, by its enharmonic equal. Places are counted on the line of fifths, C = 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symbolic.key import Key
from symbolic.pitch import Pitch
from symbolic.score import Chord, Event, Grace, Note, Score
from symbolic.transform import MAX_SIGNATURE, map_events

SCALE_CENTRE = 2
"""Places from the signature's number of sharps to the middle of its scale (in C major, from 0 to D)."""
MAX_DISTANCE = 9
"""Places from the middle of the scale to the furthest spelling that is left as it is."""
_RESPELLING = 12


def candidate_keys(score: Score, modes: Sequence[str] = ("major", "minor")) -> list[Key]:
    """The twelve keys of each mode, each with the signature that is nearest to the notes' own spelling.

    Args:
        score: what is to be written in them.
        modes: names in `symbolic.key.MODE_FIFTHS`.
    """
    places = [pitch.fifths for pitch in _pitches(score)]
    centre = sum(places) / len(places) - SCALE_CENTRE if places else 0.0
    return [_nearest(Key.from_pitch_class(tonic, mode), centre) for mode in modes for tonic in range(12)]


def in_key(score: Score, key: Key) -> Score:
    """The score in one key throughout: another signature, no changes of key, all notes sounding as before."""

    def change(event: Event) -> Event | None:
        match event:
            case Key():
                return None
            case Note():
                return _spelled(event, key.fifths)
            case Chord(notes):
                return Chord(tuple(_spelled(note, key.fifths) for note in notes))
            case Grace(notes, slash):
                return Grace(tuple(change(note) for note in notes), slash)  # type: ignore[misc]  # never None
        return event

    return replace(map_events(score, change), key=key)


def _pitches(score: Score) -> list[Pitch]:
    found = []
    for event in score.events():
        if isinstance(event, Note):
            found.append(event.pitch)
        elif isinstance(event, Chord):
            found += [note.pitch for note in event.notes]
    return found


def _nearest(key: Key, centre: float) -> Key:
    """The key or its enharmonic equal, of those that can be written the one nearest to a signature."""
    places = [key.fifths + turn for turn in (0, -_RESPELLING, _RESPELLING)]
    written = [place for place in places if abs(place) <= MAX_SIGNATURE]
    return Key.from_fifths(min(written, key=lambda place: abs(place - centre)), key.mode)


def _spelled(note: Note, fifths: int) -> Note:
    """The note, spelled anew where it lies far from the scale with so many sharps."""
    distance = note.pitch.fifths - fifths - SCALE_CENTRE
    if abs(distance) <= MAX_DISTANCE:
        return note
    turns = (abs(distance) + _RESPELLING // 2) // _RESPELLING * (1 if distance > 0 else -1)
    place = note.pitch.fifths - _RESPELLING * turns
    return replace(note, pitch=Pitch.from_fifths(place, note.pitch.midi))
