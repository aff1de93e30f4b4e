"""``symbolic-train`` as a user meets it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from tests.training import tiny as make  # noqa: E402
from tests.training.conftest import Tiny  # noqa: E402
from tests.training.corpus.small import write_tunes  # noqa: E402
from training import callbacks, models  # noqa: E402
from training.cli import main  # noqa: E402
from training.corpus import runner  # noqa: E402
from training.corpus.runner import InProcess  # noqa: E402

pytestmark = pytest.mark.filterwarnings(make.WARNING)
Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.set_num_threads(1)
    monkeypatch.setattr(runner, "LocalRunner", lambda jobs: InProcess())


def pretraining(tiny: Tiny, tmp_path: Path, *more: str) -> list[str]:
    preset = make.toml(tmp_path)
    paths = ["--corpus", str(tiny.corpus), "--tokenizer", str(tiny.tokenizer), "--out", str(tmp_path / "run")]
    return ["pretrain", *paths, "--preset", str(preset), *more]


def test_from_tokenizer_to_merged_adapter(tiny: Tiny, tmp_path: Path, capsys: Captured) -> None:
    preset = ["--preset", str(make.toml(tmp_path))]
    corpus = ["--corpus", str(tiny.corpus)]
    tokenizer, base, adapter, merged = (str(tmp_path / name) for name in ("t", "base", "adapter", "merged"))
    assert main(["tokenizer", *corpus, "--out", tokenizer, *preset]) == 0
    assert "512 pieces" in capsys.readouterr().out
    assert main(["pretrain", *corpus, "--tokenizer", tokenizer, "--out", base, *preset]) == 0
    told = capsys.readouterr()
    assert "answer loss" in told.out
    assert "tokens/s" in told.err
    assert "left" in told.err
    arguments = ["finetune", "--model", base, *corpus, "--out", adapter, "--questions", "2", *preset]
    assert main([*arguments, "--set", "finetune.epochs=0.5", "--report", "tensorboard"]) == 0
    assert "before" in capsys.readouterr().out
    assert list(Path(adapter).rglob("events.out.tfevents.*"))
    card = Path(adapter, "README.md").read_text()
    assert "Not known" not in card  # the base's own record tells
    assert main(["merge", base, adapter, "--out", merged]) == 0
    assert models.load_model(merged) is not None


def test_ctrl_c_saves_and_the_same_command_goes_on(
    tiny: Tiny, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = callbacks.Bar.on_train_begin

    def interrupted(self: callbacks.Bar, *arguments: object, **keywords: object) -> None:
        begin(self, *arguments, **keywords)
        os.kill(os.getpid(), signal.SIGINT)

    with monkeypatch.context() as patch:
        patch.setattr(callbacks.Bar, "on_train_begin", interrupted)
        assert main(pretraining(tiny, tmp_path)) == 130
    told = capsys.readouterr().err
    assert told.endswith("symbolic-train: interrupted; give the same command again to go on\n")
    assert (tmp_path / "run/checkpoints/checkpoint-1/complete").exists()
    assert main(pretraining(tiny, tmp_path)) == 0
    capsys.readouterr()
    assert main(pretraining(tiny, tmp_path)) == 0
    assert "finished before; nothing to do" in capsys.readouterr().out
    assert main(pretraining(tiny, tmp_path, "--set", "pretrain.seed=3")) == 2
    assert "config.pretrain.seed is 0 there and 3 here" in capsys.readouterr().err


def test_own_scores_give_an_adapter_with_the_gain_measured(
    tiny: Tiny, tmp_path: Path, capsys: Captured
) -> None:
    scores = write_tunes(tmp_path / "scores", files=3, each=10)
    preset = make.toml(tmp_path, model={"context": 1024}, finetune={"epochs": 0.02})
    base = tmp_path / "base"
    torch.manual_seed(0)
    make.write_model(base, tiny.tokenizer)
    settings = json.loads((base / "config.json").read_text()) | {"max_position_embeddings": 1024}
    (base / "config.json").write_text(json.dumps(settings))
    arguments = [
        "finetune",
        "--scores",
        str(scores),
        "--out",
        str(tmp_path / "adapter"),
        "--model",
        str(base),
    ]
    assert main([*arguments, "--preset", str(preset), "--questions", "5"]) == 0
    told = capsys.readouterr().out.split("\n")
    assert any(line.split("│")[1:3] and "all" in line and " 5 " in line for line in told)
    assert "scores: your own scores" in (tmp_path / "adapter/README.md").read_text()
    assert main([*arguments, "--preset", str(preset), "--questions", "5"]) == 0
    assert "finished before" in capsys.readouterr().out


def test_too_few_scores_are_told_with_their_number(tiny: Tiny, tmp_path: Path, capsys: Captured) -> None:
    scores = write_tunes(tmp_path / "scores", files=1, each=3)
    (scores / "empty.abc").touch()
    arguments = ["finetune", "--scores", str(scores), "--out", str(tmp_path / "adapter")]
    assert main([*arguments, "--model", str(tiny.base), "--preset", str(make.toml(tmp_path))]) == 2
    *progress, told = capsys.readouterr().err.splitlines()
    assert progress[0] == "symbolic-train: read: 1 unit"
    assert "3 of 3 pieces in " in told
    assert "left out: 1 empty" in told
    assert "needed are 20" in told


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["finetune", "--out", "x"], "name either --corpus or --scores"),
        (["finetune", "--out", "x", "--corpus", "nowhere", "--model", "./no-model"], "no-model"),
        (["pretrain", "--out", "x", "--corpus", "nowhere"], "a new model needs a tokenizer"),
        (["pretrain", "--out", "x", "--corpus", "c", "--preset", "mimi"], "did you mean 'mini'?"),
        (["pretrain", "--out", "x", "--corpus", "c", "--set", "epochs=2"], "TABLE.KEY=VALUE"),
        (["pretrain", "--out", "x", "--corpus", "c", "--set", "pretrain.epoch=2"], "did you mean 'epochs'?"),
        (
            ["pretrain", "--out", "x", "--corpus", "c", "--set", "pretrain.epochs=-1"],
            "epochs must be above 0",
        ),
        (
            ["pretrain", "--out", "x", "--corpus", "c", "--set", 'pretrain.mix=["score"]'],
            "mix must be names and numbers such as score:0.2, got 'score'",
        ),
        (["pretrain", "--out", "x", "--corpus", "c", "--report", "mlflow"], "Invalid value for '--report'"),
        (["merge", "nowhere", "elsewhere", "--out", "x"], "elsewhere is no adapter"),
        (["tokenizer", "--corpus", "nowhere", "--out", "x"], "no corpus nowhere"),
    ],
)
def test_mistakes_are_told_in_one_line(
    tmp_path: Path,
    capsys: Captured,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    told = capsys.readouterr().err
    assert message in told
    assert told.count("\n") == 1
    assert not (tmp_path / "x").exists()


def test_a_reporter_that_is_not_installed_is_told(
    tiny: Tiny, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.run.find_spec", lambda name: None)
    assert main(pretraining(tiny, tmp_path, "--report", "wandb")) == 2
    assert "wandb is not installed; run: pip install wandb" in capsys.readouterr().err


def test_a_missing_package_is_told_with_the_command_that_installs_it(
    tiny: Tiny, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "training.callbacks")
    monkeypatch.setitem(sys.modules, "transformers", None)
    assert main(pretraining(tiny, tmp_path)) == 2
    told = "transformers is not installed; run: pip install 'symbolic-musician[train]'"
    assert capsys.readouterr().err == f"symbolic-train: {told}\n"
    assert not (tmp_path / "run").exists()


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from training.cli import main; main(['--help']);"
        "sys.exit(any(name in sys.modules for name in ('torch', 'transformers', 'datasets', 'peft')))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0
