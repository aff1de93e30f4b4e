"""Answers as text for a terminal, plain text for a pipe, and JSON.

The JSON is one object:

    {"question", "file": path or null, "answers": [], "unanswered": [], "can_answer": {task: description}}

with ``{"task", "asked", "answer", "source": "score" | "model" | "computed", "stated", "model",
"model_answer", "agrees", "confidence", "scores": {answer: probability}, "bars": [], "evidence": []}`` for
each answer (see `eval.ask.answering.Reply`) and ``{"asked", "task", "reason"}`` for what was not answered;
``can_answer`` is there only where something was not understood.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

from rich.console import Console
from rich.text import Text

from eval.ask.answering import STATED, Answers, Declined, Reply, can_answer

INDENT = "    "
SCORES_TOLD = 5


def dump(question: str, file: str | None, answers: Answers) -> str:
    """The JSON text of some answers."""
    found: dict[str, object] = {
        "question": question,
        "file": file,
        "answers": [_record(reply) for reply in answers.replies],
        "unanswered": [asdict(declined) for declined in answers.declined],
    }
    if any(declined.task is None for declined in answers.declined):
        found["can_answer"] = can_answer()
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


def _record(reply: Reply) -> dict[str, object]:
    best = list(reply.scores.items())[:SCORES_TOLD]
    confidence = None if reply.confidence is None else round(reply.confidence, 4)
    return asdict(reply) | {
        "scores": {name: round(share, 4) for name, share in best},
        "confidence": confidence,
    }


def show(console: Console, answers: Answers) -> None:
    """Prints the answers, each with what speaks for it."""
    for reply in answers.replies:
        headline = Text.assemble((f"{reply.task}: ", "cyan"), (reply.answer, "bold"))
        console.print(headline, soft_wrap=True)
        for line in lines(reply):
            console.print(Text(f"{INDENT}{line}", "dim"), soft_wrap=True)


def lines(reply: Reply) -> Iterator[str]:
    """What stands below an answer."""
    if reply.source == STATED:
        yield "as the score states"
    elif reply.stated is not None and reply.agrees is False:
        yield f"but the file states {reply.stated}"
    if reply.model is not None:
        yield _heard(reply)
    if reply.bars:
        yield f"bar{'s' if len(reply.bars) > 1 else ''} {', '.join(map(str, reply.bars))}"
    yield from reply.evidence


def _heard(reply: Reply) -> str:
    sure = "" if reply.confidence is None else f", confidence {min(reply.confidence, 0.99):.0%}"
    if reply.model_answer is None:
        return f"{reply.model} gave no answer that could be read"
    if reply.source != STATED:
        return f"by {reply.model}{sure}"
    if reply.agrees:
        return f"{reply.model} agrees{sure}"
    return f"{reply.model} finds {reply.model_answer}{sure}"


def complaints(answers: Answers) -> Iterator[str]:
    """A line for each thing that was not answered, and what can be."""
    for declined in answers.declined:
        yield _complaint(declined)
    if any(declined.task is None for declined in answers.declined):
        yield f"I can answer: {', '.join(can_answer())}"


def _complaint(declined: Declined) -> str:
    about = f" ({declined.task})" if declined.task else ""
    return f'"{declined.asked}"{about}: {declined.reason}'
