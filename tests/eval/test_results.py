import json
from pathlib import Path

import pytest

from eval.models.scripted import Scripted
from eval.results import dump, file_stem, write_results
from eval.runner import prepare, run

SAYS_C = Scripted("scripted:C/../major?", "C major")


def test_json(four_keys: Path) -> None:
    results = run(prepare("key", four_keys, seed=5), SAYS_C, command="symbolic-eval --task key")
    found = json.loads(dump([results]))
    assert found["task"] == "key"
    assert found["model"] == "scripted:C/../major?"
    assert found["n"] == len(found["per_item"]) == 4
    assert found["metrics"]["accuracy"]["value"] == 0.25
    assert found["metrics"]["accuracy"]["ci95"] == pytest.approx([0.0456, 0.6994], abs=1e-4)
    assert found["config"]["seed"] == 5
    assert found["data"]["name"] == "questions.jsonl"
    assert found["command"] == "symbolic-eval --task key"
    assert {"python", "numpy"} <= set(found["versions"])
    assert isinstance(json.loads(dump([results, results])), list)


def test_files_have_safe_names(four_keys: Path, tmp_path: Path) -> None:
    results = run(prepare("key", four_keys), SAYS_C)
    assert file_stem(results) == "key--scripted-C-..-major-"
    folder = tmp_path / "out"
    folder.mkdir()
    write_results(folder, [results])
    (path,) = folder.iterdir()
    assert json.loads(path.read_text())["n"] == 4
