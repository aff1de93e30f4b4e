"""What a score itself says in answer to a question: its header, its signs and its symbols."""

from __future__ import annotations

from eval.ask.draft import Asked
from symbolic.analysis.chord_grid import NO_CHORD, Change, chord_name, grid_of
from symbolic.analysis.stated_harmony import StatedChord, stated_harmony
from symbolic.questions import Question, question_type
from symbolic.questions.harmony_bars import first_number
from symbolic.questions.local_key import passages
from symbolic.score import Score
from symbolic.timeline import measure_spans
from symbolic.transform import slice_bars

WRITTEN = frozenset({"structure", "sections", "phrases", "tempo-class", "dance", "instrumentation"})
"""Types whose truth is what a score's signs and header say."""


def stated_answer(score: Score, asked: Asked) -> str | None:
    """The answer that a score states to a question about it, or None."""
    task = asked.question.task
    if task == "key":
        return score.key.name if score.key.tonic else None
    if task == "time-signature":
        return None if score.meter.is_free else score.meter.name
    if task in WRITTEN:
        found = question_type(task).ask(score)
        return found.truth if isinstance(found, Question) else None
    if task in ("chords", "harmonization", "roman-numerals"):
        return _stated_chords(score, asked, numerals=task == "roman-numerals")
    if task == "local-key":
        return _key_of_passage(score, asked)
    return None


def _stated_chords(score: Score, asked: Asked, *, numerals: bool) -> str | None:
    """The chord symbols or numerals of the bars that are asked about, bar by bar."""
    if asked.bars:
        offset = first_number(score)
        score = slice_bars(score, asked.bars[0] - offset, asked.bars[-1] - offset + 1)
    stated = stated_harmony(score)
    spans = measure_spans(score)
    changes: list[Change] = [
        (spans[chord.bar].onset + chord.onset, _name(chord, numerals)) for chord in stated
    ]
    if all(name == NO_CHORD for _, name in changes):
        return None
    return grid_of(score, changes)


def _name(stated: StatedChord, numerals: bool) -> str:
    if numerals:
        return NO_CHORD if stated.numeral is None else str(stated.numeral)
    return chord_name(stated.chord)


def _key_of_passage(score: Score, asked: Asked) -> str | None:
    """The key that the analysis or the signatures in a score give all the bars that are asked about."""
    offset = first_number(score)
    first, stop = asked.bars[0] - offset, asked.bars[-1] - offset + 1
    inside = (passage for passage in passages(score) if passage.first <= first and stop <= passage.stop)
    found = next(inside, None)
    return found.key.name if found else None
