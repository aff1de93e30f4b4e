"""A corpus of one's own scores, to finetune on: built, split by tune family, and checked for being enough."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from symbolic.errors import SymbolicError
from training.corpus.build import Progress, build, silent
from training.corpus.config import MIN_CONTEXT, BuildConfig
from training.corpus.piece import SCORES
from training.corpus.runner import Runner

FEWEST = 20
"""Usable pieces without which there is nothing to learn from, nor to measure on."""
CHARACTERS_PER_TOKEN = 1.5
"""Of a question about ABC music, at the least."""


def build_corpus(
    scores: Sequence[str],
    out: Path,
    context: int,
    seed: int,
    runner: Runner | None = None,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Builds the corpus, or goes on with one that was stopped.

    Args:
        scores: folders, archives or files.
        out: where to.
        context: tokens that the model takes.
        seed: of everything that is drawn.
        runner: as for `training.corpus.build.build`.
        progress: likewise.

    Returns:
        Its manifest.

    Raises:
        SymbolicError: as `build`, or too few pieces can be used.
    """
    config = BuildConfig(
        scores=tuple(scores),
        seed=seed,
        context=max(MIN_CONTEXT, int(context * CHARACTERS_PER_TOKEN)),
        transpositions=1,
        questions=6,
        choice=10,
        reasons=5,
        theory=40,
        statements=0,
        textures=0,
    )
    manifest = build(config, out, runner, progress)
    pieces = manifest["sources"].get(SCORES, {}).get("pieces", {})
    count = sum(pieces.values())
    if count < FEWEST or not all(pieces.values()):
        reasons = ", ".join(f"{found['count']} {reason}" for reason, found in manifest["rejected"].items())
        split = ", ".join(f"{number} {name}" for name, number in pieces.items()) or "none"
        raise SymbolicError(
            f"{count} of {manifest['pieces']['read']} pieces in {', '.join(scores)} can be used ({split}"
            f"{f'; left out: {reasons}' if reasons else ''}): needed are {FEWEST}, with some to train, "
            "follow and measure on"
        )
    return manifest
