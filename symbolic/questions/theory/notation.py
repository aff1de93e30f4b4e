"""Questions about fields, signs, pitches and keys in ABC notation (the ABC music standard 2.1)."""

from __future__ import annotations

from random import Random

from symbolic.key import Key
from symbolic.pitch import Pitch
from symbolic.questions.base import Question
from symbolic.questions.reading import ordinal
from symbolic.questions.theory.forms import PITCH, SIGNATURE
from symbolic.questions.theory.making import Area, make, shuffled
from symbolic.questions.theory.names import MAJOR_KEYS, MINOR_KEYS, MODES, pitched, signature_words
from symbolic.questions.theory.notation_lengths import AREA, LENGTH_GENERATORS

FIELDS = {
    "X:": "the reference number of the tune",
    "T:": "the title",
    "C:": "the composer",
    "M:": "the metre",
    "L:": "the unit note length",
    "Q:": "the tempo",
    "K:": "the key",
    "R:": "the rhythm, such as reel or jig",
    "V:": "a voice",
    "w:": "words sung to the notes of the line above",
    "W:": "words printed after the tune",
    "P:": "parts and the order in which they are played",
    "Z:": "who transcribed the tune",
    "S:": "the source",
    "O:": "the origin",
    "N:": "notes (remarks)",
    "B:": "the book",
    "H:": "the history",
    "D:": "the discography",
}
SIGNS = {
    "|:": "the start of a repeated section",
    ":|": "the end of a repeated section",
    "|]": "the final bar line",
    "||": "a double bar line",
    "z2": "a rest of two unit lengths",
    "x": "an invisible rest",
    "[CEG]": "three notes sounding together",
    "{c}d": "a grace note before a main note",
    "A-A": "two tied notes",
    "(AB)": "a slur over two notes",
    "(3ABc": "a triplet",
    "A>B": "a dotted first note and a halved second one",
    "A<B": "a halved first note and a dotted second one",
    "=F": "an F natural",
    "__B": "a B double flat",
    "^^F": "an F double sharp",
    '"Am"c': "a chord symbol above a note",
    '"^slow"c': "a text above a note",
    ".c": "a staccato note",
    "~c": "an ornamented note (roll)",
    "Z4": "four whole bars of rest",
    "&": "a second layer in the same bar",
    "::": "the end of one repeat and the start of the next",
    "[1": "the start of a first ending",
    "!trill!c": "a trilled note",
    "[K:D]": "a change of key inside a line",
    "% text": "a comment",
    "vc": "a note with an up-bow",
}
MODE_SHORT = {
    "major": "",
    "minor": "m",
    "dorian": "dor",
    "phrygian": "phr",
    "lydian": "lyd",
    "mixolydian": "mix",
    "locrian": "loc",
}


def note_text(pitch: Pitch) -> str:
    """A pitch as ABC writes it, with its accidental always shown unless it is natural."""
    sign = "^" * pitch.alter if pitch.alter > 0 else "_" * -pitch.alter
    if pitch.octave >= 5:
        return sign + pitch.step.lower() + "'" * (pitch.octave - 5)
    return sign + pitch.step + "," * (4 - pitch.octave)


def _table(rng: Random, table: dict[str, str], ask_meaning: str, ask_sign: str) -> Question:
    sign = rng.choice(list(table))
    others = shuffled(rng, (other for other in table if other != sign))
    reason = f"In ABC notation {sign} stands for {table[sign]}."
    if rng.random() < 0.5:
        return make(
            rng, AREA, (ask_meaning.format(sign),), table[sign], (table[other] for other in others), reason
        )
    return make(rng, AREA, (ask_sign.format(table[sign]),), sign, others, reason)


def field_meaning(rng: Random) -> Question:
    """What does a field say?"""
    return _table(
        rng, FIELDS, "What does the field {} give in an ABC tune?", "Which field of an ABC tune gives {}?"
    )


def sign_meaning(rng: Random) -> Question:
    """What does a sign mean?"""
    return _table(rng, SIGNS, "What does {} mean in ABC notation?", "How does ABC notation write {}?")


def pitch_of(rng: Random) -> Question:
    """Which pitch is ^f'?"""
    pitch = pitched(rng.choice("CDEFGAB") + rng.choice(("", "", "#", "b")), rng.randint(2, 6))
    text = note_text(pitch)
    wrong = [
        Pitch(pitch.step, pitch.alter, pitch.octave + 1),
        Pitch(pitch.step, pitch.alter, pitch.octave - 1),
    ]
    wrong += [Pitch(pitch.step, -pitch.alter or 1, pitch.octave), Pitch(pitch.step, 0, pitch.octave + 2)]
    return make(
        rng,
        AREA,
        (
            f"Which pitch is {text} in ABC notation under K:C (middle C = C4)?",
            f"With K:C, an ABC tune has the note {text}. Name its pitch with octave (middle C = C4).",
        ),
        str(pitch),
        map(str, wrong),
        "Capital letters are the octave of C4, small ones that of C5; each comma lowers and each apostrophe "
        f"raises by an octave; ^ is sharp, _ flat: {text} = {pitch}.",
        form=PITCH,
    )


def write_pitch(rng: Random) -> Question:
    """How is a pitch written?"""
    pitch = pitched(rng.choice("CDEFGAB") + rng.choice(("", "#", "b")), rng.randint(2, 6))
    flipped = Pitch(pitch.step, -pitch.alter or 1, pitch.octave)
    wrong = [Pitch(pitch.step, pitch.alter, pitch.octave + by) for by in (1, -1, 2)]
    return make(
        rng,
        AREA,
        (
            f"How does ABC notation write {pitch} under K:C?",
            f"Which ABC text is the pitch {pitch} (with K:C, middle C = C4)?",
        ),
        note_text(pitch),
        (note_text(wrong[0]), note_text(wrong[1]), note_text(flipped), note_text(wrong[2])),
        "C4 to B4 are capital letters, C5 to B5 small ones, further octaves take commas or apostrophes: "
        f"{note_text(pitch)}.",
    )


def key_field(rng: Random) -> Question:
    """Which signature does K: give?"""
    key = Key.from_fifths(rng.randint(-6, 6), rng.choice(MODES))
    text = key.tonic + MODE_SHORT[key.mode]
    wrong = [
        Key(key.tonic).fifths,
        Key(key.tonic, "minor").fifths,
        -key.fifths,
        key.fifths + 1,
        key.fifths - 1,
        key.fifths + 2,
    ]
    return make(
        rng,
        AREA,
        (
            f"Which key signature does K:{text} give in ABC notation?",
            f"The header says K:{text}. How many sharps or flats are in force?",
        ),
        signature_words(key.fifths),
        [signature_words(n) for n in (*wrong, key.fifths - 2) if abs(n) <= 7],
        f"K:{text} is {key.name}, which has {signature_words(key.fifths)}.",
        form=SIGNATURE,
    )


def signature_applies(rng: Random) -> Question:
    """Which pitch sounds under a signature and the bar's accidentals?"""
    key = rng.choice([key for key in MAJOR_KEYS + MINOR_KEYS if 1 <= abs(key.fifths) <= 5])
    step = rng.choice([step for step, alter in key.signature.items() if alter])
    others = [other for other in "CDEFGAB" if other != step]
    accidental = rng.choice(("", "", "=", "^", "_"))
    shows_again = bool(accidental) and rng.random() < 0.6
    crosses = shows_again and rng.random() < 0.4
    alter = {"": key.signature[step], "=": 0, "^": 1, "_": -1}[accidental]
    first, between = accidental + step, rng.choice(others)
    bar = (
        f"{first}{between}{'|' if crosses else ''}{step}{rng.choice(others)}|"
        if shows_again
        else f"{between}{first}{rng.choice(others)}2|"
    )
    place = 3 if shows_again else 2
    sounding = Pitch(step, key.signature[step] if crosses else alter, 4)
    field = key.tonic + MODE_SHORT[key.mode]
    wrong = [Pitch(step, by, 4) for by in (0, 1, -1)] + [
        Pitch(step, sounding.alter, 5),
        Pitch(step, sounding.alter, 3),
    ]
    hold = (
        "the bar line ends it, so the signature holds again" if crosses else "it holds to the end of the bar"
    )
    return make(
        rng,
        AREA,
        (
            f"With K:{field} and L:1/4 an ABC tune has {bar} Which pitch is the {ordinal(place)} note "
            "(middle C = C4)?",
            f"K:{field}, music {bar} Name the pitch of note {place} with its octave (middle C = C4).",
        ),
        str(sounding),
        map(str, wrong),
        f"K:{field} has {signature_words(key.fifths)}, which makes {step} "
        f"{Pitch(step, key.signature[step], 4).spelled_class}. "
        + (
            f"The accidental gives {Pitch(step, alter, 4).spelled_class}; {hold}: {sounding}."
            if accidental
            else f"So it is {sounding}."
        ),
        form=PITCH,
        subject="reasoning",
    )


NOTATION_QUESTIONS = Area(
    AREA,
    (field_meaning, sign_meaning, pitch_of, write_pitch, key_field, signature_applies, *LENGTH_GENERATORS),
)
