"""MIDI at both ends: performances in, scores with the tempo of a performance out.

What a file is decides how it is read:

- a *score*: its notes stand at the places of its own grid (`symbolic.midi.grid`), which are kept exactly;
- a performance *to a click*: played by a person, but along the beats that the file states, which are kept;
- a *performance*: its ticks are only a clock, and its beats have to be found.

Written out, the notes stand at the places of the score, and tempo events carry what the player made of
them: played back, each place comes when it came in the performance, counted from the first bar (a file
cannot begin before or after its first tick). Tempos slower than 3.6 quarter notes a minute, which the
format does not know, are the one exception.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np

from symbolic.meter import Meter
from symbolic.midi.bars import build_bars
from symbolic.midi.grid import is_performance
from symbolic.midi.reader import score_of
from symbolic.midi.smf import SUSTAIN_PEDAL, MidiFile
from symbolic.midi.writer import to_symusic
from symbolic.score import Score
from transcription.beatmap import Bar, Beatmap
from transcription.performance import Performance, Track, note_rows

DEFAULT_MICROS = 500_000
"""Microseconds per quarter note before the first tempo event: 120 a minute."""
SLOWEST_MICROS = 2**24 - 1
_CLOCK_TICKS = 500
"""To the quarter note, at 120 of them a minute: a tick is a millisecond."""

_COMMON_PLACES = frozenset({1, 2, 3, 4, 6, 8})
_COMMON_SHARE = 0.6
"""A score has at least this share of its onsets at halves, thirds, quarters, sixths or eighths of a quarter.
Where the ticks are coarse (24 to 48 a quarter) they all look exact, and a performance has some .3 there."""
_CLICK_DIVISIONS = (1, 2, 3, 4, 6)
_CLICK_CLOSENESS = 0.5
_CLICK_CERTAINTY = 10.0
_CLICK_PARTS = 4
_DENSE_TEMPOS = 2
"""More tempo changes than one in as many bars are a player's, not notation."""


def is_score(file: MidiFile) -> bool:
    """Whether the notes of a file stand on the grid of notation, as a notation program writes them."""
    ticks = file.ticks_per_quarter
    onsets = {note.start for track in file.tracks for note in track.notes}
    common = sum(Fraction(onset, ticks).denominator in _COMMON_PLACES for onset in onsets)
    return not is_performance(file) and (ticks > 48 or common >= _COMMON_SHARE * len(onsets))


def performance_of(file: MidiFile) -> Performance:
    """The notes and the pedal of a file in seconds, as its tempo events have them.

    Program 0, which many programs write for want of another, counts as not stated.
    """
    rows = [
        (note.start, note.end, note.pitch, note.velocity, number)
        for number, track in enumerate(file.tracks)
        for note in track.notes
    ]
    ticks = np.array(rows, dtype=np.int64).reshape(-1, 5)
    onsets, ends = to_seconds(file, ticks[:, 0]), to_seconds(file, ticks[:, 1])
    notes = note_rows(zip(onsets, ends - onsets, *ticks[:, 2:].T, strict=True))
    tracks = tuple(Track(track.name, track.program or None, track.percussion) for track in file.tracks)
    return Performance(notes, tracks or (Track(),), _pedal_spans(file))


def to_seconds(file: MidiFile, ticks: np.ndarray) -> np.ndarray:
    """Seconds from the start of a file at some of its ticks."""
    places, seconds, micros = _tempo_curve(file)
    at = np.searchsorted(places, ticks, side="right") - 1
    found: np.ndarray = seconds[at] + (ticks - places[at]) * micros[at] / (1e6 * file.ticks_per_quarter)
    return found


def _tempo_curve(file: MidiFile) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where the tempo changes, in ticks and in seconds, and the microseconds per quarter from there."""
    changes = {0: DEFAULT_MICROS, **dict(file.tempos)}
    places = np.array(sorted(changes))
    micros = np.array([changes[place] for place in places.tolist()], dtype=float)
    steps = np.diff(places) * micros[:-1] / (1e6 * file.ticks_per_quarter)
    return places, np.concatenate(([0.0], np.cumsum(steps))), micros


def _pedal_spans(file: MidiFile) -> np.ndarray:
    """From pedal down to up in seconds; a span during which another channel's began goes on with it."""
    down: set[int] = set()
    spans: list[tuple[int, int]] = []
    since = 0
    for tick, channel, is_down in file.pedal:
        if is_down:
            since = since if down else tick
            down.add(channel)
        else:
            down.discard(channel)
            if not down and tick > since:
                spans.append((since, tick))
    end = max((note.end for track in file.tracks for note in track.notes), default=0)
    if down and end > since:
        spans.append((since, end))
    return to_seconds(file, np.array(spans, dtype=np.int64).reshape(-1, 2))


def stated_beatmap(file: MidiFile) -> Beatmap:
    """The tempo and the bars that a file states, up to its last note; quarter 0 is its first tick."""
    ticks = file.ticks_per_quarter
    end = max((note.end for track in file.tracks for note in track.notes), default=0)
    bars = tuple(
        Bar(Fraction(bar.start, ticks), Fraction(bar.length, ticks), bar.meter)
        for bar in build_bars(file.meters, max(end, 1), ticks)
    )
    places, seconds, micros = _tempo_curve(file)
    last = max(int(places[-1]) + ticks, round(bars[-1].end * ticks))
    final = seconds[-1] + (last - places[-1]) * micros[-1] / (1e6 * ticks)
    return Beatmap(np.append(seconds, final), np.append(places, last) / ticks, bars)


# Performances to a click


def click_beatmap(file: MidiFile, meter: Meter | None = None) -> Beatmap | None:
    """The beats and bars that a file states, if its notes were played along with them; else None.

    How close onsets keep to the parts of a beat is the mean of cos 2πnx over their places x in quarters,
    for the number n of parts that suits them best: 1 on the grid, near 0 anywhere. A file must keep it
    up in each quarter of its notes, by more than chance allows (Rayleigh's test), and must state a metre
    and a tempo, or the ticks are only a clock.

    Args:
        file: a performance.
        meter: the metre of the bars, where the user knows better than the file.
    """
    if not file.meters or not file.tempos:
        return None
    onsets = np.unique([note.start for track in file.tracks for note in track.notes]) / file.ticks_per_quarter
    if not len(onsets):
        return None
    angles = 2 * np.pi * np.outer(_CLICK_DIVISIONS, onsets)
    closeness = np.cos(angles)
    best = closeness[int(closeness.mean(axis=1).argmax())]
    parts = [part.mean() for part in np.array_split(best, _CLICK_PARTS) if len(part)]
    is_close = best.mean() >= _CLICK_CLOSENESS and min(parts) >= _CLICK_CLOSENESS / 2
    if not is_close or 2 * len(best) * best.mean() ** 2 < _CLICK_CERTAINTY:
        return None
    stated = [(0, meter.beats, meter.unit)] if meter is not None and not meter.is_free else file.meters
    return _from_first_bar(stated_beatmap(replace(file, meters=stated)), float(onsets[0]))


def _from_first_bar(beatmap: Beatmap, onset: float) -> Beatmap:
    """The beatmap without the bars before the music; a first bar that begins late becomes a pickup."""
    sounding = [index for index, bar in enumerate(beatmap.bars) if onset < bar.end - Fraction(1, 8)]
    first = sounding[0] if sounding else len(beatmap.bars) - 1
    bar, *others = beatmap.bars[first:]
    beat = bar.meter.beat_quarters or Fraction(1)
    silent = max(0, int((Fraction(onset).limit_denominator(96) + Fraction(1, 8) - bar.start) / beat)) * beat
    if 2 * silent >= bar.length and others:
        bar = Bar(bar.start + silent, bar.length - silent, bar.meter)
    bars = tuple(replace(old, start=old.start - bar.start) for old in (bar, *others))
    return Beatmap(beatmap.times_s, beatmap.quarters - float(bar.start), bars)


# Scores


def exact_score(file: MidiFile, beatmap: Beatmap) -> Score:
    """The score that a score MIDI file holds; a tempo for every beat or so becomes one for the whole."""
    changes = len({tick for tick, _ in file.tempos})
    if changes > max(2, len(beatmap.bars) / _DENSE_TEMPOS):
        file = replace(file, tempos=[(0, round(60e6 / round(beatmap.qpm)))])
    return score_of(file)[0]


def write_timed_midi(score: Score, beatmap: Beatmap) -> bytes:
    """The bytes of a MIDI file with the notes of a score at their places and the tempo of a performance.

    Args:
        score: the score; its repeats are played out.
        beatmap: when its quarter notes come.

    Raises:
        UnsupportedFeatureError: a pitch outside MIDI's 0 … 127.
    """
    from symusic import core

    midi = to_symusic(score)
    ticks = midi.ticks_per_quarter
    last = max((track.end() for track in midi.tracks), default=0)
    inner = np.rint(beatmap.quarters * ticks).astype(np.int64)
    places = np.unique(np.concatenate(([0], inner[(inner > 0) & (inner < last)], [max(last, 1)])))
    exact = np.diff(beatmap.to_seconds(places / ticks)) * 1e6 * ticks / np.diff(places)
    micros = np.clip(np.rint(exact), 1, SLOWEST_MICROS).astype(int)
    tempos = core.TempoTickList()
    for place, micro in zip(places[:-1].tolist(), micros.tolist(), strict=True):
        if not len(tempos) or tempos[-1].mspq != micro:
            tempos.append(core.TempoTick(place, mspq=micro))
    midi.tempos = tempos
    return midi.dumps_midi()


def write_performance(performance: Performance) -> bytes:
    """The bytes of a MIDI file with the notes as played, to the millisecond; its ticks are only a clock."""
    from symusic import core

    midi = core.ScoreTick(_CLOCK_TICKS)
    midi.tempos = core.TempoTickList([core.TempoTick(0, mspq=DEFAULT_MICROS)])
    per_second = _CLOCK_TICKS * 1e6 / DEFAULT_MICROS
    for number, told in enumerate(performance.tracks):
        own = performance.notes[performance.notes["track"] == number]
        start = np.rint(own["onset_s"] * per_second).astype(np.int32)
        length = np.maximum(1, np.rint(own["duration_s"] * per_second)).astype(np.int32)
        track = core.TrackTick(told.name, told.program or 0, told.percussion)
        track.notes = core.NoteTickList.from_numpy(
            start, length, own["pitch"].astype(np.int8), own["velocity"].astype(np.int8)
        )
        if not told.percussion:
            for down, up in np.rint(performance.pedal * per_second).astype(int).tolist():
                track.controls.append(core.ControlChangeTick(down, SUSTAIN_PEDAL, 127))
                track.controls.append(core.ControlChangeTick(up, SUSTAIN_PEDAL, 0))
        midi.tracks.append(track)
    return midi.dumps_midi()
