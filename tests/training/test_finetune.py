"""Adapters: what is trained and saved, who can load it, what merging gives, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

import peft  # noqa: E402
from safetensors import safe_open  # noqa: E402
from transformers import AutoModelForCausalLM, AutoTokenizer  # noqa: E402

from symbolic.errors import SymbolicError  # noqa: E402
from tests.training import tiny as make  # noqa: E402
from tests.training.conftest import Tiny  # noqa: E402
from training import lora, models  # noqa: E402
from training.finetune import finetune  # noqa: E402
from training.merge import merge  # noqa: E402

pytestmark = pytest.mark.filterwarnings(make.WARNING)
IDS = torch.tensor([[1, 5, 300, 400, 17, 2]])


@pytest.fixture(autouse=True)
def _quick() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def adapter(tiny: Tiny, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("finetune") / "adapter"
    found = finetune(make.config(finetune={"epochs": 2.0}), str(tiny.base), tiny.corpus, out, questions=4)
    assert found.is_new
    assert [row[:2] for row in found.rows] == [("key", 2), ("time-signature", 2), ("all", 4)]
    return out


def logits(model: Any) -> Any:
    with torch.no_grad():
        return model.eval()(input_ids=IDS).logits


def test_an_adapter_is_a_peft_folder_that_others_load(tiny: Tiny, adapter: Path) -> None:
    base = AutoModelForCausalLM.from_pretrained(tiny.base)
    before = logits(base)
    after = logits(peft.PeftModel.from_pretrained(base, adapter))
    assert not torch.allclose(before, after, atol=1e-3)
    assert AutoTokenizer.from_pretrained(adapter).chat_template
    settings = json.loads((adapter / "adapter_config.json").read_text())
    assert settings["base_model_name_or_path"] == str(tiny.base)
    assert (settings["r"], settings["lora_alpha"]) == (4, 8)
    with safe_open(adapter / "adapter_model.safetensors", "pt") as weights:
        names = set(weights.keys())
    assert {name.split(".")[-3] for name in names if "lora_" in name} == set(make.config().lora.targets)
    assert "base_model.model.model.embed_tokens.weight" in names
    assert not list(adapter.glob("*.bin"))


def test_tied_embeddings_stay_tied_and_are_trained(tiny: Tiny, adapter: Path) -> None:
    model = lora.load_adapted(str(tiny.base), adapter)
    embeddings = model.get_input_embeddings().modules_to_save["default"].weight
    head = model.get_output_embeddings().modules_to_save["default"].weight
    assert embeddings.data_ptr() == head.data_ptr()
    base = models.load_model(tiny.base).get_input_embeddings().weight
    assert not torch.allclose(embeddings, base, atol=1e-3)


@pytest.mark.parametrize(("tie", "whole"), [(True, True), (True, False), (False, True), (False, False)])
def test_what_is_trained(tiny: Tiny, tmp_path: Path, tie: bool, whole: bool) -> None:
    base = models.load_model(make.write_model(tmp_path / "base", tiny.tokenizer, tie=tie))
    model = lora.adapted(base, make.config(lora={"train_embeddings": whole}).lora)
    assert torch.equal(logits(model), logits(models.load_model(tmp_path / "base")))
    trained = [name for name, weight in model.named_parameters() if weight.requires_grad]
    others = [name for name in trained if "lora_" not in name]
    expected = [] if not whole else ["embed_tokens"] if tie else ["embed_tokens", "lm_head"]
    assert [name.split(".")[-4] for name in others] == expected
    assert len(trained) - len(others) == 2 * 7 * 2


def test_merging_changes_nothing_and_needs_none_of_our_code(
    tiny: Tiny, adapter: Path, tmp_path: Path
) -> None:
    merge(str(tiny.base), adapter, tmp_path / "merged")
    expected = logits(lora.load_adapted(str(tiny.base), adapter))
    found = AutoModelForCausalLM.from_pretrained(tmp_path / "merged")
    torch.testing.assert_close(logits(found), expected, atol=1e-5, rtol=1e-4)
    assert AutoTokenizer.from_pretrained(tmp_path / "merged").chat_template
    assert found.config.tie_word_embeddings
    card = (tmp_path / "merged/README.md").read_text()
    assert "license_name: non-commercial" in card
    assert "vllm serve merged" in card
    with pytest.raises(SymbolicError, match="exists already"):
        merge(str(tiny.base), adapter, tmp_path / "merged")


def test_an_adapter_of_another_base_is_refused(tiny: Tiny, adapter: Path, tmp_path: Path) -> None:
    other = make.write_model(tmp_path / "base", tiny.tokenizer, seed=1)
    with pytest.raises(SymbolicError, match=r"was trained on another base \(.*base\) than .*base") as told:
        merge(str(other), adapter, tmp_path / "merged")
    assert "\n" not in str(told.value)
    assert not (tmp_path / "merged").exists()
    moved = tmp_path / "moved"
    moved.mkdir()
    for path in tiny.base.iterdir():
        (moved / path.name).write_bytes(path.read_bytes())
    lora.check_base(moved, adapter)
    with pytest.raises(SymbolicError, match=r"is no adapter: it has no adapter_config\.json"):
        lora.check_base(tiny.base, tiny.base)


def test_an_adapter_from_elsewhere_is_known_by_its_bases_name(tiny: Tiny, tmp_path: Path) -> None:
    model = lora.adapted(models.load_model(tiny.base), make.config().lora)
    model.save_pretrained(tmp_path / "adapter")
    lora.check_base(tiny.base, tmp_path / "adapter")
    with pytest.raises(SymbolicError, match="another base"):
        lora.check_base(make.write_model(tmp_path / "other", tiny.tokenizer), tmp_path / "adapter")
    (tmp_path / "adapter/adapter_model.safetensors").rename(tmp_path / "adapter/adapter_model.bin")
    with pytest.raises(SymbolicError, match="pickle"):
        lora.check_base(tiny.base, tmp_path / "adapter")


def test_rank_0_trains_all_weights(tiny: Tiny, tmp_path: Path) -> None:
    config = make.config(finetune={"epochs": 0.2, "gradient_checkpointing": True}, lora={"rank": 0})
    finetune(config, str(tiny.base), tiny.corpus, tmp_path / "model", questions=0)
    base, found = models.load_model(tiny.base), models.load_model(tmp_path / "model")
    assert all(
        not torch.equal(weight, found.state_dict()[name])
        for name, weight in base.state_dict().items()
        if "norm" not in name
    )
    assert "library_name: transformers" in (tmp_path / "model/README.md").read_text()


def test_checkpointing_and_bf16_train_an_adapter(tiny: Tiny, tmp_path: Path) -> None:
    settings = {"epochs": 0.2, "gradient_checkpointing": True, "bf16": True}
    config = make.config(finetune=settings, lora={"train_embeddings": False, "dropout": 0.1})
    finetune(config, str(tiny.base), tiny.corpus, tmp_path / "adapter", questions=0)
    model = lora.load_adapted(str(tiny.base), tmp_path / "adapter")
    updates = [weight for name, weight in model.named_parameters() if "lora_B" in name]
    assert all(bool(weight.abs().max() > 0) for weight in updates)
    assert "--enable-lora" in (tmp_path / "adapter/README.md").read_text()


def test_an_adapters_run_that_was_stopped_goes_on_exactly(
    tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import signal

    from tests.training.test_trainer import Signal
    from training.run import Watch

    config = make.config(lora={"dropout": 0.2})
    whole = finetune(config, str(tiny.base), tiny.corpus, tmp_path / "whole", questions=2)
    stop = Watch(callbacks=(Signal(signal.SIGINT, 3),))
    with pytest.raises(KeyboardInterrupt):
        finetune(config, str(tiny.base), tiny.corpus, tmp_path / "again", stop, questions=2)
    assert finetune(config, str(tiny.base), tiny.corpus, tmp_path / "again", questions=2).rows == whole.rows
    with (
        safe_open(tmp_path / "whole/adapter_model.safetensors", "pt") as one,
        safe_open(tmp_path / "again/adapter_model.safetensors", "pt") as other,
    ):
        for name in one.keys():  # noqa: SIM118  # no mapping
            assert torch.equal(one.get_tensor(name), other.get_tensor(name)), name


def test_the_card_and_the_record_tell_what_was_done(adapter: Path) -> None:
    card = (adapter / "README.md").read_text()
    for words in (
        "library_name: peft",
        "license_name: non-commercial",
        "| folk: Folk tunes | non-commercial use | A. Collector | no | 40 |",
        "Not known: what the base ",
        "PeftModel.from_pretrained",
        "which vLLM takes in a merged model only",
        "| key | 2 | 0.000 |",
        "| lora.rank | 4 |",
    ):
        assert words in card, words
    record = json.loads((adapter / "training.json").read_text())
    assert record["finished"]
    assert record["config"]["finetune"]["epochs"] == 2.0
    assert record["rows"]["sequences"] == {"key": 20, "time-signature": 20}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"quantize": True}, "lora.quantize needs a GPU"),
        ({"quantize": True, "rank": 0}, "weights in 4 bits cannot be trained"),
        ({"targets": ["q_proj", "v_prj"]}, r"lora.targets names 'v_prj'.*did you mean 'v_proj'\?"),
    ],
)
def test_what_cannot_be_is_refused(tiny: Tiny, tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    if torch.cuda.is_available() and "GPU" in message:
        pytest.skip("there is one")
    with pytest.raises(SymbolicError, match=message):
        finetune(make.config(lora=changes), str(tiny.base), tiny.corpus, tmp_path / "out", questions=0)


def test_rows_are_as_long_as_the_base_takes_and_a_run_without_checkpoints_may_change(
    tiny: Tiny, tmp_path: Path
) -> None:
    config = make.config(model={"context": 4096}, finetune={"epochs": 0.1}, lora={"targets": ["query"]})
    with pytest.raises(SymbolicError, match="names 'query'"):
        finetune(config, str(tiny.base), tiny.corpus, tmp_path / "out", questions=0)
    config = make.config(model={"context": 4096}, finetune={"epochs": 0.1})
    assert finetune(config, str(tiny.base), tiny.corpus, tmp_path / "out", questions=0).is_new
    record = json.loads((tmp_path / "out/training.json").read_text())
    assert record["config"]["model"]["context"] == make.CONTEXT
