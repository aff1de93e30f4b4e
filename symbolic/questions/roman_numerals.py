"""The question "which Roman numerals?": the harmony of each bar as degrees of a given key.

Shown: all voices of some bars in one key, with signature, metre and bar lines; the wording names the key.
The truth is an analysis in the score (`symbolic.analysis.stated_harmony`), written as `symbolic.roman`
does and bar by bar as `symbolic.analysis.chord_grid`. Graded by duration: ``numeral`` (the same degree,
quality, inversion and applied key, however written), which is the credit, and ``root``, ``quality`` (with
the root) and ``inversion`` alone, as in evaluations of automatic analysis (Nápoles López et al.,
"AugmentedNet", ISMIR 2021).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from random import Random

from symbolic.analysis.chord_grid import BAR, NO_CHORD, written
from symbolic.analysis.stated_harmony import StatedChord, harmony_sounds, stated_harmony
from symbolic.key import Key
from symbolic.questions.base import NO_ANSWER, Grade, Question, QuestionType, Reason, worded
from symbolic.questions.chord_grades import ALMOST, aligned, bar_lengths, changed_lines, overlong
from symbolic.questions.chord_sequence import Bars, bars_of, parser
from symbolic.questions.harmony_bars import strip, unfit, window
from symbolic.roman import RomanNumeral
from symbolic.score import Score

TASK = "roman-numerals"
WORDINGS = (
    "The music is in {key}. Write the Roman numeral of each bar's harmony, or of each beat where it changes "
    "within a bar.",
    "Analyse these bars in Roman numerals. The key is {key}.",
    "Key: {key}. Which degrees does the harmony use, bar by bar? Give Roman numerals with figured bass.",
    "Give a Roman numeral analysis of this passage in {key}.",
)
ANSWER_FORMAT = (
    "Write capitals for major and small letters for minor, o, ø and + for diminished, half-diminished and "
    "augmented, figures for inversions (6 64 7 65 43 42) and a slash for applied chords (V7/V); separate "
    'bars by "|". Several numerals in a bar share its time equally: "I | ii65 V7 | I".'
)
MEASURES = ("numeral", "root", "quality", "inversion")
_FUNCTIONS = {
    1: "tonic", 2: "predominant", 3: "tonic", 4: "predominant", 5: "dominant", 6: "tonic", 7: "dominant",
}  # fmt: skip


def _name_of(stated: StatedChord) -> str | None:
    return None if stated.numeral is None else str(stated.numeral)


def ask(
    score: Score, rng: Random | None = None, *, id: str = "", truth: str | None = None
) -> Question | Reason:
    """The question about bars of one key, or the reason why the score cannot be asked."""
    reason = unfit(score)
    if reason is not None:
        return reason
    if all(chord.numeral is None for chord in stated_harmony(score)):
        return Reason("no-analysis", "no analysis in Roman numerals stands in it")
    found = window(score, rng, _name_of, same_key=True)
    if isinstance(found, Reason):
        return found
    if found.key is None:
        raise ValueError(f"a numeral without a key in {found.names}")
    if not harmony_sounds(found.score):
        return Reason("bare-melody", "it is a melody, in which no harmony sounds")
    line = truth or written(found.names)
    return Question(
        id,
        TASK,
        worded(WORDINGS, rng).format(key=found.key),
        ANSWER_FORMAT,
        strip(found.score),
        line,
        distractors=hard_distractors(line, found.key),
        explanation=_explanation(line, found.key),
        details={"key": found.key.name, "bars": len(found.names)},
    )


def _explanation(line: str, key: Key) -> str:
    """What the numerals are as chords of the key, and where the last ones lead."""
    names = [name for bar in bars_of(line) for name in bar if name != NO_CHORD]
    chords = ", ".join(f"{name} is {_numeral(name).chord(key)}" for name in dict.fromkeys(names))
    last = _numeral(names[-1])
    return f"In {key}, {chords}. The passage ends on the {_FUNCTIONS[last.degree]} side, with {last}."


def _numeral(name: str) -> RomanNumeral:
    found = RomanNumeral.parse(name)
    if found is None:
        raise ValueError(f"not a Roman numeral: {name!r}")
    return found


def hard_distractors(line: str, key: Key) -> tuple[str, ...]:
    """Lines with one numeral, or one and its like, in another inversion, a third or a fifth away."""
    bars = bars_of(line)
    lines = dict.fromkeys(changed_lines(bars, (_inverted, _third_away, _fifth_away)))
    return tuple(line for line in lines if _told_apart(bars, bars_of(line), key))


def _told_apart(bars: Bars, other: Bars, key: Key) -> bool:
    """Whether a line with like shares means something else."""
    pairs = (pair for names in zip(bars, other, strict=True) for pair in zip(*names, strict=True))
    return any(true != given and not _compared(true, given, key)[0] for true, given in pairs)


def _inverted(name: str) -> str:
    if name == NO_CHORD:
        return "I"
    numeral = _numeral(name)
    return "i" if numeral.sixth else str(replace(numeral, inversion=0 if numeral.inversion else 1))


def _third_away(name: str) -> str:
    return _on_degree(name, -2)


def _fifth_away(name: str) -> str:
    return _on_degree(name, 3)


def _on_degree(name: str, steps: int) -> str:
    """A triad some steps away, of the other kind for a third: I → vi, I → IV."""
    if name == NO_CHORD:
        return "vi"
    numeral = _numeral(name)
    minor = (numeral.triad in {"min", "dim"}) != (steps == -2)
    degree = (numeral.degree - 1 + steps) % 7 + 1
    inversion = min(numeral.inversion, 2)
    return str(RomanNumeral(degree, 0, "min" if minor else "maj", "", inversion, numeral.applied))


# Answers


def _token(word: str) -> str | None:
    if word == NO_CHORD:
        return NO_CHORD
    found = RomanNumeral.parse(word)
    return str(found) if found else None


parse = parser(_token)


def grade(question: Question, text: str) -> Grade:
    """Compares the numerals that a text gives with the truth in the question's key."""
    answer = parse(text)
    if answer is None or question.score is None:
        return NO_ANSWER
    key = Key.parse(question.details["key"])
    scores = _scores(bars_of(question.truth), bars_of(answer), bar_lengths(question.score), key)
    return Grade.of(scores["numeral"], answer, scores)


def _scores(truth: Bars, answer: Bars, lengths: Sequence[Fraction], key: Key) -> dict[str, float]:
    """`MEASURES` of an answer, weighted by duration."""
    totals = dict.fromkeys(MEASURES, 0.0)
    whole = 0.0
    for true, given, length in aligned(truth, answer, lengths):
        whole += float(length)
        for name, right in zip(MEASURES, _compared(true, given, key), strict=True):
            totals[name] += right * float(length)
    keep = overlong(truth, answer)
    return {name: keep if total > whole * ALMOST else keep * total / whole for name, total in totals.items()}


@lru_cache(maxsize=65_536)
def _compared(truth: str, answer: str, key: Key) -> tuple[bool, ...]:
    """Whether numeral, root, quality (with the root) and inversion agree."""
    if NO_CHORD in (truth, answer):
        return (truth == answer,) * len(MEASURES)
    true, given = _numeral(truth), _numeral(answer)
    wanted, found = true.chord(key), given.chord(key)
    root = wanted.pitch_classes[0] == found.pitch_classes[0]
    quality = root and wanted.quality == found.quality
    return true.same_in(given, key), root, quality, true.inversion == given.inversion


def category(truth: str) -> str:
    """Whether all numerals are the key's own: "diatonic", else "applied or altered"."""
    names = {name for bar in truth.split(BAR) for name in bar.split() if name != NO_CHORD}
    plain = all(numeral.applied is None and not numeral.alter for numeral in map(_numeral, names))
    return "diatonic" if plain else "applied or altered"


def spellings(truth: str) -> tuple[str, ...]:
    """The line itself, with figures after slashes and ASCII signs, in a sentence, and a bar a line."""
    slashed = truth
    for plain, written_out in (("65", "6/5"), ("64", "6/4"), ("43", "4/3"), ("42", "2"), ("ø", "/o")):
        slashed = slashed.replace(plain, written_out)
    lines = "\n".join(f"m. {number}: {bar}" for number, bar in enumerate(truth.split(BAR), 1))
    return (truth, slashed, f"The analysis is:\n{lines}", f"Answer: **| {truth} |**")


TYPE = QuestionType(
    TASK,
    "Roman numerals of each bar or beat in a given key, where an analysis stands in the score; it is hidden",
    strip,
    ask,
    parse,
    grade,
    category,
    spellings,
)
