"""What is told of named things: exact lines for questions as people type them, and laws of many questions."""

from dataclasses import replace
from functools import cache
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbolic.abc import parse
from symbolic.questions import Question
from symbolic.questions.evidence import evidence
from symbolic.questions.theory import generate, split_of
from symbolic.questions.theory.named import plain, read
from symbolic.questions.theory.told import LONGEST, MOST, told

JUNK = [
    "",
    "?" * 100_000,
    "(" * 100_000,
    "|:" * 50_000,
    "A " * 50_000,
    "1/4 + " * 20_000,
    "b" * 100_000,
    "\n" * 50,
]


@cache
def questions() -> tuple[Question, ...]:
    return tuple(generate(Random(seed)) for seed in range(2000))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("What are the notes of Eb major?", "Eb major: 3 flats, Eb F G Ab Bb C D, relative C minor."),
        ("relative minor of B-flat major", "Bb major: 2 flats, Bb C D Eb F G A, relative G minor."),
        ("interval between C4 and A4", "C4-A4: major sixth, 9 semitones, sounds as diminished seventh."),
        ("What is a minor third above E?", "minor third above E G, below C#."),
        ("Name the chord C E G B", "C E G B: Cmaj7, major seventh on C, C E G B, 7."),
        ("Which notes are in a F♯m7 chord?", "F#m7 (minor seventh): F# A C# E."),
        (
            "what's the dominant of d minor",
            "D minor: 1 flat, D E F G A Bb C, degree 5 dominant A.",
        ),
        (
            "What is V7/V in D major?",
            "in D major V7/V = E7; D major: 2 sharps, D E F# G A B C#.",
        ),
        ("How many beats are in a 6/8 measure?", "6/8: compound duple, 2 beats of dotted quarter, bar 3/4."),
        ("What does andante mean?", "andante: at a walking pace (4 of 9), tempo."),
        ("MIDI note 69", "MIDI 69 = A4, 440.0 Hz."),
        ("key signature with 3 flats", "3 flats: Bb Eb Ab, Eb major, C minor."),
        (
            "French horn in F reads C5",
            "horn in F: sounds a perfect fifth lower than written, written C5 sounds F4, "
            "sounding C5 is written G5.",
        ),
        (
            "Which note is on the middle line of the bass clef?",
            "bass clef: the 3rd line D3, 6 steps from C4.",
        ),
        ("ABC: L:1/8, how long is c3?", "c3 3/8."),
        ("Who composed the Eroica symphony?", ""),
    ],
)
def test_free_questions(text: str, line: str) -> None:
    assert told(text) == line


def test_a_score_is_told_without_a_word_about_it() -> None:
    line = parse("X:1\nM:none\nL:1/4\nK:none\nC D E F G A _B c|]")
    assert told("Which scale is this?", score=line) == "notes C4 D4 E4 F4 G4 A4 Bb4 C5; on C mixolydian."
    parts = parse("X:1\nM:2/4\nL:1/4\nK:C\nV:1\nGA|]\nV:2\nCD|]")
    assert told("Listen.", score=parts) == (
        "parallel fifths at 2, C4-G4 perfect fifth, parallel D4-A4 perfect fifth."
    )


def test_the_longest_name_wins_and_articles_are_no_notes() -> None:
    named = read("A minor third and a D minor seventh chord in A minor")
    assert [interval.name for interval in named.intervals] == ["m3"]
    assert [str(chord) for chord in named.chords] == ["Dm7"]
    assert named.scales == [("A", "minor")]
    assert named.notes == []
    assert plain("E-flat, F double sharp, B♭") == "Eb, F##, Bb"
    assert [str(pitch) for pitch in read("From G7 to C6 in semitones").pitches] == ["G7", "C6"]
    assert [str(chord) for chord in read("From G7 to C").chords] == ["G7"]


def test_only_what_is_shown_counts_in_any_order_of_the_options() -> None:
    for question in questions():
        line = evidence(question)
        blind = replace(
            question, distractors=(), explanation="", details={}, answers=(), options=question.options[::-1]
        )
        if question.options:
            blind = replace(blind, truth=question.options[0])
        else:
            blind = replace(blind, truth="?")
        assert evidence(blind) == line
        assert len(line) <= MOST
        assert "\n" not in line
        assert line == "" or line.endswith(".")


def test_most_questions_have_some_and_it_is_short() -> None:
    lines = [evidence(question) for question in questions()]
    assert sum(map(bool, lines)) > 0.95 * len(lines)
    assert sum(map(len, lines)) / len(lines) < 150


THINGS = (
    "E## major|Fbb minor|B# whole-tone|G## dorian|Cbb7|A##dim7/F|Bbb-1|C9|A major key|"
    "augmented fifteenth|0/8|1/1|99/32|7 dotted half notes|minim|V7/vii°|vii°7|bVI|figures 6/5|"
    "alto clef|the 9th ledger line below the staff|leading note|0 flats|9 sharps|0 Hz|0.5 Hz|440 Hz|"
    "clarinet in A|200|0+0+0|0 bars|L:1/0|L:0/4|M:0/8|K:Eblyd|(0abc|__B,,/4>c|form ABA|A has 0 bars|"
    "3 against 0|circle clockwise|relative parallel related|enharmonic|cadence deceptive|"
    "neapolitan german sixth|midi frequency|harmonic 3rd|inversion close|suspension 4-3|turn|"
    "which beat counting|seconds at 0 a minute|hemiola|tuplet in the time of 0|"
    "first ending 1 second ending 2|fine 3"
).split("|")


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.sampled_from(THINGS), min_size=1, max_size=7), st.lists(st.sampled_from(THINGS), max_size=4)
)
def test_things_in_any_company_are_told_of_without_an_error(named: list[str], options: list[str]) -> None:
    assert len(told(" ".join(named), options)) <= MOST


@pytest.mark.parametrize("text", JUNK)
def test_of_a_text_without_end_only_the_beginning_is_read(text: str) -> None:
    found = told(text, (text, text[::-1]))
    assert len(found) <= MOST
    assert found == told(text[:LONGEST], (text[:LONGEST], text[::-1][:LONGEST]))


def test_most_open_questions_have_their_answer_among_the_facts() -> None:
    held_out = [question for question in questions() if not question.options and split_of(question) == "dev"]
    known = [question.truth in evidence(question) for question in held_out]
    assert len(known) > 40
    assert sum(known) > 0.9 * len(known)
