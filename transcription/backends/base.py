"""What a transcriber is, and what it hands back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, Protocol

from transcription.audio import Audio, open_audio
from transcription.performance import Performance

Progress = Callable[[float], None]
"""Is told how much has been heard, 0 … 1; not called where the length of a recording is unknown."""


class Heard(NamedTuple):
    """The notes of a recording, and what its listener should know, in sentences."""

    performance: Performance
    warnings: tuple[str, ...] = ()


class Backend(Protocol):
    """Hears the notes of a recording.

    A package adds one under a name of its own by an entry point in the group ``symbolic.transcribers``: a
    function without arguments that returns a backend. It may leave out of account what it has no use for.
    """

    def hear(
        self,
        source: str | Path | Audio,
        texture: str = "auto",
        cache: Path | None = None,
        progress: Progress | None = None,
    ) -> Heard:
        """The notes of a recording.

        Args:
            source: an audio file, or samples in memory.
            texture: one of `transcription.notes.TEXTURES`.
            cache: a folder that keeps what is costly to compute, or None.
            progress: is told how far it is.

        Raises:
            SymbolicError: the recording cannot be read.
            MissingDependencyError: a package is needed that is not installed.
        """
        ...


def as_audio(source: str | Path | Audio) -> Audio:
    """The recording at a path; a recording as it is."""
    return source if isinstance(source, Audio) else open_audio(source)
