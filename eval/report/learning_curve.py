"""Learning curves: held-out losses and answers along a training run, as a plot and a table.

    python -m eval.report.learning_curve RUN CHECKPOINTS --questions corpus/questions/dev.jsonl --out FOLDER

RUN is a folder that ``symbolic-train pretrain`` made: its log gives the losses. CHECKPOINTS holds copies of
the model as it was on the way, each in a folder named after the step, with its tokenizer. They are asked open
questions of the development split, one prompt each. FOLDER gets ``learning_curve.json``, ``.png`` and
``.svg``, or files of another name (``--name``); the step is given in tokens trained on.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from eval.models.decoding import Decoding
from eval.models.huggingface import build
from eval.models.notate.fit import dev_questions
from symbolic.io import save
from symbolic.questions import Question, question_type
from training import checkpoint

TASKS = ("key", "time-signature", "structure", "theory")
GENERATED = frozenset({"theory"})
"""Tasks whose questions are all generated."""
LOSSES = {"eval_text_loss": "text", "eval_answer_loss": "answers"}
PLAIN = Decoding("score", vote=False, evidence=False)
SHADES = ("#12646f", "#d9a441", "#b5533c", "#7d6b91", "#5f8f4e")
Points = dict[str, list[tuple[float, float]]]
"""Name → (million tokens, value)."""


def credit(folder: Path, questions: Sequence[Question]) -> float:
    """The mean credit of a model's answers to questions of one task."""
    kind = question_type(questions[0].task)
    texts = build(str(folder), questions[0].task, PLAIN).answers(questions)
    grades = [kind.grade(question, text) for question, text in zip(questions, texts, strict=True)]
    return sum(grade.credit for grade in grades) / len(grades)


def answers_by_step(
    checkpoints: Path, asked: Mapping[str, Sequence[Question]]
) -> dict[int, dict[str, float]]:
    """For each step the mean credit in each task."""
    steps = sorted(int(path.name) for path in checkpoints.iterdir() if path.name.isdigit())
    found = {}
    for step in steps:
        folder = checkpoints / str(step)
        found[step] = {task: round(credit(folder, questions), 4) for task, questions in asked.items()}
        print(step, found[step], file=sys.stderr, flush=True)
    return found


def losses_by_step(log: Sequence[Mapping[str, float]]) -> dict[int, dict[str, float]]:
    """For each step at which they were measured, the held-out losses in nats per token."""
    return {
        int(entry["step"]): {name: round(entry[key], 4) for key, name in LOSSES.items()}
        for entry in log
        if all(key in entry for key in LOSSES)
    }


def plot(losses: Points, answers: Points) -> dict[str, bytes]:
    """The two curves beside each other; suffix → bytes of the image."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context({"svg.hashsalt": "symbolic", "svg.fonttype": "none", "font.size": 9}):
        figure = Figure(figsize=(9, 3.6), layout="constrained")
        left, right = figure.subplots(1, 2)
        for axes, curves, title, mark in (
            (left, losses, "held-out loss, nats per token", ""),
            (right, answers, "development questions, one prompt, mean credit", "o"),
        ):
            for (name, points), shade in zip(curves.items(), SHADES, strict=False):
                axes.plot(*zip(*points, strict=True), label=name, color=shade, marker=mark, markersize=3)
            axes.set_title(title, loc="left")
            axes.set_xlabel("million tokens")
            axes.spines[["top", "right"]].set_visible(False)
        right.set_ylim(0, 1)
        for axes in (left, right):
            axes.legend(frameon=False, ncols=2)
        images = {}
        for suffix, metadata in (("png", {"Software": None}), ("svg", {"Date": None})):
            buffer = BytesIO()
            figure.savefig(buffer, format=suffix, dpi=144, metadata=metadata)
            images[suffix] = buffer.getvalue()
    return images


def _points(by_step: Mapping[int, Mapping[str, float]], tokens_per_step: float) -> Points:
    found: Points = {}
    for step, values in sorted(by_step.items()):
        for name, value in values.items():
            found.setdefault(name, []).append((step * tokens_per_step / 1e6, value))
    return found


def _tokens_per_step(record: Mapping[str, Any]) -> float:
    train, model = record["config"]["pretrain"], record["config"]["model"]
    width = train["row"] or model["context"]
    return float(train["batch"] * train["accumulate"] * record["processes"] * min(width, model["context"]))


def main(argv: Sequence[str] | None = None) -> int:
    """Asks, draws and writes."""
    parser = argparse.ArgumentParser(description="Draw the learning curves of a training run.")
    parser.add_argument("run", type=Path)
    parser.add_argument("checkpoints", type=Path)
    parser.add_argument("--questions", type=Path, required=True, help="questions/dev.jsonl of its corpus")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--name", default="learning_curve", help="of the files")
    parser.add_argument("--limit", type=int, default=200, help="questions of each task")
    arguments = parser.parse_args(argv)
    record = checkpoint.read(arguments.run)
    asked = {
        task: dev_questions(arguments.questions, task, arguments.limit, 0, generated=task in GENERATED)
        for task in TASKS
    }
    losses = losses_by_step(record["log"])
    answers = answers_by_step(arguments.checkpoints, asked)
    size = _tokens_per_step(record)
    arguments.out.mkdir(parents=True, exist_ok=True)
    told = {"tokens_per_step": size, "held_out_loss": losses, "credit": answers}
    save(str(arguments.out / f"{arguments.name}.json"), f"{json.dumps(told, indent=1)}\n".encode())
    for suffix, image in plot(_points(losses, size), _points(answers, size)).items():
        save(str(arguments.out / f"{arguments.name}.{suffix}"), image)
    return 0


if __name__ == "__main__":
    sys.exit(main())
