"""What every type of question shares: the question, why a score cannot be asked, the grade of an answer.

A question is made from a score in one place and used three ways: training takes its prompt and truth,
evaluation its prompt and grade, reinforcement learning its grade as reward. So wording, answer set and
grading cannot drift apart. What a question shows is a `Score` with the answer taken out of it (`strip`);
a model that reads text gets it as ABC, an algorithm takes the score itself.

A truth and an answer are names: "F# minor", "6/8". A grade keeps "no answer found" apart from "wrong".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from symbolic.score import Chord, Event, Grace, Measure, Note, Rest, Score, Tuplet, Voice

Verdict = Literal["right", "near", "wrong", "none"]
"""``near`` is wrong with partial credit; ``none`` means that the text holds no answer."""
MIN_NOTES = 8
"""Fewest notes that a question may show."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a score cannot be asked: a stable `code` to count by, and words for a person."""

    code: str
    message: str

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True, slots=True)
class Grade:
    """How an answer compares with the truth.

    Attributes:
        verdict: see `Verdict`.
        credit: 1 for right, 0 for wrong and none, between them for near.
        answer: the name of the answer that was found, in the same form as the truth; empty if none was.
    """

    verdict: Verdict
    credit: float
    answer: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.credit <= 1:
            raise ValueError(f"credit must lie between 0 and 1, got {self.credit}")


@dataclass(frozen=True)
class Question:
    """One question about one score.

    Attributes:
        id: says where the score came from.
        task: the name of the question type.
        instruction: what is asked, and how to answer.
        score: what is shown; it does not hold the answer.
        truth: the right answer's name.
        answers: the usual answers' names, for a model that chooses among them; a rare truth may be missing.
    """

    id: str
    task: str
    instruction: str
    score: Score
    truth: str
    answers: tuple[str, ...]

    @cached_property
    def prompt(self) -> str:
        """The instruction and the score as ABC, for a model that reads text."""
        from symbolic.abc import write_abc

        return f"{self.instruction}\n\n{write_abc(self.score).strip()}\n"


@dataclass(frozen=True, slots=True)
class QuestionType:
    """A type of question: how it is asked and graded.

    Attributes:
        name: the task's name.
        strip: takes the answer, and whatever could give it away, out of a score.
        ask: ``ask(score, id=…, truth=…)``; `truth` replaces what the score itself states.
        parse: the name of the answer that a text gives, or None.
        grade: compares a text with a question's truth.
        category: the class under which a truth is counted in reports, e.g. a key's mode.
    """

    name: str
    strip: Callable[[Score], Score]
    ask: Callable[..., Question | Reason]
    parse: Callable[[str], str | None]
    grade: Callable[[Question, str], Grade]
    category: Callable[[str], str]


def too_few_notes(score: Score) -> Reason | None:
    """The reason not to ask about a score with fewer than `MIN_NOTES` notes, or None."""
    count = 0
    for event in score.events():
        if isinstance(event, Note | Chord):
            count += 1
            if count == MIN_NOTES:
                return None
    return Reason("too-few-notes", f"it has {count} notes, fewer than {MIN_NOTES}")


def strip_words(score: Score, keep: tuple[type, ...] = ()) -> Score:
    """The score without anything that is not notes, their time, graces and tuplets, or in `keep`.

    Titles, rhythm names, sources, lyrics, chord symbols, annotations, decorations, slurs, sections, tempo
    marks, directives, instrument names, clefs and transpositions go; the music is numbered 1 and its voices
    1, 2 …, so that no name can carry the answer.
    """
    kept = (Note, Chord, Rest, Grace, Tuplet, *keep)

    def layer(events: tuple[Event, ...]) -> tuple[Event, ...]:
        return tuple(event for event in events if isinstance(event, kept))

    def measure(old: Measure) -> Measure:
        return replace(old, events=layer(old.events), overlays=tuple(map(layer, old.overlays)))

    voices = tuple(
        Voice(str(number), tuple(map(measure, voice.measures)), percussion=voice.percussion)
        for number, voice in enumerate(score.voices, 1)
    )
    return Score(voices, score.key, score.meter)
