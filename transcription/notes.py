"""From activations to notes in seconds: which candidates are notes, how long, how loud.

Candidates (`transcription.candidates`) are weighed by what speaks for and against them
(`transcription.evidence`): a small network gives the probability that a candidate is a note. It decides at
once about onsets inside a sounding note (repeated notes of flutes and strings have an onset posterior of
.2 … .4 only), about overtones, about notes that are heard twice, and about sounds that are no notes. It was
fitted by `transcription.fit_notes` on rendered tunes. How sure it must be goes by the texture; of a melody
no two notes start or sound together.

A long recording is decided on a minute at a time, with what comes before and after in view.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np

from symbolic.errors import SymbolicError
from symbolic.resources import data_path
from transcription.activations import Activations, frame_times, joined
from transcription.candidates import candidates
from transcription.decoding import DecoderSettings, decode
from transcription.evidence import FEATURES, evidence
from transcription.performance import NOTE_DTYPE

MODEL = "models/note-judge.npz"
SURE = {"melody": 0.5, "melody+chords": 0.5, "piano": 0.6}
"""Texture → the probability from which a candidate is a note."""
TEXTURES = ("auto", *SURE)
LIKELY = 0.5
"""The texture is told by the candidates of this probability …"""
TOGETHER_FRAMES = 5
TOGETHER_SHARE = 0.2
"""… of which fewer than this share start together with another pitch in a melody."""
GHOSTS = (0, 1, 11)
"""Intervals in semitones, octaves aside, that do not count: pipes that sound along, reeds out of tune."""
SEGMENT_FRAMES, BEFORE_FRAMES, AFTER_FRAMES = 5168, 430, 1292
"""A minute; five seconds; fifteen, which a note may last into the next segment."""
TWICE_FRAMES = 4
"""Two notes of a pitch that start this close are one."""
LEAST_FRAMES = 3
LEAD_FRAMES = 12
CLEAR = 0.48
"""Least clarity (see `Found`) of music: .58 and more in 359 of 360 renderings of training tunes and chorales
by all kinds of instruments, with rooms and noise; .38 and less in 71 of other sounds: noise, drums,
clicks, applause, engines, formant-synthesised voices, one and several."""
MOST_SCALED = 6.0
"""Features further out count as so many standard deviations."""
LARGEST_DELAY_S = 0.06

Decide = Callable[[Activations, str], np.ndarray]
"""From activations and texture to notes in frames, as `transcription.decoding.CANDIDATE_DTYPE`."""


@dataclass(frozen=True, slots=True, eq=False)
class Judge:
    """A network with one hidden layer of rectifiers.

    Attributes:
        mean, scale: (features,) by which they are brought to one size.
        weights: (features, hidden) and (hidden,).
        biases: (hidden,) and one.
        delay: (1 + features,) a constant and linear weights: how late a note is heard, in seconds.
    """

    mean: np.ndarray
    scale: np.ndarray
    weights: tuple[np.ndarray, np.ndarray]
    biases: tuple[np.ndarray, float]
    delay: np.ndarray

    def __call__(self, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """For each row of `transcription.evidence.evidence` the probability of a note, and its delay."""
        scaled = np.clip((features - self.mean) / self.scale, -MOST_SCALED, MOST_SCALED)
        hidden = np.maximum(scaled @ self.weights[0] + self.biases[0], 0)
        probability = 1 / (1 + np.exp(-(hidden @ self.weights[1] + self.biases[1])))
        return probability, np.clip(
            self.delay[0] + scaled @ self.delay[1:], -LARGEST_DELAY_S, LARGEST_DELAY_S
        )


@cache
def judge() -> Judge:
    """The network that comes with the package.

    Raises:
        SymbolicError: it was fitted to other features.
    """
    with np.load(data_path(MODEL)) as stored:
        if tuple(stored["features"]) != FEATURES:
            raise SymbolicError(f"{MODEL} knows other features; run: python -m transcription.fit_notes")
        return Judge(
            stored["mean"],
            stored["scale"],
            (stored["weights_0"], stored["weights_1"]),
            (stored["biases_0"], float(stored["bias_1"])),
            stored["delay"],
        )


def check_texture(texture: str) -> None:
    """Refuses an unknown texture.

    Raises:
        SymbolicError: it is none of `TEXTURES`.
    """
    if texture not in TEXTURES:
        raise SymbolicError(f"texture must be one of {', '.join(TEXTURES)}, got {texture!r}")


class Found(NamedTuple):
    """The notes of a recording.

    Attributes:
        notes: array of `transcription.performance.NOTE_DTYPE`, in order.
        clarity: how much of the sound is notes, 0 … 1: the share of it, by amplitude, during which one
            sounds, times the mean sureness of the notes; 0 where there is none.
    """

    notes: np.ndarray
    clarity: float

    @property
    def doubts(self) -> tuple[str, ...]:
        """What a listener should know of sounds that are hardly notes: there may be no music at all."""
        if not len(self.notes) or self.clarity >= CLEAR:
            return ()
        return (
            "this may be no music with definite pitches: little of the sound is plainly notes "
            f"({self.clarity:.0%}; music has {CLEAR:.0%} or more), do not trust the score",
        )


def read_notes(heard: Iterable[Activations], texture: str, decide: Decide) -> Found:
    """The notes of a recording.

    Args:
        heard: activations that follow each other.
        texture: one of `TEXTURES`.
        decide: how activations become notes.

    Raises:
        SymbolicError: the texture is unknown.
    """
    check_texture(texture)
    notes, sureness = [np.zeros(0, NOTE_DTYPE)], [np.zeros(0)]
    loudness = covered = 0.0
    for segment, core in _segments(heard):
        found = decide(segment, texture)
        kept = _starts_in(segment, found, core)
        notes.append(_in_seconds(segment, found[kept]))
        sureness.append(found["sureness"][kept])
        inside = slice(core.start - segment.first, core.stop - segment.first)
        amplitude = 10 ** (segment.level_db[inside].astype(float) / 20)
        loudness += float(amplitude.sum())
        covered += float(amplitude[_sounding(found, len(segment))[inside]].sum())
    everything, sure = np.concatenate(notes), np.concatenate(sureness)
    clarity = covered / loudness * float(sure.mean()) if len(sure) else 0.0
    return Found(everything[np.lexsort((everything["pitch"], everything["onset_s"]))], clarity)


def _starts_in(segment: Activations, found: np.ndarray, core: range) -> np.ndarray:
    starts = found["start"] + segment.first
    kept: np.ndarray = (starts >= core.start) & (starts < core.stop)
    return kept


def _sounding(found: np.ndarray, count: int) -> np.ndarray:
    """During which of so many frames a note sounds."""
    changes = np.zeros(count + 1, np.int64)
    np.add.at(changes, np.minimum(found["start"], count), 1)
    np.add.at(changes, np.minimum(found["end"], count), -1)
    return np.asarray(np.cumsum(changes)[:count] > 0)


def _segments(heard: Iterable[Activations]) -> Iterator[tuple[Activations, range]]:
    """Stretches of a recording with their surroundings, and which frames of each notes are taken from."""
    waiting: list[Activations] = []
    start, stop = 0, SEGMENT_FRAMES
    for part in heard:
        waiting.append(part)
        while part.last >= stop + AFTER_FRAMES:
            known = joined(waiting)
            yield known.cut(start - BEFORE_FRAMES, stop + AFTER_FRAMES), range(start, stop)
            start, stop = stop, stop + SEGMENT_FRAMES
            waiting = [known.cut(start - BEFORE_FRAMES, known.last)]
    if waiting:
        known = joined(waiting)
        yield known, range(start, known.last)


def _in_seconds(segment: Activations, found: np.ndarray) -> np.ndarray:
    notes = np.zeros(len(found), NOTE_DTYPE)
    onsets = np.maximum(frame_times(found["start"] + segment.first) - found["delay_s"], 0)
    notes["onset_s"], notes["duration_s"] = onsets, frame_times(found["end"] + segment.first) - onsets
    notes["pitch"] = found["pitch"]
    notes["velocity"] = np.clip(np.round(127 * found["amplitude"]), 1, 127)
    return notes


def decide_plainly(heard: Activations, texture: str) -> np.ndarray:
    """As basic-pitch does by default, whatever the texture."""
    found = decode(heard.frames, heard.onsets, DecoderSettings())
    found["sureness"] = 1
    return found


def decide_well(heard: Activations, texture: str) -> np.ndarray:
    """Candidates that the network takes for notes, each up to the next of its pitch."""
    found, features = weighed(heard)
    if not len(found):
        return found
    probabilities, found["delay_s"] = judge()(features)
    found["sureness"] = probabilities
    if texture == "auto":
        texture = texture_of(chosen(found, probabilities, LIKELY))
    if texture == "melody":
        return one_line(found, np.where(probabilities >= SURE[texture], probabilities, 0))
    return chosen(found, probabilities, SURE[texture])


def weighed(heard: Activations) -> tuple[np.ndarray, np.ndarray]:
    """The candidates in activations and what speaks for and against them.

    What sounds in the very first frame of a recording starts there: silence is thought to come before.

    Returns:
        Array of `transcription.decoding.CANDIDATE_DTYPE`, and the features of `transcription.evidence`.
    """
    lead = LEAD_FRAMES if heard.first == 0 and len(heard) else 0
    padded = Activations(
        np.pad(heard.frames, ((lead, 0), (0, 0))),
        np.pad(heard.onsets, ((lead, 0), (0, 0))),
        np.pad(heard.level_db, (lead, 0), constant_values=heard.level_db.min(initial=0)),
    )
    found = candidates(padded.frames, padded.onsets)
    features = evidence(padded, found)
    found["start"] = np.maximum(found["start"] - lead, 0)
    found["end"] = np.maximum(found["end"] - lead, found["start"] + 1)
    return found, features


def texture_of(notes: np.ndarray) -> str:
    """``melody`` or ``melody+chords``, by how many of the notes start together.

    Args:
        notes: in order of their starts.
    """
    starts, pitches = notes["start"], notes["pitch"]
    count = 0
    firsts = np.searchsorted(starts, starts - TOGETHER_FRAMES)
    stops = np.searchsorted(starts, starts + TOGETHER_FRAMES, side="right")
    for pitch, first, stop in zip(pitches, firsts, stops, strict=True):
        count += not np.isin((pitches[first:stop] - pitch) % 12, GHOSTS).all()
    return "melody" if count <= TOGETHER_SHARE * len(notes) else "melody+chords"


def one_line(found: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """The notes of a melody: of several that start together the surest one, each up to the next.

    Args:
        found: candidates in order of their starts.
        probabilities: that each is a note; 0 for those that are not to be taken.
    """
    kept: list[int] = []
    for index in np.flatnonzero(probabilities).tolist():
        if kept and found["start"][index] - found["start"][kept[-1]] <= TOGETHER_FRAMES:
            if probabilities[index] > probabilities[kept[-1]]:
                kept[-1] = index
        else:
            kept.append(index)
    notes = found[kept]
    notes["end"][:-1] = np.minimum(notes["end"][:-1], notes["start"][1:])
    return notes


def chosen(found: np.ndarray, probabilities: np.ndarray, sure: float) -> np.ndarray:
    """The candidates that are notes, by start and pitch: no two of a pitch at once.

    Args:
        found: candidates.
        probabilities: that each is a note.
        sure: the least probability of a note.
    """
    order = np.lexsort((found["start"], found["pitch"]))
    order = order[probabilities[order] >= sure]
    notes, weights = found[order], probabilities[order]
    kept = np.ones(len(notes), bool)
    last = -1
    for index in range(len(notes)):
        if last >= 0 and notes["pitch"][last] == notes["pitch"][index]:
            if notes["start"][index] - notes["start"][last] <= TWICE_FRAMES:
                weaker = last if weights[last] < weights[index] else index
                kept[weaker] = False
                last = index if weaker == last else last
                continue
            notes["end"][last] = min(notes["end"][last], notes["start"][index])
        last = index
    notes = notes[kept]
    notes["end"] = np.maximum(notes["end"], notes["start"] + LEAST_FRAMES)
    return notes[np.lexsort((notes["pitch"], notes["start"]))]
