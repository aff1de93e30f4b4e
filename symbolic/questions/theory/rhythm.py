"""Questions about syncopation, hemiola, polyrhythm, accents and where notes fall in the bar."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd, lcm
from random import Random

from symbolic.questions.base import Question
from symbolic.questions.theory.forms import NUMBER
from symbolic.questions.theory.making import Area, Timed, make, metre, near, passage, shuffled
from symbolic.questions.theory.names import listing, pitched

AREA = "rhythm"
SYNCOPATED = (
    (1, 2, 1, 2, 2),
    (1, 2, 2, 2, 1),
    (2, 1, 2, 1, 2),
    (1, 2, 1, 4),
    (1, 2, 1, 1, 2, 1),
    (4, 1, 2, 1),
)
PLAIN = (
    (2, 2, 2, 2),
    (4, 2, 2),
    (2, 1, 1, 2, 2),
    (3, 1, 2, 2),
    (1, 1, 2, 1, 1, 2),
    (4, 3, 1),
    (2, 2, 4),
    (1, 1, 1, 1, 4),
    (2, 2, 1, 1, 2),
    (3, 1, 3, 1),
    (4, 4),
    (2, 2, 3, 1),
)
"""Bars of 4/4 in eighths, with and without a note that begins off the beat and lasts over the next beat."""
ADDITIVE = {
    "5/8": ((2, 3), (3, 2)),
    "7/8": ((2, 2, 3), (3, 2, 2), (2, 3, 2)),
    "8/8": ((3, 3, 2), (3, 2, 3), (2, 3, 3)),
    "9/8": ((2, 2, 2, 3), (3, 2, 2, 2), (2, 3, 2, 2)),
    "10/8": ((3, 3, 2, 2), (3, 2, 3, 2), (2, 3, 2, 3)),
    "11/8": ((2, 2, 3, 2, 2), (3, 3, 3, 2)),
}
HEMIOLAS = {
    "two bars of 3/4": ("quarter", 3),
    "two bars of 3/8": ("eighth", 3),
    "two bars of 3/2": ("half", 3),
    "one bar of 6/8": ("eighth", 3),
    "one bar of 6/4": ("quarter", 3),
    "one bar of 12/8": ("eighth", 6),
}
"""Where a hemiola stands → (the note values that are paired, how many pairs)."""
COUNTS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}
HALF = Fraction(1, 2)


def _line(rng: Random, bars: Sequence[tuple[int, ...]]) -> list[Timed]:
    """Bars in eighths with random notes of one scale."""
    return [
        (pitched(rng.choice("CDEFGAB"), rng.choice((4, 4, 5))), length * HALF)
        for bar in bars
        for length in bar
    ]


def is_syncopated(bar: tuple[int, ...]) -> bool:
    """Whether a note begins between the quarter beats and sounds on over the next one."""
    onset = 0
    for length in bar:
        if onset % 2 and length > 1:
            return True
        onset += length
    return False


def syncopated_bar(rng: Random) -> Question:
    """Which bar has a syncopation?"""
    bars = [rng.choice(PLAIN) for _ in range(4)]
    place = rng.randrange(4)
    bars[place] = rng.choice(SYNCOPATED)
    return make(
        rng,
        AREA,
        (
            "Which bar of this passage in 4/4 is syncopated?",
            "One of these four bars has a syncopation. What is its number?",
        ),
        str(place + 1),
        shuffled(rng, (str(number) for number in range(1, 5) if number != place + 1)),
        f"In bar {place + 1} a note begins between two beats and lasts over the next beat; in the others "
        "every longer note begins on a beat.",
        form=NUMBER,
        subject="reasoning",
        score=passage(_line(rng, bars)),
    )


def which_is_syncopated(rng: Random) -> Question:
    """Which rhythm in words is syncopated?"""
    names = {1: "eighth", 2: "quarter", 3: "dotted quarter", 4: "half"}

    def told(bar: tuple[int, ...]) -> str:
        return " ".join(names[length] for length in bar).replace("dotted quarter", "dotted-quarter")

    bar = rng.choice(SYNCOPATED)
    plain = rng.sample(PLAIN, 3)
    truth = told(bar)
    listed = "; ".join(shuffled(rng, [truth, *map(told, plain)]))
    return make(
        rng,
        AREA,
        (f"Which of these bars of 4/4 is syncopated: {listed}?",),
        truth,
        map(told, plain),
        "It has a note that begins between two beats and sounds on over the next beat.",
    )


def note_on_beat(rng: Random) -> Question:
    """On which eighth does the nth note begin?"""
    bar = rng.choice(PLAIN + SYNCOPATED)
    place = rng.randint(2, len(bar))
    truth = sum(bar[: place - 1]) + 1
    return make(
        rng,
        AREA,
        (
            f"Counting the eighths of the bar from 1 to 8, on which one does note {place} begin?",
            f"Divide this bar of 4/4 into eighths numbered from 1. With which eighth does note {place} "
            "start?",
        ),
        str(truth),
        near(truth, place, truth - 1),
        f"The notes before it last {' + '.join(map(str, bar[: place - 1]))} = {truth - 1} eighths; it "
        f"begins on number {truth}.",
        form=NUMBER,
        subject="reasoning",
        score=passage(_line(rng, [bar])),
    )


def polyrhythm_onsets(rng: Random) -> Question:
    """How many different moments has a polyrhythm?"""
    first, second = rng.sample(range(2, 10), 2)
    together = gcd(first, second)
    total = first + second - together
    asks_common = rng.random() < 0.3
    if asks_common:
        stem = (
            f"{first} evenly spaced notes are played against {second} in the same bar. How many of their "
            "onsets fall together?",
        )
        return make(
            rng,
            AREA,
            stem,
            str(together),
            near(together, lcm(first, second), first, second),
            f"They meet as often as the greatest common divisor of {first} and {second} says: {together}.",
            form=NUMBER,
            subject="reasoning",
        )
    return make(
        rng,
        AREA,
        (
            f"{first} even notes are played against {second} in the same time. At how many different "
            "moments does a note begin?",
            f"Polyrhythm {first} against {second}: how many distinct onsets has one cycle?",
        ),
        str(total),
        near(total, first + second, lcm(first, second)),
        f"{first} + {second} onsets, of which {together} fall{'s' if together == 1 else ''} together: "
        f"{total}.",
        form=NUMBER,
        subject="reasoning",
    )


def polyrhythm_grid(rng: Random) -> Question:
    """The smallest grid for a polyrhythm."""
    first, second = rng.sample(range(2, 10), 2)
    truth = lcm(first, second)
    return make(
        rng,
        AREA,
        (
            f"Into how many equal parts must a bar be divided, at least, to place {first} against {second} "
            "even notes exactly?",
            f"What is the coarsest grid (parts per cycle) on which the polyrhythm {first}:{second} fits?",
        ),
        str(truth),
        near(truth, first * second, first + second, first * second // 2),
        f"The least common multiple of {first} and {second} is {truth}.",
        form=NUMBER,
        subject="reasoning",
    )


def hemiola_groups(rng: Random) -> Question:
    """How is a hemiola counted?"""
    bars = rng.choice(range(2, 17, 2))
    name, unit = rng.choice((("3/4", "quarter note"), ("3/8", "eighth note"), ("3/2", "half note")))
    groups = bars * 3 // 2
    return make(
        rng,
        AREA,
        (
            f"{bars} bars of {name} are played as hemiolas, in groups of two {unit}s. How many groups are "
            "heard?",
            f"In {name}, hemiolas last for {bars} bars: how many groups of two {unit}s is that?",
        ),
        str(groups),
        near(groups, bars, bars * 3, bars * 2),
        f"{bars} bars have {bars * 3} {unit}s; in pairs that is {groups} groups.",
        form=NUMBER,
    )


def hemiola_ratio(rng: Random) -> Question:
    """How the notes of a hemiola are grouped."""
    place = rng.choice(list(HEMIOLAS))
    value, pairs = HEMIOLAS[place]
    truth = f"{COUNTS[pairs]} groups of two {value} notes"
    usual = f"{COUNTS[pairs * 2 // 3]} groups of three {value} notes"
    wrong = [f"{COUNTS[other]} groups of two {value} notes" for other in (4, 5, 2)]
    return make(
        rng,
        AREA,
        (
            f"How are the notes of {place} grouped in a hemiola?",
            f"A hemiola fills {place}. Which groups are heard?",
        ),
        truth,
        (usual, *wrong),
        f"A hemiola puts pairs where groups of three are expected: {truth} instead of {usual}.",
    )


def additive_starts(rng: Random) -> Question:
    """On which eighths do the groups of an additive metre begin?"""
    name = rng.choice(list(ADDITIVE))
    groups = rng.choice(ADDITIVE[name])

    def starts(parts: tuple[int, ...]) -> str:
        return listing([str(sum(parts[:index]) + 1) for index in range(len(parts))])

    others = [starts(other) for other in ADDITIVE[name] if other != groups]
    others += [starts(tuple(reversed(groups))), starts((*groups[1:], groups[0])), starts((1, *groups[:-1]))]
    others += [starts((groups[0] + by, *groups[1:])) for by in (-1, 1, 2)]
    others += [
        listing([str(number) for number in range(1, metre(name).beats + 1, 2)][: len(groups)]),
        listing([str(number) for number in range(1, 3 * len(groups), 3)][: len(groups)]),
    ]
    told = "+".join(map(str, groups))
    return make(
        rng,
        AREA,
        (
            f"A bar of {name} is grouped {told}. On which eighths (counted from 1) do the groups begin?",
            f"{told} eighths in {name}: which eighths carry the accents?",
        ),
        starts(groups),
        others,
        f"Each group begins after those before it: {starts(groups)}.",
    )


def grouping_of(rng: Random) -> Question:
    """Which grouping has accents on given eighths?"""
    name = rng.choice([key for key in ADDITIVE if len(ADDITIVE[key]) > 1])
    groups = rng.choice(ADDITIVE[name])
    starts = listing([str(sum(groups[:index]) + 1) for index in range(len(groups))])
    others = ["+".join(map(str, other)) for other in ADDITIVE[name] if other != groups]
    rotated = ["+".join(map(str, (*groups[i:], *groups[:i]))) for i in range(1, len(groups))]
    slips = [
        "+".join(map(str, (*groups[:-1], groups[-1] + 1))),
        "+".join(map(str, (groups[0] + 1, *groups[1:]))),
        "+".join(map(str, (*groups[:-1], groups[-1] - 1))),
    ]
    truth = "+".join(map(str, groups))
    return make(
        rng,
        AREA,
        (
            f"In {name} the accents fall on the eighths {starts}. How is the bar grouped?",
            f"A bar of {name} has accents on eighths number {starts}. Which grouping is that?",
        ),
        truth,
        (*others, *rotated, *slips),
        f"The distances between the accents, and to the end of the bar, are {truth.replace('+', ', ')}.",
        subject="reasoning",
    )


def strong_beats(rng: Random) -> Question:
    """How strong is a beat?"""
    name = rng.choice("2/4 3/4 4/4 6/8 9/8 12/8 2/2 3/2 3/8".split())
    beats = metre(name).beats // 3 if metre(name).is_compound else metre(name).beats
    beat = rng.randint(1, beats)
    strength = "the strongest" if beat == 1 else "of medium strength" if beats == 4 and beat == 3 else "weak"
    return make(
        rng,
        AREA,
        (
            f"How strong is main beat {beat} in {name}?",
            f"What metrical weight has main beat {beat} of a bar of {name}?",
        ),
        strength,
        ("the strongest", "of medium strength", "weak", "stronger than the downbeat"),
        f"A bar of {name} has {beats} main beats; the first is the "
        f"strongest{', the third has medium strength' if beats == 4 else ''} and the others are weak.",
    )


RHYTHM_QUESTIONS = Area(
    AREA,
    (
        syncopated_bar,
        which_is_syncopated,
        note_on_beat,
        polyrhythm_onsets,
        polyrhythm_grid,
        hemiola_groups,
        hemiola_ratio,
        additive_starts,
        grouping_of,
        strong_beats,
    ),
)
