"""Runs units of work in other processes, so that one unit's crash is not the whole build's.

A unit is a picklable value, the work a picklable function of it that leaves its result on disk under a name
of
its own: running a unit twice leaves the same files, so a worker that dies in mid-run loses and doubles
nothing. Outcomes come as they finish, in any order. A unit whose worker dies is tried once more; then, and
at once where it takes longer than its time, it is an outcome with a failure, and the others go on. What the
work itself raises ends the run.
"""

from __future__ import annotations

import os
import pickle
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from math import inf
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Generic, Protocol, TypeVar

Unit = TypeVar("Unit")
Result = TypeVar("Result")
ATTEMPTS = 2
"""How often a unit may start before it is given up."""
UNIT_SECONDS = 600.0
"""Longest that a unit may take."""
PATIENCE_SECONDS = 1.0
TOO_LONG = "it took too long"


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Unit, Result]):
    """What became of a unit: its result, or why there is none."""

    unit: Unit
    result: Result | None
    failure: str = ""


class Runner(Protocol):
    """Something that runs units of work."""

    def run(self, work: Callable[[Unit], Result], units: Iterable[Unit]) -> Iterator[Outcome[Unit, Result]]:
        """The outcome of each unit, as they finish."""


class InProcess:
    """Runs one unit after the other in this process: without protection, and without its cost."""

    def run(self, work: Callable[[Unit], Result], units: Iterable[Unit]) -> Iterator[Outcome[Unit, Result]]:
        """See `Runner`."""
        for unit in units:
            yield Outcome(unit, work(unit))


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    connection: Connection
    unit: Any = None
    since: float = inf
    is_busy: bool = False
    has_begun: bool = False
    """Its process is up; until then no unit's time runs."""


@dataclass(frozen=True, slots=True)
class LocalRunner:
    """Runs units in processes of this machine.

    Attributes:
        jobs: how many processes.
        seconds: longest that a unit may take.
    """

    jobs: int = 1
    seconds: float = UNIT_SECONDS

    def __post_init__(self) -> None:
        if self.jobs < 1:
            raise ValueError(f"jobs must be 1 or more, got {self.jobs}")

    def run(self, work: Callable[[Unit], Result], units: Iterable[Unit]) -> Iterator[Outcome[Unit, Result]]:
        """See `Runner`."""
        waiting = iter(units)
        again: deque[Unit] = deque()
        attempts: dict[int, int] = {}  # of the units in hand, by their worker's place
        workers: list[_Worker] = []
        try:
            while True:
                for place in range(self.jobs):
                    if place < len(workers) and workers[place].is_busy:
                        continue
                    tried = 1 if again else 0
                    unit = again.popleft() if again else next(waiting, None)
                    if unit is None:
                        break
                    if place == len(workers):
                        workers.append(_start(work))
                    attempts[place] = tried + 1
                    _hand(workers[place], unit)
                if not any(worker.is_busy for worker in workers):
                    return
                for place, worker in self._ready(workers):
                    finished, answer = _answer(worker)
                    if finished:
                        yield Outcome(worker.unit, answer)
                        worker.is_busy = False
                        continue
                    unit = worker.unit
                    _stop(worker)
                    workers[place] = _start(work)
                    if attempts[place] < ATTEMPTS and answer != TOO_LONG:
                        again.append(unit)
                    else:
                        yield Outcome(unit, None, answer)
        finally:
            for worker in workers:
                _stop(worker)

    def _ready(self, workers: list[_Worker]) -> list[tuple[int, _Worker]]:
        """The busy workers that have answered, died or run out of time; waits for the first."""
        while True:
            busy = [(place, worker) for place, worker in enumerate(workers) if worker.is_busy]
            told = set(wait([worker.connection for _, worker in busy], PATIENCE_SECONDS))
            late = time.monotonic() - self.seconds
            found = []
            for place, worker in busy:
                if worker.connection in told and not worker.has_begun:
                    _begin(worker)
                elif worker.connection in told or worker.since < late:
                    found.append((place, worker))
            if found:
                return found


def _serve(connection: Connection, work: Callable[[Any], Any]) -> None:
    """A worker's life: say that it is up; take a unit, answer with its result or with what it raised."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is interrupted, and stops its workers
    connection.send(None)  # it has begun
    while True:
        try:
            unit = connection.recv()
        except EOFError:  # the parent is gone
            return
        try:
            answer: tuple[bool, Any] = (True, work(unit))
        except Exception as exc:
            answer = (False, _portable(exc))
        connection.send(answer)


def _portable(exc: Exception) -> Exception:
    """An exception that survives the way to the parent."""
    try:
        pickle.loads(pickle.dumps(exc))
    except Exception:
        return RuntimeError(f"{type(exc).__name__}: {exc}")
    return exc


def _start(work: Callable[[Any], Any]) -> _Worker:
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, work), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _begin(worker: _Worker) -> None:
    """Takes the word that a process is up, from which on its first unit's time runs."""
    worker.has_begun, worker.since = True, time.monotonic()
    with suppress(EOFError, ConnectionError):  # it died at once: seen when its answer is awaited
        worker.connection.recv()


def _hand(worker: _Worker, unit: object) -> None:
    worker.unit, worker.is_busy = unit, True
    worker.since = time.monotonic() if worker.has_begun else inf
    try:
        worker.connection.send(unit)
    except BrokenPipeError:
        return  # it died while it was idle: seen when its answer is awaited


def _answer(worker: _Worker) -> tuple[bool, Any]:
    """(True, the result), or (False, why there is none).

    Raises:
        Exception: what the work raised.
    """
    if not worker.connection.poll():
        return False, TOO_LONG
    try:
        done, answer = worker.connection.recv()
    except (EOFError, ConnectionError):
        worker.process.join()
        return False, f"its process died ({_cause(worker.process.exitcode)})"
    if not done:
        raise answer
    return True, answer


def _cause(exit_code: int | None) -> str:
    if exit_code is not None and exit_code < 0:
        try:
            return signal.Signals(-exit_code).name
        except ValueError:
            return f"signal {-exit_code}"
    return f"exit code {exit_code}"


def _stop(worker: _Worker) -> None:
    worker.connection.close()
    if worker.process.is_alive():
        worker.process.kill()
    worker.process.join()


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
