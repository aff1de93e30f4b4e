"""MusicXML through music21: against a reader of our own, and by feature."""

from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path

import pytest

from symbolic.abc import parse
from symbolic.errors import MusicXmlError
from symbolic.harmony import ChordSymbol
from symbolic.interop import from_music21, read_music21, to_music21, write_musicxml
from symbolic.interop.safety import unpack_mxl
from symbolic.key import Key
from symbolic.meter import Meter, Tempo
from symbolic.pitch import Pitch
from symbolic.score import (
    Annotation,
    Chord,
    Decoration,
    Grace,
    Lyric,
    Note,
    Rest,
    Score,
    Section,
    Slur,
    Tuplet,
)
from symbolic.timeline import measure_spans
from tests.symbolic.interop.plain_reader import plain_notes, score_notes
from tests.symbolic.interop.reading_back import events, read, sounding

SPEC = find_spec("music21")
CORPUS = (
    Path(SPEC.submodule_search_locations[0]) / "corpus" if SPEC and SPEC.submodule_search_locations else None
)
QUARTETS = Path(__file__).resolve().parents[4] / "shared/data/scores/openscore_quartets"


def document(measures: str, part: str = "") -> bytes:
    return f"""<?xml version="1.0"?>
<score-partwise><part-list><score-part id="P1"><part-name>Flute</part-name>{part}</score-part></part-list>
<part id="P1">{measures}</part></score-partwise>""".encode()


def measure(content: str, attributes: str = "") -> str:
    return f"<measure><attributes><divisions>12</divisions>{attributes}</attributes>{content}</measure>"


def key(fifths: int, mode: str) -> str:
    return f"<key><fifths>{fifths}</fifths><mode>{mode}</mode></key>"


def note(name: str, duration: int, extra: str = "", before: str = "") -> str:
    step, alter, octave = name[0], {"#": "1", "b": "-1"}.get(name[1:-1], "0"), name[-1]
    pitch = f"<pitch><step>{step}</step><alter>{alter}</alter><octave>{octave}</octave></pitch>"
    return f"<note>{before}{pitch}<duration>{duration}</duration>{extra}</note>"


# Against a plain reader


def assert_reads_like_plain_reader(path: Path) -> None:
    data = path.read_bytes()
    (score,), _ = read_music21(data, path.suffix[1:])
    assert score_notes(score) == plain_notes(unpack_mxl(data) if path.suffix == ".mxl" else data)
    starts = [[span.onset for span in measure_spans(score, number)] for number in range(len(score.voices))]
    assert all(onsets == starts[0] for onsets in starts)


@pytest.mark.parametrize(
    "name",
    [
        "bach/bwv66.6.mxl",
        "bach/bwv846.mxl",
        "demos/nested_tuplet_finale_test2.xml",
        "demos/two-voices.xml",
        "demos/voices_with_chords.xml",
        "haydn/opus74no1/movement3.mxl",
        "joplin/maple_leaf_rag.mxl",
        "leadSheet/berlinAlexandersRagtime.mxl",
        "schoenberg/opus19/movement2.mxl",
    ],
)
def test_corpus_file_reads_like_plain_reader(name: str) -> None:
    if CORPUS is None or not (CORPUS / name).exists():
        pytest.skip("music21 has no such file")
    assert_reads_like_plain_reader(CORPUS / name)


def test_quartet_reads_like_plain_reader() -> None:
    files = sorted(QUARTETS.glob("*.mxl"), key=lambda path: path.stat().st_size)
    if not files:
        pytest.skip("no OpenScore quartets here")
    assert_reads_like_plain_reader(files[0])


# By feature


def test_pickup_of_rests_keeps_its_length() -> None:
    rest = '<note><rest measure="yes"/><duration>12</duration><type>whole</type></note>'
    time = "<time><beats>4</beats><beat-type>4</beat-type></time>"
    score = read(document(measure(rest, time) + measure(note("C4", 48))))
    assert score.voices[0].measures[0].duration == 1
    assert events(score)[0] == Rest(Fraction(1))


def test_whole_bar_rest() -> None:
    rest = '<note><rest measure="yes"/><duration>36</duration></note>'
    time = "<time><beats>3</beats><beat-type>4</beat-type></time>"
    assert events(read(document(measure(rest, time)))) == (Rest(Fraction(3), whole_measure=True),)


def test_repeats_and_endings() -> None:
    start = '<barline location="left"><repeat direction="forward"/></barline>'
    first = '<barline location="left"><ending number="1,2" type="start"/></barline>'
    first_end = (
        '<barline location="right"><ending number="1,2" type="stop"/>'
        '<repeat direction="backward" times="3"/></barline>'
    )
    last = '<barline location="left"><ending number="3" type="start"/></barline>'
    last_end = '<barline location="right"><ending number="3" type="stop"/></barline>'
    score = read(
        document(
            measure(note("C4", 48))
            + measure(start + note("D4", 48))
            + measure(first + note("E4", 48) + first_end)
            + measure(last + note("F4", 48) + last_end)
        )
    )
    found = [(m.start_repeat, m.end_repeat, m.ending) for m in score.voices[0].measures]
    assert found == [(0, 0, ()), (1, 0, ()), (0, 2, (1, 2)), (0, 0, (3,))]
    assert [pitch for _, _, pitch in sounding(score, unfold=True)] == [60, 62, 64, 62, 64, 62, 65]


def test_a_last_ending_before_another_repeat_is_closed() -> None:
    def ending(number: int, content: str, repeat: str = "") -> str:
        return measure(
            f'<barline location="left"><ending number="{number}" type="start"/></barline>{content}'
            f'<barline location="right"><ending number="{number}" type="stop"/>{repeat}</barline>'
        )

    back = '<repeat direction="backward"/>'
    score = read(
        document(
            measure(note("C4", 48))
            + ending(1, note("D4", 48), back)
            + ending(2, note("E4", 48))
            + measure(note("F4", 48) + f'<barline location="right">{back}</barline>')
        )
    )
    assert [pitch for _, _, pitch in sounding(score, unfold=True)] == [60, 62, 60, 64, 65, 65]


def test_changes_of_key_metre_and_tempo() -> None:
    tempo = (
        '<direction placement="above"><direction-type><words>Allegro</words></direction-type><direction-type>'
        "<metronome><beat-unit>quarter</beat-unit><beat-unit-dot/><per-minute>80</per-minute></metronome>"
        "</direction-type></direction>"
    )
    first = key(-3, "minor") + "<time symbol='cut'><beats>2</beats><beat-type>2</beat-type></time>"
    second = key(2, "mixolydian") + "<time><beats>2+3</beats><beat-type>8</beat-type></time>"
    score = read(document(measure(tempo + note("C4", 48), first) + measure(note("A4", 30), second)))
    assert (score.key.name, score.meter) == ("C minor", Meter.parse("C|"))
    assert score.tempo == Tempo(Fraction(80), Fraction(3, 2), "Allegro")
    assert events(score, 1)[:2] == (Key("A", "mixolydian"), Meter((2, 3), 8))


def test_metronome_mark_without_a_unit_is_left_out() -> None:
    mark = "<metronome><beat-unit></beat-unit><per-minute>80</per-minute></metronome>"
    direction = f"<direction><direction-type>{mark}</direction-type></direction>"
    assert read(document(measure(direction + note("C4", 48)))).tempo is None


def test_no_key_and_no_metre_stated() -> None:
    score = read(document(measure(note("C4", 48))))
    assert (score.key, score.meter) == (Key.none(), Meter.free())


def test_signature_that_is_no_major_scale() -> None:
    steps = {"F": 1, "B": -1}
    odd = "".join(
        f"<key-step>{step}</key-step><key-alter>{alter}</key-alter>" for step, alter in steps.items()
    )
    signature = read(document(measure(note("C4", 48), f"<key>{odd}</key>"))).key.signature
    assert {step: alter for step, alter in signature.items() if alter} == steps


def test_tuplets_ties_and_chords() -> None:
    triplet = (
        "<type>eighth</type><time-modification><actual-notes>3</actual-notes><normal-notes>2</normal-notes>"
        "</time-modification>"
    )
    tied = "<type>half</type><notations><tied type='start'/></notations>"
    content = note("C4", 4, triplet) + note("D4", 4, triplet) + note("E4", 4, triplet)
    content += note("C4", 24, f"<tie type='start'/>{tied}") + note("E4", 24, "<type>half</type>", "<chord/>")
    content += note("C4", 12, "<tie type='stop'/><type>quarter</type>")
    score = read(document(measure(content)))
    third = Fraction(1, 3)
    assert events(score)[:4] == (
        Tuplet(3, 2, 3),
        *(Note(Pitch.parse(name), third) for name in ("C4", "D4", "E4")),
    )
    assert events(score)[4] == Chord((Note(Pitch("C"), Fraction(2), True), Note(Pitch("E"), Fraction(2))))
    assert (1.0, 3.0, 60) in sounding(score)


def test_grace_notes_slurs_signs_and_words() -> None:
    grace = (
        "<note><grace slash='yes'/><pitch><step>D</step><octave>5</octave></pitch><type>16th</type></note>"
    )
    marked = (
        "<type>quarter</type><notations><slur type='start'/><articulations><staccato/></articulations>"
        "<ornaments><trill-mark/></ornaments><fermata/></notations>"
        "<lyric number='1'><syllabic>begin</syllabic><text>A</text></lyric>"
        "<lyric number='2'><syllabic>single</syllabic><text>Oh</text></lyric>"
    )
    closing = "<notations><slur type='stop'/><technical><up-bow/></technical></notations>"
    dynamic = "<direction><direction-type><dynamics><mf/></dynamics></direction-type></direction>"
    section = "<direction><direction-type><rehearsal>A</rehearsal></direction-type></direction>"
    words = "<direction placement='below'><direction-type><words>dolce</words></direction-type></direction>"
    found = events(
        read(
            document(
                measure(section + dynamic + words + grace + note("C5", 12, marked) + note("B4", 12, closing))
            )
        )
    )
    assert found[0] == Section("A")
    assert {Annotation("dolce", "_"), Decoration("mf")} == set(found[1:3])
    assert Grace((Note(Pitch("D", 0, 5), Fraction(1, 4)),), slash=True) in found
    assert {Decoration("staccato"), Decoration("trill"), Decoration("fermata")} < set(found)
    assert [mark for mark in found if isinstance(mark, Lyric)] == [Lyric("A-", 1), Lyric("Oh", 2)]
    assert found.index(Slur.START) < found.index(Note(Pitch("C", 0, 5), Fraction(1)))
    assert found[-3:] == (Decoration("upbow"), Note(Pitch("B"), Fraction(1)), Slur.END)


def test_chord_symbols_also_where_no_note_begins() -> None:
    def harmony(step: str, kind: str, extra: str = "") -> str:
        return f"<harmony><root><root-step>{step}</root-step></root><kind>{kind}</kind>{extra}</harmony>"

    bass = "<bass><bass-step>E</bass-step><bass-alter>-1</bass-alter></bass>"
    none = "<harmony><root><root-step>C</root-step></root><kind text='N.C.'>none</kind></harmony>"
    content = harmony("C", "minor-seventh", bass) + note("C4", 24) + none + note("D4", 24)
    held = note("C4", 48) + "<backup><duration>24</duration></backup>" + harmony("G", "dominant")
    score = read(document(measure(content) + measure(held)))
    assert events(score)[0] == ChordSymbol("C", "min7", "Eb")
    assert Annotation("N.C.", "^") in events(score)
    (overlay,) = score.voices[0].measures[1].overlays
    assert overlay == (
        Rest(Fraction(2), visible=False),
        ChordSymbol("G", "7"),
        Rest(Fraction(2), visible=False),
    )


def test_voices_of_a_part_are_overlays() -> None:
    first, second = "<voice>1</voice>", "<voice>2</voice>"
    content = note("E5", 48, first) + "<backup><duration>24</duration></backup>" + note("C4", 24, second)
    (one,) = read(document(measure(content))).voices[0].measures
    assert one.events == (Note(Pitch("E", 0, 5), Fraction(4)),)
    assert one.overlays == ((Rest(Fraction(2), visible=False), Note(Pitch("C"), Fraction(2))),)


def test_transposing_instrument_and_program() -> None:
    part = (
        "<score-instrument id='I1'><instrument-name>Clarinet in Bb</instrument-name></score-instrument>"
        "<midi-instrument id='I1'><midi-program>72</midi-program></midi-instrument>"
    )
    transpose = "<transpose><diatonic>-1</diatonic><chromatic>-2</chromatic></transpose>"
    (voice,) = read(document(measure(note("D4", 48), transpose), part)).voices
    assert (voice.transposition, voice.program, voice.name) == (-2, 71, "Flute")
    assert events(Score((voice,)))[0] == Note(Pitch("D"), Fraction(4))
    (voice,) = read(document(measure(note("D4", 48)), part)).voices
    assert voice.transposition == 0, "the name of an instrument alone moves nothing"


def test_octave_clef_is_written_pitch_and_transposition() -> None:
    clef = "<clef><sign>G</sign><line>2</line><clef-octave-change>-1</clef-octave-change></clef>"
    score = read(document(measure(note("C4", 48), clef)))
    (voice,) = score.voices
    assert (voice.clef, voice.transposition, events(score)[0].pitch.octave) == ("treble-8", -12, 5)  # type: ignore[union-attr]
    assert [pitch for _, _, pitch in sounding(score)] == [60]
    assert read(write_musicxml(score)) == score


def test_signs_of_repetition_and_hairpins() -> None:
    def direction(content: str) -> str:
        return f"<direction><direction-type>{content}</direction-type></direction>"

    content = direction("<wedge type='crescendo'/>") + note("C4", 24) + note("D4", 24)
    content += direction("<wedge type='stop'/>") + direction("<words>D.C. al Fine</words>")
    found = events(read(document(measure(direction("<segno/>") + content))))
    names = [mark.name for mark in found if isinstance(mark, Decoration)]
    assert names == ["segno", "crescendo(", "crescendo)", "D.C.alfine"]


def test_what_cannot_be_read_is_told_in_one_line() -> None:
    for data, message in (
        (b"<html/>", "the root element is <html>"),
        (document(""), "no notes or rests"),
        (
            document(measure(note("C4", 48), "<time><beats>3</beats><beat-type>7</beat-type></time>")),
            "power of two",
        ),
        (
            document(measure(note("C4", 48), "<time><beats>3</beats><beat-type>0</beat-type></time>")),
            "cannot read it",
        ),
    ):
        with pytest.raises(MusicXmlError, match=message) as error:
            read_music21(data, "musicxml")
        assert "\n" not in str(error.value)


def test_warnings_become_problems() -> None:
    stop = "<direction><direction-type><wedge type='stop'/></direction-type></direction>"
    _, problems = read_music21(document(measure(stop + note("C4", 48))), "musicxml")
    assert [problem.code for problem in problems] == ["music21"]


# Kern, MEI, music21's own


def test_kern_with_a_mode_of_its_own() -> None:
    text = "!!!OTL: Kyrie\n!!!COM: Anon\n**kern\t**kern\n*k[b-]\t*k[b-]\n*G:dor\t*G:dor\n*M2/2\t*M2/2\n"
    text += "=1\t=1\n2GG\t4g\n.\t8a\n.\t8b-\n2D\t2a\n=2:|!\t=2:|!\n1GG\t1g\n==\t==\n*-\t*-\n"
    (score,), _ = read_music21(text.encode(), "krn")
    assert (score.key.name, score.meter.name, score.title, score.info("composer")) == (
        "G dorian",
        "2/2",
        "Kyrie",
        "Anon",
    )
    assert [len(voice.measures) for voice in score.voices] == [2, 2]
    assert score.voices[0].measures[0].end_repeat == 1
    assert {pitch for onset, _, pitch in sounding(score) if onset == 0} == {43, 67}


def test_mei() -> None:
    text = """<mei xmlns="http://www.music-encoding.org/ns/mei"><music><body><mdiv><score>
    <scoreDef key.sig="1s" meter.count="3" meter.unit="4"><staffGrp>
    <staffDef n="1" lines="5" clef.shape="G" clef.line="2"/></staffGrp></scoreDef>
    <section><measure n="1"><staff n="1"><layer n="1"><note pname="g" oct="4" dur="4"/>
    <chord dur="2"><note pname="f" accid.ges="s" oct="4"/><note pname="a" oct="4"/></chord>
    </layer></staff></measure></section></score></mdiv></body></mei>"""
    (score,), _ = read_music21(text.replace("</mei>", "</music></mei>").encode(), "mei")
    assert (score.key.fifths, score.meter.name) == (1, "3/4")
    assert sounding(score) == [(0.0, 1.0, 67), (1.0, 2.0, 66), (1.0, 2.0, 69)]


def test_music21_streams_both_ways() -> None:
    score = parse("X:1\nT:Both\nM:6/8\nL:1/8\nK:Em\nB|:EGB e2d|(3BcB A G3:|")
    stream = to_music21(score)
    assert [round(float(one.quarterLength), 6) for one in stream.recurse().notes][:2] == [0.5, 0.5]
    again = from_music21(stream)
    assert again.voices == score.voices
    assert (again.key, again.meter, again.title) == (score.key, score.meter, "Both")
