"""A score that a musician can read, from notes with exact values and the bars they stand in.

The key is estimated from the notes and changes only where another one is plain for a long stretch
(`transcription.keys`); pitches are spelled in it. Bars come from the beat, with pickups and changes of metre;
lengths are written with rests, ties and tuplets, and music that repeats is written once, with repeat signs.
The tempo is the middle one, in whole beats of the metre a minute.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import numpy as np

from symbolic.analysis.harmony import Segment
from symbolic.analysis.harmony import chords as find_chords
from symbolic.analysis.spelling import spell_in_keys
from symbolic.key import Key
from symbolic.meter import Meter, Tempo
from symbolic.midi.bars import Bar
from symbolic.midi.closing import close_score
from symbolic.midi.notation import Placed, Spell, write_measures
from symbolic.pitch import Pitch, spell_simply
from symbolic.score import Decoration, Grace, Measure, Note, Rest, Score, Voice
from symbolic.timeline import measure_spans, note_array
from symbolic.transform import with_line_breaks
from transcription.beatmap import Beatmap
from transcription.keys import find_keys
from transcription.places import PARTS
from transcription.quantize import NOTE, Quantized
from transcription.voices import Staff, staves

GRACE_QUARTERS, SHORT_GRACE_QUARTERS = Fraction(1, 2), Fraction(1, 4)
"""Grace notes are written as eighths, in music of many shorter notes as sixteenths."""
SHORT_SHARE = 0.2
LONGEST_CHORD_QUARTERS = 3
"""Bars that are no longer have one chord each."""
LEAST_AGREEMENT = 0.9
"""Share of the notes that the two times of a repeat have in common."""
_ONE = Fraction(1)


def notate(
    quantized: Quantized, beatmap: Beatmap, *, title: str = "", chords: bool = False, fold: bool = True
) -> Score:
    """The score of quantised notes.

    Args:
        quantized: any number of notes; without any the score is one bar's rest.
        beatmap: the beat that they were quantised to.
        title: of the piece.
        chords: write chord symbols.
        fold: write repeated sections once, with repeat signs; of the two times `LEAST_AGREEMENT` of the notes
            must be the same, and those of the time that takes less to write are kept.
    """
    bars = _bars(beatmap, max(quantized.end, 1))
    metadata = (("title", title),) if title else ()
    if not len(quantized.notes):
        rest = Rest(Fraction(bars[0].length, PARTS), whole_measure=True)
        voice = Voice(measures=(Measure((rest,), bar="|]"),))
        return Score((voice,), key=Key.none(), meter=bars[0].meter, metadata=metadata)
    found = staves(quantized)
    pitched = [staff for staff in found if not staff.track.percussion]
    names = [spell_simply(pitch) for pitch in quantized.notes["pitch"].tolist()]
    tempo = _tempo(beatmap, bars[0].meter)
    marks: list[Placed] = [
        (after.start, after.meter) for before, after in pairwise(bars) if after.meter != before.meter
    ]
    keys = [(0, Key.none())]
    if pitched:
        bare = _score(pitched, bars, names, keys[0][1], marks)
        keys = [(round(place * PARTS), key) for place, key in find_keys(bare)]
        names = _spelled(quantized.notes, keys)
        marks += keys[1:]
    symbols = _chord_marks(_score(pitched, bars, names, keys[0][1], marks)) if chords and pitched else []

    def write(chosen: Sequence[Bar]) -> Score:
        return _score(found, chosen, names, keys[0][1], marks, symbols, tempo, metadata)

    for agreement in (LEAST_AGREEMENT, 1.0) if fold else ():
        score = close_score(write, bars, quantized.end, fold=True, least_agreement=agreement)
        if _repeats_are_plain(score, bars[0].length):
            return with_line_breaks(score)
    return with_line_breaks(close_score(write, bars, quantized.end, fold=False))


def unlike(quantized: Quantized, score: Score) -> int:
    """How many notes do not start in a score with its repeats played out where they were found.

    Args:
        quantized: what `notate` made the score of.
        score: one of few repeats that were not played twice alike has some.
    """
    rows = note_array(score, unfold=True)
    places = np.rint(rows["onset_quarter"] * PARTS).astype(int)
    written = set(zip(places.tolist(), rows["pitch"].tolist(), strict=True))
    own = quantized.notes[quantized.notes["kind"] == NOTE]
    found = zip(own["onset"].tolist(), own["pitch"].tolist(), strict=True)
    return sum(note not in written for note in found)


def _repeats_are_plain(score: Score, pickup: int) -> bool:
    """Whether every repeat starts at a bar line or with the tune's own pickup, as musicians write them.

    Wrong notes can make an odd stretch the longest one that returns exactly.
    """
    spans = measure_spans(score)
    starts = (span for span in spans if score.voices[0].measures[span.index].start_repeat)
    return all(span.duration * PARTS == pickup or span.duration == span.meter.bar_quarters for span in starts)


def _bars(beatmap: Beatmap, end: int) -> list[Bar]:
    """The bars up to the end of the music in parts, the last one full."""
    bars = [
        Bar(round(bar.start * PARTS), round(bar.length * PARTS), bar.meter)
        for bar in beatmap.bars_to(end / PARTS)
        if bar.start * PARTS < end
    ]
    last = bars[-1]
    length = round(last.meter.bar_quarters * PARTS)
    return (
        [*bars[:-1], Bar(last.start, length, last.meter)] if 0 < last.length < length and bars[1:] else bars
    )


def _tempo(beatmap: Beatmap, meter: Meter) -> Tempo:
    """The middle tempo in whole beats a minute."""
    beat = meter.beat_quarters or _ONE
    return Tempo(Fraction(min(max(1, round(beatmap.qpm / float(beat))), 10_000)), beat)


def _spelled(notes: np.ndarray, keys: Sequence[tuple[int, Key]]) -> list[Pitch]:
    """The name of each row; all staves are spelled together, in order of onset, grace notes first."""
    order = np.lexsort((notes["pitch"], notes["end"] > notes["onset"], notes["onset"]))
    ordered = notes[order]
    in_force = np.searchsorted([place for place, _ in keys], ordered["onset"], side="right") - 1
    found = spell_in_keys(
        ordered["pitch"].tolist(),
        [keys[index][1] for index in in_force.tolist()],
        (2 * ordered["track"] + ordered["staff"]).tolist(),
    )
    names = found.copy()
    for row, name in zip(order.tolist(), found, strict=True):
        names[row] = name
    return names


def _chord_marks(score: Score) -> list[Placed]:
    """Chord symbols where the chord changes: at beats of long bars, at the bars of short ones."""
    segment: Segment = "beat" if score.meter.bar_quarters > LONGEST_CHORD_QUARTERS else "bar"
    spans = find_chords(score, segment, score.key)
    return [(round(span.onset_quarter * PARTS), span.chord) for span in spans if span.chord]


def _score(
    found: Sequence[Staff],
    bars: Sequence[Bar],
    names: Sequence[Pitch],
    key: Key,
    marks: Sequence[Placed],
    first_marks: Sequence[Placed] = (),
    tempo: Tempo | None = None,
    metadata: tuple[tuple[str, str], ...] = (),
) -> Score:
    """The staves in these bars; `first_marks` stand on the first staff alone."""
    voices = []
    for number, staff in enumerate(found):
        own = [*marks, *first_marks] if number == 0 else marks
        measures = write_measures(
            staff.layers, bars, PARTS, _speller(staff, names), own, _layer_marks(staff, names)
        )
        voices.append(
            Voice(
                str(number + 1),
                tuple(measures),
                name="" if staff.is_lower else staff.track.name,
                clef=staff.clef,
                program=staff.track.program,
                percussion=staff.track.percussion,
            )
        )
    return Score(tuple(voices), key=key, meter=bars[0].meter, tempo=tempo, metadata=metadata)


def _speller(staff: Staff, names: Sequence[Pitch]) -> Spell:
    table = {place: names[row] for place, row in staff.rows.items()}
    return lambda place, pitch: table[place, pitch]


def _layer_marks(staff: Staff, names: Sequence[Pitch]) -> list[list[Placed]]:
    """Decorations and grace notes of each layer."""
    length = _grace_length(staff)
    found = []
    for graces, signs in zip(staff.graces, staff.signs, strict=True):
        marks: list[Placed] = [(place, Decoration(name)) for place, name in signs]
        marks += [(place, Grace(tuple(Note(names[row], length) for row in rows))) for place, rows in graces]
        found.append(marks)
    return found


def _grace_length(staff: Staff) -> Fraction:
    lengths = [block.end - block.start for layer in staff.layers for block in layer]
    is_short = sum(length < PARTS // 2 for length in lengths) > SHORT_SHARE * len(lengths)
    return SHORT_GRACE_QUARTERS if is_short else GRACE_QUARTERS
