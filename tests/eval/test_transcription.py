import json
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from eval import evaluate, transcription
from eval.audio import Transcribed
from eval.recordings import Recording, RecordingSet
from eval.registry import TRANSCRIPTION
from eval.report.transcription import print_report
from eval.transcription import Session, prepare, run
from symbolic.abc import parse
from symbolic.errors import SymbolicError
from symbolic.score import Score
from tests.eval.conftest import abc
from transcription.performance import Performance
from transcription.reference import Reference
from transcription.synthesis import perform

TUNES = {"a": abc("D"), "b": abc("Em", meter="3/4")}
GROUPS = {"a": "melody", "b": "piano"}


@dataclass
class Scribe:
    """Writes the scores it was given, one after the other; None: nothing comes of it."""

    scores: list[Score | None]
    name: str = "scribe"
    seen: list[Path | Performance] = field(default_factory=list)

    def transcribe(self, source: Path | Performance) -> Transcribed:
        score = self.scores[len(self.seen)]
        self.seen.append(source)
        if score is None:
            raise SymbolicError("too noisy")
        return Transcribed(score, perform(parse(TUNES["a"])).performance)


def session(input: str = "midi", **files: Path) -> Session:
    items = tuple(
        Recording(
            name, GROUPS[name], Reference.of(parse(tune)), perform(parse(tune)).performance, files.get(name)
        )
        for name, tune in TUNES.items()
    )
    return Session(TRANSCRIPTION, RecordingSet("two", items, "hash"), {"seed": 0, "input": input})


def test_the_truth_is_worth_one() -> None:
    results = run(session(), Scribe([parse(tune) for tune in TUNES.values()]))
    assert {name: estimate.value for name, estimate in results.metrics.items()} == dict.fromkeys(
        (
            "sf grid_f1 pitch_f1 ioi note_value downbeat_f1 key metre metre_class mv2h answered".split()
        ), 1.0,
    )  # fmt: skip
    assert [item.outcome.grade.answer for item in results.per_item] == ["D major, 6/8", "E minor, 3/4"]
    assert [item.outcome.truth for item in results.per_item] == ["D major, 6/8", "E minor, 3/4"]


def test_results_have_the_shape_of_all_results() -> None:
    found = run(session(), Scribe([parse(TUNES["a"]), parse(TUNES["a"])])).to_json()
    assert (found["task"], found["model"], found["n"]) == ("transcription", "scribe", 2)
    assert set(found["metrics"]["sf"]) == {"value", "ci95"}
    assert found["metrics"]["key"]["value"] == 0.5
    first = found["per_item"][0]
    assert first["scores"]["sf"] == first["credit"] == 1
    assert parse(first["text"]).meter.name == "6/8"
    json.dumps(found)


def test_notes_are_measured_where_they_were_heard(tmp_path: Path) -> None:
    scribe = Scribe([parse(tune) for tune in TUNES.values()])
    heard = run(session("audio", a=tmp_path / "a.wav", b=tmp_path / "b.wav"), scribe)
    assert scribe.seen == [tmp_path / "a.wav", tmp_path / "b.wav"]
    assert heard.per_item[0].outcome.grade.scores["note_f1"] == 1
    assert heard.metrics["note_f1"].value <= 1
    assert "note_f1" not in run(session(), Scribe([parse(tune) for tune in TUNES.values()])).metrics


def test_what_fails_is_worth_nothing_and_told() -> None:
    results = run(session(), Scribe([parse(TUNES["a"]), None]))
    assert results.warnings == {"too noisy": 1}
    assert (results.metrics["sf"].value, results.metrics["answered"].value) == (0.5, 0.5)
    assert results.per_item[1].to_json()["verdict"] == "none"
    assert run(session(), Scribe([None, None])).metrics["sf"].value == 0


def test_progress_is_told() -> None:
    steps: list[int] = []
    run(session(), Scribe([parse(tune) for tune in TUNES.values()]), progress=steps.append)
    assert steps == [1, 1]


def test_tables_go_by_texture_and_over_all() -> None:
    results = [
        run(session(), Scribe([parse(TUNES["a"]), parse(TUNES["b"])], "good")),
        run(session(), Scribe([parse(TUNES["b"]), None], "poor")),
    ]
    text = StringIO()
    print_report(Console(file=text, width=120), results)
    printed = text.getvalue()
    for line in ("melody: 1 recording, from midi", "piano: 1 recording", "all of two: 2 recordings"):
        assert line in printed
    rows = [line.split() for line in printed.splitlines() if line.strip().startswith(("good", "poor"))]
    assert [row[0] for row in rows] == ["good", "poor"] * 3
    assert rows[0][1:3] == ["1.000", "1.000"]
    assert rows[3][1:3] == [".000", ".000"]
    assert "notes" not in printed.partition("notes:")[0], "nothing was heard"
    assert max(map(len, printed.splitlines())) <= 120


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"input": "score"}, "begins with audio or midi, got --input score"),
        ({"limit": 0}, "limit must be at least 1"),
        ({"data": "/nowhere"}, "no such folder"),
    ],
)
def test_mistakes(options: dict[str, object], message: str) -> None:
    with pytest.raises(SymbolicError, match=message):
        prepare(**{"input": "midi", **options})


def test_a_folder_of_scores_goes_all_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.abc").write_text(TUNES["a"])
    monkeypatch.setattr(transcription, "build_transcriber", lambda name: Scribe([parse(TUNES["a"])], name))
    results = evaluate("transcription", "default", tmp_path, input="midi")
    assert results.metrics["sf"].value == 1
    assert results.config["resolved_model"] == "default"
