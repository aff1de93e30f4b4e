"""The question "which bar is wrong?": one bar of a melody has a planted error.

Shown: the melody as written in whole bars, repeats neither played nor shown, with one inner bar changed:

- ``long``, ``short``: a note lasts twice or half as long, so that the bar is too long or too short;
- ``key``: a note is a semitone off its place in the scale, in a melody without any other such note;
- ``octave``: a note stands an octave too high or too low, with leaps to and from it as no others are there.

An error is planted only where nothing else is wrong: all bars last the metre, but for an upbeat and the last
bar that completes it; nothing else leaves the key; no other leap is as wide. So the answer can be proved.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from random import Random

from symbolic.pitch import Pitch
from symbolic.questions.answers import exact, number_spellings, whole_number
from symbolic.questions.bars import numbered
from symbolic.questions.base import Question, QuestionType, Reason, worded
from symbolic.questions.reading import COUNTING, drawn, ordinal
from symbolic.questions.snippets import melody_bars, notes_of, shown_melody
from symbolic.score import Measure, Note, Score, Tuplet

TASK = "wrong-bar"
WORDINGS = (
    "One bar of this melody has a mistake: too much or too little time, a note out of the key, or a note in "
    "the wrong octave. Which bar?",
    "Somebody copied this tune and made one slip: a wrong note length, accidental or octave. In which bar?",
    "Proofread this melody. One bar has a wrong note, or does not last the metre; which one?",
)
ANSWER_FORMAT = f"Bars are counted from 1. {COUNTING} Answer with the number of the bar."
KINDS = ("long", "short", "key", "octave")
WIDEST_LEAP = 9
"""Semitones of the widest leap of a melody in which a note is put into another octave."""
NARROWEST_ERROR = 10
"""Semitones of the narrowest leap to or from such a note."""
LOWEST, HIGHEST = 52, 88
"""MIDI numbers between which a note may be put."""

Planted = tuple[Measure, str]
"""A bar with its error, and the sentence that proves it."""


def ask(
    score: Score, rng: Random | None = None, *, id: str = "", truth: str | None = None
) -> Question | Reason:
    """The question about one melody, with its error, or the reason why none can be planted.

    Args:
        score: a melody without errors in its bars.
        rng: draws the wording, the kind of error and the bar; without it a draw that is the same every time.
        id: names the question.
        truth: the number of the bar to be spoiled.
    """
    shown = shown_melody(score)
    if isinstance(shown, Reason):
        return shown
    reason = _unclean(shown)
    if reason is not None:
        return reason
    bars = numbered(shown)
    draw = drawn(rng)
    inner = [number for number, _ in bars[1:-1] if number > 1]
    if truth is not None:
        inner = [number for number in inner if str(number) == truth]
    draw.shuffle(inner)
    by_number = dict(bars)
    for kind in draw.sample(KINDS, len(KINDS)):
        if not _allows(kind, shown):
            continue
        for number in inner:
            planted = PLANT[kind](by_number, number, shown, draw)
            if planted is not None:
                return _question(shown, rng, id, kind, number, planted)
    return Reason("no-place", "no bar of it can be spoiled beyond doubt")


def _question(
    shown: Score, rng: Random | None, id: str, kind: str, number: int, planted: Planted
) -> Question:
    measure, proof = planted
    (voice,) = shown.voices
    bars = numbered(shown)
    measures = tuple(measure if place == number else old for place, old in bars)
    near = [*(number + step for step in (1, -1, 2, -2, 4, -4)), *(place for place, _ in bars)]
    others = dict.fromkeys(place for place in near if place != number and 1 <= place <= bars[-1][0])
    return Question(
        id,
        TASK,
        worded(WORDINGS, rng),
        ANSWER_FORMAT,
        shown.with_voices((replace(voice, measures=measures),)),
        str(number),
        distractors=tuple(map(str, others))[:5],
        explanation=proof,
        details={"kind": kind},
    )


def _unclean(shown: Score) -> Reason | None:
    """Why a melody's own bars leave doubt, or None."""
    measures = shown.voices[0].measures
    if len(measures) < 4:
        return Reason("too-few-bars", "it has fewer than four bars")
    full = shown.meter.bar_quarters
    first, last = measures[0].duration, measures[-1].duration
    if last != full and first + last != full:
        return Reason("uneven-bars", "its last bar is not whole")
    return None


def _allows(kind: str, shown: Score) -> bool:
    """Whether an error of a kind would be the only one of it."""
    notes = notes_of(shown.voices[0].measures)
    if kind == "key":
        signature = shown.key.signature
        return bool(shown.key.tonic) and all(note.pitch.alter == signature[note.pitch.step] for note in notes)
    if kind == "octave":
        return all(abs(two.pitch.midi - one.pitch.midi) <= WIDEST_LEAP for one, two in pairwise(notes))
    return True


# Planting


def _free_notes(measure: Measure) -> list[tuple[int, Note]]:
    """The notes that may be changed, with their places among the events; none where ties or tuplets are."""
    if any(isinstance(event, Tuplet) or (isinstance(event, Note) and event.tie) for event in measure.events):
        return []
    return [(index, event) for index, event in enumerate(measure.events) if isinstance(event, Note)]


def _with_note(measure: Measure, index: int, note: Note) -> Measure:
    return replace(measure, events=(*measure.events[:index], note, *measure.events[index + 1 :]))


def _longer(bars: dict[int, Measure], number: int, shown: Score, draw: Random) -> Planted | None:
    return _lasting(bars, number, shown, draw, longer=True)


def _shorter(bars: dict[int, Measure], number: int, shown: Score, draw: Random) -> Planted | None:
    return _lasting(bars, number, shown, draw, longer=False)


def _lasting(
    bars: dict[int, Measure], number: int, shown: Score, draw: Random, *, longer: bool
) -> Planted | None:
    """The bar with one note twice or half as long; a bar of one note stays as it is."""
    measure = bars[number]
    free = _free_notes(measure)
    if len(free) < 2 or _is_tied_into(bars, number):
        return None
    index, note = draw.choice(free)
    changed = replace(note, duration=note.duration * 2 if longer else note.duration / 2)
    wrong = _with_note(measure, index, changed)
    lasts, full = wrong.duration, shown.meter.bar_quarters
    much = "more" if longer else "less"
    return wrong, (
        f"Bar {number} lasts {lasts} quarter notes, {abs(lasts - full)} {much} than the {full} of a bar of "
        f"{shown.meter.name}; all others fill theirs."
    )


def _is_tied_into(bars: dict[int, Measure], number: int) -> bool:
    before = notes_of([bars[number - 1]]) if number - 1 in bars else []
    return bool(before) and before[-1].tie


def _off_key(bars: dict[int, Measure], number: int, shown: Score, draw: Random) -> Planted | None:
    """The bar with one note a semitone off, on a step that stands in it once."""
    measure = bars[number]
    if _is_tied_into(bars, number):
        return None
    steps = [note.pitch.step for note in notes_of([measure])]
    signature = shown.key.signature
    places = []
    for index, note in _free_notes(measure):
        if steps.count(note.pitch.step) > 1:
            continue
        for shift in (1, -1):
            alter = note.pitch.alter + shift
            if abs(alter) < 2 and _is_foreign(note.pitch, shift, signature):
                places.append((index, replace(note, pitch=replace(note.pitch, alter=alter))))
    if not places:
        return None
    index, wrong = draw.choice(places)
    return _with_note(measure, index, wrong), (
        f"The {wrong.pitch.spelled_class} in bar {number} is the only note outside {shown.key.name}."
    )


def _is_foreign(pitch: Pitch, shift: int, signature: dict[str, int]) -> bool:
    """Whether a pitch moved by a semitone sounds like no note of a signature."""
    classes = {Pitch(step, alter).pitch_class for step, alter in signature.items()}
    return (pitch.pitch_class + shift) % 12 not in classes


def _off_octave(bars: dict[int, Measure], number: int, shown: Score, draw: Random) -> Planted | None:
    """The bar with one of its inner notes an octave away, wide leaps on both its sides."""
    measure = bars[number]
    free = _free_notes(measure)
    places = []
    for place in range(1, len(free) - 1):
        (_, before), (index, note), (_, after) = free[place - 1 : place + 2]
        for octaves in (1, -1):
            pitch = replace(note.pitch, octave=note.pitch.octave + octaves)
            leaps = [abs(pitch.midi - other.pitch.midi) for other in (before, after)]
            if min(leaps) >= NARROWEST_ERROR and LOWEST <= pitch.midi <= HIGHEST:
                direction = "high" if octaves > 0 else "low"
                places.append((index, place, replace(note, pitch=pitch), direction))
    if not places:
        return None
    index, place, wrong, direction = draw.choice(places)
    return _with_note(measure, index, wrong), (
        f"The {ordinal(place + 1)} note of bar {number}, {wrong.pitch}, is an octave too {direction}: "
        "the leaps to and from it are the widest of the melody."
    )


PLANT: dict[str, Callable[[dict[int, Measure], int, Score, Random], Planted | None]] = {
    "long": _longer,
    "short": _shorter,
    "key": _off_key,
    "octave": _off_octave,
}


def category(truth: str) -> str:
    """In which eight bars the error stands."""
    start = (int(truth) - 1) // 8 * 8
    return f"bars {start + 1}-{start + 8}" if start < 32 else "later bars"


TYPE = QuestionType(
    TASK,
    "the bar of a melody in which an error was planted",
    melody_bars,
    ask,
    whole_number,
    exact(whole_number),
    category,
    number_spellings,
    audible=False,
)
