"""The question "which texture?": monophonic, homophonic, melody with accompaniment or polyphonic.

The truth is computed from the notes by `symbolic.analysis.texture`, whose first lines define the four; a
score whose measures lie between homophonic and polyphonic is not asked. Voices that each sound alone are
part of a texture only where they overlap.

Shown: notes with key, metre and bar lines, in the voices as written, numbered. Hidden: all words, names,
programs and clefs.
"""

from __future__ import annotations

from random import Random

from symbolic.analysis.texture import (
    TEXTURES,
    TextureMeasures,
    is_single_line,
    sonorities,
    texture,
    texture_measures,
)
from symbolic.key import Key
from symbolic.meter import Meter
from symbolic.questions.answers import exact, name_spellings, one_of
from symbolic.questions.base import (
    Question,
    QuestionType,
    Reason,
    strip_words,
    too_few_notes,
    worded,
)
from symbolic.score import LineBreak, Score

TASK = "texture"
WORDINGS = (
    "What is the texture of this piece?",
    "How do the notes of this music go together: which texture is it?",
    "Is this one line, chords, an accompanied melody, or independent voices? Name the texture.",
)
ANSWER_FORMAT = (
    "Answer with one of: monophonic (one line), homophonic (voices that move together), melody with "
    "accompaniment, polyphonic (independent voices)."
)
ALIASES = {
    "monophonic": ("monophony", "single line", "unaccompanied melody", "one line"),
    "homophonic": ("homophony", "chordal", "homorhythmic", "chorale texture", "block chords"),
    "melody with accompaniment": (
        "melody and accompaniment",
        "accompanied melody",
        "melody-and-accompaniment",
        "melody-dominated homophony",
        "melody accompanied by chords",
    ),
    "polyphonic": ("polyphony", "contrapuntal", "counterpoint", "independent voices"),
}
NEAREST = {
    "monophonic": ("melody with accompaniment", "homophonic", "polyphonic"),
    "homophonic": ("polyphonic", "melody with accompaniment", "monophonic"),
    "melody with accompaniment": ("homophonic", "polyphonic", "monophonic"),
    "polyphonic": ("homophonic", "melody with accompaniment", "monophonic"),
}
"""The other textures, the one most easily taken for it first."""

parse = one_of(TEXTURES, ALIASES)


def strip(score: Score) -> Score:
    """The score without words, names, programs and clefs; key, metre and line breaks stay."""
    return strip_words(score, keep=(Key, Meter, LineBreak))


def ask(
    score: Score, rng: Random | None = None, *, id: str = "", truth: str | None = None
) -> Question | Reason:
    """The question about a whole score; see `QuestionType.ask`."""
    reason = too_few_notes(score)
    if reason is not None:
        return reason
    found = _found(score)
    if isinstance(found, Reason):
        return found
    name, explanation = found
    right = truth or name
    return Question(
        id,
        TASK,
        worded(WORDINGS, rng),
        ANSWER_FORMAT,
        strip(score),
        right,
        TEXTURES,
        distractors=NEAREST[right],
        explanation=explanation,
    )


def _found(score: Score) -> tuple[str, str] | Reason:
    """The texture and what it is told by, or the reason why it is not clear."""
    if is_single_line(score) and not score.voices[0].percussion:
        return "monophonic", "It is one voice of single notes: it is monophonic."
    measures = texture_measures(sonorities(score))
    if measures is None:
        return Reason("percussion", "it is written for percussion alone")
    name = texture(measures)
    if name is None:
        return Reason("texture-unclear", "its texture lies between homophonic and polyphonic")
    return name, _explanation(measures, name)


def _explanation(measures: TextureMeasures, name: str) -> str:
    together = f"Two or more notes sound together in {measures.together:.0%} of the time"
    if name == "monophonic":
        return f"{together}: it is {name}."
    return (
        f"{together}, {measures.mean_notes:.1f} notes on average. When the highest voice begins a note, "
        f"{measures.melody_synchrony:.0%} of the sounding notes begin with it, and it begins "
        f"{measures.melody_activity:.1f} notes for each of the lowest: it is {name}."
    )


def spellings(truth: str) -> tuple[str, ...]:
    """A texture by its name and by its other names."""
    return (*name_spellings(truth), *ALIASES[truth])


TYPE = QuestionType(
    TASK,
    "monophonic, homophonic, melody with accompaniment or polyphonic",
    strip,
    ask,
    parse,
    exact(parse),
    str,
    spellings,
)
