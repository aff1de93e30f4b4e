from __future__ import annotations

import numpy as np
import pytest

from symbolic.abc import parse
from symbolic.resources import data_path
from transcription.beats.meters import FACTS
from transcription.beats.model import BEATS_MODEL
from transcription.beats.weighing import Case, _fit, weigh_facts

JIG = "X:1\nM:6/8\nL:1/8\nK:G\nD|GAG GAB|ABA ABd|edd gdd|edB dBA|GAG GAB|ABA ABd|edd gdB|AGF G2:|\n"


def test_facts_that_tell_the_right_reading_count_more() -> None:
    rng = np.random.default_rng(0)
    cases = []
    for _ in range(40):
        facts = rng.standard_normal((6, len(FACTS)))
        right = np.zeros(6, dtype=bool)
        right[facts[:, 3].argmax()] = True
        cases.append(Case(0.0, facts, np.arange(6) % 2, right))
    weights = _fit(cases, meters=2).reshape(2, -1)
    assert weights[0].argmax() == 3
    np.testing.assert_allclose(weights[1], 0, atol=1e-3)


def test_weights_come_from_scores_that_are_played(capsys: pytest.CaptureFixture[str]) -> None:
    with np.load(data_path(BEATS_MODEL), allow_pickle=False) as stored:
        arrays = dict(stored.items())
    found = weigh_facts(arrays, [("jig", parse(JIG))] * 2, {}, seed=1)
    assert found["fact_weights"].shape == (2, len(FACTS))
    assert found["meter_bias"].shape == (2, len(arrays["meters"]))
    assert "2 performances weighed" in capsys.readouterr().out
