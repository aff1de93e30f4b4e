"""A performance made audible, with the General MIDI sound font that comes with pretty_midi.

    >>> samples = render(performance, noise_db=-50)  # doctest: +SKIP
    >>> write_audio("take.wav", samples)  # doctest: +SKIP

Samples are float32 of the shape (n, 2), left and right, the loudest at `PEAK`. The same performance and
options give the same samples. `render` holds the whole recording, 21 MB for a minute; `blocks` passes it on
piece by piece as it is made, in memory that does not grow with its length.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from transcription.performance import Performance
from transcription.synthesis.soundfont import DRUM_BANK, Region, default_font, load_font

SAMPLE_RATE = 44_100
PEAK = 0.89
"""1 dB below full scale."""
BLOCK_S = 10.0
AUDIBLE_DB = 70.0
"""A release is followed as far down as this."""
LONGEST_RELEASE_S = 3.0
LONGEST_S = 60.0
"""No note sounds longer."""
LONGEST_KEPT = 1 << 18
"""Samples of a held key that are kept for the next time it is struck."""
END_S = 0.5
"""Silence after the last sound."""
HIGHEST_CUTOFF = 0.4
"""Share of the sample rate above which a filter lets everything through."""
RINGING = 4096
"""Samples in which a filter dies away."""
DARK_HZ = 2500.0
"""What is left of a room's sound at its end lies below this."""
_FADE_S = 0.004


@dataclass(frozen=True, slots=True)
class Reverb:
    """A room: exponentially decaying noise, drawn from `seed`.

    Attributes:
        decay_s: until the sound has fallen by 60 dB.
        wet: energy of the reverberation beside that of the direct sound.
        seed: of the room.
    """

    decay_s: float = 1.2
    wet: float = 0.15
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0.05 <= self.decay_s <= 10 or not 0 <= self.wet <= 4:
            raise ValueError(f"decay_s must lie between .05 and 10 and wet between 0 and 4, got {self}")

    def response(self, sample_rate: int) -> np.ndarray:
        """The impulse response without the direct sound: (n, 2), after 15 ms; high tones decay faster."""
        rng = np.random.default_rng(self.seed)
        count = int(self.decay_s * sample_rate)
        time = np.arange(count)[:, np.newaxis] / sample_rate
        noise = rng.standard_normal((count, 2)) * 10 ** (-3 * time / self.decay_s)
        dark = np.stack([_low_passed(side, DARK_HZ, 0.0, sample_rate) for side in noise.T], axis=1)
        share = np.exp(-time / (self.decay_s / 4))
        mixed = share * noise + (1 - share) * dark
        mixed *= np.sqrt(self.wet / (mixed**2).sum(axis=0))
        return np.concatenate([np.zeros((int(0.015 * sample_rate), 2)), mixed]).astype(np.float32)


def render(
    performance: Performance,
    *,
    sample_rate: int = SAMPLE_RATE,
    noise_db: float | None = None,
    reverb: Reverb | None = None,
    programs: Sequence[int | None] | None = None,
    seed: int = 0,
) -> np.ndarray:
    """The samples of a performance: (n, 2) float32.

    Args:
        performance: what is played; silence of half a second where there is nothing.
        sample_rate: a second.
        noise_db: level of white noise (root mean square) beside full scale, such as -50; none by default.
        reverb: the room; none by default.
        programs: General MIDI programs for the tracks, instead of their own; None leaves one as it is. A
            track that has none is a piano.
        seed: of the noise.

    Raises:
        ValueError: `programs` does not have one for each track.
        SymbolicError: the sound font is missing.
    """
    made = list(blocks(performance, sample_rate=sample_rate, reverb=reverb, programs=programs))
    samples = np.concatenate(made)
    made.clear()
    samples *= level(float(np.abs(samples).max()))
    if noise_db is not None:
        samples += noise(len(samples), noise_db, np.random.default_rng(seed))
        np.clip(samples, -1.0, 1.0, out=samples)
    return samples


def level(peak: float) -> float:
    """The factor that brings a peak to `PEAK`; 1 for silence."""
    return PEAK / peak if peak > 0 else 1.0


def noise(count: int, noise_db: float, rng: np.random.Generator) -> np.ndarray:
    """White noise of a level beside full scale: (count, 2)."""
    return rng.standard_normal((count, 2), dtype=np.float32) * np.float32(10 ** (noise_db / 20))


def blocks(
    performance: Performance,
    *,
    sample_rate: int = SAMPLE_RATE,
    reverb: Reverb | None = None,
    programs: Sequence[int | None] | None = None,
) -> Iterator[np.ndarray]:
    """The samples one block after the other, as loud as they come out; arguments as for `render`."""
    dry = _dry(performance, sample_rate, _instruments(performance, programs))
    return dry if reverb is None else _reverberated(dry, reverb.response(sample_rate))


def _instruments(performance: Performance, programs: Sequence[int | None] | None) -> list[tuple[int, int]]:
    """(bank, program) for each track."""
    tracks = performance.tracks
    chosen = [None] * len(tracks) if programs is None else list(programs)
    if len(chosen) != len(tracks):
        raise ValueError(f"programs must have one for each of {len(tracks)} tracks, got {len(chosen)}")
    return [
        (DRUM_BANK, 0) if track.percussion else (0, (track.program or 0) if program is None else program)
        for track, program in zip(tracks, chosen, strict=True)
    ]


def _dry(
    performance: Performance, sample_rate: int, instruments: list[tuple[int, int]]
) -> Iterator[np.ndarray]:
    """Blocks of the sound without a room: what reaches beyond a block is carried into the next."""
    font = load_font(default_font())
    notes = performance.notes
    lengths = np.minimum(performance.sounding_s, LONGEST_S)
    size = int(BLOCK_S * sample_rate)
    buffer = np.zeros((size, 2), np.float32)
    first = used = 0  # sample at which the buffer begins, and how much of it sounds
    for note, length in zip(notes, lengths.tolist(), strict=True):
        start = round(float(note["onset_s"]) * sample_rate)
        while start >= first + size:
            yield buffer[:size].copy()
            buffer = np.concatenate([buffer[size:], np.zeros((size, 2), np.float32)])
            first, used = first + size, max(0, used - size)
        key, velocity = int(note["pitch"]), int(note["velocity"])
        bank, program = instruments[note["track"]]
        for region in font.regions(bank, program, key, velocity):
            wave = _sound(region, key, velocity, length, sample_rate)
            at = start - first
            used = max(used, at + len(wave))
            if used > len(buffer):
                more = np.zeros((used - len(buffer) + size, 2), np.float32)
                buffer = np.concatenate([buffer, more])
            angle = (region.pan + 1) * np.pi / 4
            buffer[at : at + len(wave), 0] += wave * np.float32(np.cos(angle))
            buffer[at : at + len(wave), 1] += wave * np.float32(np.sin(angle))
    silence = np.zeros((int(END_S * sample_rate), 2), np.float32)
    yield np.concatenate([buffer[:used], silence])


def _sound(region: Region, key: int, velocity: int, length_s: float, sample_rate: int) -> np.ndarray:
    """One note of one sample, released after `length_s`."""
    release_s = min(region.release * AUDIBLE_DB / 100, LONGEST_RELEASE_S) + _FADE_S
    held, falling = round(length_s * sample_rate), round(release_s * sample_rate)
    needed = held + falling
    size = 1 << max(12, needed.bit_length())
    held_down = _held if size <= LONGEST_KEPT else _held.__wrapped__
    wave = held_down(region, key, size, sample_rate)[:needed]
    # velocity: 40 dB for each factor of ten, the default modulator of section 8.4.1
    wave = wave * np.float32(region.gain * (velocity / 127) ** 2)
    if len(wave) > held:
        time = np.arange(len(wave) - held, dtype=np.float32) / sample_rate
        fall = np.exp(np.float32(-5 * np.log(10) / max(region.release, _FADE_S)) * time)
        fade = np.clip(
            (needed - held - np.arange(len(time), dtype=np.float32)) / (_FADE_S * sample_rate), 0, 1
        )
        wave[held:] *= fall * fade
    return wave


@lru_cache(maxsize=256)
def _held(region: Region, key: int, size: int, sample_rate: int) -> np.ndarray:
    """A key held down: sample, loop, filter, attack, decay; at most `size` samples."""
    wave = _filtered(_resampled(region, region.ratio(key, sample_rate), size), region, sample_rate)
    time = np.arange(len(wave), dtype=np.float32) / sample_rate
    fallen_db = np.zeros(len(wave), np.float32)
    if region.decay:
        fallen_db = np.clip((time - region.attack - region.hold) * (100 / region.decay), 0, region.sustain_db)
    wave *= np.exp(fallen_db * np.float32(-np.log(10) / 20))
    if region.attack:
        wave *= np.clip(time / region.attack, 0, 1)
    return wave


def _resampled(region: Region, ratio: float, size: int) -> np.ndarray:
    """The sample read at another speed, its loop gone through as often as needed; linear interpolation."""
    sample = region.sample
    if region.loop is None:
        size = min(size, int((len(sample) - 2) / ratio))
    places = np.arange(size) * ratio
    if region.loop is not None:
        start, end = region.loop
        sample = np.append(sample[:end], sample[start])
        beyond = places >= end
        places[beyond] = start + (places[beyond] - start) % (end - start)
    index = places.astype(np.int64)
    share = (places - index).astype(np.float32)
    return np.asarray(sample[index] * (1 - share) + sample[index + 1] * share)


def _filtered(wave: np.ndarray, region: Region, sample_rate: int) -> np.ndarray:
    """Through the filter of the region: what it lets through at first fades into what it does at rest."""
    first, rest = (_low_passed(wave, cutoff, region.resonance_db, sample_rate) for cutoff in region.cutoff_hz)
    if region.cutoff_hz[0] == region.cutoff_hz[1]:
        return rest
    time = np.arange(len(wave), dtype=np.float32) / sample_rate
    share = np.clip(1 - time / max(region.filter_decay, _FADE_S), 0, 1)
    return np.asarray(share * first + (1 - share) * rest)


def _low_passed(wave: np.ndarray, cutoff_hz: float, resonance_db: float, sample_rate: int) -> np.ndarray:
    """Through two poles (Bristow-Johnson's cookbook), by their response to each frequency."""
    if cutoff_hz > HIGHEST_CUTOFF * sample_rate:
        return wave.copy()
    turn = 2 * np.pi * cutoff_hz / sample_rate
    quality = 10 ** ((resonance_db - 3.01) / 20)
    alpha = np.sin(turn) / (2 * quality)
    size = len(wave) + RINGING
    delay = np.exp(-2j * np.pi * np.fft.rfftfreq(size))
    top = (1 - np.cos(turn)) / 2 * (1 + delay) ** 2
    bottom = (1 + alpha) - 2 * np.cos(turn) * delay + (1 - alpha) * delay**2
    shaped = np.fft.irfft(np.fft.rfft(wave, size) * (top / bottom), size)
    return np.asarray(shaped[: len(wave)], np.float32)


def _reverberated(dry: Iterator[np.ndarray], response: np.ndarray) -> Iterator[np.ndarray]:
    """The direct sound and its reverberation, block by block (overlap and add)."""
    tail = np.zeros((len(response), 2), np.float32)
    for block in dry:
        size = 1 << (len(block) + len(response)).bit_length()
        spectrum = np.fft.rfft(block, size, axis=0) * np.fft.rfft(response, size, axis=0)
        wet = np.fft.irfft(spectrum, size, axis=0)[: len(block) + len(response)].astype(np.float32)
        wet[: len(block)] += block
        wet[: len(tail)] += tail
        yield wet[: len(block)]
        tail = wet[len(block) :]
    yield tail
