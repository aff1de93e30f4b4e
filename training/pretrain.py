"""Pretraining: a new model, or going on with one, on the texts and examples of a corpus.

The recipe: tokenizer → model → rows → trainer → save. Run again in the same folder it goes on from the last
checkpoint, with the same batches and losses as without the stop.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from symbolic.errors import SymbolicError
from training import card, checkpoint, models
from training.config import Config
from training.run import Watch, finish, identity, is_main, main_first, material, run, save
from training.tokenizer import load_tokenizer


def pretrain(
    config: Config, corpus: Path, tokenizer_folder: Path | None, out: Path, watch: Watch | None = None
) -> Any:
    """Trains and saves a model.

    Args:
        config: `Config.model` and `Config.pretrain` are read.
        corpus: a folder that ``symbolic-data build`` made.
        tokenizer_folder: of a new model; a base brings its own.
        out: gets ``model.safetensors``, the tokenizer, a model card and the record of the run.
        watch: who watches.

    Returns:
        The trainer, which holds the model and the history of the losses; None if all was done before.

    Raises:
        SymbolicError: as `training.run.run`, `checkpoint.claim` and the loaders.
    """
    base = config.model.base
    if base and tokenizer_folder:
        raise SymbolicError(
            f"{base} brings its own tokenizer: extend it by symbolic-train tokenizer --extend {base}"
        )
    source = base or tokenizer_folder
    if not source:
        raise SymbolicError("a new model needs a tokenizer; make one with: symbolic-train tokenizer")
    tokenizer = load_tokenizer(source)
    tables = {name: config.to_dict()[name] for name in ("model", "pretrain")}
    about = identity(
        "pretrain", tables, config.pretrain, corpus, tokenizer, models.identity(base) if base else ""
    )
    with main_first():
        is_finished = checkpoint.claim(out, about)
    if is_finished:
        return None
    model = _model(config, tokenizer)
    rows = material(config.pretrain, config.model.context, corpus, tokenizer, out)
    trainer = run(config.pretrain, model, tokenizer, rows, out, watch)
    save(trainer, tokenizer, out)
    if is_main():
        finish(trainer, out, rows, data=card.data_of(corpus, base))
        card.write_card(out)
    return trainer


def _model(config: Config, tokenizer: Any) -> Any:
    from transformers import set_seed

    set_seed(config.pretrain.seed)
    if not config.model.base:
        return models.new_model(config.model, tokenizer)
    model = models.load_model(config.model.base)
    models.check_context(model, config.model.context)
    return model
