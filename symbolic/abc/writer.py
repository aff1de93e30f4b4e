"""A `Score` to canonical, short ABC.

The writer adds nothing and leaves nothing out: reading its text gives an equal score. What ABC
leaves free is decided the same way each time: the unit length that makes the text shortest, beams
by the beat, an accidental only where the bar does not already imply it (and wherever programs that
carry accidentals through one octave and through all would disagree), broken rhythm where it is
shorter, repeats of bar-long rests counted. Written lines end where the score has a `LineBreak`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from symbolic.abc.fields import clef_octave, default_unit, encode_text
from symbolic.abc.layer import (
    NO_TUPLET,
    LayerWriter,
    key_text,
    length_text,
    quoted,
    syllable_text,
    tempo_text,
)
from symbolic.abc.music import tied_accidentals
from symbolic.meter import Meter
from symbolic.score import (
    FIELD_NAMES,
    TIMED,
    Chord,
    Event,
    LineBreak,
    Lyric,
    Measure,
    Note,
    Rest,
    Score,
    Voice,
)

UNITS = (Fraction(1, 2), Fraction(1, 4), Fraction(1), Fraction(1, 8), Fraction(2))
"""Unit lengths that the writer chooses among, in quarter notes."""
_FIELD_LETTERS = {name: letter for letter, name in FIELD_NAMES.items()}


# Voices


def _bar_text(measure: Measure | None, following: Measure | None) -> str:
    """The bar sign between two measures, with the number of an ending that starts after it.

    Where a repeat or an ending starts a written line, its sign goes with it to that line.
    """
    opening = ":" * following.start_repeat if following else ""
    number = ",".join(map(str, following.ending)) if following else ""
    if measure is None:
        sign = f"|{opening}" if opening else ""
    elif following is not None and _opens_line(following):
        sign = f"{_bar_text(measure, None)}\n" + (f"|{opening}" if opening else "")
    elif measure.end_repeat:
        closing = ":" * measure.end_repeat
        sign = "::" if opening == closing == ":" else f"{closing}|{opening}"
    else:
        sign = (measure.bar or ("|" if opening else "")) + opening
    if not number:
        return sign
    return sign + (number if sign.endswith("|") and "[" not in sign else f"[{number}")


def _opens_line(measure: Measure) -> bool:
    """Whether a measure with a repeat or ending sign before it starts a written line."""
    return bool(measure.start_repeat or measure.ending) and measure.events[:1] == (LineBreak(),)


def _whole_rests(measures: Sequence[Measure], index: int, meter: Meter) -> int:
    """How many measures from `index` on hold nothing but the same whole rest and can be counted as one."""
    first = measures[index].events
    rest = first[0] if len(first) == 1 else None
    if not (isinstance(rest, Rest) and rest.whole_measure and rest.duration == (meter.bar_quarters or 4)):
        return 1
    count = 1
    while index + count < len(measures):
        before, here = measures[index + count - 1], measures[index + count]
        if here.events != first or here.overlays or here.start_repeat or here.ending:
            break
        if before.end_repeat or before.bar != "|" or before.overlays:
            break
        count += 1
    return count


def bar_texts(score: Score, voice: Voice, unit: Fraction, count_rests: bool = True) -> Iterator[str]:
    """Each measure of a voice with the bar sign after it; newlines where written lines end.

    With `count_rests`, a stretch of bar-long rests is one item (``Z4``).
    """
    key, meter = score.key, score.meter
    carried: dict[tuple[str, int], int] = {}
    tuplet = NO_TUPLET
    index = 0
    measures = voice.measures
    while index < len(measures):
        measure = measures[index]
        text = _bar_text(None, measure) if index == 0 else ""
        count = _whole_rests(measures, index, meter) if count_rests else 1
        start = _offset(measures, index, meter)
        writer = LayerWriter(unit, key, meter, carried, start, tuplet)
        line_is_broken = index > 0 and _opens_line(measure)
        layers = [writer.write(measure.events[1:] if line_is_broken else measure.events)]
        tuplet = writer.tuplet
        for layer in measure.overlays:  # what changes inside one holds in what is written after it
            writer = LayerWriter(unit, writer.key, writer.meter, {}, start)
            layers.append(writer.write(layer))
        key, meter = writer.key, writer.meter
        carried = {} if measure.overlays else tied_accidentals(measure.events, key)
        last = index + count - 1
        following = measures[last + 1] if last + 1 < len(measures) else None
        sign = _bar_text(measures[last], following)
        # "Z:" or "X:" at the start of a line would be a field, so a single rest is counted there too.
        counted = str(count) if count > 1 or (sign[:1] == ":" and layers[-1][-1:] in {"Z", "X"}) else ""
        yield text + "&".join(layers) + counted + sign
        index += count


def _offset(measures: Sequence[Measure], index: int, meter: Meter) -> Fraction:
    """Where in its bar a measure starts: late for a pickup, and for the rest of a bar cut by a repeat."""
    if index and not measures[index].start_repeat and not measures[index - 1].end_repeat:
        return Fraction(0)
    return max(meter.bar_quarters - measures[index].duration, Fraction(0))


def lyric_lines(events: Iterable[Event]) -> list[str]:
    """The ``w:`` lines for a stretch of events of one voice; none where nothing is sung."""
    events = list(events)
    verses = max((event.verse for event in events if isinstance(event, Lyric)), default=0)
    syllables: list[list[str]] = [[] for _ in range(verses)]
    waiting: dict[int, str] = {}
    for event in events:
        if isinstance(event, Lyric):
            waiting[event.verse] = "_" if event.text == "_" else syllable_text(event.text)
        elif isinstance(event, Note | Chord):
            for verse, line in enumerate(syllables, 1):
                line.append(waiting.get(verse, "*"))
            waiting = {}
    return [_joined(line) for line in syllables]


def _joined(syllables: list[str]) -> str:
    while syllables and syllables[-1] == "*":
        syllables.pop()
    words = "".join(word if word.endswith("-") else f"{word} " for word in syllables or ["*"])
    return f"w:{words.rstrip()}"


def _written_lines(voice: Voice) -> Iterator[list[Event]]:
    """The events of each written line of a voice; of overlays only where they end a line."""
    line: list[Event] = []
    for measure in voice.measures:
        for layer in measure.layers:
            for event in layer:
                if isinstance(event, LineBreak):
                    yield line
                    line = []
                elif layer is measure.events:
                    line.append(event)
    yield line


def _voice_lines(score: Score, voice: Voice, unit: Fraction) -> list[str]:
    lines = "".join(bar_texts(score, voice, unit)).split("\n")
    if any(isinstance(event, Lyric) for measure in voice.measures for event in measure.events):
        music, lines = lines, []
        for line, events in zip(music, _written_lines(voice), strict=True):
            lines += [line, *lyric_lines(events)]
    return [line for line in lines if line]


def voice_words(voice: Voice) -> str:
    """What stands after ``V:`` in the header."""
    words = [voice.id]
    if voice.name:
        words.append(f"name={quoted(voice.name)}")
    if voice.clef:
        words.append(f"clef={voice.clef}")
    if transposition := voice.transposition - clef_octave(voice.clef):
        words.append(f"transpose={transposition}")
    words += [f"{name}={quoted(value)}" for name, value in voice.properties]
    return " ".join(words)


def _is_plain(voice: Voice) -> bool:
    return voice_words(voice) == "1"


# Whole tunes


def header_lines(score: Score, unit: Fraction, extra: Sequence[str] = ()) -> list[str]:
    """The tune header, from ``X:`` to ``K:``."""
    lines = [f"X:{score.reference}"]
    lines += [f"{_FIELD_LETTERS[name]}:{encode_text(text)}" for name, text in score.metadata]
    lines += [f"%%{text}" for text in score.directives]
    lines += extra
    if score.part_order:
        lines.append(f"P:{score.part_order}")
    lines.append(f"M:{score.meter}")
    written = unit / 4
    lines.append(f"L:{written.numerator}/{written.denominator}")
    if score.tempo is not None:
        lines.append(f"Q:{tempo_text(score.tempo)}")
    if not (len(score.voices) == 1 and _is_plain(score.voices[0])):
        lines += [f"V:{voice_words(voice)}" for voice in score.voices]
    lines.append(f"K:{key_text(score.key)}")
    return lines


def player_lines(voice: Voice) -> list[str]:
    """``%%MIDI`` lines that name a voice's instrument."""
    lines = [] if voice.program is None else [f"%%MIDI program {voice.program}"]
    return [*lines, "%%MIDI channel 10"] if voice.percussion else lines


def shortest_unit(score: Score) -> Fraction:
    """The unit length that writes the score's durations with the fewest characters, in quarters.

    The standard's default for the metre wins a tie.
    """
    durations = (event.duration for event in score.events() if isinstance(event, TIMED))
    counts = Counter((duration.numerator, duration.denominator) for duration in durations)
    first = default_unit(score.meter)
    candidates = [first, *(other for other in UNITS if other != first)]

    def characters(unit: Fraction) -> int:
        return sum(
            len(length_text(top * unit.denominator, bottom * unit.numerator)) * count
            for (top, bottom), count in counts.items()
        )

    return min(candidates, key=characters)


def write_abc(score: Score, *, unit: Fraction | None = None) -> str:
    """Canonical ABC text of one score.

    Args:
        score: what to write.
        unit: the unit note length (``L:``) in quarter notes; by default `shortest_unit`.

    Returns:
        The tune, each line ended by a newline. Reading it gives an equal score, but for what ABC
        has no words for: a written line that ends inside an overlong measure just where a bar is full (a
        reader takes it for a bar line), names of decorations and voices that hold ABC's own signs, a
        whole-measure rest that is not as long as its bar, and some tuplets that are left unclosed.
    """
    unit = unit or shortest_unit(score)
    lines = header_lines(score, unit)
    alone = len(score.voices) == 1
    for voice in score.voices:
        if not alone:
            lines.append(f"V:{voice.id}")
        lines += player_lines(voice)
        lines += _voice_lines(score, voice, unit)
    return "\n".join(lines) + "\n"


def write_book(scores: Sequence[Score]) -> str:
    """A tune book: the scores' texts parted by empty lines."""
    return "\n".join(write_abc(score) for score in scores)
