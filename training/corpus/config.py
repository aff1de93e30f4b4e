"""What a corpus is built from and how: one flat, checked record, kept in the manifest of what was built.

Everything that the bytes of a corpus depend on stands here, and nothing else: where it is written and how
many processes work on it do not. An unknown key is refused with the nearest known one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, cast, get_args

from symbolic.errors import SymbolicError
from symbolic.io import told_with
from symbolic.questions import TASKS
from training.corpus.augment import AUGMENTATIONS
from training.corpus.sources import License

Format = Literal["chat", "alpaca"]
MIN_CONTEXT = 1000
"""Fewest characters that hold a question with a few bars."""
_MIX_PART = re.compile("[1-9][0-9]{0,2}")


@dataclass(frozen=True, slots=True)
class BuildConfig:
    """What to build.

    Attributes:
        scores: folders, archives or files of the user's own.
        sources: names in ``data/sources.toml``; with neither these nor `scores`, every available source.
            ``symbolic`` is what is generated here, which is part of every corpus and can be all of one.
        license: ``commercial`` leaves out what is for non-commercial use only.
        mix: characters of knowledge and questions to characters of scores in the pretraining text, ``2:1``.
        seed: of everything that is drawn.
        context: the most characters of one text or example; longer music is cut at bar lines.
        transpositions: copies of each training piece in other keys.
        augmentations: names of `training.corpus.augment.AUGMENTATIONS`; half of the copies get one of them.
        emphasis: ``TYPE:N`` asks N questions of a type for each of one that is not named here.
        questions: questions to each copy of a training piece; held-out pieces get as many, once.
        theory: generated questions of each type that needs no score.
        repeats: those of the training part are kept as often as they are drawn, so that each kind has its
            share: questions about the few keys come again and again. Without it each is kept once.
        statements: generated statements of music theory.
        textures: generated pieces with chords, voices and analyses.
        format: of the supervised examples: ``chat`` has ``messages``, ``alpaca`` instruction, input, output.
        evidence: half of the examples of the types that have any show what analysis finds.
        choice: per cent of the examples that are multiple choice, of types that have wrong answers to offer.
        reasons: per cent that give their reasons first, of those that have any.
        notations: per cent that write the music out first, of the open ones that can.

    Raises:
        SymbolicError: a value that cannot be.
    """

    scores: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    license: License = "any"
    mix: str = "2:1"
    seed: int = 0
    context: int = 4096
    transpositions: int = 2
    augmentations: tuple[str, ...] = tuple(AUGMENTATIONS)
    emphasis: tuple[str, ...] = ()
    questions: int = 3
    theory: int = 6000
    repeats: bool = False
    statements: int = 20_000
    textures: int = 1500
    format: Format = "chat"
    evidence: bool = False
    choice: int = 50
    reasons: int = 50
    notations: int = 0

    def __post_init__(self) -> None:
        if self.license not in get_args(License):
            raise SymbolicError(f"license must be any or commercial, got {self.license!r}")
        if self.format not in get_args(Format):
            raise SymbolicError(f"format must be chat or alpaca, got {self.format!r}")
        for name in ("seed", "transpositions", "questions", "theory", "statements", "textures"):
            if getattr(self, name) < 0:
                raise SymbolicError(f"{name} must be 0 or more, got {getattr(self, name)}")
        if self.context < MIN_CONTEXT:
            raise SymbolicError(f"context must be at least {MIN_CONTEXT} characters, got {self.context}")
        for name in ("choice", "reasons", "notations"):
            if not 0 <= getattr(self, name) <= 100:
                raise SymbolicError(f"{name} must be a percentage from 0 to 100, got {getattr(self, name)}")
        if self.transpositions > 11:
            raise SymbolicError(f"transpositions must be at most 11, got {self.transpositions}")
        if "" in self.scores:
            raise SymbolicError("scores must name a folder, archive or file, got ''")
        for name in self.augmentations:
            if name not in AUGMENTATIONS:
                raise SymbolicError(f"unknown augmentation {name!r}; there are: {', '.join(AUGMENTATIONS)}")
        _ = self.ratio, self.weights

    @property
    def ratio(self) -> float:
        """Characters of knowledge and questions for each character of scores."""
        parts = self.mix.split(":")
        if len(parts) != 2 or not all(_MIX_PART.fullmatch(part) for part in parts):
            raise SymbolicError(f"mix must be two whole numbers from 1 to 999 such as 2:1, got {self.mix!r}")
        knowledge, scores = map(int, parts)
        return knowledge / scores

    @property
    def weights(self) -> dict[str, int]:
        """Type of question → its weight, from `emphasis`."""
        found = {}
        for item in self.emphasis:
            task, _, number = item.partition(":")
            if task not in TASKS:
                close = get_close_matches(task, TASKS, n=1)
                hint = f"; did you mean {close[0]!r}?" if close else ""
                raise SymbolicError(f"emphasis names an unknown type of question {task!r}{hint}")
            if not (number.isascii() and number.isdigit() and int(number)):
                raise SymbolicError(f"emphasis must be a type and a whole number such as key:4, got {item!r}")
            found[task] = int(number)
        return found

    def to_dict(self) -> dict[str, Any]:
        """Its fields as JSON has them."""
        return {
            name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> BuildConfig:
        """The configuration that a mapping describes; keys that are absent have their defaults.

        Raises:
            SymbolicError: an unknown key, a value of the wrong type, or one that cannot be.
        """
        known = {field.name: getattr(cls(), field.name) for field in fields(cls)}
        for name, value in values.items():
            if name not in known:
                close = get_close_matches(name, known, n=1, cutoff=0.4)
                hint = f"; did you mean {close[0]!r}?" if close else ""
                raise SymbolicError(f"unknown key {name!r}{hint} Keys: {', '.join(known)}")
            _check_type(name, value, known[name])
        frozen: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in values.items()
        }
        return cls(**frozen)

    @classmethod
    def from_toml(cls, path: Path) -> BuildConfig:
        """The configuration in a TOML file.

        Raises:
            SymbolicError: the file cannot be read, is no TOML, or as `from_dict`.
        """
        with told_with(str(path)):
            try:
                return cls.from_dict(tomllib.loads(path.read_text(encoding="utf-8")))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
                raise SymbolicError(f"not TOML: {exc}") from exc


def _check_type(name: str, value: object, default: object) -> None:
    if isinstance(default, tuple):
        fits = isinstance(value, list | tuple) and all(isinstance(item, str) for item in cast(Any, value))
        wanted = "a list of strings"
    else:
        fits = type(value) is type(default)
        wanted = {bool: "true or false", int: "a whole number", str: "a string"}[type(default)]
    if not fits:
        raise SymbolicError(f"{name} must be {wanted}, got {value!r}")
