from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from symbolic.abc import parse
from transcription import fit_note_values
from transcription.fit_note_values import Examples, examples, fit, main
from transcription.note_values import CANDIDATES, EVIDENCE
from transcription.synthesis import STEADY, perform

TUNE = "X:1\nL:1/8\nM:4/4\nK:G\nD2|G2B>c d2ef|d2z2B4|c2A2F2D2|G6|]\n"


def test_examples_know_the_written_lengths() -> None:
    played = perform(parse(TUNE), STEADY, 1)
    (found,) = examples(played)
    assert len(found.right) >= 13
    assert (found.right & ~found.possible).sum() == 0
    assert found.right.any(axis=1).all()


def test_fitting_finds_what_the_examples_were_made_with() -> None:
    rng = np.random.default_rng(0)
    truth = np.zeros(len(EVIDENCE))
    truth[:3] = 2.0, -1.0, 0.5
    evidence = rng.standard_normal((4000, CANDIDATES, len(EVIDENCE)))
    possible = rng.random((4000, CANDIDATES)) < 0.5
    possible[:, 0] = True
    noise = rng.gumbel(size=(4000, CANDIDATES))
    best = np.where(possible, evidence @ truth + noise, -np.inf).argmax(axis=1)
    right = np.arange(CANDIDATES) == best[:, None]
    weights, loss = fit([Examples(evidence.astype(np.float32), possible, right)])
    assert weights == pytest.approx(truth, abs=0.15)
    assert loss < np.log(CANDIDATES / 2)


def test_the_command_writes_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        fit_note_values, "material", lambda folder, seed: [perform(parse(TUNE), STEADY, seed)]
    )
    assert main(["--output", str(tmp_path / "weights.json"), "--seed", "2"]) == 0
    stored = json.loads((tmp_path / "weights.json").read_text(encoding="utf-8"))
    assert len(stored["weights"]) == len(stored["evidence"]) == len(EVIDENCE)
    assert stored["notes"] >= 13
