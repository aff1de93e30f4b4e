"""The harmony that a score states: its chord symbols, and the analysis in Roman numerals that stands in it.

An analysis is written as annotations: "a: V65" where the key changes (a small letter for minor), "i"
where it stays, "?" where it names no chord (`symbolic.roman.label`). Words count as an analysis only
after one with a key. A chord holds until the next, over bar lines too. Marks of all voices count; where
two stand at one point, the first voice's.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from symbolic.harmony import ChordSymbol
from symbolic.key import Key
from symbolic.roman import RomanNumeral, read_label
from symbolic.score import Annotation, Chord, Note, Score, layer_duration


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


def stated_harmony(score: Score) -> tuple[StatedChord, ...]:
    """The chords that a score states, in written order; empty where it states none.

    What the last score stated is remembered: several questions about one score read it once.
    """
    global _remembered
    known = _remembered
    if known is None or known[0] is not score:
        _remembered = known = score, tuple(_read(score))
    return known[1]


_remembered: tuple[Score, tuple[StatedChord, ...]] | None = None


def _read(score: Score) -> list[StatedChord]:
    found: list[StatedChord] = []
    key: Key | None = None
    for bar, points in sorted(_marks(score).items()):
        for onset, (symbol, words) in sorted(points.items(), key=lambda point: point[0]):
            read = next(filter(None, map(read_label, words)), None)
            if read is not None and (read[0] or key):
                key = read[0] or key
                numeral = read[1]
                named = numeral.chord(key) if numeral and key else None
                found.append(StatedChord(bar, onset, named, numeral, key))
            elif symbol is not None:
                found.append(StatedChord(bar, onset, symbol, None, key))
    return found


_Point = tuple[ChordSymbol | None, list[str]]
"""The first chord symbol at a point, and the words there."""


def _marks(score: Score) -> dict[int, dict[Fraction, _Point]]:
    """Chord symbols and annotations by bar and onset in it, those of earlier voices first."""
    bars: dict[int, dict[Fraction, _Point]] = {}
    for voice in score.voices:
        for bar, measure in enumerate(voice.measures):
            for layer in measure.layers if measure.overlays else (measure.events,):
                for index, event in enumerate(layer):
                    kind = type(event)
                    if kind is ChordSymbol or kind is Annotation:
                        points = bars.setdefault(bar, {})
                        onset = layer_duration(layer[:index])
                        symbol, words = points.get(onset, (None, []))
                        if isinstance(event, Annotation):
                            words.append(event.text)
                        elif isinstance(event, ChordSymbol):
                            symbol = symbol or event
                        points[onset] = symbol, words
    return bars


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
