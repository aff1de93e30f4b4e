"""How much each judge of an answer counts: a weighted sum of log probabilities.

The judges are the language model that reads the piece written out under the answer (``notated``), the same
model asked directly (``direct``), a classical analysis (``classical``), and how common the answer is in the
training split (``prior``). The weights are those of a conditional logit, fitted on the development split
(``python -m eval.models.notate.fit``) and stored beside the model; without such a file the defaults hold.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from eval.models.decoding import Decoding
from symbolic.errors import SymbolicError

FILE = "decoding.json"
JUDGES = ("notated", "direct", "classical", "prior")
Judgement = dict[str, dict[str, float]]
"""Answer → judge → log probability, up to a constant of each judge."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What decides one task.

    Attributes:
        notated, direct, classical, prior: see the module.
        priors: answer → its log probability in the training split.
        other: of an answer that is not in `priors`.
    """

    notated: float = 1.0
    direct: float = 1.0
    classical: float = 0.0
    prior: float = 0.0
    priors: Mapping[str, float] = field(default_factory=dict)
    other: float = -10.0

    def of(self, judgement: Mapping[str, float]) -> float:
        """The worth of one answer; judges that have not spoken count nothing."""
        return sum(float(getattr(self, judge)) * value for judge, value in judgement.items())


@dataclass(frozen=True, slots=True)
class Lines:
    """What decides where lines end; without weights, as older files are, the language model alone.

    Attributes:
        bonus: nats for each line end, against a model that expects them too seldom.
        threshold: least probability of a place that is answered; None for the highest expected F1.
        notated: weight of the language model's log likelihoods.
        classical: weight of the log-odds that `symbolic.analysis.phrases` gives each place.
    """

    bonus: float = 1.5
    threshold: float | None = None
    notated: float = 1.0
    classical: float = 0.0


CLASSICAL_LINES = Lines(bonus=0.0, notated=0.1, classical=1.0)
"""Where nothing was fitted, the classical analysis leads."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that was fitted for one model.

    Attributes:
        weights: of the judges, by task.
        lines: where they end.
        choices: how the model answers best, by task, where nothing else is asked for.
    """

    weights: Mapping[str, Weights] = field(default_factory=dict)
    lines: Lines = CLASSICAL_LINES
    choices: Mapping[str, Decoding] = field(default_factory=dict)


def stored(folder: str | Path) -> Settings:
    """What lies beside a model; the defaults where it has no such file.

    Raises:
        SymbolicError: the file is not as `store` writes it.
    """
    path = Path(folder) / FILE
    return _read(str(path), path.stat().st_mtime_ns) if path.is_file() else Settings()


@lru_cache(maxsize=8)
def _read(path: str, changed: int) -> Settings:
    try:
        values = json.loads(Path(path).read_text(encoding="utf-8"))
        weights = {task: Weights(**own) for task, own in values["weights"].items()}
        choices = {task: Decoding(**own) for task, own in values.get("choices", {}).items()}
        return Settings(weights, Lines(**values["lines"]), choices)
    except (ValueError, TypeError, KeyError) as exc:
        raise SymbolicError(
            f"not the weights of judges ({exc}); remove it or fit them anew", path=path
        ) from exc


def store(folder: Path, settings: Settings, provenance: Mapping[str, Any]) -> Path:
    """Writes what was fitted beside a model; `provenance` says what it comes from."""
    path = folder / FILE
    path.write_text(json.dumps({**provenance, **asdict(settings)}, indent=1) + "\n", encoding="utf-8")
    return path


def provenance_of(folder: Path) -> dict[str, Any]:
    """What the stored settings of a model come from; empty where it has none."""
    path = folder / FILE
    values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return {
        name: value for name, value in values.items() if name not in {item.name for item in fields(Settings)}
    }


PENALTY = 0.5
"""On the squares of the weights, in nats: a few dozen tunes are enough to move them."""
LEAST = 0.01
"""A judge that weighs less need not be asked."""


def fit(
    judgements: Sequence[Judgement], truths: Sequence[str], judges: Sequence[str] = JUDGES
) -> dict[str, float]:
    """The weights, none below 0 and those next to nothing 0, that make the true answers likeliest.

    Args:
        judgements: of each question; those without the true answer are passed over.
        truths: the answers' names.
        judges: whose weights are fitted; each must have judged every answer.

    Raises:
        ValueError: no question can be used.
    """
    from scipy.optimize import minimize

    usable = [(found, truth) for found, truth in zip(judgements, truths, strict=True) if truth in found]
    if not usable:
        raise ValueError("no true answer is among the judged ones")
    tables = []
    for found, truth in usable:
        table = np.array([[found[answer][judge] for judge in judges] for answer in found])
        tables.append(table - table[list(found).index(truth)])

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        total, slope = PENALTY * float(weights @ weights), 2 * PENALTY * weights
        for table in tables:
            scores = table @ weights
            top = scores.max()
            shares = np.exp(scores - top)
            total += float(top + np.log(shares.sum()))
            slope = slope + (shares / shares.sum()) @ table
        return total, slope

    start = np.full(len(judges), 0.1)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(judges))
    return {
        judge: round(float(weight), 4) if weight >= LEAST else 0.0
        for judge, weight in zip(judges, found.x, strict=True)
    }
