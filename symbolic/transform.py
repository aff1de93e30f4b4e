"""New scores from old ones: transpose, play repeats out, cut by bars, merge and split voices.

Every function returns a new `Score` and leaves its argument alone. Bars are counted from 0 in
written order; a pickup is bar 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from fractions import Fraction

from symbolic.harmony import ChordSymbol
from symbolic.key import Key
from symbolic.meter import Meter, Tempo
from symbolic.pitch import STEP_FIFTHS, Interval, spell_fifths, transpose_class
from symbolic.repeats import played_order, section_starts
from symbolic.score import (
    TIMED,
    Chord,
    Event,
    Grace,
    LineBreak,
    Measure,
    Note,
    Rest,
    Score,
    Voice,
    layer_duration,
)

Context = tuple[Key, Meter, Tempo | None]
"""What is in force at a point: key, metre, tempo."""

_SEMITONE_STEPS = {0: (0,), 1: (1, 0), 2: (1, 2), 3: (2, 1), 4: (2, 3), 5: (3, 2),
                   6: (3, 4), 7: (4, 5), 8: (5, 4), 9: (5, 6), 10: (6, 5), 11: (6, 7)}  # fmt: skip
"""Semitones within an octave → staff steps that can spell them, the usual one first."""
MAX_SIGNATURE = 7
"""Most sharps or flats in a signature that a transposition by semitones leaves in use."""


def map_events(score: Score, change: Callable[[Event], Event | None]) -> Score:
    """The score with every event replaced by what `change` returns; None drops it."""
    return score.with_voices(tuple(_map_voice(voice, change) for voice in score.voices))


def _map_voice(voice: Voice, change: Callable[[Event], Event | None]) -> Voice:

    def layer(events: tuple[Event, ...]) -> tuple[Event, ...]:
        return tuple(new for event in events if (new := change(event)) is not None)

    def measure(old: Measure) -> Measure:
        return replace(old, events=layer(old.events), overlays=tuple(map(layer, old.overlays)))

    return replace(voice, measures=tuple(map(measure, voice.measures)))


# Transposition


def transposition_interval(key: Key, semitones: int) -> Interval:
    """The spelling of a transposition that leaves `key` with the fewest accidentals in its signature."""
    octaves, rest = divmod(semitones, 12)
    candidates = [Interval(steps + 7 * octaves, semitones) for steps in _SEMITONE_STEPS[rest]]
    return min(candidates, key=lambda interval: abs(key.fifths + interval.fifths))


def transpose_key(key: Key, interval: Interval) -> Key:
    """The key moved by a spelled interval, its extra accidentals too; a pipe key becomes mixolydian."""
    if not key.tonic:
        return key
    accidentals = tuple(
        spell_fifths(STEP_FIFTHS[step] + 7 * alter + interval.fifths) for step, alter in key.accidentals
    )
    return Key(transpose_class(key.tonic, interval), key.plain_mode, accidentals, key.explicit)


def transpose(score: Score, by: int | Interval) -> Score:
    """The score moved by semitones, or by a spelled interval; percussion stays.

    A number of semitones is spelled so that the signature of the first key has the fewest
    accidentals; notes, keys and chord symbols keep their relation to it, so spelling stays good.
    Where a later key would get more than `MAX_SIGNATURE` accidentals, its part is spelled for itself.
    """
    first = by if isinstance(by, Interval) else transposition_interval(score.key, by)
    if first == Interval(0, 0):
        return score

    def interval_in(key: Key) -> Interval:
        if isinstance(by, Interval) or abs(key.fifths + first.fifths) <= MAX_SIGNATURE:
            return first
        return transposition_interval(key, by)

    return replace(
        score,
        key=transpose_key(score.key, first),
        voices=tuple(_transpose_voice(voice, score.key, interval_in) for voice in score.voices),
    )


def _transpose_voice(voice: Voice, key: Key, interval_in: Callable[[Key], Interval]) -> Voice:
    interval = interval_in(key)

    def move(event: Event) -> Event:
        nonlocal interval
        if isinstance(event, Key):
            interval = interval_in(event)
        return _transpose_event(event, interval)

    return voice if voice.percussion else _map_voice(voice, move)


def _transpose_event(event: Event, interval: Interval) -> Event:
    match event:
        case Note():
            return replace(event, pitch=event.pitch.transpose(interval))
        case Chord(notes):
            return Chord(tuple(replace(note, pitch=note.pitch.transpose(interval)) for note in notes))
        case Grace(notes, slash):
            moved = tuple(_transpose_event(note, interval) for note in notes)
            return Grace(moved, slash)  # type: ignore[arg-type]  # notes stay notes, chords stay chords
        case ChordSymbol():
            return event.transpose(interval)
        case Key():
            return transpose_key(event, interval)
    return event


# Playing out repeats


def contexts(score: Score, voice: Voice) -> list[Context]:
    """Key, metre and tempo in force before each measure of a voice and its own marks, in written order."""
    now: Context = (score.key, score.meter, score.tempo)
    found = []
    for measure in voice.measures:
        found.append(now)
        now = _after(measure, now)
    return found


def _after(measure: Measure, now: Context) -> Context:
    key, meter, tempo = now
    for event in measure.events:
        match event:
            case Key():
                key = event
            case Meter():
                meter = event
            case Tempo():
                tempo = event
    return key, meter, tempo


def _changes(now: Context, wanted: Context) -> Iterator[Event]:
    """The marks that lead from one context to another."""
    for have, want in zip(now, wanted, strict=True):
        if want is not None and have != want:
            yield want


def unfold(score: Score) -> Score:
    """The score as it sounds: repeats, endings and the order of sections played out.

    A voice without repeats of its own follows the first voice that has some, if it has as many measures.
    """
    if not (score.voices and score.has_repeats):
        return score
    lead = next((voice for voice in score.voices if not _is_bare(voice)), score.voices[0])
    lead_sections = next(filter(None, map(section_starts, score.voices)), [])
    voices = []
    for voice in score.voices:
        guide = lead if _is_bare(voice) and len(voice.measures) == len(lead.measures) else voice
        order = played_order(guide, section_starts(voice) or lead_sections, score.part_order)
        written = contexts(score, voice)
        now: Context = (score.key, score.meter, score.tempo)
        measures = []
        for index in order:
            measure = voice.measures[index]
            events = (*_changes(now, written[index]), *measure.events)
            measures.append(replace(measure, events=events, start_repeat=0, end_repeat=0, ending=()))
            now = _after(measure, written[index])
        voices.append(replace(voice, measures=tuple(measures)))
    return replace(score, voices=tuple(voices), part_order="")


# Cutting and joining


def slice_bars(score: Score, start: int, stop: int) -> Score:
    """The bars from `start` up to, not including, `stop`, with the key, metre and tempo in force there.

    Raises:
        ValueError: the range is empty or reaches outside the score.
    """
    count = max((len(voice.measures) for voice in score.voices), default=0)
    if not 0 <= start < stop <= count:
        raise ValueError(f"bars must satisfy 0 <= start < stop <= {count}, got {start} and {stop}")
    before = [_context_before(score, voice, start) for voice in score.voices]
    key, meter, tempo = before[0]
    voices = tuple(
        replace(voice, measures=_begun_with(_changes(before[0], own), voice.measures[start:stop]))
        for voice, own in zip(score.voices, before, strict=True)
    )
    return replace(score, voices=voices, key=key, meter=meter, tempo=tempo, part_order="")


def _context_before(score: Score, voice: Voice, bar: int) -> Context:
    """Key, metre and tempo in force where a bar of a voice starts, or at its end if it is shorter."""
    now: Context = (score.key, score.meter, score.tempo)
    for measure in voice.measures[:bar]:
        now = _after(measure, now)
    return now


def _begun_with(marks: Iterable[Event], measures: tuple[Measure, ...]) -> tuple[Measure, ...]:
    """The measures with marks before the first of them."""
    if not measures:
        return ()
    first, *others = measures
    return (replace(first, events=(*marks, *first.events)), *others)


def merge_voices(score: Score) -> Score:
    """All voices as layers of one; `split_voices` undoes it, but for ids and names.

    Raises:
        ValueError: voices differ in their bars, their repeats or their transposition.
    """
    if len(score.voices) <= 1:
        return score
    lead, *others = score.voices
    for voice in others:
        if voice.transposition != lead.transposition or not _bars_agree(lead, voice):
            raise ValueError(
                f"voices to merge must share bars, repeats and transposition, but {lead.id!r} and "
                f"{voice.id!r} differ"
            )
    streams = [stream for voice in score.voices for stream in _streams(voice)]
    measures = tuple(
        replace(measure, events=layers[0], overlays=layers[1:])
        for measure, layers in zip(lead.measures, zip(*streams, strict=True), strict=True)
    )
    return score.with_voices((replace(lead, measures=measures),))


def _bars_agree(lead: Voice, other: Voice) -> bool:
    """Whether measures of two voices begin together and are played in the same order."""
    if len(lead.measures) != len(other.measures):
        return False
    pairs = list(zip(lead.measures, other.measures, strict=True))
    together = all(one.duration == two.duration for one, two in pairs[:-1])
    return together and (_is_bare(other) or all(_repeats(one) == _repeats(two) for one, two in pairs))


def _is_bare(voice: Voice) -> bool:
    return not any(measure.end_repeat or measure.ending for measure in voice.measures)


def _repeats(measure: Measure) -> tuple[int, int, tuple[int, ...]]:
    return measure.start_repeat, measure.end_repeat, measure.ending


def split_voices(score: Score) -> Score:
    """Every layer of every voice as a voice of its own; where one is absent or ends early it rests."""
    voices = []
    for voice in score.voices:
        for number, stream in enumerate(_streams(voice), 1):
            measures = tuple(
                replace(measure, events=layer, overlays=())
                for measure, layer in zip(voice.measures, stream, strict=True)
            )
            name = voice.id if number == 1 else f"{voice.id}.{number}"
            voices.append(replace(voice, id=name, measures=measures))
    return score.with_voices(tuple(voices))


def _streams(voice: Voice) -> list[list[tuple[Event, ...]]]:
    """For each layer, what it has in each measure, filled up with invisible rests."""
    depth = max((len(measure.layers) for measure in voice.measures), default=1)
    return [
        [
            _filled(measure.layers[number] if number < len(measure.layers) else (), measure.duration)
            for measure in voice.measures
        ]
        for number in range(depth)
    ]


def _filled(layer: tuple[Event, ...], length: Fraction) -> tuple[Event, ...]:
    missing = length - layer_duration(layer)
    return (*layer, Rest(missing, visible=False)) if missing > 0 else layer


def with_line_breaks(score: Score, bars: int = 4) -> Score:
    """The score with its written lines broken after every `bars` full bars instead of where they were."""
    bare = map_events(score, lambda event: None if isinstance(event, LineBreak) else event)
    voices = []
    for voice in bare.voices:
        measures: list[Measure] = []
        filled = Fraction(0)
        for measure, (_, meter, _) in zip(voice.measures, contexts(bare, voice), strict=True):
            meter = next((event for event in measure.events if isinstance(event, Meter)), meter)
            bar = meter.bar_quarters or Fraction(4)
            if filled >= bars and any(isinstance(event, TIMED) for event in measure.events):
                measure = replace(measure, events=(LineBreak(), *measure.events))
                filled = Fraction(0)
            is_pickup = not measures and measure.duration < bar
            filled += 0 if is_pickup else measure.duration / bar
            measures.append(measure)
        voices.append(replace(voice, measures=tuple(measures)))
    return bare.with_voices(tuple(voices))
