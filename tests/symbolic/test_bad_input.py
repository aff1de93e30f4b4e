"""Bad input: one line that says what is wrong, in bounded time and memory, and the good files converted.

The cases below "found by fuzzing" are what `tests/fuzz/fuzz_readers.py` turned up.
"""

import io
import os
import random
import struct
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbolic import SymbolicError
from symbolic.abc import lint, parse, read_book, write_abc
from symbolic.cli import main
from symbolic.io import decode, read_all
from symbolic.midi import read_midi, write_midi
from symbolic.pitch import Pitch
from symbolic.score import Measure, Note, Score, Voice

GOOD = "X:1\nK:C\nCDEF|\n"
MIDI_HEADER = b"MThd" + struct.pack(">IHHH", 6, 0, 1, 480)
NOTE = "<note><pitch><step>C</step><octave>4</octave></pitch><duration>4</duration></note>"


def midi(track: bytes) -> bytes:
    return MIDI_HEADER + b"MTrk" + struct.pack(">I", len(track)) + track


def musicxml(content: str, doctype: str = "") -> bytes:
    return (
        f'<?xml version="1.0"?>{doctype}<score-partwise><part-list><score-part id="P1"/></part-list>'
        f'<part id="P1"><measure>{content}</measure></part></score-partwise>'
    ).encode()


def bomb() -> bytes:
    """An archive of some kilobytes that unpacks to 300 MB."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("score.xml", "w", force_zip64=True) as file,
    ):
        for _ in range(300):
            file.write(b" " * 1_000_000)
    return buffer.getvalue()


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
NEVER_ENDING = b"\xff\xff\xff\x7f\x90\x3c\x40\xff\xff\xff\x7f\x80\x3c\x40"
BAD = {
    "prose.abc": (b"Dear diary,\ntoday I heard a reel.\n", "no tune here"),
    "binary.abc": (random.Random(1).randbytes(100_000), "binary file"),
    "empty.abc": (b"", "the file is empty"),
    "parens.abc": (b"(" * 50_000_000, "no tune here"),
    "header-and-parens.abc": (b"X:1\nK:C\n" + b"(" * 50_000_000, "a line over 200,000 characters"),
    "header-only.abc": (b"X:1\nT:x\nK:C\n", "there is no music in the file"),
    "prose.mid": (b"hello", "not a MIDI file"),
    "empty.mid": (b"", "the file is empty"),
    "cut.mid": (midi(b"\x00\x90\x3c\x40" * 10)[:-7], "cut off"),
    "absurd-ticks.mid": (midi(NEVER_ENDING + b"\x00\xff\x2f\x00"), "20,000 bars"),
    "million-notes.mid": (midi(b"\x01\x90\x3c\x40\x01\x80\x3c\x40" * 1_000_000), "200,000 notes"),
    "no-division.mid": (MIDI_HEADER[:-2] + b"\0\0" + midi(b"\x00\xff\x2f\x00")[14:], "0 ticks"),
    "external-entity.musicxml": (
        musicxml(f"<words>&e;</words>{NOTE}", '<!DOCTYPE s [<!ENTITY e SYSTEM "file:///etc/passwd">]>'),
        "declares the entity 'e'",
    ),
    "laughs.musicxml": (
        musicxml(f"<words>&l9;</words>{NOTE}", f'<!DOCTYPE s [<!ENTITY l0 "ha">{LAUGHS}]>'),
        "declares the entity 'l0'",
    ),
    "deep.musicxml": (b"<a>" * 1_000_000, "nested more than 200 deep"),
    "cut.musicxml": (musicxml(NOTE)[:-30], "not well-formed"),
    "absurd-metre.musicxml": (
        musicxml(f"<attributes><time><beats>999999999</beats></time></attributes>{NOTE}"),
        "<beats> holds '999999999'",
    ),
    "bomb.mxl": (bomb(), "unpacks to more than 50 MB"),
    "prose.mxl": (b"hello", "not a readable .mxl archive"),
    "prose.krn": (b"hello", "no **kern spine"),
}


@pytest.fixture(scope="module")
def bad_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bad")
    for name, (data, _) in BAD.items():
        (folder / name).write_bytes(data)
    (folder / "good.abc").write_text(GOOD)
    return folder


# ru_maxrss of a process starts at what its parent held, here pytest with torch; VmHWM does not.
BOUNDED = """
import pathlib, re, resource, sys
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
from symbolic.cli import main
code = main(sys.argv[1:])
status = pathlib.Path("/proc/self/status")
if status.exists():
    print(int(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1]) // 1024)
else:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
sys.exit(code)
"""


def test_folder_of_bad_files_in_bounded_time_and_memory(bad_folder: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", BOUNDED, str(bad_folder), str(tmp_path / "out"), "--to", "abc"]
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(command, capture_output=True, text=True, cwd=root, check=False)
    assert done.returncode == 1, done.stderr
    assert f"{len(BAD)} of {len(BAD) + 1} files failed" in done.stderr
    assert os.listdir(tmp_path / "out") == ["good.abc"]
    megabytes = int(done.stdout)
    assert megabytes < 700


@pytest.mark.parametrize("name", BAD)
def test_bad_file_is_told_in_one_line(
    bad_folder: Path, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = bad_folder / name
    assert main([str(path), str(tmp_path / "out.abc")]) == 2
    out, err = capsys.readouterr()
    assert err.startswith(f"symbolic-convert: {path}:")
    assert BAD[name][1] in err
    assert (out, err.count("\n"), os.listdir(tmp_path)) == ("", 1, [])


def test_entity_of_a_file_never_reaches_the_score(tmp_path: Path) -> None:
    (tmp_path / "secret.dtd").write_text('<!ENTITY e "secret">')
    path = tmp_path / "x.musicxml"
    path.write_bytes(musicxml(f"<words>&e;</words>{NOTE}", '<!DOCTYPE s SYSTEM "secret.dtd">'))
    with pytest.raises(SymbolicError, match="does not declare"):
        read_all(path)


# Quick on what invites a reader to look far back or ahead


@pytest.mark.parametrize(
    "text",
    [
        "[",
        "{",
        "(",
        '"',
        "!",
        "+",
        "[A:",
        '["',
        "(-",
        "(>",
        "^",
        "]",
        ",",
        "A\nw:a\nw:b\n",
        "A&",
        "[V:1]",
        "(9:9:9",
    ],
)
def test_reading_takes_time_in_proportion(text: str) -> None:
    start = time.process_time()
    _, problems = read_book("X:1\nK:C\n" + text * 20_000 + "\n")
    assert time.process_time() - start < 15, "in proportion this takes less than a second"
    assert len(problems) <= 1_001


# Found by fuzzing


@pytest.mark.parametrize(
    "text",
    [
        "X:1\nL:8/1\nQ:C84=40\nK:C\nA|\n",
        "X:1\nK:C\n[[[[[[[[[[[[CE]\n",
        "X:1\nK:C\n{{{{{{A}B\n",
    ],
)
def test_abc_found_by_fuzzing(text: str) -> None:
    lint(text)
    for score in read_book(text)[0]:
        assert parse(write_abc(score)) == score


def test_unit_of_a_beat_that_is_too_long_is_a_problem() -> None:
    (score,), problems = read_book("X:1\nQ:C84=40\nL:8/1\nK:C\nA|\n")
    assert score.tempo is None
    assert [problem.code for problem in problems] == ["bad-field"]


@pytest.mark.parametrize(("numerator", "power"), [(1, 8), (111, 8), (255, 9), (3, 0)])
def test_midi_with_a_metre_of_odd_units(numerator: int, power: int) -> None:
    signature = bytes([0x00, 0xFF, 0x58, 0x04, numerator, power, 24, 8])
    data = midi(signature + b"\x00\x90\x3c\x40\x87\x40\x80\x3c\x40\x00\xff\x2f\x00")
    again = read_midi(write_midi(read_midi(data)))
    assert [int(row["pitch"]) for row in again.note_array(unfold=True)] == [60]


@pytest.mark.parametrize("length", ["111/64", "1/64", "7/256"])
def test_bars_too_fine_for_a_midi_time_signature(length: str) -> None:
    fine = Measure((Note(Pitch("C"), Fraction(length)),))
    whole = Measure((Note(Pitch("D"), Fraction(4)),))
    assert read_midi(write_midi(Score((Voice("1", (whole, fine, whole)),)))).voices


# Any text, any bytes

MUSIC = st.text("ABCDEFGabcdefgzxXZ|:[](){}<>'\",/0123456789^_=-~.!+*&$%\\ \n\tVKLMQPwsIU\x00é", max_size=200)
TUNES = st.builds(lambda header, music: f"X:1\n{header}\nK:C\n{music}\n", MUSIC, MUSIC)


@contextmanager
def may_be_refused_in_one_line() -> Iterator[None]:
    told = ""
    try:
        yield
    except SymbolicError as error:
        told = str(error)
    assert "\n" not in told


@given(st.text(max_size=100) | MUSIC | TUNES)
def test_any_text_reads_or_is_refused(text: str) -> None:
    with may_be_refused_in_one_line():
        scores, _ = read_book(text)
        lint(text)
        for score in scores:
            score.note_array(unfold=True)
            write_abc(score)


@given(st.binary(max_size=200) | st.binary(max_size=200).map(midi))
def test_any_bytes_read_as_midi_or_are_refused(data: bytes) -> None:
    with may_be_refused_in_one_line():
        write_midi(read_midi(data))


@given(st.data())
def test_damaged_midi_reads_or_is_refused(data: st.DataObject) -> None:
    good = bytearray(write_midi(parse("X:1\nM:6/8\nQ:1/4=80\nK:D\n|:A3 (3BcdA|[Ace]3 d3:|\n")))
    for _ in range(data.draw(st.integers(1, 5))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    with may_be_refused_in_one_line():
        write_midi(read_midi(bytes(good)))


@given(st.binary(max_size=100), st.sampled_from(["abc", "mid", "musicxml", "mxl", "krn", "mei"]))
def test_any_bytes_in_any_format_are_refused_in_one_line(data: bytes, format: str) -> None:
    with may_be_refused_in_one_line():
        decode(data, format)
