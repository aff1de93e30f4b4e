"""Rows of whole sequences: packed so that little is padded, kept apart so that none sees another.

Sequences are laid side by side in rows of the model's context, by TRL's best-fit-decreasing packing
(Ding et al. 2024, Fewer Truncations Improve Language Modeling). Nothing is cut here: corpora are cut at bar
lines when they are built, and a sequence that is still longer than a row is left out and counted. In a row
positions start again with each sequence; transformers takes the attention mask from them, block by block.

Rows are kept on disk below a hash of all that they depend on: the bytes of the corpus's files, the tokenizer,
what is asked for, and `LAYOUT`. They appear there whole or not at all.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from hashlib import file_digest, sha256
from itertools import islice
from pathlib import Path
from typing import Any

from symbolic.errors import SymbolicError
from training.prompts import Kind, Sample, chat_samples, text_samples

BATCH = 1000
"""Lines that are tokenized at a time."""
LAYOUT = 2
"""Of the rows on disk: raised when packing changes."""
_COUNTS = "counts.json"


@dataclass(slots=True)
class Counts:
    """What a set of rows was made of.

    Attributes:
        sequences: by kind of line: ``score``, ``theory``, or the task of a chat.
        tokens: of the same.
        too_long: sequences that no row can hold.
    """

    sequences: Counter[str] = field(default_factory=Counter)
    tokens: Counter[str] = field(default_factory=Counter)
    too_long: Counter[str] = field(default_factory=Counter)

    def to_dict(self) -> dict[str, dict[str, int]]:
        """Its fields as JSON has them."""
        return {item.name: dict(getattr(self, item.name)) for item in fields(self)}


@dataclass(frozen=True, slots=True)
class Selection:
    """Which lines of a corpus become rows, and how.

    Attributes:
        corpus: a folder that ``symbolic-data build`` made.
        split: ``train``, ``dev`` or ``test``.
        kinds: of the pretraining texts (``score``, ``theory``, ``question``), and ``chat`` for the examples.
        times: kind of text, type of question or ``*`` → how often its lines are taken (`TrainConfig.mix`).
        shown: what the tokens of a question before its answer count as.
        context: the most tokens of a row.
        seed: of the order in which sequences are packed.
    """

    corpus: Path
    split: str
    kinds: tuple[str, ...]
    times: Mapping[str, float]
    shown: Kind
    context: int
    seed: int

    @property
    def files(self) -> list[Path]:
        """The files that hold its lines."""
        return corpus_files(self.corpus, self.split, self.kinds)

    def fingerprint(self, tokenizer: Any) -> str:
        """A hash of everything that its rows depend on."""
        kinds = [sorted(self.kinds), sorted(self.times.items())]
        what = [LAYOUT, kinds, int(self.shown), self.context, self.seed, self.split]
        hashes = [files_hash(self.files), tokenizer_hash(tokenizer)]
        return sha256(json.dumps([what, hashes]).encode()).hexdigest()


def corpus_files(corpus: Path, split: str, kinds: Sequence[str]) -> list[Path]:
    """The files of a split that hold lines of the kinds; none where the split has none.

    Raises:
        SymbolicError: there is no such folder.
    """
    if not corpus.is_dir():
        raise SymbolicError(f"no corpus {corpus}; make it with: symbolic-data build --out {corpus}")
    texts = sorted((corpus / "pretrain").glob(f"{split}-*.jsonl")) if set(kinds) - {"chat"} else []
    return [*texts, *(corpus / "sft").glob(f"{split}.jsonl")] if "chat" in kinds else texts


def corpus_lines(corpus: Path, split: str, kinds: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The lines of a split that are of the kinds.

    Raises:
        SymbolicError: there is no such folder, or a line in it is no JSON object.
    """
    for path in corpus_files(corpus, split, kinds):
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    record = json.loads(line)
                except ValueError as exc:
                    raise SymbolicError(f"no JSON: {exc}", path=str(path), line=number) from exc
                if "messages" in record or record.get("kind") in kinds:
                    yield record


def mixed(lines: Iterable[dict[str, Any]], times: Mapping[str, float]) -> Iterator[dict[str, Any]]:
    """The lines, each as often as its kind or type is to be taken: evenly, those of one kind in turn."""
    usual = times.get("*", 1.0)
    due: defaultdict[str, float] = defaultdict(float)
    for line in lines:
        kind = kind_of(line)
        due[kind] += times.get(kind, usual)
        while due[kind] >= 1:
            due[kind] -= 1
            yield line


def kind_of(line: Mapping[str, Any]) -> str:
    """``score``, ``theory`` or ``question`` of a text, the type of question of an example."""
    return str(line["task"] if "messages" in line else line["kind"])


def files_hash(files: Iterable[Path]) -> str:
    """SHA-256 of the names and bytes of files."""
    digest = sha256()
    for path in files:
        with path.open("rb") as file:
            digest.update(f"{path.name} {file_digest(file, 'sha256').hexdigest()}\n".encode())
    return digest.hexdigest()


def tokenizer_hash(tokenizer: Any) -> str:
    """SHA-256 of a tokenizer's pieces, rules and chat format."""
    return sha256(f"{tokenizer.backend_tokenizer.to_str()}\n{tokenizer.chat_template}".encode()).hexdigest()


def samples(
    lines: Iterable[dict[str, Any]], tokenizer: Any, shown: Kind, counts: Counts, context: int
) -> Iterator[Sample]:
    """The sequences of corpus lines that a row can hold; the others are counted."""
    lines = iter(lines)
    while batch := list(islice(lines, BATCH)):
        texts = [line for line in batch if "text" in line]
        chats = [line for line in batch if "messages" in line]
        found = text_samples(tokenizer, [line["text"] for line in texts]) if texts else []
        found += chat_samples(tokenizer, [line["messages"] for line in chats], shown) if chats else []
        for line, sample in zip([*texts, *chats], found, strict=True):
            kind = kind_of(line)
            if len(sample.ids) > context:
                counts.too_long[kind] += 1
                continue
            counts.sequences[kind] += 1
            counts.tokens[kind] += len(sample.ids)
            yield sample


def packed(selection: Selection, tokenizer: Any, cache: Path) -> tuple[Any, Counts]:
    """The rows of a selection, from `cache` if they were made before, and what they were made of.

    Returns:
        A `datasets.Dataset` with the columns ``input_ids`` and ``kinds`` (int lists of equal length) and
        ``seq_lengths`` (of the sequences), and its counts.

    Raises:
        SymbolicError: the corpus has no line that is wanted and short enough.
    """
    from datasets import load_from_disk

    place = cache / f"{selection.split}-{selection.fingerprint(tokenizer)[:16]}"
    if not place.exists():
        _make(selection, tokenizer, place)
    counts = json.loads((place / _COUNTS).read_text(encoding="utf-8"))
    return load_from_disk(str(place)), Counts(**{name: Counter(values) for name, values in counts.items()})


def _make(selection: Selection, tokenizer: Any, place: Path) -> None:
    from datasets import Dataset, Features, List, Value
    from datasets.exceptions import DatasetGenerationError
    from trl import pack_dataset

    part = place.with_name(f".{place.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    counts = Counts()
    lines = mixed(corpus_lines(selection.corpus, selection.split, selection.kinds), selection.times)
    found = samples(lines, tokenizer, selection.shown, counts, selection.context)
    first = next(found, None)
    if first is None:
        long = f" ({counts.too_long.total()} are longer than {selection.context} tokens)"
        raise SymbolicError(
            f"{selection.corpus} holds no {selection.split} lines of {', '.join(selection.kinds)} to train on"
            f"{long if counts.too_long else ''}"
        )
    try:
        dataset = Dataset.from_generator(
            lambda: ({"input_ids": item.ids, "kinds": item.kinds} for item in _chained(first, found)),
            features=Features({"input_ids": List(Value("int32")), "kinds": List(Value("int8"))}),
            cache_dir=str(part / "raw"),
            fingerprint=place.name,
        )
    except DatasetGenerationError as exc:
        raise exc.__cause__ or exc from exc
    shuffled = dataset.shuffle(seed=selection.seed)
    rows = pack_dataset(shuffled, selection.context, "bfd", {"batch_size": 10 * BATCH})
    rows.save_to_disk(str(part / "rows"))
    (part / "rows" / _COUNTS).write_text(json.dumps(counts.to_dict()), encoding="utf-8")
    (part / "rows").rename(place)
    shutil.rmtree(part)


def _chained(first: Sample, rest: Iterator[Sample]) -> Iterator[Sample]:
    yield first
    yield from rest


@dataclass(frozen=True, slots=True)
class Collator:
    """Rows to a batch of tensors.

    Attributes:
        padding: the token that fills a row.
        multiple: rows are filled to a multiple of this many tokens.
    """

    padding: int
    multiple: int = 64

    def __call__(self, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """``input_ids``, ``position_ids``, ``kinds``: integers, rows × tokens; ``sizes``: tokens of each row.

        A sequence's first token has kind IGNORED: nothing before it predicts it. So has padding, whose
        positions start again as those of a sequence do.
        """
        import torch

        longest = max(len(row["input_ids"]) for row in rows)
        width = -(-longest // self.multiple) * self.multiple
        ids = torch.full((len(rows), width), self.padding)
        positions = torch.zeros((len(rows), width), dtype=torch.long)
        kinds = torch.zeros((len(rows), width), dtype=torch.long)
        sizes = torch.tensor([len(row["input_ids"]) for row in rows])
        for index, row in enumerate(rows):
            count = len(row["input_ids"])
            ids[index, :count] = torch.tensor(row["input_ids"])
            kinds[index, :count] = torch.tensor(row["kinds"])
            start = 0
            for length in [*row["seq_lengths"], width - count]:
                positions[index, start : start + length] = torch.arange(length)
                kinds[index, start : start + 1] = Kind.IGNORED
                start += length
        return {"input_ids": ids, "position_ids": positions, "kinds": kinds, "sizes": sizes}
