"""Where the bars of a MIDI file lie, from its time signatures.

Times are whole parts of a quarter note (see `symbolic.midi.grid`). MIDI's default is 4/4. A first
signature that lasts one bar and is shorter than the next states a pickup, as notation programs write
it; a signature over 32 or finer states the length of one irregular bar (`symbolic.midi.writer`). In
neither case does the metre change; where nothing but such lengths is stated, the metre is free.
"""

from __future__ import annotations

from dataclasses import dataclass

from symbolic.errors import MidiFormatError
from symbolic.meter import MAX_UNIT, Meter

IRREGULAR_UNIT = 32
"""Signatures over this or a finer unit state the length of one irregular bar, not a metre."""
MAX_BARS = 20_000


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: `start` and `length` in parts of a quarter, and the metre in force."""

    start: int
    length: int
    meter: Meter

    @property
    def end(self) -> int:
        """Where the next bar starts."""
        return self.start + self.length


def build_bars(signatures: list[tuple[int, int, int]], end: int, parts: int) -> list[Bar]:
    """The bars up to `end`, the last one full.

    Args:
        signatures: (place in parts, numerator, denominator) in order.
        end: where the last note ends, in parts.
        parts: parts of a quarter note.

    Raises:
        MidiFormatError: more than `MAX_BARS` bars.
    """
    stated: dict[int, Meter] = {}
    for place, numerator, unit in signatures:
        stated[place] = Meter((numerator,), min(unit, MAX_UNIT))
    if 0 not in stated:
        stated = {0: Meter(), **stated}
    starts = sorted(stated)
    meters = _metres([stated[start] for start in starts], starts, parts)
    bars: list[Bar] = []
    for index, (start, meter) in enumerate(zip(starts, meters, strict=True)):
        length = _length(stated[start], parts)
        last = index + 1 == len(starts)
        stop = max(end, start) if last else starts[index + 1]
        while start < stop:
            if len(bars) >= MAX_BARS:
                raise MidiFormatError(
                    f"longer than {MAX_BARS:,} bars; its times are damaged, export it again"
                )
            bars.append(Bar(start, length if last else min(length, stop - start), meter))
            start += length
    return bars


def _length(meter: Meter, parts: int) -> int:
    return max(1, 4 * meter.beats * parts // meter.unit)


def _metres(stated: list[Meter], starts: list[int], parts: int) -> list[Meter]:
    """The metre in force under each signature: its own, or a neighbour's where it only states a length."""
    own = [meter.unit < IRREGULAR_UNIT for meter in stated]
    if len(stated) > 1:
        one_bar = starts[1] - starts[0] <= _length(stated[0], parts)
        following = next((meter for meter, is_own in zip(stated[1:], own[1:], strict=True) if is_own), None)
        if one_bar and following is not None and _length(stated[0], parts) < _length(following, parts):
            own[0] = False
    first = next((meter for meter, is_own in zip(stated, own, strict=True) if is_own), Meter.free())
    found, now = [], first
    for meter, is_own in zip(stated, own, strict=True):
        now = meter if is_own else now
        found.append(now)
    return found


def close_bars(bars: list[Bar], end: int) -> list[Bar]:
    """The bars with the last one as long as notation has it: with a pickup, it lacks what the pickup took."""
    first, last = bars[0], bars[-1]
    full = bars[1].length if len(bars) > 1 else 0
    if first.length < full == last.length and end <= last.end - first.length:
        return [*bars[:-1], Bar(last.start, last.length - first.length, last.meter)]
    return bars
