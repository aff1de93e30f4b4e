"""Runs units of work on a Ray cluster (the extra ``cluster``).

The folder that is built into must be one that every machine of the cluster sees under the same path, as must
the scores; the workers leave their files there, and only small summaries travel. A task whose worker or
machine dies is started again by Ray; as a unit leaves the same files whenever it is run, nothing is lost or
doubled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from symbolic.errors import MissingDependencyError
from training.corpus.runner import ATTEMPTS, Outcome, Result, Unit

TASKS_PER_CORE = 4
"""Units that are handed out at a time, so that millions of them do not wait in the cluster's memory."""


@dataclass(frozen=True, slots=True)
class RayRunner:
    """Runs units on Ray: on the cluster that is connected, that `address` names, or on this machine alone.

    Attributes:
        address: of the cluster's head (``ray://host:10001``, ``auto``); empty for ``RAY_ADDRESS`` or, without
            it, a Ray of this machine's own.
        cores: of that Ray of its own; 0 for all.
        attempts: how often a unit may start before it is given up.
    """

    address: str = ""
    cores: int = 0
    attempts: int = ATTEMPTS

    def run(self, work: Callable[[Unit], Result], units: Iterable[Unit]) -> Iterator[Outcome[Unit, Result]]:
        """See `training.corpus.runner.Runner`.

        Raises:
            MissingDependencyError: Ray is not installed.
        """
        ray = _ray()
        if not ray.is_initialized():
            ray.init(
                address=self.address or None,
                num_cpus=self.cores or None,
                include_dashboard=None if self.address else False,
                log_to_driver=False,
                logging_level="ERROR",
            )
        task = ray.remote(max_retries=self.attempts - 1)(work_on)
        shared = ray.put(work)
        waiting = iter(units)
        width = TASKS_PER_CORE * max(1, int(ray.cluster_resources().get("CPU", 1)))
        running: dict[Any, Unit] = {}
        while True:
            for unit in islice(waiting, width - len(running)):
                running[task.remote(shared, unit)] = unit
            if not running:
                return
            done, _ = ray.wait(list(running), num_returns=1)
            for reference in done:
                yield _outcome(ray, reference, running.pop(reference))


def work_on(work: Callable[[Unit], Result], unit: Unit) -> Result:
    """One task."""
    return work(unit)


def _outcome(ray: Any, reference: Any, unit: Unit) -> Outcome[Unit, Any]:
    try:
        return Outcome(unit, ray.get(reference))
    except ray.exceptions.RayTaskError as exc:
        raise exc.cause from exc  # what the work raised
    except ray.exceptions.RayError as exc:
        return Outcome(unit, None, f"its process died ({type(exc).__name__})")


def _ray() -> Any:
    try:
        import ray
    except ImportError as exc:
        raise MissingDependencyError("ray", "cluster") from exc
    return ray
