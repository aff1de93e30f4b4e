from pathlib import Path
from random import Random

import numpy as np
import pytest

from eval import inputs
from eval.audio import Transcribed
from eval.items import Item
from eval.runner import NothingToAskError, evaluate, prepare
from symbolic.abc import parse
from symbolic.questions import Question, question_type
from symbolic.score import Score
from tests.eval.conftest import abc
from transcription.performance import Performance, note_rows

KEY = question_type("key")


class Ears:
    """Stands for the pipeline: remembers what it was given and writes one score."""

    def __init__(self, written: Score) -> None:
        self.written = written
        self.given: list[Path | Performance] = []

    def __call__(self, source: Path | Performance) -> Transcribed:
        self.given.append(source)
        return Transcribed(self.written, Performance(note_rows([])))


@pytest.fixture
def ears(monkeypatch: pytest.MonkeyPatch) -> Ears:
    heard = Ears(parse(abc("G")))
    monkeypatch.setattr(inputs, "transcribed", heard)
    monkeypatch.setattr(inputs, "rendered", lambda performance: Path("sound.flac"))
    return heard


def asked(item: Item, input: str) -> Question:
    question = item.ask(KEY, Random(0))
    assert isinstance(question, Question)
    found = inputs.hear(item, question, KEY, input, 0)
    assert isinstance(found, Question)
    return found


def test_the_notes_are_played_and_the_transcription_shown(ears: Ears) -> None:
    question = asked(Item("i", parse(abc("D"))), "midi")
    (played,) = ears.given
    assert isinstance(played, Performance)
    assert sorted(played.notes["pitch"]) == sorted(parse(abc("D")).note_array()["pitch"])
    assert np.any(np.abs(np.diff(played.notes["onset_s"], 2)) > 1e-6), "nobody plays exactly"
    assert question.truth == "D major"
    assert question.score == KEY.strip(parse(abc("G")))


@pytest.mark.parametrize("task", ["key", "time-signature", "structure"])
def test_the_answer_stays_hidden_in_a_transcription(ears: Ears, task: str) -> None:
    kind, item = question_type(task), Item("i", parse(abc("D")), truth="AB" if task == "structure" else None)
    ears.written = parse("X:1\nL:1/8\nM:6/8\nK:G\n|:GAB cde|fed cBA:|\n")
    question = Question("i", task, "", "", kind.strip(parse(abc("D"))), "x")
    found = inputs.hear(item, question, kind, "midi", 0)
    assert isinstance(found, Question)
    assert found.score == kind.strip(ears.written.unfold())
    assert not found.score.has_repeats


def test_sound_comes_along_for_those_who_listen(ears: Ears) -> None:
    question = asked(Item("i", parse(abc("D"))), "audio")
    assert ears.given == [Path("sound.flac")]
    assert question.details == {"audio": Path("sound.flac")}


def test_an_item_with_a_recording_is_not_played(ears: Ears) -> None:
    asked(Item("i", parse(abc("D")), audio=Path("take.wav")), "audio")
    assert ears.given == [Path("take.wav")]


def test_nothing_heard_is_nothing_to_ask(ears: Ears) -> None:
    ears.written = parse("X:1\nK:C\nz4|\n")
    item = Item("i", parse(abc("D")))
    found = inputs.hear(item, item.ask(KEY, Random(0)), KEY, "midi", 0)
    assert str(found) == "nothing was heard in it"


def test_answers_are_graded_against_the_score(ears: Ears, four_keys: Path) -> None:
    results = evaluate("key", "baseline:krumhansl-schmuckler", four_keys, input="midi")
    assert [item.outcome.truth for item in results.per_item] == [
        "C major", "G major", "A minor", "D dorian",
    ]  # fmt: skip
    assert len(ears.given) == 4


def test_some_questions_need_the_notation() -> None:
    for task in ("note-count", "phrases", "chord-name"):
        with pytest.raises(NothingToAskError, match="stands in the notation"):
            prepare(task, input="audio", limit=2)
    assert {"key", "time-signature", "chords", "structure", "tempo-class"} <= {
        name for name in ("key", "time-signature", "chords", "structure", "tempo-class", "phrases")
        if inputs.can_be_heard(question_type(name))
    }  # fmt: skip


def test_questions_of_recordings_alone(ears: Ears, jsonl, tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"RIFF")
    row = {"id": "a", "task": "key", "audio": "a.wav", "answer": "G major"}
    exam = prepare("key", jsonl(row))
    assert ears.given == [tmp_path / "a.wav"]
    assert exam.questions[0].truth == "G major"
    with pytest.raises(Exception, match=r"b\.wav.*no such file"):
        prepare("key", jsonl({**row, "audio": "b.wav"}))


def test_progress_is_told(ears: Ears, four_keys: Path) -> None:
    steps: list[tuple[int, int]] = []
    prepare("key", four_keys, input="midi", progress=lambda done, total: steps.append((done, total)))
    assert steps == [(1, 4), (2, 4), (3, 4), (4, 4)]
