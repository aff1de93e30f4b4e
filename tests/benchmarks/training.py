"""How fast training is: packed against padded rows on CPU, and a 7B adapter on a GPU.

    python -m tests.benchmarks.training CORPUS [--tokenizer DIR] [--steps N] [--repeats N] [--preset mini]
    python -m tests.benchmarks.training --preset chatmusician-7b --random-weights [--steps N] [--shrink]

*Packed*: the same sequences of a corpus, the same model and the same trainer; once packed into rows of the
context, once each sequence in a row of its own, padded to the longest of its batch, with as many rows to a
batch as hold about as many tokens, padding included. Tokens are those of sequences: padding is not counted,
and the share of the rows that is padding is told. Both run one after the other, repeated; the ratio is that
of the medians.

*Random weights*: a model of the shape of the preset's base with random weights and the preset's adapter, in
bfloat16, with gradient checkpointing, on full rows of random tokens: tokens per second, share of the GPU's
peak (MFU), and the largest memory. The work of a token is counted as 2 operations for each weight forward,
2 for the gradient of activations, 2 more for each weight that is trained (Kaplan et al. 2020, Scaling Laws,
section 2.1, with attention's own 12 · layers · width · context); what is computed again for checkpoints is
not counted. ``--shrink`` runs the same on any machine with a model of two narrow layers.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

import torch
from datasets import Dataset, disable_progress_bars
from transformers import AutoModelForCausalLM, LlamaConfig, Qwen3Config
from trl import pack_dataset

from symbolic.errors import SymbolicError
from training import lora, models
from training.config import Config
from training.packing import BATCH, Collator, Counts, corpus_lines, samples
from training.prompts import Kind
from training.tokenizer import load_tokenizer, train_tokenizer
from training.trainer import PooledTrainer, arguments

SHAPES: dict[str, Any] = {
    "chatmusician-7b": LlamaConfig(
        vocab_size=32_000,
        hidden_size=4096,
        intermediate_size=11_008,
        num_hidden_layers=32,
        num_attention_heads=32,
        max_position_embeddings=4096,
        tie_word_embeddings=False,
    ),
    "llama-3.2-1b": LlamaConfig(
        vocab_size=128_256,
        hidden_size=2048,
        intermediate_size=8192,
        num_hidden_layers=16,
        num_attention_heads=32,
        num_key_value_heads=8,
        max_position_embeddings=131_072,
        tie_word_embeddings=True,
    ),
    "qwen3-4b": Qwen3Config(
        vocab_size=151_936,
        hidden_size=2560,
        intermediate_size=9728,
        num_hidden_layers=36,
        num_attention_heads=32,
        num_key_value_heads=8,
        head_dim=128,
        max_position_embeddings=40_960,
        tie_word_embeddings=True,
    ),
}
"""Of the presets' bases, as their model cards have them."""
PEAKS = {"H100": 989e12, "H200": 989e12, "A100": 312e12, "L40S": 362e12, "L4": 121e12, "4090": 165e12}
"""Dense operations per second in bfloat16, by a word in the GPU's name, as NVIDIA's data sheets have them."""
WARMUP = 2
"""Steps that are not timed."""


# Packed against padded


def sequence_rows(corpus: Path, tokenizer: Any, config: Config, count: int) -> Dataset:
    """The first sequences of a corpus, a row each."""
    shown = Kind.TEXT if config.pretrain.shown else Kind.IGNORED
    lines = corpus_lines(corpus, "train", config.pretrain.kinds)
    found = islice(samples(lines, tokenizer, shown, Counts(), config.model.context), count)
    rows = [{"input_ids": item.ids, "kinds": item.kinds} for item in found]
    return Dataset.from_list(rows).shuffle(seed=0)


def packed_rows(sequences: Dataset, context: int) -> Dataset:
    return pack_dataset(sequences, context, "bfd", {"batch_size": 10 * BATCH})


def padded_rows(sequences: Dataset) -> Dataset:
    return sequences.map(lambda row: {"seq_lengths": [len(row["input_ids"])]})


class Timed(PooledTrainer):
    """Adds up the tokens, the padded tokens and the seconds of the steps after the first ones."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.tokens = self.places = 0
        self.start = 0.0

    def compute_loss(self, model: Any, inputs: Any, *given: Any, **named: Any) -> Any:
        if self.state.global_step == WARMUP and not self.start:
            self.start = time.perf_counter()
        if self.start:
            self.tokens += int(inputs["sizes"].sum())
            self.places += inputs["input_ids"].numel()
        return super().compute_loss(model, inputs, *given, **named)


def speed(rows: Dataset, tokenizer: Any, config: Config, steps: int) -> tuple[float, float]:
    """Tokens of sequences per second, and the share of the rows that they fill."""
    torch.manual_seed(0)
    model = models.new_model(config.model, tokenizer)
    with tempfile.TemporaryDirectory() as folder:
        settings = arguments(config.pretrain, Path(folder), len(rows))
        settings.max_steps, settings.save_strategy = steps + WARMUP, "no"
        trainer = Timed(
            config.pretrain,
            model=model,
            args=settings,
            train_dataset=rows,
            data_collator=Collator(tokenizer.pad_token_id),
            processing_class=tokenizer,
        )
        trainer.train()
        seconds = time.perf_counter() - trainer.start
    return trainer.tokens / seconds, trainer.tokens / trainer.places


def packing_table(config: Config, corpus: Path, folder: Path, steps: int, repeats: int, texts: int) -> None:
    """Prints tokens per second of packed and of padded rows, and their ratio."""
    tokenizer = (
        load_tokenizer(folder) if folder.is_dir() else trained_tokenizer(config, corpus, folder, texts)
    )
    batch = config.pretrain.batch
    sequences = sequence_rows(corpus, tokenizer, config, 40 * batch * (steps + WARMUP))
    packed, padded = packed_rows(sequences, config.model.context), padded_rows(sequences)
    wide = replace(config, pretrain=replace(config.pretrain, batch=batch * len(padded) // len(packed)))
    found: dict[str, list[tuple[float, float]]] = {"packed": [], "padded": []}
    for _ in range(repeats):
        found["packed"].append(speed(packed, tokenizer, config, steps))
        found["padded"].append(speed(padded, tokenizer, wide, steps))
    lengths = [len(ids) for ids in sequences["input_ids"]]
    print(f"{len(lengths):,} sequences, median {median(lengths):.0f} tokens; context {config.model.context}")
    for name, rows in (("packed", config.pretrain.batch), ("padded", wide.pretrain.batch)):
        rates, fills = zip(*found[name], strict=True)
        print(f"{name} {median(rates):10,.0f} tokens/s, {rows:3} rows a batch, {median(fills):.1%} filled")
    ratio = median(rate for rate, _ in found["packed"]) / median(rate for rate, _ in found["padded"])
    print(f"ratio: {ratio:.2f}")


def trained_tokenizer(config: Config, corpus: Path, folder: Path, texts: int) -> Any:
    lines = islice(corpus_lines(corpus, "train", ("score", "theory", "question")), texts)
    return train_tokenizer(
        (line["text"] for line in lines), folder, config.tokenizer.vocabulary, config.model.context
    )


# A GPU


def shrunk(shape: Any) -> Any:
    """The same family with two narrow layers."""
    sizes = {"vocab_size": 512, "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2}
    heads = {"num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16}
    kept = {name: value for name, value in shape.to_dict().items() if name != "layer_types"}
    return type(shape)(**{**kept, **sizes, **heads})


def operations(model: Any, context: int) -> float:
    """Of one token, forward and backward."""
    is_looked_up = not model.config.tie_word_embeddings  # embeddings that are a table alone do not multiply
    used = [
        weight
        for name, weight in model.named_parameters()
        if "original_module" not in name and not (is_looked_up and lora.EMBEDDINGS in name)
    ]
    trained = sum(weight.numel() for weight in used if weight.requires_grad)
    attention = 12 * model.config.num_hidden_layers * model.config.hidden_size * context
    return 4 * sum(weight.numel() for weight in used) + 2 * trained + attention


def adapter_table(config: Config, preset: str, steps: int, batch: int, is_small: bool) -> None:
    """Prints speed, MFU and memory of an adapter's training on random tokens."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    context = 128 if is_small else config.model.context
    shape = shrunk(SHAPES[preset]) if is_small else SHAPES[preset]
    with device:
        base = AutoModelForCausalLM.from_config(shape, dtype=torch.bfloat16)
    model = lora.adapted(base, config.lora, config.finetune.gradient_checkpointing)
    if config.finetune.gradient_checkpointing:
        model.activation_checkpointing_enable()
    model.train()
    trained = [item for item in model.parameters() if item.requires_grad]
    optimizer = torch.optim.AdamW(trained, config.finetune.learning_rate, fused=True)
    generator = torch.Generator().manual_seed(0)
    times, losses = [], []
    for _ in range(steps + WARMUP):
        ids = torch.randint(shape.vocab_size, (batch, context), generator=generator).to(device)
        synchronize(device)
        start = time.perf_counter()
        with torch.autocast(device.type, torch.bfloat16):
            loss = model(input_ids=ids, labels=ids, use_cache=False).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, config.finetune.clip)
        optimizer.step()
        optimizer.zero_grad()
        losses.append(float(loss.detach()))
        synchronize(device)
        times.append(time.perf_counter() - start)
    rate = batch * context / median(times[WARMUP:])
    all_weights, own = models.parameters(model) / 1e6, sum(item.numel() for item in trained) / 1e6
    print(f"{preset}{' shrunk' * is_small}: {all_weights:,.1f} M weights, of them trained {own:,.1f} M")
    print(f"{steps} steps of {batch} rows of {context} tokens: {rate:,.0f} tokens/s")
    print(f"loss {losses[0]:.2f} at first, {losses[-1]:.2f} at last")
    if device.type == "cuda":
        print_gpu(rate * operations(model, context))


def print_gpu(done: float) -> None:
    name, memory = torch.cuda.get_device_name(), torch.cuda.max_memory_allocated() / 2**30
    peak = next((value for word, value in PEAKS.items() if word in name), None)
    share = f"MFU {100 * done / peak:.1f}% of {peak / 1e12:.0f}" if peak else "peak unknown"
    print(f"{name}: {done / 1e12:.0f} TFLOP/s, {share}; memory at most {memory:.1f} GiB")


def synchronize(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize()


def main(argv: Sequence[str] | None = None) -> int:
    """Prints one of the measurements."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("corpus", type=Path, nargs="?")
    parser.add_argument("--preset", default="mini")
    parser.add_argument(
        "--random-weights", action="store_true", help="an adapter on a base of random weights"
    )
    parser.add_argument("--shrink", action="store_true", help="two narrow layers")
    parser.add_argument("--tokenizer", type=Path, help="a folder; else one is trained")
    parser.add_argument("--texts", type=int, default=5000, help="that it is trained on")
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--batch", type=int, help="rows, instead of the preset's")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    chosen = parser.parse_args(argv)
    torch.set_num_threads(chosen.threads)
    disable_progress_bars()
    config = Config.load(chosen.preset)
    if chosen.random_weights:
        if chosen.preset not in SHAPES:
            raise SymbolicError(f"--random-weights needs a preset with a base: {', '.join(SHAPES)}")
        batch = chosen.batch or config.finetune.batch
        adapter_table(config, chosen.preset, chosen.steps, batch, chosen.shrink)
        return 0
    if chosen.corpus is None:
        raise SymbolicError("name a corpus, or --random-weights")
    if chosen.batch:
        config = replace(config, pretrain=replace(config.pretrain, batch=chosen.batch))
    with tempfile.TemporaryDirectory() as folder:
        place = chosen.tokenizer or Path(folder) / "tokenizer"
        packing_table(config, chosen.corpus, place, chosen.steps, chosen.repeats, chosen.texts)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
