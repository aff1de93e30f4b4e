"""Questions about MIDI numbers, frequencies, harmonics and cents.

A4 is 440 Hz and MIDI 69; C4 is middle C and MIDI 60. Frequencies are those of equal temperament.
"""

from __future__ import annotations

from fractions import Fraction
from random import Random

from symbolic.pitch import Pitch, spell_simply
from symbolic.questions.base import Question
from symbolic.questions.reading import ordinal
from symbolic.questions.theory.forms import INTERVAL, NUMBER, PITCH
from symbolic.questions.theory.making import Area, make, near, shuffled
from symbolic.questions.theory.names import ROOTS, an, interval, long_name, pitched

AREA = "pitch-numbers"
RATIOS = {
    "P8": Fraction(2),
    "P5": Fraction(3, 2),
    "P4": Fraction(4, 3),
    "M3": Fraction(5, 4),
    "m3": Fraction(6, 5),
    "M6": Fraction(5, 3),
    "m6": Fraction(8, 5),
    "M2": Fraction(9, 8),
}
"""Just intonation."""
HARMONICS = {2: "P8", 3: "P12", 4: "P15", 5: "M17", 6: "P19", 8: "P22"}
A4_HZ, A4_MIDI = 440, 69
CENTS = 100


def frequency(midi: int) -> float:
    """Hertz of a MIDI number in equal temperament."""
    return A4_HZ * 2 ** ((midi - A4_MIDI) / 12)


def midi_of(rng: Random) -> Question:
    """The MIDI number of a pitch."""
    pitch = pitched(rng.choice(ROOTS), rng.randint(1, 7))
    midi = pitch.midi
    natural = Pitch(pitch.step, 0, pitch.octave).midi
    return make(
        rng,
        AREA,
        (
            f"What is the MIDI number of {pitch} (C4 = 60)?",
            f"Middle C (C4) is MIDI 60. Which MIDI number has {pitch}?",
        ),
        str(midi),
        near(midi, midi + 12, midi - 12, natural),
        f"{pitch} lies {abs(midi - 60)} semitones {'above' if midi >= 60 else 'below'} C4: 60 "
        f"{'+' if midi >= 60 else '-'} {abs(midi - 60)} = {midi}.",
        form=NUMBER,
    )


def pitch_of_midi(rng: Random) -> Question:
    """The pitch of a MIDI number."""
    midi = rng.randint(24, 96)
    pitch = spell_simply(midi)
    wrong = [spell_simply(midi + by) for by in (12, -12, 1, -1, 7, 2)]
    octaves, rest = divmod(midi, 12)
    return make(
        rng,
        AREA,
        (
            f"Which pitch has the MIDI number {midi} (C4 = 60)?",
            f"MIDI note {midi}: which pitch is that, if 60 is C4?",
        ),
        str(pitch),
        map(str, wrong),
        f"{midi} = 12 x {octaves} + {rest}: octave {octaves - 1}, {rest} semitones above C, which is "
        f"{pitch}.",
    )


def octave_frequency(rng: Random) -> Question:
    """Frequencies octaves apart."""
    base = rng.choice(
        (110, 220, 440, 100, 120, 150, 160, 200, 240, 250, 256, 264, 300, 320, 330, 360, 400, 432)
    )
    octaves = rng.choice((1, 2, 3))
    up = rng.random() < 0.5
    start, truth = (base, base * 2**octaves) if up else (base * 2**octaves, base)
    wrong = [
        start * (octaves + 1) if up else start // (octaves + 1),
        truth * 2,
        truth // 2,
        start + 100 * octaves,
        start * 3,
        start // 3,
    ]
    plural = "s" if octaves > 1 else ""
    return make(
        rng,
        AREA,
        (
            f"A note has {start} Hz. What is the frequency in Hz {octaves} octave{plural} "
            f"{'higher' if up else 'lower'}?",
            f"Starting from {start} Hz, go {'up' if up else 'down'} {octaves} octave{plural}. How many "
            "hertz?",
        ),
        str(truth),
        (str(value) for value in wrong if value > 0),
        f"Each octave {'doubles' if up else 'halves'} the frequency: {truth} Hz.",
        form=NUMBER,
    )


def ratio_frequency(rng: Random) -> Question:
    """A pure interval above a frequency."""
    short = rng.choice([name for name in RATIOS if name != "P8"])
    ratio = RATIOS[short]
    start = ratio.denominator * rng.choice(range(20, 121, 4))
    truth = int(start * ratio)
    wrong = [int(start * other) for name, other in RATIOS.items() if name != short]
    return make(
        rng,
        AREA,
        (
            f"A tone of {start} Hz sounds. Which frequency in Hz lies a pure {long_name(short)} "
            f"({ratio.numerator}:{ratio.denominator}) above it?",
            f"What is {start} Hz raised by a just {long_name(short)}, ratio "
            f"{ratio.numerator}:{ratio.denominator}, in Hz?",
        ),
        str(truth),
        [str(value) for value in sorted(wrong, key=lambda value: abs(value - truth))],
        f"{start} x {ratio.numerator}/{ratio.denominator} = {truth} Hz.",
        form=NUMBER,
        subject="reasoning",
    )


def ratio_interval(rng: Random) -> Question:
    """Which interval has a ratio of frequencies?"""
    short = rng.choice(list(RATIOS))
    ratio = RATIOS[short]
    base = rng.choice(range(20, 151, 2))
    low, high = ratio.denominator * base, ratio.numerator * base
    return make(
        rng,
        AREA,
        (
            f"Two tones have {low} Hz and {high} Hz. Which pure interval do they form?",
            f"{low} Hz and {high} Hz sound together: name the interval in just intonation.",
        ),
        long_name(short),
        shuffled(rng, (long_name(other) for other in RATIOS if other != short)),
        f"{high}:{low} = {ratio.numerator}:{ratio.denominator}, {an(long_name(short))}.",
        form=INTERVAL,
        subject="reasoning",
    )


def cents(rng: Random) -> Question:
    """How many cents has an interval?"""
    short = rng.choice("m2 M2 m3 M3 P4 A4 P5 m6 M6 m7 M7 P8 m9 M9 m10 M10".split())
    size = interval(short).semitones * CENTS
    low = pitched(rng.choice(ROOTS[:]), rng.randint(2, 5))
    high = low.transpose(interval(short))
    return make(
        rng,
        AREA,
        (
            f"How many cents does the interval {low}-{high} have in equal temperament?",
            f"In equal temperament, how wide is {low}-{high} in cents?",
        ),
        str(size),
        [str(value) for value in (size + 100, size - 100, size + 200, size - 50, size + 50) if value > 0],
        f"{low}-{high} is {an(long_name(short))} of {interval(short).semitones} semitones, 100 cents each: "
        f"{size}.",
        form=NUMBER,
    )


def harmonic_pitch(rng: Random) -> Question:
    """Which pitch is the nth harmonic?"""
    number = rng.choice(list(HARMONICS))
    base = pitched(rng.choice(ROOTS), rng.randint(1, 3))
    truth = base.transpose(interval(HARMONICS[number]))
    wrong = [base.transpose(interval(short)) for n, short in HARMONICS.items() if n != number]
    wrong.sort(key=lambda pitch: abs(pitch.midi - truth.midi))
    return make(
        rng,
        AREA,
        (
            f"Which pitch is (nearest to) the {ordinal(number)} harmonic of {base}, counting {base} as the "
            "1st?",
            f"In the harmonic series on {base} (1st harmonic), which pitch is number {number}?",
        ),
        str(truth),
        map(str, wrong),
        f"The {ordinal(number)} harmonic has {number} times the frequency; above {base} that is {truth}.",
        form=PITCH,
    )


def harmonic_frequency(rng: Random) -> Question:
    """The frequency of the nth harmonic."""
    base, number = rng.choice(range(40, 251, 5)), rng.randint(3, 12)
    truth = base * number
    return make(
        rng,
        AREA,
        (
            f"The fundamental is {base} Hz. What is the frequency in Hz of harmonic number {number} (the "
            "fundamental is 1)?",
            f"A string sounds at {base} Hz. How many hertz has its {ordinal(number)} harmonic, the "
            "fundamental being the 1st?",
        ),
        str(truth),
        [
            str(value)
            for value in (
                base * (number + 1),
                base * (number - 1),
                base * 2 * number,
                base * 2 ** (number - 1),
            )
        ],
        f"{number} x {base} = {truth} Hz.",
        form=NUMBER,
    )


def beats(rng: Random) -> Question:
    """How many beats a second do two near tones make?"""
    base, gap = rng.choice((220, 330, 440, 442, 262, 294, 392, 500)), rng.randint(1, 9)
    low, high = base, base + gap
    return make(
        rng,
        AREA,
        (
            f"Two tones of {low} Hz and {high} Hz sound together. How many beats a second are heard?",
            f"How many beats a second result from {high} Hz against {low} Hz?",
        ),
        str(gap),
        near(gap, 2 * gap),
        f"The beat frequency is the difference: {high} - {low} = {gap}.",
        form=NUMBER,
    )


def tempered_frequency(rng: Random) -> Question:
    """The frequency of a pitch, rounded."""
    pitch = pitched(rng.choice(ROOTS), rng.randint(2, 6))
    value = frequency(pitch.midi)
    wrong = [frequency(pitch.midi + by) for by in (1, -1, 12, -12, 2)]
    return make(
        rng,
        AREA,
        (
            f"What is the frequency of {pitch} in equal temperament with A4 = 440 Hz?",
            f"A4 has 440 Hz. Which frequency has {pitch} in equal temperament (rounded)?",
        ),
        f"{value:.1f} Hz",
        (f"{other:.1f} Hz" for other in wrong),
        f"{pitch} lies {pitch.midi - A4_MIDI} semitones from A4: 440 x 2^({pitch.midi - A4_MIDI}/12) = "
        f"{value:.1f} Hz.",
        subject="reasoning",
    )


def distance_in_midi(rng: Random) -> Question:
    """Which interval in semitones lies between two MIDI numbers?"""
    low = rng.randint(36, 80)
    short = rng.choice("m2 M2 m3 M3 P4 P5 m6 M6 m7 M7 P8 m9 M9 m10 M10 P12".split())
    size = interval(short).semitones
    return make(
        rng,
        AREA,
        (
            f"Two MIDI notes have the numbers {low} and {low + size}. Which interval is it, in its "
            "commonest spelling?",
            f"From MIDI number {low} to {low + size}: name the interval in its usual spelling.",
        ),
        long_name(short),
        shuffled(
            rng,
            (
                long_name(other)
                for other in "m2 M2 m3 M3 P4 P5 m6 M6 m7 M7 P8 m10 M9".split()
                if other != short and interval(other).semitones != size
            ),
        ),
        f"{low + size} - {low} = {size} semitones, {an(long_name(short))}.",
        form=INTERVAL,
    )


PITCH_NUMBER_QUESTIONS = Area(
    AREA,
    (
        midi_of,
        pitch_of_midi,
        octave_frequency,
        ratio_frequency,
        ratio_interval,
        cents,
        harmonic_pitch,
        harmonic_frequency,
        beats,
        tempered_frequency,
        distance_in_midi,
    ),
)
