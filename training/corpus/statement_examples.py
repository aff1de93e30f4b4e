"""Statements about small tunes: what sounds in an ABC example, bar by bar, and why it is called so.

The examples are made here: a melody in a key, the same melody transposed, a chord progression, two voices, a
melody with a non-chord tone. What is said about them is computed from the `Score`.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from random import Random

from symbolic.key import Key
from symbolic.pitch import Interval, Pitch
from symbolic.questions.interval import interval_name
from symbolic.questions.reading import ordinal
from symbolic.questions.theory.counterpoint import ladder, sign, two_parts
from symbolic.questions.theory.functions import MAJOR_NUMERALS, MINOR_NUMERALS, triad_on
from symbolic.questions.theory.making import Timed, metre, passage
from symbolic.questions.theory.names import (
    MAJOR_KEYS,
    MINOR_KEYS,
    MODES,
    an,
    capital,
    chord,
    interval,
    listing,
    long_name,
    rising,
    symbol,
)
from symbolic.questions.theory.non_chord import DEFINITIONS, Snippet, shown_music, snippet
from symbolic.questions.theory.transposition import INSTRUMENTS, SHIFTING
from symbolic.score import Score
from symbolic.transform import transpose
from training.corpus.statement_facts import Maker, Statement

METRES = "2/4 3/4 4/4 6/8 9/8 3/8".split()
CELLS = {
    Fraction(1): ((1,), ("1/2", "1/2"), ("3/4", "1/4"), ("1/4", "1/4", "1/2"), ("1/2", "1/4", "1/4")),
    Fraction(3, 2): (("3/2",), (1, "1/2"), ("1/2", "1/2", "1/2"), ("3/4", "1/4", "1/2"), ("1/2", 1)),
}
"""Rhythms of one beat in quarter notes, for simple and compound metres."""
MOVES_TOLD = 8
LOWEST, HIGHEST = 14, 26
"""Places of C4 and A5 in `ladder`."""


def _fenced(score: Score) -> str:
    return f"```abc\n{score.to_abc().strip()}\n```"


def _rhythm(rng: Random, name: str, bars: int) -> list[Fraction]:
    beat = metre(name).beat_quarters
    cells = CELLS.get(beat, CELLS[Fraction(1)])
    total = metre(name).bar_quarters * bars
    unit = beat if beat in CELLS else Fraction(1)
    lengths: list[Fraction] = []
    while total > 0:
        cell = rng.choice(cells)
        lengths += [Fraction(str(part)) for part in cell] if unit <= total else [total]
        total -= min(unit, total)
    return lengths


def _melody(rng: Random, key: Key, name: str, bars: int) -> tuple[list[Pitch], list[Fraction]]:
    """A random walk on the scale of a key that ends on its tonic."""
    notes = ladder(key)
    lengths = _rhythm(rng, name, bars)
    place = rng.randint(LOWEST + 2, HIGHEST - 4)
    places = []
    for _ in lengths:
        places.append(place)
        place = max(LOWEST, min(HIGHEST, place + rng.choice((-3, -2, -1, -1, 0, 1, 1, 2, 3))))
    tonics = [index for index in range(LOWEST, HIGHEST) if notes[index].spelled_class == key.tonic]
    places[-1] = min(tonics, key=lambda index: abs(index - places[-2]))
    return [notes[place] for place in places], lengths


def _tune(rng: Random) -> tuple[Key, str, list[Pitch], list[Fraction], Score]:
    key = Key.from_fifths(rng.randint(-4, 4), rng.choice(("major", "major", "minor", *MODES[1:5])))
    name, bars = rng.choice(METRES), rng.randint(1, 4)
    pitches, lengths = _melody(rng, key, name, bars)
    return key, name, pitches, lengths, passage(zip(pitches, lengths, strict=True), key=key, meter=name)


def melody_example(rng: Random) -> Statement:
    """A tune, and its notes, range, steps and lengths."""
    key, name, pitches, lengths, score = _tune(rng)
    low, high = min(pitches, key=lambda p: p.midi), max(pitches, key=lambda p: p.midi)
    moves = [Interval.between(before, after) for before, after in pairwise(pitches)]
    leaps = sum(abs(move.steps) > 1 for move in moves)
    bars = len(score.voices[0].measures)
    lead = rng.choice(
        (
            f"This melody of {bars} bar{'s' if bars > 1 else ''} in {name} is in {key.name}:",
            f"Here is a short tune in {key.name}, written in {name}:",
            f"Read the signature of {key.name} into this passage in {name}:",
        )
    )
    facts = [
        f"Its notes are {' '.join(map(str, pitches))}.",
        f"It has {len(pitches)} notes, from {low} to {high}, which is a range of {high.midi - low.midi} "
        "semitones.",
        f"In MIDI numbers it reads {' '.join(str(pitch.midi) for pitch in pitches)}.",
        f"The lengths in quarter notes are {' '.join(map(str, lengths))}, together {sum(lengths)}.",
        f"Of its {len(moves)} melodic intervals {leaps or 'none'} "
        f"{'is a leap' if leaps == 1 else 'are leaps'}, wider than a second.",
        f"It begins on {pitches[0]} and ends on {pitches[-1]}, the tonic.",
        f"The longest note lasts {max(lengths)} and the shortest {min(lengths)} quarter notes.",
    ]
    told = rng.sample(facts, rng.randint(2, 4))
    abc = _fenced(score)
    return Statement(f"melody {abc}", f"{lead}\n\n{abc}\n\n{' '.join(told)}")


def contour_example(rng: Random) -> Statement:
    """A tune, and its first melodic intervals."""
    key, name, pitches, _, score = _tune(rng)
    moves = [_step_words(before, after) for before, after in pairwise(pitches)]
    abc = _fenced(score)
    how = "moves" if len(moves) <= MOVES_TOLD else "begins"
    told = ", ".join(moves[:MOVES_TOLD])
    text = f"{abc}\n\nIn this passage ({key.name}, {name}) the melody {how} like this: {told}."
    return Statement(f"contour {abc}", text)


def _step_words(before: Pitch, after: Pitch) -> str:
    found = Interval.between(before, after)
    if found == Interval(0, 0):
        return f"{before} is repeated"
    rises = found.steps > 0
    return (
        f"{before} to {after} {'rises' if rises else 'falls'} {an(interval_name(found if rises else -found))}"
    )


def transposed_example(rng: Random) -> Statement:
    """A tune and its transposition, plain or for an instrument."""
    key, _, _, _, score = _tune(rng)
    if rng.random() < 0.5:
        name = rng.choice(SHIFTING)
        move = interval(INSTRUMENTS[name])
        lead = f"What the {name} reads here sounds {_way(move)}."
        label = "At concert pitch:"
    else:
        short = rng.choice("m2 M2 m3 M3 P4 P5 -m2 -M2 -m3 -M3 -P4 -P5".split())
        move = interval(short)
        way = f"{'up' if move.steps > 0 else 'down'} {an(long_name(short.lstrip('-')))}"
        lead = f"This tune is to be transposed {way}."
        label = "Transposed:"
    moved = transpose(score, move)
    if abs(moved.key.fifths) > 7:
        return transposed_example(rng)
    end = (
        f"The key moves from {key.name} to {moved.key.name}; every note moves by {abs(move.semitones)} "
        "semitones."
    )
    first, second = _fenced(score), _fenced(moved)
    return Statement(f"moved {first} {move}", f"{lead}\n\n{first}\n\n{label}\n\n{second}\n\n{end}")


def _way(move: Interval) -> str:
    size = -move if move.semitones < 0 else move
    return f"{an(interval_name(size))} {'lower' if move.semitones < 0 else 'higher'}"


def progression_example(rng: Random) -> Statement:
    """Chords in a key with Roman numerals."""
    key = rng.choice(MAJOR_KEYS[2:-2] + MINOR_KEYS[2:-3])
    numerals = list(MINOR_NUMERALS if key.mode == "minor" else MAJOR_NUMERALS)
    order = [
        numerals[0],
        *(rng.choice(numerals[1:6]) for _ in range(rng.randint(2, 6))),
        numerals[4],
        numerals[0],
    ]
    chords: list[Timed] = []
    told: list[tuple[str, str, str]] = []
    for numeral in order:
        root, kind = triad_on(key, numeral)
        inverted = rng.random() < 0.25 and len(told) not in (0, len(order) - 1)
        notes = chord(root, kind)
        bass = notes[1] if inverted else notes[0]
        chords.append((rising((bass, *(note for note in (*notes, root) if note != bass)), 3), 1))
        told.append((numeral + ("6" if inverted else ""), symbol(root, kind, bass), " ".join(notes)))
    filler = -len(order) % 4
    if filler:
        chords[-1] = (chords[-1][0], 1 + filler)
    score = passage(chords, key=key)
    lines = [f"{numeral} is {name} ({notes})" for numeral, name, notes in dict.fromkeys(told)]
    lead = rng.choice((
        f"A progression in {key.name}: {' '.join(numeral for numeral, _, _ in told)}.",
        f"In {key.name} the Roman numerals {' '.join(numeral for numeral, _, _ in told)} sound like this.",
        f"The chords {' '.join(name for _, name, _ in told)} are, in {key.name}, "
        f"{' '.join(n for n, _, _ in told)}.",
    ))  # fmt: skip
    abc = _fenced(score)
    return Statement(f"progression {abc}", f"{lead}\n\n{abc}\n\n{capital('; '.join(lines))}.")


def two_voices_example(rng: Random) -> Statement:
    """Two voices note against note: intervals and motion."""
    key, length = rng.choice(MAJOR_KEYS[3:-3]), rng.choice((4, 6, 8))
    line = two_parts(rng, key, length, None, 0)
    upper, lower = zip(*line, strict=True)
    meter = "4/4" if length % 4 == 0 else "2/4"
    score = passage(
        [(pitch, 1) for pitch in upper], [(pitch, 1) for pitch in lower],
        key=key, meter=meter, clefs=("treble", "bass"),
    )  # fmt: skip
    names = [interval_name(Interval(gap.steps % 7 or 7, gap.semitones % 12 or 12)) for gap in
             (Interval.between(low, high) for high, low in line)]  # fmt: skip
    motions = [_motion(before, after) for before, after in pairwise(line)]
    abc = _fenced(score)
    text = (
        f"Two voices in {key.name}, note against note, without forbidden parallels:\n\n{abc}\n\nThe "
        f"intervals between them, reduced to an octave, are {listing(names)}. The voices go on in "
        f"{listing(motions)} motion."
    )
    return Statement(f"voices {abc}", text)


def _motion(before: tuple[Pitch, Pitch], after: tuple[Pitch, Pitch]) -> str:
    up, down = (after[voice].diatonic - before[voice].diatonic for voice in (0, 1))
    if up == 0 or down == 0:
        return "oblique"
    if sign(up) != sign(down):
        return "contrary"
    return "parallel" if up == down else "similar"


def non_chord_example(rng: Random) -> Statement:
    """A melody over two chords with a non-chord tone."""
    found: Snippet = snippet(rng)
    abc = _fenced(shown_music(found))
    approach, leave = DEFINITIONS[found.kind]
    note = found.pitches[found.place]
    text = (
        f"{abc}\n\nThe melody of this passage in {found.key.name} has {an(found.kind)} on {found.where}: "
        f"{note} is approached {approach} and left {leave}. The notes of the melody are "
        f"{' '.join(map(str, found.pitches))}."
    )
    return Statement(f"non-chord {abc}", text)


def scale_example(rng: Random) -> Statement:
    """A broken chord or a scale in thirds in ABC."""
    key = Key.from_fifths(rng.randint(-5, 5), rng.choice(MODES))
    notes, start = ladder(key), rng.randint(LOWEST, LOWEST + 6)
    step, count = rng.choice((1, 2, 3)), rng.choice((4, 8))
    shape = [start + (index // 2) + (step if index % 2 else 0) for index in range(count)]
    down = rng.random() < 0.5
    pitches = [notes[place] for place in (reversed(shape) if down else shape)]
    score = passage(
        [(pitch, Fraction(1, 2)) for pitch in pitches], key=key, meter="4/4" if count == 8 else "2/4"
    )
    names = {1: "seconds", 2: "thirds", 3: "fourths"}
    abc = _fenced(score)
    text = (
        f"{capital(names[step])} {'falling' if down else 'rising'} through {key.name}, in eighth "
        f"notes:\n\n{abc}\n\nThe pitches are {' '.join(map(str, pitches))}; the {ordinal(count)} and last "
        f"is {pitches[-1]}."
    )
    return Statement(f"exercise {abc}", text)


EXAMPLES: tuple[tuple[Maker, int], ...] = (
    (melody_example, 10),
    (contour_example, 5),
    (transposed_example, 4),
    (progression_example, 6),
    (two_voices_example, 4),
    (non_chord_example, 4),
    (scale_example, 3),
)
"""Makers of statements with music and how often each is drawn."""
