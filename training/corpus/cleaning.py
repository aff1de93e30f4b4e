"""Turns away pieces that nothing can be learned from, and repairs labels that the notes contradict.

    no-notes            nothing sounds
    percussion-only     only voices on the drum channel sound
    too-few-notes       fewer than `MIN_NOTES`
    too-few-bars        fewer than `MIN_BARS` measures that sound, unless its metre is free
    too-long            more than `MAX_NOTES`
    mostly-rests        no voice sounds for as much as `MIN_SOUNDING` of the time
    absurd-pitch        a pitch outside the 88 keys of a piano and an octave on either side
    absurd-duration     a note or measure longer than `MAX_QUARTERS`, or a note shorter than a 512th
    one-pitch           every note has the same pitch

A contradicting header is no reason to turn music away: the label alone goes, which is noticed.

    no-key              no key is stated
    no-metre            no metre is stated
    key-contradicted    fewer than `MIN_IN_KEY` of the notes are in the stated key: its label becomes empty
    key-unclear         the collection states every tune in major, and the notes give no mode: the same
    mode-from-notes     the same, and the notes give another mode: the label has that
    metre-contradicted  bars of just the stated length fill less than two thirds of the time: the label of the
                        metre becomes empty
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import TypeAlias

from symbolic.analysis.mode import mode_of
from symbolic.key import PIPE_MODES, Key
from symbolic.meter import Meter
from symbolic.pitch import STEP_SEMITONES
from symbolic.questions.time_signature import MIN_SHARE_OF_FULL_BARS
from symbolic.score import TIMED, Chord, Event, Measure, Note, Score, Voice
from training.corpus.piece import SCORES, Piece, Rejected
from training.corpus.sources import MODE_FROM_NOTES, sources

MIN_NOTES, MAX_NOTES = 8, 200_000
MIN_BARS = 2
MIN_SOUNDING = 0.2
"""Of the length of a piece, the least that its fullest voice must sound."""
MIN_IN_KEY = 0.5
"""Of the notes, the share that must be in the stated key; in O'Neill, Ryan and Aird the least is 0.6."""
LOWEST, HIGHEST = 9, 120
"""MIDI numbers: an octave beyond the piano's A0 and C8."""
SHORTEST, MAX_QUARTERS = Fraction(1, 128), Fraction(256)


def clean(piece: Piece) -> Piece | Rejected:
    """The piece with its labels repaired, or the reason why it is left out."""
    found = fault(piece.score)
    return Rejected(piece.id, *found) if found else repair(piece)


# Faults


def fault(score: Score) -> tuple[str, str] | None:
    """Code and words of the first thing wrong with a score; see the module's first lines."""
    pitched = [voice for voice in score.voices if not voice.percussion]
    notes = [note for voice in pitched for note in _notes(voice)]
    if not notes:
        if any(True for voice in score.voices for _ in _notes(voice)):
            return "percussion-only", "only percussion sounds"
        return "no-notes", "nothing sounds"
    return _fault_of_size(score, len(notes)) or _fault_of_notes(notes) or _fault_of_time(pitched)


def _notes(voice: Voice) -> Iterator[Note]:
    for measure in voice.measures:
        for layer in measure.layers:
            for event in layer:
                if isinstance(event, Note):
                    yield event
                elif isinstance(event, Chord):
                    yield from event.notes


def _fault_of_size(score: Score, count: int) -> tuple[str, str] | None:
    if count < MIN_NOTES:
        return "too-few-notes", f"it has {count} notes, fewer than {MIN_NOTES}"
    if count > MAX_NOTES:
        return "too-long", f"it has {count:,} notes, more than {MAX_NOTES:,}"
    bars = max(sum(any(True for _ in _notes_of(bar)) for bar in voice.measures) for voice in score.voices)
    if bars < MIN_BARS and not score.meter.is_free:
        return "too-few-bars", f"{bars} of its measures sound, fewer than {MIN_BARS}"
    return None


def _notes_of(measure: Measure) -> Iterator[Note | Chord]:
    return (event for layer in measure.layers for event in layer if isinstance(event, Note | Chord))


def _fault_of_notes(notes: list[Note]) -> tuple[str, str] | None:
    pitches = {note.pitch.midi for note in notes}
    if min(pitches) < LOWEST or max(pitches) > HIGHEST:
        return "absurd-pitch", f"its pitches reach from {min(pitches)} to {max(pitches)} (MIDI numbers)"
    if len(pitches) == 1:
        return "one-pitch", "every note has the same pitch"
    lengths = {note.duration for note in notes}
    if min(lengths) < SHORTEST or max(lengths) > MAX_QUARTERS:
        shortest, longest = float(min(lengths)), float(max(lengths))
        return "absurd-duration", f"its notes last from {shortest:g} to {longest:g} quarters"
    return None


def _fault_of_time(voices: list[Voice]) -> tuple[str, str] | None:
    longest = fullest = 0.0
    for voice in voices:
        lengths = [max(map(_quarters, measure.layers)) for measure in voice.measures]
        if max(lengths, default=0.0) > MAX_QUARTERS:
            return "absurd-duration", f"a measure lasts {max(lengths):g} quarters, more than {MAX_QUARTERS}"
        sounding = sum(_quarters(_notes_of(measure)) for measure in voice.measures)
        longest, fullest = max(longest, sum(lengths)), max(fullest, sounding)
    if fullest < MIN_SOUNDING * longest:
        return "mostly-rests", f"its fullest voice sounds for {fullest / longest:.0%} of the time"
    return None


def _quarters(events: Iterable[Event]) -> float:
    """How long events last, to a hair: sums of fractions would take most of the time."""
    total = 0.0
    for event in events:
        if isinstance(event, TIMED):
            duration = event.duration
            total += duration.numerator / duration.denominator
    return total


# Labels


def repair(piece: Piece) -> Piece:
    """The piece with labels that the notes do not contradict; those that it has already stay."""
    key, about_key = _repaired_key(piece)
    meter, about_meter = _repaired_meter(piece)
    found = tuple(what for what in (about_key, about_meter) if what is not None)
    if not found:
        return piece
    return replace(piece, key=key, meter=meter, noticed=(*piece.noticed, *found))


Noticed: TypeAlias = tuple[str, str] | None
"""Code and words of what is wrong with a label."""


def _repaired_key(piece: Piece) -> tuple[str | None, Noticed]:
    stated = piece.score.key
    if piece.key is not None:
        return piece.key, None
    if not stated.tonic:
        return None, ("no-key", "no key is stated")
    if piece.source != SCORES and sources()[piece.source].labels == MODE_FROM_NOTES:
        key = key_from_notes(piece.score)
        if not key:
            return "", ("key-unclear", f"{stated.name} is stated, and the notes give no mode")
        same = Key.parse(key).same_answer(stated)
        return key, None if same else ("mode-from-notes", f"{stated.name} is stated, the notes give {key}")
    if not notes_agree(piece.score):
        return "", ("key-contradicted", f"{stated.name} is stated, and few of the notes are in it")
    return None, None


def _repaired_meter(piece: Piece) -> tuple[str | None, Noticed]:
    stated = piece.score.meter
    if piece.meter is not None:
        return piece.meter, None
    if stated.is_free:
        return None, ("no-metre", "no metre is stated")
    if not bars_agree(piece.score):
        return "", ("metre-contradicted", f"{stated.name} is stated, and the bars are of other lengths")
    return None, None


def notes_agree(score: Score) -> bool:
    """Whether enough notes are in the scale of the stated key; true where the key changes.

    To minor belong its raised sixth and seventh steps as well.
    """
    key = score.key
    if any(isinstance(event, Key) for event in score.events()):
        return True
    scale = {(STEP_SEMITONES[step] + alter) % 12 for step, alter in key.signature.items()}
    if key.plain_mode == "minor":
        scale |= {(key.pitch_class + raised) % 12 for raised in (9, 11)}
    voices = [voice for voice in score.voices if not (voice.percussion or voice.transposition)]
    pitches = [note.pitch.midi for voice in voices for note in _notes(voice)]
    return sum(pitch % 12 in scale for pitch in pitches) >= MIN_IN_KEY * len(pitches)


def key_from_notes(score: Score) -> str:
    """The name of the key on the stated tonic whose mode the notes give; empty where they give none."""
    stated = score.key
    is_plain = bool(stated.tonic) and not stated.explicit and stated.mode not in PIPE_MODES
    if not is_plain or any(
        isinstance(event, Key) and not event.same_answer(stated) for event in score.events()
    ):
        return ""
    mode = mode_of(score)
    return Key(stated.tonic, mode).name if mode else ""


def bars_agree(score: Score) -> bool:
    """Whether measures of exactly a bar fill most of the time inside the piece; true for free metre.

    First and last measures are left out, as a pickup and its complement may stand there. A change of metre
    counts from where it stands.
    """
    inside = full = Fraction(0)
    for voice in score.voices:
        bar = score.meter.bar_quarters
        last = len(voice.measures) - 1
        for index, measure in enumerate(voice.measures):
            bar = next((event.bar_quarters for event in measure.events if isinstance(event, Meter)), bar)
            if 0 < index < last:
                length = measure.duration
                inside += length
                full += length if length == bar or not bar else 0
    return full >= Fraction(MIN_SHARE_OF_FULL_BARS) * inside
