"""Which dance a tune is, or what kind of song, by its metre and a few habits of its rhythm.

A short list of rules, the first that applies counts. Dances are told by metre first, as dancers tell them;
in even metres by dotted rhythms both ways, by running sixteenths after an upbeat, and by the number of notes
in a bar (Breathnach, *Folk Music and Dances of Ireland*, 1971, on the Irish ones). Songs are told by what
sets the collections of Europe and China apart, in which the genres have their names: upbeats, note values,
pentatonic scales, compass.

The numbers were chosen on the training part of the benchmark's tunes. Only the commonest genres come out;
what a text would tell (a love song, a soldiers' song) is hardly to be heard.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from symbolic.analysis.onset_line import PARTS, onset_line
from symbolic.meter import Meter
from symbolic.score import Score

SNAPS = 0.05
"""Least share of neighbouring notes in the ratio 1 : 3 in a strathspey."""
DOTS = 0.3
"""Least share of neighbouring notes in the ratio 3 : 1 in a hornpipe."""
RUNNING = 3.0
"""Notes in a quarter, more than which a tune in 2/4 runs in sixteenths."""
REEL_NOTES = 7.0
"""Notes in a bar of 4/4: fewer make a march."""
SLOW = 0.55
"""Notes in a quarter: no more make a ballad."""
SIXTEENTHS = 0.03
"""Share of sixteenths, more than which a song without upbeat comes from China."""
PENTATONIC_CLASSES, SMALL_COMPASS = 6, 9
"""Most pitch classes, and semitones from the lowest to the highest note."""


@dataclass(frozen=True, slots=True)
class RhythmHabits:
    """What the rules look at.

    Attributes:
        meter: at the start.
        upbeat: whether the first measure is not full.
        notes_per_quarter: onsets over the time that they fill.
        notes_per_bar: the same for a bar; 0 in free metre.
        dots, snaps: share of neighbouring gaps between onsets in the ratio 3 : 1, and 1 : 3.
        sixteenths: share of gaps that are a sixteenth.
        pitch_classes: how many different ones occur.
        compass: semitones from the lowest to the highest note.
    """

    meter: Meter
    upbeat: bool
    notes_per_quarter: float
    notes_per_bar: float
    dots: float
    snaps: float
    sixteenths: float
    pitch_classes: int
    compass: int


def rhythm_habits(score: Score) -> RhythmHabits | None:
    """The habits of a score, or None where it has no note."""
    line = onset_line(score)
    if line is None:
        return None
    gaps = line.gaps.tolist()
    pairs = list(pairwise(gaps))
    bar = score.meter.bar_quarters
    density = len(line) * PARTS / line.length
    return RhythmHabits(
        meter=score.meter,
        upbeat=score.voices[0].measures[0].duration < bar,
        notes_per_quarter=density,
        notes_per_bar=density * float(bar),
        dots=sum(one == 3 * two for one, two in pairs) / max(1, len(pairs)),
        snaps=sum(two == 3 * one for one, two in pairs) / max(1, len(pairs)),
        sixteenths=gaps.count(PARTS // 4) / len(gaps),
        pitch_classes=len({pitch % 12 for pitch in line.pitches.tolist()}),
        compass=int(line.pitches.max() - line.pitches.min()),
    )


def dance_of(score: Score) -> str | None:
    """The dance that a tune suggests, or None where it has no note."""
    habits = rhythm_habits(score)
    if habits is None:
        return None
    meter = habits.meter
    if meter.is_compound:
        return "slip jig" if meter.name == "9/8" else "jig"
    if meter.bar_quarters == 3 or meter.name == "3/8" or meter.is_free:
        return "air"
    if meter.bar_quarters == 4 and meter.beat_quarters == 1:
        if habits.snaps > SNAPS:
            return "strathspey"
        return "march" if habits.notes_per_bar < REEL_NOTES else "reel"
    runs = meter.bar_quarters == 2 and habits.upbeat and habits.notes_per_quarter > RUNNING
    return "hornpipe" if runs or habits.dots > DOTS else "reel"


def song_of(score: Score) -> str | None:
    """The kind of song that a melody suggests, or None where it has no note."""
    habits = rhythm_habits(score)
    if habits is None:
        return None
    if habits.upbeat or habits.notes_per_quarter <= SLOW:
        return "ballad"
    is_small = habits.compass <= SMALL_COMPASS
    if habits.sixteenths > SIXTEENTHS:
        return "mountain song" if is_small and habits.pitch_classes <= PENTATONIC_CLASSES else "ditty"
    is_short_bar = 0 < habits.meter.bar_quarters < 3
    if not is_short_bar:
        return "ballad"
    return "children's song" if is_small else "ditty"
