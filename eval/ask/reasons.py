"""What speaks for an answer: where in the music it is found, and what the classical analysis says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from eval.ask.draft import Asked
from eval.registry import ANALYSIS
from symbolic.key import Key
from symbolic.questions.bars import numbered, plain_bars
from symbolic.questions.evidence import evidence
from symbolic.questions.reading import Bars, counted_bars
from symbolic.questions.snippets import snippet, unit_name, unit_of
from symbolic.questions.transposition import key_field
from symbolic.score import Score

BAR_LISTS = frozenset({"returns", "sections", "motif"})
OWN_EVIDENCE = frozenset({"key", "time-signature", "local-key"})
"""Types whose analysis says more than its answer."""
READING = frozenset({"interval", "scale-degree", "note-count", "highest-note", "completion", "returns"})
"""Types whose bars are shown."""
MOST_BARS = 4


def places(task: str, answer: str, asked: Asked) -> Sequence[int]:
    """The bars that an answer names, as the score counts them."""
    words = answer.split()
    if task in BAR_LISTS and asked.question.details.get("asks") != "count":
        return [int(word) for word in words if word.isdigit()]
    if task == "structure":
        return [int(word) for word in words[1:]]
    if task == "phrases":
        return list(dict.fromkeys(int(word.partition(".")[0]) for word in words))
    return [int(answer)] if task == "wrong-bar" and answer.isdigit() else []


def reasons(score: Score, asked: Asked, answer: str, model: str | None) -> Iterator[str]:
    """Sentences that speak for an answer, or help to judge it."""
    question = asked.question
    if question.task in OWN_EVIDENCE or (model is not None and model != ANALYSIS):
        found = evidence(question)
        if found:
            yield f"analysis of the notes: {found.rstrip('.')}"
    if question.task in READING:
        yield from _bars_shown(score, asked)
    if question.task == "highest-note":
        yield from _where_it_is(asked, answer)
    if question.task == "transposition":
        key, unit = Key.parse(question.details["key"]), Fraction(question.details["unit"])
        yield f"it stands under K:{key_field(key)} and L:{unit_name(unit)}"
    if question.task == "wrong-bar":
        yield "it breaks a rule of metre, key or octave that the other bars keep, which may be meant"
    if question.task == "harmonization":
        yield "it is a melody in which no chords sound: these would go with it"


def _bars_shown(score: Score, asked: Asked) -> Iterator[str]:
    """The bars that are pointed at, in ABC."""
    if not asked.bars or asked.bars[-1] - asked.bars[0] >= MOST_BARS:
        return
    shown = plain_bars(score)
    if len(shown.voices) != 1:
        return
    unit = unit_of(shown)
    for number, measure in numbered(shown):
        if asked.bars[0] <= number <= asked.bars[-1]:
            music = snippet([measure], shown.key, shown.meter, unit)
            yield f"bar {number} in ABC, under K:{shown.key}: {music}"


def _where_it_is(asked: Asked, answer: str) -> Iterator[str]:
    """The bars in which the highest or lowest note stands."""
    bars = counted_bars(asked.question.score) if asked.question.score else None
    if not isinstance(bars, Bars):
        return
    first, last = asked.question.details["first_bar"], asked.question.details["last_bar"]
    found = [
        str(number)
        for number in range(first, last + 1)
        if any(str(note.pitch) == answer for note in bars.bars[number - 1])
    ]
    if found:
        yield f"it stands in bar{'s' if len(found) > 1 else ''} {', '.join(found)}"
