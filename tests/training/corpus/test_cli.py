"""``symbolic-data`` as a user meets it: exit codes, one-line errors, tables and plots."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.training.corpus.small import write_tunes
from training.corpus import cli, progress
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
    shown = capsys.readouterr()
    assert "20 of 20 pieces in 4 files" in shown.out
    assert "symbolic-data: read: 1 unit\n" in shown.err
    assert main(quick(tmp_path, "--scores", str(scores))) == 0
    again = capsys.readouterr()
    assert "this corpus was built before, of the same files; nothing was done" in again.err
    assert again.out == shown.out
    assert main(["stats", str(tmp_path / "out")]) == 0
    shown = capsys.readouterr().out
    assert "keys of the music" in shown
    assert "supervised examples" in shown
    stats = {path.name for path in (tmp_path / "out/stats").iterdir()}
    names = ("pieces", "tokens", "keys", "metres", "lengths", "types")
    plots = {f"{name}.{suffix}" for name in names for suffix in ("png", "svg")}
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
        (["--mix", "2"], "mix must be two whole numbers from 1 to 999 such as 2:1, got '2'"),
        (["--mix", "0:1"], "mix must be two whole numbers from 1 to 999"),
        (["--context", "10"], "context must be at least 1000 characters, got 10"),
        (["--format", "csv"], "format must be chat or alpaca"),
        (["--address", "auto"], "--address is of a Ray cluster"),
        (["--seed", "one"], "Invalid value for '--seed'"),
        (["--scores", ""], "scores must name a folder, archive or file, got ''"),
        (["--mix", "1000:1"], "mix must be two whole numbers from 1 to 999"),
    ],
)
def test_mistakes_are_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert main(["build", "--out", str(tmp_path / "out"), *arguments]) == 2
    told = capsys.readouterr().err
    assert message in told
    assert told.count("\n") == 1
    assert not (tmp_path / "out").exists()


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


def test_a_file_is_no_folder_to_build_into(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "out").write_text("mine")
    assert main(quick(tmp_path, "--scores", str(write_tunes(tmp_path / "scores")))) == 2
    assert capsys.readouterr().err.endswith("out: this is a file: name a folder to build into\n")


def test_without_a_command_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    told = capsys.readouterr().err
    assert told.startswith("Usage: symbolic-data")
    assert "\n" in told.strip()


def test_a_name_cannot_steer_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "scores").mkdir()
    (tmp_path / "scores/a\x1b[2Jb.txt").touch()
    assert main(quick(tmp_path, "--scores", str(tmp_path / "scores"))) == 2
    assert "scores/a\\x1b[2Jb.txt: the suffix '.txt'" in capsys.readouterr().err


def test_progress_goes_to_a_log_once_a_minute(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter((0.0, 30.0, 61.0, 61.0, 90.0))
    monkeypatch.setattr(progress, "monotonic", lambda: next(clock))
    with progress.shown("read", 3) as advance:
        for _ in range(3):
            advance()
    assert capsys.readouterr().err == "symbolic-data: read: 3 units\nsymbolic-data: read: 2 of 3\n"
