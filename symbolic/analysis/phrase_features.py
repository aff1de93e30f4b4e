"""What tells where phrases of a melody end: one row of features for each place between two onsets.

Place ``b`` is the one before onset ``b`` of the line; the first onset is no place. Lengths are in bars or as
logarithms of the ratio to the median time between onsets; pitches are in semitones from the tonic of the
signature or from the melody's own ends, so a transposed melody has the same features. The cues are those of
Cambouropoulos (boundary strengths, ICMC 2001), of Temperley (*The Cognition of Basic Musical Structures*,
2001, ch. 3: gaps, phrase length, parallel metrical places), and parallelism: what follows a phrase end is
often what an earlier phrase began with.
"""

from __future__ import annotations

import numpy as np

from symbolic.analysis.barred_line import BarredLine
from symbolic.analysis.onset_line import PARTS, OnsetLine
from symbolic.analysis.phrase_parallels import NOWHERE, Columns, note_parallels

LBDM_WEIGHTS = (0.25, 0.5, 0.25)
"""Of pitch steps, times between onsets, and rests (Cambouropoulos 2001, section 3)."""
NEAR = range(-4, 4)
"""Onsets around a place whose lengths and pitches are looked at: -1 ends the phrase, 0 begins the next."""
CYCLES = (2, 3, 4, 5, 6, 8)
"""Numbers of bars after which a place may come again."""
AWAY = (1, 2, 3, 4, 5, 6, 8)
"""In bars: how far before and after a place others are looked at."""
REST_NEAR = range(-3, 2)
"""Onsets around a place after which rests are looked for."""
FAR = 16.0
"""Bars: what is further away counts as this far."""


def table(columns: Columns) -> np.ndarray:
    """The columns side by side: shape (places, features)."""
    return np.stack(list(columns.values()), axis=1).astype(np.float32)


def note_features(melody: BarredLine) -> Columns:
    """What is seen in the notes."""
    return {
        **_lengths(melody),
        **_pitches(melody),
        **_bars(melody),
        **_density(melody),
        **_periods(melody),
        **note_parallels(melody),
    }


def near(values: np.ndarray, offset: int) -> np.ndarray:
    """Of values of onsets, those `offset` onsets after each place; `NOWHERE` outside the line."""
    index = np.arange(1, len(values)) + offset
    inside = (index >= 0) & (index < len(values))
    found: np.ndarray = np.where(inside, values[np.clip(index, 0, len(values) - 1)], NOWHERE)
    return found


def _lengths(melody: BarredLine) -> Columns:
    """Times between onsets and rests around each place, and how long the last one is for this melody."""
    line, bar = melody.line, melody.bar
    gaps = line.gaps.astype(float)
    rests = np.clip(gaps - line.durations, 0, None)
    logs = np.log2(gaps / np.median(gaps))
    last, times = gaps[:-1], line.onsets[1:]
    ordered = np.sort(last)
    strengths = boundary_strengths(line)
    return {
        **{f"gap{offset:+d}": near(logs, offset) for offset in NEAR},
        **{f"rest{offset:+d}": near(rests / bar, offset) for offset in REST_NEAR},
        "gap in bars": last / bar,
        "gap in beats": last / melody.beat,
        "shorter gaps": np.searchsorted(ordered, last, "left") / len(last),
        "longer gaps": 1 - np.searchsorted(ordered, last, "right") / len(last),
        "since as long": _since_as_long(last, times / bar),
        "till as long": _since_as_long(last[::-1], -times[::-1] / bar)[::-1],
        "longest in a bar": _against_around(gaps, melody, 1),
        "longest in two bars": _against_around(gaps, melody, 2),
        "rests": np.full(len(last), (rests[:-1] > 0).mean()),
        "felt": strengths,
        "felt less": np.searchsorted(np.sort(strengths), strengths) / len(last),
    }


def _since_as_long(gaps: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Bars since the last place after a gap at least as long, `FAR` where there is none."""
    found = np.full(len(gaps), FAR)
    waiting: list[int] = []
    for place, gap in enumerate(gaps):
        while waiting and gaps[waiting[-1]] < gap:
            waiting.pop()
        if waiting:
            found[place] = min(FAR, times[place] - times[waiting[-1]])
        waiting.append(place)
    return found


def _against_around(gaps: np.ndarray, melody: BarredLine, bars: int) -> np.ndarray:
    """Log ratio of the gap before each place to the longest other one within some bars."""
    onsets = melody.line.onsets
    first = np.searchsorted(onsets, onsets[:-1] - bars * melody.bar)
    stop = np.searchsorted(onsets, onsets[:-1] + bars * melody.bar, "right")
    longest = [
        max(gaps[one:here].max(initial=1), gaps[here + 1 : two].max(initial=1))
        for here, (one, two) in enumerate(zip(first, stop, strict=True))
    ]
    ratios: np.ndarray = np.log2(gaps[:-1] / np.array(longest))
    return ratios


def _pitches(melody: BarredLine) -> Columns:
    """Melodic steps and degrees around each place, and how high it lies."""
    pitches = melody.line.pitches.astype(float)
    steps = np.diff(pitches, prepend=pitches[0])
    degrees = (pitches - melody.tonic) % 12
    heights = (pitches - pitches.mean()) / (pitches.std() + 1)
    return {
        **{f"step{offset:+d}": near(steps, offset) for offset in range(-3, 4)},
        **{f"degree{offset:+d}": near(degrees, offset) for offset in range(-3, 3)},
        "above the last": near(pitches - pitches[-1], -1),
        "above the first": near(pitches - pitches[0], 0),
        "height": near(heights, -1),
        "next height": near(heights, 0),
    }


def _bars(melody: BarredLine) -> Columns:
    """Where in the bar each place is, and how many bars from the beginning and the end."""
    line, bar, phases = melody.line, melody.bar, melody.phases
    since, total = line.onsets[1:] / bar, line.length / bar
    left = total - since
    of_melody = {
        "bars in all": total,
        "bars in all mod 4": total % 4,
        "upbeat": phases[0] / bar,
        "bar in quarters": bar / PARTS,
        "beats in a bar": bar / melody.beat,
        "usual gap": np.median(line.gaps) / bar,
    }
    return {
        **{f"bars mod {cycle}": since % cycle for cycle in CYCLES},
        **{f"bars left mod {cycle}": left % cycle for cycle in (2, 4)},
        "begins": phases[1:] / bar,
        "last begins": phases[:-1] / bar,
        "off the beat": phases[1:] % melody.beat / melody.beat,
        "last off the beat": phases[:-1] % melody.beat / melody.beat,
        "bars": since,
        "bars left": left,
        "share": since / total,
        **{name: np.full(melody.places, value) for name, value in of_melody.items()},
    }


def _density(melody: BarredLine) -> Columns:
    """How many onsets there are around each place and in all, and how far rests are."""
    line, bar = melody.line, melody.bar
    times, count = line.onsets[1:], len(line)
    here = np.arange(1, count)
    after_rest = line.onsets[1:][line.gaps[:-1] > line.durations[:-1]]
    far = round(FAR * bar)
    ends = np.concatenate([[-far], after_rest, [line.length + far]])
    before = ends[np.searchsorted(ends, times) - 1]
    after = ends[np.searchsorted(ends, times, "right")]
    of_melody = {
        "onsets": count,
        "onsets in a bar": count * bar / line.length,
        "shortest gap": line.gaps.min() / PARTS,
        "range": np.ptp(line.pitches),
        "as usual": (line.gaps == np.median(line.gaps)).mean(),
    }
    columns = {name: np.full(melody.places, value) for name, value in of_melody.items()}
    for bars in (1, 2, 4):
        columns[f"onsets {bars} before"] = here - np.searchsorted(line.onsets, times - bars * bar)
        columns[f"onsets {bars} after"] = np.searchsorted(line.onsets, times + bars * bar) - here
    return columns | {
        "since a rest": np.minimum((times - before) / bar, FAR),
        "till a rest": np.minimum((after - times) / bar, FAR),
    }


def _periods(melody: BarredLine) -> Columns:
    """How much of the melody comes again after so many bars, and which gaps end so many bars away."""
    line, bar = melody.line, melody.bar
    logs = np.log2(line.gaps / np.median(line.gaps))
    columns = {}
    for bars in AWAY:
        index, found = onsets_at(line, line.onsets + bars * bar)
        rhythm = found & (line.gaps[index] == line.gaps)
        later = max(1, int((line.onsets + bars * bar <= line.onsets[-1]).sum()))
        tune = rhythm & (line.pitches[index] == line.pitches)
        columns[f"rhythm after {bars}"] = np.full(melody.places, rhythm.sum() / later)
        columns[f"tune after {bars}"] = np.full(melody.places, tune.sum() / later)
    for bars in (-4, -2, -1, 1, 2, 4):
        index, found = onsets_at(line, line.onsets[1:] + bars * bar)
        columns[f"gap at {bars:+d}"] = np.where(found & (index > 0), logs[index - 1], NOWHERE)
    return columns


def onsets_at(line: OnsetLine, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The index of the onset at each time, and whether there is one."""
    index = np.clip(np.searchsorted(line.onsets, times), 0, len(line) - 1)
    return index, line.onsets[index] == times


def boundary_strengths(line: OnsetLine) -> np.ndarray:
    """How strongly a boundary is felt before each onset after the first, 0 … 1: shape (onsets - 1,)."""
    if len(line) < 2:
        return np.zeros(0)
    steps = np.abs(np.diff(line.pitches)).astype(float)
    gaps = line.gaps[:-1].astype(float)
    rests = np.clip(line.gaps[:-1] - line.durations[:-1], 0, None).astype(float)
    total = np.zeros(len(steps))
    for weight, profile in zip(LBDM_WEIGHTS, (steps, gaps, rests), strict=True):
        strength = _local_change(profile)
        largest = strength.max()
        total += weight * (strength / largest if largest > 0 else strength)
    return total


def _local_change(profile: np.ndarray) -> np.ndarray:
    """Each value times the sum of its degrees of change to the values before and after it."""
    early, late = profile[:-1], profile[1:]
    sums = early + late
    change = np.divide(np.abs(early - late), sums, out=np.zeros_like(sums), where=sums > 0)
    around = np.append(0, change) + np.append(change, 0)
    changed: np.ndarray = profile * around
    return changed
