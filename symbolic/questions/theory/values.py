"""Questions about note values: dots, tuplets, ties, rests, names."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from symbolic.questions.base import Question
from symbolic.questions.theory.forms import FRACTION, NUMBER, fraction_text
from symbolic.questions.theory.lengths import BRITISH, NAME_OF, NAMED, PLAIN, neighbours, plural
from symbolic.questions.theory.making import Area, free, make, near, shuffled
from symbolic.questions.theory.names import an, capital, listing, pitched

AREA = "note-values"
TUPLETS = {2: 3, 3: 2, 5: 4, 6: 4, 7: 4, 9: 8}
"""Notes of a tuplet → in the time of how many, as they are taught for simple metres (2: compound)."""


def how_many(rng: Random) -> Question:
    """How many small notes make a long one?"""
    while True:
        name, small = rng.choice(list(NAMED)), rng.choice(list(PLAIN)[2:])
        count = NAMED[name] / PLAIN[small]
        if count.denominator == 1 and count > 1:
            break
    plain = int(PLAIN[name.split()[-2]] / PLAIN[small])
    times = rng.randint(1, 4)
    total = int(count) * times
    return make(
        rng,
        AREA,
        (
            f"How many {small} notes last as long as {plural(name, times) if times > 1 else an(name)}?",
            f"{plural(name, times)} = how many {small} notes?",
        ),
        str(total),
        near(total, plain * times, plain * times * 2, total + times),
        f"{capital(an(name))} lasts {fraction_text(NAMED[name])} of a whole note and {an(small)} note "
        f"{fraction_text(PLAIN[small])}: {count} each, {total} in all.",
        form=NUMBER,
    )


def dotted(rng: Random) -> Question:
    """What does a dotted note last?"""
    name = rng.choice([name for name in NAMED if "dotted" in name])
    parts = [PLAIN[name.split()[-2]] / 2**power for power in range(3 if name.startswith("double") else 2)]
    truth = " + ".join(fraction_text(part) for part in parts)
    base = parts[0]
    wrong = [
        [base, base],
        [base, base / 4],
        [base, base / 2, base / 4] if len(parts) == 2 else [base, base / 2],
        [base, base / 3],
        [base, base / 2, base / 2],
    ]
    return make(
        rng,
        AREA,
        (
            f"How long is {an(name)}, in parts of a whole note?",
            f"Which sum of parts of a whole note is {an(name)}?",
        ),
        truth,
        (" + ".join(map(fraction_text, parts)) for parts in wrong),
        f"The note itself is {fraction_text(base)} of a whole note; each dot adds half of what was added "
        f"last: {truth}.",
    )


def total_length(rng: Random) -> Question:
    """The sum of several notes."""
    names = [
        rng.choice([name for name in NAMED if NAMED[name] >= Fraction(1, 16)])
        for _ in range(rng.randint(2, 4))
    ]
    total = sum((NAMED[name] for name in names), Fraction(0))
    undotted = sum((PLAIN[name.split()[-2]] for name in names), Fraction(0))
    wrong = [undotted, total + Fraction(1, 8), total - Fraction(1, 16), total + Fraction(1, 16), total * 2]
    return make(
        rng,
        AREA,
        (
            f"What is the length of {listing([an(name) for name in names])} together, as a fraction of a "
            "whole note?",
            f"Add up: {' + '.join(names)}. Give the sum as a fraction of a whole note.",
        ),
        fraction_text(total),
        (fraction_text(value) for value in wrong if value > 0),
        f"{' + '.join(fraction_text(NAMED[name]) for name in names)} = {fraction_text(total)}.",
        form=FRACTION,
        subject="reasoning",
    )


def tied(rng: Random) -> Question:
    """Which single note equals two tied ones?"""
    target = rng.choice([name for name in NAMED if "dotted" in name])
    base = PLAIN[target.split()[-2]]
    rest = NAMED[target] - base
    parts = [NAME_OF[base], NAME_OF[rest]]
    if rng.random() < 0.3:
        parts = [NAME_OF[base / 2], NAME_OF[base / 2], NAME_OF[rest]]
    rng.shuffle(parts)
    return make(
        rng,
        AREA,
        (
            f"{capital(listing([an(name) for name in parts]))} are tied together. Which single note lasts "
            "as long?",
            f"Which one note replaces these tied notes: {' + '.join(parts)}?",
        ),
        target,
        neighbours(NAMED[target]),
        f"{' + '.join(fraction_text(NAMED[name]) for name in parts)} = {fraction_text(NAMED[target])} of a "
        f"whole note, {an(target)}.",
        subject="reasoning",
    )


def tuplet_note(rng: Random) -> Question:
    """How long is one note of a tuplet?"""
    count = rng.choice((3, 5, 6, 7))
    name = rng.choice(list(PLAIN)[1:5])
    normal = TUPLETS[count]
    truth = PLAIN[name] * normal / count
    wrong = [
        PLAIN[name],
        PLAIN[name] / count,
        PLAIN[name] * count / normal,
        truth * normal,
        truth / 2,
        truth * 2,
    ]
    group = f"{count} {name} notes in the time of {normal}"
    return make(
        rng,
        AREA,
        (
            f"How long is one note of a tuplet of {group}, as a fraction of a whole note?",
            f"A tuplet has {group}. Which fraction of a whole note does each of its notes last?",
        ),
        fraction_text(truth),
        map(fraction_text, wrong),
        f"The group lasts {normal} times {fraction_text(PLAIN[name])} = "
        f"{fraction_text(PLAIN[name] * normal)}; each note is a {count}{'rd' if count == 3 else 'th'} of "
        f"it: {fraction_text(truth)}.",
        form=FRACTION,
        subject="reasoning",
    )


def tuplet_length(rng: Random) -> Question:
    """How long is a whole tuplet?"""
    count = rng.choice((3, 5, 6, 7, 9))
    name = rng.choice(list(PLAIN)[1:5])
    groups = rng.randint(1, 4)
    normal = TUPLETS[count]
    truth = PLAIN[name] * normal * groups
    wrong = [
        PLAIN[name] * count * groups,
        PLAIN[name] * groups,
        truth * 2,
        truth / 2,
        PLAIN[name] * (normal + 1) * groups,
    ]
    many = f"{groups} tuplets" if groups > 1 else "a tuplet"
    return make(
        rng,
        AREA,
        (
            f"How long {'are' if groups > 1 else 'is'} {many} of {count} {name} notes in the time of "
            f"{normal} {'altogether, ' if groups > 1 else ''}as a fraction of a whole note?",
            f"Give the length of {many}{' together' if groups > 1 else ''} ({count} {name} notes in the "
            f"time of {normal}{' each' if groups > 1 else ''}) as a fraction of a whole note.",
        ),
        fraction_text(truth),
        map(fraction_text, wrong),
        f"A tuplet lasts as long as the {normal} notes it replaces: {normal} times "
        f"{fraction_text(PLAIN[name])}{f', times {groups}' if groups > 1 else ''} = {fraction_text(truth)}.",
        form=FRACTION,
    )


def other_name(rng: Random) -> Question:
    """British and American names."""
    name = rng.choice(list(BRITISH))
    dots = rng.choice(("", "dotted "))
    american, british = f"{dots}{name} note", f"{dots}{BRITISH[name]}"
    if rng.random() < 0.5:
        stem = f"What is {an(american)} called in British usage?"
        truth, others = british, [f"{dots}{BRITISH[other]}" for other in BRITISH]
    else:
        stem = f"What is {an(british)} called in American usage?"
        truth, others = american, [f"{dots}{other} note" for other in PLAIN]
    length = PLAIN[name] * (Fraction(3, 2) if dots else 1)
    place = others.index(truth)
    nearest = sorted(others, key=lambda other: abs(others.index(other) - place))
    reason = f"{capital(an(american))} is {an(british)}: {fraction_text(length)} of a whole note."
    return make(rng, AREA, (stem,), truth, nearest, reason)


def flags(rng: Random) -> Question:
    """How many beams or flags, how many notes to a beat?"""
    name = rng.choice(["eighth", "sixteenth", "thirty-second"])
    count = rng.randint(2, 8)
    beams = list(PLAIN).index(name) - 2
    total = beams * count
    return make(
        rng,
        AREA,
        (
            f"{count} single {name} notes are written with flags instead of beams. How many flags are there "
            "in all?",
            f"How many flags do {count} separate {name} notes carry together?",
        ),
        str(total),
        near(total, count, (beams + 1) * count),
        f"A single {name} note has {beams} flag{'s' if beams > 1 else ''}; {count} of them have {total}.",
        form=NUMBER,
    )


def longest_shown(rng: Random) -> Question:
    """The total length of a few notes in ABC."""
    lengths = [
        rng.choice([value for value in NAMED.values() if Fraction(1, 16) <= value <= Fraction(3, 4)])
        for _ in range(4)
    ]
    total = sum(lengths, Fraction(0))
    items = [(pitched(rng.choice("CDEFGAB"), 4), 4 * length) for length in lengths]
    wrong = [total + Fraction(1, 8), total - Fraction(1, 8), total + Fraction(1, 16), total - Fraction(1, 16)]
    return make(
        rng,
        AREA,
        (
            "How long do the notes shown last together, as a fraction of a whole note?",
            "Add up the lengths of all notes shown; give a fraction of a whole note.",
        ),
        fraction_text(total),
        (fraction_text(value) for value in wrong if value > 0),
        f"The lengths are {', '.join(map(fraction_text, lengths))}; their sum is {fraction_text(total)}.",
        form=FRACTION,
        subject="reasoning",
        score=free(*items),
    )


def ordered(rng: Random) -> Question:
    """Which note is the longest or shortest?"""
    names = rng.sample(list(NAMED), 4)
    longest = rng.random() < 0.5
    truth = (max if longest else min)(names, key=lambda name: NAMED[name])
    shown = shuffled(rng, names)
    word = "longest" if longest else "shortest"
    return make(
        rng,
        AREA,
        (f"Which is the {word}: {listing([an(name) for name in shown], 'or')}?",),
        truth,
        (name for name in shown if name != truth),
        f"In parts of a whole note they last {', '.join(fraction_text(NAMED[name]) for name in shown)}; the "
        f"{word} is {an(truth)}.",
    )


VALUE_QUESTIONS = Area(
    AREA,
    (
        how_many,
        dotted,
        total_length,
        tied,
        tuplet_note,
        tuplet_length,
        other_name,
        flags,
        longest_shown,
        ordered,
    ),
)
