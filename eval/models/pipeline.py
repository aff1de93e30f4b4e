"""``pipeline:BACKEND``: this project's transcription, with any backend that hears notes."""

from __future__ import annotations

from eval.models.transcribers import Pipeline


def names(task: str) -> tuple[str, ...]:
    """The backends that are installed."""
    if task != "transcription":
        return ()
    from transcription.backends import backend_names

    return backend_names()


def build(argument: str, task: str) -> Pipeline:
    """The pipeline with a backend."""
    return Pipeline(argument)
