"""Questions about transposing instruments and transposition: written and sounding pitch, keys, intervals."""

from __future__ import annotations

from random import Random

from symbolic.key import Key
from symbolic.pitch import Interval, Pitch
from symbolic.questions.base import Question
from symbolic.questions.theory.forms import INTERVAL, KEY, NOTES, PITCH
from symbolic.questions.theory.making import Area, make, passage, shuffled
from symbolic.questions.theory.names import MAJOR_KEYS, MINOR_KEYS, an, interval, long_name, pitched, scale_of
from symbolic.transform import transpose_key

AREA = "transposition"
INSTRUMENTS = {
    "clarinet in Bb": "-M2",
    "clarinet in A": "-m3",
    "clarinet in Eb": "m3",
    "bass clarinet in Bb (treble clef)": "-M9",
    "horn in F": "-P5",
    "horn in Eb": "-M6",
    "horn in D": "-m7",
    "trumpet in Bb": "-M2",
    "trumpet in D": "M2",
    "trumpet in Eb": "m3",
    "soprano saxophone in Bb": "-M2",
    "alto saxophone in Eb": "-M6",
    "tenor saxophone in Bb": "-M9",
    "baritone saxophone in Eb": "-M13",
    "cor anglais": "-P5",
    "oboe d'amore": "-m3",
    "alto flute in G": "-P4",
    "piccolo": "P8",
    "double bass": "-P8",
    "guitar": "-P8",
    "celesta": "P8",
    "glockenspiel": "P15",
    "contrabassoon": "-P8",
    "descant recorder": "P8",
}
"""Instrument → the interval from written to sounding pitch."""
SHIFTING = tuple(name for name, short in INSTRUMENTS.items() if interval(short).semitones % 12)
FAMILY = tuple("-M2 -m3 m3 -M9 -P5 -M6 M2 -P4 -m7 P5 P4 M6".split())


def _way(short: str) -> str:
    """``a major second lower than``."""
    return f"{an(long_name(short.lstrip('-')))} {'lower' if short[0] == '-' else 'higher'} than"


def _plain_pitch(rng: Random) -> Pitch:
    return pitched(rng.choice("C D E F G A B Bb Eb F# Ab C#".split()), rng.randint(4, 5))


def _moves(start: Pitch, short: str) -> list[str]:
    """Where typical errors lead: the wrong way, the octave forgotten, another instrument."""
    right = interval(short)
    slips = [
        -right,
        Interval(right.steps + 7, right.semitones + 12),
        Interval(right.steps - 7, right.semitones - 12),
    ]
    return [
        str(start.transpose(slip))
        for slip in (*slips[:1], *(interval(other) for other in FAMILY), *slips[1:])
    ]


def sounding(rng: Random) -> Question:
    """What sounds when an instrument reads a note?"""
    name = rng.choice(tuple(INSTRUMENTS))
    short, written = INSTRUMENTS[name], _plain_pitch(rng)
    truth = str(written.transpose(interval(short)))
    return make(
        rng,
        AREA,
        (
            f"The part of a {name} shows {written}. Which pitch sounds?".replace("a oboe", "an oboe").replace(
                "a alto", "an alto"
            ),
            f"Instrument: {name}. Written pitch: {written}. What is the concert pitch?",
        ),
        truth,
        _distinct(rng, _moves(written, short)),
        f"The {name} sounds {_way(short)} written; from {written} that leads to {truth}.",
        form=PITCH,
    )


def _distinct(rng: Random, moves: list[str]) -> list[str]:
    """The first slip, then the others in random order."""
    return [moves[0], *shuffled(rng, moves[1:])]


def written(rng: Random) -> Question:
    """What must be written so that a pitch sounds?"""
    name = rng.choice(tuple(INSTRUMENTS))
    short, concert = INSTRUMENTS[name], _plain_pitch(rng)
    back = interval(short)
    truth = str(concert.transpose(-back))
    opposite = short[1:] if short[0] == "-" else f"-{short}"
    return make(
        rng,
        AREA,
        (
            f"Which pitch must be written for the {name} so that {concert} sounds?",
            f"Instrument: {name}. Concert pitch: {concert}. Which pitch stands in the part?",
        ),
        truth,
        _distinct(rng, _moves(concert, opposite)),
        f"The {name} sounds {_way(short)} written, so the part is written {_way(opposite)} it sounds: "
        f"{truth}.",
        form=PITCH,
        subject="reasoning",
    )


def part_key(rng: Random) -> Question:
    """In which key is the part?"""
    name = rng.choice(SHIFTING)
    short = INSTRUMENTS[name]
    keys = [key for key in MAJOR_KEYS + MINOR_KEYS if abs(transpose_key(key, -interval(short)).fifths) <= 7]
    key = rng.choice(keys)
    target = transpose_key(key, -interval(short))
    slips = [transpose_key(key, interval(other)) for other in (short, *FAMILY)]
    return make(
        rng,
        AREA,
        (
            f"A piece sounds in {key.name}. In which key is the part of the {name} written?",
            f"Concert key {key.name}: which key does the {name} read?",
        ),
        target.name,
        (slips[0].name, *shuffled(rng, (slip.name for slip in slips[1:] if abs(slip.fifths) <= 7))),
        f"The {name} sounds {_way(short)} written, so its part stands that much the other way: "
        f"{target.name}.",
        form=KEY,
        subject="reasoning",
    )


def concert_key(rng: Random) -> Question:
    """In which key does a part sound?"""
    name = rng.choice(SHIFTING)
    short = INSTRUMENTS[name]
    key = rng.choice(
        [key for key in MAJOR_KEYS + MINOR_KEYS if abs(transpose_key(key, interval(short)).fifths) <= 7]
    )
    target = transpose_key(key, interval(short))
    slips = [transpose_key(key, -interval(short)), *(transpose_key(key, interval(other)) for other in FAMILY)]
    return make(
        rng,
        AREA,
        (
            f"The part of the {name} is written in {key.name}. In which key does it sound?",
            f"The {name} reads {key.name}. What is the concert key?",
        ),
        target.name,
        (slips[0].name, *shuffled(rng, (slip.name for slip in slips[1:] if abs(slip.fifths) <= 7))),
        f"The {name} sounds {_way(short)} written; {key.name} moved by that interval is {target.name}.",
        form=KEY,
    )


def how_far(rng: Random) -> Question:
    """By which interval does an instrument transpose?"""
    name = rng.choice(tuple(INSTRUMENTS))
    short = INSTRUMENTS[name]
    others = sorted({_way(other) for other in INSTRUMENTS.values()} - {_way(short)})
    opposite = _way(short[1:] if short[0] == "-" else f"-{short}")
    return make(
        rng,
        AREA,
        (f"How does the {name} sound?", f"At which distance from the written note does the {name} sound?"),
        f"{_way(short)} written",
        (f"{opposite} written", *(f"{other} written" for other in shuffled(rng, others))),
        f"Written C5 sounds {pitched('C', 5).transpose(interval(short))} on the {name}: {_way(short)} "
        "written.",
    )


def between_instruments(rng: Random) -> Question:
    """Two instruments in unison: what does the other one read?"""
    first, second = rng.sample(SHIFTING, 2)
    while INSTRUMENTS[first] == INSTRUMENTS[second]:
        first, second = rng.sample(SHIFTING, 2)
    start = _plain_pitch(rng)
    sound = start.transpose(interval(INSTRUMENTS[first]))
    truth = sound.transpose(-interval(INSTRUMENTS[second]))
    wrong = [
        sound,
        sound.transpose(interval(INSTRUMENTS[second])),
        start.transpose(-interval(INSTRUMENTS[first])).transpose(interval(INSTRUMENTS[second])),
        start,
        truth.transpose(interval("P8")),
        truth.transpose(interval("-P8")),
    ]
    return make(
        rng,
        AREA,
        (
            f"The {first} reads {start}. What must the {second} read to sound the same pitch?",
            f"{first} and {second} play in unison; the {first} has {start} in its part. What has the "
            f"{second}?",
        ),
        str(truth),
        map(str, wrong),
        f"{start} sounds {sound} on the {first}. For {sound} the {second} needs {truth} in its part, as it "
        f"sounds {_way(INSTRUMENTS[second])} written.",
        form=PITCH,
        subject="reasoning",
    )


def moved_key(rng: Random) -> Question:
    """A tune is transposed: which key?"""
    short = rng.choice("m2 M2 m3 M3 P4 P5 m6 M6 m7".split())
    if rng.random() < 0.5:
        short = f"-{short}"
    key = rng.choice(
        [key for key in MAJOR_KEYS + MINOR_KEYS if abs(transpose_key(key, interval(short)).fifths) <= 7]
    )
    target = transpose_key(key, interval(short))
    slips = [transpose_key(key, -interval(short)), *(transpose_key(key, interval(other)) for other in FAMILY)]
    way = f"{'down' if short[0] == '-' else 'up'} {an(long_name(short.lstrip('-')))}"
    return make(
        rng,
        AREA,
        (
            f"A tune in {key.name} is transposed {way}. What is its new key?",
            f"Move {key.name} {way}: which key results?",
        ),
        target.name,
        (slips[0].name, *shuffled(rng, (slip.name for slip in slips[1:] if abs(slip.fifths) <= 7))),
        f"The tonic {key.tonic} moved {way} is {target.tonic}; the mode stays: {target.name}.",
        form=KEY,
    )


def _line(rng: Random, key: Key) -> list[Pitch]:
    notes = scale_of(key)
    return [pitched(rng.choice(notes), 4) for _ in range(4)]


def shown_concert(rng: Random) -> Question:
    """A part in ABC: which notes sound?"""
    name = rng.choice(SHIFTING)
    short = INSTRUMENTS[name]
    key = rng.choice(
        [
            key
            for key in MAJOR_KEYS
            if abs(transpose_key(key, interval(short)).fifths) <= 6 and abs(key.fifths) <= 5
        ]
    )
    line = _line(rng, key)

    def moved(by: Interval) -> str:
        return " ".join(pitch.transpose(by).spelled_class for pitch in line)

    return make(
        rng,
        AREA,
        (
            f"The bar is written for the {name}. Which notes sound, by their names without octave?",
            f"A {name} plays this bar. Name the notes at concert pitch, without octaves.".replace(
                "A oboe", "An oboe"
            ).replace("A alto", "An alto"),
        ),
        moved(interval(short)),
        (
            moved(-interval(short)),
            *shuffled(rng, (moved(interval(other)) for other in FAMILY)),
            moved(interval("P1")),
        ),
        f"Written are {' '.join(p.spelled_class for p in line)}. The {name} sounds {_way(short)} written: "
        f"{moved(interval(short))}.",
        form=NOTES,
        subject="reasoning",
        score=passage([(pitch, 1) for pitch in line], key=key),
    )


def shown_interval(rng: Random) -> Question:
    """A bar and its transposition: by which interval?"""
    short = rng.choice("m2 M2 m3 M3 P4 P5".split())
    key = rng.choice(
        [key for key in MAJOR_KEYS if abs(key.fifths + interval(short).fifths) <= 5 and abs(key.fifths) <= 5]
    )
    line = _line(rng, key)
    moved = [pitch.transpose(interval(short)) for pitch in line]
    truth = long_name(short)
    return make(
        rng,
        AREA,
        (
            "The second bar is the first one transposed upwards. By which interval?",
            "By which interval does bar 2 lie above bar 1, of which it is the transposition?",
        ),
        truth,
        shuffled(rng, (long_name(other) for other in "m2 M2 m3 M3 P4 A4 P5".split() if other != short)),
        f"The first notes are {line[0]} and {moved[0]}, {an(truth)} apart, and so are the others.",
        form=INTERVAL,
        subject="reasoning",
        score=passage([(pitch, 1) for pitch in (*line, *moved)]),
    )


TRANSPOSITION_QUESTIONS = Area(
    AREA,
    (
        sounding,
        written,
        part_key,
        concert_key,
        how_far,
        between_instruments,
        moved_key,
        shown_concert,
        shown_interval,
    ),
)
