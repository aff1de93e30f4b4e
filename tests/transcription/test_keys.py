from __future__ import annotations

import pytest

from symbolic.abc import parse
from symbolic.key import Key
from transcription.keys import find_keys

TUNE = "defg abag|fedc defd|ABcd efge|fdec d4|"
"""In the key of D."""


def keys(body: str) -> list[tuple[float, Key]]:
    return find_keys(parse(f"X:1\nL:1/8\nM:4/4\nK:D\n{body}"))


def test_one_key() -> None:
    assert keys(TUNE * 2) == [(0.0, Key("D"))]


def test_a_far_key_that_lasts_and_the_way_back() -> None:
    far = f"[K:Ab]{TUNE.translate(str.maketrans('ABcdefg', 'EFGABcd'))}" * 3
    found = keys(f"{TUNE * 4}{far}[K:D]{TUNE * 4}")
    assert [key for _, key in found] == [Key("D"), Key("Ab"), Key("D")]
    assert [place for place, _ in found] == pytest.approx([0, 64, 112], abs=8)
    assert all(place % 4 == 0 for place, _ in found)


def test_a_short_far_passage_is_passed_through() -> None:
    assert keys(f"{TUNE * 4}[K:F]fagf defd|[K:D]{TUNE * 4}") == [(0.0, Key("D"))]


def test_no_notes_no_key() -> None:
    assert find_keys(parse("X:1\nM:4/4\nK:C\nz8|")) == [(0.0, Key.none())]


@pytest.mark.parametrize("by", [0, 1, 5, 8])
def test_music_in_chords_has_the_key_of_its_chords(by: int) -> None:
    chords = "[CEGc]2[FAcf]2|[GBdg]2[CEGc]2|[DFAd]2[GBdf]2|[CEGc]4|"
    score = parse(f"X:1\nL:1/4\nM:4/4\nK:C\n{chords * 3}").transpose(by)
    assert find_keys(score) == [(0.0, Key.from_pitch_class(by, "major"))]


@pytest.mark.parametrize("by", [0, 3, 7])
def test_chords_begin_in_their_key_even_where_the_subdominant_sounds_more(by: int) -> None:
    chords = "[EGce]2[FAcf]2|[CEGc]4|[FAcf]2[CFAc]2|[FAcf]2[C_EGc]2|"
    chords += "[F_Bdf]2[FAcf]2|[CEGc]4|[FAcf]2[GBdg]2|[CEGc]4|"
    score = parse(f"X:1\nL:1/4\nM:4/4\nK:C\n{chords * 2}").transpose(by)
    assert find_keys(score) == [(0.0, Key.from_pitch_class(by, "major"))]
