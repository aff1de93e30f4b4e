"""The words of ABC music: one regular expression cuts a line of music into tokens.

Every character of a line belongs to a token or is white space (or a backtick, which only joins
beams), so nothing is lost; a character that means nothing is a token of its own. Section numbers
refer to the ABC 2.1 standard (abcnotation.com/wiki/abc:standard:v2.1).
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

LENGTH = r"\d*/*\d*"
TOKEN = re.compile(
    rf"""
      (?:\^\^?|__?|=)?[A-Ga-g][,']*{LENGTH}-?            # note (4.1 - 4.4) with its tie (4.11)
    | (?:\[\||\.\||[|:])[|:\]]*(?:\[?\d+(?:[,.-]\d+)*)?   # bar sign (4.8), ending (4.9)
    | [zx]{LENGTH} | [ZX]\d*                             # rest (4.5)
    | \[[A-Za-z]:[^][]*\]                                # inline field (3.2)
    | \[\d+(?:[,.-]\d+)*                                # ending
    | \[(?:"[^"]*"|[^]["|])*\]{LENGTH}-?                  # chord (4.17)
    | "[^"]*"                                            # chord symbol (4.18), annotation (4.19)
    | \(\d+(?::\d*){{0,2}}                               # tuplet (4.13)
    | \.?\( | \)                                         # slur (4.11)
    | >+ | <+                                            # broken rhythm (4.4)
    | \{{[^{{}}]*\}}                                     # grace notes (4.12)
    | ![^!\s|"]+! | \+[^+\s|"]+\+                        # decoration (4.14)
    | y\d*                                               # spacer (6.1.2)
    | [^\s`]                                             # short decoration, "&", "-", or a stray character
    """,
    re.VERBOSE,
)
NOTE = re.compile(r"(\^\^?|__?|=|)([A-Ga-gzx])([,']*)(\d*)(/*)(\d*)(-?)")
CHORD = re.compile(r"\[(.*)\](\d*)(/*)(\d*)(-?)", re.DOTALL)
IN_CHORD = re.compile(
    r"""(?:\^\^?|__?|=)?[A-Ga-gzx][,']*\d*/*\d*-? | "[^"]*" | ![^!\s]+! | \+[^+\s]+\+ | [^\s`]""", re.VERBOSE
)

STEP_LETTERS = frozenset("ABCDEFGabcdefg")
DECORATION_LETTERS = {
    ".": "staccato", "~": "roll", "H": "fermata", "L": "accent", "M": "lowermordent", "O": "coda",
    "P": "uppermordent", "S": "segno", "T": "trill", "u": "upbow", "v": "downbow",
}  # fmt: skip
"""One-letter decorations (4.14); a tune's ``U:`` may change them."""
USER_LETTERS = frozenset("HIJKLMNOPQRSTUVWhijklmnopqrstuvw~.")
"""Letters that may stand for a decoration (4.16)."""
IGNORED = frozenset("$*;?@#")
"""Characters reserved for later versions (8.1); a reader skips them."""
KNOWN_DECORATIONS = frozenset(
    """trill trill( trill) lowermordent uppermordent mordent pralltriller roll turn turnx invertedturn
    invertedturnx arpeggio > accent emphasis fermata invertedfermata tenuto 0 1 2 3 4 5 + plus snap slide
    wedge upbow downbow open thumb breath pppp ppp pp p mp mf f ff fff ffff sfz crescendo( <( crescendo)
    <) diminuendo( >( diminuendo) >) segno coda D.S. D.C. dacoda dacapo fine shortphrase mediumphrase
    longphrase staccato ^ marcato editorial courtesy D.S.alcoda D.S.alfine D.C.alcoda D.C.alfine ped ped-up
    sfp fp rfz sf dot umarcato irishroll tremolo / // /// ////""".split()
)
"""Decoration names of section 4.14 and those in general use since."""


class BarSign(NamedTuple):
    """What a bar sign says: fields as in `symbolic.score.Measure`; `bar` is empty for a bare ``[1``."""

    bar: str
    end_repeat: int
    start_repeat: int
    ending: tuple[int, ...]


_BAR_SHAPES = {
    "": "|", "|": "|", "||": "||", "|]": "|]", "[|": "[|", ".|": ".|", "[|]": "[|]", "|||": "|]",
    "]": "|]", "||]": "|]", "[||": "[|",
}  # fmt: skip
_BAR = re.compile(r"([^\d]*?)\[?(\d+(?:[,.-]\d+)*)?")
MAX_ENDING = 64


def is_bar(token: str) -> bool:
    """Whether a token is a bar sign or the start of an ending."""
    return token[0] in "|:" or token[:2] in {"[|", ".|"} or (token[0] == "[" and token[1:2].isdigit())


@lru_cache(maxsize=4096)
def bar_sign(token: str) -> BarSign:
    """Reads a bar sign such as ``|``, ``:|2``, ``::`` or ``[1,3``."""
    match = _BAR.fullmatch(token)
    if match is None:
        return BarSign("|", 0, 0, ())
    sign, numbers = match[1], match[2]
    ending = ending_numbers(numbers) if numbers else ()
    if not sign:
        return BarSign("", 0, 0, ending)
    bare = sign.strip(":")
    if not bare:  # "::" closes and opens a repeat
        return BarSign("|", 1, 1, ending) if len(sign) > 1 else BarSign("|", 0, 0, ending)
    if "|" in sign.partition("]:")[2]:  # "[|]:|", an invisible bar before the repeat sign
        sign = sign[sign.index("]:") + 1 :]
        bare = sign.strip(":")
    end_repeat = len(sign) - len(sign.lstrip(":"))
    start_repeat = len(sign) - len(sign.rstrip(":"))
    shape = _BAR_SHAPES.get(bare.replace(":", ""), "||")
    return BarSign("|" if end_repeat else shape, end_repeat, start_repeat, ending)


def ending_numbers(text: str) -> tuple[int, ...]:
    """The passes that an ending names: ``1,3`` → (1, 3); ``1-3`` → (1, 2, 3)."""
    numbers: set[int] = set()
    for part in re.split(r"[,.]", text):
        first, _, last = part.partition("-")
        if first.isdigit():
            low = min(int(first), MAX_ENDING)
            numbers.update(range(low, min(int(last), MAX_ENDING) + 1) if last.isdigit() else [low])
    return tuple(sorted(numbers - {0}))


MAX_LENGTH_DIGITS = 6


@lru_cache(maxsize=4096)
def length_factor(numerator: str, slashes: str, denominator: str) -> Fraction:
    """The multiple of the unit length that a note length means: ``3/2``, ``/`` = 1/2, ``//`` = 1/4.

    A number that is 0, or too long to be meant, counts as absent, as other programs read it.
    """
    top = (int(numerator) if numerator and len(numerator) <= MAX_LENGTH_DIGITS else 0) or 1
    if not slashes:
        return Fraction(top)
    if denominator and len(denominator) <= MAX_LENGTH_DIGITS and int(denominator):
        return Fraction(top, int(denominator) << (len(slashes) - 1 if len(slashes) < 8 else 0))
    return Fraction(top, 1 << min(len(slashes), 8))


def tuplet_numbers(token: str, compound: bool) -> tuple[int, int, int]:
    """(p, q, r) of a tuplet ``(p:q:r``: p notes in the time of q for the next r notes (4.13)."""
    numbers = [int(part) if part and len(part) < 4 else 0 for part in token[1:].split(":")]
    actual, normal, count = [*numbers, 0, 0][:3]
    actual = actual or 1
    if not normal:
        normal = {2: 3, 3: 2, 4: 3, 6: 2, 8: 3}.get(actual, 3 if compound else 2)
    return actual, normal, count or actual


@lru_cache(maxsize=16)
def _token_starts(line: str) -> tuple[int, ...]:
    return tuple(match.start() for match in TOKEN.finditer(line))


def column_of(line: str, index: int) -> int:
    """Column (from 1) of the `index`-th token of a line of music."""
    starts = _token_starts(line)
    return 1 + (starts[index] if index < len(starts) else len(line))
