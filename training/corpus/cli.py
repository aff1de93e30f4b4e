"""``symbolic-data``: corpora of music and theory: what there is, building one, and what is in one.

What was asked for goes to standard output, progress and errors to standard error. Exit codes: 0 done; 1
done, but some files could not be used, which are listed; 2 the user's mistake, or a full disk, in one line;
130 interrupted. A build that was stopped goes on when the same command is given again.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from symbolic.errors import SymbolicError
from training.corpus.config import BuildConfig
from training.corpus.progress import shown
from training.corpus.runner import LocalRunner, Runner, cores

PROGRAM = "symbolic-data"
DONE, SOME_FAILED, USER_MISTAKE, INTERRUPTED = 0, 1, 2, 130
PLAIN_WIDTH = 140
"""Columns of a table that does not go to a terminal."""


class RunnerName(StrEnum):
    """Who does the work."""

    local = "local"
    ray = "ray"


app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Corpora of music and music theory: list, build, stats.",
)


@app.command("list")
def list_command() -> int:
    """Lists the sources of scores: licence, number of pieces, and whether they can be used here."""
    from training.corpus.sources import refusals, sources

    table = Table("source", "pieces", "commercial", "licence", "here")
    for source in sources().values():
        here = "yes" if source.is_present else "not on this machine"
        table.add_row(
            f"{source.name}\n{source.title}",
            f"{source.pieces:,}" if source.pieces else "?",
            "yes" if source.commercial else "no",
            source.licence,
            here if source.training else "not for training",
        )
    for refusal in refusals():
        table.add_row(f"{refusal.name}\n{refusal.title}", "", "no", refusal.licence, "refused")
    _console().print(table)
    return DONE


@app.command("build")
def build_command(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder to build into.")],
    scores: Annotated[
        list[str] | None,
        typer.Option("--scores", metavar="DIR", help="A folder, archive or file of your own; repeatable."),
    ] = None,
    source: Annotated[
        list[str] | None,
        typer.Option("--source", metavar="NAME", help="A source that 'list' names; repeatable."),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option("--config", metavar="FILE", help="A TOML file with any key of the configuration."),
    ] = None,
    mix: Annotated[
        str | None, typer.Option(metavar="N:M", help="Knowledge and questions : scores. [default: 2:1]")
    ] = None,
    license: Annotated[
        str | None,
        typer.Option("--license", metavar="any|commercial", help="What may be used. [default: any]"),
    ] = None,
    format: Annotated[
        str | None, typer.Option("--format", metavar="chat|alpaca", help="Of the examples. [default: chat]")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(metavar="N", min=0, help="Of everything drawn. [default: 0]")
    ] = None,
    context: Annotated[
        int | None, typer.Option(metavar="N", help="Most characters of a text or example. [default: 4096]")
    ] = None,
    questions: Annotated[
        int | None, typer.Option(metavar="N", help="Questions to each copy of a piece. [default: 3]")
    ] = None,
    transpositions: Annotated[
        int | None, typer.Option(metavar="N", help="Copies in other keys. [default: 2]")
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(metavar="N", min=1, max=256, help="Processes. [default: one a core]")
    ] = None,
    runner: Annotated[RunnerName, typer.Option("--runner", help="Who does the work.")] = RunnerName.local,
    address: Annotated[
        str, typer.Option("--address", metavar="ADDRESS", help="Of a Ray cluster: auto, ray://host:10001.")
    ] = "",
) -> int:
    """Builds a corpus: pretraining text, supervised examples, held-out questions, manifest and data card.

    Without --scores and --source, every source on this machine is used. A build that was stopped goes on when
    the same command is given again; each build needs a DIR of its own. Files that cannot be used are left
    out and listed with the reason in DIR/rejected.jsonl; the command then ends with 1.
    """
    from training.corpus.build import build
    from training.corpus.manifest import has_failures
    from training.corpus.workspace import MANIFEST

    given: dict[str, Any] = {
        "scores": scores,
        "sources": source,
        "mix": mix,
        "license": license,
        "format": format,
        "seed": seed,
        "context": context,
        "questions": questions,
        "transpositions": transpositions,
    }
    base = (BuildConfig() if config is None else BuildConfig.from_toml(config)).to_dict()
    chosen = BuildConfig.from_dict(base | {name: value for name, value in given.items() if value is not None})
    had_manifest = (out / MANIFEST).exists()
    manifest = build(chosen, out, _runner(runner, jobs, address), shown)
    if had_manifest:
        _tell(f"{out}: this corpus was built before, of the same files; nothing was done")
    _report(out, manifest)
    return SOME_FAILED if has_failures(manifest) else DONE


def _runner(name: RunnerName, jobs: int | None, address: str) -> Runner:
    if name is RunnerName.ray:
        from training.corpus.ray_runner import RayRunner

        return RayRunner(address, 0 if address else jobs or 0)
    if address:
        raise SymbolicError("--address is of a Ray cluster: add --runner ray")
    return LocalRunner(jobs or cores())


def _report(out: Path, manifest: dict[str, Any]) -> None:
    """Tells what was built and what was left out."""
    from training.corpus.sources import OWN

    console = _console()
    pieces, mix = manifest["pieces"], manifest["mix"]
    generated = sum(manifest["sources"][OWN]["pieces"].values())
    ratio = "no scores" if mix["ratio"] is None else f"{mix['ratio']}:1"
    examples = {
        split: sum(counts[split] for counts in manifest["questions"].values())
        for split in ("train", "dev", "test")
    }
    console.print(
        f"{out}: {pieces['kept'] - generated:,} of {pieces['read']:,} pieces in {pieces['files']:,} files, "
        f"{generated:,} generated pieces; "
        f"{sum(mix['characters'].values()):,} characters of training text ({ratio}); "
        f"examples: {', '.join(f'{count:,} {split}' for split, count in examples.items())}",
        soft_wrap=True,
    )
    for told, list_ in (("left out", "rejected"), ("kept, but noticed", "noticed")):
        if manifest[list_]:
            counts = ", ".join(f"{found['count']:,} {reason}" for reason, found in manifest[list_].items())
            console.print(f"{told} (see {list_}.jsonl): {counts}", soft_wrap=True)
    for id_, task, error in manifest["type_failures"]["first"][:3]:
        _tell(f"the question type {task} failed on {id_}: {error}")


@app.command("stats")
def stats_command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A corpus that was built.")],
) -> int:
    """Shows what is in a corpus; writes the tables and plots into DIR/stats."""
    from training.corpus.plots import write_statistics
    from training.corpus.statistics import measure, tables

    found = measure(folder)
    write_statistics(found, folder / "stats")  # before the tables: whoever reads them may leave early
    console = _console()
    for table in tables(found):
        console.print(table)
    return DONE


def _console() -> Console:
    return Console(markup=False, highlight=False, width=None if sys.stdout.isatty() else PLAIN_WIDTH)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command; returns the exit code."""
    code: object = USER_MISTAKE
    try:
        code = app(None if argv is None else list(argv), prog_name=PROGRAM, standalone_mode=False) or DONE
    except SymbolicError as error:
        _tell(str(error))
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except Exception as error:
        usage_message = getattr(error, "format_message", None)  # of whichever click typer brings
        if usage_message is None:
            raise
        if type(error).__name__ == "NoArgsIsHelpError":  # the message is the help
            print(usage_message(), file=sys.stderr)
            return USER_MISTAKE
        _tell(f"{usage_message()} (see --help)")
    if code == INTERRUPTED:  # typer may return it instead of raising
        _tell("interrupted; give the same command again to go on")
    return code if isinstance(code, int) else DONE


def _tell(message: str) -> None:
    """One line on standard error, without anything that could steer the terminal."""
    line = " ".join(message.split())
    shown = "".join(letter if letter.isprintable() else f"\\x{ord(letter):02x}" for letter in line)
    print(f"{PROGRAM}: {shown}", file=sys.stderr)
