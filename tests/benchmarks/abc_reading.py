"""How fast and how rightly ABC is read and written, side by side with music21 (and pyabc2, if installed).

    python -m tests.benchmarks.abc_reading [--sample N] [--seed N] [--output FILE]

Conventions: the tunes are those of the four ABC collections in music21's package, one text each. Speed is
tunes per second of CPU time (`time.process_time`, one core): of a first pass over all tunes in a fresh
process (cold), and the best of three more (warm; our reader remembers tokens that it has met). Other
programs read a sample of the tunes, once, after one tune to warm up; beside them stands our reading of the
same sample, warm, and cold in a new process that has read nothing yet. A tune is right when onset and
pitch of every note, repeats played, are those on which abc2midi and abcjs agree (`tests.golden`); the
sample is drawn from the tunes on which they do. A tune that raises is wrong.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import platform
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from fractions import Fraction
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from symbolic.abc import read_tune, write_abc
from symbolic.score import Score
from symbolic.timeline import sounding_notes
from tests.golden import ExpectedTune, iter_corpus_tunes, load_expected, text_hash

COLLECTIONS = ("essenFolksong", "oneills1850", "ryansMammoth", "airdsAirs")
WARM_PASSES = 3
IMPORTS = 5
Sound = list[tuple[Fraction, int]]
"""Onset in quarters and MIDI pitch of each note, ascending."""


def corpus_texts() -> dict[str, str]:
    """The tunes of the four collections by id."""
    spec = importlib.util.find_spec("music21")
    if spec is None or spec.origin is None:
        raise SystemExit("music21, whose package holds the tunes, is not installed; run: pip install music21")
    tunes = iter_corpus_tunes(Path(spec.origin).parent / "corpus")
    return {name: text for name, text in tunes if name.partition("/")[0] in COLLECTIONS}


def expected_tunes(texts: dict[str, str]) -> dict[str, ExpectedTune]:
    """The known sounds of those texts that are just the ones they were made from."""
    known = load_expected().items()
    return {name: tune for name, tune in known if name in texts and tune.sha == text_hash(texts[name])}


# Timing


def cpu_seconds(work: Callable[[Any], object], items: Sequence[Any]) -> float:
    """CPU time of doing `work` with every item."""
    start = time.process_time()
    for item in items:
        work(item)
    return time.process_time() - start


def best_rate(work: Callable[[Any], object], items: Sequence[Any]) -> float:
    """Items per second in the best of some passes."""
    return len(items) / min(cpu_seconds(work, items) for _ in range(WARM_PASSES))


def in_new_process(code: str, text: str = "") -> float:
    """The number that `code` prints in a Python of its own, which reads `text` from standard input."""
    run = subprocess.run([sys.executable, "-c", code], input=text, capture_output=True, text=True, check=True)
    return float(run.stdout)


def import_seconds() -> float:
    """Best wall time of ``import symbolic`` in new processes."""
    code = "import time; t = time.perf_counter(); import symbolic; print(time.perf_counter() - t)"
    return min(in_new_process(code) for _ in range(IMPORTS))


def cold_rate(texts: Sequence[str]) -> float:
    """Tunes per second of our reader in a process that has read nothing before."""
    code = (
        "import json, sys, time; from symbolic.abc import read_tune; texts = json.load(sys.stdin)\n"
        "t = time.process_time()\n"
        "for text in texts: read_tune(text)\n"
        "print(time.process_time() - t)"
    )
    return len(texts) / in_new_process(code, json.dumps(texts))


# Sounds


def our_sound(text: str) -> Sound:
    score, _ = read_tune(text)
    notes = sounding_notes(score, unfold_repeats=True)
    return sorted((note.onset, note.pitch.midi + score.voices[note.voice].transposition) for note in notes)


def music21_parse(text: str) -> Any:
    from music21 import converter

    return converter.parse(text, format="abc", forceSource=True)


def music21_sound(text: str) -> Sound:
    played = music21_parse(text).expandRepeats().stripTies().flatten()
    return sorted(
        (Fraction(event.offset), pitch.midi)
        for event in played.notes
        if not event.duration.isGrace and "Harmony" not in event.classes
        for pitch in event.pitches
    )


def right(sound: Callable[[str], Sound], texts: dict[str, str], tunes: Sequence[ExpectedTune]) -> int:
    """How many tunes sound as expected."""
    count = 0
    for tune in tunes:
        try:
            count += sound(texts[tune.id]) == sorted(tune.notes)
        except Exception:  # what a program raises on a tune is its own affair: the tune is not right
            continue
    return count


# The parts of the report


def reading_and_writing(texts: dict[str, str]) -> dict[str, Any]:
    """Speed and round trip of our reader and writer over all tunes."""
    all_texts = list(texts.values())
    scores: list[Score] = []
    cold = cpu_seconds(lambda text: scores.append(read_tune(text)[0]), all_texts)
    warm = best_rate(read_tune, all_texts)
    written = [write_abc(score) for score in scores]
    identical = sum(read_tune(text)[0] == score for text, score in zip(written, scores, strict=True))
    return {
        "tunes": len(all_texts),
        "read_cold_per_s": len(all_texts) / cold,
        "read_warm_per_s": warm,
        "write_per_s": best_rate(write_abc, scores),
        "round_trip_identical": identical,
        "characters_written": sum(map(len, written)),
        "characters_in_source": sum(map(len, all_texts)),
    }


def correctness(texts: dict[str, str], expected: dict[str, ExpectedTune]) -> dict[str, Any]:
    """How many tunes of each collection our reader gets right."""
    by_collection = {
        name: [tune for tune in expected.values() if tune.collection == name] for name in COLLECTIONS
    }
    return {
        name: {"tunes": len(tunes), "right": right(our_sound, texts, tunes)}
        for name, tunes in by_collection.items()
    }


def side_by_side(texts: dict[str, str], sample: Sequence[ExpectedTune]) -> dict[str, Any]:
    """Speed on a sample, ours and others', and how much of it is right."""
    sampled = [texts[tune.id] for tune in sample]
    warm, cold = best_rate(read_tune, sampled), cold_rate(sampled)
    found: dict[str, Any] = {
        "symbolic": {"per_s": warm, "cold_per_s": cold, "right": right(our_sound, texts, sample)}
    }
    others: list[tuple[str, Callable[[str], object], Callable[[str], Sound] | None]] = [
        ("music21", music21_parse, music21_sound)
    ]
    if importlib.util.find_spec("pyabc2") is not None:
        from pyabc2 import Tune

        others.append(("pyabc2", Tune, None))
    for name, parse, sound in others:
        read, failed = counting_failures(parse)
        read(sampled[0])
        failed.clear()
        rate = len(sampled) / cpu_seconds(read, sampled)
        found[name] = {
            "version": version(name),
            "per_s": rate,
            "failed": len(failed),
            "faster_warm": warm / rate,
            "faster_cold": cold / rate,
            "right": None if sound is None else right(sound, texts, sample),
        }
    return found


def counting_failures(parse: Callable[[str], object]) -> tuple[Callable[[str], None], list[str]]:
    """`parse` without its exceptions, and the list in which the texts that raise one are kept."""
    failed: list[str] = []

    def read(text: str) -> None:
        try:
            parse(text)
        except Exception:  # counted, and shown in the report
            failed.append(text)

    return read, failed


def share(part: int, whole: int) -> str:
    return f"{part:,} of {whole:,} ({100 * part / whole:.2f}%)"


def tables(report: dict[str, Any]) -> list[Table]:
    """The report for people."""
    ours, golden, beside = report["symbolic"], report["right"], report["sample"]
    every = Table("symbolic, all tunes", "", title=f"ABC reading and writing, {ours['tunes']:,} tunes")
    every.add_row("read, tunes/s, cold", f"{ours['read_cold_per_s']:,.0f}")
    every.add_row("read, tunes/s, warm", f"{ours['read_warm_per_s']:,.0f}")
    every.add_row("write, tunes/s", f"{ours['write_per_s']:,.0f}")
    every.add_row("identical after a round trip", share(ours["round_trip_identical"], ours["tunes"]))
    size = ours["characters_written"] / ours["characters_in_source"]
    every.add_row("size of our text / source", f"{size:.3f}")
    for name, counts in golden.items():
        every.add_row(f"right notes, {name}", share(counts["right"], counts["tunes"]))
    every.add_row("import symbolic", f"{1000 * report['import_s']:.0f} ms")
    title = f"{report['n']} sampled tunes (symbolic: warm, cold)"
    programs = Table("program", "tunes/s", "symbolic is faster", "failed", "right notes", title=title)
    for name, row in beside.items():
        programs.add_row(
            f"{name} {row.get('version', '')}",
            f"{row['per_s']:,.0f}" + (f", {row['cold_per_s']:,.0f}" if "cold_per_s" in row else ""),
            f"{row['faster_warm']:,.1f} ×, {row['faster_cold']:,.1f} ×" if "faster_warm" in row else "",
            str(row.get("failed", 0)),
            "not asked" if row["right"] is None else share(row["right"], report["n"]),
        )
    return [every, programs]


def main(argv: Sequence[str] | None = None) -> int:
    """Measures, prints the tables and writes the report."""
    parser = argparse.ArgumentParser(description="Speed and rightness of ABC readers.")
    parser.add_argument("--sample", type=int, default=150, help="tunes that music21 reads")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, help="JSON file for the figures")
    options = parser.parse_args(argv)
    texts = corpus_texts()
    ours = reading_and_writing(texts)
    expected = expected_tunes(texts)
    population = sorted(expected.values(), key=lambda tune: tune.id)
    sample = random.Random(options.seed).sample(population, min(options.sample, len(population)))
    report = {
        "command": f"python -m tests.benchmarks.abc_reading --sample {options.sample} --seed {options.seed}",
        "python": platform.python_version(),
        "n": len(sample),
        "symbolic": ours,
        "right": correctness(texts, expected),
        "sample": side_by_side(texts, sample),
        "import_s": import_seconds(),
    }
    for table in tables(report):
        Console().print(table)
    if options.output is not None:
        options.output.parent.mkdir(parents=True, exist_ok=True)
        options.output.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
