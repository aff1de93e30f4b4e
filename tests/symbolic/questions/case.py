"""What each type's own test module offers the common tests of `test_all_types`: its `CASE`."""

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis.strategies import SearchStrategy

from symbolic.score import Score


@dataclass(frozen=True)
class Case:
    """Attributes:

    examples: scores that can be asked, with different truths.
    renotated: pairs of scores with the same music that differ only in how the answer is notated.
    """

    examples: Sequence[Score]
    renotated: SearchStrategy[tuple[Score, Score]]
