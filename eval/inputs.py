"""Questions asked from what sounds: the music is played, heard and written down again before a model sees it.

With the input ``midi`` a performance of the score, in time but not exactly, is transcribed from its notes;
with ``audio`` it is rendered and transcribed from the sound, which the question brings along
(``details["audio"]``) for models that listen. The truth stays that of the original, and answers are graded
against it: so a bar that the transcription draws elsewhere counts as a wrong answer does.

A question about a piece is asked of a performance of the whole, repeats played out; one about some bars of
it of a performance of these. What stands in the notation alone cannot be asked: types that are not audible
(`QuestionType.audible`), and those that name a place by the number of a written bar (`PLACES`).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

from eval.audio import rendered, transcribed
from eval.items import Item
from symbolic.errors import SymbolicError
from symbolic.questions import Question, QuestionType, Reason
from transcription.synthesis import STEADY, perform

PLACES = frozenset({"chord-name", "local-key", "phrases"})
"""Tasks whose questions or answers name places in written bars."""
AUDIO = "audio"
"""The member of a question's details that holds the path of its sound file."""


def can_be_heard(kind: QuestionType) -> bool:
    """Whether a type of question can be asked about what sounds alone."""
    return kind.audible and kind.name not in PLACES


def written(item: Item) -> Item:
    """The item with the transcription of its recording for a score, where it has nothing else to show."""
    if item.score is not None or item.audio is None:
        return item
    return replace(item, score=transcribed(item.audio).score)


def hear(item: Item, question: Question, kind: QuestionType, input: str, seed: int) -> Question | Reason:
    """The question about a transcription instead of the score that it shows.

    Args:
        item: what it was made from.
        question: shows a score.
        kind: its type.
        input: ``midi`` or ``audio``.
        seed: of the playing.

    Returns:
        The question, or why there is nothing to ask: what cannot be played, or comes back without notes.
    """
    recording = item.audio if input == AUDIO else None
    try:
        if recording is None:
            music = question.score if question.details or item.score is None else item.score
            assert music is not None
            played = perform(music, STEADY, Random(f"{seed} {item.id}").randrange(2**31)).performance
            source: Path | None = rendered(played) if input == AUDIO else None
            score = transcribed(source or played).score
        else:
            source, score = recording, transcribed(recording).score
    except SymbolicError as exc:
        return Reason("unheard", f"it cannot be played and transcribed: {exc.message}")
    if not len(score.note_array()):
        return Reason("unheard", "nothing was heard in it")
    details = question.details if source is None else {**question.details, AUDIO: source}
    played_out = score.unfold()  # the repeats that the transcription folded would give a form away
    return replace(question, score=kind.strip(played_out), details=details)
