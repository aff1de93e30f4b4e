"""What the questions that read notes share: the melody as it stands, its bars counted, its notes numbered.

They show a piece of one voice, one note at a time, with key, metre, bar lines and repeats as written. Bars
are counted from 1; an incomplete bar at the start is not counted, as musicians count. So that nobody has to
guess, a piece with incomplete bars inside (where a repeat cuts them, say) is not asked about its bars.

Notes of a bar are counted as written: a note tied over from the bar before counts, grace notes and rests do
not. `Bars` numbers them once for all these types.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from symbolic.key import Key
from symbolic.meter import Meter
from symbolic.questions.base import Reason, strip_words, too_few_notes
from symbolic.score import Chord, LineBreak, Note, Score

COUNTING = "An incomplete bar at the start is not counted."


def strip(score: Score) -> Score:
    """The score without words; key, metre, bar lines, repeats and line breaks stay."""
    bare = strip_words(score, keep=(Key, Meter, LineBreak))
    return Score(bare.voices, score.key, score.meter)


@dataclass(frozen=True, slots=True)
class Bars:
    """The notes of each counted bar; `upbeat` holds those before bar 1."""

    upbeat: tuple[Note, ...]
    bars: tuple[tuple[Note, ...], ...]

    def __len__(self) -> int:
        return len(self.bars)

    def numbered(self, first: int, last: int) -> Iterator[Note]:
        """The notes of bars `first` to `last`, counted from 1."""
        for bar in self.bars[first - 1 : last]:
            yield from bar


def melody(score: Score) -> Reason | None:
    """Why a score is not one line of single notes, or None."""
    reason = too_few_notes(score)
    if reason is not None:
        return reason
    if len(score.voices) > 1 or any(measure.overlays for measure in score.voices[0].measures):
        return Reason("several-voices", "it has several voices")
    if any(isinstance(event, Chord) for event in score.events()):
        return Reason("chords", "it has chords, where notes cannot be counted one by one")
    if score.voices[0].percussion:
        return Reason("percussion", "it is written for percussion")
    return None


def counted_bars(score: Score) -> Bars | Reason:
    """The bars of a melody, or the reason why they cannot be counted without doubt."""
    reason = melody(score)
    if reason is not None:
        return reason
    full = score.meter.bar_quarters
    if score.meter.is_free or any(isinstance(event, Meter) for event in score.events()):
        return Reason("metre-changes", "it has no metre, or its metre changes")
    measures = [measure for measure in score.voices[0].measures if measure.duration]
    if any(measure.duration != full for measure in measures[1:-1]) or measures[-1].duration > full:
        return Reason("uneven-bars", "it has bars that are not full, which may be counted in two ways")
    notes = [tuple(event for event in measure.events if isinstance(event, Note)) for measure in measures]
    begins_full = measures[0].duration == full
    if measures[0].duration > full:
        return Reason("uneven-bars", "its first bar is too long")
    return Bars((), tuple(notes)) if begins_full else Bars(notes[0], tuple(notes[1:]))


def bar_range(bars: Bars, rng: Random | None, longest: int = 4) -> tuple[int, int]:
    """The first and last number of some bars; those of the whole piece without `rng`, and now and then."""
    if rng is None or rng.random() < 0.25:
        return 1, len(bars)
    length = rng.randint(1, min(longest, len(bars)))
    first = rng.randint(1, len(bars) - length + 1)
    return first, first + length - 1


def range_words(first: int, last: int, total: int) -> str:
    """``this piece``, ``bar 3`` or ``bars 3 to 6``."""
    if (first, last) == (1, total):
        return "this piece"
    return f"bar {first}" if first == last else f"bars {first} to {last}"


def ordinal(number: int) -> str:
    """The number as 1st, 2nd, 3rd or 4th."""
    suffix = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"


def drawn(rng: Random | None) -> Random:
    """The generator itself, or one that draws the same every time."""
    return rng if rng is not None else Random(0)
