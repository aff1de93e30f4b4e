"""Language models: a new LLaMA of a given shape, or one that is loaded, checked before it is used."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

from symbolic.errors import SymbolicError
from training.config import ModelConfig

_PICKLES = ("pytorch_model.bin", "adapter_model.bin", "*.pt", "*.pth")


def new_model(config: ModelConfig, tokenizer: Any) -> Any:
    """A LLaMA with random weights; input and output embeddings are one matrix."""
    from transformers import LlamaConfig, LlamaForCausalLM

    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(tokenizer),
            hidden_size=config.hidden,
            num_hidden_layers=config.layers,
            num_attention_heads=config.heads,
            num_key_value_heads=config.kv_heads,
            intermediate_size=config.intermediate,
            max_position_embeddings=config.context,
            tie_word_embeddings=True,
            bos_token_id=tokenizer.bos_token_id,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
        )
    )


def check_weights(folder: Path) -> None:
    """Refuses a model folder without safetensors weights.

    Raises:
        SymbolicError: there is no such folder, its weights are pickles, which can run code, or it has none.
    """
    if not folder.is_dir():
        raise SymbolicError(f"no folder {folder}")
    if any(folder.glob("*.safetensors")):
        return
    pickles = [path.name for pattern in _PICKLES for path in sorted(folder.glob(pattern))]
    if pickles:
        raise SymbolicError(
            f"{folder} has its weights as a pickle ({pickles[0]}), which can run code when it is loaded; "
            "save them as safetensors (model.save_pretrained does)"
        )
    raise SymbolicError(f"{folder} has no weights (*.safetensors)")


def load_model(name: str | Path, **options: Any) -> Any:
    """A causal language model from a folder or the hub, safetensors only.

    Args:
        name: folder or hub id.
        options: of `AutoModelForCausalLM.from_pretrained`, such as ``dtype``.

    Raises:
        SymbolicError: as `check_weights`, for a folder.
    """
    from transformers import AutoModelForCausalLM

    if is_path(name):
        check_weights(Path(name))
    try:
        return AutoModelForCausalLM.from_pretrained(name, use_safetensors=True, **options)
    except (OSError, ValueError) as exc:
        raise SymbolicError(f"no model can be loaded from {name}: {str(exc).splitlines()[0]}") from exc


def context_of(base: str | Path, wanted: int) -> int:
    """The most tokens of a row: as wanted, or as many as a base takes where that is fewer.

    Raises:
        SymbolicError: there is no such model.
    """
    from transformers import AutoConfig

    try:
        most = getattr(AutoConfig.from_pretrained(base), "max_position_embeddings", wanted)
    except (OSError, ValueError) as exc:
        raise SymbolicError(f"no model can be loaded from {base}: {str(exc).splitlines()[0]}") from exc
    return min(wanted, int(most))


def check_context(model: Any, context: int) -> None:
    """Refuses rows that are longer than a model takes.

    Raises:
        SymbolicError: they are.
    """
    most = getattr(model.config, "max_position_embeddings", context)
    if context > most:
        raise SymbolicError(
            f"model.context must be at most the {most} tokens that the base takes, got {context}"
        )


def is_path(name: str | Path) -> bool:
    """Whether a model's name means a folder rather than a model on the hub."""
    return isinstance(name, Path) or name.startswith((".", "/", "~")) or Path(name).exists()


def identity(name: str | Path) -> str:
    """What a model is known by: a hash of its weights' names, shapes and first values, or its hub name.

    The hash is of what the files hold, so that it is the same however the model is loaded, and it reads
    little of them.
    """
    from safetensors import safe_open

    if not is_path(name):
        return str(name)
    check_weights(Path(name))
    digest = sha256()
    for path in sorted(Path(name).glob("*.safetensors")):
        with safe_open(path, "pt") as weights:
            for key in sorted(weights.keys()):
                part = weights.get_slice(key)
                digest.update(f"{key} {part.get_shape()} {part.get_dtype()}".encode())
                if part.get_shape():
                    digest.update(_bytes(part[:1]))
    return digest.hexdigest()


def is_hash(name: str) -> bool:
    """Whether what `identity` gave is a hash of weights rather than a name."""
    return len(name) == 64 and set(name) <= set("0123456789abcdef")


def _bytes(values: Any) -> bytes:
    import torch

    data: bytes = values.contiguous().view(torch.uint8).numpy().tobytes()
    return data


def parameters(model: Any) -> int:
    """How many weights a model has."""
    return sum(weight.numel() for weight in model.parameters())
