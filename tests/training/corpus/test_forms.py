"""The forms of examples: with evidence or not, multiple choice or open, with reasons or short."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from symbolic.abc import parse
from symbolic.errors import SymbolicError
from symbolic.questions import question_type
from symbolic.questions.base import EXPLAIN, NOTATE
from symbolic.questions.evidence import LEAD, has_evidence
from tests.training.corpus.small import small_config, write_tunes
from training.corpus.build import build
from training.corpus.config import BuildConfig

LETTERED = ("theory", "completion", "continuation")
"""Types with questions that have options in any case."""


def records(path: Path) -> dict[str, Any]:
    lines = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return {line["id"]: line for line in lines}


@pytest.fixture(scope="module")
def corpora(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("evidence")
    scores = write_tunes(folder / "tunes", files=2, each=10)
    build(small_config(scores), folder / "plain")
    build(small_config(scores, evidence=True), folder / "shown")
    return folder / "plain", folder / "shown"


def test_half_of_the_examples_that_have_evidence_show_it(corpora: tuple[Path, Path]) -> None:
    lines = records(corpora[1] / "sft/train.jsonl").values()
    able = [line for line in lines if has_evidence(line["task"])]
    showing = [line for line in lines if f"\n{LEAD} " in line["messages"][0]["content"]]
    assert {line["task"] for line in showing} <= {line["task"] for line in able}
    assert 0.3 < len(showing) / len(able) < 0.7
    forms = json.loads((corpora[1] / "manifest.json").read_text())["forms"]
    assert abs(forms["evidence"] - forms["no evidence"]) <= 0.1 * forms["evidence"] + 8


def test_nothing_else_changes(corpora: tuple[Path, Path]) -> None:
    plain, shown = (records(folder / "sft/train.jsonl") for folder in corpora)
    assert plain.keys() == shown.keys()
    for id_, line in shown.items():
        asked, answer = (turn["content"] for turn in line["messages"])
        before, at, rest = asked.partition(f"\n{LEAD} ")
        was, answered = (turn["content"] for turn in plain[id_]["messages"])
        assert answer == answered
        assert asked == was if not at else was.startswith(before) and was.endswith(rest[-40:])


def test_held_out_questions_never_show_it(corpora: tuple[Path, Path]) -> None:
    for split in ("dev", "test"):
        held_out = [folder / f"questions/{split}.jsonl" for folder in corpora]
        assert held_out[0].read_bytes() == held_out[1].read_bytes()


def test_it_is_off_unless_asked_for_and_must_be_true_or_false() -> None:
    assert not BuildConfig().evidence
    with pytest.raises(SymbolicError, match="evidence must be true or false, got 1"):
        BuildConfig.from_dict({"evidence": 1})
    with pytest.raises(SymbolicError, match="questions must be a whole number, got True"):
        BuildConfig.from_dict({"questions": True})


def test_shares_of_multiple_choice_and_of_reasons(tmp_path: Path) -> None:
    scores = write_tunes(tmp_path / "tunes", files=2, each=10)
    build(small_config(scores, choice=0, reasons=20), tmp_path / "out")
    forms = json.loads((tmp_path / "out/manifest.json").read_text())["forms"]
    lines = records(tmp_path / "out/sft/train.jsonl").values()
    asked = {line["id"]: line["messages"][0]["content"] for line in lines if line["task"] not in LETTERED}
    assert not [id_ for id_, text in asked.items() if "\nA) " in text]
    assert 0.12 < sum(EXPLAIN in text for text in asked.values()) / len(asked) < 0.28
    assert 0.12 < forms["long"] / (forms["long"] + forms["short"]) < 0.28


@pytest.mark.parametrize("values", [{"choice": 101}, {"reasons": -1}])
def test_a_share_is_a_percentage(values: dict[str, int]) -> None:
    with pytest.raises(SymbolicError, match="must be a percentage from 0 to 100"):
        BuildConfig.from_dict(values)


def test_music_is_written_out_first_as_often_as_is_asked_for(tmp_path: Path) -> None:
    scores = write_tunes(tmp_path / "tunes", files=2, each=10)
    build(
        small_config(scores, emphasis=("time-signature:40",), choice=0, notations=75, transpositions=4),
        tmp_path / "built",
    )
    lines = [
        [turn["content"] for turn in line["messages"]]
        for line in records(tmp_path / "built/sft/train.jsonl").values()
        if line["task"] == "time-signature"
    ]
    written = [(asked, answer) for asked, answer in lines if NOTATE in asked]
    assert len(lines) > 10
    assert 0.6 < len(written) / len(lines) < 0.9
    kind = question_type("time-signature")
    for asked, answer in written:
        music, _, said = answer.rpartition("\nAnswer: ")
        assert kind.seen_in(parse(f"X:1\nL:1/8\n{asked[asked.index('K:') :].splitlines()[0]}\n{music}"), said)
    with pytest.raises(SymbolicError, match="notations must be a percentage"):
        BuildConfig(notations=101)
