"""The question "which chords go with this melody?": the chord symbols of a bare melody, which are hidden.

Shown: the melody alone (the first voice, where others accompany it), with key, metre and bar lines. The
truth is the harmony that the score states; other harmonies may be as good, so the grade measures likeness
to the composer's or editor's choice. Answers and grades are those of the question ``chords``.
"""

from __future__ import annotations

from random import Random

from symbolic.analysis.chord_grid import written
from symbolic.analysis.stated_harmony import harmony_sounds
from symbolic.questions.base import Question, QuestionType, Reason, too_few_notes, worded
from symbolic.questions.chord_grades import category, chord_distractors, grade, spellings
from symbolic.questions.chord_sequence import bars_of, parse_chords
from symbolic.questions.chords import ANSWER_FORMAT, name_of
from symbolic.questions.harmony_bars import strip as strip_harmony
from symbolic.questions.harmony_bars import unfit, window
from symbolic.score import Score

TASK = "harmonization"
WORDINGS = (
    "Harmonise this melody: which chord goes with each bar, or each beat where the harmony should change "
    "within a bar?",
    "Write chord symbols for this tune, bar by bar.",
    "Which chords accompany this melody best? Give them for every bar.",
    "The chord symbols of this tune are left out. Supply them bar by bar.",
)


def strip(score: Score) -> Score:
    """The first voice without words and chord symbols."""
    return strip_harmony(score.with_voices(score.voices[:1]))


def ask(
    score: Score, rng: Random | None = None, *, id: str = "", truth: str | None = None
) -> Question | Reason:
    """The question about some bars, or the reason why the score cannot be asked; see `QuestionType.ask`."""
    reason = unfit(score)
    if reason is not None:
        return reason
    found = window(score, rng, name_of)
    if isinstance(found, Reason):
        return found
    shown = strip(found.score)
    if harmony_sounds(shown) or shown.voices[0].percussion:
        return Reason("no-melody", "its first voice is not a line of single notes")
    reason = too_few_notes(shown)
    if reason is not None:
        return reason
    line = truth or written(found.names)
    return Question(
        id,
        TASK,
        worded(WORDINGS, rng),
        ANSWER_FORMAT,
        shown,
        line,
        distractors=chord_distractors(line),
        explanation=_explanation(shown, line),
        details={"bars": len(found.names)},
    )


def _explanation(shown: Score, line: str) -> str:
    """Key and vocabulary of the harmony, and how it begins and ends."""
    bars = bars_of(line)
    used = list(dict.fromkeys(name for bar in bars for name in bar))
    key = f"The signature is that of {shown.key}. " if shown.key.tonic else ""
    return (
        f"{key}The harmony uses {len(used)} chord{'s' if len(used) > 1 else ''} ({', '.join(used)}), "
        f"begins on {bars[0][0]} and ends on {bars[-1][-1]}."
    )


TYPE = QuestionType(
    TASK,
    "chords for the bars of a bare melody whose chord symbols are hidden",
    strip,
    ask,
    parse_chords,
    grade,
    category,
    spellings,
)
