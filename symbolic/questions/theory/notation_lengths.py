"""Questions about lengths, tuplets, bars and repeats in ABC notation (the ABC music standard 2.1)."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from symbolic.questions.base import Question
from symbolic.questions.theory.forms import FRACTION, NUMBER, fraction_text
from symbolic.questions.theory.making import Generator, make, metre, near, shuffled

AREA = "abc-notation"
UNITS = ("1/4", "1/8", "1/16")


def length_text(length: Fraction) -> str:
    """A length in units as ABC writes it behind a note."""
    if length == 1:
        return ""
    if length.numerator == 1:
        return "/" if length.denominator == 2 else f"/{length.denominator}"
    return str(length.numerator) if length.denominator == 1 else f"{length.numerator}/{length.denominator}"


def note_length(rng: Random) -> Question:
    """How long is c3/2?"""
    unit = rng.choice(UNITS)
    factor = rng.choice(
        [
            Fraction(n)
            for n in ("1", "2", "3", "4", "6", "8", "1/2", "1/4", "3/2", "3/4", "5/2", "7/2", "7", "5")
        ]
    )
    letter = rng.choice("CDEFGABcdefgabz")
    text = letter + length_text(factor)
    truth = factor * Fraction(unit)
    wrong = [factor, truth * 2, truth / 2, truth * 4, Fraction(unit) / factor, truth + Fraction(unit)]
    name = "rest" if letter == "z" else "note"
    return make(
        rng,
        AREA,
        (
            f"With L:{unit}, how long is {text} in ABC notation, as a fraction of a whole note?",
            f"An ABC tune has L:{unit}. Which fraction of a whole note does the {name} {text} last?",
        ),
        fraction_text(truth),
        map(fraction_text, wrong),
        f"{text} lasts {factor} times the unit length: {factor} x {unit} = {fraction_text(truth)}.",
        form=FRACTION,
    )


def write_length(rng: Random) -> Question:
    """How is a length written?"""
    unit, letter = rng.choice(UNITS), rng.choice("CDEFGABcdefgab")
    length = rng.choice(
        [Fraction(n) for n in ("1/2", "1/4", "1/8", "1/16", "3/4", "3/8", "3/16", "1", "7/8", "5/8")]
    )
    factor = length / Fraction(unit)
    wrong = [factor * 2, factor / 2, factor * 4, factor + 1, factor / 4, factor * 8]
    return make(
        rng,
        AREA,
        (
            f"With L:{unit}, how does ABC write the note {letter} lasting {fraction_text(length)} of a "
            "whole note?",
            f"In a tune with L:{unit}: which text is the note {letter} with a length of "
            f"{fraction_text(length)}?",
        ),
        letter + length_text(factor),
        (letter + length_text(other) for other in wrong if other.denominator <= 8),
        f"{fraction_text(length)} divided by the unit {unit} is {factor}: {letter + length_text(factor)}.",
    )


def broken_rhythm(rng: Random) -> Question:
    """How long are the notes of A>B?"""
    unit, factor = rng.choice(UNITS), rng.choice((1, 2))
    sign, first_long = rng.choice(((">", True), ("<", False)))
    double = rng.random() < 0.25
    base = Fraction(unit) * factor
    share = Fraction(7, 4) if double else Fraction(3, 2)
    pair = (base * share, base * (2 - share))
    truth = pair if first_long else pair[::-1]
    a, b = rng.sample("ABcdefG", 2)
    count = str(factor) if factor > 1 else ""
    text = f"{a}{count}{sign * (2 if double else 1)}{b}{count}"

    def told(lengths: tuple[Fraction, ...]) -> str:
        return " and ".join(map(fraction_text, lengths))

    other = Fraction(3, 2) if double else Fraction(7, 4)
    wrong = [
        truth[::-1],
        (base, base),
        (base * 2, base),
        (base * other, base * (2 - other)),
        (base * Fraction(4, 3), base * Fraction(2, 3)),
    ]
    return make(
        rng,
        AREA,
        (
            f"With L:{unit}, how long are the two notes of {text}, as fractions of a whole note?",
            f"L:{unit}. Which lengths (of a whole note) have the notes of {text}?",
        ),
        told(truth),
        map(told, wrong),
        f"{'>>' if double else '>'} gives the first note {share} of its length and the second {2 - share}; "
        f"< is the reverse. From {fraction_text(base)} each: {told(truth)}.",
    )


def default_length(rng: Random) -> Question:
    """Which unit length holds where L: is missing?"""
    name = rng.choice("2/4 3/4 4/4 6/8 9/8 12/8 3/8 2/2 5/4 5/8 7/8 6/4 4/8 3/2 3/16 6/16 2/8".split())
    ratio = metre(name).bar_quarters / 4
    truth = "1/16" if ratio < Fraction(3, 4) else "1/8"
    return make(
        rng,
        AREA,
        (
            f"An ABC tune has M:{name} and no L: field. What is its unit note length?",
            f"Which L: applies by default when the header says M:{name}?",
        ),
        truth,
        [unit for unit in ("1/8", "1/16", "1/4", "1/2") if unit != truth],
        f"{name} as a number is {float(ratio):g}; below 0.75 the default is 1/16, else 1/8.",
        form=FRACTION,
    )


def tuplet(rng: Random) -> Question:
    """How long is a tuplet?"""
    count, normal = rng.choice(((3, 2), (2, 3), (4, 3), (6, 2)))
    unit = rng.choice(UNITS)
    factor = rng.choice((1, 2))
    notes = "".join(rng.choice("ABcdefG") + ("2" if factor == 2 else "") for _ in range(count))
    truth = Fraction(unit) * factor * normal
    wrong = [
        Fraction(unit) * factor * count,
        Fraction(unit) * factor,
        truth * 2,
        truth / 2,
        truth + Fraction(unit) * factor,
    ]
    return make(
        rng,
        AREA,
        (
            f"With L:{unit}, how long is ({count}{notes} altogether in ABC notation, as a fraction of a "
            "whole note?",
            f"L:{unit}. What is the whole length of ({count}{notes} as a fraction of a whole note?",
        ),
        fraction_text(truth),
        map(fraction_text, wrong),
        f"({count} puts {count} notes into the time of {normal}: {normal} x "
        f"{fraction_text(Fraction(unit) * factor)} = {fraction_text(truth)}.",
        form=FRACTION,
    )


def fills_bar(rng: Random) -> Question:
    """Which text fills a bar?"""
    name, unit = rng.choice("2/4 3/4 4/4 6/8 9/8 3/8".split()), "1/8"
    size = int(metre(name).bar_quarters * 2)

    def text(total: int) -> str:
        found, left = [], total
        while left:
            length = rng.choice([value for value in (1, 1, 2, 2, 3, 4) if value <= left])
            found.append(rng.choice("DEFGABcde") + (str(length) if length > 1 else ""))
            left -= length
        return "".join(found) + "|"

    truth = text(size)
    wrong = [text(size + by) for by in (1, -1, 2)]
    listed = "  ".join(shuffled(rng, (truth, *wrong)))
    return make(
        rng,
        AREA,
        (f"With M:{name} and L:{unit}, which of these ABC texts is exactly one full bar?  {listed}",),
        truth,
        shuffled(rng, wrong),
        f"A bar of {name} holds {size} units of {unit}; only {truth} adds up to that.",
        subject="reasoning",
    )


def count_units(rng: Random) -> Question:
    """How many units does a bar of ABC last?"""
    lengths = [rng.choice((1, 1, 2, 2, 3, 4)) for _ in range(rng.randint(3, 7))]
    text = "".join(rng.choice("DEFGABcdez") + (str(length) if length > 1 else "") for length in lengths)
    unit, total = rng.choice(UNITS), sum(lengths)
    return make(
        rng,
        AREA,
        (
            f"How many unit lengths (L:{unit}) does the ABC text {text} last?",
            f"With L:{unit}, how many notes of length {unit} would last as long as {text}?",
        ),
        str(total),
        near(total, len(lengths)),
        f"{' + '.join(map(str, lengths))} = {total}.",
        form=NUMBER,
    )


def repeats(rng: Random) -> Question:
    """How many bars does a text with repeat signs play?"""
    first, second = rng.randint(1, 4), rng.randint(1, 4)
    repeat_second = rng.random() < 0.5

    def bars(count: int) -> str:
        return "|".join("".join(rng.choice("DEFGABcd") for _ in range(4)) for _ in range(count))

    text = f"|:{bars(first)}:|" + (f"|:{bars(second)}:|" if repeat_second else f"{bars(second)}|]")
    total = 2 * first + (2 if repeat_second else 1) * second
    return make(
        rng,
        AREA,
        (
            f"How many bars are played in this ABC text, repeats included? {text}",
            f"Count the bars as played: {text}",
        ),
        str(total),
        near(total, first + second, 2 * (first + second)),
        f"The first part has {first} bar{'s' if first > 1 else ''} and is repeated, the second "
        f"{second}{' and is repeated' if repeat_second else ''}: {total}.",
        form=NUMBER,
        subject="reasoning",
    )


LENGTH_GENERATORS: tuple[Generator, ...] = (
    note_length,
    write_length,
    broken_rhythm,
    default_length,
    tuplet,
    fills_bar,
    count_units,
    repeats,
)
