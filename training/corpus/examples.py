"""Question examples: which questions a piece is asked, in which form, and how an example is written down.

Half of the examples are multiple choice, as far as their types have wrong answers to offer, and half give the
long answer: the reasons first, which the prompt then asks for. On request some answers write the music out
first instead (`symbolic.questions.notation`), and half of those that can show what analysis finds do
(`symbolic.questions.evidence`). Labels that were repaired stand in the score before anything is asked, so
every type sees the same key and metre. A held-out question is also written for `symbolic-eval --data`, if
reading it back asks the same.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from random import Random
from typing import Any

from symbolic.abc import write_abc
from symbolic.key import Key
from symbolic.meter import Meter
from symbolic.questions import TASKS, Question, QuestionType, Reason, multiple_choice, question_type
from symbolic.questions.evidence import has_evidence, with_evidence
from symbolic.questions.records import from_record, to_record
from symbolic.score import Score
from training.corpus.balance import Balance
from training.corpus.config import BuildConfig, Format
from training.corpus.cut import abc_text
from training.corpus.piece import Piece
from training.corpus.sources import OWN, OWN_LICENSE

TOO_LONG, NOT_WANTED, FAILED = "too-long", "answer-common-enough", "type-failed"
"""Reasons, beside those of the types, why a question is left out."""
_EVIDENCE_SHARE = 50
_REQUEST = 120
"""Characters with which the music is asked for, and the answer told."""


@dataclass(frozen=True, slots=True)
class Example:
    """One supervised example.

    Attributes:
        original: the question as its type asks it.
        question: the same in the form in which the example asks it.
        source: as in `Piece`.
        commercial: as in `Piece`.
        split: as in `Piece`.
    """

    original: Question
    question: Question
    source: str
    commercial: bool
    split: str

    @property
    def id(self) -> str:
        """Unique: the music's id and the task."""
        return f"{self.question.id}/{self.question.task}"

    @property
    def prompt(self) -> str:
        """What is asked."""
        return self.question.prompt

    @property
    def answer(self) -> str:
        """What is to be answered."""
        asked = self.question
        return asked.long_answer if asked.explained or asked.notated else asked.short_answer

    @property
    def text(self) -> str:
        """Question and answer as plain text, always with the reasons or the music written out."""
        asked = replace(self.question, explained=not self.question.notated)
        return f"{asked.prompt.strip()}\n\n{asked.long_answer}\n"

    def record(self, format: Format) -> dict[str, Any]:
        """The example as a line of ``sft/*.jsonl`` has it."""
        origin = {
            "id": self.id,
            "task": self.question.task,
            "source": self.source,
            "license": license_word(self.source, self.commercial),
        }
        if format == "chat":
            turns = (("user", self.prompt.strip()), ("assistant", self.answer))
            return {"messages": [{"role": role, "content": text} for role, text in turns], **origin}
        shown = "" if self.question.score is None else abc_text(self.question.score).strip()
        return {"instruction": self.question.instruction, "input": shown, "output": self.answer, **origin}


def license_word(source: str, commercial: bool) -> str:
    """What the lines of a corpus say of their licence; the manifest holds each source's own words."""
    if source == OWN:
        return OWN_LICENSE
    return "commercial" if commercial else "non-commercial"


def labelled(piece: Piece) -> Score:
    """The piece's score with the key and metre that hold in its header, or none where none is known."""
    score = piece.score
    if piece.key is not None and piece.key != score.key.name:
        score = replace(score, key=Key.parse(piece.key) if piece.key else Key.none())
    if piece.meter is not None and piece.meter != score.meter.name:
        score = replace(score, meter=Meter.parse(piece.meter) if piece.meter else Meter.free())
    return score


class Examiner:
    """Asks pieces of music; counts what was asked and why other questions were not.

    Args:
        tasks: the types to ask.
        config: says how long an example may be, and in which forms the questions come.
        asked_before: type → questions that were asked elsewhere, which count when the next type is chosen.
    """

    def __init__(
        self, tasks: Sequence[str], config: BuildConfig, asked_before: Mapping[str, int] | None = None
    ) -> None:
        self._config = config
        self._types = {task: question_type(task) for task in tasks}
        self._of_scores = [task for task, kind in self._types.items() if kind.generate is None]
        self._balance = Balance(self._of_scores, asked_before, config.weights)
        self.forms: Counter[str] = Counter()
        self.left_out: Counter[tuple[str, str]] = Counter()
        self.failures: list[tuple[str, str, str]] = []
        """(id, task, what was raised) of each question type that failed on a score."""

    def examine(self, copies: Sequence[tuple[str, Score]], piece: Piece, count: int) -> list[Example]:
        """Examples about one piece.

        Args:
            copies: (id, score) of the piece and its transpositions or parts, labels repaired.
            piece: where they come from.
            count: how many questions to ask each copy; fewer where fewer can be asked.
        """
        found: list[Example] = []
        cannot: set[str] = set()
        asked: set[str] = set()
        for id_, score in copies:
            rng = Random(f"{id_}:{piece.split}:questions")
            gained = 0
            for task in self._balance.order(self._of_scores, rng):
                if gained == count:
                    break
                if task in cannot or (task in asked and len(asked) + len(cannot) < len(self._of_scores)):
                    continue
                example = self._ask(self._types[task], id_, score, piece, rng)
                if isinstance(example, Reason):
                    self.left_out[task, example.code] += 1
                    if example.code != TOO_LONG:
                        cannot.add(task)
                    continue
                asked.add(task)
                gained += 1
                found.append(example)
        return found

    def _ask(self, kind: QuestionType, id_: str, score: Score, piece: Piece, rng: Random) -> Example | Reason:
        try:
            question = kind.ask(score, rng, id=id_)
        except Exception as exc:  # one type's fault on one odd score must not end a run over millions
            return self._failed(id_, kind, exc)
        if isinstance(question, Reason):
            return question
        if not self._balance.wants(kind.name, question.truth):
            return Reason(NOT_WANTED, "enough questions of this type have this answer")
        try:
            example = self.example(question, rng, piece.source, piece.commercial, piece.split)
            length = len(example.text)
        except Exception as exc:  # as above
            return self._failed(id_, kind, exc)
        if length > self._config.context:
            return Reason(TOO_LONG, f"question and answer have more than {self._config.context} characters")
        self._balance.add(kind.name, question.truth)
        return example

    def _failed(self, id_: str, kind: QuestionType, exc: Exception) -> Reason:
        self.failures.append((id_, kind.name, f"{type(exc).__name__}: {exc}"))
        return Reason(FAILED, str(exc))

    def example(self, question: Question, rng: Random, source: str, commercial: bool, split: str) -> Example:
        """The question in the form that is due: lettered or open, short or long, with evidence or not."""
        lettered = bool(question.options) or (
            bool(question.distractors) and self._due("choice", "open", self._config.choice, rng)
        )
        self.forms["choice" if lettered else "open"] += 1
        explained = bool(question.explanation) and self._due("long", "short", self._config.reasons, rng)
        self.forms["long" if explained else "short"] += 1
        asked = multiple_choice(question, rng) if lettered and not question.options else question
        if self._config.evidence and has_evidence(question.task):
            # a draw of its own, so that the questions are those of a corpus without evidence
            own_rng = Random(f"{question.id}:{question.task}:evidence")
            shows = self._due("evidence", "no evidence", _EVIDENCE_SHARE, own_rng)
            self.forms["evidence" if shows else "no evidence"] += 1
            asked = with_evidence(asked) if shows else asked
        if not lettered and self._written_out(asked):
            return Example(question, replace(asked, notated=True), source, commercial, split)
        return Example(question, replace(asked, explained=explained), source, commercial, split)

    def _written_out(self, question: Question) -> bool:
        """Whether the answer is to write the music out first, where it can and is not too long for it."""
        fits = len(question.prompt) + len(question.notation) <= self._config.context - _REQUEST
        if not question.notation or not fits:
            return False
        own_rng = Random(f"{question.id}:{question.task}:notation")
        due = self._due("notation", "no notation", self._config.notations, own_rng)
        self.forms["notation" if due else "no notation"] += 1
        return due

    def _due(self, one: str, other: str, share: int, rng: Random) -> bool:
        """Whether the first of two forms is due, so that it is `share` per cent of both, in random order."""
        ahead = self.forms[one] * (100 - share) - self.forms[other] * share
        return share > 0 and (ahead < 0 or (ahead == 0 and rng.random() < share / 100))

    def held_out(self, example: Example) -> dict[str, Any] | None:
        """The line of ``questions/*.jsonl`` for an example, or None where reading it back asks otherwise."""
        record = to_record(example.original)
        again = from_record(json.loads(json.dumps(record)))
        if again.prompt != example.original.prompt:
            self.left_out[example.question.task, "reads-back-otherwise"] += 1
            return None
        return {**record, "id": example.id, "midi": None, "audio": None, "group": example.source}


def generated_tasks(tasks: Iterable[str]) -> list[str]:
    """Those types that make their questions from nothing."""
    return [task for task in tasks if question_type(task).generate is not None]


def content_hash(question: Question) -> str:
    """16 hexadecimal digits of what a generated question asks, however its options are laid out."""
    shown = "" if question.score is None else write_abc(question.score)
    content = "\n".join((question.task, question.wording, question.truth, shown))
    return sha256(content.encode()).hexdigest()[:16]


def all_tasks() -> tuple[str, ...]:
    """Every type of question, in a fixed order."""
    return tuple(sorted(TASKS))
