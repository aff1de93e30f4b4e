"""How the notes of a score go together: sonorities, onset synchrony, and the four usual textures.

A sonority is what sounds between two neighbouring onsets or ends of notes (music21's "chordify", the salami
slices of White and Quinn, Empirical Musicology Review 11(1), 2016). Pitches are as written, percussion is
left out, a unison of two voices is one note, so the same music in one staff or four gives the same
sonorities.

Textures after Huron ("Characterizing musical textures", ICMC 1989), whose first dimension is how far onsets
are synchronous; where they are not, the activity of the outer voices tells the other two apart:

- ``monophonic``: hardly ever more than one note at a time;
- ``homophonic``: when the highest voice begins a note, so do most of the others, and the lowest voice is not
  much busier;
- ``melody with accompaniment``: the highest voice begins many more notes than the lowest, or (broken chords
  below a melody) far fewer;
- ``polyphonic``: the outer voices are equally active, and begin their notes apart.

The thresholds leave a gap between homophonic and polyphonic where neither name is given. They were set by
hand on 57 scores of music21's corpus and 4 quartets of OpenScore, and hold no further: of 20 chorales of
Bach 16 come out as homophonic, 3 are left open and 1 is polyphonic; of 8 movements of Palestrina 5 are
polyphonic, 2 left open and 1 is homophonic; songs, piano pieces and Mozart's quartets are mostly melodies
with accompaniment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from symbolic.pitch import Pitch
from symbolic.score import Chord, Score
from symbolic.timeline import sounding_notes

TEXTURES = ("monophonic", "homophonic", "melody with accompaniment", "polyphonic")
MOST_TOGETHER = 0.1
"""Of the sounding time, the most that two or more notes may fill in a monophonic score."""
HOMOPHONIC_SYNCHRONY = 0.85
"""Least melody synchrony of a homophonic score."""
POLYPHONIC_SYNCHRONY = 0.8
"""Most melody synchrony of a polyphonic score."""
BUSY_MELODY = 1.25
BUSY_ACCOMPANIMENT = 0.5
"""Onsets of the highest voice for each of the lowest: at least, or at most, those of a melody with chords."""


@dataclass(frozen=True, slots=True)
class Sonority:
    """What sounds together for a while.

    Attributes:
        onset, duration: in quarter notes.
        pitches: ascending, one for each MIDI number; empty where nothing sounds.
        struck: the MIDI numbers of those that begin here.
    """

    onset: Fraction
    duration: Fraction
    pitches: tuple[Pitch, ...]
    struck: frozenset[int]


@dataclass(frozen=True, slots=True)
class TextureMeasures:
    """What `texture_measures` finds; of the places where two or more notes sound, unless said otherwise.

    Attributes:
        most_notes: the largest number of notes that sound together.
        mean_notes: mean number of notes that sound together, over the time in which any does.
        together: share of that time in which two or more notes sound.
        melody_synchrony: where the highest note begins, the mean share of the sounding notes that begin.
        melody_activity: how often the highest note begins for each time that the lowest does.
    """

    most_notes: int
    mean_notes: float
    together: float
    melody_synchrony: float
    melody_activity: float


def is_single_line(score: Score) -> bool:
    """Whether a score is one voice of single notes, in which nothing can sound together."""
    return len(score.voices) == 1 and not any(
        measure.overlays or any(isinstance(event, Chord) for event in measure.events)
        for measure in score.voices[0].measures
    )


def sonorities(score: Score) -> list[Sonority]:
    """The sonorities of a score as written, one after the other; silence between notes is an empty one."""
    percussion = {number for number, voice in enumerate(score.voices) if voice.percussion}
    notes = [note for note in sounding_notes(score) if note.voice not in percussion]
    starts: dict[Fraction, list[tuple[Pitch, Fraction]]] = {}
    bounds: set[Fraction] = set()
    for note in notes:
        end = note.onset + note.duration
        starts.setdefault(note.onset, []).append((note.pitch, end))
        bounds.update((note.onset, end))
    times = sorted(bounds)
    sounding: dict[int, tuple[Pitch, Fraction]] = {}
    found: list[Sonority] = []
    for onset, end in pairwise(times):
        sounding = {midi: held for midi, held in sounding.items() if held[1] > onset}
        struck = starts.get(onset, ())
        for pitch, stop in struck:
            held = sounding.get(pitch.midi)
            sounding[pitch.midi] = (pitch, max(stop, held[1]) if held else stop)
        pitches = tuple(sounding[midi][0] for midi in sorted(sounding))
        if not struck and found and found[-1].pitches == pitches:  # one voice ends what another holds
            found[-1] = replace(found[-1], duration=end - found[-1].onset)
            continue
        struck_here = frozenset(pitch.midi for pitch, _ in struck)
        found.append(Sonority(onset, end - onset, pitches, struck_here))
    return found


def texture_measures(found: Sequence[Sonority]) -> TextureMeasures | None:
    """The measures of a score's sonorities, or None where no note sounds."""
    counted = [(len(sonority.pitches), float(sonority.duration)) for sonority in found if sonority.pitches]
    if not counted:
        return None
    time = sum(duration for _, duration in counted)
    places = [sonority for sonority in found if len(sonority.pitches) > 1]
    shares = [
        len(place.struck) / len(place.pitches) for place in places if place.pitches[-1].midi in place.struck
    ]
    low = sum(place.pitches[0].midi in place.struck for place in places)
    return TextureMeasures(
        most_notes=max(count for count, _ in counted),
        mean_notes=sum(count * duration for count, duration in counted) / time,
        together=sum(duration for count, duration in counted if count > 1) / time,
        melody_synchrony=sum(shares) / len(shares) if shares else 0.0,
        melody_activity=len(shares) / max(1, low),
    )


def texture(measures: TextureMeasures) -> str | None:
    """The texture that the measures speak for, one of `TEXTURES`, or None where they leave it open."""
    if measures.together <= MOST_TOGETHER:
        return "monophonic"
    if measures.melody_activity <= BUSY_ACCOMPANIMENT:
        return "melody with accompaniment"
    if measures.melody_synchrony >= HOMOPHONIC_SYNCHRONY:
        return "homophonic"
    if measures.melody_activity >= BUSY_MELODY:
        return "melody with accompaniment"
    return "polyphonic" if measures.melody_synchrony <= POLYPHONIC_SYNCHRONY else None
