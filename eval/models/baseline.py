"""Classical methods, which see the question's score, and the majority of the benchmark's training split."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from symbolic.questions import Question
from symbolic.score import Score

MAJORITY = "majority"


@dataclass(frozen=True, slots=True)
class Baseline:
    """A function from the score that a question shows to the name of an answer."""

    name: str
    estimate: Callable[[Score], str]

    def answers(self, questions: Sequence[Question]) -> Iterator[str]:
        """The estimates."""
        return (self.estimate(question.score) for question in questions)


def names(task: str) -> tuple[str, ...]:
    """The methods there are for a task."""
    if task == "key":
        from symbolic.analysis.key import KEY_METHODS

        return (MAJORITY, *KEY_METHODS)
    if task == "time-signature":
        from symbolic.analysis.meter import METER_METHODS

        return (MAJORITY, *METER_METHODS)
    return ()


def build(argument: str, task: str) -> Baseline:
    """The baseline of a name that `names` gives."""
    return Baseline(f"baseline:{argument}", _estimator(argument, task))


def _estimator(method: str, task: str) -> Callable[[Score], str]:
    if method == MAJORITY:
        answer = majority(task)
        return lambda score: answer
    if task == "key":
        from symbolic.analysis.key import estimate_key

        return lambda score: estimate_key(score, method).name
    from symbolic.analysis.meter import estimate_meter

    return lambda score: estimate_meter(score, method).name


def majority(task: str) -> str:
    """The commonest right answer in the training split of the benchmark; the test split is not looked at."""
    from eval.benchmarks import TRUTH_FIELDS
    from symbolic.tunes import manifest

    field = TRUTH_FIELDS[task]
    counts: Counter[str] = Counter(getattr(entry, field) for entry in manifest() if entry.split == "train")
    del counts[""]
    return min(counts, key=lambda name: (-counts[name], name))
