"""Questions about Roman numerals, secondary dominants, the Neapolitan and augmented sixths."""

from __future__ import annotations

from random import Random

from symbolic.key import Key
from symbolic.questions.base import Question
from symbolic.questions.reading import ordinal
from symbolic.questions.theory.forms import CHORD, NOTES, NUMERAL, SIXTH
from symbolic.questions.theory.making import Area, make, passage, shuffled
from symbolic.questions.theory.names import (
    MAJOR_KEYS,
    MINOR_KEYS,
    above,
    altered,
    an_note,
    chord,
    rising,
    scale,
    symbol,
)

AREA = "functions"
MAJOR_NUMERALS = {
    "I": "major",
    "ii": "minor",
    "iii": "minor",
    "IV": "major",
    "V": "major",
    "vi": "minor",
    "vii°": "diminished",
}
MINOR_NUMERALS = {
    "i": "minor",
    "ii°": "diminished",
    "III": "major",
    "iv": "minor",
    "V": "major",
    "VI": "major",
    "vii°": "diminished",
}
"""Triads of the major key, and of the minor key with its leading note in V and vii°."""
ROLES = {
    1: "tonic",
    2: "subdominant (predominant)",
    4: "subdominant (predominant)",
    5: "dominant",
    7: "dominant",
}
KEYS = MAJOR_KEYS[1:-1] + MINOR_KEYS[1:-2]


def _numerals(key: Key) -> dict[str, str]:
    return MINOR_NUMERALS if key.mode == "minor" else MAJOR_NUMERALS


def triad_on(key: Key, numeral: str) -> tuple[str, str]:
    """Root and kind of the triad that a Roman numeral names in a key."""
    place = list(_numerals(key)).index(numeral)
    kind = "harmonic minor" if key.mode == "minor" and numeral == "vii°" else None
    notes = scale(key.tonic, kind or ("natural minor" if key.mode == "minor" else "major"))
    return notes[place], _numerals(key)[numeral]


def chord_of(key: Key, numeral: str) -> str:
    """The chord symbol of a Roman numeral's triad."""
    return symbol(*triad_on(key, numeral))


def numeral_to_chord(rng: Random) -> Question:
    """Which chord is vi?"""
    key = rng.choice(KEYS)
    numeral = rng.choice(list(_numerals(key)))
    root, kind = triad_on(key, numeral)
    flipped = symbol(root, "minor" if kind == "major" else "major")
    others = [chord_of(key, other) for other in _numerals(key) if other != numeral]
    return make(
        rng,
        AREA,
        (
            f"Which chord is {numeral} in {key.name}?",
            f"Give the chord symbol of the triad {numeral} in {key.name}.",
        ),
        symbol(root, kind),
        (flipped, *shuffled(rng, others)),
        f"{numeral} stands on {root} in {key.name} and is {kind}: {' '.join(chord(root, kind))}.",
        form=CHORD,
    )


def chord_to_numeral(rng: Random) -> Question:
    """Which numeral is a chord?"""
    key = rng.choice(KEYS)
    numeral = rng.choice(list(_numerals(key)))
    name = chord_of(key, numeral)
    return make(
        rng,
        AREA,
        (
            f"Which Roman numeral has the chord {name} in {key.name}?",
            f"Analyse the triad {' '.join(chord(*triad_on(key, numeral)))} in {key.name} with a Roman "
            "numeral.",
        ),
        numeral,
        shuffled(rng, (other for other in _numerals(key) if other != numeral)),
        f"In {key.name} the triads are {', '.join(f'{n} = {chord_of(key, n)}' for n in _numerals(key))}.",
        form=NUMERAL,
    )


def secondary_dominant(rng: Random) -> Question:
    """Which chord is V7/ii?"""
    key = rng.choice(MAJOR_KEYS[1:-2])
    target = rng.choice(["ii", "iii", "IV", "V", "vi"])
    goal, goal_kind = triad_on(key, target)
    root = above(goal, "P5")
    seventh = rng.random() < 0.6
    kind, name = ("dominant seventh", f"V7/{target}") if seventh else ("major", f"V/{target}")
    wrong = [
        symbol(root, "minor seventh" if seventh else "minor"),
        symbol(goal, kind),
        symbol(above(goal, "P4"), kind),
        symbol(above(key.tonic, "P5"), kind),
        symbol(above(goal, "M2"), kind),
    ]
    return make(
        rng,
        AREA,
        (
            f"Which chord is {name} in {key.name}?",
            f"In {key.name}, spell out the secondary dominant {name} as a chord symbol.",
        ),
        symbol(root, kind),
        wrong,
        f"{target} in {key.name} is {symbol(goal, goal_kind)}. The dominant a fifth above {goal} is "
        f"{symbol(root, kind)} ({' '.join(chord(root, kind))}).",
        form=CHORD,
        subject="reasoning",
    )


def name_secondary(rng: Random) -> Question:
    """Which secondary dominant is this chord?"""
    key = rng.choice(MAJOR_KEYS[1:-2])
    target = rng.choice(["ii", "iii", "V", "vi"])
    goal, goal_kind = triad_on(key, target)
    root = above(goal, "P5")
    return make(
        rng,
        AREA,
        (
            f"In {key.name} the chord {symbol(root, 'dominant seventh')} resolves to "
            f"{symbol(goal, goal_kind)}. Which Roman numeral does it get?",
            f"Analyse {symbol(root, 'dominant seventh')} moving to {symbol(goal, goal_kind)} in {key.name}.",
        ),
        f"V7/{target}",
        (
            *shuffled(rng, (f"V7/{other}" for other in ("ii", "iii", "IV", "V", "vi") if other != target)),
            "V7",
        ),
        f"{symbol(root, 'dominant seventh')} is the dominant seventh of {goal}, and "
        f"{symbol(goal, goal_kind)} is {target} in {key.name}: V7/{target}.",
        form=NUMERAL,
        subject="reasoning",
    )


def leading_diminished(rng: Random) -> Question:
    """The diminished seventh chord on the leading note."""
    key = rng.choice(MINOR_KEYS[1:-2])
    root = above(key.tonic, "M7")
    natural = above(key.tonic, "m7")
    truth = " ".join(chord(root, "diminished seventh"))
    wrong = [
        " ".join(chord(root, "half-diminished seventh")),
        " ".join((natural, *chord(root, "diminished seventh")[1:])),
        " ".join(chord(above(key.tonic, "P5"), "dominant seventh")),
        " ".join(chord(natural, "dominant seventh")),
    ]
    return make(
        rng,
        AREA,
        (
            f"Which notes form the diminished seventh chord on the leading note of {key.name}?",
            f"Spell vii°7 in {key.name}.",
        ),
        truth,
        wrong,
        f"The raised leading note of {key.name} is {root}; minor thirds stacked on it give {truth}.",
        form=NOTES,
    )


def neapolitan(rng: Random) -> Question:
    """The Neapolitan chord of a key."""
    key = rng.choice(MAJOR_KEYS[2:-1] + MINOR_KEYS[2:])
    root = above(key.tonic, "m2")
    truth = symbol(root, "major", chord(root, "major")[1])
    second = above(key.tonic, "M2")
    wrong = [
        symbol(root, "minor", chord(root, "minor")[1]),
        symbol(second, "diminished", chord(second, "diminished")[1]),
        symbol(second, "major", chord(second, "major")[1]),
        symbol(root, "major", chord(root, "major")[2]),
    ]
    return make(
        rng,
        AREA,
        (
            f"Which chord is the Neapolitan sixth in {key.name}?",
            f"Name the Neapolitan sixth chord of {key.name} with its bass.",
        ),
        truth,
        wrong,
        f"It is the major triad on the lowered second degree, {root} ({' '.join(chord(root, 'major'))}), in "
        f"first inversion: {truth}.",
        form=CHORD,
    )


def _sixth(tonic: str, kind: str) -> tuple[str, ...]:
    """The notes of an augmented sixth chord from its bass, the lowered sixth degree."""
    bass = above(tonic, "m6")
    middle = {"Italian": (), "French": (above(tonic, "M2"),), "German": (above(tonic, "m3"),)}[kind]
    return (bass, tonic, *middle, above(tonic, "A4"))


def augmented_sixth(rng: Random) -> Question:
    """The notes of an Italian, French or German sixth."""
    key = rng.choice(MINOR_KEYS[1:-3] + MAJOR_KEYS[4:-3])
    kind = rng.choice(("Italian", "French", "German"))
    notes = _sixth(key.tonic, kind)
    others = [_sixth(key.tonic, other) for other in ("Italian", "French", "German") if other != kind]
    slips = [(*notes[:-1], altered(notes[-1], -1)), (altered(notes[0], 1), *notes[1:])]
    return make(
        rng,
        AREA,
        (
            f"Which notes form the {kind} augmented sixth chord in {key.name}, from the bass up?",
            f"Spell the {kind} sixth of {key.name} from its bass note.",
        ),
        " ".join(notes),
        (" ".join(other) for other in (*others, *slips)),
        f"The bass is the lowered sixth degree {notes[0]}, the top the raised fourth {notes[-1]}, with the "
        f"tonic {key.tonic} between"
        + {
            "Italian": "",
            "French": f" and the second degree {notes[2]}",
            "German": f" and the minor third {notes[2]}",
        }[kind]
        + f": {' '.join(notes)}.",
        form=NOTES,
    )


def which_sixth(rng: Random) -> Question:
    """Italian, French or German?"""
    key = rng.choice(MINOR_KEYS[1:-3])
    kind = rng.choice(("Italian", "French", "German"))
    notes = _sixth(key.tonic, kind)
    return make(
        rng,
        AREA,
        (
            f"In {key.name} the chord {' '.join(notes)} leads to the dominant. Which augmented sixth chord "
            "is it?",
            f"{'-'.join(notes)} in {key.name}: which of the augmented sixth chords?",
        ),
        kind,
        (*(other for other in ("Italian", "French", "German") if other != kind), "Neapolitan"),
        "The Italian sixth has three notes, the French adds the second degree, the German the minor third. "
        f"{' '.join(notes)} is the {kind} one.",
        form=SIXTH,
    )


def pivot(rng: Random) -> Question:
    """Which numeral has a chord in the new key?"""
    old = rng.choice(MAJOR_KEYS[2:-2])
    new = Key.from_fifths(old.fifths + rng.choice((-1, 1)))
    shared = [n for n in MAJOR_NUMERALS if chord_of(old, n) in {chord_of(new, m) for m in MAJOR_NUMERALS}]
    numeral = rng.choice(shared)
    name = chord_of(old, numeral)
    truth = next(n for n in MAJOR_NUMERALS if chord_of(new, n) == name)
    return make(
        rng,
        AREA,
        (
            f"{name} is {numeral} in {old.name}. As a pivot chord to {new.name}, which numeral does it have "
            "there?",
            f"A modulation from {old.name} to {new.name} uses {name} ({numeral}) as pivot. What is it in "
            f"{new.name}?",
        ),
        truth,
        (numeral, *shuffled(rng, (n for n in MAJOR_NUMERALS if n not in (truth, numeral)))),
        f"In {new.name} the triads are {', '.join(f'{n} = {chord_of(new, n)}' for n in MAJOR_NUMERALS)}.",
        form=NUMERAL,
        subject="reasoning",
    )


def role(rng: Random) -> Question:
    """Tonic, subdominant or dominant function?"""
    key = rng.choice(KEYS)
    place = rng.choice(list(ROLES))
    numeral = list(_numerals(key))[place - 1]
    return make(
        rng,
        AREA,
        (
            f"Which function does the chord {chord_of(key, numeral)} usually have in {key.name}?",
            f"In {key.name}, what is the usual function of {chord_of(key, numeral)} ({numeral})?",
        ),
        ROLES[place],
        ("tonic", "dominant", "subdominant (predominant)", "augmented sixth"),
        f"{chord_of(key, numeral)} is {numeral}, on the {ordinal(place)} degree of {key.name}: its function "
        f"is {ROLES[place]}.",
    )


def progression(rng: Random) -> Question:
    """Four chords in ABC: which numerals?"""
    key = rng.choice(MAJOR_KEYS[3:-3] + MINOR_KEYS[3:-3])
    names = list(_numerals(key))
    first, *middle = names[0], *rng.sample(names[1:6], 2)
    last = rng.choice((names[0], names[4], names[5]))
    order = [first, *middle, last]
    bars = [(rising((root, *chord(root, kind)), 3), 1) for root, kind in (triad_on(key, n) for n in order)]
    wrong = []
    for place in (1, 2, 3, 1, 2, 3):
        other = rng.choice([n for n in names if n != order[place]])
        wrong.append(" ".join((*order[:place], other, *order[place + 1 :])))
    swapped = " ".join((order[0], order[2], order[1], order[3]))
    return make(
        rng,
        AREA,
        (
            f"The passage is in {key.name}. Which Roman numerals describe its chords?",
            f"Analyse these four chords in {key.name}.",
        ),
        " ".join(order),
        (swapped, *wrong),
        f"The chords are {', '.join(chord_of(key, n) for n in order)}; in {key.name} they are "
        f"{' '.join(order)}.",
        subject="reasoning",
        score=passage(bars, key=key),
    )


def quality_of_degree(rng: Random) -> Question:
    """On which degrees stands a minor triad?"""
    key = rng.choice(KEYS)
    numeral = rng.choice(list(_numerals(key)))
    root, kind = triad_on(key, numeral)
    return make(
        rng,
        AREA,
        (
            f"What kind of triad is {numeral} in {key.name}, with the notes {' '.join(chord(root, kind))}?",
            f"{numeral} in {key.name} is {' '.join(chord(root, kind))}. What kind of triad is it?",
        ),
        kind,
        (other for other in ("major", "minor", "diminished", "augmented") if other != kind),
        f"{' '.join(chord(root, kind))} is {an_note(f'{root} {kind} triad')}; numerals in capitals are "
        "major, small ones minor, ° marks diminished.",
    )


FUNCTION_QUESTIONS = Area(
    AREA,
    (
        numeral_to_chord,
        chord_to_numeral,
        secondary_dominant,
        name_secondary,
        leading_diminished,
        neapolitan,
        augmented_sixth,
        which_sixth,
        pivot,
        role,
        progression,
        quality_of_degree,
    ),
)
