"""A score as a Standard MIDI File: what sounds, exactly when the score says.

One track per voice that sounds, at the pitch that sounds (a voice's `transposition` applied). Ticks are
chosen so that every onset and duration is whole; only where that needs more than the format's 32,767
ticks per quarter are they rounded to the nearest tick. Nothing is swung, staggered, shortened or added:
grace notes, ornaments and chord symbols are not sounded; chord symbols go out as markers, syllables as
lyrics. So what is written is what is read back; `transcription.synthesis` plays ornaments.

Bars travel as time signatures. The parts of a bar that a repeat sign cuts are joined. A pickup is
stated as notation programs do: a first signature of its length, then the metre. Any other bar of
irregular length gets a signature of its length over 32 or finer, which no metre uses, and the metre
again after it; so does every bar of free metre, after which no metre comes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

import numpy as np

from symbolic.errors import UnsupportedFeatureError
from symbolic.harmony import ChordSymbol
from symbolic.key import Key
from symbolic.meter import Meter, Tempo
from symbolic.midi.bars import IRREGULAR_UNIT
from symbolic.midi.keys import key_event
from symbolic.score import Lyric, Score
from symbolic.timeline import division, measure_spans, note_array, timed_events
from symbolic.transform import transpose_key, transposition_interval
from symbolic.transform import unfold as play_out

if TYPE_CHECKING:
    from symusic import core

MAX_TICKS = 32_767
VELOCITY = 80
SLOWEST_QPM = 3.6
"""A tempo event holds 24 bits of microseconds per quarter; anything slower is written as this."""
_MAX_NUMERATOR = 255
_MAX_UNIT = 128  # symusic's limit
_LONG_FREE_BAR = (248, IRREGULAR_UNIT)


def write_midi(score: Score, *, unfold: bool = True, ticks_per_quarter: int = 480) -> bytes:
    """The bytes of a MIDI file (format 1) that plays the score.

    Args:
        score: the score.
        unfold: play repeats and endings out; else write the measures as they stand.
        ticks_per_quarter: the finest division to keep where it is exact; a multiple is taken where it is not.

    Raises:
        UnsupportedFeatureError: a pitch outside MIDI's 0 … 127.
        ValueError: `ticks_per_quarter` outside 1 … 32,767.
    """
    return to_symusic(score, unfold=unfold, ticks_per_quarter=ticks_per_quarter).dumps_midi()


def to_symusic(score: Score, *, unfold: bool = True, ticks_per_quarter: int = 480) -> core.ScoreTick:
    """What `write_midi` writes, as a symusic score in ticks."""
    from symusic import core

    played = play_out(score) if unfold else score
    ticks = choose_ticks(played, ticks_per_quarter)
    midi = core.ScoreTick(ticks)

    def tick(onset: Fraction) -> int:
        return round(onset * ticks)

    for onset, numerator, unit in time_signatures(played):
        midi.time_signatures.append(core.TimeSignatureTick(tick(onset), numerator, unit))
    for onset, key in key_changes(played):
        midi.key_signatures.append(core.KeySignatureTick(tick(onset), *key_event(key)))
    for onset, qpm in _tempos(played):
        midi.tempos.append(core.TempoTick(tick(onset), qpm))
    for onset, symbol in _chord_symbols(played):
        midi.markers.append(core.TextMetaTick(tick(onset), str(symbol)))
    if score.title:
        midi.tracks.append(core.TrackTick(score.title, 0, False))
    _add_tracks(midi, played, ticks)
    return midi


def choose_ticks(score: Score, wanted: int = 480) -> int:
    """Ticks per quarter in which every duration is whole, at least `wanted` where that is possible."""
    if not 1 <= wanted <= MAX_TICKS:
        raise ValueError(f"ticks_per_quarter must lie between 1 and {MAX_TICKS}, got {wanted}")
    parts = division(score)
    if lcm(parts, wanted) <= MAX_TICKS:
        return lcm(parts, wanted)
    return MAX_TICKS // parts * parts or MAX_TICKS


def time_signatures(score: Score) -> list[tuple[Fraction, int, int]]:
    """Where each time signature of a MIDI file stands: (onset in quarters, numerator, denominator)."""
    found: list[tuple[Fraction, int, int]] = []
    bars = list(_whole_bars(score)) if score.voices else []
    some_full = any(length == meter.bar_quarters for _, length, meter in bars)
    for onset, length, meter in bars:
        full = meter.bar_quarters
        stated: tuple[int, int] | None = (meter.beats, meter.unit)
        is_first_short = not onset and length < full
        # Where no bar is full, the metre stands over the first one, which the next signature cuts short.
        if length != full and (some_full or not is_first_short):
            stated = _irregular(length, is_pickup=is_first_short)
            if stated is None and meter.is_free:
                stated = _LONG_FREE_BAR
            elif stated is None and not found:
                stated = (meter.beats, meter.unit)
        is_new = not found or found[-1][1:] != stated
        if stated is not None and stated[0] <= _MAX_NUMERATOR and stated[1] <= _MAX_UNIT and is_new:
            found.append((onset, *stated))
    return found


def _irregular(length: Fraction, *, is_pickup: bool) -> tuple[int, int] | None:
    """Numerator and unit for a bar of a length in quarters, or None where MIDI has none for it."""
    wholes = length / 4
    unit = max(wholes.denominator, 4 if is_pickup else IRREGULAR_UNIT)
    if unit & (unit - 1) or unit > _MAX_UNIT or not 0 < wholes * unit <= _MAX_NUMERATOR:
        return None
    return int(wholes * unit), unit


def _whole_bars(score: Score) -> Iterator[tuple[Fraction, Fraction, Meter]]:
    """Bars as (onset, length, metre), neighbours that make one full bar together joined.

    The last bar may be short: nothing follows that it could shift.
    """
    spans = [span for span in measure_spans(score) if span.duration]
    index = 0
    while index < len(spans):
        span = spans[index]
        meter = _meter_within(score, span.index, span.meter)
        length, used = span.duration, 1
        while index + used < len(spans) and length < meter.bar_quarters:
            if length + spans[index + used].duration > meter.bar_quarters:
                break
            length += spans[index + used].duration
            used += 1
        if length != meter.bar_quarters:
            length, used = span.duration, 1
        is_short_end = index + used == len(spans) and index and length < meter.bar_quarters
        yield span.onset, meter.bar_quarters if is_short_end else length, meter
        index += used


def _meter_within(score: Score, index: int, meter: Meter) -> Meter:
    """The metre of a measure, which a mark at its start may change."""
    for event in score.voices[0].measures[index].events:
        if isinstance(event, Meter):
            return event
    return meter


def key_changes(score: Score) -> list[tuple[Fraction, Key]]:
    """The keys that sound: (onset in quarters, key), only where they change."""
    if not score.voices:
        return [(Fraction(0), score.key)] if score.key.tonic else []
    number = next((n for n, voice in enumerate(score.voices) if not voice.transposition), 0)
    semitones = score.voices[number].transposition
    stated = [(Fraction(0), score.key)]
    stated += [
        (onset, event)
        for onset, voice, event in timed_events(score)
        if voice == number and isinstance(event, Key)
    ]
    found: dict[Fraction, Key] = {}
    for onset, key in stated:
        if key.tonic:
            found[onset] = transpose_key(key, transposition_interval(key, semitones)) if semitones else key
    changes: list[tuple[Fraction, Key]] = []
    for onset, key in found.items():
        if not changes or changes[-1][1] != key:
            changes.append((onset, key))
    return changes


def _tempos(score: Score) -> Iterable[tuple[Fraction, float]]:
    changes: dict[Fraction, float] = {}
    if score.tempo is not None and score.tempo.qpm is not None:
        changes[Fraction(0)] = score.tempo.qpm
    for onset, _, event in timed_events(score):
        if isinstance(event, Tempo) and event.qpm is not None:
            changes[onset] = event.qpm
    return [(onset, max(qpm, SLOWEST_QPM)) for onset, qpm in sorted(changes.items())]


def _chord_symbols(score: Score) -> Iterable[tuple[Fraction, ChordSymbol]]:
    symbols = {onset: event for onset, _, event in timed_events(score) if isinstance(event, ChordSymbol)}
    return sorted(symbols.items(), key=lambda item: item[0])


def _add_tracks(midi: core.ScoreTick, score: Score, ticks: int) -> None:
    from symusic import core

    notes = note_array(score)
    if len(notes) and not 0 <= notes["pitch"].min() <= notes["pitch"].max() <= 127:
        raise UnsupportedFeatureError("a pitch lies outside MIDI's range 0 to 127; transpose the score first")
    syllables: dict[int, list[tuple[int, str]]] = {}
    for onset, number, event in timed_events(score):
        if isinstance(event, Lyric) and event.verse == 1:
            syllables.setdefault(number, []).append((round(onset * ticks), event.text))
    for number, voice in enumerate(score.voices):
        own = notes[(notes["voice"] == number + 1) & (notes["duration_quarter"] > 0)]
        start = np.rint(own["onset_quarter"] * ticks).astype(np.int32)
        length = np.rint(own["duration_quarter"] * ticks).astype(np.int32)
        pitch = own["pitch"].astype(np.int8)
        for part in _without_unisons(start, length, pitch):
            track = core.TrackTick(voice.name, voice.program or 0, voice.percussion)
            velocity = np.full(len(part), VELOCITY, dtype=np.int8)
            track.notes = core.NoteTickList.from_numpy(start[part], length[part], pitch[part], velocity)
            for at, text in syllables.pop(number, []):
                track.lyrics.append(core.TextMetaTick(at, text))
            midi.tracks.append(track)


def _without_unisons(start: np.ndarray, length: np.ndarray, pitch: np.ndarray) -> list[np.ndarray]:
    """Indices of the notes of one voice, in as many tracks as keep equal pitches from overlapping.

    Within a track, MIDI could not say which of two equal pitches ends.
    """
    parts: list[list[int]] = []
    busy: list[dict[int, int]] = []  # pitch → tick until which it sounds, one for each part
    for index, (onset, extent, number) in enumerate(
        zip(start.tolist(), length.tolist(), pitch.tolist(), strict=True)
    ):
        level = next((k for k, until in enumerate(busy) if until.get(number, 0) <= onset), len(busy))
        if level == len(busy):
            parts.append([])
            busy.append({})
        parts[level].append(index)
        busy[level][number] = onset + extent
    return [np.array(part) for part in parts]
