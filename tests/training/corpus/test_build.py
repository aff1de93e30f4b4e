"""The build as a whole: what it leaves, that it stops and goes on, that nothing bad is fatal or silent."""

from __future__ import annotations

import errno
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from eval.items import load
from symbolic import tunes
from symbolic.abc import parse
from symbolic.errors import SymbolicError
from symbolic.questions import question_type
from symbolic.questions.records import from_record
from symbolic.score import Score
from tests.training.corpus.small import file_hashes, small_config, write_tunes
from training.corpus import make as make_module
from training.corpus import workspace as workspace_module
from training.corpus.build import build
from training.corpus.config import BuildConfig
from training.corpus.examples import Example
from training.corpus.runner import InProcess, LocalRunner, Outcome, Result, Unit
from training.corpus.workspace import Workspace


@pytest.fixture(scope="module")
def scores(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tunes(tmp_path_factory.mktemp("scores") / "tunes", files=6, each=10)


@pytest.fixture(scope="module")
def corpus(scores: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("corpus") / "out"
    build(small_config(scores), out)
    return out


def records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def manifest(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    return found


# What is left


def test_the_manifest_names_every_file_with_its_hash_and_lines(corpus: Path) -> None:
    files = manifest(corpus)["files"]
    on_disk = {path.relative_to(corpus).as_posix() for path in corpus.rglob("*.jsonl")}
    assert on_disk == set(files)
    for name, told in files.items():
        data = (corpus / name).read_bytes()
        assert (sha256(data).hexdigest(), len(data)) == (told["sha256"], told["bytes"])
        assert data.count(b"\n") == sum(told["lines"].values())
    assert not (corpus / "work").exists()


def test_pretraining_text_has_its_mix_and_fits_the_context(corpus: Path) -> None:
    lines = records(corpus / "pretrain/train-00000.jsonl")
    assert {tuple(line) for line in lines} == {("text", "kind", "source", "id", "license")}
    counts: Counter[str] = Counter()
    for line in lines:
        counts[line["kind"]] += len(line["text"])
        assert len(line["text"]) <= 4096
    assert (counts["theory"] + counts["question"]) / counts["score"] == pytest.approx(2, rel=0.05)
    assert manifest(corpus)["mix"]["characters"] == counts


def test_music_comes_with_headers_and_without_and_can_be_read(corpus: Path) -> None:
    texts = [
        line["text"] for line in records(corpus / "pretrain/train-00000.jsonl") if line["kind"] == "score"
    ]
    with_titles = [text for text in texts if "\nT:" in text]
    assert 0 < len(with_titles) < len(texts)
    assert all(parse(text).voices for text in texts)


def test_examples_are_chat_turns_of_both_forms_and_lengths(corpus: Path) -> None:
    lines = records(corpus / "sft/train.jsonl")
    assert len({line["id"] for line in lines}) == len(lines)
    for line in lines:
        assert [turn["role"] for turn in line["messages"]] == ["user", "assistant"]
    forms = manifest(corpus)["forms"]
    assert abs(forms["long"] - forms["short"]) <= len(list(corpus.rglob("*"))) * 4
    assert forms["choice"] > 0.25 * forms["open"]
    asked_to_explain = [line for line in lines if "Give the reasons first" in line["messages"][0]["content"]]
    assert asked_to_explain
    assert all("Answer: " in line["messages"][1]["content"] for line in asked_to_explain)


def test_every_answer_is_graded_right(corpus: Path) -> None:
    truths = {line["id"]: line for line in records(corpus / "questions/test.jsonl") if line["abc"]}
    assert truths
    for line in truths.values():
        kind = question_type(line["task"])
        question = from_record(line)
        assert kind.grade(question, line["answer"]).verdict == "right"


def test_held_out_questions_are_read_by_evaluation(corpus: Path) -> None:
    asked = Counter(line["task"] for line in records(corpus / "questions/test.jsonl"))
    assert len(load(corpus / "questions/test.jsonl", question_type("key")).items) == asked["key"] > 0


def test_no_family_stands_in_two_splits(corpus: Path) -> None:
    """An example's id begins with that of its piece, and no piece is in two splits."""
    seen: dict[str, str] = {}
    for split in ("train", "dev", "test"):
        for line in records(corpus / f"sft/{split}.jsonl"):
            if line["source"] == "scores":
                piece = re.split("[~:]", line["id"].rpartition("/")[0])[0]
                assert seen.setdefault(piece, split) == split


def test_alpaca_has_instruction_input_and_output(scores: Path, tmp_path: Path) -> None:
    build(small_config(scores, format="alpaca"), tmp_path / "out")
    lines = [line for line in records(tmp_path / "out/sft/train.jsonl") if line["source"] == "scores"]
    for line in lines:
        assert tuple(line)[:3] == ("instruction", "input", "output")
        assert line["input"].startswith("X:1")
        assert "X:1" not in line["instruction"]


def test_the_card_names_sources_and_counts(corpus: Path) -> None:
    card = (corpus / "README.md").read_text()
    assert "scores: your own scores" in card
    assert f"{manifest(corpus)['pieces']['kept']:,} were kept" in card


# The same bytes


def test_the_bytes_do_not_depend_on_the_number_of_workers(scores: Path, corpus: Path, tmp_path: Path) -> None:
    build(small_config(scores), tmp_path / "out", LocalRunner(2))
    assert file_hashes(tmp_path / "out") == file_hashes(corpus)


def test_another_seed_gives_another_corpus(scores: Path, corpus: Path, tmp_path: Path) -> None:
    build(small_config(scores, seed=1), tmp_path / "out")
    assert file_hashes(tmp_path / "out")["sft/train.jsonl"] != file_hashes(corpus)["sft/train.jsonl"]


class Stopping(InProcess):
    """Is interrupted after some units in all."""

    def __init__(self, after: int) -> None:
        self.left = after

    def run(self, work: Callable[[Unit], Result], units: Iterable[Unit]) -> Iterator[Outcome[Unit, Result]]:
        for outcome in super().run(work, units):
            if not self.left:
                raise KeyboardInterrupt
            self.left -= 1
            yield outcome


@pytest.mark.parametrize("after", [0, 2])
def test_a_stopped_build_goes_on(scores: Path, corpus: Path, tmp_path: Path, after: int) -> None:
    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        build(small_config(scores), out, Stopping(after))
    assert not (out / "manifest.json").exists()
    build(small_config(scores), out)
    assert file_hashes(out) == file_hashes(corpus)


def test_a_finished_build_is_not_done_again(scores: Path, corpus: Path) -> None:
    before = (corpus / "manifest.json").stat().st_mtime_ns
    assert build(small_config(scores), corpus, Stopping(0)) == manifest(corpus)
    assert (corpus / "manifest.json").stat().st_mtime_ns == before


def test_a_full_disk_is_told_and_what_was_finished_is_kept(
    scores: Path, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = workspace_module.save
    room = iter(range(8))

    def filling(path: str, data: bytes) -> None:
        if next(room, None) is None:
            raise OSError(errno.ENOSPC, "No space left on device")
        save(path, data)

    monkeypatch.setattr(workspace_module, "save", filling)
    with pytest.raises(SymbolicError, match="out: no space left on device: make room and build again"):
        build(small_config(scores), tmp_path / "out")
    monkeypatch.undo()
    build(small_config(scores), tmp_path / "out")
    assert file_hashes(tmp_path / "out") == file_hashes(corpus)


# What is refused


def test_the_folder_of_another_build_is_refused(scores: Path, corpus: Path) -> None:
    with pytest.raises(
        SymbolicError, match="holds a corpus of seed 0 instead of 7: name another or remove it"
    ):
        build(small_config(scores, seed=7), corpus)


def test_a_folder_with_other_things_is_refused(scores: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(SymbolicError, match="not empty and holds no corpus"):
        build(small_config(scores), tmp_path)


def test_a_folder_of_somebody_s_that_is_called_work_is_refused(scores: Path, tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work/thesis.tex").write_text("mine")
    with pytest.raises(SymbolicError, match="not empty and holds no corpus"):
        build(small_config(scores), tmp_path)
    assert (tmp_path / "work/thesis.tex").read_text() == "mine"


def test_a_mistake_leaves_nothing_in_the_way(scores: Path, tmp_path: Path) -> None:
    with pytest.raises(SymbolicError, match="no such file or folder"):
        build(small_config(tmp_path / "scroes"), tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("finished", [False, True])
def test_other_scores_than_the_build_began_with_are_refused(tmp_path: Path, finished: bool) -> None:
    """Units are numbered: going on with other files would lose some in silence."""
    folder = write_tunes(tmp_path / "scores", files=2, each=2)
    if finished:
        build(small_config(folder), tmp_path / "out")
    else:
        with pytest.raises(KeyboardInterrupt):
            build(small_config(folder), tmp_path / "out", Stopping(1))
    (folder / "a.abc").write_text("X:1\nK:C\nCDEF|\n")
    with pytest.raises(SymbolicError, match="the scores have changed since the build was begun"):
        build(small_config(folder), tmp_path / "out")


def test_a_folder_among_the_scores_is_built_into_as_any_other(tmp_path: Path) -> None:
    folder = write_tunes(tmp_path / "scores", files=2)
    build(small_config(folder), tmp_path / "out")
    with pytest.raises(KeyboardInterrupt):
        build(small_config(folder), folder / "inside", Stopping(2))
    build(small_config(folder), folder / "inside")
    assert file_hashes(folder / "inside") == file_hashes(tmp_path / "out")


def test_a_build_that_was_stopped_while_it_tidied_up_is_finished(
    scores: Path, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(workspace: Workspace) -> None:
        workspace.state.unlink()
        raise KeyboardInterrupt

    monkeypatch.setattr(Workspace, "remove", interrupted)
    with pytest.raises(KeyboardInterrupt):
        build(small_config(scores), tmp_path / "out")
    monkeypatch.undo()
    build(small_config(scores), tmp_path / "out", Stopping(0))
    assert file_hashes(tmp_path / "out") == file_hashes(corpus)


def test_nothing_to_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "scores").mkdir()
    (tmp_path / "scores/notes.txt").write_text("no music")
    with pytest.raises(SymbolicError, match=r"nothing to read .*; scores/notes\.txt: the suffix"):
        build(small_config(tmp_path / "scores"), tmp_path / "out")


def test_a_corpus_can_be_generated_alone(tmp_path: Path) -> None:
    config = BuildConfig(sources=("symbolic",), theory=40, statements=20, textures=0)
    found = build(config, tmp_path / "out")
    assert found["sources"]["symbolic"]["commercial"]
    assert list(found["sources"]) == ["symbolic"]
    tasks = {line["task"] for line in records(tmp_path / "out/sft/train.jsonl")}
    assert tasks == {"theory"}
    kinds = Counter(line["kind"] for line in records(tmp_path / "out/pretrain/train-00000.jsonl"))
    assert kinds["theory"] >= 20
    assert kinds["question"]
    assert set(kinds) == {"theory", "question"}


def test_generated_questions_can_repeat_in_training_alone(tmp_path: Path) -> None:
    config = BuildConfig(sources=("symbolic",), theory=600, statements=0, textures=0, repeats=True)
    build(config, tmp_path / "out")
    prompts = {
        split: [
            line["messages"][0]["content"].partition("Evidence:")[0]
            for line in records(tmp_path / f"out/sft/{split}.jsonl")
        ]
        for split in ("train", "dev", "test")
    }
    assert sum(map(len, prompts.values())) > 570
    assert len(set(prompts["train"])) < len(prompts["train"])
    assert not set(prompts["train"]) & {*prompts["dev"], *prompts["test"]}


# Bad input


def test_bad_files_are_counted_and_listed(tmp_path: Path) -> None:
    folder = write_tunes(tmp_path / "scores", files=2)
    (folder / "empty.abc").touch()
    (folder / "noise.mid").write_bytes(bytes(range(256)) * 4)
    (folder / "broken.musicxml").write_text("<score-partwise>")
    (folder / "latin.abc").write_bytes(
        "X:1\nT:Für Élise\nM:3/8\nL:1/16\nK:Am\ne^d|e^deBdc|A4ce|A4ce|".encode("latin-1")
    )
    (folder / "one.abc").write_text("X:1\nK:C\nc|\n")
    (folder / "copy.abc").write_text((folder / "book0.abc").read_text())
    (folder / "bom.abc").write_bytes(b"\xff\xfe\x00\x00" * 50)
    (folder / "words.abc").write_text("no tune at all")
    build(small_config(folder), tmp_path / "out")
    found = manifest(tmp_path / "out")["rejected"]
    told = records(tmp_path / "out/rejected.jsonl")
    assert Counter(line["reason"] for line in told) == {
        reason: entry["count"] for reason, entry in found.items()
    }
    by_id = {line["id"]: line["reason"] for line in told}
    assert by_id["scores/empty.abc"] == "empty"
    assert by_id["scores/noise.mid"] == "not-music"
    assert by_id["scores/broken.musicxml"] == "not-music"
    assert by_id["scores/one.abc#1"] == "too-few-notes"
    assert found["duplicate"]["count"] == 5
    assert all(line["message"] for line in told)
    assert not any("latin" in id_ for id_ in by_id)


def test_what_is_odd_about_kept_pieces_is_counted_and_listed(tmp_path: Path) -> None:
    folder = write_tunes(tmp_path / "scores", files=1)
    body = "CDEF GABc|cBAG FEDC|CEGc GECE|DFAd AFDF|CEGc C4|]\n"
    (folder / "nokey.abc").write_text(f"X:1\nM:4/4\nL:1/8\n{body}")
    (folder / "odd.abc").write_text(f"X:1\nM:3/4\nL:1/8\nK:C\n{body.replace('c', 'e')}")
    found = build(small_config(folder), tmp_path / "out")
    assert found["noticed"] == {
        "metre-contradicted": {"count": 1, "ids": ["scores/odd.abc#1"]},
        "no-key": {"count": 1, "ids": ["scores/nokey.abc#1"]},
    }
    told = records(tmp_path / "out/noticed.jsonl")
    assert {line["id"]: line["message"] for line in told} == {
        "scores/odd.abc#1": "3/4 is stated, and the bars are of other lengths",
        "scores/nokey.abc#1": "no key is stated",
    }


def test_a_piece_that_nothing_can_be_made_of_is_rejected_alone(
    scores: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut = make_module.pieces

    def failing(score: Score, limit: int, abc: str) -> list[Score]:
        if score.title == "Tune 7":
            raise ZeroDivisionError("odd")
        return cut(score, limit, abc)

    monkeypatch.setattr(make_module, "pieces", failing)
    found = build(small_config(scores), tmp_path / "out")
    assert found["rejected"]["making-failed"] == {"count": 1, "ids": ["scores/book0.abc#7"]}
    assert found["pieces"]["kept"] == 59
    assert "ZeroDivisionError: odd" in (tmp_path / "out/rejected.jsonl").read_text()
    assert not any("book0.abc#7" in path.read_text() for path in (tmp_path / "out").rglob("sft/*.jsonl"))


def test_a_type_that_fails_when_its_question_is_worded_is_told(
    scores: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(example: Example) -> str:
        raise ValueError("no words")

    monkeypatch.setattr(Example, "text", property(failing))
    found = build(small_config(scores, theory=0), tmp_path / "out")
    assert found["type_failures"]["count"] > 0
    assert found["type_failures"]["first"][0][2] == "ValueError: no words"


class Crashing(InProcess):
    """Says of every unit with a file of some name that its process died."""

    def run(self, work: Callable[[Unit], Result], units: Iterable[Unit]) -> Iterator[Outcome[Unit, Result]]:
        for unit in units:
            if any("book1" in ref.id for ref in getattr(unit, "refs", ())):
                yield Outcome(unit, None, "its process died (SIGKILL)")
            else:
                yield from super().run(work, [unit])


def test_the_file_that_kills_its_worker_is_rejected_by_name(scores: Path, tmp_path: Path) -> None:
    found = build(small_config(scores), tmp_path / "out", Crashing())
    assert found["rejected"]["reader-crashed"] == {"count": 1, "ids": ["scores/book1.abc"]}
    assert found["pieces"]["read"] == 50


def test_a_variant_of_a_benchmark_test_tune_is_dropped(tmp_path: Path) -> None:
    entries = [entry for entry in tunes.manifest() if entry.split == "test" and entry.collection == "Ryan"]
    folder = tmp_path / "scores"
    folder.mkdir()
    for number, (_, score) in enumerate(tunes.read_tunes(entries[:12], Counter())):
        (folder / f"{number}.abc").write_text(score.transpose(2).to_abc())
    found = build(small_config(folder), tmp_path / "out")
    assert found["rejected"]["benchmark-test"]["count"] > 0
    assert found["questions"]["key"]["train"] == 0
