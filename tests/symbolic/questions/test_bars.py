from fractions import Fraction

from symbolic.abc import parse as read
from symbolic.abc import write_abc
from symbolic.questions.bars import first_number, numbered, plain_bars, unclear_bars
from symbolic.score import Score


def music(score: Score) -> str:
    return write_abc(score, unit=Fraction(1, 2)).split("K:C\n")[1].strip()


def test_signs_go_and_cut_bars_are_joined() -> None:
    score = read('X:1\nM:2/4\nL:1/8\nK:C\n|:G|c2 "C"d2|e2 c:|\nP:B\n|:d|e2f2||g3:|\n')
    assert music(plain_bars(score)) == "G|c2d2|e2 cd|e2f2|g3|]"


def test_joining_twice_is_joining_once() -> None:
    for body in ("C|D|E|F|G2|A8|B2|", "G|c4:|d3|e|", "|:G2|z4|Z|c2:|&|d4|"):
        once = plain_bars(read(f"X:1\nM:2/4\nL:1/8\nK:C\n{body}\n"))
        assert plain_bars(once) == once


def test_layers_and_voices_stay_together() -> None:
    text = "X:1\nM:2/4\nL:1/8\nK:C\nV:1\nc2&E2:|d2|e4|\nV:2\nC2:|D|E4|\n"
    shown = plain_bars(read(text))
    assert [[measure.duration for measure in voice.measures] for voice in shown.voices] == [[2, 2], [1.5, 2]]


def test_numbers() -> None:
    shown = plain_bars(read("X:1\nM:2/4\nL:1/8\nK:C\nC2|D4|E4|"))
    assert [number for number, _ in numbered(shown)] == [0, 1, 2]
    assert first_number(plain_bars(read("X:1\nM:2/4\nL:1/8\nK:C\nC4|D4|E4|"))) == 1


def test_reasons() -> None:
    def code(text: str) -> str:
        reason = unclear_bars(plain_bars(read(f"X:1\nL:1/8\n{text}\n")))
        return reason.code if reason else ""

    assert code("M:2/4\nK:C\nC|D4|E4|F3|") == ""
    assert code("M:none\nK:C\nC|D4|") == "free-metre"
    assert code("M:2/4\nK:C\nC4|D3|E4|") == "uneven-bars"
    assert code("M:2/4\nK:C\nC4|[M:3/4]D6|") == "metre-changes"
    assert code("M:2/4\nK:C\nV:1\nC4|D4|\nV:2\nC4|") == "voices-differ"
    assert unclear_bars(Score()) is not None
