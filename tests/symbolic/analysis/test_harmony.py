from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbolic.abc import parse
from symbolic.analysis.harmony import CHORD_QUALITIES, chords, harmony_measures, segment_bounds
from symbolic.harmony import QUALITIES, ChordSymbol
from symbolic.key import Key
from symbolic.score import Score
from tests.symbolic.analysis.tunes import block_chords

C, F, G7, A_MINOR = (48, 60, 64, 67), (53, 60, 65, 69), (43, 59, 62, 65, 67), (45, 60, 64, 69)


def names(score: Score, **arguments: object) -> list[str]:
    return [str(span.chord) for span in chords(score, **arguments)]  # type: ignore[arg-type]


@pytest.mark.parametrize("quality", CHORD_QUALITIES)
@pytest.mark.parametrize("root", ["C", "F#", "Bb"])
def test_each_chord_is_heard(quality: str, root: str) -> None:
    wanted = ChordSymbol(root, quality)
    bass = 36 + wanted.pitch_classes[0]
    score = block_chords([bass, *(bass + 12 + step for step in QUALITIES[quality][1])])
    (span,) = chords(score, key=Key.none())
    assert span.chord is not None
    assert set(span.chord.pitch_classes) == set(wanted.pitch_classes)
    assert span.chord.pitch_classes[0] == wanted.pitch_classes[0]


def test_a_cadence_and_its_measures() -> None:
    score = block_chords(C, F, G7, C)
    spans = chords(score)
    assert [str(span.chord) for span in spans] == ["C", "F", "G7", "C"]
    assert [(span.onset_quarter, span.duration_quarter) for span in spans] == [(4 * n, 4) for n in range(4)]
    found = harmony_measures(spans, Key("C"))
    assert found is not None
    assert (found.chords_per_quarter, found.entropy_bits, found.chromatic_share) == (0.25, 1.5, 0)
    assert found.mean_root_fifths == pytest.approx(4 / 3)


def test_passing_notes_do_not_change_the_chord() -> None:
    score = parse(
        "X:1\nM:4/4\nL:1/4\nK:C\nV:1\nc/d/e/f/ g2 | a g f2 |\nV:2 clef=bass\n[C,E,G,]4 | [F,A,C]4 |\n"
    )
    assert names(score, segment="bar") == ["C", "F"]


def test_roots_are_spelled_in_the_key() -> None:
    assert names(block_chords((46, 58, 62, 65), (51, 58, 63, 67)), key=Key("Eb")) == ["Bb", "Eb"]
    assert names(block_chords((44, 59, 63, 68)), key=Key("E")) == ["G#m"]


def test_silence_has_no_chord() -> None:
    assert chords(Score()) == []
    spans = chords(block_chords(C, (), A_MINOR))
    assert [None if span.chord is None else str(span.chord) for span in spans] == ["C", None, "Am"]
    assert harmony_measures([], Key("C")) is None


def test_beats_stay_in_phase_after_a_pickup() -> None:
    score = parse("X:1\nM:6/8\nL:1/8\nK:C\nC|DEF GAB|c3-c2|]\n")
    half = Fraction(1, 2)
    assert segment_bounds(score) == [0, half, half + Fraction(3, 2), 7 * half, 7 * half + 1, 12 * half]
    assert segment_bounds(score, "bar") == [0, half, 7 * half, 12 * half]


@settings(max_examples=25)
@given(st.lists(st.sampled_from([C, F, G7, A_MINOR]), min_size=1, max_size=6), st.integers(-6, 6))
def test_transposed_chords_are_the_same_chords(progression: list[tuple[int, ...]], by: int) -> None:
    score = block_chords(*progression)
    before = [span.chord for span in chords(score, key=Key("C"))]
    after = [span.chord for span in chords(score.transpose(by), key=Key.from_pitch_class(by % 12))]
    for old, new in zip(before, after, strict=True):
        assert old is not None
        assert new is not None
        assert (new.quality, new.pitch_classes[0]) == (old.quality, (old.pitch_classes[0] + by) % 12)
