"""MusicXML, kern and MEI by way of music21, and music21's own streams, to and from `Score`.

music21 takes one to two seconds to load, so it is loaded by the first call. What it warns of comes
back as `Problem`s; what it cannot read becomes a `MusicXmlError` of one line.
"""

from __future__ import annotations

import contextlib
import copy
import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

from symbolic.errors import MusicXmlError, Problem
from symbolic.interop.safety import check_kern, check_xml, unpack_mxl
from symbolic.key import mode_named
from symbolic.score import Score


def from_music21(stream: Any) -> Score:
    """Reads a music21 score or part.

    Raises:
        MusicXmlError: it has no notes.
    """
    from symbolic.interop.reading import score_from_stream

    return score_from_stream(stream)


def to_music21(score: Score) -> Any:
    """The score as a music21 `stream.Score`, in measures, ready for music21's own tools."""
    from symbolic.interop.writing import stream_from_score

    return stream_from_score(score)


def write_musicxml(score: Score) -> bytes:
    """Writes uncompressed MusicXML (UTF-8).

    Raises:
        UnsupportedFeatureError: the score has no measures, or durations finer than a 2048th note.
    """
    from symbolic.interop.export import musicxml_from_score

    with _quiet([]):
        return musicxml_from_score(score)


_CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container>
  <rootfiles>
    <rootfile full-path="score.musicxml" media-type="application/vnd.recordare.musicxml+xml"/>
  </rootfiles>
</container>
"""


def write_mxl(score: Score) -> bytes:
    """Writes compressed MusicXML; the same score gives the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (
            ("META-INF/container.xml", _CONTAINER.encode()),
            ("score.musicxml", write_musicxml(score)),
        ):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, text)
    return buffer.getvalue()


def read_music21(data: bytes, format: str) -> tuple[list[Score], list[Problem]]:
    """Reads the pieces in a file (one, except in some kern files) and what was noticed in it.

    Args:
        data: the bytes of the file.
        format: ``krn``, or one of ``musicxml``, ``mxl`` and ``mei``, between which the content decides.

    Raises:
        MusicXmlError: damaged, unsafe, too large, or beyond what music21 reads.
    """
    if format == "krn":
        read: Any = _read_kern
    else:
        data = unpack_mxl(data) if format == "mxl" or data[:4] == b"PK\x03\x04" else data
        root = check_xml(data).root
        if root not in {"score-partwise", "mei"}:
            raise MusicXmlError(
                f"the root element is <{root}>, not <score-partwise> or <mei>: export as partwise MusicXML"
            )
        read = _read_mei if root == "mei" else _read_musicxml
    notes: list[str] = []
    try:
        with _quiet(notes):
            stream = read(data)
            pieces = list(stream.scores) if "Opus" in stream.classes else [stream]
            scores = [from_music21(piece) for piece in pieces]
    except MusicXmlError:
        raise
    except ImportError as exc:
        raise MusicXmlError(f"music21 is needed and does not load ({exc}); run: pip install music21") from exc
    except Exception as exc:  # music21 raises whatever its own code runs into on damaged music
        message = " ".join(str(exc).split())[:200]
        raise MusicXmlError(
            f"music21 cannot read it ({type(exc).__name__}: {message}): export the score again"
        ) from exc
    return scores, [Problem("music21", text, 1, 1) for text in dict.fromkeys(notes)]


def _read_musicxml(data: bytes) -> Any:
    from music21.musicxml.xmlToM21 import MusicXMLImporter

    root = ElementTree.fromstring(data)
    _drop_empty_metronomes(root)
    _free_short_rests(root)
    importer = MusicXMLImporter()
    importer.xmlRootToScore(root, importer.stream)
    _restore_instruments(root, importer.stream)
    return importer.stream


def _restore_instruments(root: ElementTree.Element, stream: Any) -> None:
    """Gives instruments the MIDI programs and names that the file states, which music21 mixes up."""
    stated = {part.get("id"): part for part in root.iterfind("part-list/score-part")}
    for player in stream.recurse().getElementsByClass("Instrument"):
        part = stated.get(player.partId)
        if part is not None:
            program = (part.findtext("midi-instrument/midi-program") or "").strip()
            player.midiProgram = (
                int(program) - 1 if program.isdecimal() and 1 <= int(program) <= 128 else None
            )
            player.partName = " ".join((part.findtext("part-name") or "").split())


def _drop_empty_metronomes(root: ElementTree.Element) -> None:
    """Takes out metronome marks without a beat unit, at which music21 gives up the whole score."""
    for direction in root.iter("direction-type"):
        for metronome in direction.findall("metronome"):
            if not all((unit.text or "").strip() for unit in metronome.iter("beat-unit")):
                direction.remove(metronome)


def _free_short_rests(root: ElementTree.Element) -> None:
    """Keeps music21 from stretching a rest that is alone in its measure to the length of the time signature.

    It does so with whole rests and with those that say ``measure="yes"``, so that a pickup bar of rests
    moves its part against the others. A second rest of no length beside it prevents that.
    """
    for part in root.iterfind("part"):
        divisions, bar = 1.0, 4.0
        for measure in part.iterfind("measure"):
            for attributes in measure.iterfind("attributes"):
                divisions = float(attributes.findtext("divisions") or divisions)
                if (time := attributes.find("time")) is not None:
                    bar = _bar_quarters(time) or bar
            notes = measure.findall("note")
            if len(notes) == 1 and notes[0].find("rest") is not None:
                _free_rest(measure, notes[0], bar * divisions)


def _bar_quarters(time: ElementTree.Element) -> float:
    """The length of a bar, for ``3`` over ``4`` as for ``2+3`` over ``8``; 0 without a time signature."""
    pairs = zip(time.iterfind("beats"), time.iterfind("beat-type"), strict=False)
    return sum(
        4 * sum(map(int, (beats.text or "0").split("+"))) / int(unit.text or 4) for beats, unit in pairs
    )


def _free_rest(measure: ElementTree.Element, element: ElementTree.Element, bar: float) -> None:
    rest, length = element.find("rest"), element.find("duration")
    if rest is None or length is None or float(length.text or 0) == bar:
        return
    rest.attrib.pop("measure", None)
    silent = copy.deepcopy(element)
    for child in list(silent):
        if child.tag == "duration":
            child.text = "0"
        elif child.tag not in {"rest", "voice", "staff"}:
            silent.remove(child)
    measure.insert(list(measure).index(element) + 1, silent)


def _read_mei(data: bytes) -> Any:
    from music21.mei import MeiToM21Converter

    return MeiToM21Converter(ElementTree.tostring(ElementTree.fromstring(data), encoding="unicode")).run()


def _read_kern(data: bytes) -> Any:
    from music21.humdrum.spineParser import HumdrumDataCollection

    text = check_kern(data)
    collection = HumdrumDataCollection(text)
    collection.parse()
    _restore_modes(text, collection.stream)
    return collection.stream


_KERN_MODE = re.compile(r"\*([A-Ga-g])([#-]?):(ion|dor|phr|lyd|mix|aeo|loc)\b")


def _restore_modes(text: str, stream: Any) -> None:
    """Adds the mode that a kern file opens with (``*G:mix``); music21 reads major and minor only."""
    from music21 import key
    from music21 import stream as m21_stream

    opening = text.split("\n=", 1)[0]
    match = _KERN_MODE.search(opening)
    if match is None:
        return
    mode = mode_named(match[3])
    for part in stream.parts:
        measure = part.getElementsByClass(m21_stream.Measure).first() or part
        found = key.Key(match[1].upper() + match[2], mode)
        signature = measure.recurse().getElementsByClass(key.KeySignature).first()
        if signature is not None and signature.sharps == found.sharps:
            measure.insert(0, found)


@contextlib.contextmanager
def _quiet(notes: list[str]) -> Iterator[None]:
    """Collects what music21 warns of or writes to standard error."""
    stderr = io.StringIO()
    with warnings.catch_warnings(record=True) as caught, contextlib.redirect_stderr(stderr):
        warnings.simplefilter("always")
        yield
    notes += [" ".join(str(warning.message).split())[:200] for warning in caught]
    notes += [" ".join(line.split())[:200] for line in stderr.getvalue().splitlines() if line.strip()]
