"""What a calculator says of pitches, intervals, frequencies, clefs and instruments that a text names."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from math import log2

from symbolic.pitch import MAX_ALTER, Interval, Pitch, alter_sign, class_fifths, spell_fifths, spell_simply
from symbolic.questions.interval import interval_name
from symbolic.questions.theory.clefs import CLEFS, SIGNS, TOP, USUAL, at, place_words
from symbolic.questions.theory.counterpoint import motion_of, pair_faults
from symbolic.questions.theory.intervals import QUALITY_WORDS, SAME_SOUND
from symbolic.questions.theory.named import Named
from symbolic.questions.theory.names import above, interval, pitch_class
from symbolic.questions.theory.notation import note_text
from symbolic.questions.theory.pitch_numbers import CENTS, HARMONICS, RATIOS, frequency
from symbolic.questions.theory.told.keys import key_of
from symbolic.questions.theory.transposition import INSTRUMENTS
from symbolic.transform import transpose_key

CLASS_OF = {short: word for word, shorts in QUALITY_WORDS.items() for short in shorts}
MIDI_NUMBERS = range(12, 128)


@lru_cache(maxsize=1024)
def called(found: Interval) -> str:
    """The name of an interval, in words where it has them."""
    upward = -found if found.steps < 0 or (found.steps == 0 and found.semitones < 0) else found
    try:
        return interval_name(upward)
    except ValueError:
        return upward.name


@lru_cache(maxsize=1024)
def simple(found: Interval) -> Interval:
    """An interval without its octaves; an octave stays."""
    octaves = (found.steps - 1) // 7
    return Interval(found.steps - 7 * octaves, found.semitones - 12 * octaves) if found.steps > 7 else found


def inverted(found: Interval) -> Interval:
    """The interval that makes an octave with one within it."""
    return Interval(7 - found.steps, 12 - found.semitones)


def pitches(named: Named) -> Iterator[str]:
    """Each interval from a pitch to the next one; of a single pitch its number and frequency."""
    found = named.pitches
    if named.clefs or named.instruments:
        return
    if named.says("midi", "frequency", "hz", "hertz") or named.hertz:
        for pitch in dict.fromkeys(found[:3]):
            yield f"{pitch}: MIDI {pitch.midi}, {frequency(pitch.midi):.1f} Hz"
    elif named.says("abc"):
        yield from (f"{pitch} = {note_text(pitch)}" for pitch in found[:1])
    elif named.says("harmonic", "harmonics", "overtone", "partial"):
        if found:
            yield from _harmonics(found[0], named)
    elif len(found) > 1 and len(set(named.notes)) > 2:
        yield from _against_chord(found, named)
    elif len(found) == 4:
        yield from _voices(found, named)
    elif len(found) > 1:
        for one, other in list(pairwise(found))[:4]:
            yield _pair(one, other, named)


def _pair(one: Pitch, other: Pitch, named: Named) -> str:
    low, high = sorted((one, other), key=lambda pitch: (pitch.diatonic, pitch.midi))
    found = Interval.between(low, high)
    told = [f"{one}-{other}: {called(found)}", f"{found.semitones} semitones"]
    plain = simple(found)
    if plain != found:
        told.append(f"octave + {called(Interval(found.steps - 7, found.semitones - 12))}")
        told.append(f"simple {called(plain)}")
    elif named.says("inversion", "inverted", "moving"):
        told.append(f"inversion {called(inverted(found))}")
    if named.says("cents"):
        told.append(f"{found.semitones * CENTS} cents")
    if named.says("consonance", "counterpoint", "classed", "consonant", "dissonance"):
        told.append(CLASS_OF.get(found.name) or CLASS_OF.get(plain.name, ""))
    if found.name in SAME_SOUND:
        told.append(f"sounds as {called(interval(SAME_SOUND[found.name]))}")
    return ", ".join(filter(None, told))


def _voices(found: list[Pitch], named: Named) -> Iterator[str]:
    """Two voices in two steps: each voice's move, and both intervals."""
    a, b, c, d = found
    crosswise = named.says("over") or (b.midi < a.midi and named.says("then"))
    upper, lower = ((a, c), (b, d)) if crosswise else ((a, b), (c, d))
    moves = [one[1].diatonic - one[0].diatonic for one in (upper, lower)]
    yield ", ".join(
        f"{name} {start}-{end} {_way(end.midi - start.midi)} {called(Interval.between(*_order(start, end)))}"
        for name, (start, end) in (("upper", upper), ("lower", lower))
    )
    yield ", ".join(f"{low}-{high} {_crossing(low, high)}" for high, low in zip(upper, lower, strict=True))
    told = [f"{motion_of(moves[0], moves[1])} motion"]
    told += pair_faults((upper[0], lower[0]), (upper[1], lower[1]), 0, 1, strict=True)
    yield ", ".join(told)


def _against_chord(found: list[Pitch], named: Named) -> Iterator[str]:
    """A melody over the notes of a chord: what is foreign, and how it is reached and left."""
    line = found[:-1] if len(found) > 3 and found[-1] in found[:-1] else found
    for place, pitch in enumerate(line):
        if pitch.spelled_class not in named.notes:
            after = line[place + 1] if place + 1 < len(line) else None
            yield foreign(line[place - 1] if place else None, pitch, after)


def foreign(before: Pitch | None, pitch: Pitch, after: Pitch | None) -> str:
    """A note outside its chord: how it is reached and left, and what that is called."""
    reached = 0 if before is None else pitch.diatonic - before.diatonic
    left = 0 if after is None else after.diatonic - pitch.diatonic
    kind = ""
    if before is not None and after is not None:
        kind = _kind(reached, left, after == before)
    return f"{pitch} outside, reached {reached:+d}, left {left:+d}{kind and ': '}{kind}"


def _kind(reached: int, left: int, returns: bool) -> str:
    if not reached:
        return "suspension" if abs(left) == 1 else ""
    if not left:
        return "anticipation"
    if abs(reached) == 1 and abs(left) == 1:
        return "neighbour tone" if returns else "passing tone" if reached == left else ""
    if abs(left) == 1:
        return "appoggiatura"
    return "escape tone" if abs(reached) == 1 else ""


def _way(semitones: int) -> str:
    return "up" if semitones > 0 else "down" if semitones < 0 else "stays"


def _order(one: Pitch, other: Pitch) -> tuple[Pitch, Pitch]:
    return (one, other) if one.midi <= other.midi else (other, one)


def _crossing(low: Pitch, high: Pitch) -> str:
    crossed = ", crossed" if low.midi > high.midi else ""
    return called(simple(Interval.between(*_order(low, high)))) + crossed


def _harmonics(pitch: Pitch, named: Named) -> Iterator[str]:
    numbers = [number for number in named.numbers if 1 < number <= 16][:3]
    told = []
    for number in numbers:
        short = HARMONICS.get(number)
        midi = pitch.midi + round(12 * log2(number))
        told.append(f"harmonic {number} {pitch.transpose(interval(short)) if short else spell_simply(midi)}")
    if told:
        yield f"{pitch}: {', '.join(told)}"


def intervals(named: Named) -> Iterator[str]:
    """Where an interval leads from each note, and what it is."""
    found = list(dict.fromkeys(named.intervals[:3]))
    if len(named.intervals) > 1 and not named.notes and not named.pitches:
        one, other = named.intervals[:2]
        total = Interval(one.steps + other.steps, one.semitones + other.semitones)
        yield f"{called(one)} + {called(other)}: {called(total)}, {total.semitones} semitones"
        return
    for one in found[:2]:
        yield from _from_notes(one, named)
    if found and not (named.notes or named.pitches or named.scales or named.hertz):
        told = [f"{called(found[0])}: {found[0].semitones} semitones"]
        told += [f"inversion {called(inverted(found[0]))}"] * (found[0].steps <= 7)
        if found[0].name in SAME_SOUND:
            told.append(f"sounds as {called(interval(SAME_SOUND[found[0].name]))}")
        yield ", ".join(told)


def _from_notes(one: Interval, named: Named) -> Iterator[str]:
    count = next((number for number in named.numbers if 1 < number <= 24), 1)
    if count > 1 and one.name == "P5" and named.notes:
        up, down = (fifths_away(named.notes[0], sign * count) for sign in (1, -1))
        yield f"{count} fifths from {named.notes[0]}: up {up}, down {down}"
        return
    for note in dict.fromkeys(named.notes[:2] if not named.scales else ()):
        yield f"{called(one)} above {note} {_above(note, one.name)}, below {_above(note, '-' + one.name)}"
    for pitch in dict.fromkeys(named.pitches[:2] if len(named.pitches) < 2 else ()):
        yield f"{called(one)} above {pitch} {pitch.transpose(one)}, below {pitch.transpose(-one)}"
    for found in named.scales[:1]:
        key = key_of(found)
        higher, lower = transpose_key(key, one), transpose_key(key, -one)
        yield f"{key.name} up {_article(called(one))} {higher.name}, down {lower.name}"


def fifths_away(name: str, count: int) -> str:
    """The note so many perfect fifths above another one; as many below for a negative number."""
    step, alter = spell_fifths(class_fifths(name) + count)
    return step + alter_sign(alter) if abs(alter) <= MAX_ALTER else ""


@lru_cache(maxsize=4096)
def _above(note: str, short: str) -> str:
    try:
        return above(note, short)
    except ValueError:
        return "-"


def note_pairs(named: Named) -> Iterator[str]:
    """The interval between two notes without octaves, upwards."""
    if not named.says("interval", "semitone", "semitones", "between", "from", "far", "distance"):
        return
    if len(named.notes) != 2 or named.scales or named.chords or named.intervals or named.pitches:
        return
    one, other = named.notes
    steps = (ord(other[0]) - ord(one[0])) % 7
    up = (pitch_class(other) - pitch_class(one)) % 12
    if one[0] == other[0]:
        size = min(up, 12 - up)
        yield f"{one}-{other}: same letter, chromatic, {size} semitone{'s' if size != 1 else ''}"
        return
    rising = Interval(steps, up if up or steps < 4 else 12)
    told = f"{one}-{other}: up {called(rising)} {rising.semitones} semitones, down {called(inverted(rising))}"
    if min(up, 12 - up) == 1:
        told += ", diatonic semitone" if min(steps, 7 - steps) == 1 else ", neither"
    yield told


def numbers(named: Named) -> Iterator[str]:
    """MIDI numbers and frequencies."""
    if named.says("midi") and not named.pitches[1:]:
        midi = [
            number
            for number in named.numbers
            if number in MIDI_NUMBERS and not (named.pitches and number == 60)
        ]
        midi = [number for number in midi if number != 60 or not named.says("c4")]
        if len(midi) > 1:
            size = abs(midi[1] - midi[0])
            common = spell_simply(60 + size)
            yield f"MIDI {midi[0]}-{midi[1]}: {size} semitones, {called(_common(size, common))}"
        elif midi:
            yield f"MIDI {midi[0]} = {spell_simply(midi[0])}, {frequency(midi[0]):.1f} Hz"
    yield from _frequencies(named)


def _common(size: int, pitch: Pitch) -> Interval:
    found = Interval.between(Pitch("C"), pitch)
    names = {1: "m2", 3: "m3", 6: "A4", 8: "m6", 10: "m7"}
    octaves, rest = divmod(size, 12)
    if rest in names:
        plain = interval(names[rest])
        return Interval(plain.steps + 7 * octaves, plain.semitones + 12 * octaves)
    return found


def _frequencies(named: Named) -> Iterator[str]:
    hertz = [value for value in named.hertz if value != 440 or not named.pitches]
    if len(hertz) > 1:
        low, high = sorted(hertz[:2])
        ratio = next(
            (short for short, value in RATIOS.items() if abs(high / low - float(value)) < 1e-6), None
        )
        told = [f"{_hz(low)}-{_hz(high)} Hz: difference {_hz(high - low)}"]
        if ratio:
            told.append(
                f"ratio {RATIOS[ratio].numerator}:{RATIOS[ratio].denominator} {called(interval(ratio))}"
            )
        yield ", ".join(told)
    elif hertz:
        told = [f"{_hz(hertz[0])} Hz"]
        for one in named.intervals[:1]:
            if one.name in RATIOS and one.name != "P8":
                by = float(RATIOS[one.name])
                told.append(f"{called(one)} up {_hz(hertz[0] * by)}, down {_hz(hertz[0] / by)}")
        counts = [number for number in named.numbers if 1 < number <= 32]
        if named.says("harmonic", "harmonics", "partial"):
            told += [f"harmonic {number} {_hz(hertz[0] * number)}" for number in counts[:2]]
        elif named.says("octave", "octaves"):
            by = 2 ** (counts[0] if counts and counts[0] < 8 else 1)
            told.append(
                f"{counts[0] if by > 2 else 1} octaves up {_hz(hertz[0] * by)}, down {_hz(hertz[0] / by)}"
            )
        if len(told) > 1:
            yield ", ".join(told)


def _hz(value: float) -> str:
    return f"{value:.0f}" if abs(value - round(value)) < 1e-6 else f"{value:.1f}"


def clefs(named: Named) -> Iterator[str]:
    """Where the pitches stand in each clef, and what stands at the places."""
    names = list(dict.fromkeys(named.clefs)) or (list(USUAL) if named.says("clef", "clefs") else [])
    if not named.places and not named.pitches:
        for clef in names[:1]:
            yield f"{clef} clef: {place_words(0)} {CLEFS[clef]}"
        return
    usual = len(names) > 2
    for clef in names[: 4 if usual else 2]:
        told = []
        for place in named.places[:1]:
            pitch = at(clef, place)
            told.append(f"{place_words(place)} {pitch}")
            if named.says("middle"):
                told.append(f"{abs(pitch.diatonic - Pitch('C').diatonic)} steps from C4")
        for pitch in named.pitches[:1] if not named.places or named.clefs else ():
            place = pitch.diatonic - CLEFS[clef].diatonic
            lines = (-place if place < 0 else max(0, place - TOP)) // 2
            told.append(
                f"{lines} ledger lines" if usual else f"{pitch} {place_words(place)}, {lines} ledger lines"
            )
            if len(names) == 2 and clef == names[0]:
                told.append(f"read in {names[1]} clef {at(names[1], place)}")
        yield f"{clef} clef: {', '.join(told)}"
    if named.places and named.pitches and not named.clefs:
        yield from _sign(named)


def _sign(named: Named) -> Iterator[str]:
    pitch, place = named.pitches[0], named.places[0]
    for clef in SIGNS:
        if at(clef, place) == pitch:
            yield f"{pitch} on {place_words(place)}: {clef} clef"


def instruments(named: Named) -> Iterator[str]:
    """How an instrument sounds, and what becomes of the pitches, notes and keys in its part."""
    names = named.instruments[:2]
    for place, name in enumerate(names):
        short = INSTRUMENTS[name]
        sounds, way = interval(short), "lower" if short[0] == "-" else "higher"
        told = [f"{name}: sounds {_article(called(sounds))} {way} than written"]
        for pitch in named.pitches[:1] if not place else ():
            heard = pitch.transpose(sounds)
            told.append(
                f"written {pitch} sounds {heard}, sounding {pitch} is written {pitch.transpose(-sounds)}"
            )
            for other in names[1:]:
                told.append(f"{other} reads {heard.transpose(-interval(INSTRUMENTS[other]))}")
        for found in named.scales[:1]:
            key = key_of(found)
            told.append(f"written {key.name} sounds {transpose_key(key, sounds).name}")
            told.append(f"sounding {key.name} is written {transpose_key(key, -sounds).name}")
        yield ", ".join(told)


def _article(words: str) -> str:
    return f"{'an' if words[0] in 'aeo' else 'a'} {words}"
