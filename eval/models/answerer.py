"""How a language model answers questions, by any method of `eval.models.decoding`.

A question is put in the tokenizer's chat format with its score as ABC. A score that is too long for the model
is cut at a bar line, which is counted in `Answerer.warnings`, as is whatever else befell a question.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import TypeVar

from eval.models.choices import SHIFTS, Choices, transpositions
from eval.models.decoding import Answer, Decoding
from eval.models.fitting import fitted, with_room
from eval.models.forms import Following, Form, Freely, Notated, OneOf, Reasoned, Traced, can_notate
from eval.models.grammar import Pieces
from eval.models.grammar import grammar as grammar_of
from eval.models.language_model import LanguageModel
from symbolic.questions import Question
from symbolic.questions.evidence import with_evidence

T = TypeVar("T")
CHUNK = 256
"""Questions, with their transpositions, that are answered together; those of like length in one batch."""


class Answerer:
    """A language model that answers questions.

    Args:
        name: as the command line names it.
        language: the model.
        decoding: with every choice made (`Decoding.resolved`).

    Attributes:
        warnings: what happened to questions on the way → how many.
    """

    def __init__(self, name: str, language: LanguageModel, decoding: Decoding) -> None:
        self.name = name
        self.decoding = decoding
        self.warnings: Counter[str] = Counter()
        self._language = language
        self._counted: set[str] = set()

    def answers(self, questions: Sequence[Question]) -> Iterator[str]:
        """A text for each question."""
        return (answer.text for answer in self.answered(questions))

    def answered(self, questions: Sequence[Question]) -> Iterator[Answer]:
        """The same with the scores of all answers, where the method gives any."""
        for chunk in _chunks(questions, CHUNK // (len(SHIFTS) if self.decoding.vote else 1)):
            yield from self._chunk(chunk)

    def _chunk(self, questions: Sequence[Question]) -> list[Answer]:
        method = self.decoding.method
        found: dict[int, Answer] = {}
        if method == "notate":
            found = self._notated(questions)
        if method == "write":
            found = self._written_out(questions)
        if method in ("score", "write", "notate"):
            found |= self._directly(
                questions, [place for place in range(len(questions)) if place not in found]
            )
        rest = [place for place in range(len(questions)) if place not in found]
        written = self._written([questions[place] for place in rest])
        found |= dict(zip(rest, written, strict=True))
        return [found[place] for place in range(len(questions))]

    def _asked(self, question: Question) -> list[Question]:
        """The question as it is put: for reasons, with evidence, in all transpositions, as is chosen."""
        vote = self.decoding.vote and not question.options
        if self.decoding.method == "reason":
            question = replace(question, explained=True)
        versions = transpositions(question) if vote else [question]
        return [with_evidence(version) for version in versions] if self.decoding.evidence else versions

    # Scoring

    def _directly(self, questions: Sequence[Question], places: Sequence[int]) -> dict[int, Answer]:
        """The scored answers to those of some questions that have a closed set of answers."""
        closed = [place for place in places if Choices.of(questions[place]).texts]
        return dict(zip(closed, self._scored([questions[place] for place in closed]), strict=True))

    def _scored(self, questions: Sequence[Question]) -> list[Answer]:
        """The best of the allowed answers."""
        choices = [Choices.of(question) for question in questions]
        tokens = [self._language.rows(choice.texts) for choice in choices]
        versions = [(owner, own) for owner, asked in enumerate(questions) for own in self._asked(asked)]
        rooms = [self._language.context - max(map(len, tokens[owner])) for owner, _ in versions]
        prompts = self._prompts([version for _, version in versions], rooms)
        fit = [(owner, prompt) for (owner, _), prompt in zip(versions, prompts, strict=True) if prompt]
        rows = self._language.score([prompt for _, prompt in fit], [tokens[owner] for owner, _ in fit])
        given: list[list[list[float]]] = [[] for _ in questions]
        for (owner, _), row in zip(fit, rows, strict=True):
            given[owner].append(row)
        wanted = Counter(owner for owner, _ in versions)
        return [
            choice.elected(own) if len(own) == wanted[owner] else Answer("")
            for owner, (choice, own) in enumerate(zip(choices, given, strict=True))
        ]

    def _notated(self, questions: Sequence[Question]) -> dict[int, Answer]:
        """The best answers by what the piece looks like under each, with the direct scores if they count."""
        from eval.models.notate import asks_directly, combined, notated

        places = [place for place, question in enumerate(questions) if not question.options]
        scores = dict(
            zip(places, notated(self._language, [questions[place] for place in places]), strict=True)
        )
        asks = bool(places) and asks_directly(self._language, questions[places[0]].task)
        doubtful = [place for place, own in scores.items() if asks and len(own) > 1]
        closed = list(questions)
        for place in doubtful:  # where the answers are no set, those that are compared are one
            closed[place] = replace(closed[place], answers=closed[place].answers or tuple(scores[place]))
        direct = self._directly(closed, doubtful)
        self.warnings["could not be notated, answered directly"] += len(questions) - sum(
            map(bool, scores.values())
        )
        self.warnings += Counter()  # drops what did not happen
        found = {}
        for place, own in scores.items():
            if own:
                asked = direct[place].scores if place in direct else {}
                together = combined(self._language, questions[place].task, asked, own)
                found[place] = Answer(max(together, key=together.__getitem__), together)
        return found

    # Writing

    def _written(self, questions: Sequence[Question]) -> list[Answer]:
        """What the model writes, kept to the allowed answers or their grammar unless it writes freely."""
        asked = [self._asked(question)[0] for question in questions]
        return self._generated(asked, [self._form(question) for question in questions])

    def _written_out(self, questions: Sequence[Question]) -> dict[int, Answer]:
        """The answers for which the model writes music that bears them out."""
        places = [place for place, question in enumerate(questions) if can_notate(question)]
        asked = {}
        for place in places:
            question = self._asked(replace(questions[place], notated=True))[0]
            if (shorter := with_room(question, self._room_to_notate)) is not None:
                asked[place] = shorter
        forms = [self._notation_form(question) for question in asked.values()]
        answers = self._generated(list(asked.values()), forms)
        found = {place: answer for place, answer in zip(asked, answers, strict=True) if answer.text}
        self.warnings["too long to write out, answered directly"] += len(places) - len(asked)
        self.warnings["written out otherwise than shown, answered directly"] += len(asked) - len(found)
        self.warnings += Counter()  # drops what did not happen
        return found

    def _room_to_notate(self, question: Question) -> int:
        """The tokens that are left when a question is asked and its music written out; may be negative."""
        return self._language.context - self._size(question) - Notated(self._language, question).most

    def _generated(self, asked: Sequence[Question], forms: Sequence[Form]) -> list[Answer]:
        """What the model writes in answer to questions, each in its form."""
        groups: dict[tuple[int, bool], list[int]] = {}
        for place, form in enumerate(forms):
            most = min(form.most, self._language.context // 2)
            groups.setdefault((most, isinstance(form, Freely)), []).append(place)
        found = [Answer("")] * len(asked)
        for (most, free), places in groups.items():
            room = self._language.context - most
            prompts = self._prompts([asked[place] for place in places], [room] * len(places))
            fit = [(place, prompt) for place, prompt in zip(places, prompts, strict=True) if prompt]
            chosen = [forms[place] for place, _ in fit]
            allowed = None if free else partial(_allowed, chosen)
            rows = self._language.generate([prompt for _, prompt in fit], most, allowed)
            for (place, _), form, row in zip(fit, chosen, rows, strict=True):
                found[place] = Answer(form.text(row).strip())
        return found

    def _notation_form(self, question: Question) -> Form:
        notated = Notated(self._language, question)
        try:
            return Traced(notated, self._pieces)
        except ValueError:  # chords, changes of key … in the music: it is written freely
            return notated

    def _form(self, question: Question) -> Form:
        if self.decoding.method == "free":
            return Freely(self._language)
        if self.decoding.method == "reason":
            return Reasoned(self._language)
        texts = Choices.of(question).texts
        if texts:
            return OneOf(self._language.trie(self._language.rows(texts)), self._language)
        grammar = None if question.options else grammar_of(question)
        return Freely(self._language) if grammar is None else Following(grammar, self._pieces)

    @cached_property
    def _pieces(self) -> Pieces:
        return Pieces(self._language.pieces, self._language.end)

    # Prompts

    def _prompts(self, questions: Sequence[Question], rooms: Sequence[int]) -> list[list[int] | None]:
        """The tokens of each question, cut to its room where it must be; None where nothing fits."""
        prompts: list[list[int] | None] = list(self._language.prompts([_text(asked) for asked in questions]))
        for place, (question, room) in enumerate(zip(questions, rooms, strict=True)):
            if len(prompts[place] or ()) > room:
                shorter = fitted(question, self._size, room)
                prompts[place] = None if shorter is None else self._language.prompts([_text(shorter)])[0]
                self._too_long(question, answered=shorter is not None)
        return prompts

    def _size(self, question: Question) -> int:
        return len(self._language.prompts([_text(question)])[0])

    def _too_long(self, question: Question, answered: bool) -> None:
        """Counts a question once, however many of its transpositions are too long."""
        if question.id not in self._counted:
            self._counted.add(question.id)
            limit = f"the model's {self._language.context} tokens"
            self.warnings[
                f"score cut at a bar to fit {limit}" if answered else f"not answered: no bar fits {limit}"
            ] += 1


def _text(question: Question) -> str:
    return question.prompt.strip()


def _allowed(forms: Sequence[Form], row: int, written: list[int]) -> list[int]:
    return forms[row].allowed(written) or []


def _chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
