"""The sounding notes of real ABC tunes, as two outside programs agree about them.

Conventions: an onset and a duration are exact quarter notes counted from the start of the tune, with
repeats, endings and part orders played out; a pitch is a MIDI number; ties are merged; grace notes are
left out and take no time.  A tune carries the id ``<path below the corpus, without .abc>#<X number>``.
``make_reference.py`` says which programs made the values, ``README.md`` how they are stored.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate
from pathlib import Path

NOTES_FILE = Path(__file__).with_name("abc_notes.jsonl.xz")

_LINE_END = re.compile(r"\r\n?|\n")
_REFERENCE_NUMBER = re.compile(r"X:\s*(\S*)")


@dataclass(frozen=True, slots=True)
class ExpectedTune:
    """What sounds when one tune is played.

    Attributes:
        id: ``essenFolksong/han1#12``.
        sha: First 16 hex digits of the SHA-256 of the tune's text, as `text_hash` gives it.
        notes: Pairs of onset and MIDI pitch, in ascending order; a unison stands once for each of its notes.
        durations: One duration for each of `notes`, or None where the programs differ about them.
    """

    id: str
    sha: str
    notes: tuple[tuple[Fraction, int], ...]
    durations: tuple[Fraction, ...] | None

    @property
    def collection(self) -> str:
        """The folder that the tune comes from, e.g. ``ryansMammoth``."""
        return self.id.partition("/")[0]


def text_hash(text: str) -> str:
    """Name the exact text that an expectation was made from."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


def load_expected(path: Path = NOTES_FILE) -> dict[str, ExpectedTune]:
    """Read the expected notes.

    Args:
        path: A file written by ``make_reference.py``.

    Returns:
        The tunes by id, in the order of the ids.
    """
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        tunes = [_decode(line) for line in lines]
    return {tune.id: tune for tune in tunes}


@lru_cache(maxsize=65536)
def _quarters(units: int, per_quarter: int) -> Fraction:
    """Give the same object for the same time: a million notes have few different ones."""
    return Fraction(units, per_quarter)


def _decode(line: str) -> ExpectedTune:
    """Turn one line of the file (its format: ``README.md``) into a tune."""
    record = json.loads(line)
    per_quarter: int = record["per_quarter"]
    onsets = [_quarters(units, per_quarter) for units in accumulate(record["steps"])]
    lengths = record["lengths"]
    return ExpectedTune(
        id=record["id"],
        sha=record["sha"],
        notes=tuple(zip(onsets, accumulate(record["pitches"]), strict=True)),
        durations=None if lengths is None else tuple(_quarters(units, per_quarter) for units in lengths),
    )


def iter_corpus_tunes(corpus: Path) -> Iterator[tuple[str, str]]:
    """Cut every ``.abc`` file below a folder into tunes.

    A tune runs from its ``X:`` line to the next empty line, or to the next ``X:`` where there is none.
    Text between tunes is passed over.

    Args:
        corpus: music21's ``corpus`` folder.

    Yields:
        The id and the text of each tune, every line ended by a newline.  Where a file gives an ``X:``
        number again, the id ends in ``.2``, ``.3`` and so on.
    """
    for path in sorted(corpus.rglob("*.abc")):
        stem = path.relative_to(corpus).with_suffix("").as_posix()
        seen: Counter[str] = Counter()
        for text in _cut(_decode_text(path.read_bytes())):
            match = _REFERENCE_NUMBER.match(text)
            number = match[1] if match else ""
            seen[number] += 1
            again = f".{seen[number]}" if seen[number] > 1 else ""
            yield f"{stem}#{number}{again}", text


def _decode_text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _cut(book: str) -> Iterator[str]:
    tune: list[str] = []
    for line in _LINE_END.split(book):
        starts = line.startswith("X:")
        if tune and (starts or not line.strip()):
            yield "\n".join(tune) + "\n"
            tune = []
        if starts or tune:
            tune.append(line)
    if tune:
        yield "\n".join(tune) + "\n"
