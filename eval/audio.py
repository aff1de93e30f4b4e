"""From scores to recordings and back, kept in the user's cache folder.

A score is played (`transcription.synthesis`), a performance is rendered to a sound file, a sound file or a
performance is transcribed. The last two take seconds each, so what came out is kept below
``$XDG_CACHE_HOME/symbolic-musician`` (else ``~/.cache``), under the hash of what went in and of the code and
weights that did it: another version of `transcription` never meets the results of this one. Where nothing can
be written there, everything is done anew each time.

    recordings/HASH.flac      a rendered performance
    transcriptions/HASH.json  {"abc", "notes": [[onset_s, duration_s, pitch, velocity], …]};
                              or the notes alone
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from hashlib import file_digest, sha256
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np

from symbolic.abc import parse, write_abc
from symbolic.errors import MissingDependencyError
from symbolic.io import load, save, told_with
from symbolic.midi.smf import parse_smf
from symbolic.resources import data_path
from symbolic.score import Score
from transcription.performance import Performance, note_rows

SAMPLE_RATE = 44_100
_RECORDINGS, _TRANSCRIPTIONS = "recordings", "transcriptions"
_ENGINES = ("basic-pitch", "onnxruntime", "symusic", "pretty_midi", "numpy")
"""Packages whose version can change a rendering or a transcription."""


@dataclass(frozen=True, slots=True, eq=False)
class Transcribed:
    """What a transcription left: the score that was written and the notes that were heard."""

    score: Score
    performance: Performance


def rendered(performance: Performance, seed: int = 0) -> Path:
    """The sound file of a performance, rendered the first time it is asked for."""
    name = _digest("transcription.synthesis", *_parts(performance), str(seed))
    return _kept(_RECORDINGS, f"{name}.flac", lambda: _flac(performance, seed))


def heard(source: Path | Performance, *, backend: str = "basic-pitch") -> Performance:
    """The notes of a sound or MIDI file, heard the first time they are asked for; a performance as it is.

    Raises:
        SymbolicError: the file cannot be read, or a package that hears is missing.
    """
    if isinstance(source, Performance):
        return source
    name = _digest("transcription", "hear", source.suffix, _content(source), backend)
    path = _kept(_TRANSCRIPTIONS, f"{name}.json", lambda: _notes_heard(source, backend))
    return _performance(json.loads(path.read_bytes())["notes"])


def _notes_heard(source: Path, backend: str) -> bytes:
    from transcription.backends import get_backend
    from transcription.midi import performance_of
    from transcription.pipeline import is_midi

    if is_midi(source):
        return json.dumps({"notes": _rows(performance_of(parse_smf(load(str(source)))))}).encode()
    return json.dumps({"notes": _rows(get_backend(backend).hear(source).performance)}).encode()


def transcribed(source: Path | Performance, *, backend: str = "basic-pitch") -> Transcribed:
    """The transcription of a sound file or of a performance, made the first time it is asked for.

    Args:
        source: a sound file or a MIDI file; or notes in seconds, of which the score is written.
        backend: hears the notes of a sound file.

    Raises:
        SymbolicError: the file cannot be read, or a package that hears is missing.
    """
    parts = _parts(source) if isinstance(source, Performance) else (source.suffix.encode(), _content(source))
    name = _digest("transcription", *parts, backend)
    path = _kept(_TRANSCRIPTIONS, f"{name}.json", lambda: _transcription(source, backend))
    found = json.loads(path.read_bytes())
    return Transcribed(parse(found["abc"]), _performance(found["notes"]))


def _transcription(source: Path | Performance, backend: str) -> bytes:
    from transcription.pipeline import Options, transcribe_with_details

    found = transcribe_with_details(source, Options(backend=backend))
    return json.dumps({"abc": write_abc(found.score), "notes": _rows(found.performance)}).encode()


def _rows(performance: Performance) -> list[list[float]]:
    names = ("onset_s", "duration_s", "pitch", "velocity")
    return [[row[name].item() for name in names] for row in performance.notes]


def _performance(rows: list[list[float]]) -> Performance:
    return Performance(
        note_rows((onset, length, int(pitch), int(velocity), 0) for onset, length, pitch, velocity in rows)
    )


def _flac(performance: Performance, seed: int) -> bytes:
    """16-bit FLAC of a rendering; the loudest sample stays as it is."""
    try:
        import soundfile
    except ImportError as exc:
        raise MissingDependencyError("soundfile", "audio") from exc
    from transcription.synthesis import render

    file = BytesIO()
    soundfile.write(file, render(performance, seed=seed), SAMPLE_RATE, format="FLAC", subtype="PCM_16")
    return file.getvalue()


def _parts(performance: Performance) -> tuple[bytes, ...]:
    """What a performance holds, as bytes."""
    return (
        np.ascontiguousarray(performance.notes).tobytes(),
        repr(performance.tracks).encode(),
        np.ascontiguousarray(performance.pedal).tobytes(),
    )


def _content(path: Path) -> bytes:
    with told_with(str(path)), path.open("rb") as file:
        return file_digest(file, "sha256").digest()


def _digest(code: str, *parts: str | bytes) -> str:
    """The name of a result: the hash of what it is made of, and of the package `code` that made it."""
    digest = sha256(_hash_of_code(code).encode())
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()[:32]


@cache
def _hash_of_code(package: str) -> str:
    """The hash of the modules of a package, of the shipped weights, and of the versions it works with."""
    digest = sha256()
    weights = sorted(path for path in data_path("models").iterdir() if path.is_file())
    for name, content in (*_sources(files(package)), *((path.name, path.read_bytes()) for path in weights)):
        digest.update(f"{name}\n".encode() + content)
    for package in _ENGINES:
        with suppress(PackageNotFoundError):
            digest.update(f"{package}=={version(package)}\n".encode())
    return digest.hexdigest()


def _sources(folder: Any) -> list[tuple[str, bytes]]:
    found = []
    for entry in sorted(folder.iterdir(), key=lambda entry: str(entry.name)):
        if entry.is_dir():
            found += _sources(entry)
        elif entry.name.endswith(".py"):
            found.append((entry.name, entry.read_bytes()))
    return found


def cache_folder() -> Path:
    """Where recordings and transcriptions are kept."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "symbolic-musician"


@cache
def _scratch() -> Path:
    """A folder for this process alone, where the cache folder cannot be written."""
    return Path(mkdtemp(prefix="symbolic-eval-"))


def _kept(folder: str, name: str, make: Callable[[], bytes]) -> Path:
    """The file of a name in a folder of the cache, made where it is not there."""
    path = cache_folder() / folder / name
    if path.is_file():
        return path
    data = make()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        save(str(path), data)
    except OSError:
        path = _scratch() / name
        path.write_bytes(data)
    return path
