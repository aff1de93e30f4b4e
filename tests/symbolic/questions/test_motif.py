from random import Random

from symbolic.abc import parse as read
from symbolic.questions import Question, Reason
from symbolic.questions.motif import ask, grade, moves, occurrences
from symbolic.timeline import sounding_notes
from tests.symbolic.questions.case import Case
from tests.symbolic.questions.form_case import HEAD, MELODIES, REEL, marked

ASKED = (*MELODIES[:2], MELODIES[3])
CASE = Case(examples=[read(tune) for tune in ASKED], renotated=marked(ASKED))


def found_in(body: str, size: int) -> list[int]:
    return occurrences(moves(sounding_notes(read(HEAD + body))), size)


def test_transposed_on_the_staff() -> None:
    assert found_in("CDEC DEFD|EFGE c4|", 4) == [0, 4, 8]


def test_rests_other_lengths_and_other_moves_are_none() -> None:
    assert found_in("CDEC z4|CDzE C4|", 4) == [0]
    assert found_in("CDEC z4|CDEC2 z3|", 4) == [0]
    assert found_in("CDEC EDCE|", 4) == [0]


def test_anywhere_in_the_bar_overlapping_and_over_ties() -> None:
    assert found_in("CDCD CDCD|", 3) == [0, 2, 4]
    assert found_in("C2D2 E2F2|G8|", 3) == [0, 1]
    assert found_in("C2D2 E2z2|z2G2 A2B-|B4 z4|", 3) == [0]
    assert found_in("C4 D4-|D4 E4|z4 E4|F8|G4 z4|", 3) == [0, 3]


def test_bars_and_counts() -> None:
    question = ask(read(REEL))
    assert isinstance(question, Question)
    assert question.details == {"notes": 4, "asks": "bars"}
    assert question.truth == "1 3 5 7"  # c2 e c g: in the bars between, d follows
    counted = [ask(read(REEL), Random(seed)) for seed in range(20)]
    asked = {question.details["asks"] for question in counted if isinstance(question, Question)}
    assert asked == {"bars", "count"}


def test_grades() -> None:
    score = read(f"{HEAD}C2DE C2DE|D2EF c4|C2DE c4|c8|\n")
    asked = [ask(score, Random(seed)) for seed in range(20)]
    by_kind = {question.details["asks"]: question for question in asked if isinstance(question, Question)}
    count, bars = by_kind["count"], by_kind["bars"]
    right = int(count.truth)
    assert grade(count, f"It occurs {right} times.").verdict == "right"
    assert grade(count, str(right + 1)).credit == 0.5
    assert grade(count, str(right + 2)).verdict == "wrong"
    assert grade(bars, bars.truth.split()[0]).verdict == "near"
    assert grade(bars, "4").verdict == "wrong"


def test_an_opening_that_does_not_come_again() -> None:
    for body in ("C2DF GABc|d8|", "CCCC CCCC|CCCC CCCC|"):
        reason = ask(read(HEAD + body))
        assert isinstance(reason, Reason)
        assert reason.code == "no-motif"
