"""Classical methods, which see the question's score, and the majority of the benchmark's training part.

For the task ``transcription`` they are other programs that write scores (`eval.models.transcribers`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random

from eval.models.analysis import ANALYSES
from eval.models.answers.form import phrases
from eval.models.answers.showing import shown
from eval.models.transcribers import PEERS, Peer, peer
from symbolic.questions import Question, question_type

MAJORITY, ANALYSIS, TRANSCRIPTION = "majority", "analysis", "transcription"
MAJORITY_SAMPLE = 800
"""At most this many questions of the training part are asked to find the commonest answer."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """A function from a question to the name of an answer."""

    name: str
    estimate: Callable[[Question], str]

    def answers(self, questions: Sequence[Question]) -> Iterator[str]:
        """The estimates."""
        return map(self.estimate, questions)


def names(task: str) -> tuple[str, ...]:
    """The methods there are for a task."""
    own: tuple[str, ...] = ()
    if task == TRANSCRIPTION:
        return tuple(PEERS)
    if task == "key":
        from symbolic.analysis.key import KEY_METHODS

        own = KEY_METHODS
    elif task == "time-signature":
        from symbolic.analysis.meter import METER_METHODS

        own = METER_METHODS
    elif task == "phrases":
        from symbolic.analysis.phrases import PHRASE_METHODS

        own = PHRASE_METHODS
    return (MAJORITY, *own, *((ANALYSIS,) if task in ANALYSES else ()))


def build(argument: str, task: str) -> Baseline | Peer:
    """The baseline of a name that `names` gives."""
    if task == TRANSCRIPTION:
        return peer(argument)
    return Baseline(f"baseline:{argument}", _estimator(argument, task))


def _estimator(method: str, task: str) -> Callable[[Question], str]:
    if method == MAJORITY:
        return lambda question: majority(task)
    if method == ANALYSIS:
        return ANALYSES[task]
    if task == "key":
        from symbolic.analysis.key import estimate_key

        return lambda question: estimate_key(shown(question), method).name
    if task == "phrases":
        return lambda question: phrases(question, method)
    from symbolic.analysis.meter import estimate_meter

    return lambda question: estimate_meter(shown(question), method).name


@cache
def majority(task: str) -> str:
    """The commonest right answer in the training part of the task's benchmark, never of its test part.

    Of tasks whose truth a manifest holds every tune counts; of others a sample is asked.
    """
    from eval.benchmarks import TRUTH_FIELDS, load
    from eval.registry import task_named
    from symbolic.tunes import manifest

    if task in TRUTH_FIELDS:
        field = TRUTH_FIELDS[task]
        truths = [getattr(entry, field) for entry in manifest() if entry.split == "train"]
    else:
        items = load(task, "train", task_named(task).benchmark).items
        kind, rng = question_type(task), Random(0)
        sample = rng.sample(items, min(MAJORITY_SAMPLE, len(items)))
        asked = [item.ask(kind, rng) for item in sample]
        truths = [question.truth for question in asked if isinstance(question, Question)]
    counts = Counter(truth for truth in truths if truth)
    return min(counts, key=lambda name: (-counts[name], name), default="")
