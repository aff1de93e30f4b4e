"""Plots of what is in a corpus: pieces, tokens, keys, metres, lengths, types of question; as PNG and SVG.

The files hold no date and no random ids, so the same corpus gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO, StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from symbolic.abc.fields import parse_key
from symbolic.io import save, told_with
from symbolic.key import Key
from training.corpus.piece import SPLITS
from training.corpus.statistics import COPIES, OTHERS, WIDTH, Statistics, quantile, tables

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, FAINT = "#1b2430", "#68737f"
SHADES = ("#12646f", "#8fc3c6", "#d9a441", "#b5533c", "#7d6b91", "#5f8f4e", "#c98fa5")
TONICS = ("C", "D♭", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")
MODES = ("major", "minor", "dorian", "phrygian", "lydian", "mixolydian", "locrian")
METERS_SHOWN, BINS = 14, 40
MOST = 0.99
_THOUSANDS = "{x:,.0f}"
_METADATA = {"png": {"Software": None}, "svg": {"Date": None}}
_STYLE: Any = {
    "svg.hashsalt": "symbolic",
    "svg.fonttype": "none",
    "font.size": 9,
    "text.color": INK,
    "axes.edgecolor": FAINT,
    "legend.frameon": False,
}


def write_statistics(found: Statistics, folder: Path) -> None:
    """Writes the tables as text and the plots as PNG and SVG into a folder."""
    with told_with(str(folder)):
        folder.mkdir(exist_ok=True)
        text = StringIO()
        console = Console(file=text, width=WIDTH)
        for table in tables(found):
            console.print(table)
        save(str(folder / "stats.txt"), text.getvalue().encode())
        write_plots(found, folder)


def write_plots(found: Statistics, folder: Path) -> None:
    """Writes each plot as .png and .svg into a folder."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    for name, draw, size in (
        ("pieces", draw_pieces, (7.2, 1.6 + 0.3 * len(found.pieces))),
        ("tokens", draw_tokens, (7.2, 2.4)),
        ("keys", draw_keys, (7.2, 3.4)),
        ("metres", draw_meters, (7.2, 3.2)),
        ("lengths", draw_lengths, (7.2, 3.2)),
        ("types", draw_types, (7.2, 1.2 + 0.2 * len(found.manifest["questions"]))),
    ):
        with rc_context(_STYLE):
            figure = Figure(figsize=size, layout="constrained")
            draw(figure, found)
            for suffix, metadata in _METADATA.items():
                _save(figure, folder / f"{name}.{suffix}", suffix, metadata)


def _save(figure: Figure, path: Path, format: str, metadata: dict[str, None]) -> None:
    data = BytesIO()
    figure.savefig(data, format=format, dpi=150, metadata=metadata)
    save(str(path), data.getvalue())


def _axes(figure: Figure, title: str, x_label: str, y_label: str) -> Axes:
    axes = figure.add_subplot()
    axes.set_title(title, loc="left", color=INK)
    axes.set_xlabel(x_label, color=FAINT)
    axes.set_ylabel(y_label, color=FAINT)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(colors=FAINT)
    return axes


def _legend(axes: Axes, **where: Any) -> None:
    if axes.get_legend_handles_labels()[0]:
        axes.legend(**where)


def _stacked(axes: Axes, names: Sequence[str], parts: Mapping[str, Sequence[int]]) -> None:
    """Bars from left to right, the first at the bottom, each of several parts and with its total."""
    left = [0] * len(names)
    for (label, counts), shade in zip(parts.items(), SHADES, strict=False):
        axes.barh(names, counts, left=left, color=shade, label=label, height=0.75)
        left = [start + count for start, count in zip(left, counts, strict=True)]
    for place, total in enumerate(left):
        axes.annotate(
            f"{total:,}", (total, place), (3, 0), textcoords="offset points", va="center", color=FAINT, size=8
        )
    axes.xaxis.set_major_formatter(_THOUSANDS)
    axes.margins(x=0.09, y=0.02)


def draw_pieces(figure: Figure, found: Statistics) -> None:
    """Pieces by source, and what became of them; a file without a usable piece counts as one."""
    sources = list(reversed(found.pieces))
    axes = _axes(figure, "Pieces of each source", "pieces", "")
    fates = (*SPLITS, COPIES, OTHERS)
    _stacked(axes, sources, {fate: [found.pieces[name][fate] for name in sources] for fate in fates})
    _legend(axes, ncols=len(fates), loc="upper center", bbox_to_anchor=(0.5, -0.3))


def draw_tokens(figure: Figure, found: Statistics) -> None:
    """Words and ABC symbols of the pretraining text by kind."""
    kinds = sorted(found.texts, reverse=True)
    axes = _axes(figure, "Pretraining text", "", "")
    height = 0.38
    for number, (label, counts) in enumerate((("ABC symbols", found.symbols), ("words", found.words))):
        places = [place + (number - 0.5) * height for place in range(len(kinds))]
        bars = axes.barh(places, [counts[kind] for kind in kinds], height, color=SHADES[number], label=label)
        axes.bar_label(bars, fmt="{:,.0f}", padding=3, color=FAINT, size=8)
    axes.set_yticks(range(len(kinds)), kinds)
    axes.xaxis.set_major_formatter(_THOUSANDS)
    axes.margins(x=0.12)
    _legend(axes, reverse=True, loc="lower right")


def draw_keys(figure: Figure, found: Statistics) -> None:
    """Texts of music by tonic, the modes stacked."""
    counts: dict[str, list[int]] = {mode: [0] * len(TONICS) for mode in MODES}
    unkeyed = 0
    for name, count in found.keys.items():
        key = _key(name)
        if key is None:
            unkeyed += count
        else:
            counts[key.mode][key.pitch_class] += count
    axes = _axes(figure, "Keys of the music in the pretraining text", "tonic", "texts")
    bottom = [0] * len(TONICS)
    for mode, shade in zip(MODES, SHADES, strict=True):
        if any(counts[mode]):
            axes.bar(TONICS, counts[mode], bottom=bottom, color=shade, label=mode, width=0.75)
            bottom = [low + high for low, high in zip(bottom, counts[mode], strict=True)]
    axes.yaxis.set_major_formatter(_THOUSANDS)
    _legend(axes, ncols=len(MODES), loc="upper center", bbox_to_anchor=(0.5, -0.2))
    if unkeyed:
        axes.annotate(
            f"{unkeyed:,} more without a key", (1, 1), xycoords="axes fraction", ha="right", color=FAINT
        )


def _key(text: str) -> Key | None:
    """The key that a ``K:`` line states, or None where it states none of `MODES`."""
    try:
        key, _ = parse_key(text)
    except ValueError:
        return None
    return key if key is not None and key.tonic and key.mode in MODES else None


def draw_meters(figure: Figure, found: Statistics) -> None:
    """Texts of music by metre."""
    shown = found.meters.most_common(METERS_SHOWN)
    if rest := found.meters.total() - sum(count for _, count in shown):
        shown.append(("others", rest))
    axes = _axes(figure, "Metres of the music in the pretraining text", "", "texts")
    bars = axes.bar([name for name, _ in shown], [count for _, count in shown], color=SHADES[0], width=0.75)
    axes.bar_label(bars, fmt="{:,.0f}", padding=2, color=FAINT, size=8)
    axes.yaxis.set_major_formatter(_THOUSANDS)


def draw_lengths(figure: Figure, found: Statistics) -> None:
    """How long texts of music and supervised examples are; the longest in a hundred are not shown."""
    axes = _axes(figure, "Lengths", f"characters (the longest {1 - MOST:.0%} are not shown)", "share")
    examples = found.example_lengths
    longest = max(quantile(found.lengths, MOST), quantile(examples, MOST), BINS)
    edges = [longest * number / BINS for number in range(BINS + 1)]
    for counts, label, shade in (
        (found.lengths, "texts of music", SHADES[0]),
        (examples, "supervised examples", SHADES[2]),
    ):
        total = sum(counts.values()) or 1
        values = list(counts)
        weights = [counts[value] / total for value in values]
        axes.hist(values, edges, weights=weights, histtype="step", linewidth=1.6, color=shade, label=label)
    axes.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    _legend(axes)


def draw_types(figure: Figure, found: Statistics) -> None:
    """Supervised examples by type and split."""
    questions = found.manifest["questions"]
    tasks = sorted(questions, key=lambda task: _total(questions[task]))
    axes = _axes(figure, "Supervised examples by type", "examples", "")
    _stacked(axes, tasks, {split: [questions[task][split] for task in tasks] for split in SPLITS})
    _legend(axes, loc="lower right")


def _total(counts: dict[str, int]) -> int:
    return sum(counts[split] for split in SPLITS)
