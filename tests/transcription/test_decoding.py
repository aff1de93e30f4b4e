"""basic-pitch's way of decoding: the same notes as its own code gives."""

import sys
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from tests.transcription.hearing import activations
from transcription.decoding import DecoderSettings, decode, peaks, with_inferred_onsets


@pytest.fixture
def note_creation(monkeypatch: pytest.MonkeyPatch) -> Any:
    """basic-pitch's module of that name, from the installed wheel, without what its package drags in."""
    spec = find_spec("basic_pitch")
    if spec is None or spec.submodule_search_locations is None:
        pytest.skip("basic-pitch is not installed (pip install --no-deps basic-pitch==0.4.0)")
    pytest.importorskip("librosa")
    package = ModuleType("basic_pitch")
    package.__path__ = list(spec.submodule_search_locations)
    monkeypatch.setitem(sys.modules, "basic_pitch", package)
    monkeypatch.setitem(sys.modules, "resampy", ModuleType("resampy"))
    for name in ("constants", "note_creation"):
        monkeypatch.delitem(sys.modules, f"basic_pitch.{name}", raising=False)
    module = import_module("basic_pitch.note_creation")
    for name in ("constants", "note_creation"):
        monkeypatch.delitem(sys.modules, f"basic_pitch.{name}", raising=False)
    return module


def music(seed: int) -> Any:
    """Smooth noise in which everything happens: ghosts, neighbours, notes to the very end."""
    rng = np.random.default_rng(seed)
    starts = rng.integers(2, 560, 60)
    notes = [(int(start), int(start + rng.integers(3, 60)), int(rng.integers(21, 109))) for start in starts]
    made = activations(600, notes, noise=0.35, seed=seed)
    smooth = np.stack([np.convolve(column, np.ones(5) / 5, "same") for column in made.frames.T], axis=1)
    return np.maximum(made.frames * 0.9, smooth).astype(np.float32), made.onsets


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "settings",
    [
        DecoderSettings(),
        DecoderSettings(0.6, 0.4, 5, without_onsets=False),
        DecoderSettings(0.3, 0.2, 3, infer_onsets=False),
    ],
)
def test_same_notes_as_basic_pitch(note_creation: Any, settings: DecoderSettings, seed: int) -> None:
    frames, onsets = music(seed)
    theirs = note_creation.output_to_notes_polyphonic(
        frames.copy(),
        onsets.copy(),
        onset_thresh=settings.onset,
        frame_thresh=settings.frame,
        min_note_len=settings.shortest,
        infer_onsets=settings.infer_onsets,
        max_freq=None,
        min_freq=None,
        melodia_trick=settings.without_onsets,
    )
    before = frames.copy(), onsets.copy()
    ours = decode(frames, onsets, settings)
    assert len(ours) > 20
    assert [note[:3] for note in ours.tolist()] == [note[:3] for note in theirs]
    np.testing.assert_allclose(ours["amplitude"], [note[3] for note in theirs], rtol=1e-5)
    np.testing.assert_array_equal(before, (frames, onsets))


def test_nothing_heard() -> None:
    assert len(decode(np.zeros((100, 88)), np.zeros((100, 88)), DecoderSettings())) == 0
    assert len(decode(np.zeros((0, 88)), np.zeros((0, 88)), DecoderSettings())) == 0


def test_inferred_onsets_are_scaled_to_the_clearest() -> None:
    heard = activations(100, [(20, 60, 60)])
    onsets = np.zeros_like(heard.onsets)
    onsets[5, 3] = 0.8
    inferred = with_inferred_onsets(onsets, heard.frames)
    assert inferred[20:22, 60 - 21].max() == pytest.approx(0.8)
    assert inferred[30:, 60 - 21].max() < 1e-6


def test_peaks_are_greater_than_both_neighbours() -> None:
    values = np.array([[3.0], [1.0], [2.0], [1.0], [2.0], [2.0], [1.0], [4.0]])
    assert np.flatnonzero(peaks(values)[:, 0]).tolist() == [2]


@pytest.mark.parametrize("bad", [{"onset": 0}, {"frame": 1.0}, {"shortest": -1}])
def test_bad_settings(bad: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(bad))):
        DecoderSettings(**bad)
