from collections import Counter, defaultdict
from dataclasses import replace
from itertools import islice

import pytest

from symbolic.abc import parse, write_abc
from symbolic.score import Score, Voice
from symbolic.tunes import manifest, read_tunes
from symbolic.works import works
from training.corpus import splits
from training.corpus.augment import transpositions
from training.corpus.dedup import Sketches
from training.corpus.piece import Piece, Rejected
from training.corpus.reading import list_source, read_file
from training.corpus.sketch import sketch
from training.corpus.sources import sources
from training.corpus.splits import BenchmarkGuard, benchmark_entry, place

ENTRIES = [entry for entry in manifest() if entry.file == "airdsAirs/book1"]


def tunes(split: str) -> dict[str, Score]:
    wanted = [entry for entry in ENTRIES if entry.split == split]
    return {entry.id: score for entry, score in read_tunes(wanted, Counter())}


@pytest.fixture(scope="module")
def guard() -> BenchmarkGuard:
    return BenchmarkGuard(tunes("test").items())


def piece(score: Score, id_: str = "scores/a.abc#1") -> Piece:
    return Piece(id_, "scores", score, True)


def piece_id(entry_id: str) -> str:
    return f"aird/{entry_id.partition('/')[2].replace('#', '.abc#')}"


def disguised(score: Score) -> dict[str, Score]:
    """One tune in the ways in which it may turn up."""
    other_lengths = write_abc(score).replace("L:1/8", "L:1/2")
    longer = parse(other_lengths) if "L:1/2" in other_lengths else score
    voice = score.voices[0]
    silent = Voice("bass", parse("X:1\nL:1/1\nK:C\n" + "z|" * len(voice.measures)).voices[0].measures)
    return {
        "as it is": score,
        "transposed": score.transpose(4),
        "renamed": replace(score, metadata=(("title", "Another"),)),
        "other lengths": longer,
        "unfolded": score.unfold(),
        "in a lower voice": Score((replace(silent, id="1"), replace(voice, id="2"))),
        "everything": replace(longer.unfold().transpose(-5), metadata=()),
    }


def test_the_guard_finds_every_disguise_of_a_test_tune(guard: BenchmarkGuard) -> None:
    for id_, score in islice(tunes("test").items(), 15):
        for name, planted in disguised(score).items():
            found = guard.check(piece(planted))
            assert isinstance(found, Rejected), f"{id_} {name}"
            assert found.reason == "benchmark-test"
        for moved in transpositions(piece(score)):
            assert guard.relative(moved.score) is not None


def test_the_guard_finds_a_variant_with_another_beginning(guard: BenchmarkGuard) -> None:
    id_, score = next(iter(tunes("test").items()))
    prelude = parse("X:1\nL:1/8\nK:C\nCGcg ecge|fadf BdGB|").voices[0].measures
    voice = score.voices[0]
    begun = score.with_voices((replace(voice, measures=(*prelude, *voice.measures)),))
    assert guard.relative(begun) == id_


def test_the_guard_lets_training_tunes_pass(guard: BenchmarkGuard) -> None:
    for split in ("train", "dev"):
        for id_, score in tunes(split).items():
            assert guard.relative(score) is None, id_
    assert guard.relative(Score()) is None


def test_the_whole_benchmark_is_guarded() -> None:
    guard = BenchmarkGuard.of_benchmark()
    assert len(guard) == sum(entry.split == "test" for entry in manifest()) + len(works()) > 2000


def test_a_piece_of_the_benchmark_is_known_by_its_id() -> None:
    pieces = [item for ref in list_source(sources()["aird"]) for item in read_file(ref)]  # type: ignore[arg-type]
    found = [benchmark_entry(item.id) for item in pieces]
    assert {entry.id for entry in found if entry} == {
        entry.id for entry in manifest() if entry.collection == "Aird"
    }
    assert benchmark_entry("bach_chorales/bwv1.6.mxl#1") is None
    assert benchmark_entry("scores/airdsAirs/book1.abc#1") is None


def test_families_stand_in_one_split_and_go_with_the_benchmark() -> None:
    held_out, dev, learned = (next(iter(tunes(split).items())) for split in ("test", "dev", "train"))
    stranger = parse("X:1\nL:1/8\nK:C\nCfBg AdGe|cGfD bEaF|gCdB eAcf|DbFa CgEd|]")
    rows = [(piece_id(id_), score) for id_, score in (held_out, dev, learned)]
    rows += [("scores/t#1", held_out[1].transpose(3)), ("scores/d#1", dev[1].transpose(3))]
    rows += [
        ("scores/l#1", learned[1].unfold()),
        ("scores/x#1", stranger),
        ("scores/x#2", stranger.transpose(1)),
    ]
    found = place([id_ for id_, _ in rows], Sketches(sketch(score) for _, score in rows))
    assert [item.split for item in found[:6]] == ["test", "dev", "train"] * 2
    assert found[6].split == found[7].split == splits.split_of("scores/x#1")
    assert [item.duplicate_of for item in found[3:5]] == [rows[0][0], rows[1][0]]
    assert (found[7].family, found[7].duplicate_of, found[6].duplicate_of) == ("scores/x#1", "scores/x#1", "")
    by_family = defaultdict(set)
    for item in found:
        by_family[item.family].add(item.split)
    assert all(len(values) == 1 for values in by_family.values())


def test_a_family_that_touches_test_and_training_tunes_goes_to_test() -> None:
    (first, one), (second, other) = (next(iter(tunes(split).items())) for split in ("train", "test"))
    names = [piece_id(first), piece_id(second)]
    both = Score((replace(one.voices[0], id="1"), replace(other.voices[0], id="2")))
    found = place([*names, "scores/both#1"], Sketches(map(sketch, (one, other, both))))
    assert [item.split for item in found] == ["train", "test", "test"]


def test_as_many_ids_as_sketches() -> None:
    with pytest.raises(ValueError, match="as many"):
        place(["a"], Sketches())
