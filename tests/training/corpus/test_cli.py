"""``symbolic-data`` as a user meets it: exit codes, one-line errors, tables and plots."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.training.corpus.small import write_tunes
from training.corpus import cli
from training.corpus.cli import main
from training.corpus.runner import InProcess

QUICK = ["--questions", "2", "--transpositions", "0", "--jobs", "1"]


@pytest.fixture(autouse=True)
def _in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "LocalRunner", lambda jobs: InProcess())


def quick(tmp_path: Path, *more: str) -> list[str]:
    config = tmp_path / "quick.toml"
    config.write_text("theory = 10\nstatements = 10\ntextures = 0\n")
    return ["build", "--out", str(tmp_path / "out"), "--config", str(config), *QUICK, *more]


def test_list_names_sources_licences_and_refusals(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    shown = capsys.readouterr().out
    assert "essen" in shown
    assert "8,514" in shown
    assert "refused" in shown


def test_build_then_stats(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scores = write_tunes(tmp_path / "scores")
    assert main(quick(tmp_path, "--scores", str(scores))) == 0
    assert "20 pieces of" in capsys.readouterr().out
    assert main(["stats", str(tmp_path / "out")]) == 0
    shown = capsys.readouterr().out
    assert "keys of the music" in shown
    assert "supervised examples" in shown
    stats = {path.name for path in (tmp_path / "out/stats").iterdir()}
    plots = {
        f"{name}.{suffix}" for name in ("keys", "metres", "lengths", "types") for suffix in ("png", "svg")
    }
    assert stats == {"stats.txt", *plots}


def test_files_that_cannot_be_used_end_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scores = write_tunes(tmp_path / "scores")
    (scores / "empty.abc").touch()
    assert main(quick(tmp_path, "--scores", str(scores))) == 1
    assert "left out (see rejected.jsonl): 1 empty" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--scores", "nowhere"], "nowhere: no such file or folder"),
        (["--source", "essn"], "unknown source 'essn'; did you mean 'essen'?"),
        (["--source", "thesession"], "The Session is refused: "),
        (["--source", "essen", "--license", "commercial"], "source 'essen' is not for commercial use"),
        (["--license", "some"], "license must be any or commercial, got 'some'"),
        (["--mix", "2"], "mix must be two whole numbers above 0 such as 2:1, got '2'"),
        (["--mix", "0:1"], "mix must be two whole numbers above 0"),
        (["--context", "10"], "context must be at least 1000 characters, got 10"),
        (["--format", "csv"], "format must be chat or alpaca"),
        (["--address", "auto"], "--address is of a Ray cluster"),
        (["--seed", "one"], "Invalid value for '--seed'"),
    ],
)
def test_mistakes_are_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert main(["build", "--out", str(tmp_path / "out"), *arguments]) == 2
    told = capsys.readouterr().err
    assert message in told
    assert told.count("\n") == 1


def test_an_unknown_key_is_refused_with_the_nearest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "c.toml").write_text("transposition = 3\n")
    assert main(["build", "--out", str(tmp_path / "out"), "--config", str(tmp_path / "c.toml")]) == 2
    assert "unknown key 'transposition'; did you mean 'transpositions'?" in capsys.readouterr().err


def test_stats_wants_a_finished_corpus(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stats", str(tmp_path)]) == 2
    assert "holds no finished corpus" in capsys.readouterr().err


def test_an_interruption_says_how_to_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(self: InProcess, work: object, units: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(InProcess, "run", interrupted)
    assert main(quick(tmp_path, "--scores", str(write_tunes(tmp_path / "scores")))) == 130
    assert "interrupted; give the same command again to go on" in capsys.readouterr().err
