"""Writing: canonical, short, and read back as the same score."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbolic.abc import parse, read_tune, write_abc, write_interleaved
from symbolic.errors import UnsupportedFeatureError
from symbolic.harmony import QUALITIES, ChordSymbol
from symbolic.key import MODE_FIFTHS, Key
from symbolic.meter import Meter, Tempo
from symbolic.pitch import Pitch
from symbolic.score import (
    Annotation,
    Chord,
    Decoration,
    Grace,
    LineBreak,
    Measure,
    Note,
    Rest,
    Score,
    Section,
    Slur,
    Tuplet,
    Voice,
)  # fmt: skip


def music(text: str) -> str:
    return text[text.index("\nK:") :].split("\n", 2)[2].rstrip("\n")


def rewritten(body: str, header: str = "M:4/4\nL:1/8", key: str = "C") -> str:
    return music(write_abc(parse(f"X:1\n{header}\nK:{key}\n{body}\n"), unit=Fraction(1, 2)))


@pytest.mark.parametrize(
    ("given_text", "canonical"),
    [
        ("C D E F G A B c |", "CDEF GABc|"),
        ("|: CDEF GABc :||: CDEF GABc :|", "|:CDEF GABc::CDEF GABc:|"),
        ("|:C8 |1 D8 :|2 E8 ||", "|:C8|1D8:|2E8||"),
        ("|:C8 | [1,3 D8 :|[2 E8 :|", "|:C8|1,3D8:|2E8:|"),
        ("A3/2B/2 c1/2d3/2 A>B c<d|", "A>Bc<d A>Bc<d|"),
        ("^F F =F F ^F A B c|", "^FF=FF ^FABc|"),
        ("(3ABC (3:2:3DEF (5:4:5GABcd|", "(3ABC(3DEF (5:4GABcd|"),
        ("[CE]2 [C2E2] [C2E4] z2|", "[CE]2[CE]2[C2E4]z2|"),
        ('"Amin" A2 "C major" c2 c4|', '"Am"A2"C"c2c4|'),
        ("!trill!A2 !staccato!B2 +fermata+ c4|", "TA2.B2Hc4|"),
        ("Z|Z|Z|C8|]", "Z3|C8|]"),
        ("|| C8|", "C8|"),
        ("A2cd e2dc|", "A2cd e2dc|"),
        ("|:C8:|\n|:D8|1E8:|\n[2F8|]", "|:C8:|\n|:D8|1E8:|\n[2F8|]"),
    ],
)
def test_canonical_text(given_text, canonical):
    assert rewritten(given_text) == canonical


def test_beams_follow_the_meter():
    assert rewritten("ABcdef|", "M:6/8\nL:1/8") == "ABc def|"
    assert rewritten("ABcdef|", "M:3/4\nL:1/8") == "AB cd ef|"
    assert rewritten("A|ABcdef|", "M:6/8\nL:1/8") == "A|ABc def|"
    assert rewritten("ABcd|", "M:none\nL:1/8") == "ABcd|"


def test_accidentals_are_explicit_where_programs_differ_about_octaves():
    assert rewritten("^Ff^fF z4|") == "^F^ffF z4|"
    assert rewritten("^F=f z6|") == "^F=fz6|"


def test_unit_length_is_chosen_for_short_text():
    assert "\nL:1/16\n" in write_abc(parse("X:1\nM:4/4\nL:1/8\nK:C\nA/B/c/d/A/B/c/d/A/B/c/d/A/B/c/d/|\n"))
    assert "\nL:1/4\n" in write_abc(parse("X:1\nM:4/4\nL:1/8\nK:C\nA2B2c2d2|A2B2c2d2|\n"))


def test_multi_voice_text():
    voices = 'V:1 name="Flute"\nV:2 clef=bass transpose=-12'
    text = write_abc(parse(f"X:1\nL:1/4\n{voices}\nK:C\n[V:1]C|[V:2]E|\n"))
    assert f"{voices}\nK:C\nV:1\nC|\nV:2\nE|\n" in text


def test_text_that_would_be_misread_is_escaped():
    score = parse("X:1\nK:C\nC|\n")
    score = replace(score, metadata=(("title", '50% of "A & B" \\ C &amp; D'), ("notes", "a\\'e")))
    (measure,) = score.voices[0].measures
    marked = replace(measure, events=(Annotation('say "hi" 5%', "^"), *measure.events))
    score = score.with_voices((replace(score.voices[0], measures=(marked,)),))
    assert parse(write_abc(score)) == score


def test_bar_synchronised_text():
    score = parse("X:1\nM:2/4\nL:1/4\nV:1\nV:2\nK:C\nV:1\nCD|EF|\nGA|\nw:la la\nV:2\nC,2|D,2|\nE,2|\n")
    text = write_interleaved(score)
    assert "[V:1]CD|[V:2]C,2|\n" in text
    assert parse(text) == score


def test_bar_synchronised_text_needs_bars_that_match():
    with pytest.raises(UnsupportedFeatureError, match="1, 2 measures"):
        write_interleaved(parse("X:1\nK:C\n[V:1]C|D|\n[V:2]C|\n"))


# Any score the model can hold survives

LENGTHS = st.sampled_from([Fraction(text) for text in "1/4 1/2 3/4 1 3/2 2 1/3 4 7/8".split()])
PITCHES = st.builds(Pitch, st.sampled_from("CDEFGAB"), st.integers(-2, 2), st.integers(2, 7))
NOTES = st.builds(Note, PITCHES, LENGTHS, st.booleans())
KEYS = st.one_of(
    st.builds(Key.from_fifths, st.integers(-7, 7), st.sampled_from(list(MODE_FIFTHS))),
    st.sampled_from([Key.none(), Key("A", "HP"), Key("D", "phrygian", (("F", 1),))]),
    st.just(Key("G", "major", (("B", -1),), explicit=True)),
)
METERS = st.sampled_from([Meter.parse(text) for text in "4/4 C C| 6/8 3/4 (2+3)/8 none 9/8 5/4".split()])
TEXTS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=8)
SYMBOLS = st.builds(
    ChordSymbol,
    st.sampled_from(["C", "F#", "Bb"]),
    st.sampled_from(list(QUALITIES)),
    st.sampled_from(["", "E"]),
)
MARKS = st.one_of(
    SYMBOLS,
    st.builds(Decoration, st.sampled_from(["trill", "staccato", "fermata", "f", "turn"])),
    st.builds(Annotation, TEXTS, st.sampled_from(["^", "_", "<", ">", "@"])),
    st.builds(lambda note, slash: Grace((note,), slash), NOTES, st.booleans()),
    st.sampled_from([Slur.START, Slur.END]),
    st.builds(Section, st.sampled_from(["A", "B"])),
    st.builds(Tempo, st.integers(20, 300).map(Fraction), st.sampled_from([Fraction(1), Fraction(3, 2)])),
    KEYS,
    METERS,
)
TIMED_EVENTS = st.one_of(
    NOTES,
    st.builds(Rest, LENGTHS, st.booleans()),
    st.builds(lambda length, pitches, tie: Chord(tuple(Note(pitch, length, tie) for pitch in pitches)),
              LENGTHS, st.lists(PITCHES, min_size=1, max_size=3), st.booleans()),
)  # fmt: skip
GROUPS = st.one_of(
    TIMED_EVENTS.map(lambda event: (event,)),
    st.builds(lambda mark, event: (mark, event), MARKS, TIMED_EVENTS),
    st.builds(lambda notes: (Tuplet(3, 2, 3), *(replace(note, duration=Fraction(1, 3)) for note in notes)),
              st.lists(NOTES, min_size=3, max_size=3)),
)  # fmt: skip
LAYERS = st.lists(GROUPS, min_size=1, max_size=5).map(
    lambda groups: tuple(event for group in groups for event in group)
)
OVERLAYS = LAYERS.map(
    lambda layer: tuple(event for event in layer if not isinstance(event, LineBreak | Key | Meter))
)
MEASURES = st.builds(
    lambda breaks, events, overlays, start, end, ending, bar: Measure(
        (*breaks, *events), tuple(overlays), start, end, ending, "|" if end else bar
    ),
    st.sampled_from([(), (LineBreak(),)]),
    LAYERS,
    st.lists(OVERLAYS, max_size=1),
    st.integers(0, 2),
    st.integers(0, 2),
    st.sampled_from([(), (), (1,), (1, 3)]),
    st.sampled_from(["|", "||", "|]", ".|", "[|"]),
)
VOICES = st.lists(st.lists(MEASURES, min_size=1, max_size=4).map(tuple), min_size=1, max_size=2).map(
    lambda voices: tuple(Voice(str(number), measures) for number, measures in enumerate(voices, 1))
)
SCORES = st.builds(
    Score,
    voices=VOICES,
    key=KEYS,
    meter=METERS,
    tempo=st.none(),
    metadata=st.lists(st.tuples(st.sampled_from(["title", "composer"]), TEXTS), max_size=2).map(tuple),
)


def starts_with_a_break(score: Score) -> bool:
    """A line cannot end before the music starts."""
    return any(isinstance(voice.measures[0].events[0], LineBreak) for voice in score.voices)


@given(SCORES.filter(lambda score: not starts_with_a_break(score)))
def test_reading_what_was_written_gives_the_same_score(score):
    text = write_abc(score)
    again, problems = read_tune(text)
    assert again == score, text
    assert not [problem for problem in problems if problem.severity == "error"]
    assert write_abc(again) == text


@given(SCORES.filter(lambda score: not starts_with_a_break(score)))
def test_reading_bar_synchronised_text_gives_the_same_score(score):
    count = min(len(voice.measures) for voice in score.voices)
    score = score.with_voices(
        tuple(replace(voice, measures=voice.measures[:count]) for voice in score.voices)
    )
    assert parse(write_interleaved(score)) == score


@pytest.mark.parametrize("rest", ["Z", "X"])
def test_bar_rest_before_a_repeat_sign_is_no_field(rest: str) -> None:
    score = parse(f"X:1\nL:1/4\nM:4/4\nK:C\n[M:4/4]{rest}:|\nCDEF|\n{rest}1:|\n")
    text = write_abc(score)
    assert len(score.voices[0].measures) == 3
    assert parse(text) == score


_ALTERED = st.builds(Pitch, st.sampled_from("CF"), st.integers(-1, 2), st.just(4))
_TIED = st.builds(Note, _ALTERED, st.just(Fraction(1)), st.booleans())
_LAYERS = st.lists(_TIED | st.sampled_from([Key("D"), Key("F"), Rest(Fraction(1))]), max_size=3).map(
    lambda events: (*events, Note(Pitch("G", 0, 4), Fraction(1)))
)


@given(st.lists(st.builds(lambda first, *over: Measure(first, over), _LAYERS, _LAYERS, _LAYERS), min_size=2))
def test_keys_and_ties_that_lead_nowhere_in_overlays_are_read_back(bars: list[Measure]) -> None:
    score = Score((Voice("1", tuple(bars)),), Key("C"), Meter.free())
    assert parse(write_abc(score)).voices[0].measures == tuple(bars)


@given(
    st.lists(st.builds(lambda events: Measure((*events, Note(Pitch("F", 1, 4), Fraction(1), True))), _LAYERS))
)
def test_ties_that_lead_nowhere_are_read_back(bars: list[Measure]) -> None:
    score = Score(
        (Voice("1", (*bars, Measure((Note(Pitch("F", 0, 4), Fraction(1)),)))),), Key("C"), Meter.free()
    )
    assert parse(write_abc(score)).voices[0].measures == score.voices[0].measures
