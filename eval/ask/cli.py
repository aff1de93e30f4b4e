"""``symbolic-ask``: answers questions about one score, MIDI or audio file, with the evidence.

Answers go to standard output (with ``--format json`` nothing else does), everything else to standard error.
Exit codes: 0 everything answered; 1 some questions could not be answered, and are listed; 2 a mistake in what
was asked for, or nothing that could be answered.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from eval.ask.answering import Panel, ask
from eval.ask.printing import complaints, dump, show
from eval.cli import Decode
from eval.models import Decoding
from eval.registry import DEFAULT
from symbolic.command import DONE, SOME_FAILED, USER_MISTAKE, note, run_command
from symbolic.errors import SymbolicError
from symbolic.io import read_all
from symbolic.score import Score
from transcription import transcribe_with_details
from transcription.audio import AUDIO_SUFFIXES
from transcription.pipeline import MIDI_SUFFIXES

PROGRAM = "symbolic-ask"


class Format(StrEnum):
    """How answers are shown."""

    text = "text"
    json = "json"


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.command()
def command(
    question: Annotated[str, typer.Argument(help="One question or several, in English.", metavar="QUESTION")],
    file: Annotated[
        Path | None,
        typer.Argument(help="What is asked about; questions of theory need none.", metavar="[FILE]"),
    ] = None,
    model: Annotated[
        str, typer.Option("--model", "-m", metavar="MODEL", help="Whom to ask; symbolic-eval --model list.")
    ] = DEFAULT,
    decode: Annotated[
        Decode | None,
        typer.Option("--decode", help="How language models answer. [default: what is best for the task]"),
    ] = None,
    tune: Annotated[int, typer.Option(min=1, help="Of a file with several pieces, which one.")] = 1,
    format: Annotated[Format, typer.Option("--format", help="What to print.")] = Format.text,
) -> int:
    """Answers questions about a piece of music, with what speaks for each answer."""
    if not question.strip():
        raise SymbolicError("the question is empty")
    score, trusted = (None, True) if file is None else _read(file, tune)
    panel = Panel(model, Decoding(decode and decode.value))
    answers = ask(question, score, panel=panel, trusted=trusted)
    if format is Format.json:
        sys.stdout.write(dump(question, None if file is None else str(file), answers))
    else:
        show(Console(), answers)
    for line in complaints(answers):
        _note(line)
    if not answers.replies:
        return USER_MISTAKE
    return SOME_FAILED if answers.declined else DONE


def _read(path: Path, number: int) -> tuple[Score, bool]:
    """One piece of a file, and whether what it states about itself is to be trusted.

    Recordings and performances are transcribed: what they seem to state are estimates. A MIDI file that
    holds a score has mostly the defaults of the program that wrote it for its key and metre.
    """
    sounds = path.suffix.lower() in AUDIO_SUFFIXES | MIDI_SUFFIXES
    scores, noticed = _transcribe(path) if sounds else read_all(path)
    if number > len(scores):
        count = "1 piece" if len(scores) == 1 else f"{len(scores)} pieces"
        raise SymbolicError(f"the file holds {count}, so that there is no number {number}", path=str(path))
    if len(scores) > 1:
        _note(f"{path} holds {len(scores)} pieces; this is about number {number} (--tune N takes another)")
    if noticed:
        _note(f"warning: {path}: {noticed[0]}{f' (and {len(noticed) - 1} more)' if noticed[1:] else ''}")
    return scores[number - 1], not sounds


def _transcribe(path: Path) -> tuple[list[Score], Sequence[object]]:
    found = transcribe_with_details(path)
    return [found.score], found.warnings


def _note(line: str) -> None:
    note(PROGRAM, line)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command line; returns the exit code (`symbolic.command`)."""
    return run_command(app, PROGRAM, argv)
