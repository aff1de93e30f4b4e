"""Questions about terms: tempo, dynamics, articulation, character, ornaments."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from symbolic.pitch import Pitch
from symbolic.questions.base import Question
from symbolic.questions.theory.forms import NOTES
from symbolic.questions.theory.making import Area, make, shuffled
from symbolic.questions.theory.names import MAJOR_KEYS, MINOR_KEYS, an, capital, listing, scale_of
from symbolic.questions.theory.vocabulary import DYNAMICS, MODIFIERS, ORNAMENTS, TEMPI, TERMS
from symbolic.score import Decoration, Measure, Note, Score, Voice

AREA = "terms"
MEANING = {term: meaning for group in TERMS.values() for term, meaning in group.items()}
GROUP = {term: group for group, terms in TERMS.items() for term in terms}
TWO_SENSES = frozenset(
    "vivace, animato, tranquillo, pesante, leggiero, maestoso, morendo, rubato, cadenza, fermata, simile, "
    "con moto, alla marcia, doppio movimento, l'istesso tempo, senza misura, mezza voce, ad libitum".split(
        ", "
    )
)
"""Terms that belong to more than one group; they are not asked for it."""
UNGROUPED = ("degree", "playing technique")
SLOW_TO_FAST = tuple(term for term, _ in TEMPI)
SOFT_TO_LOUD = tuple(sign for sign, _, _ in DYNAMICS)


def _others(rng: Random, term: str) -> list[str]:
    """Other terms, those of the same group first."""
    same = [other for other in TERMS[GROUP[term]] if other != term]
    rest = [other for other in MEANING if other not in TERMS[GROUP[term]]]
    return [*shuffled(rng, same), *rng.sample(rest, 3)]


def meaning_of(rng: Random) -> Question:
    """What does a term mean?"""
    term = rng.choice(list(MEANING))
    return make(
        rng,
        AREA,
        (f'What does "{term}" mean in a score?', f'A part is marked "{term}". How is it to be understood?'),
        MEANING[term],
        (MEANING[other] for other in _others(rng, term)),
        f'"{term}" ({GROUP[term]}) means: {MEANING[term]}.',
    )


def term_for(rng: Random) -> Question:
    """Which term has a meaning?"""
    term = rng.choice(list(MEANING))
    return make(
        rng,
        AREA,
        (f'Which term means "{MEANING[term]}"?', f'Which marking asks for this: "{MEANING[term]}"?'),
        term,
        _others(rng, term),
        f'"{term}" means "{MEANING[term]}".',
    )


def group_of(rng: Random) -> Question:
    """What does a term tell about?"""
    term = rng.choice([term for term in MEANING if term not in TWO_SENSES and GROUP[term] not in UNGROUPED])
    groups = [group for group in TERMS if group not in UNGROUPED]
    article = {
        "tempo": "the tempo",
        "change of tempo": "a change of tempo",
        "dynamics": "the loudness",
        "articulation": "the articulation",
        "character": "the character",
        "course of a piece": "the course of the piece",
    }
    return make(
        rng,
        AREA,
        (f'What does the marking "{term}" mainly concern?',),
        article[GROUP[term]],
        shuffled(
            rng, (article[group] for group in groups if "tempo" not in group or "tempo" not in GROUP[term])
        ),
        f'"{term}" means "{MEANING[term]}", which concerns {article[GROUP[term]]}.',
    )


def fastest(rng: Random) -> Question:
    """Which tempo is the fastest or slowest?"""
    names = rng.sample(SLOW_TO_FAST, 4)
    fast = rng.random() < 0.5
    truth = (max if fast else min)(names, key=SLOW_TO_FAST.index)
    order = sorted(names, key=SLOW_TO_FAST.index)
    return make(
        rng,
        AREA,
        (
            f"Which of these tempo markings is the {'fastest' if fast else 'slowest'}: "
            f"{listing(names, 'or')}?",
        ),
        truth,
        (name for name in names if name != truth),
        f"From slow to fast they are {', '.join(order)}.",
    )


def loudest(rng: Random) -> Question:
    """Which dynamic mark is the loudest or softest?"""
    signs = rng.sample(SOFT_TO_LOUD, 4)
    loud = rng.random() < 0.5
    truth = (max if loud else min)(signs, key=SOFT_TO_LOUD.index)
    return make(
        rng,
        AREA,
        (f"Which of these dynamic marks is the {'loudest' if loud else 'softest'}: {listing(signs, 'or')}?",),
        truth,
        (sign for sign in signs if sign != truth),
        f"From soft to loud they are {', '.join(sorted(signs, key=SOFT_TO_LOUD.index))}.",
    )


def in_order(rng: Random) -> Question:
    """Which series is in order?"""
    scale, way = rng.choice(((SLOW_TO_FAST, "from slow to fast"), (SOFT_TO_LOUD, "from soft to loud")))
    size = rng.randint(3, 4)
    picked = sorted(rng.sample(scale, size), key=scale.index)
    wrong: set[str] = set()
    while len(wrong) < 4:
        wrong.add(", ".join(rng.sample(picked, size)))
        wrong.discard(", ".join(picked))
    what = "tempo markings" if scale is SLOW_TO_FAST else "dynamic marks"
    return make(
        rng,
        AREA,
        (f"Which order of the {what} {listing(sorted(picked))} goes {way}?",),
        ", ".join(picked),
        sorted(wrong),
        f"{way.capitalize()} they are {', '.join(picked)}.",
    )


def steps_between(rng: Random) -> Question:
    """One step louder or softer."""
    place = rng.randint(0, 6)
    softer = rng.random() < 0.5
    start, truth = (place + 1, place) if softer else (place, place + 1)
    sign, name, _ = DYNAMICS[start]
    asked = rng.choice((sign, name))
    wrong = sorted((abs(other - start), other) for other in range(8) if other != truth)
    return make(
        rng,
        AREA,
        (
            f"On the usual scale from ppp to fff, which mark is one step {'softer' if softer else 'louder'} "
            f"than {asked}?",
        ),
        DYNAMICS[truth][0],
        (DYNAMICS[other][0] for _, other in wrong),
        f"The scale is {', '.join(SOFT_TO_LOUD)}; next to {sign} on the {'softer' if softer else 'louder'} "
        f"side is {DYNAMICS[truth][0]}.",
    )


def modified(rng: Random) -> Question:
    """A term with a modifier."""
    group = TERMS["character"]
    term = rng.choice(
        ["dolce", "espressivo", "grazioso", "agitato", "tranquillo", "pesante", "animato", "maestoso"]
    )
    modifier = rng.choice(list(MODIFIERS))

    def words(m: str, t: str) -> str:
        return f"{MODIFIERS[m]} / {group[t]}"

    wrong = [words(other, term) for other in shuffled(rng, (m for m in MODIFIERS if m != modifier))[:2]]
    wrong += [words(modifier, other) for other in shuffled(rng, (t for t in group if t != term))[:2]]
    return make(
        rng,
        AREA,
        (f'What does "{modifier} {term}" ask for (modifier / character)?',),
        words(modifier, term),
        shuffled(rng, wrong),
        f'"{modifier}" adds "{MODIFIERS[modifier]}", "{term}" means "{group[term]}".',
    )


def ornament_meaning(rng: Random) -> Question:
    """How is an ornament played?"""
    name = rng.choice(list(ORNAMENTS))
    others = shuffled(rng, (other for other in ORNAMENTS if other != name))
    if rng.random() < 0.5:
        return make(
            rng,
            AREA,
            (f"How is {an(name)} played?",),
            ORNAMENTS[name],
            (ORNAMENTS[other] for other in others),
            f"{capital(an(name))} is {ORNAMENTS[name]}.",
        )
    return make(
        rng,
        AREA,
        (f"Which ornament is this: {ORNAMENTS[name]}?",),
        name,
        others,
        f"{capital(an(name))}: {ORNAMENTS[name]}.",
    )


SHAPES = {
    "turn": (1, 0, -1, 0),
    "inverted turn": (-1, 0, 1, 0),
    "lower mordent": (0, -1, 0),
    "upper mordent": (0, 1, 0),
}
SIGNS = {
    "turn": "turn",
    "inverted turn": "invertedturn",
    "lower mordent": "mordent",
    "upper mordent": "pralltriller",
}


def ornament_notes(rng: Random) -> Question:
    """Which notes does an ornament stand for?"""
    key = rng.choice(MAJOR_KEYS[2:-2] + MINOR_KEYS[2:-2])
    shape, degree = rng.choice(list(SHAPES)), rng.randrange(7)
    notes = scale_of(key)

    def played(name: str) -> str:
        return " ".join(notes[(degree + step) % 7] for step in SHAPES[name])

    length = len(SHAPES[shape])
    wrong = [played(name) for name in SHAPES if name != shape]
    rest = [
        " ".join(notes[(degree + step) % 7] for step in steps)
        for steps in ((2, 0, -1, 0), (0, 1, 0, -1), (0, 2, 0), (0, -2, 0))
    ]
    alike = sorted((*wrong, *rest), key=lambda other: abs(len(other.split()) - length))
    shown = rng.random() < 0.5
    note = Pitch(notes[degree][0], notes[degree].count("#") - notes[degree][1:].count("b"), 4)
    score = (
        Score((Voice("1", (Measure((Decoration(SIGNS[shape]), Note(note, Fraction(4))), bar="|]"),)),), key)
        if shown
        else None
    )
    return make(
        rng,
        AREA,
        (
            (
                f"With the signature shown, which notes are played for the note with !{SIGNS[shape]}!?",
                f"The note shown has the sign !{SIGNS[shape]}! ({an(shape)}). Which notes sound?",
            )
            if shown
            else (f"In {key.name}, which notes does {an(shape)} on {notes[degree]} stand for?",)
        ),
        played(shape),
        alike,
        f"{capital(an(shape))} on {notes[degree]} uses the neighbours {notes[(degree + 1) % 7]} and "
        f"{notes[(degree - 1) % 7]} of {key.name}: {played(shape)}.",
        form=NOTES,
        subject="reasoning",
        score=score,
    )


TERM_QUESTIONS = Area(
    AREA,
    (
        meaning_of,
        term_for,
        group_of,
        fastest,
        loudest,
        in_order,
        steps_between,
        modified,
        ornament_meaning,
        ornament_notes,
    ),
)
