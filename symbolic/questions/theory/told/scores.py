"""What is said of a small score: pitches of its voices, intervals between them, chords and lengths."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias

from symbolic.harmony import ChordSymbol
from symbolic.key import Key
from symbolic.pitch import Interval, Pitch
from symbolic.questions.theory.cadences import MAJOR_PAIRS, MINOR_PAIRS
from symbolic.questions.theory.counterpoint import TWO_PART_FAULTS, faults, motion_of, pair_faults
from symbolic.questions.theory.inversions import POSITIONS
from symbolic.questions.theory.lengths import NAME_OF
from symbolic.questions.theory.named import Named
from symbolic.questions.theory.names import SCALES, above, interval
from symbolic.questions.theory.rhythm import is_syncopated
from symbolic.questions.theory.terms import SHAPES, SIGNS
from symbolic.questions.theory.told.chords import chord_named, chord_notes, numeral_of
from symbolic.questions.theory.told.keys import key_of, notes_of
from symbolic.questions.theory.told.pitches import called, foreign, simple
from symbolic.questions.theory.transposition import INSTRUMENTS
from symbolic.score import Chord, Decoration, Event, Note, Rest, Score

Bar: TypeAlias = "list[tuple[tuple[Pitch, ...], Fraction]]"
"""Pitches (none of a rest) and length in quarters of what has time."""
Bars: TypeAlias = "list[Bar]"
VOICES = ("soprano", "alto", "tenor", "bass")
SHAPE_OF = {sign: shape for shape, sign in SIGNS.items()}
TIME_WORDS = (
    "long", "lengths", "length", "bar", "bars", "beat", "metre", "time", "rest", "rests", "eighths",
    "syncopated", "syncopation", "add", "full",
)  # fmt: skip


def shown(score: Score, named: Named) -> Iterator[str]:
    """What is told of a score in view of what the text touches upon."""
    voices = [[_timed(measure.events) for measure in voice.measures] for voice in score.voices]
    if len(voices) == 1:
        yield from _line(score, voices[0], named)
    elif len(voices) == 2:
        yield from _two(voices, named)
    else:
        yield from _four(score, voices)


def _timed(events: tuple[Event, ...]) -> Bar:
    """Pitches (none of a rest) and length in quarters of what has time."""
    found: Bar = []
    for event in events:
        if isinstance(event, Note):
            found.append(((event.pitch,), event.duration))
        elif isinstance(event, Chord):
            found.append((tuple(note.pitch for note in event.notes), event.duration))
        elif isinstance(event, Rest):
            found.append(((), event.duration))
    return found


def _chord(sounding: tuple[Pitch, ...], key: Key | None) -> str:
    ordered = sorted(sounding, key=lambda pitch: pitch.midi)
    found = chord_named(tuple(dict.fromkeys(pitch.spelled_class for pitch in ordered)))
    if found is None:
        return "-".join(map(str, ordered))
    numeral = numeral_of(key, ChordSymbol(found.root, found.quality)) if key and key.tonic else ""
    return f"{found}{f' {numeral}' if numeral else ''}"


def _position(sounding: tuple[Pitch, ...]) -> str:
    """The notes of a chord from below, and its position."""
    ordered = sorted(sounding, key=lambda pitch: (pitch.diatonic, pitch.midi))
    if len(ordered) == 2:
        size = Interval.between(*ordered)
        return f"{called(size)} {size.semitones} semitones"
    found = chord_named(tuple(dict.fromkeys(pitch.spelled_class for pitch in ordered)))
    notes = " ".join(map(str, ordered))
    if found is None:
        return notes
    place = chord_notes(ChordSymbol(found.root, found.quality)).index(ordered[0].spelled_class)
    return f"{notes}, {POSITIONS[place]}"


def _ending(columns: list[tuple[Pitch, ...]], key: Key | None) -> Iterator[str]:
    """The cadence that the last two chords make, perfect where both stand on their roots below the tonic."""
    if key is None or len(columns) < 2 or key.mode not in ("major", "minor"):
        return
    pair = []
    inverted = False
    for column in columns[-2:]:
        ordered = sorted(column, key=lambda pitch: pitch.midi)
        found = chord_named(tuple(dict.fromkeys(pitch.spelled_class for pitch in ordered)))
        if found is None:
            return
        inverted |= bool(found.bass)
        pair.append(numeral_of(key, ChordSymbol(found.root, found.quality)))
    pairs = MINOR_PAIRS if key.mode == "minor" else MAJOR_PAIRS
    kind = next((name for name, known in pairs.items() if tuple(pair) in known), None)
    if kind == "authentic":
        top = max(columns[-1], key=lambda pitch: pitch.midi).spelled_class
        kind = f"{'perfect' if top == key.tonic and not inverted else 'imperfect'} authentic"
    if kind:
        yield f"ends {'-'.join(pair)} {kind}"


def _line(score: Score, bars: Bars, named: Named) -> Iterator[str]:
    items = [item for bar in bars for item in bar]
    stated = next((key_of(found) for found in named.scales), None) or (score.key if score.key.tonic else None)
    if any(len(pitches) > 1 for pitches, _ in items):
        yield " ".join(_chord(pitches, stated) for pitches, _ in items if pitches)
        tops = [max(pitches, key=lambda pitch: pitch.midi) for pitches, _ in items if pitches]
        if len(items) == 1:
            yield _position(items[0][0])
        else:
            yield from _ending([pitches for pitches, _ in items if pitches], stated)
            yield f"top {' '.join(map(str, tops))}"
        return
    pitches = [item[0] for item, _ in items if item]
    yield from _ornaments(score)
    if named.says(*TIME_WORDS) and not named.says(
        "interval", "upwards", "transposed", "transposition", "sound", "concert", "plays"
    ):
        yield from _times(score, bars)
        return
    yield "notes " + " | ".join(" ".join(str(item[0]) for item, _ in bar if item) for bar in bars)
    classes = [pitch.spelled_class for pitch in pitches]
    if len(bars) == 1 and 2 < len(set(classes)) < 5:
        found_chord = chord_named(tuple(dict.fromkeys(classes)))
        if found_chord:
            yield str(found_chord)
    if len(pitches) == 2:
        low, high = sorted(pitches, key=lambda pitch: (pitch.diatonic, pitch.midi))
        found = Interval.between(low, high)
        yield f"{called(found)} {found.semitones} semitones"
    if len(bars) == 2 and len(bars[0]) == len(bars[1]) and bars[0][0][0] and bars[1][0][0]:
        one, other = bars[0][0][0][0], bars[1][0][0][0]
        yield f"{one}-{other} {called(Interval.between(*sorted((one, other), key=lambda p: p.midi)))}"
    for name in named.instruments[:1]:
        heard = [pitch.transpose(interval(INSTRUMENTS[name])).spelled_class for pitch in pitches]
        yield f"sounding {' '.join(heard)}"
    yield from _scales(classes, named)


def _ornaments(score: Score) -> Iterator[str]:
    """The notes for which each ornament in a score stands."""
    events = [event for measure in score.voices[0].measures for event in measure.events]
    for sign, note in pairwise(events):
        if not isinstance(sign, Decoration) or not isinstance(note, Note) or sign.name not in SHAPE_OF:
            continue
        shape, notes = (
            SHAPE_OF[sign.name],
            notes_of((score.key.tonic, score.key.mode)) if score.key.tonic else (),
        )
        if note.pitch.spelled_class in notes:
            place = notes.index(note.pitch.spelled_class)
            yield f"{shape} on {note.pitch}: {' '.join(notes[(place + step) % 7] for step in SHAPES[shape])}"


def _scales(classes: list[str], named: Named) -> Iterator[str]:
    """The scale of a line, or what does not belong to the one that is named."""
    for found in named.scales[:1]:
        outside = [name for name in dict.fromkeys(classes) if name not in notes_of(found)]
        if outside:
            yield f"not in it {' '.join(outside)}"
    if named.scales or len(set(classes)) < 5 or not classes:
        return
    kinds = [kind for kind in SCALES if set(notes_of((classes[0], kind))) == set(classes)]
    if kinds:
        yield f"on {classes[0]} {' or '.join(kinds)}"


def _times(score: Score, bars: Bars) -> Iterator[str]:
    """Lengths as parts of a whole note, the onsets in eighths from 1, and what a bar lacks."""
    told = []
    for bar in bars:
        onset, onsets = Fraction(1), []
        for _, duration in bar:
            onsets.append(str(onset) if onset.denominator == 1 else f"{float(onset):g}")
            onset += duration * 2
        eighths = [int(duration * 2) for _, duration in bar if (duration * 2).denominator == 1]
        mark = " syncopated" if len(eighths) == len(bar) and is_syncopated(tuple(eighths)) else ""
        told.append(f"{' '.join(str(duration / 4) for _, duration in bar)} on {' '.join(onsets)}{mark}")
    total = sum((duration for bar in bars for _, duration in bar), Fraction(0))
    if len(bars) == 1:
        rest = score.meter.bar_quarters - total if score.meter.groups else Fraction(0)
        left = (
            f", left {rest / 4} {NAME_OF.get(rest / 4, '').replace('note', 'rest')}".rstrip()
            if rest > 0
            else ""
        )
        told[0] = f"lengths {told[0]}, total {total / 4}{left}"
    yield " | ".join(told)


def _two(voices: list[Bars], named: Named) -> Iterator[str]:
    upper, lower = voices
    if any(len(pitches) > 1 for bar in lower for pitches, _ in bar):
        yield from _held(upper, lower, named)
        return
    pairs = list(zip(_pitches(upper), _pitches(lower), strict=False))
    told: list[str] = []
    marked: list[str] = []
    before: tuple[Pitch, Pitch] | None = None
    for place, (high, low) in enumerate(pairs, 1):
        size = called(simple(Interval.between(*sorted((low, high), key=lambda pitch: pitch.midi))))
        crossed = " crossed" if low.midi > high.midi else ""
        move = ""
        if before:
            move = motion_of(high.diatonic - before[0].diatonic, low.diatonic - before[1].diatonic) + " "
        if before:
            found = pair_faults(before, (high, low), 0, 1, strict=True)
            marked += [f"{name} at {place}" for name in found if name in TWO_PART_FAULTS]
        told.append(f"{move}{_short(low, high)}" if len(pairs) > 2 else f"{move}{low}-{high} {size}{crossed}")
        before = (high, low)
    yield ", ".join((*marked, *told))


def _short(low: Pitch, high: Pitch) -> str:
    return simple(Interval.between(*sorted((low, high), key=lambda pitch: pitch.midi))).name


def _pitches(voice: Bars) -> list[Pitch]:
    return [pitches[0] for bar in voice for pitches, _ in bar if pitches]


def _held(
    upper: Bars,
    lower: Bars,
    named: Named,
) -> Iterator[str]:
    """A melody over held chords: the chord of each bar, and the melody with its foreign notes marked."""
    before: Pitch | None = None
    outside = list(_foreign(upper, lower))
    if len(upper) > 1 and named.says("many", "count", "number"):
        yield f"{len(outside)} outside in all"
    for bar, chords in zip(upper, lower, strict=False):
        held = chords[0][0]
        inside = {pitch.spelled_class for pitch in held}
        told = []
        for pitches, _ in bar:
            if not pitches:
                continue
            mark = "" if pitches[0].spelled_class in inside else "*"
            move = "" if before is None else f"{pitches[0].diatonic - before.diatonic:+d}"
            told.append(f"{move and move + ' '}{pitches[0].spelled_class}{mark}")
            before = pitches[0]
        yield f"{_chord(held, None)}: {' '.join(told)}, {sum('*' in item for item in told)} outside"
    yield from outside


def _foreign(
    upper: Bars,
    lower: Bars,
) -> Iterator[str]:
    """What each foreign note of a melody over held chords is called."""
    line = [
        (pitches[0], {pitch.spelled_class for pitch in chords[0][0]})
        for bar, chords in zip(upper, lower, strict=False)
        for pitches, _ in bar
        if pitches
    ]
    for place, (pitch, inside) in enumerate(line):
        if pitch.spelled_class not in inside:
            before = line[place - 1][0] if place else None
            after = line[place + 1][0] if place + 1 < len(line) else None
            yield foreign(before, pitch, after)


def _four(score: Score, voices: list[Bars]) -> Iterator[str]:
    """The pairs of voices that move in fifths or octaves, and those that cross."""
    lines = [_pitches(voice) for voice in voices]
    if min(map(len, lines)) < 2:
        return
    columns = list(zip(*lines, strict=False))
    yield " to ".join(_chord(column, score.key if score.key.tonic else None) for column in columns[:2])
    names = ("S", "A", "T", "B")
    told = []
    for high in range(len(lines)):
        for low in range(high + 1, len(lines)):
            sizes = [_short(lines[low][time], lines[high][time]) for time in (0, 1)]
            moves = [lines[voice][1].diatonic - lines[voice][0].diatonic for voice in (high, low)]
            perfect = {"P5", "P8", "P1"}
            if sizes[1] in perfect or any(lines[low][time].midi > lines[high][time].midi for time in (0, 1)):
                crossed = " crossed" if lines[low][1].midi > lines[high][1].midi else ""
                told.append(f"{names[high]}{names[low]} {sizes[0]}-{sizes[1]} {motion_of(*moves)}{crossed}")
    key = score.key if score.key.tonic else None
    leading = above(key.tonic, "M7") if key else ""
    for fault in faults(columns[0], columns[1], leading, key.tonic if key else ""):
        if fault.name not in ("contrary", "direct by step", "overlap", "unison"):
            yield f"{fault.name} {VOICES[fault.upper]} and {VOICES[fault.lower]}"
    yield ", ".join(told)
    yield "moves " + ", ".join(
        f"{name} {line[0]}-{line[1]}" for name, line in zip(names, lines, strict=False)
    )
