"""Progress of a corpus build on standard error: a bar on a terminal, else lines."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

LINE_SECONDS = 60.0
"""Between two lines of progress where there is no terminal."""


@contextmanager
def shown(stage: str, total: int, program: str = "symbolic-data") -> Iterator[Callable[[], None]]:
    """Shows a stage of `training.corpus.build` and how many of its units are done; lines name the program."""
    if not sys.stderr.isatty():
        yield _told_in_lines(stage, total, program)
        return
    bar = Progress(
        TextColumn("{task.description:6}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        row = bar.add_task(stage, total=total)
        yield lambda: bar.advance(row)


def _told_in_lines(stage: str, total: int, program: str) -> Callable[[], None]:
    """Progress for a file: a line when a stage begins, and then one a minute."""
    _tell(program, f"{stage}: {total:,} {'unit' if total == 1 else 'units'}")
    done, told = 0, monotonic()

    def advance() -> None:
        nonlocal done, told
        done += 1
        if monotonic() - told >= LINE_SECONDS:
            told = monotonic()
            _tell(program, f"{stage}: {done:,} of {total:,}")

    return advance


def _tell(program: str, line: str) -> None:
    print(f"{program}: {line}", file=sys.stderr, flush=True)
