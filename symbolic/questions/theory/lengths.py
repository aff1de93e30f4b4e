"""Note lengths by name: what is written with one sign, and how it is called.

A length is a fraction of a whole note; in scores it is four times that, in quarter notes.
"""

from __future__ import annotations

from fractions import Fraction

PLAIN = {
    "whole": Fraction(1),
    "half": Fraction(1, 2),
    "quarter": Fraction(1, 4),
    "eighth": Fraction(1, 8),
    "sixteenth": Fraction(1, 16),
    "thirty-second": Fraction(1, 32),
}
BRITISH = {
    "whole": "semibreve",
    "half": "minim",
    "quarter": "crotchet",
    "eighth": "quaver",
    "sixteenth": "semiquaver",
    "thirty-second": "demisemiquaver",
}
NAMED = {
    **{f"{name} note": length for name, length in PLAIN.items()},
    **{
        f"dotted {name} note": length * Fraction(3, 2)
        for name, length in PLAIN.items()
        if name != "thirty-second"
    },
    **{f"double-dotted {name} note": length * Fraction(7, 4) for name, length in list(PLAIN.items())[:4]},
}
"""Every note that one sign with its dots can write → its length."""
NAME_OF = {length: name for name, length in NAMED.items()}


def neighbours(length: Fraction) -> list[str]:
    """Names of the other lengths, nearest first."""
    others = [name for name, other in NAMED.items() if other != length]
    return sorted(others, key=lambda name: (max(NAMED[name] / length, length / NAMED[name]), name))


def plural(name: str, count: int) -> str:
    """``3 eighth notes``."""
    return f"{count} {name}{'' if count == 1 else 's'}"
