"""The question "how complex is the harmony?": low, medium or high among Bach's chorales.

The truth is computed from the notes as shown, where several sound together, by measures that
`symbolic.analysis.harmony` takes of the chords it finds beat by beat, in the key that it hears: the entropy
of the chords, their number a quarter note, the share of chromatic ones, and the mean distance of successive
roots on the circle of fifths. Their scale (see `symbolic.questions.complexity`) comes from the chorales in
music21's corpus (``bach/bwv*.mxl``) but for those with a Roman-numeral analysis, which are kept for
measuring: ``Scale.fit([measures(strip(score)) for score in chorales])``.

Shown: notes with key, metre and bar lines. Hidden: chord symbols and all words. A neighbouring level is
near, with half the credit.
"""

from __future__ import annotations

from random import Random

from symbolic.analysis.harmony import chords, harmony_measures
from symbolic.analysis.key import estimate_key
from symbolic.analysis.texture import is_single_line, sonorities, texture_measures
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

TASK = "harmonic-complexity"
SCALE = Scale(deviations=(0.3628, 0.09868, 0.19733, 0.26799), lower=6.1719, upper=6.6628)
"""Of chord entropy, chords a quarter note, chromatic share and root distance; from 408 chorales."""
LEAST_TOGETHER = 0.5
"""Of the sounding time, the least in which two or more notes sound, for harmony to be heard."""
WORDINGS = (
    "How complex is the harmony of this piece, compared with Bach's chorales?",
    "Rate the harmonic complexity of this music by the variety of its chords, how fast and how far they "
    "move, and how many leave the key.",
    "Measured against Bach's chorales, in which third of harmonic complexity does this piece lie?",
)


def strip(score: Score) -> Score:
    """The score without words, chord symbols and percussion; key, metre and line breaks stay."""
    pitched = score.with_voices(tuple(voice for voice in score.voices if not voice.percussion))
    return strip_words(pitched, keep=(Key, Meter, LineBreak))


def measures(score: Score) -> tuple[float, float, float, float] | None:
    """Chord entropy, chords a quarter note, chromatic share and root distance, or None without a chord."""
    key = estimate_key(score)
    found = harmony_measures(chords(score, "beat", key), key)
    if found is None:
        return None
    return found.entropy_bits, found.chords_per_quarter, found.chromatic_share, found.mean_root_fifths


def ask(
    score: Score, rng: Random | None = None, *, id: str = "", truth: str | None = None
) -> Question | Reason:
    """The question about a score in which harmony sounds; see `QuestionType.ask`."""
    reason = too_few_notes(score)
    if reason is not None:
        return reason
    if not _sounds_harmony(score):
        return Reason("no-harmony", "its notes sound one at a time, so that no chord is heard")
    shown = strip(score)
    row = measures(shown)
    if row is None:
        return Reason("no-harmony", "no chord is found in it")
    entropy, rate, chromatic, distance = row
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
            f"The chords have an entropy of {entropy:.2f} bits; {rate:.2f} begin in a quarter note, "
            f"{chromatic:.0%} of them leave the key, and their roots lie {distance:.1f} fifths apart on "
            f"average: {SCALE.verdict(row)} of Bach's chorales."
        ),
    )


def _sounds_harmony(score: Score) -> bool:
    """Whether several notes sound together most of the time, percussion left out."""
    found = None if is_single_line(score) else texture_measures(sonorities(score))
    return found is not None and found.together >= LEAST_TOGETHER


TYPE = QuestionType(
    TASK,
    "how complex the sounding harmony is: low, medium or high among Bach's chorales",
    strip,
    ask,
    parse,
    ordered(parse, LEVELS),
    str,
    spellings,
)
