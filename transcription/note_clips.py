"""Recordings whose notes are known, to fit `transcription.notes` on.

Tunes and chorales of the training splits are played in several styles and keys, alone, with chords, or in
parts, on all kinds of General MIDI instruments; rendered with `transcription.synthesis`, in rooms, with
noise, in narrow bands and other tunings; heard by basic-pitch's model. For every ten of them there is a
recording without notes: noise, drums, something like speech. Each is kept in a file and made once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from random import Random

import numpy as np

from symbolic.score import Score
from symbolic.transform import transpose
from symbolic.tunes import manifest, read_tunes
from transcription.activations import Activations, joined
from transcription.audio import Audio
from transcription.backends.basic_pitch import activations
from transcription.performance import Performance, Track, note_rows
from transcription.synthesis import FOLK, PEDALLED, RUBATO, STEADY, Reverb, accompany, perform, render
from transcription.synthesis.accompany import PATTERNS

CLIP_S = 25.0
STRUCK = (0, 0, 0, 1, 2, 4, 6, 8, 11, 12, 15, 24, 24, 25, 26, 27, 32, 33, 45, 46, 104, 105)
"""Pianos most of all, mallets, guitars, basses, plucked strings."""
SUSTAINED = (16, 19, 20, 21, 21, 22, 23, 40, 40, 41, 42, 43, 44, 48, 49, 52, 53, 56, 56, 57, 60, 64, 65, 66,
             68, 69, 70, 71, 71, 72, 73, 73, 74, 74, 75, 79, 109, 110, 111)  # fmt: skip
"""Organs, accordions, strings, voices, brass, reeds, flutes, pipes, fiddle."""
RANGE = (40, 92)
"""Melodies lie between these MIDI numbers on the whole."""
RATE = 22_050
WITHOUT_NOTES = 10
"""For so many clips of music there is one without notes."""

Clip = dict[str, np.ndarray]
"""``frames``, ``onsets``, ``level_db`` as in `transcription.activations.Activations`, and the true ``notes``
of the dtype `transcription.performance.NOTE_DTYPE`."""


def clips(count: int, seed: int, folder: Path) -> Iterator[Clip]:
    """Clips of music, and after them those without notes.

    Args:
        count: how many of music.
        seed: decides everything.
        folder: keeps them; what it has already is not made again.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for number, performance in enumerate(islice(pieces(Random(seed)), count)):
        make = partial(_of_music, performance, Random(f"{seed}/{number}"))
        yield _kept(folder / f"{seed}-{number:05}.npz", make)
    for number in range(count // WITHOUT_NOTES):
        make = partial(_without_notes, Random(f"{seed}/without/{number}"))
        yield _kept(folder / f"{seed}-without-{number:05}.npz", make)


def _of_music(performance: Performance, rng: Random) -> Clip:
    return heard(recording(performance, rng), performance.notes, rng)


def _without_notes(rng: Random) -> Clip:
    return heard(without_notes(rng), note_rows([]), rng)


def _kept(file: Path, make: Callable[[], Clip]) -> Clip:
    if not file.is_file():
        store(file, make())
    with np.load(file) as stored:
        return dict(stored)


def store(file: Path, arrays: dict[str, np.ndarray]) -> None:
    """Writes arrays that `numpy.load` reads."""
    with file.open("wb") as out:
        np.savez(out, allow_pickle=False, **arrays)


def tunes(rng: Random) -> Iterator[Score]:
    """Tunes of the training split, in random order."""
    entries = [entry for entry in manifest() if entry.split == "train"]
    rng.shuffle(entries)
    for start in range(0, len(entries), 50):
        scores = [score for _, score in read_tunes(entries[start : start + 50], Counter())]
        rng.shuffle(scores)
        yield from scores


def chorales(rng: Random) -> Iterator[Score]:
    """Four-part chorales of music21 that are not among the held-out works."""
    from symbolic.io import read
    from symbolic.resources import music21_corpus
    from symbolic.works import works

    held_out = {Path(work.score).stem for work in works()}
    files = sorted((music21_corpus() / "bach").glob("bwv*.mxl"))
    files = [file for file in files if file.stem not in held_out]
    rng.shuffle(files)
    for file in files:
        yield read(file)


def pieces(rng: Random) -> Iterator[Performance]:
    """Performances without end: 4 melodies to 5 with chords to 3 in parts."""
    melodies, parts = tunes(rng), chorales(rng)
    for kind in iter(lambda: rng.choices("mcp", (4, 5, 3))[0], None):
        if kind == "p":
            yield _in_parts(next(parts), rng)
            continue
        score = _in_range(next(melodies), rng)
        style = rng.choice((STEADY, STEADY, FOLK, RUBATO, PEDALLED))
        if kind == "c":
            score = accompany(score, rng.choice(PATTERNS))
        performance = perform(score, style, rng.randrange(1 << 30), qpm=rng.uniform(75, 160)).performance
        yield _with_programs(performance, rng, alone=kind == "m")


def _in_range(score: Score, rng: Random) -> Score:
    """In a random key and octave."""
    middle = float(np.median(score.note_array()["pitch"])) if score.voices else 60.0
    return transpose(score, round(rng.triangular(*RANGE, 69) - middle))


def _in_parts(score: Score, rng: Random) -> Performance:
    """On one instrument, mostly a piano, or on four."""
    style = rng.choice((STEADY, RUBATO, PEDALLED, PEDALLED))
    performance = perform(score, style, rng.randrange(1 << 30), qpm=rng.uniform(65, 130)).performance
    program = 0 if rng.random() < 0.6 else rng.choice(STRUCK + SUSTAINED)
    return _on(performance, [program] * len(performance.tracks))


def _with_programs(performance: Performance, rng: Random, *, alone: bool) -> Performance:
    melody = rng.choice(rng.choice((STRUCK, SUSTAINED)))
    chords = rng.choice(rng.choice((STRUCK, STRUCK, SUSTAINED)))
    same = not alone and rng.random() < 0.35
    return _on(performance, [melody, melody if same else chords][: len(performance.tracks)])


def _on(performance: Performance, programs: list[int]) -> Performance:
    pairs = zip(performance.tracks, programs, strict=True)
    tracks = tuple(replace(track, program=program) for track, program in pairs)
    notes = performance.notes[performance.notes["onset_s"] < CLIP_S]
    return Performance(notes, tracks, performance.pedal)


def recording(performance: Performance, rng: Random) -> np.ndarray:
    """Mono samples at `RATE`: one in three plain, the others in a room, with noise, in a narrow band."""
    seed = rng.randrange(1 << 30)
    reverb = Reverb(rng.uniform(0.4, 2.5), rng.uniform(0.05, 0.6), seed) if rng.random() < 0.5 else None
    noise_db = rng.uniform(-65, -30) if rng.random() < 0.5 else None
    samples = render(performance, sample_rate=RATE, noise_db=noise_db, reverb=reverb, seed=seed).mean(axis=1)
    if rng.random() < 0.3:
        from scipy.signal import butter, sosfilt

        band = (rng.uniform(40, 200), rng.uniform(3000, 9000))
        samples = sosfilt(butter(2, band, "bandpass", fs=RATE, output="sos"), samples)
    return np.asarray(samples * 10 ** rng.uniform(-1, 0), dtype=np.float32)


def without_notes(rng: Random) -> np.ndarray:
    """Mono samples at `RATE` in which a listener hears no pitched notes."""
    kind = rng.choice(("noise", "drums", "speech"))
    chance = np.random.default_rng(rng.randrange(1 << 30))
    if kind == "drums":
        return recording(_drums(chance), rng)
    samples = _coloured(chance, rng.uniform(0, 0.98)) if kind == "noise" else _babble(chance)
    return np.asarray(samples * 10 ** rng.uniform(-3 if kind == "noise" else -1, -0.3), dtype=np.float32)


def _coloured(chance: np.random.Generator, memory: float) -> np.ndarray:
    """Noise with a peak of 1, the darker the longer its memory; it swells and fades."""
    from scipy.signal import lfilter

    count = int(CLIP_S * RATE)
    noise = lfilter([1], [1, -memory], chance.standard_normal(count))
    swell = np.interp(np.arange(count), np.linspace(0, count, 20), 10 ** chance.uniform(-0.7, 0, 20))
    shaped = np.asarray(noise * swell)
    return np.asarray(shaped / np.abs(shaped).max())


def _drums(chance: np.random.Generator) -> Performance:
    """A pattern on a drum kit."""
    step = chance.uniform(0.1, 0.25)
    keys, rates = (36, 38, 42, 46, 49, 45), chance.uniform(0, 0.7, 6)
    rows = [
        (number * step + abs(chance.normal(0, 0.004)), 0.1, key, int(chance.integers(60, 120)), 0)
        for number in range(int(CLIP_S / step))
        for key, rate in zip(keys, rates, strict=True)
        if chance.random() < rate
    ]
    return Performance(note_rows(rows), (Track("drums", None, percussion=True),))


def _babble(chance: np.random.Generator) -> np.ndarray:
    """A gliding buzz through two or three resonances that change with each syllable, hisses in between."""
    from scipy.signal import butter, sosfilt

    parts: list[np.ndarray] = []
    pitch = chance.uniform(90, 220)
    while sum(len(part) for part in parts) < CLIP_S * RATE:
        count = int(chance.uniform(0.08, 0.3) * RATE)
        time = np.arange(count) / RATE
        glide = pitch * 2 ** (chance.normal(0, 0.15) + chance.normal(0, 0.8) * time)
        voiced = (
            2 * (np.cumsum(glide) / RATE % 1) - 1 if chance.random() < 0.75 else chance.standard_normal(count)
        )
        formants = (chance.uniform(250, 850), chance.uniform(900, 2300), chance.uniform(2400, 3500))
        bands = [
            butter(1, (0.9 * hertz, 1.1 * hertz), "bandpass", fs=RATE, output="sos") for hertz in formants
        ]
        parts.append(np.sum([sosfilt(band, voiced) for band in bands], axis=0) * np.hanning(count))
        parts.append(np.zeros(int(chance.choice((0, 0, 0.05, 0.3)) * RATE)))
    samples = np.concatenate(parts)
    return np.asarray(samples / np.abs(samples).max())


def heard(samples: np.ndarray, notes: np.ndarray, rng: Random) -> Clip:
    """What the model hears, two recordings in five up to 20 cents out of tune."""
    stretch = 2 ** (rng.uniform(-20, 20) / 1200) if rng.random() < 0.4 else 1.0
    if stretch != 1:
        places = np.arange(0, len(samples) - 1, 1 / stretch)
        samples = np.interp(places, np.arange(len(samples)), samples).astype(np.float32)
    found: Activations = joined(list(activations(Audio.from_samples(samples, RATE))))
    notes = notes.copy()
    notes["onset_s"] *= stretch
    return {
        "frames": found.frames.astype("f2"),
        "onsets": found.onsets.astype("f2"),
        "level_db": found.level_db.astype("f2"),
        "notes": notes,
    }
