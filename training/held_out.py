"""How well a model answers held-out questions: asked before and after a training, graded as everywhere.

Questions are put in their open form, the answer is generated greedily, and the type's own grader reads it.
This is a quick measure on one corpus; benchmarks and better decoding are ``symbolic-eval``'s.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from statistics import stdev
from typing import Any

from symbolic.questions import Question, question_type
from symbolic.questions.records import from_record
from training.prompts import question_text

BATCH = 16
NORMAL_95 = 1.96
ROOM = 8
"""Tokens that an answer may have beyond those of the right one."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How a task's questions were answered.

    Attributes:
        questions: how many were asked.
        right: the sum of their credits, 1 for a right answer.
        credits: of each of them, in the order in which they are asked.
    """

    questions: int
    right: float
    credits: Sequence[float] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as tokens.

    Attributes:
        question: to grade by.
        prompt: tokens up to where the answer begins.
        room: the most tokens that an answer may have.
    """

    question: Question
    prompt: list[int]
    room: int


def asked(corpus: Path, tokenizer: Any, context: int, limit: int) -> list[Asked]:
    """The held-out questions of a corpus that fit into a model's context, at most `limit`.

    Args:
        corpus: a folder that ``symbolic-data build`` made; the questions of its test split are taken.
        tokenizer: of the model.
        context: the most tokens of question and answer.
        limit: how many.
    """
    path = corpus / "questions" / "test.jsonl"
    found: list[Asked] = []
    if not path.is_file():
        return found
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if len(found) == limit:
                break
            question = from_record(json.loads(line))
            text = question_text(tokenizer, [{"role": "user", "content": question.prompt.strip()}])
            prompt = tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"]
            answer = tokenizer(question.short_answer, add_special_tokens=False)["input_ids"]
            item = Asked(question, prompt, len(answer) + ROOM)
            if len(item.prompt) + item.room <= context:
                found.append(item)
    return found


def graded(model: Any, tokenizer: Any, items: Sequence[Asked]) -> dict[str, Tally]:
    """Asks a model; returns task → tally, in alphabetical order.

    Args:
        model: a causal language model.
        tokenizer: its own.
        items: what to ask.
    """
    credits: defaultdict[str, list[float]] = defaultdict(list)
    ordered = sorted(items, key=lambda item: len(item.prompt))
    for batch in _batches(ordered, model.config.max_position_embeddings):
        for item, text in zip(batch, _answers(model, tokenizer, batch), strict=True):
            grade = question_type(item.question.task).grade(item.question, text)
            credits[item.question.task].append(grade.credit)
    return {task: Tally(len(values), sum(values), tuple(values)) for task, values in sorted(credits.items())}


def _batches(items: Iterable[Asked], context: int) -> Iterator[list[Asked]]:
    """Items by their length, together where the longest prompt and answer fit into the context."""
    batch: list[Asked] = []
    for item in items:
        longest = len(item.prompt) + max(other.room for other in [*batch, item])
        if len(batch) == BATCH or (batch and longest > context):
            yield batch
            batch = []
        batch.append(item)
    if batch:
        yield batch


def _answers(model: Any, tokenizer: Any, batch: Sequence[Asked]) -> list[str]:
    import torch
    from transformers import GenerationConfig

    width = max(len(item.prompt) for item in batch)
    ids = torch.tensor(
        [[tokenizer.pad_token_id] * (width - len(item.prompt)) + item.prompt for item in batch]
    )
    mask = torch.tensor([[0] * (width - len(item.prompt)) + [1] * len(item.prompt) for item in batch])
    settings = GenerationConfig(
        do_sample=False,
        max_new_tokens=max(item.room for item in batch),
        pad_token_id=tokenizer.pad_token_id,
        eos_token_id=tokenizer.eos_token_id,
    )
    was_training = model.training
    model.eval()
    with torch.no_grad():
        found = model.generate(
            input_ids=ids.to(model.device), attention_mask=mask.to(model.device), generation_config=settings
        )
    model.train(was_training)
    texts: list[str] = tokenizer.batch_decode(found[:, width:], skip_special_tokens=True)
    return texts


Row = tuple[str, int, float, float, float | None]
"""Task, number of questions, share that was right before and after, and half the 95% interval of the gain."""


def rows(before: dict[str, Tally], after: dict[str, Tally]) -> list[Row]:
    """A row for each task; last of all tasks together."""
    found = [_row(task, [before[task]], [tally]) for task, tally in after.items()]
    return [*found, _row("all", list(before.values()), list(after.values()))] if found else []


def _row(name: str, before: Sequence[Tally], after: Sequence[Tally]) -> Row:
    count = sum(tally.questions for tally in after)
    shares = [sum(tally.right for tally in tallies) / count for tallies in (before, after)]
    gains = [
        new - old
        for one, two in zip(before, after, strict=True)
        for old, new in zip(one.credits, two.credits, strict=True)
    ]
    spread = NORMAL_95 * stdev(gains) / sqrt(len(gains)) if len(gains) > 1 else None
    return name, count, shares[0], shares[1], spread
