"""Transcribers, by name: from a recording to notes in seconds.

    >>> from transcription.backends import get_backend
    >>> performance, warnings = get_backend("basic-pitch").hear("song.wav")  # doctest: +SKIP

Each lives in a module of its own, or in a package that names it in the entry point group `ENTRY_POINTS`, and
is loaded when it is asked for.
"""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points

from symbolic.errors import SymbolicError
from transcription.backends.base import Backend, Heard, Progress

__all__ = ["BACKENDS", "ENTRY_POINTS", "Backend", "Heard", "Progress", "backend_names", "get_backend"]

ENTRY_POINTS = "symbolic.transcribers"
BACKENDS = {
    "basic-pitch": "transcription.backends.basic_pitch:BasicPitch",
    "basic-pitch-plain": "transcription.backends.basic_pitch:plain",
    "oracle": "transcription.backends.oracle:Oracle",
}
"""Name → what makes the backend, as ``module:function``."""


def backend_names() -> tuple[str, ...]:
    """The names of all transcribers: those that come with this package, then those of others."""
    return (*BACKENDS, *sorted(set(_others()) - set(BACKENDS)))


def get_backend(name: str) -> Backend:
    """The transcriber of a name.

    Raises:
        SymbolicError: there is none, or the package that names it fails to load.
    """
    if name in BACKENDS:
        module, _, function = BACKENDS[name].partition(":")
        own: Backend = getattr(import_module(module), function)()
        return own
    others = _others()
    if name not in others:
        close = get_close_matches(name, backend_names(), n=1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        raise SymbolicError(f"unknown transcriber {name!r}{hint} Transcribers: {', '.join(backend_names())}")
    try:
        other: Backend = others[name].load()()
    except (ImportError, AttributeError) as exc:
        raise SymbolicError(
            f"the transcriber {name!r} ({others[name].value}) cannot be loaded: {exc}"
        ) from exc
    return other


def _others() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=ENTRY_POINTS)}
