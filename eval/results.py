"""What a run leaves behind: numbers, every answer, and all that is needed to run it again.

The JSON of one result is

    {"task", "model", "n", "metrics": {name: {"value", "ci95": [low, high]}}, "seconds", "per_item": [],
     "skipped": {reason: count}, "failures": [line], "warnings": {text: count},
     "data": {"name", "hash"}, "config", "versions", "command"}

with ``{"id", "group", "truth", "answer", "verdict", "credit", "text"}`` for each item, and ``"scores"`` where
its grade has further measures: `answer` is the name that was found in the model's `text`, or null. Of a
transcription the text is the score as ABC, the answer its key and metre.
"""

from __future__ import annotations

import json
import platform
import shlex
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from eval.metrics import Metric, Outcome
from eval.statistics import Estimate
from symbolic.io import save, told_with

PACKAGES = (
    "symbolic-musician", "numpy", "music21", "symusic", "torch", "transformers", "peft", "basic-pitch",
    "onnxruntime", "librosa", "partitura",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answered:
    """One question with the answer it got.

    Attributes:
        id: the item's.
        group: the collection it comes from, or empty.
        category: the class under which its question is counted (`eval.registry.Task.category`).
        text: what the model said.
        outcome: truth and grade.
    """

    id: str
    group: str
    category: str
    text: str
    outcome: Outcome

    def to_json(self) -> dict[str, Any]:
        """The item as results JSON has it."""
        grade = self.outcome.grade
        return {
            "id": self.id,
            "group": self.group,
            "truth": self.outcome.truth,
            "answer": grade.answer or None,
            "verdict": grade.verdict,
            "credit": grade.credit,
            "text": self.text,
            **({"scores": dict(grade.scores)} if grade.scores else {}),
        }


@dataclass(frozen=True, slots=True)
class Results:
    """What one model did on one task.

    Attributes:
        task: the task's name.
        model: the model's name, as it was asked for.
        metrics: name → estimate, the main one first.
        per_item: every answer.
        seconds: wall time of answering and grading.
        data_name: of the data.
        data_hash: of the data; see `eval.items.ItemSet`.
        skipped: reason → number of things that were not asked.
        failures: a line for each file that could not be read.
        warnings: what befell questions while the model answered → how many.
        config: every choice that shaped the run.
        command: what was typed, or empty.
    """

    task: str
    model: str
    metrics: dict[str, Estimate]
    per_item: tuple[Answered, ...]
    seconds: float
    data_name: str
    data_hash: str
    skipped: dict[str, int] = field(default_factory=dict)
    failures: tuple[str, ...] = ()
    warnings: dict[str, int] = field(default_factory=dict)
    config: dict[str, Any] = field(default_factory=dict)
    command: str = ""

    @property
    def n(self) -> int:
        """Number of questions."""
        return len(self.per_item)

    def values(self, metric: Metric) -> list[float]:
        """The worth of each answer by a metric, in order."""
        return [metric.function(item.outcome) for item in self.per_item]

    def to_json(self) -> dict[str, Any]:
        """See the module's first lines."""
        return {
            "task": self.task,
            "model": self.model,
            "n": self.n,
            "metrics": {
                name: {"value": estimate.value, "ci95": [estimate.low, estimate.high]}
                for name, estimate in self.metrics.items()
            },
            "seconds": round(self.seconds, 3),
            "per_item": [item.to_json() for item in self.per_item],
            "skipped": self.skipped,
            "failures": list(self.failures),
            "warnings": self.warnings,
            "data": {"name": self.data_name, "hash": self.data_hash},
            "config": self.config,
            "versions": versions(),
            "command": self.command,
        }


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that can change a result."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def typed_command() -> str:
    """The command line of this process, as one could type it again."""
    return shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]]) if sys.argv and sys.argv[0] else ""


def dump(results: Iterable[Results]) -> str:
    """JSON text: one object for one result, a list for several."""
    objects = [result.to_json() for result in results]
    return json.dumps(objects[0] if len(objects) == 1 else objects, indent=1, ensure_ascii=False) + "\n"


def write_text(path: Path, text: str) -> None:
    """Writes a text file whole or not at all."""
    with told_with(str(path)):
        save(str(path), text.encode("utf-8"))


def write_results(folder: Path, results: Iterable[Results]) -> None:
    """Writes each result to ``TASK--MODEL.json`` in an existing folder."""
    for result in results:
        write_text(folder / f"{file_stem(result)}.json", dump([result]))


def file_stem(result: Results) -> str:
    """A file name for a result: its task and model, other signs than letters and digits as dashes."""
    model = "".join(sign if sign.isalnum() or sign in "._" else "-" for sign in result.model)
    return f"{result.task}--{model[:80]}"
