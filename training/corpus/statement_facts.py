"""Statements about single facts of theory: notes, intervals, scales, keys, chords, clefs, metres, lengths.

Each function draws its facts from a generator of random numbers and returns a `Statement`: two to four plain
English sentences whose every value is computed from the spelled pitches and exact fractions of `symbolic`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import TypeAlias

from symbolic.harmony import ChordSymbol
from symbolic.key import Key
from symbolic.pitch import Interval
from symbolic.questions.interval import interval_name
from symbolic.questions.reading import ordinal
from symbolic.questions.theory.clefs import CLEFS, TOP, at, place_words
from symbolic.questions.theory.functions import MAJOR_NUMERALS, MINOR_NUMERALS, chord_of
from symbolic.questions.theory.lengths import BRITISH, NAME_OF, NAMED, PLAIN
from symbolic.questions.theory.making import metre
from symbolic.questions.theory.names import (
    CHORDS,
    DEGREES,
    MAJOR_KEYS,
    MEMBERS,
    MINOR_KEYS,
    MODES,
    ROOTS,
    SCALES,
    an,
    an_note,
    capital,
    chord,
    interval,
    listing,
    long_name,
    pitch_class,
    pitched,
    scale,
    scale_of,
    signature_notes,
    signature_words,
    symbol,
)
from symbolic.questions.theory.notation import note_text
from symbolic.questions.theory.notation_lengths import length_text
from symbolic.questions.theory.pitch_numbers import frequency
from symbolic.questions.theory.transposition import INSTRUMENTS
from symbolic.questions.theory.vocabulary import FORM_PARTS, FORMS, GENRES, ORNAMENTS, TERMS

INTERVALS = "m2 M2 A2 d3 m3 M3 d4 P4 A4 d5 P5 A5 m6 M6 d7 m7 M7 P8 m9 M9 m10 M10 P11 P12 m13 M13 P15".split()
INVERSIONS = ("root position", "first inversion", "second inversion", "third inversion")
BARS = "2/4 3/4 4/4 2/2 3/2 3/8 6/8 9/8 12/8 6/4 5/4 5/8 7/8".split()


@dataclass(frozen=True, slots=True)
class Statement:
    """Some sentences.

    Attributes:
        fact: what they are about; statements with equal facts differ in wording only.
        text: English, perhaps with tunes in fences marked ``abc``; no final newline.
    """

    fact: str
    text: str


Maker: TypeAlias = Callable[[Random], Statement]


def _said(rng: Random, fact: str, lead: Sequence[str], others: Sequence[str], most: int = 2) -> Statement:
    """One of the leading sentences, then up to `most` of the others."""
    more = rng.sample(list(others), min(most, len(others)))
    return Statement(fact, " ".join((rng.choice(lead), *more)))


def interval_fact(rng: Random) -> Statement:
    """The interval between two pitches, its inversion and size."""
    short = rng.choice(INTERVALS)
    low = pitched(rng.choice(ROOTS), rng.randint(2, 5))
    high = low.transpose(interval(short))
    if abs(high.alter) > 2 or Interval.between(low, high) != interval(short):
        return interval_fact(rng)
    name, size = long_name(short), high.midi - low.midi
    others = [
        f"It measures {size} semitones, that is {100 * size} cents in equal temperament.",
        f"In MIDI numbers it is the step from {low.midi} to {high.midi}.",
        f"Counting the letters {low.step} to {high.step} inclusively gives {interval(short).steps + 1}.",
        f"As a chord it is written [{note_text(low)}{note_text(high)}] in ABC notation with K:C.",
    ]
    if interval(short).steps <= 7 and 0 < size <= 12:
        turned = interval_name(Interval(7 - interval(short).steps, 12 - size))
        others.append(f"Inverted, with {low.spelled_class} moved up an octave, it becomes {an(turned)}.")
    lead = (
        f"From {low} up to {high} is {an(name)}.",
        f"The pitches {low} and {high} form {an(name)}.",
        f"{capital(an(name))} above {low} lies {high}.",
        f"Going down {an(name)} from {high} leads to {low}.",
    )
    return _said(rng, f"interval {low} {high}", lead, others)


def scale_fact(rng: Random) -> Statement:
    """The notes of a scale and one more thing about them."""
    kind, tonic = rng.choice(list(SCALES)), rng.choice(ROOTS)
    try:
        notes = scale(tonic, kind)
    except ValueError:
        return scale_fact(rng)
    name = f"{tonic} {kind}"
    degree = rng.randint(2, len(notes))
    steps = [
        (pitch_class(high) - pitch_class(low)) % 12
        for low, high in zip(notes, (*notes[1:], tonic), strict=True)
    ]
    others = {
        "steps": f"Its steps measure {', '.join(map(str, steps))} semitones.",
        "intervals": f"Above {tonic} these are "
        f"{listing([long_name(short) for short in SCALES[kind].split()])}.",
        f"degree {degree}": f"The {ordinal(degree)} note of the scale is {notes[degree - 1]}.",
        "down": f"Downwards it runs {' '.join((tonic, *reversed(notes)))}.",
        "classes": f"Its pitch classes are {', '.join(str(pitch_class(note)) for note in notes)} (C = 0).",
    }
    topic = rng.choice(list(others))
    lead = (
        f"The {name} scale has the notes {' '.join((*notes, tonic))}.",
        f"{name[0].upper()}{name[1:]} is spelled {' '.join((*notes, tonic))}.",
        f"Playing {' '.join((*notes, tonic))} gives the {name} "
        f"scale{' as it ascends' if 'melodic' in kind else ''}.",
    )
    return _said(rng, f"scale {name} {topic}", lead, [others[topic]])


def key_fact(rng: Random) -> Statement:
    """The signature and the relations of a key."""
    mode = rng.choice(MODES)
    key = Key.from_fifths(rng.randint(-7, 7), mode)
    words, notes = signature_words(key.fifths), signature_notes(key.fifths)
    major = Key.from_fifths(key.fifths)
    degree = rng.randint(2, 7)
    topics = {
        "signature": f"They are written in the order {' '.join(notes)}."
        if notes
        else "All seven notes are natural.",
        "parent": "It shares its signature with "
        f"{listing([Key.from_fifths(key.fifths, m).name for m in MODES if m != mode])}.",
        "scale": f"Its scale is {' '.join(scale_of(key))}.",
        "place": f"Its tonic is the {ordinal(MODES.index(mode) + 1)} degree of {major.name}.",
        "triad": f"The triad on its tonic is {' '.join(scale_of(key)[i] for i in (0, 2, 4))}.",
        f"degree {degree}": f"Its {ordinal(degree)} degree is {scale_of(key)[degree - 1]}.",
        "abc": "An ABC tune in it has the field "
        f"K:{key.tonic}{'' if mode == 'major' else 'm' if mode == 'minor' else mode[:3]}.",
    }
    if mode in ("major", "minor"):
        numerals = MAJOR_NUMERALS if mode == "major" else MINOR_NUMERALS
        topics["triads"] = f"Its triads are {', '.join(f'{n} = {chord_of(key, n)}' for n in numerals)}."
        named = [f"the {name} is {note}" for name, note in zip(DEGREES[:6], scale_of(key), strict=False)]
        topics["degrees"] = f"{capital(listing(named))}."
    topic = rng.choice(list(topics))
    lead = (
        f"{key.name} has {words}.",
        f"The key signature of {key.name} consists of {words}." if notes else f"{key.name} needs {words}.",
        f"A piece in {key.name} is written with {words}.",
    )
    return _said(rng, f"key {key.name} {topic}", lead, [topics[topic]])


def chord_fact(rng: Random) -> Statement:
    """A chord in some position."""
    root, kind = rng.choice(ROOTS), rng.choice(list(CHORDS))
    try:
        notes = chord(root, kind)
    except ValueError:
        return chord_fact(rng)
    place = rng.randrange(len(notes))
    figures = (("5/3", "6", "6/4") if len(notes) == 3 else ("7", "6/5", "4/3", "4/2"))[place]
    name = symbol(root, kind, notes[place])
    found = ChordSymbol.parse(name)
    harte = found.harte if found else ""
    others = [
        f"The {MEMBERS[place]}, {notes[place]}, is in the bass, which a figured bass marks {figures}.",
        f"In Harte's syntax the chord is {harte}.",
        f"From the bass up its notes are {' '.join((*notes[place:], *notes[:place]))} in close position.",
        f"Above the root stand {listing([an(long_name(short)) for short in CHORDS[kind][1].split()[1:]])}.",
        f"Its pitch classes are {', '.join(str(pitch_class(note)) for note in notes)}, counted from C = 0.",
    ]
    lead = (
        f"{name} is {an_note(f'{root} {kind} chord')} in {INVERSIONS[place]}, with the notes "
        f"{' '.join(notes)}.",
        f"The symbol {name} stands for {' '.join(notes)}, {an(kind)} chord on {root} in {INVERSIONS[place]}.",
        f"To play {name}, take {listing(notes)} with {notes[place]} as the lowest note: {an(kind)} chord in "
        f"{INVERSIONS[place]}.",
    )
    return _said(rng, f"chord {name} {place}", lead, others)


def pitch_fact(rng: Random) -> Statement:
    """A pitch as MIDI number, frequency, ABC text and place on a staff."""
    pitch = pitched(rng.choice(ROOTS), rng.randint(1, 7))
    text, hertz = note_text(pitch), frequency(pitch.midi)
    topics = {
        "midi": f"It is MIDI note {pitch.midi}, {abs(pitch.midi - 60)} semitones "
        f"{'above' if pitch.midi >= 60 else 'below'} middle C.",
        "hertz": f"In equal temperament with A4 at 440 Hz it sounds at {hertz:.2f} Hz, and an octave "
        f"higher at {2 * hertz:.2f} Hz.",
        "harmonic": f"Its third harmonic lies near {pitch.transpose(interval('P12'))} and its fifth near "
        f"{pitch.transpose(Interval(16, 28))}.",
    }
    clef = rng.choice(list(CLEFS))
    place = pitch.diatonic - CLEFS[clef].diatonic
    if -6 <= place <= TOP + 6:
        topics[f"staff {clef}"] = (
            f"In the {clef} clef it is written at {place_words(place)}, counted from below."
        )
    topic = rng.choice(list(topics))
    lead = (
        f"The pitch {pitch} is written {text} in ABC notation with K:C.",
        f"In ABC with K:C, {text} means {pitch}.",
        f"{pitch} has the ABC text {text} where no signature is in force.",
    )
    return _said(rng, f"pitch {pitch} {topic}", lead, [topics[topic]])


def clef_fact(rng: Random) -> Statement:
    """A place of the staff in two clefs."""
    first, second = rng.sample(list(CLEFS), 2)
    place = rng.randint(-4, TOP + 4)
    one, other = at(first, place), at(second, place)
    lead = (
        f"A note at {place_words(place)} of the staff is {one} in the {first} clef and {other} in the "
        f"{second} clef.",
        f"{capital(place_words(place))} means {one} to a reader of the {first} clef, but {other} to one of "
        f"the {second} clef.",
    )
    others = [
        f"The lowest line of the {first} clef is {CLEFS[first]}, that of the {second} clef {CLEFS[second]}."
    ]
    return _said(rng, f"clef {first} {second} {place}", lead, others)


def instrument_fact(rng: Random) -> Statement:
    """What a transposing instrument reads and sounds."""
    name = rng.choice(list(INSTRUMENTS))
    short = INSTRUMENTS[name]
    written = pitched(rng.choice(ROOTS), rng.randint(4, 5))
    sounding = written.transpose(interval(short))
    way = f"{an(long_name(short.lstrip('-')))} {'lower' if short[0] == '-' else 'higher'} than written"
    lead = (
        f"When the {name} reads {written}, {sounding} sounds.",
        f"For {sounding} to sound, the part of the {name} must show {written}.",
        f"Written {written} on the {name} is {sounding} at concert pitch.",
    )
    others = [f"The instrument sounds {way}.", f"It transposes by {interval(short).semitones:+d} semitones."]
    return _said(rng, f"instrument {name} {written}", lead, others, most=1)


def metre_fact(rng: Random) -> Statement:
    """How many notes of one value fill some bars."""
    name, value, bars = rng.choice(BARS), rng.choice(list(PLAIN)[1:]), rng.randint(1, 64)
    count = metre(name).bar_quarters / 4 * bars / PLAIN[value]
    if count.denominator > 1:
        return metre_fact(rng)
    where = "One bar" if bars == 1 else f"{bars} bars"
    beats = metre(name).beats // 3 if metre(name).is_compound else metre(name).beats
    beat, tempo = NAME_OF[metre(name).beat_quarters / 4], rng.choice((60, 72, 80, 96, 100, 120, 132, 144))
    time = Fraction(60 * beats * bars, tempo)
    lead = (
        f"{where} of {name} hold{'s' if bars == 1 else ''} {count} {value} notes ({BRITISH[value]}s).",
        f"{count} {value} notes fill {where.lower()} of {name} exactly.",
    )
    others = [
        f"With the {beat} at {tempo} a minute {'it lasts' if bars == 1 else 'they last'} {float(time):.4g} "
        "seconds.",
        f"A bar of {name} has {beats} main beats, each {an(beat)}, and lasts {metre(name).bar_quarters / 4} "
        "of a whole note.",
    ]
    return _said(rng, f"metre {name} {value} {bars}", lead, others)


def fill_fact(rng: Random) -> Statement:
    """A bar filled with notes of several values."""
    name = rng.choice(BARS)
    left = metre(name).bar_quarters / 4
    parts: list[str] = []
    while left:
        fitting = [note for note, length in NAMED.items() if length <= left and length >= Fraction(1, 16)]
        if not fitting or len(parts) > 7:
            return fill_fact(rng)
        parts.append(rng.choice(fitting))
        left -= NAMED[parts[-1]]
    total = metre(name).bar_quarters / 4
    units = [length_text(NAMED[part] * 8) for part in parts]
    steps = [rng.choice("CDEFGABcdefgab") + unit for unit in units]
    sums = " + ".join(str(NAMED[part]) for part in parts)
    lead = (
        f"A bar of {name} can be filled with {listing([an(part) for part in parts])}, since {sums} = "
        f"{total}.",
        f"In {name} these notes make one bar: {', '.join(parts)}. Their lengths {sums} add up to {total} of "
        "a whole note.",
    )
    others = [f"With L:1/8 such a bar may read {' '.join(steps)}| in ABC."]
    return _said(rng, f"fill {name} {' '.join(parts)}", lead, others)


def length_fact(rng: Random) -> Statement:
    """The length of a note in ABC."""
    unit = Fraction(1, rng.choice((2, 4, 8, 16)))
    factor = Fraction(rng.choice((1, 2, 3, 4, 5, 6, 7, 8, 12)), rng.choice((1, 2, 4)))
    letter = rng.choice("CDEFGABcdefgabz")
    text, length = letter + length_text(factor), unit * factor
    written = (
        f", {an(NAME_OF[length]).replace(' note', ' rest' if letter == 'z' else ' note')}"
        if length in NAME_OF
        else ""
    )
    lead = (
        f"With L:{unit} the ABC text {text} lasts {length} of a whole note{written}.",
        f"Where an ABC tune says L:{unit}, {text} has the length {unit} x {factor} = {length}{written}.",
    )
    others = [f"In quarter notes that is {4 * length}."]
    return _said(rng, f"length {unit} {text}", lead, others)


def word_fact(rng: Random) -> Statement:
    """A term, an ornament, a form or a genre."""
    group = rng.choice([*TERMS, "ornaments", "forms", "genres", "parts of forms"])
    letters = {form: f"{meaning} ({pattern})" for form, (pattern, meaning) in FORMS.items()}
    tables = {"ornaments": ORNAMENTS, "forms": letters, "genres": GENRES, "parts of forms": FORM_PARTS}
    table = TERMS.get(group) or tables[group]
    word = rng.choice(list(table))
    lead = (
        f'"{word}" means: {table[word]}.',
        f'In music "{word}" stands for this: {table[word]}.',
        f'The word for "{table[word]}" is "{word}".',
    )
    others = [f"It belongs with the words for {group}." if group in TERMS else f"It is one of the {group}."]
    return _said(rng, f"word {word}", lead, others)


def related_keys_fact(rng: Random) -> Statement:
    """Two keys: distance on the circle of fifths and the chords that they share."""
    first, second = rng.sample(MAJOR_KEYS[1:-1] + MINOR_KEYS[1:-2], 2)
    distance = abs(first.fifths - second.fifths)
    sets = [
        {chord_of(key, n): n for n in (MINOR_NUMERALS if key.mode == "minor" else MAJOR_NUMERALS)}
        for key in (first, second)
    ]
    shared = [name for name in sets[0] if name in sets[1]]
    told = [f"{name} ({sets[0][name]} and {sets[1][name]})" for name in shared]
    lead = (
        f"The signatures of {first.name} ({signature_words(first.fifths)}) and {second.name} "
        f"({signature_words(second.fifths)}) lie {distance} step{'' if distance == 1 else 's'} apart on the "
        "circle of fifths.",
        f"{first.name} has {signature_words(first.fifths)} and {second.name} "
        f"{signature_words(second.fifths)}; that is a distance of {distance} on the circle of fifths.",
    )
    others = [f"Triads in both keys: {listing(told)}." if told else "No triad belongs to both keys."]
    return _said(rng, f"keys {first.name} {second.name}", lead, others)


def triad_role_fact(rng: Random) -> Statement:
    """In which keys a triad stands, and on which degree."""
    root, kind = rng.choice(ROOTS), rng.choice(("major", "minor", "diminished"))
    name = symbol(root, kind)
    homes = [
        f"{numeral} in {key.name}"
        for key in MAJOR_KEYS[1:-1] + MINOR_KEYS[1:-2]
        for numeral in (MINOR_NUMERALS if key.mode == "minor" else MAJOR_NUMERALS)
        if chord_of(key, numeral) == name
    ]
    if not homes:
        return triad_role_fact(rng)
    lead = (
        f"The triad {name} ({' '.join(chord(root, kind))}) is {listing(homes)}.",
        f"{name}, that is {' '.join(chord(root, kind))}, can be {listing(homes, 'or')}.",
    )
    return _said(rng, f"role {name}", lead, [])


FACTS: tuple[tuple[Maker, int], ...] = (
    (interval_fact, 14),
    (scale_fact, 8),
    (key_fact, 8),
    (chord_fact, 10),
    (pitch_fact, 6),
    (clef_fact, 4),
    (instrument_fact, 7),
    (metre_fact, 9),
    (fill_fact, 9),
    (length_fact, 5),
    (word_fact, 3),
    (related_keys_fact, 6),
    (triad_role_fact, 1),
)
"""Makers of statements and how often each is drawn."""
