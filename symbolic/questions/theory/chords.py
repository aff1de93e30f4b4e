"""Questions about triads and seventh chords: spelling, quality, members, symbols."""

from __future__ import annotations

from random import Random

from symbolic.pitch import Pitch
from symbolic.questions.base import Question
from symbolic.questions.theory.forms import CHORD, NOTE, NOTES, NUMBER, SEVENTH, TRIAD
from symbolic.questions.theory.making import Area, free, make, near, shuffled
from symbolic.questions.theory.names import (
    CHORDS,
    MEMBERS,
    ROOTS,
    SEVENTHS,
    TRIADS,
    altered,
    an,
    an_note,
    capital,
    chord,
    listing,
    pitch_class,
    rising,
    symbol,
)

AREA = "chords"
COMMON_SEVENTHS = SEVENTHS[:5]


def _spellable(root: str, kind: str) -> bool:
    try:
        chord(root, kind)
    except ValueError:
        return False
    return True


def drawn_chord(rng: Random, kinds: tuple[str, ...]) -> tuple[str, str]:
    """A root and a kind that can be spelled on it."""
    while True:
        root, kind = rng.choice(ROOTS), rng.choice(kinds)
        if _spellable(root, kind):
            return root, kind


def _titled(root: str, kind: str) -> str:
    return f"{root} {kind} {'triad' if kind in TRIADS else 'chord'}"


def _reason(root: str, kind: str) -> str:
    notes = " ".join(chord(root, kind))
    return f"{capital(an(kind))} chord has the intervals {CHORDS[kind][1]} above its root: {notes}."


def _spelling(rng: Random, kinds: tuple[str, ...]) -> Question:
    root, kind = drawn_chord(rng, kinds)
    notes = chord(root, kind)
    siblings = [" ".join(chord(root, other)) for other in kinds if other != kind and _spellable(root, other)]
    slips = []
    for place in range(1, len(notes)):
        for by in (-1, 1):
            slips.append(" ".join((*notes[:place], altered(notes[place], by), *notes[place + 1 :])))
    return make(
        rng,
        AREA,
        (
            f"Which notes form the {_titled(root, kind)}?",
            f"Spell the {_titled(root, kind)} from its root upwards.",
            f"The chord symbol {symbol(root, kind)} stands for which notes?",
        ),
        " ".join(notes),
        (*siblings[:3], *shuffled(rng, slips)),
        _reason(root, kind),
        form=NOTES,
    )


def spell_triad(rng: Random) -> Question:
    """The notes of a triad."""
    return _spelling(rng, TRIADS)


def spell_seventh(rng: Random) -> Question:
    """The notes of a seventh chord."""
    return _spelling(rng, SEVENTHS)


def triad_quality(rng: Random) -> Question:
    """What kind of triad is it?"""
    root, kind = drawn_chord(rng, TRIADS)
    notes = shuffled(rng, chord(root, kind))
    return make(
        rng,
        AREA,
        (
            f"What kind of triad do the notes {listing(notes)} form?",
            f"{listing(notes)} sound together. Is the triad major, minor, diminished or augmented?",
        ),
        kind,
        [other for other in TRIADS if other != kind],
        f"Stacked in thirds the notes are {' '.join(chord(root, kind))}. {_reason(root, kind)}",
        form=TRIAD,
    )


def seventh_quality(rng: Random) -> Question:
    """What kind of seventh chord is it?"""
    root, kind = drawn_chord(rng, SEVENTHS)
    notes = chord(root, kind)
    return make(
        rng,
        AREA,
        (
            f"What kind of seventh chord is {' '.join(notes)}?",
            f"Name the kind of the chord {'-'.join(notes)}.",
        ),
        kind,
        shuffled(rng, (other for other in SEVENTHS if other != kind)),
        _reason(root, kind),
        form=SEVENTH,
    )


def member(rng: Random) -> Question:
    """Which note is the third, fifth, seventh?"""
    root, kind = drawn_chord(rng, tuple(CHORDS))
    notes = chord(root, kind)
    place = rng.randint(1, len(notes) - 1)
    truth = notes[place]
    return make(
        rng,
        AREA,
        (
            f"Which note is the {MEMBERS[place]} of the {_titled(root, kind)}?",
            f"Name the {MEMBERS[place]} of the chord {symbol(root, kind)}.",
        ),
        truth,
        (altered(truth, 1), altered(truth, -1), *(n for n in notes if n != truth), altered(root, 1)),
        f"The {_titled(root, kind)} is {' '.join(notes)}; its {MEMBERS[place]} is {truth}.",
        form=NOTE,
    )


def root_of(rng: Random) -> Question:
    """The root of a chord whose notes are out of order."""
    root, kind = drawn_chord(rng, COMMON_SEVENTHS[:4])
    notes = chord(root, kind)
    mixed = shuffled(rng, notes)
    return make(
        rng,
        AREA,
        (
            f"The notes {listing(mixed)} form a seventh chord. Which of them is its root?",
            f"Arrange {listing(mixed)} in thirds. Which note is the root of the chord?",
        ),
        root,
        shuffled(rng, notes[1:]),
        f"In thirds the notes are {' '.join(notes)}, {an_note(_titled(root, kind))}; the root is {root}.",
        form=NOTE,
        subject="reasoning",
    )


def member_role(rng: Random) -> Question:
    """Which member of the chord is a note?"""
    root, kind = drawn_chord(rng, COMMON_SEVENTHS)
    notes = chord(root, kind)
    place = rng.randrange(4)
    return make(
        rng,
        AREA,
        (
            f"Which member of the chord {symbol(root, kind)} is the note {notes[place]}?",
            f"In the {_titled(root, kind)}, is {notes[place]} the root, third, fifth or seventh?",
        ),
        MEMBERS[place],
        shuffled(rng, (name for name in MEMBERS if name != MEMBERS[place])),
        f"{symbol(root, kind)} is {' '.join(notes)}, so {notes[place]} is the {MEMBERS[place]}.",
    )


def _voiced(rng: Random, root: str, kind: str) -> list[Pitch]:
    """Root in the bass, the other notes above it in any order, perhaps with the root doubled."""
    upper = shuffled(rng, chord(root, kind)[1:])
    return rising((root, *upper, *([root] if rng.random() < 0.5 else [])), 3)


def shown(rng: Random) -> Question:
    """A chord in ABC: name it."""
    root, kind = drawn_chord(rng, (*TRIADS, *COMMON_SEVENTHS))
    pitches = _voiced(rng, root, kind)
    broken = rng.random() < 0.4
    items = [(pitch, 1) for pitch in pitches] if broken else [(pitches, 4)]
    family = TRIADS if kind in TRIADS else COMMON_SEVENTHS
    siblings = [symbol(root, other) for other in family if other != kind]
    third = [symbol(chord(root, kind)[1], other) for other in ("major", "minor")]
    return make(
        rng,
        AREA,
        (
            "Which chord is shown? Its root is the lowest note.",
            "Name the chord shown; the bass has its root.",
        ),
        symbol(root, kind),
        (*shuffled(rng, siblings), *third),
        f"The notes are {listing([p.spelled_class for p in pitches])}; in thirds "
        f"{' '.join(chord(root, kind))}. {_reason(root, kind)}",
        form=CHORD,
        subject="reasoning",
        score=free(*items),
    )


def common_notes(rng: Random) -> Question:
    """How many notes do two chords share?"""
    first, second = drawn_chord(rng, TRIADS[:2]), drawn_chord(rng, (*TRIADS[:2], "dominant seventh"))
    while first == second:
        second = drawn_chord(rng, TRIADS[:2])
    one, other = chord(*first), chord(*second)
    shared = [note for note in one if pitch_class(note) in {pitch_class(n) for n in other}]
    count = len(shared)
    return make(
        rng,
        AREA,
        (
            f"How many pitch classes do the chords {symbol(*first)} and {symbol(*second)} have in common?",
            f"Count the pitch classes that {symbol(*first)} and {symbol(*second)} share.",
        ),
        str(count),
        near(count, least=0),
        f"{symbol(*first)} is {' '.join(one)}, {symbol(*second)} is {' '.join(other)}; in common: "
        f"{listing(shared) if shared else 'none'}.",
        form=NUMBER,
        subject="reasoning",
    )


CHORD_QUESTIONS = Area(
    AREA,
    (
        spell_triad,
        spell_seventh,
        triad_quality,
        seventh_quality,
        member,
        root_of,
        member_role,
        shown,
        common_notes,
    ),
)
