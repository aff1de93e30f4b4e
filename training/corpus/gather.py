"""The first two stages of a build: files are read and cleaned, then copies, families and splits found.

Reading runs in parallel, a batch of files at a time. It leaves the pieces in parcels of `PARCEL` (so that
nobody ever holds a whole book of tunes, let alone all scores) and half a kilobyte of each to compare them
by. Placing is one pass over these, in one process; it leaves for each batch which of its pieces stay, in
which split and family.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from symbolic.errors import SymbolicError
from symbolic.io import SUFFIXES
from training.corpus.cleaning import clean
from training.corpus.config import BuildConfig
from training.corpus.dedup import Sketches
from training.corpus.piece import Piece, Rejected
from training.corpus.reading import FileRef, list_folder, list_source, read_file
from training.corpus.sketch import Sketch, sketch
from training.corpus.sources import OWN, chosen
from training.corpus.splits import place
from training.corpus.workspace import Workspace

READ, PLACE, ALL = "read", "place", "all"
BATCH_FILES, BATCH_BYTES = 200, 2**20
PARCEL = 200
"""Pieces that one unit of the next stage works on."""
DUPLICATE = "duplicate"
CRASHED = "reader-crashed"


@dataclass(frozen=True, slots=True)
class Batch:
    """Files that are read together; `name` is that of what they leave."""

    name: str
    refs: tuple[FileRef, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """What there is to read, and the files that are left alone, with reasons.

    `digest` tells one listing from another: it is a hash of the ids and sizes of the files to read.
    """

    batches: tuple[Batch, ...]
    rejected: tuple[Rejected, ...]
    sources: tuple[str, ...]
    digest: str


def list_batches(config: BuildConfig, out: Path | None = None) -> Listing:
    """The files of all sources and folders in batches, always in the same order.

    Args:
        config: says where.
        out: the folder that is built into, whose files are no scores even where it lies among them.

    Raises:
        SymbolicError: a source is unknown or may not be used, a folder is not there, or there is nothing to
            read.
    """
    names = [name for name in config.sources if name != OWN]
    named = chosen(names, config.license) if names or not (config.sources or config.scores) else []
    items = [item for source in named for item in list_source(source)]
    items += _own_files(config.scores, out)
    refs = [item for item in items if isinstance(item, FileRef)]
    rejected = tuple(item for item in items if isinstance(item, Rejected))
    if not refs and OWN not in config.sources:
        told = "; ".join(f"{item.id}: {item.message}" for item in rejected[:3])
        where = ", ".join((*config.scores, *(source.name for source in named)))
        kinds = ", ".join(SUFFIXES)
        raise SymbolicError(f"there is nothing to read ({kinds}) in {where}; {told or 'it is empty'}")
    sizes = [_size(ref) for ref in refs]
    digest = sha256()
    for ref, size in zip(refs, sizes, strict=True):
        digest.update(f"{ref.id}\0{size}\n".encode(errors="backslashreplace"))
    groups = enumerate(_grouped(refs, sizes))
    batches = tuple(Batch(f"{number:06d}", tuple(group)) for number, group in groups)
    return Listing(batches, rejected, tuple(source.name for source in named), digest.hexdigest())


def _size(ref: FileRef) -> int:
    """Bytes of a file, or of the archive it is in; 0 where it has gone, which is told when it is read."""
    try:
        return os.path.getsize(ref.found.path)
    except OSError:
        return 0


def _own_files(folders: tuple[str, ...], out: Path | None) -> Iterator[FileRef | Rejected]:
    """The files of the user's own folders; of several, each name begins with its folder's."""
    names = Counter(Path(folder).resolve().name for folder in folders)
    seen: Counter[str] = Counter()
    for folder in folders:
        name = Path(folder).resolve().name
        seen[name] += 1
        label = name if names[name] == 1 else f"{name}.{seen[name]}"
        for item in list_folder(Path(folder), without=out):
            if len(folders) == 1:
                yield item
            elif isinstance(item, FileRef):
                yield replace(item, found=replace(item.found, name=f"{label}/{item.found.name}"))
            else:
                source, _, rest = item.id.partition("/")
                yield replace(item, id=f"{source}/{label}/{rest}")


def _grouped(refs: Iterable[FileRef], sizes: Iterable[int]) -> Iterator[list[FileRef]]:
    """The files in groups of a bounded number and size."""
    group: list[FileRef] = []
    room = BATCH_BYTES
    for ref, file_size in zip(refs, sizes, strict=True):
        size = 0 if ref.found.member else file_size
        if group and (len(group) == BATCH_FILES or room < size):
            yield group
            group, room = [], BATCH_BYTES
        group.append(ref)
        room -= size
    if group:
        yield group


def read_batch(workspace: Workspace, batch: Batch) -> None:
    """Reads the files of a batch, cleans their pieces and leaves both pieces and sketches."""
    kept: list[Piece] = []
    sketches: list[tuple[str, Sketch]] = []
    rejected: list[Rejected] = []
    noticed: list[tuple[str, str, str]] = []
    parcels = 0
    for ref in batch.refs:
        for item in read_file(ref):
            found = _prepared(item) if isinstance(item, Piece) else item
            if isinstance(found, Rejected):
                rejected.append(found)
                continue
            piece, small = found
            sketches.append((piece.id, small))
            noticed += [(piece.id, *what) for what in piece.noticed]
            kept.append(replace(piece, noticed=()))
            if len(kept) == PARCEL:
                workspace.write_values(READ, parcel_name(batch.name, parcels), kept)
                parcels, kept = parcels + 1, []
    if kept:
        workspace.write_values(READ, parcel_name(batch.name, parcels), kept)
        parcels += 1
    workspace.write_values(READ, _sketches_name(batch.name), sketches)
    summary = {"files": len(batch.refs), "pieces": len(sketches), "parcels": parcels}
    workspace.finish(READ, batch.name, summary | {"rejected": listed(rejected), "noticed": noticed})


def _prepared(piece: Piece) -> tuple[Piece, Sketch] | Rejected:
    try:
        cleaned = clean(piece)
        return cleaned if isinstance(cleaned, Rejected) else (cleaned, sketch(cleaned.score))
    except Exception as error:  # one odd score must not end a run over millions
        return Rejected(piece.id, "cleaning-failed", f"{type(error).__name__}: {error}")


def _sketches_name(batch: str) -> str:
    return f"{batch}.sketches"


def parcel_name(batch: str, number: int) -> str:
    """The name of the file with some pieces of a batch."""
    return f"{batch}.{number:03d}.pieces"


def listed(rejected: Iterable[Rejected]) -> list[list[str]]:
    """What was turned away, as JSON holds it."""
    return [[item.id, item.reason, item.message] for item in rejected]


def give_up(workspace: Workspace, batch: Batch, failure: str) -> None:
    """Leaves the summary of a batch whose worker crashed: to be read file by file, or rejected."""
    if len(batch.refs) > 1:
        workspace.finish(READ, batch.name, {"divided": True})
        return
    message = f"reading it failed: {failure}"
    rejected = [Rejected(ref.id, CRASHED, message) for ref in batch.refs]
    workspace.write_values(READ, _sketches_name(batch.name), [])
    summary = {"files": len(batch.refs), "pieces": 0, "parcels": 0}
    workspace.finish(READ, batch.name, summary | {"rejected": listed(rejected), "noticed": []})


def divided(workspace: Workspace, batch: Batch) -> list[Batch]:
    """The batch itself, or file by file where reading it as a whole crashed."""
    if not workspace.summary(READ, batch.name).get("divided"):
        return [batch]
    return [Batch(f"{batch.name}-{number:03d}", (ref,)) for number, ref in enumerate(batch.refs)]


def place_pieces(workspace: Workspace, batches: Sequence[Batch]) -> None:
    """Decides for every piece whether it stays, and where; leaves the decisions batch by batch."""
    sketches = Sketches()
    ids: list[str] = []
    sizes = []
    for batch in batches:
        values = workspace.read_values(READ, _sketches_name(batch.name))
        sizes.append(len(values))
        for id_, found in values:
            ids.append(id_)
            sketches.add(found)
    placements = place(ids, sketches)
    end = 0
    for batch, size in zip(batches, sizes, strict=True):
        start, end = end, end + size
        kept: dict[str, tuple[str, str]] = {}
        copies: list[Rejected] = []
        for found in placements[start:end]:
            if found.duplicate_of:
                copies.append(Rejected(found.id, DUPLICATE, f"it is a copy of {found.duplicate_of}"))
            else:
                kept[found.id] = (found.split, found.family)
        workspace.finish(PLACE, batch.name, {"kept": kept, "rejected": listed(copies)})
    families = len({found.family for found in placements if not found.duplicate_of})
    workspace.finish(PLACE, ALL, {"families": families})


def placed(workspace: Workspace, batch: str, parcel: int) -> Iterator[Piece]:
    """The pieces of a parcel that stay, with split and family."""
    kept = workspace.summary(PLACE, batch)["kept"]
    for piece in workspace.read_values(READ, parcel_name(batch, parcel)):
        if piece.id in kept:
            split, family = kept[piece.id]
            yield replace(piece, split=split, family=family)
