"""How fast a corpus is built, with how much memory, and whether ten times the music takes ten times as long.

    python -m tests.benchmarks.corpus_build [--limit N] [--jobs N] [--skip-build]
    python -m tests.benchmarks.corpus_build --place N

Three tables. *Build*: the four ABC collections of the music21 package, every type of question, by stage in
seconds of the clock; memory is the largest that the main process and, times the jobs, any worker had.
*Questions*: asking tunes of these collections for key and metre, in scores per second of one core
(processor time, parsed scores). *Ten times*: each step with the tunes and with ten transposed copies of
each, in tunes per second of one core; a rate of copies near the rate of tunes is linear time. Copies are
near-duplicates by design, the worst case for the search for these. Scores are asked and built from for the
first time, and those that the measurement itself holds are kept from the garbage collector.

*Place*, alone: time and memory of the search for copies and kin among N invented sketches, of which one in
four is near another.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from symbolic.abc import read_book, write_book
from symbolic.questions import Question, question_type
from symbolic.resources import music21_corpus
from symbolic.score import Score
from training.corpus.build import build
from training.corpus.config import BuildConfig
from training.corpus.dedup import Sketches
from training.corpus.runner import InProcess, LocalRunner
from training.corpus.sketch import HASHES, Sketch
from training.corpus.sources import sources
from training.corpus.splits import place

SOURCES = ("essen", "oneill", "ryan", "aird")
COPIES = 10
TUNES_PER_BOOK = 100
GRAMS = 90
"""Interval sequences of an invented tune."""
STAGES = ("read", "place", "make", "write")


class Clock:
    """Seconds of each stage of a build: of the clock and of this process's processor time."""

    def __init__(self) -> None:
        self.wall: dict[str, float] = {}
        self.cpu: dict[str, float] = {}

    @contextmanager
    def progress(self, stage: str, total: int) -> Iterator[Callable[[], None]]:
        wall, cpu = time.perf_counter(), time.process_time()
        yield lambda: None
        self.wall[stage] = self.wall.get(stage, 0) + time.perf_counter() - wall
        self.cpu[stage] = self.cpu.get(stage, 0) + time.process_time() - cpu


# The whole build


def whole_build(jobs: int) -> None:
    """Builds in this process and prints the first table."""
    clock = Clock()
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        found = build(BuildConfig(sources=SOURCES), Path(folder) / "out", LocalRunner(jobs), clock.progress)
        seconds = time.perf_counter() - start
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
    kilobytes = [
        resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    ]
    memory = (kilobytes[0] + jobs * kilobytes[1]) / 1024
    questions = found["questions"]
    used = [task for task, counts in questions.items() if counts["train"]]
    examples = sum(counts["train"] for counts in questions.values())
    stages = "  ".join(f"{stage} {clock.wall.get(stage, 0):.1f}" for stage in STAGES)
    print(f"build of {found['pieces']['kept']:,} pieces with {jobs} jobs: {seconds:.0f} s  ({stages})")
    print(f"  memory at most {memory:,.0f} MB; {size / 2**20:,.0f} MB written")
    print(f"  {examples:,} supervised training examples of {len(used)} types; mix {found['mix']['ratio']}:1")


# Rates


def tunes(limit: int | None) -> list[Score]:
    """Tunes of the four collections, drawn with a fixed seed; read anew, so that nothing is known of them."""
    found = [
        score
        for name in SOURCES
        for path in sorted((music21_corpus() / sources()[name].path).glob("*.abc"))
        for score in read_book(path.read_bytes())[0]
        if score.voices
    ]
    random.Random(0).shuffle(found)
    return found[:limit]


def question_rate(scores: Sequence[Score]) -> tuple[float, float]:
    """Scores per second of processor time for key and metre together; the share that can be asked both."""
    kinds = [question_type("key"), question_type("time-signature")]
    rng = random.Random(0)
    answered = 0
    gc.freeze()
    start = time.process_time()
    for score in scores:
        found = [kind.ask(score, rng) for kind in kinds]
        answered += all(isinstance(question, Question) for question in found)
    return len(scores) / (time.process_time() - start), answered / len(scores)


def copies_of(scores: Sequence[Score]) -> list[Score]:
    """Each score in `COPIES` keys, its own among them."""
    return [score.transpose(by) for by in range(-5, COPIES - 5) for score in scores]


def stage_rates(scores: Sequence[Score], folder: Path, copies: int = 1) -> dict[str, float]:
    """Copies of tunes per second of processor time in each stage, for a folder of tune books."""
    books = folder / "books"
    books.mkdir(parents=True)
    for start in range(0, len(scores), TUNES_PER_BOOK):
        (books / f"{start:07d}.abc").write_text(write_book(scores[start : start + TUNES_PER_BOOK]))
    config = BuildConfig.from_dict(
        {"scores": [str(books)], "transpositions": copies - 1, "augmentations": []}
        | dict.fromkeys(("theory", "statements", "textures"), 0)
    )
    clock = Clock()
    gc.freeze()
    build(config, folder / "out", InProcess(), clock.progress)
    return {stage: copies * len(scores) / seconds for stage, seconds in clock.cpu.items()}


# Place


def sketches(count: int) -> Iterator[Sketch]:
    """Invented sketches, every fourth that of the one before it with a third of its places changed."""
    rng = np.random.default_rng(0)
    signature = np.empty(0, np.uint32)
    for number in range(count):
        fresh = rng.integers(0, 2**32, HASHES, dtype=np.uint32)
        signature = np.where(rng.random(HASHES) < 1 / 3, fresh, signature) if number % 4 == 3 else fresh
        exact, incipit = rng.integers(1, 2**63, 2).tolist()
        yield Sketch(exact, incipit, GRAMS, signature)


def place_cost(count: int) -> None:
    """Prints time and memory of placing."""
    place([], Sketches())  # loads the benchmark's manifest
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    ids = [f"scores/archive/{number // 1000:06}/tune-{number:09}.abc#1" for number in range(count)]
    everything = Sketches(sketches(count))
    start = time.process_time()
    place(ids, everything)
    seconds = time.process_time() - start
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(f"place {count:,}: {count / seconds:,.0f} scores/s; {kilobytes / 1024:,.0f} MB more", end=", ")
    print(f"{1024 * kilobytes / count:,.0f} bytes a score")


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--limit", type=int, default=1000, help="tunes of the rates")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--skip-build", action="store_true", help="print the rates alone")
    parser.add_argument("--place", type=int, metavar="N", help="place N invented pieces, and nothing else")
    parser.add_argument("--build-only", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.place:
        place_cost(options.place)
        return 0
    if options.build_only:
        whole_build(options.jobs)
        return 0
    if not options.skip_build:  # in a process of its own, whose memory is the build's alone
        command = [sys.executable, "-m", "tests.benchmarks.corpus_build", "--build-only"]
        subprocess.run([*command, "--jobs", str(options.jobs)], check=True, env=dict(os.environ))
    everything = tunes(None)
    rate, share = question_rate(everything)
    print(f"\nkey and metre of {len(everything):,} tunes: {rate:,.0f} scores/s a core ({share:.0%} both)")
    some, copies = tunes(options.limit), copies_of(tunes(options.limit))
    print(f"\n{'tunes/s of a core':24} {len(some):>8,} {len(copies):>8,}")
    print(f"{'ask key and metre':24} {question_rate(some)[0]:8,.0f} {question_rate(copies)[0]:8,.0f}")
    with tempfile.TemporaryDirectory() as folder:
        stage_rates(some[:100], Path(folder) / "first")  # loads the guard, which is not to be counted
        few = stage_rates(some, Path(folder) / "few")
        many = stage_rates(copies, Path(folder) / "many")
        many["make"] = stage_rates(some, Path(folder) / "made", COPIES)["make"]  # no copies that are dropped
        for stage in ("read", "place", "make"):
            print(f"{stage:24} {few[stage]:8,.0f} {many[stage]:8,.0f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
