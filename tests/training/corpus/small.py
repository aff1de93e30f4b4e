"""A small folder of invented tunes to build a corpus from in a second."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

from training.corpus.config import BuildConfig

KEYS = ("C", "G", "D", "A", "F", "Bb", "Am", "Em", "Dm", "Ador")
METERS = {"4/4": 8, "3/4": 6, "6/8": 6, "2/4": 4}


def tune(number: int, *, bars: int = 8) -> str:
    """A tune of random notes, its own for each number."""
    rng = Random(number)
    meter = rng.choice(sorted(METERS))
    measures = ["".join(rng.choice("CDEFGABcdefg") for _ in range(METERS[meter])) for _ in range(bars)]
    lines = ["|".join(measures[start : start + 4]) + "|" for start in range(0, bars, 4)]
    header = f"X:{number}\nT:Tune {number}\nM:{meter}\nL:1/8\nK:{rng.choice(KEYS)}\n"
    return header + "\n".join(lines) + "\n"


def write_tunes(folder: Path, files: int = 4, each: int = 5) -> Path:
    """A folder of tune books."""
    folder.mkdir()
    for number in range(files):
        book = "\n".join(tune(number * each + place + 1) for place in range(each))
        (folder / f"book{number}.abc").write_text(book)
    return folder


def small_config(scores: Path, **changes: Any) -> BuildConfig:
    """A configuration that asks little of each piece."""
    values = {"theory": 20, "statements": 20, "textures": 0, "transpositions": 1, "questions": 2}
    return BuildConfig.from_dict(values | {"scores": [str(scores)]} | changes)


def file_hashes(folder: Path) -> dict[str, str]:
    """Path below a folder → the hash of what is in it."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest() for path in paths}
