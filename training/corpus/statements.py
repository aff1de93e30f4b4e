"""Statements of theory for pretraining: plain text with computed facts, without end and without repetition.

Three kinds are mixed: single facts (`statement_facts`), small ABC tunes with what sounds in them
(`statement_examples`), and questions with their worked answers as text. Of the questions only those of the
training part are used (`symbolic.questions.theory.split_of`), so that no question of a test set is read
here with its answer. Each statement has a *fact*, and a fact comes once in a stream, in one wording.

`statements` is a stream: the same seed gives the same texts in the same order. For work in several
processes the facts are dealt out by a stable hash: `part` of `parts` streams never tell the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from random import Random

from symbolic.questions.base import LETTERS, Question, multiple_choice
from symbolic.questions.theory import generate, split_of
from training.corpus.statement_examples import EXAMPLES
from training.corpus.statement_facts import FACTS, Maker, Statement

KEPT_HASH_BYTES = 8


def question_text(rng: Random) -> Statement:
    """A question of the training part with its answer, as text, open or with options."""
    question = generate(rng)
    while split_of(question) != "train":
        question = generate(rng)
    shown = "" if question.score is None else f"\n\n```abc\n{question.score.to_abc().strip()}\n```\n"
    fact = f"question {question.details['fact']}{shown}"
    if question.options or rng.random() < 0.3:
        return Statement(fact, _with_options(multiple_choice(question, rng), shown))
    return Statement(fact, _open(question, shown, rng))


def _with_options(question: Question, shown: str) -> str:
    options = "\n".join(
        f"{letter}) {option}" for letter, option in zip(LETTERS, question.options, strict=False)
    )
    return f"{question.wording}{shown}\n{options}\n{question.explanation}\nAnswer: {question.short_answer}"


def _open(question: Question, shown: str, rng: Random) -> str:
    truth = question.truth
    forms = (
        f"Question: {question.wording}{shown}\nAnswer: {truth}. {question.explanation}",
        f"{question.wording}{shown}\n{question.explanation} So the answer is {truth}.",
        f"Q: {question.wording}{shown}\nA: {truth}",
    )
    return rng.choice(forms)


MAKERS: tuple[tuple[Maker, int], ...] = (*FACTS, *EXAMPLES, (question_text, 50))
_WEIGHTS = [weight for _, weight in MAKERS]


def statements(
    seed: int | str, count: int | None = None, *, part: int = 0, parts: int = 1
) -> Iterator[Statement]:
    """A stream of statements with different facts.

    Args:
        seed: the same seed gives the same stream.
        count: how many; None for no end.
        part: which of the streams this is, 0 … `parts` - 1.
        parts: into how many streams the facts are dealt.

    Raises:
        ValueError: `part` lies outside 0 … `parts` - 1.
    """
    if not 0 <= part < parts:
        raise ValueError(f"part must lie between 0 and {parts - 1}, got {part}")
    rng = Random(f"{seed}:{part}:{parts}")
    seen: set[int] = set()
    while count is None or len(seen) < count:
        ((maker, _),) = rng.choices(MAKERS, _WEIGHTS)
        found = maker(rng)
        value = _hash(found.fact)
        if value % parts == part and value not in seen:
            seen.add(value)
            yield found


def _hash(fact: str) -> int:
    return int.from_bytes(sha256(fact.encode()).digest()[:KEPT_HASH_BYTES], "big")
