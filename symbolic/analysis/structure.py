"""How a score is put together: which bars are alike, what repeats, form letters.

Bars are counted from 0 in the order in which they are played (repeats played out unless said otherwise) and
are whole: a pickup that completes a short bar before a repeat sign joins it, one at the very start is left
out. Two bars are compared by what the melody sounds at each of `SLICES` equal slices of the bar.

Self-similarity follows Foote (ICME 2000).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from string import ascii_uppercase

import numpy as np

from symbolic.errors import SymbolicError
from symbolic.score import Score
from symbolic.timeline import measure_spans

SLICES = 24
SECTION_BARS = 8
SAME_SECTION = 0.6
"""Two sections are the same when their bars agree on this share of the slices (varied endings allowed)."""
SAME_BAR = 0.75
MAX_BARS = 4000
_SILENT = -1


@dataclass(frozen=True, slots=True)
class Bar:
    """A whole bar: where it begins and how long it lasts, in quarter notes."""

    onset_quarter: Fraction
    duration_quarter: Fraction


@dataclass(frozen=True, slots=True)
class Repeat:
    """`bars` bars from `first` come again from `second`, all but literally."""

    first: int
    second: int
    bars: int


def whole_bars(score: Score) -> list[Bar]:
    """The whole bars of a score as written: short measures next to each other that fill a bar are joined."""
    bars: list[Bar] = []
    waiting: Bar | None = None
    for span in measure_spans(score) if score.voices else []:
        full = span.meter.bar_quarters or span.duration
        if span.duration <= 0:
            continue
        if waiting is not None and waiting.duration_quarter + span.duration <= full:
            joined = Bar(waiting.onset_quarter, waiting.duration_quarter + span.duration)
            waiting = None if joined.duration_quarter == full else joined
            if waiting is None:
                bars.append(joined)
            continue
        if waiting is not None and bars:
            bars.append(waiting)
        waiting = None
        bar = Bar(span.onset, span.duration)
        if span.duration < full:
            waiting = bar
        else:
            bars.append(bar)
    if waiting is not None and (bars and waiting.duration_quarter * 2 >= bars[-1].duration_quarter):
        bars.append(waiting)
    return bars


def bar_similarity(score: Score, *, unfold: bool = True) -> np.ndarray:
    """Share of slices on which each two bars agree: shape (bars, bars), ones on the diagonal.

    Raises:
        SymbolicError: there are more than `MAX_BARS` bars.
    """
    return _similarity(_sliced(score.unfold() if unfold else score))


def _sliced(score: Score) -> np.ndarray:
    """MIDI number that the melody sounds in each slice of each bar, `_SILENT` for none: (bars, SLICES)."""
    bars = whole_bars(score)
    notes = score.with_voices(score.voices[:1]).note_array()
    if not (bars and len(notes)):
        return np.full((len(bars), SLICES), _SILENT)
    onsets = np.array([[float(bar.onset_quarter)] for bar in bars])
    lengths = np.array([[float(bar.duration_quarter)] for bar in bars])
    centres = onsets + (np.arange(SLICES) + 0.5) * lengths / SLICES
    places = np.searchsorted(notes["onset_quarter"], centres, side="right") - 1
    ends = notes["onset_quarter"] + notes["duration_quarter"]
    table: np.ndarray = np.where((places >= 0) & (ends[places] > centres), notes["pitch"][places], _SILENT)
    return table


def _similarity(table: np.ndarray) -> np.ndarray:
    if len(table) > MAX_BARS:
        raise SymbolicError(
            f"at most {MAX_BARS} bars can be compared, got {len(table)}; cut the score with slice_bars"
        )
    agreeing = np.zeros((len(table), len(table)), np.uint8)
    for column in table.T:
        agreeing += column[:, np.newaxis] == column
    similarity: np.ndarray = agreeing / SLICES
    return similarity


def repeats(score: Score, *, fewest_bars: int = 2, unfold: bool = False) -> list[Repeat]:
    """The longest stretches of bars that come again, longest first; none lies inside another.

    Raises:
        ValueError: `fewest_bars` is not positive.
        SymbolicError: there are more than `MAX_BARS` bars.
    """
    if fewest_bars < 1:
        raise ValueError(f"fewest_bars must be at least 1, got {fewest_bars}")
    alike = bar_similarity(score, unfold=unfold) >= SAME_BAR
    count = len(alike)
    found = []
    for lag in range(1, count):
        diagonal = np.flatnonzero(np.append(~np.diagonal(alike, lag), True))
        for start, stop in pairwise([-1, *diagonal.tolist()]):
            bars = min(stop - start - 1, lag)
            if bars >= fewest_bars:
                found.append(Repeat(start + 1, start + 1 + lag, bars))
    found.sort(key=lambda repeat: (-repeat.bars, repeat.first, repeat.second))
    kept: list[Repeat] = []
    for repeat in found:
        if not any(_inside(repeat, other) for other in kept):
            kept.append(repeat)
    return kept


def _inside(small: Repeat, large: Repeat) -> bool:
    shift = small.first - large.first
    same_lag = small.second - small.first == large.second - large.first
    return same_lag and shift >= 0 and shift + small.bars <= large.bars


def form(score: Score, *, section_bars: int | None = None, unfold: bool = True) -> str:
    """Form letters of a score as it is played, such as ``AABB``; empty where there is no whole bar.

    After Z the letters start again.

    Args:
        score: the score.
        section_bars: length of a section; by default 8 bars, 4 in a tune of fewer than 16.
        unfold: play repeats and endings out first.

    Raises:
        ValueError: `section_bars` is not positive.
    """
    table = _sliced(score.unfold() if unfold else score)
    size = section_length(len(table)) if section_bars is None else section_bars
    if size < 1:
        raise ValueError(f"section_bars must be at least 1, got {size}")
    sections = [table[start : start + size] for start in range(0, len(table), size)]
    if len(sections) > 1 and len(sections[-1]) * 2 < size:
        sections.pop()
    return _letters(sections)


def section_length(bars: int) -> int:
    """The usual length of a section in a tune of so many bars."""
    return SECTION_BARS if bars >= 2 * SECTION_BARS - 1 else SECTION_BARS // 2


def _letters(sections: Sequence[np.ndarray]) -> str:
    models: list[np.ndarray] = []
    letters = ""
    for section in sections:
        likeness = [_agreement(section, model) for model in models]
        best = int(np.argmax(likeness)) if likeness else -1
        if not likeness or likeness[best] < SAME_SECTION:
            best = len(models)
            models.append(section)
        letters += ascii_uppercase[best % len(ascii_uppercase)]
    return letters


def _agreement(a: np.ndarray, b: np.ndarray) -> float:
    bars = min(len(a), len(b))
    return float((a[:bars] == b[:bars]).mean())


def section_starts(score: Score, *, section_bars: int | None = None) -> list[Fraction]:
    """Where the sections of `form` begin in the score as it is played, in quarter notes."""
    played = score.unfold()
    bars = whole_bars(played)
    letters = form(played, section_bars=section_bars, unfold=False)
    size = section_length(len(bars)) if section_bars is None else section_bars
    return [bars[index * size].onset_quarter for index in range(len(letters))]
