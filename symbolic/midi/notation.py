"""Writes layers of notes into bars: rests, ties, tuplets, and marks at their places.

Times are whole parts of a quarter note (see `symbolic.midi.grid`). A length that no single note value
(plain, dotted or double dotted) has is split where the metre is strongest and tied. Lengths that are no
fraction by a power of two belong to tuplets: a tuplet starts on such a *plain* place and ends on the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from math import gcd, lcm
from typing import NamedTuple, TypeAlias

from symbolic.harmony import ChordSymbol
from symbolic.key import Key
from symbolic.midi.bars import Bar
from symbolic.midi.voices import Block
from symbolic.pitch import Pitch
from symbolic.score import Chord, Event, Mark, Measure, Note, Rest, TimedEvent, Tuplet

_NOTE_VALUES = frozenset({1, 3, 7})
"""Odd parts of the lengths that one note value can have: plain, dotted, double dotted."""
_MAX_TUPLET = 13

Placed: TypeAlias = tuple[int, Mark]
"""A mark and the place in parts where it stands."""
Spell: TypeAlias = Callable[[int, int], Pitch]
"""(onset in parts, MIDI number) → spelled pitch."""


class _Piece(NamedTuple):
    """A stretch of one layer inside one bar: sound, or silence where `block` is None."""

    start: int
    end: int
    block: Block | None
    tie: bool = False


@dataclass(frozen=True, slots=True)
class _Ruler:
    """Measures lengths against a grid of `parts` to the quarter."""

    parts: int

    @property
    def odd(self) -> int:
        """The odd factor of the grid: places that are multiples of it are plain."""
        return self.parts // (self.parts & -self.parts)

    def is_plain(self, place: int) -> bool:
        """Whether a place or length is a quarter divided by a power of two, or a multiple of it."""
        return place % self.odd == 0

    def is_note_value(self, length: int) -> bool:
        """Whether one note value has this length."""
        value = length // self.odd
        return length % self.odd == 0 and value // (value & -value) in _NOTE_VALUES


def write_measures(
    layers: Sequence[Sequence[Block]],
    bars: Sequence[Bar],
    parts: int,
    spell: Spell,
    marks: Sequence[Placed] = (),
    inner_marks: Sequence[Sequence[Placed]] = (),
) -> list[Measure]:
    """One measure for each bar.

    Args:
        layers: blocks in order, without overlap within a layer; the first is the main stream.
        bars: from the start, without gaps, reaching at least to the last end.
        parts: parts of a quarter note.
        spell: names a pitch.
        marks: put into the main stream before the first event at or after their place.
        inner_marks: for each layer those that stand on its own notes, at the places where they start.
    """
    ruler = _Ruler(parts)
    cuts = sorted({place for place, mark in marks if isinstance(mark, ChordSymbol | Key)})
    by_bar = [list(_by_bar(layer, bars)) for layer in layers] or [[[] for _ in bars]]
    waiting = _in_turn(marks)
    own = [_in_turn(placed) for placed in inner_marks] or [[] for _ in by_bar]
    measures = []
    for index, bar in enumerate(bars):
        streams = [(layer[index], wait) for layer, wait in zip(by_bar, own, strict=True) if layer[index]]
        (main, main_own), *others = streams or [([], [])]
        inner = [cut for cut in cuts if bar.start < cut < bar.end] if cuts else []
        written = _split(_filled(main, bar, to_end=True), bar, ruler, inner)
        overlays = tuple(
            tuple(
                _events(
                    _split(_filled(pieces, bar, to_end=False), bar, ruler, []),
                    ruler,
                    spell,
                    [own_marks],
                    visible=False,
                )
            )
            for pieces, own_marks in others
        )
        if not main and len(written) == 1:
            due = _due(waiting, bar.end)
            events: tuple[Event, ...] = (*due, Rest(Fraction(bar.length, parts), whole_measure=True))
        else:
            events = tuple(_events(written, ruler, spell, [waiting, main_own], visible=True))
        measures.append(Measure(events, overlays))
    return measures


def _in_turn(marks: Sequence[Placed]) -> list[Placed]:
    """The marks by place, the first one last, to be taken by `_due`."""
    return sorted(marks, key=lambda placed: placed[0])[::-1]


def _due(waiting: list[Placed], before: int) -> list[Mark]:
    """Takes from the end of `waiting` the marks that stand before a place."""
    due = []
    while waiting and waiting[-1][0] < before:
        due.append(waiting.pop()[1])
    return due


def _by_bar(layer: Sequence[Block], bars: Sequence[Bar]) -> Iterator[list[_Piece]]:
    """The sounding pieces of a layer for each bar; what crosses a bar line is tied."""
    index = 0
    for bar in bars:
        pieces = []
        while index < len(layer) and layer[index].start < bar.end:
            block = layer[index]
            end = min(block.end, bar.end)
            pieces.append(_Piece(max(block.start, bar.start), end, block, tie=block.end > bar.end))
            if block.end > bar.end:
                break
            index += 1
        yield pieces


def _filled(pieces: list[_Piece], bar: Bar, *, to_end: bool) -> list[_Piece]:
    """The pieces with the silences between them."""
    filled = []
    now = bar.start
    for piece in pieces:
        if piece.start > now:
            filled.append(_Piece(now, piece.start, None))
        filled.append(piece)
        now = piece.end
    if to_end and now < bar.end:
        filled.append(_Piece(now, bar.end, None))
    return filled


def _split(pieces: list[_Piece], bar: Bar, ruler: _Ruler, cuts: list[int]) -> list[_Piece]:
    """The pieces cut at `cuts` and into lengths that can be written."""
    written: list[_Piece] = []
    for piece in pieces:
        edges = [piece.start, *(cut for cut in cuts if piece.start < cut < piece.end), piece.end]
        places = [edges[0]]
        for start, end in pairwise(edges):
            places += [*_split_points(start, end, piece.block is None, bar, ruler), end]
        for start, end in pairwise(places):
            tie = piece.block is not None and (end < piece.end or piece.tie)
            written.append(_Piece(start, end, piece.block, tie))
    return written


def _split_points(start: int, end: int, is_rest: bool, bar: Bar, ruler: _Ruler) -> list[int]:
    """Where a stretch inside a bar has to be split so that note values can write it."""
    quarter = ruler.parts
    if not (ruler.is_plain(start - bar.start) and ruler.is_plain(end - bar.start)):
        after = start + -(start - bar.start) % quarter
        before = end - (end - bar.start) % quarter
        if not ruler.is_plain(start - bar.start) and start < after < end:
            if is_rest or not _is_tuplet_value(end - start, ruler):
                return [after, *_split_points(after, end, is_rest, bar, ruler)]
        elif start < before < end and (is_rest or not _is_tuplet_value(end - start, ruler)):
            return [*_split_points(start, before, is_rest, bar, ruler), before]
        return []
    if ruler.is_note_value(end - start):
        return []
    middle = _strongest(start, end, bar, ruler)
    if middle is None:
        return []
    return [
        *_split_points(start, middle, is_rest, bar, ruler),
        middle,
        *_split_points(middle, end, is_rest, bar, ruler),
    ]


def _is_tuplet_value(length: int, ruler: _Ruler) -> bool:
    """Whether a length is a note value of some tuplet, as 1/3, 2/3 or 4/5 of a quarter."""
    value = Fraction(length, ruler.parts)
    odd = value.numerator // (value.numerator & -value.numerator)
    return odd in _NOTE_VALUES


def _strongest(start: int, end: int, bar: Bar, ruler: _Ruler) -> int | None:
    """The metrically strongest place inside a stretch, nearest to its middle; None if there is none."""
    beat = round(bar.meter.beat_quarters * ruler.parts) or ruler.parts
    steps = [beat * 2, beat] if not bar.meter.is_compound and bar.meter.beats % 2 == 0 else [beat]
    step = beat // 3 if bar.meter.is_compound else beat // 2
    while step and step % ruler.odd == 0:
        steps.append(step)
        if step % 2:
            break
        step //= 2
    for step in steps:
        first = start - (start - bar.start) % step + step
        if first < end:
            places = range(first, end, step)
            return min(places, key=lambda place: (abs(2 * place - start - end), place))
    return None


def _events(
    pieces: list[_Piece], ruler: _Ruler, spell: Spell, waiting: list[list[Placed]], *, visible: bool
) -> Iterator[Event]:
    """The events of one layer of one bar, with its tuplets and the marks that are due."""
    tuplets = _tuplets(pieces, ruler)
    for index, piece in enumerate(pieces):
        for marks in waiting:
            yield from _due(marks, piece.start + 1)
        if index in tuplets:
            yield tuplets[index]
        yield _timed(piece, ruler, spell, visible)


def _timed(piece: _Piece, ruler: _Ruler, spell: Spell, visible: bool) -> TimedEvent:
    duration = Fraction(piece.end - piece.start, ruler.parts)
    if piece.block is None:
        return Rest(duration, visible)
    notes = tuple(Note(spell(piece.block.start, pitch), duration, piece.tie) for pitch in piece.block.pitches)
    return notes[0] if len(notes) == 1 else Chord(notes)


def _tuplets(pieces: list[_Piece], ruler: _Ruler) -> dict[int, Tuplet]:
    """The tuplet that starts at a piece, by index."""
    found: dict[int, Tuplet] = {}
    index = 0
    while index < len(pieces):
        if ruler.is_plain(pieces[index].end - pieces[index].start):
            index += 1
            continue
        span, stop = 0, index
        while stop < len(pieces) and (not span or not ruler.is_plain(span)):
            span += pieces[stop].end - pieces[stop].start
            stop += 1
        if span and ruler.is_plain(span):
            ratio = _ratio(tuple(piece.end - piece.start for piece in pieces[index:stop]), ruler.parts)
            if ratio is not None:
                found[index] = Tuplet(*ratio, stop - index)
        index = stop
    return found


@lru_cache(maxsize=4096)
def _ratio(parts_each: tuple[int, ...], parts: int) -> tuple[int, int] | None:
    """The numbers of a tuplet, `actual` in the time of `normal`, that make its written values plainest."""
    lengths = [Fraction(each, parts) for each in parts_each]
    denominator = lcm(*(length.denominator for length in lengths))
    actual = denominator // (denominator & -denominator)
    if actual > _MAX_TUPLET:
        return None
    candidates = []
    for normal in range(2, 9):
        written = [length * Fraction(actual, normal) for length in lengths]
        if gcd(actual, normal) == 1 and all(
            value.denominator & (value.denominator - 1) == 0 for value in written
        ):
            odd = sum(value.numerator // (value.numerator & -value.numerator) for value in written)
            candidates.append((odd, abs(normal - actual * 3 / 4), normal))
    return (actual, min(candidates)[2]) if candidates else None
