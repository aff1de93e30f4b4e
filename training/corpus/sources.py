"""The collections that a corpus may be built from, as ``data/sources.toml`` describes them.

A source says where its files are, its licence in the source's own words, and four uses. `chosen` gives those
that may be trained on; a source that is refused, or is not for training, is answered with the reason that is
stored. Music of a refused source is known by its marks where somebody else's folder holds it (`refused_by`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, Literal

from symbolic.errors import SymbolicError
from symbolic.resources import data_path, data_root, music21_corpus

Where = Literal["music21", "beside"]
License = Literal["any", "commercial"]
MODE_FROM_NOTES = "mode from the notes"
"""What `Source.labels` says where the header's key is right in its tonic only."""
OWN, OWN_LICENSE = "symbolic", "Apache-2.0"
"""The source of what was written or generated for this project, and its licence."""


@dataclass(frozen=True, slots=True)
class Source:
    """A collection of music.

    Attributes:
        name: what it is asked for by.
        title: for people.
        where: ``music21``, below the corpus folder of that package, or ``beside``, below ``../shared/data``.
        path: of its folder there.
        files: patterns below that folder.
        format: for people.
        licence: in the source's own words, or "none stated …".
        attribution: whom to name.
        benchmark: it may be measured on.
        training: weights may be fitted to its training part.
        commercial: what is fitted to it may be used commercially.
        redistributed: its files are part of this repository.
        pieces: how many it has; 0 where nobody has counted.
        seconds: to read it all on one core; 0 for less than ten.
        labels: how its headers are to be repaired; empty or `MODE_FROM_NOTES`.
        notes: for people.
    """

    name: str
    title: str
    where: Where
    path: str
    files: tuple[str, ...]
    format: str
    licence: str
    attribution: str
    benchmark: bool
    training: bool
    commercial: bool
    redistributed: bool
    pieces: int = 0
    seconds: int = 0
    labels: str = ""
    notes: str = ""

    def __post_init__(self) -> None:
        if self.where not in ("music21", "beside"):
            raise ValueError(f"where must be music21 or beside, got {self.where!r}")
        if self.labels not in ("", MODE_FROM_NOTES):
            raise ValueError(f"labels must be empty or {MODE_FROM_NOTES!r}, got {self.labels!r}")

    @property
    def root(self) -> Path:
        """The folder that its files lie in, which need not exist.

        Raises:
            SymbolicError: music21 is needed and missing.
        """
        above = music21_corpus() if self.where == "music21" else data_root().parent.parent / "shared" / "data"
        return above / self.path

    @property
    def is_present(self) -> bool:
        """Whether its folder is there."""
        try:
            return self.root.is_dir()
        except SymbolicError:
            return False


@dataclass(frozen=True, slots=True)
class Refusal:
    """A source that may not be used, with the reason, the names it goes by and the marks its music bears."""

    name: str
    title: str
    names: tuple[str, ...]
    marks: tuple[str, ...]
    licence: str
    reason: str

    @property
    def message(self) -> str:
        """Why, in one line."""
        return f"{self.title} is refused: {self.reason}"


@cache
def _tables() -> dict[str, Any]:
    with data_path("sources.toml").open("rb") as file:
        return tomllib.load(file)


def _frozen(table: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in table.items()}


@cache
def sources() -> dict[str, Source]:
    """Every source by its name.

    Raises:
        ValueError: a field of ``data/sources.toml`` is unknown or has a value that it must not have.
    """
    known = {field.name for field in fields(Source)}
    for name, table in _tables()["sources"].items():
        if unknown := table.keys() - known:
            raise ValueError(f"sources.{name} must have no field {', '.join(sorted(unknown))}")
    return {name: Source(name, **_frozen(table)) for name, table in _tables()["sources"].items()}


@cache
def refusals() -> tuple[Refusal, ...]:
    """The sources that may not be used."""
    return tuple(Refusal(name, **_frozen(table)) for name, table in _tables()["refused"].items())


def available() -> list[Source]:
    """The sources that may be trained on and are on this machine."""
    return [source for source in sources().values() if source.training and source.is_present]


def chosen(names: Iterable[str] = (), license: License = "any") -> list[Source]:
    """The sources to build a corpus from.

    Args:
        names: which; none means every one that is `available` and has the licence asked for.
        license: ``commercial`` leaves out what is for non-commercial use only, or refuses it by name.

    Raises:
        SymbolicError: a name is unknown, refused, not for training, not commercial or not on this machine.
    """
    wanted = list(dict.fromkeys(names))
    if wanted:
        return [_named(name, license) for name in wanted]
    return [source for source in available() if source.commercial or license == "any"]


def _named(name: str, license: License) -> Source:
    for refusal in refusals():
        if name.lower() in {known.lower() for known in (refusal.name, *refusal.names)}:
            raise SymbolicError(refusal.message)
    source = sources().get(name)
    if source is None:
        close = get_close_matches(name, sources(), n=1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        raise SymbolicError(f"unknown source {name!r}{hint} Sources: {', '.join(sources())}")
    if not source.training:
        raise SymbolicError(f"source {name!r} is not for training: {source.licence} {source.notes}".strip())
    if license == "commercial" and not source.commercial:
        raise SymbolicError(f"source {name!r} is not for commercial use: {source.licence}")
    if not source.is_present:
        raise SymbolicError(f"source {name!r} is not on this machine: there is no folder {source.root}")
    return source


@cache
def _marks() -> tuple[tuple[Refusal, re.Pattern[str]], ...]:
    return tuple(
        (refusal, re.compile("|".join(f"(?:{mark})" for mark in refusal.marks), re.IGNORECASE | re.MULTILINE))
        for refusal in refusals()
    )


def refused_by(text: str) -> Refusal | None:
    """The refused source whose marks a text bears (lines of a tune, a path, words in a score), or None."""
    return next((refusal for refusal, pattern in _marks() if pattern.search(text)), None)
