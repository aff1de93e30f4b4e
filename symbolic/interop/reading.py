"""music21 streams → `Score`.

A music21 part holds measures, a measure holds elements at offsets (and voices that hold more). A
`Score` has no offsets: here each measure is laid out as streams of events that follow each other,
gaps filled by invisible rests, notes that overlap put into overlays. Bars are where parts meet, so a
part that is short of its bar is filled up too. Offsets are exact: music21 keeps what is no binary
fraction as a `Fraction` with a denominator of at most 65,535.

Not kept: clefs after the first, page layout, ottava lines (pitches sound right), cue size, microtones
(rounded down), and which notes a layer of an earlier bar continues.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from music21 import (
    bar,
    clef,
    duration,
    harmony,
    instrument,
    note,
    spanner,
)
from music21 import chord as m21_chord
from music21 import key as m21_key
from music21 import percussion as m21_percussion
from music21 import stream as m21_stream

from symbolic.errors import MusicXmlError
from symbolic.interop import vocabulary
from symbolic.interop.layout import (
    Bar,
    Item,
    Placed,
    bar_lengths,
    close_endings,
    measure_of,
    without_repeated_marks,
)
from symbolic.interop.marks import lyrics_of, note_marks, own_marks, with_tempo_words
from symbolic.interop.values import exact, read_pitch
from symbolic.key import Key
from symbolic.meter import Meter, Tempo
from symbolic.pitch import Interval
from symbolic.score import (
    FIELD_NAMES,
    Chord,
    Decoration,
    Grace,
    Mark,
    Note,
    Rest,
    Score,
    Slur,
    Voice,
)


def score_from_stream(source: Any) -> Score:
    """Reads a music21 score or part.

    Raises:
        MusicXmlError: there is no part with music in it.
    """
    parts = list(source.parts) if isinstance(source, m21_stream.Score) else [source]
    parts = [part for part in parts if part.recurse().getElementsByClass(note.GeneralNote)]
    if not parts:
        raise MusicXmlError("there are no notes or rests in the file")
    spans = _Spans.of(source)
    drafts = [_read_part(part, spans) for part in parts]
    lengths = bar_lengths(draft.bars for draft in drafts)
    lead = next((draft for draft in drafts if not draft.voice.transposition), drafts[0])
    start = (lead.first(Key) or Key.none(), drafts[0].first(Meter) or Meter.free())
    tempo = next((found for draft in drafts if (found := draft.first(Tempo))), None)
    voices = []
    for number, draft in enumerate(drafts, 1):
        measures = tuple(map(measure_of, draft.bars, lengths))
        measures = without_repeated_marks(measures, *start, tempo)
        voices.append(replace(draft.voice, id=str(number), measures=measures))
    return Score(tuple(voices), start[0], start[1], tempo, _metadata(source))


@dataclass(slots=True)
class _Draft:
    """One part: its voice without measures, and its bars."""

    voice: Voice
    bars: list[Bar]

    def first(self, kind: type[Any]) -> Any:
        """The first mark of a kind at the very start of the part."""
        found = (mark for onset, mark in self.bars[0].marks if onset == 0 and isinstance(mark, kind))
        return next(found, None) if self.bars else None


# Spanners: what they put before or after the elements at their ends


@dataclass(slots=True)
class _Spans:
    before: dict[int, list[Mark]] = field(default_factory=dict)
    after: dict[int, list[Mark]] = field(default_factory=dict)
    endings: dict[int, tuple[int, ...]] = field(default_factory=dict)
    ending_stops: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, source: Any) -> _Spans:
        spans = cls()
        for found in source.recurse().getElementsByClass(spanner.Spanner):
            spans.add(found)
        return spans

    def add(self, found: Any) -> None:
        first, last = found.getFirst(), found.getLast()
        if first is None:
            return
        if isinstance(found, spanner.RepeatBracket):
            self.endings[id(first)] = tuple(number for number in found.numberRange if 0 < number < 100) or (
                1,
            )
            self.ending_stops.add(id(last))
        elif isinstance(found, spanner.Slur):
            if first is not last:
                self.before.setdefault(id(first), []).append(Slur.START)
                self.after.setdefault(id(last), []).append(Slur.END)
        else:
            for name, (start, end) in vocabulary.SPANNERS.items():
                if name in found.classes:
                    self.before.setdefault(id(first), []).append(Decoration(start))
                    self.after.setdefault(id(last), []).append(Decoration(end))


# Parts


def _read_part(part: Any, spans: _Spans) -> _Draft:
    voice = _read_voice(part)
    containers = list(part.getElementsByClass(m21_stream.Measure)) or [part]
    shifts = _written_shifts(part, containers, voice)
    bars = [_read_bar(one, spans, shift) for one, shift in zip(containers, shifts, strict=True)]
    if containers[0] is not part:
        bars[0].marks[:0] = _marks_at(part, spans, lambda element: part.elementOffset(element) == 0)
    for index, one in enumerate(containers):
        left = getattr(one, "leftBarline", None)
        if index and left is not None and not isinstance(left, bar.Repeat) and bars[index - 1].sign == "|":
            bars[index - 1].sign = vocabulary.BAR_SIGNS.get(left.type, "|")
    close_endings(bars)
    return _Draft(voice, bars)


def _marks_at(part: Any, spans: _Spans, wanted: Any) -> list[Placed]:
    """Keys, metres and the like that stand in the part itself, outside of its measures."""
    return [
        (Fraction(0), mark)
        for element in part
        if not isinstance(element, m21_stream.Stream | spanner.Spanner | note.GeneralNote) and wanted(element)
        for mark in _marks(element, spans)
    ]


def _read_voice(part: Any) -> Voice:
    instruments = list(part.recurse().getElementsByClass(instrument.Instrument))
    first = instruments[0] if instruments else None
    first_clef = part.recurse().getElementsByClass(clef.Clef).first()
    clef_name = ""
    if first_clef is not None:
        clef_name = next(
            (vocabulary.CLEF_NAMES[name] for name in first_clef.classes if name in vocabulary.CLEF_NAMES), ""
        )
    program = getattr(first, "midiProgram", None)
    written = getattr(part, "atSoundingPitch", True) is False
    return Voice(
        name=str(getattr(part, "partName", None) or ""),
        clef="" if clef_name == "treble" else clef_name,
        transposition=(_semitones(first) if written else 0) + vocabulary.clef_octave(clef_name),
        program=program if isinstance(program, int) and 0 <= program <= 127 else None,
        percussion=getattr(first, "midiChannel", None) == 9 or clef_name == "perc",
    )


def _semitones(player: Any) -> int:
    """Semitones from written to sounding pitch that an instrument adds."""
    moved = getattr(player, "transposition", None)
    return int(moved.semitones) if moved is not None else 0


def _written_shifts(part: Any, containers: list[Any], voice: Voice) -> list[Interval]:
    """How far pitches of each measure are moved so that the voice's one transposition makes them sound right.

    Under an octave clef music21 keeps what sounds; a change of instrument may bring another transposition.
    The transposition that music21 adds to an instrument for its name alone does not count.
    """
    base = -vocabulary.clef_octave(voice.clef)
    changes: list[tuple[Any, int]] = []
    if getattr(part, "atSoundingPitch", True) is False:
        players = part.getElementsByClass(instrument.Instrument)
        changes = [(part.elementOffset(player), _semitones(player)) for player in players]
    first = changes[0][1] if changes else 0
    shifts = []
    for one in containers:
        offset = part.elementOffset(one) if one is not part else 0
        now = next((semitones for start, semitones in reversed(changes) if start <= offset), first)
        shifts.append(_chromatic(base + now - first))
    return shifts


def _chromatic(semitones: int) -> Interval:
    octaves, rest = divmod(semitones, 12)
    return Interval(7 * octaves + (0, 1, 1, 2, 2, 3, 3, 4, 5, 5, 6, 6)[rest], semitones)


# Bars


def _read_bar(measure: Any, spans: _Spans, shift: Interval) -> Bar:
    result = Bar()
    _read_barlines(measure, spans, result)
    sources = [(measure, Fraction(0))]
    sources += [(voice, exact(measure.elementOffset(voice))) for voice in getattr(measure, "voices", ())]
    for source, start in sources:
        reader = _StreamReader(spans, shift)
        placed = [
            (start + exact(source.elementOffset(element)), element)
            for element in source
            if not isinstance(element, m21_stream.Stream)
        ]
        for onset, element in placed:
            if not _is_doubled_key(onset, element, placed):
                reader.add(onset, element)
        reader.finish()
        result.marks.extend(reader.marks)
        result.add_items(reader.items)
    result.marks = with_tempo_words(sorted(result.marks, key=lambda placed: placed[0]))
    return result


def _marks(element: Any, spans: _Spans) -> list[Mark]:
    found = list(own_marks(element))
    return [*spans.before.get(id(element), []), *found, *spans.after.get(id(element), [])]


def _is_doubled_key(onset: Fraction, element: Any, placed: list[tuple[Fraction, Any]]) -> bool:
    """Whether this is a bare signature (kern ``*k[]``) beside a key with its tonic (``*d:``)."""
    return (
        isinstance(element, m21_key.KeySignature)
        and not isinstance(element, m21_key.Key)
        and any(other == onset and isinstance(one, m21_key.Key) for other, one in placed)
    )


def _read_barlines(measure: Any, spans: _Spans, result: Bar) -> None:
    left, right = getattr(measure, "leftBarline", None), getattr(measure, "rightBarline", None)
    if isinstance(left, bar.Repeat):
        result.start_repeat = 1
    if isinstance(right, bar.Repeat) and right.direction == "end":
        result.end_repeat = min(max((right.times or 2) - 1, 1), 99)
    elif right is not None:
        result.sign = vocabulary.BAR_SIGNS.get(right.type, "|")
    result.ending = spans.endings.get(id(measure), ())
    result.ending_stops = id(measure) in spans.ending_stops


class _StreamReader:
    """Reads the elements of one voice of one measure in order of their offsets."""

    def __init__(self, spans: _Spans, shift: Interval) -> None:
        self.spans = spans
        self.shift = shift
        self.items: list[Item] = []
        self.marks: list[Placed] = []
        self.graces: list[Note | Chord] = []
        self.slash = False
        self.closing: list[Mark] = []
        self.waiting: list[Mark] = []

    def add(self, onset: Fraction, element: Any) -> None:
        if isinstance(element, harmony.Harmony) or not isinstance(element, note.GeneralNote):
            self.marks += [(onset, mark) for mark in _marks(element, self.spans)]
            return
        before = list(self.spans.before.get(id(element), ()))
        after = list(self.spans.after.get(id(element), ()))
        if element.duration.isGrace or (not element.isRest and not element.duration.quarterLength):
            self._add_grace(element, before, after)
            return
        if element.isRest and not element.duration.quarterLength:
            return
        event = self._event(element)
        marks = list(self.waiting)
        if self.graces:
            marks.append(Grace(tuple(self.graces), self.slash))
        marks += [*before, *note_marks(element), *lyrics_of(element)]
        item = Item(onset, event, marks, after, *_tuplet(element))
        if self.items:
            self.items[-1].after += self.closing
        self.graces, self.waiting, self.closing = [], [], []
        self.items.append(item)

    def _add_grace(self, element: Any, before: list[Mark], after: list[Mark]) -> None:
        """Grace notes wait for the next note, with the marks that begin at them."""
        length = exact(duration.convertTypeToQuarterLength(element.duration.type, element.duration.dots))
        if not element.isRest:
            self.graces.append(self._sounding(element, length))
            if len(self.graces) == 1:
                self.slash = bool(getattr(element.duration, "slash", False))
        self.waiting += [mark for mark in before if isinstance(mark, Decoration | Slur)]
        self.closing += after

    def finish(self) -> None:
        """Keeps grace notes after the last note of the measure."""
        if self.graces and self.items:
            self.items[-1].after += [Grace(tuple(self.graces), self.slash), *self.closing]

    def _event(self, element: Any) -> Note | Chord | Rest:
        length = exact(element.duration.quarterLength)
        if element.isRest:
            hidden = element.hasStyleInformation and element.style.hideObjectOnPrint
            return Rest(length, visible=not hidden, whole_measure=element.fullMeasure is True)
        return self._sounding(element, length)

    def _sounding(self, element: Any, length: Fraction) -> Note | Chord:
        if isinstance(element, m21_chord.ChordBase):
            notes = tuple(self._note(one, length) for one in _members(element))
            return Chord(notes) if len(notes) > 1 else notes[0]
        return self._note(element, length)

    def _note(self, element: Any, length: Fraction) -> Note:
        tie = element.tie
        return Note(
            read_pitch(element, self.shift), length, tie is not None and tie.type in {"start", "continue"}
        )


def _members(element: Any) -> list[Any]:
    members = list(element.notes)
    if not members:
        raise MusicXmlError("a chord without notes")
    if isinstance(element, m21_percussion.PercussionChord):
        return members
    return sorted(members, key=lambda one: one.pitch.ps)


def _tuplet(element: Any) -> tuple[tuple[int, int] | None, str]:
    """The (actual, normal) of an element's tuplets together, and the edge of the group that it is."""
    tuplets = element.duration.tuplets
    if not tuplets:
        return None, ""
    actual = normal = 1
    for one in tuplets:
        actual *= one.numberNotesActual
        normal *= one.numberNotesNormal
    return (actual, normal), str(tuplets[0].type or "")


# The whole


def _metadata(source: Any) -> tuple[tuple[str, str], ...]:
    found = source.metadata
    if found is None:
        return ()
    pairs: list[tuple[str, str]] = []
    for name, ours in (("title", "title"), ("movementName", "title"), ("composer", "composer")):
        pairs += [(ours, " ".join(str(value).split())) for value in found[name]]
    for name in FIELD_NAMES.values():
        if name not in {"title", "composer"}:
            pairs += [(name, str(value)) for value in found.getCustom(name)]
    return tuple(dict.fromkeys(pair for pair in pairs if pair[1]))
