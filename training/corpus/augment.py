"""More pieces from a piece, each as true as the first: in other keys, other notation, another header.

Every change takes a `Piece` and a `Random` and gives a new piece, whose id says what was done to it. Split
and family stay, so augmentation comes after the split; labels that a step repaired move along with the music.
What an `Augmentation` keeps is named in its `keeps`; anything else may differ, and the piece states it anew.

    notes       which pitches sound, in which order and in which voice
    rhythm      lengths relative to each other
    key         tonic and mode
    meter       the time signature
    tempo       the tempo in beats
    form        repeats and sections as written
    register    how high it sounds
    header      titles, sources and other words
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random

from symbolic.key import Key
from symbolic.meter import Meter, Tempo
from symbolic.score import Chord, Decoration, Event, Note, Rest, Score, Slur, Voice
from symbolic.transform import map_events, transpose, transpose_key, transposition_interval
from training.corpus.piece import Piece

TONICS = 12
OCTAVE = 12
LOWEST, HIGHEST = 21, 108
"""MIDI numbers of the piano, which no transposition leaves."""
MIN_QPM, MAX_QPM = 40, 240
ASPECTS = frozenset({"notes", "rhythm", "key", "meter", "tempo", "form", "register", "header"})


@dataclass(frozen=True, slots=True)
class Augmentation:
    """A named change of a piece.

    Attributes:
        name: what it is asked for by, and what is added to the ids of pieces that it made.
        keeps: which of `ASPECTS` stay true.
        apply: the change; it returns the piece itself where there is nothing to change.
    """

    name: str
    keeps: frozenset[str]
    apply: Callable[[Piece, Random], Piece]


# Transposition


def transpositions(piece: Piece, count: int | None = None, seed: int = 0) -> list[Piece]:
    """The piece in other keys: on every tonic but its own, or on `count` of them.

    Each is spelled with the fewest accidentals in the signature and goes up or down by a tritone at most, or
    the other way where that would leave the piano's range; a tonic that leaves it both ways is passed over.

    Args:
        piece: in any key; without a key it is moved all the same.
        count: how many keys, chosen by `seed` and the piece's id; None for all.
        seed: of the choice.
    """
    found = [moved for up in range(1, TONICS) if (moved := to_tonic(piece, up)) is not None]
    if count is None or count >= len(found):
        return found
    chosen = Random(f"{seed}/{piece.id}").sample(range(len(found)), count)
    return [found[index] for index in sorted(chosen)]


def to_tonic(piece: Piece, up: int) -> Piece | None:
    """The piece on the tonic that lies `up` semitones above its own, in the nearest octave that it fits into.

    Returns:
        The piece, or None where no octave keeps it within the piano's range.
    """
    span = pitch_range(piece.score)
    if span is None:
        return None
    shifts = sorted((up % TONICS + octave for octave in (-OCTAVE, 0)), key=lambda shift: (abs(shift), shift))
    fitting = [by for by in shifts if span[0] + by >= LOWEST and span[1] + by <= HIGHEST]
    return moved_by(piece, fitting[0]) if fitting else None


def moved_by(piece: Piece, semitones: int) -> Piece:
    """The piece moved by semitones, its repaired key along with it; percussion stays."""
    if not semitones:
        return piece
    id_ = f"{piece.id}~{semitones:+d}"
    if not piece.key:
        return replace(piece, id=id_, score=piece.score.transpose(semitones))
    label = Key.parse(piece.key)
    interval = transposition_interval(label, semitones)
    return replace(
        piece, id=id_, score=transpose(piece.score, interval), key=transpose_key(label, interval).name
    )


def pitch_range(score: Score) -> tuple[int, int] | None:
    """The lowest and the highest written pitch of pitched voices (MIDI numbers), or None."""
    pitches = {
        note.pitch.midi
        for voice in score.voices
        if not voice.percussion
        for event in _events(voice)
        if isinstance(event, Note | Chord)
        for note in (event.notes if isinstance(event, Chord) else (event,))
    }
    return (min(pitches), max(pitches)) if pitches else None


def _events(voice: Voice) -> list[Event]:
    return [event for measure in voice.measures for layer in measure.layers for event in layer]


# Other changes


def _named(piece: Piece, name: str, score: Score) -> Piece:
    return piece if score == piece.score else replace(piece, id=f"{piece.id}~{name}", score=score)


def shift_octave(piece: Piece, rng: Random) -> Piece:
    """An octave higher or lower, where the piano has room."""
    span = pitch_range(piece.score)
    if span is None:
        return piece
    shifts = [by for by in (-OCTAVE, OCTAVE) if span[0] + by >= LOWEST and span[1] + by <= HIGHEST]
    if not shifts:
        return piece
    return moved_by(piece, rng.choice(shifts))


def drop_header(piece: Piece, rng: Random) -> Piece:
    """Without titles, sources, other words of the header and directives."""
    return _named(piece, "bare", replace(piece.score, metadata=(), directives=()))


def drop_signs(piece: Piece, rng: Random) -> Piece:
    """Without decorations and slurs."""
    score = map_events(piece.score, lambda event: None if isinstance(event, Decoration | Slur) else event)
    return _named(piece, "plain", score)


def change_tempo(piece: Piece, rng: Random) -> Piece:
    """With another tempo at its start, by up to a quarter faster or slower; a piece without one stays."""
    tempo = piece.score.tempo
    if tempo is None or tempo.bpm is None or tempo.qpm is None:
        return piece
    bpm = round(float(tempo.bpm) * rng.uniform(0.75, 1.25))
    if not MIN_QPM <= bpm * tempo.beat_quarters <= MAX_QPM:
        return piece
    changed = Tempo(Fraction(bpm), tempo.beat_quarters)
    return _named(piece, "tempo", replace(piece.score, tempo=changed))


def play_out(piece: Piece, rng: Random) -> Piece:
    """With repeats, endings and the order of sections played out."""
    return _named(piece, "unfolded", piece.score.unfold())


def double_values(piece: Piece, rng: Random) -> Piece:
    """In notes twice as long and bars twice as long: 2/4 becomes 2/2, 6/8 becomes 6/4.

    A metre whose unit is a whole note already, and a repaired one, are left as they are.
    """
    meters = {piece.score.meter} | {event for event in piece.score.events() if isinstance(event, Meter)}
    if piece.meter or any(meter.unit == 1 for meter in meters):
        return piece
    score = map_events(piece.score, _doubled)
    tempo = piece.score.tempo and _doubled_tempo(piece.score.tempo)
    meter = _doubled_meter(piece.score.meter)
    return _named(piece, "doubled", replace(score, meter=meter, tempo=tempo))


def _doubled(event: Event) -> Event:
    match event:
        case Note() | Rest():
            return replace(event, duration=2 * event.duration)
        case Chord(notes):
            return Chord(tuple(replace(note, duration=2 * note.duration) for note in notes))
        case Meter():
            return _doubled_meter(event)
        case Tempo():
            return _doubled_tempo(event)
    return event


def _doubled_meter(meter: Meter) -> Meter:
    return meter if meter.is_free else Meter(meter.groups, meter.unit // 2)


def _doubled_tempo(tempo: Tempo) -> Tempo:
    return replace(tempo, beat_quarters=min(2 * tempo.beat_quarters, Fraction(64)))


def reorder_voices(piece: Piece, rng: Random) -> Piece:
    """With its voices written in another order."""
    voices = list(piece.score.voices)
    rng.shuffle(voices)
    return _named(piece, "reordered", piece.score.with_voices(tuple(voices)))


def _all_but(*changed: str) -> frozenset[str]:
    return ASPECTS - set(changed)


AUGMENTATIONS = {
    change.name: change
    for change in (
        Augmentation("octave", _all_but("register"), shift_octave),
        Augmentation("header", _all_but("header"), drop_header),
        Augmentation("signs", ASPECTS, drop_signs),
        Augmentation("tempo", _all_but("tempo"), change_tempo),
        Augmentation("unfold", _all_but("form"), play_out),
        Augmentation("values", _all_but("meter"), double_values),
        Augmentation("voices", _all_but("notes"), reorder_voices),
    )
}
"""Name → change."""
