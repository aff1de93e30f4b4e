"""When things sound: exact onsets, note arrays, and the map between quarters, seconds and ticks.

Time runs in quarter notes from the first event of the score (a pickup starts at 0). Inside, onsets
are whole numbers over one denominator per score, so nothing is rounded; `Fraction` is the face.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import takewhile
from math import lcm

import numpy as np

from symbolic.key import Key
from symbolic.meter import Meter, Tempo
from symbolic.pitch import Pitch
from symbolic.score import TIMED, Chord, Event, Grace, Note, Score, Voice
from symbolic.transform import contexts, unfold

DEFAULT_QPM = 120.0
NOTE_ARRAY_DTYPE = np.dtype(
    [
        ("onset_quarter", "f8"),
        ("duration_quarter", "f8"),
        ("pitch", "i4"),
        ("voice", "i4"),
        ("id", "U10"),
        ("is_grace", "?"),
    ]
)
"""Field names as in partitura (Cancino-Chacón et al., 2022); `voice` counts from 1."""


@dataclass(frozen=True, slots=True)
class SoundingNote:
    """A note as it sounds, ties merged.

    Attributes:
        onset: quarter notes from the start.
        duration: quarter notes.
        pitch: spelled, as written (add the voice's `transposition` for what sounds).
        voice: index of the voice in the score.
        measure: index of the measure in which it starts.
    """

    onset: Fraction
    duration: Fraction
    pitch: Pitch
    voice: int
    measure: int


@dataclass(frozen=True, slots=True)
class MeasureSpan:
    """A measure on the time axis: `onset` and `duration` in quarters, key and metre at its first note."""

    index: int
    onset: Fraction
    duration: Fraction
    key: Key
    meter: Meter


@dataclass(slots=True)
class _TickNote:
    """A note with onset and duration in ticks; `duration` grows while it is tied on."""

    onset: int
    duration: int
    pitch: Pitch
    measure: int
    is_grace: bool = False


def division(score: Score) -> int:
    """The smallest number of parts of a quarter in which every duration of the score is whole."""
    denominators = set()
    for event in score.events():
        if isinstance(event, Note):
            denominators.add(event.duration.denominator)
        elif isinstance(event, Chord):
            denominators.update(note.duration.denominator for note in event.notes)
        elif isinstance(event, TIMED):
            denominators.add(event.duration.denominator)
    return lcm(*denominators)


def _voice_notes(voice: Voice, parts: int, grace: bool) -> list[_TickNote]:
    """Notes of one voice in ticks of 1/`parts` quarter, ties merged."""
    notes: list[_TickNote] = []
    tied: dict[tuple[int, int], list[_TickNote]] = {}  # (MIDI number, tick where it ends) → to prolong
    ticks: dict[Fraction, int] = {}
    measure_start = 0

    def tick(length: Fraction) -> int:
        found = ticks.get(length)
        if found is None:
            found = ticks[length] = length.numerator * (parts // length.denominator)
        return found

    def add(note: Note, onset: int, measure: int) -> None:
        duration = tick(note.duration)
        waiting = tied.get((note.pitch.midi, onset)) if tied else None
        if waiting:
            held = waiting.pop(0)
            held.duration += duration
        else:
            held = _TickNote(onset, duration, note.pitch, measure)
            notes.append(held)
        if note.tie:
            tied.setdefault((note.pitch.midi, onset + duration), []).append(held)

    def add_grace(event: Grace, onset: int, measure: int) -> None:
        for item in event.notes:
            for note in item.notes if isinstance(item, Chord) else (item,):
                notes.append(_TickNote(onset, 0, note.pitch, measure, is_grace=True))

    for index, measure in enumerate(voice.measures):
        longest = measure_start
        for layer in measure.layers:
            now = measure_start
            for event in layer:
                if isinstance(event, Note):
                    add(event, now, index)
                    now += tick(event.duration)
                elif isinstance(event, Chord):
                    for note in event.notes:
                        add(note, now, index)
                    now += tick(event.duration)
                elif isinstance(event, TIMED):
                    now += tick(event.duration)
                elif grace and isinstance(event, Grace):
                    add_grace(event, now, index)
            longest = max(longest, now)
        measure_start = longest
    return notes


def sounding_notes(score: Score, *, unfold_repeats: bool = False) -> list[SoundingNote]:
    """Every note with its exact onset, ties merged, grace notes left out, sorted by onset then pitch."""
    played = unfold(score) if unfold_repeats else score
    parts = division(played)
    notes = [
        SoundingNote(
            Fraction(note.onset, parts), Fraction(note.duration, parts), note.pitch, number, note.measure
        )
        for number, voice in enumerate(played.voices)
        for note in _voice_notes(voice, parts, grace=False)
    ]
    notes.sort(key=lambda note: (note.onset, note.pitch.midi))
    return notes


def note_array(score: Score, *, unfold: bool = False, grace: bool = False) -> np.ndarray:
    """Notes as a structured array of dtype `NOTE_ARRAY_DTYPE`, sorted by onset, pitch and voice.

    Args:
        score: the score.
        unfold: play repeats and endings out.
        grace: include grace notes, with duration 0 at the onset of the note they ornament.

    Returns:
        One row per sounding note: onset and duration in quarter notes, MIDI pitch as it sounds (a
        voice's transposition applied), voice from 1, an id that is unique in the array.
    """
    played = score.unfold() if unfold else score
    parts = division(played)
    rows = sorted(
        (note.onset, note.pitch.midi + voice.transposition, number, note.duration, note.is_grace)
        for number, voice in enumerate(played.voices, 1)
        for note in _voice_notes(voice, parts, grace)
    )
    return np.array(
        [
            (onset / parts, length / parts, pitch, voice, f"n{index}", is_grace)
            for index, (onset, pitch, voice, length, is_grace) in enumerate(rows)
        ],
        dtype=NOTE_ARRAY_DTYPE,
    )


def pitched_notes(score: Score) -> np.ndarray:
    """The `note_array` without percussion, whose numbers name instruments and not pitches."""
    notes = note_array(score)
    percussion = [number for number, voice in enumerate(score.voices, 1) if voice.percussion]
    return notes[~np.isin(notes["voice"], percussion)] if percussion else notes


def measure_spans(score: Score, voice: int = 0) -> list[MeasureSpan]:
    """Where each measure of one voice begins and how long it lasts, in written order."""
    spans = []
    onset = Fraction(0)
    found = contexts(score, score.voices[voice])
    for index, (measure, (key, meter, _)) in enumerate(zip(score.voices[voice].measures, found, strict=True)):
        length = measure.duration
        for event in takewhile(lambda event: not isinstance(event, TIMED), measure.events):
            if isinstance(event, Key):
                key = event
            elif isinstance(event, Meter):
                meter = event
        spans.append(MeasureSpan(index, onset, length, key, meter))
        onset += length
    return spans


def timed_events(score: Score) -> Iterator[tuple[Fraction, int, Event]]:
    """Every event as (onset in quarters, voice index, event), voice by voice in written order."""
    for number, voice in enumerate(score.voices):
        start = Fraction(0)
        for measure in voice.measures:
            for layer in measure.layers:
                now = start
                for event in layer:
                    yield now, number, event
                    if isinstance(event, TIMED):
                        now += event.duration
            start += measure.duration


class TempoMap:
    """The way between quarter notes, seconds and MIDI ticks for piecewise constant tempo.

    Args:
        changes: (onset in quarters, quarters per minute), any order; where two share an onset the
            later one counts. Before the first change its tempo holds already.

    Raises:
        ValueError: a tempo that is not positive.
    """

    def __init__(self, changes: list[tuple[Fraction, float]]) -> None:
        points = {max(Fraction(0), onset): qpm for onset, qpm in sorted(changes, key=lambda item: item[0])}
        if points and min(points.values()) <= 0:
            raise ValueError(f"tempo must be positive, got {min(points.values())}")
        first = next(iter(points.values()), DEFAULT_QPM)
        points = {Fraction(0): first} | points
        self._quarters = [float(onset) for onset in points]
        self._qpm = list(points.values())
        self._seconds = [0.0]
        for index in range(1, len(self._quarters)):
            passed = self._quarters[index] - self._quarters[index - 1]
            self._seconds.append(self._seconds[-1] + passed * 60 / self._qpm[index - 1])

    @classmethod
    def of(cls, score: Score) -> TempoMap:
        """The tempo map that a score's marks give; 120 quarters a minute where it gives none."""
        changes = [] if score.tempo is None or score.tempo.qpm is None else [(Fraction(0), score.tempo.qpm)]
        changes += [
            (onset, event.qpm)
            for onset, _, event in timed_events(score)
            if isinstance(event, Tempo) and event.qpm is not None
        ]
        return cls(changes)

    def qpm_at(self, quarter: float | Fraction) -> float:
        """Quarter notes per minute at a place in the score."""
        return self._qpm[max(0, bisect_right(self._quarters, float(quarter)) - 1)]

    def to_seconds(self, quarter: float | Fraction) -> float:
        """Seconds from the start at a place in the score."""
        index = max(0, bisect_right(self._quarters, float(quarter)) - 1)
        return self._seconds[index] + (float(quarter) - self._quarters[index]) * 60 / self._qpm[index]

    def to_quarters(self, seconds: float) -> float:
        """Quarter notes from the start at a moment."""
        index = max(0, bisect_right(self._seconds, seconds) - 1)
        return self._quarters[index] + (seconds - self._seconds[index]) * self._qpm[index] / 60

    @staticmethod
    def to_ticks(quarter: Fraction, ticks_per_quarter: int) -> int:
        """The nearest MIDI tick to a place in the score."""
        return round(quarter * ticks_per_quarter)

    @staticmethod
    def from_ticks(tick: int, ticks_per_quarter: int) -> Fraction:
        """The exact place of a MIDI tick, in quarters."""
        return Fraction(tick, ticks_per_quarter)
