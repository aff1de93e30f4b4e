"""Questions about voice leading: faults planted in small snippets, motion, resolution."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from symbolic.key import Key
from symbolic.pitch import Interval, Pitch
from symbolic.questions.base import Question
from symbolic.questions.reading import ordinal
from symbolic.questions.theory.counterpoint import (
    FOUR_PART_FAULTS,
    TWO_PART_FAULTS,
    Fault,
    four_parts,
    ladder,
    motion_of,
    two_parts,
)
from symbolic.questions.theory.forms import FAULT, MOTION, NOTE, NUMBER
from symbolic.questions.theory.making import Area, make, near, passage, shuffled
from symbolic.questions.theory.names import MAJOR_KEYS, MINOR_KEYS, above, capital, chord, symbol
from symbolic.score import Score

AREA = "voice-leading"
VOICES = ("soprano", "alto", "tenor", "bass")
KEYS = MAJOR_KEYS[3:-3]
CHORD_KEYS = MAJOR_KEYS[3:-3] + MINOR_KEYS[3:-4]
LENGTH = 4
NEAREST = {
    "parallel fifths": ("parallel octaves", "hidden fifths", "voice crossing", "hidden octaves"),
    "parallel octaves": ("parallel fifths", "hidden octaves", "voice crossing", "hidden fifths"),
    "hidden fifths": ("parallel fifths", "hidden octaves", "voice crossing", "parallel octaves"),
    "hidden octaves": ("parallel octaves", "hidden fifths", "voice crossing", "parallel fifths"),
    "voice crossing": ("hidden fifths", "parallel octaves", "parallel fifths", "hidden octaves"),
    "unresolved leading note": ("parallel fifths", "voice crossing", "hidden octaves", "parallel octaves"),
}


def _two_staves(line: Sequence[tuple[Pitch, Pitch]], key: Key, length: int = 1) -> Score:
    upper, lower = zip(*line, strict=True)
    meter = "4/4" if length * len(line) % 4 == 0 else "2/4"
    return passage(
        [(pitch, length) for pitch in upper],
        [(pitch, length) for pitch in lower],
        key=key,
        meter=meter,
        clefs=("treble", "bass"),
    )


def _steps(before: tuple[Pitch, Pitch], after: tuple[Pitch, Pitch], fault: str) -> str:
    """What happens between two voices, in words that show the fault."""
    moves = f"The upper voice goes {before[0]}-{after[0]}, the lower {before[1]}-{after[1]}"
    if fault == "voice crossing":
        return f"{moves}: the upper voice is now below the lower one, voice crossing."
    name = f"perfect {'octave' if 'octave' in fault else 'fifth'} (or its compound)"
    if fault.startswith("parallel"):
        return f"{moves}: both move the same way from one {name} to another, {fault}."
    return f"{moves}: both move the same way into a {name} from another interval, {fault}."


def two_part_fault(rng: Random) -> Question:
    """Which fault has a two-part passage?"""
    key, fault, place = rng.choice(KEYS), rng.choice(TWO_PART_FAULTS), rng.randint(1, LENGTH - 1)
    line = two_parts(rng, key, LENGTH, fault, place)
    return make(
        rng,
        AREA,
        (
            "Which fault of strict two-part writing does this passage contain?",
            "There is one voice-leading fault in these two parts. Which one?",
        ),
        fault,
        NEAREST[fault],
        _steps(line[place - 1], line[place], fault),
        form=FAULT,
        subject="reasoning",
        score=_two_staves(line, key),
    )


def place_of_fault(rng: Random) -> Question:
    """At which note does the fault stand?"""
    key, fault = rng.choice(KEYS), rng.choice(TWO_PART_FAULTS[:4])
    length = rng.choice((6, 8))
    place = rng.randint(1, length - 1)
    line = two_parts(rng, key, length, fault, place)
    return make(
        rng,
        AREA,
        (
            f"These two parts move note against note and contain {fault} once. Counting the notes of a "
            "voice from 1, at which note are they complete?",
            f"Find the {fault}: the number of the note (from 1) at which the second of the two intervals "
            "stands.",
        ),
        str(place + 1),
        near(place + 1, place),
        f"{_steps(line[place - 1], line[place], fault)} That is at note {place + 1}.",
        form=NUMBER,
        subject="reasoning",
        score=_two_staves(line, key),
    )


def _satb(sonorities: Sequence[Sequence[Pitch]], key: Key) -> Score:
    voices = [[(pitch, 2) for pitch in voice] for voice in zip(*sonorities, strict=True)]
    return passage(*voices, key=key, clefs=("treble", "treble", "bass", "bass"))


def _told(sonorities: Sequence[Sequence[Pitch]], fault: Fault) -> str:
    before, after = sonorities
    upper = f"the {VOICES[fault.upper]} goes {before[fault.upper]}-{after[fault.upper]}"
    if fault.name == "unresolved leading note":
        return f"{capital(upper)}: the leading note does not rise to the tonic."
    lower = f"the {VOICES[fault.lower]} {before[fault.lower]}-{after[fault.lower]}"
    return f"{capital(upper)}, {lower}: {fault.name}."


def four_part_fault(rng: Random) -> Question:
    """Which fault have two chords in four parts?"""
    key, wanted = rng.choice(CHORD_KEYS), rng.choice(FOUR_PART_FAULTS)
    pair, sonorities, fault = four_parts(rng, key, wanted)
    return make(
        rng,
        AREA,
        (
            f"Two chords in {key.name} ({pair[0]}-{pair[1]}), soprano first. Which fault of voice leading "
            "is there?",
            f"Find the one voice-leading fault in this {pair[0]}-{pair[1]} in {key.name}.",
        ),
        wanted,
        (*NEAREST[wanted][:2], "unresolved leading note", *NEAREST[wanted][2:]),
        _told(sonorities, fault),
        form=FAULT,
        subject="reasoning",
        score=_satb(sonorities, key),
    )


def faulty_voices(rng: Random) -> Question:
    """Between which voices does the fault stand?"""
    key, wanted = rng.choice(CHORD_KEYS), rng.choice(("parallel fifths", "parallel octaves"))
    _, sonorities, fault = four_parts(rng, key, wanted)
    pairs = [f"{VOICES[one]} and {VOICES[other]}" for one in range(4) for other in range(one + 1, 4)]
    truth = f"{VOICES[fault.upper]} and {VOICES[fault.lower]}"
    return make(
        rng,
        AREA,
        (
            "Between which voices of this four-part setting (soprano, alto, tenor, bass) are there "
            f"{wanted}?",
            f"The two chords have {wanted} in one pair of voices; V:1 is the soprano, V:4 the bass. Which "
            "pair?",
        ),
        truth,
        shuffled(rng, (pair for pair in pairs if pair != truth)),
        _told(sonorities, fault),
        subject="reasoning",
        score=_satb(sonorities, key),
    )


def motion(rng: Random) -> Question:
    """Which kind of motion is it?"""
    key, kind = rng.choice(KEYS), rng.choice(("parallel", "similar", "contrary", "oblique"))
    notes = ladder(key)
    while True:
        low, up, down = rng.randint(10, 16), rng.randint(-3, 3), rng.randint(-3, 3)
        high = low + rng.choice((2, 4, 5, 7, 9))
        if motion_of(up, down) == kind and high + up > low + down:
            break
    line = [(notes[high], notes[low]), (notes[high + up], notes[low + down])]
    names = [Interval.between(lower, upper).steps + 1 for upper, lower in line]
    in_words = rng.random() < 0.4
    stem = (
        f"The upper voice moves {line[0][0]}-{line[1][0]} while the lower moves {line[0][1]}-{line[1][1]}. "
        "Which kind of motion is that?"
    )
    return make(
        rng,
        AREA,
        (stem,)
        if in_words
        else (
            "Which kind of motion do the two voices make?",
            "How do the two voices move relative to each other?",
        ),
        kind,
        (other for other in ("similar", "parallel", "contrary", "oblique") if other != kind),
        f"The upper voice goes {line[0][0]}-{line[1][0]}, the lower {line[0][1]}-{line[1][1]}; the "
        f"intervals are a {ordinal(names[0])} and a {ordinal(names[1])} in number: {kind} motion.",
        form=MOTION,
        subject="reasoning",
        score=None if in_words else _two_staves(line, key),
    )


def resolution(rng: Random) -> Question:
    """Where do the leading note and the seventh of V7 go?"""
    key = rng.choice(MAJOR_KEYS[1:-1] + MINOR_KEYS[1:-2])
    root = above(key.tonic, "P5")
    notes = chord(root, "dominant seventh")
    third = above(key.tonic, "m3" if key.mode == "minor" else "M3")
    member, truth, rule = rng.choice(
        (
            ("third", key.tonic, f"the leading note {notes[1]} rises by a semitone to the tonic {key.tonic}"),
            ("seventh", third, f"the seventh {notes[3]} falls by step to {third}"),
        )
    )
    note = notes[1] if member == "third" else notes[3]
    home = symbol(key.tonic, key.mode)
    return make(
        rng,
        AREA,
        (
            f"{symbol(root, 'dominant seventh')} resolves to {home} in {key.name}. To which note does "
            f"{note} go by rule?",
            f"In {key.name}, to which note does {note}, the {member} of {symbol(root, 'dominant seventh')}, "
            "resolve?",
        ),
        truth,
        (root, key.tonic, third, note, above(root, "M2")),
        f"In V7-{'i' if key.mode == 'minor' else 'I'} {rule}.",
        form=NOTE,
    )


def not_doubled(rng: Random) -> Question:
    """Which note must not be doubled?"""
    key = rng.choice(MAJOR_KEYS[1:-1] + MINOR_KEYS[1:-2])
    root = above(key.tonic, "P5")
    notes = chord(root, "major")
    return make(
        rng,
        AREA,
        (
            f"Which note of the dominant triad {symbol(root, 'major')} in {key.name} should not be doubled "
            "in four parts?",
            f"Four-part writing in {key.name}: which note of {' '.join(notes)} must not be doubled?",
        ),
        notes[1],
        (notes[0], notes[2], key.tonic),
        f"{notes[1]} is the leading note of {key.name}; doubled, both would have to rise to {key.tonic}, in "
        "parallel octaves.",
        form=NOTE,
    )


def check_in_words(rng: Random) -> Question:
    """Two voices told by name: which fault, if any?"""
    key = rng.choice(KEYS)
    fault = rng.choice((*TWO_PART_FAULTS, None))
    line = two_parts(rng, key, 2, fault, 1)
    truth = fault or "no fault"
    (upper, lower), (high, low) = line
    reason = (
        _steps(line[0], line[1], fault)
        if fault
        else f"From {upper}/{lower} to {high}/{low} no perfect interval is reached in similar motion and "
        "nothing crosses."
    )
    wrong = (
        NEAREST[fault][:3]
        if fault
        else ("parallel fifths", "hidden octaves", "hidden fifths", "parallel octaves")
    )
    return make(
        rng,
        AREA,
        (
            f"In strict two-part writing the upper voice goes from {upper} to {high} and the lower from "
            f"{lower} to {low}. Which fault is that, if any?",
            f"Two voices: {upper} over {lower}, then {high} (upper voice) and {low} (lower voice). Which "
            "fault, if any?",
        ),
        truth,
        (*wrong, "no fault"),
        reason,
        subject="reasoning",
    )


VOICE_LEADING_QUESTIONS = Area(
    AREA,
    (
        two_part_fault,
        place_of_fault,
        four_part_fault,
        faulty_voices,
        motion,
        resolution,
        not_doubled,
        check_in_words,
    ),
)
