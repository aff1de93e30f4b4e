"""Runners: every unit once, whatever happens to the processes that do it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from symbolic.errors import SymbolicError
from training.corpus.runner import InProcess, LocalRunner, Outcome

REPOSITORY = Path(__file__).resolve().parents[3]


def square(number: int) -> int:
    return number * number


def dying(marks: str, always: int, number: int) -> int:
    """Squares; the first time with 3 its process dies, with `always` every time."""
    mark = Path(marks) / str(number)
    if number == always or (number == 3 and not mark.exists()):
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


def slow(marks: str, number: int) -> int:
    if number == 2:
        (Path(marks) / f"begun{time.monotonic_ns()}").touch()
        time.sleep(60)
    return number


def refusing(number: int) -> int:
    raise SymbolicError(f"no {number}", path="here")


def by_unit(outcomes: list[Outcome[int, int]]) -> dict[int, int | None]:
    return {outcome.unit: outcome.result for outcome in outcomes}


def test_in_process_keeps_the_order() -> None:
    assert [outcome.result for outcome in InProcess().run(square, range(4))] == [0, 1, 4, 9]


def test_two_processes_do_every_unit_once() -> None:
    outcomes = list(LocalRunner(2).run(square, range(20)))
    assert len(outcomes) == 20
    assert by_unit(outcomes) == {number: number * number for number in range(20)}


def test_a_unit_whose_process_dies_is_tried_again_and_given_up_after_that(tmp_path: Path) -> None:
    outcomes = list(LocalRunner(2).run(partial(dying, str(tmp_path), 5), range(8)))
    assert by_unit(outcomes) == {number: number * number if number != 5 else None for number in range(8)}
    (failed,) = (outcome for outcome in outcomes if outcome.failure)
    assert (failed.unit, failed.failure) == (5, "its process died (SIGKILL)")


def test_a_unit_that_takes_too_long_is_given_up_at_once(tmp_path: Path) -> None:
    outcomes = list(LocalRunner(2, seconds=3).run(partial(slow, str(tmp_path)), range(4)))
    assert len(list(tmp_path.iterdir())) == 1
    assert by_unit(outcomes) == {0: 0, 1: 1, 2: None, 3: 3}
    assert [outcome.failure for outcome in outcomes if outcome.failure] == ["it took too long"]


def test_what_the_work_raises_comes_out_as_it_is() -> None:
    with pytest.raises(SymbolicError, match="here: no 1"):
        list(LocalRunner(1).run(refusing, [1]))


def test_jobs_must_be_positive() -> None:
    with pytest.raises(ValueError, match="jobs must be 1 or more, got 0"):
        LocalRunner(0)


RAY_SCRIPT = """
import json, os, signal, sys
from functools import partial
from pathlib import Path
from training.corpus.build import build
from training.corpus.config import BuildConfig
from training.corpus.ray_runner import RayRunner

class KillingRay(RayRunner):
    "Kills the worker of one unit of each stage, after it has left a part of its files."
    def run(self, work, units):
        return super().run(partial(killing, work, sys.argv[3]), units)

def killing(work, marks, unit):
    mark = Path(marks) / (unit.name + work.func.__name__)
    first = not any(Path(marks).glob("*" + work.func.__name__))
    if first:
        mark.touch()
    work(unit)
    if first:
        os.kill(os.getpid(), signal.SIGKILL)

if __name__ == "__main__":
    config = BuildConfig.from_dict(json.loads(Path(sys.argv[1]).read_text()))
    build(config, sys.argv[2], KillingRay(cores=2))
    print("killed", sorted(path.name for path in Path(sys.argv[3]).iterdir()))
"""


def run_ray(script: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "RAY_USAGE_STATS_ENABLED": "0"}
    return subprocess.run(
        [sys.executable, str(script), *arguments],
        capture_output=True,
        text=True,
        env=environment,
        timeout=300,
    )


def test_ray_loses_and_doubles_nothing_when_workers_are_killed(tmp_path: Path) -> None:
    pytest.importorskip("ray")
    import json

    from tests.training.corpus.small import file_hashes, small_config, write_tunes
    from training.corpus.build import build

    config = small_config(write_tunes(tmp_path / "scores", files=6))
    script, settings, marks = tmp_path / "run.py", tmp_path / "config.json", tmp_path / "marks"
    script.write_text(RAY_SCRIPT)
    settings.write_text(json.dumps(config.to_dict()))
    marks.mkdir()
    run = run_ray(script, str(settings), str(tmp_path / "ray"), str(marks))
    assert run.returncode == 0, run.stderr
    assert "make" in run.stdout
    assert "read_batch" in run.stdout
    build(config, tmp_path / "local")
    assert file_hashes(tmp_path / "ray") == file_hashes(tmp_path / "local")
