"""How an exact duration is written: note types, dots, tuplets, and ties between several notes.

A note head can say ``2**k`` quarters and up to three dots; anything else is a tuplet (the odd part of
the denominator) or a sum of notes tied together.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from symbolic.errors import UnsupportedFeatureError

TYPES = (
    "maxima", "longa", "breve", "whole", "half", "quarter", "eighth", "16th", "32nd", "64th", "128th",
    "256th", "512th", "1024th",
)  # fmt: skip
"""Note types from 32 quarters down, each half of the one before."""
MAX_DOTS = 3
_LONGEST = Fraction(32)


@dataclass(frozen=True, slots=True)
class Written:
    """One note head.

    Attributes:
        type: a name in `TYPES`.
        dots: augmentation dots.
        actual: notes of its tuplet, played …
        normal: … in the time of so many; both 1 outside of tuplets.
    """

    type: str
    dots: int
    actual: int = 1
    normal: int = 1

    @property
    def quarters(self) -> Fraction:
        """Sounding length in quarter notes."""
        undotted = _LONGEST / (1 << TYPES.index(self.type))
        return undotted * (2 - Fraction(1, 1 << self.dots)) * self.normal / self.actual


def written(duration: Fraction, ratio: tuple[int, int] | None = None) -> list[Written]:
    """The note heads that, tied together, last `duration` quarters.

    Args:
        duration: sounding length in quarter notes, more than 0.
        ratio: actual and normal number of notes of the tuplet that the note stands in.

    Raises:
        UnsupportedFeatureError: shorter than a 1024th note, or a tuplet of more than 255 notes.
    """
    actual, normal = ratio or (1, 1)
    face = duration * actual / normal
    odd = face.denominator // (face.denominator & -face.denominator)
    if odd > 1:
        inner = 2 ** (odd.bit_length() - 1)
        actual, normal, face = actual * odd, normal * inner, face * odd / inner
    if actual > 255 or normal > 255 or face.denominator > 256:
        raise UnsupportedFeatureError(
            f"a duration of {duration} quarters is too fine to be written in MusicXML"
        )
    heads = []
    while face:
        head = _largest(face)
        heads.append(Written(head.type, head.dots, actual, normal))
        face -= head.quarters
    return heads


def _largest(face: Fraction) -> Written:
    """The longest note head that fits in `face` quarters."""
    for index, name in enumerate(TYPES):
        undotted = _LONGEST / 2**index
        if undotted <= face:
            dots = MAX_DOTS if index + MAX_DOTS < len(TYPES) else 0
            while undotted * (2 - Fraction(1, 2**dots)) > face:
                dots -= 1
            return Written(name, dots)
    raise UnsupportedFeatureError(f"a duration of {face} quarters is too fine to be written in MusicXML")
