"""MusicTheoryBench and files of its shape: multiple-choice items read, checked and written.

MusicTheoryBench (Yuan et al., "ChatMusician: Understanding and Generating Music Intrinsically with LLM",
2024; ``m-a-p/MusicTheoryBench`` on the hub) is EVALUATION ONLY: its items must never enter training, tuning
or the choice of a prompt. Every item read here says so (``details["use"] == "evaluation-only"``; see
`is_evaluation_only`), whatever file it came from. For training use the generators of this package.

An item is ``{"stem": str, "options": {"A": str, "B": str, "C": str, "D": str}, "answer": "A" … "D",
"abc_score": str | null, "subject": "knowledge" | "reasoning"}``; ``id`` and ``analysis`` are taken where
they are given, further members are left alone. Files are JSON (a list of items, or one item), JSONL (one
item a line) or parquet; ``hub:REPO`` or ``hub:REPO@SPLIT`` is loaded from the hub. The hub needs the
package ``datasets``, parquet the package ``pyarrow`` that comes with it; they are imported only then.

An `abc_score` is kept as it was written, below the stem: a reader of ABC would tidy away what some items
ask about. It is read all the same, and ``details["abc_problem"]`` says where it cannot be.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from symbolic.abc import parse as parse_abc
from symbolic.errors import MissingDependencyError, SymbolicError
from symbolic.io import load as load_bytes
from symbolic.io import told_with
from symbolic.questions.base import LETTERS, Question
from symbolic.questions.theory.forms import CHOICE
from symbolic.questions.theory.making import TASK

HUB = "hub:"
REPOSITORY = "m-a-p/MusicTheoryBench"
EVALUATION_ONLY = "evaluation-only"
SUBJECTS = ("knowledge", "reasoning")
MAX_OPTIONS = len(LETTERS)
JSON_SUFFIXES = (".json", ".jsonl", ".ndjson")
SUFFIXES = (*JSON_SUFFIXES, ".parquet")


def load(source: str | Path, split: str = "test") -> tuple[Question, ...]:
    """The items of a file, a folder of files or a repository on the hub, each marked as evaluation only.

    Args:
        source: a path, ``hub:REPO`` or ``hub:REPO@SPLIT``.
        split: the split of a repository, where `source` names none.

    Raises:
        SymbolicError: there is nothing to read, or an item is not as it should be; the message names the
            file, the line (the item, where a file has no lines) and the field.
        MissingDependencyError: parquet or the hub without the packages of the extra ``train``.
    """
    if isinstance(source, str) and source.startswith(HUB):
        repository, _, named = source.removeprefix(HUB).partition("@")
        return _questions(_hub_rows(repository, named or split), source, "item")
    path = Path(source)
    if path.is_dir():
        files = sorted(file for file in path.iterdir() if file.suffix.lower() in SUFFIXES)
        if not files:
            raise SymbolicError(f"no file of questions in this folder ({' '.join(SUFFIXES)})", path=str(path))
        return tuple(question for file in files for question in load(file))
    if not path.is_file():
        raise SymbolicError("no such file or folder", path=str(path))
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        return _questions(_parquet_rows(path), str(path), "item")
    if suffix not in JSON_SUFFIXES:
        raise SymbolicError(f"a file of questions is one of {' '.join(SUFFIXES)}", path=str(path))
    text = _text(path)
    if suffix == ".json":
        return _questions(_json_rows(text, path), str(path), "item")
    return _questions(_jsonl_rows(text, path), str(path), "line")


def is_evaluation_only(question: Question) -> bool:
    """Whether a question may be used to measure, but not to train."""
    return bool(question.details.get("use") == EVALUATION_ONLY)


def to_record(question: Question) -> dict[str, object]:
    """A multiple-choice question as an item of the benchmark's shape.

    Raises:
        ValueError: the question is in its open form.
    """
    if not question.options:
        raise ValueError(f"question {question.wording!r} has no options; see `multiple_choice`")
    abc = question.details.get("abc_score")
    if abc is None and question.score is not None:
        abc = question.score.to_abc()
    return {
        "stem": question.details.get("stem", question.wording),
        "options": dict(zip(LETTERS, question.options, strict=False)),
        "answer": question.letter,
        "abc_score": abc,
        "subject": question.details["subject"],
    }


# Rows


def _text(path: Path) -> str:
    try:
        with told_with(str(path)):
            return load_bytes(str(path)).decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise SymbolicError(f"not UTF-8 text ({exc.reason} at byte {exc.start})", path=str(path)) from exc


def _json(text: str, path: Path, line: int | None) -> Any:
    try:
        return json.loads(text)
    except (json.JSONDecodeError, RecursionError) as exc:
        place = line or getattr(exc, "lineno", None)
        raise SymbolicError(f"not JSON ({exc})", path=str(path), line=place) from exc


def _json_rows(text: str, path: Path) -> list[tuple[int, Any]]:
    found = _json(text, path, None)
    return list(enumerate(found if isinstance(found, list) else [found], 1))


def _jsonl_rows(text: str, path: Path) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            yield number, _json(line, path, number)


def _imported(module: str) -> ModuleType:
    """A module of the extra ``train``."""
    try:
        return import_module(module)
    except ImportError as exc:
        raise MissingDependencyError(module.partition(".")[0], "train") from exc


def _parquet_rows(path: Path) -> Iterable[tuple[int, Any]]:
    parquet = _imported("pyarrow.parquet")
    try:
        rows = parquet.read_table(path).to_pylist()
    except Exception as exc:  # what a damaged file raises depends on the version of pyarrow
        raise SymbolicError(f"not a parquet file that can be read ({_line(exc)})", path=str(path)) from exc
    return enumerate(rows, 1)


def _hub_rows(repository: str, split: str) -> Iterable[tuple[int, Any]]:
    datasets = _imported("datasets")
    try:
        rows = datasets.load_dataset(repository, split=split)
    except Exception as exc:  # no network, no such repository, no such split: each has a class of its own
        message = f"cannot be loaded ({_line(exc)}); a file of it can be named instead"
        raise SymbolicError(message, path=f"{HUB}{repository}@{split}") from exc
    return enumerate(rows, 1)


def _line(error: Exception) -> str:
    """What an error says, in one line."""
    return " ".join(str(error).split()) or type(error).__name__


# Items


def _questions(rows: Iterable[tuple[int, Any]], source: str, unit: str) -> tuple[Question, ...]:
    found = []
    for number, row in rows:
        try:
            found.append(_question(row, Path(source).name, number))
        except SymbolicError as exc:
            if unit == "line":
                raise SymbolicError(exc.message, path=source, line=number) from exc
            raise SymbolicError(f"item {number}: {exc.message}", path=source) from exc
    if not found:
        raise SymbolicError("it holds no item", path=source)
    return tuple(found)


def _question(row: Any, source: str, number: int) -> Question:
    if not isinstance(row, Mapping):
        raise SymbolicError(f"an item is an object in braces, got {type(row).__name__}")
    stem, subject = _string(row, "stem"), _string(row, "subject").strip().lower()
    if subject not in SUBJECTS:
        raise SymbolicError(f'"subject" must be knowledge or reasoning, got {row["subject"]!r}')
    options = _options(row)
    answer = _string(row, "answer").strip().upper().rstrip(".)")
    if answer not in LETTERS[: len(options)] or len(answer) != 1:
        raise SymbolicError(
            f'"answer" must be one of {", ".join(LETTERS[: len(options)])}, got {row["answer"]!r}'
        )
    truth = options[LETTERS.index(answer)]
    if options.count(truth) > 1:
        raise SymbolicError(f'"options" hold the right answer more than once: {", ".join(options)}')
    abc = row.get("abc_score")
    if abc is not None and not isinstance(abc, str):
        raise SymbolicError(f'"abc_score" must be a string or null, got {type(abc).__name__}')
    details = {"area": "benchmark", "subject": subject, "form": CHOICE.name, "fact": stem, "stem": stem}
    shown = abc.strip() if abc and abc.strip() else None
    if shown is not None:
        details |= {"abc_score": shown} | _problem(shown)
    analysis = row.get("analysis")
    return Question(
        f"{source}#{row.get('id', number)}",
        TASK,
        f"{stem}\n{shown}" if shown else stem,
        "",
        None,
        truth,
        distractors=tuple(dict.fromkeys(option for option in options if option != truth)),
        explanation=analysis.strip() if isinstance(analysis, str) else "",
        details=details | {"use": EVALUATION_ONLY},
        options=options,
    )


def _problem(abc: str) -> dict[str, str]:
    try:
        parse_abc(abc)
    except SymbolicError as exc:
        return {"abc_problem": str(exc)}
    return {}


def _string(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not value.strip():
        raise SymbolicError(f'"{name}" must be a string that is not empty, got {value!r}')
    return value


def _options(row: Mapping[str, Any]) -> tuple[str, ...]:
    """The options in the order of their letters; a list counts from A."""
    value = row.get("options")
    if isinstance(value, Mapping):
        letters = [letter for letter in LETTERS if value.get(letter) is not None]
        strange = [str(name) for name in value if name not in LETTERS]
        if strange or letters != list(LETTERS[: len(letters)]):
            raise SymbolicError(f'"options" must be lettered A, B, C, D, got {", ".join(map(str, value))}')
        values: Sequence[Any] = [value[letter] for letter in letters]
    elif isinstance(value, list | tuple):
        values = value
    else:
        raise SymbolicError(f'"options" must be an object with members A, B, C, D, got {value!r}')
    if not 2 <= len(values) <= MAX_OPTIONS:
        raise SymbolicError(f'"options" must be 2 to {MAX_OPTIONS}, got {len(values)}')
    for letter, option in zip(LETTERS, values, strict=False):
        if not isinstance(option, str) or not option.strip():
            raise SymbolicError(f'"options" {letter} must be a string that is not empty, got {option!r}')
    return tuple(values)
