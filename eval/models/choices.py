"""The allowed answers of a question as a model writes them, and their scores over all transpositions.

An answer can be written in several ways (Gb major, F# major; the words of an option, its letter): its
probability is that of all of them. Transposed by a number of semitones, a key's answer moves with the music;
adding the log-probabilities that the 12 transpositions give to the same answer takes away what a model
learned of single keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import exp, log

from eval.models.decoding import Answer
from symbolic.key import Key
from symbolic.pitch import Interval
from symbolic.questions import Question
from symbolic.questions.base import LETTERS
from symbolic.score import Score
from symbolic.timeline import sounding_notes
from symbolic.transform import transpose

SHIFTS = tuple(range(-5, 7))
"""The 12 transpositions, in semitones."""
MAX_SIGNATURE = 7
_KEYS = frozenset({"key", "local-key"})
_MIDDLE_FIFTHS = 2
"""Where notes of music without signature lie on the line of fifths on average: D."""


@dataclass(frozen=True, slots=True)
class Choices:
    """The allowed answers of a question.

    Attributes:
        texts: as a model writes them.
        names: the answer's name that each text gives.
    """

    texts: tuple[str, ...]
    names: tuple[str, ...]

    @classmethod
    def of(cls, question: Question) -> Choices:
        """Those of a question; without texts where its answers are no closed set."""
        if question.options:
            letters = tuple(LETTERS[: len(question.options)])
            if not question.is_told_by_words:
                return cls(letters, question.options)
            return cls(letters + question.options, 2 * question.options)
        if question.task in _KEYS:
            return _written_keys(question.answers)
        return cls(question.answers, question.answers)

    def elected(self, ballots: Sequence[Sequence[float]]) -> Answer:
        """The best answer.

        Args:
            ballots: the log-probability of each text; of one question, or of its 12 transpositions.
        """
        sums = [self._by_name(scores) for scores in ballots]
        scores = sums[0] if len(sums) == 1 else voted(sums)
        best = max(scores, key=scores.__getitem__)
        texts = [place for place, name in enumerate(self.names) if name == best]
        unmoved = ballots[0 if len(ballots) == 1 else SHIFTS.index(0)]
        return Answer(self.texts[max(texts, key=unmoved.__getitem__)], scores)

    def _by_name(self, scores: Sequence[float]) -> dict[str, float]:
        together: dict[str, list[float]] = {}
        for name, score in zip(self.names, scores, strict=True):
            together.setdefault(name, []).append(score)
        return {name: log_sum(values) for name, values in together.items()}


@lru_cache
def _written_keys(names: tuple[str, ...]) -> Choices:
    """Each key in all spellings with at most seven accidentals, its own first."""
    texts, meant = [], []
    for name in names:
        key = Key.parse(name)
        spelled = [Key.from_fifths(fifths, key.mode) for fifths in range(-MAX_SIGNATURE, MAX_SIGNATURE + 1)]
        same = [other.name for other in spelled if other.same_answer(key) and other.name != name]
        texts += [name, *same]
        meant += [name] * (1 + len(same))
    return Choices(tuple(texts), tuple(meant))


def log_sum(values: Iterable[float]) -> float:
    """The logarithm of the sum of exponentials."""
    known = list(values)
    top = max(known)
    return top + log(sum(exp(value - top) for value in known))


# Transposition


def transpositions(question: Question) -> list[Question]:
    """The question in 12 transpositions (`SHIFTS`); its truth and answers are left as they are."""
    if question.score is None:
        return [question] * len(SHIFTS)
    return [replace(question, score=_moved(question.score, shift)) for shift in SHIFTS]


def _moved(score: Score, semitones: int) -> Score:
    """The score transposed, without key signature spelled as near to D on the line of fifths as it can be."""
    if score.key.tonic or not semitones:
        return transpose(score, semitones)
    notes = sounding_notes(score)
    mean = sum(note.pitch.fifths for note in notes) / max(1, len(notes))
    return transpose(score, _interval(semitones, mean))


def _interval(semitones: int, mean: float) -> Interval:
    """The spelling of a transposition that moves the mean on the line of fifths nearest to the middle."""
    near = round(7 * semitones / 12)
    candidates = [Interval(steps, semitones) for steps in range(near - 1, near + 2)]
    return min(candidates, key=lambda interval: abs(mean + interval.fifths - _MIDDLE_FIFTHS))


def voted(ballots: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The scores of a question's answers, from those in each of its `transpositions`: mean log-probabilities.

    Args:
        ballots: of each shift, answer's name → log-probability; names are keys, all 12 of each mode.
    """
    totals = dict.fromkeys(ballots[0], 0.0)
    for shift, ballot in zip(SHIFTS, ballots, strict=True):
        norm = log_sum(ballot.values())
        for name in totals:
            totals[name] += (ballot[_shifted_key(name, shift, tuple(ballot))] - norm) / len(SHIFTS)
    return totals


@lru_cache(maxsize=4096)
def _shifted_key(name: str, semitones: int, names: tuple[str, ...]) -> str:
    """The key among `names` that a key becomes."""
    key = Key.parse(name)
    wanted = Key.from_pitch_class((key.pitch_class + semitones) % 12, key.plain_mode)
    return next(other for other in names if Key.parse(other).same_answer(wanted))
