from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from symbolic.errors import SymbolicError
from symbolic.key import Key
from symbolic.meter import Meter
from transcription.aligned import SPLITS, read_aligned, read_match, work_of

pytest.importorskip("partitura")

DATA = Path(__file__).parents[3] / "shared" / "data" / "performances"

MATCH = """\
info(matchFileVersion,1.0.0).
info(piece,Test).
info(scoreFileName,test.musicxml).
info(midiFileName,test.mid).
info(composer,Nobody).
info(performer,Nobody).
info(midiClockUnits,480).
info(midiClockRate,500000).
scoreprop(keySignature,A{minor},0:1,0,-1.0000).
scoreprop(timeSignature,3/4,0:1,0,-1.0000).
snote(n1,[E,n],4,0:1,0,1/4,-1.0000,0.0000,[v1,staff1])-note(p0,64,480,900,60,1,0).
snote(n2,[A,n],4,1:1,0,1/2,0.0000,2.0000,[v1,staff1])-note(p1,69,980,1800,70,1,0).
snote(n3,[A,n],3,1:1,0,3/4,0.0000,3.0000,[v1,staff1])-note(p2,57,960,2300,50,1,0).
insertion-note(p3,71,1500,1550,30,1,0).
snote(n4,[G,n],4,1:3,0,1/4,2.0000,3.0000,[v1,staff1])-deletion.
snote(n5,[A,n],4,2:1,0,1/2,3.0000,5.0000,[v1,staff1])-note(p4,69,2420,3300,60,1,0).
sustain(1000,100).
sustain(1200,110).
sustain(2000,10).
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, minor in (("kv280_1", ""), ("kv279_2", "m"), ("other_p01", "")):
        file = tmp_path / "corpus" / "match" / f"{name}.match"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(MATCH.format(minor=minor), encoding="utf-8")
    return tmp_path


def test_played_notes_know_their_places_from_the_pickup_on(folder: Path) -> None:
    aligned = next(read_aligned(folder, "dev"))
    assert (aligned.id, aligned.work) == ("kv280_1", "kv280")
    assert aligned.performance.notes["pitch"].tolist() == [64, 57, 69, 71, 69]
    assert aligned.performance.notes["onset_s"][0] == pytest.approx(0.5)
    np.testing.assert_array_equal(aligned.onset_quarter, [0, 1, 1, np.nan, 4])


def test_the_reference_is_the_whole_score(folder: Path) -> None:
    reference = next(read_aligned(folder, "dev")).reference
    assert reference.notes["pitch"].tolist() == [64, 57, 69, 67, 69]
    assert reference.notes["onset_quarter"].tolist() == [0, 1, 1, 3, 4]
    assert reference.downbeats.tolist() == [1, 4]
    assert reference.meters == ((0.0, Meter((3,), 4)),)


def test_keys_keep_their_mode(folder: Path) -> None:
    assert next(read_aligned(folder, "dev")).reference.keys == ((0.0, Key("A", "major")),)
    assert next(read_aligned(folder, "test")).reference.keys == ((0.0, Key("A", "minor")),)


def test_pedal_is_down_from_first_to_last(folder: Path) -> None:
    pedal = next(read_aligned(folder, "dev")).performance.pedal
    np.testing.assert_allclose(pedal, [[1000 / 960, 2000 / 960]], atol=1e-6)


def test_splits_go_by_work(folder: Path) -> None:
    for split, names in (("dev", ["kv280_1"]), ("test", ["kv279_2"]), ("train", ["other_p01"])):
        assert [aligned.id for aligned in read_aligned(folder, split)] == names  # type: ignore[arg-type]
    assert work_of(Path("Chopin_op10_no3_p22.match")) == "Chopin_op10_no3"
    assert SPLITS[work_of(Path("Schubert_D783_no15_p03.match"))] == "test"


def test_a_folder_without_match_files_is_told(tmp_path: Path) -> None:
    with pytest.raises(SymbolicError, match="no aligned performances"):
        read_aligned(tmp_path, "dev")


@pytest.mark.skipif(not DATA.is_dir(), reason="the aligned performances are not here")
def test_a_movement_by_mozart() -> None:
    aligned = read_match(DATA / "batik_mozart" / "match" / "kv280_2.match")
    assert aligned.reference.keys == ((0.0, Key("F", "minor")),)
    assert aligned.reference.meters == ((0.0, Meter((6,), 8)),)
    assert set(np.diff(aligned.reference.downbeats).tolist()) == {3.0}
    placed = ~np.isnan(aligned.onset_quarter)
    assert placed.mean() > 0.9
    order = aligned.onset_quarter[placed]
    assert np.mean(np.diff(order) >= 0) > 0.95  # later in time is later in the score, but for spread chords
