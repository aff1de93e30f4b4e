"""What every training run does: the rows, the trainer, going on after a stop, saving.

The recipes (`training.pretrain`, `training.finetune`) say which model and which part of the corpus. All of
them run in one process or, under ``accelerate launch`` or ``torchrun``, in several: then the main process
claims the folder and makes the rows, and the others wait for it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from symbolic import __version__
from symbolic.errors import SymbolicError
from symbolic.io import told_with
from training import checkpoint, packing
from training.config import TrainConfig
from training.prompts import Kind

REPORTS = ("tensorboard", "wandb")


@dataclass(frozen=True, slots=True)
class Watch:
    """Who watches a run.

    Attributes:
        report: names out of `REPORTS`.
        callbacks: of the trainer, such as one that shows progress.
    """

    report: tuple[str, ...] = ()
    callbacks: tuple[Any, ...] = ()

    def __post_init__(self) -> None:
        for name in self.report:
            if name not in REPORTS:
                raise SymbolicError(f"report must be among {', '.join(REPORTS)}, got {name!r}")
            if find_spec(name) is None:
                raise SymbolicError(f"{name} is not installed; run: pip install {name}")


@dataclass(frozen=True, slots=True)
class Material:
    """What a run trains on.

    Attributes:
        train: packed rows.
        held_out: packed rows on which the loss is followed, or None.
        counts: what the training rows were made of.
        width: the most tokens of a row.
    """

    train: Any
    held_out: Any
    counts: packing.Counts
    width: int


def identity(
    command: str, config: Mapping[str, Any], train: TrainConfig, corpus: Path, tokenizer: Any, base: str
) -> dict[str, Any]:
    """What a run depends on, for `checkpoint.claim`.

    Args:
        command: ``pretrain`` or ``finetune``.
        config: the tables of the configuration that the command reads.
        train: the one that says which lines are trained on.
        corpus: their corpus.
        tokenizer: of the model.
        base: what `models.identity` gives for the base, or empty.
    """
    return {
        "command": command,
        "version": __version__,
        "config": dict(config),
        "base": base,
        "corpus": packing.files_hash(packing.corpus_files(corpus, "train", train.kinds)),
        "tokenizer": packing.tokenizer_hash(tokenizer),
        "processes": processes(),
    }


def processes() -> int:
    """How many processes train together."""
    count: int = _state().num_processes
    return count


def is_main() -> bool:
    """Whether this is the process that writes and tells."""
    return int(os.environ.get("RANK", "0")) == 0


def is_sharded() -> bool:
    """Whether the model is divided over the processes (FSDP), so that none can use it alone."""
    return os.environ.get("ACCELERATE_USE_FSDP", "false").lower() == "true"


def device() -> Any:
    """Where this process computes."""
    return _state().device


def leave() -> None:
    """Leaves the group of processes, if there is one: its threads may not outlive the interpreter."""
    torch = sys.modules.get("torch")
    if torch is not None and torch.distributed.is_available() and torch.distributed.is_initialized():
        torch.distributed.destroy_process_group()


@contextmanager
def main_first() -> Iterator[None]:
    """The main process runs the block before the others do."""
    with _state().main_process_first():
        yield


def _state() -> Any:
    import torch
    from accelerate import PartialState

    return PartialState(cpu=not torch.accelerator.is_available())  # as the trainer chooses


def material(config: TrainConfig, context: int, corpus: Path, tokenizer: Any, out: Path) -> Material:
    """The rows of the training and development splits.

    Raises:
        SymbolicError: as `packing.packed`, for the training split.
    """
    shown = Kind.TEXT if config.shown else Kind.IGNORED
    width = min(config.row or context, context)

    def selection(split: str) -> packing.Selection:
        return packing.Selection(corpus, split, config.kinds, config.times, shown, width, config.seed)

    held_out = None
    with main_first():
        train, counts = packing.packed(selection("train"), tokenizer, out / "rows")
        if config.eval_rows and selection("dev").files:
            held_out, _ = packing.packed(selection("dev"), tokenizer, out / "rows")
            held_out = held_out.select(range(min(config.eval_rows, len(held_out))))
    return Material(train, held_out, counts, width)


def run(
    config: TrainConfig, model: Any, tokenizer: Any, material: Material, out: Path, watch: Watch | None = None
) -> Any:
    """Trains on packed rows, from the last checkpoint below `out` if there is one.

    Returns:
        The trainer, which holds the model and the history of the losses.

    Raises:
        LossError: a loss or weight is no number.
        SymbolicError: the disk is full.
        KeyboardInterrupt: a signal asked to stop; a checkpoint was written.
    """
    from training.callbacks import Stop
    from training.trainer import PooledTrainer, arguments

    watch = watch or Watch()
    checkpoints = out / checkpoint.CHECKPOINTS
    stop = Stop()
    trainer = PooledTrainer(
        config,
        model=model,
        args=arguments(
            config,
            checkpoints,
            len(material.train),
            processes(),
            is_followed=material.held_out is not None,
            report=watch.report,
        ),
        train_dataset=material.train,
        eval_dataset=material.held_out,
        data_collator=packing.Collator(tokenizer.pad_token_id, material.width if config.compile else 64),
        processing_class=tokenizer,
        callbacks=[stop, *watch.callbacks],
    )
    stop.share(trainer.accelerator)
    with main_first():
        last = checkpoint.last_complete(checkpoints)
    with told_with(str(out)), stop.listening():
        if last is None or _steps(last) < trainer.args.max_steps:
            trainer.train(resume_from_checkpoint=None if last is None else str(last))
        else:  # stopped between the last step and the end
            trainer.load(last)
    if stop.asked and trainer.state.global_step < trainer.args.max_steps:
        raise KeyboardInterrupt
    return trainer


def _steps(last: Path) -> int:
    return int(last.name.rpartition("-")[2])


def save(trainer: Any, tokenizer: Any, out: Path) -> None:
    """Writes weights and tokenizer as folders of transformers and PEFT have them."""
    if is_sharded():
        trainer.accelerator.state.fsdp_plugin.set_state_dict_type("FULL_STATE_DICT")
    with told_with(str(out)):
        trainer.save_model(str(out))
    if is_main():
        tokenizer.save_pretrained(out)
        (out / "training_args.bin").unlink(missing_ok=True)


def finish(trainer: Any, out: Path, material: Material, **facts: Any) -> None:
    """Writes the end of a run into its record."""
    checkpoint.note(
        out, finished=True, rows=material.counts.to_dict(), log=trainer.state.log_history, **facts
    )
