"""Generated pieces: what stands in them is what sounds, splits keep apart, voices move as books say."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbolic.abc import parse as read
from symbolic.abc import write_abc
from symbolic.analysis.chord_grid import chord_answer
from symbolic.analysis.stated_harmony import stated_harmony
from symbolic.key import Key
from symbolic.questions import Question, question_type
from symbolic.roman import RomanNumeral
from symbolic.timeline import measure_spans, sounding_notes
from training.corpus.progressions import MODES, Phrase, draw_phrase, split_of
from training.corpus.textures import TEXTURES, textured_piece, textured_pieces
from training.corpus.voicing import four_parts, parallels

SEEDS = st.integers(0, 10_000)
SPLITS = st.sampled_from(["train", "dev", "test"])


@settings(deadline=None, max_examples=40)
@given(SEEDS, SPLITS, st.sampled_from(list(TEXTURES)))
def test_the_stated_chords_sound(seed: int, split, texture: str) -> None:
    """At each change the lowest note is the chord's bass; within it, all but ornaments belong to it."""
    piece = textured_piece(seed, split, texture)
    spans = measure_spans(piece.score)
    notes = sounding_notes(piece.score)
    stated = stated_harmony(piece.score)
    starts = [spans[one.bar].onset + one.onset for one in stated]
    assert starts == sorted(set(starts))
    assert starts[0] == 0
    for one, start in zip(stated, starts, strict=True):
        assert one.chord is not None
        heard = [note.pitch for note in notes if note.onset <= start < note.onset + note.duration]
        bass = min(heard, key=lambda pitch: pitch.midi)
        assert bass.pitch_class == 7 * _fifths(one.chord.bass or one.chord.root) % 12
        assert {pitch.pitch_class for pitch in heard} <= set(one.chord.pitch_classes)
        if one.numeral is not None:
            assert one.key is not None
            assert one.numeral.chord(one.key) == one.chord


def _fifths(name: str) -> int:
    from symbolic.pitch import class_fifths

    return class_fifths(name)


@settings(deadline=None, max_examples=20)
@given(SEEDS, SPLITS)
def test_pieces_are_whole_and_written_in_abc(seed: int, split) -> None:
    piece = textured_piece(seed, split)
    assert textured_piece(seed, split) == piece
    lengths = {tuple(measure.duration for measure in voice.measures) for voice in piece.score.voices}
    (durations,) = lengths
    assert set(durations) == {piece.score.meter.bar_quarters}
    again = read(write_abc(piece.score))
    fields = ["onset_quarter", "duration_quarter", "pitch", "voice"]
    assert again.note_array()[fields].tolist() == piece.score.note_array()[fields].tolist()
    assert stated_harmony(again) == stated_harmony(piece.score)
    assert [measure.bar for measure in piece.score.voices[0].measures].count("||") == len(piece.cadences) - 1


def test_splits_share_no_progression() -> None:
    found = {
        split: {
            " ".join(f"{one.numeral or one.chord}" for one in stated_harmony(piece.score))
            for piece in textured_pieces(25, split)
        }
        for split in ("train", "test")
    }
    assert not found["train"] & found["test"]


@given(st.integers(0, 500), st.sampled_from(MODES), st.integers(2, 16), st.booleans())
def test_phrases_have_their_length_and_cadence(seed: int, mode: str, length: int, closing: bool) -> None:
    phrase = draw_phrase(Random(seed), mode, length, closing=closing)
    assert len(phrase.numerals) == length
    assert all(RomanNumeral.parse(name) is not None for name in phrase.numerals)
    last = phrase.numerals[-1]
    if closing:
        assert last in {"I", "i"}
    assert (last in {"V"}) == (phrase.cadence == "half")
    assert split_of((phrase,)) == split_of((Phrase(mode, phrase.numerals, "other"),))


def test_all_keys_modes_metres_and_textures_come_up() -> None:
    pieces = list(textured_pieces(90))
    assert {piece.texture for piece in pieces} == set(TEXTURES)
    assert {piece.score.key.mode for piece in pieces} == set(MODES)
    for mode in ("major", "minor"):
        assert len({piece.score.key.tonic for piece in pieces if piece.score.key.mode == mode}) >= 10
    assert len({piece.score.meter.name for piece in pieces}) >= 6
    numerals = {str(one.numeral) for piece in pieces for one in stated_harmony(piece.score)}
    assert {"V65", "V43", "V42", "I64", "i6", "V7/V", "viio7", "bII6", "iiø65"} <= numerals
    moved = [piece for piece in pieces if len({one.key for one in stated_harmony(piece.score)}) > 1]
    assert moved


@pytest.mark.parametrize("mode", ["major", "minor"])
def test_four_parts_keep_the_rules(mode: str) -> None:
    pairs = faults = 0
    for seed in range(8):
        key = Key.from_pitch_class(seed, mode)
        phrase = draw_phrase(Random(seed), mode, 8, closing=True)
        chords = [numeral.chord(key) for name in phrase.numerals if (numeral := RomanNumeral.parse(name))]
        parts = four_parts(chords, (key.pitch_class + 11) % 12)
        for soprano, alto, tenor, bass in parts:
            assert soprano.midi >= alto.midi >= tenor.midi >= bass.midi
            assert soprano.midi - tenor.midi <= 24
        for before, after in pairwise(parts):
            pairs += 1
            faults += parallels(before, after)
    assert (pairs, faults) == (56, 0)


def test_the_cadence_question_finds_the_cadence_that_was_drawn() -> None:
    kind = question_type("cadence")
    asked = 0
    for piece in textured_pieces(40):
        if piece.score.key.mode in {"major", "minor"}:
            question = kind.ask(piece.score)
            if isinstance(question, Question):
                asked += 1
                assert question.truth == piece.cadences[-1]
    assert asked > 25


def test_templates_name_nearly_every_chord_of_block_chords() -> None:
    kind = question_type("chords")
    for seed in range(3):
        question = kind.ask(textured_piece(seed, "dev", "block").score)
        assert isinstance(question, Question)
        assert kind.grade(question, chord_answer(question.score)).credit > 0.8


def test_an_unknown_texture_is_refused() -> None:
    with pytest.raises(ValueError, match="texture must be one of"):
        textured_piece(1, texture="fugue")
