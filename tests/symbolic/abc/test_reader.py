"""What the standard says and real tunes do, beyond the cases that two programs settle."""

from fractions import Fraction

import pytest

from symbolic.abc import parse, read_book, read_tune
from symbolic.abc.tunebook import split_book
from symbolic.errors import AbcSyntaxError
from symbolic.harmony import ChordSymbol
from symbolic.key import Key
from symbolic.meter import Meter, Tempo
from symbolic.score import (
    Annotation,
    Chord,
    Decoration,
    Directive,
    Grace,
    LineBreak,
    Lyric,
    Note,
    Rest,
    Score,
    Section,
    Slur,
    Tuplet,
)  # fmt: skip


def tune(music: str, header: str = "M:4/4\nL:1/4", key: str = "C") -> Score:
    return parse(f"X:1\n{header}\nK:{key}\n{music}\n")


def events(score: Score, kind: type) -> list:
    return [event for event in score.events() if isinstance(event, kind)]


def pitches(score: Score) -> str:
    return " ".join(str(note.pitch) for note in events(score, Note))


def codes(text: str) -> list[str]:
    return [problem.code for problem in read_tune(text)[1]]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Ddor", Key("D", "dorian")),
        ("AMIX", Key("A", "mixolydian")),
        ("E Minor", Key("E", "minor")),
        ("F#m", Key("F#", "minor")),
        ("B locrian", Key("B", "locrian")),
        ("Bb ionian", Key("Bb", "major")),
        ("G aeolian", Key("G", "minor")),
        ("none", Key.none()),
        ("", Key.none()),
        ("HP", Key("A", "HP")),
        ("Hp", Key("A", "Hp")),
        ("D exp ^f =c", Key("D", "major", (("F", 1), ("C", 0)), explicit=True)),
        ("Dphr ^f", Key("D", "phrygian", (("F", 1),))),
        ("Dmix=c", Key("D", "mixolydian", (("C", 0),))),
        ("C clef=bass octave=0", Key("C")),
        ("Am bass", Key("A", "minor")),
    ],
)
def test_key_field(text, key):
    assert tune("C", key=text).key == key


def test_pipe_keys_sharpen_f_and_c():
    assert pitches(tune("FGAcf", key="HP")) == "F#4 G4 A4 C#5 F#5"


def test_unknown_words_in_a_key_are_reported_and_the_tonic_stands():
    score, problems = read_tune("X:1\nK:Bn\nC|\n")
    assert score.key == Key("B")
    assert [(problem.code, problem.line) for problem in problems] == [("bad-field", 2)]


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("M:2/4", "1/4"),
        ("M:3/4", "1/2"),
        ("M:6/8", "1/2"),
        ("M:none", "1/2"),
        ("", "1/2"),
        ("M:2+3/8", "1/4"),
    ],
)
def test_default_unit_length(header, unit):
    score = tune("C", header=header or "T:t")
    assert events(score, Note)[0].duration == Fraction(unit)


@pytest.mark.parametrize(
    ("text", "tempo"),
    [
        ("1/4=120", Tempo(Fraction(120), Fraction(1))),
        ('"Allegro" 3/8=60.5', Tempo(Fraction(121, 2), Fraction(3, 2), "Allegro")),
        ('3/8=60 "lively"', Tempo(Fraction(60), Fraction(3, 2), "lively")),
        ('"Largo"', Tempo(text="Largo")),
        ("1/4 3/8=40", Tempo(Fraction(40), Fraction(5, 2))),
        ("120", Tempo(Fraction(120), Fraction(1))),
        ("C3=40", Tempo(Fraction(40), Fraction(3))),
    ],
)
def test_tempo_field(text, tempo):
    assert tune("C", header=f"M:4/4\nL:1/4\nQ:{text}").tempo == tempo


@pytest.mark.parametrize(
    ("text", "meter"),
    [
        ("C", Meter((4,), 4, "C")),
        ("C|", Meter((2,), 2, "C|")),
        ("none", Meter.free()),
        ("(2+3)/8", Meter((2, 3), 8)),
        ("2+2+3/8", Meter((2, 2, 3), 8)),
        ("2/4+3/8", Meter((4, 3), 8)),
    ],
)
def test_meter_field(text, meter):
    assert tune("C", header=f"M:{text}").meter == meter


def test_accidental_scope_follows_the_directive():
    assert pitches(tune("^Ff|")) == "F#4 F#5"
    assert pitches(tune("^FfF|", header="%%propagate-accidentals octave")) == "F#4 F5 F#4"
    assert pitches(tune("^FF|", header="%%propagate-accidentals not")) == "F#4 F4"


def test_tied_note_keeps_its_accidental_over_the_bar_alone():
    assert pitches(tune("^F-|F F|")) == "F#4 F#4 F4"
    assert pitches(tune("[^F-A]|[FA] F|")) == "F4"
    chords = events(tune("[^F-A]|[FA] F|"), Chord)
    assert [str(chord.notes[0].pitch) for chord in chords] == ["F#4", "F#4"]


def test_marks_stand_before_the_note_they_belong_to():
    measure = tune('"Am7/G""^up".~!trill!{/ag}(3(ABc)').voices[0].measures[0]
    kinds = [type(event) for event in measure.events]
    marks = [ChordSymbol, Annotation, Decoration, Decoration, Decoration, Grace, Tuplet, Slur]
    assert kinds == [*marks, Note, Note, Note, Slur]
    assert measure.events[0] == ChordSymbol("A", "min7", "G")
    assert measure.events[5].slash
    assert measure.events[6] == Tuplet(3, 2, 3)
    assert measure.duration == 2


def test_decoration_inside_a_chord_moves_before_it():
    score = tune('[.C"G"E]')
    assert [type(event) for event in score.events()] == [Decoration, ChordSymbol, Chord]


def test_user_symbols_and_macros():
    score = tune("T!f!W A", header="U:W = !turn!\nU:T = !mordent!\nL:1/4")
    assert [decoration.name for decoration in events(score, Decoration)] == ["mordent", "f", "turn"]
    assert pitches(tune("~G2 A", header="m:~G2 = {A}G{F}G\nL:1/4")) == "G4 G4 A4"
    assert pitches(tune("~c2 A", header="m:~n2 = (3ono\nL:1/4")) == "D5 C5 D5 A4"


def test_lyrics_align_with_notes():
    score = tune("CD EF|G2 z A|\nw:one two-three * | four~five _\nw:se-cond")
    lyrics = [(lyric.text, lyric.verse) for lyric in events(score, Lyric)]
    assert sorted(lyrics, key=lambda lyric: lyric[1]) == [
        ("one", 1), ("two-", 1), ("three", 1), ("four five", 1), ("_", 1), ("se-", 2), ("cond", 2)
    ]  # fmt: skip
    measure = score.voices[0].measures[1]
    assert [type(event) for event in measure.events] == [Lyric, Note, Rest, Lyric, Note]


def test_lyrics_belong_to_the_voice_of_their_line():
    score = parse("X:1\nL:1/4\nK:C\n[V:1] CD|\nw:a b\n[V:2] EF|\nw:c d\n[V:1] GA|\nw:e f\n")
    words = [
        [event.text for measure in voice.measures for event in measure.events if isinstance(event, Lyric)]
        for voice in score.voices
    ]
    assert words == [["a", "b", "e", "f"], ["c", "d"]]


def test_too_many_syllables_are_reported():
    assert codes("X:1\nL:1/4\nK:C\nCD|\nw:a b c\n") == ["lyrics"]


def test_voices_in_any_layout():
    by_block = parse("X:1\nL:1/4\nV:T clef=treble\nV:B clef=bass\nK:C\nV:T\nCD|EF|\nV:B\nC,D,|E,F,|\n")
    by_line = parse(
        "X:1\nL:1/4\nV:T clef=treble\nV:B clef=bass\nK:C\n[V:T]CD|\n[V:B]C,D,|\n[V:T]EF|\n[V:B]E,F,|\n"
    )
    inline = parse("X:1\nL:1/4\nV:T clef=treble\nV:B clef=bass\nK:C\n[V:T]CD|[V:B]C,D,|[V:T]EF|[V:B]E,F,|\n")
    assert [voice.id for voice in by_block.voices] == ["T", "B"]
    assert [voice.clef for voice in by_block.voices] == ["treble", "bass"]
    expected = by_block.note_array().tolist()
    assert by_line.note_array().tolist() == expected
    assert inline.note_array().tolist() == expected


def test_voices_declared_in_the_body():
    score = parse("X:1\nL:1/4\nK:C\nV:1 name=Flute\nV:2 name=Oboe transpose=-2\nV:1\nc|\nV:2\nd|\n")
    assert [(voice.id, voice.name) for voice in score.voices] == [("1", "Flute"), ("2", "Oboe")]
    assert score.voices[1].transposition == -2


def test_overlays_sound_together():
    score = tune("C D E F & C,4|G4|")
    assert [(row["onset_quarter"], row["pitch"]) for row in score.note_array()] == [
        (0, 48), (0, 60), (1, 62), (2, 64), (3, 65), (4, 67)
    ]  # fmt: skip


def test_octave_clef_and_transposition_words():
    assert pitches(tune("C", key="C octave=-1")) == "C3"
    score = tune("C", key="C clef=treble-8")
    assert (score.voices[0].clef, score.voices[0].transposition) == ("treble-8", -12)
    assert tune("C", key="C transpose=-2").note_array()["pitch"].tolist() == [58]


def test_parts_sections_and_mid_tune_changes():
    score = tune("P:A\nCD|\nP:B\n[M:3/4][K:G]F2[L:1/8]F2|", header="M:2/4\nL:1/4\nP:ABA")
    assert [section.label for section in events(score, Section)] == ["A", "B"]
    assert score.part_order == "ABA"
    assert events(score, Meter) == [Meter((3,), 4)]
    assert events(score, Key) == [Key("G")]
    unfolded = score.note_array(unfold=True)
    assert unfolded["pitch"].tolist() == [60, 62, 66, 66, 60, 62]
    assert unfolded["duration_quarter"].tolist() == [1, 1, 2, 1, 1, 1]


def test_whole_bar_rests_fill_bars():
    rests = events(tune("Z2|C4|X|"), Rest)
    assert [(rest.duration, rest.visible) for rest in rests] == [(4, True), (4, True), (4, False)]


def test_missing_bar_sign_at_a_line_end_is_supplied_when_the_bar_is_full():
    measures = tune("CDEF\nGABc|\nCD\nEF|").voices[0].measures
    assert [measure.duration for measure in measures] == [4, 4, 4]
    assert LineBreak() in measures[2].events[1:]


def test_continuation_comment_and_remark_lines():
    score = tune("CD\\\nEF|% a comment | with bars\nr:a remark\nG4|")
    assert len(score.voices[0].measures) == 2
    assert len(events(score, LineBreak)) == 1


def test_directives_are_kept_and_instruments_understood():
    text = "X:1\n%%MIDI program 40\n%%score (1 2)\nK:C\n%%MIDI channel 10\nC|[I:newpage]D|\n"
    score = parse(text)
    assert score.directives == ("score (1 2)",)
    assert (score.voices[0].program, score.voices[0].percussion) == (40, True)
    assert events(score, Directive) == [Directive("newpage")]


def test_text_fields_decode_accents():
    score = parse("X:1\nT:Caf\\'e \\u00e9t\\'e &amp; 100\\% % comment\nC:Dvo\\vr\\'ak\nK:C\nC\n")
    assert score.title == "Café été & 100%"
    assert score.info("composer") == "Dvořák"


def test_field_continuation_line():
    assert parse("X:1\nT:one\n+:two\nK:C\nC\n").title == "one two"


BOOK = b"""%abc-2.1
L:1/4
some words of introduction

X:1
T:First
K:G
GAB|

free text between tunes

X:2
T:S\xe9cond
K:D
DEF|
"""


def test_tune_book_with_file_header_free_text_and_latin1():
    scores, problems = read_book(BOOK)
    assert [score.title for score in scores] == ["First", "Sécond"]
    assert scores[0].voices[0].measures[0].duration == 3
    assert problems == []
    assert read_book(b"\xef\xbb\xbfX:1\nT:\xc3\xa9\nK:C\nC|\n")[0][0].title == "é"
    assert [tune.first_line for tune in split_book(BOOK.decode("latin-1")).tunes] == [5, 12]


def test_line_endings_of_all_systems():
    assert read_book("X:1\r\nK:C\r\nCD|\r\n")[0] == read_book("X:1\nK:C\nCD|\n")[0]
    assert read_book("X:1\rK:C\rCD|\r")[0] == read_book("X:1\nK:C\nCD|\n")[0]


def test_fragment_with_a_key_but_no_reference_number():
    assert parse("K:D\nDEF|").key == Key("D")


@pytest.mark.parametrize("text", ["", "   \n\n", "hello world", "no tune: here\nat all"])
def test_text_without_a_tune_is_refused(text):
    with pytest.raises(AbcSyntaxError, match="no tune"):
        parse(text)


def test_problems_carry_line_and_column():
    _, problems = read_tune('%\n\nX:1\nT:t\nK:C\nCD ] E|\nF " G|\n')
    assert [(problem.code, problem.line, problem.column) for problem in problems] == [
        ("stray-character", 6, 4),
        ("unclosed-quote", 7, 3),
    ]


def test_strict_reading_raises_with_the_position():
    with pytest.raises(AbcSyntaxError, match=r"line:3:3: .*is not music"):
        parse("X:1\nK:C\nC ]|\n", strict=True)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("M:7/9", "bad-field"),
        ("L:0/1", "bad-field"),
        ("U:9=!trill!", "bad-field"),
        ("m:nothing", "bad-field"),
        ("J:what", "unknown-field"),
        ("Q:fast", "bad-field"),
    ],
)
def test_bad_header_fields_are_reported_and_survived(line, code):
    score, problems = read_tune(f"X:1\n{line}\nK:C\nCDEF|\n")
    assert [(problem.code, problem.line) for problem in problems] == [(code, 2)]
    assert len(events(score, Note)) == 4


ODD = "[M:x] [K:?] [V:] { {} [] [|] - > (3 & !x Z99999999 (0ab A/0 A999999999999".split()


@pytest.mark.parametrize("text", ODD)
def test_odd_music_never_raises(text):
    score, _ = read_tune(f"X:1\nK:C\n{text} CDEF|{text}\n")
    assert len(events(score, Note)) >= 4


def test_a_line_of_absurd_length_is_skipped():
    assert codes("X:1\nK:C\n" + "(" * 300_000 + "\nC|\n") == ["line-too-long"]
