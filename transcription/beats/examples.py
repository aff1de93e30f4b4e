"""Performances with known places, as the beat networks learn from them.

Scores are played by `transcription.synthesis` in all styles, half of them as a transcriber would hear them;
real performances (`transcription.aligned`) are learned from as they are and as heard.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from symbolic.errors import SymbolicError
from symbolic.meter import Meter
from symbolic.score import Score
from transcription.beats.events import Events, onset_events
from transcription.beats.features import event_features
from transcription.beats.network import STRAY
from transcription.beats.rhythm import PARTS, bar_parts, place_levels
from transcription.reference import AlignedPerformance
from transcription.synthesis import STYLES, accompany, hear, perform
from transcription.synthesis.accompany import PATTERNS
from transcription.synthesis.style import Style

TUNE_STYLES = ("steady", "folk", "folk", "rubato", "pedalled")
WORK_STYLES = ("rubato", "pedalled", "rubato", "pedalled", "steady")
WORK_TEMPO = {"quartets": (0.5, 1.4), "chorales": (0.7, 1.3)}
"""Ratios to the tempo of works by their kind: on the piano slow movements go slower than in a quartet."""
PIANO = 0
ACCOMPANIED, HEARD = 0.4, 0.5
"""Shares of the tunes with chords, and as a transcriber hears them."""
FEWEST_EVENTS = 8
STEPS_AROUND = 5
SHORTEST_STOP_S, LEAST_STOP = 0.12, 0.25
"""A stop lasts at least so many seconds, and such a share of the time that the notes take."""
UNKNOWN = -1
"""In place of a metre that the model does not know."""


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """A performance; all arrays have one place for each event.

    Attributes:
        features: of `event_features`.
        levels: metrical level, `STRAY` for what stands nowhere in the score.
        log_periods: natural logarithm of the seconds per quarter.
        meters: index of the metre, or `UNKNOWN`.
        stops: 1 where time stopped before the event: a fermata, a breath; else 0.
    """

    features: np.ndarray
    levels: np.ndarray
    log_periods: np.ndarray
    meters: np.ndarray
    stops: np.ndarray

    def __len__(self) -> int:
        return len(self.levels)


def example_of(aligned: AlignedPerformance, known: Sequence[Meter]) -> Example | None:
    """What is to be learned from a performance, or None where too little of it stands in the score."""
    events = onset_events(aligned.performance)
    places = event_places(aligned, events)
    on = np.flatnonzero(~np.isnan(places))
    if len(on) < FEWEST_EVENTS:
        return None
    everywhere = np.interp(events.times_s, events.times_s[on], places[on])
    levels = np.full(len(events), STRAY)
    meters = np.full(len(events), UNKNOWN)
    reference = aligned.reference
    ends = [at for at, _ in reference.meters[1:]] + [np.inf]
    names = [meter.name for meter in known]
    for (begin, meter), end in zip(reference.meters, ends, strict=True):
        bars = reference.downbeats[(reference.downbeats > begin - 1e-6) & (reference.downbeats < end - 1e-6)]
        if meter.name not in names or not len(bars):
            continue
        own = on[(places[on] > begin - 1e-6) & (places[on] < end - 1e-6)]
        bar = bar_parts(meter)
        in_bar = np.rint((places[own] - _bar_starts(places[own], bars, bar / PARTS)) * PARTS).astype(np.int64)
        levels[own] = place_levels(meter)[in_bar % bar]
        meters[(everywhere > begin - 1e-6) & (everywhere < end - 1e-6)] = names.index(meter.name)
    if np.mean(meters == UNKNOWN) > 0.3:
        return None
    periods = _periods(everywhere, events.times_s[on], places[on])
    stops = np.zeros(len(events), dtype=np.int64)
    stops[on[1:]] = _stops(events.times_s[on], places[on])
    return Example(event_features(events).astype(np.float16), levels, np.log(periods), meters, stops)


def event_places(aligned: AlignedPerformance, events: Events) -> np.ndarray:
    """Where each event stands, in quarters, ascending; NaN for one that stands nowhere or out of order."""
    found = np.full(len(events), np.nan)
    usable = np.flatnonzero(~np.isnan(aligned.onset_quarter) & (events.event_of_note >= 0))
    event, place = events.event_of_note[usable], aligned.onset_quarter[usable]
    order = np.lexsort((place, event))
    event, place = event[order], place[order]
    starts = np.flatnonzero(np.diff(event, prepend=-1))
    sizes = np.diff(np.append(starts, len(event)))
    found[event[starts]] = place[starts + sizes // 2]
    last = -np.inf
    for index in np.flatnonzero(~np.isnan(found)).tolist():
        if found[index] > last + 1e-6:
            last = float(found[index])
        else:
            found[index] = np.nan
    return found


def _bar_starts(places: np.ndarray, bars: np.ndarray, bar: float) -> np.ndarray:
    """The bar line before each place; a pickup counts from one that is not there."""
    index = np.searchsorted(bars, places + 1e-6) - 1
    return np.where(index >= 0, bars[np.maximum(index, 0)], bars[0] - bar)


def _periods(places: np.ndarray, times_s: np.ndarray, quarters: np.ndarray) -> np.ndarray:
    """Seconds per quarter from a quarter before each place to a quarter after it."""
    low, high = np.maximum(places - 1, quarters[0]), np.minimum(places + 1, quarters[-1])
    seconds = np.interp(high, quarters, times_s) - np.interp(low, quarters, times_s)
    found: np.ndarray = np.clip(seconds / np.maximum(high - low, 1e-3), 0.05, 8.0)
    return found


def _stops(times_s: np.ndarray, quarters: np.ndarray) -> np.ndarray:
    """Whether each step took much longer than the steps around it would have it."""
    seconds, gaps = np.diff(times_s), np.diff(quarters)
    padded = np.pad(seconds / gaps, STEPS_AROUND, mode="reflect" if len(gaps) > STEPS_AROUND else "edge")
    usual = gaps * np.median(np.lib.stride_tricks.sliding_window_view(padded, 2 * STEPS_AROUND + 1), axis=1)
    found: np.ndarray = seconds - usual > np.maximum(SHORTEST_STOP_S, LEAST_STOP * usual)
    return found


def played_tunes(scores: Sequence[tuple[str, Score]], known: Sequence[Meter], seed: int) -> Iterator[Example]:
    """Each tune once, in a style and with or without chords as chance has it."""
    rng = random.Random(seed)
    for number, (name, score) in enumerate(scores):
        music = accompany(score, rng.choice(PATTERNS)) if rng.random() < ACCOMPANIED else score
        yield from _played(name, music, STYLES[rng.choice(TUNE_STYLES)], seed + number, rng, known)


def played_works(
    kind: str, scores: Sequence[tuple[str, Score]], known: Sequence[Meter], seed: int
) -> Iterator[Example]:
    """Each work of a kind twice, on a piano, in styles as chance has it."""
    rng = random.Random(seed)
    for number, (name, score) in enumerate(scores):
        for take in range(2):
            style = work_style(kind, rng.choice(WORK_STYLES))
            yield from _played(name, on_piano(score), style, 2 * (seed + number) + take, rng, known)


def work_style(kind: str, name: str) -> Style:
    """A style in which works of a kind are played."""
    return replace(STYLES[name], tempo_ratio=WORK_TEMPO[kind])


def on_piano(score: Score) -> Score:
    """The score with pianos for all voices."""
    return score.with_voices(tuple(replace(voice, program=PIANO) for voice in score.voices))


def _played(
    name: str, score: Score, style: Style, seed: int, rng: random.Random, known: Sequence[Meter]
) -> Iterator[Example]:
    try:
        aligned = perform(score, style, seed, work=name)
    except SymbolicError:  # a score that goes nowhere, such as one without notes
        return
    found = example_of(hear(aligned, seed) if rng.random() < HEARD else aligned, known)
    if found is not None:
        yield found


def heard_performances(
    aligned: Sequence[AlignedPerformance], known: Sequence[Meter], seed: int
) -> Iterator[Example]:
    """Each performance as it is, and as heard."""
    for number, performance in enumerate(aligned):
        for version in (performance, hear(performance, seed + number)):
            found = example_of(version, known)
            if found is not None:
                yield found
