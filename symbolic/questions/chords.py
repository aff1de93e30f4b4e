"""The question "which chords?": the harmony of each bar where it sounds in several voices or in chords.

Shown: all voices, with key, metre and bar lines. Hidden: chord symbols and analyses, which are the truth
(`symbolic.questions.harmony_bars`). Answers give Harte names bar by bar; a bass after a slash is not
asked for. Graded by mir_eval over time (`symbolic.questions.chord_grades`).
"""

from __future__ import annotations

from random import Random

from symbolic.analysis.chord_grid import chord_name, written
from symbolic.analysis.stated_harmony import StatedChord, harmony_sounds
from symbolic.questions.base import Question, QuestionType, Reason, worded
from symbolic.questions.chord_grades import category, chord_distractors, grade, spellings
from symbolic.questions.chord_sequence import parse_chords
from symbolic.questions.harmony_bars import strip, unfit, window
from symbolic.score import Chord as SoundedChord
from symbolic.score import Note, Score

TASK = "chords"
WORDINGS = (
    "Which chord sounds in each bar of this music? Where the harmony changes within a bar, name the chord of "
    "each beat.",
    "Name the chords of this piece bar by bar, and beat by beat where they change within a bar.",
    "Analyse the harmony: give the chord of every bar, or of its beats where it changes inside the bar.",
    "What is the chord progression of these bars? A bar with several chords is divided by beats.",
)
ANSWER_FORMAT = (
    'Write Harte names (C:maj, A:min, G:7, B:dim, D:min7, F:maj7 …; N for no chord), bars separated by "|". '
    'Several chords in a bar share its time equally: "C:maj | A:min D:7 | G:maj".'
)
SHOWN_BARS = 3
"""Bars whose notes the explanation lists."""


def name_of(stated: StatedChord) -> str | None:
    """Harte name of a stated chord without its bass; None where an analysis leaves it open."""
    return None if stated.chord is None else chord_name(stated.chord)


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
    if not harmony_sounds(found.score):
        return Reason("bare-melody", "it is a melody, in which no harmony sounds")
    line = truth or written(found.names)
    shown = strip(found.score)
    return Question(
        id,
        TASK,
        worded(WORDINGS, rng),
        ANSWER_FORMAT,
        shown,
        line,
        distractors=chord_distractors(line),
        explanation=explanation(shown, found.names),
        details={"bars": len(found.names)},
    )


def explanation(shown: Score, names: tuple[tuple[str, ...], ...]) -> str:
    """What sounds in some bars and which chord that makes, the bars of one chord first."""
    lasting = [index for index, measure in enumerate(shown.voices[0].measures) if measure.duration]
    bars = sorted(range(len(names)), key=lambda bar: (len(names[bar]), bar))[:SHOWN_BARS]
    return " ".join(_bar_sentence(shown, lasting[bar], bar + 1, names[bar]) for bar in sorted(bars))


def _bar_sentence(shown: Score, bar: int, number: int, names: tuple[str, ...]) -> str:
    pitches = sorted(
        (
            note.pitch
            for voice in shown.voices
            if not voice.percussion
            for layer in voice.measures[bar].layers
            for event in layer
            if isinstance(event, Note | SoundedChord)
            for note in (event.notes if isinstance(event, SoundedChord) else (event,))
        ),
        key=lambda pitch: pitch.midi,
    )
    classes = list(dict.fromkeys(pitch.spelled_class for pitch in pitches))
    chords = ", then ".join(dict.fromkeys(names))
    place = f"Number {number} of the bars shown"
    if not classes:
        return f"{place} is silent: {chords}."
    return f"{place} has {', '.join(classes)} with {classes[0]} lowest: {chords}."


TYPE = QuestionType(
    TASK,
    "the chord of each bar, or beat, where harmony sounds; chord symbols and analyses are hidden",
    strip,
    ask,
    parse_chords,
    grade,
    category,
    spellings,
)
