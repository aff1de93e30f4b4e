"""The sections of a piece as it is played: where they start, and which of them come again.

Sections are those that describe the piece in the shortest way. A section that is new costs its bars, one
that comes again only the bars in which it differs; besides, every section costs something, and the more, the
further its length is from eight bars or from whole groups of four. That length is a prior which keeps the
description regular where nothing repeats (Sargent, Bimbot and Vincent, "A regularity-constrained Viterbi
algorithm and its application to the structural segmentation of songs", ISMIR 2011). As whether a section
comes again depends on all sections before it, a beam search takes the place of Viterbi's algorithm.

Bars are those of `symbolic.analysis.structure`, counted from 0, an upbeat left out. Two sections are the same
when they are equally long, begin alike, and are not too different in the end, where endings vary. The costs
were chosen on the training part of the benchmark's tunes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import log2
from string import ascii_uppercase

import numpy as np

from symbolic.analysis.structure import SECTION_BARS, bar_similarity
from symbolic.errors import SymbolicError
from symbolic.score import Score

SHORTEST, LONGEST = 4, 16
"""Fewest and most bars of a section; a piece of fewer than two of the shortest is one section."""
SECTION_COST = 0.5
LENGTH_COST = 1.0
"""For each halving or doubling of the usual length."""
UNEVEN_COST = 0.5
"""For an even length that is not one of whole groups of four bars; twice that for an odd one."""
SAME_OPENING, SAME_WHOLE = 0.7, 0.55
"""Least agreement of the first halves, and of all bars, of two sections that are the same."""
BEAM = 4
"""Descriptions that are followed up from each bar."""
MAX_BARS = 1000


@dataclass(frozen=True, slots=True)
class Section:
    """A section: `bars` bars from `first` on, with the number of its music, 0 for what comes first."""

    first: int
    bars: int
    music: int


@dataclass(frozen=True, slots=True)
class _Description:
    """Sections one after the other from the start, and what they cost."""

    cost: float = 0.0
    sections: tuple[Section, ...] = ()


def sections(score: Score, *, unfold: bool = True) -> list[Section]:
    """The sections of a score, in order; none where there is no whole bar.

    Args:
        score: the score.
        unfold: play repeats and endings out first.

    Raises:
        SymbolicError: there are more than `MAX_BARS` bars.
    """
    found = likely_sections(score, 1, unfold=unfold)
    return found[0][1] if found else []


def likely_sections(score: Score, most: int, *, unfold: bool = True) -> list[tuple[float, list[Section]]]:
    """The descriptions that cost least, each with its cost, the best first; see `sections`.

    Args:
        score: the score.
        most: how many.
        unfold: play repeats and endings out first.

    Raises:
        SymbolicError: there are more than `MAX_BARS` bars.
    """
    similarity = bar_similarity(score, unfold=unfold)
    count = len(similarity)
    if count > MAX_BARS:
        raise SymbolicError(f"at most {MAX_BARS} bars are cut into sections, got {count}; use slice_bars")
    if count < 2 * SHORTEST:
        return [(0.0, [Section(0, count, 0)])] if count else []
    ending: list[list[_Description]] = [[] for _ in range(count + 1)]
    ending[0].append(_Description())
    for first in range(count):
        ending[first].sort(key=lambda description: description.cost)
        for description in ending[first][:BEAM]:
            for longer in _continued(description, first, similarity):
                ending[first + longer.sections[-1].bars].append(longer)
    best = sorted(ending[count], key=lambda description: description.cost)[:most]
    return [(description.cost, list(description.sections)) for description in best]


def letters(found: list[Section]) -> str:
    """Form letters of sections, such as ``AABB``; after Z the letters start again."""
    return "".join(ascii_uppercase[section.music % len(ascii_uppercase)] for section in found)


def _continued(description: _Description, first: int, similarity: np.ndarray) -> Iterator[_Description]:
    """The description with one more section of each length that leaves room for the rest."""
    count = len(similarity)
    models = {(section.music, section.bars): section for section in reversed(description.sections)}
    new = 1 + max((section.music for section in description.sections), default=-1)
    for bars in range(SHORTEST, min(LONGEST, count - first) + 1):
        if 0 < count - first - bars < SHORTEST:
            continue
        cost, music = float(bars), new
        for model in models.values():
            difference = _difference(model, first, similarity) if model.bars == bars else None
            if difference is not None and difference < cost:
                cost, music = difference, model.music
        total = description.cost + cost + _length_cost(bars)
        yield _Description(total, (*description.sections, Section(first, bars, music)))


def _difference(model: Section, first: int, similarity: np.ndarray) -> float | None:
    """How many bars from `first` on differ from those of a section, or None where they are not the same."""
    stop = model.first + model.bars
    agreement = np.diagonal(similarity[model.first : stop, first : first + model.bars])
    if agreement[: model.bars // 2].mean() < SAME_OPENING or agreement.mean() < SAME_WHOLE:
        return None
    return float(model.bars - agreement.sum())


def _length_cost(bars: int) -> float:
    """What a section of so many bars costs besides its music."""
    uneven = 0 if bars % 4 == 0 else 1 if bars % 2 == 0 else 2
    return SECTION_COST + LENGTH_COST * abs(log2(bars / SECTION_BARS)) + UNEVEN_COST * uneven
