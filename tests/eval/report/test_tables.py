from io import StringIO

from rich.console import Console

from eval.models.scripted import Scripted
from eval.report.tables import MAX_COLUMNS, print_report
from eval.results import Results
from eval.runner import prepare, run
from symbolic.questions.key import MODES
from tests.eval.conftest import abc


def printed(results: list[Results]) -> str:
    text = StringIO()
    print_report(Console(file=text, width=120), results)
    return text.getvalue()


def test_classes_beyond_the_columns_are_summed_up(jsonl) -> None:
    meters = ["2/4", "2/4", "3/4", "4/4", "2/2", "3/2", "4/2", "3/8", "6/8", "9/8"]
    rows = [
        {"id": str(number), "task": "time-signature", "abc": abc(), "answer": meter}
        for number, meter in enumerate(meters)
    ]
    results = run(
        prepare("time-signature", jsonl(*rows)), Scripted("oracle", lambda question: question.truth)
    )
    table = printed([results]).split("by metre")[1]
    header, counts = table.strip().splitlines()[:2]
    assert len(header.split()) == MAX_COLUMNS
    assert header.split()[-1] == "other"
    assert counts.split() == ["model", "2", *["1"] * (MAX_COLUMNS - 2), "2"]


def test_best_model_collections_and_p(jsonl) -> None:
    rows = [
        {
            "id": f"{number}",
            "task": "key",
            "abc": abc(),
            "answer": f"D {mode}",
            "group": "[odd]" if number % 2 else "",
        }
        for number, mode in enumerate(MODES * 4)
    ]
    exam = prepare("key", jsonl(*rows))
    text = printed(
        [run(exam, Scripted("oracle", lambda question: question.truth)), run(exam, Scripted("[d]", "D"))]
    )
    assert "by collection" in text
    assert "[odd]" in text
    assert "(none)" in text
    (worse,) = [line for line in text.splitlines() if "[d]" in line and "<.001" in line]
    assert ".143" in worse
    assert "best" in next(line for line in text.splitlines() if "oracle" in line)
