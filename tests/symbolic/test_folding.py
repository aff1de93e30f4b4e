from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbolic.abc import parse, write_abc
from symbolic.folding import fold_repeats
from symbolic.pitch import Pitch
from symbolic.score import Measure, Note, Score, Voice
from symbolic.timeline import sounding_notes
from symbolic.transform import unfold
from tests.symbolic.strategies import scores

A = "CDEF GABc|dcBA G4|cBAG FEDC|"
B = "efga gfed|c2e2 g4|agfe dcBA|"


def folded(music: str, header: str = "M:4/4\nL:1/8\nK:C") -> str:
    score = fold_repeats(parse(f"X:1\n{header}\n{music}"))
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
