from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from symbolic.abc import parse
from transcription import fit_note_values
from transcription.fit_note_values import Examples, examples, fit, main, material, on_one_track
from transcription.note_values import CANDIDATES, EVIDENCE, Choices
from transcription.synthesis import STEADY, accompany, perform

TUNE = "X:1\nL:1/8\nM:4/4\nK:G\nD2|G2B>c d2ef|d2z2B4|c2A2F2D2|G6|]\n"


def test_examples_know_the_written_lengths() -> None:
    played = perform(parse(TUNE), STEADY, 1)
    (found,) = examples(played)
    assert len(found.right) >= 13
    assert (found.right & ~found.possible).sum() == 0
    assert found.right.any(axis=1).all()


def test_a_keyboard_has_one_track() -> None:
    played = perform(accompany(parse(TUNE)), STEADY, 1)
    merged = on_one_track(played)
    assert set(played.performance.notes["track"].tolist()) == {0, 1}
    assert set(merged.performance.notes["track"].tolist()) == {0}
    assert len(merged.performance.tracks) == 1
    assert np.array_equal(merged.performance.notes["onset_s"], played.performance.notes["onset_s"])
    assert sum(len(part.right) for part in examples(merged)) > sum(
        len(part.right) for part in examples(perform(parse(TUNE), STEADY, 1))
    )


def test_material_holds_tunes_with_and_without_chords(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fit_note_values, "TUNES", 4)
    monkeypatch.setattr(fit_note_values, "ACCOMPANIED", 8)
    monkeypatch.setattr(fit_note_values, "CHORALES", 0)
    found = list(material(tmp_path, 1))
    kinds = [(":heard:" in played.id, len(played.performance.tracks)) for played in found]
    assert [heard for heard, _ in kinds] == [False, True] * (len(found) // 2)
    assert all(tracks == 1 for heard, tracks in kinds if heard)
    assert {tracks for heard, tracks in kinds if not heard} == {1, 2}


def test_fitting_finds_what_the_examples_were_made_with(monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights, and what two kinds of evidence count only together."""
    monkeypatch.setattr(fit_note_values, "EPOCHS", 12)
    monkeypatch.setattr(fit_note_values, "BATCH", 64)
    rng = np.random.default_rng(0)
    evidence = np.zeros((3000, CANDIDATES, len(EVIDENCE)), np.float32)
    evidence[..., :4] = rng.choice((0, 1), (3000, CANDIDATES, 4))
    possible = rng.random((3000, CANDIDATES)) < 0.5
    possible[:, 0] = True
    score = 3 * evidence[..., 0] - 2 * evidence[..., 1]
    score = score + 3 * (evidence[..., 2] != evidence[..., 3])
    noise = rng.gumbel(size=score.shape)
    best = np.where(possible, score + noise, -np.inf).argmax(axis=1)
    model, loss = fit([Examples(evidence, possible, np.arange(CANDIDATES) == best[:, None])], seed=1)
    costs = model.costs(Choices(np.zeros(score.shape), np.ones(score.shape, bool), evidence))
    found = np.array([-costs[np.isclose(score, value)].mean() for value in np.unique(score)])
    assert found - found[-1] == pytest.approx(np.unique(score) - score.max(), abs=0.7)
    assert loss < np.log(CANDIDATES / 2)


def test_the_command_writes_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        fit_note_values, "material", lambda folder, seed: [perform(parse(TUNE), STEADY, seed)]
    )
    assert main(["--output", str(tmp_path / "weights.json"), "--seed", "2"]) == 0
    stored = json.loads((tmp_path / "weights.json").read_text(encoding="utf-8"))
    assert len(stored["direct"]) == len(stored["inner"]) == len(stored["evidence"]) == len(EVIDENCE)
    assert len(stored["outer"]) == len(stored["bias"]) == len(stored["inner"][0])
    assert stored["notes"] >= 13
