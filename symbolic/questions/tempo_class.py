"""The question "how fast?": the class of a stated tempo, in beats of the metre a minute.

The classes are those printed on mechanical metronomes, from 40 to 208 beats a minute: largo 40, larghetto
60, adagio 66, andante 76, moderato 108, allegro 120, presto 168, prestissimo 200; each reaches up to the
next. The truth comes from the tempo mark: its number, else an Italian word of the scale. The beat is that
of the metre (dotted in compound metres), whatever unit the mark counts in.

Shown: notes with key, metre and bar lines. Hidden: tempo marks and all words. A neighbouring class is near,
with half the credit; a number of beats a minute answers with its class.
"""

from __future__ import annotations

import re
from fractions import Fraction
from random import Random

from symbolic.key import Key
from symbolic.meter import Meter, Tempo
from symbolic.questions.answers import name_spellings, one_of, ordered
from symbolic.questions.base import (
    Question,
    QuestionType,
    Reason,
    strip_words,
    too_few_notes,
    worded,
)
from symbolic.questions.prose import Candidate, choose, tidy
from symbolic.score import LineBreak, Score

TASK = "tempo-class"
SCALE = (
    ("largo", 40),
    ("larghetto", 60),
    ("adagio", 66),
    ("andante", 76),
    ("moderato", 108),
    ("allegro", 120),
    ("presto", 168),
    ("prestissimo", 200),
)
"""Each class and its slowest tempo in beats a minute."""
CLASSES = tuple(name for name, _ in SCALE)
FASTEST = 208
WORDINGS = (
    "How fast does this piece go? Its tempo mark is left out.",
    "Which tempo class suits this music, counted in beats of its metre?",
    "The tempo mark of this tune is hidden. Which Italian word would a metronome show for it?",
    "Choose the class of this piece's tempo on the metronome's scale.",
)
_BOUNDS = dict(zip(CLASSES, (*(slowest for _, slowest in SCALE[1:]), FASTEST), strict=True))
_RANGES = ", ".join(f"{name} ({slowest}-{_BOUNDS[name]})" for name, slowest in SCALE)
ANSWER_FORMAT = f"Answer with one of these classes, in beats a minute: {_RANGES}."
BEAT_NAMES = {
    Fraction(1, 4): "sixteenth", Fraction(1, 2): "eighth", Fraction(1): "quarter", Fraction(2): "half",
    Fraction(4): "whole", Fraction(3, 4): "dotted eighth", Fraction(3, 2): "dotted quarter",
    Fraction(3): "dotted half", Fraction(3, 8): "dotted sixteenth",
}  # fmt: skip
"""Length of a beat in quarter notes → the note value."""

named = one_of(CLASSES, {"largo": ("grave", "lento"), "andante": ("andantino",)})
"""The class that a text names by an Italian word, or None."""
_NUMBER = re.compile(r"(?<![\w./])(?P<bpm>\d{2,3})(?:\.\d+)?\s*(?:bpm\b|(?:beats?|pulses)\b)", re.IGNORECASE)


def strip(score: Score) -> Score:
    """The score without tempo marks and words; key, metre and line breaks stay."""
    return strip_words(score, keep=(Key, Meter, LineBreak))


def tempo_class(beats_a_minute: float | Fraction) -> str | None:
    """The class of a tempo, or None outside the metronome's scale."""
    if not SCALE[0][1] <= beats_a_minute <= FASTEST:
        return None
    return next(name for name, slowest in reversed(SCALE) if beats_a_minute >= slowest)


def beats_a_minute(tempo: Tempo, meter: Meter) -> Fraction | None:
    """A tempo in beats of a metre, those of the mark itself in free metre; None where it has no number."""
    if tempo.bpm is None:
        return None
    return tempo.bpm * tempo.beat_quarters / (tempo.beat_quarters if meter.is_free else meter.beat_quarters)


def ask(
    score: Score, rng: Random | None = None, *, id: str = "", truth: str | None = None
) -> Question | Reason:
    """The question about a score with a tempo; see `QuestionType.ask`."""
    reason = too_few_notes(score)
    if reason is not None:
        return reason
    found = _stated(score) if truth is None else truth
    if isinstance(found, Reason):
        return found
    place = CLASSES.index(found)
    nearest = sorted(CLASSES, key=lambda name: (abs(CLASSES.index(name) - place), name))
    return Question(
        id,
        TASK,
        worded(WORDINGS, rng),
        ANSWER_FORMAT,
        strip(score),
        found,
        CLASSES,
        distractors=tuple(nearest[1:5]),
        explanation=_explanation(score, found),
    )


def _stated(score: Score) -> str | Reason:
    """The one class that all tempo marks of a score agree on, or the reason why there is none."""
    if score.tempo is None:
        return Reason("no-tempo", "it states no tempo at its start")
    found = set()
    meter = score.meter
    for mark in (score.tempo, *score.events()):
        if isinstance(mark, Meter):
            meter = mark
        if isinstance(mark, Tempo):
            number = beats_a_minute(mark, meter)
            found.add(named(mark.text) if number is None else tempo_class(number))
    if len(found) > 1:
        return Reason("tempo-changes", "its tempo changes")
    name = found.pop()
    return name or Reason(
        "tempo-off-scale", "its tempo lies outside the metronome's scale, or is another word"
    )


def _explanation(score: Score, name: str) -> str:
    slowest = dict(SCALE)[name]
    scale = f"on the metronome's scale {name} is {slowest} to {_BOUNDS[name]} beats a minute."
    beat = BEAT_NAMES.get(score.meter.beat_quarters, f"{score.meter.beat_quarters}-quarter")
    number = None if score.tempo is None else beats_a_minute(score.tempo, score.meter)
    if number is None or tempo_class(number) != name:
        return f"The beat is the {beat} note; {scale}"
    return f"The beat is the {beat} note, and {float(number):g} of them go to a minute; {scale}"


def parse(text: str) -> str | None:
    """The class that a text answers with, by name or in beats a minute ("about 132 bpm"), or None."""
    found = named(text)
    if found is not None:
        return found
    tidied = tidy(text)
    numbers = ((tempo_class(int(match["bpm"])), match.start()) for match in _NUMBER.finditer(tidied))
    return choose(tidied, (Candidate(name, start) for name, start in numbers if name is not None))


def spellings(truth: str) -> tuple[str, ...]:
    """A class by its name, and by its slowest tempo."""
    return (*name_spellings(truth), f"about {dict(SCALE)[truth]} beats per minute")


grade = ordered(parse, CLASSES)

TYPE = QuestionType(
    TASK,
    "the class of a tempo whose mark is hidden, from largo to prestissimo",
    strip,
    ask,
    parse,
    grade,
    str,
    spellings,
)
