"""How a model is made: typed records, and the presets that fill them.

A preset is a TOML file in ``training/presets`` with a table for each record below; a file of one's own may
start from one with ``preset = "mini"`` and change some keys. Unknown keys are refused with the nearest known
one. The resolved configuration is saved beside every checkpoint and finished model.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, cast, get_type_hints

from symbolic.errors import SymbolicError
from symbolic.io import told_with

PRESETS = Path(__file__).parent / "presets"
OPTIMIZERS = ("adamw", "muon")
_NUMBER = re.compile(r"\d+(\.\d+)?")


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """Which model: a base to go on from, or the shape of a new LLaMA.

    Attributes:
        base: folder or hub name of the model to start from; empty for a new one, shaped as follows.
        hidden: width.
        layers: number of layers.
        heads: attention heads.
        kv_heads: heads of keys and values.
        intermediate: width of the feed-forward layers.
        context: the most tokens of a row.
    """

    base: str = ""
    hidden: int = 128
    layers: int = 4
    heads: int = 4
    kv_heads: int = 4
    intermediate: int = 352
    context: int = 1024

    def __post_init__(self) -> None:
        _at_least(self, 1, "hidden", "layers", "heads", "kv_heads", "intermediate")
        _at_least(self, 16, "context")
        if self.hidden % self.heads or self.heads % self.kv_heads:
            raise SymbolicError(
                "hidden must be a multiple of heads and heads of kv_heads, "
                f"got {self.hidden}, {self.heads} and {self.kv_heads}"
            )


@dataclass(frozen=True, slots=True)
class TokenizerConfig:
    """The tokenizer of a new model.

    Attributes:
        vocabulary: pieces.
        texts: how many texts of the corpus it is trained on.
        phrases: pieces may be whole phrases of prose (`symbolic.tokenizers.sentencepiece.train`).
    """

    vocabulary: int = 1024
    texts: int = 30_000
    phrases: bool = False


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """One training run.

    Attributes:
        kinds: which lines of a corpus: ``score``, ``theory``, ``question`` (texts), ``chat`` (examples).
        mix: how often lines of a kind of text or a type of question are taken, ``score:0.2``, ``theory:1.5``;
            ``*:0.1`` those that are not named. Without it all are taken once.
        shown: how much the tokens of questions before their answer count as text: they do, or they do not.
        answer_weight: of the answers' mean loss, beside the texts' mean loss, which has weight 1.
        row: the most tokens of a row, and so of a sequence; 0 for the model's context. Attention costs the
            square of it, so a long pretraining may use short rows and a short finetuning the whole context.
        epochs: passes over the corpus; a fraction is possible.
        batch: rows to a step and process.
        accumulate: steps of the gradient to one of the optimizer.
        learning_rate: the largest.
        optimizer: ``adamw``, or ``muon`` for the matrices of the hidden layers (`training.optimizer`).
        schedule: of transformers: ``cosine``, ``linear``, ``warmup_stable_decay`` …
        warmup: share of the steps.
        decay: share of the steps, of ``warmup_stable_decay``.
        weight_decay: of AdamW.
        clip: largest norm of the gradient.
        bf16: compute in bfloat16.
        gradient_checkpointing: less memory for a third more time.
        compile: by torch.compile.
        save_every: steps between checkpoints.
        eval_rows: rows of the development split on which the loss is followed; 0 for none.
        seed: of everything that is drawn.
    """

    kinds: tuple[str, ...] = ("chat",)
    mix: tuple[str, ...] = ()
    shown: bool = False
    answer_weight: float = 1.0
    row: int = 0
    epochs: float = 1.0
    batch: int = 8
    accumulate: int = 1
    learning_rate: float = 1e-3
    optimizer: str = "adamw"
    schedule: str = "cosine"
    warmup: float = 0.05
    decay: float = 0.2
    weight_decay: float = 0.1
    clip: float = 1.0
    bf16: bool = True
    gradient_checkpointing: bool = False
    compile: bool = False
    save_every: int = 500
    eval_rows: int = 64
    seed: int = 0

    def __post_init__(self) -> None:
        _at_least(self, 1, "batch", "accumulate", "save_every")
        _at_least(self, 0, "row", "answer_weight", "warmup", "decay", "weight_decay", "eval_rows", "seed")
        for name in ("epochs", "learning_rate", "clip"):
            if getattr(self, name) <= 0:
                raise SymbolicError(f"{name} must be above 0, got {getattr(self, name)}")
        if self.optimizer not in OPTIMIZERS:
            raise SymbolicError(f"optimizer must be {' or '.join(OPTIMIZERS)}, got {self.optimizer!r}")
        known = ("score", "theory", "question", "chat")
        if not self.kinds or set(self.kinds) - set(known):
            raise SymbolicError(
                f"kinds must be among {', '.join(known)}, got {', '.join(self.kinds) or 'none'}"
            )
        _ = self.times

    @property
    def times(self) -> dict[str, float]:
        """Kind of text, type of question or ``*`` → how often its lines are taken, from `mix`."""
        found = {}
        for item in self.mix:
            name, _, number = item.rpartition(":")
            if not name or not _NUMBER.fullmatch(number):
                raise SymbolicError(f"mix must be names and numbers such as score:0.2, got {item!r}")
            found[name] = float(number)
        return found


@dataclass(frozen=True, slots=True)
class LoraConfig:
    """The low-rank adapter of a finetuning (Hu et al. 2021); rank 0 trains all weights instead.

    Attributes:
        rank: of the update of each weight matrix.
        alpha: the update is scaled by alpha / rank.
        dropout: on its input.
        targets: names of the layers that get one.
        train_embeddings: train embeddings and head in full as well: needed where words are new to the base.
        quantize: load the base in 4 bits (needs bitsandbytes and a GPU).
    """

    rank: int = 16
    alpha: int = 16
    dropout: float = 0.0
    targets: tuple[str, ...] = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
    train_embeddings: bool = True
    quantize: bool = False

    def __post_init__(self) -> None:
        _at_least(self, 0, "rank", "alpha", "dropout")


@dataclass(frozen=True, slots=True)
class Config:
    """Everything from corpus to adapter; each command reads its part.

    Attributes:
        model: of pretraining and as base of finetuning.
        tokenizer: of a new model.
        pretrain: continual pretraining, or pretraining of a new model.
        finetune: training on questions.
        lora: how finetuning changes the weights.
    """

    model: ModelConfig = field(default_factory=ModelConfig)
    tokenizer: TokenizerConfig = field(default_factory=TokenizerConfig)
    pretrain: TrainConfig = field(default_factory=TrainConfig)
    finetune: TrainConfig = field(default_factory=TrainConfig)
    lora: LoraConfig = field(default_factory=LoraConfig)

    def to_dict(self) -> dict[str, Any]:
        """Its fields as JSON has them."""
        return cast("dict[str, Any]", _plain(asdict(self)))

    @classmethod
    def from_dict(cls, values: Mapping[str, Any], start: Config | None = None) -> Config:
        """The configuration that nested mappings describe; what is absent is as in `start`.

        Raises:
            SymbolicError: an unknown key, a value of the wrong type, or one that cannot be.
        """
        config = start or cls()
        names = [item.name for item in fields(cls)]
        for name, table in values.items():
            if name not in names:
                raise SymbolicError(f"unknown table {name!r}{_nearest(name, names)}")
            if not isinstance(table, Mapping):
                raise SymbolicError(f"{name} must be a table of keys, got {table!r}")
            config = replace(config, **{name: _changed(getattr(config, name), name, table)})
        return config

    @classmethod
    def load(cls, name: str | Path) -> Config:
        """A preset by its name, or a TOML file.

        Raises:
            SymbolicError: there is neither, it is no TOML, or as `from_dict`.
        """
        path = PRESETS / f"{name}.toml" if str(name) in preset_names() else Path(name)
        if not path.is_file():
            raise SymbolicError(
                f"no preset or file {str(name)!r}{_nearest(str(name), preset_names())} "
                f"(presets: {', '.join(preset_names())})"
            )
        with told_with(str(path)):
            try:
                values = tomllib.loads(path.read_text(encoding="utf-8"))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
                raise SymbolicError(f"not TOML: {exc}") from exc
            start = values.pop("preset", None)
            return cls.from_dict(values, cls.load(start) if start is not None else None)


def preset_names() -> list[str]:
    """The presets that come with the package."""
    return sorted(path.stem for path in PRESETS.glob("*.toml"))


def _changed(record: Any, table: str, values: Mapping[str, Any]) -> Any:
    types = get_type_hints(type(record))
    changes = {}
    for name, value in values.items():
        if name not in types:
            raise SymbolicError(f"unknown key {table}.{name}{_nearest(name, list(types))}")
        wanted = types[name]
        if wanted is float and type(value) is int:
            value = float(value)
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            value = tuple(value)
        if not isinstance(value, tuple if wanted not in (int, float, bool, str) else wanted) or (
            wanted is int and isinstance(value, bool)
        ):
            word = wanted.__name__ if isinstance(wanted, type) else "list of strings"
            raise SymbolicError(f"{table}.{name} must be a {word}, got {value!r}")
        changes[name] = value
    return replace(record, **changes)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return list(value) if isinstance(value, tuple) else value


def _nearest(name: str, known: list[str]) -> str:
    close = get_close_matches(name, known, n=1, cutoff=0.4)
    return f"; did you mean {close[0]!r}?" if close else ""


def _at_least(record: object, least: float, *names: str) -> None:
    for name in names:
        if getattr(record, name) < least:
            raise SymbolicError(f"{name} must be at least {least}, got {getattr(record, name)}")
