"""The harmony that a score states: its chord symbols, and an analysis in Roman numerals where one stands in it.

An analysis is written as annotations: "a: V65" where the key changes (a small letter for minor), "i" where it
stays, "?" where it names no chord (`symbolic.roman.label`). Words count as an analysis only after one with a
key. A chord holds until the next, over bar lines too. Marks of all voices count; where two stand at one point,
the first voice's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from symbolic.harmony import ChordSymbol
from symbolic.key import Key
from symbolic.roman import RomanNumeral, read_label
from symbolic.score import TIMED, Annotation, Chord, Event, Note, Score


@dataclass(frozen=True, slots=True)
class StatedChord:
    """A chord that begins at a point of a score.

    Attributes:
        bar: index of its measure.
        onset: quarter notes from the start of that measure.
        chord: its symbol, or that of its numeral; None where the analysis names none.
        numeral: the degree in `key`, where an analysis says it.
        key: the key of the analysis, or None without one.
    """

    bar: int
    onset: Fraction
    chord: ChordSymbol | None
    numeral: RomanNumeral | None = None
    key: Key | None = None


def stated_harmony(score: Score) -> list[StatedChord]:
    """The chords that a score states, in written order; empty where it states none."""
    found: list[StatedChord] = []
    key: Key | None = None
    for bar in range(max((len(voice.measures) for voice in score.voices), default=0)):
        points: dict[Fraction, tuple[list[ChordSymbol], list[str]]] = {}
        for onset, mark in _marks(score, bar):
            symbols, words = points.setdefault(onset, ([], []))
            if isinstance(mark, ChordSymbol):
                symbols.append(mark)
            else:
                words.append(mark.text)
        for onset in sorted(points):
            symbols, words = points[onset]
            read = next(filter(None, map(read_label, words)), None)
            if read is not None and (read[0] or key):
                key = read[0] or key
                numeral = read[1]
                named = numeral.chord(key) if numeral and key else None
                found.append(StatedChord(bar, onset, named, numeral, key))
            elif symbols:
                found.append(StatedChord(bar, onset, symbols[0], None, key))
    return found


def _marks(score: Score, bar: int) -> Iterator[tuple[Fraction, ChordSymbol | Annotation]]:
    """Chord symbols and annotations of a bar with their onsets in it, voice by voice."""
    for voice in score.voices:
        if bar >= len(voice.measures):
            continue
        for layer in voice.measures[bar].layers:
            if any(isinstance(event, ChordSymbol | Annotation) for event in layer):
                yield from _marks_in(layer)


def _marks_in(layer: Sequence[Event]) -> Iterator[tuple[Fraction, ChordSymbol | Annotation]]:
    now = Fraction(0)
    for event in layer:
        if isinstance(event, ChordSymbol | Annotation):
            yield now, event
        elif isinstance(event, TIMED):
            now += event.duration


def harmony_sounds(score: Score) -> bool:
    """Whether harmony is heard, not only meant: in half of the bars with notes or more, two sound at once.

    Percussion does not count. Layers and voices count as sounding at once when both have notes in a bar.
    """
    polyphonic: list[bool] = []
    for bar in range(max((len(voice.measures) for voice in score.voices), default=0)):
        layers = 0
        together = False
        for voice in score.voices:
            if voice.percussion or bar >= len(voice.measures):
                continue
            for layer in voice.measures[bar].layers:
                layers += any(isinstance(event, Note | Chord) for event in layer)
                together |= any(isinstance(event, Chord) and len(event.notes) > 1 for event in layer)
        if layers:
            polyphonic.append(together or layers > 1)
    return 2 * sum(polyphonic) >= len(polyphonic) > 0
