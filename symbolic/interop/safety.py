"""What is checked before a MusicXML, MEI or kern file is handed to music21.

The danger in XML is that a small file asks for much: entities that expand ("billion laughs") or name
other files (XXE), a zip archive that unpacks to gigabytes, elements nested without end. music21
guards against none of these, so a file is walked once with expat, which builds nothing, and refused
at the first declaration of an entity: no music needs one. Nothing is ever written to disk, so names
in an archive cannot lead out of a folder; they are refused all the same.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from xml.parsers import expat

from symbolic.errors import MusicXmlError

MAX_XML_BYTES = 48 * 1024 * 1024
"""Largest XML text that is read; the longest movements of string quartets have about 15 MB."""
MAX_KERN_BYTES = 2 * 1024 * 1024
MAX_KERN_LINES = 20_000
"""Most lines of a kern file; the longest quartet movements have about 4,000."""
MAX_KERN_LINE = 10_000
MAX_KERN_SPINES = 100
"""Most columns of a kern file."""
MAX_ARCHIVE_BYTES = 32 * 1024 * 1024
MAX_ARCHIVE_ENTRIES = 1_000
MAX_DEPTH = 200
"""Deepest nesting of elements; MusicXML needs about ten."""
MAX_NOTES = 200_000
"""Most ``<note>`` elements; a long symphony has some 100,000. music21 reads about 2,000 in a second."""
MAX_PART_MEASURES = 5_000
"""Most measures of a part; music21's time grows with their square."""
MAX_MEASURES = 60_000
"""Most measures of all parts together."""
MAX_OPEN_LINES = 500
"""Most slurs, hairpins and the like that are open at once; music21 looks through all for each new one."""
_CONTAINER = "META-INF/container.xml"
_MIMETYPE_SUFFIXES = (".musicxml", ".xml")
_WHOLE = r"[-+]?\d{1,3}"
_NUMBERS = {
    "duration": r"\d{1,9}(\.\d{1,9})?",
    "divisions": r"\d{1,9}(\.\d{1,9})?",
    "beats": r"\d{1,3}(\s*\+\s*\d{1,3}){0,15}",
    "per-minute": r"[^\d]{0,20}\d{0,5}(\.\d{1,9})?[^\d]{0,20}(\d{1,5})?[^\d]{0,20}",
    "alter": r"[-+]?\d{1,2}(\.\d{1,9})?",
    **dict.fromkeys(
        "actual-notes normal-notes beat-type octave display-octave fifths staves chromatic diatonic".split(),
        _WHOLE,
    ),
    **dict.fromkeys("octave-change clef-octave-change key-alter degree-value degree-alter".split(), _WHOLE),
    "multiple-rest": r"\d{1,4}",
}
"""Elements whose number asks the reader for time or memory → what may stand in them."""
_PATTERNS = {name: re.compile(rf"\s*({pattern})?\s*") for name, pattern in _NUMBERS.items()}
_SMALL_ATTRIBUTES = {("ending", "number"), ("repeat", "times")}
_LINES = frozenset(
    "slur wedge bracket dashes octave-shift pedal glissando slide wavy-line ending part-group".split()
)
_CLOSING = frozenset({"stop", "discontinue"})
_LARGE_NUMBER = re.compile(r"\d{4}")


@dataclass(frozen=True, slots=True)
class XmlFacts:
    """What a walk over a document finds: its root element, without namespace, and its notes."""

    root: str
    notes: int


class _Walk:
    """Handlers that count, and refuse what cannot be read safely."""

    def __init__(self, parser: expat.XMLParserType) -> None:
        self.parser = parser
        self.root = ""
        self.depth = 0
        self.notes = 0
        self.measures = 0
        self.part_measures = 0
        self.open_lines = 0
        self.text: list[str] | None = None

    def error(self, message: str) -> MusicXmlError:
        return MusicXmlError(
            message, line=self.parser.CurrentLineNumber, column=self.parser.CurrentColumnNumber + 1
        )

    def entity(self, name: str, *_: object) -> None:
        raise self.error(
            f"the file declares the entity {name[:40]!r}; music needs none: remove the declaration"
        )

    def undeclared(self, name: str, is_parameter: bool) -> None:
        if not is_parameter:
            raise self.error(
                f"the file uses the entity {name[:40]!r}, which it does not declare: export it again"
            )

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        self.root = self.root or name
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.error(f"elements are nested more than {MAX_DEPTH} deep: this is not a score")
        self._count(name, attributes.get("type", ""))
        for attribute in attributes:
            value = attributes[attribute]
            if (name, attribute) in _SMALL_ATTRIBUTES and _LARGE_NUMBER.search(value):
                raise self.error(f"<{name} {attribute}={value[:30]!r}> is more than a score can use")
        self.text = [] if name in _PATTERNS else None

    def _count(self, name: str, kind: str) -> None:
        """Counts what costs music21 time, and refuses more than it can read in minutes."""
        if name == "note":
            self.notes += 1
        elif name == "part":
            self.part_measures = 0
        elif name == "measure":
            self.part_measures += 1
            self.measures += 1
        elif name in _LINES and kind != "continue":
            self.open_lines = max(0, self.open_lines + (-1 if kind in _CLOSING else 1))
        for count, limit, what in (
            (self.notes, MAX_NOTES, "notes"),
            (self.part_measures, MAX_PART_MEASURES, "measures in a part"),
            (self.measures, MAX_MEASURES, "measures"),
            (self.open_lines, MAX_OPEN_LINES, "slurs and lines open at once"),
        ):
            if count > limit:
                raise self.error(f"more than {limit:,} {what}: split the file")

    def data(self, data: str) -> None:
        if self.text is not None:
            self.text.append(data)

    def end(self, name: str) -> None:
        self.depth -= 1
        if self.text is not None:
            text = "".join(self.text)
            if not _PATTERNS[name.rpartition(":")[2]].fullmatch(text):
                raise self.error(
                    f"<{name}> holds {text.strip()[:30]!r}, which is not a number that a score can use"
                )
        self.text = None


def check_xml(data: bytes) -> XmlFacts:
    """Walks a document and refuses what cannot be read safely.

    Raises:
        MusicXmlError: not well-formed, too large, too deep, or with entity declarations; with the
            line and column.
    """
    if len(data) > MAX_XML_BYTES:
        raise MusicXmlError(
            f"{len(data) / 1e6:.0f} MB of XML, the limit is {MAX_XML_BYTES / 1e6:.0f} MB: split it"
        )
    parser = expat.ParserCreate()
    walk = _Walk(parser)
    parser.EntityDeclHandler = walk.entity
    parser.SkippedEntityHandler = walk.undeclared
    parser.StartElementHandler = walk.start
    parser.EndElementHandler = walk.end
    parser.CharacterDataHandler = walk.data
    try:
        parser.Parse(data, True)
    except expat.ExpatError as exc:
        reason = expat.errors.messages.get(exc.code, "syntax error")
        raise MusicXmlError(
            f"not well-formed XML ({reason}): export the score again", line=exc.lineno, column=exc.offset + 1
        ) from exc
    except (ValueError, LookupError) as exc:
        if isinstance(exc, MusicXmlError):
            raise
        raise MusicXmlError(f"unknown text encoding ({exc}): save the file as UTF-8") from exc
    return XmlFacts(walk.root, walk.notes)


def check_kern(data: bytes) -> str:
    """The text of a kern file that can be read safely.

    Raises:
        MusicXmlError: no kern in it, or too long or too wide; with the line.
    """
    if len(data) > MAX_KERN_BYTES:
        limit = MAX_KERN_BYTES / 1e6
        raise MusicXmlError(f"{len(data) / 1e6:.0f} MB of kern, the limit is {limit:.0f} MB: split it")
    if b"**kern" not in data:
        raise MusicXmlError("no **kern spine in the file: this is not a Humdrum kern score", line=1)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(lines) > MAX_KERN_LINES:
        raise MusicXmlError(f"more than {MAX_KERN_LINES:,} lines: split the file", line=MAX_KERN_LINES)
    for number, line in enumerate(lines, 1):
        if line.count("\t") >= MAX_KERN_SPINES or len(line) > MAX_KERN_LINE:
            raise MusicXmlError(
                f"a line of {len(line):,} characters is not kern: export the score again", line=number
            )
    return "\n".join(lines)


def unpack_mxl(data: bytes) -> bytes:
    """The score inside a compressed MusicXML archive.

    Raises:
        MusicXmlError: not a zip archive, encrypted, damaged, too large when unpacked, or without a score.
    """
    if len(data) > MAX_ARCHIVE_BYTES:
        raise MusicXmlError(
            f"an archive of {len(data) / 1e6:.0f} MB, the limit is {MAX_ARCHIVE_BYTES / 1e6:.0f} MB"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if len(archive.infolist()) > MAX_ARCHIVE_ENTRIES:
                raise MusicXmlError(
                    f"more than {MAX_ARCHIVE_ENTRIES} files in the archive: this is not a score"
                )
            return _read_entry(archive, _root_file(archive), MAX_XML_BYTES)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        NotImplementedError,
        RuntimeError,
        ValueError,
    ) as exc:
        if isinstance(exc, MusicXmlError):
            raise
        raise MusicXmlError(f"not a readable .mxl archive ({exc}): export the score again") from exc


def _read_entry(archive: zipfile.ZipFile, name: str, limit: int) -> bytes:
    """The bytes of one file; what the archive says of its size is not trusted."""
    with archive.open(name) as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise MusicXmlError(f"{name[:60]!r} unpacks to more than {limit / 1e6:.0f} MB: this is not a score")
    return data


def _root_file(archive: zipfile.ZipFile) -> str:
    """The name of the score: what the container names, else the first XML file at the top."""
    names = archive.namelist()
    found: list[str] = []
    if _CONTAINER in names:
        container = _read_entry(archive, _CONTAINER, 1024 * 1024)
        check_xml(container)
        parser = expat.ParserCreate()

        def start(name: str, attributes: dict[str, str]) -> None:
            if name.rpartition(":")[2] == "rootfile" and "full-path" in attributes:
                found.append(attributes["full-path"])

        parser.StartElementHandler = start
        parser.Parse(container, True)
    found += [
        name for name in names if name.endswith(_MIMETYPE_SUFFIXES) and not name.startswith("META-INF/")
    ]
    name = next((name for name in found if name in names), "")
    if not name:
        raise MusicXmlError("the archive holds no score: export it again as .mxl or .musicxml")
    if name.startswith(("/", "\\")) or ".." in name.split("/"):
        raise MusicXmlError(f"the archive names a file outside itself, {name[:60]!r}: export the score again")
    return name
