"""transformers' Trainer with the losses of texts and answers averaged apart.

A corpus has a hundred tokens of music for one of answer: one mean over all would drown the answers. So each
kind has its own mean, and the loss is ``text + answer_weight · answer``. A mean is over all tokens of its
kind in a step of the optimizer, in whatever batches and processes they lie: how a step is divided changes
nothing but rounding.

A loss or a weight that is no number stops the run before it is saved: the last checkpoint is a good one. Each
checkpoint ends a window of the log, so that the losses after it are the same whether or not the run was
stopped there.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch.nn.functional import cross_entropy
from transformers import Trainer, TrainerState, TrainingArguments
from transformers.trainer import TRAINER_STATE_NAME
from transformers.trainer_callback import PrinterCallback

from symbolic.errors import SymbolicError
from training import checkpoint
from training.config import TrainConfig
from training.prompts import Kind

KINDS = (Kind.TEXT, Kind.ANSWER)
"""The kinds that are trained on, in the order of the tensors below."""


class LossError(SymbolicError):
    """The loss, or a weight, is no number any more."""

    def __init__(self, what: str, step: int, out: str) -> None:
        super().__init__(
            f"{what} is no finite number after step {step}; the last good checkpoint is kept in {out}. Begin "
            "again in another folder with a smaller learning_rate, from that checkpoint if you like (as base)"
        )


def summed_losses(logits: torch.Tensor, ids: torch.Tensor, kinds: torch.Tensor) -> torch.Tensor:
    """The sums of the cross entropy, in nats, of the tokens of each of `KINDS`.

    Args:
        logits: rows × tokens × vocabulary.
        ids: rows × tokens.
        kinds: the `Kind` of each token.
    """
    wanted = kinds[:, 1:]
    learned = wanted != Kind.IGNORED
    losses = cross_entropy(logits[:, :-1][learned].float(), ids[:, 1:][learned], reduction="none")
    return torch.stack([losses[wanted[learned] == kind].sum() for kind in KINDS])


def counted(kinds: torch.Tensor) -> torch.Tensor:
    """How many tokens of each of `KINDS` are predicted."""
    return torch.stack([(kinds[:, 1:] == kind).sum() for kind in KINDS])


class PooledTrainer(Trainer):  # type: ignore[misc]  # transformers is not followed
    """See the module."""

    def __init__(self, config: TrainConfig, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._train = config
        self.remove_callback(PrinterCallback)
        self.model_accepts_loss_kwargs = True  # the loss below is over the whole step already
        self._weights = torch.tensor([1.0, config.answer_weight], device=self.args.device)
        self._means = torch.zeros(2, dtype=torch.float64)
        self._steps = torch.zeros(2, dtype=torch.float64)
        self._tokens, self._since = 0, time.monotonic()
        self._held_out = torch.zeros(2, 2, dtype=torch.float64)

    def _get_num_items_in_batch(self, batch_samples: Sequence[Any], device: torch.device) -> torch.Tensor:
        """Of a step's batches in all processes: the tokens of each of `KINDS`."""
        counts = torch.stack([counted(batch["kinds"]) for batch in batch_samples]).sum(0)
        tokens = sum(int(batch["sizes"].sum()) for batch in batch_samples)
        whole = self.accelerator.reduce(torch.cat([counts, counts.new_tensor([tokens])]).to(device), "sum")
        self._steps += (whole[:2] > 0).cpu()
        self._tokens += int(whole[2])
        return whole[:2]

    def compute_loss(
        self,
        model: Any,
        inputs: Mapping[str, torch.Tensor],
        return_outputs: bool = False,
        num_items_in_batch: torch.Tensor | None = None,
    ) -> Any:
        """This batch's part of the weighted sum of the kinds' means."""
        ids, kinds = inputs["input_ids"], inputs["kinds"]
        output = model(input_ids=ids, position_ids=inputs["position_ids"], use_cache=False)
        sums = summed_losses(output.logits, ids, kinds)
        if num_items_in_batch is None:
            self._held_out += torch.stack([sums.detach(), counted(kinds)]).double().cpu()
            num_items_in_batch = counted(kinds)
            means = sums / num_items_in_batch.clamp(min=1)
        else:  # gradients are averaged over the processes
            means = sums / num_items_in_batch.clamp(min=1) * self.accelerator.num_processes
            self._means += means.detach().double().cpu()
        loss = (means * self._weights).sum()
        if not bool(torch.isfinite(loss)):
            raise LossError("the loss", self.state.global_step, self.args.output_dir)
        return (loss, output) if return_outputs else loss

    def prediction_step(
        self, model: Any, inputs: Any, prediction_loss_only: bool, ignore_keys: Any = None
    ) -> tuple[Any, None, None]:
        """The loss alone."""
        with torch.no_grad():
            loss = self.compute_loss(model, self._prepare_inputs(inputs))
        return loss.detach(), None, None

    def log(self, logs: dict[str, float], *arguments: Any, **keywords: Any) -> None:
        """Adds the mean of each kind since the last log, and the speed."""
        if "loss" in logs:
            means = self._reduced(self._means, "mean") / self._steps.clamp(min=1)
            logs |= self._named("", means, self._steps)
            logs["tokens_per_second"] = round(self._tokens / (time.monotonic() - self._since), 1)
            self._means.zero_()
            self._steps.zero_()
            self._tokens, self._since = 0, time.monotonic()
        elif "eval_loss" in logs:
            sums, counts = self._reduced(self._held_out, "sum")
            means = sums / counts.clamp(min=1)
            logs["eval_loss"] = float((means * self._weights.cpu()).sum())
            logs |= self._named("eval_", means, counts)
            self._held_out.zero_()
            self._since = time.monotonic()
        super().log(logs, *arguments, **keywords)

    def create_optimizer(self, model: Any = None) -> Any:
        """That of transformers, or Muon."""
        if self._train.optimizer == "adamw":
            return super().create_optimizer(model)
        from training.optimizer import MuonAndAdamW

        self.optimizer = MuonAndAdamW(self.model, self._train)
        return self.optimizer

    def _reduced(self, values: torch.Tensor, how: str) -> torch.Tensor:
        found: torch.Tensor = self.accelerator.reduce(values.clone().float().to(self.args.device), how)
        return found.double().cpu()

    def _named(self, prefix: str, means: torch.Tensor, counts: torch.Tensor) -> dict[str, float]:
        return {
            f"{prefix}{kind.name.lower()}_loss": float(mean)
            for kind, mean, count in zip(KINDS, means, counts, strict=True)
            if count
        }

    def load(self, folder: Path) -> None:
        """Takes weights and history from a checkpoint, without training on."""
        self._load_from_checkpoint(str(folder))
        self.state = TrainerState.load_from_json(str(folder / TRAINER_STATE_NAME))

    def _save_checkpoint(self, model: Any, trial: Any) -> None:
        if not all(map(_is_finite, model.parameters())):
            raise LossError("a weight", self.state.global_step, self.args.output_dir)
        folder = Path(self.args.output_dir) / f"checkpoint-{self.state.global_step}"
        with checkpoint.told_when_full(folder):
            super()._save_checkpoint(model, trial)
        self.accelerator.wait_for_everyone()
        if self.is_world_process_zero():
            checkpoint.mark_complete(folder)


def _is_finite(weight: Any) -> bool:
    """Whether all numbers of a weight, or of this process's share of it, are finite."""
    share = weight.to_local() if hasattr(weight, "to_local") else weight
    return bool(torch.isfinite(share).all())


def arguments(
    config: TrainConfig,
    out: Path,
    rows: int,
    processes: int = 1,
    *,
    is_followed: bool = False,
    report: Sequence[str] = (),
) -> TrainingArguments:
    """The `TrainingArguments` of a run.

    Args:
        config: of the run.
        out: where checkpoints go.
        rows: of the training set.
        processes: that train together.
        is_followed: the loss on held-out rows is measured beside every checkpoint.
        report: names that transformers knows, such as ``tensorboard``.
    """
    steps = max(1, round(config.epochs * rows / (config.batch * config.accumulate * processes)))
    stages = {}
    if config.schedule == "warmup_stable_decay":
        stages = {"num_decay_steps": round(config.decay * steps), "num_stable_steps": None}
    return TrainingArguments(
        output_dir=str(out),
        max_steps=steps,
        per_device_train_batch_size=config.batch,
        per_device_eval_batch_size=config.batch,
        gradient_accumulation_steps=config.accumulate,
        learning_rate=config.learning_rate,
        lr_scheduler_type=config.schedule,
        lr_scheduler_kwargs=stages,
        warmup_steps=round(config.warmup * steps),
        weight_decay=config.weight_decay,
        max_grad_norm=config.clip,
        adam_beta2=0.95,
        use_cpu=not torch.accelerator.is_available(),
        bf16=config.bf16,
        activation_checkpointing=config.gradient_checkpointing,
        torch_compile=config.compile,
        seed=config.seed,
        data_seed=config.seed,
        save_steps=config.save_every,
        save_total_limit=2,
        eval_strategy="steps" if is_followed else "no",
        eval_steps=config.save_every,
        logging_steps=max(1, min(50, steps // 20)),
        report_to=list(report) or "none",
        remove_unused_columns=False,
        ddp_find_unused_parameters=False,
        dataloader_num_workers=0,
        dataloader_pin_memory=torch.accelerator.is_available(),
        disable_tqdm=True,
    )
