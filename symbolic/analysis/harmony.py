"""Chords of a polyphonic score: templates for each beat or bar, joined by a Viterbi path that knows the key.

Every segment is described by how long each pitch class sounds in it and by its lowest note. A chord is good
where what sounds belongs to it, its own notes are there, and its root is in the bass (after Pardo and
Birmingham, "Algorithms for chordal analysis", Computer Music Journal 26(2), 2002). The path prefers chords
that belong to the key, stay, or move by a fifth or a step of it. Roots are spelled near the key's signature.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Literal

import numpy as np

from symbolic.analysis.key import estimate_key
from symbolic.analysis.local_key import best_path, sounded_until
from symbolic.analysis.rhythm import entropy
from symbolic.harmony import QUALITIES, ChordSymbol
from symbolic.key import Key
from symbolic.pitch import alter_sign, spell_fifths
from symbolic.score import Score
from symbolic.timeline import measure_spans, pitched_notes

PITCH_CLASSES = 12
CHORD_QUALITIES = ("maj", "min", "dim", "aug", "7", "maj7", "min7", "hdim7", "dim7")
QUALITY_PENALTIES = {"maj": 0.0, "min": 0.0, "dim": 0.08, "aug": 0.2, "7": 0.05, "maj7": 0.12, "min7": 0.1,
                     "hdim7": 0.1, "dim7": 0.1}  # fmt: skip
"""What a quality must fit better than a triad, as a share of the sounding time."""
FOREIGN_WEIGHT = 1.0
ABSENT_WEIGHT = 0.15
BASS_WEIGHT = 0.15
ROOT_WEIGHT = 0.2
CHROMATIC_PENALTY = 0.1
CHANGE_COST = 0.15
FIFTH_BONUS = 0.05
TOLERANCE = 1e-6
HIGHEST_MIDI = 255
Segment = Literal["beat", "bar"]


@dataclass(frozen=True, slots=True)
class ChordSpan:
    """A chord and how long it lasts, in quarter notes; `chord` is None where nothing sounds."""

    onset_quarter: Fraction
    duration_quarter: Fraction
    chord: ChordSymbol | None


@dataclass(frozen=True, slots=True)
class HarmonyMeasures:
    """What `harmony_measures` finds.

    Attributes:
        chords_per_quarter: harmonic rhythm; how often the chord changes or starts.
        entropy_bits: entropy of the chords (root from the tonic, and quality) weighted equally.
        chromatic_share: share of chords with a note outside the key's scale (in minor the raised sixth and
            seventh count as inside).
        mean_root_fifths: mean distance of successive roots on the circle of fifths, 0 … 6.
    """

    chords_per_quarter: float
    entropy_bits: float
    chromatic_share: float
    mean_root_fifths: float


def chords(score: Score, segment: Segment = "beat", key: Key | None = None) -> list[ChordSpan]:
    """The chords of a score as written, one after the other, equal neighbours joined.

    Args:
        score: the score; all voices but percussion count.
        segment: the shortest unit, a beat or a bar of the metre in force.
        key: the key that chords are expected in; estimated where it is not given.
    """
    fits = chord_fits(score, segment, key)
    if fits is None:
        return []
    symbols: list[ChordSymbol | None] = [None] * len(fits.scores)
    for place, state in zip(
        fits.sounding, best_path(fits.scores[fits.sounding], change_costs()), strict=True
    ):
        symbols[place] = fits.symbol(state)
    return _joined(list(fits.bounds), symbols)


@dataclass(frozen=True, slots=True, eq=False)
class ChordFits:
    """How well each chord fits each segment of a score.

    Attributes:
        bounds: where the segments begin, and where the last ends, in quarter notes.
        scores: shape (segments, chords).
        sounding: the segments in which anything sounds.
        key: the key that chords are expected in and spelled in.
    """

    bounds: tuple[Fraction, ...]
    scores: np.ndarray
    sounding: np.ndarray
    key: Key

    def symbol(self, chord: int) -> ChordSymbol:
        """The chord with a number, without its bass."""
        quality, root = divmod(chord, PITCH_CLASSES)
        return ChordSymbol(_spelled(root, self.key), CHORD_QUALITIES[quality])


def chord_fits(score: Score, segment: Segment = "beat", key: Key | None = None) -> ChordFits | None:
    """What `chords` chooses from, None where nothing sounds; the arguments are the same."""
    notes = pitched_notes(score)
    if not len(notes):
        return None
    found = key or estimate_key(score)
    bounds = segment_bounds(score, segment)
    durations, basses = _segments(notes, np.array([float(bound) for bound in bounds]))
    scores = _fits(durations, basses) - CHROMATIC_PENALTY * _chromatic(found)
    return ChordFits(tuple(bounds), scores, np.flatnonzero(durations.sum(axis=1) > 0), found)


def segment_bounds(score: Score, segment: Segment = "beat") -> list[Fraction]:
    """Where the beats or bars of the first voice that lasts begin, and where it ends, in quarter notes."""
    bounds: list[Fraction] = []
    end = Fraction(0)
    for span in measure_spans(score, _first_lasting(score)):
        end = span.onset + span.duration
        beat = span.duration if segment == "bar" or span.meter.is_free else span.meter.beat_quarters
        if span.duration <= 0:
            continue
        # a pickup is counted back from its end, so that beats stay in phase
        lead = span.duration % beat
        bounds.append(span.onset)
        at = span.onset + (lead or beat)
        while at < end:
            bounds.append(at)
            at += beat
    return [*bounds, end]


def _first_lasting(score: Score) -> int:
    """Index of the first voice that takes time, 0 where none does."""
    lasts = (any(measure.duration for measure in voice.measures) for voice in score.voices)
    return next((number for number, takes_time in enumerate(lasts) if takes_time), 0)


def harmony_measures(spans: Sequence[ChordSpan], key: Key) -> HarmonyMeasures | None:
    """How complex a sequence of chords is in a key, or None where there is no chord."""
    sounding = [span for span in spans if span.chord is not None]
    symbols = [span.chord for span in sounding if span.chord is not None]
    if not symbols:
        return None
    roots = [symbol.pitch_classes[0] for symbol in symbols]
    scale = _scale(key)
    outside = [any(not scale[pitch_class] for pitch_class in symbol.pitch_classes) for symbol in symbols]
    moves = [abs((7 * (after - before) + 6) % 12 - 6) for before, after in pairwise(roots)]
    length = sum((span.duration_quarter for span in sounding), Fraction(0))
    return HarmonyMeasures(
        chords_per_quarter=len(symbols) / float(length),
        entropy_bits=entropy((root, symbol.quality) for root, symbol in zip(roots, symbols, strict=True)),
        chromatic_share=sum(outside) / len(outside),
        mean_root_fifths=sum(moves) / len(moves) if moves else 0.0,
    )


def _segments(notes: np.ndarray, bounds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Share of the sounding time of each pitch class in each segment, and the bass's: (segments, 12) each."""
    durations = np.diff(sounded_until(notes, bounds), axis=0)
    durations[durations < TOLERANCE] = 0
    totals = durations.sum(axis=1, keepdims=True)
    shares: np.ndarray = np.divide(durations, totals, out=np.zeros_like(durations), where=totals > 0)
    lowest = _lowest(notes, bounds)
    basses = np.eye(PITCH_CLASSES)[lowest % PITCH_CLASSES] * (totals > 0)
    return shares, basses


def _lowest(notes: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    """The lowest MIDI number that sounds in each segment; what is there is of no use where nothing sounds."""
    onsets = notes["onset_quarter"] + TOLERANCE
    offsets = notes["onset_quarter"] + notes["duration_quarter"] - TOLERANCE
    last = len(bounds) - 2
    first_segment = np.clip(np.searchsorted(bounds, onsets, side="right") - 1, 0, last)
    last_segment = np.clip(np.searchsorted(bounds, offsets, side="left") - 1, first_segment, last)
    spanned = last_segment - first_segment + 1
    starts = np.cumsum(spanned) - spanned
    segments = np.arange(spanned.sum()) + np.repeat(first_segment - starts, spanned)
    lowest = np.full(len(bounds) - 1, HIGHEST_MIDI)
    np.minimum.at(lowest, segments, np.repeat(notes["pitch"], spanned))
    return lowest


@cache
def _templates() -> np.ndarray:
    """Notes of each chord: shape (qualities · 12 roots, 12)."""
    rows = np.zeros((len(CHORD_QUALITIES) * PITCH_CLASSES, PITCH_CLASSES))
    for index, quality in enumerate(CHORD_QUALITIES):
        for root in range(PITCH_CLASSES):
            rows[index * PITCH_CLASSES + root, [(root + step) % 12 for step in QUALITIES[quality][1]]] = 1
    return rows


def _fits(durations: np.ndarray, basses: np.ndarray) -> np.ndarray:
    """How well each chord fits each segment: (segments, chords)."""
    templates = _templates()
    roots = np.tile(np.eye(PITCH_CLASSES), (len(CHORD_QUALITIES), 1))
    penalties = np.repeat([QUALITY_PENALTIES[quality] for quality in CHORD_QUALITIES], PITCH_CLASSES)
    inside = durations @ templates.T
    foreign = durations.sum(axis=1, keepdims=True) - inside
    absent = (durations == 0).astype(float) @ templates.T
    fits: np.ndarray = (
        inside
        - FOREIGN_WEIGHT * foreign
        - ABSENT_WEIGHT * absent
        + BASS_WEIGHT * (basses @ roots.T)
        + ROOT_WEIGHT * (durations @ roots.T)
        - penalties
    )
    return fits


@cache
def change_costs() -> np.ndarray:
    """Cost of each change of chord, from → to: nothing for none, less where the root falls a fifth."""
    states = len(CHORD_QUALITIES) * PITCH_CLASSES
    roots = np.arange(states) % PITCH_CLASSES
    falls_fifth = (roots[:, np.newaxis] - roots) % PITCH_CLASSES == 7
    costs: np.ndarray = CHANGE_COST - FIFTH_BONUS * falls_fifth
    np.fill_diagonal(costs, 0)
    return costs


def _scale(key: Key) -> np.ndarray:
    """Which pitch classes belong to a key; minor has both sixths and sevenths."""
    inside: np.ndarray = np.full(PITCH_CLASSES, not key.tonic)
    if not key.tonic:
        return inside
    inside = np.zeros(PITCH_CLASSES, bool)
    inside[[(7 * (key.fifths + place)) % PITCH_CLASSES for place in range(-1, 6)]] = True
    if key.mode == "minor":
        inside[[(key.pitch_class + 9) % PITCH_CLASSES, (key.pitch_class + 11) % PITCH_CLASSES]] = True
    return inside


def _chromatic(key: Key) -> np.ndarray:
    """Number of notes of each chord outside the key."""
    counts: np.ndarray = _templates() @ (~_scale(key)).astype(float)
    return counts


def _spelled(root: int, key: Key) -> str:
    """A root near the middle of the key's signature on the line of fifths."""
    centre = key.fifths + 2
    fifths = centre + (7 * root - centre + 5) % PITCH_CLASSES - 5
    step, alter = spell_fifths(fifths)
    return step + alter_sign(alter)


def _joined(bounds: list[Fraction], symbols: list[ChordSymbol | None]) -> list[ChordSpan]:
    spans = []
    start = 0
    for index in range(1, len(symbols) + 1):
        if index == len(symbols) or symbols[index] != symbols[start]:
            spans.append(ChordSpan(bounds[start], bounds[index] - bounds[start], symbols[start]))
            start = index
    return spans
