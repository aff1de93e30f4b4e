import pytest

from symbolic.abc import parse
from symbolic.errors import SymbolicError
from symbolic.questions import Grade, Question, Reason, question_type

TELLTALE = """X:7
T:Polka in D
T:The 2/4
C:Trad. in D major
R:polka
N:in 2/4
%%text D major
M:2/4
L:1/8
Q:"D major, 2/4" 1/4=120
V:1 name="D whistle" clef=treble
K:D
P:D
"D"|:"^in D major, 2/4"A2 FD|!trill!(FG) AB|(3ABc [df]2|{e}d4:|
w:D ma-jor
[K:D]A2 FD|FGAB|AF E2|[Q:1/4=100]D4|]
"""

HEADER_TASKS = ("key", "time-signature")


@pytest.mark.parametrize("task", HEADER_TASKS)
def test_nothing_but_music_is_shown(task: str) -> None:
    question = question_type(task).ask(parse(TELLTALE), id="q")
    assert isinstance(question, Question)
    shown = question.prompt.removeprefix(question.instruction)
    allowed = {"key": ("X:", "M:", "L:", "K:"), "time-signature": ("X:", "L:", "M:", "K:")}[task]
    for line in shown.strip().splitlines():
        assert line.startswith(allowed) or ":" not in line.replace("|:", "").replace(":|", ""), line
    for word in ("polka", "Polka", "Trad", "major", "whistle", "trill", "%%", "P:", "Q:", '"'):
        assert word not in shown
    assert question.truth in {"D major", "2/4"}
    assert ("K:D" in shown) == (task == "time-signature")
    assert ("M:2/4" in shown) == (task == "key")


@pytest.mark.parametrize("task", HEADER_TASKS)
def test_too_few_notes(task: str) -> None:
    reason = question_type(task).ask(parse("X:1\nM:2/4\nL:1/8\nK:D\nABc|"))
    assert isinstance(reason, Reason)
    assert reason.code == "too-few-notes"


@pytest.mark.parametrize("task", HEADER_TASKS)
def test_every_usual_answer_is_read_back_and_right(task: str) -> None:
    kind = question_type(task)
    for name in kind.ask(parse(TELLTALE)).answers:
        question = kind.ask(parse(TELLTALE), truth=name)
        assert question.truth == name
        assert kind.parse(name) == name
        assert kind.grade(question, name) == Grade("right", 1.0, name)


@pytest.mark.parametrize("task", HEADER_TASKS)
@pytest.mark.parametrize(
    "text", ["", "I do not know.", "?" * 100_000, "(" * 100_000, "\\frac{{{{", "no key 7/"]
)
def test_a_text_without_an_answer_is_counted_apart(task: str, text: str) -> None:
    kind = question_type(task)
    assert kind.grade(kind.ask(parse(TELLTALE)), text) == Grade("none", 0.0)


def test_unknown_task_is_told_with_the_nearest() -> None:
    with pytest.raises(SymbolicError, match="did you mean 'time-signature'"):
        question_type("time_signature")
