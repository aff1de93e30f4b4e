"""RomanText, the plain-text format of harmonic analyses (Tymoczko, Gotham, Cuthbert and Ariza, ISMIR 2019).

    Time Signature: 3/4
    m0 b3 G: I
    m1 b2 IV6 b3 V6
    m2-3 = m0-1

A line is a measure; ``b2.5`` says the beat (1 unless it is given), ``G:`` a key (small for minor), the rest
are numerals. Of a pivot chord read in two keys the later reading stands. Phrase marks (``||``), variants
(``m1var1``), notes, pedals and doubts about a key are passed over; a numeral that is none is a `Problem`, and
the analysis is open there (`symbolic.roman.UNKNOWN`). `annotated` joins an analysis to its score: a chord
symbol and a label (`symbolic.roman.label`) stand wherever the harmony changes.

Measure 0 is an upbeat. A bar that a repeat or a phrase end cuts in two is one measure, as in RomanText. Beats
divide the score's bar into as many as the analysis' time signature has, whatever their written length.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from symbolic.analysis.stated_harmony import stated_harmony
from symbolic.errors import Problem, SymbolicError
from symbolic.key import Key
from symbolic.meter import Meter
from symbolic.resources import music21_corpus
from symbolic.roman import UNKNOWN, RomanNumeral, label
from symbolic.score import TIMED, Annotation, Event, Mark, Measure, Score
from symbolic.timeline import MeasureSpan, measure_spans, sounding_notes
from symbolic.transform import transpose_key, transposition_interval

CORPUS_PATTERNS = ("bach/choraleAnalyses/*.rntxt", "monteverdi/*.rntxt")
"""Where music21's corpus holds analyses whose scores it has too."""

MIN_AGREEMENT = 0.8
"""Least mean share of sounding notes in the stated chords from which on an analysis is taken to fit."""

_MEASURE = re.compile(r"m(?P<first>\d+)(?:-(?P<last>\d+))?(?P<variant>[a-z]\w*)?:?(?:\s+(?P<rest>.*))?")
_COPY = re.compile(r"=\s*m(\d+)(?:-(\d+))?")
_BEAT = re.compile(r"b(\d+(?:\.\d+)?):?")
_KEY = re.compile(r"([A-Ga-g])(##?|bb?)?:")
_PASSED_OVER = re.compile(r"\|\|:?|:?\|\||[()]|\?\(.*|\?\).*|1")
_HEADER = re.compile(r"(?P<name>[A-Za-z][A-Za-z ]*):\s*(?P<value>.*)")
_FINEST = 12
"""Beats are multiples of 1/12."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A harmony of an analysis.

    Attributes:
        measure: its number; 0 for the upbeat.
        beat: from 1.
        beats: beats of its bar by the analysis' time signature, a dotted beat counting one.
        key: the key in force.
        numeral: None where the analysis has something that is no numeral.
    """

    measure: int
    beat: Fraction
    beats: Fraction
    key: Key
    numeral: RomanNumeral | None


@dataclass(frozen=True, slots=True)
class RomanText:
    """An analysis.

    Attributes:
        entries: in order.
        headers: (name, value) pairs such as ("Title", …).
    """

    entries: tuple[Entry, ...]
    headers: tuple[tuple[str, str], ...] = ()

    def info(self, name: str) -> str:
        """The first header of a name, or an empty string."""
        return next((value for header, value in self.headers if header.casefold() == name.casefold()), "")


def parse_roman_text(text: str) -> tuple[RomanText, list[Problem]]:
    """Reads an analysis, and what in it could not be read.

    Raises:
        SymbolicError: there is no measure with a numeral in it.
    """
    reader = _Reader([], {}, [], [])
    for number, line in enumerate(text.splitlines(), 1):
        reader.line(line.strip(), number)
    if not reader.entries:
        raise SymbolicError("there is no analysis in it: a measure is written like 'm1 G: I b3 V'")
    return RomanText(tuple(reader.entries), tuple(reader.headers)), reader.problems


@dataclass(slots=True)
class _Reader:
    """What was read so far: entries, those of each measure for copies, headers, problems."""

    entries: list[Entry]
    measures: dict[int, list[Entry]]
    headers: list[tuple[str, str]]
    problems: list[Problem]
    key: Key | None = None
    beats: Fraction = Fraction(4)

    def line(self, line: str, number: int) -> None:
        match = _MEASURE.fullmatch(line)
        if match is None:
            if header := _HEADER.fullmatch(line):
                self._header(header["name"], header["value"], number)
            elif line:
                self._problem("roman-text", f"neither a measure nor a header: {line[:40]!r}", number)
            return
        if match["variant"]:
            return
        rest = match["rest"] or ""
        if copy := _COPY.match(rest):
            self._copy(int(match["first"]), int(copy[1]), int(copy[2] or copy[1]))
        else:
            self._harmonies(int(match["first"]), rest.split(), number)

    def _header(self, name: str, value: str, line: int) -> None:
        self.headers.append((name, value))
        if name.casefold() == "time signature":
            try:
                meter = Meter.parse(value)
            except ValueError as exc:
                self._problem("roman-text", str(exc), line)
            else:
                self.beats = Fraction(4) if meter.is_free else meter.bar_quarters / meter.beat_quarters

    def _copy(self, target: int, first: int, last: int) -> None:
        for measure in range(first, last + 1):
            for entry in self.measures.get(measure, []):
                self._add(replace(entry, measure=target + measure - first))

    def _harmonies(self, measure: int, words: list[str], line: int) -> None:
        beat = Fraction(1)
        for word in words:
            if found := _BEAT.fullmatch(word):
                beat = Fraction(found[1]).limit_denominator(_FINEST)
            elif named := _KEY.fullmatch(word):
                mode = "major" if named[1].isupper() else "minor"
                self.key = Key(named[1].upper() + (named[2] or ""), mode)
            elif not _PASSED_OVER.fullmatch(word):
                numeral = RomanNumeral.parse(word)
                if numeral is None:
                    self._problem("numeral", f"not a Roman numeral: {word!r}", line)
                if self.key is None:
                    self._problem("numeral", f"no key before {word!r}", line)
                else:
                    self._add(Entry(measure, beat, self.beats, self.key, numeral))

    def _add(self, entry: Entry) -> None:
        place = (entry.measure, entry.beat)
        if self.entries and (self.entries[-1].measure, self.entries[-1].beat) == place:
            self.measures[entry.measure].remove(self.entries.pop())
        self.entries.append(entry)
        self.measures.setdefault(entry.measure, []).append(entry)
        self.key = entry.key

    def _problem(self, code: str, message: str, line: int) -> None:
        self.problems.append(Problem(code, message, line, 1))


def annotated(score: Score, analysis: RomanText) -> tuple[Score, list[Problem]]:
    """The score with the analysis in it, and the harmonies that found no place.

    A mark stands in the first voice that has an event beginning there. Where none has, it goes to the next
    event in the bar, or is left out as a problem.

    Raises:
        SymbolicError: the score has no voices.
    """
    if not score.voices:
        raise SymbolicError("an analysis needs a score with a voice")
    spans = measure_spans(score)
    numbers = _numbered(spans)
    marks: dict[tuple[int, int, int], list[Mark]] = {}
    problems: list[Problem] = []
    key: Key | None = None
    for entry in analysis.entries:
        place = _place(score, spans, numbers, entry)
        if place is None:
            problems.append(Problem("place", f"no event at m{entry.measure} b{float(entry.beat):g}", 1, 1))
            continue
        shown = entry.key if entry.key != key else None
        key = entry.key
        if entry.numeral is None:
            marks[place] = [Annotation(label_unknown(shown), "^")]
        else:
            marks[place] = [Annotation(label(entry.numeral, shown), "^"), entry.numeral.chord(key)]
    return _with_marks(score, marks), problems


def label_unknown(key: Key | None) -> str:
    """The label of a chord that an analysis leaves open."""
    if key is None:
        return UNKNOWN
    return label(RomanNumeral(1), key).replace("I", UNKNOWN)


def _numbered(spans: list[MeasureSpan]) -> dict[int, list[tuple[int, Fraction]]]:
    """RomanText's number of a bar → its measures, each as (index, place of its start in the bar)."""
    found: dict[int, list[tuple[int, Fraction]]] = {}
    number, filled = 0, Fraction(0)
    for span in spans:
        bar = span.meter.bar_quarters or span.duration
        if span.duration <= 0:
            continue
        if not found and span.duration < bar:
            found[0] = [(span.index, bar - span.duration)]
            continue
        if filled and filled + span.duration <= bar:
            found[number].append((span.index, filled))
        else:
            number, filled = number + 1, Fraction(0)
            found[number] = [(span.index, filled)]
        filled = (filled + span.duration) % bar
    return found


def _place(
    score: Score,
    spans: list[MeasureSpan],
    numbers: dict[int, list[tuple[int, Fraction]]],
    entry: Entry,
) -> tuple[int, int, int] | None:
    """Voice, measure and index of the event before which a harmony is marked, or None."""
    for index, start in numbers.get(entry.measure, []):
        bar = spans[index].meter.bar_quarters or spans[index].duration
        onset = (entry.beat - 1) * bar / entry.beats - start
        if not 0 <= onset < spans[index].duration:
            continue
        onsets = [
            (now, voice, place)
            for voice, own in enumerate(score.voices)
            if index < len(own.measures)
            for now, place in _event_onsets(own.measures[index])
            if now >= onset
        ]
        if onsets:
            _, voice, place = min(onsets)
            return voice, index, place
    return None


def _event_onsets(measure: Measure) -> Iterator[tuple[Fraction, int]]:
    """Onset and index of each timed event of the main layer."""
    now = Fraction(0)
    for place, event in enumerate(measure.events):
        if isinstance(event, TIMED):
            yield now, place
            now += event.duration


def _with_marks(score: Score, marks: dict[tuple[int, int, int], list[Mark]]) -> Score:
    voices = []
    for number, voice in enumerate(score.voices):
        measures = list(voice.measures)
        for index in {measure for owner, measure, _ in marks if owner == number}:
            events: list[Event] = []
            for place, event in enumerate(measures[index].events):
                events += [*marks.get((number, index, place), ()), event]
            measures[index] = replace(measures[index], events=tuple(events))
        voices.append(replace(voice, measures=tuple(measures)))
    return score.with_voices(tuple(voices))


# music21's corpus


def corpus_analyses() -> list[tuple[Path, Path]]:
    """The analyses in music21's corpus, each with the file of its score.

    Raises:
        SymbolicError: music21 or its corpus is missing.
    """
    corpus = music21_corpus()
    pairs = []
    for pattern in CORPUS_PATTERNS:
        for path in sorted(corpus.glob(pattern)):
            score = path.with_suffix(".mxl")
            if not score.exists():
                score = _chorale(corpus, path.read_text(encoding="utf-8"))
            if score.exists():
                pairs.append((path, score))
    return pairs


def _chorale(corpus: Path, text: str) -> Path:
    """The file of the chorale whose number an analysis states: ``BWV: 248(2).12`` is bwv248.12-2.mxl."""
    match = re.search(r"^BWV:\s*(\d+)(?:\((\d+)\))?(?:\.(\d+))?", text, re.MULTILINE)
    work, part, movement = match.groups() if match else ("", None, None)
    name = f"bwv{work}" + (f".{movement}" if movement else "") + (f"-{part}" if part else "")
    return corpus / "bach" / f"{name}.mxl"


def read_corpus_analysis(analysis: Path, score: Path) -> tuple[Score, list[Problem]]:
    """One of `corpus_analyses` as an annotated score; an analysis in another key is moved to the score's.

    Raises:
        SymbolicError: either file cannot be read, or the two do not fit each other (`MIN_AGREEMENT`).
    """
    from symbolic.interop.music21 import read_music21

    found, problems = parse_roman_text(analysis.read_text(encoding="utf-8"))
    (music,), _ = read_music21(score.read_bytes(), "mxl")
    joined, unplaced = annotated(music, found)
    fits = agreements(joined)
    semitones = max(range(12), key=lambda shift: (fits[shift], -shift))
    if fits[semitones] < MIN_AGREEMENT:
        raise SymbolicError(
            f"analysis and notes agree in {fits[0]:.0%} only: they are of different versions of the piece",
            path=str(analysis),
        )
    if semitones:
        interval = transposition_interval(found.entries[0].key, semitones)
        moved = tuple(replace(entry, key=transpose_key(entry.key, interval)) for entry in found.entries)
        joined, unplaced = annotated(music, replace(found, entries=moved))
    return joined, [*problems, *unplaced]


def agreements(score: Score) -> list[float]:
    """How well the stated chords fit the notes, moved up by 0 … 11 semitones.

    Each value is the mean share of the notes sounding where a chord begins that belong to it, 0 … 1.
    """
    starts = [span.onset for span in measure_spans(score)]
    notes = sounding_notes(score)
    onsets = [note.onset for note in notes]
    longest = max((note.duration for note in notes), default=Fraction(0))
    shares: list[list[float]] = []
    for stated in stated_harmony(score):
        now = starts[stated.bar] + stated.onset
        near = notes[bisect_left(onsets, now - longest) : bisect_right(onsets, now)]
        heard = {note.pitch.pitch_class for note in near if now < note.onset + note.duration}
        if heard and stated.chord is not None:
            members = set(stated.chord.pitch_classes)
            shares.append(
                [sum((heard_one - n) % 12 in members for heard_one in heard) / len(heard) for n in range(12)]
            )
    return [sum(column) / len(column) for column in zip(*shares, strict=True)] if shares else [0.0] * 12
