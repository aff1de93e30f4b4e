import numpy as np
import pytest

from eval.recordings import benchmark
from eval.recordings.base import LENGTH_S, opening
from eval.recordings.textures import SAME_STROKE_S, on_one_keyboard
from symbolic.abc import parse
from symbolic.transform import slice_bars
from transcription.performance import Performance, Track, note_rows


@pytest.fixture(scope="module")
def few():
    return benchmark(8, seed=3)


def test_the_benchmark_takes_turns_among_four_textures(few) -> None:
    assert [item.group for item in few.items] == 2 * ["melody", "melody + chords", "piano", "performance"]
    assert len({item.id for item in few.items}) == 8


def test_recordings_are_openings_with_their_truth(few) -> None:
    for item in few.items:
        assert item.played is not None
        notes = item.played.notes
        assert 10 < len(notes) <= 1.2 * len(item.truth.notes) + 4
        assert item.played.end_s < 2.5 * LENGTH_S
        key, meter = item.answer.split(", ")
        assert key.split()[1] in ("major", "minor", "dorian", "mixolydian", "phrygian", "lydian")
        assert "/" in meter
        assert item.truth.voices is not None


def test_the_same_seed_plays_the_same(few) -> None:
    again, other = benchmark(8, seed=3), benchmark(8, seed=4)
    assert [item.id for item in again.items] == [item.id for item in few.items]
    assert all(
        np.array_equal(a.played.notes, b.played.notes) for a, b in zip(few.items, again.items, strict=True)
    )
    assert {item.id for item in other.items} != {item.id for item in few.items}


def test_instruments_differ_and_the_piano_is_one_track(few) -> None:
    played = {item.group: item.played for item in few.items}
    assert played["piano"].tracks == played["performance"].tracks == (Track("Piano", 0),)
    assert len(played["melody + chords"].tracks) > 1


def test_an_opening_ends_at_a_bar_line_within_half_a_minute() -> None:
    tune = parse("X:1\nL:1/4\nM:4/4\nQ:1/4=120\nK:C\n|:CDEF|GABc|" + "cBAG|" * 20 + "c4:|\n")
    cut = opening(tune)
    assert [len(voice.measures) for voice in cut.voices] == [15]
    assert cut == slice_bars(tune.unfold(), 0, 15)
    slow = parse("X:1\nL:1/1\nM:4/1\nQ:1/4=20\nK:C\nCDEF|GABc|\n")
    assert len(opening(slow).voices[0].measures) == 1, "at least one bar"


def test_one_keyboard_strikes_a_key_once() -> None:
    rows = [(0.0, 2.0, 60, 70, 0), (0.01, 3.0, 60, 70, 1), (1.0, 1.0, 60, 70, 1), (1.0, 1.0, 64, 70, 0)]
    one = on_one_keyboard(Performance(note_rows(rows), (Track(), Track())))
    assert SAME_STROKE_S > 0.01
    assert [(row["onset_s"], row["duration_s"], row["pitch"]) for row in one.notes] == [
        (0.0, 1.0, 60),
        (1.0, 1.0, 60),
        (1.0, 1.0, 64),
    ]
