from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbolic.abc import parse, write_abc
from symbolic.analysis.similarity import interval_sequence
from symbolic.key import Key
from training.corpus.augment import (
    ASPECTS,
    AUGMENTATIONS,
    HIGHEST,
    LOWEST,
    moved_by,
    pitch_range,
    to_tonic,
    transpositions,
)
from training.corpus.piece import Piece
from training.corpus.sketch import exact_fingerprint

JIG = """X:7
T:Title
R:jig
M:6/8
L:1/8
Q:3/8=120
K:Dm
|:A|"Dm"~d2e (fed)|"A7"^c2A A2G|FAd "Gm"GBd|"A7"e^ce d2:|
"""
TWO = "X:1\nM:2/4\nL:1/8\nK:G\nV:1\nGABc|dedB|]\nV:2\nG,2D2|B,2G,2|]\n"


def piece(text: str = JIG, key: str | None = None) -> Piece:
    return Piece("scores/a.abc#7", "scores", parse(text), True, "dev", "scores/a.abc#7", key)


def test_every_other_tonic_once() -> None:
    found = transpositions(piece())
    assert len({item.id for item in found}) == len(found) == 11
    assert {item.score.key.pitch_class for item in found} == set(range(12)) - {2}
    assert {item.score.key.mode for item in found} == {"minor"}
    assert {(item.split, item.family) for item in found} == {("dev", "scores/a.abc#7")}
    shifts = [pitch_range(item.score)[0] - pitch_range(piece().score)[0] for item in found]  # type: ignore[index]
    assert sorted(shifts) == [-6, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5]


@given(st.sampled_from([f"{tonic}{mode}" for tonic in "CDEFGAB" for mode in ("", "m", "dor", "mix")]))
def test_transposition_moves_all_and_spells_sensibly(key: str) -> None:
    original = piece(JIG.replace("K:Dm", f"K:{key}"))
    for item in transpositions(original):
        assert interval_sequence(item.score) == interval_sequence(original.score)
        assert exact_fingerprint(item.score) == exact_fingerprint(original.score)
        assert abs(item.score.key.fifths) <= 6
        assert parse(write_abc(item.score)).key == item.score.key


def test_a_repaired_key_moves_along_and_decides_the_spelling() -> None:
    for item in transpositions(piece(JIG.replace("K:Dm", "K:D"), key="D minor")):
        assert item.key is not None
        label = Key.parse(item.key)
        assert label.mode == "minor"
        assert label.tonic == item.score.key.tonic
        assert abs(label.fifths) <= 6
    assert {item.key for item in transpositions(piece(key=""))} == {""}
    assert {item.key for item in transpositions(piece())} == {None}


def test_a_sample_is_the_same_for_the_same_seed() -> None:
    first = transpositions(piece(), 4, seed=1)
    assert [item.id for item in first] == [item.id for item in transpositions(piece(), 4, seed=1)]
    assert len(first) == 4
    assert any(transpositions(piece(), 4, seed=seed) != first for seed in range(2, 6))
    assert transpositions(piece(), 0) == []


def test_no_transposition_leaves_the_piano() -> None:
    low = piece("X:1\nL:1/4\nK:C\nC,,,B,,,,|")
    found = transpositions(low)
    assert len(found) == 11
    assert all(pitch_range(item.score)[0] >= LOWEST for item in found)  # type: ignore[index]
    wide = piece(f"X:1\nL:1/4\nK:C\nA,,,,c{chr(39) * 3}|")
    assert pitch_range(wide.score) == (LOWEST, HIGHEST)
    assert transpositions(wide) == []
    assert to_tonic(piece("X:1\nK:C\nz4|"), 3) is None
    assert moved_by(low, 0) is low


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_what_an_augmentation_keeps(name: str) -> None:
    change = AUGMENTATIONS[name]
    assert change.keeps <= ASPECTS
    for text in (JIG, TWO):
        before = piece(text)
        after = change.apply(before, Random(3))
        assert after is before or after.id.startswith(f"{before.id}~")
        assert after == change.apply(before, Random(3))
        old, new = before.score, after.score
        if "key" in change.keeps:
            assert (old.key, before.key) == (new.key, after.key)
        if "meter" in change.keeps:
            assert old.meter == new.meter
        if "tempo" in change.keeps:
            assert (old.tempo and old.tempo.bpm) == (new.tempo and new.tempo.bpm)
        if "header" in change.keeps:
            assert old.metadata == new.metadata
        if "register" in change.keeps:
            assert pitch_range(old) == pitch_range(new)
        if {"notes", "form", "rhythm"} <= change.keeps:
            assert exact_fingerprint(old) == exact_fingerprint(new)
            assert interval_sequence(old) == interval_sequence(new)
        if "form" in change.keeps:
            assert old.has_repeats == new.has_repeats


def test_each_augmentation_changes_something() -> None:
    changed = {
        name
        for name, change in AUGMENTATIONS.items()
        for text in (JIG, TWO)
        for seed in range(4)
        if change.apply(piece(text), Random(seed)) != piece(text)
    }
    assert changed == set(AUGMENTATIONS)


def test_doubled_values_sound_the_same() -> None:
    after = AUGMENTATIONS["values"].apply(piece(), Random(0)).score
    assert after.meter.name == "6/4"
    assert after.tempo is not None
    assert after.tempo.beat_quarters == 3
    assert (
        after.note_array()["duration_quarter"] == 2 * piece().score.note_array()["duration_quarter"]
    ).all()
