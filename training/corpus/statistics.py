"""What is in a corpus: its files counted line by line, as tables and as plots.

Keys, metres and lengths are those of the music in the pretraining text, each copy for itself, so that they
say what a model sees; ``C`` counts as 4/4 and ``C|`` as 2/2. Tokens are told in two units that need no
trained tokenizer: *words* between white space, and *ABC symbols* (a note with its accidental, octave and
length is one, as is a bar sign, a rest, a quoted chord, a header line, or any other sign).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.table import Table

from symbolic.errors import SymbolicError
from symbolic.io import told_with
from symbolic.meter import Meter
from training.corpus.gather import DUPLICATE
from training.corpus.manifest import REJECTED
from training.corpus.piece import SPLITS
from training.corpus.sources import OWN
from training.corpus.workspace import MANIFEST, Workspace

COPIES, OTHERS = "copies left out", "others left out"
"""What became of files and pieces that are in no split."""
SHOWN = 24
"""Rows of a table of keys or metres."""
WIDTH = 120
_SYMBOL = re.compile(
    r"^[A-Za-z]:.*$|^%%.*$|\"[^\"\n]*\"|![^!\n]*!|\[[A-Za-z]:[^\]\n]*\]"
    r"|[_^=]*[A-Ga-gzZxX][,']*\d*/*\d*|:*[|\[\]]+:*|\S",
    re.MULTILINE,
)
_KEY = re.compile(r"^K:(.*)$", re.MULTILINE)
_METER = re.compile(r"^M:(.*)$", re.MULTILINE)


@dataclass(slots=True)
class Statistics:
    """Everything that is counted in a corpus.

    Attributes:
        manifest: of the corpus.
        pieces: source → how many pieces went into each of `SPLITS`, or were `COPIES` or `OTHERS`.
        texts, characters, words, symbols: pretraining text by kind.
        keys, meters: of music in the pretraining text.
        lengths: characters of each text of music → how many.
        example_lengths: characters of each supervised training example → how many.
    """

    manifest: dict[str, Any]
    pieces: dict[str, Counter[str]] = field(default_factory=dict)
    texts: Counter[str] = field(default_factory=Counter)
    characters: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)
    symbols: Counter[str] = field(default_factory=Counter)
    keys: Counter[str] = field(default_factory=Counter)
    meters: Counter[str] = field(default_factory=Counter)
    lengths: Counter[int] = field(default_factory=Counter)
    example_lengths: Counter[int] = field(default_factory=Counter)


def measure(folder: Path) -> Statistics:
    """Reads a corpus from end to end.

    Raises:
        SymbolicError: the folder holds no finished corpus, or a file of it is missing or damaged.
    """
    if not (folder / MANIFEST).is_file():
        raise SymbolicError("the folder holds no finished corpus (no manifest.json)", path=str(folder))
    with told_with(str(folder)):
        found = Statistics(Workspace(str(folder)).read_manifest())
        _count_pieces(found, folder / REJECTED)
        for name in found.manifest["files"]:
            if name.startswith("pretrain/"):
                for record in _records(folder / name):
                    _count_text(found, record)
            elif name == "sft/train.jsonl":
                for record in _records(folder / name):
                    found.example_lengths[_length(record)] += 1
    return found


def _records(path: Path) -> Iterator[dict[str, Any]]:
    with told_with(str(path)), path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                yield json.loads(line)
            except ValueError as exc:
                raise SymbolicError("not JSON: the file is damaged", line=number) from exc


def _count_pieces(found: Statistics, rejected: Path) -> None:
    found.pieces = {
        name: Counter(source["pieces"]) for name, source in found.manifest["sources"].items() if name != OWN
    }
    for record in _records(rejected):
        name, _, _ = record["id"].partition("/")
        if name != OWN:
            counts = found.pieces.setdefault(name, Counter())
            counts[COPIES if record["reason"] == DUPLICATE else OTHERS] += 1


def _count_text(found: Statistics, record: dict[str, Any]) -> None:
    text, kind = record["text"], record["kind"]
    found.texts[kind] += 1
    found.characters[kind] += len(text)
    found.words[kind] += len(text.split())
    found.symbols[kind] += sum(1 for _ in _SYMBOL.finditer(text))
    if kind == "score":
        found.keys[_stated(_KEY, text)] += 1
        found.meters[_meter_name(_stated(_METER, text))] += 1
        found.lengths[len(text)] += 1


def _stated(field: re.Pattern[str], text: str) -> str:
    match = field.search(text)
    return match[1].strip() if match else "none"


def _meter_name(text: str) -> str:
    """The metre's name however it is written; what is no metre stands as it is."""
    try:
        return Meter.parse(text).name
    except ValueError:
        return text


def _length(example: dict[str, Any]) -> int:
    if "messages" in example:
        return sum(len(message["content"]) for message in example["messages"])
    return sum(len(example[name]) for name in ("instruction", "input", "output"))


# Tables


def tables(found: Statistics) -> list[Table]:
    """The statistics as tables."""
    return [
        _piece_table(found),
        _text_table(found),
        _question_table(found),
        _count_table("keys of the music", "key", found.keys),
        _count_table("metres of the music", "metre", found.meters),
        _length_table(found),
        _rejected_table(found),
    ]


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left")
    return table


def _piece_table(found: Statistics) -> Table:
    fates = (*SPLITS, COPIES, OTHERS)
    table = _table("pieces", "source", *fates)
    for source, counts in found.pieces.items():
        table.add_row(source, *(f"{counts[fate]:,}" for fate in fates))
    return table


def _text_table(found: Statistics) -> Table:
    table = _table("pretraining text", "kind", "texts", "characters", "words", "ABC symbols")
    for kind in sorted(found.texts):
        counts = (found.texts[kind], found.characters[kind], found.words[kind], found.symbols[kind])
        table.add_row(kind, *(f"{count:,}" for count in counts))
    return table


def _question_table(found: Statistics) -> Table:
    table = _table("supervised examples", "type", *SPLITS, "left out")
    for task, counts in found.manifest["questions"].items():
        left_out = sum(counts["left_out"].values())
        table.add_row(task, *(f"{counts[split]:,}" for split in SPLITS), f"{left_out:,}")
    totals = (sum(counts[split] for counts in found.manifest["questions"].values()) for split in SPLITS)
    table.add_row("all", *(f"{total:,}" for total in totals), "")
    return table


def _count_table(title: str, column: str, counts: Counter[str]) -> Table:
    table = _table(title, column, "texts", "share")
    total = sum(counts.values()) or 1
    for name, count in counts.most_common(SHOWN):
        table.add_row(name, f"{count:,}", f"{count / total:.1%}")
    if rest := total - sum(count for _, count in counts.most_common(SHOWN)):
        table.add_row(f"{len(counts) - SHOWN} more", f"{rest:,}", f"{rest / total:.1%}")
    return table


def _length_table(found: Statistics) -> Table:
    table = _table("characters of the music", "share of texts", "at most")
    for share in (0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 1.0):
        table.add_row(f"{share:.0%}", f"{quantile(found.lengths, share):,}")
    return table


def quantile(counts: Counter[int], share: float) -> int:
    """The least value that this share of all does not exceed; 0 of nothing."""
    wanted = share * sum(counts.values())
    passed = 0
    for value in sorted(counts):
        passed += counts[value]
        if passed >= wanted:
            return value
    return 0


def _rejected_table(found: Statistics) -> Table:
    table = _table("left out", "reason", "files and pieces", "such as")
    for reason, told in found.manifest["rejected"].items():
        table.add_row(reason, f"{told['count']:,}", told["ids"][0])
    return table
