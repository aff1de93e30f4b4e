"""Files and archives of strangers, listed and opened without trusting them.

An archive is .zip, .tar or a compressed .tar. Nothing is ever unpacked to disk, so a name cannot lead out of
a folder; names that try are left out all the same. What an archive may unpack to is bounded before a byte of
it is read, each member is bounded again while it is read, and of links only those of a folder to plain files
are followed.

The last few archives that a process has opened stay open, so that members are read one by one without the
list of members each time. In a compressed .tar each step back reads the archive again from its start: read in
order.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from stat import S_ISLNK, S_ISREG
from typing import IO, Any, TypeAlias

from symbolic.io import MAX_BYTES
from training.corpus.piece import Rejected

ARCHIVE_SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
MAX_MEMBERS = 1_000_000
"""Most members of an archive."""
MAX_UNPACKED, MAX_RATIO = 2**30, 100
"""An archive may unpack to this many bytes, or to this many times its size, whichever is more."""
ARCHIVE_ERRORS = (
    OSError, EOFError, ValueError, RuntimeError, NotImplementedError, zlib.error, lzma.LZMAError,
    zipfile.BadZipFile, tarfile.TarError,
)  # fmt: skip
"""What the standard library raises for an archive that is damaged, encrypted or packed in an unknown way."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file: its `path`, the `member` of it where it is an archive, its `name` below where it was found."""

    path: str
    member: str
    name: str


def is_archive(name: str) -> bool:
    """Whether a name is that of an archive."""
    return name.lower().endswith(ARCHIVE_SUFFIXES)


def safe_text(name: str) -> str:
    """A file's name as text that can be written anywhere: bytes that are not UTF-8 as ``xNN``."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def walk(root: Path, without: Path | None = None) -> Iterator[Found | Rejected]:
    """Every file below a folder, in the order of names, also in archives; or the one file that `root` is.

    What is not listed comes out as `Rejected`: links to folders, devices and pipes, unreadable folders, and
    what is wrong with an archive or with one of its members. Ids are names below `root`.

    Args:
        root: the folder or file.
        without: a folder that is passed over in silence, such as the one that is written to.
    """
    if not root.is_dir():
        yield from _file(root, root.name)
        return
    failed: list[OSError] = []
    for folder, folders, names in os.walk(root, onerror=failed.append):
        folders[:] = sorted(name for name in folders if not _is_same(Path(folder, name), without))
        base = Path(folder).relative_to(root)
        for name in [name for name in folders if os.path.islink(os.path.join(folder, name))]:
            inner = safe_text((base / name).as_posix())
            yield Rejected(inner, "link", "a link to a folder: name that folder itself")
        for name in sorted(names):
            yield from _file(Path(folder, name), (base / name).as_posix())
        yield from _unlisted(failed, root)
    yield from _unlisted(failed, root)


def _is_same(path: Path, other: Path | None) -> bool:
    return other is not None and path.name == other.name and path.resolve() == other.resolve()


def _unlisted(failed: list[OSError], root: Path) -> Iterator[Rejected]:
    while failed:
        error = failed.pop()
        where = os.path.relpath(error.filename, root) if error.filename else "."
        yield Rejected(safe_text(where), "unreadable", in_words(error))


def _file(path: Path, name: str) -> Iterator[Found | Rejected]:
    try:
        mode = path.stat().st_mode
    except OSError as error:
        reason = "link" if path.is_symlink() else "unreadable"
        yield Rejected(safe_text(name), reason, f"it cannot be opened: {in_words(error)}")
        return
    if not S_ISREG(mode):
        yield Rejected(safe_text(name), "not-a-file", "a device, pipe or socket")
    elif is_archive(name):
        yield from _members(path, name)
    else:
        yield Found(str(path), "", safe_text(name))


def in_words(error: BaseException) -> str:
    """An error in one line, without the machine's paths."""
    text = (error.strerror or "") if isinstance(error, OSError) else str(error)
    return (text or type(error).__name__).lower().partition("\n")[0][:200]


# Members of archives


def _members(path: Path, name: str) -> Iterator[Found | Rejected]:
    seen: set[str] = set()
    try:
        listed = _listed(path)
        for count, (member, size, problem) in enumerate(listed, 1):
            if count > MAX_MEMBERS:
                yield Rejected(safe_text(name), "too-large", f"more than {MAX_MEMBERS:,} members: unpack it")
                return
            inner = safe_text(f"{name}/{member}")
            reason = problem or _unsafe(member)
            if member in seen:
                reason = "repeated-name", "the archive has this name more than once: only the last is read"
            seen.add(member)
            if reason:
                yield Rejected(inner, *reason)
            elif size > MAX_BYTES:
                yield Rejected(inner, "too-large", f"larger than {MAX_BYTES // 2**20} MB, the limit")
            elif is_archive(member):
                yield Rejected(inner, "nested-archive", "an archive in an archive: unpack the outer one")
            else:
                yield Found(str(path), member, inner)
    except _BombError as error:
        yield Rejected(safe_text(name), "archive-bomb", str(error))
    except ARCHIVE_ERRORS as error:
        yield Rejected(safe_text(name), "damaged-archive", f"it cannot be listed: {in_words(error)}")


class _BombError(Exception):
    """An archive that unpacks to more than it may."""


Listed = tuple[str, int, tuple[str, str] | None]
"""Name and size of a member, and a reason and words where it is to be left out."""


def _listed(path: Path) -> Iterator[Listed]:
    limit = max(MAX_UNPACKED, MAX_RATIO * path.stat().st_size)
    unpacked = 0
    for name, size, problem in _zip_members(path) if path.suffix.lower() == ".zip" else _tar_members(path):
        unpacked += size
        if unpacked > limit:
            raise _BombError(f"it unpacks to more than {limit // 2**20:,} MB")
        yield name, size, problem


def _zip_members(path: Path) -> Iterator[Listed]:
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            if info.is_dir():
                continue
            problem = None
            if info.flag_bits & 1:
                problem = "encrypted", "it is encrypted"
            elif S_ISLNK(info.external_attr >> 16):
                problem = "link", "a link in an archive"
            yield info.filename, info.file_size, problem


def _tar_members(path: Path) -> Iterator[Listed]:
    with _open_tar(path) as archive:
        for info in archive:
            if info.isdir():
                continue
            problem = None
            if info.issym() or info.islnk():
                problem = "link", "a link in an archive"
            elif not info.isreg():
                problem = "not-a-file", "a device or pipe in an archive"
            yield info.name, info.size, problem


def _unsafe(member: str) -> tuple[str, str] | None:
    parts = PurePosixPath(member.replace("\\", "/"))
    if parts.is_absolute() or ".." in parts.parts or ":" in parts.parts[0] or "\0" in member:
        return "unsafe-path", "its name leads out of the archive"
    return None


class _BoundedReads(io.BufferedIOBase):
    """A file that refuses to read more than `MAX_BYTES` at once: tar headers say how much is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def read(self, size: int | None = -1) -> bytes:
        if size is None or not 0 <= size <= MAX_BYTES:
            raise tarfile.ReadError("a header asks for too much")
        return self._file.read(size)

    def tell(self) -> int:
        return self._file.tell()

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def close(self) -> None:
        self._file.close()
        super().close()


@contextmanager
def _open_tar(path: Path) -> Iterator[tarfile.TarFile]:
    openers: dict[str, Callable[[Path], Any]] = {"gz": gzip.open, "bz": bz2.open, "xz": lzma.open}
    kind = next((kind for kind in openers if kind in path.suffix.lower()), "")
    with (
        openers.get(kind, io.FileIO)(path) as file,
        _BoundedReads(file) as bounded,
        tarfile.open(fileobj=bounded, mode="r:") as archive,
    ):
        yield archive


# Reading


Archive: TypeAlias = zipfile.ZipFile | tarfile.TarFile


class _OpenArchives:
    """The archives opened last, by path and time of change; the one unused for longest is closed."""

    def __init__(self, most: int = 4) -> None:
        self._most = most
        self._open: dict[tuple[str, int], tuple[Archive, ExitStack]] = {}

    def get(self, path: str) -> Archive:
        """An archive, opened if it is not open."""
        key = path, os.stat(path).st_mtime_ns
        archive, stack = self._open.pop(key) if key in self._open else self._opened(Path(path))
        self._open[key] = archive, stack
        while len(self._open) > self._most:
            _, oldest = self._open.pop(next(iter(self._open)))
            oldest.close()
        return archive

    def _opened(self, path: Path) -> tuple[Archive, ExitStack]:
        with ExitStack() as stack:
            archive: Archive
            if path.suffix.lower() == ".zip":
                archive = stack.enter_context(zipfile.ZipFile(path))
            else:
                archive = stack.enter_context(_open_tar(path))
            return archive, stack.pop_all()


_archives = _OpenArchives()


def load(found: Found) -> bytes:
    """The bytes of a file, at most one more than `MAX_BYTES`.

    Raises:
        OSError, zipfile.BadZipFile …: one of `ARCHIVE_ERRORS`.
    """
    if not found.member:
        with open(found.path, "rb") as file:
            return file.read(MAX_BYTES + 1)
    archive = _archives.get(found.path)
    opened: IO[bytes] | None
    if isinstance(archive, zipfile.ZipFile):
        opened = archive.open(found.member)
    else:
        opened = archive.extractfile(found.member)
    if opened is None:
        raise tarfile.ReadError("not a plain file")
    with opened:
        return opened.read(MAX_BYTES + 1)
