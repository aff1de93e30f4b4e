"""What the commands share: exit codes, how errors are told, and the account of work on many files.

Exit codes: 0 done; 1 some items failed; 2 the user's mistake, in one line; 130 interrupted. What was asked
for goes to standard output, everything else to standard error.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from symbolic.convert import Outcome
from symbolic.errors import SymbolicError

DONE, SOME_FAILED, USER_MISTAKE, INTERRUPTED = 0, 1, 2, 130
PLAIN_WIDTH = 160
"""Columns of what does not go to a terminal."""


def note(program: str, line: str) -> None:
    """Tells a line on standard error."""
    print(f"{program}: {line}", file=sys.stderr)


def run_command(
    app: typer.Typer, program: str, argv: Sequence[str] | None, *, interrupted: str = "interrupted"
) -> int:
    """Runs a command line; returns the exit code.

    Args:
        app: a function that returns an exit code or None, and raises `SymbolicError` for a mistake.
        program: its name, which every line on standard error begins with.
        argv: the arguments; those of this process for None.
        interrupted: what is told when the user stops it.
    """
    command = typer.main.get_command(app)
    code: object = USER_MISTAKE
    try:
        code = command.main(
            args=None if argv is None else list(argv), prog_name=program, standalone_mode=False
        )
        sys.stdout.flush()
    except SymbolicError as error:
        note(program, str(error))
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # who reads has seen enough
        code = DONE
    except Exception as error:
        message = getattr(error, "format_message", None)  # a usage error, of whichever click typer brings
        if message is None:
            raise
        note(program, f"{message()} (see --help)")
    if code == INTERRUPTED:  # typer may return it instead of raising
        note(program, interrupted)
    return code if isinstance(code, int) else DONE


def error_console() -> Console:
    """Where progress and failures are shown: standard error, nothing in it taken for markup."""
    width = None if sys.stderr.isatty() else PLAIN_WIDTH
    return Console(stderr=True, markup=False, highlight=False, emoji=False, width=width)


def watch(console: Console, description: str, total: int) -> Callable[[Iterable[Outcome]], Iterable[Outcome]]:
    """What shows the outcomes of many files as a bar while they come in, where there is a terminal."""
    return partial(
        track,
        description=description,
        total=total,
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


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
    return SOME_FAILED if failed else DONE
