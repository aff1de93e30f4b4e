"""Recordings of one's own: a folder instead of the benchmark.

It holds real performances aligned to their scores (``*/match/*.match``, see `transcription.aligned`: the
works held out for tests are taken, 30 seconds of each); or sound or MIDI files, each beside a score of the
same name; or scores alone, whose first 30 seconds are played in time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from random import Random

import numpy as np

from eval.recordings.base import LENGTH_S, MIN_NOTES, Recording, RecordingSet, opening
from eval.recordings.textures import recording_of
from symbolic.errors import SymbolicError
from symbolic.io import SUFFIXES, read, read_all
from transcription.performance import Performance
from transcription.reference import AlignedPerformance, Reference

MIDI_SUFFIXES = frozenset({".mid", ".midi"})


def load(folder: Path, limit: int | None, seed: int) -> RecordingSet:
    """The recordings of a folder (see the module's first lines), `limit` of them drawn at random.

    Raises:
        SymbolicError: there is no such folder, or nothing in it to measure on.
    """
    if not folder.is_dir():
        raise SymbolicError("no such folder; --task transcription takes one", path=str(folder))
    failures: list[str] = []
    digest = sha256()
    if any(folder.glob("*/match/*.match")):
        found = list(_aligned(folder))
    else:
        found = list(
            _pairs(folder, failures, digest.update) or _played(folder, failures, digest.update, seed)
        )
    if not found:
        raise SymbolicError("no performance and no score in this folder can be used", path=str(folder))
    chosen = found
    if limit is not None and limit < len(found):
        chosen = [found[index] for index in sorted(Random(seed).sample(range(len(found)), limit))]
    for recording in found:
        digest.update(recording.truth.notes.tobytes())
    return RecordingSet(folder.name, tuple(chosen), digest.hexdigest()[:16], failures=tuple(failures))


def _aligned(folder: Path) -> Iterator[Recording]:
    from transcription.aligned import read_aligned

    for aligned in read_aligned(folder, "test"):
        cut = first_bars(aligned, LENGTH_S)
        yield Recording(aligned.id, aligned.work, cut.reference, cut.performance)


def first_bars(aligned: AlignedPerformance, length_s: float) -> AlignedPerformance:
    """The bars that were played within some seconds of the first note, at least one."""
    notes = aligned.performance.notes
    known = np.flatnonzero(~np.isnan(aligned.onset_quarter))
    if not len(known):
        return aligned
    start = notes["onset_s"][known[0]]
    late = aligned.onset_quarter[known[notes["onset_s"][known] > start + length_s]]
    if not len(late):
        return aligned
    downbeats = aligned.reference.downbeats
    first = int(np.searchsorted(downbeats, 1e-6))
    last = max(int(np.searchsorted(downbeats, late.min(), side="right")) - 1, min(first, len(downbeats) - 1))
    end = float(downbeats[last])
    beyond = known[aligned.onset_quarter[known] >= end - 1e-6]
    if not len(beyond):
        return aligned
    end_s = notes["onset_s"][beyond].min()
    inside = np.where(
        np.isnan(aligned.onset_quarter), notes["onset_s"] < end_s, aligned.onset_quarter < end - 1e-6
    )
    reference = _cut(aligned.reference, end)
    pedal = aligned.performance.pedal
    pedal = np.minimum(pedal[pedal[:, 0] < end_s], end_s)
    performance = Performance(notes[inside], aligned.performance.tracks, pedal)
    return replace(
        aligned, performance=performance, reference=reference, onset_quarter=aligned.onset_quarter[inside]
    )


def _cut(reference: Reference, end: float) -> Reference:
    inside = reference.notes["onset_quarter"] < end - 1e-6
    return Reference(
        reference.notes[inside],
        reference.downbeats[reference.downbeats < end - 1e-6],
        tuple(change for change in reference.meters if change[0] < end),
        tuple(change for change in reference.keys if change[0] < end),
        None if reference.voices is None else reference.voices[inside],
    )


Note = Callable[[bytes], object]


def _pairs(folder: Path, failures: list[str], hashed: Note) -> list[Recording]:
    """Each sound or MIDI file that has a score of the same name beside it."""
    from transcription.audio import AUDIO_SUFFIXES

    found = []
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() not in MIDI_SUFFIXES | set(AUDIO_SUFFIXES):
            continue
        scores = [path.with_suffix(suffix) for suffix in SUFFIXES if suffix not in MIDI_SUFFIXES]
        beside = next((score for score in scores if score.is_file()), None)
        if beside is not None:
            try:
                truth = Reference.of(read(beside))
            except SymbolicError as exc:
                failures.append(str(exc))
                continue
            hashed(str(path.stat().st_size).encode())
            group = path.parent.relative_to(folder).as_posix() if path.parent != folder else ""
            found.append(Recording(path.relative_to(folder).as_posix(), group, truth, file=path))
    return found


def _played(folder: Path, failures: list[str], hashed: Note, seed: int) -> Iterator[Recording]:
    """Every score below the folder, played in time."""
    for path in sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES):
        try:
            scores, _ = read_all(path)
        except SymbolicError as exc:
            failures.append(str(exc))
            continue
        hashed(path.read_bytes())
        name = path.relative_to(folder).as_posix()
        group = path.parent.relative_to(folder).as_posix() if path.parent != folder else ""
        for number, score in enumerate(scores, 1):
            if len(score.note_array()) >= MIN_NOTES:
                label = f"{name}#{number}" if len(scores) > 1 else name
                start = opening(score)
                yield recording_of(label, group, start, start.key, "steady", seed)
