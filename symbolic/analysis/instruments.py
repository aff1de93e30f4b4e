"""Which General MIDI families may play voices whose instruments are not named: register and chords.

Three answers of common practice, by rules that were set by hand: staves with many chords are for a keyboard;
single lines that all lie in the compass of singers are for voices; other single lines are for bowed strings.
"""

from __future__ import annotations

from symbolic.score import Chord, Note, Score

PIANO, CHOIR, STRINGS = "piano", "ensemble", "strings"
"""The families of those answers; the choir belongs to the family of ensembles."""
KEYBOARD_CHORDS = 0.1
"""Least share of chords among the notes and chords of keyboard music."""
LOWEST_SUNG, HIGHEST_SUNG = 38, 82
"""MIDI numbers: a bass's D2, and a little above a soprano's A5."""


def instrument_family(score: Score) -> str | None:
    """The family that suits all voices of a score together, or None where it has no note."""
    struck = [event for event in score.events() if isinstance(event, Note | Chord)]
    if not struck:
        return None
    layers = any(measure.overlays for voice in score.voices for measure in voice.measures)
    chords = sum(isinstance(event, Chord) for event in struck) / len(struck)
    if layers or chords >= KEYBOARD_CHORDS:
        return PIANO
    sounding = score.note_array()["pitch"]
    return CHOIR if sounding.min() >= LOWEST_SUNG and sounding.max() <= HIGHEST_SUNG else STRINGS
