"""The question "in which key are these bars?": the key of a passage inside a piece that changes key.

Shown: the passage and the bars around it, every accidental written out, no signature (`Key.none`); the
wording numbers the passage's bars. The truth is an analysis in the score, or its changes of signature
with a mode. Read, named and graded as the question ``key`` (MIREX's credits).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from symbolic.analysis.stated_harmony import stated_harmony
from symbolic.key import Key
from symbolic.questions.base import Question, QuestionType, Reason, too_few_notes, worded
from symbolic.questions.harmony_bars import COUNTING, first_number, unfit
from symbolic.questions.key import ANSWER_FORMAT as KEY_FORMAT
from symbolic.questions.key import ANSWERS, MODES, category, grade, hard_distractors, parse, spellings
from symbolic.questions.key import strip as strip_key
from symbolic.score import Score
from symbolic.timeline import measure_spans
from symbolic.transform import slice_bars

TASK = "local-key"
WORDINGS = (
    "This music changes key. In which key are {bars}?",
    "Name the key of {bars}, which may differ from that of the rest.",
    "Which local key do {bars} establish?",
    "The piece modulates. What is the key in {bars}?",
)
ANSWER_FORMAT = f"{COUNTING} {KEY_FORMAT}"
MIN_BARS = 2
CONTEXT_BARS = 4
"""Bars shown before and after the passage."""
MAX_PASSAGE = 16


@dataclass(frozen=True, slots=True)
class Passage:
    """Bars `first` up to, not including, `stop` in one key."""

    first: int
    stop: int
    key: Key


def strip(score: Score) -> Score:
    """The score without its keys and all that could name them."""
    return strip_key(score)


def passages(score: Score) -> list[Passage]:
    """The stretches of whole bars in one key, from its analysis if it has one, else from its signatures."""
    return list(_joined(_analysed_keys(score) or _signed_keys(score)))


def _analysed_keys(score: Score) -> list[Key | None]:
    """The key of each bar by the analysis, None where it changes inside; empty without an analysis."""
    stated = [chord for chord in stated_harmony(score) if chord.key is not None]
    if not stated:
        return []
    keys: list[set[Key | None]] = [set() for _ in score.voices[0].measures]
    now: Key | None = None
    index = 0
    for bar, found in enumerate(keys):
        own = []
        while index < len(stated) and stated[index].bar == bar:
            own.append(stated[index])
            index += 1
        if not own or own[0].onset > 0:
            found.add(now)
        found.update(chord.key for chord in own)
        now = own[-1].key if own else now
    return [next(iter(found)) if len(found) == 1 else None for found in keys]


def _signed_keys(score: Score) -> list[Key | None]:
    """The key of each bar by the signatures, None where it changes inside or names no key."""
    if not any(isinstance(event, Key) for event in score.events()):
        return []
    keys: list[Key | None] = []
    for measure, span in zip(score.voices[0].measures, measure_spans(score), strict=True):
        key = span.key
        clear = key.tonic and key.mode in MODES and not key.explicit
        changes = any(isinstance(event, Key) and event != key for event in measure.events)
        keys.append(key if clear and not changes else None)
    return keys


def _joined(keys: list[Key | None]) -> Iterator[Passage]:
    start = 0
    for bar in range(1, len(keys) + 1):
        if bar == len(keys) or keys[bar] != keys[start]:
            key = keys[start]
            if key is not None and bar - start >= MIN_BARS:
                yield Passage(start, bar, key)
            start = bar


def ask(
    score: Score, rng: Random | None = None, *, id: str = "", truth: str | None = None
) -> Question | Reason:
    """The question about a passage, the longest outside the first key without `rng`.

    Raises:
        ValueError: `truth` is not the name of a key.
    """
    reason = unfit(score)
    if reason is not None:
        return reason
    found = passages(score)
    if len({passage.key.name for passage in found}) < 2:
        return Reason("one-key", "it states fewer than two keys that last for some bars")
    home = found[0].key
    away = [passage for passage in found if passage.key != home]
    passage = max(away, key=lambda one: one.stop - one.first) if rng is None else rng.choice(found)
    if passage.stop - passage.first > MAX_PASSAGE:
        passage = replace(passage, stop=passage.first + MAX_PASSAGE)
    first = max(0, passage.first - CONTEXT_BARS)
    excerpt = slice_bars(score, first, min(len(score.voices[0].measures), passage.stop + CONTEXT_BARS))
    shown = strip(excerpt)
    reason = too_few_notes(shown)
    if reason is not None:
        return reason
    number = first_number(excerpt) + passage.first - first
    last = number + passage.stop - passage.first - 1
    key = passage.key if truth is None else Key.parse(truth)
    return Question(
        id,
        TASK,
        worded(WORDINGS, rng).format(bars=f"bars {number} to {last}"),
        ANSWER_FORMAT,
        shown,
        key.name,
        ANSWERS,
        distractors=_distractors(key, found),
        explanation=_explanation(passage, key, home, (number, last)),
        details={"first_bar": number, "last_bar": last, "start": passage.first - first,
                 "stop": passage.stop - first},
    )  # fmt: skip


def _distractors(key: Key, found: list[Passage]) -> tuple[str, ...]:
    """The other keys of the piece, then those most easily taken for a key."""
    others = [passage.key for passage in found if not passage.key.same_answer(key)]
    names = [*(other.name for other in others), *hard_distractors(key)]
    return tuple(dict.fromkeys(Key.from_pitch_class(Key.parse(name).pitch_class, Key.parse(name).mode).name
                               for name in names))  # fmt: skip


def _explanation(passage: Passage, key: Key, home: Key, bars: tuple[int, int]) -> str:
    """Which notes the passage rests on, and how its key lies to the first one."""
    steps = key.fifths - home.fifths
    relation = "the key of the beginning"
    if key != home:
        sign = "sharp" if steps > 0 else "flat"
        count = (
            f"{abs(steps)} {sign}{'s' if abs(steps) > 1 else ''} more than" if steps else "as many signs as"
        )
        relation = f"whose signature has {count} {home}, where it began"
    return f"Bars {bars[0]} to {bars[1]} rest on {key.tonic} and use the notes of {key}, {relation}."


TYPE = QuestionType(
    TASK,
    "the key of given bars of a piece that changes key; signatures and analyses are hidden",
    strip,
    ask,
    parse,
    grade,
    category,
    spellings,
)
