"""A corpus of invented tunes, a tokenizer of 512 pieces and a random LLaMA of two layers: quickly made."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import torch

from symbolic.abc import parse, write_abc
from symbolic.questions import Question, question_type
from symbolic.questions.records import to_record
from tests.training.corpus.small import tune
from training import models
from training.config import Config
from training.tokenizer import load_tokenizer, train_tokenizer

CONTEXT = 256
WARNING = "ignore:`is_gradient_checkpointing` is deprecated:FutureWarning"
"""PEFT 0.21 reads this attribute of transformers models under its old name."""
TABLES: dict[str, dict[str, Any]] = {
    "model": {
        "hidden": 32,
        "layers": 2,
        "heads": 2,
        "kv_heads": 2,
        "intermediate": 64,
        "context": CONTEXT,
    },
    "tokenizer": {"vocabulary": 512, "texts": 100},
    "pretrain": {"kinds": ["score", "chat"], "shown": True},
    "finetune": {"kinds": ["chat"]},
    "lora": {"rank": 4, "alpha": 8},
}
_RUN = {"batch": 2, "bf16": False, "save_every": 2, "eval_rows": 4, "learning_rate": 1e-2}
SOURCES = {
    "folk": {
        "title": "Folk tunes",
        "licence": "non-commercial use",
        "attribution": "A. Collector",
        "commercial": False,
        "pieces": {"train": 40, "dev": 10, "test": 10},
    }
}


def config(**changes: dict[str, Any]) -> Config:
    """A configuration of the tiny model; `changes` are tables of keys."""
    tables = {name: {**TABLES[name], **(_RUN if "kinds" in TABLES[name] else {})} for name in TABLES}
    for name, values in changes.items():
        tables[name] |= values
    return Config.from_dict(tables)


def toml(folder: Path, **changes: dict[str, Any]) -> Path:
    """The same as a file, for commands."""
    path = folder / "tiny.toml"
    tables = config(**changes).to_dict()
    lines = [
        f"{name}.{key} = {json.dumps(value)}"
        for name, values in tables.items()
        for key, value in values.items()
    ]
    path.write_text("\n".join(lines))
    return path


def question(number: int) -> Question:
    """The question in which metre an invented tune is, or its key."""
    task = ("key", "time-signature")[number % 2]
    found = question_type(task).ask(parse(tune(number, bars=2)), id=f"folk/{number}")
    assert isinstance(found, Question)
    return found


def write_corpus(folder: Path) -> Path:
    """A corpus as ``symbolic-data build`` lays it out."""
    rng = Random(0)
    for name in ("pretrain", "sft", "questions"):
        (folder / name).mkdir(parents=True)
    for split, numbers in {"train": range(40), "dev": range(40, 50), "test": range(50, 60)}.items():
        texts = [write_abc(parse(tune(number, bars=rng.randint(1, 6)))) for number in numbers]
        asked = [question(number) for number in numbers]
        lines = [{"text": text, "kind": "score"} for text in texts]
        lines += [{"text": item.prompt, "kind": "question"} for item in asked]
        _write(folder / f"pretrain/{split}-00000.jsonl", lines)
        chats = [
            {
                "messages": [
                    {"role": "user", "content": item.prompt.strip()},
                    {"role": "assistant", "content": item.short_answer},
                ],
                "task": item.task,
            }
            for item in asked
        ]
        _write(folder / f"sft/{split}.jsonl", chats)
        _write(folder / f"questions/{split}.jsonl", [to_record(item) for item in asked])
    (folder / "manifest.json").write_text(json.dumps({"sources": SOURCES}))
    return folder


def _write(path: Path, records: list[dict[str, Any]]) -> None:
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records))


def write_tokenizer(folder: Path) -> Path:
    """A tokenizer folder."""
    texts = [tune(number) for number in range(60)] + [question(number).prompt for number in range(60)]
    train_tokenizer(texts, folder, 512, CONTEXT)
    return folder


def write_model(folder: Path, tokenizer: Path, seed: int = 0, tie: bool = True) -> Path:
    """A random model in a folder, with its tokenizer."""
    torch.manual_seed(seed)
    found = load_tokenizer(tokenizer)
    model = models.new_model(config().model, found)
    if not tie:
        model.config.tie_word_embeddings = False
        model.lm_head.weight = torch.nn.Parameter(torch.randn_like(model.lm_head.weight) * 0.02)
    model.save_pretrained(folder)
    found.save_pretrained(folder)
    return folder


def losses(log: list[dict[str, float]]) -> list[tuple[float, ...]]:
    """Step and losses of each entry of a log, without times."""
    names = ("step", "loss", "text_loss", "answer_loss", "eval_loss")
    return [
        tuple(entry[name] for name in names if name in entry)
        for entry in log
        if "loss" in entry or "eval_loss" in entry
    ]
