"""Conversion of files: what is to be done (`plan`), doing it (`convert`, `run`).

A plan says which file becomes which before anything is read. Each file is then converted by itself, whole
or not at all; among many files what goes wrong with one is kept in its `Outcome` and the others go on.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from symbolic import io
from symbolic.errors import SymbolicError, UnsupportedFeatureError
from symbolic.score import Score

STREAM = "-"
"""Stands for standard input or output in place of a path."""
TARGETS = (*io.WRITABLE, *io.RENDERABLE)
"""Formats of results: scores, and audio."""


@dataclass(frozen=True, slots=True)
class Options:
    """What is done with a piece between reading and writing.

    Attributes:
        strict: refuse a file in which anything is wrong.
        unfold: play repeats and endings out.
        transpose: semitones.
        interleave: write ABC with the voices side by side, bar by bar.
        skip_existing: leave results alone that are newer than their source.
    """

    strict: bool = False
    unfold: bool = False
    transpose: int = 0
    interleave: bool = False
    skip_existing: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """One file to convert.

    Attributes:
        source: path, or `STREAM`.
        target: path, or `STREAM`.
        from_format: one of `symbolic.io.READABLE`.
        to_format: one of `TARGETS`.
        make_folder: create the folder of the target where there is none.
    """

    source: str
    target: str
    from_format: str
    to_format: str
    make_folder: bool = False


@dataclass(slots=True)
class Outcome:
    """What became of one task: files written and skipped, problems survived, what to know, and failures."""

    source: str
    written: int = 0
    skipped: int = 0
    problems: int = 0
    warnings: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


# One file


def load(source: str) -> bytes:
    """The bytes of a file, or of standard input for `STREAM`.

    Raises:
        OSError: it cannot be read.
        SymbolicError: larger than `symbolic.io.MAX_BYTES`.
    """
    return io.take(sys.stdin.buffer) if source == STREAM else io.load(source)


def convert(task: Task, options: Options) -> Outcome:
    """Converts one file.

    Several tunes go into one ABC file, and into as many files of any other format. A tune that the format
    cannot hold is a failure of its own; the others are written.

    Raises:
        SymbolicError: the source cannot be read, or the target cannot be written.
    """
    outcome = Outcome(task.source)
    may_have_several = task.from_format == "abc" and task.to_format != "abc"
    if not may_have_several and options.skip_existing and is_done(task.source, task.target):
        outcome.skipped = 1
        return outcome
    with io.told_with(task.source):
        scores, problems = io.decode(load(task.source), task.from_format)
        if options.strict and problems:
            raise io.strictly(problems[0], task.source)
        pieces = _pieces(scores, task) if may_have_several and len(scores) > 1 else [(task.target, scores)]
        outcome.problems = len(problems)
    for target, group in pieces:
        if may_have_several and options.skip_existing and is_done(task.source, target):
            outcome.skipped += 1
            continue
        try:
            with io.told_with(task.source):
                encoded = _encode(group, task.to_format, options)
        except SymbolicError as error:
            if len(pieces) == 1:
                raise
            outcome.failures.append(f"X:{group[0].reference}: {error.message}")
            continue
        put(target, encoded, task.make_folder)
        outcome.written += 1
    return outcome


def _pieces(scores: Sequence[Score], task: Task) -> list[tuple[str, list[Score]]]:
    """Each tune of a book with its own name: ``book-12.mid`` for ``X:12``, ``book-12-2.mid`` for a second."""
    if task.target == STREAM:
        raise UnsupportedFeatureError(f"{len(scores)} tunes do not go into one stream: name a file or folder")
    stem, suffix = os.path.splitext(task.target)
    used: Counter[int] = Counter()
    pieces = []
    for score in scores:
        used[score.reference] += 1
        number = f"-{used[score.reference]}" if used[score.reference] > 1 else ""
        pieces.append((f"{stem}-{score.reference}{number}{suffix}", [score]))
    return pieces


def _encode(scores: Sequence[Score], to_format: str, options: Options) -> bytes:
    changed = [_changed(score, options) for score in scores]
    if to_format == "abc" and options.interleave:
        from symbolic.abc import write_interleaved

        return "\n".join(write_interleaved(score) for score in changed).encode()
    return io.encode(changed, to_format)


def _changed(score: Score, options: Options) -> Score:
    score = score.transpose(options.transpose) if options.transpose else score
    return score.unfold() if options.unfold else score


def is_done(source: str, target: str) -> bool:
    """Whether a result is there and not older than what it is made from."""
    if STREAM in {target, source} or not os.path.exists(target):
        return False
    return os.path.getmtime(target) >= os.path.getmtime(source)


def put(target: str, data: bytes, make_folder: bool) -> None:
    """Writes a result, whole or not at all, to a file or to standard output.

    Raises:
        SymbolicError: it cannot be written.
    """
    if target == STREAM:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    with io.told_with(target):
        if make_folder:
            os.makedirs(os.path.dirname(target), exist_ok=True)
        io.save(target, data)


# Which file becomes which


def plan(source: str, target: str, from_format: str | None, to_format: str | None) -> list[Task]:
    """The conversions that the command line asks for.

    Raises:
        SymbolicError: the names and formats do not say what is meant.
    """
    if source != STREAM and not os.path.exists(source):
        raise SymbolicError("there is no such file or folder: check the name", path=source)
    if os.path.isdir(source):
        return _plan_folder(source, target, from_format, to_format)
    if source == STREAM and not from_format:
        raise SymbolicError("standard input has no name to tell its format: add --from, e.g. --from abc")
    if not from_format and Path(source).suffix.lower().lstrip(".") in io.RENDERABLE:
        raise SymbolicError("audio is written down by symbolic-transcribe", path=source)
    kind = io.format_of(source, from_format)
    if target == STREAM:
        if not to_format:
            raise SymbolicError("standard output has no name to tell its format: add --to, e.g. --to abc")
        return [Task(source, target, kind, io.format_of(target, to_format, among=TARGETS))]
    if os.path.isdir(target) or target.endswith(("/", os.sep)):
        wanted = _wanted(to_format, "a folder")
        stem = "stdin" if source == STREAM else Path(source).stem
        return [Task(source, os.path.join(target, f"{stem}.{wanted}"), kind, wanted, make_folder=True)]
    return [Task(source, target, kind, io.format_of(target, to_format, among=TARGETS))]


def _wanted(to_format: str | None, what: str) -> str:
    if not to_format:
        raise SymbolicError(f"{what} has no suffix to tell the format: add --to {'|'.join(TARGETS)}")
    return io.format_of("", to_format, among=TARGETS)


def _plan_folder(source: str, target: str, from_format: str | None, to_format: str | None) -> list[Task]:
    wanted = _wanted(to_format, "a folder")
    only = io.format_of("", from_format) if from_format else None
    kinds = {suffix: kind for suffix, kind in io.SUFFIXES.items() if only in {None, kind}}
    return plan_folder(source, target, kinds, wanted)


def plan_folder(source: str, target: str, kinds: Mapping[str, str], wanted: str) -> list[Task]:
    """The conversions of the files below a folder into a folder of the same structure.

    Files that differ only in their suffix keep it: a.mid and a.mxl give a.mid.abc and a.mxl.abc.

    Args:
        source: a folder.
        target: a folder, or the name of one that is not there yet.
        kinds: suffix → format, of the files that are meant.
        wanted: the format and the suffix of the results.

    Raises:
        SymbolicError: the target is no folder, or there are no such files.
    """
    if target == STREAM or (os.path.exists(target) and not os.path.isdir(target)):
        raise SymbolicError("a folder is converted into a folder: name one", path=target)
    found = list(music_files(source, exclude=target, suffixes=kinds))
    stems = Counter(os.path.splitext(path)[0] for path in found)
    tasks = []
    for path in found:
        stem, suffix = os.path.splitext(path)
        name = os.path.relpath(path if stems[stem] > 1 else stem, source)
        result = os.path.join(target, f"{name}.{wanted}")
        tasks.append(Task(path, result, kinds[suffix.lower()], wanted, make_folder=True))
    if not tasks:
        raise SymbolicError(
            f"there are no files with the suffix {', '.join(kinds)} in the folder", path=source
        )
    return tasks


def music_files(
    folder: str, exclude: str = "", suffixes: Collection[str] = io.SUFFIXES.keys()
) -> Iterator[str]:
    """Files below a folder whose suffix is known, in order of names; hidden ones and results left out."""
    apart = os.path.realpath(exclude) if exclude else ""
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(
            name
            for name in folders
            if name[0] != "." and os.path.realpath(os.path.join(parent, name)) != apart
        )
        for name in sorted(names):
            if name[0] != "." and Path(name).suffix.lower() in suffixes:
                yield os.path.join(parent, name)


# Many files


def _attempt(work: Callable[[Task], Outcome], task: Task) -> Outcome:
    """The outcome for one of many files: what goes wrong is kept, not raised."""
    try:
        return work(task)
    except SymbolicError as error:
        error.path = None if error.path == task.source else error.path
        return Outcome(task.source, failures=[str(error)])
    except Exception as error:  # a fault of this program must not sink the other files
        return Outcome(
            task.source, failures=[f"internal error, please report it: {type(error).__name__}: {error}"]
        )


def run(
    tasks: Sequence[Task],
    work: Callable[[Task], Outcome],
    jobs: int = 1,
    watch: Callable[[Iterable[Outcome]], Iterable[Outcome]] = iter,
) -> list[Outcome]:
    """Converts many files.

    Args:
        tasks: what to convert.
        work: converts one; a function of a module where there are several processes.
        jobs: processes to use.
        watch: passes the outcomes on as they come in, such as a progress bar does.

    Returns:
        An outcome for each task, in order; nothing is raised for a file that cannot be converted.
    """
    attempt = partial(_attempt, work)
    if jobs <= 1:
        return list(watch(map(attempt, tasks)))
    with ProcessPoolExecutor(jobs) as pool:
        try:
            return list(watch(pool.map(attempt, tasks, chunksize=max(1, min(16, len(tasks) // (4 * jobs))))))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
