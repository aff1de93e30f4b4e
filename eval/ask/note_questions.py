"""Questions that read notes or change them: intervals, degrees, counts, slips, transposition."""

from __future__ import annotations

from dataclasses import dataclass

from eval.ask.arguments import Arguments
from eval.ask.draft import Asked, Outcome, Settled, missing, module_of, new, one_bar, placed_bars
from symbolic.analysis.proofreading import wrong_bar as index_of_wrong_bar
from symbolic.key import Key
from symbolic.pitch import Interval, class_fifths
from symbolic.questions import Reason
from symbolic.questions.bars import numbered, plain_bars, unclear_bars
from symbolic.questions.interval import interval_name
from symbolic.questions.range import ambitus
from symbolic.questions.reading import Bars, counted_bars, melody, ordinal, range_words, strip
from symbolic.questions.snippets import melody_bars, passage, shown_melody, unit_name, unit_of
from symbolic.questions.transposition import key_field
from symbolic.score import Score
from symbolic.transform import transpose_key

WIDEST = 24
"""Semitones of the largest transposition."""


@dataclass(frozen=True, slots=True)
class _Melody:
    """A melody in whole bars, and which of them are meant: all where none is named."""

    score: Score
    bars: Bars
    first: int
    last: int


def _melody(score: Score, given: Arguments) -> _Melody | Reason:
    """The melody with its bars as written, or in whole bars where repeat signs cut some."""
    bars = counted_bars(score)
    if isinstance(bars, Reason) and score.voices:
        score = plain_bars(score)
        bars = counted_bars(score)
    if isinstance(bars, Reason):
        return bars
    placed = placed_bars(given.bars or (1, len(bars)), len(bars))
    return placed if isinstance(placed, Reason) else _Melody(score, bars, *placed)


def _note_places(given: Arguments, count: int, wanted: int) -> tuple[int, ...] | Reason:
    """Notes of a bar counted from 1; the first and last where two are wanted and none is named."""
    if len(given.notes) < wanted:
        return missing("which note" if wanted == 1 else "which two notes")
    places = tuple(place + count + 1 if place < 0 else place for place in given.notes[:wanted])
    outside = [place for place in places if not 1 <= place <= count]
    if outside:
        return Reason("no-such-note", f"the bar has {count} notes, so that there is no note {outside[0]}")
    return places


def interval(score: Score, task: str, given: Arguments) -> Outcome:
    """Between two notes of a bar."""
    found = _melody(score, given)
    if isinstance(found, Reason):
        return found
    if given.bars is None:
        return missing("which bar and which notes")
    bar, notes = found.first, found.bars.bars[found.first - 1]
    places = _note_places(given, len(notes), 2)
    if isinstance(places, Reason):
        return places
    first, second = sorted(places)
    if first == second:
        return Reason("one-note", f"the bar has no two such notes, only {len(notes)}")
    if notes[first - 1].pitch == notes[second - 1].pitch:
        return Settled(task, "unison", "both notes are the same", (bar,))
    wording = module_of(task).WORDINGS[0].format(bar=bar, first=ordinal(first), second=ordinal(second))
    return Asked(
        new(task, strip(found.score), wording, {"bar": bar, "first": first, "second": second}), (bar,)
    )


def scale_degree(score: Score, task: str, given: Arguments) -> Outcome:
    """Of a note of a bar."""
    found = _melody(score, given)
    if isinstance(found, Reason):
        return found
    if given.bars is None:
        return missing("which note of which bar")
    bar, notes = found.first, found.bars.bars[found.first - 1]
    places = _note_places(given, len(notes), 1)
    if isinstance(places, Reason):
        return places
    if not score.key.tonic:
        return Reason("no-key", "it states no key from which degrees are counted")
    if module_of(task).degree_of(notes[places[0] - 1], score) is None:
        return Settled(task, "none", f"the note lies outside the scale of {score.key.name}", (bar,))
    wording = module_of(task).WORDINGS[0].format(bar=bar, note=ordinal(places[0]), key=score.key.name)
    return Asked(new(task, strip(found.score), wording, {"bar": bar, "note": places[0]}), (bar,))


def of_bars(score: Score, task: str, given: Arguments) -> Outcome:
    """How many notes some bars have, or which is the highest."""
    found = _melody(score, given)
    if isinstance(found, Reason):
        return _extreme_of_all(score, task, given) or found
    bars, first, last = found.bars, found.first, found.last
    if not any(bars.numbered(first, last)):
        return Reason("no-notes", "these bars hold no notes")
    details: dict[str, object] = {"first_bar": first, "last_bar": last}
    if task == "highest-note":
        details["extreme"] = given.extreme
    where = range_words(first, last, len(bars))
    wording = module_of(task).WORDINGS[0].format(where=where, extreme=given.extreme)
    pointed = (first, last) if given.bars else ()
    return Asked(new(task, strip(found.score), wording, details), tuple(dict.fromkeys(pointed)))


def _extreme_of_all(score: Score, task: str, given: Arguments) -> Settled | None:
    """The highest or lowest note of a whole score that is no melody in even bars."""
    found = ambitus(score)
    if task != "highest-note" or given.bars or found is None:
        return None
    lowest, highest = found
    note = highest if given.extreme == "highest" else lowest
    return Settled(task, str(note), f"the score reaches from {lowest} to {highest}")


def bar_count(score: Score, task: str, given: Arguments) -> Outcome:
    """How many bars there are, of any score whose bars are whole."""
    found = _melody(score, Arguments())
    if isinstance(found, _Melody):
        return Asked(new(task, strip(found.score), module_of(task).WORDINGS[0]))
    shown = plain_bars(score)
    reason = unclear_bars(shown)
    if reason is not None:
        return reason
    return Settled(task, str(numbered(shown)[-1][0]), "bars as written, repeats not played")


# Slips and changes


def wrong_bar(score: Score, task: str, given: Arguments) -> Outcome:
    """Which bar has a mistake; none where proofreading finds nothing to ask about."""
    reason = melody(score)
    if reason is not None:
        return reason
    shown = melody_bars(score)
    if score.meter.is_free:
        return Reason("free-metre", "it has no metre that its bars could miss")
    if index_of_wrong_bar(shown) is None:
        return Settled(task, "none", "no bar breaks a rule of metre, key or octave that the others keep")
    return Asked(new(task, shown, module_of(task).WORDINGS[0]))


def completion(score: Score, task: str, given: Arguments) -> Outcome:
    """What a bar lacks."""
    reason = melody(score)
    if reason is not None:
        return reason
    shown = melody_bars(score)
    bars = dict(numbered(shown))
    if score.meter.is_free:
        return Reason("free-metre", "it has no metre that a bar could fill")
    bar = one_bar(given, max(bars))
    if isinstance(bar, Reason):
        return bar
    lacking = score.meter.bar_quarters - bars[bar].duration
    if lacking <= 0:
        full = "is full" if not lacking else "is too long"
        return Settled(
            task, "nothing", f"bar {bar} {full}: it lasts {bars[bar].duration} quarter notes", (bar,)
        )
    module = module_of(task)
    wording = module.LENGTH_WORDINGS[0].format(bar=bar)
    return Asked(new(task, shown, wording, {"bar": bar}, answer_format=module.LENGTH_FORMAT), (bar,))


def transposition(score: Score, task: str, given: Arguments) -> Outcome:
    """Some bars, or all, by an interval or into a key."""
    shown = shown_melody(score)
    if isinstance(shown, Reason):
        return shown
    if not shown.key.tonic:
        return Reason("no-key", "it states no key from which it could be moved")
    interval = given.interval or _to_key(shown.key, given.key)
    if interval is None:
        return missing("how far, or to which key")
    if abs(interval.semitones) > WIDEST:
        return Reason("too-far", "it can be moved by two octaves at most")
    bars = numbered(shown)
    placed = placed_bars(given.bars, bars[-1][0]) if given.bars else (bars[0][0], bars[-1][0])
    if isinstance(placed, Reason):
        return placed
    chosen = passage((bar for place, bar in bars if placed[0] <= place <= placed[1]), shown.key, shown.meter)
    target, unit = transpose_key(shown.key, interval), unit_of(chosen)
    up = interval.steps >= 0
    size = interval_name(interval if up else -interval)
    wording = f"Transpose these bars {'up' if up else 'down'} by {'an' if size[0] in 'ao' else 'a'} {size}"
    wording += f", from {shown.key.name} to {target.name}."
    module = module_of(task)
    details: dict[str, object] = {
        "key": target.name, "meter": shown.meter.name, "unit": str(unit), "interval": interval.name,
    }  # fmt: skip
    answer_format = module.ANSWER_FORMAT.format(key=key_field(target), unit=unit_name(unit))
    return Asked(
        new(task, chosen, wording, details, answer_format=answer_format), placed if given.bars else ()
    )


def _to_key(old: Key, wanted: Key | None) -> Interval | None:
    """The smallest interval that leads from one key's tonic to another's."""
    if wanted is None:
        return None
    fifths = class_fifths(wanted.tonic) - class_fifths(old.tonic)
    steps, semitones = (4 * fifths) % 7, (7 * fifths) % 12
    simple = Interval(steps, semitones)
    return simple if semitones <= 6 else Interval(steps - 7, semitones - 12)
