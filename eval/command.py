"""What the commands of this package share: their exit codes, and how errors are told.

Exit codes: 0 done; 1 some items failed; 2 the user's mistake, in one line; 130 interrupted.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer

from symbolic.errors import SymbolicError

DONE, SOME_FAILED, USER_MISTAKE, INTERRUPTED = 0, 1, 2, 130


def note(program: str, line: str) -> None:
    """Tells a line on standard error."""
    print(f"{program}: {line}", file=sys.stderr)


def run_command(app: typer.Typer, program: str, argv: Sequence[str] | None) -> int:
    """Runs a command line; returns the exit code."""
    command = typer.main.get_command(app)
    try:
        code = command.main(args=argv, prog_name=program, standalone_mode=False)
        sys.stdout.flush()
        if code == INTERRUPTED:  # typer may return it instead of raising
            note(program, "interrupted")
        return code if isinstance(code, int) else DONE
    except SymbolicError as exc:
        note(program, str(exc))
        return USER_MISTAKE
    except (KeyboardInterrupt, typer.Abort):
        note(program, "interrupted")
        return INTERRUPTED
    except Exception as exc:
        message = getattr(exc, "format_message", None)  # a usage error, of whichever click typer brings
        if message is None:
            raise
        note(program, message())
        return USER_MISTAKE
