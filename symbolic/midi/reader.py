"""A Standard MIDI File as a score: notation rebuilt from what the file says and how the notes lie.

Quantised files are read exactly (`symbolic.midi.grid`): bars follow the time signatures, lengths are
written with rests, ties and tuplets, pitches are spelled in the key, the notes of a track go into layers
that do not overlap, and repeats are folded, so that the score reads as a musician would write it. What
the file does not state is MIDI's default (4/4) or estimated (the key). Program 0, which many programs
write for want of another, counts as not stated.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from os import PathLike
from pathlib import Path

from symbolic.analysis.spelling import spell_in_keys
from symbolic.errors import MidiFormatError, Problem
from symbolic.harmony import ChordSymbol
from symbolic.key import Key
from symbolic.meter import Meter, Tempo
from symbolic.midi.bars import Bar, build_bars
from symbolic.midi.closing import close_score
from symbolic.midi.grid import Grid, find_grid
from symbolic.midi.keys import key_of_event
from symbolic.midi.notation import Placed, Spell, write_measures
from symbolic.midi.smf import MAX_BYTES, MidiFile, MidiTrack, parse_smf
from symbolic.midi.voices import separate
from symbolic.pitch import Pitch
from symbolic.score import Annotation, Lyric, Measure, Score, Voice
from symbolic.transform import with_line_breaks

_MICROS_PER_MINUTE = 60_000_000
_BASS_BELOW = 55
_MAX_BPM_DENOMINATOR = 60


def read_midi(source: bytes | str | PathLike[str], *, fold: bool = True) -> Score:
    """Reads a MIDI file.

    Args:
        source: the bytes of a file, or its path.
        fold: write repeats with repeat signs; else leave them played out.

    Raises:
        MidiFormatError: not MIDI, damaged, or larger than can be read safely; see `symbolic.midi.smf`.
        OSError: the path cannot be read.
    """
    return read_midi_with_problems(source, fold=fold)[0]


def read_midi_with_problems(
    source: bytes | str | PathLike[str], *, fold: bool = True
) -> tuple[Score, list[Problem]]:
    """Like `read_midi`, and what the reader noticed; a problem's line is the number of the track, or 1."""
    if isinstance(source, bytes):
        return score_of(parse_smf(source), fold=fold)
    with Path(source).open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    try:
        return score_of(parse_smf(data), fold=fold)
    except MidiFormatError as error:
        raise MidiFormatError(error.message, path=str(source)) from error


def score_of(file: MidiFile, *, fold: bool = True) -> tuple[Score, list[Problem]]:
    """The score that a parsed file holds, and the problems found."""
    grid = find_grid(file)
    problems = []
    if grid.is_performance:
        message = "looks like a performance: its notes are rounded to twelfths and sixteenths of a quarter"
        problems.append(Problem("performance", message, 1, 1))
    end = max((note.end for notes in grid.notes for note in notes), default=0)
    if not end:
        problems.append(Problem("no-notes", "the file holds no notes", 1, 1))
    meters = [(grid.place(tick), numerator, unit) for tick, numerator, unit in file.meters]
    bars = build_bars(meters, end, grid.parts)
    keys = _stated_keys(file, grid)
    if not keys and end:
        from symbolic.analysis.key import estimate_key

        keys = [(0, estimate_key(_score(file, grid, bars, [(0, Key.none())])))]
    keys = keys or [(0, Key.none())]
    if not bars:
        return _score(file, grid, bars, keys), problems
    score = close_score(
        lambda chosen: _score(file, grid, chosen, keys), bars, end, fold=fold and not grid.is_performance
    )
    return with_line_breaks(score), problems


def _score(file: MidiFile, grid: Grid, bars: Sequence[Bar], keys: list[tuple[int, Key]]) -> Score:
    tempos = _tempos(file, grid, bars)
    general: list[Placed] = [*keys[1:], *_meter_marks(bars)]
    first: list[Placed] = [(place, mark) for place, mark in tempos if place > 0]
    first += [(grid.place(tick), _marker(text)) for tick, text in file.markers if text.strip()]
    spellers = _spellers(grid, keys)
    voices = []
    for number, (track, spell) in enumerate(zip(file.tracks, spellers, strict=True)):
        marks = [*general, *(first if number == 0 else ()), *_lyrics(track, grid)]
        measures = write_measures(separate(grid.notes[number]), bars, grid.parts, spell, marks)
        voices.append(_voice(track, str(number + 1), tuple(measures), is_alone=len(file.tracks) == 1))
    # Where the title has no chunk of its own, that of the only track is the title.
    title = file.title or (file.tracks[0].name if len(file.tracks) == 1 else "")
    if title and not file.title:
        voices[0] = replace(voices[0], name="")
    return Score(
        tuple(voices),
        key=keys[0][1],
        meter=bars[0].meter if bars else Meter(),
        tempo=next((mark for place, mark in tempos if place == 0), None),
        metadata=(("title", title),) if title else (),
    )


def _voice(track: MidiTrack, number: str, measures: tuple[Measure, ...], *, is_alone: bool) -> Voice:
    is_low = sum(note.pitch for note in track.notes) < _BASS_BELOW * len(track.notes)
    return Voice(
        number,
        measures,
        name=track.name,
        clef="bass" if is_low and not is_alone and not track.percussion else "",
        program=track.program or None,
        percussion=track.percussion,
    )


def _lyrics(track: MidiTrack, grid: Grid) -> Iterable[Placed]:
    for tick, text in track.lyrics:
        if text.strip(" \r\n/\\"):
            yield grid.place(tick), Lyric(text.strip())


def _stated_keys(file: MidiFile, grid: Grid) -> list[tuple[int, Key]]:
    """The keys of the file by place, where they change; the first one holds from the start."""
    stated = {grid.place(tick): (sharps, is_minor) for tick, sharps, is_minor in file.keys}
    places = sorted(stated)
    notes = sorted(
        note
        for track, own in zip(file.tracks, grid.notes, strict=True)
        if not track.percussion
        for note in own
    )
    found: list[tuple[int, Key]] = []
    starts = [bisect_left(notes, (place,)) for place in places[1:]]
    for place, low, high in zip(places, [0, *starts], [*starts, len(notes)], strict=False):
        key = key_of_event(*stated[place], notes[low:high])
        if not found or found[-1][1] != key:
            found.append((place if found else 0, key))
    return found


def _spellers(grid: Grid, keys: list[tuple[int, Key]]) -> list[Spell]:
    """For each track a function that names its notes; all tracks are spelled together, in order of onset."""
    notes = sorted(
        {(note.start, note.pitch, number) for number, track in enumerate(grid.notes) for note in track}
    )
    in_force: list[Key] = []
    index = 0
    for start, _, _ in notes:
        while index + 1 < len(keys) and keys[index + 1][0] <= start:
            index += 1
        in_force.append(keys[index][1])
    names = spell_in_keys([note[1] for note in notes], in_force, [note[2] for note in notes])
    spelled: list[dict[tuple[int, int], Pitch]] = [{} for _ in grid.notes]
    for (start, pitch, number), name in zip(notes, names, strict=True):
        spelled[number][start, pitch] = name
    return [_speller(table) for table in spelled]


def _speller(table: dict[tuple[int, int], Pitch]) -> Spell:
    return lambda start, pitch: table[start, pitch]


def _meter_marks(bars: Sequence[Bar]) -> Iterable[Placed]:
    for bar, following in pairwise(bars):
        if following.meter != bar.meter:
            yield following.start, following.meter


def _tempos(file: MidiFile, grid: Grid, bars: Sequence[Bar]) -> list[tuple[int, Tempo]]:
    """Tempo marks by place, only where the tempo changes."""
    found: dict[int, Tempo] = {}
    index = 0
    for tick, micros in file.tempos:
        place = grid.place(tick)
        while index + 1 < len(bars) and bars[index + 1].start <= place:
            index += 1
        found[place] = _tempo(micros, bars[index].meter if bars else Meter())
    marks: list[tuple[int, Tempo]] = []
    for place, tempo in found.items():
        if not marks or marks[-1][1] != tempo:
            marks.append((place, tempo))
    return marks


def _tempo(micros: int, meter: Meter) -> Tempo:
    """The plainest tempo mark for microseconds per quarter: by the beat of the metre, or by the quarter."""
    beats = [meter.beat_quarters or Fraction(1), Fraction(1)]
    marks = [(_plainest_bpm(micros, beat), beat) for beat in beats]
    bpm, beat = min(marks, key=lambda mark: mark[0].denominator)
    return Tempo(bpm, beat)


def _plainest_bpm(micros: int, beat: Fraction) -> Fraction:
    """The simplest beats per minute that a tempo event rounds to this."""
    exact = Fraction(_MICROS_PER_MINUTE, micros) / beat
    for denominator in range(1, _MAX_BPM_DENOMINATOR + 1):
        candidate = Fraction(round(exact * denominator), denominator)
        if candidate and abs(_MICROS_PER_MINUTE / (candidate * beat) - micros) <= 1:
            return min(candidate, Fraction(10_000))
    return min(exact.limit_denominator(_MAX_BPM_DENOMINATOR), Fraction(10_000)) or Fraction(1)


def _marker(text: str) -> ChordSymbol | Annotation:
    """What a marker says: a chord symbol where it reads as one."""
    return ChordSymbol.parse(text) or Annotation(text.strip(), "^")
