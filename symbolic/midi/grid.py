"""From ticks to exact score time: is the file quantised, and on which grid?

A file is *quantised* when (nearly) all onsets stand at fractions of a quarter that notation uses:
powers of two, triplets, quintuplets and so on. Such onsets are kept exactly. Three things that
notation programs do to quantised music are undone: a tuplet whose ticks were rounded goes back to
its place, a gate time (a note released a little early) goes back to the note value, and with them the
rest between two legato notes disappears.

Onsets that stand anywhere are a *performance*. It is rounded to twelfths and sixteenths of a quarter,
which is a makeshift: finding the beat is another task, and `Grid.is_performance` says so.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

from symbolic.midi.smf import MidiFile, MidiNote

_REGULAR = frozenset(
    divisor
    for whole in (64, 48, 36, 40, 28, 22, 26)
    for divisor in range(1, whole + 1)
    if whole % divisor == 0
)
"""Denominators of a quarter at which notation places notes."""
_TRIPLETS = frozenset({3, 6, 12})
_TUPLETS = (3, 5, 6, 7, 9, 11, 13)
_ROUGH = (16, 12)
_MAX_STRAY = 0.05
_GATE = Fraction(1, 4)
"""Where note ends are off the grid, a silence up to this share of the way to the next onset is gate time."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Score time in whole parts of a quarter note.

    Attributes:
        parts: parts of a quarter.
        is_performance: the onsets stood anywhere and were rounded.
        notes: for each track of the file, its notes in parts; none without length.
        ticks_per_quarter: of the file, to place other events by `place`.
    """

    parts: int
    is_performance: bool
    notes: tuple[tuple[MidiNote, ...], ...]
    ticks_per_quarter: int

    def place(self, tick: int) -> int:
        """The part nearest to a tick."""
        return round(Fraction(tick * self.parts, self.ticks_per_quarter))


def find_grid(file: MidiFile) -> Grid:
    """Places every note of a file on the smallest exact grid, or rounds a performance to a plain one."""
    ticks = file.ticks_per_quarter
    onsets, repaired, is_performance = _onsets(file)
    if is_performance:
        places = {onset: _rough(onset, ticks) for onset in onsets}
    else:
        places = {onset: repaired.get(onset) or Fraction(onset, ticks) for onset in onsets}
    placed = [_placed_track(track.notes, places, ticks, is_performance) for track in file.tracks]
    parts = lcm(
        *(moment.denominator for notes in placed for start, end, *_ in notes for moment in (start, end)),
        *(max(1, unit // 4) for _, _, unit in file.meters),
    )
    notes = tuple(
        tuple(MidiNote(int(start * parts), int(end * parts), *rest) for start, end, *rest in notes)
        for notes in placed
    )
    return Grid(parts, is_performance, notes, ticks)


def is_performance(file: MidiFile) -> bool:
    """Whether the onsets of a file stand anywhere, rather than at places that notation uses."""
    return _onsets(file)[2]


def _onsets(file: MidiFile) -> tuple[list[int], dict[int, Fraction], bool]:
    """Where notes start, the places of rounded tuplets among them, and whether it is a performance."""
    ticks = file.ticks_per_quarter
    onsets = sorted({note.start for track in file.tracks for note in track.notes})
    stray = [onset for onset in onsets if not _is_regular(onset, ticks)]
    repaired = _rounded_tuplets(stray, ticks)
    return onsets, repaired, len(stray) - len(repaired) > max(2, _MAX_STRAY * len(onsets))


def _is_regular(tick: int, ticks: int) -> bool:
    return ticks // gcd(tick, ticks) in _REGULAR


def _is_regular_end(tick: int, ticks: int, tuplets: int) -> bool:
    """Whether a note may end here: on the grid, and in any but plain triplets only where such notes start."""
    denominator = ticks // gcd(tick, ticks)
    return denominator in _TRIPLETS or (denominator in _REGULAR and tuplets % _odd_part(denominator) == 0)


def _odd_part(number: int) -> int:
    return number // (number & -number)


def _rounded_tuplets(stray: list[int], ticks: int) -> dict[int, Fraction]:
    """Onsets that lie within a tick of a tuplet's places, two or more of one tuplet in one quarter."""
    by_quarter: dict[int, list[int]] = {}
    for onset in stray:
        by_quarter.setdefault(onset // ticks, []).append(onset)
    found: dict[int, Fraction] = {}
    for onsets in by_quarter.values():
        for parts in _TUPLETS:
            nearest = [(2 * onset * parts + ticks) // (2 * ticks) for onset in onsets]
            near = all(
                abs(n * ticks - onset * parts) < parts for n, onset in zip(nearest, onsets, strict=True)
            )
            if near and ticks >= 8 * parts and (len(onsets) > 1 or parts <= 3):
                found.update((onset, Fraction(n, parts)) for n, onset in zip(nearest, onsets, strict=True))
                break
    return found


def _rough(tick: int, ticks: int) -> Fraction:
    """The nearest twelfth or sixteenth of a quarter; the coarser fraction of two equally near ones."""
    candidates = [Fraction(round(Fraction(tick * parts, ticks)), parts) for parts in _ROUGH]
    return min(candidates, key=lambda place: (abs(place * ticks - tick), place.denominator))


def _placed_track(
    notes: list[MidiNote], places: dict[int, Fraction], ticks: int, is_performance: bool
) -> list[tuple[Fraction, Fraction, int, int]]:
    """Notes of one track with exact ends: (start, end, pitch, velocity)."""
    onsets = sorted({note.start for note in notes})
    tuplets = lcm(*(_odd_part(places[onset].denominator) for onset in onsets))
    early = {
        note.end
        for note in notes
        if note.end not in places and (is_performance or not _is_regular_end(note.end, ticks, tuplets))
    }
    is_gated = is_performance or sum(note.end in early for note in notes) > _MAX_STRAY * len(notes)
    placed = []
    for note in notes:
        start = places[note.start]
        if note.end in places:
            end = places[note.end]
        elif is_gated and note.end in early:
            end = _note_value_end(note, start, onsets, places, ticks)
        else:
            end = Fraction(note.end, ticks)
        if note.end > note.start and end > start:
            placed.append((start, end, note.pitch, note.velocity))
    return placed


def _note_value_end(
    note: MidiNote, start: Fraction, onsets: list[int], places: dict[int, Fraction], ticks: int
) -> Fraction:
    """Where the note value ends that an unquantised end stands for: the next onset, or a plain length."""
    following = bisect_left(onsets, note.end)
    if following < len(onsets):
        onset = onsets[following]
        if onset - note.end <= _GATE * (onset - note.start):
            return places[onset]
    unit = Fraction(1, 12 if start.denominator % 3 == 0 else 4)
    return start + max(unit, round((Fraction(note.end, ticks) - start) / unit) * unit)
