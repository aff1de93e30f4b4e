"""Training the beat network: the same layers as `transcription.beats.network`, in torch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from transcription.beats.examples import UNKNOWN, Example
from transcription.beats.features import FEATURES
from transcription.beats.network import DILATIONS, HEADS, LEVELS, LOG_PERIODS

WINDOW, BATCH = 192, 24
"""Events in a window, and windows in a step."""
WIDTH = 64
"""Of the hidden layers."""
RATE, DECAY, DROPOUT = 3e-3, 1e-2, 0.2
SHARES = (1.0, 0.5, 0.2, 1.0)
"""What the losses of level, tempo, metre and stops count."""
PERIOD_SPREAD = 0.06
"""S.d. over which the right tempo is spread (log)."""
_IGNORED = -100


@dataclass(frozen=True, slots=True)
class Progress:
    """Where training stands: `step` and the running means of the losses, in nats."""

    step: int
    level: float
    period: float
    meter: float
    stop: float


def train_network(
    examples: Sequence[Example],
    weights: np.ndarray,
    meters: int,
    *,
    steps: int,
    width: int = WIDTH,
    batch: int = BATCH,
    seed: int = 0,
    report: Callable[[Progress], object] = lambda _: None,
) -> dict[str, np.ndarray]:
    """Fits the network to windows of examples, drawn by their weights.

    Args:
        examples: to learn from.
        weights: (examples,) how often each is drawn, in proportion.
        meters: how many metres there are.
        steps: of Adam, with one cycle of the rate.
        width: of the hidden layers.
        batch: windows in a step.
        seed: of the first weights and of the drawing.
        report: told every hundred steps.

    Returns:
        The matrices by name; `network.read_events` takes those of several networks, one behind the other.
    """
    import torch

    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    matrices = {
        name: torch.tensor(array, requires_grad=True) for name, array in _first(rng, width, meters).items()
    }
    optimizer = torch.optim.AdamW(matrices.values(), lr=RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps)
    shares = weights / weights.sum()
    running = np.zeros(len(SHARES))
    for step in range(steps):
        drawn = rng.choice(len(examples), batch, p=shares)
        losses = _losses(matrices, [_window(examples[index], rng) for index in drawn])
        optimizer.zero_grad()
        sum(share * loss for share, loss in zip(SHARES, losses, strict=True)).backward()
        torch.nn.utils.clip_grad_norm_(list(matrices.values()), 1.0)
        optimizer.step()
        schedule.step()
        running += (np.array([loss.item() for loss in losses]) - running) / min(step + 1, 100)
        if step % 100 == 99:
            report(Progress(step + 1, *running.tolist()))
    return {name: matrix.detach().numpy() for name, matrix in matrices.items()}


def _first(rng: np.random.Generator, width: int, meters: int) -> dict[str, np.ndarray]:
    shapes: dict[str, tuple[int, ...]] = {"in": (FEATURES, width)}
    for index in range(len(DILATIONS)):
        shapes |= {f"wide{index}": (3, width, width), f"narrow{index}": (width, width)}
    answers = (LEVELS, len(LOG_PERIODS), meters, 2)
    shapes |= {name: (width, count) for name, count in zip(HEADS, answers, strict=True)}
    found: dict[str, np.ndarray] = {}
    for name, shape in shapes.items():
        inputs = int(np.prod(shape[:-1]))
        found[name] = rng.normal(0, np.sqrt(1 / inputs), shape).astype(np.float32)
        found[f"{name}_bias"] = np.zeros(shape[-1], np.float32)
    return found


def _window(example: Example, rng: np.random.Generator) -> Example:
    """`WINDOW` events of an example, filled up with nothing where it is shorter."""
    begin = int(rng.integers(0, max(1, len(example) - WINDOW + 1)))
    part = slice(begin, begin + WINDOW)
    missing = max(0, WINDOW - len(example))
    return Example(
        np.pad(example.features[part].astype(np.float32), ((0, missing), (0, 0))),
        np.pad(example.levels[part], (0, missing), constant_values=_IGNORED),
        np.pad(example.log_periods[part], (0, missing), constant_values=np.nan),
        np.pad(
            np.where(example.meters == UNKNOWN, _IGNORED, example.meters)[part],
            (0, missing),
            constant_values=_IGNORED,
        ),
        np.pad(example.stops[part], (0, missing), constant_values=_IGNORED),
    )


def _losses(matrices: dict[str, Any], batch: Sequence[Example]) -> tuple[Any, Any, Any, Any]:
    """Cross-entropies of level, tempo, metre and stops, in nats."""
    import torch
    from torch.nn import functional

    features = torch.tensor(np.stack([example.features for example in batch]))
    levels, periods, meters, stops = _forward(matrices, features)
    wanted = np.stack([example.log_periods for example in batch])
    known = ~np.isnan(wanted)
    cells = np.exp(-(((np.nan_to_num(wanted)[..., np.newaxis] - LOG_PERIODS) / PERIOD_SPREAD) ** 2) / 2)
    cells *= known[..., np.newaxis] / np.maximum(cells.sum(axis=-1, keepdims=True), 1e-9)
    period = -(torch.tensor(cells, dtype=torch.float32) * functional.log_softmax(periods, dim=-1)).sum()
    return (
        _entropy(levels, np.stack([example.levels for example in batch])),
        period / max(int(known.sum()), 1),
        _entropy(meters, np.stack([example.meters for example in batch])),
        _entropy(stops, np.stack([example.stops for example in batch])),
    )


def _entropy(scores: Any, answers: np.ndarray) -> Any:
    import torch
    from torch.nn import functional

    flat = scores.reshape(-1, scores.shape[-1])
    return functional.cross_entropy(
        flat, torch.tensor(answers.astype(np.int64)).reshape(-1), ignore_index=_IGNORED
    )


def _forward(matrices: dict[str, Any], features: Any, dropout: float = DROPOUT) -> list[Any]:
    """Scores of what each of `HEADS` answers: (windows, events, answers) each."""
    import torch
    from torch.nn import functional

    hidden = features @ matrices["in"] + matrices["in_bias"]
    for index, dilation in enumerate(DILATIONS):
        kernel = matrices[f"wide{index}"].permute(2, 1, 0)
        wide = functional.conv1d(
            hidden.transpose(1, 2), kernel, matrices[f"wide{index}_bias"], padding=dilation, dilation=dilation
        )
        inner = functional.dropout(torch.relu(wide.transpose(1, 2)), dropout)
        hidden = hidden + inner @ matrices[f"narrow{index}"] + matrices[f"narrow{index}_bias"]
    hidden = torch.relu(hidden)
    return [hidden @ matrices[name] + matrices[f"{name}_bias"] for name in HEADS]
