"""Checks of what a theory text says about its examples, from the notes alone.

`problems(example)` returns every complaint in plain words, none where all is well. A check is a function of
the score and the value that stands in the fence; it returns what is wrong, or None. Scores are taken as
written, with repeats played out where a check says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby, pairwise
from typing import TypeAlias

from symbolic.abc import lint, parse
from symbolic.errors import SymbolicError
from symbolic.harmony import ChordSymbol
from symbolic.key import Key
from symbolic.meter import Meter
from symbolic.pitch import Interval, Pitch, alter_sign, transpose_class
from symbolic.score import TIMED, Measure, Score, Voice
from symbolic.timeline import SoundingNote, sounding_notes
from symbolic.transform import contexts
from training.corpus.articles import Example

Check: TypeAlias = Callable[[Score, str], "str | None"]

SCALES = {
    "harmonic minor": "P1 M2 m3 P4 P5 m6 M7",
    "melodic minor": "P1 M2 m3 P4 P5 M6 M7",
    "major pentatonic": "P1 M2 M3 P5 M6",
    "minor pentatonic": "P1 m3 P4 P5 m7",
    "blues": "P1 m3 P4 d5 P5 m7",
    "whole tone": "P1 M2 M3 A4 A5 A6",
    "chromatic": "P1 m2 M2 m3 M3 P4 A4 P5 m6 M6 m7 M7",
}
"""Scales beside the modes of `Key`, as intervals above the tonic."""
FREELY_SPELLED = {"blues", "whole tone", "chromatic"}
FEWEST = 2
"""Chords in a cadence, sections in a form."""


def problems(example: Example) -> list[str]:
    """Everything that is wrong with an example: its notation first, then each check that does not hold."""
    found = list(_notation(example.abc))
    if found:
        return found
    score = parse(example.abc)
    for name, value in example.checks:
        if name not in CHECKS:
            found.append(f"there is no check {name!r}; there are {', '.join(CHECKS)}")
            continue
        try:
            complaint = CHECKS[name](score, value)
        except (ValueError, KeyError) as exc:
            complaint = f"the value cannot be read: {exc}"
        if complaint:
            found.append(f'{name}="{value}": {complaint}')
    return found


def _notation(abc: str) -> Iterator[str]:
    lines = abc.splitlines()
    fields = [line[:2] for line in lines]
    if fields[0] != "X:" or fields.count("X:") != 1:
        yield "the example must be one tune that starts with X:"
    if "L:" not in fields:
        yield "the header has no L: field"
    if "K:" not in fields:
        yield "the header has no K: field"
    if "%%" in abc:
        yield "%% lines do not belong in an example"
    try:
        yield from map(str, lint(abc))
    except SymbolicError as exc:
        yield str(exc)


# What sounds


@dataclass(frozen=True, slots=True)
class Simultaneity:
    """What sounds from an onset on: `struck` there, and all that `sounds`, each from low to high."""

    onset: Fraction
    struck: tuple[Pitch, ...]
    sounds: tuple[Pitch, ...]

    @property
    def classes(self) -> set[int]:
        """Pitch classes that sound."""
        return {pitch.pitch_class for pitch in self.sounds}


def simultaneities(score: Score) -> list[Simultaneity]:
    """One for each moment at which a note begins; ties merged, grace notes left out."""
    notes = sounding_notes(score)
    found = []
    for onset, group in groupby(notes, key=lambda note: note.onset):
        struck = [note.pitch for note in group]
        sounds = [note.pitch for note in notes if note.onset <= onset < note.onset + note.duration]
        found.append(Simultaneity(onset, _upwards(struck), _upwards(sounds)))
    return found


def _upwards(pitches: Sequence[Pitch]) -> tuple[Pitch, ...]:
    return tuple(sorted(pitches, key=lambda pitch: (pitch.midi, pitch.diatonic)))


def _measures(score: Score) -> list[Measure]:
    return [measure for measure in score.voices[0].measures if measure.duration]


def _bars(score: Score) -> list[list[SoundingNote]]:
    """The notes that sound in each measure of the first voice."""
    notes = sounding_notes(score)
    bars, start = [], Fraction(0)
    for measure in _measures(score):
        end = start + measure.duration
        bars.append([note for note in notes if note.onset < end and note.onset + note.duration > start])
        start = end
    return bars


def _names(pitches: Sequence[Pitch]) -> str:
    return " ".join(map(str, pitches))


def _differs(what: str, found: Sequence[object], claimed: Sequence[object]) -> str | None:
    """A complaint where two lists are not the same, naming the first difference."""
    if list(found) == list(claimed):
        return None
    pairs = enumerate(zip(found, claimed, strict=False), 1)
    place = next((number for number, (a, b) in pairs if a != b), min(len(found), len(claimed)) + 1)
    return f"{what} differ from number {place} on; the example has {' '.join(map(str, found))}"


# Harmony


def _chords(score: Score, value: str) -> str | None:
    """One chord a bar, else one for each onset."""
    symbols = [_symbol(name) for name in value.split()]
    bars = [_upwards([note.pitch for note in bar]) for bar in _bars(score)]
    if len(symbols) != len(bars):
        bars = [moment.sounds for moment in simultaneities(score)]
        if len(symbols) != len(bars):
            return f"{len(symbols)} chords for {len(_measures(score))} bars and {len(bars)} onsets"
    for number, (symbol, pitches) in enumerate(zip(symbols, bars, strict=True), 1):
        if {pitch.pitch_class for pitch in pitches} != set(symbol.pitch_classes):
            return f"chord {number} is claimed as {symbol} but sounds {_names(pitches)}"
        if symbol.bass and pitches[0].spelled_class != symbol.bass:
            return f"the bass of chord {number}, {symbol}, is {pitches[0]}"
    return None


def _symbol(name: str) -> ChordSymbol:
    symbol = ChordSymbol.parse(name)
    if symbol is None:
        raise ValueError(f"{name!r} is not a chord symbol")
    return symbol


def _cadence(score: Score, value: str) -> str | None:
    moments = simultaneities(score)
    if len(moments) < FEWEST:
        return "a cadence needs two chords"
    key = contexts(score, score.voices[0])[-1][0]
    kinds = set(_cadences(key, moments[-2], moments[-1]))
    if value not in CADENCES:
        raise ValueError(f"a cadence is one of {', '.join(CADENCES)}, got {value!r}")
    if value not in kinds:
        chords = f"{_names(moments[-2].sounds)} – {_names(moments[-1].sounds)}"
        return f"{chords} in {key} is {' or '.join(sorted(kinds)) or 'no cadence'}"
    return None


CADENCES = ("perfect", "imperfect-authentic", "half", "plagal", "deceptive")


def _cadences(key: Key, first: Simultaneity, last: Simultaneity) -> Iterator[str]:
    """The cadences that two chords make in a key; in minor V has the raised third, I may have it too."""
    tonic = key.pitch_class
    thirds = (3, 4) if key.mode == "minor" else (4,)
    sixth = (tonic + (8 if key.mode == "minor" else 9)) % 12
    dominants = [_chord(tonic + 7, 4, 7, 10)]
    leading = [_chord(tonic + 11, 3, 6, 9), _chord(tonic + 11, 3, 6, 10)]
    tonics = [_chord(tonic, third, 7) for third in thirds]
    on_tonic = any(_is(last, chord) for chord in tonics)
    from_dominant = any(_is(first, chord) for chord in dominants)
    rooted = _bass(first) == (tonic + 7) % 12 and _bass(last) == tonic
    if on_tonic and (from_dominant or any(_is(first, chord) for chord in leading)):
        whole = from_dominant and rooted and last.sounds[-1].pitch_class == tonic
        yield "perfect" if whole else "imperfect-authentic"
    if on_tonic and _bass(last) == tonic and any(_is(first, _chord(tonic + 5, third, 7)) for third in (3, 4)):
        yield "plagal"
    if _is(last, _chord(tonic + 7, 4, 7)) and _bass(last) == (tonic + 7) % 12 and not from_dominant:
        yield "half"
    submediant = _chord(sixth, 4 if key.mode == "minor" else 3, 7)
    if from_dominant and _bass(last) == sixth and _is(last, submediant):
        yield "deceptive"


def _chord(root: int, *above: int) -> tuple[int, ...]:
    """Pitch classes of a chord, root first, third second."""
    return tuple((root + interval) % 12 for interval in (0, *above))


def _is(moment: Simultaneity, chord: tuple[int, ...]) -> bool:
    """Whether root and third of a chord sound, and nothing foreign to it."""
    return {*chord[:2]} <= moment.classes <= {*chord}


def _bass(moment: Simultaneity) -> int:
    return moment.sounds[0].pitch_class


# Pitch


def _key(score: Score, value: str) -> str | None:
    key = Key.parse(value)
    if (score.key.tonic, score.key.plain_mode) != (key.tonic, key.mode):
        return f"the K: field says {score.key}"
    allowed = set(_mode_classes(key))
    if key.mode == "minor":
        allowed |= {transpose_class(key.tonic, Interval.parse(name)) for name in ("M6", "M7")}
    notes = sounding_notes(score)
    foreign = [str(note.pitch) for note in notes if note.pitch.spelled_class not in allowed]
    if foreign:
        return f"{', '.join(foreign)} lie outside the scale"
    end = max(note.onset + note.duration for note in notes)
    lowest = min((note.pitch for note in notes if note.onset + note.duration == end), key=lambda p: p.midi)
    return None if lowest.spelled_class == key.tonic else f"the last note at the bottom is {lowest}"


def _mode_classes(key: Key) -> list[str]:
    """The spelled classes of a key's scale."""
    return [step + alter_sign(alter) for step, alter in key.signature.items()]


def _scale(score: Score, value: str) -> str | None:
    tonic, _, kind = value.partition(" ")
    if kind in SCALES:
        scale = [transpose_class(tonic, Interval.parse(name)) for name in SCALES[kind].split()]
    else:
        scale = _mode_classes(Key.parse(value))
    pitches = [note.pitch for note in sounding_notes(score)]
    if kind in FREELY_SPELLED:
        claimed: set[object] = {Pitch.parse(name + "4").pitch_class for name in scale}
        found: set[object] = {pitch.pitch_class for pitch in pitches}
    else:
        claimed, found = set(scale), {pitch.spelled_class for pitch in pitches}
    if found == claimed:
        return None
    return f"the scale is {' '.join(scale)}, the example sounds {_names(pitches)}"


def _intervals(score: Score, value: str) -> str | None:
    """Inside each moment of two notes, or from note to note; the direction counts where ``-`` is written."""
    moments = simultaneities(score)
    sizes = {len(moment.sounds) for moment in moments}
    if sizes == {1}:
        pairs = [(a.sounds[0], b.sounds[0]) for a, b in pairwise(moments)]
    elif sizes == {2}:
        pairs = [(moment.sounds[0], moment.sounds[1]) for moment in moments]
    else:
        return "the example must have one note at a time, or two notes at a time"
    claimed = value.split()
    for name in claimed:
        Interval.parse(name)
    found = [Interval.between(*pair).name for pair in pairs]
    directed = [
        name if other.startswith("-") else name.removeprefix("-")
        for name, other in zip(found, [*claimed, *found[len(claimed) :]], strict=False)
    ]
    return _differs("the intervals", directed, claimed)


def _notes(score: Score, value: str) -> str | None:
    claimed = [str(Pitch.parse(name)) for name in value.split()]
    found = [str(pitch) for moment in simultaneities(score) for pitch in moment.struck]
    return _differs("the notes", found, claimed)


def _played(score: Score, value: str) -> str | None:
    return _notes(score.unfold(), value)


# Time and form


def _meter(score: Score, value: str) -> str | None:
    meter = Meter.parse(value)
    if score.meter.name != meter.name or (meter.symbol and score.meter.symbol != meter.symbol):
        return f"the M: field says {score.meter}"
    if meter.is_free:
        return None
    for voice in score.voices:
        short = [part for part in _bar_parts(score, voice) if part != 1]
        pairs = {frozenset({part, 1 - part}) for part in short}
        if len(pairs) > 1 or (pairs and set(short) != set(*pairs)):
            parts = ", ".join(map(str, short))
            return f"bars are not full: {parts} of a bar without what completes them"
    return None


def _bar_parts(score: Score, voice: Voice) -> list[Fraction]:
    """The length of each measure that lasts, in bars of the metre in force there."""
    parts = []
    for measure, (_, meter, _) in zip(voice.measures, contexts(score, voice), strict=True):
        meter = next((event for event in measure.events if isinstance(event, Meter)), meter)
        if measure.duration:
            parts.append(measure.duration / (meter.bar_quarters or measure.duration))
    return parts


def _bar_count(score: Score, value: str) -> str | None:
    count = sum(_bar_parts(score, score.voices[0]), Fraction(0))
    return None if count == int(value) else f"the example has {count} bars"


def _rhythm(score: Score, value: str) -> str | None:
    """Of the first voice, rests among the notes, tied notes each for itself."""
    claimed = [Fraction(name) for name in value.split()]
    events = [event for measure in score.voices[0].measures for event in measure.events]
    return _differs(
        "the durations", [event.duration for event in events if isinstance(event, TIMED)], claimed
    )


def _tempo(score: Score, value: str) -> str | None:
    found = score.tempo.qpm if score.tempo else None
    return None if found == float(value) else f"the example has {found} quarters a minute"


def _form(score: Score, value: str) -> str | None:
    """Of the score as it is played: equal sections; ``A'`` is another letter than ``A``."""
    letters = _letters(value)
    played = score.unfold()
    notes = sounding_notes(played)
    length = sum((measure.duration for measure in _measures(played)), Fraction(0)) / len(letters)
    sections = [
        [
            (note.onset - start, note.duration, note.voice, str(note.pitch))
            for note in notes
            if start <= note.onset < start + length
        ]
        for start in (number * length for number in range(len(letters)))
    ]
    for first, letter in enumerate(letters):
        for second in range(first + 1, len(letters)):
            if (sections[first] == sections[second]) != (letter == letters[second]):
                verb = "differ" if letter == letters[second] else "are alike"
                return f"sections {first + 1} ({letter}) and {second + 1} ({letters[second]}) {verb}"
    return None


def _letters(value: str) -> list[str]:
    letters: list[str] = []
    for sign in value:
        if sign == "'" and letters:
            letters[-1] += sign
        elif sign.isascii() and sign.isupper():
            letters.append(sign)
        else:
            raise ValueError(f"a form is written like AABA or AA'BA', got {value!r}")
    if len(letters) < FEWEST:
        raise ValueError(f"a form has two sections or more, got {value!r}")
    return letters


CHECKS: dict[str, Check] = {
    "chords": _chords,
    "key": _key,
    "scale": _scale,
    "intervals": _intervals,
    "meter": _meter,
    "notes": _notes,
    "played": _played,
    "cadence": _cadence,
    "form": _form,
    "bars": _bar_count,
    "rhythm": _rhythm,
    "tempo": _tempo,
}
