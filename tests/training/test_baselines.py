from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("sklearn")

from symbolic.abc import parse
from symbolic.analysis.key import KEY_MODEL, RotationModel, best_key
from symbolic.analysis.key_evidence import EVIDENCE, KeyEvidence, key_evidence
from symbolic.analysis.metrical_markov import COMPONENTS
from symbolic.key import Key
from symbolic.meter import Meter
from symbolic.score import Score
from training import baselines
from training.baselines import Example

JIG = "X:1\nM:6/8\nL:1/8\nK:D\nA|dfd ecA|BdB A2F|GBG FAF|EFE E2A|dfd ecA|BdB A2F|GBG FAd|edc d2|]\n"
MARCH = "X:1\nM:2/4\nL:1/8\nK:D\nA>F|D2 d2|c>B AG|F2 A2|G>F ED|D2 d2|c>B AG|FA GE|D2|]\n"


def examples(text: str, key: str, meter: str, count: int, split: str = "train") -> list[Example]:
    score = parse(text)
    return [
        Example(f"{key}{meter}{n}", split, n, transposed(key, n), meter, score.transpose(n % 12))
        for n in range(count)
    ]


def transposed(key: str, by: int) -> str:
    old = Key.parse(key)
    return Key.from_pitch_class((old.pitch_class + by) % 12, old.mode).name


def tunes() -> list[Example]:
    major = examples("X:1\nL:1/4\nK:C\nCDEF|GABc|GECE|C4|]\n", "C", "4/4", 24)
    minor = examples("X:1\nL:1/4\nK:Am\nABcd|e^fga|ecAc|A4|]\n", "A minor", "4/4", 24)
    return major + minor


def test_key_model_learns_its_training_tunes_in_every_key() -> None:
    stored = baselines.train_key(tunes())
    model = RotationModel(tuple(stored["modes"]), np.array(stored["weights"]), np.array(stored["bias"]))
    assert sorted(model.modes) == ["major", "minor"]
    assert model.weights.shape == (2, len(EVIDENCE) * 12)
    for tune in tunes():
        found = key_evidence(tune.score)
        assert isinstance(found, KeyEvidence)
        assert best_key(model.log_probabilities(found)).same_answer(Key.parse(tune.key))


def test_only_the_training_split_is_learned_from() -> None:
    text = "X:1\nL:1/4\nK:C\nCDEF|GABc|]\n"
    held_out = [tune for name in ("dev", "test") for tune in examples(text, "F# minor", "7/8", 40, name)]
    assert baselines.train_key(tunes() + held_out) == baselines.train_key(tunes())
    assert all(tune.meter != "7/8" for tune in baselines.rhythms(tunes() + held_out))


def test_gradient_of_the_key_objective_leads_to_a_minimum() -> None:
    rng = np.random.default_rng(0)
    rows = rng.random((30, len(EVIDENCE), 12))
    weights, loss = baselines.fit_rotations(rows, rng.integers(0, 12, 30), rng.integers(0, 2, 30), 2)
    assert weights.shape == (len(EVIDENCE) * 12 + 1, 2)
    assert 0 < loss < np.log(24)


def test_upbeat_follows_the_bars() -> None:
    assert baselines.upbeat(parse(JIG), Meter.parse("6/8")) == 60
    assert baselines.upbeat(parse(MARCH), Meter.parse("2/4")) == 24


def test_metre_models_learn_and_likelihoods_come_from_other_folds(monkeypatch: pytest.MonkeyPatch) -> None:
    both = examples(JIG, "D", "6/8", 24) + examples(MARCH, "D", "2/4", 24)
    chosen = baselines.rhythms(both)
    assert {rhythm.fold for rhythm in chosen} == set(range(baselines.FOLDS))
    found = baselines.cross_likelihoods(chosen, ["6/8", "2/4"])
    for rhythm, values in zip(chosen, found, strict=True):
        assert values.shape == (2, len(COMPONENTS))
        assert ["6/8", "2/4"][int(values.sum(axis=1).argmax())] == rhythm.meter
    _, stored = baselines.train_meter(both)
    assert stored["logistic-markov"]["meters"] == ["2/4", "6/8"]


def test_weights_do_without_standardised_features() -> None:
    rng = np.random.default_rng(0)
    features = rng.normal(5, 3, (300, 4))
    features[:, 3] = 1  # a constant
    labels = ["a" if row[0] > 5 else "b" if row[1] > 5 else "c" for row in features]
    classes, weights, bias = baselines.fit_meter(features, labels)
    guesses = [classes[place] for place in (features @ weights.T + bias).argmax(axis=1)]
    assert np.mean([guess == label for guess, label in zip(guesses, labels, strict=True)]) > 0.8


def test_stored_models_say_how_they_were_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(baselines, "data_root", lambda: tmp_path)
    baselines.write_key(tunes())
    text = (tmp_path / KEY_MODEL).read_text(encoding="utf-8")
    assert '"made_by": "python -m training.baselines key"' in text
    assert "split train, 48 tunes" in text


def test_empty_scores_are_passed_over() -> None:
    empty = [Example(f"e{n}", "train", n, "C major", "4/4", Score()) for n in range(30)]
    assert baselines.rhythms(empty) == []
    assert baselines.train_key(tunes() + empty) == baselines.train_key(tunes())
