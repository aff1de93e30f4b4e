"""From notes in seconds to exact note values, given where the beat is.

Trills and mordents are found first and stand for one note each (`transcription.ornaments`); then all onsets
are placed together (`transcription.onsets`), each track is dealt out to one staff or two
(`transcription.hands`), and each line's note values follow from its onsets (`transcription.durations`).
Every note of the performance stays in the result: grace notes and the further notes of ornaments are marked
and attached to the note that they belong to.

Places are whole parts of a quarter note, `PARTS` to the quarter, from where the first bar starts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from transcription.beatmap import Beatmap
from transcription.durations import note_ends
from transcription.hands import LOWER, UPPER, needs_two_staves, split_hands
from transcription.note_values import Line
from transcription.onsets import group, place_groups
from transcription.ornaments import Ornament, find_ornaments
from transcription.performance import Performance
from transcription.places import PARTS

NOTE, GRACE, ORNAMENT = 0, 1, 2
"""Kinds of rows: a note with a value, a grace note before another, a further note of an ornament."""

QUANTIZED_DTYPE = np.dtype(
    [
        ("onset", "i8"),
        ("end", "i8"),
        ("pitch", "i4"),
        ("velocity", "i4"),
        ("track", "i4"),
        ("staff", "i4"),
        ("kind", "i4"),
        ("main", "i8"),
        ("source", "i8"),
    ]
)
_SHORT_GRACE_S = 0.25


@dataclass(frozen=True, slots=True, eq=False)
class Quantized:
    """Notes with exact places and values.

    Attributes:
        notes: dtype `QUANTIZED_DTYPE`, one row for each note of the performance, sorted by onset, pitch and
            source. `onset` and `end` are places in parts of a quarter, equal for grace notes and ornaments,
            which have the place of the note they belong to, the row `main` (its own row for a note);
            `staff` is `UPPER` or `LOWER` within the track; `source` is the row of the performance.
        ornaments: (row, ABC decoration) for notes that carry one, in order.
        performance: what was quantised.
    """

    notes: np.ndarray
    ornaments: tuple[tuple[int, str], ...]
    performance: Performance

    @property
    def end(self) -> int:
        """Where the last note ends, in parts; 0 without notes."""
        return int(self.notes["end"].max()) if len(self.notes) else 0


def quantize(performance: Performance, beatmap: Beatmap) -> Quantized:
    """Places and values of all notes.

    Args:
        performance: any number of notes.
        beatmap: its beat; notes beyond its last bar are placed as if that bar went on.
    """
    rows, played_s, ornaments = place(performance, beatmap)
    for own, line in lines(rows, played_s, performance, beatmap):
        rows["end"][own] = note_ends(line)
    rows["main"] = rows["main"][rows["main"]]  # an ornament's main note may be a grace note itself
    attached = np.flatnonzero(rows["kind"] != NOTE)
    for name in ("onset", "staff"):
        rows[name][attached] = rows[name][rows["main"][attached]]
    rows["end"][attached] = rows["onset"][attached]
    return _sorted(rows, ornaments, performance)


def place(performance: Performance, beatmap: Beatmap) -> tuple[np.ndarray, np.ndarray, list[Ornament]]:
    """The notes with their onsets and staves.

    Returns:
        Rows of dtype `QUANTIZED_DTYPE` in the order of the performance, their ends not set; (n, 2) seconds
        from start to end of each, where an ornament's main note stands for all of it; and the ornaments.
    """
    played = performance.notes
    rows = np.zeros(len(played), dtype=QUANTIZED_DTYPE)
    for name in ("pitch", "velocity", "track"):
        rows[name] = played[name]
    rows["source"] = rows["main"] = np.arange(len(played))
    played_s = np.stack([played["onset_s"], played["onset_s"] + played["duration_s"]], axis=1)
    if not len(played):
        return rows, played_s, []
    ornaments = _ornaments(performance)
    for ornament in ornaments:
        members = list(ornament.notes)
        played_s[ornament.main] = played_s[members[0], 0], played_s[members, 1].max()
        rows["kind"][members] = ORNAMENT
        rows["main"][members] = ornament.main
        rows["kind"][ornament.main] = NOTE
    _set_onsets(rows, played_s, beatmap)
    _set_staves(rows, played_s, performance, beatmap)
    return rows, played_s, ornaments


def _ornaments(performance: Performance) -> list[Ornament]:
    """The ornaments of all pitched tracks, in rows of the performance."""
    found = []
    for number, track in enumerate(performance.tracks):
        if track.percussion:
            continue
        own = np.flatnonzero(performance.notes["track"] == number)
        notes = performance.notes[own]
        for ornament in find_ornaments(notes["onset_s"], notes["pitch"]):
            members = tuple(own[list(ornament.notes)].tolist())
            found.append(Ornament(ornament.name, int(own[ornament.main]), members))
    return found


def _set_onsets(rows: np.ndarray, played_s: np.ndarray, beatmap: Beatmap) -> None:
    """Sets the places of all notes, and which are grace notes to which."""
    own = np.flatnonzero(rows["kind"] == NOTE)
    own = own[np.lexsort((rows["pitch"][own], played_s[own, 0]))]
    groups = group(played_s[own, 0], rows["pitch"][own], rows["track"][own])
    short = np.maximum.reduceat(played_s[own, 1] - played_s[own, 0], groups.first) <= _SHORT_GRACE_S
    places, graces = place_groups(groups, beatmap, short)
    stops = np.append(groups.first[1:], len(own))
    rows["onset"][own] = np.repeat(places, stops - groups.first)
    for number in np.flatnonzero(graces).tolist():
        following = number + 1 + int(np.argmin(graces[number + 1 :]))
        hosts = own[groups.first[following] : stops[following]]
        for grace in own[groups.first[number] : stops[number]].tolist():
            rows["kind"][grace] = GRACE
            distance = np.abs(rows["pitch"][hosts] - rows["pitch"][grace])
            distance += 128 * (rows["track"][hosts] != rows["track"][grace])
            rows["main"][grace] = hosts[int(np.argmin(distance))]
    _merge_repeats(rows, played_s[:, 0])


def _merge_repeats(rows: np.ndarray, onset_s: np.ndarray) -> None:
    """Makes the second of two notes of one pitch and track at one place an ornament of the first."""
    own = np.flatnonzero(rows["kind"] == NOTE)
    own = own[np.lexsort((onset_s[own], rows["track"][own], rows["pitch"][own], rows["onset"][own]))]
    first = -1
    for row in own.tolist():
        same = first >= 0 and all(
            rows[name][row] == rows[name][first] for name in ("onset", "pitch", "track")
        )
        if same:
            rows["kind"][row] = ORNAMENT
            rows["main"][rows["main"] == row] = first
        else:
            first = row


def _set_staves(rows: np.ndarray, played_s: np.ndarray, performance: Performance, beatmap: Beatmap) -> None:
    length = np.diff(beatmap.to_quarters(played_s) * PARTS, axis=1)[:, 0]
    for number, track in enumerate(performance.tracks):
        own = _sorted_notes(rows, rows["track"] == number)
        in_time = own[np.argsort(played_s[own, 0], kind="stable")]
        if not track.percussion and needs_two_staves(played_s[in_time, 0], rows["pitch"][in_time]):
            rows["staff"][own] = split_hands(
                rows["onset"][own].tolist(), rows["pitch"][own].tolist(), length[own].tolist()
            )


def _sorted_notes(rows: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Indices of the chosen rows that have a value, by place and pitch."""
    own = np.flatnonzero(chosen & (rows["kind"] == NOTE))
    return own[np.lexsort((rows["pitch"][own], rows["onset"][own]))]


def lines(
    rows: np.ndarray, played_s: np.ndarray, performance: Performance, beatmap: Beatmap
) -> Iterator[tuple[np.ndarray, Line]]:
    """The lines of placed notes, each with the indices of its rows; see `place`."""
    played = beatmap.to_quarters(played_s) * PARTS
    grid = np.unique(rows["onset"][rows["kind"] == NOTE])
    bars = _bar_table(beatmap, int(grid[-1]) if len(grid) else 0)
    for number in range(len(performance.tracks)):
        for staff in (UPPER, LOWER):
            own = _sorted_notes(rows, (rows["track"] == number) & (rows["staff"] == staff))
            if not len(own):
                continue
            onset = rows["onset"][own]
            bar = bars[np.searchsorted(bars[:, 0], onset, side="right") - 1]
            yield (
                own,
                Line(
                    onset=onset,
                    pitch=rows["pitch"][own],
                    played_onset=played[own, 0],
                    played_end=played[own, 1],
                    bar_start=bar[:, 0],
                    bar_end=bar[:, 1],
                    beat=bar[:, 2],
                    end=int(bars[-1, 1]),
                    grid=grid,
                ),
            )


def _bar_table(beatmap: Beatmap, last: int) -> np.ndarray:
    """Start, end and length of the beat, in parts, of each bar to the one in which the last note starts.

    With a pickup the last bar lacks what the pickup took, if its notes allow.
    """
    bars = [bar for bar in beatmap.bars_to(last / PARTS) if bar.start * PARTS <= last]
    rows = ((bar.start, bar.end, bar.meter.beat_quarters or 1) for bar in bars)
    table = np.array([[round(place * PARTS) for place in row] for row in rows])
    pickup, end = table[0, 1], table[-1, 1]
    if len(bars) > 1 and pickup < bars[0].meter.bar_quarters * PARTS and end - pickup > last:
        table[-1, 1] -= pickup
    return table


def _sorted(rows: np.ndarray, ornaments: list[Ornament], performance: Performance) -> Quantized:
    order = np.lexsort((rows["source"], rows["pitch"], rows["onset"]))
    row_of = np.empty(len(rows), dtype=np.int64)
    row_of[order] = np.arange(len(rows))
    notes = rows[order]
    notes["main"] = row_of[notes["main"]]
    carried = (ornament for ornament in ornaments if rows["kind"][ornament.main] == NOTE)
    names = sorted((int(row_of[ornament.main]), ornament.name) for ornament in carried)
    return Quantized(notes, tuple(names), performance)
