"""RomanText: reading, joining to a score, and music21's corpus of analyses."""

from __future__ import annotations

from fractions import Fraction

import pytest

from symbolic.abc import parse as read
from symbolic.analysis.stated_harmony import stated_harmony
from symbolic.errors import SymbolicError
from symbolic.interop.roman_text import (
    agreements,
    annotated,
    corpus_analyses,
    parse_roman_text,
    read_corpus_analysis,
)
from symbolic.key import Key

ANALYSIS = """Composer: J. S. Bach
Title: A phrase

Time Signature: 4/4
Form: chorale
m0 b4 G: I
m1 I b2 V6 b3 I b3.5 IV
Note: a passing seventh
m1var1 I b3 IV
m2 V e: VII b3 V7 :||
m3-4 = m1-2
m5 G: I[no3] ||
"""


def entries(text: str) -> list[tuple[int, float, str, str]]:
    found, _ = parse_roman_text(text)
    return [(one.measure, float(one.beat), str(one.key), str(one.numeral)) for one in found.entries]


def test_measures_beats_keys_pivots_and_copies() -> None:
    assert entries(ANALYSIS) == [
        (0, 4, "G major", "I"),
        (1, 1, "G major", "I"),
        (1, 2, "G major", "V6"),
        (1, 3, "G major", "I"),
        (1, 3.5, "G major", "IV"),
        (2, 1, "E minor", "VII"),
        (2, 3, "E minor", "V7"),
        (3, 1, "G major", "I"),
        (3, 2, "G major", "V6"),
        (3, 3, "G major", "I"),
        (3, 3.5, "G major", "IV"),
        (4, 1, "E minor", "VII"),
        (4, 3, "E minor", "V7"),
        (5, 1, "G major", "I"),
    ]
    found, problems = parse_roman_text(ANALYSIS)
    assert problems == []
    assert (found.info("Title"), found.info("analyst")) == ("A phrase", "")


def test_what_is_no_numeral_is_told_and_left_open() -> None:
    found, problems = parse_roman_text("m1 C: I b3 VIII\nm2 V\nnonsense here\nTime Signature: 4/5")
    assert [entry.numeral is None for entry in found.entries] == [False, True, False]
    assert [(problem.code, problem.line) for problem in problems] == [
        ("numeral", 1),
        ("roman-text", 3),
        ("roman-text", 4),
    ]
    with pytest.raises(SymbolicError, match="no analysis"):
        parse_roman_text("Title: nothing")


SCORE = read(
    "X:1\nM:4/4\nL:1/4\nK:G\nV:1\nG|G A G/c/ c|A2 B2:|\nG A G c|A2 B2|G4|]\nV:2\nG,|G, F, G, E,|"
    "D, z/ ^D,3/2 B,:|\nG, F, G, E,|D,2 B,2|G,4|]"
)


def test_marks_stand_where_the_harmony_changes() -> None:
    found, _ = parse_roman_text(ANALYSIS)
    joined, problems = annotated(SCORE, found)
    assert problems == []
    stated = stated_harmony(joined)
    assert [(one.bar, one.onset, str(one.chord), str(one.key)) for one in stated[:6]] == [
        (0, 0, "G", "G major"),
        (1, 0, "G", "G major"),
        (1, 1, "D/F#", "G major"),
        (1, 2, "G", "G major"),
        (1, Fraction(5, 2), "C", "G major"),
        (2, 0, "D", "E minor"),
    ]
    labels = [event.text for event in joined.events() if hasattr(event, "placement")]
    assert labels[:2] == ["G: I", "I"]
    assert "e: VII" in labels
    notes = ["onset_quarter", "duration_quarter", "pitch", "voice"]
    assert joined.note_array()[notes].tolist() == SCORE.note_array()[notes].tolist()


def test_a_bar_cut_by_a_repeat_is_one_measure() -> None:
    score = read("X:1\nM:4/4\nL:1/4\nK:C\nc|cccc|ccc:|c|cccc|ccc|]")
    found, _ = parse_roman_text("m0 b4 C: I\nm1 I\nm2 V b4 IV\nm3 I\nm4 b3 V")
    joined, problems = annotated(score, found)
    assert problems == []
    places = [(one.bar, one.onset) for one in stated_harmony(joined)]
    assert places == [
        (0, 0),
        (1, 0),
        (2, 0),
        (3, 0),
        (4, 0),
        (5, 2),
    ]


def test_beats_divide_the_scores_bar() -> None:
    found, _ = parse_roman_text("Time Signature: 2/2\nm1 C: I b2 V b2.5 I")
    joined, _ = annotated(read("X:1\nM:4/2\nL:1/4\nK:C\ncccc cccc|"), found)
    assert [one.onset for one in stated_harmony(joined)] == [0, 4, 6]


def test_what_has_no_place_is_a_problem() -> None:
    found, _ = parse_roman_text("m1 C: I\nm9 V")
    _, problems = annotated(read("X:1\nM:4/4\nL:1/4\nK:C\ncccc|"), found)
    assert [problem.message for problem in problems] == ["no event at m9 b1"]


def test_agreement_tells_a_transposed_analysis() -> None:
    found, _ = parse_roman_text("m1 D: I\nm2 V7\nm3 I")
    joined, _ = annotated(read("X:1\nM:4/4\nL:1/4\nK:C\n[CEG]4|[GBdf]4|[CEG]4|"), found)
    fits = agreements(joined)
    assert fits[10] == 1
    assert max(fits[:10]) < 0.7


def test_a_chorale_of_the_corpus() -> None:
    pytest.importorskip("music21")
    pairs = corpus_analyses()
    assert len(pairs) >= 60
    pair = next(pair for pair in pairs if pair[0].stem == "riemenschneider014")
    score, problems = read_corpus_analysis(*pair)
    assert problems == []
    assert stated_harmony(score)[0].key == Key("D")  # analysed in G, printed in D
    assert agreements(score)[0] > 0.9
