"""The shipped weights give what is recorded beside them, and are small and safe to load."""

from __future__ import annotations

import json

import pytest

from eval.models.loading import shipped_folder
from eval.models.shipped import ASKED_AGAIN, FILE, SLICE, measured, with_table

MOST_BYTES = 32 * 2**20
SPREAD = 1.5 / SLICE  # one answer may fall otherwise where numbers round otherwise


@pytest.mark.parametrize("place", range(len(ASKED_AGAIN)), ids=lambda place: ASKED_AGAIN[place].task)
def test_slice_is_answered_as_recorded(place: int) -> None:
    recorded = json.loads((shipped_folder() / FILE).read_bytes())["slice"][place]
    again = measured(ASKED_AGAIN[place], SLICE)
    assert (again["task"], again["n"], again["metric"]) == (
        recorded["task"],
        recorded["n"],
        recorded["metric"],
    )
    assert again["value"] == pytest.approx(recorded["value"], abs=SPREAD)


def test_folder_is_small_and_holds_no_pickle() -> None:
    files = [path for path in shipped_folder().rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= MOST_BYTES
    assert {path.suffix for path in files} <= {".json", ".safetensors", ".jinja", ".md", ".model"}


def test_card_names_every_source_and_what_was_measured() -> None:
    card = (shipped_folder() / "README.md").read_text(encoding="utf-8")
    record = json.loads((shipped_folder() / "training.json").read_bytes())
    assert record["data"]["sources"]
    assert all(f"| {name}: " in card for name in record["data"]["sources"])
    assert all(
        f"{row['value']:.3f}" in card for row in json.loads((shipped_folder() / FILE).read_bytes())["rows"]
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
