"""How the network that tells notes is fitted, in small."""

from pathlib import Path
from random import Random

import numpy as np
import pytest

from tests.transcription.hearing import activations
from transcription.activations import PITCHES, SAMPLE_RATE, frame_times
from transcription.candidates import candidates
from transcription.evidence import FEATURES
from transcription.fit_notes import delays, examples, fit
from transcription.note_clips import CLIP_S, clips, pieces, recording, store, without_notes
from transcription.notes import LARGEST_DELAY_S, Judge
from transcription.performance import note_rows


def late_by(frames_late: int, *, copies: int = 1) -> np.ndarray:
    """The delays of candidates from frame 100 on, 2 apart, for a note so many frames before the first."""
    found = np.zeros(copies, candidates(np.zeros((0, 88)), np.zeros((0, 88))).dtype)
    found["start"], found["pitch"] = 100 + 2 * np.arange(copies), 60
    onset = float(frame_times(np.array(100 - frames_late)))
    return delays(
        found, np.linspace(0.4, 0.5, copies), note_rows([(onset, 0.3, 60, 80, 0), (onset, 0.3, 67, 80, 0)])
    )


def test_delays() -> None:
    assert late_by(2)[0] == pytest.approx(2 * 256 / SAMPLE_RATE)
    assert late_by(-3)[0] == pytest.approx(-3 * 256 / SAMPLE_RATE)
    assert late_by(8)[0] == pytest.approx(8 * 256 / SAMPLE_RATE)
    assert np.isnan(late_by(-8)[0])
    assert np.isnan(late_by(12)[0])
    assert np.isfinite(late_by(1, copies=3)).tolist() == [False, True, False]


def test_examples_are_of_the_clip_and_of_a_piece() -> None:
    notes = [(20 + 25 * index, 40 + 25 * index, 60 + index % 5) for index in range(60)]
    heard = activations(1600, notes, noise=0.05)
    starts = frame_times(np.array([start for start, _, _ in notes]))
    rows = note_rows(
        (float(time), 0.2, pitch, 80, 0) for time, (_, _, pitch) in zip(starts, notes, strict=True)
    )
    clip = {"frames": heard.frames, "onsets": heard.onsets, "level_db": heard.level_db, "notes": rows}
    features, late = examples(clip, Random(0))
    assert features.shape == (len(late), len(FEATURES))
    assert len(notes) < np.isfinite(late).sum() < 1.5 * len(notes)
    assert np.nanmax(np.abs(late)) < 0.03


def test_fit_learns() -> None:
    pytest.importorskip("sklearn")
    rng = np.random.default_rng(0)
    features = rng.normal(0, 1, (800, len(FEATURES))).astype(np.float32)
    features[:, 0] = rng.choice((-2, 2), len(features))
    late = np.where(features[:, 0] > 0, 0.01 * features[:, 1], np.nan)
    arrays = fit(features, late, 0)
    judge = Judge(
        arrays["mean"],
        arrays["scale"],
        (arrays["weights_0"], arrays["weights_1"]),
        (arrays["biases_0"], float(arrays["bias_1"])),
        arrays["delay"],
    )
    probability, delay = judge(features)
    assert np.mean((probability > 0.5) == (features[:, 0] > 0)) > 0.85
    assert np.corrcoef(delay, features[:, 1])[0, 1] > 0.9
    assert np.abs(delay).max() <= LARGEST_DELAY_S


@pytest.mark.parametrize("seed", range(4))
def test_recordings_without_notes(seed: int) -> None:
    samples = without_notes(Random(seed))
    assert len(samples) >= 0.9 * CLIP_S * SAMPLE_RATE
    assert np.isfinite(samples).all()
    assert 0 < np.abs(samples).max() <= 1
    np.testing.assert_array_equal(samples, without_notes(Random(seed)))


def test_pieces_are_of_the_training_split() -> None:
    pytest.importorskip("music21")
    made = pieces(Random(3))
    performances = [next(made) for _ in range(4)]
    for performance in performances:
        assert len(performance.notes)
        assert performance.notes["onset_s"].max() < CLIP_S
        assert all(track.program is not None for track in performance.tracks)
    samples = recording(performances[0], Random(0))
    np.testing.assert_array_equal(samples, recording(performances[0], Random(0)))


def test_clips_are_kept(tmp_path: Path) -> None:
    kept = {
        "frames": np.zeros((5, PITCHES), "f2"),
        "onsets": np.zeros((5, PITCHES), "f2"),
        "level_db": np.zeros(5, "f2"),
        "notes": note_rows([]),
    }
    store(tmp_path / "7-00000.npz", kept)
    (clip,) = clips(1, 7, tmp_path)
    assert clip.keys() == kept.keys()
    assert clip["notes"].dtype == kept["notes"].dtype
