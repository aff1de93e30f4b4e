"""How a question of theory is put together, and the small scores that it may show.

A generator draws its facts, computes the truth, and lists wrong answers with the typical errors first; `make`
words it, drops what is doubled among the wrong answers, and, where the options must be seen, lays them out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from random import Random
from typing import Literal, TypeAlias

from symbolic.key import Key
from symbolic.meter import Meter
from symbolic.pitch import Pitch
from symbolic.questions.base import CHOICES, Question
from symbolic.questions.theory.forms import CHOICE, Form
from symbolic.score import Chord, Event, Measure, Note, Rest, Score, Voice

TASK = "theory"
MAX_DISTRACTORS = 6
TIE = "tie"
Subject: TypeAlias = Literal["knowledge", "reasoning"]
Generator: TypeAlias = Callable[[Random], Question]
Timed: TypeAlias = tuple[Pitch | Sequence[Pitch] | Literal["tie"] | None, Fraction | int]
"""A note, the notes of a chord, a rest (None) or "tie" (the last note held on), and its quarter notes."""


@dataclass(frozen=True, slots=True)
class Area:
    """One area of theory and its generators of questions."""

    name: str
    generators: tuple[Generator, ...]


def make(
    rng: Random,
    area: str,
    stems: Sequence[str],
    truth: str,
    wrong: Iterable[str],
    explanation: str,
    *,
    form: Form = CHOICE,
    subject: Subject = "knowledge",
    score: Score | None = None,
) -> Question:
    """One question.

    Args:
        rng: draws the wording, and the order of the options.
        area: where it belongs.
        stems: wordings of the same question; the first one identifies it (`split_of`).
        truth: the right answer.
        wrong: wrong answers, the hardest first; the truth and what is doubled are passed over.
        explanation: how one gets there.
        form: what the open answer looks like.
        subject: a fact to be known, or one to be worked out.
        score: the music that is shown.

    Raises:
        ValueError: fewer than three wrong answers.
    """
    distractors = tuple(dict.fromkeys(option for option in wrong if option != truth))[:MAX_DISTRACTORS]
    if len(distractors) < CHOICES - 1:
        raise ValueError(f"a question needs three wrong answers, got {distractors} for {stems[0]!r}")
    options: list[str] = []
    if form is CHOICE:
        options = [truth, *distractors[: CHOICES - 1]]
        rng.shuffle(options)
    return Question(
        "",
        TASK,
        rng.choice(stems),
        form.sentence,
        score,
        truth,
        answers=form.answers,
        distractors=distractors,
        explanation=explanation,
        details={"area": area, "subject": subject, "form": form.name, "fact": stems[0]},
        options=tuple(options),
    )


def shuffled(rng: Random, items: Iterable[str]) -> list[str]:
    """The items in random order."""
    found = list(items)
    rng.shuffle(found)
    return found


def near(value: int, *typical: int, least: int = 1) -> list[str]:
    """Wrong numbers: typical errors, then neighbours, none below `least`."""
    numbers = (*typical, value + 1, value - 1, value + 2, value - 2, 2 * value, value + 3)
    return [str(number) for number in dict.fromkeys(numbers) if number >= least and number != value]


@lru_cache(maxsize=64)
def metre(name: str) -> Meter:
    """The metre of a name."""
    return Meter.parse(name)


def _event(sound: Pitch | Sequence[Pitch] | None, length: Fraction | int, tie: bool) -> Note | Chord | Rest:
    duration = Fraction(length)
    if sound is None:
        return Rest(duration)
    if isinstance(sound, Pitch):
        return Note(sound, duration, tie)
    return Chord(tuple(Note(pitch, duration, tie) for pitch in sound))


def _events(items: Sequence[Timed]) -> Iterator[Note | Chord | Rest]:
    """The items as events; what is held on is tied."""
    held: Pitch | Sequence[Pitch] | None = None
    for index, (sound, length) in enumerate(items):
        if not isinstance(sound, str):
            held = sound
        following = items[index + 1][0] if index + 1 < len(items) else None
        yield _event(held, length, tie=following == TIE)


def _measures(items: Iterable[Timed], meter: Meter) -> tuple[Measure, ...]:
    """The items in bars; none may cross a bar line."""
    measures: list[Measure] = []
    events: list[Event] = []
    room = meter.bar_quarters
    for event in _events(tuple(items)):
        events.append(event)
        room -= event.duration
        if meter.groups and room <= 0:
            measures.append(Measure(tuple(events)))
            events, room = [], meter.bar_quarters
    if events or not measures:
        measures.append(Measure(tuple(events)))
    last = measures.pop()
    return (*measures, Measure(last.events, bar="|]"))


def passage(
    *voices: Iterable[Timed], key: Key | None = None, meter: str = "4/4", clefs: Sequence[str] = ()
) -> Score:
    """A small score, one stream of notes for each voice; without a key all accidentals are written out."""
    found = metre(meter)
    return Score(
        tuple(
            Voice(str(number), _measures(items, found), clef=clefs[number - 1] if clefs else "")
            for number, items in enumerate(voices, 1)
        ),
        Key.none() if key is None else key,
        found,
    )


def free(*items: Timed, key: Key | None = None) -> Score:
    """A line without metre."""
    return passage(items, key=key, meter="none")
