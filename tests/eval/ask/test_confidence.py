from math import exp

import numpy as np
import pytest

from eval.ask.confidence import Measured, answered, fitted, label, log_odds, measured
from eval.models import Decoding
from eval.registry import TASKS, build_model
from symbolic.abc import parse
from symbolic.questions import Question, question_type

QUESTION = question_type("key").ask(parse("X:1\nL:1/8\nK:D\nDEFG ABcd|d2A2 F2D2|"))


def test_a_fit_finds_the_truth() -> None:
    rng = np.random.default_rng(0)
    odds = rng.normal(1, 2, 4000)
    right = rng.random(4000) < 1 / (1 + np.exp(-(0.5 * odds + 0.3)))
    slope, intercept = fitted(odds, right)
    assert slope == pytest.approx(0.5, abs=0.06)
    assert intercept == pytest.approx(0.3, abs=0.12)


def test_a_fit_to_answers_that_are_all_right_stays_finite() -> None:
    slope, intercept = fitted(np.array([1.0, 2.0, 3.0]), np.array([True, True, True]))
    assert 0.5 < 1 / (1 + exp(-(2 * slope + intercept))) < 1


def test_confidence_rises_with_the_probability_and_is_the_credit_without() -> None:
    known = Measured(10, "dev", 0.7, 0.8, 0.1)
    assert known.confidence(0.4) < known.confidence(0.6) < known.confidence(1.0) < 1
    assert known.confidence(None) == 0.7
    assert Measured(10, "dev", 0.7).confidence(0.9) == 0.7
    assert log_odds(0) == pytest.approx(-log_odds(1))


def test_every_default_model_was_measured() -> None:
    for task in TASKS.values():
        if task.default_model.startswith("hf:") or task.name in ("wrong-bar", "instrumentation"):
            continue
        found = measured(task.name, build_model("default", task))
        assert found is not None, task.name
        assert found.n > 30
        assert 0 < found.credit < 1
    assert measured("key", build_model("scripted:C", TASKS["key"])) is None


def test_a_model_that_is_nearly_always_as_sure_and_right_is_fitted() -> None:
    odds = np.array([9.2] * 226 + [0.1] * 9)
    right = np.array([True] * 230 + [False] * 5)
    slope, intercept = fitted(odds, right)
    assert 0 < slope < 2
    assert 1 / (1 + np.exp(-slope * 9.2 - intercept)) == pytest.approx(0.99, abs=0.02)


def test_probabilities_sum_to_one_and_agree_with_the_answer() -> None:
    assert isinstance(QUESTION, Question)
    text, shares = answered(build_model("baseline:logistic-rotation", TASKS["key"]), QUESTION)
    assert next(iter(shares)) == text == "D major"
    assert sum(shares.values()) == pytest.approx(1)
    assert answered(build_model("baseline:krumhansl-schmuckler", TASKS["key"]), QUESTION)[1] == {}


def test_a_language_model_is_known_by_how_it_answers() -> None:
    assert label(build_model("scripted:C", TASKS["key"])) == "scripted:C"

    class Language:
        name = "hf:x"
        decoding = Decoding("notate", True, False)

        def answers(self, questions: object) -> list[str]:
            return []

    assert label(Language()) == "hf:x notate vote"
