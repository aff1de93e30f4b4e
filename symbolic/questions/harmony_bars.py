"""What the questions about harmony share: which bars are shown, and what harmony the score states in them.

The truth is what a score states: chord symbols, or an analysis in Roman numerals (`stated_harmony`); never
what an estimate finds. A chord holds until the next one, over bar lines too; bars before the first are not
shown. A long piece is asked about some bars in a row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from symbolic.analysis.chord_grid import NO_CHORD, bar_names, parts_of
from symbolic.analysis.stated_harmony import StatedChord, stated_harmony
from symbolic.key import Key
from symbolic.meter import Meter
from symbolic.questions.base import Reason, strip_words, too_few_notes
from symbolic.score import Chord, LineBreak, Score
from symbolic.timeline import measure_spans
from symbolic.transform import slice_bars

MIN_BARS = 2
"""Fewest bars that a question about their chords shows."""
MAX_BARS = 16
"""Most bars that it shows."""
COUNTING = "What stands between two bar lines is a bar; an incomplete one at the start is not counted."

Name = Callable[[StatedChord], str | None]
"""How a truth names a chord; None for one that it cannot name."""


@dataclass(frozen=True, slots=True)
class Window:
    """Bars of a score, with the names of their chords.

    Attributes:
        score: these bars alone, nothing hidden yet.
        names: per bar that lasts, as few equal shares as tell its chords.
        key: the key of the analysis where the first bar begins, or None.
    """

    score: Score
    names: tuple[tuple[str, ...], ...]
    key: Key | None


def strip(score: Score) -> Score:
    """The score without words, chord symbols and annotations; keys, metres, bars and line breaks stay."""
    return strip_words(score, keep=(Key, Meter, LineBreak))


def unfit(score: Score) -> Reason | None:
    """Why the bars of a score cannot be asked about, whatever harmony it states, or None."""
    reason = too_few_notes(score)
    if reason is not None:
        return reason
    if len({voice.transposition % 12 for voice in score.voices}) > 1:
        return Reason("transposing-voices", "its voices are written in different keys")
    lead = score.voices[0].measures
    if any(len(voice.measures) != len(lead) for voice in score.voices):
        return Reason("voices-disagree", "its voices have different numbers of bars")
    return None


def one_line(score: Score) -> Reason | None:
    """The reason not to ask what sounds together in a score of single notes in one voice, or None."""
    pitched = [voice for voice in score.voices if not voice.percussion]
    if len(pitched) > 1 or any(measure.overlays for voice in pitched for measure in voice.measures):
        return None
    if any(isinstance(event, Chord) for event in score.events()):
        return None
    return Reason("bare-melody", "it is a melody, in which no chords sound")


def first_number(score: Score) -> int:
    """The number of a score's first bar: 0 where it is incomplete, else 1."""
    first = score.voices[0].measures[0]
    return 0 if first.duration < score.meter.bar_quarters else 1


def window(score: Score, rng: Random | None, name: Name, *, same_key: bool = False) -> Window | Reason:
    """Bars in a row in which every chord has a name, at most `MAX_BARS`.

    Args:
        score: a score that is not `unfit`.
        rng: draws the bars; the first ones without it.
        name: how a chord is named.
        same_key: take bars of one key of the analysis only.
    """
    stated = stated_harmony(score)
    if not stated:
        return Reason("no-harmony", "it states no chords")
    held = _held_chords(stated, len(score.voices[0].measures))
    runs = [run for run in _runs(held, name, same_key) if run[1] - run[0] >= MIN_BARS]
    if not runs:
        return Reason("few-chords", f"no {MIN_BARS} bars in a row have chords that can be named")
    first, stop = runs[0] if rng is None else rng.choice(runs)
    if stop - first > MAX_BARS:
        first = first if rng is None else rng.randint(first, stop - MAX_BARS)
        stop = first + MAX_BARS
    shown = slice_bars(score, first, stop)
    voices = zip(*(voice.measures for voice in shown.voices), strict=True)
    if any(len({measure.duration for measure in bar}) > 1 for bar in voices):
        return Reason("voices-disagree", "the bars of its voices have different lengths")
    names = tuple(
        bar_names(
            [(chord.onset, name(chord) or NO_CHORD) for chord in held[first + span.index]],
            span.duration,
            parts_of(span.duration, span.meter),
        )
        for span in measure_spans(shown)
        if span.duration
    )
    if len(names) < MIN_BARS:
        return Reason("few-chords", f"no {MIN_BARS} bars in a row have chords that can be named")
    return Window(shown, names, held[first][0].key)


def _held_chords(stated: Sequence[StatedChord], bars: int) -> list[list[StatedChord]]:
    """The chords of each bar, the one that holds on from before it at 0; empty before the first."""
    held: list[list[StatedChord]] = [[] for _ in range(bars)]
    for chord in stated:
        if chord.bar < bars:
            held[chord.bar].append(chord)
    last: StatedChord | None = None
    for bar, own in enumerate(held):
        if last is not None and not (own and own[0].onset == 0):
            own.insert(0, StatedChord(bar, Fraction(0), last.chord, last.numeral, last.key))
        last = own[-1] if own else last
    return held


def _runs(held: list[list[StatedChord]], name: Name, same_key: bool) -> Iterator[tuple[int, int]]:
    """Stretches of bars, as (first, stop), in which every chord has a name from the start on."""
    first = None
    key: Key | None = None
    for bar, own in enumerate(held):
        usable = bool(own) and own[0].onset == 0 and all(name(chord) is not None for chord in own)
        if usable and same_key:
            usable = all(chord.key == own[0].key for chord in own)
        if first is not None and (not usable or (same_key and own[0].key != key)):
            yield first, bar
            first = None
        if usable and first is None:
            first, key = bar, own[0].key
    if first is not None:
        yield first, len(held)
