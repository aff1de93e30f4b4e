"""How far a recording is from concert pitch, in cents, before its notes are known.

The peaks of short-time spectra are placed between bins by a parabola through their logarithms; how far each
lies from the nearest tone of the scale at 440 Hz is an angle, and the direction of the sum of all peaks, each
as strong as its amplitude, is the tuning (Dressler and Streich, "Tuning frequency estimation using circular
statistics", ISMIR 2007). The length of the sum tells how well they agree: near 0 for noise and speech.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from transcription.audio import Audio

RATE = 11_025
WINDOW, HOP = 4096, 2048
LOWEST_HZ, HIGHEST_HZ = 100.0, 2500.0
LONGEST_S = 60
"""So much of the beginning is listened to."""
PEAKS = 8
"""The strongest peaks of a spectrum that count."""
LEAST_AGREEMENT = 0.3
CONCERT_HZ = 440.0


def tuning_cents(audio: Audio) -> float:
    """By how many cents a recording is sharp, −50 … 50; 0 where its tones do not agree on a tuning."""
    total = 0j
    weight = 0.0
    for hertz, amplitude in _peaks(audio):
        angles = 2j * np.pi * 12 * np.log2(hertz / CONCERT_HZ)
        total += complex((amplitude * np.exp(angles)).sum())
        weight += float(amplitude.sum())
    if weight == 0 or abs(total) < LEAST_AGREEMENT * weight:
        return 0.0
    return float(np.angle(total) / (2 * np.pi) * 100)


def _peaks(audio: Audio) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Frequencies and amplitudes of the strongest peaks of each block."""
    seconds, rest = 0.0, np.zeros(0, np.float32)
    for block in audio.blocks(RATE):
        samples = np.concatenate([rest, block])
        count = (len(samples) - WINDOW) // HOP + 1
        if count > 0:
            frames = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)[: count * HOP : HOP]
            yield _strongest(np.abs(np.fft.rfft(frames * np.hanning(WINDOW).astype(np.float32), axis=1)))
            samples = samples[count * HOP :]
        rest = samples
        seconds += len(block) / RATE
        if seconds >= LONGEST_S:
            return


def _strongest(spectra: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    first, stop = int(LOWEST_HZ * WINDOW / RATE), int(HIGHEST_HZ * WINDOW / RATE)
    middle = spectra[:, first:stop]
    is_peak = (middle > spectra[:, first - 1 : stop - 1]) & (middle >= spectra[:, first + 1 : stop + 1])
    sizes = np.where(is_peak, middle, 0)
    bins = np.argpartition(-sizes, PEAKS, axis=1)[:, :PEAKS]
    amplitudes = np.take_along_axis(sizes, bins, axis=1)
    rows, columns = np.nonzero(amplitudes > 0)
    places = bins[rows, columns] + first
    left, here, right = (np.log(spectra[rows, places + step] + 1e-12) for step in (-1, 0, 1))
    shift = 0.5 * (left - right) / np.minimum(left - 2 * here + right, -1e-9)
    return (places + shift) * RATE / WINDOW, amplitudes[rows, columns]
