"""Questions about intervals: naming, building, inverting, compounding, counting."""

from __future__ import annotations

from random import Random

from symbolic.pitch import Interval, Pitch
from symbolic.questions.base import Question
from symbolic.questions.interval import hard_distractors
from symbolic.questions.theory.forms import CHOICE, INTERVAL, NOTE, NUMBER
from symbolic.questions.theory.making import Area, free, make, near, shuffled
from symbolic.questions.theory.names import (
    MAJOR_KEYS,
    MINOR_KEYS,
    ROOTS,
    above,
    altered,
    an,
    capital,
    interval,
    long_name,
    pitched,
    scale_of,
)

AREA = "intervals"
SIMPLE = "m2 M2 A2 d3 m3 M3 A3 d4 P4 A4 d5 P5 A5 d6 m6 M6 A6 d7 m7 M7".split()
COMMON = "m2 M2 m3 M3 P4 A4 d5 P5 m6 M6 m7 M7".split()
COMPOUND = "m9 M9 m10 M10 P11 A11 P12 m13 M13 m14 M14 P15".split()
_ALIKE = ("A4 d5", "A2 m3", "A5 m6", "d4 M3", "d7 M6", "A6 m7", "A3 P4", "d6 P5")
SAME_SOUND = dict(pair.split() for pair in _ALIKE) | dict(pair.split()[::-1] for pair in _ALIKE)
"""Interval → another one with as many semitones."""
QUALITY_WORDS = {
    "perfect consonance": "P5 P8 P12".split(),
    "imperfect consonance": "m3 M3 m6 M6".split(),
    "dissonance": "m2 M2 m7 M7 A4 d5 A2 d7".split(),
}


def _reason(low: Pitch, high: Pitch) -> str:
    found = Interval.between(low, high)
    return (
        f"From {low} to {high} there are {found.steps + 1} letter names and {found.semitones} semitones: "
        f"{an(long_name(found.name))}."
    )


def _pair(rng: Random, names: list[str]) -> tuple[Pitch, Pitch]:
    """Two pitches a nameable interval apart, the lower one first."""
    short = rng.choice(names)
    while True:
        low = pitched(rng.choice(ROOTS), rng.randint(2, 5))
        high = low.transpose(interval(short))
        if abs(high.alter) <= 2 and Interval.between(low, high) == interval(short):
            return low, high


def name_it(rng: Random) -> Question:
    """Which interval lies between two pitches?"""
    low, high = _pair(rng, SIMPLE + COMMON + COMPOUND)
    truth = long_name(Interval.between(low, high).name)
    return make(
        rng,
        AREA,
        (
            f"Which interval lies between {low} and {high}?",
            f"Name the interval from {low} up to {high}.",
            f"From {high} down to {low}: which interval is that?",
        ),
        truth,
        hard_distractors(truth),
        _reason(low, high),
        form=INTERVAL,
    )


def note_beside(rng: Random) -> Question:
    """Which note is an interval above or below another?"""
    up = rng.random() < 0.5
    short = rng.choice([*COMMON, "A2", "A5", "d7", "d4"])
    while True:
        start = rng.choice(ROOTS)
        try:
            truth = above(start, short if up else f"-{short}")
            break
        except ValueError:
            continue
    way = "above" if up else "below"
    other = above_or_none(start, f"-{short}" if up else short)
    return make(
        rng,
        AREA,
        (
            f"Which note is {an(long_name(short))} {way} {start}?",
            f"Name the note that lies {an(long_name(short))} {way} {start}, correctly spelled.",
        ),
        truth,
        (altered(truth, 1), altered(truth, -1), *other, *_same_sound(truth), *shuffled(rng, ROOTS)),
        f"{capital(an(long_name(short)))} spans {interval(short).steps + 1} letter names and "
        f"{interval(short).semitones} semitones; {way} {start} that is {truth}.",
        form=NOTE,
    )


def above_or_none(name: str, short: str) -> tuple[str, ...]:
    """The note an interval away, or nothing where it cannot be spelled."""
    try:
        return (above(name, short),)
    except ValueError:
        return ()


def _same_sound(name: str) -> tuple[str, ...]:
    return above_or_none(name, "d2") + above_or_none(name, "-d2")


def inversion(rng: Random) -> Question:
    """The inversion of an interval."""
    low, high = _pair(rng, SIMPLE)
    found = Interval.between(low, high)
    truth = long_name(Interval(7 - found.steps, 12 - found.semitones).name)
    mirrored = long_name(found.name)
    return make(
        rng,
        AREA,
        (
            f"The interval {low}-{high} is inverted by moving {low.spelled_class} up an octave. Which "
            "interval results?",
            f"What is the inversion of the interval between {low} and {high}?",
        ),
        truth,
        (mirrored, *hard_distractors(truth)),
        f"{low}-{high} is {an(mirrored)}. Numbers of inversions add up to nine, major turns into minor and "
        f"augmented into diminished (perfect stays): {truth}.",
        form=INTERVAL,
        subject="reasoning",
    )


def semitones(rng: Random) -> Question:
    """How many semitones has an interval between two notes?"""
    low, high = _pair(rng, SIMPLE + COMPOUND)
    size = high.midi - low.midi
    return make(
        rng,
        AREA,
        (
            f"How many semitones lie between {low} and {high}?",
            f"Count the semitones from {low} up to {high}.",
        ),
        str(size),
        near(size, size % 12 if size > 12 else size + 12),
        _reason(low, high),
        form=NUMBER,
    )


def compound(rng: Random) -> Question:
    """The simple form of a compound interval and the other way round."""
    low, high = _pair(rng, [name for name in COMPOUND if name != "P15"])
    wide = Interval.between(low, high)
    small = Interval(wide.steps - 7, wide.semitones - 12)
    truth = long_name(small.name)
    return make(
        rng,
        AREA,
        (
            f"To which simple interval does the compound interval {low}-{high} reduce?",
            f"{low}-{high} is wider than an octave. Name it as a simple interval.",
        ),
        truth,
        hard_distractors(truth),
        f"{low}-{high} is {an(long_name(wide.name))}, that is an octave and {an(truth)}.",
        form=INTERVAL,
        subject="reasoning",
    )


def same_sound(rng: Random) -> Question:
    """Which interval sounds the same?"""
    short = rng.choice(list(SAME_SOUND))
    low, high = _pair(rng, [short])
    truth = long_name(SAME_SOUND[short])
    size = interval(short).semitones
    wrong = [other for other in hard_distractors(truth) if other != long_name(short)]
    return make(
        rng,
        AREA,
        (
            f"{low}-{high} is written as {an(long_name(short))}. Which other interval has as many semitones?",
            f"Which interval is enharmonically equal to the {long_name(short)} {low}-{high}?",
        ),
        truth,
        [other for other in wrong if _size(other) != size],
        f"{capital(an(long_name(short)))} has {size} semitones, and so has {an(truth)}.",
        subject="reasoning",
        form=CHOICE,
    )


def _size(name: str) -> int:
    return next(
        interval(short).semitones for short in SIMPLE + COMPOUND + ["P1", "P8"] if long_name(short) == name
    )


def shown(rng: Random) -> Question:
    """An interval of two notes under a key signature."""
    key = rng.choice([key for key in MAJOR_KEYS + MINOR_KEYS if key.fifths])
    notes = scale_of(key)
    low = pitched(rng.choice(notes), 4)
    high = pitched(rng.choice(notes), 5 if rng.random() < 0.3 else 4)
    if (low.diatonic, low.midi) > (high.diatonic, high.midi):
        low, high = high, low
    if low.diatonic == high.diatonic:
        high = low.transpose(Interval(7, 12))
    truth = long_name(Interval.between(low, high).name)
    together = rng.random() < 0.5
    items = [((low, high), 4)] if together else [(low, 2), (high, 2)]
    score = free(*items, key=key)
    return make(
        rng,
        AREA,
        (
            "Which interval is shown? Mind the key signature.",
            "Name the interval between the two notes shown.",
        ),
        truth,
        hard_distractors(truth),
        f"With the signature of K:{key.tonic}{'m' if key.mode == 'minor' else ''} the notes are {low} and "
        f"{high}. " + _reason(low, high),
        form=INTERVAL,
        subject="reasoning",
        score=score,
    )


def addition(rng: Random) -> Question:
    """Two intervals stacked."""
    first, second = rng.choice(COMMON), rng.choice(COMMON)
    total = Interval(
        interval(first).steps + interval(second).steps, interval(first).semitones + interval(second).semitones
    )
    while total.name[:2] in ("AA", "dd") or total.name.startswith(("AAA", "ddd")):
        first, second = rng.choice(COMMON), rng.choice(COMMON)
        total = Interval(
            interval(first).steps + interval(second).steps,
            interval(first).semitones + interval(second).semitones,
        )
    truth = long_name(total.name)
    return make(
        rng,
        AREA,
        (
            f"{capital(an(long_name(first)))} and {an(long_name(second))} are stacked on each other. Which "
            "interval do they span?",
            f"Which interval do you get by adding {an(long_name(second))} on top of {an(long_name(first))}?",
        ),
        truth,
        hard_distractors(truth),
        f"{interval(first).semitones} and {interval(second).semitones} semitones make {total.semitones}, "
        f"and the numbers add up to {total.steps + 1}: {an(truth)}.",
        form=INTERVAL,
        subject="reasoning",
    )


def consonance(rng: Random) -> Question:
    """Perfect or imperfect consonance, or dissonance?"""
    truth = rng.choice(list(QUALITY_WORDS))
    low, high = _pair(rng, QUALITY_WORDS[truth])
    name = long_name(Interval.between(low, high).name)
    return make(
        rng,
        AREA,
        (
            f"How is the interval {low}-{high} classed in traditional counterpoint?",
            f"In strict counterpoint, what is the interval from {low} to {high}?",
        ),
        truth,
        (*(word for word in QUALITY_WORDS if word != truth), "perfect dissonance"),
        f"{low}-{high} is {an(name)}, {an(truth)}.",
    )


INTERVAL_QUESTIONS = Area(
    AREA,
    (name_it, note_beside, inversion, semitones, compound, same_sound, shown, addition, consonance),
)
