"""Questions about harmony: chords, numerals, the key of some bars, the last cadence."""

from __future__ import annotations

from eval.ask.arguments import Arguments
from eval.ask.draft import Asked, Outcome, missing, module_of, new, one_bar, placed_bars
from symbolic.analysis.key import estimate_key
from symbolic.analysis.stated_harmony import harmony_sounds
from symbolic.key import Key
from symbolic.questions import Reason, question_type
from symbolic.questions import harmony_bars as harmony
from symbolic.score import Score
from symbolic.transform import slice_bars

CONTEXT_BARS = 4
"""Bars shown before and after those whose key is asked."""
NEAR_BARS = 3
"""Bars shown before the one with the chord that is asked for, and from it on."""
CADENCE_BARS = 6


def _harmony_slice(score: Score, given: Arguments) -> tuple[Score, int, int, int] | Reason:
    """The bars that are asked about alone, the first and last number, and what to add to a number shown."""
    reason = harmony.unfit(score)
    if reason is not None:
        return reason
    offset = harmony.first_number(score)
    total = len(score.voices[0].measures) - (1 - offset)
    if given.bars is None:
        return score, offset, total, 0
    placed = placed_bars(given.bars, total)
    if isinstance(placed, Reason):
        return placed
    first, last = placed
    return slice_bars(score, first - offset, last - offset + 1), first, last, first - 1


def chords(score: Score, task: str, given: Arguments) -> Outcome:
    """Chords of what sounds in several voices; of a bare melody those that would go with it."""
    found = _harmony_slice(score, given)
    if isinstance(found, Reason):
        return found
    excerpt, first, last, shift = found
    task = task if harmony_sounds(harmony.strip(excerpt)) else "harmonization"
    shown = question_type(task).strip(excerpt)
    if task == "harmonization" and (harmony_sounds(shown) or shown.voices[0].percussion):
        return Reason("no-melody", "its first voice is not a line of single notes")
    bars = sum(bool(measure.duration) for measure in shown.voices[0].measures)
    pointed = (first, last) if given.bars else ()
    return Asked(
        new(task, shown, module_of(task).WORDINGS[0], {"bars": bars}), tuple(dict.fromkeys(pointed)), shift
    )


def roman_numerals(score: Score, task: str, given: Arguments) -> Outcome:
    """In the key that is named, else in the piece's own."""
    found = _harmony_slice(score, given)
    if isinstance(found, Reason):
        return found
    excerpt, first, last, shift = found
    if not harmony_sounds(harmony.strip(excerpt)):
        return Reason("bare-melody", "it is a melody, in which no harmony sounds")
    key = _key_of(score, given)
    bars = sum(bool(measure.duration) for measure in excerpt.voices[0].measures)
    wording = module_of(task).WORDINGS[0].format(key=key)
    pointed = (first, last) if given.bars else ()
    question = new(task, harmony.strip(excerpt), wording, {"key": key.name, "bars": bars})
    return Asked(question, tuple(dict.fromkeys(pointed)), shift)


def _key_of(score: Score, given: Arguments) -> Key:
    """The key that was named, else the score's own, else the one that is heard."""
    return given.key or (score.key if score.key.tonic else estimate_key(score))


def local_key(score: Score, task: str, given: Arguments) -> Outcome:
    """Of the bars that are named."""
    if given.bars is None:
        return missing("which bars")
    found = _harmony_slice(score, given)
    if isinstance(found, Reason):
        return found
    _, first, last, _ = found
    offset = harmony.first_number(score)
    start = max(0, first - offset - CONTEXT_BARS)
    stop = min(len(score.voices[0].measures), last - offset + 1 + CONTEXT_BARS)
    excerpt = slice_bars(score, start, stop)
    number = harmony.first_number(excerpt) + (first - offset) - start
    length = last - first + 1
    details: dict[str, object] = {
        "first_bar": number,
        "last_bar": number + length - 1,
        "start": first - offset - start,
        "stop": last - offset + 1 - start,
    }
    bars = f"bars {number} to {number + length - 1}" if length > 1 else f"bar {number}"
    wording = module_of(task).WORDINGS[1].format(bars=bars)
    return Asked(
        new(task, question_type(task).strip(excerpt), wording, details), (first, last), first - number
    )


def chord_name(score: Score, task: str, given: Arguments) -> Outcome:
    """The chord on a beat, the first one where none is named."""
    reason = harmony.unfit(score) or harmony.one_line(score)
    if reason is not None:
        return reason
    offset = harmony.first_number(score)
    bar = one_bar(given, len(score.voices[0].measures) - (1 - offset))
    if isinstance(bar, Reason):
        return bar
    beat = given.beat or 1
    index = bar - offset
    duration = score.voices[0].measures[index].duration
    beats = 1 if score.meter.is_free else max(1, int(duration / score.meter.beat_quarters))
    if beat > beats:
        return Reason("no-such-beat", f"bar {bar} has {beats} beat{'s' if beats > 1 else ''}")
    start = max(0, index - NEAR_BARS)
    excerpt = harmony.strip(slice_bars(score, start, min(index + NEAR_BARS, len(score.voices[0].measures))))
    number = harmony.first_number(excerpt) + index - start
    wording = module_of(task).WORDINGS[0].format(bar=number, beat=beat)
    details: dict[str, object] = {"bar": number, "beat": beat, "measure": index - start}
    return Asked(new(task, excerpt, wording, details), (bar,), bar - number)


def cadence(score: Score, task: str, given: Arguments) -> Outcome:
    """The cadence that ends the piece."""
    reason = harmony.unfit(score) or harmony.one_line(score)
    if reason is not None:
        return reason
    key = _key_of(score, given)
    lasting = [index for index, measure in enumerate(score.voices[0].measures) if measure.duration]
    excerpt = harmony.strip(slice_bars(score, max(0, lasting[-1] + 1 - CADENCE_BARS), lasting[-1] + 1))
    offset = harmony.first_number(score)
    wording = module_of(task).WORDINGS[0].format(place="this piece", key=key)
    details: dict[str, object] = {"bar": len(excerpt.voices[0].measures), "key": key.name}
    return Asked(new(task, excerpt, wording, details), (lasting[-1] + offset,))
