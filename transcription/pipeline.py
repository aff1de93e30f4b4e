"""From a recording or a performance to a score, all the way.

    >>> from transcription import transcribe
    >>> score = transcribe("song.wav")  # doctest: +SKIP
    >>> print(score.to_abc())  # doctest: +SKIP

Audio is heard by a backend (`transcription.backends`), MIDI is read (`transcription.midi`); from there the
way is the same: where the beat is, what stands there in the score, how it is written. A MIDI file that
already holds a score is read as it stands. Where there is nothing to write down, the score is one empty
bar, and a warning says so.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from symbolic import io
from symbolic.errors import SymbolicError
from symbolic.meter import Meter
from symbolic.midi.bars import MAX_BARS
from symbolic.midi.smf import MidiFile, parse_smf
from symbolic.score import Score
from transcription.backends import get_backend
from transcription.beatmap import Beatmap
from transcription.performance import Performance

DEFAULT_BACKEND = "basic-pitch"
MIDI_SUFFIXES = frozenset({".mid", ".midi", ".smf", ".kar"})
_MIDI_HEAD = b"MThd"


@dataclass(frozen=True, slots=True, eq=False)
class Transcription:
    """A score and how it was come by.

    Attributes:
        score: what was written down.
        performance: the notes in seconds that were heard or read.
        beatmap: when the score's quarter notes come in the performance, its repeats played out.
        warnings: what the user should know, in sentences.
    """

    score: Score
    performance: Performance
    beatmap: Beatmap
    warnings: tuple[str, ...] = ()

    def encode(self, format: str) -> bytes:
        """The bytes of a file; MIDI gets the tempo of the performance.

        Args:
            format: one of `symbolic.io.WRITABLE`.

        Raises:
            UnsupportedFeatureError: what the format cannot hold.
        """
        if format == "mid":
            from transcription.midi import write_timed_midi

            return write_timed_midi(self.score, self.beatmap)
        return io.encode([self.score], format)


@dataclass(frozen=True, slots=True)
class Options:
    """How to transcribe.

    Attributes:
        backend: who hears the notes of a recording (`transcription.backends`).
        texture: what kind of music it is, one of `transcription.notes.TEXTURES`.
        chords: write chord symbols.
        meter: the metre, where it is known.
        cache: a folder that keeps what was heard of each recording, or None.
    """

    backend: str = DEFAULT_BACKEND
    texture: str = "auto"
    chords: bool = False
    meter: Meter | None = None
    cache: Path | None = None


DEFAULTS = Options()


def transcribe(
    source: str | os.PathLike[str] | Performance,
    *,
    backend: str = DEFAULT_BACKEND,
    texture: str = "auto",
    chords: bool = False,
    meter: Meter | str | None = None,
    cache: str | os.PathLike[str] | None = None,
    progress: Callable[[float], None] | None = None,
) -> Score:
    """The score of a recording, of a MIDI file, or of a performance.

    Args:
        source: the path of an audio or MIDI file, or notes in seconds.
        backend: who hears the notes of a recording; ``symbolic-transcribe --backend list`` names them.
        texture: ``auto``, or what kind of music a recording holds.
        chords: write chord symbols.
        meter: the metre, such as ``3/4``, where it is known.
        cache: a folder that keeps what was heard, so that another try with other options is quick.
        progress: is told how much of a recording has been heard, 0 … 1.

    Raises:
        SymbolicError: the file cannot be read, or an option is unknown.
        MissingDependencyError: a package is needed that is not installed; the message says which.
    """
    options = Options(backend, texture, chords, parse_meter(meter), Path(cache) if cache else None)
    return transcribe_with_details(source, options, progress).score


def transcribe_with_details(
    source: str | os.PathLike[str] | Performance,
    options: Options = DEFAULTS,
    progress: Callable[[float], None] | None = None,
) -> Transcription:
    """Like `transcribe`, and the performance, its beats, and warnings.

    Args:
        source: the path of an audio or MIDI file, which gives the score its title where nothing else does;
            or notes in seconds.
        options: how.
        progress: is told how much of a recording has been heard, 0 … 1.

    Raises:
        SymbolicError: the file cannot be read, or an option is unknown.
        MissingDependencyError: a package is needed that is not installed; the message says which.
    """
    if isinstance(source, Performance):
        return write_down(source, options)
    path = Path(source)
    with io.told_with(str(path)):
        file = parse_smf(io.load(str(path))) if is_midi(path) else None
    if file is not None:
        return _from_midi(file, path.stem, options)
    if path.suffix.lower() in io.SUFFIXES:
        raise SymbolicError("this is a score already: read it with symbolic-convert", path=str(path))
    performance, warnings = get_backend(options.backend).hear(path, options.texture, options.cache, progress)
    found = write_down(performance, options, title=path.stem)
    return replace(found, warnings=(*warnings, *found.warnings))


def parse_meter(meter: Meter | str | None) -> Meter | None:
    """The metre that a user names.

    Raises:
        SymbolicError: it is none, or free, which has no bars to write.
    """
    if meter is None or isinstance(meter, Meter):
        return meter
    try:
        found = Meter.parse(meter)
    except ValueError as error:
        raise SymbolicError(str(error)) from error
    if found.is_free:
        raise SymbolicError("the metre must have bars, such as 3/4")
    return found


def is_midi(path: Path) -> bool:
    """Whether a file is MIDI by its first bytes, or by its suffix where there are no bytes that tell."""
    with path.open("rb") as file:
        head = file.read(len(_MIDI_HEAD))
    return head == _MIDI_HEAD or path.suffix.lower() in MIDI_SUFFIXES


# MIDI


def _from_midi(file: MidiFile, name: str, options: Options) -> Transcription:
    from transcription.midi import click_beatmap, exact_score, is_score, performance_of, stated_beatmap

    performance = performance_of(file)
    title = file.title or name
    if not len(performance.notes) or not is_score(file):
        beatmap = click_beatmap(file, options.meter)
        return write_down(performance, options, title=title, beatmap=beatmap)
    given = {"the metre": options.meter, "the wish for chords": options.chords}
    ignored = [what for what, wanted in given.items() if wanted]
    warnings = tuple(f"the file is a score and is left as it stands: {what} is ignored" for what in ignored)
    beatmap = stated_beatmap(file)
    score = exact_score(file, beatmap)
    if not score.title:
        score = replace(score, metadata=(("title", title), *score.metadata))
    return Transcription(score, performance, beatmap, warnings)


# From notes to notation


def write_down(
    performance: Performance, options: Options, *, title: str = "", beatmap: Beatmap | None = None
) -> Transcription:
    """The score of a performance.

    Args:
        performance: the notes.
        options: how.
        title: of the piece.
        beatmap: when the beats and bars come, where that is known.

    Raises:
        SymbolicError: more than `symbolic.midi.bars.MAX_BARS` bars.
    """
    from transcription.beats import find_beats
    from transcription.notate import notate, unlike
    from transcription.quantize import NOTE, quantize

    if beatmap is None:
        beatmap = find_beats(performance, meter=options.meter)
    if len(beatmap.bars) > MAX_BARS:
        raise SymbolicError(f"longer than {MAX_BARS:,} bars: split it into pieces")
    quantized = quantize(performance, beatmap)
    score = notate(quantized, beatmap, title=title, chords=options.chords)
    warnings = [] if len(performance.notes) else ["no notes were found: the score is one empty bar"]
    if differing := unlike(quantized, score):
        total = int((quantized.notes["kind"] == NOTE).sum())
        warnings.append(
            f"repeats are written once although {differing} of {total} notes were played otherwise there"
        )
    return Transcription(score, performance, beatmap, tuple(warnings))
