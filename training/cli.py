"""``symbolic-train``: tokenizers, pretraining, finetuning, merging.

Several GPUs: ``accelerate launch --config_file training/presets/fsdp.yaml -m training.cli pretrain …``; the
same command goes on after a stop. What was asked for goes to standard output, progress and errors to
standard error. Exit codes: 0 done; 2 the user's mistake, a full disk, or a loss that is no number, in one
line; 130 interrupted, with a checkpoint.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from symbolic.errors import MissingDependencyError, SymbolicError
from training.checkpoint import is_full
from training.config import Config

PROGRAM = "symbolic-train"
DONE, USER_MISTAKE, INTERRUPTED = 0, 2, 130
DEFAULT_MODEL = "models/default"
NEEDED = ("accelerate", "datasets", "peft", "sentencepiece", "torch", "transformers", "trl")
"""Packages of the extra ``train``."""
PLAIN_WIDTH = 140
"""Columns of a table that does not go to a terminal."""


class Report(StrEnum):
    """Where losses are reported as well."""

    tensorboard = "tensorboard"
    wandb = "wandb"


app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Training: tokenizer, pretrain, finetune, merge.",
)

Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder to make.")]
Preset = Annotated[str, typer.Option("--preset", metavar="NAME|FILE", help="A preset, or a TOML file.")]
Changes = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Change a key, such as finetune.epochs=2; repeatable."),
]
Reports = Annotated[
    list[Report] | None, typer.Option("--report", help="Where losses go as well; repeatable.")
]


@app.command("tokenizer")
def tokenizer_command(
    corpus: Annotated[Path, typer.Option("--corpus", metavar="DIR", help="A corpus that was built.")],
    out: Out,
    preset: Preset = "mini",
    change: Changes = None,
    extend: Annotated[
        str | None,
        typer.Option("--extend", metavar="MODEL", help="Give this folder or hub model music pieces instead."),
    ] = None,
) -> int:
    """Trains a tokenizer on the texts of a corpus, or gives a model's tokenizer the pieces that it lacks.

    With --extend the folder holds the whole model, with a row for each new piece: a base for training.
    """
    from training.extension import extend_model
    from training.packing import corpus_lines
    from training.tokenizer import train_tokenizer

    config = _config(preset, change)
    if out.exists():
        raise SymbolicError(f"{out} exists already: name another folder")
    kinds = ("score", "theory", "question") if extend is None else ("score",)
    lines = corpus_lines(corpus, "train", kinds)
    texts = (line["text"] for line in islice(lines, config.tokenizer.texts))
    if extend is not None:
        _quiet()
        added = extend_model(extend, texts, out, config.tokenizer.vocabulary)
        _console().print(f"{out}: {extend} with {len(added):,} more pieces", soft_wrap=True)
        return DONE
    wanted = config.tokenizer
    tokenizer = train_tokenizer(texts, out, wanted.vocabulary, config.model.context, phrases=wanted.phrases)
    _console().print(f"{out}: {len(tokenizer):,} pieces", soft_wrap=True)
    return DONE


@app.command("pretrain")
def pretrain_command(
    corpus: Annotated[Path, typer.Option("--corpus", metavar="DIR", help="A corpus that was built.")],
    out: Out,
    tokenizer: Annotated[
        Path | None, typer.Option("--tokenizer", metavar="DIR", help="Of a new model.")
    ] = None,
    base: Annotated[
        str | None, typer.Option("--base", metavar="MODEL", help="Go on with this folder or hub model.")
    ] = None,
    preset: Preset = "mini",
    change: Changes = None,
    report: Reports = None,
) -> int:
    """Trains a model on a corpus: a new one, or going on with a base. Goes on where it was stopped."""
    from training import models
    from training.pretrain import pretrain

    config = _config(preset, [*(change or []), *([f"model.base={base}"] if base else [])])
    with _watch(report) as watch:
        trainer = pretrain(config, corpus, tokenizer, out, watch)
    if trainer is None:
        return _was_finished(out)
    told = ", ".join(f"{name} {value:.4f}" for name, value in _last_losses(trainer.state.log_history).items())
    _tell_main(
        f"{out}: {models.parameters(trainer.model):,} weights, {trainer.state.global_step:,} steps; {told}"
    )
    return DONE


@app.command("finetune")
def finetune_command(
    out: Out,
    corpus: Annotated[
        Path | None, typer.Option("--corpus", metavar="DIR", help="A corpus that was built.")
    ] = None,
    scores: Annotated[
        list[str] | None,
        typer.Option(
            "--scores", metavar="DIR", help="Instead: your own scores, folder or archive; repeatable."
        ),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option("--model", metavar="MODEL", help="Folder or hub name. [default: the shipped one]"),
    ] = None,
    questions: Annotated[
        int,
        typer.Option("--questions", metavar="N", min=0, help="Held-out questions, asked before and after."),
    ] = 300,
    preset: Preset = "mini",
    change: Changes = None,
    report: Reports = None,
) -> int:
    """Trains an adapter on questions (all weights with --set lora.rank=0), and measures before and after.

    With --scores a corpus is built of them first, in the adapter's folder; a part is held out. Goes on where
    it was stopped.
    """
    from training.finetune import finetune

    if (corpus is None) == (scores is None):
        raise SymbolicError("name either --corpus or --scores")
    config = _config(preset, change)
    base = model or config.model.base or _default_model()
    with _watch(report) as watch:
        built = corpus or _built(scores or [], out, base, config)
        found = finetune(config, base, built, out, watch, questions)
    if found.rows:
        _print_gain(found.rows)
    if not found.is_new:
        return _was_finished(out)
    _tell_main(f"{out}: finished; see README.md in it")
    return DONE


@app.command("merge")
def merge_command(
    base: Annotated[str, typer.Argument(metavar="BASE", help="Folder or hub name.")],
    adapter: Annotated[Path, typer.Argument(metavar="ADAPTER", help="A folder that finetune made.")],
    out: Out,
) -> int:
    """Merges an adapter into its base: a model that transformers and vLLM load as any other."""
    from training.merge import merge
    from training.models import parameters

    _quiet()
    model = merge(base, adapter, out)
    _console().print(f"{out}: {parameters(model):,} weights", soft_wrap=True)
    return DONE


def _config(preset: str, changes: Sequence[str] | None) -> Config:
    values: dict[str, dict[str, Any]] = {}
    for change in changes or ():
        name, equals, text = change.partition("=")
        table, dot, key = name.partition(".")
        if not (equals and dot):
            raise SymbolicError(f"--set takes TABLE.KEY=VALUE such as finetune.epochs=2, got {change!r}")
        try:
            value = tomllib.loads(f"value = {text}")["value"]
        except tomllib.TOMLDecodeError:
            value = text
        values.setdefault(table, {})[key] = value
    return Config.from_dict(values, Config.load(preset))


def _default_model() -> str:
    from symbolic.resources import data_path

    try:
        return str(data_path(DEFAULT_MODEL))
    except FileNotFoundError as exc:
        raise SymbolicError("this installation has no default model: name one with --model") from exc


def _built(scores: Sequence[str], out: Path, base: str, config: Config) -> Path:
    from training.checkpoint import RUN_FILE
    from training.corpus.progress import shown
    from training.corpus.runner import LocalRunner, cores
    from training.finetune import CORPUS
    from training.models import context_of
    from training.own_scores import build_corpus
    from training.run import main_first

    folder = out / CORPUS
    if out.exists() and not folder.exists() and not (out / RUN_FILE).exists() and any(out.iterdir()):
        raise SymbolicError(f"{out} is not empty and holds no training run: name another folder")
    out.mkdir(parents=True, exist_ok=True)
    with main_first():
        context = context_of(base, config.model.context)
        build_corpus(
            scores,
            folder,
            context,
            config.finetune.seed,
            LocalRunner(cores()),
            partial(shown, program=PROGRAM),
        )
    return folder


@contextmanager
def _watch(report: Sequence[Report] | None) -> Iterator[Any]:
    from training.callbacks import Bar
    from training.run import Watch, leave

    _quiet()
    bar = Bar(Console(stderr=True, highlight=False))
    try:
        yield Watch(tuple(name.value for name in report or ()), (bar,))
    finally:
        bar.stop()
        leave()


def _quiet() -> None:
    """Libraries show no bars of their own."""
    import datasets
    from transformers.utils import logging

    logging.disable_progress_bar()
    datasets.disable_progress_bars()


def _last_losses(log: Sequence[dict[str, float]]) -> dict[str, float]:
    names = ("text_loss", "answer_loss", "eval_text_loss", "eval_answer_loss")
    return {name.replace("_", " "): entry[name] for entry in log for name in names if name in entry}


def _print_gain(rows: Sequence[Any]) -> None:
    from training.card import GAIN_HEADS, gain_cells

    table = Table(*GAIN_HEADS)
    for row in rows:
        table.add_row(*gain_cells(row))
    _console().print(table)


def _was_finished(out: Path) -> int:
    _tell_main(f"{out}: finished before; nothing to do")
    return DONE


def _tell_main(line: str) -> None:
    from training.run import is_main

    if is_main():
        _console().print(line, soft_wrap=True)


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
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in NEEDED:
            raise
        _tell(str(MissingDependencyError(package, "train")))
    except Exception as error:
        usage_message = getattr(error, "format_message", None)  # of whichever click typer brings
        if usage_message is not None:
            _tell(f"{usage_message()} (see --help)")
        elif is_full(error):
            _tell("no space is left on the device: make some and give the same command again")
        else:
            raise
    if code == INTERRUPTED:  # typer may return it instead of raising
        _tell("interrupted; give the same command again to go on")
    return code if isinstance(code, int) else DONE


def _tell(message: str) -> None:
    print(f"{PROGRAM}: {' '.join(message.split())}", file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main())
