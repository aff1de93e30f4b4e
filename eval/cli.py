"""``symbolic-eval``: measures models on the benchmark or on your own scores, and compares them.

Numbers go to standard output (with ``--format json`` nothing else does); progress, warnings and errors go
to standard error. Exit codes: 0 done; 1 some files could not be read, and are listed; 2 a mistake in what
was asked for, told in one line.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from eval import results as results_module
from eval import transcription
from eval.items import NothingToAskError
from eval.models import Decoding
from eval.registry import (
    DEFAULT,
    MODEL_KINDS,
    TASKS,
    TRANSCRIPTION,
    Task,
    choose_models,
    model_names,
    task_named,
)
from eval.results import Results
from eval.runner import Exam, prepare, run
from eval.transcription import Session
from symbolic.command import DONE, SOME_FAILED, note, run_command
from symbolic.errors import SymbolicError
from symbolic.io import told_with

PROGRAM = "symbolic-eval"
PLAIN_WIDTH = 120
"""Columns of a table that does not go to a terminal."""


class InputKind(StrEnum):
    """What models get to see."""

    score = "score"
    midi = "midi"
    audio = "audio"


class Form(StrEnum):
    """How questions are put."""

    open = "open"
    choice = "choice"


class Decode(StrEnum):
    """How language models find their answers; see `eval.models.decoding`."""

    score = "score"
    constrained = "constrained"
    free = "free"
    notate = "notate"


class Switch(StrEnum):
    """Whether to do what is otherwise done where it helps."""

    on = "on"
    off = "off"


class Format(StrEnum):
    """How results are shown."""

    table = "table"
    json = "json"


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.command()
def evaluate(
    task: Annotated[
        list[str] | None,
        typer.Option(
            "--task",
            "-t",
            metavar="TASK",
            help="What to measure; repeat for several; 'list', or 'all' for every one but transcription.",
        ),
    ] = None,
    model: Annotated[
        list[str] | None,
        typer.Option(
            "--model",
            "-m",
            metavar="MODEL",
            help="Whom to ask; repeat or use '*' for several; 'list' shows all.",
        ),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(
            help="A JSONL file of questions, or a folder of scores; for theory also a file (JSON, JSONL, "
            "parquet) or hub:REPO in MusicTheoryBench's shape; for transcription a folder of recordings "
            "beside their scores, of aligned performances, or of scores. [default: the benchmark]"
        ),
    ] = None,
    input: Annotated[
        InputKind | None,
        typer.Option(
            "--input",
            help="What models get: the score, or its transcription from a played performance (midi) or from "
            "the sound of that (audio). [default: score; for transcription audio]",
        ),
    ] = None,
    form: Annotated[
        Form, typer.Option("--form", help="How questions are put: open, or a choice among four answers.")
    ] = Form.open,
    decode: Annotated[
        Decode | None,
        typer.Option(
            "--decode",
            help="How language models answer: score every allowed answer, write one within the grammar or "
            "freely, or after reasons or the tune written out, or compare the notation under each. "
            "[default: what is best for the task]",
        ),
    ] = None,
    vote: Annotated[
        Switch | None,
        typer.Option(
            "--vote",
            help="Language models: let all transpositions of a question vote. [default: where it helps]",
        ),
    ] = None,
    evidence: Annotated[
        Switch | None,
        typer.Option(
            "--evidence", help="Language models: show what analysis finds. [default: where it helps]"
        ),
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Ask this many, drawn at random.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the draw and the bootstrap.")] = 0,
    output: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Also write results, tables and plots into this folder."),
    ] = None,
    format: Annotated[Format, typer.Option("--format", help="What to print.")] = Format.table,
) -> int:
    """Measures how well models read music, with the answer taken out of the score."""
    if "list" in (task or []):
        _list_tasks()
        return DONE
    tasks = _tasks(task, optional="list" in (model or []))
    if "list" in (model or []):
        _list_models(tasks)
        return DONE
    chosen = choose_models(model or [DEFAULT], tasks)
    decoding = Decoding(decode and decode.value, _choice(vote), _choice(evidence))
    if output is not None:
        _make_folder(output)
    done: list[Results] = []
    for current in tasks:
        if not chosen[current.name]:
            _note(f"{current.name}: no model of those named does it")
            continue
        try:
            with _progress() as bar:
                row = bar.add_task(f"{current.name}: reading", total=None)
                report = partial(_show, bar, row)
                exam = _prepare(current, data, limit, seed, input, form.value, report)
        except NothingToAskError as exc:
            if len(tasks) == 1:
                raise
            _note(str(exc))
            continue
        _warn_of_changes(exam)
        found = _run_all(exam, chosen[current.name], decoding)
        if format is Format.table:
            _print_tables(found)
        if output is not None:
            _write(output, found)
        done += found
    if format is Format.json:
        sys.stdout.write(results_module.dump(done))
    failures = dict.fromkeys(line for result in done for line in result.failures)
    for line in failures:
        _note(line)
    return SOME_FAILED if failures else DONE


def _tasks(names: list[str] | None, optional: bool) -> list[Task]:
    if not names and not optional:
        raise SymbolicError("--task is missing; --task list shows all there are, --task all takes them all")
    if not names:
        return [*TASKS.values(), TRANSCRIPTION]
    if "all" in names:
        return list(TASKS.values())
    return [task_named(name) for name in dict.fromkeys(names)]


def _list_tasks() -> None:
    for task in (*TASKS.values(), TRANSCRIPTION):
        print(
            f"{task.name:22} {task.description}; metrics: {', '.join(metric.name for metric in task.metrics)}"
        )


def _list_models(tasks: Sequence[Task]) -> None:
    known = dict.fromkeys(name for task in tasks for name in model_names(task))
    for name in known:
        able = [task for task in tasks if name in model_names(task)]
        meaning = "".join(f"; {task.name}: {task.default_model}" for task in able) if name == DEFAULT else ""
        print(f"{name:36} {', '.join(task.name for task in able)}{meaning}")
    for prefix, kind in MODEL_KINDS.items():
        if kind.open_ended:
            print(f"{prefix + ':' + kind.argument:36} {kind.description}")


def _choice(switch: Switch | None) -> bool | None:
    return None if switch is None else switch is Switch.on


def _prepare(
    task: Task,
    data: Path | None,
    limit: int | None,
    seed: int,
    input: InputKind | None,
    form: str,
    progress: Callable[[int, int], object],
) -> Exam | Session:
    if task is TRANSCRIPTION:
        heard = InputKind.audio if input is None else input
        return transcription.prepare(data, limit=limit, seed=seed, input=heard.value, progress=progress)
    shown = InputKind.score if input is None else input
    return prepare(task.name, data, limit=limit, seed=seed, input=shown.value, form=form, progress=progress)


def _progress() -> Progress:
    """A bar on standard error, where that is a terminal."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )


def _show(bar: Progress, row: TaskID, done: int, total: int) -> None:
    bar.update(row, completed=done, total=total)


def _run_all(exam: Exam | Session, models: Sequence[str], decoding: Decoding) -> list[Results]:
    command = results_module.typed_command()
    found = []
    with _progress() as bar:
        for name in models:
            row = bar.add_task(f"{exam.task.name} {name}", total=len(exam))
            advance = partial(bar.advance, row)
            if isinstance(exam, Session):
                found.append(transcription.run(exam, name, command=command, progress=advance))
            else:
                found.append(run(exam, name, decoding=decoding, command=command, progress=advance))
            bar.remove_task(row)
    for result in found:
        noun = "recordings" if isinstance(exam, Session) else "questions"
        for text, count in result.warnings.items():
            _note(f"warning: {result.task} {result.model}: {count} of {result.n} {noun}: {text}")
    return found


def _warn_of_changes(exam: Exam | Session) -> None:
    for reason, count in exam.source.skipped.items():
        if "music21's corpus" in reason:
            _note(f"warning: {count} tunes of the benchmark are {reason}; these numbers are not comparable")


def _print_tables(found: Sequence[Results]) -> None:
    console = Console()
    _report(console if console.is_terminal else Console(width=PLAIN_WIDTH), found)


def _report(console: Console, found: Sequence[Results]) -> None:
    if found[0].task == TRANSCRIPTION.name:
        from eval.report.transcription import print_report
    else:
        from eval.report.tables import print_report
    print_report(console, found)


def _make_folder(folder: Path) -> None:
    with told_with(str(folder)):
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK):
            raise PermissionError


def _write(folder: Path, found: Sequence[Results]) -> None:
    """Writes one JSON file a result, the tables of all, and for ``key`` the circle of fifths of each."""
    from eval.report.circle import write_circle

    results_module.write_results(folder, found)
    text = StringIO()
    _report(Console(file=text, width=PLAIN_WIDTH), found)
    results_module.write_text(folder / f"{found[0].task}.txt", text.getvalue())
    for result in found:
        if result.task == "key":
            write_circle(result, folder / results_module.file_stem(result))


def _note(line: str) -> None:
    note(PROGRAM, line)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command line; returns the exit code (`symbolic.command`)."""
    return run_command(app, PROGRAM, argv)
