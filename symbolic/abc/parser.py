"""One tune of ABC text to a `Score`.

Reading is forgiving: what real tunes do wrong is reported as a `Problem` with its line and column
and read as the standard, or else common practice, suggests. Only text without any music code at
all is refused. Section numbers refer to the ABC 2.1 standard.

The reader works line by line: header and body fields here, lines of music in `symbolic.abc.music`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from symbolic.abc import fields
from symbolic.abc.header import Header
from symbolic.abc.lexer import DECORATION_LETTERS, TOKEN, USER_LETTERS, BarSign, column_of
from symbolic.abc.lyrics import add_lyrics, add_symbols
from symbolic.abc.music import MusicReader, VoiceState
from symbolic.abc.states import Setting, note_state
from symbolic.errors import Problem, Severity
from symbolic.key import Key
from symbolic.score import (
    FIELD_NAMES,
    TIMED,
    Annotation,
    Directive,
    LineBreak,
    Score,
    Section,
    Voice,
    layer_duration,
)

MAX_LINE = 200_000
"""Longest line of music that is read, in characters; a longer one is not music."""
MAX_PROBLEMS = 1_000
"""Problems told of one tune; what has more is not ABC, and telling them all would fill the memory."""
SETTING_FIELDS = frozenset("IUm")
"""Fields that change how what follows is read: instructions, user symbols, macros."""
_FIELD = re.compile(r"([A-Za-z+]):\s*(.*?)\s*$", re.DOTALL)
_BODY_FIELD = re.compile(r"([H-Zmrsw+]):(?![|:])\s*(.*?)\s*$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a book's file header sets for all its tunes: fields and directives as (line, text)."""

    lines: tuple[str, ...] = ()


class TuneReader:
    """Reads the lines of one tune.

    Args:
        first_line: number of the tune's first line in the file, for positions.

    Attributes:
        problems: what was noticed while reading.
        music_lines: (line number, text) of each line of music, without comment and with macros expanded.
    """

    def __init__(self, first_line: int = 1) -> None:
        self.problems: list[Problem] = []
        self.music_lines: list[tuple[int, str]] = []
        self._first_line = first_line
        self._line = first_line
        self._text = ""
        self._key_comes = True
        self._header = Header()
        self._scope = "pitch"
        self._letters = dict(DECORATION_LETTERS)
        self._macros: list[fields.Macro] = []
        self._voices: dict[str, VoiceState] = {}
        self._last_field = ""
        self._block = False
        self._music = MusicReader(self._change, self._problem_at)

    # Lines

    def read(self, lines: Sequence[str], defaults: Defaults | None = None) -> Score:
        """Reads all lines of a tune, after the defaults of its book."""
        self._key_comes = any(text.startswith("K:") for text in lines)
        for text in defaults.lines if defaults else ():
            self._header_line(text)
        for number, text in enumerate(lines, self._first_line):
            self._line = self._music.line = number
            self._text = text
            if text.startswith("%%") or (self._block and text.strip()):
                self._directive_line(text)
                continue
            if "%" in text:
                text = _without_comment(text)
            if self._header.is_open:
                self._header_line(text)
            elif text[1:2] == ":" and (found := _BODY_FIELD.match(text)):
                self._body_field(found[1], found[2] if found[1] not in "ws" else text[2:])
            else:
                self._music_line(text)
        return self._finish()

    def bar_places(self) -> dict[str, list[tuple[int, int]]]:
        """For each voice, the (line, token index) of the bar sign that closed each of its measures."""
        return {voice.id: voice.places for voice in self._voices.values()}

    def _header_line(self, text: str) -> None:
        if text.startswith("%%"):
            self._directive_line(text)
            return
        found = _FIELD.match(text) if text[1:2] == ":" else None
        if found is None:
            if text.strip() and self._key_comes:
                self._problem("bad-field", "a line of the header that is not a field is ignored", 1)
            elif text.strip():
                self._problem("no-key", "music starts without a K: field; no key is taken", 1)
                self._set_key("none")
                self._music_line(text)
            return
        letter, value = found[1], found[2]
        if letter == "+":
            letter = self._last_field
            if letter in FIELD_NAMES:
                self._header.continue_info(value)
                return
        self._last_field = letter
        try:
            self._header_field(letter, value)
        except ValueError as error:
            self._problem("bad-field", f"{letter}: {error}", 3, "error")
            if letter == "K":
                self._set_key("none")

    def _header_field(self, letter: str, value: str) -> None:
        if letter == "K":
            self._set_key(value)
        elif letter in SETTING_FIELDS:
            self._setting_field(letter, value)
        elif letter in {"w", "s"}:
            self._problem("misplaced-field", f"{letter}: before any music is ignored", 1)
        elif letter != "r" and not self._header.take(letter, value):
            self._problem("unknown-field", f"unknown field {letter}: is ignored", 1)

    def _setting_field(self, letter: str, value: str) -> None:
        if letter == "I":
            self._instruction(fields.decode_text(value))
        elif letter == "m":
            macro = fields.Macro.parse(value)
            self._macros = [old for old in self._macros if old.pattern != macro.pattern] + [macro]
        else:
            symbol, name = fields.parse_user_symbol(value)
            if symbol not in USER_LETTERS:
                raise ValueError(f"{symbol!r} cannot be a user symbol; use H-W, h-w or ~")
            self._letters[symbol] = name
            for voice in self._voices.values():
                self._enter(voice)

    def _set_key(self, value: str) -> None:
        """The last field of the header: what was said so far becomes the start of every voice."""
        self._header.close(*self._parse_key(value))
        for name in self._header.voice_words:
            self._use_voice(name)
        if self._voices:
            self._music.voice = next(iter(self._voices.values()))
        else:
            self._music.voice = self._new_voice("1", "")

    def _parse_key(self, value: str) -> tuple[Key | None, fields.StaffWords]:
        key, words = fields.parse_key(value)
        if words.rest:
            unknown = " ".join(words.rest)
            self._problem("bad-field", f"K: {unknown!r} means nothing in a key and is ignored", 3)
        return key, words

    # Voices and settings

    def _new_voice(self, name: str, words_text: str) -> VoiceState:
        head = self._header
        setting = self._setting(head.key, head.unit_length, 0)
        voice = VoiceState(name, note_state(setting), head.key, head.meter, head.unit_length)
        voice.program = head.program
        self._voices[name] = voice
        self._staff_words(voice, head.words)
        if words_text:
            self._staff_words(voice, fields.parse_staff_words(words_text))
        return voice

    def _setting(self, key: Key, unit: Fraction, octave: int) -> Setting:
        return Setting(key, unit, octave, self._scope, tuple(sorted(self._letters.items())))

    def _enter(self, voice: VoiceState) -> None:
        """Takes up the voice's key, unit and octave anew; accidentals so far in the bar stay."""
        old = voice.state
        fresh = note_state(self._setting(voice.key, voice.unit, voice.octave))
        voice.state = fresh.sibling(old.accidentals, voice.tuplet * voice.broken)

    def _staff_words(self, voice: VoiceState, words: fields.StaffWords) -> None:
        if "clef" in words.given:
            voice.transposition += fields.clef_octave(words.clef) - fields.clef_octave(voice.clef)
            voice.clef = words.clef
        if "transpose" in words.given:
            voice.transposition = words.transposition + fields.clef_octave(voice.clef)
        if "octave" in words.given:
            voice.octave = words.octave
            self._enter(voice)
        if words.properties:
            merged = dict(voice.properties)
            merged.update((name, fields.decode_text(value)) for name, value in words.properties)
            voice.properties = tuple(merged.items())

    def _use_voice(self, value: str) -> None:
        name, _, words = value.partition(" ")
        if not name:
            self._problem("bad-field", "V: needs the name of a voice", 1)
            return
        voice = self._voices.get(name)
        if voice is None:
            if list(self._voices) == ["1"] and "1" not in self._header.voice_words and self._is_untouched():
                del self._voices["1"]
            voice = self._new_voice(name, self._header.voice_words.get(name, ""))
        self._header.voice_words.setdefault(name, "")
        if words.strip():
            self._staff_words(voice, fields.parse_staff_words(words))
        self._music.voice = voice

    def _is_untouched(self) -> bool:
        voice = self._voices["1"]
        return not (voice.measures or voice.events)

    # Fields in the body

    def _body_field(self, letter: str, value: str) -> None:
        if letter == "+":
            letter = self._last_field
        self._last_field = letter
        try:
            self._change(letter, value)
        except ValueError as error:
            self._problem("bad-field", f"{letter}: {error}", 1, "error")

    def _change(self, letter: str, value: str) -> None:
        """A field in the tune body, on its own line or inline."""
        voice = self._music.voice
        match letter:
            case "K":
                key, words = self._parse_key(value)
                self._staff_words(voice, words)
                if key is not None:
                    voice.key = key
                    voice.state = voice.state.fresh()
                    voice.events.append(key)
                    self._enter(voice)
            case "M":
                voice.meter = fields.parse_meter(value)
                voice.events.append(voice.meter)
            case "L":
                voice.unit = fields.parse_unit(value)
                self._enter(voice)
            case "Q":
                voice.events.append(fields.parse_tempo(value, voice.unit))
            case "V":
                self._use_voice(value)
                self._music.voice.begin_line()
            case "P":
                voice.events.append(Section(fields.decode_text(value)))
            case "T":
                voice.events.append(Annotation(fields.decode_text(value), "^"))
            case _ if letter in SETTING_FIELDS:
                self._setting_field(letter, value)
            case "w":
                voice.verse += 1
                unmatched = add_lyrics(voice.measures, voice.events, voice.line_start, value, voice.verse)
                if unmatched:
                    self._problem("lyrics", f"{unmatched} syllables have no note", 3)
            case "s":
                add_symbols(voice.measures, voice.events, voice.line_start, value, voice.state)
            case "r":
                pass
            case _ if letter in FIELD_NAMES:
                self._header.add_info(letter, value)
            case _:
                self._problem("unknown-field", f"unknown field {letter}: is ignored", 1)

    # Directives

    def _directive_line(self, text: str) -> None:
        body = text[2:].strip() if text.startswith("%%") else f"text {text.strip()}"
        if body.startswith("begintext"):
            self._block = True
        elif body.startswith("endtext"):
            self._block = False
        else:
            self._instruction(body)

    def _instruction(self, text: str) -> None:
        """``%%`` or ``I:`` (section 11): the few that change the reading, else kept."""
        text = text.strip()
        words = text.split()
        if not words:
            return
        if words[0] == "propagate-accidentals" and words[1:2] and words[1] in {"not", "octave", "pitch"}:
            self._scope = words[1]
            for voice in self._voices.values():
                self._enter(voice)
        elif words[0] == "linebreak":
            self._music.breaks = set(words[1:])
        elif words[0] == "MIDI" and self._midi_instruction(words[1:]):
            return
        elif self._header.is_open:
            self._header.directives.append(text)
        elif text != "linebreak":
            self._music.voice.events.append(Directive(text))

    def _midi_instruction(self, words: list[str]) -> bool:
        if len(words) < 2 or not all(word.isascii() and word.isdigit() for word in words[1:3]):
            return False
        voice = None if self._header.is_open else self._music.voice
        if words[0] == "program" and int(words[-1]) < 128:
            if voice is None:
                self._header.program = int(words[-1])
            elif not voice.measures and not any(isinstance(event, TIMED) for event in voice.events):
                voice.program = int(words[-1])
            else:
                return False
            return True
        if words[0] == "channel" and words[1] == "10" and voice is not None:
            voice.percussion = True
            return True
        return False

    # Music

    def _music_line(self, text: str) -> None:
        """Reads one line of music code."""
        if len(text) > MAX_LINE:
            self._problem("line-too-long", f"a line over {MAX_LINE:,} characters is skipped", 1, "error")
            return
        for macro in self._macros:
            text = macro.expand(text)
        self._text = text
        body = text.rstrip()
        continued = body.endswith("\\")
        if continued:
            body = body[:-1]
        tokens = TOKEN.findall(body)
        if not tokens:
            return
        self.music_lines.append((self._line, body))
        if not tokens[0].startswith("[V:"):
            self._music.voice.begin_line()
        self._music.read(tokens)
        voice = self._music.voice
        if not continued:
            self._end_of_line(voice)

    def _end_of_line(self, voice: VoiceState) -> None:
        """A line end breaks the written line; a full bar without its sign is closed (as in Essen).

        Accidentals go on, since no bar line is written: so abc2midi and abcjs read it, and so the
        Essen collection means it.
        """
        if "<EOL>" in self._music.breaks:
            voice.break_due = True
        if not voice.events or voice.meter.is_free or voice.tuplet_left:
            return
        if layer_duration(voice.events) == voice.meter.bar_quarters:
            state = voice.state
            self._music.bar(voice, BarSign("|", 0, 0, ()), len(TOKEN.findall(self._text)))
            voice.state, voice.carried = state, {}

    # The end

    def _finish(self) -> Score:
        if self._header.is_open:
            self._problem("no-key", "the tune has no K: field and no music", 1, "error")
            self._set_key("none")
        voices = []
        for voice in self._voices.values():
            self._close(voice)
            if voice.measures:
                voices.append(_finished_voice(voice))
        if not voices:
            self._problem("no-music", "the tune has no music", 1)
            voices.append(Voice())
        head = self._header
        try:
            tempo = head.tempo
        except ValueError as error:  # possible only when the unit length that it counts is known
            tempo = None
            self._problem("bad-field", f"Q: {error}", 1, "error")
        return Score(
            voices=tuple(voices),
            key=head.key,
            meter=head.meter,
            tempo=tempo,
            metadata=tuple(head.metadata),
            reference=head.reference,
            part_order=head.part_order,
            directives=tuple(head.directives),
        )

    def _close(self, voice: VoiceState) -> None:
        """Closes a measure without bar sign at the end; trailing marks join the last measure."""
        events = voice.events
        if voice.has_time:
            self._music.line, text = self.music_lines[-1] if self.music_lines else (self._line, "")
            is_full = not voice.meter.is_free and layer_duration(events) == voice.meter.bar_quarters
            self._music.bar(voice, BarSign("|" if is_full else "", 0, 0, ()), len(TOKEN.findall(text)))
        elif events and voice.measures:
            kept = tuple(event for event in events if not isinstance(event, LineBreak))
            last = voice.measures[-1]
            voice.measures[-1] = replace(last, events=last.events + kept)

    # Problems

    def _problem(
        self, code: str, message: str, column: int, severity: Severity = "warning", line: int | None = None
    ) -> None:
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(code, message, line or self._line, column, severity))
        elif len(self.problems) == MAX_PROBLEMS:
            message = f"more than {MAX_PROBLEMS:,} problems in one tune; the others are not told"
            self.problems.append(Problem("too-many", message, line or self._line, column, "error"))

    def _problem_at(self, code: str, message: str, index: int, severity: Severity) -> None:
        if len(self.problems) <= MAX_PROBLEMS:
            self._problem(code, message, column_of(self._text, index), severity)


def _without_comment(text: str) -> str:
    place = text.find("%")
    while place > 0 and text[place - 1] == "\\":
        place = text.find("%", place + 1)
    return text[:place] if place >= 0 else text


def _finished_voice(voice: VoiceState) -> Voice:
    names = dict(voice.properties)
    name = names.pop("name", names.pop("nm", ""))
    return Voice(
        id=voice.id,
        measures=tuple(voice.measures),
        name=name,
        clef=voice.clef,
        transposition=voice.transposition,
        program=voice.program,
        percussion=voice.percussion,
        properties=tuple(names.items()),
    )
