"""``symbolic-transcribe``: recordings and performance MIDI to scores, one file or many.

Exit codes: 0 done; 1 some of several files failed, and are listed; 2 the user's mistake, in one line; 130
interrupted. What was asked for goes to standard output, everything else to standard error.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from symbolic import io
from symbolic.command import DONE, error_console, report, run_command, watch
from symbolic.convert import STREAM, Outcome, Task, is_done, plan_folder, put, run
from symbolic.errors import SymbolicError
from transcription.audio import AUDIO_SUFFIXES
from transcription.backends import backend_names, get_backend
from transcription.notes import TEXTURES, check_texture
from transcription.pipeline import (
    DEFAULT_BACKEND,
    MIDI_SUFFIXES,
    Options,
    parse_meter,
    transcribe_with_details,
)

PROGRAM = "symbolic-transcribe"
LIST = "list"
KINDS = dict.fromkeys(sorted(AUDIO_SUFFIXES), "audio") | dict.fromkeys(sorted(MIDI_SUFFIXES), "mid")
"""Suffix → kind of what is taken from a folder."""


# Which file becomes which


def plan(sources: Sequence[str], target: str, to_format: str | None) -> list[Task]:
    """The transcriptions that the command line asks for.

    Raises:
        SymbolicError: the names do not say what is meant.
    """
    for source in sources:
        if not os.path.exists(source):
            raise SymbolicError("there is no such file or folder: check the name", path=source)
    into_folder = os.path.isdir(target) or target.endswith(("/", os.sep))
    if len(sources) == 1 and not os.path.isdir(sources[0]) and not into_folder:
        fallback = "abc" if target == STREAM else None
        kind = io.format_of(target, to_format or fallback, among=io.WRITABLE)
        return [Task(sources[0], target, _kind(sources[0]), kind)]
    if target == STREAM or (os.path.exists(target) and not os.path.isdir(target)):
        raise SymbolicError("several files go into a folder: name one", path=target)
    wanted = io.format_of("", to_format or "abc", among=io.WRITABLE)
    tasks: list[Task] = []
    for source in sources:
        tasks += (
            plan_folder(source, target, KINDS, wanted)
            if os.path.isdir(source)
            else [_into_folder(source, sources, target, wanted)]
        )
    _check_distinct(tasks)
    return tasks


def _into_folder(source: str, sources: Sequence[str], target: str, wanted: str) -> Task:
    stems = Counter(Path(other).stem for other in sources)
    name = Path(source).name if stems[Path(source).stem] > 1 else Path(source).stem
    return Task(source, os.path.join(target, f"{name}.{wanted}"), _kind(source), wanted, make_folder=True)


def _kind(source: str) -> str:
    return KINDS.get(Path(source).suffix.lower(), "audio")


def _check_distinct(tasks: Sequence[Task]) -> None:
    made: dict[str, str] = {}
    for task in tasks:
        if task.target in made:
            raise SymbolicError(
                f"{made[task.target]} and {task.source} would both become {task.target}: "
                "transcribe them into different folders"
            )
        made[task.target] = task.source


# Doing it


def transcribe_task(
    task: Task,
    options: Options,
    *,
    skip_existing: bool = False,
    progress: Callable[[float], None] | None = None,
) -> Outcome:
    """Transcribes one file.

    Raises:
        SymbolicError: the source cannot be read, or the target cannot be written.
    """
    outcome = Outcome(task.source)
    if skip_existing and is_done(task.source, task.target):
        outcome.skipped = 1
        return outcome
    found = transcribe_with_details(task.source, options, progress)
    with io.told_with(task.source):
        encoded = found.encode(task.to_format)
    put(task.target, encoded, task.make_folder)
    outcome.written = 1
    outcome.warnings += found.warnings
    return outcome


@contextmanager
def _bar(console: Console) -> Iterator[Callable[[float], None]]:
    """A bar for one recording, drawn where there is a terminal."""
    columns = (TextColumn("listening"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        number = progress.add_task("listening", total=1.0)
        yield lambda share: progress.update(number, completed=share)


# The command

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.command()
def command(
    sources: Annotated[
        list[str] | None, typer.Argument(metavar="IN...", help="recordings, MIDI files, folders of them")
    ] = None,
    target: Annotated[
        str, typer.Option("--out", "-o", metavar="OUT", help="a file, a folder, or - for standard output")
    ] = "",
    to_format: Annotated[
        str | None, typer.Option("--to", metavar="FORMAT", help="abc, mid, musicxml or mxl [default: abc]")
    ] = None,
    backend: Annotated[
        str, typer.Option(metavar="NAME", help="who hears the notes of a recording; list names them")
    ] = DEFAULT_BACKEND,
    texture: Annotated[
        str, typer.Option(metavar="KIND", help="what a recording holds: " + ", ".join(TEXTURES))
    ] = "auto",
    meter: Annotated[
        str | None, typer.Option(metavar="METRE", help="the metre, such as 3/4, where it is known")
    ] = None,
    chords: Annotated[bool, typer.Option("--chords", help="write chord symbols")] = False,
    cache: Annotated[
        Path | None, typer.Option(metavar="DIR", help="keep what was heard here, for another try")
    ] = None,
    skip_existing: Annotated[
        bool, typer.Option("--skip-existing", help="keep results that are newer than their source")
    ] = False,
    jobs: Annotated[int, typer.Option(metavar="N", help="processes for several files", min=1, max=64)] = 1,
) -> int:
    """Writes down what is played: audio (wav flac ogg mp3 m4a …) or performance MIDI to a score.

    The suffix of OUT tells the format: .abc, .mid, .musicxml or .mxl. Several files or a folder go into the
    folder OUT, as ABC or as --to says; what fails is listed at the end. MIDI is written with the tempo of
    the performance, so that it plays as the recording does. A MIDI file that already holds a score is left
    as it stands. The formats m4a, aac, wma and webm need ffmpeg.

    Exit code: 0 done, 1 some of several files failed, 2 a mistake in what was asked.
    """
    if backend == LIST:
        print(*backend_names(), sep="\n")
        return DONE
    if not sources:
        raise SymbolicError("IN is missing: name a recording, a MIDI file, or a folder")
    if not target:
        raise SymbolicError("OUT is missing: name a file, a folder, or - with --out")
    tasks = plan(sources, target, to_format)
    check_texture(texture)
    get_backend(backend)
    options = Options(backend, texture, chords, parse_meter(meter), cache)
    console = error_console()
    if len(tasks) > 1 or os.path.isdir(sources[0]):
        start = time.monotonic()
        work = partial(transcribe_task, options=options, skip_existing=skip_existing)
        outcomes = run(tasks, work, jobs, watch(console, "transcribing", len(tasks)))
        _warn(outcomes, console)
        return report(outcomes, time.monotonic() - start, console)
    with _bar(console) as progress:
        outcome = transcribe_task(tasks[0], options, skip_existing=skip_existing, progress=progress)
    _warn([outcome], console)
    return DONE


def _warn(outcomes: Sequence[Outcome], console: Console) -> None:
    for outcome in outcomes:
        for warning in outcome.warnings:
            console.print(f"{outcome.source}: warning: {warning}", soft_wrap=True)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command; returns the exit code (`symbolic.command`)."""
    return run_command(app, PROGRAM, argv, interrupted="interrupted; what was finished is kept")
