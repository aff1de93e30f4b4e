"""Questions as JSON objects: one line each in a question file, read back as the same question.

    {"id", "task", "abc": what is shown or null, "answer": the truth, "question": the wording,
     "answer_format", "answers", "distractors", "explanation", "notation", "details",
     "options"}

Only what a question has is written; ``id``, ``task``, ``abc``, ``answer`` and ``question`` always are. A
file written by hand may give ``id``, ``task``, ``abc`` and ``answer`` alone: then the question is asked anew
of the score, headers and all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from symbolic.abc import parse, write_abc
from symbolic.errors import SymbolicError
from symbolic.questions.base import Question

_LISTS = ("answers", "distractors", "options")
_TEXTS = ("answer_format", "explanation", "notation")


def to_record(question: Question) -> dict[str, Any]:
    """The JSON object of a question."""
    record: dict[str, Any] = {
        "id": question.id,
        "task": question.task,
        "abc": None if question.score is None else write_abc(question.score),
        "answer": question.truth,
        "question": question.wording,
    }
    record |= {name: text for name in _TEXTS if (text := getattr(question, name))}
    record |= {name: list(values) for name in _LISTS if (values := getattr(question, name))}
    if question.details:
        record["details"] = dict(question.details)
    return record


def from_record(record: Mapping[str, Any]) -> Question:
    """The question of a JSON object that holds its wording.

    Raises:
        SymbolicError: a member is missing or of the wrong kind; the message names it.
    """
    for name in ("id", "task", "answer", "question"):
        if not isinstance(record.get(name), str):
            raise SymbolicError(f'"{name}" must be a string, got {record.get(name)!r}')
    for name in _TEXTS:
        if not isinstance(record.get(name, ""), str):
            raise SymbolicError(f'"{name}" must be a string, got {record[name]!r}')
    for name in _LISTS:
        values = record.get(name, [])
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise SymbolicError(f'"{name}" must be a list of strings, got {values!r}')
    details = record.get("details", {})
    if not isinstance(details, Mapping):
        raise SymbolicError(f'"details" must be an object, got {details!r}')
    abc = record.get("abc")
    if not isinstance(abc, str | None):
        raise SymbolicError(f'"abc" must be a string or null, got {abc!r}')
    try:
        return Question(
            record["id"],
            record["task"],
            record["question"],
            record.get("answer_format", ""),
            parse(abc) if abc else None,
            record["answer"],
            tuple(record.get("answers", ())),
            tuple(record.get("distractors", ())),
            record.get("explanation", ""),
            details,
            tuple(record.get("options", ())),
            notation=record.get("notation", ""),
        )
    except ValueError as exc:
        if isinstance(exc, SymbolicError):
            raise
        raise SymbolicError(str(exc)) from exc
