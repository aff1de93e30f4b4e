"""Measures the shipped model on the benchmark, and records it beside the weights.

    python -m eval.models.shipped              # on the test split, the better part of an hour
    python -m eval.models.shipped --limit 300

``data/models/default/measured.json`` holds ``{"made_by", "rows": [row], "slice": [row]}`` with ``{"task",
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
from eval.models.loading import shipped_folder
from eval.registry import LANGUAGE
from eval.runner import evaluate
from symbolic.io import save
from training.card import table

FILE = "measured.json"
HEAD = "## On the benchmark"
PLAIN = Decoding("score", vote=False, evidence=False)
SLICE = 40
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing to measure: a task, answered in one way."""

    task: str
    decoding: Decoding


MEASURES = (
    *(
        Measure(task, decoding)
        for task in ("key", "time-signature", "phrases", "chords", "structure")
        for decoding in (PLAIN, replace(PLAIN, evidence=True), Decoding("notate", vote=False))
    ),
    Measure("theory", PLAIN),
)
ASKED_AGAIN = (Measure("key", PLAIN), Measure("time-signature", PLAIN), Measure("theory", PLAIN))


def measured(measure: Measure, limit: int | None = None) -> Row:
    """The main metric of the shipped model on the test split, as a row of the record."""
    chosen = measure.decoding
    found = evaluate(
        measure.task,
        LANGUAGE,
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


def main(argv: Sequence[str] | None = None) -> int:
    """Measures, writes the record and the card, and prints each row."""
    parser = argparse.ArgumentParser(
        description="Measure the shipped model and record it beside the weights."
    )
    parser.add_argument("--limit", type=int, help="ask this many of each task")
    limit = parser.parse_args(argv).limit
    rows = []
    for measure in MEASURES:
        rows.append(measured(measure, limit))
        print(json.dumps(rows[-1]), flush=True)
    again = [measured(measure, SLICE) for measure in ASKED_AGAIN]
    record = {"made_by": "python -m eval.models.shipped", "rows": rows, "slice": again}
    folder = shipped_folder()
    save(str(folder / FILE), f"{json.dumps(record, indent=1)}\n".encode())
    card = folder / "README.md"
    save(str(card), with_table(card.read_text(encoding="utf-8"), rows).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
