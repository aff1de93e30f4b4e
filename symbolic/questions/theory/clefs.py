"""Questions about clefs: which pitch stands where."""

from __future__ import annotations

from random import Random

from symbolic.pitch import STEPS, Pitch
from symbolic.questions.base import Question
from symbolic.questions.reading import ordinal
from symbolic.questions.theory.forms import NUMBER, PITCH
from symbolic.questions.theory.making import Area, make, near, shuffled

AREA = "clefs"
CLEFS = {
    "treble": Pitch("E", 0, 4),
    "bass": Pitch("G", 0, 2),
    "alto": Pitch("F", 0, 3),
    "tenor": Pitch("D", 0, 3),
    "soprano": Pitch("C", 0, 4),
    "mezzo-soprano": Pitch("A", 0, 3),
    "baritone": Pitch("B", 0, 2),
}
"""Clef → the pitch on its lowest line."""
USUAL = ("treble", "bass", "alto", "tenor")
SIGNS = {
    "treble": ("G clef", "G4", 2),
    "bass": ("F clef", "F3", 4),
    "alto": ("C clef", "C4", 3),
    "tenor": ("C clef", "C4", 4),
    "soprano": ("C clef", "C4", 1),
    "mezzo-soprano": ("C clef", "C4", 2),
}
TOP = 8
"""Staff place of the highest line; the lowest is 0, spaces are odd."""


def at(clef: str, place: int) -> Pitch:
    """The natural pitch at a place of the staff."""
    octave, index = divmod(CLEFS[clef].diatonic + place, 7)
    return Pitch(STEPS[index], 0, octave)


def place_words(place: int) -> str:
    """``the 2nd line``, ``the 1st ledger line below the staff``, ``the space above the staff``."""
    if 0 <= place <= TOP:
        return f"the {ordinal(place // 2 + 1)} {'space' if place % 2 else 'line'}"
    side = "below" if place < 0 else "above"
    beyond = -place if place < 0 else place - TOP
    if beyond == 1:
        return f"the space just {side} the staff"
    where = f"the {ordinal(beyond // 2)} ledger line {side} the staff"
    return f"the space just {side} {where}" if beyond % 2 else where


def _drawn(rng: Random) -> tuple[str, int]:
    clef = rng.choice((*USUAL, *USUAL, *CLEFS))
    return clef, rng.randint(-5, TOP + 5)


def pitch_at(rng: Random) -> Question:
    """Which pitch stands on a line?"""
    clef, place = _drawn(rng)
    truth = str(at(clef, place))
    wrong = [
        at(clef, place + 1),
        at(clef, place - 1),
        *(at(other, place) for other in USUAL),
        at(clef, place + 2),
    ]
    wrong += [at(clef, place - 2), at(clef, place + 7)]
    return make(
        rng,
        AREA,
        (
            f"Which pitch is written at {place_words(place)} in the {clef} clef (lines and spaces counted "
            "from below)?",
            f"In the {clef} clef, which note belongs to {place_words(place)}, counting from the bottom?",
        ),
        truth,
        map(str, wrong),
        _steps_reason(clef, place),
        form=PITCH,
    )


def _steps_reason(clef: str, place: int) -> str:
    bottom = CLEFS[clef]
    if place == 0:
        return f"The lowest line of the {clef} clef is {bottom}."
    way = "above" if place > 0 else "below"
    return (
        f"The lowest line of the {clef} clef is {bottom}; {place_words(place)} lies {abs(place)} "
        f"step{'s' if abs(place) > 1 else ''} {way} it: {at(clef, place)}."
    )


def place_of(rng: Random) -> Question:
    """Where does a pitch stand?"""
    clef, place = _drawn(rng)
    pitch = at(clef, place)
    return make(
        rng,
        AREA,
        (
            f"Where is {pitch} written in the {clef} clef (counted from below)?",
            f"At which place of the staff does {pitch} stand in the {clef} clef, counting from the bottom?",
        ),
        place_words(place),
        (place_words(place + by) for by in shuffled_steps(rng)),
        _steps_reason(clef, place),
    )


def shuffled_steps(rng: Random) -> list[int]:
    """Small errors first: one and two places, in random order."""
    steps = [1, -1, 2, -2]
    rng.shuffle(steps)
    return [*steps, 3, -3]


def other_clef(rng: Random) -> Question:
    """A note is read in the wrong clef."""
    first, second = rng.sample(USUAL, 2)
    place = rng.randint(-3, TOP + 3)
    meant, read = at(first, place), at(second, place)
    wrong = [at(second, place + 1), at(second, place - 1), meant, *(at(other, place) for other in CLEFS)]
    return make(
        rng,
        AREA,
        (
            f"{meant} is written in the {first} clef, but the player reads it in the {second} clef. Which "
            "pitch is played?",
            f"The note that means {meant} in the {first} clef: what does it mean in the {second} clef?",
        ),
        str(read),
        map(str, wrong),
        f"In the {first} clef {meant} stands at {place_words(place)}; in the {second} clef, whose lowest "
        f"line is {CLEFS[second]}, that place is {read}.",
        form=PITCH,
        subject="reasoning",
    )


def ledger_lines(rng: Random) -> Question:
    """How many ledger lines does a pitch need?"""
    clef = rng.choice(USUAL)
    place = rng.choice([*range(-9, 0), *range(TOP + 1, TOP + 10)])
    lines = (-place if place < 0 else place - TOP) // 2
    pitch = at(clef, place)
    return make(
        rng,
        AREA,
        (
            f"How many ledger lines does {pitch} need in the {clef} clef?",
            f"{pitch} is written in the {clef} clef. How many ledger lines are drawn?",
        ),
        str(lines),
        near(lines, least=0),
        f"{_steps_reason(clef, place)} That takes {lines} ledger line{'' if lines == 1 else 's'}.",
        form=NUMBER,
    )


def sign_of(rng: Random) -> Question:
    """Which clef puts a pitch on a line?"""
    clef = rng.choice(list(SIGNS))
    sign, pitch, line = SIGNS[clef]
    return make(
        rng,
        AREA,
        (
            f"Which clef is a {sign} that puts {pitch} on the {ordinal(line)} line?".replace("a F", "an F"),
            f"The {sign} stands so that the {ordinal(line)} line is {pitch}. What is this clef called?",
        ),
        f"{clef} clef",
        shuffled(rng, (f"{other} clef" for other in CLEFS if other != clef)),
        f"The {clef} clef is a {sign} on the {ordinal(line)} line, which makes it {pitch}.".replace(
            "a F", "an F"
        ),
    )


def fewest_ledgers(rng: Random) -> Question:
    """In which clef does a pitch need the fewest ledger lines?"""
    pitch = at(rng.choice(USUAL), rng.randint(-4, TOP + 4))

    def needed(clef: str) -> int:
        place = pitch.diatonic - CLEFS[clef].diatonic
        return (-place if place < 0 else max(0, place - TOP)) // 2

    best = min(map(needed, USUAL))
    winners = [clef for clef in USUAL if needed(clef) == best]
    if len(winners) > 1:
        return fewest_ledgers(rng)
    truth = winners[0]
    counts = ", ".join(f"{clef} {needed(clef)}" for clef in USUAL)
    return make(
        rng,
        AREA,
        (
            f"In which of the four usual clefs does {pitch} need the fewest ledger lines?",
            f"Treble, alto, tenor or bass clef: where does {pitch} need the fewest ledger lines?",
        ),
        truth,
        (clef for clef in USUAL if clef != truth),
        f"Ledger lines for {pitch}: {counts}.",
        subject="reasoning",
    )


def middle_c(rng: Random) -> Question:
    """How far is a line from middle C?"""
    clef, place = rng.choice(list(CLEFS)), rng.randint(0, TOP)
    pitch = at(clef, place)
    distance = abs(pitch.diatonic - Pitch("C").diatonic)
    return make(
        rng,
        AREA,
        (
            f"How many staff steps lie between middle C and the note at {place_words(place)} of the {clef} "
            "clef?",
            f"Counting each line and space as a step, how far from middle C is {place_words(place)} (from "
            f"below) in the {clef} clef?",
        ),
        str(distance),
        near(distance, distance + 7, abs(distance - 7), least=0),
        f"{_steps_reason(clef, place)} From C4 to {pitch} there are {distance} steps.",
        form=NUMBER,
        subject="reasoning",
    )


CLEF_QUESTIONS = Area(AREA, (pitch_at, place_of, other_clef, ledger_lines, sign_of, fewest_ledgers, middle_c))
