from importlib.util import find_spec

import pytest

from eval.registry import (
    LANGUAGE,
    MODEL_KINDS,
    TASKS,
    TRANSCRIPTION,
    build_model,
    build_transcriber,
    choose_models,
    model_names,
    task_named,
)
from symbolic.errors import SymbolicError
from symbolic.questions import TASKS as QUESTION_TASKS

KEY, TIME = TASKS["key"], TASKS["time-signature"]
NAMES = model_names(KEY)
SAME_AS_DEFAULT = (KEY.default_model, "baseline:analysis")


def test_every_task_has_a_question_type_and_a_default_model() -> None:
    assert set(TASKS) <= set(QUESTION_TASKS)
    for task in TASKS.values():
        assert build_model("default", task).name == task.default_model
        assert task.default_model in model_names(task)


def test_the_shipped_language_model_answers_key_and_metre() -> None:
    assert KEY.default_model == TIME.default_model == LANGUAGE
    assert LANGUAGE in model_names(KEY)


def test_every_model_that_is_listed_can_be_built() -> None:
    for task in TASKS.values():
        for name in model_names(task):
            assert build_model(name, task).name in {name, task.default_model}


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        (["default"], ["default"]),
        (["baseline:maj*", "default"], ["baseline:majority", "default"]),
        (
            ["default", "baseline:*"],
            [
                "default",
                *(name for name in NAMES if name.startswith("baseline:") and name not in SAME_AS_DEFAULT),
            ],
        ),
        (["default", KEY.default_model], ["default", KEY.default_model]),
        (["scripted:C major", "scripted:C major"], ["scripted:C major"]),
    ],
)
def test_choice_of_models(patterns: list[str], expected: list[str]) -> None:
    assert choose_models(patterns, [KEY])["key"] == expected


def test_a_model_of_one_task_among_several() -> None:
    chosen = choose_models(["baseline:krumhansl-schmuckler", "default"], [KEY, TIME])
    assert chosen == {"key": ["baseline:krumhansl-schmuckler", "default"], "time-signature": ["default"]}


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("baseline:krumhansl", "did you mean 'baseline:krumhansl-schmuckler'"),
        ("majority", "did you mean 'baseline:majority'"),
        ("hg:gpt2", "unknown model 'hg:gpt2'"),
        ("scripted:", "unknown model 'scripted:'"),
        ("x*", r"unknown model 'x\*'"),
    ],
)
def test_unknown_models(name: str, message: str) -> None:
    with pytest.raises(SymbolicError, match=message):
        choose_models([name], [KEY])


def test_unknown_task() -> None:
    with pytest.raises(SymbolicError, match="did you mean 'time-signature'"):
        task_named("timesignature")


def test_every_kind_says_what_it_is() -> None:
    assert all(kind.description and kind.argument for kind in MODEL_KINDS.values())


def test_transcription_has_models_of_its_own() -> None:
    names = model_names(TRANSCRIPTION)
    assert {"default", TRANSCRIPTION.default_model, "baseline:midi2abc", "baseline:partitura"} <= set(names)
    assert "baseline:majority" not in names
    assert not any(name.startswith("pipeline:") for name in NAMES)
    assert build_transcriber("default").name == TRANSCRIPTION.default_model
    for pattern in ("scripted:x", "hf:default", "baseline:krumhansl-schmuckler"):
        with pytest.raises(SymbolicError, match="unknown model"):
            choose_models([pattern], [TRANSCRIPTION])


def test_what_needs_a_package_says_which() -> None:
    if find_spec("essentia") is not None:
        pytest.skip("essentia is installed")
    assert "audio:essentia" not in NAMES
    with pytest.raises(SymbolicError, match=r"needs the package essentia \(it is under the AGPL"):
        build_model("audio:essentia", KEY)
    with pytest.raises(SymbolicError, match="audio:essentia does not do time-signature"):
        build_model("audio:essentia", TIME)
