"""Make ``abc_notes.jsonl.xz``: what real ABC tunes sound like, where two outside programs agree.

Each tune of music21's corpus is played by abc2midi (in C, through a MIDI file) and by abcjs (in JavaScript,
through the note list it hands to its synthesiser).  The two share no code.  A tune is kept where both give
the same multiset of (onset, pitch), repeats played out; its durations are kept where they agree as well.
Neither this script nor its result uses any reader of this project.

What the programs would do to make a performance lively is taken away first, the same for both: grace notes
take no time (their accidentals still hold), ornaments and staccato dots are plain notes, ``R:hornpipe`` does
not swing, chord symbols are not played, ``Q:`` does not change the time scale, ``%%MIDI`` lines are dropped.

The programs, and how to run this again::

    apt-get install abcmidi             # Debian 12: abc2midi 4.84
    npm install --prefix DIR abcjs@6.7.2
    pip install music21==10.5.1         # only its folder of scores is read
    python -m tests.golden.make_reference --node-modules DIR [--raw FILE]

The same programs and tunes give the same bytes.
"""

from __future__ import annotations

import argparse
import json
import lzma
import re
import shutil
import struct
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

from tests.golden import NOTES_FILE, iter_corpus_tunes, text_hash

NODE_SCRIPT = Path(__file__).with_name("abcjs_notes.mjs")
TOLERANCE = Fraction(1, 96)
"""Onsets of the two programs nearer than this, in quarters, are the same."""

PER_QUARTER = range(1, 481)
"""Parts of a quarter note in which a tune may be counted, coarsest first."""

ROUNDING = 0.0005
"""How far abcjs's times may lie from the exact ones, in quarters."""

PLAIN_PERFORMANCE = (
    "%%MIDI gchordoff",
    "%%MIDI chordattack 0",
    "%%MIDI trim 0/1",
    # No room for grace notes: they are dropped after their accidentals were read (-NGRA drops these too).
    "%%MIDI gracedivider 0",
)
ABC2MIDI_OPTIONS = ("-silent", "-NFNP", "-NFER", "-NGUI", "-NCOM")

PERFORMANCE_LINE = re.compile(r"^(R:|Q:|%%\s*MIDI\b|I:\s*MIDI\b).*\n?", re.MULTILINE)
FIELD_LINE = re.compile(r"[A-Za-z+]:|%")
MUSIC_TOKEN = re.compile(r'"[^"]*"|![^!\s]*!|\[[A-Za-z]:[^\]]*\]|%.*|[.~H-Wh-w]|[^"!\[%.~H-Wh-w]+|.')

RawNote = tuple[float, float, int]
"""Onset and duration in quarters, as a program gave them, and MIDI pitch."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """What both programs say about a tune, in units of ``1 / per_quarter`` quarters."""

    per_quarter: int
    notes: tuple[tuple[int, int], ...]
    lengths: tuple[int, ...] | None


def without_performance(text: str) -> str:
    """Drop the lines that tell a program how to perform, not what is written."""
    return PERFORMANCE_LINE.sub("", text)


def for_abc2midi(text: str) -> str:
    """Make abc2midi play the bare notes of a tune: its first line is ``X:1``, decoration letters are gone."""
    lines = without_performance(text).split("\n")[1:]
    in_body = False
    result = ["X:1", *PLAIN_PERFORMANCE]
    for line in lines:
        if in_body and not FIELD_LINE.match(line):
            line = "".join(t for t in MUSIC_TOKEN.findall(line) if not re.fullmatch(r"[.~H-Wh-w]", t))
        in_body = in_body or line.startswith("K:")
        result.append(line)
    return "\n".join(result)


def abc2midi_notes(text: str) -> list[RawNote]:
    """Play one tune with abc2midi.

    Returns:
        The notes of all its tracks; none if the program made no file or did not end within ten seconds.
    """
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in.abc"), Path(folder, "out.mid")
        source.write_text(for_abc2midi(text), encoding="utf-8")
        command = ["abc2midi", str(source), "1", *ABC2MIDI_OPTIONS, "-o", str(target)]
        try:
            subprocess.run(
                command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=10, check=False
            )
        except subprocess.TimeoutExpired:
            return []
        return list(midi_notes(target.read_bytes())) if target.exists() else []


def midi_notes(data: bytes) -> Iterator[RawNote]:
    """Read the notes of a Standard MIDI File as abc2midi writes it (each note starts one tick late)."""
    _, _, division = struct.unpack(">HHH", data[8:14])
    position = 14
    while position < len(data):
        size = struct.unpack(">I", data[position + 4 : position + 8])[0]
        track = data[position + 8 : position + 8 + size]
        position += 8 + size
        sounding: dict[int, list[int]] = {}
        for tick, status, pitch, velocity in channel_events(track):
            kind = status & 0xF0
            if kind == 0x90 and velocity:
                sounding.setdefault(pitch, []).append(tick - 1)
            elif kind in (0x80, 0x90) and sounding.get(pitch):
                start = sounding[pitch].pop(0)
                yield start / division, (tick - start) / division, pitch


def channel_events(track: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Walk through a track: tick, status byte and the two data bytes of each channel message."""
    position = tick = status = 0

    def number() -> int:
        nonlocal position
        value = 0
        while True:
            byte = track[position]
            position += 1
            value = value << 7 | byte & 0x7F
            if byte < 0x80:
                return value

    while position < len(track):
        tick += number()
        if track[position] >= 0x80:
            status = track[position]
            position += 1
        if status in (0xF0, 0xF7, 0xFF):
            if status == 0xFF:
                position += 1
            skipped = number()
            position += skipped
        elif status & 0xE0 == 0xC0:
            position += 1
        else:
            yield tick, status, track[position], track[position + 1]
            position += 2


def abcjs_notes(tunes: Sequence[tuple[str, str]], node_modules: Path) -> dict[str, list[RawNote]]:
    """Play tunes with abcjs.

    Args:
        tunes: Pairs of id and text.
        node_modules: The folder in which ``npm install abcjs`` was run.

    Returns:
        The notes by id; none for a tune that the program fails on.
    """
    lines = (json.dumps({"id": name, "abc": without_performance(text)}) for name, text in tunes)
    command = ["node", str(NODE_SCRIPT)]
    answer = subprocess.run(
        command, input="\n".join(lines), stdout=subprocess.PIPE, cwd=node_modules, text=True, check=True
    )
    records = [json.loads(line) for line in answer.stdout.splitlines() if line.startswith("{")]
    return {r["id"]: [(s, d, p) for s, d, p in r.get("notes", ())] for r in records}


def agreement(abcjs: Sequence[RawNote], abc2midi: Sequence[RawNote]) -> Agreement | None:
    """Compare the notes that the two programs give for a tune.

    The exact times come from abcjs, which rounds to a millionth of a whole note; abc2midi confirms them
    in whole ticks of 1/480 quarter.

    Returns:
        The common notes on the coarsest grid that holds them, or None where the programs differ.
    """
    if not abcjs or len(abcjs) != len(abc2midi):
        return None
    ours, theirs = sorted(abcjs, key=by_pitch), sorted(abc2midi, key=by_pitch)
    if any(a[2] != b[2] or abs(a[0] - b[0]) > TOLERANCE for a, b in zip(ours, theirs, strict=True)):
        return None
    per_quarter = coarsest_grid([onset for onset, _, _ in ours])
    if per_quarter is None:
        return None
    onsets = [round(onset * per_quarter) for onset, _, _ in ours]
    rows = sorted((on, pitch, length) for on, (_, length, pitch) in zip(onsets, ours, strict=True))
    check = sorted((on, pitch, length) for on, (_, length, pitch) in zip(onsets, theirs, strict=True))
    lengths = [length for _, _, length in rows]
    finer = coarsest_grid(lengths, multiple_of=per_quarter)
    same_lengths = all(abs(a[2] - b[2]) <= TOLERANCE for a, b in zip(rows, check, strict=True))
    if finer is None or not same_lengths:
        return Agreement(per_quarter, tuple((on, pitch) for on, pitch, _ in rows), None)
    scale = finer // per_quarter
    return Agreement(
        finer,
        tuple((on * scale, pitch) for on, pitch, _ in rows),
        tuple(round(length * finer) for length in lengths),
    )


def by_pitch(note: RawNote) -> tuple[int, float, float]:
    """Order notes so that two programs' notes can be paired although their onsets are rounded differently."""
    return note[2], note[0], note[1]


def coarsest_grid(times: Iterable[float], multiple_of: int = 1) -> int | None:
    """Find the fewest parts of a quarter note in which all times are whole numbers, but for rounding."""
    distinct = {round(time, 6) for time in times}
    for parts in PER_QUARTER:
        if parts % multiple_of == 0 and all(abs(t - round(t * parts) / parts) < ROUNDING for t in distinct):
            return parts
    return None


def encode(name: str, sha: str, common: Agreement) -> str:
    """Write one line of the file (its format: ``README.md``)."""
    onsets = [0, *(onset for onset, _ in common.notes)]
    pitches = [0, *(pitch for _, pitch in common.notes)]
    record = {
        "id": name,
        "sha": sha,
        "per_quarter": common.per_quarter,
        "steps": [b - a for a, b in pairwise(onsets)],
        "pitches": [b - a for a, b in pairwise(pitches)],
        "lengths": common.lengths,
    }
    return json.dumps(record, separators=(",", ":"))


def progress(done: int, total: int) -> None:
    """Show on standard error how far the long part is."""
    if done % 1000 == 0 or done == total:
        print(f"abc2midi: {done} of {total} tunes", file=sys.stderr)


def corpus_folder() -> Path:
    """Where music21 keeps its scores, without importing it."""
    spec = find_spec("music21")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("music21 is not installed: pip install music21==10.5.1")
    return Path(spec.submodule_search_locations[0], "corpus")


def main(argv: Sequence[str] | None = None) -> int:
    """Play every tune of the corpus with both programs and write the notes that they share."""
    parser = argparse.ArgumentParser(description="Make the expected notes of the ABC reader's golden test.")
    parser.add_argument(
        "--node-modules", type=Path, required=True, help="folder in which abcjs was installed"
    )
    parser.add_argument("--corpus", type=Path, help="folder with .abc files (default: music21's)")
    parser.add_argument("--output", type=Path, default=NOTES_FILE)
    parser.add_argument("--raw", type=Path, help="also write what each program said, one JSON a tune")
    arguments = parser.parse_args(argv)
    for program in ("abc2midi", "node"):
        if shutil.which(program) is None:
            parser.error(f"{program} is not installed")

    tunes = list(iter_corpus_tunes(arguments.corpus or corpus_folder()))
    from_abcjs = abcjs_notes(tunes, arguments.node_modules)
    from_abc2midi: dict[str, list[RawNote]] = {}
    with ThreadPoolExecutor() as pool:
        played = pool.map(abc2midi_notes, (text for _, text in tunes))
        for done, ((name, _), notes) in enumerate(zip(tunes, played, strict=True), 1):
            from_abc2midi[name] = notes
            progress(done, len(tunes))

    lines: list[str] = []
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for name, text in sorted(tunes):
        common = agreement(from_abcjs[name], from_abc2midi[name])
        count = counts[name.partition("/")[0]]
        count["tunes"] += 1
        if common is not None:
            lines.append(encode(name, text_hash(text), common))
            count["notes agreed"] += 1
            count["durations agreed"] += common.lengths is not None
    data = "".join(line + "\n" for line in lines).encode("utf-8")
    arguments.output.write_bytes(lzma.compress(data, preset=9 | lzma.PRESET_EXTREME))
    if arguments.raw:
        with arguments.raw.open("w", encoding="utf-8") as raw:
            for name, text in tunes:
                record = {"id": name, "abc": text, "abcjs": from_abcjs[name], "abc2midi": from_abc2midi[name]}
                print(json.dumps(record), file=raw)
    for collection, count in sorted(counts.items()):
        print(f"{collection:22}", *(f"{key} {value}" for key, value in count.items()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
