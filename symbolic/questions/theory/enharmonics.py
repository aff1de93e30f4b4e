"""Questions about enharmonic equals."""

from __future__ import annotations

from random import Random

from symbolic.key import Key
from symbolic.pitch import alter_sign, spell_fifths
from symbolic.questions.base import Question
from symbolic.questions.theory.forms import CHORD, KEY, NOTE, SEMITONE, SIGNATURE
from symbolic.questions.theory.making import Area, make, shuffled
from symbolic.questions.theory.names import (
    MINOR_KEYS,
    ROOTS,
    above,
    altered,
    chord,
    pitch_class,
    pitched,
    signature_words,
    symbol,
)

AREA = "enharmonics"
ALL_NAMES = tuple(step + alter_sign(alter) for step in "CDEFGAB" for alter in (0, 1, -1, 2, -2))
WORDS = {0: "", 1: "-sharp", -1: "-flat", 2: "-double-sharp", -2: "-double-flat"}


def _equals(name: str) -> list[str]:
    return [other for other in ALL_NAMES if other != name and pitch_class(other) == pitch_class(name)]


def equal_note(rng: Random) -> Question:
    """Which of these sounds the same?"""
    name = rng.choice(ALL_NAMES)
    truth = rng.choice(_equals(name))
    wrong = [other for other in ALL_NAMES if pitch_class(other) != pitch_class(name)]
    close = [other for other in wrong if abs((pitch_class(other) - pitch_class(name) + 6) % 12 - 6) <= 2]
    return make(
        rng,
        AREA,
        (
            f"Which of these notes is the enharmonic equal of {name}?",
            f"Which note sounds the same as {name} on a keyboard?",
        ),
        truth,
        shuffled(rng, close),
        f"{name} and {truth} are both {pitch_class(name)} semitone{'s' if pitch_class(name) != 1 else ''} "
        "above C.",
    )


def natural_of(rng: Random) -> Question:
    """Which natural note does a double sign mean?"""
    name = rng.choice([n for n in ALL_NAMES if len(n) > 1 and any(len(o) == 1 for o in _equals(n))])
    truth = next(other for other in _equals(name) if len(other) == 1)
    written = name[0] + WORDS[2 if "##" in name else -2 if name.endswith("bb") else 1 if "#" in name else -1]
    wrong = [name[0], *(step for step in "CDEFGAB" if step not in (truth, name[0]))]
    wrong.sort(key=lambda step: abs((pitch_class(step) - pitch_class(name) + 6) % 12 - 6))
    return make(
        rng,
        AREA,
        (
            f"Which natural note sounds like {written}?",
            f"{written} sounds like which note without an accidental?",
        ),
        truth,
        wrong,
        f"{written} lies {'two semitones' if len(name) > 2 else 'a semitone'} "
        f"{'above' if '#' in name else 'below'} {name[0]}, which is {truth}.",
        form=NOTE,
    )


def respelled(rng: Random) -> Question:
    """The note on a given letter that sounds the same."""
    name = rng.choice(ALL_NAMES)
    truth = rng.choice(_equals(name))
    letter = truth[0]
    wrong = [altered(letter, by) for by in (-2, -1, 0, 1, 2)]
    return make(
        rng,
        AREA,
        (
            f"Respell {name} so that it is written with the letter {letter}.",
            f"Which note on the letter {letter} sounds like {name}?",
        ),
        truth,
        sorted(wrong, key=lambda other: abs(pitch_class(other) - pitch_class(name)) % 12),
        f"{name} is {pitch_class(name)} semitones above C; {letter} natural is {pitch_class(letter)}, so it "
        f"takes the sign of {truth}.",
        form=NOTE,
    )


def odd_pair(rng: Random) -> Question:
    """Which pair is not enharmonic?"""
    names = rng.sample(ALL_NAMES, 3)
    pairs = [f"{name} and {rng.choice(_equals(name))}" for name in names]
    while True:
        first, second = rng.sample(ALL_NAMES, 2)
        gap = abs((pitch_class(first) - pitch_class(second) + 6) % 12 - 6)
        if 0 < gap <= 2:
            break
    truth = f"{first} and {second}"
    listed = ", ".join(shuffled(rng, [truth, *pairs]))
    return make(
        rng,
        AREA,
        (f"Which of these pairs of notes is NOT enharmonically equal: {listed}?",),
        truth,
        pairs,
        f"{first} is {pitch_class(first)} and {second} {pitch_class(second)} semitones above C; the other "
        "pairs sound alike.",
    )


def equal_key(rng: Random) -> Question:
    """The enharmonic equal of a key."""
    fifths, mode = rng.choice((-7, -6, -5, 5, 6, 7)), rng.choice(("major", "minor"))
    key = Key.from_fifths(fifths, mode)
    other = Key.from_fifths(fifths - 12 if fifths > 0 else fifths + 12, mode)
    relative = "minor" if mode == "major" else "major"
    asks_signature = rng.random() < 0.4
    if asks_signature:
        n = other.fifths
        wrong = [signature_words(m) for m in (-n, fifths, n + 1, n - 1, n + 2, n - 2) if abs(m) <= 7]
        stem = f"What is the key signature of the enharmonic equal of {key.name}?"
        return make(
            rng,
            AREA,
            (stem,),
            signature_words(n),
            wrong,
            f"{key.name} has {signature_words(fifths)}; 12 steps away lies {other.name} with "
            f"{signature_words(n)}.",
            form=SIGNATURE,
            subject="reasoning",
        )
    wrong = [Key.from_fifths(other.fifths, relative).name, Key.from_fifths(-fifths, mode).name]
    wrong += [Key.from_fifths(other.fifths + by, mode).name for by in (1, -1) if abs(other.fifths + by) <= 7]
    return make(
        rng,
        AREA,
        (f"Which key is the enharmonic equal of {key.name}?", f"{key.name} sounds like which other key?"),
        other.name,
        wrong,
        f"{key.name} has {signature_words(fifths)}, {other.name} {signature_words(other.fifths)}: 12 "
        "accidentals together, so they sound alike.",
        form=KEY,
    )


def semitone_kind(rng: Random) -> Question:
    """Diatonic or chromatic semitone?"""
    name = rng.choice(ROOTS)
    octave = rng.randint(3, 5)
    low = pitched(name, octave)
    kind = rng.choice(("diatonic", "chromatic"))
    other = above(name, "m2") if kind == "diatonic" else altered(name, 1)
    if pitch_class(other) != (pitch_class(name) + 1) % 12:
        return semitone_kind(rng)
    up = rng.random() < 0.5
    steps = f"{name} to {other}" if up else f"{other} to {name}"
    return make(
        rng,
        AREA,
        (
            f"What kind of semitone is the step from {steps}?",
            f"Is the semitone from {steps} diatonic or chromatic?",
        ),
        kind,
        [word for word in ("diatonic", "chromatic", "enharmonic", "neither") if word != kind],
        f"{low.spelled_class} and {other} have "
        f"{'neighbouring letters' if kind == 'diatonic' else 'the same letter'}, so the semitone is {kind}.",
        form=SEMITONE,
    )


def sixth_as_seventh(rng: Random) -> Question:
    """Which dominant seventh sounds like a German sixth?"""
    key = rng.choice(MINOR_KEYS[1:-3])
    bass = above(key.tonic, "m6")
    notes = (bass, key.tonic, above(key.tonic, "m3"), above(key.tonic, "A4"))
    truth = symbol(bass, "dominant seventh")
    wrong = [
        symbol(bass, "major seventh"),
        symbol(above(key.tonic, "P5"), "dominant seventh"),
        symbol(key.tonic, "dominant seventh"),
        symbol(bass, "half-diminished seventh"),
    ]
    return make(
        rng,
        AREA,
        (
            f"The German sixth of {key.name} ({' '.join(notes)}) sounds like which seventh chord on its "
            "bass note?",
            f"Which chord symbol has the sound of {' '.join(notes)}, the German sixth in {key.name}?",
        ),
        truth,
        wrong,
        f"{notes[-1]} sounds like {chord(bass, 'dominant seventh')[-1]}, so the chord sounds like "
        f"{' '.join(chord(bass, 'dominant seventh'))}: {truth}.",
        form=CHORD,
        subject="reasoning",
    )


def tonic_of(rng: Random) -> Question:
    """A place on the line of fifths named by its number of fifths from C."""
    fifths = rng.choice([n for n in range(-14, 19) if n])
    step, alter = spell_fifths(fifths)
    truth = step + alter_sign(alter)
    if abs(alter) > 2:
        return tonic_of(rng)
    others = [spell_fifths(fifths + by) for by in (1, -1, 2, -2, 7, -7)]
    way = "up" if fifths > 0 else "down"
    return make(
        rng,
        AREA,
        (
            f"Which note do you reach by going {way} {abs(fifths)} perfect "
            f"fifth{'s' if abs(fifths) > 1 else ''} from C, without respelling?",
        ),
        truth,
        (s + alter_sign(a) for s, a in others if abs(a) <= 2),
        f"Each seven fifths add a {'sharp' if fifths > 0 else 'flat'} to the letter; {abs(fifths)} fifths "
        f"{way} from C lead to {truth}.",
        form=NOTE,
        subject="reasoning",
    )


ENHARMONIC_QUESTIONS = Area(
    AREA,
    (equal_note, natural_of, respelled, odd_pair, equal_key, semitone_kind, sixth_as_seventh, tonic_of),
)
