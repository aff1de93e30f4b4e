"""Mixing, shuffling and balancing lines."""

from __future__ import annotations

import resource
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.corpus import output
from training.corpus.balance import Balance
from training.corpus.output import mixed, shares, write_files
from training.corpus.workspace import Line

COUNTS = st.integers(0, 10**9)


@given(score=COUNTS, theory=COUNTS, question=COUNTS, ratio=st.sampled_from([0.5, 1.0, 2.0, 3.0]))
def test_shares_give_the_ratio_and_keep_as_much_as_they_can(
    score: int, theory: int, question: int, ratio: float
) -> None:
    kept = shares({"score": score, "theory": theory, "question": question}, ratio)
    assert all(0 <= share <= 1 for share in kept.values())
    if not score:
        assert set(kept.values()) == {1.0}
        return
    knowledge = theory * kept["theory"] + question * kept["question"]
    assert knowledge == pytest.approx(ratio * score * kept["score"], abs=1)
    everything = kept["score"] == 1 or (kept["theory"], kept["question"]) == (1, 1)
    assert everything or not theory + question


@given(st.lists(st.integers(1, 500), min_size=1, max_size=200), st.floats(0, 1))
def test_thinning_keeps_the_share_to_one_line(lengths: list[int], share: float) -> None:
    lines = [Line("pretrain/train", "score", f"{n:016x}", length, "{}") for n, length in enumerate(lengths)]
    kept = list(mixed(lines, {"pretrain/train": {"score": share}}))
    assert sum(line.characters for line in kept) == pytest.approx(share * sum(lengths), abs=max(lengths))


def test_lines_are_shuffled_over_shards_and_doubles_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "SHARD_BYTES", 500)
    lines = [
        Line.of("pretrain/train", "score", str(n), {"text": str(n)}, 1, seed=0) for n in [*range(200), 7, 8]
    ]
    sizes = {"pretrain/train": sum(len(line.json) + 1 for line in lines)}
    first = write_files(lines, sizes, tmp_path / "a", tmp_path / "b")
    assert len(first) > 3
    assert sum(record.lines["score"] for record in first.values()) == 200
    (tmp_path / "again").mkdir()
    second = write_files(lines[::-1], sizes, tmp_path / "c", tmp_path / "d")
    assert {name: record.sha256 for name, record in first.items()} == {
        name: record.sha256 for name, record in second.items()
    }


@pytest.fixture
def few_files() -> Iterator[int]:
    """Lets this process open 20 files more than it has open."""
    spare = 20
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    highest = max(int(path.name) for path in Path("/proc/self/fd").iterdir())
    resource.setrlimit(resource.RLIMIT_NOFILE, (highest + spare, hard))
    yield spare
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are counted in /proc")
def test_many_buckets_need_few_open_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few_files: int
) -> None:
    lines = [Line.of("sft/train", "key", str(n), {"text": f"é {n}"}, 1, seed=0) for n in range(2000)]
    sizes = {"sft/train": sum(len(line.json.encode()) + 1 for line in lines)}
    whole = write_files(lines, sizes, tmp_path / "a", tmp_path / "b")
    monkeypatch.setattr(output, "SHARD_BYTES", 500)
    for number, waiting in enumerate((1, 3000, 10**9)):
        monkeypatch.setattr(output, "WAITING_CHARACTERS", waiting)
        buckets = tmp_path / f"buckets{number}"
        assert write_files(lines, sizes, tmp_path / f"out{number}", buckets) == whole
        assert len(list(buckets.iterdir())) > 3 * few_files


def test_rare_types_come_first() -> None:
    balance = Balance(("common", "rare"))
    for _ in range(5):
        balance.add("common", "a")
    assert balance.order(("common", "rare"), Random(0)) == ["rare", "common"]


def test_no_answer_takes_much_more_than_its_share() -> None:
    balance = Balance(("metre",))
    rng = Random(1)
    taken: Counter[str] = Counter()
    for answer in rng.choices(["4/4", "3/4", "6/8", "5/4", "9/8", "2/4"], [90, 4, 2, 1, 1, 2], k=5000):
        if balance.wants("metre", answer):
            balance.add("metre", answer)
            taken[answer] += 1
    assert taken["4/4"] / taken.total() < 0.52
    assert taken["5/4"] > 30


def test_a_type_with_one_answer_only_is_soon_left() -> None:
    balance = Balance(("voices",))
    for _ in range(100):
        if balance.wants("voices", "1"):
            balance.add("voices", "1")
    assert balance.asked["voices"] == 4
