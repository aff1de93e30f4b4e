import shutil
from pathlib import Path

import pytest

from eval.benchmarks import load
from eval.build_manifest import key_truth, meter_truth, write
from eval.runner import prepare
from symbolic.abc import iter_book, split_book
from symbolic.errors import SymbolicError
from symbolic.resources import music21_corpus
from symbolic.tunes import Entry, identified, manifest, tune_hash


def test_the_manifest_is_what_its_program_makes() -> None:
    book = split_book((music21_corpus() / "airdsAirs" / "book1.abc").read_text(encoding="utf-8"))
    entries = {entry.id: entry for entry in manifest()}
    for (id_, tune), (_, score, _) in zip(identified(book, "airdsAirs/book1"), iter_book(book), strict=True):
        entry = entries[id_]
        made = (tune_hash(tune), key_truth(score, "airdsAirs"), meter_truth(score))
        assert made == (entry.sha256_16, entry.key, entry.meter), id_


@pytest.mark.parametrize(
    ("task", "field", "shown"), [("key", "key", "K:none"), ("time-signature", "meter", "M:none")]
)
def test_no_question_shows_its_answer(task: str, field: str, shown: str) -> None:
    exam = prepare(task, limit=300)
    truths = {entry.id: getattr(entry, field) for entry in manifest()}
    for question in exam.questions:
        assert question.truth == truths[question.id]
        lines = question.prompt.removeprefix(question.instruction).split("\n")
        assert [line for line in lines if line.startswith(shown[:2])] == [shown]
        assert not [line for line in lines if line.startswith(("T:", "R:", "S:", "N:", "Q:", "%"))]
        body = lines[lines.index(next(line for line in lines if line.startswith("K:"))) + 1 :]
        assert f"[{shown[:2]}" not in "".join(body)
        if task == "time-signature":
            assert "|" not in "".join(body).removesuffix("|]")
            assert not any(" " in line for line in body if not line.startswith("V:"))


def _corpus(folder: Path, name: str) -> Path:
    source = music21_corpus() / "airdsAirs" / "book1.abc"
    target = folder / "airdsAirs" / name
    target.parent.mkdir(parents=True)
    shutil.copy(source, target)
    return target


def test_changed_tunes_are_left_out_and_counted(tmp_path: Path) -> None:
    path = _corpus(tmp_path, "book1.abc")
    whole = load("key", "train", corpus=tmp_path)
    changed = next(item for item in whole.items if "#" in item.id)
    number = changed.id.rpartition("#")[2]
    text = path.read_text()
    path.write_text(text.replace(f"X:{number}\n", f"X:{number}\nN:changed\n"))
    found = load("key", "train", corpus=tmp_path)
    assert len(found.items) == len(whole.items) - 1
    assert found.skipped["changed in music21's corpus"] == 1
    path.write_text(text.replace("\n", " \n"))  # spaces at line ends change nothing
    assert len(load("key", "train", corpus=tmp_path).items) == len(whole.items)


def test_no_corpus(tmp_path: Path) -> None:
    with pytest.raises(SymbolicError, match="pip install"):
        load("key", corpus=tmp_path)


def test_written_manifest_is_plain_csv(tmp_path: Path) -> None:
    write([Entry("a/b#1", "0" * 16, 0, "test", "F# minor", "2+3/8")], tmp_path / "new" / "m.csv")
    assert (tmp_path / "new" / "m.csv").read_bytes() == (
        b"id,sha256_16,family,split,key,meter\na/b#1,0000000000000000,0,test,F# minor,2+3/8\n"
    )
