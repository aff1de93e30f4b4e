"""When a player plays what stands at a place: a tempo curve of the player's own, and uneven beats.

The tempo is the score's, times a curve made of phrase arches (slower towards the end of a phrase: Todd, JASA
91, 1992), a ritardando at phrase ends and the final one (constant braking power, the third power of the
tempo falling in a straight line: Friberg and Sundberg, JASA 105, 1999), longer downbeats, fermatas, a slow
wandering and an irregularity from beat to beat. The curve never runs backwards. Swing and lilt then move
places within the beat.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from transcription.synthesis.reading import Pulse, Reading, place_in
from transcription.synthesis.style import Style

STEPS_PER_BEAT = 4
"""The curve's steps; within one the tempo is constant."""
DRIFT_BEATS = 8.0
ARCH_LEVELS = ((1, 1.0), (2, 0.7), (4, 0.5))
"""Phrases in a group, and the depth of its arch beside that of a phrase."""
ARCH_PEAK = 0.4
"""Where a phrase goes fastest, as a share of its length."""
FINAL_BARS = 2
BRAKING_POWER = 3.0
LARGEST_DEVIATION = 1.2
"""The tempo stays within this of the score's (log), fermatas and the last bars apart."""
LARGEST_LILT = 0.08


@dataclass(frozen=True, slots=True, eq=False)
class TimeLine:
    """From places to seconds: `quarters` and, for each, the `seconds` there and those without `pauses`."""

    quarters: np.ndarray
    seconds: np.ndarray
    pauses: np.ndarray
    straight: np.ndarray
    uneven: np.ndarray

    def onset_s(self, quarters: np.ndarray) -> np.ndarray:
        """When a note at a place starts."""
        placed = np.interp(quarters, self.straight, self.uneven)
        found: np.ndarray = np.interp(placed, self.quarters, self.seconds + self.pauses)
        return found

    def length_s(self, quarters: np.ndarray, lengths: np.ndarray) -> np.ndarray:
        """How long a note lasts that starts at a place: breaths after it do not count."""
        start = np.interp(np.interp(quarters, self.straight, self.uneven), self.quarters, self.seconds)
        end = np.interp(
            np.interp(quarters + lengths, self.straight, self.uneven), self.quarters, self.seconds
        )
        return np.asarray(end - start)


def time_line(reading: Reading, style: Style, rng: np.random.Generator) -> TimeLine:
    """The times of a score's places, as a player of a style takes them."""
    pulse, tempo = reading.pulse, reading.tempo
    ratio = float(np.exp(rng.uniform(*np.log(style.tempo_ratio))))
    steps = pulse.beats[:, np.newaxis] + np.outer(pulse.lengths, np.arange(STEPS_PER_BEAT) / STEPS_PER_BEAT)
    fermatas = _held_notes(reading)
    held = [place for onset, length in fermatas for place in (onset, onset + length)]
    inside = [place for place in (*held, *reading.changes) if 0 < place < pulse.end]
    bounds = np.unique(
        np.concatenate([steps.ravel(), inside, [0.0, max(pulse.end, reading.end) + 1.0]]).round(9)
    )
    middles = (bounds[:-1] + bounds[1:]) / 2
    slowness = np.clip(_slowness(middles, pulse, style, rng), -LARGEST_DEVIATION, LARGEST_DEVIATION)
    slowness += _final(middles, pulse, style, rng)
    for onset, length in fermatas:
        factor = rng.uniform(*style.fermata)
        slowness[(middles > onset) & (middles < onset + length)] += np.log(factor)
    qpm = np.array([tempo.qpm_at(middle) for middle in middles.tolist()]) * ratio
    seconds = np.concatenate([[0.0], np.cumsum(np.diff(bounds) * 60 / qpm * np.exp(slowness))])
    return TimeLine(bounds, seconds, _breaths(bounds, pulse, style, rng), *_uneven(pulse, bounds, style, rng))


def _slowness(places: np.ndarray, pulse: Pulse, style: Style, rng: np.random.Generator) -> np.ndarray:
    """Log of the seconds a quarter takes beside what the score states, without the final ritardando."""
    count = max(2, len(pulse.beats))
    beats = pulse.beats if len(pulse.beats) > 1 else np.array([0.0, 1.0])
    total = np.interp(places, beats, style.drift * _wandering(count, rng))
    total += np.interp(places, beats, style.beat_noise * rng.standard_normal(count))
    if len(pulse.phrases) > 1:
        total += _arches(places, pulse.phrases, style.arch, rng)
        total += _phrase_ends(places, pulse, style.phrase_ritard, rng)
    if style.agogic and len(pulse.beats) > 1:
        index = np.searchsorted(pulse.beats, places, side="right") - 1
        emphasis = style.agogic * rng.uniform(0.3, 1.7, len(pulse.beats)) * pulse.is_downbeat
        total += emphasis[np.clip(index, 0, None)]
    return np.asarray(total)


def _wandering(count: int, rng: np.random.Generator) -> np.ndarray:
    """An autoregressive walk of unit variance, correlated over `DRIFT_BEATS` steps."""
    keep = np.exp(-1 / DRIFT_BEATS)
    noise = rng.standard_normal(count) * np.sqrt(1 - keep**2)
    noise[0] /= np.sqrt(1 - keep**2)
    walk = noise.tolist()
    for index in range(1, count):
        walk[index] += keep * walk[index - 1]
    return np.array(walk)


def _arches(places: np.ndarray, starts: np.ndarray, depth: float, rng: np.random.Generator) -> np.ndarray:
    total = np.zeros(len(places))
    for size, weight in ARCH_LEVELS:
        bounds = np.append(starts[:-1:size], starts[-1])
        index, share = place_in(bounds, places)
        strength = depth * weight * rng.uniform(0.3, 1.7, len(bounds) - 1)
        total += strength[index] * (((share - ARCH_PEAK) / (1 - ARCH_PEAK)) ** 2 - 1 / 3)
    return np.asarray(total)


def _phrase_ends(places: np.ndarray, pulse: Pulse, depth: float, rng: np.random.Generator) -> np.ndarray:
    """Slower over the last two beats of each phrase but the last, more and more."""
    starts = pulse.phrases
    index, _ = place_in(starts, places)
    strength = depth * rng.uniform(0.0, 2.0, len(starts) - 1)
    strength[-1] = 0.0
    near = 1 - (starts[index + 1] - places) / (2 * float(np.median(pulse.lengths)))
    return np.asarray(strength[index] * np.clip(near, 0.0, 1.0))


def _final(places: np.ndarray, pulse: Pulse, style: Style, rng: np.random.Generator) -> np.ndarray:
    """The final ritardando over the last `FINAL_BARS` bars, at most a quarter of the piece."""
    last_tempo = float(np.exp(rng.uniform(*np.log(style.final_tempo))))
    end = pulse.phrases[-1] if len(pulse.phrases) else pulse.end
    downbeats = pulse.beats[pulse.is_downbeat & (pulse.beats < end)]
    begin = max(downbeats[-FINAL_BARS], 0.75 * end) if len(downbeats) >= FINAL_BARS else 0.75 * end
    passed = np.clip((places - begin) / max(end - begin, 1e-9), 0.0, 1.0)
    tempo = (1 + (last_tempo**BRAKING_POWER - 1) * passed) ** (1 / BRAKING_POWER)
    return np.asarray(-np.log(tempo))


def _breaths(bounds: np.ndarray, pulse: Pulse, style: Style, rng: np.random.Generator) -> np.ndarray:
    """Seconds of all pauses up to each place."""
    inner = pulse.phrases[1:-1]
    lengths = style.breath_s * rng.uniform(0.0, 1.0, len(inner)) ** 2
    passed = np.searchsorted(inner, bounds + 1e-9, side="right")
    return np.asarray(np.concatenate([[0.0], np.cumsum(lengths)])[passed])


def _uneven(
    pulse: Pulse, bounds: np.ndarray, style: Style, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Places as written and as played: swing in plain beats of a quarter or more, lilt in dotted ones."""
    swing = rng.uniform(*style.swing)
    thirds = np.clip(style.lilt * rng.standard_normal(2), -LARGEST_LILT, LARGEST_LILT)
    straight, uneven = [bounds[[0, -1]]], [bounds[[0, -1]]]
    dotted = pulse.is_dotted
    for third, moved in zip((1 / 3, 2 / 3), thirds, strict=True):
        straight.append((pulse.beats + pulse.lengths * third)[dotted])
        uneven.append((pulse.beats + pulse.lengths * (third + moved))[dotted])
    for quarter in (0.0, 1.0):
        fits = ~dotted & (pulse.lengths >= quarter + 1)
        straight.append((pulse.beats + quarter + 0.5)[fits])
        uneven.append((pulse.beats + quarter + swing)[fits])
        straight.append((pulse.beats + quarter)[fits])
        uneven.append((pulse.beats + quarter)[fits])
    straight.append(pulse.beats)
    uneven.append(pulse.beats)
    written, first = np.unique(np.concatenate(straight).round(9), return_index=True)
    return written, np.concatenate(uneven)[first]


def _held_notes(reading: Reading) -> list[tuple[float, float]]:
    """(place, length) of the notes under a fermata, one for each place, in order."""
    held: dict[float, float] = {}
    for index, sign in reading.signs.items():
        if sign.decorations & {"fermata", "invertedfermata"}:
            row = reading.rows[index]
            onset, length = float(row["onset_quarter"]), float(row["duration_quarter"])
            held[onset] = min(length, held.get(onset, length))
    return sorted(held.items())
