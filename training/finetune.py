"""Finetuning on questions: a low-rank adapter of a base, or all of its weights, measured before and after.

The recipe: tokenizer and base → adapter → rows → held-out questions → trainer → held-out questions → save.
Only answers are learned. Run again in the same folder it goes on from the last checkpoint.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from training import card, checkpoint, held_out, lora, models
from training.config import Config
from training.run import Watch, device, finish, identity, is_main, is_sharded, main_first, material, run, save
from training.tokenizer import load_tokenizer

CORPUS = "corpus"
"""Where a corpus of one's own scores is built, in the adapter's folder."""


@dataclass(frozen=True, slots=True)
class Finetuned:
    """What a finetuning gave.

    Attributes:
        is_new: false if all was done before.
        rows: as `held_out.rows` gives them; empty where the corpus holds no questions.
    """

    is_new: bool
    rows: Sequence[held_out.Row]


def finetune(
    config: Config, base: str, corpus: Path, out: Path, watch: Watch | None = None, questions: int = 300
) -> Finetuned:
    """Trains an adapter, or with rank 0 all weights, and saves it.

    Args:
        config: `Config.finetune`, `Config.lora` and the context are read; a base may take fewer tokens.
        base: folder or hub id of the model to finetune.
        corpus: a folder that ``symbolic-data build`` made.
        out: gets a PEFT folder, or a model's; with tokenizer, model card and the record of the run.
        watch: who watches.
        questions: held-out questions that are asked before and after; 0 for none. A model that is divided
            over GPUs is not asked.

    Raises:
        SymbolicError: as `training.run.run`, `checkpoint.claim` and the loaders.
    """
    from transformers import set_seed

    train, context = config.finetune, models.context_of(base, config.model.context)
    tokenizer = load_tokenizer(base)
    tables = config.to_dict()
    chosen = {
        "model": {"base": base, "context": context},
        **{name: tables[name] for name in ("finetune", "lora")},
    }
    about = identity("finetune", chosen, train, corpus, tokenizer, models.identity(base))
    with main_first():
        is_finished = checkpoint.claim(out, about, beside=(CORPUS,))
    if is_finished:
        return Finetuned(False, _rows(checkpoint.read(out)))
    set_seed(train.seed)
    model = lora.load_base(base, config.lora, train.bf16)
    if config.lora.rank:
        model = lora.adapted(model, config.lora, train.gradient_checkpointing)
    rows = material(train, context, corpus, tokenizer, out)
    asks = is_main() and not is_sharded()
    items = held_out.asked(corpus, tokenizer, context, questions) if asks else []
    if not config.lora.quantize and items:
        model.to(device())
    before = _before(out, model, tokenizer, items)
    trainer = run(train, model, tokenizer, rows, out, watch)
    after = held_out.graded(trainer.model, tokenizer, items)
    save(trainer, tokenizer, out)
    found = held_out.rows(before, after)
    if is_main():
        told = {"before": _plain(before), "after": _plain(after), "rows": found}
        finish(trainer, out, rows, data=card.data_of(corpus, base), held_out=told)
        card.write_card(out)
    return Finetuned(True, found)


def _before(
    out: Path, model: Any, tokenizer: Any, items: Sequence[held_out.Asked]
) -> dict[str, held_out.Tally]:
    """How the base answers: measured once, also where the run is stopped and goes on."""
    if not items:
        return {}
    known = checkpoint.read(out).get("held_out", {}).get("before")
    if known is None:
        found = held_out.graded(model, tokenizer, items)
        checkpoint.note(out, held_out={"before": _plain(found)})
        return found
    return {task: held_out.Tally(**tally) for task, tally in known.items()}


def _plain(tallies: Mapping[str, held_out.Tally]) -> dict[str, dict[str, Any]]:
    return {task: asdict(tally) for task, tally in tallies.items()}


def _rows(record: Mapping[str, Any]) -> list[held_out.Row]:
    return [tuple(row) for row in record.get("held_out", {}).get("rows", ())]
