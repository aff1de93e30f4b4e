"""Who writes scores from recordings: this project's pipeline, and other programs on the notes that it heard.

    pipeline:BACKEND            `transcription.pipeline`, the notes heard by a backend
    baseline:midi2abc           Allwright and Shlien's converter, as it is called without options; a program
                                of the package abcmidi
    baseline:music21-quantizer  music21's reader of MIDI files, which rounds to quarters and thirds of the
                                file's beat, with its key finder (Krumhansl–Schmuckler)
    baseline:partitura          its estimates of beats, metre, voices and key (Cancino-Chacón et al., 2022);
                                we round to quarters and thirds of its beats, and let the first begin a bar

The others hear nothing themselves: they get the notes of the default backend, so that what they make of them
can be compared. Notes in seconds come to them as MIDI at 120 quarter notes a minute, as transcribers of
notes write it.
"""

from __future__ import annotations

import subprocess
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import numpy as np

from eval.audio import Transcribed, heard, transcribed
from symbolic.abc import parse
from symbolic.errors import SymbolicError
from symbolic.key import Key
from symbolic.midi import read_midi
from symbolic.score import Score
from transcription.performance import Performance

TICKS = 480
PARTS_OF_A_BEAT = (4, 3)
MIDI2ABC_S = 60
"""Seconds after which midi2abc is given up."""


class Transcriber(Protocol):
    """Writes scores.

    Attributes:
        name: as the command line names it.
    """

    name: str

    def transcribe(self, source: Path | Performance) -> Transcribed:
        """The score of a sound file, a MIDI file or a performance, and the notes in seconds behind it.

        Raises:
            SymbolicError: it came to nothing.
        """


@dataclass(frozen=True, slots=True)
class Pipeline:
    """This project's, with a backend that hears the notes."""

    backend: str

    @property
    def name(self) -> str:
        """As the command line names it."""
        return f"pipeline:{self.backend}"

    def transcribe(self, source: Path | Performance) -> Transcribed:
        """See `Transcriber`."""
        return transcribed(source, backend=self.backend)


@dataclass(frozen=True, slots=True)
class Peer:
    """Another program, which writes the notes that the pipeline heard."""

    name: str
    write: Callable[[Performance], Score]

    def transcribe(self, source: Path | Performance) -> Transcribed:
        """See `Transcriber`."""
        performance = heard(source)
        return Transcribed(self.write(performance), performance)


def midi2abc(performance: Performance) -> Score:
    """The score that midi2abc writes.

    Raises:
        SymbolicError: it is not installed, fails, or takes a minute.
    """
    program = _midi2abc_path()
    with TemporaryDirectory() as folder:
        file = Path(folder, "notes.mid")
        file.write_bytes(as_midi(performance))
        command = [program, str(file)]
        try:
            run = subprocess.run(command, capture_output=True, timeout=MIDI2ABC_S, check=True)
        except subprocess.SubprocessError as exc:
            raise SymbolicError(f"midi2abc failed: {exc}") from exc
    return parse(run.stdout.decode("utf-8", errors="replace"))


def _midi2abc_path() -> str:
    program = which("midi2abc")
    if program is None:
        raise SymbolicError("baseline:midi2abc needs the program midi2abc: install the package abcmidi")
    return program


def music21_quantizer(performance: Performance) -> Score:
    """The score that music21 reads from a MIDI file, in the key that it finds.

    Raises:
        SymbolicError: music21 cannot read or analyse it.
    """
    from music21 import converter
    from music21.exceptions21 import Music21Exception

    from symbolic.interop import from_music21

    try:
        stream = converter.parseData(as_midi(performance), format="midi", quantizePost=True)
        key = stream.analyze("key")
        score = from_music21(stream)
    except (Music21Exception, ValueError, IndexError) as exc:
        raise SymbolicError(f"music21 failed: {exc}") from exc
    return replace(score, key=Key(key.tonic.name.replace("-", "b"), key.mode))


def partitura_estimators(performance: Performance) -> Score:
    """The score that partitura's estimators give.

    Raises:
        SymbolicError: partitura is missing, or finds no beat.
    """
    try:
        from partitura import musicanalysis
    except ImportError as exc:
        raise SymbolicError("baseline:partitura needs the package partitura: pip install partitura") from exc
    notes = performance.notes
    if len(notes) < 2:
        raise SymbolicError("partitura finds beats from two notes on")
    rows = _partitura_rows(notes)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            timing = musicanalysis.estimate_time(rows)
            voices = musicanalysis.estimate_voices(rows)
            key = Key.parse(_key_name(musicanalysis.estimate_key(rows)))
        except (ValueError, IndexError, ZeroDivisionError, KeyError) as exc:
            raise SymbolicError(f"partitura failed: {exc}") from exc
    beats = np.array([float(time) for time, _ in timing["beats"]])
    if len(beats) < 2:
        raise SymbolicError("partitura found no beats")
    onsets = _rounded(_beats_at(notes["onset_s"], beats))
    ends = np.maximum(_rounded(_beats_at(notes["onset_s"] + notes["duration_s"], beats)), onsets + 0.25)
    count = int(timing["meter_numerator"])
    shift = -count * np.floor(min(0.0, onsets.min()) / count)
    return _score(onsets + shift, ends + shift, notes, np.asarray(voices), count, key)


def _partitura_rows(notes: np.ndarray) -> np.ndarray:
    """Notes as partitura wants them."""
    dtype = [("onset_sec", "f4"), ("duration_sec", "f4"), ("pitch", "i4"), ("velocity", "i4"), ("id", "U8")]
    rows = np.zeros(len(notes), dtype)
    rows["onset_sec"], rows["duration_sec"] = notes["onset_s"], notes["duration_s"]
    rows["pitch"], rows["velocity"] = notes["pitch"], notes["velocity"]
    rows["id"] = [f"n{number}" for number in range(len(notes))]
    return rows


def _key_name(name: str) -> str:
    """``Dm`` → ``D minor``."""
    return f"{name.removesuffix('m')} {'minor' if name.endswith('m') else 'major'}"


def _beats_at(seconds: np.ndarray, beats: np.ndarray) -> np.ndarray:
    """Moments as numbers of beats; beyond the first and the last the tempo goes on."""
    step = np.clip(np.searchsorted(beats, seconds, side="right") - 1, 0, len(beats) - 2)
    places: np.ndarray = step + (seconds - beats[step]) / (beats[step + 1] - beats[step])
    return places


def _rounded(places: np.ndarray) -> np.ndarray:
    """Each place at the nearest part of a beat."""
    grids = np.stack([np.rint(places * parts) / parts for parts in PARTS_OF_A_BEAT])
    nearest = np.abs(grids - places).argmin(axis=0)
    found: np.ndarray = grids[nearest, np.arange(len(places))]
    return found


def _score(
    onsets: np.ndarray, ends: np.ndarray, notes: np.ndarray, voices: np.ndarray, count: int, key: Key
) -> Score:
    """The score in quarter-note beats, `count` in a bar, by way of MIDI."""
    import pretty_midi

    midi = _empty_midi()
    midi.time_signature_changes.append(pretty_midi.TimeSignature(count, 4, 0))
    number = pretty_midi.key_name_to_key_number(f"{key.tonic} {key.mode}")
    midi.key_signature_changes.append(pretty_midi.KeySignature(number, 0))
    for voice in np.unique(voices):
        own = voices == voice
        _add(midi, onsets[own] / 2, ends[own] / 2, notes[own])
    return read_midi(_bytes(midi), fold=False)


# MIDI


def as_midi(performance: Performance) -> bytes:
    """A performance as MIDI whose ticks are only a clock: 120 quarter notes a minute."""
    midi = _empty_midi()
    notes = performance.notes
    for track in np.unique(notes["track"]):
        own = notes[notes["track"] == track]
        _add(midi, own["onset_s"], own["onset_s"] + own["duration_s"], own)
    return _bytes(midi)


def _empty_midi() -> Any:
    import pretty_midi

    return pretty_midi.PrettyMIDI(resolution=TICKS, initial_tempo=120)


def _add(midi: Any, onsets: Iterable[float], ends: Iterable[float], notes: np.ndarray) -> None:
    import pretty_midi

    instrument = pretty_midi.Instrument(0)
    for onset, end, note in zip(onsets, ends, notes, strict=True):
        instrument.notes.append(
            pretty_midi.Note(max(1, int(note["velocity"])), int(note["pitch"]), float(onset), float(end))
        )
    midi.instruments.append(instrument)


def _bytes(midi: Any) -> bytes:
    file = BytesIO()
    midi.write(file)
    return file.getvalue()


PEERS: dict[str, Callable[[Performance], Score]] = {
    "midi2abc": midi2abc,
    "music21-quantizer": music21_quantizer,
    "partitura": partitura_estimators,
}
"""Name after ``baseline:`` → what writes the score."""


def peer(name: str) -> Peer:
    """The other program of a name.

    Raises:
        SymbolicError: it is not installed.
    """
    if name == "midi2abc":
        _midi2abc_path()
    return Peer(f"baseline:{name}", PEERS[name])
