"""The question "which cadence?": how a piece or a phrase ends, by its last two chords and the key.

Shown: the bars that lead to the cadence, all voices, without symbols and analyses; the wording names the
key. The chords are those that the score states (`stated_harmony`) or, at the very end of a piece that
states none, those that its notes are exactly (`exact_chords`). Phrases end at a fermata, a double bar or
the last bar. What counts as which stands in `symbolic.analysis.cadence`; anything else is not asked.

"Perfect", "interrupted" and "imperfect" name the first, the last and the half
cadence in British books; an "imperfect authentic" one is authentic.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from symbolic.analysis.cadence import CADENCES, cadence_of
from symbolic.analysis.exact_chords import exact_chord, pitched_notes, sounding_at
from symbolic.analysis.stated_harmony import StatedChord, harmony_sounds, stated_harmony
from symbolic.harmony import ChordSymbol
from symbolic.key import Key
from symbolic.questions.answers import exact, name_spellings, one_of
from symbolic.questions.base import Question, QuestionType, Reason, too_few_notes, worded
from symbolic.questions.harmony_bars import COUNTING, first_number, one_line, strip, unfit
from symbolic.score import TIMED, Decoration, Measure, Score
from symbolic.transform import slice_bars

TASK = "cadence"
ANSWERS = CADENCES
ALIASES = {
    "authentic": ("perfect", "perfect authentic", "imperfect authentic", "full close", "final cadence", "PAC",
                  "IAC"),
    "half": ("imperfect", "half-close", "half close", "semicadence", "phrygian", "phrygian half", "HC"),
    "plagal": ("amen", "amen cadence", "church cadence"),
    "deceptive": ("interrupted", "false", "evaded", "DC"),
}  # fmt: skip
WORDINGS = (
    "Which cadence ends {place}? The key there is {key}.",
    "Name the type of cadence at the end of {place}, taken in {key}.",
    "In {key}: with what kind of cadence does {place} close?",
    "What type of cadence concludes {place} (key: {key})?",
)
ANSWER_FORMAT = (
    "Answer with one of authentic (V-I), half (ending on V), plagal (IV-I), deceptive (V-vi), as in American "
    "books."
)
SHOWN_BARS = 6
PHRASE_BARS = frozenset({"||", "|]"})


@dataclass(frozen=True, slots=True)
class Close:
    """The end of a phrase: index of its bar, the last two chords, the key, and whether it ends the piece."""

    bar: int
    before: ChordSymbol
    last: ChordSymbol
    key: Key
    final: bool

    @property
    def kind(self) -> str | None:
        """One of `ANSWERS`, or None where the chords make none of them."""
        return cadence_of(self.before, self.last, self.key)


def closes(score: Score) -> list[Close]:
    """The ends of the phrases of a score, in order, whatever cadence they make."""
    stated = stated_harmony(score)
    return list(_stated_closes(score, stated)) if stated else _sounding_close(score)


def _stated_closes(score: Score, stated: Sequence[StatedChord]) -> Iterator[Close]:
    measures = score.voices[0].measures
    end = max((bar for bar, measure in enumerate(measures) if measure.duration), default=0)
    for bar, measure in enumerate(measures):
        at = _phrase_end(measure, bar == end)
        if at is None:
            continue
        until = [chord for chord in stated if (chord.bar, chord.onset) <= (bar, at)]
        chords = [chord.chord for chord in until]
        if len(chords) < 2 or chords[-1] is None:
            continue
        last = chords[-1]
        before = next((chord for chord in reversed(chords) if chord is None or not _alike(chord, last)), None)
        key = until[-1].key or score.key
        if before is not None:
            yield Close(bar, before, last, key, bar == end)


def _alike(one: ChordSymbol, other: ChordSymbol) -> bool:
    return (one.root, one.quality) == (other.root, other.quality)


def _phrase_end(measure: Measure, final: bool) -> Fraction | None:
    """Where in a bar a phrase ends: the onset of a note under a fermata, or the end of the bar."""
    now = Fraction(0)
    held: Fraction | None = None
    for event in measure.events:
        if isinstance(event, Decoration) and event.name == "fermata":
            held = now
        elif isinstance(event, TIMED):
            now += event.duration
    if held is not None and not final:
        return held
    return now if final or measure.bar in PHRASE_BARS else None


def _sounding_close(score: Score) -> list[Close]:
    """The end of a piece by its last two different chords, if its notes are exactly those."""
    if not score.key.tonic or any(isinstance(event, Key) for event in score.events()):
        return []
    measures = score.voices[0].measures
    end = max((bar for bar, measure in enumerate(measures) if measure.duration), default=0)
    notes = pitched_notes(slice_bars(score, max(0, end - 1), end + 1))
    last: ChordSymbol | None = None
    for onset in sorted({note.onset for note in notes}, reverse=True):
        chord = exact_chord(sounding_at(notes, onset))
        if chord is None:
            return []
        if last is None:
            last = chord
        elif not _alike(chord, last):
            return [Close(end, chord, last, score.key, True)]
    return []


def ask(
    score: Score, rng: Random | None = None, *, id: str = "", truth: str | None = None
) -> Question | Reason:
    """The question about the last cadence, or one that `rng` draws; or why the score cannot be asked."""
    reason = unfit(score) or one_line(score)
    if reason is not None:
        return reason
    found = [close for close in closes(score) if close.kind is not None]
    if not found:
        return Reason(
            "no-clear-cadence", "none of its phrases ends with a cadence that two chords make clear"
        )
    close = found[-1] if rng is None else rng.choice(found)
    first = max(0, close.bar + 1 - SHOWN_BARS)
    excerpt = slice_bars(score, first, close.bar + 1)
    shown = strip(excerpt)
    reason = too_few_notes(shown)
    if reason is not None:
        return reason
    if not harmony_sounds(shown):
        return Reason("bare-melody", "it is a melody, in which no chords sound")
    number = first_number(excerpt) + close.bar - first
    place = "this piece" if close.final else f"the phrase that ends in bar {number}"
    kind = truth or str(close.kind)
    return Question(
        id,
        TASK,
        worded(WORDINGS, rng).format(place=place, key=close.key),
        ANSWER_FORMAT if close.final else f"{COUNTING} {ANSWER_FORMAT}",
        shown,
        kind,
        ANSWERS,
        distractors=tuple(other for other in _HARDEST[kind] if other != kind),
        explanation=(
            f"The last two chords are {close.before} and {close.last}; in {close.key} that is "
            f"{_degree(close.before, close.key)} going to {_degree(close.last, close.key)}."
        ),
        details={"bar": number, "key": close.key.name},
    )


_HARDEST = {
    "authentic": ("deceptive", "plagal", "half"),
    "half": ("authentic", "plagal", "deceptive"),
    "plagal": ("authentic", "half", "deceptive"),
    "deceptive": ("authentic", "half", "plagal"),
}
_DEGREE_NAMES = (
    "tonic", "lowered supertonic", "supertonic", "minor mediant", "mediant", "subdominant",
    "raised subdominant", "dominant", "lowered submediant", "submediant", "subtonic", "leading note",
)  # fmt: skip


def _degree(chord: ChordSymbol, key: Key) -> str:
    return f"the {_DEGREE_NAMES[(chord.pitch_classes[0] - key.pitch_class) % 12]}"


parse = one_of(ANSWERS, ALIASES)
grade = exact(parse)


def category(truth: str) -> str:
    """The cadence itself."""
    return truth


spellings = name_spellings

TYPE = QuestionType(
    TASK,
    "the type of cadence that ends a piece or a phrase, in a given key",
    strip,
    ask,
    parse,
    grade,
    category,
    spellings,
)
