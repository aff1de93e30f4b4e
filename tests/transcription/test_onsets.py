from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from tests.transcription.playing import Row, beats, play
from transcription.beatmap import Beatmap
from transcription.onsets import group, place_groups
from transcription.performance import Performance
from transcription.places import PARTS


def placed(performance: Performance, beatmap: Beatmap) -> tuple[list[float], list[bool]]:
    notes = performance.notes
    groups = group(notes["onset_s"], notes["pitch"], notes["track"])
    places, graces = place_groups(groups, beatmap, np.ones(len(groups.first), dtype=bool))
    return (places / PARTS).tolist(), graces.tolist()


def melody(*onsets: float) -> list[Row]:
    return [(onset, 0.25, 60 + number * 5 % 12) for number, onset in enumerate(onsets)]


TRIPLETS = [0, 1, 4 / 3, 5 / 3, 2, 7 / 3, 8 / 3, 3]
SIXTEENTHS = [0, 0.25, 0.5, 0.75, 1, 1.75, 2, 2.5, 3, 3.25, 4]


@pytest.mark.parametrize("onsets", [TRIPLETS, SIXTEENTHS, [0, 1.5, 2, 3.5, 4], [0.5, 1, 2, 2.5]])
@pytest.mark.parametrize("qpm", [60, 96, 132])
def test_places_are_exact_in_spite_of_jitter(onsets: list[float], qpm: float) -> None:
    performance = play(melody(*onsets), qpm, jitter_s=0.012, seed=int(qpm))
    assert placed(performance, beats(qpm))[0] == pytest.approx(onsets)


def test_each_beat_is_divided_by_two_or_by_three() -> None:
    onsets = [*np.arange(0, 4, 1 / 3), 4, 4.5, 5, 5.25, 5.5, 5.75, 6]
    assert placed(play(melody(*onsets), 90, 0.01), beats(90))[0] == pytest.approx(onsets)


def test_compound_beats_have_three_eighths() -> None:
    onsets = [0, 0.5, 1, 1.5, 2, 2.25, 2.5, 3, 4.5, 5.5, 6]
    assert placed(play(melody(*onsets), 120, 0.015), beats(120, "6/8"))[0] == pytest.approx(onsets)


def test_swung_eighths_are_written_even() -> None:
    swung = [beat + half * 0.62 for beat in range(12) for half in (0, 1)]
    found, _ = placed(play(melody(*swung), 130, 0.006), beats(130))
    assert found == pytest.approx([step / 2 for step in range(24)])


def test_a_spread_chord_has_one_place() -> None:
    rows: list[Row] = [(0.0, 1, 48), (0.05, 1, 55), (0.09, 1, 64), (1.0, 1, 60), (2.02, 1, 48), (2.08, 1, 64)]
    found, graces = placed(play(rows, 100), beats(100))
    assert set(found) == {0.0, 1.0, 2.0}
    assert not any(graces)


def test_repeated_notes_keep_apart() -> None:
    rows: list[Row] = [(0.0, 0.1, 60), (0.12, 0.1, 60), (0.26, 0.1, 60), (0.5, 0.5, 60), (1.0, 1, 62)]
    found, _ = placed(play(rows, 80), beats(80))
    assert len(set(found)) == 5


def test_a_crushed_note_is_a_grace_note_to_the_next() -> None:
    rows: list[Row] = [(0.0, 1, 60), (0.94, 0.1, 65), (1.0, 1, 64), (2.0, 1, 62), (3.0, 1, 60)]
    found, graces = placed(play(rows, 60), beats(60))
    assert graces == [False, True, False, False, False]
    assert [place for place, grace in zip(found, graces, strict=True) if not grace] == [0, 1, 2, 3]


def test_pickup_places_are_counted_from_its_end() -> None:
    onsets = [0, 0.5, 1.5, 2.5]
    beatmap = beats(100, "3/4", pickup=Fraction(1, 2))
    assert placed(play(melody(*onsets), 100, 0.01), beatmap)[0] == pytest.approx(onsets)


def test_notes_beyond_the_last_bar_have_places() -> None:
    onsets = [0, 1, 2, 3, 4, 5, 6.5, 9]
    assert placed(play(melody(*onsets), 100), beats(100, bars=1))[0] == pytest.approx(onsets)


def test_a_player_who_is_late_throughout_is_followed() -> None:
    onsets = [*np.arange(0, 8, 0.5)]
    late = [(onset + 0.12, 0.4, 60) for onset in onsets]
    assert placed(play(late, 90), beats(90))[0] == pytest.approx(onsets)
