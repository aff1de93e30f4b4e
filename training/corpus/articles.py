"""Theory texts: articles and glossary entries with examples in ABC, as ``data/theory/*.md`` holds them.

A file is one topic. Its first line is ``# Topic``; each entry is ``## Title``, a line ``kind: article`` or
``kind: glossary``, an empty line, and Markdown whose only fenced blocks are ABC tunes::

    ```abc chords="C F G7 C"
    X:1
    …
    ```

Behind ``abc`` stand one or more checks ``name="value"``: what the text says about the example, in a form that
a test proves from the notes. Learners never see them: `Article.body` has the fences without. A file that does
not keep to this is refused with its name and the line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias, cast, get_args

from symbolic.errors import SymbolicError
from symbolic.resources import data_path

FOLDER = "theory"
Kind: TypeAlias = Literal["article", "glossary"]
KINDS: tuple[str, ...] = get_args(Kind)

_FENCE = "```"
_CHECK = re.compile(r'([a-z]+)="([^"]*)"')
_CHECKS = re.compile(r'(?:[ ]+[a-z]+="[^"]*")*[ ]*')


@dataclass(frozen=True, slots=True)
class Example:
    """A tune in an entry, and what is claimed of it.

    Attributes:
        abc: the whole tune, ending in a newline.
        checks: (name, value) pairs, at least one.
        line: line of the fence in its file, counted from 1.
    """

    abc: str
    checks: tuple[tuple[str, str], ...]
    line: int


@dataclass(frozen=True, slots=True)
class Article:
    """One entry.

    Attributes:
        topic: the heading of its file.
        title: its own heading, unique over all files.
        kind: ``article`` or ``glossary``.
        body: Markdown without the heading; examples in fences marked ``abc`` alone.
        examples: the examples in order; an article has at least one.
    """

    topic: str
    title: str
    kind: Kind
    body: str
    examples: tuple[Example, ...]


def articles(folder: Path | None = None) -> tuple[Article, ...]:
    """Every entry of the theory texts, file by file in alphabetical order.

    Args:
        folder: where the Markdown files lie; the project's own by default.

    Raises:
        SymbolicError: a file that does not keep to the format, with its name, the line and what is wrong.
    """
    files = sorted((folder or data_path(FOLDER)).glob("*.md"))
    return tuple(entry for file in files for entry in read_topic(file))


def read_topic(path: Path) -> tuple[Article, ...]:
    """The entries of one file.

    Raises:
        SymbolicError: as `articles`.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as exc:
        raise SymbolicError("the file is not UTF-8 text", path=path.name, line=1) from exc
    return parse_topic(text, path.name)


def parse_topic(text: str, name: str = "text") -> tuple[Article, ...]:
    """The entries of the text of a file; `name` is what errors call it.

    Raises:
        SymbolicError: as `articles`.
    """
    return _Reader(text.splitlines(), name).read()


class _Reader:
    """Cuts one file into entries; lines are counted from 0 inside and from 1 in errors."""

    def __init__(self, lines: Sequence[str], name: str) -> None:
        self._lines = lines
        self._name = name

    def read(self) -> tuple[Article, ...]:
        first = self._lines[0] if self._lines else ""
        if not first.startswith("# ") or not first[2:].strip():
            raise self._error("the first line must be '# ' and the topic", 0)
        starts = list(self._headings())
        for index in range(1, starts[0] if starts else len(self._lines)):
            if self._lines[index].strip():
                raise self._error("there is text before the first entry, '## Title'", index)
        if not starts:
            raise self._error("the file has no entry; an entry starts with '## Title'", 0)
        ends = [*starts[1:], len(self._lines)]
        return tuple(self._entry(first[2:].strip(), *bounds) for bounds in zip(starts, ends, strict=True))

    def _headings(self) -> Iterator[int]:
        """The lines with an entry's title; a heading of another rank is refused."""
        fenced = False
        for index, line in enumerate(self._lines):
            if line.startswith(_FENCE):
                fenced = not fenced
            elif line.startswith("## "):
                if fenced:
                    raise self._error("the example before has no closing fence", index)
                yield index
            elif index and line.startswith("#") and not fenced:
                raise self._error(f"the only headings are '# Topic' and '## Title', got {line!r}", index)
        if fenced:
            raise self._error("the last example has no closing fence", len(self._lines) - 1)

    def _entry(self, topic: str, start: int, end: int) -> Article:
        title = self._lines[start][3:].strip()
        if not title:
            raise self._error("the title is empty", start)
        kind = self._kind(start + 1)
        body, examples = self._body(start + 2, end)
        if not any(line.strip() and not line.startswith(_FENCE) for line in body):
            raise self._error(f"{title!r} has no text", start)
        if kind == "article" and not examples:
            raise self._error(f"the article {title!r} has no example", start)
        return Article(topic, title, kind, "\n".join(body).strip() + "\n", tuple(examples))

    def _kind(self, index: int) -> Kind:
        line = self._lines[index] if index < len(self._lines) else ""
        label, _, kind = line.partition(":")
        if label != "kind" or kind.strip() not in KINDS:
            raise self._error(
                f"'kind: article' or 'kind: glossary' stands below a title, got {line!r}", index
            )
        return cast(Kind, kind.strip())

    def _body(self, start: int, end: int) -> tuple[list[str], list[Example]]:
        body: list[str] = []
        examples: list[Example] = []
        index = start
        while index < end:
            line = self._lines[index]
            body.append(_FENCE + "abc" if line.startswith(_FENCE) else line.rstrip())
            if line.startswith(_FENCE):
                example, index = self._example(index)
                body += [*example.abc.splitlines(), _FENCE]
                examples.append(example)
            index += 1
        return body, examples

    def _example(self, start: int) -> tuple[Example, int]:
        """The example whose fence opens at a line, and the line of its closing fence."""
        checks = self._checks(start)
        end = next(i for i in range(start + 1, len(self._lines)) if self._lines[i].startswith(_FENCE))
        if self._lines[end].strip() != _FENCE:
            raise self._error(f"an example ends with {_FENCE} alone, got {self._lines[end]!r}", end)
        tune = [line.rstrip() for line in self._lines[start + 1 : end]]
        if not all(tune) or not tune:
            raise self._error("an example is one tune without empty lines", start)
        return Example("\n".join(tune) + "\n", checks, start + 1), end

    def _checks(self, index: int) -> tuple[tuple[str, str], ...]:
        line = self._lines[index]
        language, info = line[: len(_FENCE) + 3], line[len(_FENCE) + 3 :]
        if language != _FENCE + "abc" or not _CHECKS.fullmatch(info):
            raise self._error(f'a fence is {_FENCE}abc name="value" …, got {line!r}', index)
        checks = tuple(_CHECK.findall(info))
        if not checks:
            raise self._error('the example has no check; write at least one name="value" behind abc', index)
        names = [name for name, _ in checks]
        if len(set(names)) < len(names):
            raise self._error(f"a check stands twice: {', '.join(names)}", index)
        return checks

    def _error(self, message: str, index: int) -> SymbolicError:
        return SymbolicError(message, path=self._name, line=index + 1)
