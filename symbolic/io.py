"""Files: which format, read, write.

    >>> from symbolic import read, write
    >>> score = read("tune.abc")  # doctest: +SKIP
    >>> write(score, "tune.mid")  # doctest: +SKIP

The suffix of a name says the format unless one is given. What goes wrong is told as a `SymbolicError` of
one line with the path. A file is written under a temporary name in the same folder and then renamed, so
that there is either the whole file or none.

Audio is made by whoever registers a function of a score and a format, which returns the bytes of a file,
under the entry point group `ENCODERS`: here `transcription.synthesis`, in a package above this one.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import entry_points
from pathlib import Path
from typing import BinaryIO

from symbolic.errors import AbcSyntaxError, Problem, SymbolicError, UnsupportedFeatureError
from symbolic.score import TIMED, Score

SUFFIXES = {
    ".abc": "abc",
    ".mid": "mid",
    ".midi": "mid",
    ".musicxml": "musicxml",
    ".xml": "musicxml",
    ".mxl": "mxl",
    ".krn": "krn",
    ".mei": "mei",
}
"""Suffix → format."""
READABLE = ("abc", "mid", "musicxml", "mxl", "krn", "mei")
WRITABLE = ("abc", "mid", "musicxml", "mxl")
RENDERABLE = ("wav", "flac", "ogg")
"""Formats of audio, which can be written but not read."""
ENCODERS = "symbolic.encoders"
MAX_BYTES = 64 * 1024 * 1024
"""Largest file that is opened at all; the readers have closer limits of their own."""


def format_of(
    path: str | os.PathLike[str], format: str | None = None, *, among: Sequence[str] = READABLE
) -> str:
    """The format that is named, or that the suffix of a path means.

    Raises:
        SymbolicError: unknown, or not among the formats asked for.
    """
    suffix = Path(path).suffix.lower()
    kinds = SUFFIXES | {f".{kind}": kind for kind in RENDERABLE}
    found = kinds.get(f".{format.lower().lstrip('.')}" if format else suffix)
    if found is not None and found in among:
        return found
    known = ", ".join(sorted(name for name, kind in kinds.items() if kind in among))
    if format:
        raise SymbolicError(f"unknown format {format!r}: use one of {known.replace('.', '')}")
    what = (
        f"the suffix {suffix!r} is not one of {known}"
        if suffix
        else f"the name has no suffix, such as {known}"
    )
    raise SymbolicError(f"{what}: rename the file or name its format", path=os.fspath(path))


def read(source: str | os.PathLike[str], *, format: str | None = None, strict: bool = False) -> Score:
    """Reads the one piece in a file.

    Args:
        source: the path.
        format: a suffix without its dot, where the name does not tell.
        strict: refuse a file in which anything is wrong, however small.

    Raises:
        SymbolicError: the file cannot be read, or holds several pieces.
    """
    scores, problems = read_all(source, format=format)
    path = os.fspath(source)
    if strict and problems:
        raise strictly(problems[0], path)
    if len(scores) != 1:
        raise SymbolicError(
            f"{len(scores)} pieces in the file: read them with symbolic.io.read_all", path=path
        )
    return scores[0]


def read_all(
    source: str | os.PathLike[str], *, format: str | None = None
) -> tuple[list[Score], list[Problem]]:
    """Reads every piece in a file (a tune book has many) and what was noticed on the way.

    Raises:
        SymbolicError: the file is missing, unreadable, too large, or not music in its format.
    """
    path = os.fspath(source)
    kind = format_of(path, format)
    with told_with(path):
        return decode(load(path), kind)


def decode(data: bytes, format: str) -> tuple[list[Score], list[Problem]]:
    """The pieces in the bytes of a file.

    Args:
        data: the bytes.
        format: one of `READABLE`.

    Raises:
        SymbolicError: not music in its format, or no music at all.
    """
    if not data:
        raise SymbolicError("the file is empty")
    if format == "abc":
        from symbolic.abc import read_book

        scores, problems = read_book(data)
        if not any(isinstance(event, TIMED) for score in scores for event in score.events()):
            raise _no_music(problems)
        return scores, problems
    if format == "mid":
        from symbolic.midi import read_midi_with_problems

        score, problems = read_midi_with_problems(data)
        return [score], problems
    from symbolic.interop import read_music21

    return read_music21(data, format)


def _no_music(problems: Sequence[Problem]) -> AbcSyntaxError:
    """The reason why ABC text has no music: the first error in it, if there is one."""
    first = next((problem for problem in problems if problem.severity == "error"), None)
    if first is None:
        return AbcSyntaxError("there is no music in the file: add notes after the K: line")
    return AbcSyntaxError(
        f"there is no music in the file: {first.message}", line=first.line, column=first.column
    )


def encode(scores: Sequence[Score], format: str) -> bytes:
    """The bytes of a file.

    Args:
        scores: one, or several for ABC, which alone holds several pieces.
        format: one of `WRITABLE` or `RENDERABLE`.

    Raises:
        UnsupportedFeatureError: what the format cannot hold, or audio where nothing installed renders it.
        MissingDependencyError: audio needs the extra `audio`.
    """
    if format == "abc":
        from symbolic.abc import write_book

        return write_book(scores).encode()
    if len(scores) != 1:
        raise UnsupportedFeatureError(
            f"{len(scores)} pieces do not go into one {format} file: write each by itself"
        )
    if format == "mid":
        from symbolic.midi import write_midi

        return write_midi(scores[0])
    if format in RENDERABLE:
        return _encoder(format)(scores[0], format)
    from symbolic.interop import write_musicxml, write_mxl

    return (write_mxl if format == "mxl" else write_musicxml)(scores[0])


def _encoder(format: str) -> Callable[[Score, str], bytes]:
    """The registered function that renders a score in a format of audio."""
    for point in entry_points(group=ENCODERS, name=format):
        encoder: Callable[[Score, str], bytes] = point.load()
        return encoder
    raise UnsupportedFeatureError(
        f"nothing installed renders {format}; run: pip install 'symbolic-musician[audio]'"
    )


def write(
    scores: Score | Sequence[Score], path: str | os.PathLike[str], *, format: str | None = None
) -> None:
    """Writes a piece, or a tune book of several, to a file; an older file of that name is replaced.

    Raises:
        SymbolicError: unknown format, or the file cannot be written.
    """
    name = os.fspath(path)
    kind = format_of(name, format, among=(*WRITABLE, *RENDERABLE))
    pieces = [scores] if isinstance(scores, Score) else list(scores)
    with told_with(name):
        save(name, encode(pieces, kind))


def strictly(problem: Problem, path: str) -> SymbolicError:
    """A problem as the error that a strict reader raises."""
    return AbcSyntaxError(
        f"{problem.message} [{problem.code}]", path=path, line=problem.line, column=problem.column
    )


@contextlib.contextmanager
def told_with(path: str) -> Iterator[None]:
    """Adds the path to errors that come from inside, and turns the system's errors into one line."""
    try:
        yield
    except SymbolicError as error:
        error.path = error.path or path
        raise
    except FileNotFoundError as error:
        raise SymbolicError("there is no such file: check the name", path=path) from error
    except PermissionError as error:
        raise SymbolicError("no permission: check who may read or write it", path=path) from error
    except IsADirectoryError as error:
        raise SymbolicError("this is a folder: name a file in it", path=path) from error
    except OSError as error:
        raise SymbolicError(f"{(error.strerror or str(error)).lower()}", path=path) from error


def load(path: str) -> bytes:
    """The bytes of a file.

    Raises:
        OSError: it cannot be opened or read.
        SymbolicError: larger than `MAX_BYTES`.
    """
    with open(path, "rb") as file:
        return take(file)


def take(file: BinaryIO) -> bytes:
    """What an open file holds.

    Raises:
        SymbolicError: more than `MAX_BYTES`.
    """
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise SymbolicError(f"larger than {MAX_BYTES // 2**20} MB, the limit: split the file")
    return data


def save(path: str, data: bytes) -> None:
    """Writes a file whole or not at all.

    Raises:
        OSError: it cannot be written.
    """
    with whole_file(path) as file:
        file.write(data)


@contextlib.contextmanager
def whole_file(path: str) -> Iterator[BinaryIO]:
    """A file to write that takes its name only when all is written; after an error there is none.

    Raises:
        OSError: it cannot be written.
        SymbolicError: its folder does not exist.
    """
    if os.path.exists(path) and not stat.S_ISREG(os.stat(path).st_mode):
        with open(path, "wb") as device:  # a pipe or device cannot be renamed over; a folder raises here
            yield device
        return
    target = os.path.realpath(path)
    folder, name = os.path.split(target)
    if not os.path.isdir(folder):
        raise SymbolicError(f"the folder {folder} does not exist: create it first")
    temporary = os.path.join(folder, f".{name[:100]}.{secrets.token_hex(6)}.part")
    handle = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with open(handle, "w+b") as file:
            yield file
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
