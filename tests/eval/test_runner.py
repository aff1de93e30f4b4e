import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from eval import evaluate
from eval.models.scripted import Scripted
from eval.runner import prepare, run
from symbolic.errors import SymbolicError
from tests.eval.conftest import abc

ORACLE = Scripted("oracle", lambda question: f"I hear {question.truth}.")
REPOSITORY = Path(__file__).resolve().parents[2]


def test_an_oracle_is_right_everywhere(four_keys: Path) -> None:
    results = run(prepare("key", four_keys), ORACLE)
    assert results.n == 4
    assert {name: estimate.value for name, estimate in results.metrics.items()} == dict.fromkeys(
        ("accuracy", "tonic_accuracy", "mirex", "answered"), 1
    )
    assert results.config["resolved_model"] == "oracle"
    assert results.skipped == {"asks for time-signature": 1}


def test_wrong_near_and_missing_answers_are_told_apart(four_keys: Path) -> None:
    replies = {"q0": "C major", "q1": "D major", "q2": "Eb major", "q3": "no idea"}
    results = evaluate(data=four_keys, model=Scripted("mixed", lambda question: replies[question.id]))
    assert [item.outcome.grade.verdict for item in results.per_item] == ["right", "near", "wrong", "none"]
    assert [results.metrics[name].value for name in ("accuracy", "mirex", "answered")] == [0.25, 0.375, 0.75]
    assert results.per_item[3].to_json() == {
        "id": "q3", "group": "", "truth": "D dorian", "answer": None, "verdict": "none", "credit": 0.0,
        "text": "no idea",
    }  # fmt: skip


def test_limit_is_a_draw_by_seed_in_the_data_order(jsonl: Callable[..., Path]) -> None:
    path = jsonl(*({"id": f"{n}", "task": "key", "abc": abc(), "answer": "C major"} for n in range(50)))

    def ids(**options: int) -> list[str]:
        return [question.id for question in prepare("key", path, **options).questions]

    few = ids(limit=20)
    assert few == ids(limit=20)
    assert few != ids(limit=20, seed=1)
    assert few != ids()[:20]
    assert [id_ for id_ in ids() if id_ in few] == few
    assert set(ids(limit=10)) < set(few)
    assert len(ids(limit=99)) == 50


def test_results_do_not_depend_on_the_run(four_keys: Path) -> None:
    first, second = (evaluate("key", "baseline:aarden-essen", four_keys, seed=2) for _ in range(2))
    assert first.metrics == second.metrics
    assert first.per_item == second.per_item


def test_folders_ask_what_their_headers_state(tmp_path: Path) -> None:
    (tmp_path / "a.abc").write_text(abc("D"))
    (tmp_path / "b.abc").write_text(abc("none", number=2) + "\n" + abc("Am"))
    results = evaluate(data=tmp_path, model=ORACLE)
    assert [(item.id, item.outcome.truth) for item in results.per_item] == [
        ("a.abc", "D major"),
        ("b.abc#2", "A minor"),
    ]
    assert results.skipped == {"it states no key": 1}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"task": "keys"}, "did you mean 'key'"),
        ({"limit": 0}, "limit must be at least 1, got 0"),
        ({"task": "note-count", "input": "audio"}, "stands in the notation"),
        ({"input": "x"}, "input must be one of score, midi, audio, got 'x'"),
        ({"data": "nowhere.jsonl"}, "no such file"),
        ({"model": "baseline:none"}, "unknown model"),
    ],
)
def test_mistakes(options: dict[str, object], message: str) -> None:
    with pytest.raises(SymbolicError, match=message):
        evaluate(**{"limit": 2, **options})


def test_nothing_that_can_be_asked(tmp_path: Path) -> None:
    (tmp_path / "a.abc").write_text(abc("none"))
    with pytest.raises(SymbolicError, match=r"nothing in .* can be asked for 'key': 1 × it states no key"):
        evaluate(data=tmp_path, model=ORACLE)


@pytest.mark.parametrize("change", [lambda texts: texts[:-1], lambda texts: [*texts, "C"]])
def test_a_model_must_answer_each_question_once(four_keys: Path, change) -> None:
    class Faulty:
        name = "faulty"

        def answers(self, questions):
            return change(["C"] * len(questions))

    with pytest.raises(SymbolicError, match=r"faulty gave [35] answers to 4 questions"):
        run(prepare("key", four_keys), Faulty())


def test_importing_eval_is_light() -> None:
    heavy = ("matplotlib", "music21", "torch", "sklearn", "scipy", "rich", "symusic")
    code = f"import sys, eval; eval.evaluate; print(*sorted(set({heavy!r}) & set(sys.modules)))"
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert found.stdout.split() == []
