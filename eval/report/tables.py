"""Tables of results: the comparison of models, then their main metric by class of truth and by group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from eval.registry import TASKS
from eval.results import Answered, Results
from eval.statistics import Estimate, holm, mcnemar

MAX_COLUMNS = 8
"""More classes than this are summed up as "other"."""
SIGNIFICANT = 0.05


def print_report(console: Console, results: Sequence[Results]) -> None:
    """Prints every table of one task's results, best model first, and what was not asked."""
    first = results[0]
    task = TASKS[first.task]
    main = task.metrics[0].name
    results = sorted(results, key=lambda result: -result.metrics[main].value)
    console.print(comparison(results))
    console.print()
    if len({item.category for item in first.per_item}) > 1:
        console.print(by_class(results, f"by {task.category_name}", lambda item: item.category))
    if len({item.group for item in first.per_item}) > 1:
        console.print(by_class(results, f"by {task.group_name}", lambda item: item.group or "(none)"))
    if first.skipped:
        reasons = "; ".join(f"{count} × {reason}" for reason, count in sorted(first.skipped.items()))
        console.print(f"Not asked: {reasons}", highlight=False, markup=False)


def comparison(results: Sequence[Results]) -> Table:
    """One row per model: each metric with its 95% interval, and the test against the best model."""
    first = results[0]
    metrics = TASKS[first.task].metrics
    best = max(results, key=lambda result: result.metrics[metrics[0].name].value)
    noun = "question" if first.n == 1 else "questions"
    table = plain_table(f"{first.task}: {first.n:,} {noun} from {escape(first.data_name)}, 95% intervals")
    for metric in metrics:
        table.add_column(metric.name, justify="right")
    if len(results) > 1:
        table.add_column("p", justify="right")
    table.add_column("s", justify="right")
    p_values = _p_values(results, best)
    for result, p in zip(results, p_values, strict=True):
        cells = [_with_interval(result.metrics.get(metric.name)) for metric in metrics]
        if len(results) > 1:
            cells.append("best" if result is best else "<.001" if p < 0.001 else decimals(p))
        table.add_row(
            model_name(result), *cells, f"{result.seconds:.1f}", style="bold" if result is best else ""
        )
    if len(results) > 1:
        table.caption = "p: exact McNemar test of accuracy against the best model, Holm's correction"
        table.caption_justify = "left"
    return table


def _p_values(results: Sequence[Results], best: Results) -> list[float]:
    main = TASKS[best.task].metrics[0]
    others = [result for result in results if result is not best]
    corrected = iter(holm([mcnemar(best.values(main), result.values(main)) for result in others]))
    return [1.0 if result is best else next(corrected) for result in results]


def by_class(results: Sequence[Results], title: str, class_of: Callable[[Answered], str]) -> Table:
    """One row per model, one column per class of items, the commonest first: the main metric there."""
    first = results[0]
    main = TASKS[first.task].metrics[0]
    counts = Counter(class_of(item) for item in first.per_item)
    ranked = sorted(counts, key=lambda name: (-counts[name], name))
    shown = ranked if len(ranked) <= MAX_COLUMNS else ranked[: MAX_COLUMNS - 1]
    columns = {name: {name} for name in shown}
    if rest := set(ranked) - set(shown):
        columns["other"] = rest
    table = plain_table(f"{main.name} {title}")
    for name, members in columns.items():
        table.add_column(
            f"{escape(name)}\n[dim]{sum(counts[member] for member in members):,}[/dim]", justify="right"
        )
    for result in results:
        values = result.values(main)
        cells = []
        for members in columns.values():
            own = [
                value
                for value, item in zip(values, result.per_item, strict=True)
                if class_of(item) in members
            ]
            cells.append(decimals(sum(own) / len(own)))
        table.add_row(model_name(result), *cells)
    return table


def plain_table(title: str) -> Table:
    """A table with the column of the models."""
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("model", no_wrap=True)
    return table


def model_name(result: Results) -> str:
    """The name that was asked for, and what it stands for."""
    resolved = str(result.config.get("resolved_model", result.model))
    name = (
        result.model if resolved == result.model else f"{result.model} = {resolved.removeprefix('baseline:')}"
    )
    return escape(name)


def _with_interval(estimate: Estimate | None) -> str:
    if estimate is None:
        return "–"
    value, low, high = map(decimals, (estimate.value, estimate.low, estimate.high))
    return f"{value} [dim]{low}–{high}[/dim]"


def decimals(value: float) -> str:
    """Three decimals, without a zero before them."""
    text = f"{value:.3f}"
    return text[1:] if text.startswith("0.") else text
