"""Questions about form: facts, and bars counted through repeats, endings and da capo."""

from __future__ import annotations

from random import Random

from symbolic.questions.base import Question
from symbolic.questions.reading import ordinal
from symbolic.questions.theory.forms import CHORD, NUMBER
from symbolic.questions.theory.functions import chord_of
from symbolic.questions.theory.making import Area, make, near, shuffled
from symbolic.questions.theory.names import MAJOR_KEYS, MINOR_KEYS, above, symbol
from symbolic.questions.theory.vocabulary import DANCES, FORM_PARTS, FORMS, GENRES

AREA = "form"
BLUES = "I I I I IV IV I I V IV I I".split()
LETTERS = "ABCDEFG"


def letters_of(rng: Random) -> Question:
    """Which form has these letters?"""
    name = rng.choice(list(FORMS))
    letters, meaning = FORMS[name]
    others = shuffled(rng, (other for other in FORMS if other != name))
    kind = rng.randrange(3)
    if kind == 0:
        return make(
            rng,
            AREA,
            (f"Which form is described by the letters {letters}?",),
            name,
            others,
            f"{name}: {meaning}, {letters}.",
        )
    if kind == 1:
        return make(
            rng,
            AREA,
            (f"Which letters describe {name}?",),
            letters,
            (FORMS[o][0] for o in others),
            f"In {name} {meaning}: {letters}.",
        )
    return make(
        rng, AREA, (f"Which form is this: {meaning}?",), name, others, f"{name}: {meaning}, {letters}."
    )


def definition(rng: Random) -> Question:
    """Genres and parts of forms."""
    table = rng.choice((GENRES, FORM_PARTS))
    name = rng.choice(list(table))
    others = shuffled(rng, (other for other in table if other != name))
    if rng.random() < 0.5:
        return make(
            rng, AREA, (f"What is this called: {table[name]}?",), name, others, f'"{name}": {table[name]}.'
        )
    return make(
        rng,
        AREA,
        (f'What is meant by "{name}" in music?',),
        table[name],
        (table[o] for o in others),
        f'"{name}": {table[name]}.',
    )


def dance_metre(rng: Random) -> Question:
    """The usual metre of a dance."""
    name = rng.choice(list(DANCES))
    options = [meter for meter in ("3/4", "2/4", "4/4", "6/8", "9/8") if meter != DANCES[name]]
    return make(
        rng,
        AREA,
        (
            f"Which time signature is usual for the dance called {name}?",
            f"The dance {name}: in which metre is it usually written?",
        ),
        DANCES[name],
        shuffled(rng, options),
        f"The usual metre of the {name} is {DANCES[name]}.",
    )


def repeated_bars(rng: Random) -> Question:
    """How many bars are played with repeats?"""
    sections = [rng.choice((4, 6, 8, 10, 12, 16)) for _ in range(rng.randint(2, 4))]
    repeated = [rng.random() < 0.6 for _ in sections]
    if not any(repeated):
        repeated[0] = True
    total = sum(size * (2 if again else 1) for size, again in zip(sections, repeated, strict=True))
    told = "; ".join(
        f"{LETTERS[i]} has {size} bars{' and is repeated' if again else ''}"
        for i, (size, again) in enumerate(zip(sections, repeated, strict=True))
    )
    return make(
        rng,
        AREA,
        (
            f"A tune has these sections: {told}. How many bars are played in all?",
            f"Sections of a dance: {told}. Count the bars as performed.",
        ),
        str(total),
        near(total, sum(sections), 2 * sum(sections)),
        "Repeated sections count twice: "
        f"{' + '.join(f'{2 * s}' if a else str(s) for s, a in zip(sections, repeated, strict=True))} = "
        f"{total}.",
        form=NUMBER,
        subject="reasoning",
    )


def endings(rng: Random) -> Question:
    """How many bars are played with first and second endings?"""
    common, first, second = rng.randint(3, 15), rng.randint(1, 3), rng.randint(1, 3)
    total = 2 * common + first + second
    return make(
        rng,
        AREA,
        (
            f"A repeated section has {common} bars, then a first ending of {first} and a second ending of "
            f"{second} bar{'s' if second > 1 else ''}. How many bars are played?",
            f"|: {common} bars |1 {first} bar{'s' if first > 1 else ''} :|2 {second} "
            f"bar{'s' if second > 1 else ''} |]: how many bars sound in all?",
        ),
        str(total),
        near(total, common + first + second, 2 * (common + first), 2 * (common + first) + second),
        f"First time {common} + {first}, second time {common} + {second}: {total} bars.",
        form=NUMBER,
        subject="reasoning",
    )


def da_capo(rng: Random) -> Question:
    """How many bars are played with D.C. al Fine?"""
    fine, rest = rng.choice(range(4, 33, 2)), rng.choice(range(4, 33, 2))
    total = fine + rest + fine
    has_sign = rng.random() < 0.5
    if not has_sign:
        stems = (
            f'A piece has {fine + rest} bars. "Fine" stands at the end of bar {fine}, "D.C. al Fine" at '
            "the end of the last bar. Without other repeats, how many bars are played?",
            f"Bars as performed: {fine + rest} written bars, D.C. al Fine at the end, Fine after bar {fine}?",
        )
        return make(
            rng,
            AREA,
            stems,
            str(total),
            near(total, fine + rest, 2 * (fine + rest)),
            f"All {fine + rest} bars, then bars 1 to {fine} again: {total}.",
            form=NUMBER,
            subject="reasoning",
        )
    sign = rng.randint(2, fine - 1)
    again = fine - sign + 1
    total = fine + rest + again
    stems = (
        f'A piece has {fine + rest} bars. The segno stands at the start of bar {sign}, "Fine" at the end '
        f"of bar {fine}, "
        '"D.S. al Fine" at the end. How many bars are played?',
        f"Bars as performed: {fine + rest} written bars, D.S. al Fine at the end, segno at bar {sign}, Fine "
        f"after bar {fine}?",
    )
    return make(
        rng,
        AREA,
        stems,
        str(total),
        near(total, 2 * fine + rest, fine + rest, total - 1),
        f"All {fine + rest} bars, then bars {sign} to {fine}, which are {again}: {total}.",
        form=NUMBER,
        subject="reasoning",
    )


def bars_of_form(rng: Random) -> Question:
    """Bars of a form given by letters."""
    name = rng.choice(list(FORMS))
    letters = FORMS[name][0]
    sizes = {letter: rng.choice((4, 8, 12, 16)) for letter in sorted(set(letters))}
    total = sum(sizes[letter] for letter in letters)
    told = ", ".join(f"{letter} = {size}" for letter, size in sizes.items())
    return make(
        rng,
        AREA,
        (
            f"A piece in the form {letters} has sections of these lengths in bars: {told}. How long is it?",
            f"Form {letters}, bars per section: {told}. How many bars in all?",
        ),
        str(total),
        near(total, sum(sizes.values()), total + 4, total - 4),
        f"{' + '.join(str(sizes[letter]) for letter in letters)} = {total} bars.",
        form=NUMBER,
        subject="reasoning",
    )


def section_start(rng: Random) -> Question:
    """At which bar does a section begin?"""
    letters = FORMS[rng.choice([name for name in FORMS if len(FORMS[name][0]) > 2])][0]
    size = rng.choice((4, 8, 12, 16))
    place = rng.randint(1, len(letters) - 1)
    truth = place * size + 1
    return make(
        rng,
        AREA,
        (
            f"Each section of a piece in the form {letters} has {size} bars. With which bar does the "
            f"{ordinal(place + 1)} section ({letters[place]}) begin?",
            f"Form {letters}, {size} bars each, bars counted from 1: where does section number {place + 1} "
            "start?",
        ),
        str(truth),
        near(truth, place * size, (place + 1) * size + 1, (place + 1) * size),
        f"{place} section{'s' if place > 1 else ''} of {size} bars come before: {place * size} bars, so it "
        f"begins with bar {truth}.",
        form=NUMBER,
        subject="reasoning",
    )


def blues_bar(rng: Random) -> Question:
    """Which chord has a bar of the twelve-bar blues?"""
    tonic = rng.choice("C Db D Eb E F F# G Ab A Bb B".split())
    bar = rng.randint(1, 12)
    roots = {"I": tonic, "IV": above(tonic, "P4"), "V": above(tonic, "P5")}
    truth = f"{roots[BLUES[bar - 1]]}7"
    others = [f"{roots[n]}7" for n in roots] + [f"{above(tonic, short)}7" for short in ("M2", "M6", "m7")]
    return make(
        rng,
        AREA,
        (
            f"A basic twelve-bar blues in {tonic} uses I7, IV7 and V7 in the order {' '.join(BLUES)}. Which "
            f"chord stands in bar {bar}?",
            f"Twelve-bar blues in {tonic} ({' '.join(BLUES)}, all as dominant sevenths): name the chord of "
            f"bar {bar}.",
        ),
        truth,
        others,
        f"Bar {bar} has {BLUES[bar - 1]}, which is {truth} in {tonic}.",
        form=CHORD,
        subject="reasoning",
    )


def second_theme(rng: Random) -> Question:
    """The usual key of the second theme in a sonata exposition."""
    key = rng.choice(MAJOR_KEYS[1:-1] + MINOR_KEYS[1:-1])
    goal = above(key.tonic, "P5") if key.mode == "major" else above(key.tonic, "m3")
    recap = rng.random() < 0.35
    truth = f"{goal} major" if not recap else key.name
    degree = "dominant" if key.mode == "major" else "relative major"
    wrong = [
        key.name,
        f"{above(key.tonic, 'P4')} {key.mode}",
        f"{goal} minor",
        f"{above(key.tonic, 'P5')} {key.mode}",
        f"{goal} major",
    ]
    reason = (
        "In the recapitulation the second theme returns in the "
        f"tonic{'' if key.mode == 'major' else ' (here the minor mode is kept)'}: {truth}."
        if recap
        else f"In the exposition of a {key.mode}-mode movement the second theme stands in the {degree}: "
        f"{truth}."
    )
    mode_kept = " keeping the mode of the movement," if recap and key.mode == "minor" else ""
    where = f"in the recapitulation,{mode_kept}" if recap else "in the exposition,"
    return make(
        rng,
        AREA,
        (
            f"In a classical sonata form in {key.name}, {where} in which key does the second theme usually "
            "stand?",
        ),
        truth,
        wrong,
        reason,
    )


def fugue_answer(rng: Random) -> Question:
    """On which key does the answer of a fugue enter?"""
    key = rng.choice(MAJOR_KEYS[1:-1] + MINOR_KEYS[1:-2])
    truth = f"{above(key.tonic, 'P5')} {key.mode}"
    flipped = "minor" if key.mode == "major" else "major"
    wrong = [
        key.name,
        f"{above(key.tonic, 'P4')} {key.mode}",
        f"{above(key.tonic, 'P5')} {flipped}",
        f"{above(key.tonic, 'M2')} {key.mode}",
    ]
    return make(
        rng,
        AREA,
        (f"The subject of a fugue is in {key.name}. In which key does a real answer usually enter?",),
        truth,
        wrong,
        f"The answer enters on the dominant of {key.name}: {truth}.",
    )


def period_end(rng: Random) -> Question:
    """With which chord does the antecedent or consequent of a period end?"""
    key = rng.choice(MAJOR_KEYS[1:-1])
    first = rng.random() < 0.5
    part, numeral = ("antecedent", "V") if first else ("consequent", "I")
    return make(
        rng,
        AREA,
        (
            f"A regular period in {key.name} does not modulate; its antecedent closes on the dominant. With "
            f"which chord does its {part} end?",
        ),
        chord_of(key, numeral),
        (chord_of(key, n) for n in ("I" if first else "V", "IV", "vi", "ii")),
        f"The antecedent ends with a half cadence on {chord_of(key, 'V')}, the consequent with an authentic "
        f"one on {symbol(key.tonic, 'major')}.",
        form=CHORD,
    )


FORM_QUESTIONS = Area(
    AREA,
    (
        letters_of,
        definition,
        dance_metre,
        repeated_bars,
        endings,
        da_capo,
        bars_of_form,
        section_start,
        blues_bar,
        second_theme,
        fugue_answer,
        period_end,
    ),
)
