from __future__ import annotations

import re
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.models.tracing import Track
from symbolic.abc import parse
from symbolic.meter import Meter
from symbolic.notations import barred, upbeats
from symbolic.questions import Question, question_type
from symbolic.questions.notation import music
from symbolic.questions.time_signature import ANSWERS
from symbolic.score import Score
from symbolic.timeline import sounding_notes

TUNES = (
    "X:1\nM:4/4\nL:1/8\nK:D\nAG|F2A2 =c2BA|d2cd B2 A3G|F2A>B d>e{f}f2|e4 z2AG|F6 G2-|G2A2 d4|]\n",
    "X:1\nM:6/8\nL:1/8\nK:Gm\nd|g2d B2G|A/B/cA F2z|G2B (3=e^fg e|f2d c2-c/d/|B<dB A>^FA|G6|]\n",
)


def question(tune: str) -> Question:
    asked = question_type("time-signature").ask(parse(tune), id="q")
    assert isinstance(asked, Question)
    return asked


PLAIN = question(TUNES[0])
LETTERS = " |\n-<>/'_^=](){}ABCDEFGabcdefgz0123456789:" + "Answer: "


def shown(asked: Question) -> str:
    return asked.prompt.partition("\nK:")[2].partition("\n")[2]


def note_rows(score: Score | None) -> list[tuple[object, ...]]:
    assert score is not None
    return [(note.onset, note.duration, note.pitch.step, note.pitch.octave) for note in sounding_notes(score)]


def reached(track: Track, text: str) -> int:
    """How many letters of a text may come."""
    state = track.start
    for number, letter in enumerate(text):
        following = track.after(state, letter)
        if following is None:
            return number
        state = following
    return len(text) if track.ends(state) else -1


@pytest.mark.parametrize("name", ANSWERS)
def test_every_way_of_drawing_bar_lines_can_be_written(name: str) -> None:
    assert PLAIN.score is not None
    track = Track(shown(PLAIN), ANSWERS, lines=False)
    for upbeat in upbeats(PLAIN.score, Meter.parse(name)):
        text = music(barred(PLAIN.score, Meter.parse(name), upbeat), PLAIN.score) + f"\nAnswer: {name}"
        assert reached(track, text) == len(text), text


@settings(max_examples=20)
@given(st.integers(0, 1), st.booleans(), st.integers(0, 1 << 16))
def test_whatever_is_written_holds_the_notes_that_were_shown(tune: int, lines: bool, seed: int) -> None:
    asked, rng = question(re.sub("[=^]", "", TUNES[tune])), Random(seed)
    track = Track(shown(asked), ("4/4", "6/8"), lines=lines)
    state, text = track.start, ""
    while not track.ends(state):
        steps = [(letter, after) for letter in sorted(set(LETTERS)) if (after := track.after(state, letter))]
        assert steps, f"nothing can follow {text!r}"
        letter, state = rng.choice(steps)
        text += letter
    assert track.after(state, "4") is None
    written = parse(f"X:1\nL:1/8\nK:C\n{text.partition('Answer')[0]}")
    assert note_rows(written) == note_rows(asked.score), text


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("AG|F2A2 =c2B|G", 13),  # a note is left out
        ("AG|F4", 4),  # too long
        ("AG|F2-|F", 5),  # cut, but nothing is left of it
        ("AG|F-|A", 6),  # cut, and another note
        ("AG|F2A2 ^", 8),  # another sign
        ("AG||", 3),
        ("AG | F2", 3),
        (" AG", 0),
        ("AG|\nF2", 3),  # no lines
        ("AG|F2A2 =c-|=cBA d2c-|c/", 20),  # the same of another
    ],
)
def test_other_notes_cannot_be_written(text: str, letters: int) -> None:
    found = reached(Track(shown(PLAIN), ANSWERS, lines=False), text)
    assert found == (letters if letters < len(text) else -1)


def test_bars_that_are_shown_stay() -> None:
    track = Track("GAB|c2A G>F|]", (), lines=True)
    for text in ("GAB|c2A G>F|]", "GA\nB|\nc2A\nG>F|]", "G A B|c2 A GF|]"):
        assert (reached(track, text) == len(text)) == (">" in text)
    assert [reached(track, text) for text in ("GA|B", "GABc", "GAB|c-|c")] == [2, 3, 5]


def test_chords_cannot_be_traced() -> None:
    with pytest.raises(ValueError, match=r"'\[CE\]2' *, which cannot be traced"):
        Track("GAB [CE]2", (), lines=True)
