"""The question "how complex is the rhythm?": low, medium or high among folk tunes.

The truth is computed from the notes as shown, by three measures of `symbolic.analysis.rhythm`: the entropy
of the note lengths, their contrast (nPVI) and Longuet-Higgins and Lee's syncopation a bar. Their scale (see
`symbolic.questions.complexity`) comes from the training split of the benchmark `abc_tunes`, every tune of
it that can be asked: ``Scale.fit([measures(strip(score)) for score in tunes])``.

Shown: notes with key, metre and bar lines. Hidden: all words. A neighbouring level is near, with half the
credit.
"""

from __future__ import annotations

from random import Random

from symbolic.analysis.rhythm import RhythmMeasures, rhythm_measures
from symbolic.key import Key
from symbolic.meter import Meter
from symbolic.questions.answers import ordered
from symbolic.questions.base import (
    Question,
    QuestionType,
    Reason,
    strip_words,
    too_few_notes,
    worded,
)
from symbolic.questions.complexity import ANSWER_FORMAT, LEVELS, Scale, parse, spellings
from symbolic.score import LineBreak, Score

TASK = "rhythmic-complexity"
SCALE = Scale(deviations=(0.5085, 18.286, 0.5715), lower=1.3054, upper=1.8594)
"""Of note-length entropy, nPVI and syncopation; from 8,984 tunes."""
WORDINGS = (
    "How complex is the rhythm of this piece, compared with other folk tunes?",
    "Rate the rhythmic complexity of this music by the variety and contrast of its note lengths and its "
    "syncopation.",
    "Among folk tunes, in which third of rhythmic complexity does this piece lie?",
)


def strip(score: Score) -> Score:
    """The score without words and tempo; key, metre and line breaks stay."""
    return strip_words(score, keep=(Key, Meter, LineBreak))


def measures(score: Score) -> tuple[float, ...] | None:
    """Note-length entropy, nPVI and syncopation of a score, or None where it has no note."""
    found = rhythm_measures(score)
    return None if found is None else _row(found)


def _row(found: RhythmMeasures) -> tuple[float, ...]:
    return found.entropy_bits, found.npvi, found.syncopation


def ask(
    score: Score, rng: Random | None = None, *, id: str = "", truth: str | None = None
) -> Question | Reason:
    """The question about a whole score; see `QuestionType.ask`."""
    reason = too_few_notes(score)
    if reason is not None:
        return reason
    shown = strip(score)
    row = measures(shown)
    if row is None:
        return Reason("no-notes", "it has no notes")
    entropy, npvi, syncopation = row
    right = truth or SCALE.level(row)
    return Question(
        id,
        TASK,
        worded(WORDINGS, rng),
        ANSWER_FORMAT,
        shown,
        right,
        LEVELS,
        distractors=tuple(level for level in LEVELS if level != right),
        explanation=(
            f"The note lengths have an entropy of {entropy:.2f} bits and an nPVI of {npvi:.0f}, and the "
            f"syncopation is {syncopation:.2f} a bar: {SCALE.verdict(row)} of folk tunes."
        ),
    )


TYPE = QuestionType(
    TASK,
    "how complex the rhythm is: low, medium or high among folk tunes",
    strip,
    ask,
    parse,
    ordered(parse, LEVELS),
    str,
    spellings,
)
