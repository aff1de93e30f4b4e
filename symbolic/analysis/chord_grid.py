"""Chords written bar by bar: ``C:maj | A:min D:7 | G:maj``, as chord grids and lead sheets do.

Bars are separated by ``|``, a pickup is a bar too. The chords of a bar share its time equally: one lasts
the whole bar, two a half each, and ``C:maj C:maj G:7`` in three-four time changes on the third beat. The
finest division is the beat (of a bar that holds no whole number of beats, the half or quarter of it that
does). Names are Harte's without the bass; ``N`` is no chord.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

from symbolic.analysis.harmony import Segment, chords
from symbolic.harmony import ChordSymbol
from symbolic.key import Key
from symbolic.meter import Meter
from symbolic.score import Score
from symbolic.timeline import measure_spans

NO_CHORD = "N"
BAR = " | "
MAX_PARTS = 64

Change = tuple[Fraction, str]
"""Where a chord begins, in quarter notes, and its name."""


def chord_name(chord: ChordSymbol | None) -> str:
    """Root and quality in Harte's syntax, ``N`` for no chord."""
    return NO_CHORD if chord is None else f"{chord.root}:{chord.quality}"


def parts_of(duration: Fraction, meter: Meter) -> int:
    """Into how many parts a bar of a length in quarter notes may be divided in a metre."""
    if meter.is_free or duration <= 0:
        return 1
    for unit in (meter.beat_quarters, meter.beat_quarters / 2, meter.beat_quarters / 4):
        parts = duration / unit
        if parts.denominator == 1 and parts <= MAX_PARTS:
            return int(parts)
    return 1


def bar_names(changes: Sequence[Change], duration: Fraction, parts: int) -> tuple[str, ...]:
    """The names of a bar in as few equal shares as tell them.

    A part takes the name that lasts longest in it, the first of two that last alike.

    Args:
        changes: what holds from where on, in order, the first at 0.
        duration: length of the bar in quarter notes.
        parts: how many parts it is divided into.
    """
    if len(changes) == 1 or not duration:
        return (changes[-1][1],)
    # in ticks, of which each part has `length`
    unit = parts * lcm(duration.denominator, *(onset.denominator for onset, _ in changes))
    starts = [int(onset * unit) for onset, _ in changes]
    length = int(duration * unit) // parts
    ends = [*starts[1:], parts * length]
    sounding = [(start, end, name) for start, end, (_, name) in zip(starts, ends, changes, strict=True)]
    return shortest(tuple(_main_name(sounding, n * length, (n + 1) * length) for n in range(parts)))


def _main_name(sounding: Sequence[tuple[int, int, str]], start: int, end: int) -> str:
    """The name that lasts longest between two ticks, of names from one tick to another."""
    lengths: dict[str, int] = {}
    for begun, ended, name in sounding:
        length = min(end, ended) - max(start, begun)
        if length > 0:
            lengths[name] = lengths.get(name, 0) + length
    return max(lengths, key=lambda name: lengths[name])


def shortest(names: tuple[str, ...]) -> tuple[str, ...]:
    """The fewest equal shares that tell the same: (a, a, b, b) → (a, b)."""
    for count in range(1, len(names)):
        size, rest = divmod(len(names), count)
        if not rest and all(names[place] == names[place - place % size] for place in range(len(names))):
            return names[::size]
    return names


def written(bars: Sequence[Sequence[str]]) -> str:
    """Bars of names as one line."""
    return BAR.join(" ".join(names) for names in bars)


def chord_answer(score: Score, segment: Segment = "beat", key: Key | None = None) -> str:
    """The chords that `symbolic.analysis.harmony.chords` finds in a score, bar by bar.

    Args:
        score: the score; all voices count.
        segment: the shortest unit, a beat or a bar.
        key: the key that chords are expected in; estimated where it is not given.
    """
    return grid_of(
        score, [(span.onset_quarter, chord_name(span.chord)) for span in chords(score, segment, key)]
    )


def grid_of(score: Score, changes: Sequence[Change]) -> str:
    """Names that hold from one point of a score to the next, bar by bar.

    Args:
        score: its first voice says where bars begin; bars that do not last are left out.
        changes: names with their onsets in quarter notes from the start, in order.
    """
    bars = []
    for span in measure_spans(score) if score.voices else ():
        if not span.duration:
            continue
        held = [name for onset, name in changes if onset <= span.onset]
        inside = [
            (onset - span.onset, name)
            for onset, name in changes
            if span.onset < onset < span.onset + span.duration
        ]
        own = [(Fraction(0), held[-1] if held else NO_CHORD), *inside]
        bars.append(bar_names(own, span.duration, parts_of(span.duration, span.meter)))
    return written(bars)
