"""Scores written as MusicXML and read again."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, assume, given, settings

from symbolic.abc import parse
from symbolic.errors import UnsupportedFeatureError
from symbolic.harmony import ChordSymbol
from symbolic.interop import read_music21, write_musicxml, write_mxl
from symbolic.interop.alignment import aligned
from symbolic.pitch import Pitch
from symbolic.score import (
    Chord,
    Decoration,
    Event,
    Grace,
    Lyric,
    Measure,
    Note,
    Score,
    Section,
    Tuplet,
    Voice,
)
from symbolic.transform import contexts, map_events
from tests.symbolic.interop.reading_back import events, read, sounding
from tests.symbolic.strategies import SCORES

RICH = """X:1
T:Everything
C:Somebody
R:reel
M:4/4
L:1/8
Q:"Slow" 1/4=80
V:1 name="Flute"
V:2 name="Bass" clef=bass
K:Dmix
V:1
D2|:"Am7/G"A>B {/d}c2 !trill!d2 (ef|[M:3/4][K:Bb] [FAd]4 .f2|1 (3fga b2 z2:|2 f2-f2 F2||
w:la |A-men so be it *|
P:B
|:"^slow" !p!B2 d4 & F3 G3|!crescendo(!G6!crescendo)!::"N.C."z6:|
V:2
D,2|:D,8|[M:3/4][K:Bb] D,6|1 z6:|2 D,6||
|:D,6|Z::D,6:|
"""


def test_rich_tune_comes_back() -> None:
    score = parse(RICH)
    again = read(write_musicxml(score))
    assert sounding(again) == sounding(score)
    assert sounding(again, unfold=True) == sounding(score, unfold=True)
    assert again.metadata == score.metadata
    assert (again.key, again.meter, again.tempo) == (score.key, score.meter, score.tempo)
    for mine, theirs in zip(score.voices, again.voices, strict=True):
        assert (mine.name, mine.clef) == (theirs.name, theirs.clef)
        assert contexts(score, mine) == contexts(again, theirs)
    kinds = ChordSymbol | Lyric | Decoration | Grace | Section | Tuplet
    assert [e for e in score.events() if isinstance(e, kinds)] == [
        e for e in again.events() if isinstance(e, kinds)
    ]
    assert read(write_musicxml(again)) == again


def test_mxl_is_the_same_music_in_the_same_bytes() -> None:
    score = parse(RICH)
    data = write_mxl(score)
    assert data == write_mxl(score)
    assert read_music21(data, "mxl")[0] == [read(write_musicxml(score))]


def test_order_of_sections_is_played_out() -> None:
    score = parse("X:1\nP:ABA\nL:1/4\nK:C\nP:A\nCDEF|\nP:B\nG4|\n")
    again = read(write_musicxml(score))
    assert sounding(again) == sounding(score, unfold=True)
    assert len(again.voices[0].measures) == 3


def test_durations_that_need_more_divisions() -> None:
    eleventh = Fraction(4, 11)
    score = Score((Voice("1", (Measure(tuple(Note(Pitch("C"), eleventh) for _ in range(11))),)),))
    assert [e.duration for e in events(read(write_musicxml(score))) if isinstance(e, Note)] == [eleventh] * 11


def test_chord_of_unequal_notes_keeps_what_sounds() -> None:
    unequal = Chord((Note(Pitch("C"), Fraction(1)), Note(Pitch("E"), Fraction(2))))
    score = Score((Voice("1", (Measure((unequal, Note(Pitch("D"), Fraction(3)))),)),))
    assert sounding(read(write_musicxml(score))) == sounding(score)


def test_nothing_to_write() -> None:
    for score in (Score(), Score((Voice(),)), Score((Voice("1", (Measure(),)),))):
        with pytest.raises(UnsupportedFeatureError, match="no music"):
            write_musicxml(score)


def _plainer(event: Event) -> Event:
    """Without what MusicXML cannot keep apart: unequal or doubled notes in a chord, ties to nothing."""
    if isinstance(event, Note):
        return replace(event, tie=False)
    if isinstance(event, Chord):
        notes = {one.pitch.midi: replace(one, duration=event.duration, tie=False) for one in event.notes}
        return Chord(tuple(notes.values()))
    return event


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(SCORES)
def test_any_score_comes_back_sounding_the_same(score: Score) -> None:
    score = map_events(score, _plainer)
    assume(any(measure.duration for voice in score.voices for measure in voice.measures))
    expected = aligned(score)
    again = read(write_musicxml(score))
    assert sounding(again) == sounding(expected)
    assert sounding(again, unfold=True) == sounding(expected, unfold=True)
