"""MidiTok's encodings: the notes come back exactly; what MIDI does not hold is lost as the module says."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import numpy as np
import pytest

from symbolic.abc import parse
from symbolic.errors import SymbolicError, UnsupportedFeatureError
from symbolic.score import Score
from symbolic.timeline import note_array
from symbolic.tunes import manifest, read_tunes

pytest.importorskip("miditok")

from symbolic.tokenizers.base import MusicTokenizer
from symbolic.tokenizers.miditok import ENCODINGS, MidiTokenizer

TUNE = "X:1\nM:6/8\nL:1/8\nQ:1/4=60\nK:G\nD|G3 GAB|(3BAG A>G z2|1 d6:|2 B/4c/4d/4e/4 f2 g3|]\n"
QUARTET = """X:1
M:3/4
L:1/4
V:1
V:2
K:C
V:1
%%MIDI program 40
E3-|E2 z|G3|]
V:2
%%MIDI program 42
C,2 D,|[C,G,]3|C,3|]
"""


@pytest.fixture(scope="module")
def tokenizers() -> dict[str, MidiTokenizer]:
    return {name: MidiTokenizer(name) for name in ENCODINGS}


def notes(score: Score) -> list[tuple[float, float, int]]:
    found = note_array(score)
    columns = (found["onset_quarter"], found["duration_quarter"])
    times = (np.round(column.astype(float), 4).tolist() for column in columns)
    return sorted(zip(*times, found["pitch"].tolist(), strict=True))


@pytest.mark.parametrize("name", ENCODINGS)
@pytest.mark.parametrize("text", [TUNE, QUARTET])
def test_the_notes_come_back(tokenizers, name, text):
    score = parse(text)
    tokenizer: MusicTokenizer = tokenizers[name]
    ids = tokenizer.encode(score)
    assert all(0 <= index < len(tokenizer) for index in ids)
    assert notes(tokenizer.decode(ids)) == notes(score)


def test_tokens_of_remi(tokenizers):
    remi = tokenizers["REMI"]
    assert remi.name == "MidiTok REMI"
    names = remi.tokens(remi.encode(parse("X:1\nM:6/8\nL:1/8\nK:C\nC|C2 (3DEF z2|]\n")))
    assert names == [
        *("Bar_None", "TimeSig_1/8", "Position_0", "Program_0", "Pitch_60", "Duration_1.0.24"),
        *("Bar_None", "TimeSig_6/8", "Position_0", "Pitch_60", "Duration_2.0.24"),
        *("Position_48", "Pitch_62", "Duration_0.16.24", "Position_64", "Pitch_64", "Duration_0.16.24"),
        *("Position_80", "Pitch_65", "Duration_0.16.24"),
    ]


@pytest.mark.parametrize("name", ["REMI", "TSD", "MIDILike"])
def test_bars_and_metre_come_back(tokenizers, name):
    score = parse("X:1\nM:3/4\nL:1/4\nK:F\nC|FGA|B2 c:|z A|f3|e3|]\n")
    found = tokenizers[name].decode(tokenizers[name].encode(score))
    assert found.meter == score.meter
    assert [measure.duration for measure in found.voices[0].measures] == [1, 3, 3, 2, 3, 3]
    assert found.tempo is None


def test_short_bars_have_a_signature_that_has_a_token(tokenizers):
    score = parse("X:1\nM:4/4\nL:1/4\nK:C\nCDEF|GAB|CDEF|]\n")  # 24/32 in the MIDI
    names = tokenizers["REMI"].tokens(tokenizers["REMI"].encode(score))
    assert [name for name in names if "Sig" in name] == ["TimeSig_4/4", "TimeSig_12/16", "TimeSig_4/4"]


def test_voices_of_one_instrument_become_one(tokenizers):
    score = parse(QUARTET)
    found = tokenizers["TSD"].decode(tokenizers["TSD"].encode(score))
    assert sorted(voice.program for voice in found.voices) == [40, 42]
    same = parse(QUARTET.replace("42", "40"))
    assert len(tokenizers["TSD"].decode(tokenizers["TSD"].encode(same)).voices) == 1


def test_real_tunes_come_back(tokenizers):
    skipped: Counter[str] = Counter()
    tunes = [score for _, score in read_tunes([e for e in manifest() if e.split == "train"][::150], skipped)]
    remi = tokenizers["REMI"]
    exact = [notes(remi.decode(remi.encode(score))) == notes(score) for score in tunes]
    assert len(exact) > 50
    assert sum(exact) / len(exact) > 0.97


def test_silence_has_no_tokens(tokenizers):
    for tokenizer in tokenizers.values():
        assert tokenizer.encode(parse("X:1\nM:4/4\nL:1/4\nK:C\nz4|z4|]\n")) == []
        with pytest.raises(SymbolicError, match="no tokens"):
            tokenizer.decode([])


def test_quintuplets_are_rounded(tokenizers):
    score = parse("X:1\nM:4/4\nL:1/4\nK:C\n(5:4:5CDEFG|]\n")
    remi = tokenizers["REMI"]
    found = notes(remi.decode(remi.encode(score)))
    assert [pitch for _, _, pitch in found] == [60, 62, 64, 65, 67]
    assert found[1][0] == pytest.approx(Fraction(4, 5), abs=1 / 48)
    assert found != notes(score)


def test_a_wrong_name_is_told_with_the_nearest():
    with pytest.raises(SymbolicError, match=r"got 'REMY'; did you mean 'REMI'\?"):
        MidiTokenizer("REMY")
    with pytest.raises(SymbolicError, match="Octuple"):
        MidiTokenizer("Octuple")


def test_unknown_ids_are_told(tokenizers):
    with pytest.raises(SymbolicError, match=r"between 0 and \d+, got 99999"):
        tokenizers["TSD"].decode([99999])


def test_pitches_outside_midi_are_told(tokenizers):
    with pytest.raises(UnsupportedFeatureError, match="outside MIDI's range"):
        tokenizers["REMI"].encode(parse("X:1\nK:C\nc''''''''|\n"))
