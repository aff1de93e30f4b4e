"""Where the files of ``data/`` are: sample scores, benchmark manifests, trained weights, sources.

The folder lies at the top of a source checkout, beside the packages, and inside this package in an
installed wheel. Nothing else in the project may assume either place.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from symbolic.errors import SymbolicError

_PACKAGE = Path(__file__).resolve().parent
_MARKER = "sources.toml"


def find_data_root(package: Path) -> Path:
    """Returns the data folder that belongs to the package folder `package`.

    Raises:
        FileNotFoundError: neither the wheel's place nor the checkout's holds one.
    """
    places = (package / "data", package.parent / "data")
    for place in places:
        if (place / _MARKER).is_file():
            return place
    tried = " and ".join(str(place) for place in places)
    raise FileNotFoundError(f"no data folder (looked in {tried}); reinstall symbolic-musician")


@cache
def data_root() -> Path:
    """Returns the data folder of this installation."""
    return find_data_root(_PACKAGE)


def data_path(name: str) -> Path:
    """Returns the path of the file or folder `name` in the data folder, such as ``"sources.toml"``.

    Args:
        name: a relative path below ``data/``, with forward slashes.

    Raises:
        FileNotFoundError: there is none of that name.
    """
    path = data_root() / name
    if not path.exists():
        raise FileNotFoundError(f"no data file {name!r} in {data_root()}")
    return path


def music21_corpus() -> Path:
    """Returns the folder of scores that the music21 package brings, without importing music21.

    Raises:
        SymbolicError: music21 is not installed, or was installed without its scores.
    """
    spec = find_spec("music21")
    if spec is None or spec.origin is None:
        raise SymbolicError(
            "the benchmark's tunes come with music21, which is missing; run: pip install music21"
        )
    corpus = Path(spec.origin).parent / "corpus"
    if not corpus.is_dir():
        raise SymbolicError(f"music21 has no scores at {corpus}; run: pip install --force-reinstall music21")
    return corpus
