"""The score model: the one music object that crosses a package border.

A `Score` has voices, a voice has measures, a measure has a stream of events. An event either takes
time (`Note`, `Chord`, `Rest`) or marks the point where it stands (a `Key`, `Meter` or `Tempo` that
changes there, a `ChordSymbol`, an `Annotation`, a `Decoration` of the next note, …). Onsets are not
stored: they follow from the durations, which are exact fractions of a quarter note. `symbolic.timeline`
computes them, `symbolic.transform` makes new scores from old ones; every object here is immutable.

A measure is what stands between two bar signs, so a pickup, or the halves of a bar that a repeat sign
cuts, are measures of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import TYPE_CHECKING, TypeAlias

from symbolic.harmony import ChordSymbol
from symbolic.key import Key
from symbolic.meter import Meter, Tempo
from symbolic.pitch import Pitch

if TYPE_CHECKING:
    from os import PathLike

    import numpy as np

BAR_STYLES = ("|", "||", "|]", "[|", ".|", "[|]", "")
"""Right bar lines as ABC draws them: plain, double, final, heavy-light, dotted, invisible, none."""

FIELD_NAMES = {
    "T": "title", "C": "composer", "A": "area", "B": "book", "D": "discography", "F": "file", "G": "group",
    "H": "history", "N": "notes", "O": "origin", "R": "rhythm", "S": "source", "W": "words",
    "Z": "transcription",
}  # fmt: skip
"""ABC's letters for the metadata of a score and the names they go by here (ABC 2.1, section 3)."""


@dataclass(frozen=True, slots=True)
class Note:
    """One note.

    Attributes:
        pitch: as written; a voice's `transposition` is not applied.
        duration: sounding length in quarter notes.
        tie: tied to the next note of the same pitch in this voice.
    """

    pitch: Pitch
    duration: Fraction
    tie: bool = False

    def __post_init__(self) -> None:
        if self.duration <= 0:
            raise ValueError(f"duration must be positive, got {self.duration}")


@dataclass(frozen=True, slots=True)
class Chord:
    """Notes struck together. The chord lasts as long as its first note (ABC 2.1, section 4.17)."""

    notes: tuple[Note, ...]

    def __post_init__(self) -> None:
        if not self.notes:
            raise ValueError("notes must not be empty")

    @property
    def duration(self) -> Fraction:
        """Length in quarter notes."""
        return self.notes[0].duration


@dataclass(frozen=True, slots=True)
class Rest:
    """Silence of `duration` quarter notes; a `whole_measure` rest fills its bar; it may be invisible."""

    duration: Fraction
    visible: bool = True
    whole_measure: bool = False

    def __post_init__(self) -> None:
        if self.duration <= 0:
            raise ValueError(f"duration must be positive, got {self.duration}")


@dataclass(frozen=True, slots=True)
class Grace:
    """Grace notes before the next note; they take no time. `slash` marks an acciaccatura."""

    notes: tuple[Note | Chord, ...]
    slash: bool = False


@dataclass(frozen=True, slots=True)
class Tuplet:
    """How the next `count` timed events are written: `actual` in the time of `normal`.

    Their durations are already the sounding ones; this only keeps the notation.
    """

    actual: int
    normal: int
    count: int

    def __post_init__(self) -> None:
        if min(self.actual, self.normal, self.count) < 1:
            raise ValueError(f"actual, normal and count must be positive, got {self}")


class Slur(Enum):
    """A slur starts before the next timed event, or ends after the last one."""

    START = "("
    END = ")"


@dataclass(frozen=True, slots=True)
class Decoration:
    """An ornament or sign on the next timed event (or the bar line), by its ABC name, e.g. ``trill``."""

    name: str


@dataclass(frozen=True, slots=True)
class Annotation:
    """Free text at a point; `placement` is one of ABC's ``^ _ < > @`` or empty."""

    text: str
    placement: str = ""


@dataclass(frozen=True, slots=True)
class Lyric:
    """A syllable sung on the next note. It ends in ``-`` inside a word; ``_`` prolongs the last one."""

    text: str
    verse: int = 1


@dataclass(frozen=True, slots=True)
class Section:
    """A section starts here, named as ABC's ``P:`` names it."""

    label: str


@dataclass(frozen=True, slots=True)
class Directive:
    """An instruction to typesetters or players, kept as it was written (ABC ``%%`` and ``I:``)."""

    text: str


@dataclass(frozen=True, slots=True)
class LineBreak:
    """The written line of music ends here (in the Essen collection: the phrase)."""


TimedEvent: TypeAlias = Note | Chord | Rest
Mark: TypeAlias = (
    Grace | Tuplet | Slur | Decoration | Annotation | Lyric | Section | Directive | LineBreak
    | ChordSymbol | Key | Meter | Tempo
)  # fmt: skip
Event: TypeAlias = TimedEvent | Mark
TIMED = (Note, Chord, Rest)


@dataclass(frozen=True)
class Measure:
    """What stands between two bar signs.

    Attributes:
        events: in order; overlays sound at the same time, each from the start of the measure.
        overlays: further layers of this voice (ABC ``&``).
        start_repeat: extra times the section that starts here is played: 0, or 1 for ``|:``, 2 for ``|::``.
        end_repeat: the same on the right-hand side, for ``:|``.
        ending: the passes (1, 2 …) for which an ending starts here; empty where none starts.
        bar: the right bar line, one of `BAR_STYLES`; ``|`` where `end_repeat` is set.
    """

    events: tuple[Event, ...] = ()
    overlays: tuple[tuple[Event, ...], ...] = ()
    start_repeat: int = 0
    end_repeat: int = 0
    ending: tuple[int, ...] = ()
    bar: str = "|"

    def __post_init__(self) -> None:
        if self.bar not in BAR_STYLES:
            raise ValueError(f"bar must be one of {BAR_STYLES}, got {self.bar!r}")
        if self.end_repeat and self.bar != "|":
            raise ValueError(f"bar must be '|' where end_repeat is set, got {self.bar!r}")
        if self.start_repeat < 0 or self.end_repeat < 0:
            counts = (self.start_repeat, self.end_repeat)
            raise ValueError(f"start_repeat and end_repeat must be 0 or more, got {counts}")
        if self.ending and (self.ending[0] < 1 or self.ending != tuple(sorted(set(self.ending)))):
            raise ValueError(f"ending must be ascending numbers from 1 on, got {self.ending}")

    @cached_property
    def duration(self) -> Fraction:
        """Length in quarter notes of the longest layer."""
        longest = layer_duration(self.events)
        for layer in self.overlays:
            longest = max(longest, layer_duration(layer))
        return longest

    @property
    def layers(self) -> tuple[tuple[Event, ...], ...]:
        """The main stream of events and the overlays."""
        return (self.events, *self.overlays)


def layer_duration(events: Sequence[Event]) -> Fraction:
    """Length of a stream of events in quarter notes."""
    top, bottom = 0, 1  # whole numbers, because adding fractions one by one costs ten times as much
    for event in events:
        if isinstance(event, TIMED):
            duration = event.duration
            denominator = duration.denominator
            if bottom % denominator:
                common = lcm(bottom, denominator)
                top *= common // bottom
                bottom = common
            top += duration.numerator * (bottom // denominator)
    return Fraction(top, bottom)


@dataclass(frozen=True, slots=True)
class Voice:
    """One voice or instrument.

    Attributes:
        id: unique within the score.
        measures: in written order, repeats not played out.
        name: what stands before the staff; may be empty.
        clef: as ABC names it (``bass``, ``alto`` …); empty for the default.
        transposition: semitones from written to sounding pitch.
        program: General MIDI program 0 … 127, or None where nothing says.
        percussion: plays on the drum channel.
        properties: further (name, value) pairs that the source gives.
    """

    id: str = "1"
    measures: tuple[Measure, ...] = ()
    name: str = ""
    clef: str = ""
    transposition: int = 0
    program: int | None = None
    percussion: bool = False
    properties: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if self.program is not None and not 0 <= self.program <= 127:
            raise ValueError(f"program must lie between 0 and 127, got {self.program}")


@dataclass(frozen=True, slots=True)
class Score:
    """A piece of music.

    Attributes:
        voices: at least one in a score that sounds.
        key, meter, tempo: in force at the start.
        metadata: (name, text) pairs in the order given; names as in `FIELD_NAMES`.
        reference: the number that ABC's ``X:`` gives.
        part_order: the order in which sections are played (ABC's header ``P:``), or empty.
        directives: ABC ``%%`` lines of the header, kept as written.
    """

    voices: tuple[Voice, ...] = ()
    key: Key = field(default_factory=Key)
    meter: Meter = field(default_factory=Meter)
    tempo: Tempo | None = None
    metadata: tuple[tuple[str, str], ...] = ()
    reference: int = 1
    part_order: str = ""
    directives: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        ids = [voice.id for voice in self.voices]
        if len(set(ids)) != len(ids):
            raise ValueError(f"voices must have different ids, got {ids}")

    @property
    def title(self) -> str:
        """The first title, or an empty string."""
        return self.info("title")

    def info(self, name: str) -> str:
        """The first metadata text called `name` (see `FIELD_NAMES`), or an empty string."""
        return next((text for key, text in self.metadata if key == name), "")

    def events(self) -> Iterator[Event]:
        """Every event of every voice, measure by measure, overlays after the main layer."""
        for voice in self.voices:
            for measure in voice.measures:
                for layer in measure.layers:
                    yield from layer

    @property
    def has_repeats(self) -> bool:
        """Whether playing the score differs from reading it from left to right."""
        return bool(self.part_order) or any(
            measure.end_repeat or measure.ending for voice in self.voices for measure in voice.measures
        )

    def with_voices(self, voices: tuple[Voice, ...]) -> Score:
        """The same score with other voices."""
        return replace(self, voices=voices)

    # The faces below belong to rooms above this one, so they are imported when called.

    @classmethod
    def from_abc(cls, text: str, *, strict: bool = False) -> Score:
        """Reads one tune; see `symbolic.abc.parse`."""
        from symbolic.abc import parse

        return parse(text, strict=strict)

    def to_abc(self) -> str:
        """Writes canonical ABC; see `symbolic.abc.write_abc`."""
        from symbolic.abc import write_abc

        return write_abc(self)

    @classmethod
    def from_midi(cls, source: bytes | str | PathLike[str]) -> Score:
        """Reads a MIDI file or its bytes; see `symbolic.midi.read_midi`."""
        from symbolic.midi import read_midi

        return read_midi(source)

    def to_midi(self) -> bytes:
        """The bytes of a MIDI file; see `symbolic.midi.write_midi`."""
        from symbolic.midi import write_midi

        return write_midi(self)

    def note_array(self, *, unfold: bool = False, grace: bool = False) -> np.ndarray:
        """Notes as a structured array; see `symbolic.timeline.note_array`."""
        from symbolic.timeline import note_array

        return note_array(self, unfold=unfold, grace=grace)

    def unfold(self) -> Score:
        """The score with repeats, endings and section order played out; see `symbolic.transform.unfold`."""
        from symbolic.transform import unfold

        return unfold(self)

    def transpose(self, by: int) -> Score:
        """Moved by semitones, well spelled; see `symbolic.transform.transpose`."""
        from symbolic.transform import transpose

        return transpose(self, by)
