"""Sections and chords written into music: it sounds as before, and a reader finds what was written."""

from fractions import Fraction

import pytest

from symbolic.abc import parse, write_abc
from symbolic.harmony import ChordSymbol
from symbolic.notations import bearing_onsets, in_sections, with_chords
from symbolic.questions import Question, structure
from symbolic.score import Score
from symbolic.transform import unfold
from tests.symbolic.notations.test_notations import asked, sounds

HEAD = "X:1\nM:2/4\nL:1/4\nK:C\n"
A, B = "CE|GE|DF|", "cB|AG|AB|"


def written(body: str, starts: list[int], letters: str, **options: bool) -> str:
    return write_abc(in_sections(parse(HEAD + body), starts, letters, **options)).partition("K:C\n")[2]


def test_what_comes_again_at_once_is_a_repeat() -> None:
    body = A + "EC|" + A + "EC|" + B + "c2|" + A + "EC|]\n"
    assert written(body, [0, 4, 8, 12], "AABA") == "|:CE|GE|DF|EC:|cB|AG|AB|c2||CE|GE|DF|EC|]\n"
    assert written(body, [0, 4, 8, 12], "AABA", opened=False).startswith("CE|GE|DF|EC:|cB")
    assert written(body, [0, 8], "AB").startswith("CE|GE|DF|EC|CE|GE|DF|EC||cB")


def test_other_ends_are_endings_or_written_out() -> None:
    body = A + "EC|" + A + "C2|]\n"
    assert written(body, [0, 4], "AA") == "|:CE|GE|DF|1EC:|2C2|]\n"
    assert written(body, [0, 4], "AA", endings=False) == body


def test_sections_that_differ_early_are_not_folded() -> None:
    body = A + "EC|" + "DE|" * 4
    assert written(body, [0, 4], "AA") == f"{body.removesuffix('|')}|]\n"


def test_a_repeat_takes_its_upbeat_with_it() -> None:
    body = "G|cc|ee|dd|cG|cc|ee|dd|c|]\n"
    assert written(body, [1, 5], "AA") == "|:G|cc|ee|dd|c:|\n"


def test_two_sections_may_come_again_together() -> None:
    body = (A + "EC|" + B + "c2|") * 2
    assert written(body, [0, 4, 8, 12], "ABAB") == "|:CE|GE|DF|EC||cB|AG|AB|c2:|\n"


def test_sections_of_real_tunes_are_heard_and_read_again() -> None:
    asked_about = [question for _, question in asked(structure)]
    read = 0
    for question in asked_about:
        shown, (form, *starts) = shown_of(question), question.truth.split()
        lead = int(shown.voices[0].measures[0].duration < shown.meter.bar_quarters)
        places = [int(start) - 1 + lead for start in starts]
        for letters in (form, "A" * len(form)):
            again = in_sections(shown, places, letters)
            assert sounds(unfold(again)) == sounds(shown)
            found = structure.ask(again)
            read += letters == form and isinstance(found, Question) and found.truth.split()[0] == form
    assert read >= 0.85 * len(asked_about) > 10


def shown_of(question: Question) -> Score:
    assert question.score is not None
    return question.score


def test_sections_of_several_voices_are_refused() -> None:
    with pytest.raises(ValueError, match="single melody"):
        in_sections(parse("X:1\nL:1/4\nM:2/4\nV:1\nV:2\nK:C\nV:1\nCD|\nV:2\nEF|\n"), [0], "A")
    with pytest.raises(ValueError, match="ascending start"):
        in_sections(parse(HEAD + A), [1, 0], "AB")


def test_chords_stand_over_the_first_voice_that_can_bear_them() -> None:
    score = parse("X:1\nL:1/4\nM:2/4\nV:1\nV:2\nK:C\nV:1\nc2|{e}dc|\nV:2\nEF|G2|\n")
    assert bearing_onsets(score) == {Fraction(0), Fraction(1), Fraction(2), Fraction(3)}
    marks = {
        Fraction(0): [ChordSymbol("C")],
        Fraction(1): [ChordSymbol("F")],
        Fraction(2): [ChordSymbol("G")],
    }
    found = with_chords(score, marks)
    assert sounds(found) == sounds(score)
    assert write_abc(found).endswith('V:1\n"C"c2|"G"{e}dc|\nV:2\nE"F"F|G2|\n')
    with pytest.raises(ValueError, match="quarter 1/2"):
        with_chords(score, {Fraction(1, 2): [ChordSymbol("C")]})
