from __future__ import annotations

from dataclasses import replace

import pytest

from symbolic.abc import parse
from symbolic.questions import Question, question_type
from symbolic.questions.base import NOTATE
from symbolic.questions.notation import seen_answer

JIG = "X:1\nM:6/8\nL:1/8\nK:D\nA|d2A ABA|=c2A ABA|d2A AFA|(3BAB c2 d-:|\nd|f2d e2c|d2B A2F|GFG E2F|D3-D2|]\n"
SONG = (
    "X:1\nN:E0123A\nM:4/4\nL:1/8\nK:G\nD2|G2G2 B2A2|G4 z2\nB2|d2d2 c2B2|A6\n"
    "A2|B2B2 d2c2|B4 A2\nD2|G2B2 A2A2|G6|]\n"
)
METER, PHRASES = question_type("time-signature"), question_type("phrases")


def question(task: str, abc: str) -> Question:
    asked = question_type(task).ask(parse(abc), id="q")
    assert isinstance(asked, Question), asked
    return asked


def test_a_metre_is_seen_in_the_bars_that_are_written() -> None:
    asked = question("time-signature", JIG)
    assert NOTATE not in asked.prompt
    assert NOTATE in replace(asked, notated=True).prompt
    assert asked.notation.startswith("A|d2A ABA|=c2A ABA|")
    assert "|" not in asked.prompt.partition("K:")[2].replace("|]", "")
    long_answer = replace(asked, notated=True).long_answer
    assert long_answer == f"{asked.notation}\nAnswer: 6/8"
    assert seen_answer(METER, asked, long_answer) == "6/8"
    for name, expected in (("3/4", "3/4"), ("2/4", ""), ("9/8", ""), ("soon", "")):
        assert seen_answer(METER, asked, long_answer.replace("6/8", name)) == expected


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("d2A ABA", "d2A AB", False),  # a note is lost
        ("d2A ABA", "d2A ABG", False),  # another note
        ("d2A ABA", "d3 ABA", False),  # another rhythm
        ("=c2", "c2", True),  # an accidental, which bar lines end
        ("\nAnswer:", "", False),  # cut off
        ("|", "|$%[", False),  # no music
        (" ", "", True),  # beams
    ],
)
def test_other_music_bears_nothing_out(old: str, new: str, same: bool) -> None:
    asked = question("time-signature", JIG)
    text = replace(asked, notated=True).long_answer
    assert old in text
    assert bool(seen_answer(METER, asked, text.replace(old, new, 1))) == same


def test_phrases_are_seen_in_the_lines_that_are_written() -> None:
    asked = question("phrases", SONG)
    text = replace(asked, notated=True).long_answer
    assert asked.notation.splitlines() == [
        "D|GGBA|G2z",
        "B|ddcB|A3",
        "A|BBdc|B2A",
        "D|GBAA|G3|]",
    ]
    assert seen_answer(PHRASES, asked, text) == asked.truth == "2.1 4.1 6.2"
    assert seen_answer(PHRASES, asked, text.replace("z\n", "z ")) == "4.1 6.2"
    assert seen_answer(PHRASES, asked, text.replace("4.1", "5.1")) == asked.truth  # the lines count
    assert seen_answer(PHRASES, asked, text.replace("A3", "A2")) == ""


def test_only_melodies_in_even_bars_are_written_out() -> None:
    uneven = JIG.replace("|=c2A ABA|", "|=c2A AB|=cAB c|").replace("GFG E2F", "GFG E2")
    asked = METER.ask(parse(uneven), truth="6/8")
    assert isinstance(asked, Question)
    assert not asked.notation
    duet = "X:1\nM:3/4\nL:1/4\nK:C\nV:1\n" + "CEG|" * 8 + "\nV:2\n" + "C,3|" * 8
    assert not question("time-signature", duet).notation
    key = question("key", JIG)
    assert not key.notation
    with pytest.raises(ValueError, match="about key cannot be seen"):
        seen_answer(question_type("key"), key, "D major")
