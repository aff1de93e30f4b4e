"""Chord symbols: what "F#m7/A" means, in lead-sheet form and in Harte's syntax.

A quality is named by its Harte shorthand (Harte et al., "Symbolic representation of musical
chords", ISMIR 2005), the vocabulary that mir_eval scores. Lead sheets write the same quality in
many ways; `ChordSymbol.parse` knows them, `str()` gives one short form.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from symbolic.pitch import Interval, class_fifths, transpose_class

QUALITIES: dict[str, tuple[str, tuple[int, ...], str]] = {
    "maj": ("", (0, 4, 7), "M maj Maj major"),
    "min": ("m", (0, 3, 7), "min mi - minor"),
    "dim": ("dim", (0, 3, 6), "o ° mb5"),
    "aug": ("aug", (0, 4, 8), "+ #5"),
    "7": ("7", (0, 4, 7, 10), "dom7 dom"),
    "maj7": ("maj7", (0, 4, 7, 11), "M7 ma7 Maj7 Δ Δ7 j7"),
    "min7": ("m7", (0, 3, 7, 10), "min7 mi7 -7"),
    "minmaj7": ("mM7", (0, 3, 7, 11), "mmaj7 minmaj7 -maj7 mMaj7"),
    "dim7": ("dim7", (0, 3, 6, 9), "o7 °7"),
    "hdim7": ("m7b5", (0, 3, 6, 10), "ø ø7 h7 min7b5 -7b5 m7-5"),
    "aug(b7)": ("aug7", (0, 4, 8, 10), "+7 7#5 7+ 7+5"),
    "7(*5,b5)": ("7b5", (0, 4, 6, 10), "7-5"),
    "maj6": ("6", (0, 4, 7, 9), "maj6 M6 add6"),
    "min6": ("m6", (0, 3, 7, 9), "min6 -6"),
    "9": ("9", (0, 4, 7, 10, 2), ""),
    "maj9": ("maj9", (0, 4, 7, 11, 2), "M9"),
    "min9": ("m9", (0, 3, 7, 10, 2), "min9 -9"),
    "7(b9)": ("7b9", (0, 4, 7, 10, 1), "7-9"),
    "7(#9)": ("7#9", (0, 4, 7, 10, 3), "7+9"),
    "maj(9)": ("add9", (0, 4, 7, 2), "add2 2"),
    "11": ("11", (0, 4, 7, 10, 2, 5), ""),
    "min11": ("m11", (0, 3, 7, 10, 2, 5), "min11 -11"),
    "13": ("13", (0, 4, 7, 10, 2, 9), ""),
    "maj13": ("maj13", (0, 4, 7, 11, 2, 9), "M13"),
    "min13": ("m13", (0, 3, 7, 10, 2, 9), "min13 -13"),
    "sus4": ("sus4", (0, 5, 7), "sus 4"),
    "sus2": ("sus2", (0, 2, 7), ""),
    "sus4(b7)": ("7sus4", (0, 5, 7, 10), "7sus sus7 sus47"),
    "5": ("5", (0, 7), "no3"),
}
"""Harte quality → (lead-sheet suffix, semitones above the root, other accepted suffixes).

Brackets and spaces in a suffix do not count.
"""

_QUALITY_OF = {
    suffix: quality
    for quality, (short, _, others) in QUALITIES.items()
    for suffix in (short, *others.split())
}
_SYMBOL = re.compile(r"([A-G])(##?|bb?|♯|♭|)([^/]*)(?:/([A-Ga-g])(##?|bb?|♯|♭|))?")
_NAME = re.compile(r"[A-G](?:##?|bb?)?")
_PLAIN = str.maketrans({"(": None, ")": None, " ": None, "♯": "#", "♭": "b"})
_DEGREES = ("1", "b2", "2", "b3", "3", "4", "b5", "5", "b6", "6", "b7", "7")


@dataclass(frozen=True, slots=True)
class ChordSymbol:
    """A chord symbol standing at a point in a score.

    Attributes:
        root: spelled class, e.g. ``F#``.
        quality: a name in `QUALITIES`.
        bass: spelled class of the bass where it is not the root, else empty.
    """

    root: str
    quality: str = "maj"
    bass: str = ""

    def __post_init__(self) -> None:
        for name in (self.root, self.bass or self.root):
            if not _NAME.fullmatch(name):
                raise ValueError(f"root and bass must be note names such as F# or Bb, got {name!r}")
        if self.bass == self.root:
            raise ValueError(f"bass must be empty where it is the root, got {self.bass!r}")
        if self.quality not in QUALITIES:
            raise ValueError(f"quality must be one of {', '.join(QUALITIES)}, got {self.quality!r}")

    @classmethod
    def parse(cls, text: str) -> ChordSymbol | None:
        """Reads a lead-sheet symbol ("Am7/G", "F#ø7"); None when the text is not one."""
        return _parse(text)

    @property
    def pitch_classes(self) -> tuple[int, ...]:
        """Pitch classes, root first; a foreign bass note comes last."""
        root = _pitch_class(self.root)
        classes = tuple((root + semitones) % 12 for semitones in QUALITIES[self.quality][1])
        if self.bass and _pitch_class(self.bass) not in classes:
            classes += (_pitch_class(self.bass),)
        return classes

    @property
    def harte(self) -> str:
        """The name in Harte's syntax, e.g. ``F#:min7/b3``."""
        name = f"{self.root}:{self.quality}"
        if self.bass and self.bass != self.root:
            name += "/" + _DEGREES[(_pitch_class(self.bass) - _pitch_class(self.root)) % 12]
        return name

    def transpose(self, interval: Interval) -> ChordSymbol:
        """This chord moved by a spelled interval."""
        root = transpose_class(self.root, interval)
        bass = transpose_class(self.bass, interval) if self.bass else ""
        return replace(self, root=root, bass="" if bass == root else bass)

    def __str__(self) -> str:
        return self.root + QUALITIES[self.quality][0] + (f"/{self.bass}" if self.bass else "")


def _pitch_class(name: str) -> int:
    return 7 * class_fifths(name) % 12


@lru_cache(maxsize=4096)
def _parse(text: str) -> ChordSymbol | None:
    match = _SYMBOL.fullmatch(text.strip())
    quality = _QUALITY_OF.get(match[3].translate(_PLAIN)) if match else None
    if match is None or quality is None:
        return None
    root = (match[1] + match[2]).translate(_PLAIN)
    bass = ((match[4] or "").upper() + (match[5] or "")).translate(_PLAIN)
    return ChordSymbol(root, quality, "" if bass == root else bass)
