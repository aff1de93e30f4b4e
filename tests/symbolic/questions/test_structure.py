from collections.abc import Sequence
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbolic.abc import parse as read
from symbolic.analysis.structure import form
from symbolic.questions import Question, Reason
from symbolic.questions.forms import find_sections, form_letters
from symbolic.questions.structure import ask, canonical, grade, parse, spellings
from symbolic.score import Score
from tests.symbolic.questions.case import Case
from tests.symbolic.questions.form_case import HEAD, A, B, C

SECTIONS = {"A": A, "B": B, "C": C}


def played_out(letters: str, bar: str = "||", label: bool = False) -> Score:
    """A tune with every section written out, each closed by a double bar or opened by a part name."""
    lines = []
    for number, letter in enumerate(letters):
        if label:
            lines.append(f"P:{'ABCDEFGH'[number]}")
        lines.append(SECTIONS[letter][:-1] + ("|" if label else bar))
    return read(HEAD + "\n".join(lines) + "\n")


def repeated(letters: str) -> Score:
    """The same with sections that come twice in a row between repeat signs."""
    text, index = "", 0
    while index < len(letters):
        twice = letters[index : index + 2] == letters[index] * 2
        body = SECTIONS[letters[index]][:-1]
        text += f"|:{body}:|\n" if twice else f"{body}||\n"
        index += 2 if twice else 1
    return read(HEAD + text)


FORMS = ("AABB", "AABA", "ABAC", "AABBCC", "ABACA", "AABBA", "ABAB")
CASE = Case(
    examples=[repeated(letters) for letters in FORMS],
    renotated=st.sampled_from(FORMS).flatmap(
        lambda letters: st.sampled_from(
            [
                (repeated(letters), played_out(letters)),
                (repeated(letters), played_out(letters, label=True)),
                (played_out(letters, "|]"), played_out(letters, label=True)),
            ]
        )
    ),
)


def question_of(score: Score) -> Question:
    question = ask(score)
    assert isinstance(question, Question), question
    return question


@pytest.mark.parametrize("letters", FORMS)
def test_the_form_is_that_of_the_signs(letters: str) -> None:
    starts = range(1, 8 * len(letters), 8)
    assert question_of(repeated(letters)).truth == canonical(letters, starts)
    assert question_of(played_out(letters)).truth == canonical(letters, starts)
    assert question_of(played_out(letters, label=True)).truth == canonical(letters, starts)


def test_analysis_finds_the_form_of_what_is_shown() -> None:
    for letters in FORMS:
        shown = question_of(repeated(letters)).score
        assert shown is not None
        assert form(shown, unfold=False) == letters


def test_endings_belong_to_their_section() -> None:
    body = A.rsplit("|", 2)[0]
    question = question_of(read(f"{HEAD}|:{body}|1 a4 g4:|2 a8||{C}"))
    assert question.truth == "AAB 1 9 17"
    unclosed = question_of(read(f"{HEAD}|:{body}|1 a4 g4:|2 a8|{C}"))
    assert unclosed.truth == "AAB 1 9 17"


def test_upbeats_join_the_bars_that_repeats_cut() -> None:
    text = "X:1\nM:4/4\nL:1/8\nK:C\n|:G2|c8|d8|cdef gfed|c2e2 g2:|\n|:g2|e8|f8|afge dBGB|c2c2 c2:|\n"
    question = question_of(read(text))
    assert question.truth == "AABB 1 5 9 13"
    assert question.score is not None
    lengths = [measure.duration for measure in question.score.voices[0].measures]
    assert lengths == [1, *[4] * 15, 3]
    for sign in ("|:", ":|", "||", "P:"):
        assert sign not in question.prompt


def test_the_return_inside_a_longer_part_is_found() -> None:
    assert question_of(read(f"{HEAD}|:{A[:-1]}:|\n{C}{A[:-1]}|]\n")).truth == "AABA 1 9 17 25"
    assert question_of(read(f"{HEAD}|:{A[:-1]}:|\n|:{C}{A[:-1]}:|\n")).truth == "AABABA 1 9 17 25 33 41"


def test_reminders_at_section_starts_go() -> None:
    plain = question_of(read(f"{HEAD}|:{A[:-1]}:|\n|:{C[:-1]}:|\n"))
    reminded = question_of(read(f"{HEAD}|:{A[:-1]}:|\nK:Ador\n|:{C[:-1]}:|\n"))
    assert plain.prompt == reminded.prompt
    changed = question_of(read(f"{HEAD}|:{A[:-1]}:|\nK:A\n|:{C[:-1]}:|\n"))
    assert changed.prompt.count("[K:A]") == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"{A}{B}", "one-section"),
        (f"{A[:-1]}||{B[:-1]}|]", "nothing-returns"),
        (f"|:{A[:-1]}:|{C}{B}", "long-section"),
        ("|:cdef gabc':|:gabc' g2g2:|", "short-sections"),
        (f"|:{A}G2:|{B}", "uneven-bars"),
    ],
)
def test_unclear_forms_are_not_asked(text: str, code: str) -> None:
    reason = ask(read(HEAD + text + "\n"))
    assert isinstance(reason, Reason)
    assert reason.code == code


def test_varied_sections_are_neither_the_same_nor_different() -> None:
    half_new = "|".join(B.split("|")[:4]) + "|" + "|".join(A.split("|")[4:])
    half_old = "|".join(A.split("|")[:4]) + "|" + "|".join(C.split("|")[4:])
    unclear = ask(read(f"{HEAD}|:{A[:-1]}:|\n{half_old[:-1]}||\n"))
    assert isinstance(unclear, Reason)
    assert unclear.code == "unclear-likeness"
    assert question_of(read(f"{HEAD}|:{C[:-1]}:|\n{half_new[:-1]}||\n")).truth == "AAB 1 9 17"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("AABB", "AABB"),
        ("A A B B", "AABB"),
        ("aabb", "AABB"),
        ("A A' B B'", "AABB"),
        ("The form is **AABA**.", "AABA"),
        ("It is a rondo: ABACA", "ABACA"),
        ("A-A-B-B", "AABB"),
        ("AABB (bars 1, 9, 17, 25)", "AABB 1 9 17 25"),
        ("AABB 1 9 17 25", "AABB 1 9 17 25"),
        ("AABB, starting in bars 1, 9, 17 and 25.", "AABB 1 9 17 25"),
        ("A: 1-8, A: 9-16, B: 17-24", "AAB 1 9 17"),
        ("A (bars 1-8), B (bars 9-16), A (bars 17-24)", "ABA 1 9 17"),
        ("First I thought AABB. Answer: ABAB", "ABAB"),
        ("Not AABB but AABA", "AABA"),
        ("AABB 1 9 17", "AABB"),
        ("A bad idea", None),
        ("It is in D major.", None),
        ("ABRACADABRA", None),
        ("The B section", None),
    ],
)
def test_parse(text: str, name: str | None) -> None:
    assert parse(text) == name


def test_boundaries_are_scored_apart_from_letters() -> None:
    question = question_of(repeated("AABB"))
    assert grade(question, "AABB").scores["boundary_f1"] == 1
    assert grade(question, "AABA 1 9 17 25").scores["boundary_f1"] == 1
    assert grade(question, "AABA 1 9 17 25").verdict == "wrong"
    assert grade(question, "AABB 1 9 16 25").scores["boundary_f1"] == pytest.approx(2 / 3)
    assert grade(question, "AB").scores["boundary_f1"] == pytest.approx(2 / 4)


@given(st.lists(st.sampled_from("ABCD"), min_size=2, max_size=8), st.integers(0, 5))
def test_every_form_is_read_back(letters: Sequence[str], seed: int) -> None:
    starts = sorted(Random(seed).sample(range(2, 200), len(letters) - 1))
    truth = canonical("".join(letters), (1, *starts))
    for text in spellings(truth):
        found = parse(text)
        assert found is not None
        assert found.split()[0] == truth.split()[0], text


@given(st.sampled_from(FORMS))
def test_sections_tile_the_bars(letters: str) -> None:
    sections = find_sections(repeated(letters))
    assert not isinstance(sections, Reason)
    found = form_letters(sections)
    assert not isinstance(found, Reason)
    assert [two - one for one, two in pairwise((*found[1], sections.bars + 1))] == [8] * len(letters)
