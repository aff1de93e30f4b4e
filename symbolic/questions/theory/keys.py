"""Questions about key signatures, the circle of fifths, relative and parallel keys."""

from __future__ import annotations

from random import Random

from symbolic.key import Key
from symbolic.questions.base import Question
from symbolic.questions.key import hard_distractors
from symbolic.questions.reading import ordinal
from symbolic.questions.theory.forms import KEY, NOTE, NUMBER, SIGNATURE
from symbolic.questions.theory.making import Area, make, near, shuffled
from symbolic.questions.theory.names import MAJOR_KEYS, MINOR_KEYS, capital, signature_notes, signature_words

AREA = "keys"
ALL_KEYS = MAJOR_KEYS + MINOR_KEYS
LETTERS = "CDEFGAB"


def _named(fifths: int, mode: str) -> str:
    return Key.from_fifths(fifths, mode).name


def signature(rng: Random) -> Question:
    """How many sharps or flats has a key?"""
    key = rng.choice(ALL_KEYS)
    fifths = key.fifths
    parallel = fifths + (3 if key.mode == "minor" else -3)
    wrong = [-fifths, parallel, fifths + 1, fifths - 1, fifths + 2, fifths - 2]
    return make(
        rng,
        AREA,
        (
            f"What is the key signature of {key.name}?",
            f"How many sharps or flats does {key.name} have?",
            f"Which signature does a piece in {key.name} carry?",
        ),
        signature_words(fifths),
        [signature_words(n) for n in wrong if abs(n) <= 7],
        _signature_reason(key),
        form=SIGNATURE,
    )


def _signature_reason(key: Key) -> str:
    words = signature_words(key.fifths)
    notes = f" ({' '.join(signature_notes(key.fifths))})" if key.fifths else ""
    if key.mode == "major":
        steps = f"{abs(key.fifths)} fifths {'above' if key.fifths > 0 else 'below'} C"
        return (
            f"{key.tonic} lies {steps}, so {key.name} has {words}{notes}."
            if key.fifths
            else f"C major has {words}."
        )
    relative = _named(key.fifths, "major")
    return f"The relative major of {key.name} is {relative}; both have {words}{notes}."


def key_of_signature(rng: Random) -> Question:
    """Which key has this signature?"""
    fifths, mode = rng.randint(-7, 7), rng.choice(("major", "minor"))
    key = Key.from_fifths(fifths, mode)
    other = "minor" if mode == "major" else "major"
    wrong = [fifths - 1, fifths + 1, -fifths, fifths + 2, fifths - 2]
    return make(
        rng,
        AREA,
        (
            f"Which {mode} key has {signature_words(fifths)}?",
            f"A piece in a {mode} key has a signature of {signature_words(fifths)}. Which key is it?",
        ),
        key.name,
        (_named(fifths, other), *(_named(n, mode) for n in wrong if abs(n) <= 7)),
        _signature_reason(key),
        form=KEY,
    )


def last_accidental(rng: Random) -> Question:
    """Which sharp or flat comes nth in a signature?"""
    key = rng.choice([key for key in ALL_KEYS if abs(key.fifths) >= 2])
    notes = signature_notes(key.fifths)
    place = rng.randint(1, len(notes))
    sign = "sharp" if key.fifths > 0 else "flat"
    mark = "#" if key.fifths > 0 else "b"
    truth = notes[place - 1]
    return make(
        rng,
        AREA,
        (
            f"Which is the {ordinal(place)} {sign} in the key signature of {key.name}, in the usual order?",
            f"The signature of {key.name} is written from left to right. Which note carries the "
            f"{ordinal(place)} {sign}?",
        ),
        truth,
        (
            *shuffled(rng, (n for n in notes if n != truth)),
            *shuffled(rng, (f"{letter}{mark}" for letter in LETTERS)),
        ),
        f"The signature of {key.name} is {' '.join(notes)}; number {place} is {truth}.",
        form=NOTE,
    )


def altered_notes(rng: Random) -> Question:
    """Which notes does a signature alter?"""
    key = rng.choice([key for key in ALL_KEYS if 2 <= abs(key.fifths) <= 6])
    notes, sign = signature_notes(key.fifths), "sharpened" if key.fifths > 0 else "flattened"
    all_seven = signature_notes(7 if key.fifths > 0 else -7)
    count = len(notes)
    wrong = [all_seven[: count + 1], all_seven[: count - 1], all_seven[1 : count + 1]]
    wrong += [signature_notes(-key.fifths), tuple(reversed(all_seven))[:count]]
    return make(
        rng,
        AREA,
        (
            f"Which notes are {sign} by the key signature of {key.name}?",
            f"Which accidentals make up the signature of {key.name}, in order?",
        ),
        " ".join(notes),
        (" ".join(other) for other in wrong if set(other) != set(notes)),
        f"{key.name} has {signature_words(key.fifths)}: {' '.join(notes)}.",
    )


def relative(rng: Random) -> Question:
    """The relative key."""
    key = rng.choice(ALL_KEYS)
    other = "minor" if key.mode == "major" else "major"
    truth = Key.from_fifths(key.fifths, other)
    parallel = Key(key.tonic, other)
    way = "a minor third below" if other == "minor" else "a minor third above"
    wrong = (
        parallel.name,
        *(_named(key.fifths + n, other) for n in (1, -1, 2, -2) if abs(key.fifths + n) <= 7),
    )
    return make(
        rng,
        AREA,
        (
            f"What is the relative {other} of {key.name}?",
            f"Which {other} key has the same signature as {key.name}?",
        ),
        truth.name,
        wrong,
        f"The relative {other} lies {way} {key.tonic}: {truth.name}, with {signature_words(key.fifths)} as "
        "well.",
        form=KEY,
    )


def parallel(rng: Random) -> Question:
    """The signature of the parallel key."""
    key = rng.choice([key for key in ALL_KEYS if abs(key.fifths + (3 if key.mode == "minor" else -3)) <= 7])
    other = "minor" if key.mode == "major" else "major"
    target = Key(key.tonic, other)
    fifths = target.fifths
    wrong = [key.fifths, -fifths, fifths + 1, fifths - 1, fifths + 2]
    return make(
        rng,
        AREA,
        (
            f"What is the signature of the parallel {other} of {key.name}?",
            f"How many sharps or flats has the parallel {other} key of {key.name}?",
        ),
        signature_words(fifths),
        [signature_words(n) for n in wrong if abs(n) <= 7],
        f"The parallel {other} keeps the tonic: {target.name}. It has {signature_words(fifths)}.",
        form=SIGNATURE,
        subject="reasoning",
    )


def circle_steps(rng: Random) -> Question:
    """A walk on the circle of fifths."""
    mode = rng.choice(("major", "minor"))
    start = rng.randint(-6, 6)
    steps = rng.choice([n for n in range(-5, 6) if n and abs(start + n) <= 7])
    key, truth = Key.from_fifths(start, mode), _named(start + steps, mode)
    way = "clockwise (towards the sharps)" if steps > 0 else "anticlockwise (towards the flats)"
    wrong = [start - steps, start + steps + 1, start + steps - 1, start + steps - 2, start + steps + 2]
    plural = "s" if abs(steps) > 1 else ""
    return make(
        rng,
        AREA,
        (
            f"On the circle of fifths, which {mode} key lies {abs(steps)} step{plural} {way} from "
            f"{key.name}?",
            f"Start at {key.name} and go {abs(steps)} step{plural} {way} around the circle of fifths. Which "
            f"{mode} key do you reach?",
        ),
        truth,
        (*(_named(n, mode) for n in wrong if abs(n) <= 7), *(_named(n, mode) for n in (0, 1, -1))),
        f"{key.name} has {signature_words(start)}; {abs(steps)} step{plural} {way} gives "
        f"{signature_words(start + steps)}, which is {truth}.",
        form=KEY,
        subject="reasoning",
    )


def signature_distance(rng: Random) -> Question:
    """By how many accidentals do two signatures differ?"""
    first, second = rng.sample(ALL_KEYS, 2)
    while first.fifths == second.fifths:
        first, second = rng.sample(ALL_KEYS, 2)
    distance = abs(first.fifths - second.fifths)
    return make(
        rng,
        AREA,
        (
            f"Count sharps as +1 and flats as -1. By how much do the key signatures of {first.name} and "
            f"{second.name} differ?",
            f"How many steps apart on the circle of fifths are the signatures of {first.name} and "
            f"{second.name}, counted from the flats to the sharps?",
        ),
        str(distance),
        near(distance, abs(first.fifths + second.fifths), 12 - distance, least=0),
        f"{first.name} has {signature_words(first.fifths)}, {second.name} {signature_words(second.fifths)}; "
        f"the difference is {distance}.",
        form=NUMBER,
        subject="reasoning",
    )


def closely_related(rng: Random) -> Question:
    """Which key is closely related, or is not?"""
    key = rng.choice([key for key in ALL_KEYS if abs(key.fifths) <= 5])
    close = [_named(key.fifths + n, mode) for n in (-1, 0, 1) for mode in ("major", "minor")]
    close.remove(key.name)
    other = "minor" if key.mode == "major" else "major"
    far = [
        Key(key.tonic, other).name,
        *(_named(key.fifths + n, key.mode) for n in (2, -2, 3, -3) if abs(key.fifths + n) <= 7),
    ]
    reason = (
        f"Closely related keys differ by at most one accidental from {key.name} "
        f"({signature_words(key.fifths)}): {', '.join(close)}."
    )
    if rng.random() < 0.5:
        stem = f"Which of these keys is NOT closely related to {key.name}?"
        return make(rng, AREA, (stem,), rng.choice(far), shuffled(rng, close), reason, subject="reasoning")
    stem = f"Which of these keys is closely related to {key.name} (at most one accidental apart)?"
    return make(rng, AREA, (stem,), rng.choice(close), shuffled(rng, far), reason, subject="reasoning")


def usual_confusions(rng: Random) -> Question:
    """A signature and a final note: which key?"""
    key = rng.choice([key for key in ALL_KEYS if abs(key.fifths) <= 6])
    words = signature_words(key.fifths)
    ending = f"{key.tonic} in the bass under a {key.mode} triad"
    return make(
        rng,
        AREA,
        (
            f"A piece has a signature of {words} and ends with {ending}. In which key is it most likely?",
            f"The signature shows {words}; the last chord has {ending}. Which key is this?",
        ),
        key.name,
        hard_distractors(key),
        f"{capital(words)} may mean {_named(key.fifths, 'major')} or {_named(key.fifths, 'minor')}; the "
        f"final {key.mode} chord on {key.tonic} decides for {key.name}.",
        form=KEY,
        subject="reasoning",
    )


KEY_QUESTIONS = Area(
    AREA,
    (
        signature,
        key_of_signature,
        last_accidental,
        altered_notes,
        relative,
        parallel,
        circle_steps,
        signature_distance,
        closely_related,
        usual_confusions,
    ),
)
