"""How a language model is made to answer, and what comes back: the text and the worth of each answer.

A method is

    score         the probability of each allowed answer; the best is given
    constrained   greedy generation that keeps to the grammar of the answers
    free          greedy generation
    reason        greedy generation of the reasons, and of the answer on a line after them
    write         greedy generation of the piece written out (bar lines for a metre, lines for phrases) and
                  of the answer on a line after it; it is read and held against what was shown
    notate        the probability of the piece written out under each answer, with the direct score

Where the answers are no closed set (a list of chords), ``score`` generates as ``constrained`` does; where
they have no grammar either (a caption), both generate freely. What cannot be written out, or is written out
otherwise than it was shown, is answered as ``score`` does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from symbolic.errors import SymbolicError

METHODS = ("score", "constrained", "free", "reason", "write", "notate")
DIRECT = "score"
"""The method where none is asked for, and none is known to be best."""
VOTED = frozenset({"key", "local-key"})
"""Tasks whose answer moves with the pitches, so that all transpositions of a question can vote."""
VOTE_HELPS = frozenset({"key"})
"""Tasks whose direct answers are voted on where nothing else is said: measured to help."""
EVIDENCE_HELPS = frozenset({"theory"})
"""Tasks whose questions show evidence where nothing else is said: measured to help."""


@dataclass(frozen=True, slots=True)
class Decoding:
    """The choices of one run; None is what is best for the task.

    Attributes:
        method: one of `METHODS`.
        vote: ask the question in all 12 transpositions and add the log-probabilities. Open questions about
            pitch alone (`VOTED`) can be voted on, with the methods that score.
        evidence: show what classical analysis finds.
    """

    method: str | None = None
    vote: bool | None = None
    evidence: bool | None = None

    def __post_init__(self) -> None:
        if self.method is not None and self.method not in METHODS:
            raise SymbolicError(f"decode must be one of {', '.join(METHODS)}, got {self.method!r}")

    def resolved(self, task: str, best: Decoding | None = None) -> Decoding:
        """The same with every choice made; vote and evidence are off where a task has none.

        Args:
            task: its name.
            best: what was found best for the model, taken as a whole: not where another method is asked for.
        """
        from symbolic.questions.evidence import has_evidence

        usual = best if best is not None and self.method in (None, best.method) else Decoding()
        method = self.method or usual.method or DIRECT
        vote = task in VOTE_HELPS and method == DIRECT if usual.vote is None else usual.vote
        evidence = task in EVIDENCE_HELPS if usual.evidence is None else usual.evidence
        vote, evidence = (
            given if asked is None else asked
            for given, asked in ((vote, self.vote), (evidence, self.evidence))
        )
        return replace(
            self,
            method=method,
            vote=vote and task in VOTED and method in ("score", "notate"),
            evidence=evidence and has_evidence(task),
        )


BEST = Decoding()
"""What is best for each task."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with what else might have been answered.

    Attributes:
        text: what the model says.
        scores: answer's name → log-probability in nats, not normalised over the answers; empty where the
            text was generated.
    """

    text: str
    scores: Mapping[str, float] = field(default_factory=dict)
