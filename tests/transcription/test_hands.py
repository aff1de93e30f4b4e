from __future__ import annotations

import numpy as np

from transcription.hands import LOWER, UPPER, needs_two_staves, split_hands


def test_melody_above_and_chords_below() -> None:
    places = [0, 0, 0, 0, 1, 2, 2, 2, 2, 3]
    pitch = [48, 52, 55, 72, 74, 47, 50, 55, 76, 74]
    hands = split_hands(places, pitch, [0.9] * len(pitch))
    assert hands.tolist() == [LOWER] * 3 + [UPPER] * 2 + [LOWER] * 3 + [UPPER] * 2


def test_a_hand_keeps_its_line_when_the_other_rests() -> None:
    low = [48, 55, 52, 55] * 3
    pitch = [48, 76, *low[1:], 48, 77]
    places = [0, 0, *range(1, 12), 12, 12]
    hands = split_hands(places, pitch, [0.9] * len(pitch))
    assert hands.tolist() == [LOWER, UPPER, *[LOWER] * 11, LOWER, UPPER]


def test_a_hand_that_holds_a_note_does_not_leap() -> None:
    places, pitch = [0, 0, 1, 1, 2, 2], [39, 67, 55, 58, 55, 58]
    assert split_hands(places, pitch, [1, 3, 1, 1, 1, 1]).tolist() == [LOWER, UPPER, *[LOWER] * 4]


def test_no_hand_stretches_far() -> None:
    hands = split_hands([0] * 6, [36, 43, 48, 64, 67, 72], [1.0] * 6)
    assert hands.tolist() == [LOWER] * 3 + [UPPER] * 3


def test_no_notes() -> None:
    assert len(split_hands([], [], [])) == 0


def test_one_line_needs_one_staff_however_wide() -> None:
    assert not needs_two_staves(np.arange(40.0), np.tile([40, 60, 80, 55], 10))


def test_octaves_heard_too_many_need_no_second_staff() -> None:
    onset = np.sort(np.append(np.arange(40.0), np.arange(0, 40.0, 8)))
    assert not needs_two_staves(onset, np.arange(45) % 12 + 70)


def test_two_lines_far_apart_need_two_staves() -> None:
    onset = np.repeat(np.arange(20.0), 2)
    assert needs_two_staves(onset, np.tile([45, 72], 20))
    assert not needs_two_staves(onset, np.tile([67, 72], 20))
    assert not needs_two_staves(onset[:1], np.array([60]))
