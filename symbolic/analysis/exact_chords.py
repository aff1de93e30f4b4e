"""The chord that some notes are exactly: all of its notes, no other, and one root only.

Known are the triads and the usual sevenths. Augmented triads and diminished sevenths divide the octave
evenly, so their root is the note on which they are spelled in thirds. A minor or half-diminished seventh
with its third in the bass is a major or minor triad with a sixth as well (Am7/C = C6) and is taken for
neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from symbolic.harmony import QUALITIES, ChordSymbol
from symbolic.pitch import Pitch, class_fifths
from symbolic.score import Chord, Event, Note, Rest, Score
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
        bass = "" if lowest.pitch_class == root else lowest.spelled_class
        if max(len(name), len(bass)) > 3:  # a triple sharp or flat names no chord
            return None
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


def exact_chords(score: Score) -> Iterator[PlacedChord]:
    """The beats of full bars on which the notes of all pitched voices are exactly a chord, in order.

    A note counts in the bar in which it is written.
    """
    voices = [voice.measures for voice in score.voices if not voice.percussion]
    for span in measure_spans(score) if score.voices else ():
        if span.meter.is_free or span.duration != span.meter.bar_quarters:
            continue
        layers = [
            layer
            for measures in voices
            if span.index < len(measures)
            for layer in measures[span.index].layers
        ]
        ticks = lcm(_division(layers), span.meter.beat_quarters.denominator)
        notes = [note for layer in layers for note in _ticked(layer, ticks)]
        beat = int(span.meter.beat_quarters * ticks)
        for index in range(int(span.duration / span.meter.beat_quarters)):
            now = index * beat
            pitches = [pitch for start, end, pitch in notes if start <= now < end]
            chord = exact_chord(pitches)
            if chord is not None:
                pitches.sort(key=lambda pitch: pitch.midi)
                yield PlacedChord(span.index, index + 1, chord, tuple(pitches))


def _division(layers: Sequence[Sequence[Event]]) -> int:
    """The least number of ticks to a quarter in which all lengths are whole."""
    found = {1}
    for layer in layers:
        for event in layer:
            if isinstance(event, Chord):
                found.update(note.duration.denominator for note in event.notes)
            elif isinstance(event, Note | Rest):
                found.add(event.duration.denominator)
    return lcm(*found)


def _ticked(layer: Sequence[Event], ticks: int) -> Iterator[tuple[int, int, Pitch]]:
    """Start, end and pitch of each note of a layer, in ticks of a quarter from the start of the bar."""

    def length(event: Note | Chord | Rest) -> int:
        return event.duration.numerator * (ticks // event.duration.denominator)

    now = 0
    for event in layer:
        if isinstance(event, Note):
            yield now, now + length(event), event.pitch
        elif isinstance(event, Chord):
            for note in event.notes:
                yield now, now + length(note), note.pitch
        if isinstance(event, Note | Chord | Rest):
            now += length(event)


def chord_at(score: Score, measure: int, beat: int) -> ChordSymbol | None:
    """The exact chord on a beat, counted from 1, of a measure, counted from 0, or None."""
    return next((at.chord for at in exact_chords(score) if (at.measure, at.beat) == (measure, beat)), None)


def pitched_notes(score: Score) -> list[SoundingNote]:
    """The sounding notes of all voices but percussion."""
    return [note for note in sounding_notes(score) if not score.voices[note.voice].percussion]
