"""Bars of a melody as ABC in a line ("DEFG ABcd|e4 d4|"), for questions that offer or ask for music.

A snippet stands under the key, metre and unit length of what is shown. Read back, it is compared by what
sounds: onset, duration and pitch of each note, ties merged; bar lines and beams do not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from symbolic.abc import parse as read_abc
from symbolic.abc.writer import bar_texts, shortest_unit
from symbolic.errors import SymbolicError
from symbolic.key import Key
from symbolic.meter import Meter
from symbolic.pitch import STEPS, Pitch
from symbolic.questions.bars import plain_bars, unclear_bars
from symbolic.questions.base import Reason
from symbolic.questions.prose import MAX_CHARACTERS, tidy
from symbolic.questions.reading import melody
from symbolic.score import Event, Grace, Measure, Note, Rest, Score, Voice
from symbolic.timeline import SoundingNote, sounding_notes

_MUSIC = r"[A-Ga-gzx0-9^_=,'/|\[\]()<>:\- ]"
_RUN = re.compile(rf"(?<![A-Za-z]){_MUSIC}+")
_NOTE = re.compile(r"[A-Ga-g]")
_FENCES = re.compile(r"```\w*|[`*]|\bAnswer:")
FEWEST_NOTES = 3
"""Of a line without bar lines that is taken for music."""
_FIELD = re.compile(r"[A-Za-z]:")


def melody_bars(score: Score) -> Score:
    """As `plain_bars`, and without grace notes."""
    shown = plain_bars(score)
    return shown.with_voices(
        tuple(replace(voice, measures=tuple(map(_without_graces, voice.measures))) for voice in shown.voices)
    )


def _without_graces(measure: Measure) -> Measure:
    def plain(layer: tuple[Event, ...]) -> tuple[Event, ...]:
        return tuple(event for event in layer if not isinstance(event, Grace))

    return replace(measure, events=plain(measure.events), overlays=tuple(map(plain, measure.overlays)))


def shown_melody(score: Score) -> Score | Reason:
    """What `melody_bars` shows of a melody in one key and one metre whose bars are whole, or a reason."""
    reason = melody(score)
    if reason is not None:
        return reason
    shown = melody_bars(score)
    reason = unclear_bars(shown)
    if reason is not None:
        return reason
    if any(isinstance(event, Key) for event in shown.events()):
        return Reason("key-changes", "its key changes")
    notes = notes_of(shown.voices[0].measures)
    alters = [*shown.key.signature.values(), *(note.pitch.alter for note in notes)]
    if len(shown.key.tonic) > 2 or max(map(abs, alters)) > 2:
        return Reason("unwritable", "ABC has no signs for its accidentals")
    return shown


def timed(measure: Measure) -> list[Note | Rest]:
    """Notes and rests of a measure of a melody, in order."""
    return [event for event in measure.events if isinstance(event, Note | Rest)]


def passage(measures: Iterable[Measure], key: Key, meter: Meter) -> Score:
    """Some bars as a score of their own; a tie out of the last bar goes."""
    bars = list(measures)
    if bars:
        bars[-1] = _untied(bars[-1])
    return Score((Voice(measures=tuple(bars)),), key, meter)


def _untied(measure: Measure) -> Measure:
    """The measure with its last note not tied on."""
    events = list(measure.events)
    for index in reversed(range(len(events))):
        event = events[index]
        if isinstance(event, Note):
            events[index] = replace(event, tie=False)
            break
    return replace(measure, events=tuple(events))


def snippet(measures: Iterable[Measure], key: Key, meter: Meter, unit: Fraction) -> str:
    """Some bars as ABC in a line, with plain bar lines.

    Args:
        measures: the bars.
        key: in force there.
        meter: in force there.
        unit: the unit note length in quarter notes.
    """
    score = passage((replace(measure, bar="|") for measure in measures), key, meter)
    return "".join(bar_texts(score, score.voices[0], unit))


def unit_of(shown: Score) -> Fraction:
    """The unit note length in which the prompt writes a score, in quarter notes."""
    return shortest_unit(shown)


def unit_name(unit: Fraction) -> str:
    """The unit note length as ABC's ``L:`` writes it: 1/8."""
    written = unit / 4
    return f"{written.numerator}/{written.denominator}"


def music_line(text: str) -> str | None:
    """The ABC that a text answers with, in one line, or None: the last run of music signs with a bar line.

    A line without bar lines counts where it is the last one and holds nothing else.
    """
    lines = _FENCES.sub("\n", text[-MAX_CHARACTERS:]).split("\n")
    lines = [line.strip() for line in lines if line.strip() and not _FIELD.match(line.strip())]
    for line in reversed(lines):
        for match in reversed(list(_RUN.finditer(line))):
            run = match[0]
            if line[match.end() : match.end() + 1].isalpha():
                run = run[: run.rfind("|") + 1]
            if "|" in run and _NOTE.search(run):
                return " ".join(run.strip(" :").split())
    if lines and _RUN.fullmatch(lines[-1]) and len(_NOTE.findall(lines[-1])) >= FEWEST_NOTES:
        return " ".join(lines[-1].split())
    return None


def read_snippet(text: str, key: Key, meter: Meter, unit: Fraction) -> list[SoundingNote] | None:
    """The notes that a snippet sounds under a key, a metre and a unit length; None where it has none."""
    head = Score((), key, meter).to_abc().replace("\nL:", "\nN:")
    fields = [line for line in head.splitlines() if line[:2] in ("X:", "M:", "K:")]
    fields.insert(2, f"L:{unit_name(unit)}")
    try:
        notes = sounding_notes(read_abc("\n".join((*fields, text, ""))))
    except SymbolicError:
        return None
    return notes or None


def folded(text: str) -> str:
    """A snippet as it is compared where an answer quotes an option: without case, its flats as spaces."""
    return tidy(text).casefold().strip(" .\"'")


def distinct(truth: str, others: Iterable[str], count: int) -> tuple[str, ...]:
    """The first `count` of other snippets that can be told from the truth and from each other."""
    seen = {folded(truth)}
    kept: list[str] = []
    for other in others:
        name = folded(other)
        if name not in seen:
            seen.add(name)
            kept.append(other)
        if len(kept) == count:
            break
    return tuple(kept)


def notes_of(measures: Sequence[Measure]) -> list[Note]:
    """The written notes of some bars."""
    return [event for measure in measures for event in measure.events if isinstance(event, Note)]


def moved_pitch(pitch: Pitch, steps: int, key: Key) -> Pitch:
    """The note of a key's scale that many steps from a pitch."""
    octave, index = divmod(pitch.diatonic + steps, 7)
    return Pitch(STEPS[index], key.signature[STEPS[index]], octave)
