"""Questions about scales: their notes, degrees, steps and forms."""

from __future__ import annotations

from itertools import pairwise
from random import Random

from symbolic.questions.base import Question
from symbolic.questions.reading import ordinal
from symbolic.questions.theory.forms import DEGREE, NOTE, SCALE
from symbolic.questions.theory.making import Area, free, make, shuffled
from symbolic.questions.theory.names import (
    DEGREES,
    MAJOR_KEYS,
    MINOR_KEYS,
    SCALES,
    altered,
    an,
    pitch_class,
    rising,
    scale,
)

AREA = "scales"
KINDS = ("major", "natural minor", "harmonic minor", "melodic minor")
MODAL = ("dorian", "phrygian", "lydian", "mixolydian", "locrian", "major pentatonic", "minor pentatonic")
STEP_LETTERS = {1: "H", 2: "W", 3: "3H"}


def _drawn(rng: Random) -> tuple[str, str]:
    """A tonic and one of `KINDS`."""
    kind = rng.choice(KINDS)
    return rng.choice(MAJOR_KEYS if kind == "major" else MINOR_KEYS).tonic, kind


def _called(tonic: str, kind: str) -> str:
    return f"{tonic} {kind}{' (ascending)' if kind == 'melodic minor' else ''}"


def _siblings(tonic: str, degree: int, kind: str) -> list[str]:
    """A degree in the other kinds of scale on the same tonic."""
    return [scale(tonic, other)[degree - 1] for other in KINDS if other != kind]


def degree_note(rng: Random) -> Question:
    """Which note is the nth degree?"""
    tonic, kind = _drawn(rng)
    degree = rng.randint(2, 7)
    notes = scale(tonic, kind)
    truth, name = notes[degree - 1], _called(tonic, kind)
    return make(
        rng,
        AREA,
        (
            f"Which note is the {ordinal(degree)} degree of the {name} scale?",
            f"Name scale degree {degree} of {name}.",
            f"Counting from the tonic as 1, which note is number {degree} in the {name} scale?",
        ),
        truth,
        (*_siblings(tonic, degree, kind), altered(truth, 1), altered(truth, -1), notes[degree - 2], notes[0]),
        f"The {name} scale has the notes {' '.join(notes)}; the {ordinal(degree)} of them is {truth}.",
        form=NOTE,
    )


def named_degree_note(rng: Random) -> Question:
    """Which note is the mediant?"""
    key = rng.choice(MAJOR_KEYS + MINOR_KEYS)
    kind = "harmonic minor" if key.mode == "minor" else "major"
    degree = rng.randint(2, 7)
    notes, name = scale(key.tonic, kind), DEGREES[degree - 1]
    truth = notes[degree - 1]
    return make(
        rng,
        AREA,
        (
            f"Which note is the {name} of {key.tonic} {kind}?",
            f"In {key.tonic} {kind}, what is the {name}?",
            f"Name the {name} of the {key.tonic} {kind} scale.",
        ),
        truth,
        (
            *_siblings(key.tonic, degree, kind),
            notes[degree % 7],
            notes[degree - 2],
            altered(truth, 1),
            notes[0],
        ),
        f"The {name} is the {ordinal(degree)} degree. {key.tonic} {kind} is {' '.join(notes)}, so it is "
        f"{truth}.",
        form=NOTE,
    )


def degree_of_note(rng: Random) -> Question:
    """Which degree is this note?"""
    tonic, kind = _drawn(rng)
    degree = rng.randint(2, 7)
    notes = scale(tonic, kind)
    names = (*DEGREES[:6], "subtonic") if kind == "natural minor" else DEGREES
    truth = names[degree - 1]
    others = sorted(
        (name for name in names if name != truth), key=lambda name: abs(names.index(name) - degree + 1)
    )
    return make(
        rng,
        AREA,
        (
            f"Which scale degree of {_called(tonic, kind)} is the note {notes[degree - 1]}?",
            f"What is the note {notes[degree - 1]} called in the {_called(tonic, kind)} scale?",
        ),
        truth,
        others,
        f"In {_called(tonic, kind)} ({' '.join(notes)}) {notes[degree - 1]} is the {ordinal(degree)} "
        f"degree, which is called the {truth}.",
        form=DEGREE,
    )


def spelling(rng: Random) -> Question:
    """Which of these lists is the scale?"""
    tonic, kind = _drawn(rng)
    notes = scale(tonic, kind)
    truth = " ".join(notes)
    place = rng.randint(2, 5)
    slip = [*notes[:place], altered(notes[place], rng.choice((-1, 1))), *notes[place + 1 :]]
    others = [" ".join(scale(tonic, other)) for other in KINDS if other != kind]
    return make(
        rng,
        AREA,
        (
            f"Which of these is the {_called(tonic, kind)} scale?",
            f"Which row of notes forms {_called(tonic, kind)}?",
        ),
        truth,
        (*shuffled(rng, others), " ".join(slip)),
        f"Above the tonic the {kind} scale has the intervals {SCALES[kind]}; from {tonic} that gives "
        f"{truth}.",
    )


def modal_spelling(rng: Random) -> Question:
    """The same for modes and pentatonic scales."""
    kind = rng.choice(MODAL)
    tonic = rng.choice("C D Eb E F F# G Ab A Bb B C#".split())
    truth = " ".join(scale(tonic, kind))
    size = len(scale(tonic, kind))
    others = [" ".join(scale(tonic, other)) for other in SCALES if len(SCALES[other].split()) == size]
    slip = altered(scale(tonic, kind)[2], 1), altered(scale(tonic, kind)[3], -1)
    slips = [
        truth.replace(f" {note} ", f" {other} ", 1)
        for note, other in zip(scale(tonic, kind)[2:], slip, strict=False)
    ]
    return make(
        rng,
        AREA,
        (f"Which of these is the {tonic} {kind} scale?", f"Which notes make up the {tonic} {kind} scale?"),
        truth,
        (*shuffled(rng, (other for other in others if other != truth)), *slips),
        f"The {kind} scale has the intervals {SCALES[kind]} above its tonic: {truth}.",
    )


def foreign_note(rng: Random) -> Question:
    """Which note of a scale written in ABC is wrong?"""
    tonic, kind = _drawn(rng)
    notes = list(scale(tonic, kind))
    inside = {pitch_class(note) for note in notes}
    faults = [
        (place, wrong)
        for place in range(1, 7)
        for wrong in (altered(notes[place], 1), altered(notes[place], -1))
        if pitch_class(wrong) not in inside
    ]
    place, wrong = rng.choice(faults)
    played = [*notes[:place], wrong, *notes[place + 1 :], tonic]
    score = free(*((pitch, 1) for pitch in rising(played, 4)))
    return make(
        rng,
        AREA,
        (
            f"This should be the {_called(tonic, kind)} scale, but one note is wrong. Which one?",
            f"One of the notes shown does not belong to {_called(tonic, kind)}. Name it.",
        ),
        wrong,
        (played[place - 1], played[(place + 1) % 7], *shuffled(rng, (n for n in notes if n != notes[place]))),
        f"{_called(tonic, kind)} is {' '.join(notes)}. Where {wrong} is written, {notes[place]} should "
        "stand.",
        form=NOTE,
        subject="reasoning",
        score=score,
    )


def kind_shown(rng: Random) -> Question:
    """Which kind of scale is written in ABC?"""
    kind = rng.choice([name for name in SCALES if name not in ("locrian", "whole-tone")] * 2 + ["locrian"])
    tonic = rng.choice("C D Eb E F G A Bb B F#".split())
    notes = scale(tonic, kind)
    order = {
        name: len(set(SCALES[name].split()) ^ set(SCALES[kind].split())) for name in SCALES if name != kind
    }
    taken = [name for name in order if order[name] > 0]
    return make(
        rng,
        AREA,
        ("Which kind of scale is shown?", "Name the kind of the scale that is written here."),
        kind,
        sorted(taken, key=lambda name: order[name]),
        f"From {tonic} the notes are {' '.join(notes)}, with the intervals {SCALES[kind]} above it: "
        f"{an(kind)} scale.",
        form=SCALE,
        subject="reasoning",
        score=free(*((pitch, 1) for pitch in rising((*notes, tonic), 4))),
    )


def semitone_places(rng: Random) -> Question:
    """Between which notes do the semitones lie?"""
    tonic, kind = _drawn(rng)
    notes = (*scale(tonic, kind), tonic)
    pairs = [f"{low}-{high}" for low, high in pairwise(notes)]
    sizes = [(pitch_class(high) - pitch_class(low)) % 12 for low, high in pairwise(notes)]
    small = [place for place, size in enumerate(sizes) if size == 1]
    others = []
    for place in range(7):
        moved = sorted({*small[1:], place}) if rng.random() < 0.5 else sorted({*small[:-1], place})
        if len(moved) == len(small) and moved != small:
            others.append(" and ".join(pairs[index] for index in moved))
    truth = " and ".join(pairs[index] for index in small)
    return make(
        rng,
        AREA,
        (
            f"Between which notes of {_called(tonic, kind)} do the semitones lie?",
            f"Where are the half steps in the {_called(tonic, kind)} scale?",
        ),
        truth,
        shuffled(rng, others),
        f"The steps of {' '.join(notes)} measure {' '.join(map(str, sizes))} semitones; those of one "
        f"semitone are {truth}.",
    )


def step_pattern(rng: Random) -> Question:
    """Which pattern of steps makes the scale?"""
    kind = rng.choice([name for name in SCALES if "pentatonic" not in name])
    tonic = rng.choice("C D F G A".split()) if kind == "whole-tone" else rng.choice("C D E F G A B".split())

    def pattern(name: str) -> str:
        notes = (*scale(tonic, name), tonic)
        sizes = [(pitch_class(high) - pitch_class(low)) % 12 for low, high in pairwise(notes)]
        return " ".join(STEP_LETTERS[size] for size in sizes)

    others = {pattern(name) for name in SCALES if "pentatonic" not in name and name != kind}
    return make(
        rng,
        AREA,
        (
            f"Which pattern of whole (W) and half (H) steps leads up from {tonic} through the {kind} scale?",
            f"{tonic} {kind}: which series of whole (W) and half (H) steps is it?",
        ),
        pattern(kind),
        shuffled(rng, sorted(others - {pattern(kind)})),
        f"{' '.join((*scale(tonic, kind), tonic))} rises by the steps "
        f"{pattern(kind)}{' (3H is an augmented second)' if '3H' in pattern(kind) else ''}.",
    )


SCALE_QUESTIONS = Area(
    AREA,
    (
        degree_note,
        named_degree_note,
        degree_of_note,
        spelling,
        modal_spelling,
        foreign_note,
        kind_shown,
        semitone_places,
        step_pattern,
    ),
)
