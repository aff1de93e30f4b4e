"""Activations kept in a file, and what is to be known about the recording beside them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from symbolic.errors import SymbolicError
from tests.transcription.hearing import activations
from transcription.activations import Activations, joined
from transcription.backends.kept import keep, kept_activations, kept_warnings

WARNINGS = ("the recording is clipped (2.0% of the samples): expect wrong notes", "naïve “quotes”")
HEARD = activations(12_000, [(10, 60, 60), (9_000, 9_100, 72)], noise=0.1)
PARTS = (HEARD.cut(0, 5_500), HEARD.cut(5_500, 12_000))


def test_what_was_kept_comes_back_with_its_warnings(tmp_path: Path) -> None:
    file = tmp_path / "new" / "a.heard"
    through = joined(list(keep(file, PARTS, lambda: WARNINGS)))
    again = joined(list(kept_activations(file)))
    for found in (through, again):
        np.testing.assert_array_equal(found.frames, HEARD.frames)
        np.testing.assert_array_equal(found.onsets, HEARD.onsets)
        np.testing.assert_allclose(found.level_db, HEARD.level_db, rtol=1e-6)
    assert kept_warnings(file) == WARNINGS
    assert [part.first for part in kept_activations(file)] == [0, 5_000, 10_000]


def test_a_recording_too_short_for_a_frame(tmp_path: Path) -> None:
    file = tmp_path / "a.heard"
    assert not list(keep(file, (), lambda: ()))
    assert (kept_warnings(file), list(kept_activations(file))) == ((), [])


def test_nothing_is_kept_of_what_was_not_heard_to_the_end(tmp_path: Path) -> None:
    def breaks() -> list[Activations]:
        raise SymbolicError("the file breaks off")

    def parts() -> object:
        yield PARTS[0]
        breaks()

    with pytest.raises(SymbolicError):
        list(keep(tmp_path / "a.heard", parts(), tuple))  # type: ignore[arg-type]
    stopped = keep(tmp_path / "b.heard", PARTS, tuple)
    next(stopped)
    stopped.close()  # type: ignore[attr-defined]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", [b"", b"abc", bytes(708), b"x" * 5_000, b'{"a": 1' + b"\x07\0\0\0"])
def test_another_file_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "a.heard"
    file.write_bytes(content)
    with pytest.raises(SymbolicError, match="delete it"):
        kept_warnings(file)
