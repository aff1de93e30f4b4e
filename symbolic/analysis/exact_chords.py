"""The chord that some notes are exactly: all of its notes, no other, and one root only.

Known are the triads and the usual sevenths. Augmented triads and diminished sevenths divide the octave
evenly, so their root is the note on which they are spelled in thirds. A minor or half-diminished seventh
with its third in the bass is a major or minor triad with a sixth as well (Am7/C = C6) and is taken for
neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from symbolic.harmony import QUALITIES, ChordSymbol
from symbolic.pitch import Pitch, class_fifths
from symbolic.score import Score
from symbolic.timeline import SoundingNote, measure_spans, sounding_notes

EXACT_QUALITIES = ("maj", "min", "dim", "aug", "7", "maj7", "min7", "minmaj7", "hdim7", "dim7")
SYMMETRIC = frozenset({"aug", "dim7"})
_SIXTHS = frozenset({"min7", "hdim7"})
_THIRDS_FIFTHS = {"aug": {0, 4, 8}, "dim7": {0, -3, -6, -9}}

_QUALITY_OF = {frozenset(QUALITIES[quality][1]): quality for quality in EXACT_QUALITIES}


def exact_chord(pitches: Iterable[Pitch]) -> ChordSymbol | None:
    """The chord that these pitches are, its bass where that is not the root, or None."""
    spelled: dict[int, str] = {}
    lowest: Pitch | None = None
    for pitch in pitches:
        spelled.setdefault(pitch.pitch_class, pitch.spelled_class)
        if lowest is None or pitch.midi < lowest.midi:
            lowest = pitch
    if lowest is None or not 3 <= len(spelled) <= 4:
        return None
    fifths = {class_fifths(name) for name in spelled.values()}
    for root, name in spelled.items():
        quality = _QUALITY_OF.get(frozenset((other - root) % 12 for other in spelled))
        if quality is None:
            continue
        above = {place - class_fifths(name) for place in fifths}
        if quality in SYMMETRIC and above != _THIRDS_FIFTHS[quality]:
            continue
        if quality in _SIXTHS and (lowest.pitch_class - root) % 12 == 3:
            return None
        if len(name) > 3:
            return None
        bass = "" if lowest.pitch_class == root else lowest.spelled_class
        return ChordSymbol(name, quality, bass)
    return None


def sounding_at(notes: Sequence[SoundingNote], onset: Fraction) -> list[Pitch]:
    """The pitches that sound at a moment, in quarter notes."""
    return [note.pitch for note in notes if note.onset <= onset < note.onset + note.duration]


@dataclass(frozen=True, slots=True)
class PlacedChord:
    """An exact chord on a beat: index of the measure, number of the beat from 1, chord, and its pitches."""

    measure: int
    beat: int
    chord: ChordSymbol
    pitches: tuple[Pitch, ...]


def exact_chords(score: Score) -> list[PlacedChord]:
    """The beats of full bars on which the notes of all pitched voices are exactly a chord, in order."""
    notes = pitched_notes(score)
    found = []
    for span in measure_spans(score) if score.voices else ():
        if span.meter.is_free or span.duration != span.meter.bar_quarters:
            continue
        end = span.onset + span.duration
        near = [note for note in notes if note.onset < end and note.onset + note.duration > span.onset]
        for index in range(int(span.duration / span.meter.beat_quarters)):
            pitches = sounding_at(near, span.onset + index * span.meter.beat_quarters)
            chord = exact_chord(pitches)
            if chord is not None:
                pitches.sort(key=lambda pitch: pitch.midi)
                found.append(PlacedChord(span.index, index + 1, chord, tuple(pitches)))
    return found


def chord_at(score: Score, measure: int, beat: int) -> ChordSymbol | None:
    """The exact chord on a beat, counted from 1, of a measure, counted from 0, or None."""
    return next((at.chord for at in exact_chords(score) if (at.measure, at.beat) == (measure, beat)), None)


def pitched_notes(score: Score) -> list[SoundingNote]:
    """The sounding notes of all voices but percussion."""
    return [note for note in sounding_notes(score) if not score.voices[note.voice].percussion]
