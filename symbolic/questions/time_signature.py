"""The question "which time signature?": the metre of a piece without bar lines.

Shown: the notes as one long measure in free metre, with the key. Hidden: metre, bar lines, beams, line
breaks, repeats and tempo; and what bar lines leave behind in the notation: notes tied over them become one
note, rests side by side become one rest, keys stated again go, duplets and quadruplets are written by their
length. Of alternative endings only the last is shown, so that the bars would run on without a break.

An answer is right when the fraction agrees (C = 4/4, C| = 2/2; 2+3/8 = 5/8). Another metre of the same class
(duple, triple, each simple or compound) is near, with half the credit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate
from random import Random

from symbolic.key import Key
from symbolic.meter import MAX_BEATS, Meter
from symbolic.notations.bars import barred
from symbolic.questions.base import (
    Grade,
    Question,
    QuestionType,
    Reason,
    strip_words,
    too_few_notes,
    worded,
)
from symbolic.questions.notation import music
from symbolic.questions.prose import Candidate, choose, tidy
from symbolic.score import TIMED, Chord, Event, Measure, Note, Rest, Score, Tuplet, Voice, layer_duration

TASK = "time-signature"
WORDINGS = (
    "What is the time signature of this piece in ABC notation? Its bar lines are left out.",
    "In which metre is this music? It is written without bar lines.",
    "Where would the bar lines fall? Name the metre of this tune.",
    "Which M: field does this ABC tune need? Bars and beams are removed.",
)
ANSWER_FORMAT = 'Answer with a fraction, such as "3/4" or "6/8".'
ANSWERS = ("2/4", "3/4", "4/4", "2/2", "3/2", "4/2", "6/4", "3/8", "6/8", "9/8", "12/8", "5/4", "5/8", "7/8")
CLASS_CREDIT = 0.5
MIN_SHARE_OF_FULL_BARS = 2 / 3
"""Of the time inside a piece, the least share that measures of exactly one bar must fill."""
MIN_SHARE_OF_LINES = 3 / 4
"""Of a score's bar lines, the least share that must stand where bars of equal length have theirs."""

_NUMBERS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "twelve": 12,
    "sixteen": 16,
}  # fmt: skip
_WORD = "|".join(_NUMBERS)
_METER = re.compile(
    r"(?<![\d/.+])(?<!L:)(?<!L: )\(?(?P<beats>\d{1,3}(?:\s?\+\s?\d{1,2})*)\)?"
    r"\s*(?:/|\bover\b)\s*(?P<unit>\d{1,3})"
    r"(?![\d/]|\s*(?:-?\s*(?:note|rest|th)s?\b))"
    rf"|\b(?P<beats_word>{_WORD})(?:[ -]|\s+over\s+)(?P<unit_word>two|four|eight|sixteen)\b"
    r"|(?P<cut>\bcut(?:[ -](?:common|time))|\balla[ -]breve\b|\bM:\s*C\||^C\|$)"
    r"|(?P<common>\bcommon[ -](?:time|met(?:er|re))|\bM:\s*C\b|^C$)",
    re.IGNORECASE,
)


# What is shown


def strip(score: Score) -> Score:
    """The score as one long measure in free metre, with nothing that shows where bar lines stood."""
    bare = strip_words(score, keep=(Key,))
    lengths = _measure_lengths(bare)
    voices = tuple(
        _without_bars(voice, bare.key, _once_with_last_endings(_guide(bare, voice).measures), lengths)
        for voice in bare.voices
    )
    return Score(voices, score.key, Meter.free())


def _duration(measure: Measure, depth: int) -> Fraction:
    """Quarters that one layer of a measure lasts; none where it has no such layer."""
    if not measure.overlays and depth == 0:
        return measure.duration
    return layer_duration(measure.layers[depth]) if depth < len(measure.layers) else Fraction(0)


def _guide(score: Score, voice: Voice) -> Voice:
    """The voice whose endings count: the first one where both have as many measures."""
    lead = score.voices[0]
    return lead if len(lead.measures) == len(voice.measures) else voice


def _measure_lengths(score: Score) -> list[Fraction]:
    """Quarters of each measure in whichever voice it lasts longest, so that voices stay together."""
    count = max((len(voice.measures) for voice in score.voices), default=0)
    return [
        max(voice.measures[index].duration for voice in score.voices if index < len(voice.measures))
        for index in range(count)
    ]


def _without_bars(voice: Voice, key: Key, shown: Sequence[int], lengths: Sequence[Fraction]) -> Voice:
    layers = []
    for depth in range(max((len(voice.measures[index].layers) for index in shown), default=1)):
        events: list[Event] = []
        for index in shown:
            layer = voice.measures[index].layers[depth : depth + 1]
            events += layer[0] if layer else ()
            missing = lengths[index] - _duration(voice.measures[index], depth)
            if missing > 0:
                events.append(Rest(missing))
        layers.append(_joined(_plain_tuplets(_without_reminders(events, key))))
    return replace(voice, measures=(Measure(layers[0], tuple(layers[1:]), bar="|]"),))


def _once_with_last_endings(measures: Sequence[Measure]) -> list[int]:
    """Indices of the measures in written order, without endings that another ending follows."""
    shown: list[int] = []
    ending_at: int | None = None
    for index, measure in enumerate(measures):
        if measure.ending:
            if ending_at is not None and measures[index - 1].end_repeat:
                del shown[ending_at:]
            ending_at = len(shown)
        shown.append(index)
    return shown


def _without_reminders(events: Iterable[Event], key: Key) -> list[Event]:
    """The events without keys that hold already: such a reminder stands at a bar line or a new line."""
    kept: list[Event] = []
    for event in events:
        if isinstance(event, Key):
            if event == key:
                continue
            key = event
        kept.append(event)
    return kept


def _plain_tuplets(events: Sequence[Event]) -> Iterator[Event]:
    """The events without tuplets whose lengths can be written plainly (a duplet would say: compound)."""
    for index, event in enumerate(events):
        if isinstance(event, Tuplet):
            timed = [later for later in events[index:] if isinstance(later, TIMED)][: event.count]
            if all(_is_plain(inner.duration) for inner in timed):
                continue
        yield event


def _is_plain(duration: Fraction) -> bool:
    return duration.denominator & (duration.denominator - 1) == 0


def _joined(events: Iterable[Event]) -> tuple[Event, ...]:
    """The events with neighbouring rests made one, and tied notes of plain length made one."""
    joined: list[Event] = []
    for event in events:
        last = joined[-1] if joined else None
        if isinstance(event, Rest):
            event = Rest(event.duration)
            if not event.duration:
                continue
            if isinstance(last, Rest) and _is_plain(last.duration) and _is_plain(event.duration):
                joined[-1] = Rest(last.duration + event.duration)
                continue
        elif isinstance(event, Note | Chord) and isinstance(last, Note | Chord) and _continues(last, event):
            joined[-1] = _prolonged(last, event)
            continue
        joined.append(event)
    return tuple(joined)


def _notes(event: Note | Chord) -> tuple[Note, ...]:
    return event.notes if isinstance(event, Chord) else (event,)


def _continues(last: Note | Chord, event: Note | Chord) -> bool:
    """Whether every note of `last` is tied to its own pitch in `event`, and nothing else is in either."""
    if isinstance(last, Note) and not last.tie:
        return False
    before, after = _notes(last), _notes(event)
    return (
        [note.pitch for note in before] == [note.pitch for note in after]
        and all(note.tie for note in before)
        and all(_is_plain(note.duration) for note in (*before, *after))
    )


def _prolonged(last: Note | Chord, event: Note | Chord) -> Note | Chord:
    notes = tuple(
        Note(old.pitch, old.duration + new.duration, new.tie)
        for old, new in zip(_notes(last), _notes(event), strict=True)
    )
    return Chord(notes) if isinstance(last, Chord) else notes[0]


# Asking


def ask(
    score: Score, rng: Random | None = None, *, id: str = "", truth: str | None = None
) -> Question | Reason:
    """The question about one score, or the reason why it cannot be asked.

    Args:
        score: a score with its metre; only `truth` counts where that is given.
        rng: draws the wording.
        id: names the question.
        truth: a metre's name that stands instead of what the score states.

    Raises:
        ValueError: `truth` is not the name of a metre.
    """
    reason = too_few_notes(score) or (_unclear(score) if truth is None else None)
    if reason is not None:
        return reason
    stated = score.meter if truth is None else Meter.parse(truth)
    shown = strip(score)
    return Question(
        id,
        TASK,
        worded(WORDINGS, rng),
        ANSWER_FORMAT,
        shown,
        stated.name,
        ANSWERS,
        distractors=hard_distractors(stated),
        explanation=_explanation(stated),
        notation=_notation(score, shown, stated),
    )


@lru_cache
def hard_distractors(meter: Meter) -> tuple[str, ...]:
    """The metres most easily taken for a metre: equal bars divided otherwise, then half or twice as long."""
    others = [name for name in ANSWERS if name != meter.name]
    length = meter.bar_quarters

    def distance(name: str) -> tuple[bool, bool, bool]:
        other = Meter.parse(name)
        ratio = other.bar_quarters / length
        return ratio != 1, ratio not in (2, Fraction(1, 2)), other.class_name != meter.class_name

    return tuple(sorted(others, key=distance)[:5])


def _explanation(meter: Meter) -> str:
    every = f"every {meter.beats} notes of 1/{meter.unit}"
    return f"The accents return {every}, a {meter.class_name} metre: {meter.name}."


def _notation(score: Score, shown: Score, meter: Meter) -> str:
    """What is shown with bar lines; nothing where few would stand where the score's own do."""
    if len(score.voices) != 1 or meter.is_free:
        return ""
    measures = score.voices[0].measures
    lines = list(accumulate(measures[index].duration for index in _once_with_last_endings(measures)))[:-1]
    bar = meter.bar_quarters
    if not lines or sum((line - lines[0]) % bar == 0 for line in lines) < MIN_SHARE_OF_LINES * len(lines):
        return ""
    return music(barred(shown, meter, -lines[0] % bar), shown)


def seen_in(written: Score, text: str) -> str:
    """The metre that a text names, where most of the bars that are written have its length."""
    name = parse(text)
    return name if name and _share_of_full_bars(written, Meter.parse(name)) >= MIN_SHARE_OF_FULL_BARS else ""


def _share_of_full_bars(score: Score, meter: Meter) -> Fraction:
    """How much of the time inside a piece is in measures of exactly one bar; all where it has none inside."""
    inside = [measure.duration for voice in score.voices for measure in voice.measures[1:-1]]
    full = sum(duration for duration in inside if duration == meter.bar_quarters)
    return Fraction(full, sum(inside)) if sum(inside) else Fraction(1)


def _unclear(score: Score) -> Reason | None:
    """Why the score's own metre cannot be the truth, or None."""
    meter = score.meter
    if meter.is_free:
        return Reason("free-metre", "it has no metre")
    if any(isinstance(event, Meter) and event.name != meter.name for event in score.events()):
        return Reason("metre-changes", "its metre changes")
    if _share_of_full_bars(score, meter) < MIN_SHARE_OF_FULL_BARS:
        return Reason("bars-disagree", f"few of its bars last {meter.name}")
    return None


# Grading


def parse(text: str) -> str | None:
    """The name of the metre that a text answers with, or None.

    Understands "6/8", "6/8 time", "six-eight", "6 over 8", "common time", "C|", "cut time" and "(2+3)/8" in
    prose.
    """
    tidied = tidy(text).strip(" .!\"'")
    meter = choose(tidied, _candidates(tidied))
    return meter.name if meter else None


def _candidates(text: str) -> Iterator[Candidate[Meter]]:
    for match in _METER.finditer(text):
        if match["cut"] or match["common"]:
            yield Candidate(Meter((2,), 2) if match["cut"] else Meter((4,), 4), match.start())
            continue
        if match["beats_word"]:
            groups: tuple[int, ...] = (_NUMBERS[match["beats_word"].lower()],)
            unit = _NUMBERS[match["unit_word"].lower()]
        else:
            groups = tuple(int(group) for group in match["beats"].split("+"))
            unit = int(match["unit"])
        if groups == (1,) and unit > 4:
            continue  # the length of a note
        if min(groups) > 0 and sum(groups) <= MAX_BEATS and unit in {1, 2, 4, 8, 16, 32, 64}:
            yield Candidate(Meter(groups, unit), match.start())


def grade(question: Question, text: str) -> Grade:
    """Compares the metre that a text answers with and the truth."""
    found = parse(text)
    if found is None:
        return Grade("none", 0.0)
    answer, truth = Meter.parse(found), Meter.parse(question.truth)
    if (answer.beats, answer.unit) == (truth.beats, truth.unit):
        return Grade("right", 1.0, found)
    if answer.class_name == truth.class_name:
        return Grade("near", CLASS_CREDIT, found)
    return Grade("wrong", 0.0, found)


def category(truth: str) -> str:
    """The name of a metre: reports count each apart."""
    return truth


def spellings(truth: str) -> tuple[str, ...]:
    """Ways to write a metre."""
    beats, unit = truth.split("/")
    special = {"4/4": ("common time", "C"), "2/2": ("cut time", "C|")}.get(truth, ())
    return (truth, f"{truth} time", f"{beats} over {unit}", f"It is in **{truth}**.", *special)


TYPE = QuestionType(
    TASK,
    "the metre of a piece whose bar lines are hidden",
    strip,
    ask,
    parse,
    grade,
    category,
    spellings,
    seen_in=seen_in,
)
