"""The confusions of key finding on the circle of fifths, as a picture.

Every truth is moved to C major or A minor, and its answer with it; so each field of the circle is one
relation between answer and truth. Major keys stand outside, each with its relative minor inside it: right
answers are at the top, a fifth too high is one field clockwise, the relative key lies across the ring.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from math import pi
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.results import Results
from symbolic.io import save, told_with
from symbolic.key import Key

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MAJOR_NAMES = ("C", "G", "D", "A", "E", "B", "F♯", "D♭", "A♭", "E♭", "B♭", "F")
MINOR_NAMES = ("Am", "Em", "Bm", "F♯m", "C♯m", "G♯m", "D♯m", "B♭m", "Fm", "Cm", "Gm", "Dm")
INK, FAINT, PAPER = "#1b2430", "#68737f", "#ffffff"
SCALE = ("#f3f6f7", "#cfe3e4", "#8fc3c6", "#4197a0", "#12646f", "#063a44")
RINGS = {"major": (0.72, 0.28), "minor": (0.4, 0.3)}
"""Mode → where its ring begins and how wide it is, in radii."""

SMALLEST_SHOWN = 0.0005

Field = tuple[str, int]
"""Mode of the answer, and steps clockwise from the top."""


@dataclass(frozen=True, slots=True)
class Confusions:
    """Where the answers to truths of one mode lie.

    Attributes:
        mode: of the truths, ``major`` or ``minor``.
        counts: answers in each field of the circle.
        other: answers in another mode, and answers that were not found.
        n: truths.
    """

    mode: str
    counts: dict[Field, int]
    other: int
    n: int


def confusions(pairs: Iterable[tuple[str, str]], mode: str) -> Confusions:
    """Counts (truth, answer) pairs of key names whose truth has a mode; an answer may be empty."""
    counts: Counter[Field] = Counter()
    other = n = 0
    for truth_name, answer_name in pairs:
        truth = Key.parse(truth_name)
        if truth.mode != mode:
            continue
        n += 1
        answer = Key.parse(answer_name) if answer_name else None
        if answer is None or answer.mode not in RINGS:
            other += 1
            continue
        steps = (_place(answer) - _place(truth)) % 12
        counts[answer.mode, steps] += 1
    return Confusions(mode, dict(counts), other, n)


def _place(key: Key) -> int:
    """Steps on the circle from C major or A minor, enharmonic keys together."""
    return key.fifths % 12


def draw(result: Results) -> Figure:
    """The picture for one model's results on the task ``key``."""
    from matplotlib.colors import LinearSegmentedColormap, PowerNorm
    from matplotlib.figure import Figure

    pairs = [(item.outcome.truth, item.outcome.grade.answer) for item in result.per_item]
    panels = [found for mode in RINGS if (found := confusions(pairs, mode)).n]
    figure = Figure(figsize=(0.6 + 5.9 * len(panels), 7.4), facecolor=PAPER, dpi=150)
    colours = LinearSegmentedColormap.from_list("answers", SCALE)
    norm = PowerNorm(0.4, 0, 1)
    for index, panel in enumerate(panels):
        axes = figure.add_subplot(1, len(panels), index + 1, projection="polar")
        _draw_circle(axes, panel, colours, norm)
    figure.subplots_adjust(left=0.03, right=0.97, top=0.86, bottom=0.11, wspace=0.06)
    accuracy = result.metrics["accuracy"]
    figure.text(
        0.04, 0.95, "Where the answers fall on the circle of fifths", size=17, weight="bold", color=INK
    )
    figure.text(
        0.04,
        0.91,
        f"{result.config.get('resolved_model', result.model)} on {result.data_name}: "
        f"{accuracy.value:.1%} right [{accuracy.low:.1%}, {accuracy.high:.1%}], n = {result.n:,}. "
        "Every truth is moved to C major or A minor, its answer with it.",
        size=10.5,
        color=FAINT,
    )
    hidden = result.n - sum(panel.n for panel in panels)
    if hidden:
        note = f"not shown: {hidden} truths in other modes"
        figure.text(0.96, 0.955, note, size=9, color=FAINT, ha="right")
    return figure


def _draw_circle(axes: Axes, panel: Confusions, colours: Any, norm: Any) -> None:
    polar: Any = axes  # a PolarAxes, whose own methods matplotlib does not type
    polar.set_theta_zero_location("N")
    polar.set_theta_direction(-1)
    polar.set_axis_off()
    polar.set_ylim(0, 1.02)
    width = 2 * pi / 12
    for mode, (start, depth) in RINGS.items():
        for steps in range(12):
            share = panel.counts.get((mode, steps), 0) / panel.n
            is_truth = mode == panel.mode and steps == 0
            colour = colours(norm(share)) if share else "#fafbfb"
            polar.bar(steps * width, depth, width, bottom=start, color=colour, edgecolor=PAPER, linewidth=2)
            if is_truth:
                polar.bar(
                    0, depth, width, bottom=start, fill=False, edgecolor="#e07a1f", linewidth=2.6, zorder=5
                )
            _label(polar, steps * width, start + depth / 2, mode, steps, share)
    truth = "C major" if panel.mode == "major" else "A minor"
    polar.text(
        0, 0, f"truth\n{truth}", ha="center", va="center", size=12, color=INK, weight="bold", linespacing=1.5
    )
    polar.text(pi, 1.1, _summary(panel), ha="center", va="top", size=10, color=INK, linespacing=1.6)


def _label(axes: Any, angle: float, radius: float, mode: str, steps: int, share: float) -> None:
    """The name of a field and, under it, its share; a field that nothing fell in has a faint name alone."""
    name = (MAJOR_NAMES if mode == "major" else MINOR_NAMES)[steps]
    large, small = (12.0, 10.0) if mode == "major" else (10.0, 8.5)
    empty = share < SMALLEST_SHOWN
    colour = FAINT if empty else PAPER if share > 0.12 else INK
    lines = [(name, 0.0 if empty else 7.0, large, "normal" if empty else "bold")]
    if not empty:
        lines.append((f"{share:.1%}" if share < 0.0995 else f"{share:.0%}", -7.0, small, "normal"))
    for text, rise, size, weight in lines:
        axes.annotate(
            text,
            (angle, radius),
            xytext=(0, rise),
            textcoords="offset points",
            ha="center",
            va="center",
            size=size,
            color=colour,
            weight=weight,
            zorder=6,
        )


def _summary(panel: Confusions) -> str:
    """Shares of the relations that MIREX names."""
    opposite = "minor" if panel.mode == "major" else "major"
    parallel = (opposite, 9 if panel.mode == "major" else 3)
    parts = {
        "right": panel.counts.get((panel.mode, 0), 0),
        "fifth above": panel.counts.get((panel.mode, 1), 0),
        "fifth below": panel.counts.get((panel.mode, 11), 0),
        "relative": panel.counts.get((opposite, 0), 0),
        "parallel": panel.counts.get(parallel, 0),
    }
    parts["other"] = panel.n - sum(parts.values())
    words = [f"{name} {count / panel.n:.1%}" for name, count in parts.items()]
    return f"{' · '.join(words[:3])}\n{' · '.join(words[3:])}    (n = {panel.n:,})"


def write_circle(result: Results, stem: Path) -> list[Path]:
    """Writes the picture as ``STEM.png`` and ``STEM.svg``; nothing where no truth is major or minor."""
    from matplotlib import rc_context

    pairs = [(item.outcome.truth, item.outcome.grade.answer) for item in result.per_item]
    if not any(confusions(pairs, mode).n for mode in RINGS):
        return []
    figure = draw(result)
    paths = []
    for format in ("png", "svg"):
        picture = BytesIO()
        with rc_context({"svg.hashsalt": "symbolic"}):
            undated = {"Date": None} if format == "svg" else {}
            figure.savefig(picture, format=format, facecolor=PAPER, metadata=undated)
        path = stem.with_name(f"{stem.name}.{format}")
        with told_with(str(path)):
            save(str(path), picture.getvalue())
        paths.append(path)
    return paths
