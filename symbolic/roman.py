"""Roman numerals: what "viiø7/V" means in a key, and how a chord is written as one.

Written as in RomanText (Tymoczko et al., "The RomanText format", ISMIR 2019) with plain figures: an
accidental (``b`` ``#``), the degree (upper case for a major or augmented triad, lower for a minor or
diminished one), ``o`` ``ø`` ``+``, figured bass (``6 64 7 65 43 42``), and after a slash the degree in whose
key the chord stands (``V65/ii``). The German, Italian and French augmented sixths are ``Ger65 It6 Fr43``.

Degrees are those of the key's scale. In minor the sixth and seventh follow the chord: ``VI VII`` stand on the
lowered, ``vi vio viio`` on the raised ones, whether or not an accidental repeats it (music21's "cautionary").
A seventh is the scale's on an unaltered major triad (``V7`` dominant, ``I7`` major), minor on a minor or an
altered major one, diminished after ``o``, minor after ``ø``; ``maj7`` makes it major.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from symbolic.harmony import QUALITIES, ChordSymbol
from symbolic.key import Key
from symbolic.pitch import STEP_FIFTHS, STEPS, alter_sign, class_fifths, spell_fifths

DEGREES = ("I", "II", "III", "IV", "V", "VI", "VII")
TRIADS = ("maj", "min", "dim", "aug")
SEVENTHS = ("", "7", "ø7", "maj7")
FIGURES = ("", "6", "64"), ("7", "65", "43", "42")
"""Figured bass by inversion, of triads and of seventh chords."""
AUGMENTED_SIXTHS = {"It": ("7", "6"), "Ger": ("7", "65"), "Fr": ("7(*5,b5)", "43")}
"""Kind → (quality of the chord that sounds alike on the lowered sixth degree, usual figure)."""

UNKNOWN = "?"
"""What an analysis writes where it names no chord."""

_LABEL = re.compile(r"(?:([A-Ga-g](?:##?|bb?)?)\s*:\s*)?(\S+)")
_FIGURE_OF = {figure: (seventh, inversion) for seventh, row in enumerate(FIGURES) for inversion, figure in
              enumerate(row)} | {"53": (0, 0), "63": (0, 1), "2": (1, 3), "9": (1, 0), "11": (1, 0),
                                 "13": (1, 0)}  # fmt: skip
_NUMERAL = re.compile(
    r"(?P<accidental>##?|bb?|)(?P<degree>VII|VI|IV|V|III|II|I|vii|vi|iv|v|iii|ii|i)"
    r"(?P<sign>/o|ø|%|o|°|\+|)(?P<major>maj|M|)\^?(?P<figures>(?:\d[/^]?)*\d|)(?P<plus>\+?)"
)
_AUGMENTED_SIXTH = re.compile(r"(It|Ger|Fr)\+?(?:\d/?)*\d?")
_OMITTED = re.compile(r"\[(?:no|add)\d+[^\]]*\]")
_TRIAD_FIFTHS = {"maj": (0, 4, 1), "min": (0, -3, 1), "dim": (0, -3, -6), "aug": (0, 4, 8)}
"""Members of each triad on the line of fifths from the root."""
_SEVENTH_FIFTHS = {10: -2, 11: 5, 9: -9}
_QUALITY_OF = {
    ("maj", 10): "7", ("maj", 11): "maj7", ("min", 10): "min7", ("min", 11): "minmaj7", ("dim", 9): "dim7",
    ("dim", 10): "hdim7", ("aug", 10): "aug(b7)", ("aug", 11): "aug", ("dim", 11): "dim",
}  # fmt: skip
_TRIAD_OF = {quality: pair for pair, quality in _QUALITY_OF.items() if len(QUALITIES[quality][1]) == 4}
_MAX_APPLIED = 4


@dataclass(frozen=True, slots=True)
class RomanNumeral:
    """A chord as a degree of a key.

    Attributes:
        degree: 1 … 7.
        alter: semitones that the accidental moves the degree, -2 … 2.
        triad: one of `TRIADS`.
        seventh: one of `SEVENTHS`; empty for a triad, ``7`` for the usual seventh (see the module's first
            lines).
        inversion: 0 for root position … 3.
        applied: the degree in whose key this one stands (``V`` of ``V7/V``), or None.
        sixth: ``It``, ``Ger`` or ``Fr`` for an augmented sixth, whose other fields keep their defaults but
            for `degree` 6; else empty.

    Raises:
        ValueError: a field out of its range.
    """

    degree: int
    alter: int = 0
    triad: str = "maj"
    seventh: str = ""
    inversion: int = 0
    applied: RomanNumeral | None = None
    sixth: str = ""

    def __post_init__(self) -> None:
        if not 1 <= self.degree <= len(DEGREES):
            raise ValueError(f"degree must lie between 1 and 7, got {self.degree}")
        if not -2 <= self.alter <= 2:
            raise ValueError(f"alter must lie between -2 and 2, got {self.alter}")
        if self.triad not in TRIADS or self.seventh not in SEVENTHS:
            raise ValueError(
                f"triad must be one of {TRIADS}, seventh of {SEVENTHS}, got {self.triad!r}, {self.seventh!r}"
            )
        if self.seventh == "ø7" and self.triad != "dim":
            raise ValueError(f"the seventh ø7 must stand on a diminished triad, got {self.triad!r}")
        if not 0 <= self.inversion <= (3 if self.seventh else 2):
            raise ValueError(f"inversion must be 0 … 2, or 3 of a seventh chord, got {self.inversion}")
        if self.sixth and self.sixth not in AUGMENTED_SIXTHS:
            raise ValueError(f"sixth must be one of {', '.join(AUGMENTED_SIXTHS)}, got {self.sixth!r}")

    @classmethod
    def parse(cls, text: str) -> RomanNumeral | None:
        """Reads a numeral ("V65/ii", "vii/o7", "bII6", "IV6/4"); None when the text is not one.

        Ninths and larger are read as sevenths; ``[no3]`` and ``[add4]`` are passed over.
        """
        return _parse(_OMITTED.sub("", text.strip()))

    @classmethod
    def of(cls, chord: ChordSymbol, key: Key) -> RomanNumeral | None:
        """The numeral of a chord in a key, or None where none says it.

        A dominant seventh that is not the key's own is applied to the degree a fifth below. Chords that are
        no triads or sevenths, and those on a foreign bass, have no numeral here.
        """
        return next((found for found in _candidates(chord, key) if _sounds(found, key, chord)), None)

    def local_key(self, key: Key) -> Key:
        """The key that the degree belongs to: `key` itself, or the one it is applied to."""
        if self.applied is None:
            return key
        above = self.applied.local_key(key)
        tonic = _spelled(self.applied._root_fifths(above))
        return Key(tonic, "minor" if self.applied.triad in {"min", "dim"} else "major")

    def chord(self, key: Key) -> ChordSymbol:
        """The chord in a key, its bass by the inversion; an augmented sixth as the chord that sounds alike.

        Raises:
            ValueError: the key has no tonic.
        """
        if not key.tonic:
            raise ValueError("a Roman numeral needs a key with a tonic")
        return _chord(self, key)

    def same_in(self, other: RomanNumeral, key: Key) -> bool:
        """Whether two numerals mean the same in a key (in minor ``#vi`` = ``vi``)."""
        return (
            self.chord(key) == other.chord(key)
            and self.local_key(key) == other.local_key(key)
            and self.sixth == other.sixth
        )

    @property
    def figures(self) -> str:
        """The figured bass, e.g. ``65``."""
        if self.sixth:
            return AUGMENTED_SIXTHS[self.sixth][1]
        return FIGURES[bool(self.seventh)][self.inversion]

    def __str__(self) -> str:
        if self.sixth:
            head = self.sixth
        else:
            name = DEGREES[self.degree - 1]
            name = name.lower() if self.triad in {"min", "dim"} else name
            sign = {"aug": "+", "dim": "ø" if self.seventh == "ø7" else "o"}.get(self.triad, "")
            head = alter_sign(self.alter) + name + sign + ("maj" if self.seventh == "maj7" else "")
        return head + self.figures + (f"/{self.applied}" if self.applied else "")

    def _root_fifths(self, key: Key) -> int:
        """Place of the root on the line of fifths in the key that the degree belongs to."""
        if self.sixth:
            return class_fifths(key.tonic) - 4
        fifths = degree_fifths(key, self.degree)
        alter = self.alter
        if key.mode == "minor" and self.degree in {6, 7}:
            if self.triad in {"min", "dim"}:
                fifths += 7
                alter -= alter > 0
            else:
                alter += alter < 0
        return fifths + 7 * alter

    def _seventh_semitones(self, key: Key) -> int:
        """Semitones of the seventh above the root."""
        if self.seventh == "maj7":
            return 11
        if self.triad == "dim":
            return 10 if self.seventh == "ø7" else 9
        if self.triad == "min" or self.alter:
            return 10
        seventh = degree_fifths(key, (self.degree + 5) % 7 + 1)
        return 11 if 7 * (seventh - self._root_fifths(key)) % 12 == 11 else 10


def label(numeral: RomanNumeral, key: Key | None = None) -> str:
    """The words of an analysis over a chord: ``V65``, and where the key changes ``a: V65`` (small for minor).

    Raises:
        ValueError: the key is neither major nor minor.
    """
    if key is None:
        return str(numeral)
    if key.mode not in {"major", "minor"}:
        raise ValueError(f"an analysis knows major and minor keys, got {key}")
    tonic = key.tonic if key.mode == "major" else key.tonic[0].lower() + key.tonic[1:]
    return f"{tonic}: {numeral}"


def read_label(text: str) -> tuple[Key | None, RomanNumeral | None] | None:
    """Key and numeral of a `label`, the key None where it stays; None for other words.

    A question mark stands for a chord that the analysis leaves open; its numeral is None.
    """
    match = _LABEL.fullmatch(text.strip())
    if match is None:
        return None
    tonic, rest = match.groups()
    numeral = RomanNumeral.parse(rest)
    if numeral is None and rest != UNKNOWN:
        return None
    key = Key(tonic[0].upper() + tonic[1:], "major" if tonic[0].isupper() else "minor") if tonic else None
    return key, numeral


def degree_fifths(key: Key, degree: int) -> int:
    """Place on the line of fifths of a degree, 1 … 7, of a key's scale."""
    step = STEPS[(STEPS.index(key.tonic[0]) + degree - 1) % 7]
    return STEP_FIFTHS[step] + 7 * key.signature[step]


@lru_cache(maxsize=8192)
def _parse(text: str, depth: int = 0) -> RomanNumeral | None:
    match = _AUGMENTED_SIXTH.match(text)
    found = RomanNumeral(6, sixth=match[1]) if match else None
    if match is None:
        match = _NUMERAL.match(text)
        found = _plain(match) if match else None
    if match is None or found is None or depth > _MAX_APPLIED:
        return None
    rest = text[match.end() :]
    if not rest:
        return found
    applied = _parse(rest[1:], depth + 1) if rest[0] == "/" else None
    return replace(found, applied=applied) if applied else None


def _plain(match: re.Match[str]) -> RomanNumeral | None:
    """The numeral that a match of `_NUMERAL` writes, without what it is applied to."""
    figures = _FIGURE_OF.get(match["figures"].replace("/", "").replace("^", ""))
    if figures is None:
        return None
    has_seventh, inversion = figures
    upper = match["degree"].isupper()
    half = match["sign"] in {"ø", "/o", "%"}
    triad = "maj" if upper else "min"
    if match["sign"] in {"o", "°"} or half:
        triad = "dim"
    elif match["sign"] == "+" or match["plus"]:
        triad = "aug"
    if (triad == "aug" and not upper) or (triad == "dim" and (upper or match["plus"])):
        return None
    seventh = "" if not has_seventh else "ø7" if half else "maj7" if match["major"] else "7"
    if match["major"] and not has_seventh:
        return None
    alter = len(match["accidental"]) * (-1 if match["accidental"].startswith("b") else 1)
    return RomanNumeral(DEGREES.index(match["degree"].upper()) + 1, alter, triad, seventh, inversion)


@lru_cache(maxsize=8192)
def _chord(numeral: RomanNumeral, key: Key) -> ChordSymbol:
    local = numeral.local_key(key)
    root = numeral._root_fifths(local)
    if numeral.sixth:
        return ChordSymbol(_spelled(root), AUGMENTED_SIXTHS[numeral.sixth][0])
    members: tuple[int, ...] = _TRIAD_FIFTHS[numeral.triad]
    quality = numeral.triad
    if numeral.seventh:
        semitones = numeral._seventh_semitones(local)
        members = (*members, _SEVENTH_FIFTHS[semitones])
        quality = _QUALITY_OF[numeral.triad, semitones]
    bass = _spelled(root + members[numeral.inversion]) if numeral.inversion else ""
    name = _spelled(root)
    return ChordSymbol(name, quality, "" if bass == name else bass)


def _spelled(fifths: int) -> str:
    """The class at a place on the line of fifths; beyond double sharps and flats one that sounds alike."""
    step, alter = spell_fifths(fifths)
    if abs(alter) > 2:
        step, alter = spell_fifths((fifths + 4) % 12 - 4)
    return step + alter_sign(alter)


def _candidates(chord: ChordSymbol, key: Key) -> Iterator[RomanNumeral]:
    """Numerals that may say a chord, the one to prefer first."""
    if _inversion(chord) is None or not key.tonic:
        return
    root = class_fifths(chord.root)
    if chord.quality != "7":
        yield from _unapplied(chord, key, root)
    else:
        scale = {degree_fifths(key, degree) for degree in range(1, 8)}
        if scale >= {root, root + 4, root + 1, root - 2}:
            yield from _unapplied(chord, key, root)
        yield from _dominants(chord, key, scale)
        yield from _unapplied(chord, key, root)
        below = RomanNumeral.of(ChordSymbol(_spelled(root - 1)), key)
        yield RomanNumeral(5, 0, "maj", "7", _inversion(chord) or 0, below)
    yield from _unapplied(chord, key, root + 12)
    yield from _unapplied(chord, key, root - 12)


def _unapplied(chord: ChordSymbol, key: Key, root: int) -> Iterator[RomanNumeral]:
    """Numerals of the key itself whose root is spelled at a place on the line of fifths."""
    known = (chord.quality, 0) if chord.quality in TRIADS else _TRIAD_OF.get(chord.quality)
    if known is None:
        return
    triad, seventh_semitones = known
    sevenths = ("",) if not seventh_semitones else ("ø7",) if chord.quality == "hdim7" else ("7", "maj7")
    step, _ = spell_fifths(root)
    degree = (STEPS.index(step) - STEPS.index(key.tonic[0])) % 7 + 1
    for seventh in sevenths:
        for alter in (0, -1, 1):
            yield RomanNumeral(degree, alter, triad, seventh, _inversion(chord) or 0)


def _dominants(chord: ChordSymbol, key: Key, scale: set[int]) -> Iterator[RomanNumeral]:
    """A dominant seventh as that of the major or minor triad of the scale a fifth below."""
    target = class_fifths(chord.root) - 1
    for triad, third in (("maj", 4), ("min", -3)):
        if scale >= {target, target + third, target + 1}:
            found = RomanNumeral.of(ChordSymbol(_spelled(target), triad), key)
            own = found is None or (found.degree, found.alter) == (1, 0)
            yield RomanNumeral(5, 0, "maj", "7", _inversion(chord) or 0, None if own else found)


def _inversion(chord: ChordSymbol) -> int | None:
    """Which member of the chord is its bass, or None for a foreign one."""
    if not chord.bass:
        return 0
    above = 7 * (class_fifths(chord.bass) - class_fifths(chord.root)) % 12
    members = QUALITIES[chord.quality][1]
    return members.index(above) if above in members else None


def _sounds(numeral: RomanNumeral, key: Key, chord: ChordSymbol) -> bool:
    """Whether a numeral is the chord in a key, but for spelling."""
    found = numeral.chord(key)
    same = found.pitch_classes[0] == chord.pitch_classes[0] and found.quality == chord.quality
    return same and _inversion(found) == _inversion(chord)
