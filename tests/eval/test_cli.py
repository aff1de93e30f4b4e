import json
import subprocess
import sys
from pathlib import Path

import pytest

from eval.cli import main
from symbolic.abc import parse
from tests.eval.conftest import abc

REPOSITORY = Path(__file__).resolve().parents[2]
Captured = pytest.CaptureFixture[str]


def test_json_is_all_that_is_printed(four_keys: Path, capsys: Captured) -> None:
    arguments = ["--task", "key", "--data", str(four_keys), "--format", "json"]
    assert main([*arguments, "--model", "scripted:C major"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["metrics"]["accuracy"]["value"] == 0.25
    assert printed.err == ""
    assert main([*arguments, "--model", "scripted:C major", "--model", "scripted:G"]) == 0
    assert [found["model"] for found in json.loads(capsys.readouterr().out)] == [
        "scripted:C major",
        "scripted:G",
    ]


def test_tables(four_keys: Path, capsys: Captured) -> None:
    assert (
        main(["--task", "key", "--data", str(four_keys), "-m", "scripted:C major", "-m", "scripted:G major"])
        == 0
    )
    printed = capsys.readouterr().out
    for text in (
        "4 questions from questions.jsonl",
        "tonic_accuracy",
        "scripted:G major",
        "by mode",
        "dorian",
        "McNemar",
    ):
        assert text in printed
    assert "Not asked: 1 × asks for time-signature" in printed


def test_lists(capsys: Captured) -> None:
    assert main(["--task", "list"]) == 0
    assert "time-signature" in capsys.readouterr().out
    assert main(["--model", "list"]) == 0
    listed = capsys.readouterr().out
    for name in ("default", "baseline:krumhansl-schmuckler", "baseline:majority", "scripted:TEXT"):
        assert name in listed
    assert main(["--model", "list", "--task", "time-signature"]) == 0
    assert "krumhansl" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "--task is missing; --task list shows all"),
        (["--task", "kye"], "unknown task 'kye'; did you mean 'key'?"),
        (["--task", "key", "--model", "hg:x"], "unknown model 'hg:x'"),
        (
            ["--task", "key", "--model", "baseline:temperly"],
            "did you mean 'baseline:temperley-kostka-payne'?",
        ),
        (["--task", "key", "--data", "/nowhere"], "/nowhere: no such file or folder"),
        (["--task", "note-count", "--input", "audio"], "what stands in the notation; use --input score"),
        (["--task", "transcription", "--input", "score"], "a transcription begins with audio or midi"),
        (["--task", "key", "--limit", "1", "-m", "audio:chroma-krumhansl"], "use --input audio"),
        (["--task", "key", "--model", "audio:madmom"], "audio:madmom needs the package madmom"),
        (["--task", "key", "--input", "smell"], "Invalid value for '--input'"),
        (["--task", "key", "--limit", "0"], "Invalid value for '--limit'"),
        (["--task", "key", "--limit", "many"], "Invalid value for '--limit'"),
        (["--task", "key", "--colour"], "No such option"),
        (["--task", "key", "extra"], "unexpected extra argument"),
        (["--task", "key", "--output", "/proc/none"], "/proc/none: "),
    ],
)
def test_mistakes_are_told_in_one_line(arguments: list[str], message: str, capsys: Captured) -> None:
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert message in printed.err
    assert printed.err.startswith("symbolic-eval: ")
    assert printed.err.count("\n") == 1


def test_music_theory_bench_is_split_by_subject(tmp_path: Path, capsys: Captured) -> None:
    item = {
        "stem": "How many flats has F?",
        "options": {"A": "0", "B": "1"},
        "answer": "B",
        "abc_score": None,
    }
    path = tmp_path / "bench.json"
    path.write_text(json.dumps([item | {"subject": subject} for subject in ("knowledge", "reasoning")]))
    arguments = ["--data", str(path), "--model", "scripted:B"]
    assert main(["--task", "theory", *arguments]) == 0
    printed = capsys.readouterr().out
    assert "theory: 2 questions from bench.json" in printed
    assert "accuracy by subject" in printed
    assert ["knowledge", "reasoning"] in [line.split() for line in printed.splitlines()]
    assert "by area" not in printed
    assert main(["--task", "theory", *arguments, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["metrics"]["accuracy"]["value"] == 1
    assert [row["group"] for row in found["per_item"]] == ["knowledge", "reasoning"]
    assert main(["--task", "key", *arguments]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_bad_line_is_told_with_its_place(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text('{"id": "a", "task": "key"}\n')
    assert main(["--task", "key", "--data", str(path)]) == 2
    assert capsys.readouterr().err == f'symbolic-eval: {path}:1: "answer" must be a string, got null\n'


def test_files_that_cannot_be_read_are_listed(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "good.abc").write_text(abc())
    (tmp_path / "bad.abc").write_bytes(b"\x00" * 100)
    assert main(["--task", "all", "--data", str(tmp_path), "--model", "scripted:C 6/8"]) == 1
    printed = capsys.readouterr()
    assert "1 question from" in printed.out
    assert printed.err.count("bad.abc") == 1


def test_output_folder(four_keys: Path, tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    arguments = [
        "--task",
        "key",
        "--data",
        str(four_keys),
        "--model",
        "scripted:C major",
        "--output",
        str(folder),
    ]
    assert main([*arguments, "--format", "json"]) == 0
    stem = "key--scripted-C-major"
    assert {path.name for path in folder.iterdir()} == {
        "key.txt",
        *(stem + end for end in (".json", ".png", ".svg")),
    }
    assert json.loads((folder / f"{stem}.json").read_text())["n"] == 4
    assert (folder / f"{stem}.png").read_bytes()[:4] == b"\x89PNG"
    assert "accuracy" in (folder / "key.txt").read_text()


def test_ctrl_c_is_clean(four_keys: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    def interrupt(*_: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("eval.results.dump", interrupt)
    assert main(["--task", "key", "--data", str(four_keys), "-m", "scripted:C", "--format", "json"]) == 130
    assert capsys.readouterr().err == "symbolic-eval: interrupted\n"


def test_as_a_module(four_keys: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "eval",
        "--task",
        "key",
        "--data",
        str(four_keys),
        "--model",
        "scripted:C",
    ]
    found = subprocess.run([*command, "--format", "json"], cwd=REPOSITORY, capture_output=True, text=True)
    assert (found.returncode, found.stderr) == (0, "")
    assert json.loads(found.stdout)["command"].endswith("--format json")


def test_transcriptions_of_scores_in_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    from eval.audio import Transcribed

    (tmp_path / "a.abc").write_text(abc("D"))
    written = parse(abc("D"))
    monkeypatch.setattr(
        "eval.models.transcribers.transcribed", lambda source, backend: Transcribed(written, source)
    )
    arguments = ["--task", "transcription", "--data", str(tmp_path), "--input", "midi"]
    assert main([*arguments, "--output", str(tmp_path / "out")]) == 0
    printed = capsys.readouterr()
    assert "all of" in printed.out
    assert "1 recording, from midi" in printed.out
    assert printed.err == ""
    (file,) = (tmp_path / "out").glob("*.json")
    assert file.name == "transcription--default.json"
    found = json.loads(file.read_text())
    assert (found["task"], found["metrics"]["sf"]["value"]) == ("transcription", 1)
    assert "gridF1" in (tmp_path / "out" / "transcription.txt").read_text()


def test_all_tasks_are_those_that_ask(capsys: Captured) -> None:
    assert main(["--task", "all", "--model", "list"]) == 0
    assert "midi2abc" not in capsys.readouterr().out
    assert main(["--task", "transcription", "--model", "list"]) == 0
    listed = capsys.readouterr().out
    assert "baseline:midi2abc" in listed
    assert "baseline:majority" not in listed
