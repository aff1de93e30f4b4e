"""Language models from folders and from the hub, with or without an adapter, checked before they answer.

A model is named ``PATH_OR_ID[+ADAPTER]``. Weights are safetensors only: a pickle can run code. A model whose
file lacks weights, or an adapter made for another base, is refused: random weights would answer too. What
transformers raises is told in one line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from symbolic.errors import SymbolicError
from symbolic.resources import data_root

SHIPPED = ("default", "theory")
"""The names of the models in ``data/models``: for all questions, and for those of theory alone."""
_GENERATES = ("ForCausalLM", "LMHeadModel")
_ADAPTER_CONFIG, _ADAPTER_WEIGHTS, _ADAPTER_PICKLE = (
    "adapter_config.json",
    "adapter_model.safetensors",
    "adapter_model.bin",
)
_ADAPTER_FILES = ["*.json", "*.safetensors", "*.jinja", "*.model"]
_PEFT_PREFIX = "base_model.model."
_EMBEDDINGS = ("embed_tokens", "lm_head", "wte")
_SHOWN = 200


def shipped_folder(name: str = SHIPPED[0]) -> Path:
    """Where a shipped model lies, if this installation has it."""
    return data_root() / "models" / name


def load(argument: str) -> tuple[Any, Any]:
    """The model, ready to answer, and its tokenizer.

    Args:
        argument: ``PATH_OR_ID[+ADAPTER]``, or one of `SHIPPED`.

    Raises:
        SymbolicError: no such model, no tokenizer or chat template, pickled or missing weights, a model that
            does not generate text, or an adapter for another base.
    """
    import torch
    from transformers.utils import logging

    from training.models import load_model
    from training.tokenizer import load_tokenizer

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    base, adapter = _split(argument)
    place = str(shipped_folder(base)) if base in SHIPPED else base
    _check_place(place)
    cuda = torch.cuda.is_available()
    with _told(base):
        _check_config(place)
        model, info = load_model(place, dtype="auto" if cuda else torch.float32, output_loading_info=True)
        if info["missing_keys"]:
            raise SymbolicError(f"the weights lack {_some(info['missing_keys'])}")
    if adapter is None:
        with _told(base):
            tokenizer = load_tokenizer(place)
    else:
        with _told(adapter):
            folder = _adapter_folder(adapter)
            own = any(folder.glob("tokenizer*"))
            tokenizer = load_tokenizer(folder if own else place)
            model = _adapted(model, folder)
            _check_trained_on(place, folder)
    return model.to("cuda" if cuda else "cpu").eval(), tokenizer


@contextmanager
def needed_packages() -> Iterator[None]:
    """Says which packages to install where one is missing."""
    try:
        yield
    except ModuleNotFoundError as exc:
        raise SymbolicError(
            f"a language model needs the package {exc.name}: pip install 'symbolic-musician[train]'"
        ) from exc


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Turns what goes wrong while a model loads into one line that names it."""
    from safetensors import SafetensorError

    try:
        yield
    except SymbolicError as exc:
        text = str(exc)
        raise SymbolicError(text if name in text else f"{name}: {text}") from exc
    except (OSError, ValueError, RuntimeError, KeyError, SafetensorError) as exc:
        line: str = next((line.strip() for line in str(exc).splitlines() if line.strip()), type(exc).__name__)
        raise SymbolicError(f"cannot load the model {name}: {line[:_SHOWN]}") from exc


def _split(argument: str) -> tuple[str, str | None]:
    if "+" not in argument or Path(argument).is_dir():
        return argument, None
    base, _, adapter = argument.rpartition("+")
    if not base or not adapter:
        raise SymbolicError(f"a model is written PATH_OR_ID[+ADAPTER], got {argument!r}")
    return base, adapter


def _check_place(place: str) -> None:
    """Refuses what is neither a folder nor might be a name on the hub (``ORGANISATION/NAME``)."""
    path = Path(place)
    if path.is_dir():
        return
    if path.exists():
        raise SymbolicError(f"{place} is a file; a model is a folder or a name on the hub")
    if path in map(shipped_folder, SHIPPED):
        raise SymbolicError(f"this installation lacks the model {path.name} (no folder {place})")
    if path.is_absolute() or place.startswith((".", "~")) or place.count("/") != 1:
        raise SymbolicError(f"no model folder {place} (on the hub a model is named ORGANISATION/NAME)")


def _check_config(place: str) -> None:
    from transformers import AutoConfig

    architectures = AutoConfig.from_pretrained(place).architectures or ()
    if architectures and not any(name.endswith(_GENERATES) for name in architectures):
        raise SymbolicError(f"a {architectures[0]} does not generate text; a causal language model is needed")


# Adapters


def _adapter_folder(adapter: str) -> Path:
    if Path(adapter).is_dir():
        return Path(adapter)
    _check_place(adapter)
    from huggingface_hub import snapshot_download

    return Path(snapshot_download(adapter, allow_patterns=_ADAPTER_FILES))


def _adapted(model: Any, folder: Path) -> Any:
    """The model with a LoRA adapter merged into its weights."""
    from peft import PeftModel

    if not (folder / _ADAPTER_CONFIG).is_file():
        raise SymbolicError(f"{folder} is no adapter folder (no {_ADAPTER_CONFIG})")
    if not (folder / _ADAPTER_WEIGHTS).is_file():
        held = f"as a pickle ({_ADAPTER_PICKLE})" if (folder / _ADAPTER_PICKLE).is_file() else "nowhere"
        raise SymbolicError(f"{folder} has its weights {held}; save them as safetensors")
    shapes = _shapes(folder / _ADAPTER_WEIGHTS)
    whole = {_module(name): shape for name, shape in shapes.items() if _whole(name)}
    rows = [shape[0] for name, shape in whole.items() if name.endswith(_EMBEDDINGS)]
    if rows and rows[0] > model.get_input_embeddings().num_embeddings:  # a vocabulary that was extended
        model.resize_token_embeddings(rows[0], mean_resizing=False)
    _check_fit(model, shapes, folder)
    return PeftModel.from_pretrained(model, str(folder)).merge_and_unload()


def _check_trained_on(place: str, folder: Path) -> None:
    """Refuses an adapter that says of which weights it is, where these are others of the same shape."""
    from training import checkpoint
    from training.models import identity, is_hash

    known, here = checkpoint.read(folder).get("base", ""), identity(place)
    if is_hash(known) and is_hash(here) and known != here:
        raise SymbolicError(f"the adapter {folder} is for another base: its weights were trained on others")


def _shapes(path: Path) -> dict[str, tuple[int, ...]]:
    from safetensors import safe_open

    with safe_open(path, "pt") as weights:
        return {name: tuple(weights.get_slice(name).get_shape()) for name in weights.keys()}  # noqa: SIM118


def _module(name: str) -> str:
    """The layer of an adapter's weight: ``base_model.model.lm_head.lora_A.weight`` → ``lm_head``."""
    return name.removeprefix(_PEFT_PREFIX).partition(".lora_")[0].removesuffix(".weight")


def _check_fit(model: Any, shapes: dict[str, tuple[int, ...]], folder: Path) -> None:
    """Refuses an adapter that names layers that the model lacks, or has other sizes."""
    modules = dict(model.named_modules())
    for name, shape in shapes.items():
        module = modules.get(_module(name))
        if module is None:
            raise SymbolicError(
                f"the adapter {folder} is for another base: this model has no {_module(name)}"
            )
        whole = tuple(module.weight.shape)
        if shape != _expected(name, shape, whole):
            raise SymbolicError(
                f"the adapter {folder} is for another base: {_module(name)} is {_size(whole)} here, "
                f"and {name.removeprefix(_PEFT_PREFIX)} is {_size(shape)}"
            )


def _expected(name: str, shape: tuple[int, ...], whole: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of an adapter's weight beside a layer of shape `whole`; its rank is free."""
    if ".lora_A." in name:
        return (shape[0], whole[1])
    if ".lora_B." in name:
        return (whole[0], shape[1])
    return whole if _whole(name) else shape


def _whole(name: str) -> bool:
    """Whether an adapter's weight replaces the layer's own."""
    return ".lora_" not in name and name.endswith(".weight")


def _size(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape))


def _some(names: Iterable[str]) -> str:
    listed = sorted(names)
    return listed[0] + (f" and {len(listed) - 1} more" if len(listed) > 1 else "")
