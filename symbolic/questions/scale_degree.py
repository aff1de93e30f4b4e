"""The question "which degree of the scale?": of one note of a melody whose key is shown.

Degrees are counted from the tonic of the key, 1 to 7, in the key's own scale; only notes of that scale are
asked about. Names of degrees (tonic, supertonic, mediant, subdominant, dominant, submediant, leading note or
subtonic) are understood as well.
"""

from __future__ import annotations

from random import Random

from symbolic.key import Key
from symbolic.pitch import STEPS
from symbolic.questions.answers import exact, one_of
from symbolic.questions.base import Question, QuestionType, Reason, worded
from symbolic.questions.reading import COUNTING, counted_bars, drawn, ordinal, strip
from symbolic.score import Note, Score

TASK = "scale-degree"
WORDINGS = (
    "Which degree of the scale is the {note} note of bar {bar}?",
    "The key is {key}. Which scale degree is note {note} of bar {bar}?",
    "Take the {note} note in bar {bar}: counted from the tonic, which degree of the scale is it?",
)
ANSWER_FORMAT = f"{COUNTING} Answer with a number from 1 (the tonic) to 7."
ANSWERS = tuple("1234567")
NAMES = ("tonic", "supertonic", "mediant", "subdominant", "dominant", "submediant", "leading note")
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh")
_ALIASES: dict[str, tuple[str, ...]] = {
    degree: (name, ordinal(int(degree)), word, f"^{degree}")
    for degree, name, word in zip(ANSWERS, NAMES, _ORDINALS, strict=True)
}
_ALIASES["7"] += ("subtonic", "leading tone")


def degree_of(note: Note, score: Score) -> int | None:
    """The degree of a note in the key of a score, 1 … 7; None where the scale does not hold it."""
    pitch = note.pitch
    if pitch.alter != score.key.signature.get(pitch.step, 0):
        return None
    return (STEPS.index(pitch.step) - STEPS.index(score.key.tonic[0])) % 7 + 1


def ask(
    score: Score, rng: Random | None = None, *, id: str = "", truth: str | None = None
) -> Question | Reason:
    """The question about a note that `rng` draws; see `QuestionType.ask`."""
    bars = counted_bars(score)
    if isinstance(bars, Reason):
        return bars
    if not score.key.tonic or any(isinstance(event, Key) for event in score.events()):
        return Reason("no-key", "it states no key, or its key changes")
    places = [
        (number, place, note, degree)
        for number, bar in enumerate(bars.bars, 1)
        for place, note in enumerate(bar, 1)
        if (degree := degree_of(note, score))
    ]
    if not places:
        return Reason("chromatic", "no note lies in the scale of its key")
    number, place, note, degree = drawn(rng).choice(places)
    right = truth or str(degree)
    return Question(
        id,
        TASK,
        worded(WORDINGS, rng).format(bar=number, note=ordinal(place), key=score.key.name),
        ANSWER_FORMAT,
        strip(score),
        right,
        ANSWERS,
        distractors=_nearest(right),
        explanation=(
            f"The note is {note.pitch.spelled_class}. The scale of {score.key.name} begins on "
            f"{score.key.tonic}; counted from there it is degree {degree}, the {NAMES[degree - 1]}."
        ),
        details={"bar": number, "note": place},
    )


def _nearest(truth: str) -> tuple[str, ...]:
    """The other degrees, the neighbours first."""

    def distance(degree: str) -> int:
        return min((int(degree) - int(truth)) % 7, (int(truth) - int(degree)) % 7)

    return tuple(sorted((degree for degree in ANSWERS if degree != truth), key=distance))


parse = one_of(ANSWERS, _ALIASES)


def category(truth: str) -> str:
    """The degree itself."""
    return truth


def spellings(truth: str) -> tuple[str, ...]:
    """A degree as a number, an ordinal and by its name."""
    return (truth, f"the {ordinal(int(truth))}", f"It is the {NAMES[int(truth) - 1]}.")


TYPE = QuestionType(
    TASK,
    "the degree of the scale that one note is",
    strip,
    ask,
    parse,
    exact(parse),
    category,
    spellings,
    audible=False,
)
