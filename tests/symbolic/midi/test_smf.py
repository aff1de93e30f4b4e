from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbolic.errors import MidiFormatError
from symbolic.midi import read_midi, smf
from symbolic.midi.smf import MidiNote, parse_smf


def chunk(body: bytes) -> bytes:
    return b"MTrk" + len(body).to_bytes(4, "big") + body


def file_of(*bodies: bytes, kind: int = 1, division: int = 480) -> bytes:
    header = b"".join(number.to_bytes(2, "big") for number in (kind, len(bodies), division))
    return b"MThd\0\0\0\6" + header + b"".join(map(chunk, bodies))


NOTE = bytes.fromhex("00903c40 8360 803c00 00ff2f00")


def test_reads_notes_running_status_and_meta_events() -> None:
    body = bytes.fromhex(
        "00ff0304 466c6f65 00ff5804 03021808 00ff5902 fe00 00c049 00903c40 60 3c00 00 3e40 60 3e00 00ff2f00"
    )
    file = parse_smf(file_of(body))
    assert file.meters == [(0, 3, 4)]
    assert file.keys == [(0, -2, False)]
    (track,) = file.tracks
    assert (track.name, track.program) == ("Floe", 0x49)
    assert track.notes == [MidiNote(0, 96, 60, 64), MidiNote(96, 192, 62, 64)]


def test_a_note_whose_end_comes_before_its_start_has_no_length() -> None:
    grace = bytes.fromhex("00803c00 00903c40 60903e40 60803e00 00903c40 60803c00 00ff2f00")
    assert parse_smf(file_of(grace)).tracks[0].notes == [
        MidiNote(96, 192, 62, 64),
        MidiNote(192, 288, 60, 64),
    ]


def test_pedal_is_told_where_it_goes_down_and_up() -> None:
    half_pedal = bytes.fromhex("00b04014 10404010404a10405010403f 10b1407f 00903c40 60803c40 00ff2f00")
    other_control = bytes.fromhex("00b00740 00ff2f00")
    file = parse_smf(file_of(half_pedal, other_control))
    assert file.pedal == [(16, 0, True), (64, 0, False), (80, 1, True)]
    assert file.tracks[0].notes == [MidiNote(80, 176, 60, 64)]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty"),
        (b"X:1\nK:C\nabc|", "not a MIDI file"),
        (b"MThd\0\0", "cut off"),
        (file_of(NOTE)[:-3], "cut off: track 1 should have"),
        (file_of(NOTE, NOTE)[: -len(chunk(NOTE))], "cut off: 1 of 2 tracks"),
        (file_of(NOTE[:3]), "ends inside an event"),
        (file_of(b"\0\xff\x01\x7fabc"), "ends inside an event"),
        (file_of(b"\0\x3c\x40"), "without a status"),
        (file_of(b"\xff\xff\xff\xff\x7f\x90\x3c\x40"), "longer than four bytes"),
        (file_of(b"\0\x90\xff\x40"), "above 127"),
        (file_of(NOTE, division=0), "0 ticks"),
        (file_of(NOTE, division=0xE728), "SMPTE"),
        (file_of(NOTE, kind=2), "format 2"),
        (b"MThd\0\0\0\6\0\0\0\0\1\xe0", "cut off: 0 of 0"),
    ],
)
def test_bad_files_are_refused_in_one_line(data: bytes, message: str) -> None:
    with pytest.raises(MidiFormatError, match=message) as caught:
        read_midi(data)
    assert "\n" not in str(caught.value)


def test_more_notes_than_the_limit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smf, "MAX_NOTES", 100)
    with pytest.raises(MidiFormatError, match="more than 100 notes"):
        read_midi(file_of(bytes.fromhex("00903c40") * 101))


def test_a_million_notes_end_quickly() -> None:
    data = file_of(bytes.fromhex("00903c40 01803c00") * 1_000_000)
    start = time.process_time()
    with pytest.raises(MidiFormatError, match="split the file"):
        read_midi(data)
    assert time.process_time() - start < 10


def test_absurd_times_are_refused() -> None:
    with pytest.raises(MidiFormatError, match="bars"):
        read_midi(file_of(bytes.fromhex("00903c40 ffffff7f 803c00 00ff2f00"), division=1))


@given(st.data())
def test_damaged_bytes_raise_nothing_but_format_errors(data: st.DataObject) -> None:
    body = bytearray(file_of(NOTE, bytes.fromhex("00ff5804 06031808 00ff5103 07a120") + NOTE))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(14, len(body) - 1))
        match data.draw(st.sampled_from(["set", "insert", "delete"])):
            case "set":
                body[place] = data.draw(st.integers(0, 255))
            case "insert":
                body[place:place] = data.draw(st.binary(min_size=1, max_size=4))
            case "delete" if len(body) > 40:
                del body[place]
    with suppress(MidiFormatError):
        parse_smf(bytes(body))
