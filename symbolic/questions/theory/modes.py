"""Questions about the seven modes."""

from __future__ import annotations

from random import Random

from symbolic.key import MODE_FIFTHS, Key
from symbolic.pitch import class_fifths
from symbolic.questions.base import Question
from symbolic.questions.reading import ordinal
from symbolic.questions.theory.forms import KEY, NOTE, NOTES, SIGNATURE
from symbolic.questions.theory.making import Area, free, make, shuffled
from symbolic.questions.theory.names import MODES, altered, capital, rising, scale_of, signature_words

AREA = "modes"
CHURCH = ("dorian", "phrygian", "lydian", "mixolydian", "locrian")
CHARACTERS = {
    "dorian": ("minor", 6, 1),
    "phrygian": ("minor", 2, -1),
    "lydian": ("major", 4, 1),
    "mixolydian": ("major", 7, -1),
    "locrian": ("phrygian", 5, -1),
}
"""Mode → (the scale it is compared with, the degree that differs, by how many semitones)."""


def _drawn(rng: Random, modes: tuple[str, ...] = CHURCH, most: int = 6) -> Key:
    """A modal key with at most `most` accidentals."""
    return Key.from_fifths(rng.randint(-most, most), rng.choice(modes))


def _others(key: Key) -> list[str]:
    """Keys easily taken for a modal one: the same tonic in other modes, the same signature, a fifth away."""
    tonics = [Key(key.tonic, mode).name for mode in MODES if mode != key.mode]
    return [Key.from_fifths(key.fifths, mode).name for mode in MODES if mode != key.mode][:3] + tonics


def notes_of_mode(rng: Random) -> Question:
    """The notes of a mode."""
    key = _drawn(rng, most=5)
    tonic_fifths = class_fifths(key.tonic)
    modes = [mode for mode in MODES if mode != key.mode and abs(tonic_fifths + MODE_FIFTHS[mode]) <= 8]
    return make(
        rng,
        AREA,
        (f"Which notes has the mode {key.name}?", f"Spell the scale {key.name} from {key.tonic} upwards."),
        " ".join(scale_of(key)),
        shuffled(rng, (" ".join(scale_of(Key(key.tonic, mode))) for mode in modes)),
        f"{key.name} has the signature of {Key.from_fifths(key.fifths).name} "
        f"({signature_words(key.fifths)}) and begins on {key.tonic}: {' '.join(scale_of(key))}.",
        form=NOTES,
    )


def parent(rng: Random) -> Question:
    """The major key with the same notes."""
    key = _drawn(rng)
    truth = Key.from_fifths(key.fifths)
    wrong = [Key(key.tonic).name, *(Key.from_fifths(key.fifths + n).name for n in (1, -1, 2, -2))]
    place = MODES.index(key.mode) + 1
    return make(
        rng,
        AREA,
        (
            f"Which major scale has the same notes as {key.name}?",
            f"{key.name} is a rotation of which major scale?",
        ),
        truth.name,
        wrong,
        f"The {key.mode} mode begins on the {ordinal(place)} degree of a major scale; {key.tonic} is the "
        f"{ordinal(place)} degree of {truth.name}.",
        form=KEY,
    )


def mode_on_degree(rng: Random) -> Question:
    """Which mode begins on a degree of a major scale?"""
    parent_key = Key.from_fifths(rng.randint(-6, 6))
    place = rng.randint(2, 7)
    tonic = scale_of(parent_key)[place - 1]
    truth = Key(tonic, MODES[place - 1])
    return make(
        rng,
        AREA,
        (
            f"The notes of {parent_key.name} are played from {tonic} to {tonic}. Which mode is heard?",
            f"Starting and ending on {tonic}, with the signature of {parent_key.name}: name tonic and mode.",
        ),
        truth.name,
        shuffled(rng, (Key(tonic, mode).name for mode in MODES if mode != truth.mode)),
        f"{tonic} is the {ordinal(place)} degree of {parent_key.name}; from it the {truth.mode} mode "
        f"begins: {truth.name}.",
        form=KEY,
    )


def mode_signature(rng: Random) -> Question:
    """The signature of a mode."""
    key = _drawn(rng)
    wrong = [
        Key(key.tonic).fifths,
        Key(key.tonic, "minor").fifths,
        key.fifths + 1,
        key.fifths - 1,
        -key.fifths,
    ]
    wrong += [key.fifths + 2, key.fifths - 2]
    return make(
        rng,
        AREA,
        (f"Which key signature does {key.name} need?", f"How many sharps or flats has {key.name}?"),
        signature_words(key.fifths),
        [signature_words(n) for n in wrong if abs(n) <= 7],
        f"{key.name} has the notes {' '.join(scale_of(key))}, those of {Key.from_fifths(key.fifths).name}: "
        f"{signature_words(key.fifths)}.",
        form=SIGNATURE,
    )


def from_signature(rng: Random) -> Question:
    """A signature and a final: which mode?"""
    key = _drawn(rng, MODES)
    words = signature_words(key.fifths)
    return make(
        rng,
        AREA,
        (
            f"A modal tune has a signature of {words} and its final is {key.tonic}. Name tonic and mode.",
            f"With {words} in the signature and {key.tonic} as the tonic, which mode is it?",
        ),
        key.name,
        shuffled(rng, (Key(key.tonic, mode).name for mode in MODES if mode != key.mode)),
        f"{capital(words)} belong to {Key.from_fifths(key.fifths).name}, whose "
        f"{ordinal(MODES.index(key.mode) + 1)} degree is {key.tonic}: {key.name}.",
        form=KEY,
        subject="reasoning",
    )


def characteristic(rng: Random) -> Question:
    """Which note tells a mode from the common scale?"""
    mode = rng.choice(CHURCH)
    base, degree, by = CHARACTERS[mode]
    key = Key.from_fifths(rng.randint(-5, 5), mode)
    notes = scale_of(key)
    truth = notes[degree - 1]
    name = "natural minor" if base == "minor" else base
    return make(
        rng,
        AREA,
        (
            f"Which note distinguishes {key.name} from {key.tonic} {name}?",
            f"{key.name} differs from {key.tonic} {name} in one note. Which note of {key.name} is it?",
        ),
        truth,
        (altered(truth, -by), *shuffled(rng, (note for note in notes[1:] if note != truth))),
        f"{key.name} is {' '.join(notes)}; {key.tonic} {name} has {altered(truth, -by)} instead of {truth}.",
        form=NOTE,
    )


def alteration(rng: Random) -> Question:
    """What is to be done with a major or minor scale?"""
    mode = rng.choice(CHURCH)
    base, degree, by = CHARACTERS[mode]
    tonic = Key.from_fifths(rng.randint(-5, 5), mode).tonic
    name = "natural minor" if base == "minor" else base

    def change(to: int, way: int) -> str:
        return f"{'raise' if way > 0 else 'lower'} the {ordinal(to)} degree"

    wrong = [change(degree, -by), *(change(to, way) for _, to, way in CHARACTERS.values()), change(3, -by)]
    return make(
        rng,
        AREA,
        (
            f"How does {tonic} {name} become {tonic} {mode}?",
            f"What turns the scale {tonic} {name} into {tonic} {mode}?",
        ),
        change(degree, by),
        shuffled(rng, wrong),
        f"{tonic} {mode} is {' '.join(scale_of(Key(tonic, mode)))}; only its {ordinal(degree)} degree "
        f"differs from {tonic} {name}, by a semitone {'up' if by > 0 else 'down'}.",
    )


def shown(rng: Random) -> Question:
    """A modal scale or tune in ABC under a plain signature."""
    key = _drawn(rng, MODES, 4)
    notes = scale_of(key)
    pitches = rising((*notes, key.tonic), 4)
    walk = [0, rng.choice((2, 4)), 3, 2, 1, 4, 5, 6, 7, 6, 5, 4, rng.choice((2, 3)), 1, 6, 0]
    shows_scale = rng.random() < 0.4
    line = pitches if shows_scale else [pitches[place] for place in walk]
    what = "scale" if shows_scale else "tune, whose tonic is its first and last note"
    return make(
        rng,
        AREA,
        (f"Name tonic and mode of this {what}.", f"In which mode is this {what}?"),
        key.name,
        _others(key),
        f"The notes from {key.tonic} upwards are {' '.join(notes)}: {key.name}.",
        form=KEY,
        subject="reasoning",
        score=free(
            *((pitch, 1) for pitch in line),
            key=Key.none() if rng.random() < 0.5 else Key.from_fifths(key.fifths),
        ),
    )


MODE_QUESTIONS = Area(
    AREA,
    (
        notes_of_mode,
        parent,
        mode_on_degree,
        mode_signature,
        from_signature,
        characteristic,
        alteration,
        shown,
    ),
)
