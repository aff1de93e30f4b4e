from __future__ import annotations

import numpy as np
import pytest

from transcription.ornaments import INVERTED_MORDENT, MORDENT, TRILL, find_ornaments


def line(*notes: tuple[float, int]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([onset for onset, _ in notes]), np.array([pitch for _, pitch in notes])


def test_a_trill_is_one_note() -> None:
    trill = [(1 + 0.08 * step, 74 + 2 * (step % 2)) for step in range(7)]
    found = find_ornaments(*line((0.5, 72), *trill, (2.0, 72)))
    assert [(one.name, one.main, one.notes) for one in found] == [(TRILL, 1, (1, 2, 3, 4, 5, 6, 7))]


def test_a_trill_from_above_stands_for_the_lower_note() -> None:
    onsets, pitches = line(*((0.08 * step, 76 - 2 * (step % 2)) for step in range(6)))
    (found,) = find_ornaments(onsets, pitches)
    assert pitches[found.main] == 74
    assert len(found.notes) == 6


def test_a_closing_turn_belongs_to_the_trill() -> None:
    trill = [(0.08 * step, 74 + 2 * (step % 2)) for step in range(5)]
    (found,) = find_ornaments(*line(*trill, (0.40, 73), (0.48, 74), (0.56, 76)))
    assert found.notes == (0, 1, 2, 3, 4, 5, 6)


@pytest.mark.parametrize(("step", "name"), [(2, INVERTED_MORDENT), (-1, MORDENT)])
def test_mordents(step: int, name: str) -> None:
    (found,) = find_ornaments(*line((0.0, 67), (0.5, 72), (0.57, 72 + step), (0.64, 72), (1.0, 71)))
    assert (found.name, found.main, found.notes) == (name, 1, (1, 2, 3))


def test_notes_of_the_other_hand_do_not_break_a_trill() -> None:
    trill = [(0.08 * step, 74 + 2 * (step % 2)) for step in range(7)]
    (found,) = find_ornaments(*line(*sorted([*trill, (0.1, 48), (0.3, 52)])))
    assert len(found.notes) == 7


@pytest.mark.parametrize(
    "notes",
    [
        [(0.125 * step, 72 + 2 * (step % 2)) for step in range(12)],  # sixteenths at 120
        [(0.07 * step, 60 + step) for step in range(12)],  # a fast scale
        [(0.07 * step, 60 + 4 * (step % 2)) for step in range(12)],  # a tremolo in thirds
        [(0.085 * step, pitch) for step, pitch in enumerate([72, 74, 72, 71, 72, 74, 76])],  # a fast run
        [],
    ],
)
def test_what_is_written_out_is_no_ornament(notes: list[tuple[float, int]]) -> None:
    assert find_ornaments(*line(*notes)) == []


def test_no_note_is_in_two_ornaments() -> None:
    onsets, pitches = line(*((0.07 * step, 72 + (step * 7 % 3)) for step in range(60)))
    notes = [note for one in find_ornaments(onsets, pitches) for note in one.notes]
    assert len(set(notes)) == len(notes)
