"""Measures the shipped models on the benchmark, and records it beside their weights.

    python -m eval.models.shipped              # on the test split, the better part of an hour
    python -m eval.models.shipped theory       # one task; what is known of the others is kept
    python -m eval.models.shipped --limit 300

``data/models/NAME/measured.json`` holds ``{"made_by", "rows": [row], "slice": [row]}`` with ``{"task",
"method", "vote", "evidence", "metric", "n", "value", "ci95", "seconds"}`` in each row. The slice is small
enough for a test to ask again: other weights, or other code around them, show there. The model card gets the
rows as a table.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from eval.models.decoding import Decoding
from eval.models.loading import SHIPPED, shipped_folder
from eval.runner import evaluate
from symbolic.io import save
from training.card import table

FILE, MADE_BY = "measured.json", "python -m eval.models.shipped"
HEAD = "## On the benchmark"
PLAIN = Decoding("score", vote=False, evidence=False)
WITH_EVIDENCE = replace(PLAIN, evidence=True)
WRITTEN_OUT = replace(PLAIN, method="write")
SLICE = 40
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing to measure: a task, answered by a model in one way."""

    model: str
    task: str
    decoding: Decoding


MEASURES = (
    *(
        Measure("default", task, decoding)
        for task in ("key", "time-signature", "phrases", "chords", "structure")
        for decoding in (PLAIN, WITH_EVIDENCE, Decoding("notate", vote=False))
    ),
    *(Measure("default", task, WRITTEN_OUT) for task in ("time-signature", "phrases")),
    Measure("default", "theory", PLAIN),
    Measure("theory", "theory", PLAIN),
    Measure("theory", "theory", WITH_EVIDENCE),
)
ASKED_AGAIN = (
    Measure("default", "key", PLAIN),
    Measure("default", "time-signature", PLAIN),
    Measure("theory", "theory", PLAIN),
    Measure("theory", "theory", WITH_EVIDENCE),
)


def measured(measure: Measure, limit: int | None = None) -> Row:
    """The main metric of a shipped model on the test split, as a row of the record."""
    chosen = measure.decoding
    found = evaluate(
        measure.task,
        f"hf:{measure.model}",
        limit=limit,
        decode=chosen.method,
        vote=chosen.vote,
        evidence=chosen.evidence,
    )
    name, estimate = next(iter(found.metrics.items()))
    return {
        "task": measure.task,
        **found.config["decoding"],
        "metric": name,
        "n": found.n,
        "value": round(estimate.value, 4),
        "ci95": [round(estimate.low, 4), round(estimate.high, 4)],
        "seconds": round(found.seconds, 1),
    }


def with_table(text: str, rows: Iterable[Mapping[str, Any]]) -> str:
    """A card with the table of what was measured, in place of one that it had."""
    kept = text.partition(HEAD)[0].rstrip("\n")
    cells = [
        (
            row["task"],
            row["method"],
            "yes" if row["vote"] else "no",
            "yes" if row["evidence"] else "no",
            row["metric"],
            f"{row['n']:,}",
            f"{row['value']:.3f} ({row['ci95'][0]:.3f}–{row['ci95'][1]:.3f})",
        )
        for row in rows
    ]
    heads = ("task", "method", "vote", "evidence", "metric", "n", "value (95% interval)")
    told = "Measured on the test split with `python -m eval.models.shipped`:"
    return f"{kept}\n\n{HEAD}\n\n{told}\n\n{table(heads, cells)}"


def record(model: str, tasks: Sequence[str], limit: int | None = None) -> None:
    """Measures a shipped model on some tasks and writes record and card; rows of other tasks are kept."""
    folder = shipped_folder(model)
    path = folder / FILE
    known = json.loads(path.read_bytes()) if path.is_file() else {"rows": [], "slice": []}
    found: dict[str, list[Row]] = {"rows": [], "slice": []}
    for name, measures, most in (("rows", MEASURES, limit), ("slice", ASKED_AGAIN, SLICE)):
        for task in dict.fromkeys(measure.task for measure in measures if measure.model == model):
            if task not in tasks:
                found[name] += [row for row in known[name] if row["task"] == task]
                continue
            for measure in measures:
                if (measure.model, measure.task) == (model, task):
                    found[name].append(measured(measure, most))
                    print(json.dumps(found[name][-1]), flush=True)
    save(str(path), f"{json.dumps({'made_by': MADE_BY, **found}, indent=1)}\n".encode())
    card = folder / "README.md"
    save(str(card), with_table(card.read_text(encoding="utf-8"), found["rows"]).encode())


def main(argv: Sequence[str] | None = None) -> int:
    """Measures, writes records and cards, and prints each row."""
    parser = argparse.ArgumentParser(
        description="Measure the shipped models and record it beside their weights."
    )
    known = list(dict.fromkeys(measure.task for measure in MEASURES))
    parser.add_argument("task", nargs="*", choices=[[], *known], help="tasks to measure anew; all without")
    parser.add_argument("--limit", type=int, help="ask this many of each task")
    given = parser.parse_args(argv)
    for model in SHIPPED:
        record(model, given.task or known, given.limit)
    return 0


if __name__ == "__main__":
    sys.exit(main())
