"""The question "what is the range?": the lowest and the highest note of a piece (its ambitus).

The truth comes from the notes as written: grace notes and percussion do not count. Notes are named with
their octave in the scientific convention (middle C, ABC's ``C``, is C4). An answer is right when both notes
sound as the true ones. Half the credit is for one right note, or for two notes that span the right
interval, as after a mistake of an octave. The interval is told in the explanation and scored as
``interval``.

Hidden: words, and the clefs, which follow the range.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from random import Random

from symbolic.key import Key
from symbolic.meter import Meter
from symbolic.pitch import Interval, Pitch
from symbolic.questions.base import (
    NO_ANSWER,
    Grade,
    Question,
    QuestionType,
    Reason,
    strip_words,
    too_few_notes,
    worded,
)
from symbolic.questions.prose import Candidate, choose, tidy
from symbolic.score import Chord, LineBreak, Note, Score

TASK = "range"
WORDINGS = (
    "What is the range of this piece, from its lowest to its highest note?",
    "Between which two notes does this music lie? Mind the key signature.",
    "Name the lowest and the highest note of this piece, grace notes left aside.",
    "What is the ambitus of this music?",
)
ANSWER_FORMAT = 'Answer with the lowest and the highest note, such as "D4 to B5"; C4 is middle C, ABC\'s C.'
HALF_CREDIT = 0.5
OCTAVE = 12
_NUMBERS = (
    "unison second third fourth fifth sixth seventh octave ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth"
).split()
_QUALITIES = {"P": "perfect", "M": "major", "m": "minor", "A": "augmented", "d": "diminished"}
_PITCH = r"(?<![A-Za-z0-9#])[A-G](?:##?|bb?|x|[ -](?:sharp|flat)[ -]?)?-?\d(?![\w/#])"
_PAIR = re.compile(rf"(?P<one>{_PITCH})(?P<between>[^.;\n]{{0,40}}?[^\w.;\n#]+)(?P<other>{_PITCH})")


def strip(score: Score) -> Score:
    """The score without words and clefs; key, metre and line breaks stay."""
    return strip_words(score, keep=(Key, Meter, LineBreak))


def ambitus(score: Score) -> tuple[Pitch, Pitch] | None:
    """The lowest and the highest note of a score as written, or None where it has none."""
    pitches = _pitches(score)
    return (pitches[0], pitches[-1]) if pitches else None


def _pitches(score: Score) -> list[Pitch]:
    """The different notes of a score from the lowest up, one spelling for each sound."""
    found: dict[int, Pitch] = {}
    for voice in score.voices:
        if voice.percussion:
            continue
        for measure in voice.measures:
            for layer in measure.layers:
                for event in layer:
                    if isinstance(event, Note):
                        found.setdefault(event.pitch.midi, event.pitch)
                    elif isinstance(event, Chord):
                        for note in event.notes:
                            found.setdefault(note.pitch.midi, note.pitch)
    return [found[midi] for midi in sorted(found)]


def interval_words(interval: Interval) -> str:
    """An interval upwards in words: "major sixth", "octave", "octave and a major sixth", "2 octaves"."""
    octaves, steps = divmod(interval.steps, 7)
    rest = Interval(steps, interval.semitones - OCTAVE * octaves)
    name = rest.name
    simple = (
        f"{_QUALITIES[name[0]]} {_NUMBERS[steps]}" if name[0] in _QUALITIES else f"{rest.semitones} semitones"
    )
    if not octaves:
        return simple
    whole = "octave" if octaves == 1 else f"{octaves} octaves"
    return whole if rest == Interval(0, 0) else f"{whole} and a{'n' * (simple[0] in 'aeiou')} {simple}"


def ask(
    score: Score, rng: Random | None = None, *, id: str = "", truth: str | None = None
) -> Question | Reason:
    """The question about a whole score; see `QuestionType.ask`."""
    reason = too_few_notes(score)
    if reason is not None:
        return reason
    pitches = _pitches(score)
    if not pitches:
        return Reason("percussion", "it is written for percussion alone")
    right = truth or written(pitches[0], pitches[-1])
    low, high = (Pitch.parse(name) for name in right.split(" to "))
    interval = Interval.between(low, high)
    return Question(
        id,
        TASK,
        worded(WORDINGS, rng),
        ANSWER_FORMAT,
        strip(score),
        right,
        distractors=_distractors(low, high, pitches),
        explanation=(
            f"The lowest note is {low} and the highest is {high}, {interval.semitones} semitones "
            f"({interval_words(interval)}) above it."
        ),
        details={"semitones": interval.semitones},
    )


def written(low: Pitch, high: Pitch) -> str:
    """A range as truths write it."""
    return f"{low} to {high}"


def _distractors(low: Pitch, high: Pitch, pitches: Sequence[Pitch]) -> tuple[str, ...]:
    """The next note inside at either end, or one of the ends an octave off."""
    lows = (low, *pitches[1:2], replace(low, octave=low.octave - 1))
    highs = (high, *pitches[-2:-1], replace(high, octave=high.octave + 1))
    made = [(one, other) for one, other in product(lows, highs) if one.midi <= other.midi]
    up = (replace(low, octave=low.octave + 1), replace(high, octave=high.octave + 1))
    by_sound = {(one.midi, other.midi): written(one, other) for one, other in reversed([*made, up])}
    by_sound.pop((low.midi, high.midi), None)
    return tuple(reversed(by_sound.values()))[:5]


def parse(text: str) -> str | None:
    """The two notes that a text answers with ("D4 to B5", "highest B5, lowest D4"), or None."""
    tidied = tidy(text)
    found = choose(tidied, _candidates(tidied))
    return None if found is None else written(*found)


def _candidates(text: str) -> Iterator[Candidate[tuple[Pitch, Pitch]]]:
    for match in _PAIR.finditer(text):
        one, other = sorted(map(_pitch, (match["one"], match["other"])), key=lambda pitch: pitch.midi)
        yield Candidate((one, other), match.start())


def _pitch(name: str) -> Pitch:
    sign = "#" if "sharp" in name else "b" if "flat" in name else ""
    return Pitch.parse(re.sub(r"[ -](?:sharp|flat)[ -]?", sign, name))


def grade(question: Question, text: str) -> Grade:
    """Compares the two notes that a text answers with and the truth."""
    found = parse(text)
    if found is None:
        return NO_ANSWER
    low, high = (Pitch.parse(name).midi for name in found.split(" to "))
    true_low, true_high = (Pitch.parse(name).midi for name in question.truth.split(" to "))
    scores = {
        "lowest": float(low == true_low),
        "highest": float(high == true_high),
        "interval": float(high - low == true_high - true_low),
    }
    both = scores["lowest"] and scores["highest"]
    return Grade.of(1.0 if both else HALF_CREDIT if any(scores.values()) else 0.0, found, scores)


def category(truth: str) -> str:
    """How many octaves the range fills."""
    low, high = (Pitch.parse(name).midi for name in truth.split(" to "))
    octaves = -(-(high - low) // OCTAVE)
    return "up to an octave" if octaves <= 1 else f"up to {octaves} octaves"


def spellings(truth: str) -> tuple[str, ...]:
    """A range with other words between its notes, and with signs as words."""
    low, high = truth.split(" to ")
    words = truth.replace("##", "x").replace("#", " sharp ") if "b" not in truth else truth
    return (
        truth,
        f"{low}-{high}",
        words,
        f"The range is from {low} to {high}.",
        f"The lowest note is {low} and the highest note is {high}.",
        f"Highest: {high}, lowest: {low}",
    )


TYPE = QuestionType(
    TASK,
    "the lowest and the highest note",
    strip,
    ask,
    parse,
    grade,
    category,
    spellings,
)
