"""Every preset loads, says what its paper says, and runs two steps on a shrunk model of its own family."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")
import torch
from transformers import LlamaConfig, LlamaForCausalLM, Qwen3Config, Qwen3ForCausalLM

from symbolic.errors import SymbolicError
from tests.benchmarks import training as benchmark
from tests.training.conftest import Tiny
from tests.training.tiny import CONTEXT, WARNING
from training import models
from training.config import Config, TrainConfig, preset_names
from training.finetune import finetune
from training.pretrain import pretrain
from training.prompts import Kind, chat_samples, question_text
from training.tokenizer import load_tokenizer

ALL = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
NEW, BASED = ("mini", "mini-theory", "small"), ("chatmusician-7b", "llama-3.2-1b", "qwen3-4b")
SIZES = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 48,
    "max_position_embeddings": CONTEXT,
}
QWEN_TEMPLATE = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message.role + '\\n' }}"
    "{% if message.role == 'assistant' and loop.last %}{{ '<think>\\n\\n</think>\\n\\n' }}{% endif %}"
    "{{ message.content + eos_token + '\\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}"
    "{% if enable_thinking is defined and not enable_thinking %}"
    "{{ '<think>\\n\\n</think>\\n\\n' }}{% endif %}{% endif %}"
)
"""The shape of Qwen3's: an answer begins with its thoughts, empty ones where it is asked not to think."""


def family(preset: str, vocabulary: int) -> Any:
    """A random model of the preset's architecture: heads shared and head tied as there."""
    torch.manual_seed(0)
    sizes = {**SIZES, "vocab_size": vocabulary}
    if preset == "chatmusician-7b":
        return LlamaForCausalLM(LlamaConfig(**sizes, num_key_value_heads=4, tie_word_embeddings=False))
    if preset == "llama-3.2-1b":
        return LlamaForCausalLM(LlamaConfig(**sizes, num_key_value_heads=2, tie_word_embeddings=True))
    return Qwen3ForCausalLM(Qwen3Config(**sizes, num_key_value_heads=2, head_dim=8, tie_word_embeddings=True))


def base_folder(preset: str, tiny: Tiny, folder: Path) -> str:
    tokenizer = load_tokenizer(tiny.tokenizer)
    if preset == "qwen3-4b":
        tokenizer.bos_token = None
        tokenizer.chat_template = QWEN_TEMPLATE
    model = family(preset, len(tokenizer))
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return str(folder)


def shrunk(config: Config, base: str = "") -> Config:
    """The preset with everything that costs time made small; what it trains, and how, stays."""
    model = replace(config.model, base=base, hidden=32, layers=2, intermediate=48, context=CONTEXT)
    return replace(
        config, model=model, pretrain=two_steps(config.pretrain), finetune=two_steps(config.finetune)
    )


def two_steps(config: TrainConfig) -> TrainConfig:
    small = replace(config, batch=2, accumulate=1, epochs=1e-6, save_every=1, eval_rows=0)
    return replace(small, bf16=False, compile=False)


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two steps, whatever the corpus."""
    from training import trainer

    made = trainer.arguments

    def arguments(*given: Any, **named: Any) -> Any:
        found = made(*given, **named)
        found.max_steps = 2
        return found

    monkeypatch.setattr(trainer, "arguments", arguments)


def test_the_presets():
    assert preset_names() == sorted([*NEW, *BASED])


@pytest.mark.parametrize("name", [*NEW, *BASED])
def test_a_preset_loads_and_is_whole(name):
    config = Config.load(name)
    assert Config.from_dict(config.to_dict()) == config
    assert bool(config.model.base) == (name in BASED)
    assert config.finetune.batch * config.finetune.accumulate <= 64
    assert config.finetune.kinds[-1] == "chat"


def test_chatmusician_has_the_figures_of_its_paper():
    config = Config.load("chatmusician-7b")
    lora, train = config.lora, config.finetune
    assert (lora.rank, lora.alpha, lora.dropout, lora.targets) == (64, 16, 0.1, ALL)
    assert lora.train_embeddings
    assert (train.learning_rate, train.schedule, train.warmup, train.clip) == (1e-4, "cosine", 0.05, 1.0)
    assert config.model.context == 2048
    assert "Llama-2-7b" in config.model.base


@pytest.mark.parametrize(("name", "least", "most"), [("mini", 0.5e6, 2e6), ("small", 30e6, 60e6)])
def test_new_models_have_their_size(name, least, most):
    config = Config.load(name)
    tokens = range(config.tokenizer.vocabulary)

    class Pieces(list[int]):
        bos_token_id, eos_token_id, pad_token_id = 1, 2, 3

    with torch.device("meta"):
        model = models.new_model(config.model, Pieces(tokens))
    assert least < models.parameters(model) < most


@pytest.mark.usefixtures("steps")
@pytest.mark.parametrize("name", NEW)
def test_a_new_model_is_pretrained_two_steps(name, tiny, tmp_path):
    config = shrunk(Config.load(name))
    trainer = pretrain(config, tiny.corpus, tiny.tokenizer, tmp_path / "model")
    assert trainer.state.global_step == 2
    assert models.load_model(tmp_path / "model").config.num_hidden_layers == 2


@pytest.mark.filterwarnings(WARNING)
@pytest.mark.usefixtures("steps")
@pytest.mark.parametrize("name", BASED)
def test_an_adapter_is_trained_two_steps(name, tiny, tmp_path):
    base = base_folder(name, tiny, tmp_path / "base")
    found = finetune(shrunk(Config.load(name), base), base, tiny.corpus, tmp_path / "out", questions=2)
    assert found.is_new
    assert (tmp_path / "out" / "adapter_model.safetensors").stat().st_size > 0


@pytest.mark.usefixtures("steps")
def test_a_base_is_pretrained_two_steps(tiny, tmp_path):
    base = base_folder("qwen3-4b", tiny, tmp_path / "base")
    trainer = pretrain(shrunk(Config.load("qwen3-4b"), base), tiny.corpus, None, tmp_path / "out")
    assert trainer.state.global_step == 2


@pytest.mark.filterwarnings(WARNING)
@pytest.mark.parametrize("name", BASED)
def test_the_speed_of_an_adapter_can_be_measured(name, capsys):
    command = ["--preset", name, "--random-weights", "--shrink", "--steps", "1", "--batch", "1"]
    assert benchmark.main(command) == 0
    assert re.search(r"1 steps of 1 rows of 128 tokens: [\d,]+ tokens/s", capsys.readouterr().out)


def test_packed_rows_hold_the_tokens_of_padded_ones(tiny):
    tokenizer = load_tokenizer(tiny.tokenizer)
    config = shrunk(Config.load("mini"))
    sequences = benchmark.sequence_rows(tiny.corpus, tokenizer, config, 60)
    packed, padded = benchmark.packed_rows(sequences, CONTEXT), benchmark.padded_rows(sequences)
    assert sum(map(len, packed["input_ids"])) == sum(map(len, padded["input_ids"]))
    assert len(packed) < len(padded) == len(sequences)
    rate, filled = benchmark.speed(packed, tokenizer, config, 1)
    assert rate > 0
    assert benchmark.speed(padded, tokenizer, config, 1)[1] < filled <= 1


def test_an_answer_is_what_follows_empty_thoughts(tiny):
    tokenizer = load_tokenizer(tiny.tokenizer)
    tokenizer.bos_token, tokenizer.chat_template = None, QWEN_TEMPLATE
    chat = [{"role": "user", "content": "Which key?"}, {"role": "assistant", "content": "D minor"}]
    sample = chat_samples(tokenizer, [chat])[0]
    answer = [index for index, kind in zip(sample.ids, sample.kinds, strict=True) if kind == Kind.ANSWER]
    assert tokenizer.decode(answer) == "D minor</s>"
    asked = tokenizer(question_text(tokenizer, chat[:1]), add_special_tokens=False)["input_ids"]
    assert sample.ids == [*asked, *answer]
    assert tokenizer.decode(asked).endswith("assistant\n<think>\n\n</think>\n\n")


def test_a_wrong_name_is_told_with_the_nearest():
    with pytest.raises(SymbolicError, match=r"did you mean 'chatmusician-7b'\?"):
        Config.load("chatmusician7b")
