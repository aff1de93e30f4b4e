"""Time and memory of ``symbolic-transcribe``, beside what other programs take for the same files.

    python -m tests.benchmarks.transcribing [--minutes 1 2 5] [--hour] [--runs 3]

The music is made up (two hands, 3/4) and played with rubato by `transcription.synthesis`: as MIDI, and as
rendered audio. Each program runs in a process of its own, with its start-up; the least time of the runs
counts, and the most memory. *times ours*: the CPU seconds of another program for the same file, over ours.
The others are asked for what they can do of the same: midi2abc (package abcmidi) writes ABC; music21
quantises, makes measures and finds the key; partitura finds metre, key, voices and spelling; librosa tracks
the beats of the recording and computes its chroma, without any notes. What is not installed is left
out. *grows*: how the CPU time without start-up grows from the shortest to the longest file, 1 being in step.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from random import Random

from symbolic.abc import read_tune
from symbolic.score import Score
from transcription.midi import write_performance
from transcription.synthesis import STYLES, perform, render, write_audio

OURS = [sys.executable, "-m", "transcription"]
QPM = 112
_MUSIC21 = """
import sys, music21
score = music21.converter.parse(sys.argv[1], quantizePost=True)
score.makeNotation(inPlace=True)
score.analyze("key")
"""
_PARTITURA = """
import sys, warnings
warnings.simplefilter("ignore")
import partitura
notes = partitura.load_performance_midi(sys.argv[1]).note_array()
for find in ("estimate_time", "estimate_key", "estimate_voices", "estimate_spelling"):
    getattr(partitura.musicanalysis, find)(notes)
"""
_LIBROSA = """
import sys, librosa
samples, rate = librosa.load(sys.argv[1], sr=22050)
librosa.beat.beat_track(y=samples, sr=rate)
librosa.feature.chroma_cqt(y=samples, sr=rate)
"""


_LAUNCH = """
import json, resource, subprocess, sys, time
start = time.monotonic()
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
cpu = used.ru_utime + used.ru_stime
print(json.dumps([done.returncode, time.monotonic() - start, cpu, used.ru_maxrss / 1024]))
"""
"""Measures a program from a small process, whose memory does not count as the program's."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a program took: wall and CPU seconds, and MB of memory at most."""

    seconds: float
    cpu_seconds: float
    megabytes: float


def cost_of(argv: Sequence[str], runs: int) -> Cost | None:
    """What a command takes, the least time and the most memory of some runs; None where it fails."""
    costs = []
    for _ in range(runs):
        done = subprocess.run([sys.executable, "-c", _LAUNCH, *argv], capture_output=True, check=True)
        code, *cost = json.loads(done.stdout)
        if code:
            return None
        costs.append(Cost(*cost))
    return Cost(
        min(cost.seconds for cost in costs),
        min(cost.cpu_seconds for cost in costs),
        max(cost.megabytes for cost in costs),
    )


def piano_music(bars: int, seed: int = 0) -> Score:
    """Two hands in 3/4: a melody that wanders through G major over broken chords."""
    rng = Random(seed)
    scale = "GABcdefgab"
    place, upper, lower = 4, [], []
    for _ in range(bars):
        melody = ""
        for length in rng.choice((("2",) * 3, ("",) * 6, ("2", "", "", "2"), ("3", "", "2"), ("4", "2"))):
            place = min(max(place + rng.choice((-2, -1, -1, 1, 1, 2)), 0), len(scale) - 1)
            melody += scale[place] + length
        upper.append(melody)
        root, chord = rng.choice((("G,,", "[B,D]"), ("C,", "[EG]"), ("D,", "[F,C]"), ("E,", "[G,B,]")))
        lower.append(f"{root}2{chord}2{chord}2")
    head = f"X:1\nM:3/4\nL:1/8\nQ:1/4={QPM}\nK:G\n"
    return read_tune(f"{head}V:1\n{'|'.join(upper)}|]\nV:2 clef=bass\n{'|'.join(lower)}|]\n")[0]


def readers_of_midi(folder: Path) -> dict[str, list[str]]:
    """The other programs that are installed, each as a command to which a MIDI file is added."""
    found = {}
    if shutil.which("midi2abc"):
        found["midi2abc"] = ["midi2abc", "-o", str(folder / "midi2abc.abc"), "-f"]
    found["music21"] = [sys.executable, "-W", "ignore", "-c", _MUSIC21]
    if find_spec("partitura"):
        found["partitura"] = [sys.executable, "-c", _PARTITURA]
    return found


def measure(paths: dict[float, Path], runs: int, start: Cost) -> Cost | None:
    """Prints a row for each file, by minutes, and how the time grows; returns the cost of the longest."""
    costs = {}
    for minutes, path in paths.items():
        target = path.with_suffix(".abc")
        costs[minutes] = cost_of([*OURS, str(path), "-o", str(target)], runs)
        show(f"{path.suffix[1:]}, {minutes:g} min", costs[minutes])
    shortest, longest = min(costs), max(costs)
    low, high = costs[shortest], costs[longest]
    if low and high and longest > shortest:
        grown = (high.cpu_seconds - start.cpu_seconds) / (low.cpu_seconds - start.cpu_seconds)
        print(f"  grows {grown / (longest / shortest):.2f}")
    return high


def show(what: str, cost: Cost | None, ours: Cost | None = None) -> None:
    """One row."""
    if cost is None:
        print(f"{what:26} {'failed':>8}", flush=True)
        return
    ratio = f"{cost.cpu_seconds / ours.cpu_seconds:10.2f}" if ours else ""
    print(f"{what:26} {cost.seconds:8.2f} {cost.cpu_seconds:8.2f} {cost.megabytes:6.0f} {ratio}", flush=True)


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the table."""
    description = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=description)
    parser.add_argument("--minutes", type=float, nargs="+", default=[1, 2, 5], help="lengths of the music")
    parser.add_argument("--hour", action="store_true", help="an hour of audio as well")
    parser.add_argument("--runs", type=int, default=3, help="of our program for each file")
    options = parser.parse_args(argv)
    print(f"{'':26} {'seconds':>8} {'CPU s':>8} {'MB':>6} {'times ours':>10}")
    start = cost_of([*OURS, "--help"], options.runs)
    if start is None:
        raise SystemExit("symbolic-transcribe does not start")
    show("start-up (--help)", start)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        midi, audio = {}, {}
        for minutes in sorted(options.minutes):
            score = piano_music(round(minutes * QPM / 3))
            played = perform(score, STYLES["rubato"], seed=1).performance
            midi[minutes], audio[minutes] = folder / f"{minutes:g}.mid", folder / f"{minutes:g}.wav"
            midi[minutes].write_bytes(write_performance(played))
            write_audio(audio[minutes], render(played))
        if options.hour:
            audio[60.0] = folder / "60.wav"
            _repeat(audio[max(options.minutes)], audio[60.0], round(60 / max(options.minutes)))
        ours = measure(midi, options.runs, start)
        for program, command in readers_of_midi(folder).items():
            show(f"  {program}, the longest", cost_of([*command, str(midi[max(midi)])], 1), ours)
        ours = measure(audio, options.runs, start)
        if not options.hour and find_spec("librosa"):
            command = [sys.executable, "-W", "ignore", "-c", _LIBROSA, str(audio[max(audio)])]
            show("  librosa, the longest", cost_of(command, 1), ours)
    return 0


def _repeat(source: Path, target: Path, times: int) -> None:
    """A recording that plays another one over and over."""
    import soundfile

    samples, rate = soundfile.read(source, dtype="int16")
    with soundfile.SoundFile(target, "w", rate, samples.shape[1]) as file:
        for _ in range(times):
            file.write(samples)


if __name__ == "__main__":
    raise SystemExit(main())
