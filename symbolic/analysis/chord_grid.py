"""Chords written bar by bar: ``C:maj | A:min D:7 | G:maj``, as chord grids and lead sheets do.

Bars are separated by ``|``, a pickup is a bar too. The chords of a bar share its time equally: one lasts the
whole bar, two a half each, and ``C:maj C:maj G:7`` in three-four time changes on the third beat. The finest
division is the beat (of a bar that holds no whole number of beats, the half or quarter of it that does). Names
are Harte's without the bass; ``N`` is no chord.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

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
"""Where a chord begins in a bar, in quarter notes from its start, and its name."""


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
    return shortest(tuple(_main_name(changes, duration * n / parts, duration * (n + 1) / parts)
                          for n in range(parts)))  # fmt: skip


def _main_name(changes: Sequence[Change], start: Fraction, end: Fraction) -> str:
    lengths: dict[str, Fraction] = {}
    for index, (onset, name) in enumerate(changes):
        until = min(end, changes[index + 1][0]) if index + 1 < len(changes) else end
        length = until - max(start, onset)
        if length > 0:
            lengths[name] = lengths.get(name, Fraction(0)) + length
    return max(lengths, key=lambda name: lengths[name]) if lengths else changes[-1][1]


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
    found = chords(score, segment, key)
    bars = []
    for span in measure_spans(score) if score.voices else ():
        changes = [
            (max(Fraction(0), chord.onset_quarter - span.onset), chord_name(chord.chord))
            for chord in found
            if chord.onset_quarter + chord.duration_quarter > span.onset
            and chord.onset_quarter < span.onset + span.duration
        ]
        parts = parts_of(span.duration, span.meter)
        bars.append(bar_names(changes or [(Fraction(0), NO_CHORD)], span.duration, parts))
    return written(bars)
