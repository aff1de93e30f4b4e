from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbolic.abc import parse, write_abc
from symbolic.folding import fold_repeats
from symbolic.pitch import Pitch
from symbolic.score import Measure, Note, Score, Voice
from symbolic.timeline import measure_spans, sounding_notes
from symbolic.transform import unfold
from tests.symbolic.strategies import scores

A = "CDEF GABc|dcBA G4|cBAG FEDC|"
B = "efga gfed|c2e2 g4|agfe dcBA|"


def folded(music: str, header: str = "M:4/4\nL:1/8\nK:C", least_agreement: float = 1.0) -> str:
    score = fold_repeats(parse(f"X:1\n{header}\n{music}"), least_agreement)
    return write_abc(score).partition("K:C\n")[2].strip().replace(" ", "").replace("\n", "")


def sound(score: Score) -> list[tuple[Fraction, Fraction, Pitch, int]]:
    played = sounding_notes(score, unfold_repeats=True)
    return sorted(
        ((note.onset, note.duration, note.pitch, note.voice) for note in played),
        key=lambda note: (note[0], note[3], note[2].midi, note[1], str(note[2])),
    )


def plain(text: str) -> str:
    return text.replace(" ", "")


def test_sections_played_twice() -> None:
    assert folded(f"{A}C8|{A}C8|{B}c8|{B}c8|]") == plain(f"|:{A}C8::{B}c8:|")


def test_first_and_second_endings() -> None:
    assert folded(f"{A}G8|{A}C8|{B}c8|]") == plain(f"|:{A}1G8:|2C8||{B}c8|]")


def test_a_repeat_cuts_the_bar_where_the_pickup_begins() -> None:
    music = f"G|{A}C4 E2 zG|{A}C4 E2 zA|{B}c4 e2 zA|{B}c4 e2 z|]"
    assert folded(music) == plain(f"|:G|{A}C4 E2 z::A|{B}c4 e2 z:|")


def test_a_plain_stretch_may_come_between() -> None:
    assert folded(f"{B}C8|{A}G8|{A}G8|B8|]") == plain(f"{B}C8|:{A}G8:|B8|]")


@pytest.mark.parametrize(
    "music",
    [
        f"{A}C8|{B}c8|]",
        "C8|D8|C8|D8|]",  # two bars are written out
        "C2DE FGAB|c4G4|E4D4|G4C4-|C2DE FGAB|c4G4|E4D4|G4C4-|C8|]",  # tied over the place of the sign
        f"|:{A}C8:|",
    ],
)
def test_what_is_left_as_it_is(music: str) -> None:
    score = parse(f"X:1\nM:4/4\nL:1/8\nK:C\n{music}")
    assert fold_repeats(score) == score


def test_keys_and_metres_are_stated_where_they_change_as_written() -> None:
    music = f"{A}[K:G]C8|[K:C]{A}[K:G]C8|]"
    score = parse(f"X:1\nM:4/4\nL:1/8\nK:C\n{music}")
    assert folded(music) == plain(f"|:{A}[K:G]C8:|")
    assert sound(fold_repeats(score)) == sound(score)
    assert len(fold_repeats(score).voices[0].measures) == 4


def test_all_voices_fold_alike() -> None:
    header = "X:1\nM:4/4\nL:1/8\nV:1\nV:2\nK:C\n"
    both = parse(f"{header}V:1\n{A}C8|{A}C8|]\nV:2\n{B}c8|{B}c8|]")
    assert [len(voice.measures) for voice in fold_repeats(both).voices] == [4, 4]
    one = parse(f"{header}V:1\n{A}C8|{A}C8|]\nV:2\n{B}c8|{A}c8|]")
    assert fold_repeats(one) == one


LONG = f"{A}c4G4|{B}"
"""Seven bars: 45 notes."""


@pytest.mark.parametrize(
    ("mistake", "plainer"),
    [("dcBG", "first"), ("dcB>A", "first"), ("[dB]cBA", "first"), ("d2BA", "wrong"), ("d/c/cBA", "right")],
)
def test_of_two_times_that_differ_a_little_the_plainer_is_kept(mistake: str, plainer: str) -> None:
    wrong = LONG.replace("dcBA", mistake, 1)
    for first, second in ((LONG, wrong), (wrong, LONG)):
        music = f"{first}C8|{second}C8|]"
        assert folded(music) == plain(music)
        kept = {"first": first, "wrong": wrong, "right": LONG}[plainer]
        assert folded(music, least_agreement=0.9) == plain(f"|:{kept}C8:|")


def test_where_the_ends_differ_there_are_two_endings_and_the_rest_may_differ_a_little() -> None:
    other = LONG.replace("dcBA", "dcBB", 1)
    assert folded(f"{LONG}E4G4|{other}D4C4|]", least_agreement=0.9) == plain(f"|:{LONG}1E4G4:|2D4C4||")


@pytest.mark.parametrize(
    "again",
    [
        LONG.replace("CDEF GABc", "EFGA Bcde"),  # 8 of 45 notes
        LONG.replace("CDEF", "C4"),  # 3
    ],
)
def test_what_differs_more_is_written_out(again: str) -> None:
    music = f"{LONG}C8|{again}C8|]"
    assert folded(music, least_agreement=0.95) == plain(music)


def test_short_sections_must_be_the_same() -> None:
    music = f"{A}C8|{A.replace('CDEF', 'CDEE')}C8|]"
    assert folded(music, least_agreement=0.9) == plain(music)


def test_other_lengths_are_no_other_notes() -> None:
    short = LONG.replace("BA G4", "BA G2z2")
    assert folded(f"{short}C8|{LONG}C8|]", least_agreement=0.999) == plain(f"|:{LONG}C8:|")


def test_a_share_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match=r"between \.5 and 1, got 90"):
        fold_repeats(parse("X:1\nK:C\nC8|]\n"), 90)


NOTE = st.builds(
    lambda pitch, length: (
        Note(Pitch(pitch), Fraction(length, 2)),
        Note(Pitch(pitch), Fraction(4 - length, 2)),
    ),
    st.sampled_from("CDE"),
    st.integers(1, 3),
)
SECTION = st.lists(NOTE, min_size=2, max_size=5)


@st.composite
def tunes(draw: st.DrawFn) -> Score:
    """Few notes and many repetitions, with a pickup or without, in one voice or two."""
    sections = draw(st.lists(SECTION, min_size=1, max_size=2))
    form = draw(st.lists(st.integers(0, len(sections) - 1), min_size=2, max_size=6))
    bars = [bar for index in form for bar in sections[index]]
    notes = [note for bar in bars for note in bar]
    pickup = draw(st.integers(0, 1))
    groups = [notes[:pickup], *(notes[index : index + 2] for index in range(pickup, len(notes), 2))]
    measures = tuple(Measure(tuple(group)) for group in groups if group)
    voices = [Voice("1", measures)]
    if draw(st.booleans()):
        voices.append(Voice("2", measures))
    score = parse("X:1\nM:2/4\nK:C\n")
    return score.with_voices(tuple(voices))


@settings(max_examples=150)
@given(tunes())
def test_folded_tunes_sound_the_same(score: Score) -> None:
    result = fold_repeats(score)
    assert sound(result) == sound(score)
    assert len(list(result.events())) <= len(list(score.events()))


@settings(max_examples=60)
@given(scores(), st.integers(2, 3))
def test_any_music_played_again_sounds_the_same(score: Score, times: int) -> None:
    played = unfold(score)
    again = played.with_voices(tuple(Voice(voice.id, voice.measures * times) for voice in played.voices))
    assert sound(fold_repeats(again)) == sound(again)


@settings(max_examples=100)
@given(tunes(), st.integers(2, 5), st.data())
def test_the_music_stays_as_long_and_few_notes_differ(score: Score, times: int, data: st.DataObject) -> None:
    """Sections come again with notes changed here and there."""
    bars = [voice.measures * times for voice in score.voices]
    changed = data.draw(st.sets(st.integers(0, len(bars[0]) - 1), max_size=3))
    voices = []
    for voice, own in zip(score.voices, bars, strict=True):
        measures = (_lowered(measure) if index in changed else measure for index, measure in enumerate(own))
        voices.append(Voice(voice.id, tuple(measures)))
    played = score.with_voices(tuple(voices))
    result = unfold(fold_repeats(played, 0.9))
    before, after = ({(onset, pitch.midi) for onset, _, pitch, _ in sound(each)} for each in (played, result))
    assert len(before - after) <= 0.1 * len(before)
    lengths = [sum(span.duration for span in measure_spans(each)) for each in (played, result)]
    assert lengths[0] == lengths[1]


def _lowered(measure: Measure) -> Measure:
    first, *others = measure.events
    return Measure((Note(Pitch("A"), first.duration), *others)) if isinstance(first, Note) else measure
