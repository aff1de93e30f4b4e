"""The order of measures that repeat signs, endings and sections make, right and malformed."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbolic.abc import parse
from symbolic.repeats import MAX_PLAYED_MEASURES, expand_part_order, play_order
from symbolic.score import Measure, Note, Score
from symbolic.transform import unfold
from tests.symbolic.strategies import SCORES


def tune(body: str) -> Score:
    return parse(f"X:1\nM:none\nL:1/4\nK:C\n{body}\n", strict=True)


def letters(score: Score) -> str:
    """The letters of the notes of the first voice as they stand."""
    return "".join(
        event.pitch.step for measure in score.voices[0].measures for event in measure.events
        if isinstance(event, Note)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("body", "played"),
    [
        ("A|B|C|", "ABC"),
        ("|:A|B:|C|", "ABABC"),
        ("A|B:|C:|D|", "ABABCCD"),
        ("A:|:B:|C|", "AABBC"),
        ("|:A::B:|C|", "AABBC"),
        ("|:A:|B||C:|", "AABCBC"),
        ("|::A::|B|", "AAAB"),
        ("A||B:|C|", "ABABC"),
        ("|:A|1B:|2C|]D|", "ABACD"),
        ("A|1B:|2C||D|1E:|2F|]", "ABACDEDF"),
        ("|:A|1B:|2C:|D|", "ABACD"),
        ("|:A|1B:|2C:|:D:|", "ABACDD"),
        ("|:A|1B|2C|]D|", "ABACD"),
        ("|:A|[1,3 B:|[2 C:|[4 D|]", "ABACABAD"),
        ("|:A|1-3 B:|4 C|]", "ABABABAC"),
        ("|:A|1,2B:|3C|]", "ABABAC"),
        ("|:A|1B:|2C:|3D|]", "ABACAD"),
        ("|:A|1B|C:|2D|E|]F|", "ABCADEF"),
        ("|:A|1B:|C|", "ABAC"),
        ("A|1B:|", "ABA"),
        ("|1A|2B|3C|", "ABC"),
        ("|:A|[1B:|[3C|]D|", "ABACD"),
        ("|:A|1B:|1C|]D|", "ABACD"),
        ("|:A:|2B|:C|1D:|2E|]", "AABCDCE"),
    ],
)
def test_repeats_and_endings(body, played):
    assert letters(unfold(tune(body))) == played


SECTIONS = st.lists(
    st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(0, 4), st.booleans()), min_size=1, max_size=4
)


@given(SECTIONS)
def test_well_formed_repeats_play_as_written(sections):
    """Sections of some bars, played some times or once with each of their endings of some bars."""
    measures: list[Measure] = []
    expected: list[int] = []
    for body, ending, endings, closed in sections:
        first = len(measures)
        own = list(range(first, first + body))
        opened = {"start_repeat": 1}
        measures += [Measure(**(opened if number == 0 else {})) for number in range(body)]
        if not endings:
            measures[-1] = replace(measures[-1], end_repeat=1)
            expected += 2 * own
        for number in range(1, endings + 1):
            start = len(measures)
            measures += [Measure(ending=(number,) if bar == 0 else ()) for bar in range(ending)]
            is_last = number == endings
            if not is_last or (closed and endings > 1):
                measures[-1] = replace(measures[-1], end_repeat=1)
            else:
                measures[-1] = replace(measures[-1], bar="||")
            expected += [*own, *range(start, start + ending)]
    assert play_order(measures) == expected


@given(SCORES)
def test_playing_always_ends_and_starts_at_the_start(score):
    measures = score.voices[0].measures
    order = play_order(measures)
    assert len(order) <= MAX_PLAYED_MEASURES
    assert not measures or order[:1] == [0] or measures[0].ending
    assert all(0 <= index < len(measures) for index in order)


def test_absurd_repeats_are_bounded():
    measures = [Measure(start_repeat=1), *[Measure()] * 1_000, Measure(end_repeat=10**9)]
    assert len(play_order(measures)) == MAX_PLAYED_MEASURES


@pytest.mark.parametrize(
    ("order", "labels"),
    [
        ("AABB", "AABB"),
        ("A2B3", "AABBB"),
        ("A2(BC)2", "AABCBC"),
        ("((AB)3.C)2", "ABABABCABABABC"),
        ("(A(BC)2)2", "ABCBCABCBC"),
        ("A.B.A", "ABA"),
        ("A (BC)", "ABC"),
        ("(AB", "AB"),
        ("AB)2", "ABB"),
        ("2A", "A"),
        ("", ""),
    ],
)
def test_orders_of_sections(order, labels):
    assert "".join(expand_part_order(order)) == labels


def test_absurd_orders_are_bounded():
    assert len(expand_part_order("((((A64)64)64)64)64")) < 100 * MAX_PLAYED_MEASURES


@pytest.mark.parametrize(
    ("order", "body", "played"),
    [
        ("ABA", "P:A\nA|\nP:B\nB|", "ABA"),
        ("A2(BC)2", "P:A\nA|\nP:B\nB|\nP:C\nC|", "AABCBC"),
        ("AB", "P:A\n|:A:|\nP:B\n|:B|1C:|2D|]", "AABCBD"),
        ("ABA", "P:A\nA:|\nP:B\nB|", "AABAA"),
        ("A2", "|:E:|\nP:A\nA|", "EEAA"),
        ("AXB", "P:A\n|:A:|\nP:B\nB|", "AAB"),
        ("AAB", "P:A\nA|B|\nP:B\nC|\nP:A\nD|", "ABABC"),
        ("AB", "|:A:|", "AA"),
    ],
)
def test_sections_play_in_the_order_of_the_header(order, body, played):
    score = parse(f"X:1\nP:{order}\nM:none\nL:1/4\nK:C\n{body}\n")
    assert letters(unfold(score)) == played
    assert unfold(score).part_order == ""


@pytest.mark.parametrize(
    "measures",
    [
        [Measure(ending=(1,), end_repeat=1)] * 10_000,
        [Measure(ending=(number % 7 + 1,), end_repeat=number % 2) for number in range(10_000)],
        [Measure(start_repeat=1, ending=(64 - number % 64,)) for number in range(10_000)],
    ],
    ids=["first endings only", "numbers in disorder", "descending numbers"],
)
def test_thousands_of_absurd_endings_are_played_in_bounded_time(measures):
    order = play_order(measures)
    assert order[0] == 0
    assert len(order) <= MAX_PLAYED_MEASURES
