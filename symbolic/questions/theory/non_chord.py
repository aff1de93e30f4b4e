"""Questions about non-chord tones: a melody over two chords with one planted tone.

The patterns are those of the textbooks, as (how it is approached, how it is left): passing tone step–step on,
neighbour tone step–step back, escape tone step–leap back, appoggiatura leap–step, anticipation (the next
chord's
note too early), suspension (the last chord's note held over, then falling by step).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from symbolic.key import Key
from symbolic.pitch import Pitch
from symbolic.questions.base import Question
from symbolic.questions.theory.counterpoint import ladder
from symbolic.questions.theory.forms import NON_CHORD, NOTE, NOTES, NUMBER
from symbolic.questions.theory.making import Area, Timed, make, near, passage, shuffled
from symbolic.questions.theory.names import MAJOR_KEYS, scale_of
from symbolic.score import Score

AREA = "non-chord-tones"
KEYS = MAJOR_KEYS[3:-3]
DEFINITIONS = {
    "passing tone": ("by step", "by step in the same direction"),
    "neighbour tone": ("by step", "by step back to the same note"),
    "escape tone": ("by step", "by a leap in the opposite direction"),
    "appoggiatura": ("by a leap", "by step"),
    "anticipation": ("by step or leap", "by staying on the same note, which belongs to the next chord"),
    "suspension": ("by being held over from the chord before", "by step, usually downwards"),
}
KINDS = tuple(DEFINITIONS)
CHANGES = ((0, 4), (0, 3), (3, 0), (4, 0), (5, 3), (1, 4), (5, 1), (3, 4))
"""Degrees (0 is the tonic) of the two triads."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A melody over two chords.

    Attributes:
        key: a major key.
        degrees: of the two triads.
        notes: staff places of the melody in `ladder`: four quarters in bar 1, two halves in bar 2.
        kind: the kind of the non-chord tone.
        place: its index among the notes.
    """

    key: Key
    degrees: tuple[int, int]
    notes: tuple[int, ...]
    kind: str
    place: int

    @property
    def pitches(self) -> list[Pitch]:
        """The melody's pitches."""
        return [ladder(self.key)[place] for place in self.notes]

    @property
    def where(self) -> str:
        """``beat 2 of bar 1``."""
        return f"beat {self.place + 1} of bar 1" if self.place < 4 else "beat 1 of bar 2"


def _root(key: Key, degree: int) -> int:
    """Index in `ladder` of a degree of the key, modulo 7."""
    return ["CDEFGAB".index(note[0]) for note in scale_of(key)][degree]


def _tones(key: Key, degree: int, low: int = 14, high: int = 25) -> list[int]:
    root = _root(key, degree)
    return [place for place in range(low, high) if (place - root) % 7 in (0, 2, 4)]


def _patterns(kind: str, inside: Sequence[int], after: Sequence[int]) -> list[tuple[tuple[int, ...], int]]:
    """Beginnings of the melody (up to six notes, shorter ones are filled up) and the tone's index."""
    found: list[tuple[tuple[int, ...], int]] = []
    for tone in inside:
        for way in (1, -1):
            beside = tone + way
            if kind == "passing tone" and beside not in inside and tone + 2 * way in inside:
                found.append(((tone, beside, tone + 2 * way), 1))
            elif kind == "neighbour tone" and beside not in inside:
                found.append(((tone, beside, tone), 1))
            elif kind == "escape tone" and beside not in inside:
                found += [((tone, beside, goal), 1) for goal in inside if 2 <= (beside - goal) * way <= 5]
            elif kind == "appoggiatura" and tone + 1 not in inside:
                found += [
                    ((start, start, tone + 1, tone), 2) for start in inside if 2 <= tone + 1 - start <= 5
                ]
            elif kind == "anticipation" and beside not in inside and beside in after:
                found.append(((tone, tone + 2 if tone + 2 in inside else tone, tone, beside, beside), 3))
            elif kind == "suspension" and tone not in after and tone - 1 in after:
                found.append(((tone, tone, tone, tone, tone, tone - 1), 4))
    return found


def snippet(rng: Random, kind: str | None = None) -> Snippet:
    """A melody over two chords with one non-chord tone, of a given kind or any."""
    while True:
        key, degrees, wanted = rng.choice(KEYS), rng.choice(CHANGES), kind or rng.choice(KINDS)
        inside, after = _tones(key, degrees[0]), _tones(key, degrees[1])
        patterns = _patterns(wanted, inside, after)
        if not patterns:
            continue
        start, place = rng.choice(patterns)
        notes = list(start)
        if wanted == "suspension":
            notes[0] = rng.choice([tone for tone in inside if abs(tone - start[0]) <= 4])
            notes[1] = rng.choice([tone for tone in inside if abs(tone - start[0]) <= 4])
            notes[2] = rng.choice([tone for tone in inside if abs(tone - start[0]) <= 4])
        while len(notes) < 6:
            pool = inside if len(notes) < 4 else after
            close = [tone for tone in pool if 0 < abs(tone - notes[-1]) <= 4]
            notes.append(rng.choice(close))
        return Snippet(key, degrees, tuple(notes), wanted, place)


def shown_music(found: Snippet) -> Score:
    """The melody over its two chords, in two voices."""
    pitches = found.pitches
    bars: list[Timed] = [(pitch, 1 if index < 4 else 2) for index, pitch in enumerate(pitches)]
    if found.kind == "suspension":
        bars[4] = ("tie", 2)
    chords: list[Timed] = []
    notes = ladder(found.key)
    for degree in found.degrees:
        root = 7 + _root(found.key, degree)
        chords.append(([notes[root], notes[root + 2], notes[root + 4]], 4))
    return passage(bars, chords, key=found.key, clefs=("treble", "bass"))


def _names(found: Snippet, index: int) -> str:
    notes, root = scale_of(found.key), found.degrees[index]
    return " ".join(notes[(root + step) % 7] for step in (0, 2, 4))


def _reason(found: Snippet, chord: str = "") -> str:
    note = found.pitches[found.place]
    approach, leave = DEFINITIONS[found.kind]
    bar = 0 if found.place < 4 else 1
    return (
        f"The chord{chord or f' of bar {bar + 1}'} is {_names(found, bar)}, to which {note} does not "
        f"belong. It is approached {approach} and left {leave}: {'an' if found.kind[0] in 'ae' else 'a'} "
        f"{found.kind}."
    )


def kind_shown(rng: Random) -> Question:
    """Which kind of non-chord tone is it?"""
    found = snippet(rng)
    return make(
        rng,
        AREA,
        (
            f"Which kind of non-chord tone does the melody have on {found.where}?",
            f"The melody note on {found.where} does not belong to the chord. What is it called?",
        ),
        found.kind,
        shuffled(rng, (kind for kind in KINDS if kind != found.kind)),
        _reason(found),
        form=NON_CHORD,
        subject="reasoning",
        score=shown_music(found),
    )


def find_tone(rng: Random) -> Question:
    """Which note of the melody does not belong to its chord?"""
    found = snippet(rng, rng.choice(KINDS[:4]))
    names = [pitch.spelled_class for pitch in found.pitches[:4]]
    truth = names[found.place]
    scale = shuffled(rng, scale_of(found.key))
    return make(
        rng,
        AREA,
        (
            "Which melody note of bar 1 does not belong to the chord below it?",
            "One note of the melody in bar 1 is a non-chord tone. Name it.",
        ),
        truth,
        (
            *(name for name in names if name != truth),
            *_names(found, 0).split(),
            *(note for note in scale if note != truth),
        ),
        _reason(found),
        form=NOTE,
        subject="reasoning",
        score=shown_music(found),
    )


def count_inside(rng: Random) -> Question:
    """How many melody notes belong to a chord?"""
    key, degree = rng.choice(KEYS), rng.randrange(6)
    notes = ladder(key)
    line = [rng.randint(14, 24) for _ in range(8)]
    inside = _tones(key, degree)
    count = sum(place not in inside for place in line)
    root = 7 + _root(key, degree)
    score = passage(
        [(notes[place], 1) for place in line],
        [([notes[root + step] for step in (0, 2, 4)], 4)] * 2,
        key=key,
        clefs=("treble", "bass"),
    )
    names = " ".join(notes[root + step].spelled_class for step in (0, 2, 4))
    strange = [str(notes[place]) for place in line if place not in inside]
    return make(
        rng,
        AREA,
        (
            "How many of the melody's notes do not belong to the chord held below?",
            "Count the melody notes that are foreign to the chord in the lower voice.",
        ),
        str(count),
        near(count, 8 - count, least=0),
        f"The chord is {names}; foreign to it are {', '.join(strange) if strange else 'none'}: {count}.",
        form=NUMBER,
        subject="reasoning",
        score=score,
    )


def suspension_notes(rng: Random) -> Question:
    """The two notes of a suspension over a bass."""
    key, degree = rng.choice(MAJOR_KEYS[1:-1]), rng.randrange(7)
    first, second = rng.choice(((4, 3), (7, 6), (9, 8)))
    notes = scale_of(key)

    def pair(high: int, low: int) -> str:
        return f"{notes[(degree + high - 1) % 7]} {notes[(degree + low - 1) % 7]}"

    others = [
        pair(*figures)
        for figures in ((4, 3), (7, 6), (9, 8), (6, 5), (3, 2), (3, 4))
        if figures != (first, second)
    ]
    return make(
        rng,
        AREA,
        (
            f"Over the bass {notes[degree]} in {key.name} stands a {first}-{second} suspension. Which two "
            "notes are the suspension and its resolution?",
            f"Name suspended note and resolution of a {first}-{second} suspension over {notes[degree]} in "
            f"{key.name}.",
        ),
        pair(first, second),
        others,
        f"Counted in {key.name} from {notes[degree]}, the {first}th is {notes[(degree + first - 1) % 7]} "
        f"and the {'3rd' if second == 3 else f'{second}th'} {notes[(degree + second - 1) % 7]}.",
        form=NOTES,
        subject="reasoning",
    )


def definition(rng: Random) -> Question:
    """Which tone is approached and left in a given way?"""
    kind = rng.choice(KINDS)
    approach, leave = DEFINITIONS[kind]
    others = shuffled(rng, (other for other in KINDS if other != kind))
    if rng.random() < 0.5:
        stem = f"Which non-chord tone is approached {approach} and left {leave}?"
        return make(rng, AREA, (stem,), kind, others, f"That is how {kind} is defined.")
    stem = f"How is {'an' if kind[0] in 'ae' else 'a'} {kind} approached and left?"

    def words(name: str) -> str:
        return "approached {}, left {}".format(*DEFINITIONS[name])

    return make(rng, AREA, (stem,), words(kind), map(words, others), f"It is {words(kind)}.")


def in_words(rng: Random) -> Question:
    """A figure told by its notes: which non-chord tone?"""
    found = snippet(rng, rng.choice(KINDS[:4]))
    pitches = found.pitches
    three = pitches[found.place - 1 : found.place + 2]
    told = ", ".join(map(str, three))
    return make(
        rng,
        AREA,
        (
            f"Over a held chord {_names(found, 0)} a melody has {told}. Which kind of non-chord tone is "
            f"{three[1]}?",
            f"Chord {_names(found, 0)}, melody {told}: what is {three[1]} called?",
        ),
        found.kind,
        shuffled(rng, (kind for kind in KINDS if kind != found.kind)),
        _reason(found, " held below"),
        form=NON_CHORD,
        subject="reasoning",
    )


NON_CHORD_QUESTIONS = Area(
    AREA, (kind_shown, find_tone, count_inside, suspension_notes, definition, in_words)
)
