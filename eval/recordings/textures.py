"""The benchmark's four textures, 30 seconds from the start of a piece each, cut at a bar line.

    melody           tunes of the benchmark's test part, on five instruments
    melody + chords  other such tunes, with an accompaniment
    piano            held-out works in several voices (`symbolic.works`), on one piano, in time
    performance      such works and accompanied tunes on the piano, with rubato and pedal

All are played by `transcription.synthesis`; the truth of a tune's key is the benchmark's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import zip_longest
from random import Random

import numpy as np

from eval.items import hash_of
from eval.recordings.base import MIN_NOTES, Recording, RecordingSet, opening
from symbolic.key import Key
from symbolic.score import Score
from symbolic.tunes import manifest, read_tunes
from symbolic.works import read_works
from transcription.performance import Performance, Track
from transcription.synthesis import STEADY, STYLES, accompany, perform
from transcription.synthesis.accompany import PATTERNS

PER_TEXTURE = 40
MELODY_PROGRAMS = (0, 24, 40, 71, 73)
"""General MIDI: piano, guitar, violin, clarinet, flute."""
CHORD_PROGRAMS = (0, 24)
PIANO = 0
COMPOSERS = ("Bach", "Haydn", "Mozart")
"""Whose works the piano plays: their bars and keys are those of today."""
SAME_STROKE_S = 0.05
"""Two voices that reach one key within this time strike it once."""


def benchmark(limit: int | None, seed: int) -> RecordingSet:
    """The recordings of the four textures, `limit` of them in turn from each; `seed` chooses and plays them.

    Raises:
        SymbolicError: music21, whose package holds the music, is missing.
    """
    count = PER_TEXTURE if limit is None else min(PER_TEXTURE, -(-limit // 4))
    skipped: Counter[str] = Counter()
    tunes = _tunes(3 * count, Random(f"{seed} tunes"), skipped)
    works = _works(2 * count, Random(f"{seed} works"), skipped)
    textures = (
        [_melody(*tune, number) for number, tune in enumerate(tunes[:count])],
        [_with_chords(*tune, number) for number, tune in enumerate(tunes[count : 2 * count])],
        [_piano(*work, "piano", "steady", number) for number, work in enumerate(works[::2])],
        [_performance(works[1::2], tunes[2 * count :], number) for number in range(count)],
    )
    items = [recording for row in zip(*textures, strict=True) for recording in row]
    data_hash = hash_of(b"".join(item.truth.notes.tobytes() for item in items[:limit]))
    return RecordingSet("recordings/test", tuple(items[:limit]), data_hash, skipped=dict(skipped))


# Music


Piece = tuple[str, Score, Key]
"""Its id, its first half minute, and its key."""


def _tunes(count: int, rng: Random, skipped: Counter[str]) -> list[Piece]:
    """Tunes in one voice whose key and metre the manifest states."""
    entries = [entry for entry in manifest() if entry.split == "test" and entry.key and entry.meter]
    drawn = rng.sample(entries, min(len(entries), 2 * count))
    read = {entry.id: score for entry, score in read_tunes(drawn, skipped)}
    fit = [
        (entry.id, opening(read[entry.id]), Key.parse(entry.key))
        for entry in drawn
        if entry.id in read and len(read[entry.id].voices) == 1
    ]
    return _long_enough(fit, count)


def _works(count: int, rng: Random, skipped: Counter[str]) -> list[Piece]:
    """Held-out works by the composers in turn, each once while there are enough."""
    by_composer: dict[str, list[tuple[str, Score]]] = {name: [] for name in COMPOSERS}
    for work, score in read_works(skipped):
        if work.composer in by_composer:
            by_composer[work.composer].append((work.id, score))
    for found in by_composer.values():
        rng.shuffle(found)
    turns = (piece for row in zip_longest(*by_composer.values()) for piece in row if piece is not None)
    pieces = _long_enough([(name, opening(score), score.key) for name, score in turns], count)
    return [pieces[number % len(pieces)] for number in range(count)]


def _long_enough(pieces: Iterable[Piece], count: int) -> list[Piece]:
    fit = [piece for piece in pieces if len(piece[1].note_array()) >= MIN_NOTES]
    return fit[:count]


# Textures


def _melody(name: str, score: Score, key: Key, number: int) -> Recording:
    style = ("steady", "folk")[number // len(MELODY_PROGRAMS) % 2]
    program = MELODY_PROGRAMS[number % len(MELODY_PROGRAMS)]
    voices = tuple(replace(voice, program=program) for voice in score.voices)
    return recording_of(f"{name} melody", "melody", score.with_voices(voices), key, style, number)


def _with_chords(name: str, score: Score, key: Key, number: int) -> Recording:
    program = MELODY_PROGRAMS[number % len(MELODY_PROGRAMS)]
    voices = tuple(replace(voice, program=program) for voice in score.voices)
    style = ("steady", "folk")[number % 2]
    accompanied = accompany(
        score.with_voices(voices), PATTERNS[number % len(PATTERNS)], program=CHORD_PROGRAMS[number % 2]
    )
    return recording_of(f"{name} chords", "melody + chords", accompanied, key, style, number)


def _piano(name: str, score: Score, key: Key, group: str, style: str, number: int) -> Recording:
    voices = tuple(replace(voice, name="", program=PIANO) for voice in score.voices)
    recording = recording_of(f"{name} {group}", group, score.with_voices(voices), key, style, number)
    assert recording.played is not None
    return replace(recording, played=on_one_keyboard(recording.played))


def _performance(works: Sequence[Piece], tunes: Sequence[Piece], number: int) -> Recording:
    style = ("rubato", "pedalled")[number // 2 % 2]
    if number % 2:
        name, score, key = tunes[number]
        return _piano(
            name, accompany(score, PATTERNS[number % len(PATTERNS)]), key, "performance", style, number
        )
    return _piano(*works[number], "performance", style, number)


def recording_of(name: str, group: str, score: Score, key: Key, style: str, seed: int) -> Recording:
    """A score played in a style; in time, fermatas are not held."""
    chosen = replace(STEADY, fermata=(1.0, 1.0)) if style == STEADY.name else STYLES[style]
    played = perform(score, chosen, seed)
    truth = replace(played.reference, keys=((0.0, key),))
    return Recording(name, group, truth, played.performance)


def on_one_keyboard(performance: Performance) -> Performance:
    """The notes as one player strikes them.

    A key that is down is let go before it is struck again; one that two voices strike together goes down
    once.
    """
    notes = performance.notes.copy()
    notes["track"] = 0
    kept = np.ones(len(notes), dtype=bool)
    last: dict[int, int] = {}
    for index, note in enumerate(notes):
        before = last.get(int(note["pitch"]))
        if before is not None:
            gap = note["onset_s"] - notes["onset_s"][before]
            if gap < SAME_STROKE_S:
                longest = max(notes["duration_s"][before], note["duration_s"])
                notes["duration_s"][before], kept[index] = longest, False
                continue
            notes["duration_s"][before] = min(notes["duration_s"][before], gap)
        last[int(note["pitch"])] = index
    return Performance(notes[kept], (Track("Piano", PIANO),), performance.pedal)
