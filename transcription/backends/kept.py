"""Activations in a file, so that another try at a recording with other options need not listen again.

The file holds the rows of the frames as 32-bit floats, little-endian: the frame posteriors, the onset
posteriors, the level. After them come what a listener should know about the recording, as JSON, and the
length of that in bytes, as a 32-bit integer. It takes its name when all of it is written.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from struct import Struct, error

import numpy as np

from symbolic import io
from symbolic.errors import SymbolicError
from transcription.activations import PITCHES, Activations

SUFFIX = ".heard"
_ROW = 2 * PITCHES + 1
_FRAME_BYTES = 4 * _ROW
_FRAMES_AT_ONCE = 5000
_LENGTH = Struct("<I")


def keep(
    file: Path, heard: Iterable[Activations], warnings: Callable[[], tuple[str, ...]]
) -> Iterator[Activations]:
    """Hands activations on and keeps them, once the last was taken.

    Args:
        file: is written; its folder is made.
        heard: activations that follow each other, from the first frame on.
        warnings: what is to be known about the recording, asked for at the end.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with io.whole_file(str(file)) as out:
        for part in heard:
            rows = np.concatenate([part.frames, part.onsets, part.level_db[:, np.newaxis]], axis=1)
            out.write(rows.astype("<f4").tobytes())
            yield part
        told = json.dumps(warnings()).encode()
        out.write(told + _LENGTH.pack(len(told)))


def kept_warnings(file: Path) -> tuple[str, ...]:
    """What is to be known about the recording.

    Raises:
        SymbolicError: the file was not written by `keep`.
    """
    size = file.stat().st_size
    try:
        with file.open("rb") as stored:
            stored.seek(max(0, size - _LENGTH.size))
            (length,) = _LENGTH.unpack(stored.read())
            if length > size - _LENGTH.size or (size - _LENGTH.size - length) % _FRAME_BYTES:
                raise ValueError("its length is none of activations")
            stored.seek(size - _LENGTH.size - length)
            return tuple(map(str, json.loads(stored.read(length))))
    except (ValueError, TypeError, error) as exc:
        raise SymbolicError("not a file of activations; delete it", path=str(file)) from exc


def kept_activations(file: Path) -> Iterator[Activations]:
    """The activations, some seconds at a time."""
    with file.open("rb") as stored:
        stored.seek(-_LENGTH.size, os.SEEK_END)
        (length,) = _LENGTH.unpack(stored.read())
        frames = (stored.tell() - _LENGTH.size - length) // _FRAME_BYTES
        stored.seek(0)
        for first in range(0, frames, _FRAMES_AT_ONCE):
            count = min(_FRAMES_AT_ONCE, frames - first)
            rows = np.frombuffer(stored.read(count * _FRAME_BYTES), "<f4").reshape(-1, _ROW)
            yield Activations(rows[:, :PITCHES], rows[:, PITCHES:-1], rows[:, -1], first)
