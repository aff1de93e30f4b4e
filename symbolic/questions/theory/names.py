"""The material of theory questions, spelled: intervals, scales, chords and keys by their names.

A note name is a spelled class (``F#``), at most doubly altered; an interval's short name is as in
`symbolic.pitch.Interval` (``m3``), its long one as in `symbolic.questions.interval` ("minor third").
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from symbolic.harmony import ChordSymbol
from symbolic.key import Key
from symbolic.pitch import STEPS, Interval, Pitch, alter_sign, class_fifths, spell_fifths
from symbolic.questions.interval import interval_name

ROOTS = tuple("C C# Db D D# Eb E F F# Gb G G# Ab A A# Bb B".split())
"""The 17 usual note names."""
MAJOR_KEYS = tuple(Key.from_fifths(fifths) for fifths in range(-7, 8))
MINOR_KEYS = tuple(Key.from_fifths(fifths, "minor") for fifths in range(-7, 8))
MODES = ("major", "dorian", "phrygian", "lydian", "mixolydian", "minor", "locrian")
"""In the order of the degrees of a major scale on which they begin."""
DEGREES = ("tonic", "supertonic", "mediant", "subdominant", "dominant", "submediant", "leading note")

SCALES = {
    "major": "P1 M2 M3 P4 P5 M6 M7",
    "natural minor": "P1 M2 m3 P4 P5 m6 m7",
    "harmonic minor": "P1 M2 m3 P4 P5 m6 M7",
    "melodic minor": "P1 M2 m3 P4 P5 M6 M7",
    "dorian": "P1 M2 m3 P4 P5 M6 m7",
    "phrygian": "P1 m2 m3 P4 P5 m6 m7",
    "lydian": "P1 M2 M3 A4 P5 M6 M7",
    "mixolydian": "P1 M2 M3 P4 P5 M6 m7",
    "locrian": "P1 m2 m3 P4 d5 m6 m7",
    "major pentatonic": "P1 M2 M3 P5 M6",
    "minor pentatonic": "P1 m3 P4 P5 m7",
    "whole-tone": "P1 M2 M3 A4 A5 A6",
}
"""Scale → the intervals of its notes above the tonic; the melodic minor as it ascends."""

CHORDS = {
    "major": ("maj", "P1 M3 P5"),
    "minor": ("min", "P1 m3 P5"),
    "diminished": ("dim", "P1 m3 d5"),
    "augmented": ("aug", "P1 M3 A5"),
    "dominant seventh": ("7", "P1 M3 P5 m7"),
    "major seventh": ("maj7", "P1 M3 P5 M7"),
    "minor seventh": ("min7", "P1 m3 P5 m7"),
    "half-diminished seventh": ("hdim7", "P1 m3 d5 m7"),
    "diminished seventh": ("dim7", "P1 m3 d5 d7"),
    "minor-major seventh": ("minmaj7", "P1 m3 P5 M7"),
}
"""Chord → (its quality in `symbolic.harmony`, the intervals of its notes above the root)."""
TRIADS = ("major", "minor", "diminished", "augmented")
SEVENTHS = tuple(name for name in CHORDS if name not in TRIADS)
MEMBERS = ("root", "third", "fifth", "seventh")


@lru_cache(maxsize=256)
def interval(short: str) -> Interval:
    """The interval of a short name."""
    return Interval.parse(short)


@lru_cache(maxsize=256)
def long_name(short: str) -> str:
    """``m3`` → ``minor third``."""
    return interval_name(interval(short))


@lru_cache(maxsize=4096)
def above(name: str, short: str) -> str:
    """The note name an interval above another (below, for ``-m3``).

    Raises:
        ValueError: it would need more than a double sharp or flat.
    """
    step, alter = spell_fifths(class_fifths(name) + interval(short).fifths)
    if abs(alter) > 2:
        raise ValueError(f"{short} above {name} needs more than a double sharp or flat")
    return step + alter_sign(alter)


def altered(name: str, by: int) -> str:
    """The note name raised or lowered by semitones on the same step, kept within double signs."""
    step, alter = spell_fifths(class_fifths(name) + 7 * by)
    return step + alter_sign(max(-2, min(2, alter)))


def pitch_class(name: str) -> int:
    """Semitones above C of a note name, 0 … 11."""
    return 7 * class_fifths(name) % 12


def scale(tonic: str, kind: str) -> tuple[str, ...]:
    """The notes of a scale in `SCALES`, ascending from the tonic, without its octave."""
    return tuple(above(tonic, short) for short in SCALES[kind].split())


def chord(root: str, kind: str) -> tuple[str, ...]:
    """The notes of a chord in `CHORDS`, root first."""
    return tuple(above(root, short) for short in CHORDS[kind][1].split())


def symbol(root: str, kind: str, bass: str = "") -> str:
    """The lead-sheet symbol of a chord in `CHORDS`, such as ``F#m7``."""
    return str(ChordSymbol(root, CHORDS[kind][0], "" if bass == root else bass))


def scale_of(key: Key) -> tuple[str, ...]:
    """The seven notes of a key's signature from its tonic."""
    return scale(key.tonic, "natural minor" if key.mode == "minor" else key.mode)


def signature_words(fifths: int) -> str:
    """``3 flats``, ``1 sharp``, ``no sharps or flats``."""
    count, sign = abs(fifths), "sharp" if fifths > 0 else "flat"
    return f"{count} {sign}{'s' if count > 1 else ''}" if count else "no sharps or flats"


def signature_notes(fifths: int) -> tuple[str, ...]:
    """The notes of a signature in the order in which they are written."""
    order = "FCGDAEB" if fifths > 0 else "BEADGCF"
    return tuple(step + ("#" if fifths > 0 else "b") for step in order[: abs(fifths)])


def rising(classes: Iterable[str], octave: int) -> list[Pitch]:
    """Pitches of note names, each the next one above the last, from `octave` on."""
    found: list[Pitch] = []
    for name in classes:
        step, alter = name[0], class_alter(name)
        if found and STEPS.index(step) <= STEPS.index(found[-1].step):
            octave += 1
        found.append(Pitch(step, alter, octave))
    return found


def class_alter(name: str) -> int:
    """The alteration of a note name in semitones."""
    return name.count("#") - name[1:].count("b")


def pitched(name: str, octave: int) -> Pitch:
    """A note name in an octave."""
    return Pitch(name[0], class_alter(name), octave)


def listing(words: Sequence[str], last: str = "and") -> str:
    """``A``, ``A and B``, ``A, B and C``."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def capital(words: str) -> str:
    """The words with a capital first letter, the others as they are."""
    return words[0].upper() + words[1:]


def an(words: str) -> str:
    """The words with their indefinite article, by their first letter as it is spoken."""
    spoken = words[0].lower() in "aeio" or words.startswith("upper") or words[:2] in ("8 ", "11", "18")
    return f"{'an' if spoken else 'a'} {words}"


def an_note(words: str) -> str:
    """Words that begin with a note's letter, with their article: an F# minor chord, a B major one."""
    return f"{'an' if words[0] in 'AEF' else 'a'} {words}"
