"""The question "how do these bars go in another key?": two bars of a melody, to be written in ABC.

Shown: two bars in their key, metre and unit length. The interval, its direction, and both keys are named; the
answer stands under the new key's signature and the same ``L:``. It is compared by what sounds: right when
every note has its onset, length and spelled pitch, near (half the credit) when all sound right but some are
spelled otherwise (G# for Ab). Sub-scores: the share of right pitches and of right times, note by note.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import zip_longest
from random import Random

from symbolic.key import MODE_FIFTHS, Key
from symbolic.meter import Meter
from symbolic.pitch import Interval
from symbolic.questions.base import NO_ANSWER, Grade, Question, QuestionType, Reason, worded
from symbolic.questions.reading import drawn
from symbolic.questions.snippets import (
    distinct,
    melody_bars,
    moved_pitch,
    music_line,
    notes_of,
    passage,
    read_snippet,
    shown_melody,
    snippet,
    unit_name,
    unit_of,
)
from symbolic.score import Measure, Note, Score
from symbolic.timeline import SoundingNote, sounding_notes
from symbolic.transform import transpose, transpose_key

TASK = "transposition"
WORDINGS = (
    "Transpose these two bars {direction} by {interval}, from {old} to {new}.",
    "Write these bars in {new} instead of {old}, {interval} {comparison}.",
    "A player needs this passage {interval} {comparison}, in {new} (it stands in {old}). Write it out.",
)
ANSWER_FORMAT = "Answer with the bars in ABC, as they stand under K:{key} and L:{unit}."
INTERVALS = {
    "M2": "a major second", "P4": "a perfect fourth", "P5": "a perfect fifth", "m3": "a minor third",
    "M3": "a major third", "m2": "a minor second", "m6": "a minor sixth", "M6": "a major sixth",
}  # fmt: skip
WAYS = tuple(way for name in INTERVALS for way in (Interval.parse(name), -Interval.parse(name)))
"""The intervals upwards and downwards."""
BARS = 2
MIN_NOTES = 4
MAX_SIGNATURE = 5
"""Most sharps or flats of the new key."""
LOWEST, HIGHEST = 50, 91
"""MIDI numbers between which the transposed bars stay."""
DISTRACTORS = 4
ENHARMONIC_CREDIT = 0.5
_MODE_WORDS = {"major": "", "minor": "m"}


def ask(
    score: Score, rng: Random | None = None, *, id: str = "", truth: str | None = None
) -> Question | Reason:
    """The question about two bars of a melody, or the reason why it cannot be asked.

    Args:
        score: a melody with a key.
        rng: draws the wording, the bars and the interval; without it the first bars and a major second.
        id: names the question.
        truth: bars in ABC that stand instead of the transposed ones.
    """
    melody = shown_melody(score)
    if isinstance(melody, Reason):
        return melody
    if melody.key.mode not in MODE_FIFTHS or melody.key.accidentals:
        return Reason("no-key", "it has no usual key signature")
    places = _passages(melody)
    if not places:
        return Reason("no-passage", f"it has no {BARS} bars of {MIN_NOTES} notes or more")
    draw = drawn(rng)
    bars = places[0] if rng is None else draw.choice(places)
    shown = passage(bars, melody.key, melody.meter)
    ways = WAYS if rng is None else draw.sample(WAYS, len(WAYS))
    interval = next((interval for interval in ways if _fits(shown, interval)), None)
    if interval is None:
        return Reason("no-interval", "its key or range leaves no interval")
    moved = transpose(shown, interval)
    unit = unit_of(shown)
    name = truth or snippet(moved.voices[0].measures, moved.key, moved.meter, unit)
    size = INTERVALS[(interval if interval.steps > 0 else -interval).name]
    up = interval.steps > 0
    wording = worded(WORDINGS, rng).format(
        direction="up" if up else "down",
        comparison="higher" if up else "lower",
        interval=size,
        old=shown.key.name,
        new=moved.key.name,
    )
    sound = _sound(moved)
    slips = (other.voices[0].measures for other in _slips(shown, interval) if _sound(other) != sound)
    wrong = (snippet(measures, moved.key, moved.meter, unit) for measures in slips)
    return Question(
        id,
        TASK,
        wording,
        ANSWER_FORMAT.format(key=key_field(moved.key), unit=unit_name(unit)),
        shown,
        name,
        distractors=distinct(name, wrong, DISTRACTORS),
        explanation=_explanation(shown, moved, size, up),
        details={
            "key": moved.key.name,
            "meter": moved.meter.name,
            "unit": str(unit),
            "interval": interval.name,
        },
    )


def key_field(key: Key) -> str:
    """What stands after ``K:`` for a plain key."""
    return key.tonic + _MODE_WORDS.get(key.mode, key.mode[:3])


def _passages(melody: Score) -> list[Sequence[Measure]]:
    """The stretches of whole bars with enough notes, none tied into from before."""
    measures = melody.voices[0].measures
    full = melody.meter.bar_quarters
    found: list[Sequence[Measure]] = []
    for start in range(len(measures) - BARS + 1):
        bars = measures[start : start + BARS]
        before = notes_of(measures[start - 1 : start]) if start else []
        is_begun = bool(before) and before[-1].tie
        if not is_begun and all(bar.duration == full for bar in bars) and len(notes_of(bars)) >= MIN_NOTES:
            found.append(bars)
    return found


def _fits(shown: Score, interval: Interval) -> bool:
    """Whether an interval leads to a usual key, a usual range, and no double accidentals."""
    key = transpose_key(shown.key, interval)
    if abs(key.fifths) > MAX_SIGNATURE or len(key.tonic) > 2:
        return False
    pitches = [note.pitch.transpose(interval) for note in notes_of(shown.voices[0].measures)]
    return all(abs(pitch.alter) < 2 and LOWEST <= pitch.midi <= HIGHEST for pitch in pitches)


def _slips(shown: Score, interval: Interval) -> Iterator[Score]:
    """What comes of usual slips: a note a step off, an interval a semitone or a step off, the wrong way."""
    right = transpose(shown, interval)
    yield _one_step_off(right)
    for steps, semitones in ((0, 1), (0, -1), (1, 2), (-1, -2), (1, 1), (-1, -1)):
        other = Interval(interval.steps + steps, interval.semitones + semitones)
        if _is_plain(shown, other):
            yield transpose(shown, other)
    if _is_plain(shown, -interval):
        yield transpose(shown, -interval)


def _sound(score: Score) -> list[tuple[Fraction, Fraction, int]]:
    return [(note.onset, note.duration, note.pitch.midi) for note in sounding_notes(score)]


def _is_plain(shown: Score, interval: Interval) -> bool:
    return all(abs(note.pitch.transpose(interval).alter) < 3 for note in notes_of(shown.voices[0].measures))


def _one_step_off(score: Score) -> Score:
    """The score with its middle note on the next step of the key."""
    (voice,) = score.voices
    notes = notes_of(voice.measures)
    wrong = moved_pitch(notes[len(notes) // 2].pitch, 1, score.key)
    seen = 0
    measures = []
    for measure in voice.measures:
        events = list(measure.events)
        for index, event in enumerate(events):
            if isinstance(event, Note):
                if seen == len(notes) // 2:
                    events[index] = Note(wrong, event.duration)
                seen += 1
        measures.append(replace(measure, events=tuple(events)))
    return score.with_voices((replace(voice, measures=tuple(measures)),))


def _explanation(shown: Score, moved: Score, size: str, up: bool) -> str:
    """How the key and the first notes move."""
    pairs = list(zip(notes_of(shown.voices[0].measures), notes_of(moved.voices[0].measures), strict=True))
    steps = ", ".join(f"{old.pitch.spelled_class} to {new.pitch.spelled_class}" for old, new in pairs[:4])
    way = "up" if up else "down"
    return f"Each note goes {way} by {size}, {steps} and so on; {shown.key.name} becomes {moved.key.name}."


# Grading


def grade(question: Question, text: str) -> Grade:
    """Compares the bars that a text writes with the truth by what they sound."""
    line = music_line(text)
    if line is None:
        return NO_ANSWER
    key, meter = Key.parse(question.details["key"]), Meter.parse(question.details["meter"])
    answer, truth = (
        read_snippet(one, key, meter, Fraction(question.details["unit"])) for one in (line, question.truth)
    )
    if answer is None or truth is None:
        return NO_ANSWER
    pairs = list(zip_longest(truth, answer))
    scores = {
        "pitch": _share(one and other and one.pitch.midi == other.pitch.midi for one, other in pairs),
        "rhythm": _share(one and other and _time(one) == _time(other) for one, other in pairs),
    }
    if min(scores.values()) < 1:
        return Grade("wrong", 0.0, line, scores)
    spelled = all(one.pitch == other.pitch for one, other in pairs)
    return Grade.of(1.0 if spelled else ENHARMONIC_CREDIT, line, scores)


def _time(note: SoundingNote) -> tuple[Fraction, Fraction]:
    return note.onset, note.duration


def _share(hits: Iterable[object]) -> float:
    found = [bool(hit) for hit in hits]
    return sum(found) / len(found)


def spellings(truth: str) -> tuple[str, ...]:
    """The bars as they are, in a block, and without their beams."""
    return (truth, f"```abc\n{truth}\n```", truth.replace(" ", ""), f"The bars become {truth}")


TYPE = QuestionType(
    TASK,
    "two bars transposed by a given interval, written in ABC",
    melody_bars,
    ask,
    music_line,
    grade,
    lambda truth: "transposition",
    spellings,
    audible=False,
)
