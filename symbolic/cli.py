"""``symbolic-convert``: scores from one notation to another, one file or a whole folder.

Exit codes: 0 done; 1 some files failed, or ``--check`` found errors; 2 the user's mistake, in one line;
130 interrupted. What was asked for goes to standard output, everything else to standard error.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from symbolic import io
from symbolic.convert import STREAM, Options, Outcome, convert, load, music_files, plan, run
from symbolic.errors import Problem, SymbolicError

PROGRAM = "symbolic-convert"
USER_ERROR = 2
INTERRUPTED = 130


def report(outcomes: Sequence[Outcome], seconds: float, console: Console) -> int:
    """Tells what failed, and how many files there were; returns the exit code."""
    failed = [outcome for outcome in outcomes if outcome.failures]
    if failed:
        table = Table("file", "what is wrong", title=f"{len(failed)} of {len(outcomes)} files failed")
        for outcome in failed:
            for failure in outcome.failures:
                table.add_row(outcome.source, failure)
        console.print(table)
    counts = [f"{sum(outcome.written for outcome in outcomes):,} written"]
    if skipped := sum(outcome.skipped for outcome in outcomes):
        counts.append(f"{skipped:,} skipped")
    counts.append(f"{len(failed):,} of {len(outcomes):,} files failed in {seconds:.1f} s")
    console.print(", ".join(counts))
    return 1 if failed else 0


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
    return 1 if any(found) else 0


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
    """Converts scores: .abc .mid .musicxml .mxl .krn .mei in, .abc .mid .musicxml .mxl out.

    The suffixes tell the formats; --from and --to where there are none. A folder is converted file by file
    into the folder OUT, which gets the same structure; what cannot be converted is listed at the end. Files
    that differ only in their suffix keep it: a.mid and a.mxl give a.mid.abc and a.mxl.abc.

    A tune book with several tunes becomes one ABC file, or as many files of any other format, named after
    OUT and the tune's number: tunes.abc tunes.mid gives tunes-1.mid, tunes-2.mid and so on.

    Exit code: 0 done, 1 some files failed or --check found errors, 2 a mistake in what was asked.
    """
    console = Console(
        stderr=True, markup=False, highlight=False, emoji=False, width=None if sys.stderr.isatty() else 160
    )
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
    if os.path.isdir(source):
        start = time.monotonic()
        bar = partial(
            track,
            description="converting",
            total=len(tasks),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        outcomes = run(tasks, options, jobs, bar)
        return report(outcomes, time.monotonic() - start, console)
    outcome = convert(tasks[0], options)
    for failure in outcome.failures:
        console.print(f"{source}: {failure}", soft_wrap=True)
    if outcome.problems:
        hint = f"; list them with {PROGRAM} --check" if tasks[0].from_format == "abc" else ""
        console.print(f"{source}: {outcome.problems} problems noticed{hint}", soft_wrap=True)
    return 1 if outcome.failures else 0


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command; returns the exit code."""
    code: object = USER_ERROR
    try:
        code = app(None if argv is None else list(argv), prog_name=PROGRAM, standalone_mode=False) or 0
    except SymbolicError as error:
        _tell(str(error))
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # who reads has seen enough
        code = 0
    except Exception as error:
        usage_message = getattr(
            error, "format_message", None
        )  # a usage error, of whichever click typer brings
        if usage_message is None:
            raise
        _tell(f"{usage_message()} (see --help)")
    if code == INTERRUPTED:  # typer may return it instead of raising
        _tell("interrupted; what was finished is kept")
    return code if isinstance(code, int) else 0


def _tell(message: str) -> None:
    print(f"{PROGRAM}: {message}", file=sys.stderr)
