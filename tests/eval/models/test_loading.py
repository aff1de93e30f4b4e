from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from symbolic.errors import SymbolicError

torch = pytest.importorskip("torch")
peft = pytest.importorskip("peft")

from eval.models.decoding import Decoding  # noqa: E402
from eval.models.huggingface import build, names  # noqa: E402
from eval.models.loading import load  # noqa: E402
from eval.registry import build_model, choose_models, task_named  # noqa: E402
from tests.eval.models.tiny import write_model  # noqa: E402
from training import checkpoint  # noqa: E402
from training.models import identity, load_model  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning")


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    """A copy of the tiny model, to spoil."""
    return Path(shutil.copytree(folder, tmp_path / "copy"))


def adapter(base: Path, path: Path, **options: Any) -> Path:
    """A LoRA with random weights for a model."""
    model = load_model(base)
    config = peft.LoraConfig(r=2, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM", **options)
    tuned = peft.get_peft_model(model, config)
    torch.manual_seed(1)
    for name, weight in tuned.named_parameters():
        if "lora_" in name or "modules_to_save" in name:
            torch.nn.init.normal_(weight, std=0.3)
    tuned.save_pretrained(path)
    return path


def _logits(model: Any) -> Any:
    with torch.no_grad():
        return model(torch.arange(5, 15)[None]).logits


@pytest.mark.parametrize("options", [{}, {"modules_to_save": ["embed_tokens"], "ensure_weight_tying": True}])
def test_an_adapter_is_merged(folder: Path, tmp_path: Path, options: dict[str, Any]) -> None:
    path = adapter(folder, tmp_path / "lora", **options)
    merged, _ = load(f"{folder}+{path}")
    whole = peft.PeftModel.from_pretrained(load_model(folder), str(path)).eval()
    assert torch.allclose(_logits(merged), _logits(whole), atol=1e-4)
    assert not torch.allclose(_logits(merged), _logits(load(str(folder))[0]), atol=1e-2)


def test_a_folder_with_a_plus_in_its_name_is_a_model(copy: Path) -> None:
    place = copy.rename(copy.with_name("a+b"))
    assert load(str(place))[0] is not None


def spoil_tokenizer(folder: Path) -> None:
    for path in folder.glob("tokenizer*"):
        path.unlink()


def spoil_template(folder: Path) -> None:
    (folder / "chat_template.jinja").unlink()


def spoil_weights(folder: Path) -> None:
    weights = folder / "model.safetensors"
    torch.save({}, folder / "pytorch_model.bin")
    weights.unlink()


def drop_weights(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


def lack_layer(folder: Path) -> None:
    _change_config(folder, num_hidden_layers=3)


def other_width(folder: Path) -> None:
    _change_config(folder, intermediate_size=96)


def other_kind(folder: Path) -> None:
    _change_config(folder, architectures=["T5ForConditionalGeneration"])


def broken_weights(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"\x00" * 20)


def broken_config(folder: Path) -> None:
    (folder / "config.json").write_text("{")


def _change_config(folder: Path, **changes: Any) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (spoil_tokenizer, "has no tokenizer"),
        (spoil_template, "has no chat template"),
        (spoil_weights, r"weights as a pickle \(pytorch_model.bin\)"),
        (drop_weights, "has no weights"),
        (lack_layer, "the weights lack model.layers.2.* and 8 more"),
        (other_width, "cannot load the model"),
        (other_kind, "a T5ForConditionalGeneration does not generate text"),
        (broken_weights, "cannot load the model"),
        (broken_config, "cannot load the model"),
    ],
)
def test_spoilt_models(copy: Path, spoil: Callable[[Path], None], message: str) -> None:
    spoil(copy)
    with pytest.raises(SymbolicError, match=message) as caught:
        load(str(copy))
    assert "copy" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nowhere", "no model folder nowhere"),
        ("./a/b", "no model folder ./a/b"),
        ("/no/where", "no model folder /no/where"),
        ("+x", r"written PATH_OR_ID\[\+ADAPTER\]"),
        (__file__, "is a file"),
    ],
)
def test_no_such_model(name: str, message: str) -> None:
    with pytest.raises(SymbolicError, match=message):
        load(name)


def test_no_shipped_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eval.models.loading.data_root", lambda: tmp_path)
    assert names("key") == ()
    with pytest.raises(SymbolicError, match="this installation lacks the model default"):
        load("default")


def test_the_shipped_model_has_a_name(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (copy.parent / "models").mkdir()
    copy.rename(copy.parent / "models/default")
    monkeypatch.setattr("eval.models.loading.data_root", lambda: copy.parent)
    assert names("key") == ("default",)
    assert choose_models(["hf:*"], [task_named("key")]) == {"key": ["hf:default"]}
    assert build_model("hf:default", task_named("key"), Decoding(vote=False)).name == "hf:default"


def test_adapters_of_other_bases(folder: Path, tmp_path: Path) -> None:
    other = write_model(tmp_path / "other", hidden=64)
    with pytest.raises(SymbolicError, match=r"for another base: .*q_proj is 32 × 32 here, and .* is 2 × 64"):
        load(f"{folder}+{adapter(other, tmp_path / 'wide')}")
    path = adapter(folder, tmp_path / "deep")
    _rename_layer(path / "adapter_model.safetensors", "layers.1", "layers.7")
    with pytest.raises(SymbolicError, match=r"for another base: this model has no model.layers.7"):
        load(f"{folder}+{path}")


def test_an_adapter_that_knows_its_base(folder: Path, tmp_path: Path) -> None:
    other = write_model(tmp_path / "other", seed=1)
    path = adapter(folder, tmp_path / "lora")
    (path / checkpoint.RUN_FILE).write_text(json.dumps({"base": identity(folder)}))
    assert load(f"{folder}+{path}")[0] is not None
    with pytest.raises(SymbolicError, match="for another base: its weights were trained on others"):
        load(f"{other}+{path}")


def _rename_layer(path: Path, old: str, new: str) -> None:
    from safetensors.torch import load_file, save_file

    save_file({name.replace(old, new): weight for name, weight in load_file(path).items()}, path)


def test_spoilt_adapters(folder: Path, tmp_path: Path) -> None:
    path = adapter(folder, tmp_path / "lora")
    (path / "adapter_model.safetensors").rename(path / "adapter_model.bin")
    with pytest.raises(SymbolicError, match="its weights as a pickle"):
        load(f"{folder}+{path}")
    (path / "adapter_model.bin").unlink()
    with pytest.raises(SymbolicError, match="its weights nowhere"):
        load(f"{folder}+{path}")
    (path / "adapter_config.json").unlink()
    with pytest.raises(SymbolicError, match="is no adapter folder"):
        load(f"{folder}+{path}")
    with pytest.raises(SymbolicError, match="no model folder /nothing"):
        load(f"{folder}+/nothing")


def test_tasks_without_notation(folder: Path) -> None:
    with pytest.raises(SymbolicError, match="bar-count has no notation to compare; --decode notate does"):
        build(str(folder), "bar-count", Decoding("notate"))


def test_the_command_line(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from eval.cli import main
    from tests.eval.conftest import abc

    (tmp_path / "a.abc").write_text(abc("D"))
    (tmp_path / "b.abc").write_text(abc("G").replace("C6|]", "CDE FGA|" * 200 + "C6|]"))
    options = ["--task", "key", "--data", str(tmp_path), "--format", "json", "--model"]
    assert main([*options, f"hf:{folder}", "--decode", "score", "--vote", "off"]) == 0
    printed = capsys.readouterr()
    result = json.loads(printed.out)
    assert result["metrics"]["answered"]["value"] == 1
    assert result["config"]["decoding"] == {"method": "score", "vote": False, "evidence": False}
    assert list(result["warnings"].values()) == [1]
    assert "warning: key hf:" in printed.err
    assert "1 of 2 questions: score cut at a bar" in printed.err
    assert main([*options, "hf:nowhere"]) == 2
    assert capsys.readouterr().err == (
        "symbolic-eval: no model folder nowhere (on the hub a model is named ORGANISATION/NAME)\n"
    )
