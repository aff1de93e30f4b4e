from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from symbolic.errors import SymbolicError
from transcription import durations
from transcription.durations import MAX_LAYERS, ValueModel, note_ends, value_model
from transcription.note_values import CANDIDATES, EVIDENCE, Line, choices


def line(*rows: tuple[int, float, int], bar: int = 192, beat: int = 48) -> Line:
    """A line of (place, parts that it sounded, MIDI number)."""
    onset = np.array([row[0] for row in rows])
    start = onset // bar * bar
    return Line(
        onset=onset,
        pitch=np.array([row[2] for row in rows]),
        played_onset=onset.astype(float),
        played_end=onset + np.array([float(row[1]) for row in rows]),
        bar_start=start,
        bar_end=start + bar,
        beat=np.full(len(rows), beat),
        end=int(start[-1]) + bar,
        grid=np.unique(onset),
    )


def lengths(*rows: tuple[int, float, int]) -> list[int]:
    own = line(*rows)
    return [int(length) for length in note_ends(own) - own.onset]


EIGHTHS = [(24 * step, 20.0, 60 + step % 5) for step in range(16)]


def test_every_note_has_a_possible_length() -> None:
    found = choices(line(*EIGHTHS))
    assert found.length.shape == (16, CANDIDATES)
    assert found.evidence.shape == (16, CANDIDATES, len(EVIDENCE))
    assert found.possible.any(axis=1).all()
    assert (found.length[found.possible] > 0).all()
    assert np.isfinite(found.evidence).all()


def test_candidates_are_different_lengths() -> None:
    found = choices(line(*EIGHTHS))
    for length, possible in zip(found.length[:, :8], found.possible[:, :8], strict=True):
        assert len(set(length[possible])) == possible.sum()


def test_how_long_notes_ring_does_not_matter_where_all_do() -> None:
    for share in (0.4, 0.9, 1.3, 3.0):
        assert lengths(*((24 * step, 24 * share, 60 + step % 5) for step in range(16)))[:-1] == [24] * 15


def test_the_notes_of_a_chord_end_together() -> None:
    rows = [(48 * step, 44.0 + pitch / 20, pitch) for step in range(8) for pitch in (60, 64, 67)]
    assert lengths(*rows)[:-3] == [48] * 21


def test_no_more_than_so_many_lengths_at_once() -> None:
    rng = np.random.default_rng(3)
    rows = sorted(
        (int(12 * rng.integers(0, 40)), float(rng.uniform(5, 400)), int(p)) for p in rng.permutation(60) + 36
    )
    own = line(*rows)
    ends = note_ends(own)
    for place in np.unique(own.onset):
        sounding = (own.onset <= place) & (ends > place)
        assert len(set(zip(own.onset[sounding], ends[sounding], strict=True))) <= MAX_LAYERS


def test_no_notes() -> None:
    none = np.zeros(0, dtype=np.int64)
    assert len(note_ends(Line(none, none, none, none, none, none, none, 0, none))) == 0


def test_shipped_weights_fit_the_evidence() -> None:
    model = value_model()
    assert model.direct.shape == (len(EVIDENCE),)
    assert model.inner.shape == (len(EVIDENCE), len(model.bias))
    assert model.outer.shape == model.bias.shape


@pytest.mark.parametrize("stored", [{"evidence": ["other"]}, {"evidence": EVIDENCE, "weights": [1.0]}])
def test_weights_of_another_version_are_refused(
    stored: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "weights.json"
    path.write_text(json.dumps(stored), encoding="utf-8")
    monkeypatch.setattr(durations, "data_path", lambda name: path)
    value_model.cache_clear()
    with pytest.raises(SymbolicError, match="fit_note_values"):
        value_model()
    value_model.cache_clear()


def test_impossible_lengths_cost_without_end() -> None:
    found = choices(line(*EIGHTHS))
    kinds = len(EVIDENCE)
    costs = ValueModel(np.zeros(kinds), np.ones((kinds, 3)), np.zeros(3), np.zeros(3)).costs(found)
    assert np.isinf(costs[~found.possible]).all()
    assert (costs[found.possible] == 0).all()
