"""What is refused before music21 sees it. Each case is small or quick: what is tested is that it stays so."""

import io
import zipfile
from pathlib import Path

import pytest

from symbolic.errors import MusicXmlError
from symbolic.interop import safety
from symbolic.interop.safety import check_kern, check_xml, unpack_mxl

BODY = b"<score-partwise><part id='P1'><measure><note/></measure></part></score-partwise>"
CONTAINER = b"<container><rootfiles><rootfile full-path='%s'/></rootfiles></container>"


def archive(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in files.items():
            out.writestr(name, data)
    return buffer.getvalue()


def test_facts_of_a_document() -> None:
    facts = check_xml(b"<?xml version='1.0'?><!DOCTYPE score-partwise PUBLIC 'a' 'http://b/c.dtd'>" + BODY)
    assert (facts.root, facts.notes) == ("score-partwise", 1)


@pytest.mark.parametrize(
    "document",
    [
        b"<!DOCTYPE s [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><s>&e;</s>",
        b"<!DOCTYPE s [<!ENTITY % p SYSTEM 'http://127.0.0.1/p'> %p;]><s/>",
        b"<!DOCTYPE s [<!ENTITY a 'lol'><!ENTITY b '&a;&a;&a;'>]><s>&b;</s>",
        "<?xml version='1.0' encoding='utf-16'?><!DOCTYPE s [<!ENTITY e 'x'>]><s>&e;</s>".encode("utf-16"),
    ],
    ids=["external", "parameter", "expanding", "utf-16"],
)
def test_entities_are_refused(document: bytes) -> None:
    with pytest.raises(MusicXmlError, match="declares the entity") as error:
        check_xml(document)
    assert error.value.line == 1


def test_an_external_dtd_is_never_fetched(tmp_path: Path) -> None:
    dtd = tmp_path / "x.dtd"
    dtd.write_text("<!ENTITY e 'stolen'>")
    with pytest.raises(MusicXmlError, match="does not declare"):
        check_xml(b"<!DOCTYPE s SYSTEM '%s'><s>&e;</s>" % dtd.as_uri().encode())


def element(name: str, text: str, attributes: str = "") -> bytes:
    return f"<score-partwise>\n <{name} {attributes}>{text}</{name}></score-partwise>".encode()


@pytest.mark.parametrize(
    "document",
    [
        element("duration", "1e300"),
        element("duration", "nan"),
        element("divisions", "99999999999"),
        element("beats", "999999999"),
        element("octave", "99999999"),
        element("actual-notes", "999999"),
        element("staves", "9999999"),
        element("multiple-rest", "99999999"),
        element("repeat", "", "times='99999999'"),
        element("ending", "", "number='1-99999999'"),
    ],
)
def test_absurd_numbers_are_refused_with_their_line(document: bytes) -> None:
    with pytest.raises(MusicXmlError, match=r"a score can use") as error:
        check_xml(document)
    assert error.value.line == 2


@pytest.mark.parametrize("beats", ["4", "3+2", " 2 + 2 + 3 "])
def test_usual_numbers_pass(beats: str) -> None:
    check_xml(element("beats", beats))


def test_too_deep_too_many_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MusicXmlError, match="nested"):
        check_xml(b"<a>" * 1_000_000)
    with pytest.raises(MusicXmlError, match="slurs and lines open"):
        check_xml(b"<s>" + b"<slur type='start'/>" * (safety.MAX_OPEN_LINES + 1) + b"</s>")
    with pytest.raises(MusicXmlError, match="measures in a part"):
        check_xml(b"<part>" + b"<measure/>" * (safety.MAX_PART_MEASURES + 1) + b"</part>")
    monkeypatch.setattr(safety, "MAX_NOTES", 3)
    with pytest.raises(MusicXmlError, match="more than 3 notes"):
        check_xml(b"<s>" + b"<note/>" * 4 + b"</s>")
    monkeypatch.setattr(safety, "MAX_XML_BYTES", 1_000_000)
    with pytest.raises(MusicXmlError, match="the limit is 1 MB"):
        check_xml(b" " * 1_000_001)


def test_damaged_documents_tell_the_place() -> None:
    with pytest.raises(MusicXmlError, match="not well-formed") as error:
        check_xml(b"<a>\n<b></a>")
    assert (error.value.line, error.value.column) == (2, 6)
    with pytest.raises(MusicXmlError, match="encoding"):
        check_xml(b"<?xml version='1.0' encoding='no-such'?><a/>")


def test_archive_with_and_without_container() -> None:
    files = {
        "META-INF/container.xml": CONTAINER % b"music/score.xml",
        "a.xml": b"<a/>",
        "music/score.xml": BODY,
    }
    assert unpack_mxl(archive(files)) == BODY
    assert unpack_mxl(archive({"score.musicxml": BODY})) == BODY


def test_zip_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safety, "MAX_XML_BYTES", 1_000_000)
    with pytest.raises(MusicXmlError, match="unpacks to more than 1 MB"):
        unpack_mxl(archive({"score.xml": b" " * 50_000_000}))


@pytest.mark.parametrize("name", [b"../../etc/passwd", b"/etc/passwd"])
def test_names_outside_the_archive_are_refused(name: bytes) -> None:
    data = archive({"META-INF/container.xml": CONTAINER % name, name.decode(): BODY})
    with pytest.raises(MusicXmlError, match="outside itself"):
        unpack_mxl(data)


def test_damaged_archives() -> None:
    whole = archive({"score.xml": BODY * 100})
    broken = whole.replace(whole[40:60], b"\0" * 20)
    for data in (b"hello", whole[:-30], broken, archive({"readme.txt": b"x"})):
        with pytest.raises(MusicXmlError, match="export"):
            unpack_mxl(data)
    with pytest.raises(MusicXmlError, match="files in the archive"):
        unpack_mxl(archive({f"{number}.txt": b"" for number in range(safety.MAX_ARCHIVE_ENTRIES + 1)}))


def test_kern_limits() -> None:
    assert check_kern(b"**kern\r\n4c\r\n*-\r\n") == "**kern\n4c\n*-\n"
    assert "é" in check_kern("**kern\n!é\n*-".encode("latin-1"))
    for data, message in (
        (b"4c\n", r"no \*\*kern spine"),
        (b"**kern\n" + b"4c\n" * (safety.MAX_KERN_LINES + 1), "lines"),
        (b"**kern\n" + b"4c\t" * safety.MAX_KERN_SPINES, "not kern"),
        (b"**kern\n" + b"4" * (safety.MAX_KERN_LINE + 1), "not kern"),
        (b"**kern" + b" " * safety.MAX_KERN_BYTES, "the limit is 2 MB"),
    ):
        with pytest.raises(MusicXmlError, match=message):
            check_kern(data)
