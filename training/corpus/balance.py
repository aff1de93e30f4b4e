"""Which type of question to ask next, so that rare types and rare answers are not drowned by the common ones.

The types that were asked least for their weight come first. So a type that few pieces can answer is tried on
each of them, and the others share what is left in equal parts. Of one type's answers none may take much more
than its share: at most three times the equal share, nor more than half way from there to all (three quarters
of two answers). The first few of each are taken as they come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from random import Random

FREE = 4
"""How many of each answer are taken before shares count."""
MOST_SHARES = 3.0


class Balance:
    """Counts what was asked, and says what is wanted next.

    Args:
        tasks: the types.
        asked_before: type → questions that were asked elsewhere; they count for the order alone.
        weights: type → how many questions of it are wanted for each of a type that has none here.
    """

    def __init__(
        self,
        tasks: Sequence[str],
        asked_before: Mapping[str, int] | None = None,
        weights: Mapping[str, int] | None = None,
    ) -> None:
        self._before = asked_before or {}
        self._weights = weights or {}
        self.asked: Counter[str] = Counter(dict.fromkeys(tasks, 0))
        self._answers: dict[str, Counter[str]] = {task: Counter() for task in tasks}

    def order(self, tasks: Iterable[str], rng: Random) -> list[str]:
        """The types in the order in which to try them; `rng` decides among equals."""
        return sorted(tasks, key=lambda task: (self._filled(task), rng.random()))

    def _filled(self, task: str) -> float:
        return (self.asked[task] + self._before.get(task, 0)) / self._weights.get(task, 1)

    def wants(self, task: str, answer: str) -> bool:
        """Whether one more question with this answer keeps the type's answers in balance."""
        counts = self._answers[task]
        count = counts[answer]
        if count < FREE:
            return True
        equal = 1 / len(counts)
        return count < self.asked[task] * min(MOST_SHARES * equal, (1 + equal) / 2)

    def add(self, task: str, answer: str) -> None:
        """Counts a question."""
        self.asked[task] += 1
        self._answers[task][answer] += 1
