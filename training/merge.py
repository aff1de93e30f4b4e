"""An adapter merged into its base: a folder that transformers and vLLM load as any model."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from symbolic.errors import SymbolicError
from symbolic.io import told_with
from training import card, checkpoint
from training.lora import load_adapted
from training.tokenizer import load_tokenizer


def merge(base: str | Path, adapter: Path, out: Path) -> Any:
    """Adds an adapter's update to the weights of its base and saves the result, whole or not at all.

    Args:
        base: folder or hub id.
        adapter: folder that ``symbolic-train finetune``, or PEFT, made.
        out: new folder.

    Returns:
        The merged model.

    Raises:
        SymbolicError: the adapter is another base's, or the folder is there already.
    """
    if out.exists():
        raise SymbolicError(f"{out} exists already: name another folder")
    model = load_adapted(base, adapter, dtype="auto").merge_and_unload()
    tokenizer = load_tokenizer(adapter if (adapter / "tokenizer.json").is_file() else base)
    part = out.with_name(f".{out.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    with told_with(str(out)), checkpoint.told_when_full(part):
        part.mkdir(parents=True)
        model.save_pretrained(part)
        tokenizer.save_pretrained(part)
        record = checkpoint.read(adapter)
        if record:
            checkpoint.note(part, **{**record, "command": "merge"})
        card.write_card(part, named=str(base))
        part.rename(out)
    return model
