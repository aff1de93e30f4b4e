"""The notes of a partwise MusicXML file read straight from its elements, without music21.

What the reader under test must agree with: a walk over ``<note>``, ``<backup>`` and ``<forward>`` that
knows nothing of voices, tuplets or notation. A measure lasts as long as its longest part.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from xml.etree import ElementTree

from symbolic.pitch import STEP_SEMITONES
from symbolic.score import Chord, Note, Score

PlainNote = tuple[int, Fraction, Fraction, int, bool]
"""Measure from 0, onset in it and duration in quarters, MIDI number as it sounds, tied to the next."""


def plain_notes(data: bytes) -> Counter[PlainNote]:
    """Every note that is not a grace note, tied ones apart."""
    found: Counter[PlainNote] = Counter()
    for part in ElementTree.fromstring(data).iterfind("part"):
        divisions, transposition = Fraction(1), 0
        for index, measure in enumerate(part.iterfind("measure")):
            now = start = Fraction(0)
            for element in measure:
                if element.tag == "attributes":
                    divisions = Fraction(element.findtext("divisions") or divisions)
                    if (moved := element.find("transpose")) is not None:
                        octaves = int(moved.findtext("octave-change") or 0)
                        transposition = int(moved.findtext("chromatic") or 0) + 12 * octaves
                length = Fraction(element.findtext("duration") or 0) / divisions
                if element.tag == "backup":
                    now -= length
                elif element.tag == "forward":
                    now += length
                elif element.tag == "note" and element.find("grace") is None:
                    start = start if element.find("chord") is not None else now
                    if (pitch := element.find("pitch")) is not None:
                        midi = 12 * (int(pitch.findtext("octave") or 4) + 1)
                        midi += STEP_SEMITONES[pitch.findtext("step") or "C"] + int(
                            float(pitch.findtext("alter") or 0)
                        )
                        tied = any(tie.get("type") == "start" for tie in element.iterfind("tie"))
                        found[index, start, length, midi + transposition, tied] += 1
                    now = start + length
    return found


def score_notes(score: Score) -> Counter[PlainNote]:
    """The same of a score."""
    found: Counter[PlainNote] = Counter()
    for voice in score.voices:
        for index, measure in enumerate(voice.measures):
            for layer in measure.layers:
                now = Fraction(0)
                for event in layer:
                    if isinstance(event, Note | Chord):
                        for note in event.notes if isinstance(event, Chord) else (event,):
                            found[
                                index, now, note.duration, note.pitch.midi + voice.transposition, note.tie
                            ] += 1
                    now += getattr(event, "duration", 0)
    return found
