"""Tables of transcriptions: for each texture one row per model, then one over all."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from statistics import fmean

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from eval.metrics import Metric
from eval.metrics.transcription import METRICS
from eval.registry import DEFAULT
from eval.report.tables import decimals, plain_table
from eval.results import Answered, Results

HEADS = {
    "note_f1": "notes",
    "grid_f1": "gridF1",
    "sf": "SF",
    "pitch_f1": "pitch",
    "ioi": "IOI",
    "note_value": "value",
    "downbeat_f1": "bars",
    "key": "key",
    "metre": "metre",
    "metre_class": "class",
    "mv2h": "MV2H",
}
"""The metrics that are shown, in order, and what stands over them."""
LEGEND = (
    "notes: heard within 50 ms, F1; gridF1: on the grid under one scale and offset; SF: mean of pitch F1, "
    "intervals between onsets, note values, bar lines (F1), key and metre"
)


def print_report(console: Console, results: Sequence[Results]) -> None:
    """Prints the tables of every texture and of all, the models in the order of their score fidelity."""
    first = results[0]
    ranked = sorted(results, key=lambda result: -result.metrics["sf"].value)
    groups = list(dict.fromkeys(item.group for item in first.per_item))
    for group in groups if len(groups) > 1 else ():
        console.print(_table(ranked, group))
    table = _table(ranked, None)
    default = [f"; default: {r.config['resolved_model']}" for r in ranked if r.model == DEFAULT]
    table.caption, table.caption_justify = LEGEND + "".join(default), "left"
    console.print(table)
    if first.skipped:
        reasons = "; ".join(f"{count} × {reason}" for reason, count in sorted(first.skipped.items()))
        console.print(f"Not transcribed: {reasons}", highlight=False, markup=False)


def _table(results: Sequence[Results], group: str | None) -> Table:
    """One row per model: the means over a group, or over all."""
    first = results[0]
    count = len(_items(first, group))
    heard = first.config["input"]
    what = f"{escape(group) or '(none)'}" if group is not None else f"all of {escape(first.data_name)}"
    table = plain_table(f"{what}: {count:,} {'recording' if count == 1 else 'recordings'}, from {heard}")
    measured = {name for result in results for name in result.metrics}
    shown = [metric for name in HEADS for metric in METRICS if metric.name == name and name in measured]
    for metric in shown:
        table.add_column(HEADS[metric.name], justify="right")
    if group is None:
        table.add_column("s", justify="right")
    for result in results:
        cells = [_mean(metric, _items(result, group)) for metric in shown]
        seconds = [f"{result.seconds:.1f}"] if group is None else []
        table.add_row(escape(result.model), *cells, *seconds)
    return table


def _items(result: Results, group: str | None) -> list[Answered]:
    return [item for item in result.per_item if group is None or item.group == group]


def _mean(metric: Metric, items: Sequence[Answered]) -> str:
    values = [value for item in items if not isnan(value := metric.function(item.outcome))]
    return decimals(fmean(values)) if values else "–"
