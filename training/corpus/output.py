"""The files of a corpus: lines are mixed, shuffled and written shard by shard, each file whole or not at all.

Shuffling streams: lines are scattered over buckets on disk by their order, which is a hash of seed and id,
and each bucket is sorted in memory. So all lines are in one random order that depends on nothing but the
seed, and memory is that of one bucket. Lines wait in memory on their way, so that one file is open at a
time, however many buckets there are. The mix is exact to one line: of the kind of which there is too
much, lines are kept at even distances in the order in which they come.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from training.corpus.workspace import Line

SHARD_BYTES = 32 * 2**20
"""About the size of a shard of pretraining text, and of a bucket of anything else."""
WAITING_CHARACTERS = 2**25
"""How much text waits for its buckets in memory."""
KNOWLEDGE = ("theory", "question")
_ORDERS = 16**16


@dataclass(slots=True)
class FileRecord:
    """A finished file, for the manifest."""

    sha256: str
    bytes: int
    lines: Counter[str] = field(default_factory=Counter)
    """By kind."""
    characters: Counter[str] = field(default_factory=Counter)
    """By kind; 0 where they do not count."""

    def to_dict(self) -> dict[str, Any]:
        """As the manifest holds it."""
        return {
            "sha256": self.sha256,
            "bytes": self.bytes,
            "lines": dict(sorted(self.lines.items())),
            "characters": dict(sorted(self.characters.items())),
        }


class Thinner:
    """Keeps a share of the characters of a stream of lines, evenly spread."""

    def __init__(self, share: float) -> None:
        self._share = share
        self._due = 0.0

    def keeps(self, line: Line) -> bool:
        """Whether to keep the next line."""
        self._due += line.characters * self._share
        if self._due < line.characters / 2:
            return False
        self._due -= line.characters
        return True


def shares(characters: Mapping[str, int], ratio: float) -> dict[str, float]:
    """For each kind of text the share to keep, so that knowledge and questions : scores = `ratio`.

    Theory is kept whole as far as it can be: questions go before it. Without scores everything is kept.

    Args:
        characters: kind → how many there are.
        ratio: characters of `KNOWLEDGE` to characters of scores.
    """
    theory, question, score = (characters.get(kind, 0) for kind in (*KNOWLEDGE, "score"))
    if not score:
        return {"theory": 1.0, "question": 1.0, "score": 1.0}
    kept_scores = min(score, (theory + question) / ratio)
    wanted = kept_scores * ratio
    kept_theory = min(theory, wanted)
    return {
        "theory": kept_theory / theory if theory else 1.0,
        "question": (wanted - kept_theory) / question if question else 1.0,
        "score": kept_scores / score if score else 1.0,
    }


def mixed(lines: Iterable[Line], kept: Mapping[str, Mapping[str, float]]) -> Iterator[Line]:
    """The lines without those that are too many.

    Args:
        lines: of all files.
        kept: file → what `shares` gives for it; files that are not named are kept whole.
    """
    thinners: dict[tuple[str, str], Thinner] = {}
    for line in lines:
        key = (line.file, line.kind)
        if line.file in kept and key not in thinners:
            thinners[key] = Thinner(kept[line.file][line.kind])
        if key not in thinners or thinners[key].keeps(line):
            yield line


def write_files(
    lines: Iterable[Line], sizes: Mapping[str, int], out: Path, buckets: Path
) -> dict[str, FileRecord]:
    """Writes every file of the corpus.

    Args:
        lines: in any order.
        sizes: file → about how many bytes it gets, which decides the number of shards.
        out: the folder of the corpus.
        buckets: an empty folder for the way.

    Returns:
        Path below `out` → its record, in alphabetical order.
    """
    counts = {file: max(1, -(-size // SHARD_BYTES)) for file, size in sizes.items()}
    _scatter(lines, counts, buckets)
    found = {}
    for file, count in counts.items():
        parts = [_sorted(_bucket(buckets, file, number)) for number in range(count)]
        if file.startswith("pretrain/"):
            for number, part in enumerate(parts):
                found[f"{file}-{number:05d}.jsonl"] = _write(out / f"{file}-{number:05d}.jsonl", [part])
        else:
            found[f"{file}.jsonl"] = _write(out / f"{file}.jsonl", parts)
    return dict(sorted(found.items()))


def _scatter(lines: Iterable[Line], counts: Mapping[str, int], buckets: Path) -> None:
    """Writes every line into its bucket; at most `WAITING_CHARACTERS` and a line wait in memory."""
    buckets.mkdir(parents=True, exist_ok=True)
    waiting: defaultdict[Path, list[str]] = defaultdict(list)
    characters = 0
    for line in lines:
        number = int(line.order, 16) * counts[line.file] // _ORDERS
        row = f"{line.order}\t{line.kind}\t{line.characters}\t{line.json}\n"
        waiting[_bucket(buckets, line.file, number)].append(row)
        characters += len(row)
        if characters >= WAITING_CHARACTERS:
            _append(waiting)
            characters = 0
    _append(waiting)


def _append(waiting: dict[Path, list[str]]) -> None:
    """Adds the rows that wait for each file to it, and forgets them."""
    for path, rows in waiting.items():
        with path.open("a", encoding="utf-8") as file:
            file.writelines(rows)
    waiting.clear()


def _bucket(folder: Path, file: str, number: int) -> Path:
    return folder / f"{file.replace('/', '-')}-{number}"


def _sorted(path: Path) -> Iterator[tuple[str, int, str]]:
    """Kind, characters and text of the lines of a bucket, in their order; of lines of one id the first."""
    if not path.exists():
        return
    rows = [row.split("\t", 3) for row in path.read_text(encoding="utf-8").split("\n") if row]
    rows.sort(key=lambda row: (row[0], row[3]))
    before = ""
    for order, kind, characters, text in rows:
        if order != before:
            yield kind, int(characters), text
        before = order


def _write(path: Path, parts: Iterable[Iterable[tuple[str, int, str]]]) -> FileRecord:
    """Writes one file under a temporary name and renames it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.part")
    digest = sha256()
    record = FileRecord("", 0)
    with temporary.open("wb") as file:
        for part in parts:
            for kind, characters, text in part:
                data = f"{text}\n".encode()
                file.write(data)
                digest.update(data)
                record.bytes += len(data)
                record.lines[kind] += 1
                record.characters[kind] += characters
    temporary.replace(path)
    record.sha256 = digest.hexdigest()
    return record
