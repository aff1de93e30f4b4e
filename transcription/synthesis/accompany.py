"""A melody with an accompaniment: its chords as a second voice, as a pianist or guitarist would fill them in.

The chords are those that the score states by chord symbols or numerals; where it states none, those that
`symbolic.analysis.harmony` finds bar by bar. What comes out is material to render and transcribe, not an
arrangement: chords in close position below middle C, their bass in the octave below.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Literal, get_args

from symbolic.analysis.harmony import chords
from symbolic.analysis.stated_harmony import stated_harmony
from symbolic.harmony import ChordSymbol
from symbolic.key import Key
from symbolic.meter import Meter
from symbolic.pitch import Pitch, class_fifths, spell_fifths, spell_simply
from symbolic.score import Chord, Event, Measure, Note, Rest, Score, Voice
from symbolic.timeline import MeasureSpan, measure_spans

Pattern = Literal["block", "oom-pah", "arpeggio"]
PATTERNS: tuple[Pattern, ...] = get_args(Pattern)
BASS_MIDI, CHORD_MIDI = 43, 55
"""Middles of the octaves in which the bass and the root of a chord lie."""
MOST_TONES = 4
_STEP_FIFTHS = {0: 0, 1: -5, 2: 2, 3: -3, 4: 4, 5: -1, 6: -6, 7: 1, 8: 8, 9: 3, 10: -2, 11: 5}
"""Semitones above a root → how far from it on the line of fifths a chord tone is spelled."""
_DIMINISHED_SEVENTH = -9
_FIGURE = (0, 2, 1, 2)
"""Alberti bass: low, high, middle, high."""


def accompany(
    score: Score, pattern: Pattern = "block", *, program: int | None = None, name: str = "Chords"
) -> Score:
    """The score with one voice more, which plays its chords.

    Args:
        score: with one voice at least; the first one's bars, repeats and transposition count.
        pattern: a chord for each harmony; bass and chord in turn; or one tone after the other.
        program: General MIDI program of the new voice.
        name: of the new voice.

    Raises:
        ValueError: the score has no voice, or there is no such pattern.
    """
    if not score.voices:
        raise ValueError("the score has no voice to accompany")
    if pattern not in PATTERNS:
        raise ValueError(f"pattern must be one of {', '.join(PATTERNS)}, got {pattern!r}")
    lead = score.voices[0]
    spans = measure_spans(score)
    starts, harmony = _harmony(score, spans)
    measures = []
    for span, measure in zip(spans, lead.measures, strict=True):
        is_pickup = span.index == 0 and span.duration < span.meter.bar_quarters
        events: tuple[Event, ...] = ()
        if is_pickup and span.duration:
            events = (Rest(span.duration),)
        elif span.duration:
            events = tuple(_filled(span, pattern, starts, harmony))
        measures.append(replace(measure, events=(*_marks(measure), *events), overlays=()))
    taken = {voice.id for voice in score.voices}
    id = next(text for number in range(2, len(taken) + 3) if (text := str(number)) not in taken)
    voice = Voice(id, tuple(measures), name, "bass", lead.transposition, program)
    return score.with_voices((*score.voices, voice))


def _marks(measure: Measure) -> Iterator[Event]:
    """What else changes at the start of a bar for every voice: its metre and key."""
    for event in measure.events:
        if isinstance(event, Meter | Key):
            yield event
        elif isinstance(event, Note | Chord | Rest):
            return


def _harmony(score: Score, spans: list[MeasureSpan]) -> tuple[list[Fraction], list[ChordSymbol | None]]:
    """Where each chord starts, in written order, and the chords."""
    stated = [
        (spans[found.bar].onset + found.onset, found.chord)
        for found in stated_harmony(score)
        if found.bar < len(spans)
    ]
    if not stated:
        stated = [(span.onset_quarter, span.chord) for span in chords(score, "bar")]
    return [onset for onset, _ in stated], [chord for _, chord in stated]


def _filled(
    span: MeasureSpan, pattern: Pattern, starts: list[Fraction], harmony: list[ChordSymbol | None]
) -> Iterator[Event]:
    """One bar of accompaniment."""
    step = _step(span.meter, pattern)
    count = 0
    waiting: tuple[ChordSymbol | None, Fraction] | None = None
    at, end = span.onset, span.onset + span.duration
    while at < end:
        length = min(step, end - at)
        found = bisect_right(starts, at) - 1
        chord = harmony[found] if found >= 0 else None
        if pattern == "block":
            if waiting is not None and waiting[0] == chord:
                waiting = chord, waiting[1] + length
            else:
                if waiting is not None:
                    yield _block(*waiting)
                waiting = chord, length
        elif chord is None:
            yield Rest(length)
        elif pattern == "arpeggio":
            tones = _tones(chord)
            yield Note(tones[_FIGURE[count % len(_FIGURE)] % len(tones)], length)
        else:
            yield from _oom_pah(chord, length, span.meter, count)
        count += 1
        at += length
    if waiting is not None:
        yield _block(*waiting)


def _step(meter: Meter, pattern: Pattern) -> Fraction:
    """The unit of a pattern: a beat for chords, a half or third of one for single tones."""
    beat = Fraction(1) if meter.is_free else meter.beat_quarters
    if pattern == "arpeggio":
        return beat / 3 if meter.is_compound else min(beat, Fraction(1, 2))
    return min(beat, Fraction(1)) if pattern == "oom-pah" and not meter.is_compound else beat


def _block(chord: ChordSymbol | None, length: Fraction) -> Event:
    if chord is None:
        return Rest(length)
    return Chord(tuple(Note(pitch, length) for pitch in (_bass(chord), *_tones(chord))))


def _oom_pah(chord: ChordSymbol, length: Fraction, meter: Meter, count: int) -> Iterator[Event]:
    """Bass and chord in turn: within a dotted beat, else from beat to beat (one bass in a bar of three)."""
    if meter.is_compound:
        yield Note(_bass(chord), length * 2 / 3)
        yield Chord(tuple(Note(pitch, length / 3) for pitch in _tones(chord)))
    elif count % (3 if meter.bar_quarters / length == 3 else 2) == 0:
        yield Note(_bass(chord), length)
    else:
        yield Chord(tuple(Note(pitch, length) for pitch in _tones(chord)))


def _bass(chord: ChordSymbol) -> Pitch:
    return _near(class_fifths(chord.bass or chord.root), BASS_MIDI)


def _tones(chord: ChordSymbol) -> tuple[Pitch, ...]:
    """The chord in close position above its root."""
    root = _near(class_fifths(chord.root), CHORD_MIDI)
    tones = []
    for pitch_class in chord.pitch_classes[:MOST_TONES]:
        semitones = (pitch_class - root.pitch_class) % 12
        fifths = _STEP_FIFTHS[semitones]
        if semitones == 9 and chord.quality == "dim7":
            fifths = _DIMINISHED_SEVENTH
        tones.append(_spelled(root.fifths + fifths, root.midi + semitones))
    return tuple(sorted(tones, key=lambda pitch: pitch.midi))


def _near(fifths: int, midi: int) -> Pitch:
    """The pitch of a class within half an octave of a MIDI number."""
    wanted = 7 * fifths % 12
    return _spelled(fifths, midi - 6 + (wanted - midi + 6) % 12)


def _spelled(fifths: int, midi: int) -> Pitch:
    """A pitch spelled by its place on the line of fifths, plainly where that would need three signs."""
    return Pitch.from_fifths(fifths, midi) if abs(spell_fifths(fifths)[1]) <= 2 else spell_simply(midi)
