"""How long notes last in the score: the most probable note values, chord by chord and layer by layer.

The evidence for each length (`transcription.note_values`) is weighed by a conditional logit with a layer of
rectifiers, fitted on played scores by ``python -m transcription.fit_note_values``. Notes of a chord end
together or in two sets, the outermost note by itself; on a staff no more than `MAX_LAYERS` lengths sound at
once, and a note ends before its pitch starts again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from functools import cache

import numpy as np

from symbolic.errors import SymbolicError
from symbolic.resources import data_path
from transcription.note_values import EVIDENCE, Choices, Line, choices

MODEL = "models/note-values.json"
MAX_LAYERS = 2
_SPLIT_COST = 0.5
_AT_ONCE = 4096
"""Notes that are weighed at once."""


@dataclass(frozen=True, slots=True, eq=False)
class ValueModel:
    """The weights of the evidence: what each kind counts by itself, and by way of h rectifiers.

    Attributes:
        direct: (len(EVIDENCE),).
        inner: (len(EVIDENCE), h), from the evidence to the rectifiers.
        bias: (h,) of the rectifiers.
        outer: (h,) what they count.
    """

    direct: np.ndarray
    inner: np.ndarray
    bias: np.ndarray
    outer: np.ndarray

    def costs(self, found: Choices) -> np.ndarray:
        """Less the logarithm of each length's probability, up to a constant; infinite where impossible."""
        costs = np.full(found.possible.shape, np.inf)
        for first in range(0, len(costs), _AT_ONCE):
            evidence = found.evidence[first : first + _AT_ONCE]
            heard = np.maximum(evidence @ self.inner + self.bias, 0) @ self.outer
            costs[first : first + _AT_ONCE] = -(evidence @ self.direct + heard)
        return np.where(found.possible, costs, np.inf)


@cache
def value_model() -> ValueModel:
    """The shipped weights.

    Raises:
        FileNotFoundError: the file is missing.
        SymbolicError: it was made for other evidence than this version looks at.
    """
    stored = json.loads(data_path(MODEL).read_text(encoding="utf-8"))
    names = [field.name for field in fields(ValueModel)]
    if tuple(stored["evidence"]) != EVIDENCE or not stored.keys() >= set(names):
        raise SymbolicError(f"data/{MODEL} is out of date; run: python -m transcription.fit_note_values")
    return ValueModel(*(np.array(stored[name]) for name in names))


def note_ends(line: Line) -> np.ndarray:
    """Where each note of a line ends, in parts: after its onset."""
    if not len(line.onset):
        return np.zeros(0, dtype=np.int64)
    found = choices(line)
    first = np.flatnonzero(np.diff(line.onset, prepend=line.onset[0] - 1))
    length = _chosen(found.length, value_model().costs(found), first)
    return _without_overlap(line, _in_layers(line.onset, line.onset + length, first))


def _chosen(length: np.ndarray, costs: np.ndarray, first: np.ndarray) -> np.ndarray:
    """The length of each note: the notes of a place together, or the outermost one by itself."""
    best = costs.argmin(axis=1)
    chosen: np.ndarray = length[np.arange(len(length)), best]
    lowest = costs.min(axis=1)
    for start, stop in zip(first.tolist(), [*first[1:].tolist(), len(length)], strict=True):
        if stop - start == 1 or np.all(chosen[start:stop] == chosen[start]):
            continue
        together = costs[start:stop].sum(axis=0)
        options: list[tuple[float, int, int | None]] = [(float(together.min()), int(together.argmin()), None)]
        for alone in (start, stop - 1):
            others = np.delete(costs[start:stop], alone - start, axis=0).sum(axis=0)
            options.append((float(others.min() + lowest[alone]) + _SPLIT_COST, int(others.argmin()), alone))
        _, column, alone_row = min(options, key=lambda option: option[0])
        for row in range(start, stop):
            if row != alone_row:
                chosen[row] = length[start, column]
    return chosen


def _in_layers(onset: np.ndarray, ends: np.ndarray, first: np.ndarray) -> np.ndarray:
    """The ends, cut so that no more than `MAX_LAYERS` lengths sound at once."""
    cut = ends.copy()
    sounding: list[list[int]] = []  # the notes of each length that still sounds, the longest first
    for start, stop in zip(first.tolist(), [*first[1:].tolist(), len(ends)], strict=True):
        now = int(onset[start])
        by_end: dict[int, list[int]] = {}
        for note in range(start, stop):
            by_end.setdefault(int(cut[note]), []).append(note)
        still = [notes for notes in sounding if cut[notes[0]] > now]
        room = max(0, MAX_LAYERS - len(by_end))
        for notes in still[room:]:
            cut[notes] = now
        sounding = sorted([*still[:room], *by_end.values()], key=lambda notes: -int(cut[notes[0]]))
    return cut


def _without_overlap(line: Line, ends: np.ndarray) -> np.ndarray:
    """The ends, none beyond the next onset of the same pitch."""
    cut = ends.copy()
    last: dict[int, int] = {}
    for note, (pitch, onset) in enumerate(zip(line.pitch.tolist(), line.onset.tolist(), strict=True)):
        before = last.get(pitch)
        if before is not None and line.onset[before] < onset < cut[before]:
            cut[before] = onset
        last[pitch] = note
    return cut
