"""Training the beat network: the same layers as `transcription.beats.network`, in torch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from transcription.beats.examples import UNKNOWN, Example
from transcription.beats.features import FEATURES
from transcription.beats.network import DILATIONS, LEVELS, LOG_PERIODS

WINDOW, BATCH = 192, 24
"""Events in a window, and windows in a step."""
RATE, DECAY, DROPOUT = 4e-3, 1e-4, 0.1
PERIOD_SHARE, METER_SHARE = 0.5, 0.3
"""What the losses of tempo and metre count beside that of the level."""
PERIOD_SPREAD = 0.06
"""S.d. over which the right tempo is spread (log)."""
_IGNORED = -100


@dataclass(frozen=True, slots=True)
class Progress:
    """Where training stands: `step` and the running means of the three losses, in nats."""

    step: int
    level: float
    period: float
    meter: float


def train_network(
    examples: Sequence[Example],
    weights: np.ndarray,
    meters: int,
    *,
    steps: int,
    width: int = 32,
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
        The matrices by name, as `network.read_events` takes them.
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
    running = np.zeros(3)
    for step in range(steps):
        drawn = rng.choice(len(examples), batch, p=shares)
        losses = _losses(matrices, [_window(examples[index], rng) for index in drawn])
        optimizer.zero_grad()
        (losses[0] + PERIOD_SHARE * losses[1] + METER_SHARE * losses[2]).backward()
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
    shapes |= {"level": (width, LEVELS), "period": (width, len(LOG_PERIODS)), "meter": (width, meters)}
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
        np.pad(example.features[part], ((0, missing), (0, 0))),
        np.pad(example.levels[part], (0, missing), constant_values=_IGNORED),
        np.pad(example.log_periods[part], (0, missing), constant_values=np.nan),
        np.pad(
            np.where(example.meters == UNKNOWN, _IGNORED, example.meters)[part],
            (0, missing),
            constant_values=_IGNORED,
        ),
    )


def _losses(matrices: dict[str, Any], batch: Sequence[Example]) -> tuple[Any, Any, Any]:
    """Cross-entropies of level, tempo and metre, in nats."""
    import torch
    from torch.nn import functional

    levels, periods, meters = _forward(
        matrices, torch.tensor(np.stack([example.features for example in batch]))
    )
    wanted = np.stack([example.log_periods for example in batch])
    known = ~np.isnan(wanted)
    cells = np.exp(-(((np.nan_to_num(wanted)[..., np.newaxis] - LOG_PERIODS) / PERIOD_SPREAD) ** 2) / 2)
    cells *= known[..., np.newaxis] / np.maximum(cells.sum(axis=-1, keepdims=True), 1e-9)
    period = -(torch.tensor(cells, dtype=torch.float32) * functional.log_softmax(periods, dim=-1)).sum()
    return (
        _entropy(levels, np.stack([example.levels for example in batch])),
        period / max(int(known.sum()), 1),
        _entropy(meters, np.stack([example.meters for example in batch])),
    )


def _entropy(scores: Any, answers: np.ndarray) -> Any:
    import torch
    from torch.nn import functional

    flat = scores.reshape(-1, scores.shape[-1])
    return functional.cross_entropy(
        flat, torch.tensor(answers.astype(np.int64)).reshape(-1), ignore_index=_IGNORED
    )


def _forward(matrices: dict[str, Any], features: Any, dropout: float = DROPOUT) -> tuple[Any, Any, Any]:
    """Scores of levels, tempi and metres: (windows, events, answers) each."""
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
    scores = [hidden @ matrices[name] + matrices[f"{name}_bias"] for name in ("level", "period", "meter")]
    return scores[0], scores[1], scores[2]
