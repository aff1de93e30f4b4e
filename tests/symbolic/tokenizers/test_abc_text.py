"""ABC text and bar-synchronised ABC as tokens: everything that ABC holds comes back."""

from __future__ import annotations

import pytest
from hypothesis import given

from symbolic.abc import parse, write_abc, write_interleaved
from symbolic.errors import SymbolicError, UnsupportedFeatureError
from symbolic.tokenizers.abc_text import AbcTokenizer
from symbolic.tokenizers.base import MusicTokenizer
from tests.symbolic.strategies import scores

pytest.importorskip("sentencepiece")

TWO_VOICES = "X:1\nT:Duo\nM:4/4\nL:1/4\nV:1\nV:2\nK:G\nV:1\n(G A) ^c2|[GB]4|]\nV:2\nG,2 D,2|G,4|]\n"


@pytest.fixture(scope="module")
def text(model: bytes) -> MusicTokenizer:
    return AbcTokenizer(model)


@pytest.fixture(scope="module")
def bars(model: bytes) -> MusicTokenizer:
    return AbcTokenizer(model, bars=True)


@given(scores())
def test_any_score_comes_back(text, score):
    assert write_abc(text.decode(text.encode(score))) == write_abc(parse(write_abc(score)))


def test_voices_stand_one_after_the_other_or_side_by_side(model, text, bars):
    score = parse(TWO_VOICES)
    assert text.decode(text.encode(score)) == bars.decode(bars.encode(score)) == score
    assert text.encode(score) != bars.encode(score)
    assert text.name == "ABC text"
    assert bars.name == "bar-synchronised ABC"
    assert len(text) == len(bars) == 1024


def test_of_one_voice_they_differ_in_line_ends_only(text, bars):
    score = parse("X:1\nM:4/4\nL:1/8\nK:D\nDFAd fdAF|E8|]\n")
    assert write_interleaved(score).replace("I:linebreak $\n", "").replace("|E8", "|\nE8").count("\n") >= 6
    assert abs(len(text.encode(score)) - len(bars.encode(score))) < 20


def test_bars_that_cannot_stand_side_by_side_are_told(bars):
    uneven = parse(TWO_VOICES.replace("|G,4|]", "|]"))
    with pytest.raises(UnsupportedFeatureError, match="voices have 1, 2 measures"):
        bars.encode(uneven)


@pytest.mark.parametrize("ids", [[1024], [5, -1]])
def test_unknown_ids_are_told(text, ids):
    with pytest.raises(SymbolicError, match="between 0 and 1023"):
        text.decode(ids)


def test_tokens_that_are_no_music_are_told(text):
    with pytest.raises(SymbolicError):
        text.decode([])
