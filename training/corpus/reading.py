"""Reads sources and folders into pieces, one file at a time.

The unit of work is a file, or a member of an archive: `list_source` and `list_folder` give a `FileRef` for
each, small and picklable, and `read_file` reads one wherever it is handed to. What cannot be read comes out
as `Rejected` with a reason; nothing that a file holds stops a run. Reasons:

    empty, too-large, unreadable, link, not-a-file       of the file itself
    damaged-archive, archive-bomb, unsafe-path,
    nested-archive, repeated-name, encrypted             of an archive or a member
    unknown-format                                       the name's suffix is none that is read
    not-music                                            damaged, binary, or no music in it
    misread                                              music of it could not be read
    refused-source                                       it bears the marks of a source that may not be used
    reader-failed                                        the reader met something that it does not expect
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from symbolic.abc import iter_book
from symbolic.abc.tunebook import Book, split_tunes
from symbolic.abc.tunebook import decode as decode_text
from symbolic.errors import Problem, SymbolicError
from symbolic.io import MAX_BYTES, SUFFIXES, decode
from symbolic.score import Annotation, Score
from symbolic.tunes import identified
from training.corpus.archives import ARCHIVE_ERRORS, Found, in_words, load, safe_text, walk
from training.corpus.piece import SCORES, Piece, Rejected
from training.corpus.sources import Source, refused_by

MAX_TUNE_CHARACTERS = 1_000_000
"""Longest text of one ABC tune."""
LOSSES = frozenset({"line-too-long", "too-many"})
"""What a reader of ABC tells where music is lost, or more is wrong than it tells."""
_NUMBER = re.compile(r"\d{1,9}(\.\d{1,9})?")


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file to be read, by whichever process.

    Attributes:
        source: as in `Piece`.
        found: where it is.
        commercial: as in `Piece`.
    """

    source: str
    found: Found
    commercial: bool

    @property
    def id(self) -> str:
        """``<source>/<path in the source>``."""
        return f"{self.source}/{self.found.name}"


def list_source(source: Source) -> Iterator[FileRef | Rejected]:
    """The files of a source, in the order of their names."""
    root = source.root
    paths = {path for pattern in source.files for path in root.glob(pattern) if path.is_file()}
    for path in sorted(paths):
        name = safe_text(path.relative_to(root).as_posix())
        yield FileRef(source.name, Found(str(path), "", name), source.commercial)


def list_folder(
    path: Path, *, commercial: bool = True, without: Path | None = None
) -> Iterator[FileRef | Rejected]:
    """The files of a user's own folder or archive, in the order of their names; or the one file there is.

    Args:
        path: what the user named.
        without: a folder in it to pass over.
        commercial: whether what is fitted to it may be used commercially, which the user knows.

    Raises:
        SymbolicError: there is nothing of that name.
    """
    if not path.exists():
        raise SymbolicError("no such file or folder", path=str(path))
    for item in walk(path, without):
        if isinstance(item, Rejected):
            yield replace(item, id=f"{SCORES}/{item.id}")
            continue
        ref = FileRef(SCORES, item, commercial)
        suffix = Path(item.name).suffix.lower()
        if suffix in SUFFIXES:
            yield ref
        else:
            what = f"the suffix {suffix!r} is none that is read" if suffix else "its name has no suffix"
            yield Rejected(ref.id, "unknown-format", what)


def read_source(source: Source) -> Iterator[Piece | Rejected]:
    """The pieces of a source, file by file."""
    yield from _read_all(list_source(source))


def read_folder(path: Path, *, commercial: bool = True) -> Iterator[Piece | Rejected]:
    """The pieces of a user's own folder or archive, file by file; see `list_folder`."""
    yield from _read_all(list_folder(path, commercial=commercial))


def _read_all(items: Iterable[FileRef | Rejected]) -> Iterator[Piece | Rejected]:
    for item in items:
        if isinstance(item, Rejected):
            yield item
        else:
            yield from read_file(item)


def read_file(ref: FileRef) -> Iterator[Piece | Rejected]:
    """The pieces in one file; what is wrong with it, or with one of its tunes, is yielded, never raised."""
    if refusal := refused_by(ref.found.name):
        yield Rejected(ref.id, "refused-source", refusal.message)
        return
    try:
        data = load(ref.found)
    except (*ARCHIVE_ERRORS, KeyError) as error:
        reason = "damaged-archive" if ref.found.member else "unreadable"
        yield Rejected(ref.id, reason, f"it cannot be read: {in_words(error)}")
        return
    if not data:
        yield Rejected(ref.id, "empty", "the file is empty")
    elif len(data) > MAX_BYTES:
        yield Rejected(ref.id, "too-large", f"larger than {MAX_BYTES // 2**20} MB, the limit")
    elif SUFFIXES[Path(ref.found.name).suffix.lower()] == "abc":
        yield from _read_book(ref, data)
    else:
        yield from _read_score(ref, data)


# ABC


def _read_book(ref: FileRef, data: bytes) -> Iterator[Piece | Rejected]:
    try:
        text = decode_text(data)
        book = split_tunes(text)
    except SymbolicError as error:
        yield Rejected(ref.id, "not-music", str(error))
        return
    refusal = refused_by(_around(text, book))
    seen: set[str] = set()
    for ordinal, (given, tune) in enumerate(identified(book, ref.id), 1):
        number = given[len(ref.id) + 1 :]
        if number in seen or not _NUMBER.fullmatch(number):
            number = f"n{ordinal}"
        seen.add(number)
        id_ = f"{ref.id}#{number}"
        if refused := refusal or refused_by(tune.text):
            yield Rejected(id_, "refused-source", refused.message)
        elif len(tune.text) > MAX_TUNE_CHARACTERS:
            yield Rejected(id_, "too-large", f"a tune of more than {MAX_TUNE_CHARACTERS:,} characters")
        else:
            yield _read_tune(ref, id_, replace(book, tunes=(tune,)))


def _around(text: str, book: Book) -> str:
    """What stands in a book outside its tunes; a mark there is one of the whole book."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for tune in book.tunes:
        start = tune.first_line - 1
        lines[start : start + len(tune.lines)] = [""] * len(tune.lines)
    return "\n".join(lines)


def _read_tune(ref: FileRef, id_: str, book: Book) -> Piece | Rejected:
    try:
        _, score, problems = next(iter_book(book))
    except SymbolicError as error:
        return Rejected(id_, "not-music", str(error))
    except Exception as error:  # whatever a hostile file brings about must not end a run over millions
        return Rejected(id_, "reader-failed", f"{type(error).__name__}: {error}")
    if lost := next((problem for problem in problems if problem.code in LOSSES), None):
        return Rejected(id_, "misread", str(lost))
    return Piece(id_, ref.source, score, ref.commercial, noticed=noticed(problems))


def noticed(problems: Iterable[Problem]) -> tuple[tuple[str, str], ...]:
    """The first error of each kind that a reader told and read on, as in `Piece`."""
    errors = [problem for problem in problems if problem.severity == "error"]
    return tuple({problem.code: (problem.code, str(problem)) for problem in reversed(errors)}.values())


# Other formats


def _read_score(ref: FileRef, data: bytes) -> Iterator[Piece | Rejected]:
    format = SUFFIXES[Path(ref.found.name).suffix.lower()]
    try:
        scores, problems = decode(data, format)
    except SymbolicError as error:
        yield Rejected(ref.id, "not-music", str(error))
        return
    except Exception as error:  # as above; music21 raises errors of many kinds
        yield Rejected(ref.id, "reader-failed", f"{type(error).__name__}: {error}")
        return
    for number, score in enumerate(scores, 1):
        id_ = f"{ref.id}#{number}"
        if refused := refused_by(_words_of(score)):
            yield Rejected(id_, "refused-source", refused.message)
        else:
            yield Piece(id_, ref.source, score, ref.commercial, noticed=noticed(problems))


def _words_of(score: Score) -> str:
    """The words in a score that may say where it comes from."""
    words = [text for _, text in score.metadata]
    words += [voice.name for voice in score.voices]
    words += [event.text for event in score.events() if isinstance(event, Annotation)]
    return "\n".join(words)
