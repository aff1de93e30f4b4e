"""Pooled losses, however a step is divided; runs that are stopped, go on, and end badly."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from transformers import Trainer, TrainerCallback  # noqa: E402

from symbolic.errors import SymbolicError  # noqa: E402
from tests.training import tiny as make  # noqa: E402
from tests.training.conftest import Tiny  # noqa: E402
from training import checkpoint, models  # noqa: E402
from training.optimizer import MuonAndAdamW  # noqa: E402
from training.pretrain import pretrain  # noqa: E402
from training.run import Watch  # noqa: E402
from training.trainer import LossError, counted, summed_losses  # noqa: E402

LONG = {"epochs": 2.0}


@pytest.fixture(autouse=True)
def _quick() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def whole(tiny: Tiny, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Any], Any]:
    """Losses and weights of a run of two passes without a stop."""
    trainer = pretrain(
        make.config(pretrain=LONG), tiny.corpus, tiny.tokenizer, tmp_path_factory.mktemp("whole") / "run"
    )
    return make.losses(trainer.state.log_history), trainer.model.state_dict()


def assert_same(trainer: Any, whole: tuple[list[Any], Any]) -> None:
    assert make.losses(trainer.state.log_history) == whole[0]
    for name, weight in trainer.model.state_dict().items():
        assert torch.equal(weight, whole[1][name]), name


class Signal(TrainerCallback):  # type: ignore[misc]  # transformers is not followed
    """Sends this process a signal after a step."""

    def __init__(self, number: int, step: int) -> None:
        self._number, self._step = number, step

    def on_step_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        if state.global_step == self._step:
            os.kill(os.getpid(), self._number)


def test_means_are_of_each_kind() -> None:
    logits = torch.log(torch.tensor([[[0.5, 0.5], [0.25, 0.75], [0.9, 0.1], [1.0, 1e-30]]]))
    sums = summed_losses(logits, torch.tensor([[0, 1, 0, 1]]), torch.tensor([[1, 1, 2, 0]]))
    torch.testing.assert_close(sums, -torch.log(torch.tensor([0.5, 0.25])))
    assert counted(torch.tensor([[1, 1, 2, 0]])).tolist() == [1, 1]
    assert summed_losses(logits, torch.zeros(1, 4, dtype=torch.long), torch.zeros(1, 4)).tolist() == [0, 0]


def test_accumulation_changes_nothing(tiny: Tiny, tmp_path: Path) -> None:
    found = []
    for batch, accumulate in ((4, 1), (1, 4)):
        config = make.config(pretrain={"batch": batch, "accumulate": accumulate, "answer_weight": 0.5})
        found.append(pretrain(config, tiny.corpus, tiny.tokenizer, tmp_path / str(batch)))
    logs = [[entry for entry in trainer.state.log_history if "loss" in entry] for trainer in found]
    for one, other in zip(*logs, strict=True):
        for name in ("loss", "text_loss", "answer_loss", "grad_norm"):
            assert one[name] == pytest.approx(other[name], rel=2e-4), name
        assert one["loss"] == pytest.approx(one["text_loss"] + 0.5 * one["answer_loss"], rel=1e-5)
    held_out = [
        [entry["eval_loss"] for entry in trainer.state.log_history if "eval_loss" in entry]
        for trainer in found
    ]
    assert held_out[0] == pytest.approx(held_out[1], rel=1e-3)


def test_a_killed_run_goes_on_as_if_it_had_not_been(
    tiny: Tiny, tmp_path: Path, whole: tuple[list[Any], Any]
) -> None:
    out = tmp_path / "run"
    steps = whole[0][-1][0]
    killed = steps // 2 + 4  # in the second pass, one step after a checkpoint
    killed += killed % 2 == 0
    code = (
        "from pathlib import Path; import torch; torch.set_num_threads(1)\n"
        "from tests.training import tiny, test_trainer as t\n"
        "from training.pretrain import pretrain\n"
        f"pretrain(tiny.config(pretrain=t.LONG), Path({str(tiny.corpus)!r}), Path({str(tiny.tokenizer)!r}),"
        f" Path({str(out)!r}), t.Watch(callbacks=(t.Signal({int(signal.SIGKILL)}, {killed}),)))"
    )
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert process.returncode == -signal.SIGKILL, process.stderr.decode()
    newest = out / "checkpoints" / f"checkpoint-{killed - 1}"
    assert checkpoint.last_complete(out / "checkpoints") == newest
    unfinished = newest.with_name(f"checkpoint-{killed + 1}")  # as if it had been killed while it saved
    unfinished.mkdir()
    (unfinished / "model.safetensors").write_bytes(b"half")
    assert_same(pretrain(make.config(pretrain=LONG), tiny.corpus, tiny.tokenizer, out), whole)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_saves_a_checkpoint(
    tiny: Tiny, tmp_path: Path, whole: tuple[list[Any], Any], number: signal.Signals
) -> None:
    config = make.config(pretrain=LONG)
    handler = signal.getsignal(number)
    with pytest.raises(KeyboardInterrupt):
        pretrain(config, tiny.corpus, tiny.tokenizer, tmp_path / "run", Watch(callbacks=(Signal(number, 4),)))
    assert signal.getsignal(number) is handler
    assert checkpoint.last_complete(tmp_path / "run/checkpoints") == tmp_path / "run/checkpoints/checkpoint-5"
    trainer = pretrain(config, tiny.corpus, tiny.tokenizer, tmp_path / "run")
    for name, weight in trainer.model.state_dict().items():
        assert torch.equal(weight, whole[1][name]), name
    assert make.losses(trainer.state.log_history)[-1] == whole[0][-1]
    assert pretrain(config, tiny.corpus, tiny.tokenizer, tmp_path / "run") is None


def test_muon_learns_and_goes_on_after_a_stop(tiny: Tiny, tmp_path: Path) -> None:
    muon = {**LONG, "optimizer": "muon"}
    whole = pretrain(make.config(pretrain=muon), tiny.corpus, tiny.tokenizer, tmp_path / "whole")
    losses = make.losses(whole.state.log_history)
    assert losses[-1][1] < 0.8 * losses[0][1]
    watch = Watch(callbacks=(Signal(signal.SIGINT, 4),))
    with pytest.raises(KeyboardInterrupt):
        pretrain(make.config(pretrain=muon), tiny.corpus, tiny.tokenizer, tmp_path / "run", watch)
    trainer = pretrain(make.config(pretrain=muon), tiny.corpus, tiny.tokenizer, tmp_path / "run")
    for name, weight in trainer.model.state_dict().items():
        assert torch.equal(weight, whole.model.state_dict()[name]), name
    for weight in whole.model.parameters():
        weight.requires_grad_(weight.ndim != 2)
    with pytest.raises(SymbolicError, match="muon finds no matrices to train"):
        MuonAndAdamW(whole.model, make.config(pretrain=muon).pretrain)
    with pytest.raises(SymbolicError, match="optimizer must be adamw or muon, got 'sgd'"):
        make.config(pretrain={"optimizer": "sgd"})


def test_a_run_killed_after_its_last_step_is_finished(
    tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = make.config()

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("training.pretrain.save", killed)
        with pytest.raises(KeyboardInterrupt):
            pretrain(config, tiny.corpus, tiny.tokenizer, tmp_path / "run")
    monkeypatch.setattr(Trainer, "train", lambda *_: pytest.fail("trained on"))
    trainer = pretrain(config, tiny.corpus, tiny.tokenizer, tmp_path / "run")
    assert trainer.state.global_step == trainer.args.max_steps
    saved = models.load_model(tmp_path / "run").state_dict()
    last = models.load_model(checkpoint.last_complete(tmp_path / "run/checkpoints") or "").state_dict()
    assert all(torch.equal(saved[name], last[name]) for name in saved)


def test_another_configuration_is_refused(tiny: Tiny, tmp_path: Path) -> None:
    pretrain(make.config(), tiny.corpus, tiny.tokenizer, tmp_path / "run")
    other = make.config(pretrain={"learning_rate": 0.5, "kinds": ["score"]}, model={"hidden": 64})
    with pytest.raises(SymbolicError) as told:
        pretrain(other, tiny.corpus, tiny.tokenizer, tmp_path / "run")
    assert "config.model.hidden is 32 there and 64 here" in str(told.value)
    assert "config.pretrain.learning_rate is 0.01 there and 0.5 here" in str(told.value)
    assert "corpus is" in str(told.value)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/notes.txt").touch()
    with pytest.raises(SymbolicError, match=r"not empty \(notes.txt\) and holds no training run"):
        pretrain(make.config(), tiny.corpus, tiny.tokenizer, tmp_path / "mine")


def test_a_loss_that_is_no_number_stops_and_keeps_the_last_good_checkpoint(
    tiny: Tiny, tmp_path: Path
) -> None:
    class Poison(TrainerCallback):  # type: ignore[misc]  # transformers is not followed
        def on_step_begin(self, args: Any, state: Any, control: Any, model: Any = None, **_: Any) -> None:
            if state.global_step == 3:
                model.lm_head.weight.data[0] = float("inf")

    with pytest.raises(LossError, match="the loss is no finite number after step 3"):
        pretrain(make.config(), tiny.corpus, tiny.tokenizer, tmp_path / "run", Watch(callbacks=(Poison(),)))
    last = checkpoint.last_complete(tmp_path / "run/checkpoints")
    assert last == tmp_path / "run/checkpoints/checkpoint-2"
    assert all(bool(torch.isfinite(weight).all()) for weight in models.load_model(last).parameters())


def test_weights_that_are_no_numbers_are_not_saved(tiny: Tiny, tmp_path: Path) -> None:
    class Poison(TrainerCallback):  # type: ignore[misc]  # transformers is not followed
        def on_optimizer_step(self, args: Any, state: Any, control: Any, model: Any = None, **_: Any) -> None:
            if state.global_step == 3:
                model.lm_head.weight.data[0] = float("nan")

    with pytest.raises(LossError, match="a weight is no finite number after step 4"):
        pretrain(
            make.config(pretrain={"eval_rows": 0}), tiny.corpus, tiny.tokenizer, tmp_path / "run",
            Watch(callbacks=(Poison(),)),
        )  # fmt: skip
    assert checkpoint.last_complete(tmp_path / "run/checkpoints") == tmp_path / "run/checkpoints/checkpoint-2"


@pytest.mark.parametrize(
    "failure",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        RuntimeError(
            "[enforce fail at inline_container.cc:664] . PytorchStreamWriter failed writing file data/1"
        ),
    ],
)
def test_a_full_disk_is_told_in_one_line(
    tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    save = Trainer._save_optimizer_and_scheduler

    def full(self: Any, folder: str) -> None:
        if folder.endswith("checkpoint-4"):
            raise failure
        save(self, folder)

    with monkeypatch.context() as patch:
        patch.setattr(Trainer, "_save_optimizer_and_scheduler", full)
        with pytest.raises(SymbolicError, match="no space is left") as told:
            pretrain(make.config(), tiny.corpus, tiny.tokenizer, tmp_path / "run")
    assert "\n" not in str(told.value)
    assert not (tmp_path / "run/checkpoints/checkpoint-4").exists()
    assert checkpoint.last_complete(tmp_path / "run/checkpoints") == tmp_path / "run/checkpoints/checkpoint-2"
    assert pretrain(make.config(), tiny.corpus, tiny.tokenizer, tmp_path / "run") is not None


def test_a_base_brings_its_tokenizer_and_its_context(tiny: Tiny, tmp_path: Path) -> None:
    config = make.config(model={"base": str(tiny.base)}, pretrain={"epochs": 0.1})
    with pytest.raises(SymbolicError, match="brings its own tokenizer"):
        pretrain(config, tiny.corpus, tiny.tokenizer, tmp_path / "run")
    trainer = pretrain(config, tiny.corpus, None, tmp_path / "run")
    assert trainer.state.global_step == 1
    assert "Not known: what the base" in (tmp_path / "run/README.md").read_text()
    config = make.config(model={"base": str(tiny.base), "context": 512})
    with pytest.raises(SymbolicError, match=r"model.context must be at most the 256 tokens"):
        pretrain(config, tiny.corpus, None, tmp_path / "long")
