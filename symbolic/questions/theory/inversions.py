"""Questions about inversions and figured bass."""

from __future__ import annotations

from random import Random

from symbolic.pitch import Interval
from symbolic.questions.base import Question
from symbolic.questions.interval import interval_name
from symbolic.questions.theory.chords import COMMON_SEVENTHS, drawn_chord
from symbolic.questions.theory.forms import CHORD, NOTE, NOTES, POSITION
from symbolic.questions.theory.making import Area, free, make, shuffled
from symbolic.questions.theory.names import (
    CHORDS,
    MAJOR_KEYS,
    MEMBERS,
    TRIADS,
    altered,
    chord,
    rising,
    scale_of,
    symbol,
)

AREA = "inversions"
POSITIONS = ("root position", "first inversion", "second inversion", "third inversion")
TRIAD_FIGURES = ("5/3", "6", "6/4")
SEVENTH_FIGURES = ("7", "6/5", "4/3", "4/2")
KINDS = (*TRIADS[:3], *COMMON_SEVENTHS[:4])
STEPS_ABOVE = {
    "5/3": (2, 4),
    "6": (2, 5),
    "6/4": (3, 5),
    "7": (2, 4, 6),
    "6/5": (2, 4, 5),
    "4/3": (2, 3, 5),
    "4/2": (1, 3, 5),
}
"""Figures → steps above the bass, the lowest first."""


def _figures(kind: str) -> tuple[str, ...]:
    return TRIAD_FIGURES if kind in TRIADS else SEVENTH_FIGURES


def _drawn(rng: Random) -> tuple[str, str, int, tuple[str, ...]]:
    """Root, kind, inversion and notes of a chord."""
    root, kind = drawn_chord(rng, KINDS)
    notes = chord(root, kind)
    return root, kind, rng.randrange(len(notes)), notes


def position(rng: Random) -> Question:
    """In which position is a chord with a given bass?"""
    root, kind, place, notes = _drawn(rng)
    return make(
        rng,
        AREA,
        (
            f"The chord {symbol(root, kind)} has {notes[place]} in the bass. In which position is it?",
            f"{symbol(root, kind)} sounds with {notes[place]} as its lowest note. Which position is that?",
        ),
        POSITIONS[place],
        [name for name in POSITIONS if name != POSITIONS[place]],
        f"{symbol(root, kind)} is {' '.join(notes)}; {notes[place]} is its {MEMBERS[place]}: "
        f"{POSITIONS[place]}.",
        form=POSITION,
    )


def bass_note(rng: Random) -> Question:
    """Which note is in the bass?"""
    root, kind, place, notes = _drawn(rng)
    truth = notes[place]
    return make(
        rng,
        AREA,
        (
            f"Which note is the lowest when {symbol(root, kind)} is in {POSITIONS[place]}?",
            f"Name the bass of the {root} {kind} chord in {POSITIONS[place]}.",
        ),
        truth,
        (*shuffled(rng, (note for note in notes if note != truth)), altered(truth, 1), altered(truth, -1)),
        f"{symbol(root, kind)} is {' '.join(notes)}. In {POSITIONS[place]} its {MEMBERS[place]}, {truth}, "
        "is in the bass.",
        form=NOTE,
    )


def figures(rng: Random) -> Question:
    """Which figures mark an inversion?"""
    root, kind, place, notes = _drawn(rng)
    marks = _figures(kind)
    others = [*(mark for mark in marks if mark != marks[place]), *TRIAD_FIGURES, *SEVENTH_FIGURES]
    return make(
        rng,
        AREA,
        (
            f"Which figures in a figured bass mark {symbol(root, kind)} over the bass note {notes[place]}?",
            f"{symbol(root, kind)} stands in {POSITIONS[place]}, over {notes[place]}. What are its figures?",
        ),
        marks[place],
        others,
        f"{notes[place]} is the {MEMBERS[place]} of {symbol(root, kind)} ({' '.join(notes)}). "
        f"{POSITIONS[place].capitalize()} of a {'triad' if kind in TRIADS else 'seventh chord'} is figured "
        f"{marks[place]}.",
    )


def _diatonic(notes: tuple[str, ...], place: int, size: int) -> tuple[str, str]:
    """Root and kind of the chord of `size` thirds on a degree of a major key."""
    found = tuple(notes[(place + 2 * step) % 7] for step in range(size))
    kind = next(kind for kind in CHORDS if len(CHORDS[kind][1].split()) == size and spells(found, kind))
    return found[0], kind


def spells(notes: tuple[str, ...], kind: str) -> bool:
    """Whether notes are a chord of a kind on the first of them."""
    try:
        return chord(notes[0], kind) == notes
    except ValueError:
        return False


def realise(rng: Random) -> Question:
    """Which chord does a figured bass ask for?"""
    key = rng.choice(MAJOR_KEYS[1:-1])
    notes = scale_of(key)
    size = rng.choice((3, 4))
    marks = TRIAD_FIGURES if size == 3 else SEVENTH_FIGURES
    place, degree = rng.randrange(size), rng.randrange(7)
    root, kind = _diatonic(notes, degree, size)
    bass = chord(root, kind)[place]
    truth = symbol(root, kind, bass)
    wrong = []
    for other in range(size):
        found = _diatonic(notes, (notes.index(bass) - 2 * other) % 7, size)
        wrong.append(symbol(*found, bass))
    wrong += [symbol(*_diatonic(notes, (degree + step) % 7, size)) for step in (1, 2, 4)]
    return make(
        rng,
        AREA,
        (
            f"In {key.name} a figured bass has the note {bass} with the figures {marks[place]}. Which chord "
            "is meant?",
            f"Key of {key.name}: bass note {bass}, figures {marks[place]}. Name the chord with its bass.",
        ),
        truth,
        wrong,
        f"{marks[place]} is the {POSITIONS[place]} of a {'triad' if size == 3 else 'seventh chord'}: the "
        f"bass is its {MEMBERS[place]}, so the root is {root}, and the key makes it "
        f"{' '.join(chord(root, kind))}: {truth}.",
        form=CHORD,
        subject="reasoning",
    )


def upper_notes(rng: Random) -> Question:
    """Which notes stand above a figured bass?"""
    key = rng.choice(MAJOR_KEYS[1:-1])
    notes = scale_of(key)
    place = rng.randrange(7)
    mark, steps = rng.choice(list(STEPS_ABOVE.items()))
    shapes = ((2, 5), (3, 5), (2, 4)) if len(steps) == 2 else ((2, 4, 5), (2, 3, 5), (1, 3, 5), (2, 4, 6))

    def above_bass(shape: tuple[int, ...]) -> str:
        return " ".join(notes[(place + step) % 7] for step in shape)

    raised = [above_bass(tuple(step + 1 for step in shape)) for shape in shapes]
    return make(
        rng,
        AREA,
        (
            f"In {key.name}, which notes stand above the bass note {notes[place]} figured {mark} (lowest "
            "figure first)?",
            f"Realise the figures {mark} over {notes[place]} in {key.name}: which notes are added, the "
            "lowest figure first?",
        ),
        above_bass(steps),
        (*(above_bass(shape) for shape in shapes if shape != steps), *raised),
        f"{mark} stands for {', '.join(str(step + 1) for step in steps)} above the bass; counted in "
        f"{key.name} from {notes[place]} these are {above_bass(steps)}.",
        form=NOTES,
        subject="reasoning",
    )


def shown(rng: Random) -> Question:
    """A chord in ABC: which position?"""
    root, kind, place, notes = _drawn(rng)
    upper = shuffled(rng, (*notes[:place], *notes[place + 1 :]))
    pitches = rising((notes[place], *upper), 3)
    return make(
        rng,
        AREA,
        (
            "In which position is the chord shown?",
            "Root position or an inversion: which one is this chord in?",
        ),
        POSITIONS[place],
        [name for name in POSITIONS if name != POSITIONS[place]],
        f"The notes are those of {symbol(root, kind)} ({' '.join(notes)}) with {notes[place]}, the "
        f"{MEMBERS[place]}, in the bass: {POSITIONS[place]}.",
        form=POSITION,
        subject="reasoning",
        score=free((pitches, 4)),
    )


def slash(rng: Random) -> Question:
    """What does a slash chord mean?"""
    root, kind, place, notes = _drawn(rng)
    place = place or 1
    name = symbol(root, kind, notes[place])
    wrong = [f"{symbol(root, kind)} in {other}" for other in POSITIONS if other != POSITIONS[place]]
    return make(
        rng,
        AREA,
        (f"What does the chord symbol {name} call for?", f"A lead sheet says {name}. What is to be played?"),
        f"{symbol(root, kind)} in {POSITIONS[place]}",
        wrong,
        f"The note behind the stroke is the bass: {notes[place]} is the {MEMBERS[place]} of "
        f"{' '.join(notes)}.",
    )


def close_interval(rng: Random) -> Question:
    """The interval between the lowest and highest note of a chord in close position."""
    root, kind, place, notes = _drawn(rng)
    order = (*notes[place:], *notes[:place])
    pitches = rising(order, 4)
    frame = interval_name(Interval.between(pitches[0], pitches[-1]))
    names = "perfect fifth,major sixth,minor sixth,minor seventh,major seventh,diminished fifth".split(",")
    return make(
        rng,
        AREA,
        (
            f"{symbol(root, kind)} is written in close {POSITIONS[place]}. Which interval lies between its "
            "lowest and its highest note?",
            f"Which interval frames {symbol(root, kind)} in close {POSITIONS[place]}?",
        ),
        frame,
        names,
        f"In close {POSITIONS[place]} the notes are {' '.join(order)}; from {order[0]} up to {order[-1]} is "
        f"a {frame}.",
        subject="reasoning",
    )


INVERSION_QUESTIONS = Area(
    AREA, (position, bass_note, figures, realise, upper_notes, shown, slash, close_interval)
)
