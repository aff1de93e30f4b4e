"""How likely a model finds each token of some rows, and one other token in its place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import torch

BATCH_TOKENS = 8192


def log_probabilities(
    model: Any, rows: Sequence[Sequence[int]], other: int
) -> list[tuple[np.ndarray, np.ndarray]]:
    """For each row the log probabilities, in nats, of its tokens and of `other` in the place of each.

    Args:
        model: a `LanguageModel`.
        rows: token numbers; the first of a row is taken as given.
        other: the token to compare with.

    Returns:
        Two arrays as long as the row; the entries of the first token are 0.
    """
    found: dict[int, tuple[np.ndarray, np.ndarray]] = {}
    order = sorted(range(len(rows)), key=lambda index: len(rows[index]))
    start = 0
    while start < len(order):
        stop = start + 1
        while stop < len(order) and len(rows[order[stop]]) * (stop + 1 - start) <= BATCH_TOKENS:
            stop += 1
        batch = order[start:stop]
        own, others = _of_batch(model, [rows[index] for index in batch], other)
        for place, index in enumerate(batch):
            length = len(rows[index])
            found[index] = (own[place, :length], others[place, :length])
        start = stop
    return [found[index] for index in range(len(rows))]


def _of_batch(model: Any, rows: Sequence[Sequence[int]], other: int) -> tuple[np.ndarray, np.ndarray]:
    """Both arrays, rows × tokens; what follows the end of a row means nothing."""
    import torch

    width = max(map(len, rows))
    ids = torch.zeros((len(rows), width), dtype=torch.long)
    for place, row in enumerate(rows):
        ids[place, : len(row)] = torch.tensor(row)
    with torch.inference_mode():
        logits: torch.Tensor = model.model(input_ids=ids, use_cache=False).logits[:, :-1].float()
    scale = logits.logsumexp(dim=-1)
    own = logits.gather(-1, ids[:, 1:, None])[..., 0] - scale
    others = logits[..., other] - scale
    nothing = torch.zeros((len(rows), 1))
    return torch.cat([nothing, own], dim=1).numpy(), torch.cat([nothing, others], dim=1).numpy()
