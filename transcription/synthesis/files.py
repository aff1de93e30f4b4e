"""Audio files: samples to disk, and a score as the bytes of an audio file.

The suffix says the format: wav (16 bit), flac, ogg. A file is written under a temporary name and then
renamed, so that there is either the whole file or none.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

import numpy as np

from symbolic import io
from symbolic.errors import MissingDependencyError, UnsupportedFeatureError
from symbolic.score import Score
from symbolic.timeline import DEFAULT_QPM
from transcription.synthesis.perform import perform
from transcription.synthesis.render import SAMPLE_RATE, blocks, level
from transcription.synthesis.style import EXACT

AS_WRITTEN = replace(EXACT, name="as written", ornaments=1.0)
"""Exactly in time, with all that the signs ask for: graces, trills, turns, rolled chords."""
MAX_HOURS = 5
_SUBTYPES = {"wav": "PCM_16", "flac": "PCM_16", "ogg": "VORBIS"}
_PIECE = 65_536
"""Samples written at once: libsndfile's Vorbis encoder fails on long pieces."""


def write_audio(
    path: str | os.PathLike[str], samples: np.ndarray | Iterable[np.ndarray], sample_rate: int = SAMPLE_RATE
) -> None:
    """Writes an audio file; an older one of that name is replaced.

    Args:
        path: its suffix is one of `symbolic.io.RENDERABLE`.
        samples: -1 … 1, (n,) or (n, channels), or blocks of such.
        sample_rate: a second.

    Raises:
        SymbolicError: another suffix, or the file cannot be written.
        MissingDependencyError: soundfile is not installed.
    """
    name = os.fspath(path)
    format = io.format_of(Path(name), among=io.RENDERABLE)
    with io.told_with(name), io.whole_file(name) as file:
        _write(file, _blocks(samples), sample_rate, format)


def encode(score: Score, format: str) -> bytes:
    """A score as an audio file: repeats and ornaments played, at its own tempo, or 120 quarters a minute.

    The entry point behind ``symbolic-convert score.abc out.wav``.

    Args:
        score: with one voice at least.
        format: one of `symbolic.io.RENDERABLE`.

    Raises:
        SymbolicError: the score has no voice, a pitch that MIDI does not know, or plays too long.
        MissingDependencyError: soundfile is not installed.
    """
    performance = perform(score, AS_WRITTEN, qpm=DEFAULT_QPM).performance
    if performance.end_s > MAX_HOURS * 3600:
        hours = performance.end_s / 3600
        raise UnsupportedFeatureError(
            f"the score plays for {hours:.1f} hours; at most {MAX_HOURS} are rendered"
        )
    file = BytesIO()
    _write(file, levelled(blocks(performance)), SAMPLE_RATE, format)
    return file.getvalue()


def levelled(made: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
    """The same blocks, as loud as `render` makes them; they wait on disk until the loudest is known."""
    with TemporaryFile() as store:
        sizes = []
        peak = 0.0
        for block in made:
            store.write(np.ascontiguousarray(block, np.float32).tobytes())
            peak = max(peak, float(np.abs(block).max(initial=0.0)))
            sizes.append(block.shape)
        store.seek(0)
        for shape in sizes:
            data = store.read(4 * int(np.prod(shape)))
            yield np.frombuffer(data, np.float32).reshape(shape) * np.float32(level(peak))


def _blocks(samples: np.ndarray | Iterable[np.ndarray]) -> Iterator[np.ndarray]:
    """Samples in pieces short enough for every encoder."""
    for block in [samples] if isinstance(samples, np.ndarray) else samples:
        for start in range(0, len(block), _PIECE):
            yield block[start : start + _PIECE]


def _write(file: BinaryIO, made: Iterable[np.ndarray], sample_rate: int, format: str) -> None:
    try:
        import soundfile
    except ImportError as error:
        raise MissingDependencyError("soundfile", "audio") from error
    pieces = _blocks(made)
    first = next(pieces, np.zeros((0, 2), np.float32))
    channels = 1 if first.ndim == 1 else first.shape[1]
    sound = soundfile.SoundFile(
        file, "w", sample_rate, channels, subtype=_SUBTYPES[format], format=format.upper()
    )
    with sound:
        sound.write(first)
        for piece in pieces:
            sound.write(piece)
