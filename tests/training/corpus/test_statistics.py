"""What ``symbolic-data stats`` and the data card tell of a corpus: counts that add up, whatever is in it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import symbolic
from symbolic.errors import SymbolicError
from tests.training.corpus.small import file_hashes, small_config, tune, write_tunes
from training.corpus.build import build
from training.corpus.plots import write_statistics
from training.corpus.statistics import COPIES, OTHERS, Statistics, measure, quantile


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stats")
    scores = write_tunes(folder / "scores", files=2, each=6)
    (scores / "again.abc").write_text(tune(1))
    (scores / "empty.abc").touch()
    cut = "X:1\nM:C|\nK:E#\n" + "C2EG|" * 4 + "D2FA|" * 4 + "E4|" * 2
    (scores / "cut.abc").write_text(cut)
    build(small_config(scores, textures=10, transpositions=0), folder / "out")
    return folder / "out"


@pytest.fixture(scope="module")
def found(corpus: Path) -> Statistics:
    return measure(corpus)


def test_every_piece_and_file_has_one_fate(found: Statistics) -> None:
    (counts,) = found.pieces.values()
    assert counts[COPIES] == 1
    assert counts[OTHERS] == 1
    assert counts.total() == 2 * 6 + 3


def test_texts_are_those_of_the_manifest(found: Statistics) -> None:
    files = found.manifest["files"]
    pretraining = [told for name, told in files.items() if name.startswith("pretrain/")]
    for kind in ("question", "score", "theory"):
        assert found.texts[kind] == sum(told["lines"].get(kind, 0) for told in pretraining)
        assert found.characters[kind] == sum(told["characters"].get(kind, 0) for told in pretraining)
    assert found.keys.total() == found.meters.total() == found.lengths.total() == found.texts["score"]
    assert found.example_lengths.total() == sum(files["sft/train.jsonl"]["lines"].values())


def test_a_metre_counts_once_however_it_is_written(found: Statistics) -> None:
    assert not {"C", "C|"} & found.meters.keys()


def test_plots_are_the_same_bytes_each_time(found: Statistics, tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_statistics(found, tmp_path / name)
    assert file_hashes(tmp_path / "one") == file_hashes(tmp_path / "two")


def test_a_corpus_without_music_can_be_plotted(found: Statistics, tmp_path: Path) -> None:
    write_statistics(Statistics({**found.manifest, "questions": {}, "rejected": {}}), tmp_path / "stats")
    assert (tmp_path / "stats/keys.png").stat().st_size > 0


def test_a_damaged_line_is_told_with_its_place(corpus: Path, tmp_path: Path) -> None:
    shutil.copytree(corpus, tmp_path / "out")
    path = tmp_path / "out/sft/train.jsonl"
    path.write_text("{}\n{".replace("{}", json.dumps({"messages": []})))
    with pytest.raises(SymbolicError, match=r"not JSON") as caught:
        measure(tmp_path / "out")
    assert "train.jsonl" in str(caught.value)


def test_quantiles() -> None:
    statistics = Statistics({})
    assert quantile(statistics.lengths, 0.5) == 0
    statistics.lengths.update([1, 2, 3, 10])
    assert [quantile(statistics.lengths, share) for share in (0.25, 0.5, 0.99, 1.0)] == [1, 2, 10, 10]


def test_the_card_counts_generated_pieces_apart_and_names_the_version(corpus: Path) -> None:
    card = (corpus / "README.md").read_text()
    assert f"symbolic-musician {symbolic.__version__} " in card
    told = json.loads((corpus / "manifest.json").read_text())
    generated = sum(told["sources"]["symbolic"]["pieces"].values())
    kept = told["pieces"]["kept"] - generated
    assert generated > 0
    assert f"{told['pieces']['read']} pieces" in card
    assert f"{kept} were kept, and {generated} generated pieces added" in card
    assert kept <= told["pieces"]["read"]
