"""Single values between music21 and this package: pitches, keys, metres, tempos, chord symbols.

`read_…` takes music21's object, `make_…` gives one.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from music21 import duration, harmony, note
from music21 import key as m21_key
from music21 import meter as m21_meter
from music21 import pitch as m21_pitch
from music21 import tempo as m21_tempo

from symbolic.errors import MusicXmlError
from symbolic.harmony import ChordSymbol
from symbolic.interop import vocabulary
from symbolic.interop.durations import written
from symbolic.key import MODE_FIFTHS, Key
from symbolic.meter import Meter, Tempo
from symbolic.pitch import MAX_ALTER, Interval, Pitch, alter_of, spell_simply
from symbolic.score import Annotation, Mark

MAX_DENOMINATOR = 65_535
"""The largest denominator in music21's own arithmetic of offsets."""


def exact(value: Any) -> Fraction:
    """A length or offset of music21 as a fraction."""
    return Fraction(value).limit_denominator(MAX_DENOMINATOR)


def read_pitch(element: Any, shift: Interval) -> Pitch:
    """The pitch of a note, or the staff position of an unpitched one, moved by `shift`."""
    if isinstance(element, note.Unpitched):
        return Pitch(element.displayStep, 0, element.displayOctave)
    source = element.pitch
    octave = source.implicitOctave
    alter = int(source.alter)
    if abs(alter) > MAX_ALTER:
        return spell_simply(int(source.midi)).transpose(shift)
    return Pitch(source.step, alter, octave).transpose(shift)


def make_pitch(one: Pitch) -> Any:
    """music21's pitch."""
    return m21_pitch.Pitch(step=one.step, octave=one.octave, accidental=one.alter if one.alter else None)


def read_key(found: Any) -> Key:
    """A key; a signature without a mode is read as major."""
    if found.sharps is None or found.isNonTraditional:
        altered = tuple((one.step, int(one.alter)) for one in found.alteredPitches)
        return Key("", "", altered, explicit=True)
    mode = getattr(found, "mode", None)
    mode = {"ionian": "major", "aeolian": "minor"}.get(str(mode), mode)
    return Key.from_fifths(max(-12, min(12, found.sharps)), mode if mode in MODE_FIFTHS else "major")


def make_key(one: Key) -> Any:
    """music21's key; None where the score has none."""
    if one.accidentals or one.explicit:
        found = m21_key.KeySignature(sharps=None)
        found.alteredPitches = [
            m21_pitch.Pitch(step=step, accidental=alter) for step, alter in one.signature.items() if alter
        ]
        return found
    if not one.tonic:
        return None
    if one.mode not in MODE_FIFTHS:
        return m21_key.KeySignature(one.fifths)
    tonic = one.tonic.replace("b", "-")
    return m21_key.Key(tonic, one.mode)


def read_meter(found: Any) -> Meter:
    """A time signature.

    Raises:
        MusicXmlError: one that means nothing.
    """
    if isinstance(found, m21_meter.SenzaMisuraTimeSignature):
        return Meter.free()
    symbol = {"common": "C", "cut": "C|"}.get(found.symbol, "")
    if symbol and found.ratioString == ("4/4" if symbol == "C" else "2/2"):
        return Meter.parse(symbol)
    try:
        return Meter.parse(found.ratioString)
    except ValueError as exc:
        raise MusicXmlError(f"a time signature that cannot be read, {found.ratioString!r}: {exc}") from exc


def make_meter(one: Meter) -> Any:
    """music21's time signature."""
    if one.is_free:
        return m21_meter.SenzaMisuraTimeSignature()
    found = m21_meter.TimeSignature(one.name)
    if one.symbol:
        found.symbol = "common" if one.symbol == "C" else "cut"
    return found


def read_tempo(found: Any) -> Tempo | None:
    """A tempo mark; None where it says nothing."""
    if isinstance(found, m21_tempo.MetricModulation):
        found = found.newMetronome
    if not isinstance(found, m21_tempo.MetronomeMark):
        return Tempo(text=str(found.text)) if isinstance(found, m21_tempo.TempoText) else None
    text = "" if found.textImplicit or not found.text else str(found.text)
    number = None if found.numberImplicit else found.number
    beat = exact(found.referent.quarterLength)
    if number is None and found.numberSounding is not None:
        number, beat = found.numberSounding, Fraction(1)
    if number is None or not 0 < number <= 10_000:
        return Tempo(text=text) if text else None
    return Tempo(Fraction(number).limit_denominator(1000), beat if beat > 0 else Fraction(1), text)


def make_tempo(one: Tempo) -> Any:
    """music21's metronome mark, or its words."""
    if one.bpm is None:
        return m21_tempo.TempoText(one.text)
    head = written(one.beat_quarters)[0]
    number = float(one.bpm) if one.bpm.denominator > 1 else int(one.bpm)
    return m21_tempo.MetronomeMark(
        one.text or None, number, duration.Duration(type=head.type, dots=head.dots)
    )


def read_chord_symbol(found: Any) -> Mark:
    """A chord symbol; one that has no name here stays as text."""
    if not isinstance(found, harmony.ChordSymbol) or isinstance(found, harmony.NoChord):
        return Annotation("N.C." if isinstance(found, harmony.NoChord) else str(found.figure), "^")
    degrees = tuple(
        (str(one.modType), int(one.degree), int(one.interval.semitones) if one.interval else 0)
        for one in found.chordStepModifications
    )
    root, bass = found.root(), found.bass()
    if root is None or abs(root.alter) > 2:
        return Annotation(str(found.figure), "^")
    name, bass_name = root.name.replace("-", "b"), "" if bass is None else bass.name.replace("-", "b")
    bass_name = "" if bass_name == name else bass_name
    quality = vocabulary.CHORD_QUALITIES.get((str(found.chordKind), degrees))
    if quality is not None:
        return ChordSymbol(name, quality, bass_name)
    text = name + (found.chordKindStr or f" {found.chordKind}") + (f"/{bass_name}" if bass_name else "")
    return ChordSymbol.parse(text) or Annotation(text, "^")


def make_chord_symbol(one: ChordSymbol) -> Any:
    """music21's chord symbol."""
    kind, degrees = vocabulary.CHORD_KINDS[one.quality]
    names = [_chord_pitch(name) for name in (one.root, one.bass or one.root)]
    found = harmony.ChordSymbol(root=names[0], bass=names[1], kind=kind)
    for change, degree, semitones in degrees:
        found.addChordStepModification(
            harmony.ChordStepModification(change, degree, semitones), updatePitches=False
        )
    return found


def _chord_pitch(name: str) -> str:
    return name[0] + {-1: "-", 0: "", 1: "#", 2: "##", -2: "--"}[alter_of(name[1:])]
