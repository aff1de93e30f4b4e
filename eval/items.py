"""What is asked about: scores with their right answers, from a benchmark, a file or a folder of scores.

A JSONL file has one object a line: ``{"id": str, "task": str, "abc": str | null, "midi": path | null,
"audio": path | null, "answer": str}``; paths are relative to the file, ``group`` may name a collection,
further members are left alone, and lines of other tasks are passed over. Where only ``audio`` is given, its
transcription is asked about. A line with a ``question`` brings
its wording along and is asked as it stands (see `symbolic.questions.records`); without one the question is
made from the score. In a folder each score's own header is the truth.

Questions of theory also come in MusicTheoryBench's shape (`symbolic.questions.theory.bench`): a JSON, JSONL
or parquet file, a folder of such files without scores, or ``hub:REPO``. What a file holds says which of the
two shapes it has; the group of such an item is its subject.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256
from os import PathLike, fspath
from pathlib import Path
from random import Random
from typing import Any

from symbolic.abc import parse
from symbolic.errors import SymbolicError
from symbolic.io import SUFFIXES, read, read_all, told_with
from symbolic.io import load as load_bytes
from symbolic.questions import Question, QuestionType, Reason
from symbolic.questions.records import from_record
from symbolic.questions.theory import bench
from symbolic.questions.theory.making import TASK as THEORY
from symbolic.score import Score


class NothingToAskError(SymbolicError):
    """The data hold nothing that a task can be asked about."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to ask about.

    Attributes:
        id: unique in its set.
        score: the music, headers and all; a question takes the answer out. None where `question` shows none,
            or only `audio` is given.
        truth: the right answer, or None where the score itself says it.
        group: the collection under which reports count it; may be empty.
        question: asked as it stands, where there is one.
        audio: a recording of it, where there is one.
    """

    id: str
    score: Score | None
    truth: str | None = None
    group: str = ""
    question: Question | None = None
    audio: Path | None = None

    def ask(self, kind: QuestionType, rng: Random) -> Question | Reason:
        """Its question, or the one that is made of its score, or why it cannot be asked."""
        if self.question is not None:
            return self.question
        if self.score is None:
            return Reason("no-score", "it has no score")
        return kind.ask(self.score, rng, id=self.id, truth=self.truth)


@dataclass(frozen=True, slots=True)
class ItemSet:
    """Everything to ask about for one task.

    Attributes:
        name: of the data, for reports.
        items: in a fixed order.
        data_hash: says whether two runs saw the same data.
        skipped: reason → number of things that are no item.
        failures: one line for each file that could not be read.
    """

    name: str
    items: tuple[Item, ...]
    data_hash: str
    skipped: dict[str, int] = field(default_factory=dict)
    failures: tuple[str, ...] = ()


def hash_of(data: bytes) -> str:
    """First 16 hexadecimal digits of the SHA-256 of some bytes."""
    return sha256(data).hexdigest()[:16]


def load(source: str | PathLike[str], kind: QuestionType) -> ItemSet:
    """Reads a file of questions, a folder of scores, or a repository on the hub.

    Args:
        source: a path, or ``hub:REPO``.
        kind: what is to be asked.

    Raises:
        SymbolicError: there is nothing there to ask, or a line or an item is not as it should be.
        MissingDependencyError: parquet or the hub without the packages of the extra ``train``.
    """
    path = Path(source)
    if not path.exists() and not fspath(source).startswith(bench.HUB):
        raise SymbolicError("no such file or folder", path=str(path))
    if _is_bench(fspath(source)):
        return read_bench(fspath(source), kind)
    if path.is_dir():
        return read_folder(path)
    if path.suffix.lower() in SUFFIXES:
        return read_scores([path], path.parent)
    return read_jsonl(path, kind)


# JSONL


def read_jsonl(path: Path, kind: QuestionType) -> ItemSet:
    """Reads the questions of one task from a JSONL file; see `load`."""
    with told_with(str(path)):
        data = load_bytes(str(path))
    try:
        lines = data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as exc:
        raise SymbolicError(f"not UTF-8 text ({exc.reason} at byte {exc.start})", path=str(path)) from exc
    items: list[Item] = []
    others: Counter[str] = Counter()
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = _record(line)
            if record["task"] != kind.name:
                others[record["task"]] += 1
                continue
            if record["id"] in seen:
                raise SymbolicError(f'"id" {record["id"]!r} stands in line {seen[record["id"]]} already')
            seen[record["id"]] = number
            items.append(_item(record, path.parent, kind))
        except SymbolicError as exc:
            message = str(exc) if exc.path else exc.message  # of a file that the line names
            raise SymbolicError(message, path=str(path), line=number) from exc
    if not items:
        there = f"; its tasks: {', '.join(sorted(others))}" if others else "; it is empty"
        raise SymbolicError(f"no line asks for {kind.name!r}{there}", path=str(path))
    skipped = {f"asks for {task}": count for task, count in sorted(others.items())}
    return ItemSet(path.name, tuple(items), hash_of(data), skipped=skipped)


def _record(line: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as exc:
        raise SymbolicError(f"not JSON ({exc}); each line holds one object") from exc
    if not isinstance(record, dict):
        raise SymbolicError(f"each line holds one object in braces, got {type(record).__name__}")
    for name in ("id", "task", "answer"):
        if not isinstance(record.get(name), str):
            raise SymbolicError(f'"{name}" must be a string, got {json.dumps(record.get(name))}')
    for name in ("abc", "midi", "audio"):
        if not isinstance(record.get(name, ""), str | None):
            raise SymbolicError(f'"{name}" must be a string or null, got {json.dumps(record[name])}')
    return record


def _item(record: dict[str, Any], folder: Path, kind: QuestionType) -> Item:
    group = record.get("group", "")
    group = group if isinstance(group, str) else ""
    if record.get("question") is not None:
        question = from_record(record)
        return Item(question.id, question.score, question.truth, group, question)
    truth = kind.parse(record["answer"])
    if truth is None:
        raise SymbolicError(f'"answer" {record["answer"]!r} is no answer to {kind.name}')
    audio = folder / record["audio"] if record.get("audio") else None
    if audio is not None and not audio.is_file():
        raise SymbolicError("there is no such file: check the name", path=str(audio))
    return Item(record["id"], _score_of(record, folder), truth, group, audio=audio)


def _score_of(record: dict[str, Any], folder: Path) -> Score | None:
    if record.get("abc"):
        return parse(record["abc"])
    if record.get("midi"):
        return read(folder / record["midi"])
    if record.get("audio"):
        return None
    raise SymbolicError('one of "abc", "midi" and "audio" must be given')


# MusicTheoryBench


def _is_bench(source: str) -> bool:
    """Whether a source holds items in MusicTheoryBench's shape; in JSON the first object tells."""
    if source.startswith(bench.HUB):
        return True
    path = Path(source)
    if path.is_dir():
        has_scores = any(file.suffix.lower() in SUFFIXES for file in path.rglob("*"))
        return not has_scores and any(file.is_file() and _is_bench(str(file)) for file in path.iterdir())
    if path.suffix.lower() not in bench.JSON_SUFFIXES:
        return path.suffix.lower() == ".parquet" and path.is_file()
    with told_with(source):
        first = _first_object(load_bytes(source).decode("utf-8-sig", errors="replace"))
    return isinstance(first, dict) and "stem" in first and "task" not in first


def _first_object(text: str) -> Any:
    """The first object of JSON text, also in a list; None where there is none."""
    try:
        return json.JSONDecoder().raw_decode(text.lstrip("[ \n\r\t"))[0]
    except (json.JSONDecodeError, RecursionError):
        return None


def read_bench(source: str, kind: QuestionType) -> ItemSet:
    """Reads items of theory, grouped by their subject; see `load`.

    Raises:
        NothingToAskError: another task is asked.
    """
    name = source if source.startswith(bench.HUB) else Path(source).name
    if kind.name != THEORY:
        raise NothingToAskError(f"{name} holds questions of --task {THEORY}, none of {kind.name!r}")
    questions = bench.load(source)
    items = tuple(
        Item(question.id, question.score, question.truth, question.details["subject"], question)
        for question in questions
    )
    records = [[question.id, bench.to_record(question)] for question in questions]
    return ItemSet(name, items, hash_of(json.dumps(records).encode()))


# Folders of scores


def read_folder(folder: Path) -> ItemSet:
    """Reads every score below a folder; see `load`."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
    if not paths:
        raise SymbolicError(f"no score in this folder ({' '.join(SUFFIXES)})", path=str(folder))
    return read_scores(paths, folder)


def read_scores(paths: list[Path], root: Path) -> ItemSet:
    """Reads score files; ids are paths below `root`, with ``#`` and a number in files with several tunes."""
    items: list[Item] = []
    failures: list[str] = []
    digest = sha256()
    for path in paths:
        name = path.relative_to(root).as_posix()
        try:
            scores, _ = read_all(path)
        except SymbolicError as exc:
            failures.append(str(exc))
            continue
        digest.update(path.read_bytes())
        group = path.relative_to(root).parts[0] if len(path.relative_to(root).parts) > 1 else ""
        for number, score in enumerate(scores, 1):
            label = f"{name}#{number}" if len(scores) > 1 else name
            items.append(Item(label, score, group=group))
    if not items:
        raise SymbolicError(f"none of {len(paths)} files could be read; the first: {failures[0]}")
    return ItemSet(root.name or str(root), tuple(items), digest.hexdigest()[:16], failures=tuple(failures))
