"""A random LLaMA of two layers in a folder, with a tokenizer that knows the words of some questions."""

from pathlib import Path

import torch

from symbolic.abc import parse
from symbolic.questions import Question, question_type
from training.config import ModelConfig
from training.models import new_model
from training.tokenizer import train_tokenizer

CONTEXT = 512
TUNE = "X:1\nM:6/8\nL:1/8\nK:{key}\n|:G3 GAB|A3 ABd|edB dBA|GED DEG:|\n|:c3 cde|{more}dBA G3|edB dBA|G6:|\n"
TASKS = ("key", "time-signature", "bar-count", "range", "structure")


def question(task: str = "key", key: str = "G", more: str = "", id: str = "q") -> Question:
    """A question about a short tune."""
    asked = question_type(task).ask(parse(TUNE.format(key=key, more=more)), id=id)
    assert isinstance(asked, Question), asked
    return asked


def write_model(folder: Path, seed: int = 0, hidden: int = 32) -> Path:
    """Writes model and tokenizer; the weights are large, so that answers differ clearly."""
    torch.manual_seed(seed)
    texts = [question(task, key).prompt for task in TASKS for key in ("C", "Gm", "F#", "Dmix")]
    texts += [answer for task in TASKS for answer in question(task).answers]
    tokenizer = train_tokenizer(texts * 4, folder, 600, CONTEXT)
    shape = ModelConfig(hidden=hidden, layers=2, heads=4, kv_heads=2, intermediate=64, context=CONTEXT)
    model = new_model(shape, tokenizer)
    for weight in model.parameters():
        if weight.dim() > 1:
            torch.nn.init.normal_(weight, std=0.2)
    model.save_pretrained(folder)
    return folder
