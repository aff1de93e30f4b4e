"""Low-rank adapters through PEFT (Hu et al. 2021): put on a base, checked against it, loaded.

An adapter is a PEFT folder as PEFT writes it. With `LoraConfig.train_embeddings` it holds the embeddings and
the head in full as well (one matrix where the base ties them): words that are new to the base are not learned
without. vLLM takes such an adapter only merged into its base, by ``symbolic-train merge``; with
``train_embeddings = false`` it takes the adapter itself (a rank for the embeddings is still possible: name
``embed_tokens`` and ``lm_head`` among the targets).
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from symbolic.errors import SymbolicError
from training import checkpoint, models
from training.config import LoraConfig

CONFIG_FILE = "adapter_config.json"
EMBEDDINGS, HEAD = "embed_tokens", "lm_head"


def load_base(name: str | Path, config: LoraConfig, bf16: bool) -> Any:
    """The model to finetune: its frozen weights in 4 bits, in bfloat16 on a GPU, or else in single precision.

    Raises:
        SymbolicError: 4 bits where they cannot be, or as `models.load_model`.
    """
    import torch

    if config.quantize:
        return models.load_model(name, quantization_config=_quantization(config), dtype=torch.bfloat16)
    is_light = config.rank > 0 and bf16 and torch.cuda.is_available()
    return models.load_model(name, dtype=torch.bfloat16 if is_light else torch.float32)


def _quantization(config: LoraConfig) -> Any:
    import torch
    from transformers import BitsAndBytesConfig

    if config.rank == 0:
        raise SymbolicError("lora.quantize needs a lora.rank above 0: weights in 4 bits cannot be trained")
    if not torch.cuda.is_available():
        raise SymbolicError("lora.quantize needs a GPU, and there is none: set lora.quantize=false")
    if find_spec("bitsandbytes") is None:
        raise SymbolicError("lora.quantize needs bitsandbytes; run: pip install bitsandbytes")
    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=torch.bfloat16,
    )


def adapted(model: Any, config: LoraConfig, checkpointing: bool = False) -> Any:
    """The model with a new adapter, which changes nothing yet, and all else frozen.

    Args:
        model: a base.
        config: with a rank above 0.
        checkpointing: activations will be checkpointed.

    Raises:
        SymbolicError: a target that the base does not have.
    """
    import peft

    _check_targets(model, config.targets)
    if config.quantize:
        model = peft.prepare_model_for_kbit_training(model, use_gradient_checkpointing=checkpointing)
    elif checkpointing:
        model.enable_input_require_grads()
    is_tied = bool(model.config.tie_word_embeddings)
    whole = [EMBEDDINGS] if is_tied else [EMBEDDINGS, HEAD]
    settings = peft.LoraConfig(
        task_type="CAUSAL_LM",
        r=config.rank,
        lora_alpha=config.alpha,
        lora_dropout=config.dropout,
        target_modules=list(config.targets),
        modules_to_save=whole if config.train_embeddings else None,
        ensure_weight_tying=is_tied
        and (config.train_embeddings or bool({EMBEDDINGS, HEAD} & {*config.targets})),
    )
    with _peft_warnings_off():
        found = peft.get_peft_model(model, settings)
    for weight in found.parameters():
        if weight.requires_grad:
            weight.data = weight.data.float()
    return found


def _check_targets(model: Any, targets: tuple[str, ...]) -> None:
    known = {name.rpartition(".")[2] for name, _ in model.named_modules()}
    for name in targets:
        if name not in known:
            close = get_close_matches(name, known, n=1, cutoff=0.4)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            raise SymbolicError(f"lora.targets names {name!r}, which the base does not have{hint}")


def check_base(base: str | Path, adapter: Path) -> None:
    """Refuses an adapter that was trained on another base.

    Raises:
        SymbolicError: it was, or it is no adapter with safetensors weights.
    """
    if not (adapter / CONFIG_FILE).is_file():
        raise SymbolicError(f"{adapter} is no adapter: it has no {CONFIG_FILE}")
    models.check_weights(adapter)
    named = (
        json.loads((adapter / CONFIG_FILE).read_text(encoding="utf-8")).get("base_model_name_or_path") or ""
    )
    known = checkpoint.read(adapter).get("base") or named
    here = models.identity(base)
    are_hashes = models.is_hash(known) and models.is_hash(here)
    if known != here and (are_hashes or Path(named).name != Path(base).name):
        raise SymbolicError(
            f"{adapter} was trained on another base ({named or 'it does not say which'}) than {base}"
        )


def load_adapted(base: str | Path, adapter: Path, **options: Any) -> Any:
    """A base with an adapter on it.

    Args:
        base: folder or hub id.
        adapter: folder.
        options: as for `models.load_model`.

    Raises:
        SymbolicError: as `check_base` and `models.load_model`.
    """
    import peft

    check_base(base, adapter)
    model = models.load_model(base, **options)
    with _peft_warnings_off():
        return peft.PeftModel.from_pretrained(model, adapter)


@contextmanager
def _peft_warnings_off() -> Iterator[None]:
    """PEFT 0.21 reads an attribute of transformers models under its old name: no user can mend it."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "`is_gradient_checkpointing` is deprecated", FutureWarning)
        yield
