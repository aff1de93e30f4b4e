"""How much of a tune survives ABC → MIDI → ABC, over the four ABC collections in music21's package.

    python -m tests.benchmarks.midi_roundtrip [--limit N] [--seed N]

For each tune the score is written as MIDI, read back and compared with the source: the same sounding
notes with repeats played (onset, duration, pitch, exactly), the same metre at the start, the same key
(tonic and mode), and, for tunes with repeats, the length of the music in characters. The length of the
source is that of its canonical ABC without what MIDI cannot carry (slurs, grace notes, ornaments, words).
Where abc2midi and midi2abc (package abcmidi) are installed they make the same trip with a sample of tunes.
"""

from __future__ import annotations

import argparse
import importlib.util
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from symbolic.abc import read_book, read_tune, write_abc
from symbolic.errors import SymbolicError
from symbolic.midi import read_midi, write_midi
from symbolic.score import Annotation, Decoration, Directive, Grace, Lyric, Score, Section, Slur
from symbolic.timeline import sounding_notes
from symbolic.transform import map_events

COLLECTIONS = ("essenFolksong", "oneills1850", "ryansMammoth", "airdsAirs")
_UNHEARD = (Annotation, Decoration, Directive, Grace, Lyric, Section, Slur)
_SAMPLE = 150


@dataclass(slots=True)
class Tally:
    """What became of the tunes of one collection."""

    tunes: int = 0
    failed: int = 0
    notes: int = 0
    meter: int = 0
    key: int = 0
    ratios: list[float] = field(default_factory=list)
    source_length: int = 0
    result_length: int = 0
    seconds: float = 0.0

    def count(self, source: Score, result: Score | None, text: str) -> None:
        self.tunes += 1
        if result is None:
            self.failed += 1
            return
        self.notes += _sound(source) == _sound(result)
        self.meter += (source.meter.beats, source.meter.unit) == (result.meter.beats, result.meter.unit)
        self.key += not source.key.tonic or source.key.same_answer(result.key)
        if source.has_repeats:
            expected, length = music_length(write_abc(_heard(source))), music_length(text)
            self.ratios.append(length / expected)
            self.source_length += expected
            self.result_length += length

    def row(self, name: str) -> str:
        share = [f"{100 * part / max(1, self.tunes):7.2f}" for part in (self.notes, self.meter, self.key)]
        if self.ratios:
            middle, total = median(self.ratios), self.result_length / max(1, self.source_length)
            lengths = f"{len(self.ratios):8} {middle:8.3f} {total:8.3f}"
        else:
            lengths = f"{0:8} {'-':>8} {'-':>8}"
        speed = f"{self.tunes / self.seconds:8.0f}" if self.seconds else f"{'-':>8}"
        return f"{name:26} {self.tunes:6} {self.failed:6} {' '.join(share)} {lengths} {speed}"


def _heard(score: Score) -> Score:
    """The score without what MIDI does not carry."""
    return map_events(score, lambda event: None if isinstance(event, _UNHEARD) else event)


def _sound(score: Score) -> list[tuple[object, ...]]:
    return sorted(
        (note.onset, note.duration, note.pitch.midi + score.voices[note.voice].transposition)
        for note in sounding_notes(score, unfold_repeats=True)
    )


def music_length(text: str) -> int:
    """Characters in the lines of music and in fields that stand between them."""
    lines = text.splitlines()
    start = next((index for index, line in enumerate(lines) if line.startswith("K:")), -1) + 1
    return sum(len(line) for line in lines[start:] if not line.startswith(("%", "w:")))


def load(collection: str) -> list[Score]:
    """All tunes of one of music21's ABC collections."""
    spec = importlib.util.find_spec("music21")
    if spec is None or spec.origin is None:
        raise SystemExit("music21 is not installed; run: pip install music21")
    folder = Path(spec.origin).parent / "corpus" / collection
    scores: list[Score] = []
    for path in sorted(folder.rglob("*.abc")):
        scores += read_book(path.read_bytes())[0]
    return scores


def ours(scores: Iterable[Score]) -> Tally:
    """The round trip through `write_midi` and `read_midi`."""
    tally = Tally()
    for score in scores:
        start = time.process_time()
        try:
            result = read_midi(write_midi(score))
        except (SymbolicError, ValueError):
            tally.count(score, None, "")
            continue
        tally.seconds += time.process_time() - start
        tally.count(score, result, write_abc(result))
    return tally


def abcmidi(scores: Iterable[Score]) -> Tally:
    """The round trip through abc2midi and midi2abc, from canonical ABC; our parser reads the outcome."""
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        source, middle = Path(folder, "tune.abc"), Path(folder, "tune.mid")
        for score in scores:
            source.write_text(write_abc(_heard(score)))
            subprocess.run(["abc2midi", str(source), "-o", str(middle)], capture_output=True, check=False)
            done = subprocess.run(["midi2abc", str(middle)], capture_output=True, check=False)
            text = done.stdout.decode("latin-1").replace(" \\\n", "\n")
            try:
                result = read_tune(text)[0]
            except SymbolicError:
                result = None
            tally.count(score, result, text)
    return tally


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--limit", type=int, help="tunes of each collection, drawn at random")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(argv)
    print(f"{'collection':26}  tunes failed  notes%  meter%    key%  repeats   median    total  tunes/s")
    for collection in COLLECTIONS:
        scores = [score for score in load(collection) if score.voices]
        random.Random(options.seed).shuffle(scores)
        scores = scores[: options.limit]
        print(ours(scores).row(collection), flush=True)
        if shutil.which("abc2midi") and shutil.which("midi2abc"):
            sample = scores[:_SAMPLE]
            print(ours(sample).row(f"  sample: ours ({len(sample)})"), flush=True)
            print(abcmidi(sample).row(f"  sample: abcmidi ({len(sample)})"), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
