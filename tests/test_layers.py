"""Imports go one way: checked by reading every import of the four packages against the tables below.

Each import is resolved to a module of the project (``from symbolic import key`` is ``symbolic.key`` where
that is a module, else ``symbolic`` itself). Three things are wrong: a package that imports one it may not,
a room of ``symbolic`` that imports a room above its own level, and modules that import each other in a ring.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent

# package -> the packages it may import besides itself
PACKAGES: dict[str, set[str]] = {
    "symbolic": set(),
    "transcription": {"symbolic"},
    "training": {"symbolic"},
    "eval": {"symbolic", "transcription", "training"},
}

# rooms of symbolic from the bottom up; a room may import its own level and those before it
LEVELS: tuple[set[str], ...] = (
    {"resources", "errors", "pitch", "key", "meter", "harmony", "roman"},
    {"score"},
    {"repeats"},
    {"timeline", "transform", "folding"},
    {"abc", "midi", "interop", "analysis", "notations"},
    {"io", "convert", "tunes", "works"},
    {"questions", "tokenizers"},
    {"command", "cli"},
    {"__init__", "__main__"},
)

# room -> rooms above it that its methods may call: imported inside a function, or for annotations only.
# Score.from_abc, score.to_midi, score.transpose … are the face of the whole package.
DEFERRED: dict[str, set[str]] = {
    "score": {"timeline", "transform", "abc", "midi", "interop", "io"},
}

HEAVY = ("torch", "transformers", "music21", "librosa", "onnxruntime", "basic_pitch", "matplotlib")


@dataclass(frozen=True, slots=True)
class Import:
    """One import of a project's module: who, whom, where, and whether it runs when `source` is loaded."""

    source: str
    target: str
    line: int
    deferred: bool

    def __str__(self) -> str:
        return f"{self.source}:{self.line} imports {self.target}"


def modules_of(root: Path) -> dict[str, Path]:
    """Returns the modules of the project below `root` by dotted name; a package has its own name."""
    found = {}
    for package in (*PACKAGES, "tests"):
        for path in sorted((root / package).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def _targets(node: ast.Import | ast.ImportFrom, base: list[str], modules: dict[str, Path]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    stem = base[: len(base) - node.level + 1] if node.level else []
    origin = ".".join([*stem, *([node.module] if node.module else [])])
    for alias in node.names:
        member = f"{origin}.{alias.name}"
        yield member if member in modules else origin


def _walk(node: ast.AST, deferred: bool) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child, deferred
        elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            yield from _walk(child, True)
        else:
            inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from _walk(child, deferred or inside)


def imports_of(root: Path) -> list[Import]:
    """Returns every import of one of the project's modules by another, in the four packages."""
    modules = modules_of(root)
    found = []
    for name, path in modules.items():
        if name.split(".")[0] not in PACKAGES:
            continue
        base = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        for node, deferred in _walk(tree, False):
            for target in dict.fromkeys(_targets(node, base, modules)):
                if target.split(".")[0] in (*PACKAGES, "tests") and target != name:
                    found.append(Import(name, target, node.lineno, deferred))
    return found


def room_of(module: str) -> str:
    """Returns the room of a module of symbolic: the name under the package, or __init__ for the package."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def level_of(room: str) -> int | None:
    """Returns the level of a room of symbolic, or None for a room that no level names."""
    return next((level for level, rooms in enumerate(LEVELS) if room in rooms), None)


def is_declared_deferral(link: Import) -> bool:
    """Whether `link` is one of the upward calls of `DEFERRED`, and does not run on import."""
    if not (link.deferred and link.source.startswith("symbolic.") and link.target.startswith("symbolic.")):
        return False
    return room_of(link.target) in DEFERRED.get(room_of(link.source), set())


def direction_faults(links: list[Import]) -> list[str]:
    """Returns one line for each import that goes the wrong way."""
    faults = []
    for link in links:
        package, other = link.source.split(".")[0], link.target.split(".")[0]
        if package != other:
            if other not in PACKAGES[package]:
                faults.append(f"{link}: {package} may not import {other}")
        elif package == "symbolic" and not is_declared_deferral(link):
            mine, theirs = level_of(room_of(link.source)), level_of(room_of(link.target))
            if mine is not None and theirs is not None and theirs > mine:
                faults.append(f"{link}: {room_of(link.target)} stands above {room_of(link.source)}")
    return faults


def ring_faults(links: list[Import]) -> list[str]:
    """Returns one line for each ring of modules, found once, from where the search first closes it."""
    graph: dict[str, list[str]] = {}
    for link in links:
        if not is_declared_deferral(link):
            graph.setdefault(link.source, []).append(link.target)
    faults: list[str] = []
    done: set[str] = set()

    def visit(module: str, trail: list[str]) -> None:
        if module in trail:
            faults.append("ring: " + " -> ".join([*trail[trail.index(module) :], module]))
        elif module not in done:
            for target in graph.get(module, []):
                visit(target, [*trail, module])
            done.add(module)

    for module in sorted(graph):
        visit(module, [])
    return faults


def unplaced_rooms(root: Path) -> list[str]:
    """Returns the modules and folders of symbolic that no level names."""
    rooms = {room_of(name) for name in modules_of(root) if name.split(".")[0] == "symbolic"}
    return sorted(room for room in rooms if level_of(room) is None)


def test_imports_go_one_way() -> None:
    assert direction_faults(imports_of(REPOSITORY)) == []


def test_no_ring_of_imports() -> None:
    assert ring_faults(imports_of(REPOSITORY)) == []


def test_every_room_of_symbolic_has_a_level() -> None:
    assert unplaced_rooms(REPOSITORY) == [], "name its level in LEVELS"


def test_symbolic_loads_nothing_heavy() -> None:
    code = f"import sys, symbolic; print(*sorted(set({HEAVY!r}) & set(sys.modules)))"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == []


# The checker itself, on small trees.


def _tree(root: Path, files: dict[str, str]) -> list[Import]:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return imports_of(root)


@pytest.mark.parametrize(
    ("files", "fault"),
    [
        ({"symbolic/key.py": "import eval.cli"}, "symbolic may not import eval"),
        ({"transcription/notate.py": "from training import x"}, "transcription may not import training"),
        (
            {"training/x.py": "def f():\n    from transcription.notes import y"},
            "may not import transcription",
        ),
        ({"eval/x.py": "from tests.golden import y"}, "eval may not import tests"),
        ({"symbolic/pitch.py": "from symbolic.score import Score"}, "score stands above pitch"),
        ({"symbolic/pitch.py": "from .score import Score"}, "score stands above pitch"),
        ({"symbolic/pitch.py": "from . import score", "symbolic/score.py": ""}, "score stands above pitch"),
        ({"symbolic/abc/x.py": "from ..questions.key import y"}, "questions stands above abc"),
        ({"symbolic/abc/x.py": "from symbolic import Score"}, "__init__ stands above abc"),
        ({"symbolic/score.py": "from symbolic.abc import parse"}, "abc stands above score"),
        ({"symbolic/score.py": "def f():\n    import symbolic.questions"}, "questions stands above score"),
        ({"symbolic/io.py": "if x:\n  try:\n    import symbolic.cli\n  except E: 1"}, "cli stands"),
    ],
)
def test_checker_flags_a_forbidden_import(tmp_path: Path, files: dict[str, str], fault: str) -> None:
    (found,) = direction_faults(_tree(tmp_path, files))
    assert fault in found


def test_checker_flags_a_ring_between_rooms_of_one_level(tmp_path: Path) -> None:
    links = _tree(
        tmp_path,
        {
            "symbolic/pitch.py": "import symbolic.key",
            "symbolic/key.py": "def f():\n    from symbolic.meter import Meter",
            "symbolic/meter.py": "from symbolic import pitch",
        },
    )
    assert direction_faults(links) == []
    assert ring_faults(links) == ["ring: symbolic.key -> symbolic.meter -> symbolic.pitch -> symbolic.key"]


def test_checker_flags_a_room_without_a_level(tmp_path: Path) -> None:
    _tree(tmp_path, {"symbolic/stray/x.py": "", "symbolic/key.py": ""})
    assert unplaced_rooms(tmp_path) == ["stray"]


def test_checker_allows_what_the_tables_allow(tmp_path: Path) -> None:
    links = _tree(
        tmp_path,
        {
            "symbolic/__init__.py": "from symbolic.score import Score",
            "symbolic/errors.py": "",
            "symbolic/pitch.py": "import os",
            "symbolic/key.py": "from symbolic.pitch import Pitch",
            "symbolic/score.py": "from .key import Key\ndef f():\n    from symbolic.abc.writer import write",
            "symbolic/abc/__init__.py": "from symbolic.abc.writer import write",
            "symbolic/abc/writer.py": "from symbolic.score import Score",
            "symbolic/analysis/key.py": "from symbolic import score, errors",
            "eval/cli.py": "import transcription.cli, training\nfrom symbolic import Score",
        },
    )
    assert (direction_faults(links), ring_faults(links)) == ([], [])
    assert len(links) == 11
