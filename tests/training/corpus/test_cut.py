"""Cutting: whole valid pieces that hold every bar once, none longer than asked for."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbolic import Score
from symbolic.abc import lint, parse
from symbolic.errors import SymbolicError
from symbolic.timeline import sounding_notes
from tests.training.corpus.small import tune
from training.corpus.cut import abc_text, pieces

REPEATED = "X:1\nM:4/4\nL:1/4\nK:C\n|:" + "|".join(["CDEF"] * 8) + ":|\n|:" + "|".join(["GABc"] * 8) + ":|\n"


def notes(scores: list[Score]) -> list[tuple[object, ...]]:
    return [(note.pitch, note.duration) for score in scores for note in sounding_notes(score)]


@given(number=st.integers(1, 10_000), bars=st.integers(1, 40), limit=st.integers(120, 600))
@settings(max_examples=40, deadline=None)
def test_pieces_hold_every_note_once_and_fit(number: int, bars: int, limit: int) -> None:
    score = parse(tune(number, bars=bars))
    found = pieces(score, limit)
    assert notes(found) == notes([score])
    assert all(len(abc_text(piece)) <= limit for piece in found)
    assert all(parse(abc_text(piece)) == piece for piece in found)


def test_a_score_that_fits_is_left_as_it_is() -> None:
    score = parse(tune(1))
    assert pieces(score, 10_000) == [score]


def test_cuts_fall_between_sections_where_they_can() -> None:
    first, second = pieces(parse(REPEATED), len(REPEATED) - 20)
    assert first.voices[0].measures[0].start_repeat
    assert first.voices[0].measures[-1].end_repeat
    assert len(second.voices[0].measures) == 8
    assert second.voices[0].measures[-1].end_repeat


def test_a_divided_section_is_not_repeated() -> None:
    found = pieces(parse(REPEATED), 48)
    assert len(found) > 3
    for piece in found:
        assert not piece.has_repeats
        assert lint(abc_text(piece)) == []


def test_endings_stay_with_what_they_end() -> None:
    text = "X:1\nM:4/4\nL:1/4\nK:C\n" + "|".join(["CDEF"] * 6) + "||\n|:CCCC|DDDD|1EEEE:|2FFFF||GGGG|AAAA|\n"
    found = pieces(parse(text), 82)
    for piece in found:
        assert len(sounding_notes(piece, unfold_repeats=True)) in (
            len(sounding_notes(piece)),
            len(sounding_notes(piece)) + 8,
        )


def test_each_piece_begins_with_the_key_and_metre_in_force() -> None:
    text = "X:1\nM:4/4\nL:1/4\nK:C\n" + "CDEF|" * 6 + "[K:D][M:3/4]" + "DEF|" * 12
    last = pieces(parse(text), 60)[-1]
    assert (last.key.name, last.meter.name) == ("D major", "3/4")


def test_a_tie_over_a_cut_ends_there() -> None:
    found = pieces(parse("X:1\nM:4/4\nL:1/4\nK:C\n" + "c4-|" * 30 + "c4|"), 60)
    assert all(not event.tie for piece in found for event in piece.voices[0].measures[-1].events)


def test_several_voices_are_cut_together() -> None:
    bars = "|".join(["CDEF"] * 12)
    score = parse(f"X:1\nM:4/4\nL:1/4\nV:1\nV:2\nK:C\nV:1\n{bars}|\nV:2\n{bars}|\n")
    found = pieces(score, 180)
    assert len(found) > 1
    assert all(len(piece.voices) == 2 for piece in found)
    assert sum(len(piece.voices[0].measures) for piece in found) == 12


def test_a_bar_that_does_not_fit_is_told() -> None:
    with pytest.raises(SymbolicError, match="bar 2 alone takes more than 60 characters"):
        pieces(parse("X:1\nM:4/4\nL:1/8\nK:C\nC4|" + "CDEFGABc" * 20 + "|C4|"), 60)
