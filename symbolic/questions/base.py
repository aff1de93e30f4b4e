"""What every type of question shares: the question, why a score cannot be asked, the grade of an answer.

A question is made from a score in one place and used three ways: training takes its prompt and answers,
evaluation its prompt and grade, reinforcement learning its grade as reward. So wording, answer set and
grading cannot drift apart. What a question shows is a `Score` with the answer taken out of it (`strip`);
a model that reads text gets it as ABC, an algorithm takes the score itself. A question of theory may show
none.

A truth and an answer are names: "F# minor", "6/8". A grade keeps "no answer found" apart from "wrong".
Every question has an open form and, where it has distractors, a multiple-choice form (`multiple_choice`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from random import Random
from typing import Any, Literal

from symbolic.key import Key
from symbolic.pitch import Pitch
from symbolic.questions.prose import choose_letter
from symbolic.score import Chord, Event, Grace, Measure, Note, Rest, Score, Tuplet, Voice

Verdict = Literal["right", "near", "wrong", "none"]
"""``near`` is wrong with partial credit; ``none`` means that the text holds no answer."""
MIN_NOTES = 8
"""Fewest notes that a question may show."""
CHOICES = 4
"""Options of a multiple-choice question, the truth among them."""
LETTERS = "ABCDEFGH"
ANSWER_LINE = "Answer:"
"""Begins the last line of an answer that gives its reasons."""
EXPLAIN = f"Give the reasons first, then a last line with '{ANSWER_LINE}' and the answer."
"""What the prompt adds where the reasons are wanted."""
NOTATE = f"First write the music out as you read it, then a last line with '{ANSWER_LINE}' and the answer."
"""What the prompt adds where the music is wanted as it stands under the answer."""
MAX_SIGN = 2
"""Semitones of the largest accidental that ABC can write."""


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
        scores: further measures by name, 0 … 1, where the type has any (``majmin``, ``boundary_f1``).
    """

    verdict: Verdict
    credit: float
    answer: str = ""
    scores: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for value in (self.credit, *self.scores.values()):
            if not 0 <= value <= 1:
                raise ValueError(f"credit must lie between 0 and 1, got {value}")

    @classmethod
    def of(cls, credit: float, answer: str, scores: Mapping[str, float] | None = None) -> Grade:
        """The grade of an answer that was found: right at 1, near above 0, else wrong."""
        verdict: Verdict = "right" if credit == 1 else "near" if credit > 0 else "wrong"
        return cls(verdict, credit, answer, scores or {})


NO_ANSWER = Grade("none", 0.0)


@dataclass(frozen=True)
class Question:
    """One question.

    Attributes:
        id: says where the score came from.
        task: the name of the question type.
        wording: what is asked.
        answer_format: how the open form is to be answered.
        score: what is shown; it does not hold the answer. None where words alone are asked about.
        truth: the right answer's name.
        answers: the usual answers' names, for a model that chooses among them; a rare truth may be missing.
            Empty where the answer follows a grammar instead (a list of chords).
        distractors: wrong answers that are easily taken for the truth, the hardest first.
        explanation: sentences that lead to the truth.
        notation: the music that is shown as it stands under the truth (`symbolic.questions.notation`), for
            types whose answers can be seen in it.
        details: what the wording points at (a bar's number, two notes), for algorithms that do not read.
        options: the answers shown with letters, in the multiple-choice form; else empty.
        explained: the answer is to give its reasons first.
        notated: the answer is to write the music out first.
    """

    id: str
    task: str
    wording: str
    answer_format: str
    score: Score | None
    truth: str
    answers: tuple[str, ...] = ()
    distractors: tuple[str, ...] = ()
    explanation: str = ""
    details: Mapping[str, Any] = field(default_factory=dict, hash=False)
    options: tuple[str, ...] = ()
    explained: bool = False
    notation: str = ""
    notated: bool = False

    def __post_init__(self) -> None:
        if self.truth in self.distractors:
            raise ValueError(f"distractors must not hold the truth, got {self.truth!r} in {self.distractors}")
        if self.options and (self.truth not in self.options or len(self.options) > len(LETTERS)):
            raise ValueError(f"options must be at most {len(LETTERS)} and hold the truth, got {self.options}")

    @property
    def instruction(self) -> str:
        """What is asked and how to answer, without the music."""
        request = (EXPLAIN,) if self.explained else (NOTATE,) if self.notated else ()
        if not self.options:
            return "\n".join((f"{self.wording} {self.answer_format}".strip(), *request))
        lines = (f"{letter}) {option}" for letter, option in zip(LETTERS, self.options, strict=False))
        return "\n".join((self.wording, *lines, "Answer with one of them or its letter.", *request))

    @cached_property
    def prompt(self) -> str:
        """The instruction and the score as ABC (several voices bar by bar where their bars agree)."""
        if self.score is None:
            return f"{self.instruction}\n"
        from symbolic.abc import write_abc, write_interleaved

        counts = [len(voice.measures) for voice in self.score.voices]
        side_by_side = len(counts) > 1 and len(set(counts)) == 1
        write = write_interleaved if side_by_side else write_abc
        return f"{self.instruction}\n\n{write(self.score).strip()}\n"

    @property
    def letter(self) -> str:
        """The letter of the truth in the multiple-choice form."""
        return LETTERS[self.options.index(self.truth)]

    @cached_property
    def is_told_by_words(self) -> bool:
        """Whether the words of each option choose it: "D" among the notes A B C D would be a letter."""
        return all(choose_letter(option, self.options) == place for place, option in enumerate(self.options))

    @property
    def short_answer(self) -> str:
        """The truth; in the multiple-choice form its letter where the words would be taken for one."""
        return self.truth if self.is_told_by_words else self.letter

    @property
    def long_answer(self) -> str:
        """The music written out, or the explanation, then the short answer on a line of its own."""
        first = self.notation if self.notated else self.explanation
        return f"{first}\n{ANSWER_LINE} {self.short_answer}".lstrip()


@dataclass(frozen=True, slots=True)
class QuestionType:
    """A type of question: how it is asked and graded.

    Attributes:
        name: the task's name.
        description: one line: what is asked, and what is hidden.
        strip: takes the answer, and whatever could give it away, out of a score.
        ask_any: as `ask`, of scores that need not be such as ABC can write.
        parse: the name of the answer that a text gives, or None.
        grade_open: compares a text with the truth of a question in its open form.
        category: the class under which a truth is counted in reports, e.g. a key's mode.
        spellings: ways in which a truth may be written, each graded as right.
        audible: can be asked about what sounds alone, so that the score may come from MIDI or audio.
        generate: ``generate(rng)`` makes a question from nothing, for types that need no score; else None.
        seen_in: ``seen_in(written, text)`` gives the answer that music which was written out bears out, with
            a text after it; empty where they disagree. None for types whose answers cannot be seen so.
    """

    name: str
    description: str
    strip: Callable[[Score], Score]
    ask_any: Callable[..., Question | Reason]
    parse: Callable[[str], str | None]
    grade_open: Callable[[Question, str], Grade]
    category: Callable[[str], str]
    spellings: Callable[[str], Sequence[str]]
    audible: bool = True
    generate: Callable[[Random], Question] | None = None
    seen_in: Callable[[Score, str], str] | None = None

    def ask(
        self, score: Score, rng: Random | None = None, *, id: str = "", truth: str | None = None
    ) -> Question | Reason:
        """The question about a score, whose prompt can be written, or the reason why it cannot be asked.

        Args:
            score: the music, headers and all.
            rng: draws the wording and what is asked about; without it the first wording and a fixed draw.
            id: as in `Question`.
            truth: stands instead of what the score itself says.
        """
        asked = self.ask_any(score, rng, id=id, truth=truth)
        if isinstance(asked, Reason) or asked.score is None:
            return asked
        return unwritable(asked.score) or asked

    def grade(self, question: Question, text: str) -> Grade:
        """Compares a text with a question's truth; in the multiple-choice form a letter names its option."""
        if not question.options:
            return self.grade_open(question, text)
        chosen = choose_letter(text, question.options)
        if chosen is None:
            return NO_ANSWER
        answer = question.options[chosen]
        return Grade.of(float(answer == question.truth), answer)


def worded(wordings: Sequence[str], rng: Random | None) -> str:
    """One of the wordings, the first without `rng`."""
    return wordings[0] if rng is None else rng.choice(wordings)


def multiple_choice(question: Question, rng: Random, choices: int = CHOICES) -> Question:
    """The question with lettered options: the truth and its hardest distractors, in random order.

    Raises:
        ValueError: the question has no distractors.
    """
    if not question.distractors:
        raise ValueError(f"{question.task} question {question.id!r} has no distractors")
    options = [question.truth, *question.distractors[: choices - 1]]
    rng.shuffle(options)
    return replace(question, options=tuple(options))


def too_few_notes(score: Score) -> Reason | None:
    """The reason not to ask about a score with fewer than `MIN_NOTES` notes, or None."""
    count = 0
    for event in score.events():
        if isinstance(event, Note | Chord):
            count += 1
            if count == MIN_NOTES:
                return None
    return Reason("too-few-notes", f"it has {count} notes, fewer than {MIN_NOTES}")


def unwritable(score: Score) -> Reason | None:
    """The reason why a score cannot be shown as ABC, which has no triple sharps and flats, or None."""
    for event in (score.key, *score.events()):
        if isinstance(event, Note):
            if abs(event.pitch.alter) > MAX_SIGN:
                return _TRIPLE
        elif isinstance(event, Chord | Grace):
            if any(abs(pitch.alter) > MAX_SIGN for pitch in _pitches(event)):
                return _TRIPLE
        elif isinstance(event, Key) and not _is_writable(event):
            return Reason("unwritable", f"ABC cannot write the key {event}")
    return None


_TRIPLE = Reason("unwritable", "ABC has no sign for its triple sharps and flats")


def _pitches(event: Note | Chord | Grace) -> Iterator[Pitch]:
    if isinstance(event, Note):
        yield event.pitch
    else:
        for note in event.notes:
            yield from _pitches(note)


def _is_writable(key: Key) -> bool:
    return len(key.tonic) <= 2 and all(abs(alter) <= MAX_SIGN for _, alter in key.accidentals)


def strip_words(score: Score, keep: tuple[type, ...] = ()) -> Score:
    """The score without anything that is not notes, their time, graces and tuplets, or in `keep`.

    Titles, rhythm names, sources, lyrics, chord symbols, annotations, decorations, slurs, sections, tempo
    marks, directives, instrument names, clefs and transpositions go; the music is numbered 1 and its voices
    1, 2 …, so that no name can carry the answer.
    """
    kept = {Note, Chord, Rest, Grace, Tuplet, *keep}

    def layer(events: tuple[Event, ...]) -> tuple[Event, ...]:
        return tuple([event for event in events if event.__class__ in kept])

    def measure(old: Measure) -> Measure:
        events, overlays = layer(old.events), tuple(map(layer, old.overlays))
        if events == old.events and overlays == old.overlays:
            return old
        return replace(old, events=events, overlays=overlays)

    voices = tuple(
        Voice(str(number), tuple(map(measure, voice.measures)), percussion=voice.percussion)
        for number, voice in enumerate(score.voices, 1)
    )
    return Score(voices, score.key, score.meter)
