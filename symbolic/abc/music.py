"""From the tokens of a line of music to the events and measures of a voice.

Most tokens are found in the voice's `NoteState` at once; the rest are bar signs and rarer things,
each with a method of its own. Section numbers refer to the ABC 2.1 standard.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from symbolic.abc.lexer import (
    IGNORED,
    IN_CHORD,
    STEP_LETTERS,
    USER_LETTERS,
    BarSign,
    bar_sign,
    is_bar,
    tuplet_numbers,
)
from symbolic.abc.states import NoteState
from symbolic.errors import Severity
from symbolic.key import Key
from symbolic.meter import Meter
from symbolic.score import TIMED, Chord, Event, LineBreak, Measure, Note, Rest, Tuplet

MAX_MULTI_REST = 1_000
MAX_REACH = 100
"""Events between a note and the tie or broken rhythm sign that belongs to it, at most."""
ONE = Fraction(1)
_INLINE = re.compile(r"\[([A-Za-z]):\s*(.*?)\s*\]")
_HOISTED = re.compile(r'"[^"]*"|![^!\s]+!|\+[^+\s]+\+|[HIJKLMNOPQRSTUVWh-w~.](?=[\^=_A-Ga-g"!+H-Wh-w~.])')
_BROKEN = {depth: (2 - Fraction(1, 2**depth), Fraction(1, 2**depth)) for depth in range(1, 5)}


@dataclass(slots=True, eq=False)
class VoiceState:
    """Where the reading of one voice stands."""

    id: str
    state: NoteState
    key: Key
    meter: Meter
    unit: Fraction
    octave: int = 0
    measures: list[Measure] = field(default_factory=list)
    places: list[tuple[int, int]] = field(default_factory=list)  # (line, token index) of each bar sign
    events: list[Event] = field(default_factory=list)
    layers: list[tuple[Event, ...]] = field(default_factory=list)
    start_repeat: int = 0
    ending: tuple[int, ...] = ()
    tuplet: Fraction = ONE
    tuplet_left: int = 0
    broken: Fraction = ONE
    carried: dict[tuple[str, int], int] = field(default_factory=dict)
    line_start: tuple[int, int] = (0, 0)  # (measures, events) when the last line of music began
    verse: int = 0
    break_due: bool = False
    clef: str = ""
    transposition: int = 0
    program: int | None = None
    percussion: bool = False
    properties: tuple[tuple[str, str], ...] = ()

    def begin_line(self) -> None:
        """A line of music of this voice begins: the last one's break is due, lyrics count from here."""
        if self.break_due:
            begun = bool(self.measures or self.events or self.layers)
            if begun and not (self.events and isinstance(self.events[-1], LineBreak)):
                self.events.append(LineBreak())
            self.break_due = False
        self.line_start = (len(self.measures), len(self.events))
        self.verse = 0

    @property
    def has_time(self) -> bool:
        """Whether the measure being read holds anything that takes time."""
        return bool(self.layers) or any(isinstance(event, TIMED) for event in self.events)

    @property
    def watched(self) -> bool:
        """Whether the next timed event needs more than a look-up."""
        return bool(self.tuplet_left or self.carried or self.broken is not ONE)


class MusicReader:
    """Reads tokens into the current voice.

    Args:
        change: called with the letter and text of an inline field; may put another voice in `voice`.
        report: called with the code and message of a problem, the index of its token and a severity.

    Attributes:
        voice: the voice that the next token belongs to.
        breaks: characters that end a written line (``I:linebreak``).
        line: number of the line in the file.
    """

    def __init__(
        self, change: Callable[[str, str], None], report: Callable[[str, str, int, Severity], None]
    ) -> None:
        self._change = change
        self._report_to = report
        self.voice: VoiceState
        self.breaks = {"<EOL>"}
        self.line = 0

    def _report(self, index: int, code: str, message: str, severity: Severity = "warning") -> None:
        self._report_to(code, message, index, severity)

    def read(self, tokens: list[str]) -> None:
        """Reads the tokens of (part of) a line of music into the current voice."""
        voice = self.voice
        state = voice.state
        append = voice.events.append
        watched = voice.watched
        for index, token in enumerate(tokens):
            event = state.events.get(token)
            if event is None:
                move = state.moves.get(token)
                if move is None:
                    voice.state = state
                    self._rare(token, index)
                    voice = self.voice
                    state = voice.state
                    append = voice.events.append
                    watched = voice.watched
                    continue
                event, state = move
            append(event)
            if watched and isinstance(event, TIMED):
                voice.state = state
                self._after_timed(voice, token)
                state = voice.state
                watched = voice.watched
        voice.state = state

    def _rare(self, token: str, index: int) -> None:
        """Any token that the present state does not know (yet)."""
        voice = self.voice
        first = token[0]
        if is_bar(token):
            self.bar(voice, bar_sign(token), index)
        elif first in "><" and token.count(first) == len(token):
            self._broken(voice, token, index)
        elif first == "(" and token[1:2].isdigit():
            self._tuplet(voice, token)
        elif first == "&":
            voice.layers.append(tuple(voice.events))
            voice.events = []
            voice.state = voice.state.fresh()
        elif first in "ZX" and token != "X:":
            self._measure_rest(voice, token, index)
        elif first == "[" and token[2:3] == ":":
            self._inline(token, index)
        elif first == "-":
            self._late_tie(voice, index)
        elif first in self.breaks:
            voice.events.append(LineBreak())
        elif first == "y" or first in IGNORED:
            pass
        elif first == "[" and (hoisted := _HOISTED.findall(token[1:])) and "]" in token:
            bare = "[" + _HOISTED.sub("", token[1:])
            self.read([*hoisted, bare] if bare != token else [])
        else:
            self._learn(voice, token, index)

    def _learn(self, voice: VoiceState, token: str, index: int) -> None:
        try:
            known = voice.state.learn(token)
        except ValueError as error:
            self._report(index, "bad-music", f"{error}; it is skipped", "error")
            return
        if known:
            self.read([token])
        elif token == '"':
            self._report(index, "unclosed-quote", "a quotation mark without its partner is skipped")
        elif token in USER_LETTERS:
            self._report(index, "unknown-decoration", f"{token!r} stands for no decoration and is skipped")
        elif token != "\\":
            self._report(index, "stray-character", f"{token!r} is not music and is skipped")

    def _after_timed(self, voice: VoiceState, token: str) -> None:
        """Ends what held for the one timed event just read: a tie's accidental, half a broken rhythm."""
        if voice.carried:
            voice.events[-1] = _carry(voice.events[-1], voice.carried, token)
            voice.carried = {}
        voice.broken = ONE
        if voice.tuplet_left:
            voice.tuplet_left -= 1
            if not voice.tuplet_left:
                voice.tuplet = ONE
        voice.state = voice.state.sibling(voice.state.accidentals, voice.tuplet)

    def _tuplet(self, voice: VoiceState, token: str) -> None:
        actual, normal, count = tuplet_numbers(token, voice.meter.is_compound)
        voice.events.append(Tuplet(actual, normal, count))
        voice.tuplet = Fraction(normal, actual)
        voice.tuplet_left = count
        voice.state = voice.state.sibling(voice.state.accidentals, voice.tuplet * voice.broken)

    def _broken(self, voice: VoiceState, token: str, index: int) -> None:
        long, short = _BROKEN[min(len(token), 4)]
        before, after = (long, short) if token[0] == ">" else (short, long)
        for place in _reach(voice.events):
            event = voice.events[place]
            if isinstance(event, TIMED):
                voice.events[place] = scaled(event, before)
                voice.broken = after
                voice.state = voice.state.sibling(voice.state.accidentals, voice.tuplet * after)
                return
        self._report(index, "broken-rhythm", f"{token!r} has no note before it in its bar and is skipped")

    def _late_tie(self, voice: VoiceState, index: int) -> None:
        """A tie apart from its note: after a space, or after a closing slur."""
        for place in _reach(voice.events):
            event = voice.events[place]
            if isinstance(event, Note):
                voice.events[place] = replace(event, tie=True)
                return
            if isinstance(event, Chord):
                voice.events[place] = Chord(tuple(replace(note, tie=True) for note in event.notes))
                return
            if isinstance(event, Rest):
                break
        self._report(index, "tie", "a tie has no note before it in its bar and is skipped")

    def _measure_rest(self, voice: VoiceState, token: str, index: int) -> None:
        count = int(token[1:][:6] or 1)
        if not 1 <= count <= MAX_MULTI_REST:
            self._report(index, "bad-music", f"a rest of {count} bars is read as one bar")
            count = 1
        rest = Rest(voice.meter.bar_quarters or Fraction(4), visible=token[0] == "Z", whole_measure=True)
        for _ in range(count - 1):
            voice.events.append(rest)
            self.bar(voice, BarSign("|", 0, 0, ()), index)
        voice.events.append(rest)

    def _inline(self, token: str, index: int) -> None:
        match = _INLINE.fullmatch(token)
        if match is None or match[1] in "wsX+":
            self._report(index, "bad-field", f"{token} cannot stand inside music and is skipped")
            return
        try:
            self._change(match[1], match[2])
        except ValueError as error:
            self._report(index, "bad-field", f"{match[1]}: {error}", "error")

    # Bars

    def bar(self, voice: VoiceState, sign: BarSign, index: int) -> None:
        """Closes the measure at a bar sign; a sign with no music before it joins the last one."""
        events = voice.events
        if (events and isinstance(events[-1], TIMED)) or voice.has_time:
            voice.carried = {} if voice.layers else tied_accidentals(events, voice.key)
            following: list[Event] = []
            if events and isinstance(
                events[-1], LineBreak
            ):  # the bar sign stands at the start of the next line
                following.append(events.pop())
            layers = (*voice.layers, tuple(events)) if voice.layers else (tuple(events),)
            voice.measures.append(
                Measure(layers[0], layers[1:], voice.start_repeat, sign.end_repeat, voice.ending, sign.bar)
            )
            voice.places.append((self.line, index))
            voice.events = following
            voice.layers = []
            voice.start_repeat = sign.start_repeat
            voice.ending = sign.ending
        else:
            if sign.end_repeat and voice.measures:
                last_measure = voice.measures[-1]
                if not last_measure.end_repeat:
                    voice.measures[-1] = replace(last_measure, end_repeat=sign.end_repeat, bar="|")
            elif sign.bar not in {"", "|"} and voice.measures and not voice.measures[-1].end_repeat:
                voice.measures[-1] = replace(voice.measures[-1], bar=sign.bar)
            voice.start_repeat = voice.start_repeat or sign.start_repeat
            voice.ending = sign.ending or voice.ending
        if sign.bar:
            voice.state = voice.state.fresh()


def _reach(events: list[Event]) -> range:
    """Places of the last events, from the end, as far back as a sign after a note looks for its note."""
    return range(len(events) - 1, max(-1, len(events) - 1 - MAX_REACH), -1)


def scaled(event: Note | Chord | Rest, factor: Fraction) -> Note | Chord | Rest:
    """The event with its duration multiplied."""
    if isinstance(event, Chord):
        return Chord(tuple(replace(note, duration=note.duration * factor) for note in event.notes))
    return replace(event, duration=event.duration * factor)


def tied_accidentals(events: Sequence[Event], key: Key) -> dict[tuple[str, int], int]:
    """Alterations of (step, octave) that ties carry from the end of a measure over the bar line (4.2)."""
    last = next((event for event in reversed(events) if isinstance(event, TIMED)), None)
    if not isinstance(last, Note | Chord):
        return {}
    notes = last.notes if isinstance(last, Chord) else (last,)
    return {
        (note.pitch.step, note.pitch.octave): note.pitch.alter
        for note in notes
        if note.tie and note.pitch.alter != key.signature[note.pitch.step]
    }


def _carry(event: Event, carried: dict[tuple[str, int], int], token: str) -> Event:
    """The event with the alterations of tied notes, where its token writes no accidental."""
    if isinstance(event, Note):
        return event if token[0] in "^_=" else _carry_note(event, carried)
    if isinstance(event, Chord):
        written = [part for part in IN_CHORD.findall(token[1:]) if part.strip("^_=")[:1] in STEP_LETTERS]
        return Chord(
            tuple(
                note if part[0] in "^_=" else _carry_note(note, carried)
                for note, part in zip(event.notes, written, strict=False)
            )
        )
    return event


def _carry_note(note: Note, carried: dict[tuple[str, int], int]) -> Note:
    alter = carried.get((note.pitch.step, note.pitch.octave))
    return note if alter is None else replace(note, pitch=replace(note.pitch, alter=alter))
