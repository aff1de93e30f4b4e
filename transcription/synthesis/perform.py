"""A score as somebody plays it: notes in seconds, each beside its place in the score.

    >>> from transcription.synthesis import STYLES, perform
    >>> played = perform(score, STYLES["rubato"], seed=1)  # doctest: +SKIP

The same score, style and seed give the same performance. Repeats are played out; pitches are as they sound.
Where the score states no tempo, the one that suits its metre and notes is taken. Lengths are those of keys
and fingers: what the pedal adds is in `Performance.pedal`.
"""

from __future__ import annotations

import numpy as np

from symbolic.score import Score
from transcription.performance import NOTE_DTYPE, Performance
from transcription.reference import AlignedPerformance
from transcription.synthesis.ornaments import neighbour, ornamented, scale_at
from transcription.synthesis.reading import Pulse, Reading, Signs, place_in
from transcription.synthesis.style import STEADY, Style
from transcription.synthesis.timing import TimeLine, time_line

SHORTEST_S = 0.02
LARGEST_ONSET_SHIFT, LARGEST_NOTE_SHIFT = 0.25, 0.2
"""Shares of the time to the next onset by which chance may move an onset, and a note of it beside the others;
together less than a half, so that no onset overtakes the next.
"""
STACCATO, PORTATO = 0.45, 0.8
"""What a dot leaves of a note, and a dot with a line."""
RESTRIKE_S = 0.03
"""Notes of one pitch closer than this are struck together."""
ROLL_S = (0.02, 0.06)
"""From one note of a rolled chord to the next."""
PEDAL_UP_S, PEDAL_DOWN_S = (0.0, 0.06), (0.08, 0.18)
"""How long after the beat the pedal goes up, and down again (legato pedalling)."""
SHORTEST_PEDAL_S = 0.1
LONG_NOTE = 0.5
"""In quarter notes: as long as this, a note may get a grace note of the player's own."""


def perform(
    score: Score, style: Style = STEADY, seed: int = 0, *, work: str = "", qpm: float | None = None
) -> AlignedPerformance:
    """Plays a score.

    Args:
        score: with one voice at least.
        style: how; see `transcription.synthesis.style`.
        seed: decides everything that the style leaves to chance.
        work: what the result is known by; the title, or the reference number, by default.
        qpm: quarter notes a minute where the score states no tempo.

    Returns:
        One track for each voice of the score. Notes that the score does not place (graces, ornaments) have
        the place NaN.

    Raises:
        SymbolicError: the score has no voice.
        UnsupportedFeatureError: a pitch outside MIDI's 0 … 127, or a score that lasts for days.
    """
    return play(Reading.of(score, qpm=qpm), style, seed, work=work)


def play(reading: Reading, style: Style = STEADY, seed: int = 0, *, work: str = "") -> AlignedPerformance:
    """Plays a score that was read before, as `perform` does: for many performances of one score."""
    rng = np.random.default_rng(seed)
    rows = reading.rows
    line = time_line(reading, style, rng)
    notes = np.zeros(len(rows), NOTE_DTYPE)
    notes["onset_s"] = _onsets(reading, line, style, rng)
    notes["duration_s"] = _durations(reading, notes["onset_s"], line, style, rng)
    notes["pitch"], notes["track"] = rows["pitch"], rows["voice"] - 1
    notes["velocity"] = _velocities(reading, style, rng)
    figures = _figures(reading, style, rng)
    notes, places = ornamented(notes, rows["onset_quarter"], figures, reading.reference, style, rng)
    start = rng.uniform(*style.lead_in_s) + max(0.0, -float(notes["onset_s"].min(initial=0.0)))
    notes["onset_s"] += start
    performance = Performance(notes, reading.tracks, _pedal(reading.pulse, line, style, rng) + start)
    name = work or reading.name
    return AlignedPerformance(f"{name}:{style.name}:{seed}", name, performance, reading.reference, places)


def _onsets(reading: Reading, line: TimeLine, style: Style, rng: np.random.Generator) -> np.ndarray:
    """Seconds at which each note is struck."""
    rows = reading.rows
    places, chord = np.unique(rows["onset_quarter"], return_inverse=True)
    if not len(places):
        return np.zeros(0)
    times = line.onset_s(places)
    gaps = np.diff(times, prepend=times[0] - 1, append=times[-1] + 1)
    room = np.minimum(gaps[:-1], gaps[1:])
    limit = LARGEST_ONSET_SHIFT * room
    deviation = np.hypot(style.jitter_ms / 1000, style.unevenness * room)
    times = times + np.clip(deviation * rng.standard_normal(len(places)), -limit, limit)
    size = np.bincount(chord)
    rank = np.arange(len(rows)) - np.searchsorted(chord, chord)  # rows go by place, then pitch
    shift = style.spread_ms / 1000 * rng.standard_normal(len(rows)) * (size[chord] > 1)
    is_top = (rank == size[chord] - 1) & (rank > 0)
    shift -= is_top * style.melody_lead_ms / 1000 * rng.uniform(0.0, 2.0, len(rows))
    rolled = (rng.random(len(places)) < style.arpeggio) & (size > 2)
    marked = [chord[index] for index, sign in reading.signs.items() if "arpeggio" in sign.decorations]
    if style.ornaments:
        rolled[marked] = True
    steps = rng.uniform(*ROLL_S, len(places))
    shift = np.where(rolled[chord], rank * steps[chord], shift)
    limit = LARGEST_NOTE_SHIFT * room[chord]
    return np.asarray(times[chord] + np.clip(shift, -limit, limit))


def _durations(
    reading: Reading, onsets: np.ndarray, line: TimeLine, style: Style, rng: np.random.Generator
) -> np.ndarray:
    """Seconds for which each key is held; a voice lets go before it strikes the same pitch again."""
    rows, pulse = reading.rows, reading.pulse
    if not len(rows):
        return np.zeros(0)
    phrase, _ = place_in(pulse.phrases, rows["onset_quarter"])
    whole = rng.uniform(*style.gate, int(rows["voice"].max()))
    passage = rng.uniform(*style.gate, (len(whole), len(pulse.phrases)))
    voice = rows["voice"] - 1
    gate = (whole[voice] + passage[voice, phrase]) / 2
    for index, sign in reading.signs.items():
        if "staccato" in sign.decorations:
            gate[index] *= PORTATO if "tenuto" in sign.decorations else STACCATO
    gate *= np.exp(style.gate_noise * rng.standard_normal(len(rows)))
    durations = np.maximum(gate * line.length_s(rows["onset_quarter"], rows["duration_quarter"]), SHORTEST_S)
    order = np.lexsort((onsets, rows["pitch"], voice))
    gap = np.diff(onsets[order])
    again = (np.diff(rows["pitch"][order]) == 0) & (np.diff(voice[order]) == 0) & (gap > RESTRIKE_S)
    before = order[:-1][again]
    durations[before] = np.minimum(durations[before], gap[again])
    return np.asarray(durations)


def _velocities(reading: Reading, style: Style, rng: np.random.Generator) -> np.ndarray:
    """MIDI velocities: metre, phrase and the upper voice brought out."""
    rows, pulse = reading.rows, reading.pulse
    if not len(rows):
        return np.zeros(0)
    places = rows["onset_quarter"]
    beat = np.clip(np.searchsorted(pulse.beats, places, side="right") - 1, 0, None)
    on_beat = np.isclose(pulse.beats[beat], places)
    _, share = place_in(pulse.phrases, places)
    is_top = np.append(np.diff(places) > 0, True) & ((rows["voice"] == 1) | (rows["voice"].max() == 1))
    several = np.any(np.diff(places) == 0)
    velocity = rng.uniform(*style.velocity) + style.velocity_noise * rng.standard_normal(len(rows))
    velocity += style.accent * on_beat * np.where(pulse.is_downbeat[beat], 1.0, 0.5)
    velocity += style.swell * (1 - (2 * share - 1) ** 2)
    velocity += style.melody_velocity * (is_top & several)
    return np.asarray(np.clip(np.rint(velocity), 1, 127))


def _figures(reading: Reading, style: Style, rng: np.random.Generator) -> dict[int, Signs]:
    """The signs that are played, with the graces of the player's own, by index of the note."""
    rows = reading.rows
    chosen = {index: sign for index, sign in reading.signs.items() if rng.random() < style.ornaments}
    wanted = (rng.random(len(rows)) < style.added_graces) & (rows["duration_quarter"] >= LONG_NOTE)
    for index in np.flatnonzero(wanted).tolist():
        if index not in reading.signs and not reading.tracks[rows["voice"][index] - 1].percussion:
            scale = scale_at(reading.reference, float(rows["onset_quarter"][index]))
            chosen[index] = Signs((neighbour(int(rows["pitch"][index]), 1, scale),))
    return chosen


def _pedal(pulse: Pulse, line: TimeLine, style: Style, rng: np.random.Generator) -> np.ndarray:
    """(n, 2) seconds: down and up, changed with each bar or half bar, in the phrases that are pedalled."""
    bars = pulse.beats[pulse.is_downbeat]
    if not style.pedal or len(pulse.phrases) < 2 or not len(bars):
        return np.zeros((0, 2))
    if rng.random() < 0.5:
        bars = np.sort(np.concatenate([bars, (bars[1:] + bars[:-1]) / 2]))
    phrase, _ = place_in(pulse.phrases, bars)
    pressed = (rng.random(len(pulse.phrases)) < style.pedal)[phrase]
    times = line.onset_s(np.append(bars, pulse.end))
    down = times[:-1] + rng.uniform(*PEDAL_DOWN_S, len(bars))
    up = times[1:] + rng.uniform(*PEDAL_UP_S, len(bars))
    pressed &= up - down > SHORTEST_PEDAL_S
    return np.asarray(np.stack([down, up], axis=1)[pressed])
