"""Words and symbols under the music: ``w:`` and ``s:`` lines aligned with the notes above them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from symbolic.abc.fields import decode_text
from symbolic.abc.states import NoteState
from symbolic.score import Chord, Event, Lyric, Measure, Note

_SYLLABLE = re.compile(r"[*_|]|-|(?:\\-|[^\s*_|-])+-?")
_SYMBOL = re.compile(r'"[^"]*"|![^!]+!|\+[^+]+\+|[*|]')


class _Lines:
    """The notes of the last line(s) of music of one voice, open to insertions before them.

    Measures from `start` on are rebuilt when an event is put before one of their notes.
    """

    def __init__(self, measures: list[Measure], events: list[Event], start: tuple[int, int]) -> None:
        self._measures = measures
        self._events = events
        self._bars: list[list[Event]] = [list(measure.events) for measure in measures[start[0] :]] + [events]
        self._first = start[0]
        offset = start[1]
        self.notes = [
            [place for place in range(0 if number else offset, len(bar)) if _takes(bar[place])]
            for number, bar in enumerate(self._bars)
        ]

    def insert(self, additions: list[tuple[int, int, Event]]) -> None:
        """Puts each (bar, place, event) before the event now at that place."""
        for bar, place, event in sorted(additions, key=lambda item: item[:2], reverse=True):
            self._bars[bar].insert(place, event)
        for number in {bar for bar, _, _ in additions}:
            index = self._first + number
            if index < len(self._measures):
                self._measures[index] = replace(self._measures[index], events=tuple(self._bars[number]))


def _takes(event: Event) -> bool:
    return isinstance(event, Note | Chord)


def _align(lines: _Lines, items: list[str], make: Callable[[str], Event | None]) -> int:
    """Gives one item to each note; ``*`` skips one, ``|`` goes to the next bar. Returns how many are left."""
    bars = lines.notes
    bar = note = left = 0
    additions = []
    for item in items:
        if item == "|":
            bar, note = bar + 1, 0
            continue
        while bar < len(bars) and note >= len(bars[bar]):
            bar, note = bar + 1, 0
        if bar >= len(bars):
            left += item not in {"*", "_"}
            continue
        event = make(item)
        if event is not None:
            additions.append((bar, bars[bar][note], event))
        note += 1
    lines.insert(additions)
    return left


def _syllables(text: str) -> list[str]:
    """Cuts a ``w:`` line: ``-`` ends a syllable inside a word; a further ``-`` holds it over a note."""
    items = []
    for item in _SYLLABLE.findall(text):
        items.append("_" if item == "-" else item)
    return items


def add_lyrics(
    measures: list[Measure], events: list[Event], start: tuple[int, int], text: str, verse: int
) -> int:
    """Puts the syllables of a ``w:`` line before their notes (section 5.1).

    Args:
        measures: closed measures of the voice; changed in place.
        events: events of the measure still open; changed in place.
        start: (measures, events) when the line of music began.
        text: what follows ``w:``.
        verse: number of the verse, from 1.

    Returns:
        How many syllables found no note.
    """

    def make(item: str) -> Event | None:
        if item == "*":
            return None
        return Lyric(decode_text(item.replace("~", " ")), verse)

    return _align(_Lines(measures, events, start), _syllables(text), make)


def add_symbols(
    measures: list[Measure], events: list[Event], start: tuple[int, int], text: str, state: NoteState
) -> None:
    """Puts the decorations, chord symbols and annotations of an ``s:`` line before their notes (4.15)."""

    def make(item: str) -> Event | None:
        if item == "*":
            return None
        state.learn(item)
        return state.events.get(item)

    _align(_Lines(measures, events, start), _SYMBOL.findall(text), make)
