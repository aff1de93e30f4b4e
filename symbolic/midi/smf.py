"""Standard MIDI File bytes as plain values: notes, pedal, tempos, signatures, keys, texts, in ticks.

Bytes come from anywhere, so every length is checked before it is believed, and the numbers of bytes
and notes are bounded. This is done here, in Python, because symusic 0.5.9 (which writes our files) ends
the process with a segmentation fault on some malformed ones. Source: *Standard MIDI Files 1.0*, MIDI
Manufacturers Association RP-001 (1996).

One `MidiTrack` stands for the notes of one channel in one track chunk. A note-off ends the earliest
open note of its pitch; a note that is never ended lasts to the end of its chunk.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import NamedTuple

from symbolic.errors import MidiFormatError

MAX_BYTES = 16 * 2**20
MAX_NOTES = 200_000
"""More notes than this are refused: a long symphony has some 100,000."""
DRUM_CHANNEL = 9
SUSTAIN_PEDAL = 64
"""Number of the control."""
_PEDAL_DOWN = 64
"""Values of a pedal from this on mean down; pianos with half pedal send all of 0 … 127."""
_DATA_BYTES = {0x8: 2, 0x9: 2, 0xA: 2, 0xB: 2, 0xC: 1, 0xD: 1, 0xE: 2}


class MidiNote(NamedTuple):
    """A note in ticks from the start of the file; `end` is not before `start`."""

    start: int
    end: int
    pitch: int
    velocity: int = 64


@dataclass(slots=True)
class MidiTrack:
    """The notes of one channel in one track chunk, by start and pitch; lyrics as (tick, text)."""

    name: str = ""
    program: int | None = None
    percussion: bool = False
    notes: list[MidiNote] = field(default_factory=list)
    lyrics: list[tuple[int, str]] = field(default_factory=list)


@dataclass(slots=True)
class MidiFile:
    """What a file says, each list in order of ticks.

    Attributes:
        ticks_per_quarter: positive.
        tracks: those that have notes.
        tempos: (tick, microseconds per quarter note).
        meters: (tick, numerator, denominator).
        keys: (tick, sharps or negative flats, whether minor).
        markers: (tick, text).
        pedal: (tick, channel, whether down), where the sustain pedal of a channel is moved.
        title: the name of a chunk without notes that comes before all notes, else empty.
        copyright: the first copyright notice, or empty.
        note_count: notes in all tracks.
    """

    ticks_per_quarter: int
    tracks: list[MidiTrack] = field(default_factory=list)
    tempos: list[tuple[int, int]] = field(default_factory=list)
    meters: list[tuple[int, int, int]] = field(default_factory=list)
    keys: list[tuple[int, int, bool]] = field(default_factory=list)
    markers: list[tuple[int, str]] = field(default_factory=list)
    pedal: list[tuple[int, int, bool]] = field(default_factory=list)
    title: str = ""
    copyright: str = ""
    note_count: int = 0


def parse_smf(data: bytes) -> MidiFile:
    """Reads the bytes of a Standard MIDI File, format 0 or 1.

    Raises:
        MidiFormatError: not MIDI, damaged, timed in SMPTE frames, of format 2, or too large.
    """
    if not data:
        raise MidiFormatError("the file is empty; export it again")
    if data[:4] != b"MThd":
        raise MidiFormatError("not a MIDI file: it does not start with 'MThd'")
    if len(data) > MAX_BYTES:
        raise MidiFormatError(f"larger than {MAX_BYTES >> 20} MiB; split it into pieces")
    header = int.from_bytes(data[4:8], "big")
    if len(data) < 14 or header < 6:
        raise MidiFormatError("the header is damaged or cut off; copy or export the file again")
    kind, division = int.from_bytes(data[8:10], "big"), int.from_bytes(data[12:14], "big")
    if kind > 1:
        raise MidiFormatError(f"format {kind} holds independent sequences; export it as format 0 or 1")
    if division & 0x8000:
        raise MidiFormatError(
            "timed in SMPTE frames, so it has no beats; export it in ticks per quarter note"
        )
    if division == 0:
        raise MidiFormatError("0 ticks per quarter note; export the file again")
    file = MidiFile(division)
    position, number = 8 + header, 0
    while position + 8 <= len(data):
        name, length = data[position : position + 4], int.from_bytes(data[position + 4 : position + 8], "big")
        position += 8
        if name == b"MTrk":
            if position + length > len(data):
                raise MidiFormatError(
                    f"cut off: track {number + 1} should have {length} bytes and has {len(data) - position}; "
                    "copy or export the file again"
                )
            _read_chunk(data[position : position + length], number, file)
            number += 1
        position += length
    declared = int.from_bytes(data[10:12], "big")
    if number < declared or not number:
        raise MidiFormatError(
            f"cut off: {number} of {declared} tracks are there; copy or export the file again"
        )
    for events in (file.tempos, file.meters, file.keys, file.markers, file.pedal):
        events.sort(key=lambda event: event[0])
    return file


def _variable_length(chunk: bytes, position: int) -> tuple[int, int]:
    """A number of up to four bytes of 7 bits, and the position after it."""
    value = 0
    for _ in range(4):
        byte = chunk[position]
        position += 1
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, position
    raise MidiFormatError(
        f"a number longer than four bytes at byte {position} of a track; export the file again"
    )


def _read_chunk(chunk: bytes, number: int, file: MidiFile) -> None:
    reader = _ChunkReader(number, file)
    try:
        reader.read(chunk)
    except IndexError:
        raise MidiFormatError(
            f"track {number + 1} ends inside an event; copy or export the file again"
        ) from None
    tracks = reader.finish()
    if not (tracks or file.tracks or file.title):
        file.title = reader.name
    file.tracks += tracks


class _ChunkReader:
    """Reads one track chunk event by event; an index beyond the chunk raises IndexError."""

    def __init__(self, number: int, file: MidiFile) -> None:
        self.number = number
        self.file = file
        self.name = ""
        self.now = 0
        self.notes: defaultdict[int, list[MidiNote]] = defaultdict(list)
        # (channel, pitch) → (start, velocity) of the notes that sound
        self.open: defaultdict[tuple[int, int], deque[tuple[int, int]]] = defaultdict(deque)
        # A note whose own note-off came just before it, in the same tick, has no length: some programs
        # write grace notes so. It shows when the next note of its pitch starts and it still sounds.
        self.stray_off: dict[tuple[int, int], int] = {}
        self.doubtful: dict[tuple[int, int], tuple[int, int]] = {}
        self.programs: dict[int, int] = {}
        self.lyrics: list[tuple[int, str]] = []
        self.pedal_down: dict[int, bool] = {}

    def read(self, chunk: bytes) -> None:
        position, status, size = 0, 0, len(chunk)
        now = 0
        while position < size:
            delta = chunk[position]
            position += 1
            if delta & 0x80:
                delta, position = _variable_length(chunk, position - 1)
            now += delta
            byte = chunk[position]
            if byte >= 0xF0:
                self.now = now
                kind = chunk[position + 1] if byte == 0xFF else -1
                length, position = _variable_length(chunk, position + (2 if byte == 0xFF else 1))
                if position + length > size:
                    raise IndexError
                if kind == 0x2F:
                    break
                self.meta(kind, chunk[position : position + length])
                position += length
                continue
            if byte & 0x80:
                status = byte
                position += 1
            elif not status:
                raise MidiFormatError(
                    f"a data byte without a status at byte {position} of track {self.number + 1}; "
                    "export the file again"
                )
            kind, channel = status >> 4, status & 0x0F
            first = chunk[position]
            if kind == 0x9 or kind == 0x8:
                velocity = chunk[position + 1]
                if first > 127 or velocity > 127:
                    raise MidiFormatError(
                        f"a note number above 127 in track {self.number + 1}; export it again"
                    )
                self.note(now, channel, first, velocity if kind == 0x9 else 0)
            elif kind == 0xC:
                self.programs.setdefault(channel, first & 0x7F)
            elif kind == 0xB and first == SUSTAIN_PEDAL:
                self.pedal(now, channel, chunk[position + 1] >= _PEDAL_DOWN)
            position += _DATA_BYTES[kind]
        self.now = now

    def note(self, now: int, channel: int, pitch: int, velocity: int) -> None:
        waiting = self.open[channel, pitch]
        if velocity:
            self.file.note_count += 1
            if self.file.note_count > MAX_NOTES:
                raise MidiFormatError(f"more than {MAX_NOTES:,} notes; split the file into pieces")
            if waiting and self.doubtful.get((channel, pitch)) == waiting[0]:
                waiting.popleft()
            waiting.append((now, velocity))
            if self.stray_off.get((channel, pitch)) == now and len(waiting) == 1:
                self.doubtful[channel, pitch] = waiting[0]
        elif waiting:
            start, struck = waiting.popleft()
            self.notes[channel].append(MidiNote(start, now, pitch, struck))
        else:
            self.stray_off[channel, pitch] = now

    def pedal(self, now: int, channel: int, is_down: bool) -> None:
        if self.pedal_down.get(channel, False) != is_down:
            self.pedal_down[channel] = is_down
            self.file.pedal.append((now, channel, is_down))

    def meta(self, kind: int, body: bytes) -> None:
        file, now = self.file, self.now
        if kind == 0x51 and len(body) >= 3:
            micros = int.from_bytes(body[:3], "big")
            if micros:
                file.tempos.append((now, micros))
        elif kind == 0x58 and len(body) >= 2:
            if body[0] and body[1] <= 9:
                file.meters.append((now, body[0], 1 << body[1]))
        elif kind == 0x59 and len(body) >= 2:
            sharps = body[0] - 256 if body[0] > 127 else body[0]
            if -7 <= sharps <= 7:
                file.keys.append((now, sharps, body[1] == 1))
        elif kind == 0x06:
            file.markers.append((now, _text(body)))
        elif kind == 0x05:
            self.lyrics.append((now, _text(body)))
        elif kind == 0x03 and not self.name:
            self.name = _text(body).strip()
        elif kind == 0x02 and not file.copyright:
            file.copyright = _text(body).strip()

    def finish(self) -> list[MidiTrack]:
        for (channel, pitch), waiting in self.open.items():
            for start, struck in waiting:
                if self.doubtful.get((channel, pitch)) != (start, struck):
                    self.notes[channel].append(MidiNote(start, self.now, pitch, struck))
        tracks = []
        for channel, notes in sorted(self.notes.items()):
            notes.sort(key=lambda note: (note.start, note.pitch, note.end))
            program = self.programs.get(channel)
            tracks.append(MidiTrack(self.name, program, channel == DRUM_CHANNEL, notes, self.lyrics))
            self.lyrics = []
        return tracks


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8").replace("\0", "")
    except UnicodeDecodeError:
        return body.decode("latin-1").replace("\0", "")
