"""Grading chords bar by bar, the spellings of a true line, and lines that are easily taken for it.

An answer is compared with the truth over time by mir_eval's `root`, `majmin` and `sevenths` (Raffel et
al., ISMIR 2014; Pauwels and Peeters, ICASSP 2013), weighted by duration; what mir_eval leaves out (a
diminished triad for `majmin`) has no weight. The credit is `majmin`, or `root` where that leaves out
everything. We differ in one point: bars beyond the truth's, which mir_eval would cut off, cost their
share.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from math import lcm

from symbolic.analysis.chord_grid import BAR, NO_CHORD, written
from symbolic.harmony import QUALITIES, ChordSymbol
from symbolic.pitch import alter_sign, class_fifths, spell_fifths
from symbolic.questions.base import NO_ANSWER, Grade, Question
from symbolic.questions.chord_sequence import Bars, bars_of, parse_chords
from symbolic.score import Score

MEASURES = ("root", "majmin", "sevenths")
ALMOST = 1 - 1e-9


def bar_lengths(score: Score) -> list[Fraction]:
    """The lengths in quarter notes of a score's bars, without those that do not last."""
    return [length for measure in score.voices[0].measures if (length := measure.duration)]


def aligned(truth: Bars, answer: Bars, lengths: Sequence[Fraction]) -> list[tuple[str, str, Fraction]]:
    """Pieces of time as (true name, answered name, quarter notes).

    A bar that the answer lacks is ``N``; one beyond the truth counts against it, as long as the last bar.
    """
    pieces = []
    for index, names in enumerate(truth):
        given = answer[index] if index < len(answer) else (NO_CHORD,)
        shares = lcm(len(names), len(given))
        for share in range(shares):
            pair = names[share * len(names) // shares], given[share * len(given) // shares]
            pieces.append((*pair, lengths[index] / shares))
    return pieces


def overlong(truth: Bars, answer: Bars) -> float:
    """What an answer keeps of its credit for its length: truth's bars for each of its own, at most 1."""
    return min(1.0, len(truth) / len(answer))


@lru_cache(maxsize=65_536)
def compared(truth: str, answer: str) -> tuple[float, ...]:
    """mir_eval's `MEASURES` for two chords: 1, 0, or -1 where the measure leaves the true one out."""
    from mir_eval import chord

    pair = [truth], [answer]
    return tuple(float(compare(*pair)[0]) for compare in (chord.root, chord.majmin, chord.sevenths))


def chord_scores(truth: Bars, answer: Bars, lengths: Sequence[Fraction]) -> dict[str, float]:
    """`MEASURES` of an answer, each weighted by duration; a measure that leaves out everything is missing."""
    totals = {name: [0.0, 0.0] for name in MEASURES}
    for true, given, length in aligned(truth, answer, lengths):
        for name, value in zip(MEASURES, compared(true, given), strict=True):
            if value >= 0:
                totals[name][0] += value * float(length)
                totals[name][1] += float(length)
    keep = overlong(truth, answer)
    return {name: min(1.0, right / weight) * keep for name, (right, weight) in totals.items() if weight}


def credit(scores: dict[str, float]) -> float:
    """The credit that an answer's measures earn."""
    value = scores.get("majmin", scores["root"])
    return 1.0 if value > ALMOST else value


def grade(question: Question, text: str) -> Grade:
    """Compares the chords that a text gives with the truth; see the module's first lines."""
    answer = parse_chords(text)
    if answer is None or question.score is None:
        return NO_ANSWER
    scores = chord_scores(bars_of(question.truth), bars_of(answer), bar_lengths(question.score))
    return Grade.of(credit(scores), answer, scores)


def spellings(truth: str) -> tuple[str, ...]:
    """The line itself, lead-sheet names in a sentence, and numbered lines with a bar each."""
    plain = written([[lead_sheet(name) for name in bar] for bar in bars_of(truth)])
    lines = "\n".join(f"{number}. {bar}" for number, bar in enumerate(truth.split(BAR), 1))
    return (truth, plain, f"The chords are:\n{lines}", f"The answer is: | {plain} |", f"Answer: **{truth}**")


def lead_sheet(name: str) -> str:
    """The lead-sheet form of a Harte name, ``N.C.`` for none."""
    if name == NO_CHORD:
        return "N.C."
    root, _, quality = name.partition(":")
    return str(ChordSymbol(root, quality))


def category(truth: str) -> str:
    """How much a sequence changes: "a chord a bar" or "chords within bars"."""
    return "chords within bars" if any(len(bar) > 1 for bar in bars_of(truth)) else "a chord a bar"


# Wrong answers


def relative(name: str) -> str:
    """The triad a third away that shares two notes: C:maj → A:min, A:min → C:maj."""
    if name == NO_CHORD:
        return "C:maj"
    root, minor = _root_and_third(name)
    return f"{_moved(root, -3 if minor else 3)}:{'maj' if minor else 'min'}"


def parallel(name: str) -> str:
    """The triad on the same root with the other third."""
    if name == NO_CHORD:
        return "C:min"
    root, minor = _root_and_third(name)
    return f"{root}:{'maj' if minor else 'min'}"


def fifth_below(name: str) -> str:
    """The triad a fifth below."""
    if name == NO_CHORD:
        return "F:maj"
    root, minor = _root_and_third(name)
    return f"{_moved(root, -1)}:{'min' if minor else 'maj'}"


def _root_and_third(name: str) -> tuple[str, bool]:
    root, _, quality = name.partition(":")
    return root, 3 in QUALITIES[quality][1]


def _moved(root: str, fifths: int) -> str:
    """A root moved on the line of fifths, spelled within double sharps and flats."""
    place = class_fifths(root) + fifths
    step, alter = spell_fifths(place if -15 <= place <= 19 else (place + 4) % 12 - 4)
    return step + alter_sign(alter)


def changed_lines(bars: Bars, changes: Sequence[Callable[[str], str]]) -> Iterator[str]:
    """Lines in which one name is changed, then lines in which every like name is, by each change in turn.

    The places are spread over the line.
    """
    places = [(bar, share) for bar, names in enumerate(bars) for share in range(len(names))]
    for index, change in enumerate(changes):
        bar, share = places[(2 * index + 1) * len(places) // (2 * len(changes))]
        names = list(bars[bar])
        names[share] = change(names[share])
        yield written([*bars[:bar], names, *bars[bar + 1 :]])
    commonest = bars[places[0][0]][places[0][1]]
    for change in changes:
        yield written([[change(name) if name == commonest else name for name in bar] for bar in bars])


def chord_distractors(truth: str) -> tuple[str, ...]:
    """Lines in which one chord, or one and its like, is a neighbour of the true one; none is right."""
    bars = bars_of(truth)
    plain = any(_is_plain(name) for bar in bars for name in bar)
    lines = dict.fromkeys(changed_lines(bars, (relative, fifth_below, parallel)))
    return tuple(line for line in lines if _told_apart(bars, bars_of(line), plain))


def _is_plain(name: str) -> bool:
    """Whether mir_eval's `majmin` counts a true chord: major, minor or none."""
    return name == NO_CHORD or {3, 4, 7} & set(QUALITIES[name.partition(":")[2]][1]) in ({3, 7}, {4, 7})


def _told_apart(bars: Bars, other: Bars, plain: bool) -> bool:
    """Whether the credit of the other line is below 1, of two with like shares."""
    for names, changed in zip(bars, other, strict=True):
        for name, wrong in zip(names, changed, strict=True):
            if name != wrong and (_is_plain(name) or (not plain and name[:2] != wrong[:2])):
                return True
    return False
