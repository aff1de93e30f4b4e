import json
import subprocess
import sys
from pathlib import Path

import pytest

from eval.ask.cli import main
from symbolic.abc import parse
from symbolic.midi import write_midi

REPOSITORY = Path(__file__).resolve().parents[3]
TUNE = "X:{number}\nM:6/8\nL:1/8\nK:{key}\nD|G2A BAB|d2B AGE|D2E GAB|A3 A2D|G2A BAB|d2B AGE|DEG AGF|G3 G2|]\n"
Captured = pytest.CaptureFixture[str]


@pytest.fixture
def tune(tmp_path: Path) -> Path:
    path = tmp_path / "tune.abc"
    path.write_text(TUNE.format(number=1, key="G"))
    return path


def test_text_is_plain_when_piped(tune: Path, capsys: Captured) -> None:
    assert main(["What key is this, and where does bar 1 come back?", str(tune)]) == 0
    printed = capsys.readouterr()
    lines = printed.out.splitlines()
    assert lines[0] == "key: G major"
    assert "    as the score states" in lines
    assert "returns: 5" in lines
    assert "\x1b" not in printed.out
    assert printed.err == ""


def test_json_has_the_documented_members_and_nothing_else_is_printed(tune: Path, capsys: Captured) -> None:
    assert main(["key? form? Who wrote it?", str(tune), "--format", "json"]) == 1
    printed = capsys.readouterr()
    found = json.loads(printed.out)
    assert set(found) == {"question", "file", "answers", "unanswered", "can_answer"}
    key, form = found["answers"]
    assert set(key) == {
        "task", "asked", "answer", "source", "model", "model_answer", "stated", "agrees", "confidence",
        "scores", "bars", "evidence",
    }  # fmt: skip
    assert (key["answer"], key["source"], form["task"]) == ("G major", "score", "structure")
    assert next(iter(key["scores"])) == "G major"
    assert found["unanswered"] == [
        {"asked": "Who wrote it?", "task": None, "reason": "I do not understand what is asked"}
    ]
    assert "key" in found["can_answer"]
    assert 'symbolic-ask: "Who wrote it?"' in printed.err


def test_midi_is_heard_rather_than_believed(tune: Path, tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "tune.mid"
    sharp = TUNE.format(number=1, key="C").replace("F", "^F")
    path.write_bytes(write_midi(parse(sharp)))
    assert main(["key?", str(path), "--format", "json"]) == 0
    (reply,) = json.loads(capsys.readouterr().out)["answers"]
    assert (reply["answer"], reply["source"]) == ("G major", "model")


def test_a_book_is_asked_about_one_tune(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "book.abc"
    path.write_text(TUNE.format(number=1, key="G") + "\n" + TUNE.format(number=2, key="Em"))
    assert main(["key?", str(path), "--tune", "2"]) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("key: E minor")
    assert "holds 2 pieces" in printed.err
    assert main(["key?", str(path), "--tune", "3"]) == 2
    assert "there is no number 3" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["Who wrote it?", "TUNE"], "I can answer: key, time-signature"),
        (["", "TUNE"], "the question is empty"),
        (["What key is this?"], "name a file"),
        (["What key is this?", "nowhere.abc"], "nowhere.abc"),
        (["What key is this?", "song.mp3"], "there is no such file"),
        (["What key is this?", "notes.txt"], "suffix"),
        (["key?", "TUNE", "--model", "baseline:nonsense"], "unknown model"),
        (["key?", "TUNE", "--decode", "loudly"], "loudly"),
        (["key?", "TUNE", "--nonsense"], "nonsense"),
    ],
)
def test_mistakes_are_one_line_and_2(
    arguments: list[str], message: str, tune: Path, capsys: Captured
) -> None:
    assert main([str(tune) if word == "TUNE" else word for word in arguments]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert message in printed.err
    assert "Traceback" not in printed.err


def test_theory_needs_no_file(capsys: Captured) -> None:
    assert main(["What is the relative minor of E flat major?"]) == 0
    assert capsys.readouterr().out.startswith("theory: C minor\n")


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom eval.ask.cli import main\nmain(['--help'])\n"
        "print([name for name in ('torch', 'transformers', 'music21') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=REPOSITORY, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
