"""Which candidates are notes."""

import numpy as np
import pytest

from symbolic.errors import SymbolicError
from tests.transcription.hearing import activations
from transcription.activations import Activations, frame_times, joined
from transcription.decoding import CANDIDATE_DTYPE
from transcription.evidence import FEATURES
from transcription.notes import (
    LARGEST_DELAY_S,
    SEGMENT_FRAMES,
    TEXTURES,
    Found,
    chosen,
    decide_plainly,
    decide_well,
    judge,
    one_line,
    read_notes,
    texture_of,
)
from transcription.performance import note_rows

Row = tuple[int, int, int]


def rows(*values: Row) -> np.ndarray:
    return np.array([(start, end, pitch, 0.5, 0, 0) for start, end, pitch in values], CANDIDATE_DTYPE)


def plain(notes: np.ndarray) -> list[Row]:
    return [(start, end, pitch) for start, end, pitch, *_ in notes.tolist()]


def scale(count: int, step: int = 30, length: int = 28) -> list[Row]:
    return [(10 + step * index, 10 + step * index + length, 60 + (5 * index) % 12) for index in range(count)]


def test_clear_notes_are_found() -> None:
    notes = scale(40)
    heard = activations(1300, notes, noise=0.08)
    found = decide_well(heard, "auto")
    assert [(note[0], note[2]) for note in plain(found)] == [(start, pitch) for start, _, pitch in notes]


@pytest.mark.parametrize("texture", TEXTURES)
@pytest.mark.parametrize("count", [0, 3, 200])
def test_silence_holds_no_notes(texture: str, count: int) -> None:
    assert len(read_notes([activations(count, [])], texture, decide_well).notes) == 0
    assert len(read_notes([activations(count, [])], texture, decide_plainly).notes) == 0


def test_nothing_at_all() -> None:
    found = read_notes([], "auto", decide_well)
    assert (len(found.notes), found.clarity, found.doubts) == (0, 0, ())


def test_no_two_notes_of_a_pitch_sound_at_once() -> None:
    rng = np.random.default_rng(0)
    frames, onsets = rng.uniform(0, 1, (2, 800, 88)) ** 2
    found = decide_well(Activations(frames, onsets, np.full(800, -20.0)), "piano")
    for pitch in set(found["pitch"].tolist()):
        same = found[found["pitch"] == pitch]
        assert np.all(same["end"][:-1] <= same["start"][1:])


def test_a_note_ends_where_the_next_of_its_pitch_starts() -> None:
    found = rows((0, 100, 60), (40, 100, 60), (41, 90, 64), (43, 100, 60))
    probabilities = np.array([0.9, 0.7, 0.8, 0.6])
    assert plain(chosen(found, probabilities, 0.5)) == [(0, 40, 60), (40, 100, 60), (41, 90, 64)]
    assert plain(chosen(found, probabilities, 0.75)) == [(0, 100, 60), (41, 90, 64)]


def test_of_two_notes_that_start_together_the_surer_stays() -> None:
    found = rows((40, 100, 60), (43, 100, 60))
    assert plain(chosen(found, np.array([0.6, 0.9]), 0.5)) == [(43, 100, 60)]
    assert plain(chosen(found, np.array([0.9, 0.6]), 0.5)) == [(40, 100, 60)]


def test_a_melody_is_one_line() -> None:
    found = rows((0, 60, 60), (2, 60, 72), (50, 90, 62), (80, 90, 64))
    assert plain(one_line(found, np.array([0.6, 0.9, 0.8, 0.0]))) == [(2, 50, 72), (50, 90, 62)]


def test_texture_by_what_starts_together() -> None:
    melody = rows(*scale(20))
    octaves = np.sort(
        np.concatenate([melody, rows(*((s, e, p + 12) for s, e, p in scale(20)))]), order="start"
    )
    chords = np.sort(
        np.concatenate([melody, rows(*((s + 2, e, p - 9) for s, e, p in scale(20)))]), order="start"
    )
    assert texture_of(melody) == texture_of(octaves) == "melody"
    assert texture_of(chords) == "melody+chords"
    assert texture_of(rows()) == "melody"


def test_times_and_velocities() -> None:
    heard = activations(300, [(100, 150, 60), (200, 240, 67)])
    notes = read_notes([heard], "auto", decide_plainly).notes
    assert notes["pitch"].tolist() == [60, 67]
    np.testing.assert_allclose(notes["onset_s"], frame_times(np.array([100, 200])))
    assert np.all((notes["velocity"] > 64) & (notes["velocity"] < 120))
    better = read_notes([heard], "auto", decide_well).notes
    assert np.abs(better["onset_s"] - notes["onset_s"]).max() <= LARGEST_DELAY_S


def test_a_long_recording_is_decided_on_in_parts() -> None:
    """No note is lost or doubled at the seams, wherever the parts of the stream end."""
    count = int(3.2 * SEGMENT_FRAMES)
    notes = scale((count - 100) // 30)
    heard = activations(count, notes, noise=0.05)
    whole = read_notes([heard], "auto", decide_plainly).notes
    streamed = read_notes(
        [heard.cut(start, start + 577) for start in range(0, count, 577)], "auto", decide_plainly
    ).notes
    at_seams = joined([heard.cut(0, SEGMENT_FRAMES), heard.cut(SEGMENT_FRAMES, count)])
    np.testing.assert_array_equal(streamed, whole)
    np.testing.assert_array_equal(read_notes([at_seams], "auto", decide_plainly).notes, whole)
    assert whole["pitch"].tolist() == [pitch for _, _, pitch in notes]


def test_clarity_is_the_share_of_the_sound_during_which_notes_are_heard() -> None:
    """Two notes of 100 of 300 frames; what else sounds, 20 dB softer, counts for a tenth."""
    heard = activations(SEGMENT_FRAMES + 300, [(SEGMENT_FRAMES + 50, SEGMENT_FRAMES + 100, 60)])
    level = np.full(len(heard), -100.0)
    level[-300:] = -40
    level[heard.level_db == -20] = -20
    found = read_notes([Activations(heard.frames, heard.onsets, level)], "auto", decide_plainly)
    assert found.clarity == pytest.approx(500 / (500 + 250), abs=0.03)


def test_what_is_hardly_notes_is_doubted() -> None:
    notes = note_rows([(0, 0.5, 60, 80, 0)])
    assert Found(notes, 0.6).doubts == ()
    assert Found(notes[:0], 0.0).doubts == ()
    (told,) = Found(notes, 0.3).doubts
    assert "no music with definite pitches" in told
    assert "30%" in told


def test_unknown_texture() -> None:
    with pytest.raises(SymbolicError, match="melody"):
        read_notes([], "polyphony", decide_well)


def test_the_shipped_network_fits_the_features() -> None:
    probability, delay = judge()(np.zeros((3, len(FEATURES))))
    assert probability.shape == delay.shape == (3,)
    assert np.all((probability > 0) & (probability < 1))
