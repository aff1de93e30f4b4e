"""Tune books: many tunes in one text, with a file header and free text between them (ABC 2.1, 2.2).

A tune starts at ``X:`` and ends at an empty line. What stands before the first tune and looks like
fields sets defaults for all; anything else outside tunes is free text.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE
from collections.abc import Iterator
from dataclasses import dataclass

from symbolic.abc.parser import Defaults, TuneReader
from symbolic.errors import AbcSyntaxError, Problem
from symbolic.score import Score

_HEADER_LINE = re.compile(r"%%|[ABCDFGHILMmNORSUZ]:")
_START = re.compile(r"X\s*:")


@dataclass(frozen=True, slots=True)
class TuneText:
    """The lines of one tune and where they stand: `first_line` counts from 1."""

    first_line: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The lines joined again."""
        return "\n".join(self.lines)


@dataclass(frozen=True, slots=True)
class Book:
    """A tune book cut into tunes, not yet read."""

    defaults: Defaults
    tunes: tuple[TuneText, ...]
    problems: tuple[Problem, ...] = ()


def decode(data: bytes) -> str:
    """Text of an ABC file: UTF-8, with or without byte order mark, else Latin-1 (2.1).

    Raises:
        AbcSyntaxError: the bytes are not text, or in UTF-16 or UTF-32.
    """
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE, BOM_UTF32_BE)):
        raise AbcSyntaxError("this is UTF-16 or UTF-32 text: save it as UTF-8", line=1)
    if b"\0" in data[:4096]:
        raise AbcSyntaxError("this is a binary file, not ABC text", line=1)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def split_book(text: str) -> Book:
    """Cuts a text into tunes without reading them."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    header: list[str] = []
    tunes: list[TuneText] = []
    problems: list[Problem] = []
    start: int | None = None
    in_block = False
    for number, line in enumerate(lines):
        if in_block:
            in_block = not line.startswith("%%endtext")
            continue
        if line[:1] == "X" and _START.match(line):
            if start is not None:
                tunes.append(TuneText(start + 1, tuple(lines[start:number])))
                problems.append(
                    Problem("no-empty-line", "a tune starts without an empty line before it", number + 1, 1)
                )
            start = number
        elif start is not None:
            in_block = line.startswith("%%begintext")
            if not line or line.isspace():
                tunes.append(TuneText(start + 1, tuple(lines[start:number])))
                start = None
        elif not tunes and _HEADER_LINE.match(line):
            header.append(line)
    if start is not None:
        tunes.append(TuneText(start + 1, tuple(lines[start:])))
    return Book(Defaults(tuple(header)), tuple(tunes), tuple(problems))


def _fragment(text: str) -> TuneText | None:
    """Music without ``X:``, as people and models write it: accepted when it has a ``K:`` field."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not any(line.startswith("K:") for line in lines):
        return None
    first = next(number for number, line in enumerate(lines) if line.strip())
    return TuneText(first + 1, tuple(line for line in lines[first:]))


def iter_book(book: Book) -> Iterator[tuple[TuneText, Score, list[Problem]]]:
    """Reads the tunes of a book one by one."""
    for tune in book.tunes:
        reader = TuneReader(tune.first_line)
        score = reader.read(tune.lines, book.defaults)
        yield tune, score, reader.problems


def split_tunes(text: str) -> Book:
    """Cuts a text into tunes; a text without ``X:`` but with a ``K:`` field is one tune.

    Raises:
        AbcSyntaxError: there is no tune in it.
    """
    book = split_book(text)
    if book.tunes:
        return book
    fragment = _fragment(text)
    if fragment is None:
        raise AbcSyntaxError("no tune here: a tune starts with an X: line and has a K: line", line=1)
    return Book(Defaults(), (fragment,))


def read_book(source: str | bytes) -> tuple[list[Score], list[Problem]]:
    """Reads every tune of a book.

    Args:
        source: ABC text, or the bytes of a file (UTF-8 or Latin-1).

    Returns:
        The scores, and what was noticed, in order of place.

    Raises:
        AbcSyntaxError: there is no tune in it.
    """
    book = split_tunes(decode(source) if isinstance(source, bytes) else source)
    scores = []
    problems = list(book.problems)
    for _, score, noticed in iter_book(book):
        scores.append(score)
        problems += noticed
    return scores, sorted(problems, key=lambda problem: (problem.line, problem.column))


def read_tune(text: str) -> tuple[Score, list[Problem]]:
    """Reads the first tune of a text.

    Returns:
        The score and what was noticed.

    Raises:
        AbcSyntaxError: there is no tune in it.
    """
    _, score, problems = next(iter_book(split_tunes(text)))
    return score, problems


def parse(text: str, *, strict: bool = False) -> Score:
    """Reads one tune.

    Args:
        text: ABC text; a tune after the first is left alone.
        strict: raise for the first thing wrong instead of reading on.

    Raises:
        AbcSyntaxError: there is no tune, or, when strict, any problem.
    """
    score, problems = read_tune(text)
    if strict and problems:
        first = problems[0]
        raise AbcSyntaxError(first.message, line=first.line, column=first.column)
    return score
