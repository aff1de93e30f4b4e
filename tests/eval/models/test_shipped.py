"""The shipped weights give what is recorded beside them, and are small and safe to load."""

from __future__ import annotations

import json

import pytest

from eval.models.loading import SHIPPED, shipped_folder
from eval.models.shipped import ASKED_AGAIN, FILE, SLICE, measured, with_table

MOST_BYTES = 32 * 2**20
SPREAD = 1.5 / SLICE  # one answer may fall otherwise where numbers round otherwise


@pytest.mark.parametrize("model", SHIPPED)
def test_slice_is_answered_as_recorded(model: str) -> None:
    recorded = json.loads((shipped_folder(model) / FILE).read_bytes())["slice"]
    measures = [measure for measure in ASKED_AGAIN if measure.model == model]
    for row, measure in zip(recorded, measures, strict=True):
        again = measured(measure, SLICE)
        assert {**again, "value": 0, "ci95": 0, "seconds": 0} == {**row, "value": 0, "ci95": 0, "seconds": 0}
        assert again["value"] == pytest.approx(row["value"], abs=SPREAD)


def test_folders_are_small_and_hold_no_pickle() -> None:
    files = [path for name in SHIPPED for path in shipped_folder(name).rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= MOST_BYTES
    assert {path.suffix for path in files} <= {".json", ".safetensors", ".jinja", ".md", ".model"}


@pytest.mark.parametrize("model", SHIPPED)
def test_card_names_every_source_and_what_was_measured(model: str) -> None:
    card = (shipped_folder(model) / "README.md").read_text(encoding="utf-8")
    record = json.loads((shipped_folder(model) / "training.json").read_bytes())
    assert record["data"]["sources"]
    assert all(f"| {name}: " in card for name in record["data"]["sources"])
    assert all(
        f"{row['value']:.3f}" in card
        for row in json.loads((shipped_folder(model) / FILE).read_bytes())["rows"]
    )


def test_new_table_replaces_the_old_one() -> None:
    row = {
        "task": "key",
        "method": "score",
        "vote": False,
        "evidence": False,
        "metric": "accuracy",
        "n": 40,
        "value": 0.5,
        "ci95": [0.4, 0.6],
    }
    once = with_table("# Card\n", [row])
    assert "| key | score | no | no | accuracy | 40 | 0.500 (0.400–0.600) |" in once
    assert with_table(once, [row]) == once
