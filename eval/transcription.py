"""The task ``transcription``: recordings whose score is known are written as scores, and compared with it.

A transcription is no question, so it has a runner of its own beside `eval.runner`; results, statistics and
tables are shared. The credit of a transcription is its score fidelity, and its grade holds every measure of
`eval.metrics.transcription` that applies (notes in seconds only where it is known how they were played, and
only of sound).
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from eval.audio import Transcribed, rendered
from eval.metrics import Outcome
from eval.metrics.transcription import METRICS, note_scores, score_scores
from eval.models.transcribers import Transcriber
from eval.recordings import Recording, RecordingSet, benchmark, load
from eval.registry import TRANSCRIPTION, Task, build_transcriber
from eval.results import Answered, Results
from symbolic.abc import write_abc
from symbolic.errors import SymbolicError
from symbolic.questions import Grade
from transcription.performance import Performance
from transcription.reference import Reference

INPUTS = ("audio", "midi")
Progress = Callable[[int], object]
"""Called with the number of recordings done since the last call."""


@dataclass(frozen=True, slots=True)
class Session:
    """The recordings, ready for any transcriber.

    Attributes:
        task: `TRANSCRIPTION`.
        source: the recordings, with what was skipped.
        config: the choices that shaped them.
    """

    task: Task
    source: RecordingSet
    config: dict[str, Any]

    def __len__(self) -> int:
        """Number of recordings."""
        return len(self.source.items)

    def given(self, recording: Recording) -> Path | Performance:
        """What a transcriber gets: a sound file, or with the input ``midi`` the notes as they were played."""
        if recording.file is not None:
            return recording.file
        assert recording.played is not None  # a recording has one of the two
        return recording.played if self.config["input"] == "midi" else rendered(recording.played)


def prepare(
    data: str | PathLike[str] | None = None,
    *,
    limit: int | None = None,
    seed: int = 0,
    input: str = "audio",
    progress: Callable[[int, int], object] | None = None,
) -> Session:
    """Collects the recordings, and renders those that are to be heard.

    Args:
        data: a folder (see `eval.recordings.folders`); the benchmark's four textures where None.
        limit: this many, of the benchmark in turn from each texture.
        seed: draws the music and plays it.
        input: ``audio``, or ``midi``: the notes as they were played, with nothing to hear.
        progress: told how many are ready, and of how many.

    Raises:
        SymbolicError: data that cannot be used, or an unknown input.
    """
    if input not in INPUTS:
        raise SymbolicError(f"a transcription begins with {' or '.join(INPUTS)}, got --input {input}")
    if limit is not None and limit < 1:
        raise SymbolicError(f"limit must be at least 1, got {limit}")
    source = benchmark(limit, seed) if data is None else load(Path(data), limit, seed)
    config = {"task": TRANSCRIPTION.name, "data": source.name, "limit": limit, "seed": seed, "input": input}
    session = Session(TRANSCRIPTION, source, config)
    for done, recording in enumerate(source.items, 1):
        session.given(recording)
        if progress is not None:
            progress(done, len(session))
    return session


def run(
    session: Session, model: str | Transcriber, *, command: str = "", progress: Progress | None = None
) -> Results:
    """Lets a model transcribe every recording, and measures what it wrote.

    A recording of which it writes nothing is worth nothing; why is counted in the results' `warnings`.

    Args:
        session: the recordings.
        model: a full name, or a transcriber.
        command: what was typed, for the record.
        progress: told of each recording.

    Raises:
        SymbolicError: an unknown model, or one that is not installed.
    """
    name = model if isinstance(model, str) else model.name
    built = build_transcriber(model) if isinstance(model, str) else model
    failed: Counter[str] = Counter()
    answered = []
    seconds = 0.0
    for recording in session.source.items:
        given = session.given(recording)
        start = time.perf_counter()
        try:
            found = built.transcribe(given)
        except SymbolicError as exc:
            found = None
            failed[exc.message] += 1
        seconds += time.perf_counter() - start
        answered.append(_graded(recording, found, is_heard=isinstance(given, Path)))
        if progress is not None:
            progress(1)
    outcomes = [item.outcome for item in answered]
    measured = {name for item in answered for name in item.outcome.grade.scores} | {"answered"}
    metrics = {
        metric.name: metric.estimate(outcomes, session.config["seed"])
        for metric in METRICS
        if metric.name in measured or not any(item.text for item in answered)
    }
    return Results(
        task=TRANSCRIPTION.name,
        model=name,
        metrics={name: estimate for name, estimate in metrics.items() if estimate is not None},
        per_item=tuple(answered),
        seconds=seconds,
        data_name=session.source.name,
        data_hash=session.source.data_hash,
        skipped=session.source.skipped,
        failures=session.source.failures,
        warnings=dict(failed),
        config={**session.config, "model": name, "resolved_model": built.name},
        command=command,
    )


def _graded(recording: Recording, found: Transcribed | None, is_heard: bool) -> Answered:
    if found is None:
        grade, text = Grade("none", 0.0), ""
    else:
        written = Reference.of(found.score)
        scores = score_scores(written, recording.truth)
        if is_heard and recording.played is not None:
            scores |= note_scores(found.performance, recording.played)
        answer = f"{found.score.key.name}, {found.score.meter.name}"
        grade, text = Grade.of(scores["sf"], answer, scores), write_abc(found.score)
    return Answered(recording.id, recording.group, recording.answer, text, Outcome(recording.answer, grade))
