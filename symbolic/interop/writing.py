"""`Score` → music21 streams → MusicXML.

Everything is written out before music21's exporter sees it: measures, voices, note heads, ties and
tuplets (`symbolic.interop.durations`), so that its `makeNotation` has nothing to guess. MusicXML lines
parts up by their measures: a voice that is short of its bar is filled with invisible rest, and empty
measures are merged into their neighbours.

Not written: directives, metadata beyond title and composer, the header's section order (it is played
out), line breaks inside a measure, grace notes' ties, the tonic of a signature with extra accidentals.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import lcm
from typing import Any

from music21 import (
    articulations,
    bar,
    chord,
    clef,
    defaults,
    duration,
    dynamics,
    expressions,
    harmony,
    instrument,
    interval,
    key,
    layout,
    metadata,
    meter,
    note,
    pitch,
    repeat,
    spanner,
    stream,
    tempo,
    tie,
)
from music21.musicxml import m21ToXml

from symbolic.errors import UnsupportedFeatureError
from symbolic.harmony import ChordSymbol
from symbolic.interop import vocabulary
from symbolic.interop.alignment import aligned
from symbolic.interop.durations import Written, written
from symbolic.key import MODE_FIFTHS, Key
from symbolic.meter import Meter, Tempo
from symbolic.pitch import Interval, Pitch, alter_of
from symbolic.score import (
    TIMED,
    Annotation,
    Chord,
    Decoration,
    Event,
    Grace,
    LineBreak,
    Lyric,
    Measure,
    Note,
    Rest,
    Score,
    Section,
    Slur,
    TimedEvent,
    Tuplet,
    Voice,
)
from symbolic.timeline import division

MAX_DIVISIONS = 16_383 * 10_080
"""Most parts of a quarter note that the exporter counts in."""


def musicxml_from_score(score: Score) -> bytes:
    """The bytes of a partwise MusicXML document."""
    source = stream_from_score(score)
    with _divisions(lcm(defaults.divisionsPerQuarter, division(score))):
        exporter = m21ToXml.ScoreExporter(source, makeNotation=False)
        root = exporter.parse()
    _remove_placeholders(root, score)
    return bytes(exporter.asBytes())


@contextmanager
def _divisions(parts: int) -> Iterator[None]:
    """Lets music21 count in so many parts of a quarter: its only switch is the default of the module."""
    if parts > MAX_DIVISIONS:
        raise UnsupportedFeatureError(
            f"durations need {parts:,} parts of a quarter note, more than MusicXML can hold"
        )
    before = defaults.divisionsPerQuarter
    defaults.divisionsPerQuarter = parts
    try:
        yield
    finally:
        defaults.divisionsPerQuarter = before


def _remove_placeholders(root: Any, score: Score) -> None:
    """Removes the title and composer that music21 makes up where there are none, and today's date."""
    if not score.title:
        for element in root.findall("movement-title"):
            root.remove(element)
    identification = root.find("identification")
    if identification is not None and not score.info("composer"):
        for element in identification.findall("creator"):
            identification.remove(element)
    for encoding in root.iterfind("identification/encoding"):
        for element in encoding.findall("encoding-date"):
            encoding.remove(element)


def stream_from_score(score: Score) -> Any:
    """The score as a music21 `stream.Score` whose parts hold measures.

    Raises:
        UnsupportedFeatureError: no measures, or durations that no notes can be written for.
    """
    score = aligned(score)
    result = stream.Score()
    result.metadata = _metadata(score)
    for number, voice in enumerate(score.voices):
        result.insert(0, _PartWriter(score, voice, number).write())
    return result


def _metadata(score: Score) -> Any:
    found = metadata.Metadata()
    titles = [text for name, text in score.metadata if name == "title"]
    if titles:
        found.title = titles[0]
    if len(titles) > 1:
        found.movementName = titles[1]
    composers = [text for name, text in score.metadata if name == "composer"]
    if composers:
        found.composers = composers
    return found


@dataclass(slots=True)
class _LayerState:
    """What waits for the next note while a layer is written."""

    tuplet: Tuplet | None = None
    left: int = 0
    graces: list[Any] = field(default_factory=list)
    signs: list[str] = field(default_factory=list)
    lyrics: list[Lyric] = field(default_factory=list)
    slurs: int = 0
    wedges: list[str] = field(default_factory=list)


class _PartWriter:
    """Writes one voice as a part, carrying ties, slurs, wedges and words over the bar lines."""

    def __init__(self, score: Score, voice: Voice, number: int) -> None:
        self.score = score
        self.voice = voice
        self.first = number == 0
        self.part = stream.Part(id=f"P{number + 1}")
        octave = vocabulary.clef_octave(voice.clef)
        self.shift = Interval(7 * (octave // 12), octave)
        self.tied: dict[tuple[int, Fraction], bool] = {}
        self.slurs: list[Any] = []
        self.wedges: dict[str, Any] = {}
        self.in_word: dict[int, bool] = {}
        self.last_note: Any = None
        self.bracket: list[Any] = []

    def write(self) -> Any:
        self.part.partName = self.voice.name
        self.part.atSoundingPitch = False
        self.part.insert(0, self._instrument())
        now = Fraction(0)
        measures = self.voice.measures
        context = self.score.meter
        for index, measure in enumerate(measures):
            written_measure = self._measure(index, measure, now, context)
            self.part.append(written_measure)
            self._ending(index, measure, written_measure)
            now += measure.duration
            context = next((event for event in reversed(measure.events) if isinstance(event, Meter)), context)
        self._close_bracket()
        self.part.makeAccidentals(inPlace=True)
        self.part.makeBeams(inPlace=True, failOnNoTimeSignature=False)
        return self.part

    def _instrument(self) -> Any:
        voice = self.voice
        player = instrument.UnpitchedPercussion() if voice.percussion else instrument.Instrument()
        player.partName = voice.name
        player.instrumentName = voice.name or None
        if voice.program is not None:
            player.instrumentName = instrument.instrumentFromMidiProgram(voice.program).instrumentName
        player.partId = self.part.id
        player.instrumentId = f"{self.part.id}-I1"
        player.midiProgram = voice.program
        if voice.percussion:
            player.midiChannel = 9
        moved = voice.transposition - vocabulary.clef_octave(voice.clef)
        if moved:
            player.transposition = interval.Interval(moved)
        return player

    # Measures

    def _measure(self, index: int, measure: Measure, onset: Fraction, context: Meter) -> Any:
        pickup = index == 0 and measure.duration < self.score.meter.bar_quarters
        result = stream.Measure(number=index + (0 if self._has_pickup() else 1))
        if pickup:
            result.paddingLeft = float(self.score.meter.bar_quarters - measure.duration)
            result.showNumber = stream.enums.ShowNumber.NEVER
        if index == 0:
            self._open_measure(result)
        if measure.start_repeat:
            result.leftBarline = bar.Repeat(direction="start")
        if measure.end_repeat:
            result.rightBarline = bar.Repeat(
                direction="end", times=measure.end_repeat + 1 if measure.end_repeat > 1 else None
            )
        elif vocabulary.BAR_STYLES.get(measure.bar, "regular") != "regular":
            result.rightBarline = bar.Barline(vocabulary.BAR_STYLES[measure.bar])
        layers = _even_chords(measure)
        for number, layer in enumerate(layers, 1):
            target = result if len(layers) == 1 else stream.Voice(id=str(number))
            self._layer(result, target, layer, onset)
            if target is not result:
                result.insert(0, target)
        return result

    def _has_pickup(self) -> bool:
        measures = self.voice.measures
        return bool(measures) and measures[0].duration < self.score.meter.bar_quarters

    def _open_measure(self, result: Any) -> None:
        name = vocabulary.CLEFS.get(self.voice.clef, "") or (
            "PercussionClef" if self.voice.percussion else "TrebleClef"
        )
        result.insert(0, getattr(clef, name)())
        if (found := _key(self.score.key)) is not None:
            result.insert(0, found)
        result.insert(0, _meter(self.score.meter))
        if self.first and self.score.tempo is not None:
            result.insert(0, _tempo(self.score.tempo))

    def _ending(self, index: int, measure: Measure, result: Any) -> None:
        """Brackets over endings: each ends at its repeat sign, the next ending or a double bar."""
        if measure.ending or measure.start_repeat:
            self._close_bracket()
        if measure.ending:
            self.bracket = [",".join(map(str, measure.ending))]
        if not self.bracket:
            return
        self.bracket.append(result)
        later = self.voice.measures[index + 1 : index + 2]
        if measure.end_repeat or measure.bar in {"||", "|]", "[|"} or not later:
            self._close_bracket()

    def _close_bracket(self) -> None:
        if self.bracket:
            number, *measures = self.bracket
            self.part.insert(0, spanner.RepeatBracket(measures, number=number))
            self.bracket = []

    # Layers

    def _layer(self, measure: Any, target: Any, layer: tuple[Event, ...], onset: Fraction) -> None:
        state = _LayerState()
        now = Fraction(0)
        for event in layer:
            if isinstance(event, TIMED):
                if event.duration:
                    self._timed(target, event, now, onset + now, state)
                    now += event.duration
                elif not isinstance(event, Rest):
                    state.graces.append(self._grace(event, slash=False))
            elif isinstance(event, LineBreak):
                if now == 0:
                    measure.insert(0, layout.SystemLayout(isNew=True))
            else:
                self._mark(target, event, now, state)
        for grace in state.graces:
            target.insert(_offset(now), grace)
        for name in state.signs:
            self._sign_between(target, name, now)

    def _timed(
        self, target: Any, event: TimedEvent, now: Fraction, absolute: Fraction, state: _LayerState
    ) -> None:
        for grace in state.graces:
            target.insert(_offset(now), grace)
        state.graces = []
        ratio, edges = None, ("", "")
        if state.tuplet is not None:
            ratio = (state.tuplet.actual, state.tuplet.normal)
            edges = ("start" if state.left == state.tuplet.count else "", "stop" if state.left == 1 else "")
            state.left -= 1
            state.tuplet = state.tuplet if state.left else None
        heads = written(event.duration, ratio)
        made = []
        for index, head in enumerate(heads):
            edge = (edges[0] if index == 0 else "") or (edges[1] if index == len(heads) - 1 else "")
            both = len(heads) == 1 and all(edges)
            element = self._head(event, head, "startStop" if both else edge, absolute, index + 1 < len(heads))
            target.insert(_offset(now), element)
            made.append(element)
            now, absolute = now + head.quarters, absolute + head.quarters
        self._attach(made[0], state)
        self.last_note = made[-1]
        self._start_spanners(made[0], state)

    def _head(self, event: TimedEvent, head: Written, edge: str, absolute: Fraction, continues: bool) -> Any:
        length = duration.Duration(type=head.type, dots=head.dots)
        if head.actual > 1:
            group = duration.Tuplet(
                head.actual, head.normal, durationActual=head.type, durationNormal=head.type
            )
            group.type = edge or None
            length.appendTuplet(group)
        if isinstance(event, Rest):
            rest = note.Rest(duration=length)
            rest.fullMeasure = event.whole_measure and not continues
            if not event.visible:
                rest.style.hideObjectOnPrint = True
            return rest
        notes = event.notes if isinstance(event, Chord) else (event,)
        end = absolute + head.quarters
        members = [self._note(one, length, self._tie(one, absolute, end, continues)) for one in notes]
        if len(members) == 1:
            return members[0]
        return chord.Chord(members, duration=length)

    def _tie(self, one: Note, start: Fraction, end: Fraction, continues: bool) -> str | None:
        """Whether a note head is tied from the one before, to the next, or both."""
        midi = one.pitch.midi
        held = self.tied.pop((midi, start), False)
        onward = continues or one.tie
        if onward:
            self.tied[midi, end] = True
        return {(True, True): "continue", (True, False): "stop", (False, True): "start"}.get((held, onward))

    def _note(self, one: Note, length: Any, tied: str | None) -> Any:
        if self.voice.percussion:
            made: Any = note.Unpitched(f"{one.pitch.step}{one.pitch.octave}")
        else:
            made = note.Note(_pitch(one.pitch.transpose(self.shift)))
        made.duration = length
        if tied:
            made.tie = tie.Tie(tied)
        return made

    def _grace(self, event: Note | Chord, *, slash: bool) -> Any:
        head = written(event.duration or Fraction(1, 2))[0]
        notes = event.notes if isinstance(event, Chord) else (event,)
        length = duration.Duration(type=head.type, dots=head.dots)
        members = [self._note(one, length, None) for one in notes]
        made = (members[0] if len(members) == 1 else chord.Chord(members, duration=length)).getGrace()
        made.duration.slash = slash
        return made

    # Marks

    def _mark(self, target: Any, event: Event, now: Fraction, state: _LayerState) -> None:
        match event:
            case Tuplet(_, _, count):
                state.tuplet, state.left = event, count
            case Grace(notes, slash):
                state.graces += [self._grace(one, slash=slash) for one in notes]
                self.slurs += [spanner.Slur(state.graces[0]) for _ in range(state.slurs)]
                state.slurs = 0
            case Lyric():
                state.lyrics.append(event)
            case Slur.START:
                state.slurs += 1
            case Slur.END:
                self._end_slur(state.graces[-1] if state.graces else self.last_note)
            case Decoration(name):
                self._decoration(vocabulary.decoration_name(name), state)
            case _:
                for element in self._between(event):
                    target.insert(_offset(now), element)

    def _between(self, event: Event) -> Iterator[Any]:
        match event:
            case Key():
                yield _key(event) or key.KeySignature(0)
            case Meter():
                yield _meter(event)
            case Tempo():
                yield _tempo(event)
            case ChordSymbol():
                yield _chord_symbol(event)
            case Annotation("N.C.", _):
                yield harmony.NoChord("N.C.")
            case Annotation(text, placement):
                words = expressions.TextExpression(text)
                words.placement = "below" if placement == "_" else "above"
                yield words
            case Section(label):
                yield expressions.RehearsalMark(label)

    def _decoration(self, name: str, state: _LayerState) -> None:
        ends = {end: start for start, end in vocabulary.SPANNERS.values()}
        if name in ends:
            found = self.wedges.pop(ends[name], None)
            if found is not None and self.last_note is not None:
                found.addSpannedElements(self.last_note)
                self.part.insert(0, found)
        elif any(name == start for start, _ in vocabulary.SPANNERS.values()):
            state.wedges.append(name)
        else:
            state.signs.append(name)

    def _sign_between(self, target: Any, name: str, now: Fraction) -> bool:
        """Writes a sign that stands between notes: a dynamic, or one of repetition."""
        if name in vocabulary.DYNAMICS:
            target.insert(_offset(now), dynamics.Dynamic(name))
            return True
        command = next((made for made, sign in vocabulary.NAVIGATION.items() if sign == name), None)
        if command is not None:
            target.insert(_offset(now), getattr(repeat, command)())
        return command is not None

    def _attach(self, element: Any, state: _LayerState) -> None:
        """Gives a note the signs and syllables that waited for it."""
        site = element.activeSite
        for name in state.signs:
            if not self._sign_between(site, name, Fraction(site.elementOffset(element))):
                self._sign(element, name)
        state.signs = []
        for lyric in state.lyrics:
            inside = lyric.text.endswith("-") and len(lyric.text) > 1
            within = self.in_word.get(lyric.verse, False)
            self.in_word[lyric.verse] = inside
            if lyric.text != "_":
                syllabic = {(False, True): "begin", (True, True): "middle", (True, False): "end"}.get(
                    (within, inside), "single"
                )
                text = lyric.text[:-1] if inside else lyric.text
                element.lyrics.append(note.Lyric(text, number=lyric.verse, syllabic=syllabic, applyRaw=True))
        state.lyrics = []

    @staticmethod
    def _sign(element: Any, name: str) -> None:
        if name in {"0", "1", "2", "3", "4", "5"}:
            element.articulations.append(articulations.Fingering(name))
            return
        if name == "invertedfermata":
            sign = expressions.Fermata()
            sign.type, sign.placement = "inverted", "below"
            element.expressions.append(sign)
            return
        for made, known in vocabulary.EXPRESSIONS.items():
            if known == name:
                sign = getattr(expressions, made)()
                if name == "fermata":
                    sign.type = "upright"
                element.expressions.append(sign)
                return
        found = next((made for made, known in vocabulary.ARTICULATIONS.items() if known == name), None)
        sign = getattr(articulations, found)() if found is not None else articulations.Articulation()
        if found is None:
            sign.displayText = name
        element.articulations.append(sign)

    # Spanners

    def _start_spanners(self, element: Any, state: _LayerState) -> None:
        self.slurs += [spanner.Slur(element) for _ in range(state.slurs)]
        state.slurs = 0
        for name in state.wedges:
            made = {"crescendo(": dynamics.Crescendo, "diminuendo(": dynamics.Diminuendo}.get(
                name, expressions.TrillExtension
            )
            self.wedges[name] = made(element)
        state.wedges = []

    def _end_slur(self, last: Any) -> None:
        """Ends the innermost slur that did not begin at this very note: in ``(c (d) e)`` d ends the first."""
        found = next((one for one in reversed(self.slurs) if one.getFirst() is not last), None)
        if found is not None and last is not None:
            self.slurs.remove(found)
            found.addSpannedElements(last)
            self.part.insert(0, found)


def _even_chords(measure: Measure) -> list[tuple[Event, ...]]:
    """The layers of a measure, chords whose notes differ in length taken apart.

    MusicXML's chords have one length: notes with another one go to layers of their own, cut at the bar.
    """
    layers, strays = [], []
    length = measure.duration
    for layer in measure.layers:
        events: list[Event] = []
        now = Fraction(0)
        for event in layer:
            if isinstance(event, Chord):
                same = tuple(one for one in event.notes if one.duration == event.duration)
                strays += [(now, one) for one in event.notes if one.duration != event.duration]
                event = Chord(same) if len(same) > 1 else same[0]
            events.append(event)
            now += event.duration if isinstance(event, TIMED) else 0
        layers.append(tuple(events))
    for onset, one in strays:
        sounding = min(one.duration, length - onset)
        if sounding > 0:
            stray: list[Event] = [replace(one, duration=sounding)]
            if onset:
                stray.insert(0, Rest(onset, visible=False))
            layers.append(tuple(stray))
    return layers


def _offset(value: Fraction) -> Any:
    return value if value.denominator > 1 else value.numerator


def _pitch(one: Pitch) -> Any:
    return pitch.Pitch(step=one.step, octave=one.octave, accidental=one.alter if one.alter else None)


def _key(one: Key) -> Any:
    """music21's key; None where the score has none."""
    if one.accidentals or one.explicit:
        found = key.KeySignature(sharps=None)
        found.alteredPitches = [
            pitch.Pitch(step=step, accidental=alter) for step, alter in one.signature.items() if alter
        ]
        return found
    if not one.tonic:
        return None
    if one.mode not in MODE_FIFTHS:
        return key.KeySignature(one.fifths)
    tonic = one.tonic.replace("b", "-")
    return key.Key(tonic, one.mode)


def _meter(one: Meter) -> Any:
    if one.is_free:
        return meter.SenzaMisuraTimeSignature()
    found = meter.TimeSignature(one.name)
    if one.symbol:
        found.symbol = "common" if one.symbol == "C" else "cut"
    return found


def _tempo(one: Tempo) -> Any:
    if one.bpm is None:
        return tempo.TempoText(one.text)
    head = written(one.beat_quarters)[0]
    number = float(one.bpm) if one.bpm.denominator > 1 else int(one.bpm)
    return tempo.MetronomeMark(one.text or None, number, duration.Duration(type=head.type, dots=head.dots))


def _chord_symbol(one: ChordSymbol) -> Any:
    kind, degrees = vocabulary.CHORD_KINDS[one.quality]
    names = [_chord_pitch(name) for name in (one.root, one.bass or one.root)]
    found = harmony.ChordSymbol(root=names[0], bass=names[1], kind=kind)
    for change, degree, semitones in degrees:
        found.addChordStepModification(
            harmony.ChordStepModification(change, degree, semitones), updatePitches=False
        )
    return found


def _chord_pitch(name: str) -> str:
    return name[0] + {-1: "-", 0: "", 1: "#", 2: "##", -2: "--"}[alter_of(name[1:])]
