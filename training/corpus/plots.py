"""Plots of what is in a corpus: keys, metres, lengths and types of question, each as PNG and SVG.

The files hold no date and no random ids, so the same corpus gives the same bytes.
"""

from __future__ import annotations

from io import BytesIO, StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from symbolic.abc.fields import parse_key
from symbolic.io import save, told_with
from symbolic.key import Key
from training.corpus.piece import SPLITS
from training.corpus.statistics import WIDTH, Statistics, quantile, tables

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, FAINT = "#1b2430", "#68737f"
SHADES = ("#12646f", "#8fc3c6", "#d9a441", "#b5533c", "#7d6b91", "#5f8f4e", "#c98fa5")
TONICS = ("C", "D♭", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")
MODES = ("major", "minor", "dorian", "phrygian", "lydian", "mixolydian", "locrian")
METERS_SHOWN, BINS = 14, 40
MOST = 0.99
_METADATA = {"png": {"Software": None}, "svg": {"Date": None}}
_STYLE: Any = {"svg.hashsalt": "symbolic", "svg.fonttype": "none", "font.size": 9, "axes.edgecolor": FAINT}


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
    """Writes ``keys``, ``metres``, ``lengths`` and ``types``, each as .png and .svg, into a folder."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    for name, draw, size in (
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
    axes.legend(frameon=False, ncols=4, loc="upper center", bbox_to_anchor=(0.5, -0.2))
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
    axes = _axes(figure, "Metres of the music in the pretraining text", "", "texts")
    axes.bar([name for name, _ in shown], [count for _, count in shown], color=SHADES[0], width=0.75)


def draw_lengths(figure: Figure, found: Statistics) -> None:
    """How long texts of music and supervised examples are; the longest in a hundred are not shown."""
    axes = _axes(figure, "Lengths", "characters", "share")
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
    axes.legend(frameon=False)


def draw_types(figure: Figure, found: Statistics) -> None:
    """Supervised examples by type and split."""
    questions = found.manifest["questions"]
    tasks = sorted(questions, key=lambda task: _total(questions[task]))
    axes = _axes(figure, "Supervised examples by type", "examples", "")
    left = [0] * len(tasks)
    for split, shade in zip(SPLITS, SHADES, strict=False):
        counts = [questions[task][split] for task in tasks]
        axes.barh(tasks, counts, left=left, color=shade, label=split, height=0.75)
        left = [start + count for start, count in zip(left, counts, strict=True)]
    axes.margins(y=0.01)
    axes.legend(frameon=False, loc="lower right")


def _total(counts: dict[str, int]) -> int:
    return sum(counts[split] for split in SPLITS)
