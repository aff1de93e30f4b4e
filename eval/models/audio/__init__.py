"""``audio:NAME``: estimators that hear the recording of a question and never see a note.

They say what is lost without a transcription. They answer where a question brings its recording along, so
with the input ``audio`` (`eval.inputs`). librosa's come with the extra ``audio``; madmom and essentia are
used where the user has installed them: the models of the first may not be used commercially (CC BY-NC-SA),
and the second is under the AGPL, so neither is a dependency.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from eval.inputs import AUDIO
from eval.models.audio import essentia, librosa, madmom
from symbolic.errors import SymbolicError
from symbolic.questions import Question

Estimator = Callable[[Path, Question], str]

ESTIMATORS: Mapping[str, Mapping[str, Estimator]] = {
    "key": {**librosa.KEY, "madmom": madmom.key, "essentia": essentia.key},
    "time-signature": {"beat-tracking": librosa.meter, "madmom": madmom.meter},
    "chords": {"chroma-templates": librosa.chords, "madmom": madmom.chords},
}
"""Task → name after ``audio:`` → the answer from a sound file."""
OPTIONAL = {
    "madmom": "its models are CC BY-NC-SA; pip install git+https://github.com/CPJKU/madmom",
    "essentia": "it is under the AGPL; pip install essentia",
}
"""Package → why it is not a dependency, and how to get it."""


@dataclass(frozen=True, slots=True)
class Listener:
    """Answers from the recordings that questions bring along."""

    name: str
    estimate: Estimator

    def answers(self, questions: Sequence[Question]) -> Iterator[str]:
        """The estimates.

        Raises:
            SymbolicError: a question has no recording.
        """
        for question in questions:
            path = question.details.get(AUDIO)
            if path is None:
                raise SymbolicError(f"{self.name} hears recordings: use --input audio")
            yield self.estimate(path, question)


def names(task: str) -> tuple[str, ...]:
    """The estimators of a task that are installed."""
    known = ESTIMATORS.get(task, {})
    return tuple(name for name in known if name not in OPTIONAL or find_spec(name) is not None)


def build(argument: str, task: str) -> Listener:
    """The estimator of a name.

    Raises:
        SymbolicError: it does not do the task, or its package is not installed.
    """
    known = ESTIMATORS.get(task, {})
    if argument not in known:
        raise SymbolicError(f"audio:{argument} does not do {task}")
    if argument in OPTIONAL and find_spec(argument) is None:
        raise SymbolicError(f"audio:{argument} needs the package {argument} ({OPTIONAL[argument]})")
    return Listener(f"audio:{argument}", known[argument])
