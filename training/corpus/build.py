"""Builds a corpus: from folders of scores and theory to pretraining text, supervised examples and questions.

    read     every file is read, cleaned and sketched                      in parallel
    place    copies are dropped; families get their splits                 one pass over the sketches
    make     texts and question examples; near test tunes nothing is made  in parallel
    write    lines are mixed, shuffled and written; then the manifest      one pass over the lines

Each unit of the parallel stages leaves its own files, and a stage skips the units that are done: a build
that was stopped goes on where it was. What comes out depends on the configuration and the scores alone, not
on the runner, the number of its processes, or how often it was stopped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from errno import EDQUOT, ENOSPC
from functools import partial
from pathlib import Path
from shutil import rmtree
from typing import Any, TypeVar

from symbolic.errors import SymbolicError
from symbolic.io import told_with
from training.corpus import gather, make
from training.corpus.card import write_card
from training.corpus.config import BuildConfig
from training.corpus.gather import ALL, PLACE, READ, Batch, Listing, list_batches
from training.corpus.make import MAKE, Job
from training.corpus.manifest import make_manifest
from training.corpus.output import FileRecord, mixed, shares, write_files
from training.corpus.runner import InProcess, Runner
from training.corpus.workspace import Line, Workspace

Unit = TypeVar("Unit", Batch, Job)
Progress = Callable[[str, int], AbstractContextManager[Callable[[], None]]]
"""Shown progress: of a stage and its number of units, a context that gives what to call after each unit."""


def silent(stage: str, total: int) -> AbstractContextManager[Callable[[], None]]:
    """Progress that nobody sees."""
    return nullcontext(lambda: None)


def build(
    config: BuildConfig, out: Path | str, runner: Runner | None = None, progress: Progress = silent
) -> dict[str, Any]:
    """Builds a corpus, or goes on with one that was stopped.

    Args:
        config: what to build.
        out: the folder, new or begun with the same configuration.
        runner: who does the work; by default this process alone.
        progress: is told of each stage and unit.

    Returns:
        The manifest: what was built. It stands in the folder's ``manifest.json`` as well.

    Raises:
        SymbolicError: a source or folder that cannot be used, nothing to read, a folder that holds something
            else or was begun with other scores, or one that cannot be written to (a full disk: what is
            finished is kept).
    """
    workspace = Workspace(str(out))
    with told_with(str(out)):
        workspace.check(config)
    listing = list_batches(config, Path(out))
    with told_with(str(out)), _told_when_full():
        if not workspace.claim(config, listing.digest):
            _Build(workspace, config, runner or InProcess(), progress).run(listing)
        return workspace.read_manifest()


@contextmanager
def _told_when_full() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in (ENOSPC, EDQUOT):
            raise
        what = (error.strerror or "no space left").lower()
        message = f"{what}: make room and build again; what is finished is kept"
        raise SymbolicError(message) from error


@dataclass(frozen=True, slots=True)
class _Build:
    workspace: Workspace
    config: BuildConfig
    runner: Runner
    progress: Progress

    def run(self, listing: Listing) -> None:
        batches = self._read(listing)
        if not self.workspace.is_done(PLACE, ALL):
            with self.progress(PLACE, 1):
                gather.place_pieces(self.workspace, batches)
        jobs = self._make(batches)
        files = self._write(jobs)
        manifest = make_manifest(self.workspace, self.config, listing, batches, jobs, files)
        write_card(self.workspace, manifest)
        self.workspace.write_manifest(manifest)
        self.workspace.remove()

    def _read(self, listing: Listing) -> list[Batch]:
        """The batches as they were read; one that crashed is read file by file, to find what did it."""
        batches = list(listing.batches)
        for _ in ("together", "file by file"):
            work = partial(gather.read_batch, self.workspace)
            for batch, failure in self._stage(READ, work, batches):
                gather.give_up(self.workspace, batch, failure)
            batches = [part for batch in batches for part in gather.divided(self.workspace, batch)]
        return batches

    def _make(self, batches: Sequence[Batch]) -> list[Job]:
        jobs = make.jobs(self.workspace, self.config, batches)
        self._do(jobs)
        textures = make.texture_jobs(self.workspace, self.config, jobs)
        self._do(textures)
        return [*jobs, *textures]

    def _do(self, jobs: Sequence[Job]) -> None:
        for job, failure in self._stage(MAKE, partial(make.make, self.workspace, self.config), jobs):
            make.give_up(self.workspace, job, failure)

    def _stage(
        self, stage: str, work: Callable[[Unit], None], units: Iterable[Unit]
    ) -> list[tuple[Unit, str]]:
        """Runs the units of a stage that are not done; returns those that could not be, with why."""
        waiting = [unit for unit in units if not self.workspace.is_done(stage, unit.name)]
        crashed = []
        if waiting:
            with self.progress(stage, len(waiting)) as advance:
                for outcome in self.runner.run(work, waiting):
                    advance()
                    if outcome.failure:
                        crashed.append((outcome.unit, outcome.failure))
        return crashed

    def _write(self, jobs: Sequence[Job]) -> dict[str, FileRecord]:
        characters: dict[str, Counter[str]] = {}
        sizes: Counter[str] = Counter()
        for job in jobs:
            summary = self.workspace.summary(MAKE, job.name)
            sizes.update(summary["bytes"])
            for file, counts in summary["characters"].items():
                characters.setdefault(file, Counter()).update(counts)
        kept = {
            file: shares(counts, self.config.ratio)
            for file, counts in characters.items()
            if file.startswith("pretrain/")
        }
        buckets = self.workspace.work / "write"
        if buckets.exists():
            rmtree(buckets)
        with self.progress("write", len(jobs)) as advance:
            lines = (line for job in jobs for line in self._lines(job, advance))
            return write_files(mixed(lines, kept), sizes, Path(self.workspace.out), buckets)

    def _lines(self, job: Job, advance: Callable[[], None]) -> Iterable[Line]:
        yield from self.workspace.read_lines(MAKE, job.name)
        advance()
