"""Muon for the matrices of the hidden layers, AdamW for all other weights, as one optimizer.

Muon makes the step of each matrix orthogonal (Jordan et al. 2024, Muon: An optimizer for hidden layers in
neural networks); scaled to AdamW's usual step (Liu et al. 2025, Muon is scalable for LLM training) it takes
the same learning rate.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from symbolic.errors import SymbolicError
from training.config import TrainConfig

BETAS = (0.9, 0.95)


class MuonAndAdamW(torch.optim.Optimizer):  # type: ignore[misc]  # torch is not followed
    """See the module.

    Args:
        model: whose weights are trained.
        config: says how fast.

    Raises:
        SymbolicError: no matrix of a hidden layer is trained.
    """

    def __init__(self, model: nn.Module, config: TrainConfig) -> None:
        outside = {
            id(weight)
            for layer in (model.get_input_embeddings(), model.get_output_embeddings())
            for weight in layer.parameters()
        }
        trained = [weight for weight in model.parameters() if weight.requires_grad]
        matrices = [weight for weight in trained if weight.ndim == 2 and id(weight) not in outside]
        inside = set(map(id, matrices))
        if not matrices:
            raise SymbolicError("muon finds no matrices to train, as where FSDP flattens them: use adamw")
        others = [weight for weight in trained if id(weight) not in inside]
        rate, decay = config.learning_rate, config.weight_decay
        self._parts: tuple[torch.optim.Optimizer, ...] = (
            torch.optim.Muon(matrices, lr=rate, weight_decay=decay, adjust_lr_fn="match_rms_adamw"),
            torch.optim.AdamW(others, lr=rate, betas=BETAS, weight_decay=0.0),
        )
        super().__init__([{"params": matrices}, {"params": others}], {})
        self._join()

    def _join(self) -> None:
        self.param_groups = [group for part in self._parts for group in part.param_groups]

    def step(self, closure: Callable[[], float] | None = None) -> float | None:
        """One step of both."""
        loss = None if closure is None else closure()
        for part in self._parts:
            part.step()
        return loss

    def state_dict(self) -> dict[str, Any]:
        """Those of both."""
        return {"parts": [part.state_dict() for part in self._parts]}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Goes on where `state_dict` was taken."""
        for part, state in zip(self._parts, state_dict["parts"], strict=True):
            part.load_state_dict(state)
        self._join()
