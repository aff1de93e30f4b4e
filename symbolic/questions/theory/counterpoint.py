"""Two-part and four-part snippets with at most one planted fault of voice leading.

Sonorities are pitches from the highest voice to the lowest. Faults follow the textbooks (Fux, *Gradus*, 1725;
Aldwell, Schachter and Cadwallader, *Harmony and Voice Leading*): parallel perfect fifths and octaves in any
pair of voices; hidden (direct) ones where both move the same way into the interval (of four parts only in
the outer voices, when the upper one leaps); crossing; a leading note of the dominant that does not rise to
the tonic.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, product
from random import Random

from symbolic.key import Key
from symbolic.pitch import STEPS, Interval, Pitch
from symbolic.questions.theory.functions import triad_on
from symbolic.questions.theory.names import above, chord, pitched

TWO_PART_FAULTS = ("parallel fifths", "parallel octaves", "hidden fifths", "hidden octaves", "voice crossing")
FOUR_PART_FAULTS = (*TWO_PART_FAULTS, "unresolved leading note")
PERFECT = {7: "fifths", 0: "octaves"}
RANGES = ((60, 79), (55, 72), (48, 67), (41, 60))
"""MIDI numbers within which soprano, alto, tenor and bass stay."""
LEAP = 2
TRITONE = 6
TRIES = 60


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault by its name, and the voices (0 is the highest) between which it stands."""

    name: str
    upper: int
    lower: int


def sign(number: int) -> int:
    """-1, 0 or 1."""
    return (number > 0) - (number < 0)


def motion_of(upper: int, lower: int) -> str:
    """How two voices that move by so many steps move to each other; ``no`` where neither does."""
    if not upper or not lower:
        return "oblique" if upper or lower else "no"
    if sign(upper) != sign(lower):
        return "contrary"
    return "parallel" if upper == lower else "similar"


def pair_faults(
    before: Sequence[Pitch], after: Sequence[Pitch], upper: int, lower: int, strict: bool
) -> list[str]:
    """Names of the faults between two voices.

    Beside the faults that are asked for it names what clean passages avoid: "contrary" (a perfect interval
    reached from its like in contrary motion), "direct by step" (not strict: a perfect
    interval in similar motion with a step above), "unison" and "overlap".

    Args:
        before: the first sonority.
        after: the second one.
        upper: index of a voice.
        lower: index of a voice below it.
        strict: whether hidden fifths and octaves count whenever the voices move alike.
    """
    found = []
    gap = after[upper].midi - after[lower].midi
    old_gap = before[upper].midi - before[lower].midi
    if gap < 0:
        found.append("voice crossing")
    elif gap == 0:
        found.append("unison")
    elif after[lower].midi > before[upper].midi or after[upper].midi < before[lower].midi:
        found.append("overlap")
    moves = after[upper].midi - before[upper].midi, after[lower].midi - before[lower].midi
    name = PERFECT.get(gap % 12)
    if name is None or not all(moves) or gap < 0:
        return found
    alike = sign(moves[0]) == sign(moves[1])
    if old_gap % 12 == gap % 12:
        found.append(f"parallel {name}" if alike else "contrary")
    elif alike:
        found.append(f"hidden {name}" if strict or abs(moves[0]) > LEAP else "direct by step")
    return found


def faults(
    before: Sequence[Pitch], after: Sequence[Pitch], leading: str = "", tonic: str = ""
) -> list[Fault]:
    """All faults from one sonority to the next; `leading` names a note that has to rise to `tonic`."""
    count = len(before)
    found = []
    for upper, lower in combinations(range(count), 2):
        outer = (upper, lower) == (0, count - 1)
        for name in pair_faults(before, after, upper, lower, strict=count == 2):
            if outer or not name.startswith(("hidden", "direct")):
                found.append(Fault(name, upper, lower))
    for voice in range(count):
        if Interval.between(before[voice], after[voice]).name.lstrip("-").startswith("A"):
            found.append(Fault("augmented step", voice, voice))
        if leading and before[voice].spelled_class == leading and after[voice].spelled_class != tonic:
            found.append(Fault("unresolved leading note", voice, voice))
    return found


# Two parts


@lru_cache(maxsize=64)
def ladder(key: Key) -> tuple[Pitch, ...]:
    """The pitches of a key's signature from C2 to B6."""
    alters = key.signature
    return tuple(Pitch(step, alters[step], octave) for octave in range(2, 7) for step in STEPS)


def _consonant(upper: Pitch, lower: Pitch) -> bool:
    steps, semitones = (upper.diatonic - lower.diatonic) % 7, (upper.midi - lower.midi) % 12
    return (steps, semitones) in ((0, 0), (2, 3), (2, 4), (4, 7), (5, 8), (5, 9))


def two_parts(rng: Random, key: Key, length: int, fault: str | None, place: int) -> list[tuple[Pitch, Pitch]]:
    """A note-against-note passage in two parts, clean but for `fault` on the way to sonority `place`.

    Args:
        rng: draws the notes.
        key: whose notes are used.
        length: number of sonorities.
        fault: one of `TWO_PART_FAULTS`, or None.
        place: index of the sonority at which the fault arrives, from 1 on.
    """
    while True:
        line = _two_part_line(rng, key, length, fault, place)
        if line:
            return line


def _two_part_line(
    rng: Random, key: Key, length: int, fault: str | None, place: int
) -> list[tuple[Pitch, Pitch]] | None:
    notes = ladder(key)
    low = rng.randint(10, 14)
    places = [(low + rng.choice((7, 9, 11, 4)), low)]
    if not _consonant(notes[places[0][0]], notes[places[0][1]]):
        return None
    for index in range(1, length):
        wanted = [fault] if index == place and fault else []
        options = _two_part_moves(notes, places[-1], wanted)
        if not options:
            return None
        places.append(rng.choice(options))
    return [(notes[upper], notes[lower]) for upper, lower in places]


def _two_part_moves(
    notes: Sequence[Pitch], now: tuple[int, int], wanted: Sequence[str | None]
) -> list[tuple[int, int]]:
    """Next places of the two voices whose faults are exactly those wanted."""
    before = (notes[now[0]], notes[now[1]])
    found = []
    crossing = "voice crossing" in wanted
    for up, down in product(range(-3, 4), range(-4, 5)):
        upper, lower = now[0] + up, now[1] + down
        in_range = 12 <= upper <= 26 and 6 <= lower <= 19 and (crossing or 2 <= upper - lower <= 14)
        if not in_range or (up, down) == (0, 0):
            continue
        after = (notes[upper], notes[lower])
        if TRITONE in (abs(after[0].midi - before[0].midi), abs(after[1].midi - before[1].midi)):
            continue
        high, deep = (after[1], after[0]) if crossing else after
        if not _consonant(high, deep):
            continue
        if pair_faults(before, after, 0, 1, strict=True) == list(wanted):
            found.append((upper, lower))
    return found


# Four parts


@lru_cache(maxsize=512)
def voicings(key: Key, numeral: str) -> tuple[tuple[Pitch, ...], ...]:
    """Four-part settings of a triad in root position: complete, in range, well spaced, root doubled."""
    root, kind = triad_on(key, numeral)
    notes = chord(root, kind)
    places = [
        [
            pitch
            for name in names
            for octave in range(1, 7)
            if low <= (pitch := pitched(name, octave)).midi <= high
        ]
        for (low, high), names in zip(RANGES, (notes, notes, notes, (root,)), strict=True)
    ]
    found = []
    for voicing in product(*places):
        soprano, alto, tenor, bass = (pitch.midi for pitch in voicing)
        if not (0 < soprano - alto <= 12 and 0 < alto - tenor <= 12 and 0 < tenor - bass <= 19):
            continue
        if sorted(pitch.spelled_class for pitch in voicing) == sorted((*notes, root)):
            found.append(voicing)
    return tuple(found)


def four_parts(rng: Random, key: Key, fault: str) -> tuple[tuple[str, str], list[tuple[Pitch, ...]], Fault]:
    """Two chords in four parts with exactly one fault: their numerals, the sonorities, the fault."""
    minor = key.mode == "minor"
    tonic = "i" if minor else "I"
    pairs = (
        [("V", tonic), ("V", "VI" if minor else "vi")]
        if fault == "unresolved leading note"
        else [
            ("V", tonic),
            (tonic, "V"),
            (tonic, "iv" if minor else "IV"),
            ("iv" if minor else "IV", "V"),
            ("iv" if minor else "IV", tonic),
            ("VI" if minor else "vi", "iv" if minor else "IV"),
            ("V", "VI" if minor else "vi"),
        ]
    )
    while True:
        pair = rng.choice(pairs)
        leading = above(key.tonic, "M7") if pair[0] == "V" else ""
        firsts, seconds = voicings(key, pair[0]), voicings(key, pair[1])
        for _ in range(TRIES):
            before, after = rng.choice(firsts), rng.choice(seconds)
            if fault == "voice crossing":
                swap = rng.choice(((0, 1), (1, 2)))
                after = _swapped(after, *swap)
            if any(abs(new.midi - old.midi) > 12 for new, old in zip(after, before, strict=True)):
                continue
            found = faults(before, after, leading, key.tonic)
            if len(found) == 1 and found[0].name == fault:
                return pair, [before, after], found[0]


def _swapped(sonority: tuple[Pitch, ...], one: int, other: int) -> tuple[Pitch, ...]:
    changed = list(sonority)
    changed[one], changed[other] = changed[other], changed[one]
    return tuple(changed)
