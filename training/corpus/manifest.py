"""The manifest of a corpus: how it was made, of what, what is in it, and what was left out and why.

It holds no time and no path but those that were asked for, so that the same build gives the same bytes.
What was left out is counted by reason; the first `LISTED` ids of each reason stand in the manifest, all of
them with their messages in ``rejected.jsonl``. So is what was noticed about pieces that were kept (no key,
labels that the notes contradict, errors that were read over), in ``noticed.jsonl``.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from training.corpus.config import BuildConfig
from training.corpus.gather import ALL, PLACE, READ, Batch, Listing, listed
from training.corpus.make import MAKE, Job
from training.corpus.output import KNOWLEDGE, FileRecord
from training.corpus.piece import SCORES, SPLITS
from training.corpus.sources import OWN, OWN_LICENSE, sources
from training.corpus.workspace import Workspace, state_of

LISTED = 100
REJECTED, NOTICED = "rejected.jsonl", "noticed.jsonl"
FAILURES = frozenset({
    "unreadable", "damaged-archive", "archive-bomb", "unsafe-path", "encrypted", "empty", "too-large",
    "not-music", "misread", "repeated-name", "reader-failed", "reader-crashed", "cleaning-failed",
    "making-failed", "maker-crashed",
})  # fmt: skip
"""Reasons that say that something could not be used, rather than that it was not wanted."""


def make_manifest(
    workspace: Workspace,
    config: BuildConfig,
    listing: Listing,
    batches: Sequence[Batch],
    jobs: Sequence[Job],
    files: dict[str, FileRecord],
) -> dict[str, Any]:
    """The manifest of a corpus whose files are written; writes its two lists and names them as well."""
    read = [workspace.summary(READ, batch.name) for batch in batches]
    out = Path(workspace.out)
    rejected, rejected_record = _write_list(out / REJECTED, _all_rejected(workspace, listing, batches, jobs))
    told = (item for batch in batches for item in workspace.summary(READ, batch.name)["noticed"])
    noticed, noticed_record = _write_list(out / NOTICED, told)
    lists = {NOTICED: noticed_record, REJECTED: rejected_record}
    pieces, forms, left_out, failures = _made(workspace, jobs)
    return {
        **state_of(config, listing.digest),
        "sources": {name: _source(name, pieces) for name in (*_used(listing, pieces), OWN)},
        "pieces": {
            "files": sum(summary["files"] for summary in read),
            "read": sum(summary["pieces"] for summary in read),
            "kept": sum(pieces.values()),
            "families": workspace.summary(PLACE, ALL)["families"],
        },
        "rejected": rejected,
        "noticed": noticed,
        "questions": _questions(files, left_out),
        "forms": dict(sorted(forms.items())),
        "type_failures": {"count": len(failures), "first": failures[:LISTED]},
        "mix": _mix(config, files),
        "files": {name: found.to_dict() for name, found in {**files, **lists}.items()},
    }


def has_failures(manifest: dict[str, Any]) -> bool:
    """Whether anything that was to be used could not be."""
    return bool(FAILURES & manifest["rejected"].keys() or manifest["type_failures"]["count"])


def _all_rejected(
    workspace: Workspace, listing: Listing, batches: Iterable[Batch], jobs: Iterable[Job]
) -> Iterator[list[str]]:
    yield from listed(listing.rejected)
    for batch in batches:
        yield from workspace.summary(READ, batch.name)["rejected"]
        yield from workspace.summary(PLACE, batch.name)["rejected"]
    for job in jobs:
        yield from workspace.summary(MAKE, job.name)["rejected"]


def _write_list(path: Path, items: Iterable[list[str]]) -> tuple[dict[str, Any], FileRecord]:
    """Writes a list of (id, reason, message); returns it counted by reason, and the file's record."""
    counts: Counter[str] = Counter()
    first: defaultdict[str, list[str]] = defaultdict(list)
    record = FileRecord("", 0)
    digest = sha256()
    temporary = path.with_name(f".{path.name}.part")
    with temporary.open("wb") as file:
        for id_, reason, message in items:
            counts[reason] += 1
            if counts[reason] <= LISTED:
                first[reason].append(id_)
            line = json.dumps({"id": id_, "reason": reason, "message": message}, ensure_ascii=False)
            data = f"{line}\n".encode(errors="backslashreplace")
            digest.update(data)
            record.bytes += file.write(data)
            record.lines[reason] += 1
    temporary.replace(path)
    record.sha256 = digest.hexdigest()
    return {reason: {"count": counts[reason], "ids": first[reason]} for reason in sorted(counts)}, record


def _made(
    workspace: Workspace, jobs: Iterable[Job]
) -> tuple[Counter[str], Counter[str], dict[str, Counter[str]], list[list[str]]]:
    """Pieces by ``source/split``, examples by form, questions left out by task and reason, failures."""
    pieces: Counter[str] = Counter()
    forms: Counter[str] = Counter()
    left_out: defaultdict[str, Counter[str]] = defaultdict(Counter)
    failures: list[list[str]] = []
    for job in jobs:
        summary = workspace.summary(MAKE, job.name)
        pieces.update(summary["pieces"])
        forms.update(summary["forms"])
        failures += summary["failures"]
        for key, count in summary["left_out"].items():
            task, _, reason = key.partition("/")
            left_out[task][reason] += count
    return pieces, forms, left_out, failures


def _used(listing: Listing, pieces: Counter[str]) -> list[str]:
    found = {key.rpartition("/")[0] for key in pieces}
    return [*listing.sources, *sorted(found - {*listing.sources, OWN})]


def _source(name: str, pieces: Counter[str]) -> dict[str, Any]:
    counts = {split: pieces[f"{name}/{split}"] for split in SPLITS}
    if name in sources():
        source = sources()[name]
        return {
            "title": source.title,
            "licence": source.licence,
            "attribution": source.attribution,
            "commercial": source.commercial,
            "pieces": counts,
        }
    if name == SCORES:
        told = {
            "title": "your own scores",
            "licence": "as you hold them",
            "attribution": "",
            "commercial": True,
        }
        return {**told, "pieces": counts}
    return {
        "title": "texts, statements and questions of theory, and generated pieces, made for this project",
        "licence": OWN_LICENSE,
        "attribution": "Symbolic",
        "commercial": True,
        "pieces": counts,
    }


def _questions(files: dict[str, FileRecord], left_out: dict[str, Counter[str]]) -> dict[str, Any]:
    """Of each type the number of examples in each split, and why other questions were left out."""
    counts: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for split in SPLITS:
        record = files.get(f"sft/{split}.jsonl")
        for task, count in record.lines.items() if record else ():
            counts[task][split] = count
    tasks = sorted({*counts, *left_out})
    return {
        task: {split: counts[task].get(split, 0) for split in SPLITS}
        | {"left_out": dict(sorted(left_out.get(task, Counter()).items()))}
        for task in tasks
    }


def _mix(config: BuildConfig, files: dict[str, FileRecord]) -> dict[str, Any]:
    """Characters of the training text by kind, and the ratio that they give."""
    characters: Counter[str] = Counter()
    for name, record in files.items():
        if name.startswith("pretrain/train"):
            characters.update(record.characters)
    knowledge = sum(characters[kind] for kind in KNOWLEDGE)
    ratio = round(knowledge / characters["score"], 3) if characters["score"] else None
    return {"wanted": config.mix, "characters": dict(sorted(characters.items())), "ratio": ratio}
