"""Questions about metre: beats, classes, bars counted and filled, upbeats, time in seconds."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from symbolic.questions.base import Question
from symbolic.questions.reading import ordinal
from symbolic.questions.theory.forms import METRE_CLASS, NUMBER, fraction_text
from symbolic.questions.theory.lengths import NAME_OF, NAMED, PLAIN, neighbours, plural
from symbolic.questions.theory.making import Area, make, metre, near, passage, shuffled
from symbolic.questions.theory.names import an, capital, listing, pitched

AREA = "metre"
SIMPLE = "2/4 3/4 4/4 2/2 3/2 4/2 3/8 2/8 4/8".split()
COMPOUND = "6/8 9/8 12/8 6/4 9/4 6/16 9/16 12/16".split()
ODD = "5/4 7/8 5/8 7/4".split()
UNIT_NAMES = {2: "half", 4: "quarter", 8: "eighth", 16: "sixteenth"}
CLASSES = {2: "duple", 3: "triple", 4: "quadruple"}


def _bar(name: str) -> Fraction:
    """A bar as a fraction of a whole note."""
    return metre(name).bar_quarters / 4


def _beats(name: str) -> int:
    return metre(name).beats // 3 if metre(name).is_compound else metre(name).beats


def metre_class(rng: Random) -> Question:
    """Simple or compound, duple, triple or quadruple?"""
    name = rng.choice((*SIMPLE, *COMPOUND))
    compound = metre(name).is_compound
    truth = f"{'compound' if compound else 'simple'} {CLASSES[_beats(name)]}"
    flipped = f"{'simple' if compound else 'compound'} {CLASSES[_beats(name)]}"
    others = shuffled(rng, (form for form in METRE_CLASS.answers if form not in (truth, flipped)))
    beat = NAME_OF[metre(name).beat_quarters / 4]
    return make(
        rng,
        AREA,
        (f"What kind of metre is {name}?", f"How is the time signature {name} classed?"),
        truth,
        (flipped, *others),
        f"{name} has {_beats(name)} beats, each {an(beat)}, which divides into "
        f"{'three' if compound else 'two'}: {truth}.",
        form=METRE_CLASS,
    )


def beats_in_bars(rng: Random) -> Question:
    """How many felt beats have some bars?"""
    name, bars = rng.choice(SIMPLE + COMPOUND * 2), rng.randint(1, 24)
    beats = _beats(name)
    total = beats * bars
    where = f"{bars} bars" if bars > 1 else "a bar"
    return make(
        rng,
        AREA,
        (
            f"How many main beats (dotted in compound metre) are there in {where} of {name}?",
            f"Count the main beats of {where} in {name}; in compound metre a beat is a dotted note.",
        ),
        str(total),
        near(total, metre(name).beats * bars, total + beats, total - beats),
        f"A bar of {name} has {beats} main beats; {where}: {total}.",
        form=NUMBER,
    )


def notes_per_bar(rng: Random) -> Question:
    """How many notes of one value fill some bars?"""
    while True:
        name, value = (
            rng.choice(SIMPLE + COMPOUND + ODD),
            rng.choice([key for key in NAMED if "double" not in key]),
        )
        bars = rng.randint(1, 12)
        count = _bar(name) * bars / NAMED[value]
        if count.denominator == 1 and count > 1:
            break
    total = int(count)
    where = f"{bars} bars" if bars > 1 else "one bar"
    return make(
        rng,
        AREA,
        (
            f"How many {value}s fill {where} of {name}?",
            f"{capital(where)} of {name} can be filled with how many {value}s?",
        ),
        str(total),
        near(total, metre(name).beats * bars, total * 2, total // 2),
        f"A bar of {name} lasts {fraction_text(_bar(name))} of a whole note, {an(value)} "
        f"{fraction_text(NAMED[value])}: {where} hold {total}.",
        form=NUMBER,
    )


def how_many_bars(rng: Random) -> Question:
    """How many bars does a number of notes fill?"""
    name = rng.choice(SIMPLE + COMPOUND + ODD)
    value = rng.choice([key for key in list(PLAIN)[2:5] if (_bar(name) / PLAIN[key]).denominator == 1])
    per_bar = int(_bar(name) / PLAIN[value])
    bars = rng.randint(2, 32)
    notes = per_bar * bars
    return make(
        rng,
        AREA,
        (
            f"A melody consists of {notes} {value} notes without rests. How many bars of {name} does it "
            "fill?",
            f"{notes} {value} notes are written in {name}. How many bars is that?",
        ),
        str(bars),
        near(bars, notes // metre(name).beats, bars + 4),
        f"A bar of {name} holds {per_bar} {value} notes; {notes} divided by {per_bar} is {bars}.",
        form=NUMBER,
        subject="reasoning",
    )


def _fill(rng: Random, total: Fraction) -> list[str] | None:
    """Names of notes that last `total`, at random, or None where the draw does not come out."""
    pool = [name for name in NAMED if "double" not in name and NAMED[name] >= Fraction(1, 16)]
    found: list[str] = []
    left = total
    while left:
        fitting = [name for name in pool if NAMED[name] <= left and NAMED[name] < total]
        if not fitting or len(found) > 5:
            return None
        found.append(rng.choice(fitting))
        left -= NAMED[found[-1]]
    return found if len(found) > 1 else None


def _filled(rng: Random, names: list[str]) -> tuple[str, list[str]]:
    """A metre and the notes of one of its bars."""
    while True:
        name = rng.choice(names)
        notes = _fill(rng, _bar(name))
        if notes:
            return name, notes


def completes(rng: Random) -> Question:
    """Which note completes the bar, told in words?"""
    name, notes = _filled(rng, SIMPLE + COMPOUND)
    truth, given = notes[-1], notes[:-1]
    return make(
        rng,
        AREA,
        (
            f"A bar of {name} begins with {listing([an(note) for note in given])}. Which single note "
            "completes it?",
            f"In {name}: {' + '.join(given)} + ? = one bar. What is missing?",
        ),
        truth,
        neighbours(NAMED[truth]),
        f"The bar lasts {fraction_text(_bar(name))} of a whole note, the notes given "
        f"{fraction_text(_bar(name) - NAMED[truth])}; missing is {fraction_text(NAMED[truth])}, {an(truth)}.",
        subject="reasoning",
    )


def missing_shown(rng: Random) -> Question:
    """Which rest completes the bar shown?"""
    name, notes = _filled(rng, SIMPLE[:6] + COMPOUND[:4])
    truth, given = notes[-1], notes[:-1]
    items = [(pitched(rng.choice("CDEFGAB"), 4), 4 * NAMED[note]) for note in given]
    rest = truth.replace(" note", " rest")
    return make(
        rng,
        AREA,
        (
            f"The bar shown is in {name} and not yet full. Which rest completes it?",
            f"Which rest is missing at the end of this bar of {name}?",
        ),
        rest,
        (other.replace(" note", " rest") for other in neighbours(NAMED[truth])),
        f"The notes shown last {fraction_text(_bar(name) - NAMED[truth])} of a whole note, the bar "
        f"{fraction_text(_bar(name))}: {an(rest)} is missing.",
        subject="reasoning",
        score=passage(items, meter=name),
    )


def which_metre(rng: Random) -> Question:
    """Which metre does a bar of given notes fill?"""
    name, notes = _filled(rng, SIMPLE + COMPOUND + ODD)
    others = [other for other in (*SIMPLE, *COMPOUND, *ODD) if _bar(other) != _bar(name)]
    others.sort(key=lambda other: abs(_bar(other) - _bar(name)))
    return make(
        rng,
        AREA,
        (
            f"A full bar has {listing([an(note) for note in notes])}. Which time signature fits?",
            f"Which time signature does this bar fill exactly: {' + '.join(notes)}?",
        ),
        name,
        others,
        f"The notes last {' + '.join(fraction_text(NAMED[note]) for note in notes)} = "
        f"{fraction_text(_bar(name))} of a whole note, a bar of {name}.",
        subject="reasoning",
    )


def same_length(rng: Random) -> Question:
    """Which metre has bars of the same length?"""
    everything = (*SIMPLE, *COMPOUND, *ODD)
    name = rng.choice([n for n in everything if sum(_bar(other) == _bar(n) for other in everything) > 1])
    truth = rng.choice([other for other in everything if _bar(other) == _bar(name) and other != name])
    wrong = shuffled(rng, (other for other in everything if _bar(other) != _bar(name)))
    tempo = rng.choice((60, 72, 80, 90, 96, 100, 108, 120))
    return make(
        rng,
        AREA,
        (
            f"At {tempo} quarter notes a minute, which metre has bars as long as those of {name}?",
            f"With the quarter note at {tempo} throughout, in which metre does a bar last as long as in "
            f"{name}?",
        ),
        truth,
        wrong,
        f"A bar of {name} and a bar of {truth} both last {fraction_text(_bar(name))} of a whole note; the "
        "accents differ.",
    )


def upbeat(rng: Random) -> Question:
    """What is left for the last bar after an upbeat?"""
    name = rng.choice("2/4 3/4 4/4 6/8 9/8 12/8 3/8".split())
    unit = metre(name).unit
    small = unit if unit == 8 else rng.choice((4, 8))
    per_bar = int(_bar(name) * small)
    start = rng.randint(1, max(1, per_bar // 2))
    left = per_bar - start
    value = UNIT_NAMES[small]
    return make(
        rng,
        AREA,
        (
            f"A piece in {name} begins with an upbeat of {plural(f'{value} note', start)}. By custom the "
            f"last bar makes up for it. How many {value} notes does the last bar last?",
            f"In {name}, with {plural(f'{value} note', start)} before the first bar line, how many {value} "
            "notes complete the last bar by custom?",
        ),
        str(left),
        near(left, per_bar, start),
        f"A bar of {name} has {per_bar} {value} notes; {per_bar} - {start} = {left}.",
        form=NUMBER,
        subject="reasoning",
    )


def seconds(rng: Random) -> Question:
    """How long do some bars last?"""
    while True:
        name = rng.choice("2/4 3/4 4/4 6/8 9/8 12/8 2/2 3/2 5/4".split())
        tempo, bars = (
            rng.choice((40, 48, 60, 72, 80, 90, 96, 100, 108, 120, 132, 144, 160)),
            rng.randint(2, 48),
        )
        time = Fraction(60 * _beats(name) * bars, tempo)
        if time.denominator == 1:
            break
    beat = NAME_OF[metre(name).beat_quarters / 4]
    total = int(time)
    return make(
        rng,
        AREA,
        (
            f"How many seconds do {bars} bars of {name} last at {tempo} {beat}s a minute?",
            f"{bars} bars in {name}, {beat} = {tempo}: how many seconds is that?",
        ),
        str(total),
        near(total, 60 * metre(name).beats * bars // tempo, total // 2, total + bars),
        f"{bars} bars have {bars * _beats(name)} beats; at {tempo} a minute each beat lasts 60/{tempo} s: "
        f"{total} s.",
        form=NUMBER,
        subject="reasoning",
    )


def metre_shown(rng: Random) -> Question:
    """Two equal bars without a time signature: which metre?"""
    name, notes = _filled(rng, ["2/4", "3/4", "4/4", "5/4", "3/8", "5/8", "9/8", "12/8", "7/8"])
    others = sorted(
        (other for other in "2/4 3/4 4/4 5/4 3/8 5/8 7/8 9/8 12/8 6/4".split() if _bar(other) != _bar(name)),
        key=lambda other: abs(_bar(other) - _bar(name)),
    )
    items = [(pitched(rng.choice("CDEFGAB"), 4), 4 * NAMED[note]) for note in notes]
    shown = passage(items, meter="none")
    return make(
        rng,
        AREA,
        (
            "The notes shown fill one bar. Which time signature fits?",
            "Which time signature makes this exactly one bar?",
        ),
        name,
        others,
        f"The lengths {' + '.join(fraction_text(NAMED[note]) for note in notes)} add up to "
        f"{fraction_text(_bar(name))} of a whole note: {name}.",
        subject="reasoning",
        score=shown,
    )


def place_of_beat(rng: Random) -> Question:
    """On which eighth or sixteenth does a beat fall?"""
    name = rng.choice("6/8 9/8 12/8 2/4 3/4 4/4 3/2 2/2 6/4 9/4".split())
    beat = rng.randint(2, _beats(name))
    unit = rng.choice((8, 16))
    per_beat = int(metre(name).beat_quarters / 4 * unit)
    truth = (beat - 1) * per_beat + 1
    value = UNIT_NAMES[unit]
    return make(
        rng,
        AREA,
        (
            f"On which {value} note of a bar of {name} does main beat {beat} fall?",
            f"Counting the {value} notes of a bar of {name} from 1, which one is main beat {beat}?",
        ),
        str(truth),
        near(truth, (beat - 1) * per_beat, beat * per_beat, beat),
        f"A main beat of {name} has {per_beat} {value} notes; beat {beat} begins after "
        f"{(beat - 1) * per_beat} of them, on the {ordinal(truth)}.",
        form=NUMBER,
    )


METRE_QUESTIONS = Area(
    AREA,
    (
        metre_class,
        beats_in_bars,
        notes_per_bar,
        how_many_bars,
        completes,
        missing_shown,
        which_metre,
        same_length,
        upbeat,
        seconds,
        metre_shown,
        place_of_beat,
    ),
)
