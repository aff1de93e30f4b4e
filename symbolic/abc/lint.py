"""Everything that is wrong with ABC text, in one pass.

To what the reader reports (characters without meaning, fields it cannot understand, …) `lint` adds
what only the whole tune shows: bars of the wrong length, repeats and endings without their partner,
ties and slurs that lead nowhere, unknown decorations, voices that drift apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from symbolic.abc.lexer import KNOWN_DECORATIONS, TOKEN, column_of
from symbolic.abc.parser import TuneReader
from symbolic.abc.tunebook import decode, split_tunes
from symbolic.errors import Problem
from symbolic.meter import Meter
from symbolic.repeats import expand_part_order
from symbolic.score import TIMED, Chord, Event, Measure, Note, Score, Section, Slur, Voice
from symbolic.transform import contexts

_SECTION_BARS = {"||", "|]", "[|"}


def lint(source: str | bytes) -> list[Problem]:
    """Every problem in a tune or tune book, in order of place.

    Args:
        source: ABC text, or the bytes of a file.

    Raises:
        AbcSyntaxError: there is no tune in it.
    """
    book = split_tunes(decode(source) if isinstance(source, bytes) else source)
    problems = list(book.problems)
    for tune in book.tunes:
        reader = TuneReader(tune.first_line)
        score = reader.read(tune.lines, book.defaults)
        problems += reader.problems
        problems += _structure_problems(score, reader, tune.first_line)
    return sorted(problems, key=lambda problem: (problem.line, problem.column))


class _Places:
    """Positions of measures in the text."""

    def __init__(self, reader: TuneReader) -> None:
        self._texts = dict(reader.music_lines)
        self._bars = reader.bar_places()

    def of(self, voice: Voice, measure: int) -> tuple[int, int]:
        """(line, column) of the bar sign that closes a measure."""
        places = self._bars[voice.id]
        line, index = places[min(measure, len(places) - 1)]
        return line, column_of(self._texts.get(line, ""), index)


def _structure_problems(score: Score, reader: TuneReader, first_line: int) -> Iterator[Problem]:
    places = _Places(reader)
    yield from _decoration_problems(reader.music_lines)
    for voice in score.voices:
        found = [*_bar_lengths(score, voice), *_repeats(voice), *_ties_and_slurs(voice)]
        for measure, code, message in found:
            yield Problem(code, message, *places.of(voice, measure))
    yield from _part_problems(score, first_line)
    lengths = {sum((measure.duration for measure in voice.measures), Fraction(0)) for voice in score.voices}
    if len(lengths) > 1:
        text = ", ".join(f"{float(length):g}" for length in sorted(lengths))
        yield Problem(
            "voice-length", f"voices last {text} quarter notes; they should last alike", first_line, 1
        )


def _decoration_problems(lines: Sequence[tuple[int, str]]) -> Iterator[Problem]:
    for number, text in lines:
        if "!" not in text and "+" not in text:
            continue
        for match in TOKEN.finditer(text):
            token = match[0]
            if token[0] in "!+" and len(token) > 2 and token[1:-1] not in KNOWN_DECORATIONS:
                message = f"{token} is not a decoration of the standard"
                yield Problem("unknown-decoration", message, number, match.start() + 1)


def _bar_lengths(score: Score, voice: Voice) -> Iterator[tuple[int, str, str]]:
    """Measures that last longer than a bar, or shorter without a pickup or repeat to explain it."""
    measures = voice.measures
    for index, (measure, (_, meter, _)) in enumerate(zip(measures, contexts(score, voice), strict=True)):
        meter = next((event for event in measure.events if isinstance(event, Meter)), meter)
        length, bar = measure.duration, meter.bar_quarters
        if meter.is_free or length == bar or (length < bar and _may_be_short(measures, index)):
            continue
        much = "more" if length > bar else "less"
        yield index, "bar-length", f"the bar lasts {length / 4} of a whole note, {much} than {meter} asks for"


def _may_be_short(measures: Sequence[Measure], index: int) -> bool:
    """Whether a measure stands at an edge of a section, where a pickup takes part of the bar."""
    measure = measures[index]
    before = measures[index - 1] if index else None
    after = measures[index + 1] if index + 1 < len(measures) else None
    starts = before is None or measure.start_repeat or before.end_repeat or before.bar in _SECTION_BARS
    ends = after is None or measure.end_repeat or after.start_repeat or measure.bar in _SECTION_BARS
    return bool(starts or ends or measure.ending or (after and after.ending) or measure.bar == "")


def _repeats(voice: Voice) -> Iterator[tuple[int, str, str]]:
    opened: int | None = None
    last_ending = 0
    for index, measure in enumerate(voice.measures):
        if measure.start_repeat:
            if opened is not None:
                yield index - 1, "repeat", "a repeat starts here while the one before is still open"
            opened = index
        if measure.ending:
            if measure.ending[0] > last_ending + 1:
                yield index, "ending", f"ending {measure.ending[0]} comes without ending {last_ending + 1}"
            last_ending = measure.ending[-1]
        if measure.end_repeat:
            opened = None
        if measure.end_repeat or measure.bar in _SECTION_BARS:
            following = voice.measures[index + 1 : index + 2]
            if last_ending == 1 and not (following and following[0].ending):
                yield index, "ending", "a first ending without a second"
            if not (following and following[0].ending):
                last_ending = 0
    if opened is not None:
        yield opened, "repeat", "a repeat starts with this bar and never ends"


def _ties_and_slurs(voice: Voice) -> Iterator[tuple[int, str, str]]:
    depth, opened = 0, 0
    waiting: tuple[Note, ...] = ()
    for index, measure in enumerate(voice.measures):
        for event in measure.events:
            if event is Slur.START:
                depth, opened = depth + 1, index
            elif event is Slur.END:
                depth -= 1
                if depth < 0:
                    depth = 0
                    yield index, "slur", "a slur ends that never started"
            elif isinstance(event, TIMED):
                pitches = {note.pitch.midi for note in _notes(event)}
                for note in waiting:
                    if note.pitch.midi not in pitches:
                        yield index, "tie", f"the tie after {note.pitch} leads to no note of its pitch"
                waiting = tuple(note for note in _notes(event) if note.tie)
    if depth:
        yield opened, "slur", "a slur starts that never ends"


def _notes(event: Event) -> tuple[Note, ...]:
    if isinstance(event, Chord):
        return event.notes
    return (event,) if isinstance(event, Note) else ()


def _part_problems(score: Score, first_line: int) -> Iterator[Problem]:
    labels = {event.label.strip()[:1] for event in score.events() if isinstance(event, Section)}
    missing = sorted(set(expand_part_order(score.part_order)) - labels)
    if missing and labels:
        text = f"the order of parts names {', '.join(missing)}, which the tune does not have"
        yield Problem("part", text, first_line, 1)
