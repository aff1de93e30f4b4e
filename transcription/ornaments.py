"""Trills and mordents among played notes: fast alternations with a neighbour that stand for one written note.

A trill alternates between a note and the one a step above it; two more notes that touch the step below and
return may close it. A mordent leaves its note once and returns. Only what is plainly too fast to be
written out is taken for an ornament; rates of trills are those that Moore measured (10 to 16 notes a second;
"The trill in performance", in *Proceedings of the International Symposium on Musical Acoustics*, 1992).
Times are seconds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

TRILL, MORDENT, INVERTED_MORDENT = "trill", "mordent", "uppermordent"
"""Names of ABC's decorations."""
_MAX_GAP_S = 0.14
_MIN_GAP_S = 0.03
_TRILL_NOTES = 5
_TRILL_GAP_S = 0.105
_MORDENT_GAP_S = 0.09
_CONTRAST = 1.5
"""A mordent is this much faster than the notes around it."""
_NEIGHBOURHOOD = 7
_STEP = 2


@dataclass(frozen=True, slots=True)
class Ornament:
    """Played notes that are one written note.

    Attributes:
        name: `TRILL`, `MORDENT` or `INVERTED_MORDENT`.
        main: index of the first note that has the written pitch.
        notes: indices of all its notes, in order, the main one among them.
    """

    name: str
    main: int
    notes: tuple[int, ...]


def find_ornaments(onset_s: np.ndarray, pitches: np.ndarray) -> list[Ornament]:
    """The ornaments of one track, in order; no note belongs to two.

    Args:
        onset_s: (n,) ascending.
        pitches: (n,) MIDI numbers.
    """
    line = _Line(onset_s.tolist(), pitches.tolist())
    used: set[int] = set()
    found = []
    for index in range(len(line.onsets)):
        if index in used:
            continue
        ornament = line.ornament_from(index)
        if ornament is not None and used.isdisjoint(ornament.notes):
            found.append(ornament)
            used.update(ornament.notes)
    return found


@dataclass(frozen=True, slots=True)
class _Line:
    onsets: list[float]
    pitches: list[int]

    def ornament_from(self, index: int) -> Ornament | None:
        """The ornament whose first note this is, or None."""
        for step in (1, 2, -1, -2):
            chain = self.alternation(index, step)
            gap = (self.onsets[chain[-1]] - self.onsets[index]) / max(1, len(chain) - 1)
            if len(chain) >= _TRILL_NOTES and gap <= _TRILL_GAP_S:
                main = index if step > 0 else chain[1]
                return Ornament(TRILL, main, (*chain, *self.closing(chain[-1], self.pitches[main])))
            if len(chain) == 3 and gap <= _MORDENT_GAP_S and self.is_apart(chain, gap):
                return Ornament(INVERTED_MORDENT if step > 0 else MORDENT, index, tuple(chain))
        return None

    def following(self, index: int, pitch: int) -> int | None:
        """The next note of a pitch that comes as soon as an ornament's notes do."""
        onset = self.onsets[index]
        for other in range(index + 1, len(self.onsets)):
            gap = self.onsets[other] - onset
            if gap > _MAX_GAP_S:
                return None
            if gap >= _MIN_GAP_S and self.pitches[other] == pitch:
                return other
        return None

    def alternation(self, index: int, step: int) -> list[int]:
        """The longest alternation from a note to the one `step` semitones above it and back."""
        chain = [index]
        pitch = self.pitches[index]
        while (after := self.following(chain[-1], pitch + step * (len(chain) % 2))) is not None:
            chain.append(after)
        return chain

    def closing(self, last: int, main: int) -> tuple[int, ...]:
        """The two notes that close a trill: the step below and the main note again."""
        for step in range(1, _STEP + 1):
            below = self.following(last, main - step)
            back = None if below is None else self.following(below, main)
            if below is not None and back is not None:
                return below, back
        return ()

    def is_apart(self, chain: list[int], gap: float) -> bool:
        """Whether no note nearby comes as fast before or after a chain as its own notes do."""
        centre = self.pitches[chain[0]]
        first, last = self.onsets[chain[0]], self.onsets[chain[-1]]
        for other in range(chain[0] - 1, -1, -1):
            if first - self.onsets[other] > _CONTRAST * gap:
                break
            if (
                first - self.onsets[other] >= _MIN_GAP_S
                and abs(self.pitches[other] - centre) <= _NEIGHBOURHOOD
            ):
                return False
        for other in range(chain[-1] + 1, len(self.onsets)):
            if self.onsets[other] - last > _CONTRAST * gap:
                break
            if (
                self.onsets[other] - last >= _MIN_GAP_S
                and abs(self.pitches[other] - centre) <= _NEIGHBOURHOOD
            ):
                return False
        return True
