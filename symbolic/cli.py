"""``symbolic-convert``: scores from one notation to another, one file or a whole folder.

Exit codes: 0 done; 1 some files failed, or ``--check`` found errors; 2 the user's mistake, in one line;
130 interrupted. What was asked for goes to standard output, everything else to standard error.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from symbolic import io
from symbolic.command import DONE, SOME_FAILED, error_console, report, run_command, watch
from symbolic.convert import STREAM, Options, convert, load, music_files, plan, run
from symbolic.errors import Problem, SymbolicError

PROGRAM = "symbolic-convert"


# --check


def check(source: str) -> int:
    """Prints every problem of the ABC files; returns 1 when there are errors among them."""
    if os.path.isdir(source):
        paths = [path for path in music_files(source) if io.SUFFIXES[Path(path).suffix.lower()] == "abc"]
        if not paths:
            raise SymbolicError("there are no .abc files in the folder", path=source)
    elif source == STREAM or os.path.exists(source):
        paths = [source]
    else:
        raise SymbolicError("there is no such file or folder: check the name", path=source)
    found = [_check_file(path) for path in paths]
    return SOME_FAILED if any(found) else DONE


def _check_file(path: str) -> bool:
    from symbolic.abc import lint

    name = "<stdin>" if path == STREAM else path
    try:
        with io.told_with(name):
            problems = lint(load(path))
    except SymbolicError as error:
        problems = [Problem("unreadable", error.message, error.line or 1, error.column or 1, "error")]
    for problem in problems:
        place = f"{name}:{problem.line}:{problem.column}"
        print(f"{place}: {problem.severity}: {problem.message} [{problem.code}]")
    return any(problem.severity == "error" for problem in problems)


# The command

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def command(
    source: Annotated[str, typer.Argument(metavar="IN", help="a file, a folder, or - for standard input")],
    target: Annotated[
        str, typer.Argument(metavar="OUT", help="a file, a folder, or - for standard output")
    ] = "",
    from_format: Annotated[str | None, typer.Option("--from", metavar="FORMAT", help="format of IN")] = None,
    to_format: Annotated[str | None, typer.Option("--to", metavar="FORMAT", help="format of OUT")] = None,
    check_only: Annotated[
        bool, typer.Option("--check", help="list every problem in ABC, convert nothing")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="refuse a file in which anything is wrong")
    ] = False,
    unfold: Annotated[bool, typer.Option("--unfold", help="play repeats and endings out")] = False,
    transpose: Annotated[int, typer.Option(metavar="N", help="move by N semitones", min=-48, max=48)] = 0,
    interleave: Annotated[
        bool, typer.Option("--interleave", help="ABC with all voices of a bar side by side")
    ] = False,
    skip_existing: Annotated[
        bool, typer.Option("--skip-existing", help="keep results that are newer than their source")
    ] = False,
    jobs: Annotated[int, typer.Option(metavar="N", help="processes to use for a folder", min=1, max=64)] = 1,
) -> int:
    """Converts scores: .abc .mid .musicxml .mxl .krn .mei in, .abc .mid .musicxml .mxl .wav .flac .ogg out.

    The suffixes tell the formats; --from and --to where there are none. A folder is converted file by file
    into the folder OUT, which gets the same structure; what cannot be converted is listed at the end. Files
    that differ only in their suffix keep it: a.mid and a.mxl give a.mid.abc and a.mxl.abc.

    A tune book with several tunes becomes one ABC file, or as many files of any other format, named after
    OUT and the tune's number: tunes.abc tunes.mid gives tunes-1.mid, tunes-2.mid and so on.

    Exit code: 0 done, 1 some files failed or --check found errors, 2 a mistake in what was asked.
    """
    if check_only:
        if target:
            raise SymbolicError("--check lists problems and writes nothing: leave OUT out")
        return check(source)
    if not target:
        raise SymbolicError("OUT is missing: name a file, a folder, or - with --to")
    tasks = plan(source, target, from_format, to_format)
    options = Options(strict, unfold, transpose, interleave, skip_existing)
    if interleave and any(task.to_format != "abc" for task in tasks):
        raise SymbolicError("--interleave is a way to write ABC: use it with --to abc")
    console = error_console()
    if os.path.isdir(source):
        start = time.monotonic()
        outcomes = run(
            tasks, partial(convert, options=options), jobs, watch(console, "converting", len(tasks))
        )
        return report(outcomes, time.monotonic() - start, console)
    outcome = convert(tasks[0], options)
    for failure in outcome.failures:
        console.print(f"{source}: {failure}", soft_wrap=True)
    if outcome.problems:
        hint = f"; list them with {PROGRAM} --check" if tasks[0].from_format == "abc" else ""
        console.print(f"{source}: {outcome.problems} problems noticed{hint}", soft_wrap=True)
    return SOME_FAILED if outcome.failures else DONE


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command; returns the exit code (`symbolic.command`)."""
    return run_command(app, PROGRAM, argv, interrupted="interrupted; what was finished is kept")
