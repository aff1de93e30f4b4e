"""The state of a build on disk, so that it can stop anywhere and go on.

Below the folder that is built stands ``work/`` until all is done::

    work/state.json             the configuration and version that began the build
    work/<stage>/<unit>.*       what a unit of a stage left; its ``.json`` comes last and says that it is done

Every file is written under a temporary name and then renamed: there is either the whole of it or none. A
folder that holds another build, or anything else, is refused, and so is one whose build was begun with other
scores: units are numbered, and would no longer mean the same files.
"""

from __future__ import annotations

import gzip
import json
import pickle
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from symbolic import __version__
from symbolic.errors import SymbolicError
from symbolic.io import save
from training.corpus.config import BuildConfig
from training.corpus.texts import Text

MANIFEST = "manifest.json"
WORK = "work"
_COMPRESSION = 1


@dataclass(frozen=True, slots=True)
class Line:
    """A line on its way into the corpus.

    Attributes:
        file: where to, without the shard's number: ``pretrain/train``, ``sft/dev`` …
        kind: of pretraining text ``score``, ``theory`` or ``question``, else the task.
        order: hexadecimal digits by which lines are shuffled.
        characters: of its text.
        json: the line itself.
    """

    file: str
    kind: str
    order: str
    characters: int
    json: str

    @classmethod
    def of(cls, file: str, kind: str, id_: str, record: dict[str, Any], characters: int, seed: int) -> Line:
        """The line that holds a record; the order follows from the seed and the id."""
        order = sha256(f"{seed}:{file}:{id_}".encode()).hexdigest()[:16]
        return cls(file, kind, order, characters, json.dumps(record, ensure_ascii=False))

    @classmethod
    def of_text(cls, split: str, text: Text, seed: int) -> Line:
        """The line of a pretraining text."""
        return cls.of(f"pretrain/{split}", text.kind, text.id, text.record(), len(text.text), seed)


@dataclass(frozen=True, slots=True)
class Workspace:
    """The folder of one build; `out` is where the corpus goes."""

    out: str

    @property
    def work(self) -> Path:
        """The folder of what is not finished."""
        return Path(self.out) / WORK

    @property
    def manifest(self) -> Path:
        """The file that is written last."""
        return Path(self.out) / MANIFEST

    @property
    def state(self) -> Path:
        """The file that says which build was begun."""
        return self.work / "state.json"

    def check(self, config: BuildConfig) -> None:
        """Looks, and changes nothing.

        Raises:
            SymbolicError: the folder holds another build or something else.
        """
        out = Path(self.out)
        if out.exists() and not out.is_dir():
            raise SymbolicError("this is a file: name a folder to build into")
        found = self._found()
        if found is None:
            if out.exists() and not all(map(self._is_own, out.iterdir())):
                raise SymbolicError("the folder is not empty and holds no corpus: name another")
        elif found.get("config") != config.to_dict() or found.get("version") != __version__:
            raise SymbolicError(
                f"the folder holds a corpus of {_difference(found, config)}: name another or remove it"
            )

    def claim(self, config: BuildConfig, inputs: str) -> bool:
        """Makes the folder this build's own; true when the build is complete already.

        Args:
            config: what is built.
            inputs: a hash that tells the files it is built from.

        Raises:
            SymbolicError: as `check`, or the files are others than when the build was begun.
            OSError: the folder cannot be written to.
        """
        self.check(config)
        found = self._found()
        if found is None:
            self.work.mkdir(parents=True, exist_ok=True)
            save(str(self.state), _dump(state_of(config, inputs)))
            return False
        if found.get("inputs") != inputs:
            raise SymbolicError(
                "the scores have changed since the build was begun: name another or remove it"
            )
        if self.manifest.exists():
            if self.work.exists():  # it was stopped while it tidied up
                self.remove()
            return True
        for leftover in self.work.rglob(".*.part"):
            leftover.unlink()
        return False

    def _found(self) -> dict[str, Any] | None:
        """What says which build the folder holds, or None where nothing does."""
        begun = self.manifest if self.manifest.exists() else self.state
        return _load(begun) if begun.exists() else None

    def _is_own(self, entry: Path) -> bool:
        """Whether an entry of the folder is what a build leaves that was stopped before it had a state."""
        if entry != self.work or not entry.is_dir():
            return False
        return all(inner.name.startswith(f".{self.state.name}.") for inner in entry.iterdir())

    def path(self, stage: str, name: str) -> Path:
        """The path of a unit's file in a stage."""
        return self.work / stage / name

    def is_done(self, stage: str, unit: str) -> bool:
        """Whether a unit has left its summary."""
        return self.path(stage, f"{unit}.json").exists()

    def finish(self, stage: str, unit: str, summary: dict[str, Any]) -> None:
        """Leaves the summary of a unit, the last of its files."""
        self._save(self.path(stage, f"{unit}.json"), _dump(summary))

    def summary(self, stage: str, unit: str) -> dict[str, Any]:
        """What `finish` left."""
        return _load(self.path(stage, f"{unit}.json"))

    def write_values(self, stage: str, name: str, values: Sequence[object]) -> None:
        """Keeps values for a later stage of the same build."""
        self._save(self.path(stage, name), gzip.compress(pickle.dumps(values, 5), _COMPRESSION, mtime=0))

    def read_values(self, stage: str, name: str) -> Any:
        """What `write_values` kept."""
        return pickle.loads(gzip.decompress(self.path(stage, name).read_bytes()))

    def write_lines(self, stage: str, unit: str, lines: Iterable[Line]) -> None:
        """Keeps lines, in their order."""
        text = "".join(
            f"{line.file}\t{line.kind}\t{line.order}\t{line.characters}\t{line.json}\n" for line in lines
        )
        data = text.encode(errors="backslashreplace")  # a lone surrogate becomes JSON's own escape for it
        self._save(self.path(stage, f"{unit}.lines"), gzip.compress(data, _COMPRESSION, mtime=0))

    def read_lines(self, stage: str, unit: str) -> Iterator[Line]:
        """The lines that a unit left."""
        with gzip.open(self.path(stage, f"{unit}.lines"), "rt", encoding="utf-8", newline="\n") as file:
            for row in file:
                name, kind, order, characters, text = row.rstrip("\n").split("\t", 4)
                yield Line(name, kind, order, int(characters), text)

    def write_manifest(self, manifest: dict[str, Any]) -> None:
        """Writes the manifest, the last file of a corpus."""
        save(str(self.manifest), _dump(manifest))

    def read_manifest(self) -> dict[str, Any]:
        """The manifest of a finished corpus."""
        return _load(self.manifest)

    def remove(self) -> None:
        """Removes what was only for the way."""
        shutil.rmtree(self.work)

    def _save(self, path: Path, data: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        save(str(path), data)


def state_of(config: BuildConfig, inputs: str) -> dict[str, Any]:
    """What identifies a build: two of the same may go on with each other's work."""
    return {"config": config.to_dict(), "version": __version__, "inputs": inputs}


def _difference(found: dict[str, Any], config: BuildConfig) -> str:
    """What another build has otherwise, in words."""
    theirs, ours = found.get("config") or {}, config.to_dict()
    told = [
        f"{name} {theirs.get(name)!r} instead of {value!r}"
        for name, value in ours.items()
        if theirs.get(name) != value
    ]
    return ", ".join(told) or f"version {found.get('version')} instead of {__version__}"


def _dump(value: dict[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _load(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_bytes())
    except ValueError as exc:
        raise SymbolicError("damaged; remove the folder and build again", path=str(path)) from exc
    if not isinstance(found, dict):
        raise SymbolicError("damaged; remove the folder and build again", path=str(path))
    return found
