"""What a player reads before playing: the notes, where beats, bars and phrases lie, the tempo, the signs.

Places are quarter notes from the first event of the score with its repeats played out.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from symbolic.analysis.phrases import phrases
from symbolic.analysis.tempo import beats_a_minute
from symbolic.errors import SymbolicError, UnsupportedFeatureError
from symbolic.meter import Tempo
from symbolic.score import TIMED, Chord, Decoration, Grace, Score
from symbolic.timeline import DEFAULT_QPM, TempoMap, measure_spans, note_array, timed_events
from transcription.performance import Track
from transcription.reference import Reference

MAX_QUARTERS = 200_000
"""Longest score that is played, repeats included: a day and more."""
TRILL, TRILL_START, TRILL_END = "trill", "trill(", "trill)"
"""A trill; and where one starts that goes on to the note that has the end of it."""
FREE_BEAT = Fraction(1)
"""Length of a beat in quarter notes where there is no metre."""


@dataclass(frozen=True, slots=True, eq=False)
class Pulse:
    """The time axis of a score as a player feels it.

    Attributes:
        beats: (n,) ascending: where beats start.
        lengths: (n,) of each beat.
        is_downbeat: (n,) whether a bar starts there.
        is_dotted: (n,) whether the beat has three parts.
        phrases: (m,) ascending: where phrases start, and the end of the last; m ≥ 2 where there are notes.
    """

    beats: np.ndarray
    lengths: np.ndarray
    is_downbeat: np.ndarray
    is_dotted: np.ndarray
    phrases: np.ndarray

    @classmethod
    def of(cls, played: Score, reference: Reference) -> Pulse:
        """The pulse of a score without repeats and of its reference."""
        rows: list[tuple[float, float, bool]] = []
        for span in measure_spans(played):
            beat = FREE_BEAT if span.meter.is_free else span.meter.beat_quarters
            count, lead = divmod(span.duration, beat)  # a pickup is counted back from its end
            if lead:
                rows.append((float(span.onset), float(lead), False))
            first = span.onset + lead
            rows += [
                (float(first + index * beat), float(beat), span.meter.is_compound) for index in range(count)
            ]
        beats, lengths, dotted = np.array(rows, dtype=float).reshape(-1, 3).T
        is_downbeat = np.isin(beats, reference.downbeats)
        starts = [float(phrase.onset_quarter) for phrase in phrases(played)]
        notes = reference.notes
        end = [float((notes["onset_quarter"] + notes["duration_quarter"]).max())] if len(notes) else []
        return cls(beats, lengths, is_downbeat, dotted > 0, np.array(starts + end))

    @property
    def end(self) -> float:
        """The end of the last beat."""
        return float(self.beats[-1] + self.lengths[-1]) if len(self.beats) else 0.0


def place_in(bounds: np.ndarray, quarters: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """In which stretch between `bounds` each place lies, and how far through it, 0 … 1."""
    index = np.clip(np.searchsorted(bounds, quarters, side="right") - 1, 0, len(bounds) - 2)
    share = (quarters - bounds[index]) / (bounds[index + 1] - bounds[index])
    return index, np.clip(share, 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Signs:
    """What stands over a note: `graces` before it as sounding MIDI numbers, and names of `decorations`."""

    graces: tuple[int, ...] = ()
    decorations: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A score read once, to be played as often as wanted.

    Attributes:
        name: the title of the score, or its reference number.
        rows: note array of the score with its repeats played out.
        reference: the truth of every performance.
        pulse: beats, bars and phrases.
        signs: by index of the note in `rows`.
        tempo: what the score states, or what suits it.
        changes: places in quarter notes where the stated tempo changes.
        tracks: one for each voice.
    """

    name: str
    rows: np.ndarray
    reference: Reference
    pulse: Pulse
    signs: dict[int, Signs]
    tempo: TempoMap
    changes: tuple[float, ...]
    tracks: tuple[Track, ...]

    @classmethod
    def of(cls, score: Score, *, qpm: float | None = None) -> Reading:
        """Reads a score.

        Args:
            score: with one voice at least.
            qpm: quarter notes a minute where the score states no tempo; by default what suits it.

        Raises:
            SymbolicError: the score has no voice.
            UnsupportedFeatureError: a pitch outside MIDI's 0 … 127, or more than `MAX_QUARTERS`.
        """
        if not score.voices:
            raise SymbolicError("there is no voice to play in the score")
        played = score.unfold()
        length = max(sum(measure.duration for measure in voice.measures) for voice in played.voices)
        if length > MAX_QUARTERS:
            raise UnsupportedFeatureError(
                f"{float(length):.0f} quarter notes are too many to play: at most {MAX_QUARTERS:,}"
            )
        rows = note_array(played)
        if len(rows) and not 0 <= rows["pitch"].min() <= rows["pitch"].max() <= 127:
            raise UnsupportedFeatureError(
                "a pitch lies outside MIDI's range 0 to 127; transpose the score first"
            )
        reference = Reference.of(score)
        return cls(
            score.title or f"X:{score.reference}",
            rows,
            reference,
            Pulse.of(played, reference),
            signs(played, rows),
            *_tempo(score, played, qpm),
            tuple(Track(voice.name, voice.program, voice.percussion) for voice in played.voices),
        )

    @property
    def end(self) -> float:
        """The end of the last note in quarter notes."""
        return float((self.rows["onset_quarter"] + self.rows["duration_quarter"]).max(initial=0.0))


def _tempo(score: Score, played: Score, qpm: float | None) -> tuple[TempoMap, tuple[float, ...]]:
    """The tempo of a score and the places where it changes."""
    changes = tuple(
        float(onset) for onset, _, event in timed_events(played) if isinstance(event, Tempo) and event.bpm
    )
    if changes or (score.tempo is not None and score.tempo.bpm is not None):
        return TempoMap.of(played), changes
    if qpm is None:
        beats = beats_a_minute(score)
        qpm = DEFAULT_QPM if beats is None else beats * float(score.meter.beat_quarters)
    return TempoMap([(Fraction(0), qpm)]), ()


def signs(played: Score, rows: np.ndarray) -> dict[int, Signs]:
    """The signs of a score by index of the note they belong to, the highest of its voice there.

    Args:
        played: without repeats.
        rows: its note array.
    """
    found: dict[tuple[float, int], tuple[list[int], set[str]]] = {}
    waiting_graces: list[int] = []
    waiting_names: set[str] = set()
    trills: set[int] = set()
    for onset, number, event in timed_events(played):
        if isinstance(event, Grace):
            shift = played.voices[number].transposition
            for item in event.notes:
                notes = item.notes if isinstance(item, Chord) else (item,)
                waiting_graces += [note.pitch.midi + shift for note in notes]
        elif isinstance(event, Decoration):
            waiting_names.add(event.name)
            if event.name == TRILL_START:
                trills.add(number)
            elif event.name == TRILL_END:
                trills.discard(number)
        elif isinstance(event, TIMED) and (waiting_graces or waiting_names or number in trills):
            graces, names = found.setdefault((float(onset), number + 1), ([], set()))
            graces += waiting_graces
            names |= waiting_names | ({TRILL} if number in trills else set())
            waiting_graces, waiting_names = [], set()
    if not found:
        return {}
    index_of = {
        (onset, voice): index
        for index, (onset, voice) in enumerate(
            zip(rows["onset_quarter"].tolist(), rows["voice"].tolist(), strict=True)
        )
    }  # the last of a voice at an onset is its highest
    return {
        index_of[place]: Signs(tuple(graces), frozenset(names))
        for place, (graces, names) in found.items()
        if place in index_of
    }
