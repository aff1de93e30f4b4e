"""The folder of a training run: whose it is, how far it got, and what happens when it cannot be written to.

    training.json                 the resolved configuration; at the end what was trained and the losses
    checkpoints/checkpoint-<n>/   weights, optimizer, random states after n steps; `COMPLETE` comes last
    rows/                         the packed rows, see `training.packing`

A run is known by its *identity*: command, configuration, base, and the hashes of corpus and tokenizer. The
same command goes on where the folder's run was stopped; another one is refused with the keys that differ. A
checkpoint without `COMPLETE` was being written when the process died: it is removed, the one before holds.
"""

from __future__ import annotations

import errno
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from symbolic.errors import SymbolicError
from symbolic.io import save, told_with

RUN_FILE = "training.json"
CHECKPOINTS = "checkpoints"
COMPLETE = "complete"
_FULL = (errno.ENOSPC, errno.EDQUOT)
_FULL_WORDS = ("No space left", "os error 28", "Disk quota exceeded", "PytorchStreamWriter failed")
"""How safetensors and torch say that a write failed."""


def claim(out: Path, identity: Mapping[str, Any], beside: Sequence[str] = ()) -> bool:
    """Makes a folder this run's own; true when the run is finished already.

    A run that has no checkpoint yet may be begun again with another configuration.

    Args:
        out: the folder, new or begun by the same run.
        identity: what the run depends on, as JSON has it.
        beside: names of what may stand in the folder before the run has begun.

    Raises:
        SymbolicError: the folder holds another run or something else, or cannot be written to.
    """
    with told_with(str(out)):
        out.mkdir(parents=True, exist_ok=True)
        if not (out / RUN_FILE).exists():
            others = sorted(entry.name for entry in out.iterdir() if entry.name not in beside)
            if others:
                raise SymbolicError(
                    f"the folder is not empty ({others[0]}) and holds no training run: name another"
                )
            _write(out, {**identity, "finished": False})
            return False
        found = read(out)
        differing = _differences(found, identity)
        has_begun = bool(found.get("finished")) or any((out / CHECKPOINTS).glob(f"checkpoint-*/{COMPLETE}"))
        if differing and not has_begun:  # nothing is lost by beginning otherwise
            _write(out, {**identity, "finished": False})
            return False
        if differing:
            raise SymbolicError(
                f"the folder holds another run: {'; '.join(differing)}. Name another folder or remove it"
            )
        return bool(found.get("finished"))


def read(folder: Path) -> dict[str, Any]:
    """What is known of the run that made a folder; empty for a model from elsewhere.

    Raises:
        SymbolicError: the record is damaged.
    """
    path = folder / RUN_FILE
    if not path.is_file():
        return {}
    try:
        found = json.loads(path.read_bytes())
    except ValueError as exc:
        raise SymbolicError("damaged: remove the folder and train again", path=str(path)) from exc
    return dict(found)


def note(out: Path, **facts: Any) -> None:
    """Adds to the record of a run."""
    _write(out, {**read(out), **facts})


def _write(out: Path, record: Mapping[str, Any]) -> None:
    save(str(out / RUN_FILE), (json.dumps(record, indent=1, ensure_ascii=False) + "\n").encode())


def _differences(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[str]:
    """The keys of `wanted` that have another value, with both values, hashes in short."""
    theirs, ours = _flat(found), _flat(wanted)
    return [
        f"{name} is {_short(theirs.get(name))} there and {_short(value)} here"
        for name, value in ours.items()
        if theirs.get(name) != value
    ]


def _flat(values: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            found |= _flat(value, f"{before}{name}.")
        else:
            found[f"{before}{name}"] = value
    return found


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return f"{text[:13]}…" if isinstance(value, str) and len(value) == 64 else text


def mark_complete(checkpoint: Path) -> None:
    """Says that all of a checkpoint is written."""
    (checkpoint / COMPLETE).touch()


def last_complete(checkpoints: Path) -> Path | None:
    """The newest checkpoint that is whole, or None; those that are not are removed."""
    found = {}
    for path in checkpoints.glob("checkpoint-*"):
        if (path / COMPLETE).exists():
            found[int(path.name.rpartition("-")[2])] = path
        else:
            shutil.rmtree(path)
    return found[max(found)] if found else None


@contextmanager
def told_when_full(folder: Path) -> Iterator[None]:
    """Turns a failed write of `folder` into one line, and removes what there is of it.

    Raises:
        SymbolicError: the disk is full.
    """
    try:
        yield
    except Exception as exc:
        if not is_full(exc):
            raise
        shutil.rmtree(folder, ignore_errors=True)
        raise SymbolicError(
            "no space is left on the device: make some and give the same command again; it goes on from the "
            "last checkpoint",
            path=str(folder),
        ) from exc


def is_full(exc: BaseException) -> bool:
    """Whether an exception says that the disk is full."""
    if isinstance(exc, OSError) and exc.errno in _FULL:
        return True
    return any(words in str(exc) for words in _FULL_WORDS)
