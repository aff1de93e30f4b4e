"""Two processes on the CPU (gloo), started as users start them, learn what one does from the same rows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from tests.training import tiny as make  # noqa: E402
from tests.training.conftest import Tiny  # noqa: E402
from training import models  # noqa: E402
from training.pretrain import pretrain  # noqa: E402

RUN = {"epochs": 0.45, "learning_rate": 1e-3}


def launched(tiny: Tiny, out: Path, preset: Path) -> subprocess.CompletedProcess[str]:
    """``torchrun --nproc-per-node 2 -m training.cli pretrain``."""
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    command = ["-m", "training.cli", "pretrain", "--preset", str(preset), "--corpus", str(tiny.corpus)]
    return subprocess.run(
        [*launcher, *command, "--tokenizer", str(tiny.tokenizer), "--out", str(out)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env={**os.environ, "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""},
    )


def entries(log: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [entry for entry in log if "loss" in entry]


def test_two_processes_learn_what_one_does(tiny: Tiny, tmp_path: Path) -> None:
    torch.set_num_threads(1)
    preset = make.toml(tmp_path, pretrain={**RUN, "batch": 2})
    process = launched(tiny, tmp_path / "two", preset)
    assert process.returncode == 0, process.stderr
    assert process.stdout.count("weights") == 1  # the main process alone tells
    record = json.loads((tmp_path / "two/training.json").read_text())
    assert record["processes"] == 2
    alone = pretrain(make.config(pretrain={**RUN, "batch": 4}), tiny.corpus, tiny.tokenizer, tmp_path / "one")
    two, one = entries(record["log"]), entries(alone.state.log_history)
    assert [entry["step"] for entry in two] == [entry["step"] for entry in one] == [1, 2, 3]
    for ours, theirs in zip(two, one, strict=True):
        for name in ("loss", "text_loss", "answer_loss", "grad_norm"):
            assert ours[name] == pytest.approx(theirs[name], rel=1e-4), name
    weights, expected = models.load_model(tmp_path / "two").state_dict(), alone.model.state_dict()
    for name, weight in weights.items():
        torch.testing.assert_close(weight, expected[name], atol=1e-5, rtol=1e-3)
