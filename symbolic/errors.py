"""One family of errors, each able to say where it happened and what to do about it.

A reader that meets bad input either raises a `SymbolicError` (one file asked for, nothing to
return) or records a `Problem` and goes on (a real tune with a slip in it). Both carry a position,
so that a person sees ``tune.abc:12:7: message``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


def located(message: str, path: str | None, line: int | None, column: int | None) -> str:
    """Prefixes `message` with as much of ``path:line:column`` as is known."""
    if path is None and line is not None:
        path = "line"
    where = ":".join(str(part) for part in (path, line, column) if part is not None)
    return f"{where}: {message}" if where else message


class SymbolicError(ValueError):
    """A mistake in the user's data or request, told in one line.

    Attributes:
        message: what is wrong and what to do, without the position.
        path: the file, where one is known.
        line: line in the file, counted from 1.
        column: column in the line, counted from 1.
    """

    def __init__(
        self, message: str, *, path: str | None = None, line: int | None = None, column: int | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.line = line
        self.column = column

    def __str__(self) -> str:
        return located(self.message, self.path, self.line, self.column)


class AbcSyntaxError(SymbolicError):
    """ABC text that cannot be read at all, or any problem in it when reading strictly."""


class MidiFormatError(SymbolicError):
    """Bytes that are not a MIDI file, or a MIDI file beyond what can be read safely."""


class MusicXmlError(SymbolicError):
    """A MusicXML, kern or MEI file that cannot be read safely."""


class UnsupportedFeatureError(SymbolicError):
    """A well-formed request for something that the target format or this version cannot express."""


class MissingDependencyError(SymbolicError):
    """An optional package is needed; the message holds the pip command."""

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(f"{package} is not installed; run: pip install 'symbolic-musician[{extra}]'")
        self.args = (package, extra)  # what a copy from another process is built from


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a forgiving reader noticed and survived.

    Attributes:
        code: stable short name, e.g. ``bar-length``; what tests and filters match on.
        message: what is wrong, for a person.
        line: line in the text that was read, counted from 1.
        column: column in that line, counted from 1.
        severity: ``error`` where music may be lost or wrong, else ``warning``.
    """

    code: str
    message: str
    line: int
    column: int
    severity: Severity = "warning"

    def __str__(self) -> str:
        return located(f"{self.severity}: {self.message} [{self.code}]", None, self.line, self.column)
