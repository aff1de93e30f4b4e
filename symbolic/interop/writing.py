"""`Score` → music21 streams → MusicXML.

Everything is written out before music21's exporter sees it: measures, voices, note heads, ties and
tuplets (`symbolic.interop.durations`), so that its `makeNotation` has nothing to guess. MusicXML lines
parts up by their measures: a voice that is short of its bar is filled with invisible rest, and empty
measures are merged into their neighbours.

Not written: directives, the order of sections that a header gives (it is played
out), line breaks inside a measure, grace notes' ties, the tonic of a signature with extra accidentals.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from music21 import (
    bar,
    chord,
    clef,
    duration,
    dynamics,
    expressions,
    instrument,
    interval,
    layout,
    metadata,
    note,
    percussion,
    spanner,
    stream,
    tie,
)

from symbolic.interop import vocabulary
from symbolic.interop.alignment import aligned, even_chords
from symbolic.interop.durations import Written, written
from symbolic.interop.signs import add_sign, elements_of, standing_sign
from symbolic.interop.values import make_key, make_meter, make_pitch, make_tempo
from symbolic.meter import Meter
from symbolic.pitch import Interval
from symbolic.score import (
    TIMED,
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
    Slur,
    TimedEvent,
    Tuplet,
    Voice,
)


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
    for name in dict.fromkeys(name for name, _ in score.metadata if name not in {"title", "composer"}):
        found.addCustom(name, [text for other, text in score.metadata if other == name])
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
        layers = even_chords(measure)
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
        if (found := make_key(self.score.key)) is not None:
            result.insert(0, found)
        result.insert(0, make_meter(self.score.meter))
        if self.first and self.score.tempo is not None:
            result.insert(0, make_tempo(self.score.tempo))

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
        for sign in filter(None, map(standing_sign, state.signs)):
            target.insert(_offset(now), sign)

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
        return self._chord(members, length)

    def _tie(self, one: Note, start: Fraction, end: Fraction, continues: bool) -> str | None:
        """Whether a note head is tied from the one before, to the next, or both."""
        midi = one.pitch.midi
        held = self.tied.pop((midi, start), False)
        onward = continues or one.tie
        if onward:
            self.tied[midi, end] = True
        return {(True, True): "continue", (True, False): "stop", (False, True): "start"}.get((held, onward))

    def _note(self, one: Note, length: Any, tied: str | None) -> Any:
        if self.voice.percussion and not one.pitch.alter:
            made: Any = note.Unpitched(f"{one.pitch.step}{one.pitch.octave}")
        else:
            made = note.Note(make_pitch(one.pitch.transpose(self.shift)))
        made.duration = length
        if tied:
            made.tie = tie.Tie(tied)
        return made

    def _grace(self, event: Note | Chord, *, slash: bool) -> Any:
        head = written(event.duration or Fraction(1, 2))[0]
        notes = event.notes if isinstance(event, Chord) else (event,)
        length = duration.Duration(type=head.type, dots=head.dots)
        members = [self._note(one, length, None) for one in notes]
        made = (members[0] if len(members) == 1 else self._chord(members, length)).getGrace()
        made.duration.slash = slash
        return made

    @staticmethod
    def _chord(members: list[Any], length: Any) -> Any:
        is_unpitched = any(isinstance(member, note.Unpitched) for member in members)
        return (percussion.PercussionChord if is_unpitched else chord.Chord)(members, duration=length)

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
                for element in elements_of(event):
                    target.insert(_offset(now), element)

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

    def _attach(self, element: Any, state: _LayerState) -> None:
        """Gives a note the signs and syllables that waited for it."""
        site = element.activeSite
        for name in state.signs:
            standing = standing_sign(name)
            if standing is None:
                add_sign(element, name)
            else:
                site.insert(site.elementOffset(element), standing)
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


def _offset(value: Fraction) -> Any:
    return value if value.denominator > 1 else value.numerator
