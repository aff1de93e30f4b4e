"""Questions about cadences: from chords, in keys, from music.

The four kinds are named authentic (V–I; "perfect" in Britain), plagal (IV–I), half (ending on V; British
"imperfect") and deceptive (V–vi; "interrupted").
"""

from __future__ import annotations

from random import Random

from symbolic.key import Key
from symbolic.pitch import Pitch
from symbolic.questions.base import Question
from symbolic.questions.theory.forms import CADENCE, CHORD, NUMERAL
from symbolic.questions.theory.functions import MAJOR_NUMERALS, MINOR_NUMERALS, chord_of, triad_on
from symbolic.questions.theory.making import Area, make, passage, shuffled
from symbolic.questions.theory.names import MAJOR_KEYS, MINOR_KEYS, an, chord, rising

AREA = "cadences"
KEYS = MAJOR_KEYS[1:-1] + MINOR_KEYS[1:-2]
KINDS = ("authentic", "plagal", "half", "deceptive")
MAJOR_PAIRS = {
    "authentic": (("V", "I"),),
    "plagal": (("IV", "I"),),
    "half": (("I", "V"), ("IV", "V"), ("ii", "V"), ("vi", "V")),
    "deceptive": (("V", "vi"),),
}
MINOR_PAIRS = {
    "authentic": (("V", "i"),),
    "plagal": (("iv", "i"),),
    "half": (("i", "V"), ("iv", "V"), ("ii°", "V"), ("VI", "V")),
    "deceptive": (("V", "VI"),),
}
REASONS = {
    "authentic": "dominant to tonic",
    "plagal": "subdominant to tonic",
    "half": "the phrase stops on the dominant",
    "deceptive": "the dominant leads to the submediant instead of the tonic",
}


def _pairs(key: Key) -> dict[str, tuple[tuple[str, str], ...]]:
    return MINOR_PAIRS if key.mode == "minor" else MAJOR_PAIRS


def _drawn(rng: Random) -> tuple[Key, str, tuple[str, str]]:
    key, kind = rng.choice(KEYS), rng.choice(KINDS)
    return key, kind, rng.choice(_pairs(key)[kind])


def _reason(key: Key, kind: str, pair: tuple[str, str]) -> str:
    first, last = (chord_of(key, numeral) for numeral in pair)
    return f"In {key.name} {first} to {last} is {pair[0]}-{pair[1]}, {REASONS[kind]}: {an(kind)} cadence."


def kind_of(rng: Random) -> Question:
    """Which cadence do two chords make?"""
    key, kind, pair = _drawn(rng)
    first, last = (chord_of(key, numeral) for numeral in pair)
    return make(
        rng,
        AREA,
        (
            f"A phrase in {key.name} ends with the chords {first} and {last}. Which kind of cadence is it?",
            f"Key of {key.name}: {first} - {last} at the end of a phrase. Name the cadence.",
        ),
        kind,
        (other for other in KINDS if other != kind),
        _reason(key, kind, pair),
        form=CADENCE,
    )


def chords_of(rng: Random) -> Question:
    """Which two chords make a cadence?"""
    key, kind, pair = _drawn(rng)

    def named(numerals: tuple[str, str]) -> str:
        return " - ".join(chord_of(key, numeral) for numeral in numerals)

    others = [named(rng.choice(_pairs(key)[other])) for other in KINDS if other != kind]
    return make(
        rng,
        AREA,
        (
            f"Which two chords make {an(kind)} cadence in {key.name}?",
            f"In {key.name}, which ending is {an(kind)} cadence?",
        ),
        named(pair),
        others,
        _reason(key, kind, pair),
    )


def last_chord(rng: Random) -> Question:
    """On which chord does a cadence end?"""
    key, kind, pair = _drawn(rng)
    if kind == "half":
        stem = (
            f"On which chord does a half cadence in {key.name} end?",
            f"A phrase in {key.name} closes with a half cadence. What is its last chord?",
        )
    else:
        stem = (
            f"The chord before last is {chord_of(key, pair[0])} in {key.name}. Which chord follows in "
            f"{an(kind)} cadence?",
            f"{chord_of(key, pair[0])} leads to which chord in {an(kind)} cadence in {key.name}?",
        )
    names = list(MINOR_NUMERALS if key.mode == "minor" else MAJOR_NUMERALS)
    flipped = chord_of(
        Key(key.tonic, "minor" if key.mode == "major" else "major"), "I" if key.mode == "minor" else "i"
    )
    wrong = [
        chord_of(key, numeral)
        for numeral in (names[0], names[5], names[3], names[4], names[1])
        if numeral != pair[1]
    ]
    return make(
        rng,
        AREA,
        stem,
        chord_of(key, pair[1]),
        (*wrong, flipped),
        _reason(key, kind, pair),
        form=CHORD,
        subject="reasoning",
    )


def numerals_of(rng: Random) -> Question:
    """Which numeral comes first or last in a cadence?"""
    key, kind, pair = _drawn(rng)
    names = list(MINOR_NUMERALS if key.mode == "minor" else MAJOR_NUMERALS)
    first, last = (chord_of(key, numeral) for numeral in pair)
    place = rng.randrange(2)
    word, name = ("first", first) if place == 0 else ("second", last)
    return make(
        rng,
        AREA,
        (
            f"In {key.name} a phrase ends {first} - {last}. Which Roman numeral has the {word} of the two "
            "chords?",
            f"{first} - {last} is {an(kind)} cadence in {key.name}. What is {name} as a Roman numeral?",
        ),
        pair[place],
        shuffled(rng, (numeral for numeral in names if numeral != pair[place])),
        _reason(key, kind, pair),
        form=NUMERAL,
    )


def _voiced(key: Key, numeral: str, top: str | None = None) -> list[Pitch]:
    """A triad in four parts: its root in the bass, a chosen note on top."""
    root, kind = triad_on(key, numeral)
    notes = chord(root, kind)
    inner = [note for note in notes if note != (top or root)]
    return [*rising((root,), 3), *rising((*inner, top or root), 4)]


def shown(rng: Random) -> Question:
    """A phrase in four chords of ABC: which cadence?"""
    key, kind, pair = _drawn(rng)
    names = list(MINOR_NUMERALS if key.mode == "minor" else MAJOR_NUMERALS)
    before = [names[0], rng.choice((names[3], names[1], names[5]))]
    if before[1] == pair[0]:
        before[1] = names[3] if pair[0] != names[3] else names[5]
    order = (*before, *pair)
    items = [(_voiced(key, numeral), length) for numeral, length in zip(order, (1, 1, 2, 4), strict=True)]
    return make(
        rng,
        AREA,
        (
            f"The phrase is in {key.name}. With which kind of cadence does it end?",
            f"Which cadence closes this phrase in {key.name}?",
        ),
        kind,
        (other for other in KINDS if other != kind),
        f"The chords are {', '.join(chord_of(key, numeral) for numeral in order)}. "
        f"{_reason(key, kind, pair)}",
        form=CADENCE,
        subject="reasoning",
        score=passage(items, key=key),
    )


def perfect_or_not(rng: Random) -> Question:
    """Perfect or imperfect authentic, by the soprano and the bass."""
    key = rng.choice(KEYS)
    tonic, dominant = ("i" if key.mode == "minor" else "I"), "V"
    top = rng.randrange(3)
    notes = chord(*triad_on(key, tonic))
    inverted = rng.random() < 0.25
    bass = notes[1] if inverted else notes[0]
    upper = [note for note in notes if note != notes[top]]
    final = [*rising((bass,), 3), *rising((*upper, notes[top]), 4)]
    is_perfect = top == 0 and not inverted
    truth = "perfect authentic" if is_perfect else "imperfect authentic"
    reason = (
        f"Both chords are in root position and the soprano ends on the tonic {notes[0]}"
        if is_perfect
        else f"The last chord has {bass} in the bass"
        if inverted
        else f"The soprano ends on {notes[top]}, not on the tonic {notes[0]}"
    )
    return make(
        rng,
        AREA,
        (
            f"This ending is in {key.name}. Is the cadence perfect authentic or imperfect authentic "
            "(American terms)?",
            f"Classify the cadence shown, in {key.name} (American terms): which kind of ending is it?",
        ),
        truth,
        ("imperfect authentic" if is_perfect else "perfect authentic", "plagal", "half", "deceptive"),
        f"{chord_of(key, dominant)} leads to {chord_of(key, tonic)}. {reason}: {truth}.",
        subject="reasoning",
        score=passage(
            [(_voiced(key, dominant, chord(*triad_on(key, dominant))[2 if top else 1]), 2), (final, 2)],
            key=key,
        ),
    )


def phrygian(rng: Random) -> Question:
    """The Phrygian half cadence of a minor key."""
    key = rng.choice(MINOR_KEYS[1:-2])
    sub, dominant = chord(*triad_on(key, "iv")), chord(*triad_on(key, "V"))
    truth = f"{chord_of(key, 'iv')}/{sub[1]} - {chord_of(key, 'V')}"
    wrong = [
        f"{chord_of(key, 'iv')} - {chord_of(key, 'i')}",
        f"{chord_of(key, 'V')} - {chord_of(key, 'i')}",
        f"{chord_of(key, 'V')}/{dominant[1]} - {chord_of(key, 'i')}",
        f"{chord_of(key, 'V')} - {chord_of(key, 'VI')}",
    ]
    return make(
        rng,
        AREA,
        (
            f"Which chords make a Phrygian half cadence in {key.name}?",
            f"In {key.name}, which ending is the Phrygian half cadence?",
        ),
        truth,
        shuffled(rng, wrong),
        f"It is iv in first inversion to V: the bass falls by a semitone from {sub[1]} to {dominant[0]}.",
    )


CADENCE_QUESTIONS = Area(AREA, (kind_of, chords_of, last_chord, numerals_of, shown, perfect_or_not, phrygian))
