"""Fuzzing by coverage: looks for bytes on which a reader fails in a way it must not.

A reader may raise `SymbolicError` and nothing else, must end within seconds, and what it reads must go
through the writers. Run by hand, in an environment with atheris (``pip install atheris``)::

    python -m tests.fuzz.fuzz_readers abc -max_total_time=300 -timeout=20 -rss_limit_mb=2048

The first word is one of `TARGETS`; the others are options of libFuzzer, or a folder of inputs to start from.
What it finds is left in the current folder as ``crash-…`` or ``timeout-…`` and belongs, cut down, in
`tests/symbolic/test_bad_input.py`.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["symbolic"]):
    from symbolic import io
    from symbolic.abc import lint, parse, read_book, write_abc, write_interleaved
    from symbolic.errors import SymbolicError
    from symbolic.interop import export, reading  # noqa: F401  # imported here to be instrumented
    from symbolic.midi import read_midi, write_midi
    from symbolic.score import Score

TUNES = (
    'X:1\nT:a\nM:6/8\nL:1/8\nQ:1/4=80\nK:Ador\n|:A3 {/g}B>c [CE]2|1 (3ABc d:|2 "Am"!f!z3||\nw:la-la *|\n',
    "X:1\nP:AB2\nM:C|\nV:1\nV:2 clef=bass\nK:D\n[V:1]A-A&D2|Z2|[V:2]D,,4|z4|]\nP:B\n",
    "%%MIDI program 1\nX:2\nU:T=!trill!\nm:~n2=n/n/\n"
    "K:C exp ^f_b\n~A2 TB x2 y [K:Em][M:3/4][L:1/4]^c__d\\\n=e,'|\n",
)
KERN = (
    "**kern\t**kern\n*M3/4\t*k[b-]\n=1\t=1\n4c\t[8ee-\n*^\t*\n8.d;\t16f\t4g_\n*v\t*v\t*\n=:|!\t=:|!\n*-\t*-\n"
)


def fuzz_abc(data: bytes) -> None:
    """ABC text: reading, linting, playing out, and writing in each way."""
    lint(data)
    for score in read_book(data)[0]:
        score.note_array(unfold=True)
        parse(write_abc(score))
        write_interleaved(score)


def fuzz_abc_identity(data: bytes) -> None:
    """ABC text: what is written is read as the same score."""
    for score in read_book(data)[0]:
        text = write_abc(score)
        if parse(text) != score:
            raise AssertionError(f"read back as another score: {text!r}")


def fuzz_midi(data: bytes) -> None:
    """MIDI bytes: reading, and writing as MIDI and ABC."""
    score = read_midi(data)
    score.note_array(unfold=True)
    write_midi(score)
    parse(write_abc(score))


def fuzz_abc_to_midi(data: bytes) -> None:
    """ABC text to MIDI bytes and back."""
    for score in read_book(data)[0][:3]:
        read_midi(write_midi(score))


def fuzz_musicxml(data: bytes) -> None:
    """MusicXML, to find what music21 takes too long for."""
    for score in io.decode(data, "musicxml")[0]:
        write_abc(score)


def fuzz_kern(data: bytes) -> None:
    """Kern, to find what music21 takes too long for."""
    for score in io.decode(data, "krn")[0]:
        write_abc(score)


def _seeds() -> dict[str, list[bytes]]:
    tunes = [text.encode() for text in TUNES]
    scores = [Score.from_abc(text) for text in TUNES[:2]]
    return {
        "abc": tunes,
        "abc-identity": tunes,
        "abc-midi": tunes,
        "midi": [score.to_midi() for score in scores],
        "musicxml": [io.encode([score], "musicxml") for score in scores],
        "kern": [KERN.encode()],
    }


TARGETS: dict[str, Callable[[bytes], None]] = {
    "abc": fuzz_abc,
    "abc-identity": fuzz_abc_identity,
    "abc-midi": fuzz_abc_to_midi,
    "midi": fuzz_midi,
    "musicxml": fuzz_musicxml,
    "kern": fuzz_kern,
}


def main() -> None:
    """Fuzzes the target that the first argument names."""
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in TARGETS:
        raise SystemExit(f"name one of {', '.join(TARGETS)}")

    def attempt(data: bytes) -> None:
        with contextlib.suppress(SymbolicError):
            TARGETS[name](data)

    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(_seeds()[name]):
            (Path(corpus) / f"seed-{number}").write_bytes(seed)
        atheris.Setup([sys.argv[0], *sys.argv[2:], corpus], attempt)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
